"""vectorize; and gradient, whose result has its first argument's dtype."""

import functools

import numpy as np

from .._core import DualArray
from .components import as_duals_of, with_duals
from .registry import handles, rewrap


@handles(np.gradient)
def gradient(f, *varargs, axis=None, edge_order=1):
    """np.gradient: spacings may be dual, f or not."""
    return rewrap(np.gradient._implementation(as_duals_of(f, *varargs), *varargs, axis=axis, edge_order=edge_order))


# -- vectorize ---------------------------------------------------------------------------------------------

def _restored(result, otype):
    """An array of objects as what it was asked to be, or as dual numbers where it holds some."""
    if isinstance(result, np.ndarray) and result.dtype.kind == "O":
        dual = with_duals(np.asarray(result))
        if dual is not None:
            return dual.view(DualArray)
        if otype is not None:
            return np.asarray(result).astype(otype)
    return rewrap(result)


def _vectorize_call(numpys):
    """np.vectorize calls a function on objects; floats that are asked for may be dual numbers."""
    @functools.wraps(numpys)
    def call(self, func, args):
        asked = [None]
        if self.otypes is not None and any(with_duals(arg) is not None for arg in args):
            asked = [np.dtype(otype) for otype in self.otypes]
            objects = [np.dtype(object if dtype.kind == "f" else dtype).char for dtype in asked]
            self = np.vectorize(func, "".join(objects), cache=self.cache, signature=self.signature)
        result = numpys(self, func, args)
        if isinstance(result, tuple):
            return tuple(map(_restored, result, asked * (len(result) if asked == [None] else 1)))
        return _restored(result, asked[0])
    return call


np.vectorize._vectorize_call = _vectorize_call(np.vectorize._vectorize_call)

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

def _as_asked(outputs, otype):
    """A function's outputs, objects, as the dtype asked for; dual numbers are float64 or complex128 enough."""
    try:
        result = np.asanyarray(outputs, dtype=otype)
    except TypeError:
        dual = with_duals(outputs) if np.dtype(otype).type in (np.float64, np.complex128) else None
        if dual is None:
            raise
        return dual.view(DualArray).astype(otype, copy=False)
    dual = with_duals(result) if result.dtype.kind == "O" else None
    return result if dual is None else dual.view(DualArray)


def _vectorize_call(numpys):
    """np.vectorize calls a function on objects, and turns what comes back into floats."""
    @functools.wraps(numpys)
    def call(self, func, args):
        if self.signature is not None or not args:
            floats = self.otypes is not None and all(np.dtype(otype) == np.float64 for otype in self.otypes)
            if floats and any(with_duals(arg) is not None for arg in args):
                self = np.vectorize(func, signature=self.signature)     # each result says what it is
            return rewrap(numpys(self, func, args))
        ufunc, otypes = self._get_ufunc_and_otypes(func=func, args=args)
        outputs = ufunc(*[np.asanyarray(arg, dtype=object) for arg in args])
        if ufunc.nout == 1:
            return _as_asked(outputs, otypes[0])
        return tuple(map(_as_asked, outputs, otypes))
    return call


np.vectorize._vectorize_call = _vectorize_call(np.vectorize._vectorize_call)

"""dtypes, casts and powers of dual arrays."""

import numpy as np

from .._core import Dual, DualArray
from .components import common_dtype, is_dual
from .registry import handles

_LOST = ("an array of dual numbers cannot become {}: its derivatives would be lost. Use dualad.value(x) where "
         "only the value is wanted")


@handles(np.result_type)
def result_type(*arrays_and_dtypes):
    """np.result_type: dual numbers and real ones give dual numbers."""
    duals, others = [], []
    for item in arrays_and_dtypes:
        if is_dual(item):
            duals.append(item.dtype)
        elif isinstance(item, np.dtype) and issubclass(item.type, Dual):
            duals.append(item)
        elif isinstance(item, type) and issubclass(item, Dual):
            duals.append(np.dtype(item))
        else:
            others.append(item)
    dtype = common_dtype(duals)
    if others:
        other = np.result_type(*others)
        if other.kind == "O":
            return other
        if other.kind not in "fiub":
            raise TypeError(f"there is no common type of dual numbers and {other}")
    return dtype


def astype(self, dtype, order="K", casting="unsafe", subok=True, copy=True):
    """A copy with another dtype.

    ``float`` means "make it floating", and a dual number is: the derivatives stay. Other real
    dtypes would lose them, and are refused; ``bool`` and ``object`` are not.
    """
    target = np.dtype(dtype)
    if not is_dual(self):
        return np.ndarray.astype(self, target, order, casting, subok, copy)
    if target.type is np.float64:
        target = self.dtype
    if issubclass(target.type, Dual):
        return np.ndarray.astype(self, target, order, casting, subok, copy)
    if target.kind in "iufc":
        raise TypeError(_LOST.format(target))
    return np.ndarray.astype(self, target, order, casting, False, copy)


DualArray.astype = astype


# -- powers ------------------------------------------------------------------------------------------------

# Before NumPy 2.4 the operator took these ways for float arrays and scalar exponents, which differ
# from np.power in the last bit; since then np.power takes them itself.
_SHORT_CUTS = {
    -1.0: np.reciprocal,
    0.0: lambda x, out=None: np.ones_like(x) if out is None else np.copyto(out, 1.0) or out,
    0.5: np.sqrt,
    1.0: np.positive,
    2.0: np.square,
}


def _short_cut(exponent):
    if isinstance(exponent, (int, float)) or (isinstance(exponent, (np.integer, np.floating, np.ndarray))
                                              and exponent.ndim == 0 and exponent.dtype.kind in "iuf"
                                              and not is_dual(exponent)):
        return _SHORT_CUTS.get(float(exponent))
    return None


def _power(self, exponent, modulo=None):
    short_cut = _short_cut(exponent) if modulo is None and is_dual(self) else None
    return np.ndarray.__pow__(self, exponent, modulo) if short_cut is None else short_cut(self)


def _power_in_place(self, exponent):
    short_cut = _short_cut(exponent) if is_dual(self) else None
    return np.ndarray.__ipow__(self, exponent) if short_cut is None else short_cut(self, out=self)


if np.lib.NumpyVersion(np.__version__) < "2.4.0":
    DualArray.__pow__ = _power
    DualArray.__ipow__ = _power_in_place

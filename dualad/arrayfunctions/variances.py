"""var and std of one number.

NumPy 2.4 asks for an array by ``np.subtract(..., out=...)``, which it does not tell numbers' ``__array_ufunc__``, and
fails on the number it is given. As a row of one it goes the way of all arrays.
"""

import functools

import numpy as np

from .._core import DualArray


def _with_numbers(numpys):
    @functools.wraps(numpys)
    def method(self, axis=None, dtype=None, out=None, ddof=0, **kwargs):
        if self.ndim:
            return numpys(self, axis, dtype, out, ddof, **kwargs)
        if axis is not None:
            np.lib.array_utils.normalize_axis_tuple(axis, 0)          # says that there is none
        row = np.asarray(self).reshape(1).view(DualArray)
        result = numpys(row, axis, dtype, out, ddof, **kwargs)
        return result if out is not None else np.asarray(result).reshape(())[()]
    return method


DualArray.var, DualArray.std = METHODS = _with_numbers(DualArray.var), _with_numbers(DualArray.std)

"""Exact derivatives of plain NumPy code, by forward-mode automatic differentiation."""

from . import arrayfunctions  # noqa: F401  (what DualArray does with NumPy's functions)
from . import scipy_ufuncs
from ._core import Dual, DualArray, build_info, dual_dtype, partials, seed, value

__version__ = "0.1.0"

__all__ = ["Dual", "DualArray", "build_info", "dual_dtype", "partials", "seed", "value"]

scipy_ufuncs.watch()

"""Exact derivatives of plain NumPy code, by forward-mode automatic differentiation."""

from . import arrayfunctions, numpy_tables  # noqa: F401  (what DualArray does with NumPy's functions)
from . import scipy_ufuncs
from ._core import Dual, DualArray, dual_dtype, partials, seed, value
from .io import load, save
from .transforms import (
    build_info,
    curve_fit_jac,
    derivative,
    grad,
    jacfwd,
    jacobian,
    jvp,
    memoized,
    value_and_grad,
    value_and_jacobian,
)

__version__ = "0.1.0"

__all__ = [
    "Dual",
    "DualArray",
    "build_info",
    "curve_fit_jac",
    "derivative",
    "dual_dtype",
    "grad",
    "jacfwd",
    "jacobian",
    "jvp",
    "load",
    "memoized",
    "partials",
    "save",
    "seed",
    "value",
    "value_and_grad",
    "value_and_jacobian",
]

scipy_ufuncs.watch()

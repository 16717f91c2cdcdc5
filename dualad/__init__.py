"""Exact derivatives of plain NumPy code, by forward-mode automatic differentiation."""

from . import (
    _core,
    arrayfunctions,  # noqa: F401  (what DualArray does with NumPy's functions)
    numpy_tables,  # noqa: F401
    scipy_ufuncs,
)
from ._core import Dual, HyperDual, DualArray, dual_dtype, partials, seed, value
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


def __getattr__(name):
    """``dualad.Dual4``: the type of numbers with 4 directions, made when a pickle asks for it."""
    try:
        return _core.scalar_type(name)
    except AttributeError:
        raise AttributeError(f"module 'dualad' has no attribute {name!r}") from None

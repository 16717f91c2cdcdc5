"""Derivatives of functions: what is public here is what `dualad` exports."""

from .api import derivative, grad, jacobian, jvp, value_and_grad, value_and_jacobian
from .chunks import build_info
from .for_scipy import curve_fit_jac, memoized

jacfwd = jacobian

__all__ = [
    "build_info",
    "curve_fit_jac",
    "derivative",
    "grad",
    "jacfwd",
    "jacobian",
    "jvp",
    "memoized",
    "value_and_grad",
    "value_and_jacobian",
]

"""Derivatives of functions: what is public here is what `dualad` exports."""

from .api import derivative, grad, jacobian, jvp, value_and_grad, value_and_jacobian
from .chunks import build_info
from .for_scipy import curve_fit_jac, memoized
from .second_api import hessian, hessp, hvp, laplacian, second_derivative, value_grad_and_hessian
from .tools_api import check_grads, custom_jvp
from .uncertainty import propagate

jacfwd = jacobian

__all__ = [
    "build_info",
    "check_grads",
    "curve_fit_jac",
    "custom_jvp",
    "derivative",
    "grad",
    "hessian",
    "hessp",
    "hvp",
    "jacfwd",
    "jacobian",
    "jvp",
    "laplacian",
    "memoized",
    "propagate",
    "second_derivative",
    "value_and_grad",
    "value_and_jacobian",
    "value_grad_and_hessian",
]

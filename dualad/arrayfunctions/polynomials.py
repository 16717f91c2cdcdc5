"""Roots, and numpy.polynomial."""

import numpy as np

from .._core import value
from ..late_imports import when_loaded
from .components import common_dtype, is_second_order, parts, with_duals, without_subclass
from .own_code import keeping_module
from .registry import handles
from .shapes import result_type


@handles(np.roots)
def roots(p):
    """np.roots.

    Newton's method at a root, with the slope there as a constant, finds one order of derivatives in each step.
    """
    coefficients = with_duals(p)
    if coefficients is None:
        return np.roots(without_subclass(p))
    dtype = common_dtype([coefficients])
    floats = np.array(value(coefficients))
    found = np.roots(floats)
    with np.errstate(all="ignore"):
        slope = np.polyval(np.polyder(floats), found)
        moved = found
        for _ in range(1 + is_second_order(dtype)):
            moved = moved - np.polyval(coefficients, moved) / slope
    for part, values in zip(parts(moved), (found.real, found.imag), strict=False):
        value(part)[...] = values
    return moved


# -- numpy.polynomial --------------------------------------------------------------------------------------

@handles(np.common_type)
def common_type(*arrays):
    """np.common_type: dual numbers and real ones give dual ones."""
    return result_type(np.float64, *[array.dtype for array in arrays]).type


def _keep_duals(package):
    """Its functions do not dispatch, so they get array constructors that keep dual arrays."""
    for name in ("polynomial", "chebyshev", "legendre", "hermite", "hermite_e", "laguerre", "polyutils"):
        getattr(package, name).np = keeping_module(np)


when_loaded("numpy.polynomial", "Polynomial", _keep_duals)

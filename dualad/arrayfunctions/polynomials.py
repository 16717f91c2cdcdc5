"""Roots, poly1d, and numpy.polynomial."""

import functools

import numpy as np

from .. import _core
from .._core import DualArray, is_complex, value
from ..late_imports import when_loaded
from .components import common_dtype, is_second_order, lanes_first, with_duals, with_value, without_subclass
from .own_code import keeping_module
from .registry import handles, rewrap
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
    return with_value(moved, found)


@handles(np.poly)
def poly(seq_of_zeros):
    """np.poly; NumPy's own code takes complex dual numbers for real ones."""
    zeros = with_duals(seq_of_zeros)
    if zeros is None:
        return np.poly._implementation(without_subclass(seq_of_zeros))
    zeros = zeros.view(DualArray)
    if zeros.ndim == 2 and len(set(zeros.shape)) == 1 and zeros.size:
        zeros = np.linalg.eigvals(zeros)
    if not is_complex(zeros) or zeros.ndim != 1:
        return rewrap(np.poly._implementation(zeros))
    coefficients = np.ones(1)
    for zero in zeros:
        coefficients = np.convolve(coefficients, np.stack([np.ones((), zeros.dtype), zero]) * [1, -1])
    floats = value(zeros)
    conjugate = np.all(np.sort(floats) == np.sort(floats.conjugate()))
    return coefficients.real.copy() if conjugate else coefficients


@handles(np.polymul)
def polymul(a1, a2):
    """np.polymul; NumPy's own code multiplies poly1d objects, which leave the subclass."""
    product = np.convolve(*(np.poly1d(polynomial).coeffs for polynomial in (a1, a2)))
    return np.poly1d(product) if any(isinstance(polynomial, np.poly1d) for polynomial in (a1, a2)) else product


# -- poly1d ------------------------------------------------------------------------------------------------

def _keep_what_moves():
    """poly1d leaves out leading zeros. One that moves stays: the polynomial's value depends on it."""
    try:
        from numpy.lib import _polynomial_impl as module
        trim_by_value, divide = module.trim_zeros, module.polydiv
    except (ImportError, AttributeError):
        return

    @functools.wraps(trim_by_value)
    def trim_zeros(filt, trim="fb"):
        if _core.slot_of(filt) < 0 or trim != "f":
            return trim_by_value(filt, trim)
        needed = (value(filt) != 0) | lanes_first(np.asarray(filt)).any(axis=0)
        return filt[np.argmax(needed) if needed.any() else len(filt):]

    @functools.wraps(divide)
    def polydiv(u, v):
        if isinstance(v, np.poly1d) and v.order and _core.slot_of(v.coeffs) >= 0 and v.coeffs[0] == 0:
            raise TypeError("a quotient of polynomials has no derivative by the divisor's leading coefficient where "
                            "this is 0. Leave it out: np.poly1d(v.coeffs[1:])")
        return divide(u, v)

    module.trim_zeros, module.polydiv = trim_zeros, polydiv


_keep_what_moves()


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

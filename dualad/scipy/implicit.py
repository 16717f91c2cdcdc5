"""Derivatives of a number that an equation defines: the implicit function theorem.

A solver has found x with r(x, p) = 0 for floats. When p moves by a nilpotent dp, one step of
Newton's method with dual numbers, x - r_x^-1 r(x, p + dp), is right to first order, whatever the
step starts from; the next one is right to second order, for the error is squared. The derivative
r_x need be known at the value only.
"""

import numpy as np

from .._core import slot_of, value
from .duals import as_numbers, common_dtype, lane_counts, lanes_in, order_of, with_lanes

# Slopes are read off a lane that holds other derivatives too. What a power of two multiplies can be
# told from them without rounding.
SCALE = 2.0**40

# Steps of Newton's method on the values, relative to x, after which the derivative is taken.
ROUNDING, NEAR, TINY = 1e-13, 1e-3, 1e-300


def lifted(residual, x, dtype=None, elementwise=False, farthest=np.inf):
    """The root of a residual as dual numbers.

    Parameters
    ----------
    residual : callable
        residual(x) -> numbers of x's shape and size; x is a float, or an array, or dual numbers.
    x : float or array_like
        The root for the values.
    dtype : numpy.dtype, optional
        Dual numbers that are known to enter.
    elementwise : bool
        Does each element of the residual depend on the same element of x only?
    farthest : float, optional
        How far Newton's method may want to go from x, for x to count as the root.

    Returns
    -------
    Dual, DualArray, or x itself where no dual number enters
        Its value is x, to the last bit. Its derivatives are those of the root that Newton's method
        reaches from x. Where the slope is 0 they are infinite.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where the Jacobian of several equations is singular: their root has no derivative.
    TypeError
        Where there are more or fewer equations than unknowns, or the root is farther than `farthest`.
    """
    x = np.asarray(x, np.float64)
    at_x = as_numbers(residual(x[()]))
    if slot_of(at_x) >= 0:
        dtype = common_dtype([at_x] if dtype is None else [at_x, dtype])
    if dtype is None:
        return x[()]
    values = x
    if at_x.size != x.size:
        raise TypeError(f"the derivative of a root needs as many equations as unknowns, not {at_x.size} and "
                        f"{x.size}")
    if not np.isfinite(x).all():
        return with_lanes(dtype, x, np.full((lane_counts(dtype)[1], *x.shape), np.nan))
    elementwise = elementwise or x.size == 1
    find_slopes, divide = (_own_slopes, _divided) if elementwise else (jacobian, _solved)
    slopes = find_slopes(residual, x, dtype, at_x)
    for _ in range(3):                       # solvers stop where the value is good enough for them
        step = divide(np.asarray(value(at_x), np.float64).reshape(1, *x.shape), slopes)[0]
        if not abs(step).max(initial=0.0) <= farthest:
            raise TypeError("the equation that gives the derivative does not hold at the solution: it lies on a bound "
                            "or a kink, or was not found. dualad.custom_jvp gives the whole solution a rule")
        size = np.abs(step).max(initial=0.0) / max(np.abs(x).max(initial=0.0), TINY)
        if not ROUNDING < size < NEAR:
            break
        x = x - step
        at_x = as_numbers(residual(x[()]))
        slopes = find_slopes(residual, x, dtype, at_x)
    lanes = np.zeros((lane_counts(dtype)[1], *x.shape))
    for steps in range(order_of(dtype)):
        if steps:
            at_x = residual(with_lanes(dtype, x, lanes))
        lanes -= divide(lanes_in(dtype, at_x).reshape(lanes.shape), slopes)
        if not np.isfinite(lanes).all():
            break
    return with_lanes(dtype, values, lanes)


def _own_slopes(residual, x, dtype, at_x):
    """d r_i / d x_i, with all elements of x moving at once."""
    lanes = np.zeros((lane_counts(dtype)[1], *x.shape))
    lanes[0] = SCALE
    moved = lanes_in(dtype, residual(with_lanes(dtype, x, lanes)))[0]
    return ((moved - lanes_in(dtype, at_x)[0]) / SCALE).reshape(x.shape)


def jacobian(f, x, dtype, at_x=None):
    """The Jacobian (m, x.size) of f at the values x, also where its closure holds dual numbers of this dtype.

    As many columns at a time as the numbers have lanes of first order.
    """
    n, count = lane_counts(dtype)
    still = lanes_in(dtype, f(x) if at_x is None else at_x)
    columns = []
    for start in range(0, x.size, n):
        width = min(n, x.size - start)
        lanes = np.zeros((count, x.size))
        lanes[range(width), range(start, start + width)] = SCALE
        moved = lanes_in(dtype, f(with_lanes(dtype, x, lanes.reshape(count, *x.shape))))
        columns.append(((moved - still)[:width] / SCALE).reshape(width, -1))
    return np.concatenate(columns).T


def _divided(left, slopes):
    """What does not move stays where it is, whatever the slope."""
    with np.errstate(all="ignore"):
        return np.where(left == 0.0, 0.0, left / slopes)


def _solved(left, slopes):
    try:
        return np.linalg.solve(slopes, left.reshape(len(left), -1).T).T.reshape(left.shape)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError("the equations' Jacobian is singular at the root that was found: it has no "
                                    "derivative there") from None


def undefined(x, dtype, where):
    """x with NaN in all lanes where it was not found, and where there are lanes."""
    x = np.asarray(x)
    if dtype is None or not np.any(where):
        return x[()]
    lanes = np.where(where, np.nan, lanes_in(dtype, x))
    return with_lanes(dtype, value(x), lanes)

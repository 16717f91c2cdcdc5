"""Integrals of scipy.integrate: the value by SciPy, the derivative under the integral, and at its ends.

An end b + db with a nilpotent db (its third power is 0) adds db f(b + db/2): the midpoint rule is
exact to second order.
"""

import warnings

import numpy as np
from scipy import integrate

from .duals import (
    Remembered,
    Values,
    as_numbers,
    dtype_in,
    joint,
    lane_counts,
    lanes_in,
    nilpotent,
    on_failure,
    one_or_tuple,
    resting,
    stripped,
    value,
    with_lanes,
)

TIGHTER = 1e-2           # of the tolerance that was asked for, which QUADPACK takes to be of the value


def _ends(f, a, b, dtype):
    """The lanes that the moving ends of an interval add (Leibniz)."""
    lanes = 0.0
    for end, sign in ((a, -1.0), (b, 1.0)):
        if dtype_in(end) is None:
            continue
        move = nilpotent(end)
        if np.isfinite(value(end)) and lanes_in(dtype, end).any():
            lanes = lanes + sign * lanes_in(dtype, move * as_numbers(f(value(end) + move / 2)))
    return lanes


def _refuse(name, what):
    raise TypeError(f"{name}: {what}")


def _quad(func, a, b, args=(), full_output=0, epsabs=1.49e-8, epsrel=1.49e-8, limit=50, points=None, weight=None,
          wvar=None, wopts=None, *options, **named):
    """scipy.integrate.quad; the integral carries derivatives.

    Parameters
    ----------
    func, a, b, args, ...
        As SciPy's. Dual numbers may come through a and b, args and func's closure.

    Returns
    -------
    tuple
        SciPy's, with the value to the last bit; its derivatives are integrals of func's, each found by
        SciPy with a hundredth of the tolerances. The estimated error is the value's.

    Raises
    ------
    TypeError
        When points, wvar, or ends with a weight function are dual numbers, or for a complex func.

    Warns
    -----
    scipy.integrate.IntegrationWarning
        Where a derivative's integral is less accurate than was asked for the value.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> from dualad.scipy.integrate import quad
    >>> dualad.grad(lambda p: quad(lambda x: np.exp(p[0] * x), 0.0, p[1])[0])([0.0, 2.0])
    array([2., 1.])
    """
    args = one_or_tuple(args)
    with_args = dtype_in(args)
    integrand = func if not args else lambda x: func(x, *args)
    if callable(func):
        values = Remembered(func if with_args is None else integrand)
    else:
        values = func                                   # a LowLevelCallable
    ends = stripped(a), stripped(b)
    plain_args = args if with_args is None else ()
    given = {"limit": limit, "points": resting(points), "weight": weight, "wvar": resting(wvar), "wopts": wopts,
             **dict(zip(("maxp1", "limlst", "complex_func"), options)), **named}
    found = integrate.quad(values, *ends, plain_args, full_output, stripped(epsabs), stripped(epsrel),
                           **stripped(given))
    dtype = joint(getattr(values, "dtype", None), with_args, dtype_in(a, b, given))
    if dtype is None:
        return found
    if dtype_in(given["points"], given["wvar"]) is not None or (weight is not None and dtype_in(a, b) is not None):
        _refuse("quad", "dual numbers cannot be among points or in wvar, nor at the ends with a weight function. "
                "Add up the integrals of the pieces, or write the weight into the function")
    if given.get("complex_func") or not callable(func):
        _refuse("quad", "a complex or compiled function carries no derivatives. Integrate real and imaginary part")
    lanes = _lanes_of_integral(integrand, values.results, ends, dtype, found[0], epsabs, epsrel, given)
    total = with_lanes(dtype, found[0], lanes + _ends(integrand, a, b, dtype))
    return total, *found[1:]


quad = on_failure(_quad, integrate.quad)


def _lanes_of_integral(f, known, ends, dtype, size, epsabs, epsrel, given):
    """The integrals of a function's lanes, one by one; f is evaluated once at each point."""
    lanes = {}

    def lane(x, k):
        if x not in lanes:
            lanes[x] = lanes_in(dtype, known[x] if x in known else f(x)).reshape(-1)
        return lanes[x][k]

    integrals = []
    for k in range(lane_counts(dtype)[1]):
        total, error = integrate.quad(lane, *ends, (k,), 1, epsabs * TIGHTER, epsrel * TIGHTER, **given)[:2]
        if error > max(epsabs, epsrel * abs(total), 1e-6 * abs(total)):
            warnings.warn(f"The integral of a derivative has an estimated error of {error:.1e}.",
                          integrate.IntegrationWarning, stacklevel=4)
        integrals.append(total)
    return np.array(integrals)


def quad_vec(f, a, b, epsabs=1e-200, epsrel=1e-8, norm="2", cache_size=100e6, limit=10000, workers=1, points=None,
             quadrature=None, full_output=False, *, args=()):
    """scipy.integrate.quad_vec; the integral carries derivatives."""
    args, points = one_or_tuple(args), resting(points)
    named = {"norm": norm, "cache_size": cache_size, "limit": limit, "quadrature": quadrature,
             "points": stripped(points)}
    values, ends = Values(f), (stripped(a), stripped(b))

    def plain(x):
        return values(x, *stripped(args))

    found = integrate.quad_vec(plain, *ends, epsabs, epsrel, workers=workers, full_output=full_output, **named)
    dtype = joint(values.dtype, dtype_in(args, a, b, points))
    if dtype is None:
        return found
    if dtype_in(points) is not None:
        _refuse("quad_vec", "dual numbers cannot be among points. Add up the integrals of the pieces")

    def integrand(x):
        return f(x, *args)

    lanes = integrate.quad_vec(lambda x: lanes_in(dtype, integrand(x)), *ends, epsabs, epsrel * TIGHTER, **named)[0]
    return with_lanes(dtype, found[0], lanes + _ends(integrand, a, b, dtype)), *found[1:]


# -- several dimensions ------------------------------------------------------------------------------------

def nquad(func, ranges, args=None, opts=None, full_output=False):
    """scipy.integrate.nquad; the integral carries derivatives."""
    args = () if args is None else tuple(args)
    values = Values(func)
    plain = [Values(item) if callable(item) else stripped(item) for item in ranges]
    found = integrate.nquad(values, plain, stripped(args), opts, full_output)
    dtype = joint(values.dtype, dtype_in(args, [item for item in ranges if not callable(item)]),
                  *[item.dtype for item in plain if isinstance(item, Values)])
    if dtype is None:
        return found
    total = _nested(func, ranges, args, [opts] * len(ranges) if opts is None or isinstance(opts, dict) else opts)
    return with_lanes(dtype, found[0], lanes_in(dtype, total)), *found[1:]


def _nested(func, ranges, outer, opts):
    """The integral over the last range of the integrals over those before it."""
    low, high = ranges[-1](*outer) if callable(ranges[-1]) else ranges[-1]
    options = dict((opts[-1](*outer) if callable(opts[-1]) else opts[-1]) or {})
    if "points" in options:
        options["points"] = [x for x in options["points"] if low <= x <= high]
    inner = func
    if len(ranges) > 1:
        def inner(*numbers):
            return _nested(func, ranges[:-1], numbers, opts[:-1])
    return _quad(inner, low, high, outer, **options)[0]


def _at(bound, *numbers):
    return bound(*numbers) if callable(bound) else bound


def dblquad(func, a, b, gfun, hfun, args=(), epsabs=1.49e-8, epsrel=1.49e-8):
    """scipy.integrate.dblquad; the integral carries derivatives."""
    def inner(x, *args):
        return [_at(gfun, x), _at(hfun, x)]

    return nquad(func, [inner, [a, b]], args, {"epsabs": epsabs, "epsrel": epsrel})


def tplquad(func, a, b, gfun, hfun, qfun, rfun, args=(), epsabs=1.49e-8, epsrel=1.49e-8):
    """scipy.integrate.tplquad; the integral carries derivatives."""
    def innermost(y, x, *args):
        return [_at(qfun, x, y), _at(rfun, x, y)]

    def inner(x, *args):
        return [_at(gfun, x), _at(hfun, x)]

    return nquad(func, [innermost, inner, [a, b]], args, {"epsabs": epsabs, "epsrel": epsrel})


# -- samples -----------------------------------------------------------------------------------------------

def simpson(y, x=None, *, dx=1.0, axis=-1):
    """scipy.integrate.simpson; y, x and dx may be dual numbers."""
    dtype = dtype_in(y, x, dx)
    if dtype is None:
        return integrate.simpson(y, x, dx=dx, axis=axis)
    found = integrate.simpson(stripped(y), stripped(x), dx=stripped(dx), axis=axis)
    y = np.moveaxis(as_numbers(y), axis, -1)
    if x is None:
        widths = np.broadcast_to(as_numbers(dx), y.shape[-1:])[1:]
    else:
        x = as_numbers(x)
        widths = np.diff(x) if x.ndim == 1 else np.diff(np.moveaxis(x, axis, -1))
    return with_lanes(dtype, found, lanes_in(dtype, _simpson(y, widths)))


def _simpson(y, h):
    """Parabolas through three points each; of an even number of points the last interval takes its own part of one."""
    n = y.shape[-1]
    if n < 3:
        return np.sum((y[..., 1:] + y[..., :-1]) / 2 * h, axis=-1)
    last = 0.0
    if n % 2 == 0:
        h0, h1 = h[..., -2], h[..., -1]
        last = (y[..., -1] * (2 * h1**2 + 3 * h0 * h1) / (6 * (h0 + h1)) + y[..., -2] * (h1**2 + 3 * h0 * h1) / (6 * h0)
                - y[..., -3] * h1**3 / (6 * h0 * (h0 + h1)))
        y, h = y[..., :-1], h[..., :-1]
    h0, h1 = h[..., ::2], h[..., 1::2]
    both = h0 + h1
    parts = (y[..., :-2:2] * (2 - h1 / h0) + y[..., 1::2] * both**2 / (h0 * h1) + y[..., 2::2] * (2 - h0 / h1))
    return np.sum(both / 6 * parts, axis=-1) + last

"""Interpolants of scipy.interpolate with one variable.

The classes are SciPy's, built on values. An interpolant that is linear in its data has a second one
beside it, of the data's lanes. At x0 + dx with a nilpotent dx (its third power is 0) it has the value

    S(x0) + S'(x0) dx + S''(x0) dx**2 / 2,

where each derivative of S is a dual number if the data are.
"""

import numpy as np
from scipy import interpolate

from .duals import (
    as_numbers,
    dtype_in,
    is_ordinary,
    joint,
    lanes_in,
    nilpotent,
    order_of,
    plain_or_refused,
    stripped,
    value,
    with_lanes,
)
from .implicit import lifted


def lanes_last(dtype, data):
    """The lanes of an array in its last axis, as data of an interpolant of their own."""
    return np.moveaxis(lanes_in(dtype, data), 0, -1)


def plain_knots(name, knots):
    """The places at which data are given, as plain numbers; a TypeError where they move."""
    return plain_or_refused(knots, (
        f"{name}: the places at which data are given must be plain numbers, not dual ones; interp1d with "
        "kind='linear' and np.interp take both, and dualad.custom_jvp another rule"))


class Differentiable:
    """For classes whose objects are called with x and a number of derivatives."""

    lanes = None            # the interpolant of the data's lanes
    dual_dtype = None       # of the data

    def __call__(self, x, nu=0, *args, **kwargs):
        if self.dual_dtype is None and is_ordinary(x):
            return super().__call__(x, nu, *args, **kwargs)
        dtype = joint(self.dual_dtype, dtype_in(x))
        plain = super().__call__
        if dtype is None:
            return plain(x, nu, *args, **kwargs)
        at = np.asarray(stripped(as_numbers(x)), float)

        def derivative(k):
            options = self.options_of_slopes(nu, kwargs) if k else kwargs
            values = plain(at, nu + k, *args, **options)
            if self.lanes is None:
                return values
            return with_lanes(self.dual_dtype, values, np.moveaxis(self.lanes(at, nu + k, *args, **options), -1, 0))

        found = total = derivative(0)
        if dtype_in(x) is not None:
            move = nilpotent(as_numbers(x)).reshape(at.shape + (1,) * self.axes_behind())
            total = total + derivative(1) * move
            if order_of(dtype) == 2:
                total = total + derivative(2) * (move * move / 2)
        return with_lanes(dtype, value(found), lanes_in(dtype, total))

    def options_of_slopes(self, nu, options):
        """What derivatives of the nu-th one are called with."""
        return options

    def axes_behind(self):
        """How many axes of the data lie behind the one that is interpolated."""
        return 0

    def with_data(self, dtype, lanes):
        """Set the lanes' interpolant."""
        self.dual_dtype, self.lanes = dtype, lanes

    def derivative(self, *args, **kwargs):
        return self._derived("derivative", args, kwargs)

    def antiderivative(self, *args, **kwargs):
        return self._derived("antiderivative", args, kwargs)

    def _derived(self, name, args, kwargs):
        found = getattr(super(), name)(*args, **kwargs)
        if self.lanes is not None:
            found.with_data(self.dual_dtype, getattr(self.lanes, name)(*args, **kwargs))
        return found

    def integrate(self, a, b, extrapolate=None):
        """The integral from a to b, which may be dual numbers."""
        found = super().integrate(stripped(a), stripped(b), extrapolate)
        dtype = joint(self.dual_dtype, dtype_in(a, b))
        if dtype is None:
            return found
        if extrapolate == "periodic" or (self.extrapolate == "periodic" and extrapolate is None):
            raise TypeError("integrate: periodic splines with dual numbers are integrated by antiderivative() only")
        whole = self.antiderivative()
        return with_lanes(dtype, found, lanes_in(dtype, whole(b) - whole(a)))


class OfCoefficients(Differentiable):
    """Interpolants with an attribute c."""

    def dual_coefficients(self):
        """The attribute c, which is plain for SciPy's code, with derivatives where the data have some."""
        return self.c if self.lanes is None else with_lanes(self.dual_dtype, self.c, np.moveaxis(self.lanes.c, -1, 0))


class _Polynomial(OfCoefficients):
    def axes_behind(self):
        return self.c.ndim - 2 - self.axis

    def solve(self, y=0.0, discontinuity=True, extrapolate=None):
        """Where the interpolant equals y; each root carries derivatives."""
        found = super().solve(stripped(y), discontinuity, extrapolate)
        dtype = joint(self.dual_dtype, dtype_in(y))
        if dtype is None or found.dtype == object or found.size == 0:
            if dtype is not None and found.dtype == object:
                raise TypeError("solve: roots of several dual polynomials at once; take them one by one")
            return found
        return lifted(lambda x: self(x, 0, extrapolate) - y, found, dtype, elementwise=True)

    def roots(self, discontinuity=True, extrapolate=None):
        """Where the interpolant is 0; each root carries derivatives."""
        return self.solve(0.0, discontinuity, extrapolate)

    def extend(self, c, x):
        """More intervals, whose coefficients may be dual numbers."""
        dtype, own = joint(self.dual_dtype, dtype_in(c)), self.dual_coefficients()
        lanes = None if dtype is None else interpolate.PPoly(lanes_last(dtype, own), self.x, self.extrapolate, 0)
        super().extend(stripped(c), plain_knots(f"{type(self).__name__}.extend", x))
        if dtype is not None:
            lanes.extend(lanes_last(dtype, c), stripped(x))
            lanes.axis = self.axis
            self.with_data(dtype, lanes)

    @classmethod
    def from_spline(cls, tck, extrapolate=None):
        """A spline's polynomials; its coefficients may be dual numbers."""
        if isinstance(tck, interpolate.BSpline):
            extrapolate, tck = tck.extrapolate if extrapolate is None else extrapolate, tck.tck
        t, c, k = tck
        t, dtype = plain_knots(f"{cls.__name__}.from_spline", t), dtype_in(c)
        found = super().from_spline((t, stripped(c), k), extrapolate)
        if dtype is not None:
            of_lanes = [interpolate.PPoly.from_spline((t, lane, k)).c for lane in lanes_in(dtype, c)]
            found.with_data(dtype, interpolate.PPoly(np.stack(of_lanes, axis=-1), found.x,
                                                     found.extrapolate))
        return found


class PPoly(_Polynomial, interpolate.PPoly):
    """scipy.interpolate.PPoly; x and the coefficients may be dual numbers."""

    def __init__(self, c, x, extrapolate=None, axis=0):
        x = plain_knots("PPoly", x)
        super().__init__(stripped(c), x, extrapolate, axis)
        dtype = dtype_in(c)
        if dtype is not None:
            self.with_data(dtype, interpolate.PPoly(lanes_last(dtype, c), x, extrapolate, axis))


class CubicSpline(_Polynomial, interpolate.CubicSpline):
    """scipy.interpolate.CubicSpline; x, the data and values in bc_type may be dual numbers.

    Parameters
    ----------
    x, y, axis, bc_type, extrapolate
        As SciPy's.

    Raises
    ------
    TypeError
        For dual numbers among the knots.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> from dualad.scipy.interpolate import CubicSpline
    >>> spline = CubicSpline([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 8.0, 27.0])
    >>> round(float(dualad.derivative(spline)(2.0)), 9)
    12.0
    >>> np.round(dualad.jacobian(lambda y: CubicSpline([0.0, 1.0, 2.0], y)(0.5))([0.0, 1.0, 4.0]), 3)
    array([ 0.375,  0.75 , -0.125])
    """

    def __init__(self, x, y, axis=0, bc_type="not-a-knot", extrapolate=None):
        x = plain_knots("CubicSpline", x)
        super().__init__(x, stripped(y), axis, stripped(bc_type), extrapolate)
        dtype = dtype_in(y, bc_type)
        if dtype is not None:
            rest = np.delete(np.shape(y), axis)
            moved = bc_type if isinstance(bc_type, str) else tuple([_end(dtype, end, rest) for end in bc_type])
            self.with_data(dtype, interpolate.CubicSpline(x, lanes_last(dtype, y), axis % np.ndim(y), moved,
                                                          extrapolate))


def _end(dtype, end, shape):
    """A boundary condition of the lanes: (order, value)."""
    if isinstance(end, str):
        return end
    return end[0], np.broadcast_to(lanes_last(dtype, end[1]), (*shape, len(lanes_in(dtype, 0.0))))


class CubicHermiteSpline(_Polynomial, interpolate.CubicHermiteSpline):
    """scipy.interpolate.CubicHermiteSpline; x and the data may be dual numbers."""

    def __init__(self, x, y, dydx, axis=0, extrapolate=None):
        x = plain_knots("CubicHermiteSpline", x)
        super().__init__(x, stripped(y), stripped(dydx), axis, extrapolate)
        self.hermite(dtype_in(y, dydx), x, y, dydx, axis, extrapolate)

    def hermite(self, dtype, x, y, dydx, axis, extrapolate):
        """The lanes of data and slopes."""
        if dtype is not None:
            self.with_data(dtype, interpolate.CubicHermiteSpline(
                x, lanes_last(dtype, y), lanes_last(dtype, dydx), axis % np.ndim(y), extrapolate))


class PchipInterpolator(_Polynomial, interpolate.PchipInterpolator):
    """scipy.interpolate.PchipInterpolator; x and the data may be dual numbers."""

    def __init__(self, x, y, axis=0, extrapolate=None):
        x = plain_knots("PchipInterpolator", x)
        super().__init__(x, stripped(y), axis, extrapolate)
        dtype = dtype_in(y)
        if dtype is not None:
            moved = np.moveaxis(as_numbers(y), axis, 0)
            CubicHermiteSpline.hermite(self, dtype, x, moved, _pchip_slopes(np.asarray(x, float), moved), 0,
                                       extrapolate)
            self.lanes.axis = self.axis


class Akima1DInterpolator(_Polynomial, interpolate.Akima1DInterpolator):
    """scipy.interpolate.Akima1DInterpolator; x and the data may be dual numbers."""

    def __init__(self, x, y, axis=0, *, method="akima", extrapolate=None):
        x = plain_knots("Akima1DInterpolator", x)
        super().__init__(x, stripped(y), axis, method=method, extrapolate=extrapolate)
        dtype = dtype_in(y)
        if dtype is not None:
            moved = np.moveaxis(as_numbers(y), axis, 0)
            CubicHermiteSpline.hermite(self, dtype, x, moved, _akima_slopes(np.asarray(x, float), moved, method), 0,
                                       bool(extrapolate) if extrapolate != "periodic" else extrapolate)
            self.lanes.axis = self.axis


def _secants(x, y):
    h = np.diff(x).reshape(-1, *[1] * (y.ndim - 1))
    return h, np.diff(y, axis=0) / h


def _pchip_slopes(x, y):
    """F. N. Fritsch, J. Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300: weighted harmonic means of the secants."""
    h, m = _secants(x, y)
    if len(m) == 1:
        return np.concatenate((m, m))
    before, after = m[:-1], m[1:]
    flat = np.sign(value(before)) * np.sign(value(after)) <= 0
    w1, w2 = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    inside = (w1 + w2) / (w1 / np.where(flat, 1.0, before) + w2 / np.where(flat, 1.0, after))
    first, last = _pchip_end(h[0], h[1], m[0], m[1]), _pchip_end(h[-1], h[-2], m[-1], m[-2])
    return np.concatenate((first[None], np.where(flat, 0.0, inside), last[None]))


def _pchip_end(h0, h1, m0, m1):
    """C. Moler, Numerical Computing with MATLAB (2004), 3.6: three points, kept monotone."""
    d = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1)
    signs = [np.sign(value(part)) for part in (d, m0, m1)]
    steep = (signs[1] != signs[2]) & (abs(value(d)) > 3 * abs(value(m0)))
    return np.where(signs[0] != signs[1], 0.0 * d, np.where(steep, 3 * m0, d))


def _akima_slopes(x, y, method):
    """H. Akima, J. ACM 17 (1970) 589; modified as in MATLAB's makima."""
    _, m = _secants(x, y)
    if len(m) == 1:
        return np.concatenate((m, m))
    left, right = 2 * m[0] - m[1], 2 * m[-1] - m[-2]
    m = np.concatenate(((2 * left - m[0])[None], left[None], m, right[None], (2 * right - m[-1])[None]))
    size = abs(np.diff(m, axis=0))
    if method == "makima":
        size = size + abs(m[1:] + m[:-1]) / 2
    f1, f2 = size[2:], size[:-2]
    both = f1 + f2
    known = value(both) > 1e-9 * value(both).max(initial=-np.inf)
    return np.where(known, m[1:-2] + f2 / np.where(known, both, 1.0) * (m[2:-1] - m[1:-2]), (m[3:] + m[:-3]) / 2)

"""B-splines and FITPACK's splines of scipy.interpolate."""

import numpy as np
from scipy import interpolate

from .duals import as_numbers, dtype_in, joint, lanes_in, plain_or_refused, resting, stripped, with_lanes
from .implicit import lifted
from .splines import Differentiable, OfCoefficients, lanes_last, plain_knots


class BSpline(OfCoefficients, interpolate.BSpline):
    """scipy.interpolate.BSpline; x and the coefficients may be dual numbers."""

    def __init__(self, t, c, k, extrapolate=True, axis=0):
        t = plain_knots("BSpline", t)
        super().__init__(t, stripped(c), k, extrapolate, axis)
        dtype = dtype_in(c)
        if dtype is not None:
            self.with_data(dtype, interpolate.BSpline(t, lanes_last(dtype, c), k, extrapolate, axis % np.ndim(c)))

    def axes_behind(self):
        return self.c.ndim - 1 - self.axis

    @property
    def tck(self):
        """Knots, coefficients, which are dual numbers where the data were, and degree."""
        return self.t, self.dual_coefficients(), self.k

    def insert_knot(self, x, m=1):
        """The same spline with another knot, m times."""
        return self._derived("insert_knot", (plain_knots("BSpline.insert_knot", x), m), {})

    @classmethod
    def from_power_basis(cls, pp, bc_type="not-a-knot"):
        """A cubic spline, of dual data too, as B-spline."""
        found = super().from_power_basis(pp, bc_type)
        if getattr(pp, "lanes", None) is not None:
            of_lanes = [interpolate.BSpline.from_power_basis(interpolate.CubicSpline.construct_fast(c, pp.x), bc_type).c
                        for c in np.moveaxis(pp.lanes.c, -1, 0)]
            found.with_data(pp.dual_dtype, interpolate.BSpline.construct_fast(
                found.t, np.stack(of_lanes, axis=-1), found.k, found.extrapolate, found.axis))
        return found


def _own(spline, lanes=None, dtype=None):
    """SciPy's spline as one of ours."""
    own = BSpline.construct_fast(spline.t, spline.c, spline.k, spline.extrapolate, spline.axis)
    if lanes is not None:
        own.with_data(dtype, lanes)
    return own


def make_interp_spline(x, y, k=3, t=None, bc_type=None, axis=0, check_finite=True):
    """scipy.interpolate.make_interp_spline; the data and values in bc_type may be dual numbers."""
    x, t = [plain_knots("make_interp_spline", item) for item in (x, t)]
    bc_type = resting(bc_type)
    found = interpolate.make_interp_spline(x, stripped(y), k, t, stripped(bc_type), axis, check_finite)
    dtype = dtype_in(y, bc_type)
    if dtype is None:
        return _own(found)
    if bc_type is not None and not isinstance(bc_type, str):
        bc_type = [end if end is None or isinstance(end, str) else [
            (order, lanes_last(dtype, given)) for order, given in end] for end in bc_type]
    lanes = interpolate.make_interp_spline(x, lanes_last(dtype, y), k, t, bc_type, axis % np.ndim(y), check_finite)
    return _own(found, lanes, dtype)


def make_lsq_spline(x, y, t, k=3, w=None, axis=0, *options, **named):
    """scipy.interpolate.make_lsq_spline; the data may be dual numbers."""
    x, t, w = [plain_knots("make_lsq_spline", item) for item in (x, t, w)]
    found = interpolate.make_lsq_spline(x, stripped(y), t, k, w, axis, *options, **named)
    dtype = dtype_in(y)
    if dtype is None:
        return _own(found)
    lanes = interpolate.make_lsq_spline(x, lanes_last(dtype, y), t, k, w, axis % np.ndim(y), *options, **named)
    return _own(found, lanes, dtype)


# -- FITPACK -----------------------------------------------------------------------------------------------

class _Lanes:
    """One spline of FITPACK's for each lane, called as one."""

    def __init__(self, splines):
        self.splines = splines

    def __call__(self, *args, **kwargs):
        return np.stack([spline(*args, **kwargs) for spline in self.splines], axis=-1)

    def derivative(self, n=1):
        return _Lanes([spline.derivative(n) for spline in self.splines])

    def antiderivative(self, n=1):
        return _Lanes([spline.antiderivative(n) for spline in self.splines])


ZEROS, BOUNDARY = 1, 3                     # what FITPACK answers beyond the knots, as its `ext`


class _OfFitpack(Differentiable):
    """Splines called with x, nu, ext."""

    def options_of_slopes(self, nu, options):
        """The boundary's value has slope 0, for which FITPACK has the extrapolated spline's."""
        ext = self.ext if options["ext"] is None else options["ext"]
        return {"ext": ZEROS if nu == 0 and ext in (BOUNDARY, "const") else ext}


class _Vanishing:
    """FITPACK refuses to derive a polynomial more often than its degree."""

    def __call__(self, x, nu=0, ext=None):
        if nu > self._eval_args[2]:
            return np.zeros(np.shape(x))
        return super().__call__(x, nu, ext)


class _Fitpack(_OfFitpack, _Vanishing):
    def __call__(self, x, nu=0, ext=None):
        return super().__call__(x, nu, ext=ext)

    def _derived(self, name, args, kwargs):
        found = _given(getattr(super(Differentiable, self), name)(*args, **kwargs))
        if self.lanes is not None:
            found.with_data(self.dual_dtype, getattr(self.lanes, name)(*args, **kwargs))
        return found

    def integral(self, a, b):
        """The integral from a to b, which may be dual numbers; outside of its knots the spline counts as 0."""
        found = super().integral(stripped(a), stripped(b))
        dtype = joint(self.dual_dtype, dtype_in(a, b))
        if dtype is None:
            return found
        whole, knots = self.antiderivative(), self.get_knots()
        low, high = [whole(np.minimum(np.maximum(end, knots[0]), knots[-1])) for end in (a, b)]
        return with_lanes(dtype, found, lanes_in(dtype, high - low))

    def get_coeffs(self):
        """Coefficients, dual numbers where the data were."""
        found = super().get_coeffs()
        if self.lanes is None:
            return found
        return with_lanes(self.dual_dtype, found, np.stack([spline.get_coeffs() for spline in self.lanes.splines]))

    def derivatives(self, x):
        """All derivatives at a place, which may be a dual number."""
        found = super().derivatives(stripped(x))
        dtype = joint(self.dual_dtype, dtype_in(x))
        if dtype is None:
            return found
        if isinstance(found, list):                                         # several places
            return [self.derivatives(place) for place in as_numbers(x)]
        lanes = [lanes_in(dtype, self(as_numbers(x).reshape(()), order, ext=0)) for order in range(len(found))]
        return with_lanes(dtype, found, np.stack(lanes, axis=-1))

    def roots(self):
        """Where the spline is 0; each root carries derivatives."""
        found = super().roots()
        if self.lanes is None or not found.size:
            return found
        return lifted(lambda x: self(x, ext=0), found, self.dual_dtype, elementwise=True)

    def set_smoothing_factor(self, s):
        """Another smoothing spline of the same data, which must be plain numbers."""
        if self.lanes is not None:
            raise TypeError(f"set_smoothing_factor: {NO_SMOOTHING}")
        super().set_smoothing_factor(s)


def _given(spline):
    own = object.__new__(UnivariateSpline)
    own.__dict__.update(spline.__dict__)
    return own


NO_SMOOTHING = ("a smoothing spline of dual data has no rule. Use InterpolatedUnivariateSpline, CubicSpline or "
                "make_lsq_spline, which are linear in the data, or dualad.custom_jvp")


def _plain_data(name, *data):
    return plain_or_refused(data, f"{name}: {NO_SMOOTHING}")


class UnivariateSpline(_Fitpack, interpolate.UnivariateSpline):
    """scipy.interpolate.UnivariateSpline; x may be dual numbers."""

    def __init__(self, x, y, w=None, *options, **named):
        x, y, w = _plain_data("UnivariateSpline", x, y, w)
        super().__init__(x, y, w, *options, **named)


class InterpolatedUnivariateSpline(_Fitpack, interpolate.InterpolatedUnivariateSpline):
    """scipy.interpolate.InterpolatedUnivariateSpline; x and the data may be dual numbers."""

    def __init__(self, x, y, w=None, bbox=(None, None), k=3, ext=0, check_finite=False):
        x, w = [plain_knots("InterpolatedUnivariateSpline", item) for item in (x, w)]
        super().__init__(x, stripped(y), w, bbox, k, ext, check_finite)
        dtype = dtype_in(y)
        if dtype is not None:
            self.with_data(dtype, _Lanes([UnivariateSpline(x, lane, w, bbox, k, 0, ext)
                                          for lane in lanes_in(dtype, as_numbers(y))]))


def splev(x, tck, der=0, ext=0):
    """scipy.interpolate.splev; x and the coefficients may be dual numbers."""
    if isinstance(tck, interpolate.BSpline):
        return interpolate.splev(x, tck if isinstance(tck, BSpline) else _own(tck), der, ext)
    t, c, k = tck
    if len(c) and np.ndim(c[0]):
        return [splev(x, (t, part, k), der, ext) for part in c]
    if dtype_in(x, t, c) is None:
        return interpolate.splev(x, tck, der, ext)
    return _Tck(plain_knots("splev", t), resting(c), k)(x, der, ext=ext)


class _PlainTck:
    def __init__(self, t, c, k):
        self.plain = t, stripped(c), k

    def __call__(self, x, nu, ext):
        if nu > self.plain[2]:
            return np.zeros(np.shape(x))
        return interpolate.splev(x, self.plain, nu, ext)


class _Tck(_OfFitpack, _PlainTck):
    """A spline as FITPACK's tuple."""

    def __init__(self, t, c, k):
        super().__init__(t, c, k)
        dtype = dtype_in(c)
        if dtype is not None:
            self.with_data(dtype, _Lanes([_PlainTck(t, lane, k) for lane in lanes_in(dtype, as_numbers(c))]))


def splrep(x, y, w=None, *options, **named):
    """scipy.interpolate.splrep; refuses dual numbers by name."""
    x, y, w = _plain_data("splrep", x, y, w)
    return interpolate.splrep(x, y, w, *options, **named)

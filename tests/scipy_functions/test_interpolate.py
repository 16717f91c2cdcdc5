"""Interpolants as functions of the place and of the data."""

import functools

import numpy as np
import pytest
from support import of_parameters

import dualad

scipys = pytest.importorskip("scipy.interpolate")
interpolate = pytest.importorskip("dualad.scipy.interpolate")


def check_numerically(f, p, step=0.01, **options):
    of_parameters.check_numerically(f, p, step=step, **options)


X = np.array([0.0, 0.7, 1.5, 2.0, 3.1, 4.0])
Y = np.array([0.3, 1.9, 1.2, 1.4, 2.6, 0.5])
AT = np.array([0.33, 1.71, 3.37])
OUTSIDE = np.array([-0.4, 1.71, 4.3])

MAKERS = {
    "CubicSpline": lambda m, x, y: m.CubicSpline(x, y),
    "natural": lambda m, x, y: m.CubicSpline(x, y, bc_type="natural"),
    "given ends": lambda m, x, y: m.CubicSpline(x, y, bc_type=((1, 0.5), (2, -0.3))),
    "pchip": lambda m, x, y: m.PchipInterpolator(x, y),
    "akima": lambda m, x, y: m.Akima1DInterpolator(x, y),
    "makima": lambda m, x, y: m.Akima1DInterpolator(x, y, method="makima", extrapolate=True),
    "hermite": lambda m, x, y: m.CubicHermiteSpline(x, y, np.roll(y, 2)),
    "make_interp_spline": lambda m, x, y: m.make_interp_spline(x, y),
    "quintic": lambda m, x, y: m.make_interp_spline(x, y, k=5),
    "linear spline": lambda m, x, y: m.make_interp_spline(x, y, k=1),
    "clamped": lambda m, x, y: m.make_interp_spline(x, y, bc_type=([(1, 0.5)], [(2, 0.0)])),
    "least squares": lambda m, x, y: m.make_lsq_spline(x, y, [0, 0, 0, 0, 2.2, 4, 4, 4, 4]),
    "InterpolatedUnivariateSpline": lambda m, x, y: m.InterpolatedUnivariateSpline(x, y),
    **{f"interp1d {kind}": lambda m, x, y, kind=kind: m.interp1d(x, y, kind)
       for kind in ("linear", "nearest", "previous", "next", "zero", "slinear", "quadratic", "cubic")},
}
each = pytest.mark.parametrize("make", [functools.partial(make, interpolate) for make in MAKERS.values()], ids=MAKERS)


@each
def test_the_place(make):
    spline = make(X, Y)
    check_numerically(spline, AT, rtol=1e-8, atol=1e-9)
    check_numerically(lambda x: spline(x.reshape(1, 3)), AT, rtol=1e-8, atol=1e-9)
    check_numerically(lambda p: spline(p[0] * p[1]), [1.3, 1.4], rtol=1e-8, atol=1e-9)


@each
def test_the_data(make):
    check_numerically(lambda y: make(X, y)(AT), Y, rtol=1e-8, atol=1e-8)


@each
def test_both(make):
    check_numerically(lambda p: make(X, Y * p[0] + p[1] * Y**2)(p[2] + 0.1 * AT), [1.3, 0.4, 0.3], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_plain_numbers_get_scipys_result(make):
    ours, theirs = make(interpolate, X, Y), make(scipys, X, Y)
    assert ours(AT).tobytes() == theirs(AT).tobytes() and type(ours(AT)) is np.ndarray
    assert isinstance(ours, type(theirs)) and type(ours).__name__ == type(theirs).__name__


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("make", [interpolate.CubicSpline, interpolate.PchipInterpolator,
                                  interpolate.Akima1DInterpolator, interpolate.interp1d,
                                  lambda x, y, axis: interpolate.interp1d(x, y, "cubic", axis),
                                  interpolate.make_interp_spline])
def test_axes(make, axis):
    data = np.moveaxis(Y[:, None, None] * np.linspace(0.5, 1.5, 6).reshape(2, 3) + X[:, None, None], 0, axis)

    def found(p):
        return make(X, data * p[0], axis=axis)(p[1:].reshape(1, 2))
    assert np.shape(found(np.ones(3))) == np.shape(make(X, data, axis=axis)(np.ones((1, 2))))
    check_numerically(found, [1.3, 0.33, 1.7], rtol=1e-8, atol=1e-8)


def test_derivatives_and_integrals():
    for make in (interpolate.CubicSpline, interpolate.PchipInterpolator, interpolate.make_interp_spline):
        check_numerically(lambda p, make=make: make(X, Y * p[0]).derivative()(p[1]), [1.2, 1.71], rtol=1e-7)
        check_numerically(lambda p, make=make: make(X, Y * p[0])(p[1], 1), [1.2, 1.71], rtol=1e-7)
        check_numerically(lambda p, make=make: make(X, Y * p[0]).antiderivative()(p[1]), [1.2, 1.71], rtol=1e-8)
        check_numerically(lambda p, make=make: np.ravel(make(X, Y * p[0]).integrate(p[1], p[2]))[0], [1.2, 0.3, 1.71],
                          rtol=1e-7)
    check_numerically(lambda p: interpolate.InterpolatedUnivariateSpline(X, Y * p[0]).integral(p[1], p[2]),
                      [1.2, 0.3, 1.71], rtol=1e-8)
    check_numerically(lambda p: interpolate.InterpolatedUnivariateSpline(X, Y * p[0]).integral(p[1], p[2]),
                      [1.2, -0.3, 1.71], rtol=1e-8)
    check_numerically(lambda p: interpolate.UnivariateSpline(X, Y, s=0.1).derivative()(p[0]), [1.71], rtol=1e-7)


def test_roots_of_a_spline():
    check_numerically(lambda p: interpolate.CubicSpline(X, Y * p[0]).solve(p[1]), [1.2, 1.1], rtol=1e-7, atol=1e-8,
                      step=0.01)
    check_numerically(lambda p: interpolate.PchipInterpolator(X, Y - p[0]).roots(), [1.1], rtol=1e-7, atol=1e-8,
                      step=0.01)


def test_periodic():
    def spline(p):
        data = p[0] * np.sin(X * np.pi / 2)
        data[-1] = data[0]
        return interpolate.CubicSpline(X, data, bc_type="periodic")(p[1])
    check_numerically(spline, [1.2, 5.3], rtol=1e-8)


def test_values_in_boundary_conditions():
    check_numerically(lambda p: interpolate.CubicSpline(X, Y, bc_type=((1, p[0]), (2, p[1])))(AT), [0.5, -0.3],
                      rtol=1e-8)
    make = interpolate.make_interp_spline
    check_numerically(lambda p: make(X, Y, bc_type=([(1, p[0])], [(2, p[1])]))(AT), [0.5, -0.3], rtol=1e-8)
    check_numerically(lambda p: make(X, Y * p[0], bc_type=([(1, 0.0)], [(1, p[1]**2)]))(p[2]), [1.2, 0.5, 1.7],
                      rtol=1e-8)
    check_numerically(lambda p: make(X, Y, k=5, bc_type=([(1, p[0]), (2, 0.1)], [(1, p[0] * p[1]), (2, p[1])]))(AT),
                      [0.5, -0.3], rtol=1e-8, atol=1e-9)
    check_numerically(lambda p: make(X, np.stack([Y, Y**2], 1), bc_type=([(1, p)], "natural"))(AT), [0.5, -0.3],
                      rtol=1e-8, atol=1e-9)
    with pytest.raises(TypeError, match="make_interp_spline: the places"):
        make(X * dualad.seed(1.0), Y)


def test_piecewise_polynomials():
    c = np.random.default_rng(2).normal(size=(4, 2))
    check_numerically(lambda p: interpolate.PPoly(p[:8].reshape(4, 2), [0.0, 1.0, 2.0])(p[8:]),
                      np.append(c.ravel(), [0.3, 1.2]), rtol=1e-8, atol=1e-9)
    t = [0, 0, 0, 0, 1, 2, 2, 2, 2]
    check_numerically(lambda p: interpolate.BSpline(t, p[:5], 3)(p[5:]), np.append(c.ravel()[:5], [0.3, 1.2]),
                      rtol=1e-8, atol=1e-9)


def test_fitpack():
    tck = scipys.splrep(X, Y, s=0.1)
    check_numerically(lambda x: interpolate.splev(x, tck), AT, rtol=1e-8)
    check_numerically(lambda x: interpolate.splev(x, tck, der=2), AT, rtol=1e-7, atol=1e-8)
    check_numerically(interpolate.UnivariateSpline(X, Y, s=0.1), AT, rtol=1e-8)
    with pytest.raises(TypeError, match="InterpolatedUnivariateSpline"):
        dualad.jacobian(lambda y: interpolate.splrep(X, y)[1])(Y)
    with pytest.raises(TypeError, match="smoothing spline"):
        dualad.jacobian(lambda y: interpolate.UnivariateSpline(X, y)(AT))(Y)


def test_a_table_with_dual_knots():
    check_numerically(lambda p: interpolate.interp1d(p[:6], p[6:12])(p[12:]), np.concatenate((X, Y, AT)), rtol=1e-8,
                      atol=1e-9, step=0.01)
    shuffled = [3, 1, 0, 5, 2, 4]
    check_numerically(lambda p: interpolate.interp1d(p[:6][shuffled], p[6:12][shuffled])(p[12:]),
                      np.concatenate((X, Y, AT)), rtol=1e-8, atol=1e-9, order=1, step=0.01)
    for make in (interpolate.CubicSpline, lambda x, y: interpolate.interp1d(x, y, "cubic")):
        with pytest.raises(TypeError, match="kind='linear'"):
            dualad.jacobian(lambda x, make=make: make(x, Y)(AT))(X)


@pytest.mark.parametrize("kind", ["linear", "nearest", "cubic"])
def test_outside_of_a_table(kind):
    def found(p, fill):
        return interpolate.interp1d(X, Y * p[0], kind, bounds_error=False, fill_value=fill(p))(p[1:])
    p = np.append(1.3, OUTSIDE)
    check_numerically(lambda p: found(p, lambda p: (p[0], 7.0)), p, rtol=1e-8, atol=1e-9)
    check_numerically(lambda p: found(p, lambda p: "extrapolate"), p, rtol=1e-8, atol=1e-9)
    with pytest.raises(ValueError, match="below"):
        dualad.jacobian(interpolate.interp1d(X, Y, kind))(OUTSIDE)


GRID = (np.array([0.0, 1.0, 2.5]), np.array([-1.0, 0.5, 1.0, 2.0]))
TABLE = np.random.default_rng(3).normal(size=(3, 4))


@pytest.mark.parametrize("method", ["linear", "nearest"])
def test_grids(method):
    make = interpolate.RegularGridInterpolator
    check_numerically(lambda x: make(GRID, TABLE, method)(x), [[0.3, 0.7], [1.2, -0.2]], rtol=1e-8, atol=1e-9)
    check_numerically(lambda v: make(GRID, v, method)([[0.3, 0.7], [1.2, -0.2]]), TABLE, rtol=1e-8, atol=1e-9, order=1)
    check_numerically(lambda p: interpolate.interpn(GRID, TABLE * p[0], (p[1], p[2]), method), [1.2, 0.3, 0.7],
                      rtol=1e-8, atol=1e-9)
    check_numerically(lambda p: make(GRID, TABLE * p[0], method, bounds_error=False, fill_value=None)(p[1:]),
                      [1.2, -0.3, 2.7], rtol=1e-8, atol=1e-9)
    check_numerically(lambda p: make(GRID, TABLE * p[0], method, bounds_error=False, fill_value=5.0)(p[1:]),
                      [1.2, -0.3, 2.7], rtol=1e-8, atol=1e-9)
    descending = (GRID[0][::-1], GRID[1])
    check_numerically(lambda p: make(descending, TABLE * p[0], method)(p[1:]), [1.2, 0.3, 1.7], rtol=1e-8, atol=1e-9)
    with pytest.raises(TypeError, match="'linear' and 'nearest'"):
        dualad.jacobian(make((X, X), np.outer(Y, Y), "cubic"))([[0.3, 0.7]])


@pytest.mark.parametrize("ext", [0, 1, 3, "extrapolate", "zeros", "const"])
def test_beyond_the_knots(ext):
    """A value that stays where it is at the boundary has no slope there, but follows the data."""
    make, p = interpolate.InterpolatedUnivariateSpline, np.append(1.3, OUTSIDE)
    check_numerically(lambda p: make(X, Y, ext=ext)(p), OUTSIDE, rtol=1e-8, atol=1e-9)
    check_numerically(lambda p: make(X, Y * p[0], ext=ext)(p[1:]), p, rtol=1e-8, atol=1e-9)
    check_numerically(lambda p: make(X, Y * p[0], None, (None, None), 3, ext)(p[1:]), p, rtol=1e-8, atol=1e-9)
    check_numerically(lambda p: make(X, Y * p[0])(p[1:], 0, ext), p, rtol=1e-8, atol=1e-9)
    check_numerically(lambda p: make(X, Y * p[0], ext=ext)(p[1:], 1), p, rtol=1e-8, atol=1e-9)
    check_numerically(lambda p: make(X, Y * p[0], ext=ext).derivative()(p[1:]), p, rtol=1e-8, atol=1e-9)
    check_numerically(interpolate.UnivariateSpline(X, Y, s=0.1, ext=ext), OUTSIDE, rtol=1e-8, atol=1e-9)
    if not isinstance(ext, str):
        check_numerically(lambda x: interpolate.splev(x, scipys.splrep(X, Y), 0, ext), OUTSIDE, rtol=1e-8, atol=1e-9)
        check_numerically(lambda x: interpolate.splev(x, scipys.splrep(X, Y), 1, ext), OUTSIDE, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("point", [
    lambda x: (x, 0.3), lambda x: [x, 0.3], lambda x: ([x], 0.3), lambda x: [[x, 0.3]],
    lambda x: (np.array([[1.0, 2.0]]) * x, 0.3), lambda x: np.ones((2, 1, 2)) * x])
@pytest.mark.parametrize("rest", [(), (3,)])
@pytest.mark.parametrize("outside", [5.0, None])
def test_shapes_of_points_on_grids(point, rest, outside):
    """A product of coordinates is its own interpolant; SciPy's shapes, also of one point."""
    table = np.multiply.outer(np.multiply.outer(X, X), np.ones(rest))
    for call in (lambda m, x: m.RegularGridInterpolator((X, X), table, "linear", False, outside)(point(x)),
                 lambda m, x: m.interpn((X, X), table, point(x), "linear", False, outside)):
        exact, found = call(scipys, 0.2), call(interpolate, dualad.seed(0.2))
        assert found.shape == exact.shape and dualad.value(found).tobytes() == exact.tobytes()
        slopes = dualad.jacobian(lambda x, call=call: call(interpolate, x))(0.2)
        np.testing.assert_allclose(slopes, (call(scipys, 0.21) - call(scipys, 0.19)) / 0.02, rtol=1e-12)
        beyond = dualad.jacobian(lambda x, call=call: call(interpolate, x))(-9.0)
        assert np.any(beyond) == (outside is None)


def test_derivatives_of_b_splines():
    knots, weights, degree = scipys.splrep(X, Y)
    plain = scipys.BSpline(knots, weights, degree)
    slopes = dualad.jacobian(lambda x: np.stack(interpolate.splev(x, (knots, [weights, 2 * weights], degree))))(AT[0])
    np.testing.assert_allclose(slopes, plain.derivative()(AT[0]) * np.array([1.0, 2.0]), rtol=1e-13)
    assert dualad.jacobian(lambda x: interpolate.splev(x, (knots, weights, degree), degree + 1))(AT[0]) == 0.0
    by_weights = dualad.jacobian(lambda p: interpolate.BSpline(knots, weights * p, degree).derivative()(AT))(2.0)
    np.testing.assert_allclose(by_weights, plain.derivative()(AT), rtol=1e-13)
    found = dualad.jacobian(lambda x: interpolate.BSpline(knots, weights, degree).derivative(2)(x))(AT[1])
    np.testing.assert_allclose(found, plain.derivative(3)(AT[1]), rtol=1e-12)


@pytest.mark.parametrize("make", ["PchipInterpolator", "Akima1DInterpolator"])
def test_two_points_make_a_line(make):
    found = dualad.jacobian(lambda y: getattr(interpolate, make)([0.0, 2.0], y)(0.5))(np.array([1.0, 3.0]))
    np.testing.assert_allclose(found, [0.75, 0.25], rtol=1e-14)


def test_ends_of_two_kinds():
    """A spline is linear in its data."""
    ends = ("natural", (1, 0.0))
    found = dualad.jacobian(lambda p: interpolate.CubicSpline(X, Y * p, bc_type=ends)(AT))(2.0)
    np.testing.assert_allclose(found, scipys.CubicSpline(X, Y, bc_type=ends)(AT), rtol=1e-13)


def test_what_splines_of_dual_data_cannot_do():
    y = Y * dualad.seed([1.0])[0]
    with pytest.raises(TypeError, match="a smoothing spline of dual data has no rule"):
        interpolate.splrep(X, y)
    with pytest.raises(TypeError, match="periodic splines with dual numbers are integrated by antiderivative"):
        interpolate.CubicSpline(X, y).integrate(0.0, 1.0, extrapolate="periodic")
    with pytest.raises(TypeError, match="take them one by one"):
        interpolate.CubicSpline(X, np.stack([y, y], axis=1)).solve(0.5)


def test_coefficients_of_dual_data():
    """Coefficients are linear in the data; every way from one form of a spline to another keeps derivatives."""
    check_numerically(lambda y: interpolate.make_interp_spline(X, y).tck[1], Y, rtol=1e-8, atol=1e-9)
    for make in (interpolate.CubicSpline, interpolate.PchipInterpolator):
        check_numerically(lambda y, make=make: make(X, y).dual_coefficients(), Y, rtol=1e-7, atol=1e-7, step=0.01)
    check_numerically(lambda y: interpolate.make_interp_spline(X, y).derivative().tck[1], Y, rtol=1e-8, atol=1e-9)
    check_numerically(lambda y: interpolate.InterpolatedUnivariateSpline(X, y).get_coeffs(), Y, rtol=1e-8, atol=1e-9)
    check_numerically(lambda y: interpolate.interp1d(X[::-1], y).y, Y, order=1)
    check_numerically(lambda y: interpolate.interp1d(X, np.stack([y, y**2]), "cubic").y, Y, rtol=1e-8)

    def tck(p):
        return interpolate.make_interp_spline(X, Y * p[0] + Y**2 * p[1]).tck
    p = [1.3, 0.4, 1.71]
    for after in (
            lambda p: interpolate.BSpline(*tck(p)), lambda p: interpolate.PPoly.from_spline(tck(p)),
            lambda p: interpolate.PPoly.from_spline(interpolate.BSpline(*tck(p)), extrapolate=False),
            lambda p: interpolate.BSpline(*tck(p)).insert_knot(1.6, 2),
            lambda p: interpolate.BSpline.from_power_basis(interpolate.CubicSpline(X, Y * p[0] + Y**2 * p[1])),
            lambda p: interpolate.BSpline.from_power_basis(
                interpolate.CubicSpline(X, Y * p[0] + Y**2 * p[1], bc_type="natural"), "natural"),
            lambda p: functools.partial(interpolate.splev, tck=tck(p)),
            lambda p: functools.partial(interpolate.splev, tck=tck(p), der=1),
            lambda p: functools.partial(interpolate.splev, tck=interpolate.BSpline(*tck(p)))):
        check_numerically(lambda p, after=after: after(p)(p[2]), p, rtol=1e-7, atol=1e-8)
        check_numerically(lambda p, after=after: after(p)(1.71), p, rtol=1e-7, atol=1e-8)
    with pytest.raises(TypeError, match="insert_knot: the places"):
        dualad.jacobian(lambda x: interpolate.BSpline(*tck([1.0, 2.0])).insert_knot(x)(0.5))(1.6)


@pytest.mark.parametrize("as_given", [list, np.stack])
def test_coefficients_that_are_a_list(as_given):
    """A straight line from 1 to 2, times p."""
    knots = [0.0, 0, 1, 1]
    check_numerically(lambda p: interpolate.splev(p[1], (knots, as_given([p[0], 2 * p[0], 0 * p[0], 0 * p[0]]), 1)),
                      [1.3, 0.4], rtol=1e-9)
    found = interpolate.splev(dualad.seed(0.25), (knots, [1.0, 2, 0, 0], 1))
    assert (found.value, found.partials[0]) == (1.25, 1.0)
    both = interpolate.splev(dualad.seed(0.25), (knots, [[1.0, 2, 0, 0], [3.0, 5, 0, 0]], 1))
    assert [part.partials[0] for part in both] == [1.0, 2.0]


def test_more_intervals():
    def found(p):
        poly = interpolate.PPoly(np.array([[1.0, 2.0], [3.0, 4.0]]) * p[0], [0.0, 1.0, 2.0])
        poly.extend(np.array([[5.0], [6.0], [7.0]]) * p[1], [3.0])
        poly.extend(np.array([[1.0], [2.0], [8.0]]), [-1.0])
        return poly(np.array([-0.5, 0.3, 1.7, 2.2]) + p[2])
    check_numerically(found, [1.3, 0.4, 0.1], rtol=1e-8, atol=1e-9)
    check_numerically(lambda p: found([1.0, p[0], p[0] - 0.4]), [0.4], rtol=1e-8, atol=1e-9)


def test_what_fitpacks_splines_of_dual_data_tell():
    make = interpolate.InterpolatedUnivariateSpline
    check_numerically(lambda p: make(X, Y * p[0] + p[0]**2 - 2.8).roots(), [1.0], rtol=1e-7, atol=1e-8, step=0.01)
    assert make(X, Y + dualad.seed(9.0)).roots().size == 0
    check_numerically(lambda p: make(X, Y * p[0]**2).derivatives(p[1]), [1.3, 1.71], rtol=1e-7, atol=1e-8)
    check_numerically(lambda p: np.stack(make(X, Y).derivatives(p)), AT, rtol=1e-7, atol=1e-8)
    check_numerically(lambda p: make(X, Y * p[0]**2).derivative().get_coeffs(), [1.3], rtol=1e-7, atol=1e-8)
    ours, theirs = make(X, Y), scipys.InterpolatedUnivariateSpline(X, Y)
    ours.set_smoothing_factor(0.1)
    theirs.set_smoothing_factor(0.1)
    assert ours(AT).tobytes() == theirs(AT).tobytes() and ours.get_residual() == theirs.get_residual()
    np.testing.assert_allclose(dualad.jacobian(ours)(AT), np.diag(theirs(AT, 1)), rtol=1e-12)
    with pytest.raises(TypeError, match="set_smoothing_factor: a smoothing spline of dual data"):
        make(X, Y * dualad.seed(1.0)).set_smoothing_factor(1.0)


def test_fitpacks_functions_refuse_dual_coefficients():
    tck = interpolate.make_interp_spline(X, Y * dualad.seed(1.0)).tck
    for function in (scipys.sproot, lambda tck: scipys.splint(0.0, 1.0, tck), lambda tck: scipys.spalde(0.5, tck),
                     lambda tck: scipys.insert(0.5, tck)):
        with pytest.raises(TypeError):
            function(tck)

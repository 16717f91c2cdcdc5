"""Roots as functions of parameters."""

import mpmath
import numpy as np
import pytest
from support.of_parameters import check_closed_form, check_numerically

import dualad

scipy_optimize = pytest.importorskip("scipy.optimize")
optimize = pytest.importorskip("dualad.scipy.optimize")

BRACKETING = ["bisect", "brenth", "brentq", "ridder", "toms748"]


def cubic(x, a, b):
    return a * x**3 - b


def exact(q):
    return mpmath.cbrt(q[1] / q[0])


P = [2.0, 9.0]


@pytest.mark.parametrize("name", BRACKETING)
def test_bracketing(name):
    solver = getattr(optimize, name)
    check_closed_form(lambda p: solver(cubic, 0.0, 4.0, args=(p[0], p[1])), exact, P)
    check_closed_form(lambda p: solver(lambda x: cubic(x, *p), 0.0 * p[0], 4.0 + p[1]), exact, P)
    check_closed_form(lambda p: solver(cubic, 0.0, 4.0, (p[0], p[1]), full_output=True)[0], exact, P)


@pytest.mark.parametrize("name", BRACKETING)
def test_plain_numbers_get_scipys_result(name):
    ours, theirs = getattr(optimize, name), getattr(scipy_optimize, name)
    assert ours(cubic, 0.0, 4.0, (2.0, 9.0)) == theirs(cubic, 0.0, 4.0, (2.0, 9.0))
    assert type(ours(cubic, 0.0, 4.0, (2.0, 9.0))) is type(theirs(cubic, 0.0, 4.0, (2.0, 9.0)))
    assert ours(cubic, 0.0, 4.0, (2.0, 9.0), full_output=True)[1] == theirs(cubic, 0.0, 4.0, (2.0, 9.0),
                                                                         full_output=True)[1]
    with pytest.raises(ValueError, match="different signs"):
        ours(cubic, 3.0, 4.0, (2.0, 9.0))


@pytest.mark.parametrize("options", [{}, {"fprime": lambda x, a, b: 3 * a * x**2},
                                     {"fprime": lambda x, a, b: 3 * a * x**2, "fprime2": lambda x, a, b: 6 * a * x},
                                     {"x1": 3.0}, {"full_output": True}, {"disp": False}])
def test_newton(options):
    def found(p):
        x = optimize.newton(cubic, 1.5 * p[0] / p[0], args=tuple(p), **options)
        return x[0] if "full_output" in options else x
    check_closed_form(found, exact, P)


@pytest.mark.parametrize("fprime", [None, lambda x, a, b: 3 * a * x**2])
def test_newton_on_arrays(fprime):
    start = np.array([1.0, 2.0, 4.0])
    check_numerically(lambda p: optimize.newton(cubic, start, fprime, args=(p[0], p[1:])), [2.0, 1.0, 9.0, 30.0],
                      step=0.02, rtol=1e-8)


@pytest.mark.parametrize("options", [{"bracket": [0.0, 4.0]}, {"x0": 1.0, "fprime": lambda x, a, b: 3 * a * x**2},
                                     {"x0": 1.0, "x1": 3.0}, {"bracket": (0.0, 4.0), "method": "bisect"}])
def test_root_scalar(options):
    check_closed_form(lambda p: optimize.root_scalar(cubic, tuple(p), **options).root, exact, P)


def test_root_scalar_with_values_and_slopes_together():
    def both(x, a, b):
        return cubic(x, a, b), 3 * a * x**2
    check_closed_form(lambda p: optimize.root_scalar(both, tuple(p), x0=1.0, fprime=True).root, exact, P)


def system(x, p):
    return [x[0] ** 2 + x[1] ** 2 - p[0], x[0] - p[1] * x[1]]


def system_jacobian(x, p):
    return np.array([[2 * x[0], 2 * x[1]], [1.0, -p[1]]])


def second_unknown(q):
    return mpmath.sqrt(q[0] / (1 + q[1] ** 2))


@pytest.mark.parametrize("options", [{}, {"fprime": system_jacobian}, {"full_output": True}])
def test_fsolve(options):
    def found(p):
        x = optimize.fsolve(system, [2.0 * p[0] / p[0], 1.0], (p,), **options)
        return x[0][1] if "full_output" in options else x[1]
    check_closed_form(found, second_unknown, [3.0, 1.4])


@pytest.mark.parametrize("method", ["hybr", "lm", "krylov", "broyden1", "df-sane"])
def test_root(method):
    check_closed_form(lambda p: optimize.root(system, [1.3, 0.9], (p,), method).x[1], second_unknown, [3.0, 1.4])


def test_root_with_a_jacobian():
    def both(x, p):
        return system(x, p), system_jacobian(x, p)
    check_closed_form(lambda p: optimize.root(both, [1.3, 0.9], (p,), jac=True).x[1], second_unknown, [3.0, 1.4])
    check_closed_form(lambda p: optimize.root(lambda x: system(x, p), [1.3, 0.9],
                                              jac=lambda x: system_jacobian(x, p)).x[1], second_unknown, [3.0, 1.4])


def test_a_root_of_many_unknowns():
    """More unknowns than directions: the Jacobian comes in pieces."""
    diagonal = np.linspace(1.0, 3.0, 11)

    def f(x, p):
        return diagonal * x + 0.1 * np.roll(x, 1) * x - p[0] * np.cos(p[1] * diagonal)
    check_numerically(lambda p: optimize.fsolve(f, np.ones(11), (p,), xtol=1e-13), [1.0, 0.3], rtol=1e-8)


@pytest.mark.parametrize("method", ["del2", "iteration"])
def test_fixed_point(method):
    check_closed_form(lambda p: optimize.fixed_point(lambda x: (x + p[0] / x) / 2, 1.0, method=method),
                      lambda q: mpmath.sqrt(q[0]), [2.0])
    check_numerically(lambda p: optimize.fixed_point(lambda x, c: np.cos(c * x), np.array([0.5, 0.6]), (p,),
                                                     xtol=1e-13), [1.0, 0.8], step=0.02)


def test_nested_derivatives():
    """Numbers of two levels meet in one equation; and an equation with a derivative in it."""
    def root(a, b):
        return optimize.brentq(lambda x: a * x**3 - b, 0.0, 4.0)
    inner = dualad.derivative(lambda a: dualad.derivative(lambda b: root(a, b))(9.0))(2.0)
    assert inner == pytest.approx(dualad.hessian(lambda p: root(*p))(np.array(P))[0, 1], rel=1e-12)
    stationary = dualad.derivative(lambda c: optimize.brentq(dualad.derivative(lambda x: x**4 - 4 * c * x), 0, 3))(8.0)
    assert stationary == pytest.approx(1 / 12, rel=1e-12)


def test_what_is_no_root():
    with pytest.raises(RuntimeError, match="converge"):
        dualad.derivative(lambda c: optimize.brentq(lambda x: x**3 - c, 0.0, 3.0, maxiter=2))(8.0)
    lost = dualad.derivative(lambda c: optimize.brentq(lambda x: x**3 - c, 0.0, 3.0, maxiter=2, disp=False))
    assert np.isnan(lost(8.0))
    lost = dualad.derivative(lambda c: optimize.newton(lambda x: x**3 - c, 1.0, maxiter=2, disp=False))
    assert np.isnan(lost(8.0))
    with pytest.warns(RuntimeWarning):
        lost = dualad.jacobian(lambda c: optimize.fsolve(lambda x: x**2 + c, [1.0]))([1.0])
    assert np.isnan(lost).all()
    assert np.isnan(dualad.jacobian(lambda c: optimize.root(lambda x: x**2 + c, [1.0]).x)([1.0])).all()
    with pytest.warns(RuntimeWarning, match="some failed"):
        some = dualad.jacobian(lambda c: optimize.newton(lambda x: x**2 - c, np.array([1.0, 1.0]), maxiter=30,
                                                         full_output=True).root)(np.array([2.0, -2.0]))
    assert np.isfinite(some[0]).all() and np.isnan(some[1]).all()


def test_a_slope_of_zero():
    grown = dualad.grad(lambda p: optimize.brentq(lambda x: x**3 - p[0] + 0 * p[1], -1.0, 1.0))([0.0, 5.0])
    assert np.array_equal(grown, [np.inf, 0.0])
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        dualad.jacobian(lambda p: optimize.root(lambda x: [x[0] + x[1] - p[0], 2 * x[0] + 2 * x[1] - 2 * p[0]],
                                                [1.0, 1.0], method="lm").x)([2.0])
    with pytest.raises(TypeError, match="as many equations as unknowns"):
        dualad.jacobian(lambda p: optimize.root(lambda x: [x[0] - p[0], x[0] - 1.0, x[1]], [1.0, 1.0],
                                                method="lm").x)([1.0])


def test_a_tolerance_that_cannot_be_met():
    """The root is found to rounding, and SciPy only says that it cannot be nearer."""
    p, options = np.array([0.7]), {"xtol": 1e-14}
    assert scipy_optimize.fsolve(lambda x: x**2 - p, 1.0, full_output=True, **options)[2] == 3
    for solve in (lambda p: optimize.fsolve(lambda x: x**2 - p, 1.0, **options)[0],
                  lambda p: optimize.fsolve(lambda x: x**2 - p, 1.0, full_output=True, **options)[0][0],
                  lambda p: optimize.root(lambda x: x**2 - p, 1.0, options=options).x[0]):
        check_closed_form(solve, lambda q: mpmath.sqrt(q[0]), p)

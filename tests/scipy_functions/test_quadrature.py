"""Integrals as functions of parameters, under the integral and at its ends."""

import mpmath
import numpy as np
import pytest
from support.of_parameters import check_closed_form, check_numerically

import dualad

scipy_integrate = pytest.importorskip("scipy.integrate")
integrate = pytest.importorskip("dualad.scipy.integrate")


def test_quad():
    """Parameters in the closure, in args, and at both ends."""
    def exact(q):
        return (mpmath.exp(q[0] * q[2]) - mpmath.exp(q[0] * q[1])) / q[0]
    p = [0.7, -0.3, 1.9]
    check_closed_form(lambda p: integrate.quad(lambda x: np.exp(p[0] * x), p[1], p[2])[0], exact, p)
    check_closed_form(lambda p: integrate.quad(lambda x, a: np.exp(a * x), p[1], p[2], args=(p[0],))[0], exact, p)
    check_closed_form(lambda p: integrate.quad(lambda x, a: np.exp(a * x), p[1], 1.9, p[0], full_output=1)[0],
                      lambda q: exact([q[0], q[1], mpmath.mpf(1.9)]), p)


@pytest.mark.parametrize("low, high, exact", [(0.0, np.inf, lambda q: mpmath.sqrt(mpmath.pi / q[0]) / 2),
                                              (-np.inf, np.inf, lambda q: mpmath.sqrt(mpmath.pi / q[0]))])
def test_quad_to_infinity(low, high, exact):
    check_closed_form(lambda p: integrate.quad(lambda x: np.exp(-p[0] * x**2), low, high)[0], exact, [1.3])


def test_quad_with_an_infinite_end_and_a_moving_one():
    check_closed_form(lambda p: integrate.quad(lambda x: np.exp(-p[0] * x), p[1], np.inf)[0],
                      lambda q: mpmath.exp(-q[0] * q[1]) / q[0], [1.3, 0.4])


def test_quad_with_weights():
    check_closed_form(lambda p: integrate.quad(lambda x: np.exp(-p[0] * x), 0.0, np.inf, weight="cos", wvar=2.0)[0],
                      lambda q: q[0] / (q[0] ** 2 + 4), [1.3])
    check_numerically(lambda p: integrate.quad(lambda x: np.exp(p[0] * x), 0.0, 1.0, weight="alg", wvar=(0.5, 0.5))[0],
                      [1.3])


def test_a_singular_end():
    check_closed_form(lambda p: integrate.quad(lambda x: p[0] / np.sqrt(x), 0.0, p[1])[0],
                      lambda q: 2 * q[0] * mpmath.sqrt(q[1]), [1.3, 2.0])


def test_plain_numbers_get_scipys_result():
    assert integrate.quad(np.cos, 0.0, 1.0) == scipy_integrate.quad(np.cos, 0.0, 1.0)
    assert integrate.quad(np.cos, 0.0, 1.0, full_output=1)[0] == scipy_integrate.quad(np.cos, 0.0, 1.0)[0]
    ours = integrate.quad_vec(lambda x: np.array([x, x**2]), 0, 1)
    theirs = scipy_integrate.quad_vec(lambda x: np.array([x, x**2]), 0, 1)
    assert ours[0].tobytes() == theirs[0].tobytes() and ours[1] == theirs[1]

    def area(y, x):
        return x * y
    assert integrate.dblquad(area, 0, 1, 0, lambda x: x) == scipy_integrate.dblquad(area, 0, 1, 0, lambda x: x)


def test_what_quad_refuses():
    def total(p, **options):
        return integrate.quad(lambda x: p[0] * x, 0.0, 1.0, **{k: f(p) for k, f in options.items()})[0]
    with pytest.raises(TypeError, match="pieces"):
        dualad.grad(lambda p: total(p, points=lambda p: [p[0]]))([0.5])
    with pytest.raises(TypeError, match="weight into the function"):
        dualad.grad(lambda p: total(p, weight=lambda p: "cos", wvar=lambda p: p[0]))([0.5])
    with pytest.raises(TypeError, match="complex"):
        dualad.grad(lambda p: integrate.quad(lambda x: x + 1j, 0.0, p[0], complex_func=True)[0].real)([0.5])


def test_an_integral_that_does_not_converge_says_so():
    with pytest.warns(scipy_integrate.IntegrationWarning):
        dualad.grad(lambda p: integrate.quad(lambda x: p[0] / x, 0.0, 1.0)[0])([0.5])


def test_quad_vec():
    k = np.arange(1.0, 4.0)
    found = integrate.quad_vec
    check_numerically(lambda p: found(lambda x: np.exp(-p[0] * k * x), p[1], p[2])[0], [0.7, 0.1, 1.9])
    check_numerically(lambda p: found(lambda x, a: np.exp(-a * k * x), 0.0, np.inf, args=(p[0],))[0], [0.7])
    with pytest.raises(TypeError, match="pieces"):
        dualad.jacobian(lambda p: found(lambda x: k, 0.0, 1.0, points=[p[0]])[0])([0.5])


def test_dblquad():
    """Over 0 < y < p1 x < ..., so the inner end moves with x and with a parameter."""
    check_closed_form(lambda p: integrate.dblquad(lambda y, x: p[0] * x * y**2, 0.0, p[2], 0.0, lambda x: p[1] * x)[0],
                      lambda q: q[0] * q[1] ** 3 * q[2] ** 5 / 15, [0.7, 1.2, 1.5])


def test_tplquad_and_nquad():
    check_closed_form(lambda p: integrate.tplquad(lambda z, y, x: p[0] * x * z, 0.0, 1.0, 0.0, lambda x: p[1] * x,
                                                  0.0, lambda x, y: x + y)[0],
                      lambda q: q[0] * ((1 + q[1]) ** 3 - 1) / 30, [0.7, 1.2], order=1)
    check_closed_form(lambda p: integrate.nquad(lambda x, y, c: c * x * y, [[0.0, p[1]], [0.0, 2.0]], args=(p[0],))[0],
                      lambda q: q[0] * q[1] ** 2, [0.7, 1.2])


@pytest.mark.parametrize("n", [2, 3, 4, 7, 8])
def test_simpson(n):
    x = np.cumsum(np.linspace(0.2, 0.4, n))
    check_numerically(lambda y: integrate.simpson(y**2, x=x), np.sin(x), rtol=1e-8, atol=1e-8)
    check_numerically(lambda x: integrate.simpson(np.sin(x), x=x), x, rtol=1e-8, atol=1e-8, step=0.01)
    check_numerically(lambda p: integrate.simpson(np.outer(p, p) ** 2, dx=p[0], axis=0), np.sin(x), rtol=1e-8,
                      atol=1e-8)


def test_what_works_as_it_is():
    """Python code of SciPy's that takes dual numbers."""
    x = np.linspace(0.1, 1.7, 9) ** 2
    check_numerically(lambda y: integrate.trapezoid(y**2, x=y), x, rtol=1e-8)
    check_numerically(lambda y: integrate.cumulative_trapezoid(y**2, x=y, initial=0), x, rtol=1e-8)
    check_numerically(lambda y: integrate.romb(y**2, dx=0.3), x, rtol=1e-8)
    check_numerically(lambda p: integrate.fixed_quad(lambda s: np.exp(p[0] * s), p[1], p[2])[0], [0.7, 0.1, 1.9])


def test_points_to_break_at():
    """d/dp of p times the integral of |x - 1/2| from 0 to p, at 1: 1/4 + 1/2."""
    found = dualad.jacobian(lambda p: integrate.quad(lambda x: abs(x - 0.5) * p, 0.0, p, points=[0.5])[0])(1.0)
    np.testing.assert_allclose(found, 0.75, rtol=1e-12)

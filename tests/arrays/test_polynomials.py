"""Roots, poly1d, least-squares polynomials and numpy.polynomial, against closed forms."""

import numpy as np
import pytest
from numpy.polynomial import Chebyshev, Polynomial
from numpy.polynomial import chebyshev as C
from numpy.polynomial import polynomial as P
from support.tangents import tangents_by_differences

import dualad

T = np.linspace(-1.0, 2.0, 9)


def test_roots_of_a_quadratic():
    """r = (-b ± s) / 2 with s² = b² - 4c."""
    b, c = -0.7, -2.1
    found = np.roots(dualad.seed([1.0, b, c], order=2))
    r = dualad.value(found)
    assert r.tobytes() == np.roots([1.0, b, c]).tobytes()
    s = np.copysign(np.sqrt(b * b - 4 * c), 2 * r + b)
    first = np.stack([-1 / 2 + b / (2 * s), -1 / s], axis=-1)
    second = np.stack([[1 / (2 * s) - b * b / (2 * s**3), b / s**3], [b / s**3, -2 / s**3]])
    np.testing.assert_allclose(dualad.partials(found)[:, 1:], first, rtol=1e-14)
    np.testing.assert_allclose(dualad.second(found)[:, 1:, 1:], np.moveaxis(second, -1, 0), rtol=1e-13)


def test_complex_roots():
    """(x - a)² + b² has the roots a ± ib."""
    def pair(t):
        a, b = t[0], t[1]
        return np.roots(np.stack([1.0 + 0 * a, -2 * a, a * a + b * b]))

    found = pair(dualad.seed([0.3, 1.7], order=2))
    assert dualad.value(found).tobytes() == pair(np.array([0.3, 1.7])).tobytes()
    up = dualad.value(found).imag > 0
    np.testing.assert_allclose(dualad.partials(found)[up], [[1, 1j]], atol=1e-14)
    np.testing.assert_allclose(dualad.partials(found)[~up], [[1, -1j]], atol=1e-14)
    np.testing.assert_allclose(dualad.second(found), 0, atol=1e-13)


def test_roots_where_coefficients_vanish():
    found = np.roots(dualad.seed([0.0, 2.0, -3.0, 0.0]))           # 2x² - 3x, and what it becomes
    assert dualad.value(found).tolist() == [1.5, 0.0]
    np.testing.assert_allclose(dualad.partials(found), [[-(1.5**3) / 3, -(1.5**2) / 3, -1.5 / 3, -1 / 3],
                                                        [0, 0, 0, 1 / 3]])
    double = np.roots(dualad.seed([1.0, -2.0, 1.0]))
    assert not np.isfinite(dualad.partials(double)).any()
    assert np.roots(dualad.seed([3.0])).size == 0
    for wrong in (np.ones((2, 2)), [np.nan, 1.0, 2.0]):
        with pytest.raises(ValueError) as expected:
            np.roots(wrong)
        with pytest.raises(type(expected.value), match=str(expected.value)):
            np.roots(dualad.seed(wrong))


def test_polyfit_is_linear_in_y():
    design = np.vander(T, 3)
    coefficients, covariance = np.polyfit(T, dualad.seed(np.exp(T)), 2, cov=True)
    hat = np.linalg.solve(design.T @ design, design.T)
    np.testing.assert_allclose(dualad.partials(coefficients), hat, rtol=1e-12, atol=1e-14)
    rest = np.exp(T) - design @ hat @ np.exp(T)
    slope = 2 * rest / 6                                            # of the residuals' sum of squares
    expected = np.linalg.inv(design.T @ design)[..., None] * slope
    np.testing.assert_allclose(dualad.partials(covariance), expected, rtol=1e-10, atol=1e-13)
    y = dualad.seed(np.exp(T), order=2)
    assert not np.abs(dualad.second(np.polyfit(T, y, 2))).max() > 1e-14


def test_polynomials_in_moving_coefficients():
    x = dualad.seed([1.0, -2.0, 0.5])
    for found, expected in (
            (P.polyval(T, x), np.vander(T, 3, increasing=True)), (C.chebval(T, x), C.chebvander(T, 2)),
            (P.polyval2d(T, T, x.reshape(3, 1)), np.vander(T, 3, increasing=True)),
            (Polynomial(x)(T), P.polyvander(T, 2)),
            (Chebyshev(x, domain=[-1, 2])(T), C.chebvander(T * 2 / 3 - 1 / 3, 2)),
            (P.polyder(x), [[0, 1, 0], [0, 0, 2]]), (P.polymul(x, [1.0, 1.0]), np.eye(4, 3) + np.eye(4, 3, -1))):
        assert type(found) is dualad.DualArray
        np.testing.assert_allclose(dualad.partials(found), expected, rtol=1e-14, atol=1e-15)


def test_fits_of_numpy_polynomial():
    y = dualad.seed(np.exp(T))
    for fit in (P.polyfit(T, y, 2)[::-1], Polynomial.fit(T, y, 2).convert().coef[::-1], np.polyfit(T, y, 2)):
        np.testing.assert_allclose(dualad.partials(fit), np.linalg.pinv(np.vander(T, 3)), rtol=1e-11, atol=1e-13)


def test_a_number_and_a_polynomial():
    a, p = dualad.Dual(3.0, [1.0]), Polynomial([1.0, 2.0])
    for found, values, lanes in ((a * p, [3, 6], [1, 2]), (p * a, [3, 6], [1, 2]), (a + p, [4, 2], [1, 0]),
                                 (a - p, [2, -2], [1, 0]), (p / a, [1 / 3, 2 / 3], [-1 / 9, -2 / 9])):
        np.testing.assert_allclose(dualad.value(found.coef), values)
        np.testing.assert_allclose(dualad.partials(found.coef).ravel(), lanes)


def test_functions_that_are_plain_stay_plain():
    assert type(P.polyval(T, [1.0, 2.0])) is np.ndarray and type(np.polyfit(T, T, 1)) is np.ndarray
    assert np.common_type(dualad.seed([1.0]), np.arange(3)) is dualad.Dual1
    assert issubclass(np.common_type(dualad.seed([1.0]), np.array([1j])), dualad.ComplexDual)


# -- poly1d: leading coefficients that are 0 ---------------------------------------------------------------------

LEADING_ZERO = {                                   # and what it is for any c, written out
    "value": (lambda c: np.poly1d(c)(0.4), lambda c: c[0] * 0.4**2 + c[1] * 0.4 + c[2]),
    "of a list": (lambda c: np.poly1d([c[0], c[1], c[2]])(0.4), lambda c: c[0] * 0.4**2 + c[1] * 0.4 + c[2]),
    "at a coefficient": (lambda c: np.poly1d(c)(c[1]), lambda c: c[0] * c[1] ** 2 + c[1] ** 2 + c[2]),
    "product": (lambda c: (np.poly1d(c) * np.poly1d(c))(0.4), lambda c: (c[0] * 0.4**2 + c[1] * 0.4 + c[2]) ** 2),
    "polymul": (lambda c: np.polymul(c, c), lambda c: np.stack([
        c[0] ** 2, 2 * c[0] * c[1], 2 * c[0] * c[2] + c[1] ** 2, 2 * c[1] * c[2], c[2] ** 2])),
    "slope": (lambda c: np.poly1d(c).deriv()(0.4), lambda c: 2 * c[0] * 0.4 + c[1]),
    "quotient": (lambda c: (np.poly1d(c) / np.poly1d([1.0, 3.0]))[0](0.4), lambda c: c[0] * 0.4 + c[1] - 3 * c[0]),
    "finite root": (lambda c: np.poly1d(c).roots[-1],
                    lambda c: -2 * c[2] / (c[1] + (c[1] ** 2 - 4 * c[0] * c[2]) ** 0.5)),
}


@pytest.mark.parametrize("name", LEADING_ZERO)
def test_leading_zero_that_moves(name):
    f, written_out = LEADING_ZERO[name]
    c = np.array([0.0, 1.0, -2.0])

    def slopes(x):
        return tangents_by_differences(written_out, x, np.eye(3))

    value, jacobian = dualad.value_and_jacobian(f)(c)
    np.testing.assert_allclose(value, written_out(c), rtol=1e-14)
    np.testing.assert_allclose(jacobian, slopes(c), rtol=1e-10, atol=1e-11)
    for k in range(np.size(value)):
        hessian = dualad.hessian(lambda c: np.ravel(f(c))[k])(c)  # noqa: B023
        wanted = tangents_by_differences(slopes, c, np.eye(3)).reshape(-1, 3, 3)[k]
        np.testing.assert_allclose(hessian, wanted, rtol=1e-7, atol=1e-7)


def test_leading_zero_that_does_not_move():
    def f(x):
        p = np.poly1d(np.stack([0.0 * x, 0.0 * x, x, 2.0 * x]))
        assert p.order == 1 and np.trim_zeros(np.stack([0.0 * x, x]), "f").shape == (1,)
        assert np.poly1d(np.stack([0.0 * x, 0.0 * x])).order == np.poly1d([0.0, 0.0]).order == 0
        return p(3.0)

    assert dualad.derivative(f)(1.0) == 5.0
    with pytest.raises(TypeError, match="leading coefficient"):
        dualad.grad(lambda c: (np.poly1d([1.0, 2.0]) / np.poly1d(c))[0](1.0))([0.0, 1.0])

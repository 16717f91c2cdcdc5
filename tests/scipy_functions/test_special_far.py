"""Slopes of special functions where their recurrences are 0 / 0 or differences of large numbers."""

import mpmath
import numpy as np
import pytest

import dualad

special = pytest.importorskip("dualad.scipy.special")


def dawson(x):
    return mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(-x * x) * mpmath.erfi(x)


def ive(v, x):
    return mpmath.exp(-abs(x)) * mpmath.besseli(v, x)


def kve(v, x):
    """Of whole orders mpmath takes a limit, which takes its time."""
    return mpmath.exp(x) * mpmath.besselk(v + mpmath.mpf(10) ** -18, x)


EXACT = {
    "dawsn": (dawson, [0.3, 6.9, -7.0, 7.2, 30.0, 1e3, 1e5]),
    "spence": (lambda x: mpmath.polylog(2, 1 - x), [1.0, 1 - 1e-9, 1.001, 0.7, 0.76, 1.3, 5.0]),
    "i0e": (lambda x: ive(0, x), [0.4, 29.0, 31.0, -31.0, -2.0, 300.0, 1e4]),
    "i1e": (lambda x: ive(1, x), [0.4, 34.0, 36.0, -36.0, -2.0, 300.0, 1e4]),
    "k0e": (lambda x: kve(0, x), [0.4, 90.0, 1e4]),
    "k1e": (lambda x: kve(1, x), [0.4, 90.0, 1e4]),
}


def check(f, exact, x, rtol):
    with mpmath.workdps(36):
        first, second = [float(mpmath.diff(exact, mpmath.mpf(x), n, h=mpmath.mpf(abs(x)) / 10**8)) for n in (1, 2)]
    np.testing.assert_allclose(dualad.derivative(f)(x), first, rtol=rtol)
    np.testing.assert_allclose(dualad.second_derivative(f)(x), second, rtol=rtol)


@pytest.mark.parametrize("name, x", [(name, x) for name in EXACT for x in EXACT[name][1]])
def test_by_mpmath(name, x):
    check(getattr(special, name), EXACT[name][0], x, 1e-11)


@pytest.mark.parametrize("v", [0.5, 2, 3.3])
def test_other_orders(v):
    for x in (0.7, 20.0, 5 * v * v + 31, 1e4):
        check(lambda x: special.ive(v, x), lambda x: ive(v, x), x, 1e-10)
        check(lambda x: special.kve(v, x), lambda x: kve(v, x), x, 1e-10)
    if v == 2:
        check(lambda x: special.ive(v, x), lambda x: ive(v, x), -80.0, 1e-11)


@pytest.mark.parametrize("x", [1e8, 1e12, 1e150])
def test_the_first_terms_very_far_out(x):
    """DLMF 10.40.1, 10.40.2, and 7.5.1 with 7.12.1: all but their first terms are below rounding."""
    for name, factor in {"i0e": 1 / (2 * np.pi), "i1e": 1 / (2 * np.pi), "k0e": np.pi / 2, "k1e": np.pi / 2}.items():
        f, root = getattr(special, name), np.sqrt(factor / x)
        np.testing.assert_allclose(dualad.derivative(f)(x), -root / x / 2, rtol=1e-7)
        np.testing.assert_allclose(dualad.second_derivative(f)(x), root / x / x * 0.75, rtol=1e-7)
    np.testing.assert_allclose(dualad.derivative(special.dawsn)(x), -0.5 / x / x, rtol=1e-14)
    np.testing.assert_allclose(dualad.second_derivative(special.dawsn)(x), 1 / x / x / x, rtol=1e-14)


@pytest.mark.parametrize("x", [0.0, 1e-310, -1e-310, 1e-120, 1e-9])
def test_near_zero(x):
    assert dualad.second_derivative(special.i0)(x) == pytest.approx(0.5, rel=1e-14)
    assert dualad.derivative(special.i1)(x) == pytest.approx(0.5, rel=1e-14)
    assert dualad.second_derivative(special.i1)(x) == pytest.approx(0.75 * x / 2, rel=1e-10)
    assert dualad.second_derivative(lambda x: special.shichi(x)[0])(x) == pytest.approx(x / 3, rel=1e-10, abs=0)


@pytest.mark.parametrize("x", [1e-3, 0.9, 1.1, -4.0])
def test_shichi(x):
    check(lambda x: special.shichi(x)[0], mpmath.shi, x, 1e-12)


@pytest.mark.parametrize("n", [3.0, 990.0, 1010.0, 1e6, 1e12])
def test_distribution_functions_of_many_degrees_of_freedom(n):
    """Their slopes are densities, given by their logarithms."""
    def log_gamma(x):
        return (n - 1) * mpmath.log(x) - x - mpmath.loggamma(n)

    def log_beta(x):
        return ((n - 1) * mpmath.log(x) + (2 * n - 1) * mpmath.log1p(-x)
                + mpmath.loggamma(3 * mpmath.mpf(n)) - mpmath.loggamma(n) - mpmath.loggamma(2 * n))

    def log_t(x):
        return (mpmath.loggamma((mpmath.mpf(n) + 1) / 2) - mpmath.loggamma(n / 2) - mpmath.log(n * mpmath.pi) / 2
                - (mpmath.mpf(n) + 1) / 2 * mpmath.log1p(x * x / n))

    for f, log_density, x in [(lambda x: special.gammainc(n, x), log_gamma, n + np.sqrt(n)),
                              (lambda x: special.betainc(n, 2 * n, x), log_beta, 1 / 3 + 0.1 / np.sqrt(n)),
                              (lambda x: special.stdtr(n, x), log_t, 0.3)]:
        with mpmath.workdps(60):
            slope = mpmath.exp(log_density(mpmath.mpf(x)))
            bend = slope * mpmath.diff(log_density, mpmath.mpf(x))
        np.testing.assert_allclose(dualad.derivative(f)(x), float(slope), rtol=1e-9)
        np.testing.assert_allclose(dualad.second_derivative(f)(x), float(bend), rtol=1e-7)

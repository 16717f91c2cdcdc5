"""Constants that are made in adopted code are dual numbers that rest: SciPy's and NumPy's rules take them as plain."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, interpolate, ndimage, signal, sparse, special, stats

import dualad

CASES = {
    "CubicSpline": lambda x: interpolate.CubicSpline(np.array([0.0, 1, 2, 3]), np.array([0.0, 1, 0.5, 2]))(x),
    "CubicSpline of data": lambda x: interpolate.CubicSpline(np.linspace(0, 3, 7), x * np.linspace(0, 3, 7)**2)(1.2),
    "Pchip": lambda x: interpolate.PchipInterpolator(np.linspace(0, 3, 7), x * np.linspace(0, 3, 7)**2)(1.2),
    "Akima": lambda x: interpolate.Akima1DInterpolator(np.linspace(0, 3, 7), x * np.linspace(0, 3, 7)**2)(1.2),
    "interp1d": lambda x: interpolate.interp1d(np.linspace(0, 3, 7), np.linspace(0, 3, 7)**3, kind="cubic")(x),
    "interpn": lambda x: interpolate.interpn(
        (np.linspace(0, 1, 4), np.linspace(0, 1, 3)), np.arange(12.0).reshape(4, 3)**2, np.array([[x, 0.3]])),
    "make_interp_spline": lambda x: interpolate.make_interp_spline(np.linspace(0, 3, 7), x * np.arange(7.0)**2)(1.2),
    "make_lsq_spline": lambda x: interpolate.make_lsq_spline(
        np.linspace(0, 3, 9), x * np.arange(9.0)**2, np.array([0.0, 0, 0, 0, 1.5, 3, 3, 3, 3]))(1.2),
    "UnivariateSpline": lambda x: interpolate.UnivariateSpline(np.linspace(0, 3, 9), np.linspace(0, 3, 9)**2)(x),
    "InterpolatedUnivariateSpline": lambda x: interpolate.InterpolatedUnivariateSpline(
        np.linspace(0, 3, 9), np.linspace(0, 3, 9)**2)(x),
    "splrep": lambda x: interpolate.splev(x, interpolate.splrep(np.linspace(0, 3, 9), np.linspace(0, 3, 9)**2)),
    "splev": lambda x: interpolate.splev(
        x, (np.array([0.0, 0, 0, 0, 1, 1, 1, 1]), np.array([0.0, 1, 2, 5, 0, 0, 0, 0]), 3)),
    "PPoly": lambda x: interpolate.PPoly(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([0.0, 1.0, 2.0]))(x),
    "jv": lambda x: special.jv(np.array([0.0, 1.5]), x),
    "gammainc": lambda x: special.gammainc(np.array([0.5, 1.5]), x),
    "eval_legendre": lambda x: special.eval_legendre(np.array([2.0, 3.0]), x),
    "comb": lambda x: special.comb(5.0 + x, np.array([2.0, 3.0])),
    "filtfilt": lambda x: signal.filtfilt(np.array([0.5, 0.5]), np.array([1.0]), x * np.arange(20.0)**2),
    "sosfilt": lambda x: signal.sosfilt(np.array([[0.5, 0.5, 0.0, 1.0, 0.2, 0.0]]), x * np.arange(20.0)**2),
    "gaussian_filter1d": lambda x: ndimage.gaussian_filter1d(x * np.arange(20.0)**2, np.array([1.5])[0]),
    "a filter of constants": lambda x: x * ndimage.gaussian_filter1d(np.arange(20.0)**2, np.array([1.5])[0]),
    "quad": lambda x: integrate.quad(lambda t: np.exp(x * t), 0, 1, points=np.array([0.5]))[0],
    "csr_matrix": lambda x: sparse.csr_matrix(np.array([[1.0, 2.0], [0.0, 3.0]])) @ np.array([x, x * x]),
    "diags": lambda x: sparse.diags(np.array([1.0, 2.0])) @ np.array([x, x * x]),
    "poisson": lambda x: stats.poisson.logpmf(np.array([2.0, 3.0]), x),
    "t": lambda x: stats.t.cdf(x, np.array([2.0, 3.0])),
    "quantile": lambda x: np.quantile(x * np.array([1.0, 5.0, 2.0]), np.array([0.2, 0.4])),
    "percentile": lambda x: np.percentile(x * np.array([1.0, 5.0, 2.0]), np.linspace(10, 90, 3)),
}


@pytest.mark.parametrize("f", CASES.values(), ids=CASES)
def test_constants_made_inside(f):
    x, h = 0.8, 1e-3
    with dualad.adopting(f):
        first, second = dualad.derivative(f)(x), dualad.second_derivative(f)(x)
    low, mid, high = [np.asarray(f(at), float) for at in (x - h, x, x + h)]
    np.testing.assert_allclose(first, (high - low) / (2 * h), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(second, (high - 2 * mid + low) / h**2, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("f, remedy", [
    (lambda x: interpolate.CubicSpline(np.array([0.0, x, 2, 3]), np.array([0.0, 1, 0.5, 2]))(0.3), "knots|places"),
    (lambda x: special.jv(np.array([0.5, x]), 1.0), "argument 0"),
    (lambda x: np.quantile(np.array([1.0, 5.0]), x / 4), "with respect to q"),
    (lambda x: sparse.csr_matrix(np.array([[1.0, x]])), "plain numbers"),
])
def test_what_moves_is_refused(f, remedy):
    with dualad.adopting(f), pytest.raises(TypeError, match=remedy):
        dualad.derivative(f)(0.8)

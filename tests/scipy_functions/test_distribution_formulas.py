"""Distributions at, and near, the shapes for which SciPy's formulas have a branch."""

import mpmath
import numpy as np
import pytest
from mpmath import exp, log, log1p, mpf, ncdf, npdf
from support.of_parameters import check_closed_form

import dualad

stats = pytest.importorskip("dualad.scipy.stats")


def log_over(c, x):
    return log1p(c * x) / c if c else x


def skewnorm_cdf(x, a):
    """By Owen's T function."""
    return ncdf(x) - mpmath.quad(lambda t: exp(-x * x * (1 + t * t) / 2) / (1 + t * t), [0, a]) / mpmath.pi


#: density and cdf
EXACT = {
    "genextreme": (lambda x, c: exp(-exp(-log_over(-c, x)) - log_over(-c, x)) / (1 - c * x),
                   lambda x, c: exp(-exp(-log_over(-c, x)))),
    "genpareto": (lambda x, c: exp(-(c + 1) * log_over(c, x)), lambda x, c: 1 - exp(-log_over(c, x))),
    "skewnorm": (lambda x, a: 2 * npdf(x) * ncdf(a * x), skewnorm_cdf),
    "triang": (lambda x, c: 2 * (x / c if x < c else (1 - x) / (1 - c)),
               lambda x, c: x * x / c if x < c else 1 - (1 - x) ** 2 / (1 - c)),
}
#: shapes at the special case, so near that a formula cancels, and farther
SHAPES = {"genextreme": [0.0, 1e-9, -1e-4, 0.1, -0.4, 0.8], "genpareto": [0.0, -1e-9, 1e-4, 0.1, 0.8, -0.4],
          "skewnorm": [0.0, 1e-9, -0.5], "triang": [1e-12, 0.3, 0.9]}
CASES = [(name, c) for name in EXACT for c in SHAPES[name]]


@pytest.mark.parametrize("name, c", CASES)
def test_near_a_special_case(name, c):
    of, (density, cdf) = getattr(stats, name), EXACT[name]
    exact = {"pdf": density, "logpdf": lambda *at: log(density(*at)), "cdf": cdf, "sf": lambda *at: 1 - cdf(*at),
             "logcdf": lambda *at: log(cdf(*at)), "logsf": lambda *at: log(1 - cdf(*at))}
    for method, formula in exact.items():
        if name == "skewnorm" and method in ("sf", "logcdf"):
            continue                                              # mpmath's quadrature takes its time
        check_closed_form(lambda p, method=method: getattr(of, method)(*p), lambda q, formula=formula: formula(*q),
                          [0.7, c], rtol=1e-11, atol=1e-13)


def test_at_the_ends_of_triang():
    """One-sided: SciPy has no shape below 0 or above 1."""
    for method in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf"):
        for end, near in ((0.0, 1e-9), (1.0, 1 - 1e-9)):
            def f(p, method=method):
                return getattr(stats.triang, method)(0.3, p[0])
            for derivative in dualad.grad, dualad.hessian:
                at_end = derivative(f)([end])
                assert at_end.any()
                np.testing.assert_allclose(at_end, derivative(f)([near]), rtol=1e-7)


@pytest.mark.parametrize("c", [0.0, 1e-9, -1e-4, 0.3])
def test_quantiles_near_a_special_case(c):
    def exprel_over(c, y):
        return mpmath.expm1(c * y) / c if c else y
    check_closed_form(lambda p: stats.genextreme.ppf(*p), lambda q: exprel_over(-q[1], -log(-log(q[0]))), [0.3, c],
                      rtol=1e-11)
    check_closed_form(lambda p: stats.genpareto.isf(*p), lambda q: exprel_over(q[1], -log(q[0])), [0.3, c], rtol=1e-11)


def test_a_quantile_of_skewnorm():
    """By the implicit function theorem: dx = -cdf_a / pdf."""
    x = float(stats.skewnorm.ppf(0.3, 0.0))
    slope = dualad.grad(lambda p: stats.skewnorm.ppf(0.3, p[0]))([0.0])
    np.testing.assert_allclose(slope, float(exp(-mpf(x) ** 2 / 2) / mpmath.pi / npdf(x)), rtol=1e-12)


@pytest.mark.parametrize("c", [0.0, 1e-9, -1e-4, 0.1, 0.2, 0.3, -0.3])
def test_moments_of_genextreme(c):
    @mpmath.extradps(100)
    def mean(c):
        return (1 - mpmath.gamma(1 + c)) / c if c else mpmath.euler

    @mpmath.extradps(100)
    def var(c):
        return (mpmath.gamma(1 + 2 * c) - mpmath.gamma(1 + c) ** 2) / c**2 if c else mpmath.pi**2 / 6
    check_closed_form(lambda p: stats.genextreme.mean(p[0]), lambda q: mean(q[0]), [c], rtol=1e-11)
    check_closed_form(lambda p: stats.genextreme.var(p[0]), lambda q: var(q[0]), [c], rtol=1e-11)


@pytest.mark.parametrize("n", [3.0, 990.0, 1010.0, 1e8, 1e20])
def test_t_of_many_degrees_of_freedom(n):
    @mpmath.extradps(60)
    def density(x, n):
        return mpmath.gammaprod([(n + 1) / 2], [n / 2]) / mpmath.sqrt(n * mpmath.pi) * (1 + x * x / n) ** (
            -(n + 1) / 2)
    check_closed_form(lambda p: stats.t.pdf(*p), lambda q: density(*q), [0.3, n], rtol=1e-9)
    check_closed_form(lambda p: stats.t.logpdf(*p), lambda q: log(density(*q)), [0.3, n], rtol=1e-9)


def test_t_of_infinitely_many_degrees_of_freedom():
    for method in ("pdf", "logpdf"):
        slopes = dualad.grad(lambda p, method=method: getattr(stats.t, method)(*p))([0.3, np.inf])
        exact = dualad.grad(lambda p, method=method: getattr(stats.norm, method)(p[0]))([0.3])
        np.testing.assert_allclose(slopes, [exact[0], 0.0], rtol=1e-14)


@pytest.mark.parametrize("x", [0.0, 1.0, -0.3, 1e-200])
@pytest.mark.parametrize("name, density", [
    ("cauchy", lambda x: 1 / mpmath.pi / (1 + x * x)), ("logistic", lambda x: 1 / (exp(x / 2) + exp(-x / 2)) ** 2)])
def test_where_scipys_formula_has_an_absolute_value(name, density, x):
    of = getattr(stats, name)
    check_closed_form(lambda p: of.pdf(p[0]), lambda q: density(q[0]), [x], rtol=1e-13)
    check_closed_form(lambda p: of.logpdf(p[0]), lambda q: log(density(q[0])), [x], rtol=1e-13)


def test_quantiles_at_the_ends_of_a_support_that_shapes_move():
    q = np.array([0.0, 1.0])
    assert np.array_equal(dualad.jacobian(lambda p: stats.loguniform.ppf(q, *p))([0.5, 3.0]), np.eye(2))
    assert np.array_equal(dualad.jacobian(lambda p: stats.loguniform.isf(q, *p))([0.5, 3.0]), np.eye(2)[::-1])
    check_closed_form(lambda p: stats.genpareto.ppf(1.0, p[0], 0.3, p[1]), lambda p: -p[1] / p[0] + mpf(0.3),
                      [-0.4, 1.7])
    check_closed_form(lambda p: stats.genextreme.isf(1.0, p[0], 0.3, p[1]), lambda p: p[1] / p[0] + mpf(0.3),
                      [-0.4, 1.7])


@pytest.mark.parametrize("x", [3.0, 1e3, 1e5])
def test_the_curvature_of_log_probabilities_far_out(x):
    """Mills' ratio; what a fit meets at a bad start."""
    def log_tail(x):
        with mpmath.extradps(40):
            return log(mpmath.erfc(x / mpmath.sqrt(2)) / 2)
    check_closed_form(lambda p: stats.norm.logsf(*p), lambda q: log_tail((q[0] - q[1]) / q[2]), [x, 0.2, 1.3],
                      rtol=1e-10)
    check_closed_form(lambda p: stats.norm.logcdf(-p[0]), lambda q: log_tail(q[0]), [x], rtol=1e-10)
    for f in (lambda p: stats.gumbel_l.logsf(*p), lambda p: stats.gumbel_r.logcdf(-p[0], -p[1], p[2])):
        check_closed_form(f, lambda q: -exp((q[0] - q[1]) / q[2]), [x ** 0.5, 0.2, 1.3], rtol=1e-10)
    if x < 1e5:
        check_closed_form(lambda p: stats.lognorm.logcdf(np.exp(-1.0), p[0]), lambda q: log_tail(1 / q[0]), [1 / x],
                          rtol=1e-10)


@pytest.mark.parametrize("name, c, method, exact", [
    ("genpareto", -0.5, "cdf", lambda p: 1 - (1 - p[0] / 2) ** 2),
    ("genpareto", -0.5, "sf", lambda p: (1 - p[0] / 2) ** 2),
    ("genpareto", -0.5, "pdf", lambda p: 1 - p[0] / 2),
    ("genextreme", 0.5, "cdf", lambda p: exp(-(1 - p[0] / 2) ** 2)),
    ("genextreme", 0.5, "pdf", lambda p: (1 - p[0] / 2) * exp(-(1 - p[0] / 2) ** 2))])
def test_the_end_of_a_support_that_a_shape_bounds(name, c, method, exact):
    """One-sided."""
    check_closed_form(lambda p: getattr(getattr(stats, name), method)(p[0], c), exact, [2.0])

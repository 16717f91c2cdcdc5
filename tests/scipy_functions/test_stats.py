"""Distributions as functions of the place, loc, scale and shapes."""

import copy
import pickle

import mpmath
import numpy as np
import pytest
from support.of_parameters import check_closed_form, check_numerically

import dualad

scipys = pytest.importorskip("scipy.stats")
stats = pytest.importorskip("dualad.scipy.stats")

SHAPES = {
    "beta": (2.0, 3.0), "chi": (3.0,), "chi2": (3.5,), "erlang": (2,), "exponnorm": (1.5,), "exponweib": (2.0, 1.5),
    "f": (5.0, 7.0), "fisk": (3.0,), "gamma": (2.5,), "gengamma": (2.0, 1.5), "genextreme": (0.1,),
    "genpareto": (0.1,), "invgamma": (4.0,), "invgauss": (0.7,), "johnsonsb": (0.5, 1.2), "johnsonsu": (0.5, 1.2),
    "loglaplace": (3.0,), "lognorm": (0.7,), "loguniform": (0.5, 3.0), "lomax": (3.0,), "pareto": (3.0,),
    "powerlaw": (1.7,), "skewnorm": (2.0,), "t": (4.0,), "triang": (0.4,), "truncnorm": (-1.0, 2.0),
    "vonmises": (1.5,), "weibull_max": (1.5,), "weibull_min": (1.5,)}
CONTINUOUS = [name for name in stats.__all__ if hasattr(getattr(scipys, name), "pdf")]
DISCRETE = {"bernoulli": (0.3,), "binom": (10, 0.3), "geom": (0.3,), "nbinom": (5, 0.4), "poisson": (3.2,)}
METHODS = ["pdf", "logpdf", "cdf", "logcdf", "sf", "logsf"]


@pytest.mark.parametrize("name", CONTINUOUS)
def test_place_loc_and_scale(name):
    distribution, shapes = getattr(stats, name), SHAPES.get(name, ())
    place = float(distribution.ppf(0.3, *shapes))
    for method in METHODS if name in ("gamma", "lognorm", "norm", "t") else METHODS[1::2]:
        check_numerically(lambda p, method=method: getattr(distribution, method)(p[0], *shapes, loc=p[1], scale=p[2]),
                          [place * 1.7 + 0.2, 0.2, 1.7], rtol=1e-7, atol=1e-8, step=0.01)
    for method in ("ppf", "isf") if name in ("gamma", "lognorm", "norm", "t") else ("ppf",):
        check_numerically(lambda p, method=method: getattr(distribution, method)(p[0], *shapes, p[1], p[2]),
                          [0.3, 0.2, 1.7], rtol=1e-6, atol=1e-6, step=0.01)


@pytest.mark.parametrize("name", [name for name in SHAPES if name not in ("erlang", "truncnorm", "vonmises")])
def test_shapes(name):
    distribution, shapes = getattr(stats, name), SHAPES[name]
    place = float(distribution.ppf(0.3, *shapes))
    for method in ("pdf", "logpdf"):
        check_numerically(lambda p, method=method: getattr(distribution, method)(place, *p), shapes, rtol=1e-7,
                          atol=1e-8, step=0.01)


@pytest.mark.parametrize("name", ["exponweib", "fisk", "genextreme", "invgauss", "johnsonsb", "johnsonsu",
                                  "loglaplace", "lognorm", "loguniform", "lomax", "pareto", "weibull_min"])
@pytest.mark.parametrize("method", ["cdf", "sf", "ppf"])
def test_shapes_of_a_distribution_function(name, method):
    at = 0.3 if method == "ppf" else float(getattr(stats, name).ppf(0.3, *SHAPES[name]))
    check_numerically(lambda p: getattr(getattr(stats, name), method)(at, *p), SHAPES[name], rtol=1e-6, atol=1e-6,
                      step=0.01)


@pytest.mark.parametrize("name", DISCRETE)
@pytest.mark.parametrize("method", ["pmf", "logpmf", "cdf", "sf"])
def test_discrete(name, method):
    *fixed, shape = DISCRETE[name]
    k = np.array([1, 2]) if name == "geom" else np.array([0, 1])
    check_numerically(lambda p: getattr(getattr(stats, name), method)(k, *fixed, p), shape, step=0.02, atol=1e-9)


def test_norm_by_mpmath():
    check_closed_form(lambda p: stats.norm.cdf(*p), lambda q: mpmath.ncdf((q[0] - q[1]) / q[2]), [0.7, 0.2, 1.3],
                      rtol=1e-11)
    check_closed_form(lambda p: stats.norm(p[1], p[2]).logsf(p[0]),
                      lambda q: mpmath.log(mpmath.ncdf((q[1] - q[0]) / q[2])), [12.0, 0.2, 1.3], rtol=1e-10)
    check_closed_form(lambda p: stats.norm.ppf(p[0], p[1], p[2]),
                      lambda q: q[1] + q[2] * mpmath.sqrt(2) * mpmath.erfinv(2 * q[0] - 1), [0.7, 0.2, 1.3])


@pytest.mark.parametrize("f, p", [
    (lambda p: stats.norm(p[0], p[1]).cdf(p[2]), [0.3, 1.2, 0.7]),
    (lambda p: stats.norm(p[0], scale=p[1]).std(), [0.3, 1.2]),
    (lambda p: stats.norm(p[0], p[1]).median(), [0.3, 1.2]),
    (lambda p: stats.norm(p[0], p[1]).logpdf(np.array([[1.0, 2.0], [0.3, 3.0]])).sum(), [0.3, 1.2]),
    (lambda p: stats.lognorm.mean(p[0], p[1], p[2]), [0.3, 1.2, 0.5]),
    (lambda p: stats.gamma(p[0]).var(), [0.3]),
    (lambda p: np.stack(stats.norm.interval(p[0], p[1], p[2])), [0.9, 0.1, 2.0]),
    (lambda p: stats.uniform(p[0], p[1]).pdf(np.array([-1, 0.5, 9])), [0.3, 1.2]),
])
def test_frozen_and_moments(f, p):
    check_numerically(f, p, rtol=1e-8, atol=1e-8, step=0.01)


def test_outside_of_the_support():
    """Constant there; the density of what is not known is NaN."""
    slopes = dualad.jacobian(lambda p: stats.expon.logpdf(np.array([-1.0, np.nan]), p[0], p[1]))([0.0, 1.0])
    assert np.array_equal(slopes, [[0.0, 0.0], [np.nan, np.nan]], equal_nan=True)
    assert np.isnan(dualad.grad(lambda p: stats.norm.pdf(0.3, 0.0, p[0]))([-1.0])).all()
    ends = dualad.jacobian(lambda p: stats.uniform.ppf([0.0, 0.5, 1.0], p[0], p[1]))([1.0, 2.0])
    assert np.array_equal(ends, [[1.0, 0.0], [1.0, 0.5], [1.0, 1.0]])


@pytest.mark.filterwarnings("ignore::RuntimeWarning:scipy")
@pytest.mark.parametrize("name", CONTINUOUS)
def test_infinite_places_do_not_move_a_probability(name):
    """The first and last category of an ordered probit, and what is censored; SciPy's NaN has no derivative."""
    distribution, shapes = getattr(stats, name), SHAPES.get(name, ())
    for method in METHODS:
        for place in (-np.inf, np.inf):
            def f(p, method=method, place=place):
                return getattr(distribution, method)(place, *shapes, p[0], p[1])
            exact = getattr(getattr(scipys, name), method)(place, *shapes, 0.3, 2.0)
            assert method.endswith("pdf") or not np.isnan(exact)
            for derivative in dualad.grad, dualad.hessian:
                assert np.array_equal(np.unique(derivative(f)([0.3, 2.0])), [np.nan if np.isnan(exact) else 0],
                                      equal_nan=True)


def test_places_beside_infinite_ones():
    """An ordered probit's probabilities sum to 1, and the finite cuts move them."""
    def f(p):
        cuts = np.concatenate([[-np.inf], p[:2], [np.inf]])
        return np.diff(stats.norm.cdf(cuts, p[2], p[3]))
    check_numerically(f, [-0.4, 0.9, 0.2, 1.3], rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", DISCRETE)
def test_discrete_beyond_the_support(name):
    *fixed, shape = DISCRETE[name]
    places = np.array([-np.inf, -1.0, 10**6 if name in ("binom", "bernoulli") else np.inf, np.inf])
    for method in ("cdf", "sf"):
        def f(p, method=method):
            return getattr(getattr(stats, name), method)(places, *fixed, p[0])
        assert not dualad.jacobian(f)([shape]).any() and not dualad.hessian(f)([shape]).any()
    assert np.isnan(dualad.grad(lambda p: getattr(stats, name).cdf(np.nan, *fixed, p[0]))([shape]))


def test_no_places():
    assert dualad.jacobian(lambda x: stats.norm.pdf(x[:0]))([1.0]).shape == (0, 1)


def test_refused():
    with pytest.raises(TypeError, match="has no rule for dual numbers here"):
        dualad.grad(lambda p: stats.gamma.cdf(1.0, p[0]))([2.0])
    with pytest.raises(TypeError, match="whole numbers"):
        dualad.grad(lambda p: stats.poisson.pmf(p[0], 2.0))([2.0])


def test_they_are_scipys_otherwise():
    assert stats.norm.rvs(size=2, random_state=1).tobytes() == scipys.norm.rvs(size=2, random_state=1).tobytes()
    assert stats.norm(1.0, 2.0).rvs(random_state=1) == scipys.norm(1.0, 2.0).rvs(random_state=1)
    assert isinstance(stats.gamma(2.0), type(scipys.gamma(2.0)))
    assert pickle.loads(pickle.dumps(stats.norm)).pdf(0.5) == scipys.norm.pdf(0.5)
    assert copy.deepcopy(stats.gamma(2.0)).cdf(1.0) == scipys.gamma(2.0).cdf(1.0)
    assert stats.norm.fit([1.0, 2.0, 4.0]) == scipys.norm.fit([1.0, 2.0, 4.0])
    for name in CONTINUOUS:
        ours, theirs, shapes = getattr(stats, name), getattr(scipys, name), SHAPES.get(name, ())
        for method in (*METHODS, "ppf"):
            assert getattr(ours, method)(0.4, *shapes) == getattr(theirs, method)(0.4, *shapes)


def test_long_sums_are_refused():
    for masses in (lambda p: stats.poisson.cdf(10**9, p * 1e8), lambda p: stats.binom.cdf(10**7, 10**8, p)):
        with pytest.raises(TypeError, match="sums up to 100000 masses only"):
            masses(dualad.seed([0.5])[0])

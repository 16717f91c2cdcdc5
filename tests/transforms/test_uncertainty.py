"""Uncertainties through functions: closed forms, published examples, Monte Carlo; and what cannot be."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose

import dualad
from dualad import propagate

rng = np.random.default_rng(11)


def a_covariance(n, scales=1.0):
    mixing = rng.normal(size=(n, n))
    return mixing @ mixing.T * np.multiply.outer(scales * np.ones(n), scales * np.ones(n))


def test_guide_to_the_expression_of_uncertainty():
    """JCGM 100:2008, H.2: resistance, reactance and impedance from five simultaneous readings, table H.4."""
    readings = np.array([[5.007, 4.994, 5.005, 4.990, 4.999],
                         [19.663e-3, 19.639e-3, 19.640e-3, 19.685e-3, 19.678e-3],
                         [1.0456, 1.0438, 1.0468, 1.0428, 1.0433]])

    def results(q):
        voltage, current, phase = q
        return [voltage / current * np.cos(phase), voltage / current * np.sin(phase), voltage / current]

    found = propagate(results, readings.mean(axis=1), np.cov(readings) / 5)
    assert_allclose(found.value, [127.732, 219.847, 254.260], atol=5e-4)
    assert_allclose(found.std, [0.071, 0.295, 0.236], atol=6e-4)
    correlations = found.cov / np.outer(found.std, found.std)
    assert_allclose(correlations[[0, 0, 1], [1, 2, 2]], [-0.588, -0.485, 0.993], atol=6e-4)


def test_a_number():
    for uncertainty in {"cov": 0.01}, {"std": 0.1}, {"cov": [[0.01]]}, {"cov": np.array(0.01)}:
        found = propagate(np.sin, 2.0, **uncertainty)
        assert found.value == np.sin(2.0) and type(found.cov) is np.float64 and type(found.std) is np.float64
        assert_allclose(found.cov, (np.cos(2.0) * 0.1) ** 2, rtol=1e-14)
        assert_allclose(found.std, abs(np.cos(2.0)) * 0.1, rtol=1e-14)
    assert_allclose(propagate(lambda x: x * np.arange(3.0), 2, 4).cov, 4 * np.outer(range(3), range(3)))


@pytest.mark.parametrize("scales", [1.0, np.array([1e8, 1.0, 1e-8])])
def test_a_linear_function_is_exact(scales):
    A, cov = rng.normal(size=(4, 3)), a_covariance(3, scales)
    found = propagate(lambda x: A @ x, np.ones(3), cov)
    expected = A @ cov @ A.T
    assert_allclose(found.cov, expected, rtol=1e-12)
    assert_allclose(found.std, np.sqrt(np.diag(expected)), rtol=1e-12)
    assert np.array_equal(found.cov, found.cov.T)
    unchanged = propagate(lambda x: x, np.ones(3), cov)              # a small variance beside a large one
    assert_allclose(unchanged.cov, cov, rtol=1e-12)


def test_parameters_of_very_different_size():
    """Variances of 7 and 5e-11, correlated by 0.999, and a function of the second alone."""
    std = np.array([2.7, 7.2e-6])
    cov = np.outer(std, std) * [[1, 0.999], [0.999, 1]]
    assert_allclose(propagate(lambda p: 1 / p[1], [239.0, 5.5e-4], cov).std, std[1] / 5.5e-4**2, rtol=1e-13)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (0,), (2, 0)])
@pytest.mark.parametrize("out", [(), (2,), (1, 2), (0,)])
@pytest.mark.parametrize("order", [1, 2])
def test_shapes(shape, out, order):
    size = int(np.prod(shape))
    A = rng.normal(size=(*out, size))
    x, cov = rng.normal(size=shape), a_covariance(size)

    def f(x):
        return A @ np.reshape(x, -1) if size else np.zeros(out)

    rows = A.reshape(int(np.prod(out)), size)
    expected = (rows @ cov @ rows.T).reshape(out + out)
    for given in cov, cov.reshape(shape + shape):
        found = propagate(f, x, given, order=order)
        assert np.shape(found.value) == np.shape(found.std) == out and np.shape(found.cov) == out + out
        assert_allclose(found.cov, expected, rtol=1e-12, atol=1e-15)
    alone = propagate(f, x, np.diag(cov).reshape(shape), order=order)
    by_std = propagate(f, x, std=np.sqrt(np.diag(cov)).reshape(shape), order=order)
    diagonal = propagate(f, x, np.diag(np.diag(cov)), order=order)
    for found in alone, by_std:
        assert_allclose(found.cov, diagonal.cov, rtol=1e-13, atol=1e-16)


def test_the_value_is_that_of_the_float_program():
    x = rng.normal(size=5)
    assert propagate(lambda x: np.sum(np.exp(x)) ** 0.3, x, std=np.ones(5)).value == np.sum(np.exp(x)) ** 0.3


def test_further_arguments():
    def f(x, power, scale):
        return scale * x**power

    assert_allclose(propagate(f, 3.0, std=0.1, args=(2, 10.0)).std, 6.0)
    assert_allclose(propagate(f, 3.0, std=0.1, args=[2, 10.0], order=2).value, 90.1)


def test_fully_correlated_inputs_cancel():
    found = propagate(lambda x: x[0] - x[1], [1e3, 1.0], [[9.0, 9.0], [9.0, 9.0]])
    assert 0 <= found.cov < 1e-28 and found.std < 1e-14
    steps = propagate(np.diff, np.arange(6.0), np.full((6, 6), 3.0))
    assert np.all(steps.std < 1e-14)


def test_results_can_be_propagated_again():
    """More outputs than inputs: their covariance is singular, and its rounding must not stand in the way."""
    cov = a_covariance(2)
    first = propagate(lambda x: np.array([x[0], x[1], x[0] * x[1], x[0] - x[1], 0 * x[0]]), [1.2, 0.7], cov)
    again = propagate(lambda y: y[2] / y[1] + y[3], *first)
    assert_allclose(again.cov, propagate(lambda x: 2 * x[0] - x[1], [1.2, 0.7], cov).cov, rtol=1e-12)


def test_an_input_without_uncertainty_takes_no_part():
    found = propagate(lambda x: np.sqrt(x[0]) + x[1], [0.0, 1.0], std=[0.0, 0.5], order=2)
    assert_allclose(found, (1.0, 0.25))
    found = propagate(lambda x: np.sqrt(x[0]) + x[1], [0.0, 1.0], [[0.0, 0.0], [0.0, 0.25]])
    assert_allclose(found, (1.0, 0.25))
    for uncertainty in {"std": [1.0, 2.0]}, {"cov": [1.0, 4.0]}, {"cov": [[1.0, 0.0], [0.0, 4.0]]}:
        assert propagate(lambda x: np.sqrt(x[0]) + x[1], [0.0, 4.0], **uncertainty).std == np.inf


def test_second_order_of_quadratic_forms_is_exact():
    """For normal x, x^T A x has mean m A m + tr(A C); two of them the covariance 4 m A C B m + 2 tr(A C B C)."""
    m, C = rng.normal(size=3), a_covariance(3)
    forms = [A + A.T for A in rng.normal(size=(2, 3, 3))]
    found = propagate(lambda x: np.array([x @ A @ x for A in forms]), m, C, order=2)
    assert_allclose(found.value, [m @ A @ m + np.trace(A @ C) for A in forms], rtol=1e-12)
    expected = [[4 * m @ A @ C @ B @ m + 2 * np.trace(A @ C @ B @ C) for B in forms] for A in forms]
    assert_allclose(found.cov, expected, rtol=1e-12)
    square = propagate(lambda x: x**2, 0.0, std=3.0, order=2)        # chi squared: mean 9, variance 2 * 81
    assert_allclose(square, (9.0, 162.0), rtol=1e-14)
    assert propagate(lambda x: x**2, 0.0, std=3.0).cov == 0


def test_monte_carlo():
    """A correlated, mildly nonlinear case: order 2 agrees with samples where order 1 no longer does."""
    m = np.array([2.0, 1.0])
    C = np.array([[0.04, 0.015], [0.015, 0.01]])

    def f(x):
        return np.stack([x[0] * np.exp(x[1]), x[0] ** 2 / x[1]])

    samples = f(np.random.default_rng(5).multivariate_normal(m, C, size=400_000).T)
    mean, spread = samples.mean(axis=1), np.cov(samples)
    first, second = propagate(f, m, C), propagate(f, m, C, order=2)
    assert_allclose(first.cov, spread, rtol=0.15)
    assert_allclose(second.value, mean, rtol=1e-3)
    assert np.all(np.abs(first.value - mean) > 5 * np.abs(second.value - mean))
    assert np.all(np.diag(np.abs(first.cov - spread) > 1.4 * np.abs(second.cov - spread)))


def test_derivatives_of_uncertainties():
    """Which input should be measured better? d std / d s_k of a product, and of x's own place."""
    x, s = np.array([2.0, 3.0]), np.array([0.1, 0.2])

    def uncertainty(x, s):
        return propagate(lambda x: x[0] * x[1], x, std=s).std

    u = np.hypot(x[1] * s[0], x[0] * s[1])
    by_x, by_s = dualad.grad(uncertainty, argnums=(0, 1))(x, s)
    assert_allclose(by_s, [x[1] ** 2 * s[0] / u, x[0] ** 2 * s[1] / u], rtol=1e-14)
    assert_allclose(by_x, [x[0] * s[1] ** 2 / u, x[1] * s[0] ** 2 / u], rtol=1e-14)
    cov = np.array([[0.01, 0.004], [0.004, 0.04]])
    by_x = dualad.grad(lambda x: propagate(lambda x: x[0] * x[1], x, cov).cov)(x)
    assert_allclose(by_x, [2 * x[0] * 0.04 + 2 * x[1] * 0.004, 2 * x[1] * 0.01 + 2 * x[0] * 0.004], rtol=1e-14)


def test_result_is_a_named_tuple():
    found = propagate(np.exp, [0.0, 1.0], std=[0.1, 0.2])
    value, cov = found
    assert value is found.value and cov is found.cov and repr(found).startswith("Propagated(value=array(")
    again = pickle.loads(pickle.dumps(found))
    assert np.array_equal(again.std, found.std)


@pytest.mark.parametrize("form", [
    lambda c: np.asfortranarray(c), lambda c: c.astype(">f8"), lambda c: c.astype(np.float32),
    lambda c: c.tolist(), lambda c: np.repeat(c, 2, axis=1)[:, ::2], lambda c: c.astype(int),
])
def test_forms_of_a_covariance(form):
    cov = np.array([[4.0, 1.0], [1.0, 9.0]])
    given = form(cov)
    if isinstance(given, np.ndarray):
        given.flags.writeable = False
    assert propagate(np.sum, [1.0, 2.0], given).cov == pytest.approx(15.0, rel=1e-14)


TWO, EYE = [1.0, 2.0], np.eye(2)


@pytest.mark.parametrize("x, given, says", [
    (TWO, {}, r"as cov \(variances and covariances\) or as std \(standard deviations\): neither given"),
    (TWO, {"cov": EYE, "std": [1, 1]}, "both given"),
    (TWO, {"cov": np.eye(3)}, r"cov has shape \(3, 3\); for x of shape \(2,\) it must have \(2,\) \(variances\) or "
                              r"\(2, 2\)"),
    (TWO, {"cov": 1.0}, r"write np.full\(\(2,\), cov\)"),
    (TWO, {"std": EYE}, r"std has shape \(2, 2\).*\(2,\) \(standard deviations\)$"),
    (1.0, {"cov": [1, 2]}, r"it must have \(\) \(variances\) or \(1, 1\)$"),
    (np.ones((2, 2)), {"cov": np.eye(3)}, r"\(2, 2\) \(variances\) or \(2, 2, 2, 2\) or \(4, 4\)$"),
    (TWO, {"cov": [1, -2]}, r"variance of x\[1\] is -2"),
    (TWO, {"cov": [[1, 0], [0, -2]]}, r"variance of x\[1\] is -2"),
    (np.ones((2, 2)), {"cov": -np.eye(4)}, r"variance of x\[0, 0\] is -1"),
    (TWO, {"std": [-3, 1]}, r"standard deviation of x\[0\] is -3"),
    (1.0, {"std": -3}, "standard deviation of x is -3"),
    (TWO, {"cov": [[1, 0.5], [0, 1]]}, r"not symmetric: 0.5 for x\[0\] and x\[1\], 0 the other way"),
    (TWO, {"cov": [[1, 2], [2, 1]]}, r"covariance of x\[0\] and x\[1\] is 2, beyond .* 1: a correlation"),
    (TWO, {"cov": [[1, 0.1], [0.1, 0]]}, "beyond the product of their standard deviations, 0"),
    ([1.0, 2, 3], {"cov": [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]}, "contradict each other.* -0.8"),
    (TWO, {"cov": [[1, np.nan], [np.nan, 1]]}, r"cov\[0, 1\] is nan"),
    (TWO, {"cov": [[np.inf, np.inf], [np.inf, np.inf]]}, r"cov\[0, 0\] is inf.*curve_fit"),
    (TWO, {"std": [1, np.nan]}, r"std\[1\] is nan"),
    (TWO, {"cov": [[1, 2], [3]]}, "cov cannot become an array"),
    (TWO, {"cov": EYE, "order": 3}, "order must be 1 or 2, not 3"),
    (TWO, {"cov": EYE, "args": 5.0}, r"args must be a tuple.*args=\(a,\)"),
    (TWO, {"cov": EYE * 1j}, "cov must be a real number"),
    (TWO, {"cov": EYE > 0}, "cov must be a real number"),
    (TWO, {"std": "0.1"}, "std must be a real number"),
    (None, {"std": 1.0}, "x must be a real number"),
    (np.ma.array(TWO), {"cov": EYE}, "x is a masked array"),
])
def test_what_cannot_be(x, given, says):
    with pytest.raises((ValueError, TypeError), match=says):
        propagate(np.sum, x, **given)


def test_functions_that_cannot_be():
    with pytest.raises(TypeError, match="propagate takes a function, not float"):
        propagate(1.5, 1.0, 1.0)
    with pytest.raises(TypeError, match=r"real and (the )?imaginary part"):
        propagate(lambda x: x * 1j, 1.0, 1.0)
    with pytest.raises(TypeError, match="returned None"):
        propagate(lambda x: None, 1.0, 1.0)
    with pytest.raises(TypeError, match="cannot be differentiated by cov"):
        dualad.derivative(lambda c: propagate(np.sin, 1.0, c).cov)(0.1)
    with pytest.raises(TypeError, match="second order at most"):
        dualad.derivative(lambda x: propagate(np.sin, x, 0.1, order=2).cov)(1.0)

"""Fits against published and certified results."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dualad.cli import datasets
from dualad.cli.check import central_differences, complex_step, largest, verify
from dualad.cli.errors import FitError, InputError
from dualad.cli.fit import solve
from dualad.cli.problem import Problem

X = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
Y = np.array([1.1, 2.9, 5.2, 6.8, 9.1])


@pytest.fixture(params=["scipy", "builtin"])
def solver(request):
    if request.param == "scipy":
        pytest.importorskip("scipy")
    return request.param


def problem(model, start, y=Y, **options):
    return Problem("test", "here", "a formula", model, y, start, **options)


def test_puromycin_as_published(solver):
    result = solve(datasets.puromycin(), solver)
    np.testing.assert_allclose(result.p, [212.7, 0.06412], rtol=2e-4)
    np.testing.assert_allclose(result.errors, [6.947, 0.008281], rtol=1e-4)
    assert result.residual_std == pytest.approx(10.93, rel=1e-3)
    assert result.dof == 10
    assert result.correlation[0, 1] == pytest.approx(0.7651, abs=1e-4)


def test_misra1a_as_certified(solver):
    result = solve(datasets.misra1a(), solver)
    np.testing.assert_allclose(result.p, [2.3894212918e02, 5.5015643181e-04], rtol=1e-9)
    np.testing.assert_allclose(result.errors, [2.7070075241e00, 7.2668688436e-06], rtol=1e-8)
    assert result.residual_std == pytest.approx(1.0187876330e-01, rel=1e-9)


def test_hubble_slope(solver):
    distance, velocity = datasets.HUBBLE_DISTANCE, datasets.HUBBLE_VELOCITY
    assert distance.size == velocity.size == 24
    assert (velocity.sum(), round(distance.sum(), 3)) == (8955, 21.873)
    result = solve(datasets.hubble(), solver)
    slope = distance @ velocity / (distance @ distance)
    assert result.p[0] == pytest.approx(slope, rel=1e-12)
    assert round(slope) == 424
    assert result.correlation.shape == (1, 1)


def test_straight_line_with_standard_deviations(solver):
    sigma = np.array([0.1, 0.2, 0.1, 0.3, 0.2])
    A = np.stack([np.ones(5), X], axis=1) / sigma[:, None]
    covariance = np.linalg.inv(A.T @ A)
    expected = covariance @ A.T @ (Y / sigma)
    start = {"a": 0.0, "b": 0.0}
    absolute, relative = (
        solve(problem(lambda a, b: a + b * X, start, sigma=sigma, absolute_sigma=known), solver)
        for known in (True, False)
    )
    np.testing.assert_allclose(absolute.p, expected, rtol=1e-9)
    np.testing.assert_allclose(absolute.errors, np.sqrt(np.diag(covariance)), rtol=1e-9)
    np.testing.assert_allclose(relative.errors, absolute.errors * relative.residual_std)


def test_a_far_start_overshoots_and_comes_back(solver):
    y = 3 * np.exp(-0.7 * X)
    result = solve(problem(lambda a, b: a * np.exp(-b * X), {"a": 1.0, "b": -1.0}, y=y), solver)
    np.testing.assert_allclose(result.p, [3, 0.7], rtol=1e-6)


def test_a_model_undefined_beyond_the_minimum(solver):
    y = np.log(0.01 + X)
    result = solve(problem(lambda a: np.log(a + X), {"a": 5.0}, y=y), solver)
    np.testing.assert_allclose(result.p, [0.01], rtol=1e-6)


def test_as_many_parameters_as_rows(solver):
    result = solve(problem(lambda a, b: a + b * X[:2], {"a": 0.0, "b": 0.0}, y=Y[:2]), solver)
    np.testing.assert_allclose(result.p, [1.1, 1.8], rtol=1e-8)
    assert result.dof == 0 and math.isnan(result.residual_std) and np.isnan(result.errors).all()


def test_a_constant_is_the_mean(solver):
    result = solve(problem(lambda m: m, {"m": 0.0}), solver)
    assert result.p[0] == pytest.approx(Y.mean())
    assert result.errors[0] == pytest.approx(Y.std(ddof=1) / math.sqrt(5))
    assert verify(result).shape == (5, 1)


@pytest.mark.parametrize(
    ("model", "start", "expected"),
    [
        (lambda a, b: a * b * X, {"a": 1.0, "b": 1.0}, "cannot tell apart a, b"),
        (lambda a, b, c: c + (a + b) * X, {"a": 1.0, "b": 1.0, "c": 0.0}, "tell apart a, b:"),
        (lambda a, b: a * X + 0 * b, {"a": 1.0, "b": 1.0}, "does not depend on b"),
        (lambda a: np.log(a - X), {"a": 1.0}, "inf in row 2 at the start values a=1"),
        (lambda a: (a * X)[:3], {"a": 1.0}, r"shape \(3,\); expected \(5,\)"),
        (lambda a: (a * X)[:, None], {"a": 1.0}, r"shape \(5, 1\)"),
        (lambda a: [str(a)] * 5, {"a": 1.0}, "returned str"),
        (lambda a: a * X * 1j, {"a": 1.0}, "returned complex128"),
        (lambda a: a * X[999], {"a": 1.0}, "the model raised IndexError: index 999"),
    ],
)
def test_refused(model, start, expected, solver):
    with np.errstate(all="ignore"), pytest.raises(InputError, match=expected):
        solve(problem(model, start), solver)


def test_too_few_rows_and_bad_standard_deviations():
    with pytest.raises(InputError, match=r"more parameters \(3\) than rows \(2\)"):
        problem(None, {"a": 1.0, "b": 1.0, "c": 1.0}, y=Y[:2])
    with pytest.raises(InputError, match="in row 2 is not positive"):
        problem(None, {"a": 1.0}, sigma=np.array([1.0, 0.0, 1.0, 1.0, 1.0]))


def test_no_minimum(solver):
    y = np.full(5, -1.0)  # exp(a) falls towards it for ever
    with pytest.raises(FitError, match="no minimum was reached"):
        solve(problem(lambda a: np.exp(a) + 0 * X, {"a": 0.0}, y=y), solver)


def test_no_derivative(solver):
    with pytest.raises(FitError, match="the derivative by a is inf in row 1"):
        solve(problem(lambda a: np.sqrt(a * X + 1) + np.sqrt(a), {"a": 0.0}), solver)


def test_a_solver_must_be_installed(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "scipy.optimize", None)
    with pytest.raises(InputError, match="SciPy is not installed"):
        solve(datasets.hubble(), "scipy")
    assert solve(datasets.hubble()).solver == "Levenberg-Marquardt"


@pytest.mark.parametrize("dataset", datasets.DATASETS)
def test_the_jacobian_is_exact(dataset):
    checked = verify(solve(dataset(), "builtin"))
    assert checked.complex_step < 1e-15
    assert 1e-16 < checked.central_differences < 1e-8
    assert set(checked.seconds) == {"model", "jacobian", "central_differences"}
    assert all(0 < seconds < 1 for seconds in checked.seconds.values())


def test_complex_step_where_it_does_not_apply():
    def run(model):
        return verify(solve(problem(model, {"a": 1.0}), "builtin")).complex_step

    assert run(lambda a: np.abs(a * X)) is None
    assert run(lambda a: np.maximum(a, 0.1) * X) < 1e-15
    assert run(lambda a: np.hypot(a, 0) * X) is None
    assert complex_step(lambda p: np.abs(p), np.array([1.0])) is None
    assert complex_step(lambda p: math.exp(p[0]) * X, np.array([1.0])) is None


def test_approximations():
    J = np.array([[3.0, 0.0], [0.0, 8.0]])

    def f(p):
        return np.array([3 * p[0], p[1] ** 2])

    p = np.array([0.0, 4.0])
    assert largest(J, complex_step(f, p)) == 0
    assert largest(J, central_differences(f, p)) < 1e-9
    assert largest(J, J + np.array([[0.3, 0], [0, 0.2]])) == pytest.approx(0.1)

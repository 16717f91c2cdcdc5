"""Minima as functions of parameters."""

import mpmath
import numpy as np
import pytest
from support.of_parameters import by_richardson, check_closed_form

import dualad

scipy_optimize = pytest.importorskip("scipy.optimize")
optimize = pytest.importorskip("dualad.scipy.optimize")


def valley(x, p):
    return (x[0] - p[0]) ** 2 + np.exp(x[1]) - p[1] * x[1] + (x[0] - p[0]) ** 4


def valley_gradient(x, p):
    return np.array([2 * (x[0] - p[0]) + 4 * (x[0] - p[0]) ** 3, np.exp(x[1]) - p[1]])


P = [0.7, 2.3]


@pytest.mark.parametrize("method", [None, "Nelder-Mead", "CG", "L-BFGS-B", "Powell", "TNC", "COBYLA", "SLSQP"])
def test_minimize(method):
    check_closed_form(lambda p: optimize.minimize(valley, [0.0, 0.0], (p,), method).x[1], lambda q: mpmath.log(q[1]), P,
                      order=1, value_rtol=1e-3)
    np.testing.assert_allclose(dualad.grad(lambda p: optimize.minimize(lambda x: valley(x, p), [0.0, 0.0],
                                                                       method=method).fun)(P),
                               [0.0, -np.log(P[1])], rtol=1e-3, atol=1e-3)


def test_minimize_with_a_gradient():
    """A gradient that is given is differentiated itself, so the minimum has second derivatives."""
    check_closed_form(lambda p: optimize.minimize(valley, [0.0, 0.0], (p,), jac=valley_gradient).x[1],
                      lambda q: mpmath.log(q[1]), P)

    def both(x, p):
        return valley(x, p), valley_gradient(x, p)
    check_closed_form(lambda p: optimize.minimize(both, [0.0, 0.0], (p,), jac=True).x[1], lambda q: mpmath.log(q[1]), P)
    with pytest.raises(TypeError, match="A callable jac="):
        dualad.hessian(lambda p: optimize.minimize(valley, [0.0, 0.0], (p,)).x[1])(P)


def test_bounds_and_constraints():
    wide = [(-5.0, 5.0), (None, 9.0)]
    check_closed_form(lambda p: optimize.minimize(valley, [0.0, 0.0], (p,), bounds=wide).x[1],
                      lambda q: mpmath.log(q[1]), P, order=1, value_rtol=1e-4)
    with pytest.raises(TypeError, match="lies on a bound"):
        dualad.jacobian(lambda p: optimize.minimize(valley, [0.0, 0.0], (p,), bounds=[(-5, 0.5), (-5, 5)]).x)(P)
    with pytest.raises(TypeError, match="constraints have no rule"):
        dualad.jacobian(lambda p: optimize.minimize(
            valley, [0.0, 0.0], (p,), constraints={"type": "eq", "fun": lambda x: x[0] - 1}).x)(P)


def test_what_is_no_minimum():
    lost = dualad.jacobian(lambda p: optimize.minimize(valley, [5.0, 5.0], (p,), method="CG",
                                                       options={"maxiter": 1}).x)(P)
    assert np.isnan(lost).all()
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        dualad.jacobian(lambda p: optimize.minimize(lambda x: (x[0] + x[1] - p[0]) ** 2, [0.0, 0.0]).x)([1.0])


@pytest.mark.parametrize("options", [{}, {"bounds": (0.0, 9.0), "method": "bounded"}, {"bracket": (0.0, 1.0)}])
def test_minimize_scalar(options):
    def cost(x, a, b):
        return a * x - np.log(b * x + 1)
    for args in (True, False):
        def found(p, args=args):
            result = optimize.minimize_scalar(cost if args else lambda x: cost(x, *p), args=tuple(p) if args else (),
                                              **options)
            return result.x
        check_closed_form(found, lambda q: 1 / q[0] - 1 / q[1], [0.7, 2.3], order=1)
    with pytest.raises(TypeError, match="on a bound"):
        dualad.grad(lambda p: optimize.minimize_scalar(lambda x: (x - p[0]) ** 2, bounds=(0.0, 0.5)).x)([0.9])


T = np.linspace(0.0, 3.0, 12)
DATA = 2.0 * np.exp(-0.7 * T) + 0.1 * np.sin(9 * T)


def model(t, height, rate):
    return height * np.exp(-rate * t)


def model_jacobian(t, height, rate):
    return np.stack([np.exp(-rate * t), -height * t * np.exp(-rate * t)], axis=-1)


def exact_fit(t, y, weight=1.0):
    """The least squares' parameters by Newton's method, and J^T J at them."""
    p = scipy_optimize.curve_fit(model, t, y, [1.0, 1.0], 1 / weight * np.ones(len(t)))[0]
    for _ in range(5):
        r = (model(t, *p) - y) * weight**2
        e, j = np.exp(-p[1] * t), model_jacobian(t, *p)
        curved = np.array([[0.0, -(r * t * e).sum()], [-(r * t * e).sum(), (r * p[0] * t**2 * e).sum()]])
        normal = (j.T * weight**2) @ j
        p = p - np.linalg.solve(normal + curved, j.T @ r)
    return p, normal


def check(found, exact, p, order=2):
    np.testing.assert_allclose(found(p), exact(p), rtol=1e-5)
    np.testing.assert_allclose(dualad.jacobian(found)(p), by_richardson(exact, p), rtol=1e-8, atol=1e-9)
    if order == 2:
        twice = by_richardson(lambda q: by_richardson(exact, q), p, step=0.1)
        np.testing.assert_allclose(dualad.hessian(found)(p), twice, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("method, jac", [("trf", "2-point"), ("dogbox", "cs"), ("lm", "2-point"), ("trf", "given")])
def test_least_squares(method, jac):
    jac = jac if jac != "given" else lambda p, y: model_jacobian(T, *p)

    def fit(y):
        return optimize.least_squares(lambda p, y: model(T, *p) - y, [1.0, 1.0], jac, method=method, args=(y,))
    check(lambda y: fit(y).x, lambda y: exact_fit(T, y)[0], DATA, order=1)
    np.testing.assert_allclose(dualad.grad(lambda y: fit(y).cost)(DATA), DATA - model(T, *exact_fit(T, DATA)[0]),
                               rtol=1e-3, atol=1e-5)
    if callable(jac):
        check(lambda s: fit(DATA * s[0] + s[1]).x, lambda s: exact_fit(T, DATA * s[0] + s[1])[0], np.array([1.0, 0.2]))


@pytest.mark.parametrize("options, match", [({"loss": "cauchy"}, "loss='cauchy'"),
                                            ({"bounds": ([0, 0.9], [9, 9])}, "on a bound")])
def test_what_least_squares_refuses(options, match):
    with pytest.raises(TypeError, match=match):
        dualad.jacobian(lambda s: optimize.least_squares(lambda p: model(T, *p) - DATA * s[0], [1.0, 1.0],
                                                         **options).x)([1.0])


@pytest.mark.parametrize("jac", [None, model_jacobian])
@pytest.mark.parametrize("sigma, absolute", [(None, False), (0.1 + 0.05 * T, False), (0.1 + 0.05 * T, True)])
def test_curve_fit(sigma, absolute, jac):
    def fit(q, part=0):
        return optimize.curve_fit(model, T + q[2], DATA * q[0] + q[1] * T, [1.0, 1.0],
                                  None if sigma is None else sigma * q[3], absolute, jac=jac)[part]

    def exact(q, part=0):
        t, y, weight = T + q[2], DATA * q[0] + q[1] * T, 1.0 if sigma is None else 1 / (sigma * q[3])
        p, normal = exact_fit(t, y, weight)
        scale = 1.0 if absolute else (((model(t, *p) - y) * weight) ** 2).sum() / (len(T) - 2)
        return np.linalg.inv(normal) * scale if part else p
    q = np.array([1.0, 0.1, 0.2, 1.3])
    check(fit, exact, q, order=2 if jac is not None and absolute else 1)
    np.testing.assert_allclose(dualad.jacobian(lambda q: fit(q, 1))(q), by_richardson(lambda q: exact(q, 1), q),
                               rtol=1e-4, atol=1e-8)


def test_second_derivatives_of_a_covariance_are_refused():
    with pytest.raises(np.linalg.LinAlgError, match="second derivatives of pcov"):
        dualad.hessian(lambda q: optimize.curve_fit(model, T, DATA * q[0], jac=model_jacobian)[1].sum())([1.0])


def test_solvers_without_a_rule():
    with pytest.raises(TypeError, match="linprog with dual numbers: it has no rule"):
        dualad.jacobian(lambda c: optimize.linprog(c, bounds=(0, 1)).x)([1.0, -1.0])
    with pytest.raises(TypeError, match="brute"):
        dualad.jacobian(lambda c: optimize.brute(lambda x: (x - c[0]) ** 2, [(0, 1)]))([0.3])
    assert optimize.linprog([1.0, -1.0], bounds=(0, 1)).fun == -1.0


def test_plain_numbers_get_scipys_result():
    p = np.array(P)
    assert optimize.minimize(valley, [0, 0], (p,)).x.tobytes() == scipy_optimize.minimize(valley, [0, 0],
                                                                                         (p,)).x.tobytes()
    ours, theirs = (m.curve_fit(model, T, DATA, full_output=True) for m in (optimize, scipy_optimize))
    assert ours[0].tobytes() == theirs[0].tobytes() and ours[1].tobytes() == theirs[1].tobytes()
    assert ours[2]["nfev"] == theirs[2]["nfev"]


def test_what_fits_of_dual_data_cannot_do():
    p, x = dualad.seed([2.0])[0], np.arange(1.0, 5.0)
    for options, reason in (({"sigma": np.eye(4)}, "a covariance matrix for sigma has no rule"),
                            ({"nan_policy": "omit", "check_finite": False}, "missing data have no rule")):
        y = np.where(x > 2, np.nan if "nan_policy" in options else x, x) * p
        with pytest.raises(TypeError, match=reason):
            optimize.curve_fit(lambda x, a: a * x, x, y, p0=[1.0], **options)


def test_least_squares_of_second_order_needs_a_jacobian():
    """x = sqrt(p), so x'' = -p^-1.5 / 4."""
    def residuals(p):
        return lambda x: x * x - p
    with pytest.raises(TypeError, match="would need third ones of the residuals"):
        dualad.hessian(lambda p: optimize.least_squares(residuals(p), np.ones(1)).x[0])(2.0)
    found = dualad.hessian(lambda p: optimize.least_squares(residuals(p), np.ones(1),
                                                            jac=lambda x: np.diag(2 * x)).x[0])(2.0)
    np.testing.assert_allclose(found, -0.25 * 2.0**-1.5, rtol=1e-6)


def test_minima_that_are_not_found_have_no_derivative():
    found = dualad.jacobian(lambda p: optimize.least_squares(lambda x: x * x - p, np.ones(1), max_nfev=1).x)(2.0)
    assert np.isnan(found).all()

"""The transforms where SciPy wants a Jacobian."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import dualad

optimize = pytest.importorskip("scipy.optimize")
integrate = pytest.importorskip("scipy.integrate")

T = np.linspace(0.0, 4.0, 30)
TRUTH = np.array([2.5, 1.3, 0.5])
Y = TRUTH[0] * np.exp(-TRUTH[1] * T) + TRUTH[2]


def residuals(p, t, y=Y, *, scale=1.0):
    return scale * (p[0] * np.exp(-p[1] * t) + p[2] - y)


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@pytest.mark.parametrize("method", ["trf", "dogbox", "lm"])
def test_least_squares(method):
    fit = optimize.least_squares(residuals, [1.0, 1.0, 0.0], jac=dualad.jacobian(residuals), method=method,
                                 args=(T,), kwargs={"y": Y, "scale": 2.0})
    np.testing.assert_allclose(fit.x, TRUTH, rtol=1e-8)


def test_least_squares_memoized():
    calls = []

    def counted(p):
        calls.append(1)
        return residuals(p, T)

    value, jac = dualad.memoized(counted)
    fit = optimize.least_squares(value, [1.0, 1.0, 0.0], jac=jac)
    np.testing.assert_allclose(fit.x, TRUTH, rtol=1e-8)
    assert len(calls) <= fit.nfev + 1


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "SLSQP", "trust-constr", "CG"])
def test_minimize(method):
    x0 = np.array([-1.2, 1.0, 0.8])
    found = optimize.minimize(rosenbrock, x0, jac=dualad.grad(rosenbrock), method=method)
    np.testing.assert_allclose(found.x, np.ones(3), atol=5e-3)
    if method == "BFGS":
        both = optimize.minimize(dualad.value_and_grad(rosenbrock), x0, jac=True, method=method)
        np.testing.assert_allclose(both.x, found.x, atol=1e-8)
        value, jac = dualad.memoized(rosenbrock)
        np.testing.assert_allclose(optimize.minimize(value, x0, jac=jac, method=method).x, found.x, atol=1e-8)


def test_minimize_with_an_output_of_size_one():
    def f(x):
        return np.array([rosenbrock(x)])

    found = optimize.minimize(f, [-1.2, 1.0], jac=dualad.grad(f))
    np.testing.assert_allclose(found.x, np.ones(2), atol=1e-4)


def test_constraints():
    def f(x):
        return x @ x

    def line(x):
        return x[0] + x[1] - 1

    found = optimize.minimize(f, [2.0, 0.0], jac=dualad.grad(f), method="SLSQP",
                              constraints=[{"type": "eq", "fun": line, "jac": dualad.grad(line)}])
    np.testing.assert_allclose(found.x, [0.5, 0.5], atol=1e-8)

    def parabola(x):
        return [x[0] ** 2 + x[1]]

    nonlinear = optimize.NonlinearConstraint(parabola, 1, 1, jac=dualad.jacobian(parabola))
    found = optimize.minimize(f, [2.0, 0.5], jac=dualad.grad(f), method="trust-constr",
                              constraints=[nonlinear])
    np.testing.assert_allclose(found.x[0] ** 2 + found.x[1], 1.0, atol=1e-6)


@pytest.mark.parametrize("method", ["hybr", "lm"])
def test_root_and_fsolve(method):
    def f(x, c=2.0):
        return [x[0] ** 2 + x[1] ** 2 - c, x[0] - x[1]]

    found = optimize.root(f, [2.0, 0.5], jac=dualad.jacobian(f), method=method, args=(2.0,))
    np.testing.assert_allclose(found.x, [1, 1], rtol=1e-9)
    np.testing.assert_allclose(optimize.fsolve(f, [2.0, 0.5], fprime=dualad.jacobian(f)), [1, 1], rtol=1e-9)


def test_newton():
    def f(t, c):
        return t**3 - c

    assert optimize.newton(f, 1.0, fprime=dualad.derivative(f), args=(8.0,)) == pytest.approx(2.0, rel=1e-12)
    found = optimize.root_scalar(f, x0=1.0, fprime=dualad.derivative(f), args=(8.0,), method="newton")
    assert found.root == pytest.approx(2.0, rel=1e-12)


@pytest.mark.parametrize("method", ["lm", "trf", "dogbox"])
@pytest.mark.parametrize("sigma", [None, 0.1 + T])
def test_curve_fit(method, sigma):
    def model(t, height, rate, floor):
        return height * np.exp(-rate * t) + floor

    y = Y + 0.01 * np.sin(37 * T)
    options = {"p0": [1.0, 1.0, 0.0], "method": method, "sigma": sigma}
    exact, covariance = optimize.curve_fit(model, T, y, jac=dualad.curve_fit_jac(model), **options)
    numeric, expected = optimize.curve_fit(model, T, y, **options)
    np.testing.assert_allclose(exact, numeric, rtol=1e-5)
    np.testing.assert_allclose(covariance, expected, rtol=1e-3)


@pytest.mark.parametrize("method", ["Radau", "BDF", "LSODA"])
def test_solve_ivp(method):
    def rhs(t, y, mu=10.0):
        return [y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]]

    calls = []

    def jac(t, y):
        calls.append(1)
        return dualad.jacobian(rhs, argnums=1)(t, y)

    options = {"method": method, "rtol": 1e-8, "atol": 1e-8}
    exact = integrate.solve_ivp(rhs, (0.0, 3.0), [2.0, 0.0], jac=jac, **options)
    numeric = integrate.solve_ivp(rhs, (0.0, 3.0), [2.0, 0.0], **options)
    np.testing.assert_allclose(exact.y[:, -1], numeric.y[:, -1], rtol=1e-5)
    assert calls or method == "LSODA"        # which asks only where the problem is stiff
    np.testing.assert_array_equal(dualad.jacobian(rhs, argnums=1)(0.0, [2.0, 1.0]), [[0, 1], [-41, -30]])


def test_approx_derivative_agrees():
    from scipy.optimize._numdiff import approx_derivative

    p = np.array([2.0, 1.1, 0.3])
    numeric = approx_derivative(lambda p: residuals(p, T), p, method="cs")
    np.testing.assert_allclose(dualad.jacobian(residuals)(p, T), numeric, rtol=1e-13, atol=1e-15)


LOOKED_FOR = """
import importlib.util, sys
import dualad
assert importlib.util.find_spec("scipy.special") and "scipy.special" not in sys.modules
from scipy.special import erf
print(erf(dualad.Dual(0.0, [1.0])).value)
"""


def test_special_functions_after_somebody_has_looked_for_scipy():
    done = subprocess.run([sys.executable, "-c", LOOKED_FOR], capture_output=True, text=True)
    assert done.stdout.strip() == "0.0", done.stderr

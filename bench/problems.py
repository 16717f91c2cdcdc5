"""The problems, each written once.

A problem makes its function from a *namespace* `xp`: NumPy itself for whoever
takes plain NumPy code, and each peer's own dialect (autograd.numpy, jax.numpy,
torch, CasADi) for whoever does not.  The names used are few: asarray, sum,
exp, log, sin, cos, tanh, sqrt.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from .check import complex_step


@dataclass(frozen=True)
class Problem:
    """What to differentiate, where, and the right answer.

    kind: "gradient", "jacobian", "jvp" or "hessian".  style: "loop" (plain Python loop
    over the elements) or "numpy".  make(xp, n) gives the function of one
    argument.  answer(x) is the derivative in closed form, in NumPy, by hand;
    without it the complex step says what is right (a Hessian needs it).
    """

    name: str
    kind: str
    style: str
    make: Callable
    point: Callable
    answer: Callable | None = None

    def function(self, n, xp=np):
        return self.make(xp, n)

    def direction(self, n):
        return np.cos(np.arange(n, dtype=float))

    def by_hand(self, n):
        """A function without arguments: the closed form at the point, or None."""
        if self.answer is None:
            return None
        x, answer = self.point(n), self.answer
        if self.kind == "jvp":
            v = self.direction(n)
            return lambda: answer(x) @ v
        return lambda: answer(x)

    def reference(self, n):
        """The right derivative at the point of size n."""
        known = self.by_hand(n)
        if known is not None:
            return np.asarray(known())
        full = complex_step(self.function(n), self.point(n))
        return full @ self.direction(n) if self.kind == "jvp" else full


def _spread(n):
    """n numbers between -1 and 1.5 without a pattern; the same every time."""
    return 0.25 + 1.25 * np.sin(1.0 + 7.0 * np.arange(n))


# Rosenbrock's valley -------------------------------------------------------

def _rosenbrock_loop(xp, n):
    def rosenbrock(x):
        total = 0.0
        for i in range(n - 1):
            total = total + 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
        return total
    return rosenbrock


def _rosenbrock(xp, n):
    def rosenbrock(x):
        return xp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)
    return rosenbrock


def _rosenbrock_gradient(x):
    gradient = np.zeros_like(x)
    inner = x[1:] - x[:-1] ** 2
    gradient[:-1] = -400.0 * x[:-1] * inner - 2.0 * (1.0 - x[:-1])
    gradient[1:] += 200.0 * inner
    return gradient


def _rosenbrock_hessian(x):
    diagonal = np.zeros_like(x)
    diagonal[:-1] = 1200.0 * x[:-1] ** 2 - 400.0 * x[1:] + 2.0
    diagonal[1:] += 200.0
    beside = -400.0 * x[:-1]
    return np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)


# Ackley's egg box ----------------------------------------------------------

def _ackley_loop(xp, n):
    def ackley(x):
        squares = waves = 0.0
        for i in range(n):
            squares = squares + x[i] * x[i]
            waves = waves + xp.cos(2.0 * np.pi * x[i])
        return (-20.0 * xp.exp(-0.2 * xp.sqrt(squares / n))
                - xp.exp(waves / n) + 20.0 + np.e)
    return ackley


def _ackley(xp, n):
    def ackley(x):
        return (-20.0 * xp.exp(-0.2 * xp.sqrt(xp.sum(x * x) / n))
                - xp.exp(xp.sum(xp.cos(2.0 * np.pi * x)) / n) + 20.0 + np.e)
    return ackley


def _ackley_gradient(x):
    n = x.size
    radius = np.sqrt(np.sum(x * x) / n)
    angle = 2.0 * np.pi * x
    return (4.0 * np.exp(-0.2 * radius) / (radius * n) * x
            + np.exp(np.sum(np.cos(angle)) / n) * (2.0 * np.pi / n) * np.sin(angle))


# Jacobians -----------------------------------------------------------------

@lru_cache
def _matrix(n):
    return np.random.default_rng(n).standard_normal((n, n)) / np.sqrt(n)


def _dense(xp, n):
    a = xp.asarray(_matrix(n))

    def dense(x):
        return xp.tanh(a @ x)
    return dense


def _dense_jacobian(x):
    a = _matrix(x.size)
    return (1.0 - np.tanh(a @ x) ** 2)[:, None] * a


TIMES = np.linspace(0.0, 4.0, 200)
DATA = 2.0 * np.exp(-1.1 * TIMES) + 0.5 + 0.1 * np.sin(9.0 * TIMES)


def _residual(xp, n):
    t, y = xp.asarray(TIMES), xp.asarray(DATA)

    def residual(p):
        return (p[0] * xp.exp(-p[1] * t) + p[2] * xp.exp(-p[3] * t)
                + p[4] + p[5] * t - y)
    return residual


def _residual_jacobian(p):
    first, second = np.exp(-p[1] * TIMES), np.exp(-p[3] * TIMES)
    jacobian = np.empty((TIMES.size, 6))
    jacobian[:, 0], jacobian[:, 1] = first, -p[0] * TIMES * first
    jacobian[:, 2], jacobian[:, 3] = second, -p[2] * TIMES * second
    jacobian[:, 4], jacobian[:, 5] = 1.0, TIMES
    return jacobian


def _rates(xp, n):
    half = n // 2

    def rates(x):
        k, c = x[:half], x[half:]
        r = k * xp.exp(-c)
        s = r / (1.0 + r)
        return xp.tanh(s) + c * r - 0.5 * k * s
    return rates


ROSENBROCK_LOOP = Problem("Rosenbrock, plain loop", "gradient", "loop",
                          _rosenbrock_loop, _spread, _rosenbrock_gradient)
ROSENBROCK = Problem("Rosenbrock, NumPy", "gradient", "numpy",
                     _rosenbrock, _spread, _rosenbrock_gradient)
ACKLEY_LOOP = Problem("Ackley, plain loop", "gradient", "loop",
                      _ackley_loop, _spread, _ackley_gradient)
ACKLEY = Problem("Ackley, NumPy", "gradient", "numpy",
                 _ackley, _spread, _ackley_gradient)
DENSE = Problem("dense map, tanh(A @ x)", "jacobian", "numpy",
                _dense, _spread, _dense_jacobian)
RESIDUAL = Problem("residuals, R^6 -> R^200", "jacobian", "numpy", _residual,
                   lambda n: np.array([1.5, 0.9, 0.3, 0.2, 0.4, -0.05]),
                   _residual_jacobian)
RATES = Problem("ten inputs, small arrays", "jacobian", "numpy", _rates,
                lambda n: np.linspace(0.4, 1.6, n))
ROSENBROCK_JVP = replace(ROSENBROCK, kind="jvp")
ACKLEY_JVP = replace(ACKLEY, kind="jvp")
ROSENBROCK_HESSIAN_LOOP = replace(ROSENBROCK_LOOP, kind="hessian", answer=_rosenbrock_hessian)
ROSENBROCK_HESSIAN = replace(ROSENBROCK, kind="hessian", answer=_rosenbrock_hessian)

#: Every problem, with a small size for the tests.
ALL = [(ROSENBROCK_LOOP, 4), (ROSENBROCK, 7), (ACKLEY_LOOP, 4), (ACKLEY, 7),
       (DENSE, 5), (RESIDUAL, 6), (RATES, 10), (ROSENBROCK_JVP, 7), (ACKLEY_JVP, 7),
       (ROSENBROCK_HESSIAN_LOOP, 4), (ROSENBROCK_HESSIAN, 7)]

"""Whether this installation computes rightly: derivatives against references that know none of our rules."""

from __future__ import annotations

import math
import pickle
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import dualad

from .check import complex_step
from .errors import raised

__all__ = ["CHECKS", "Outcome", "run_checks", "text_of"]

#: Functions that NumPy has for complex numbers too, and where they are checked.
_FUNCTIONS = {
    **dict.fromkeys("sin cos tan sinh cosh tanh arctan arcsinh exp expm1 square".split(), (-1.3, 0.4, 1.1)),
    **dict.fromkeys("arcsin arccos arctanh".split(), (-0.7, 0.2, 0.6)),
    **dict.fromkeys("log log1p log2 log10 sqrt reciprocal".split(), (0.3, 1.7, 25.0)),
}


@dataclass(frozen=True)
class Outcome:
    """What a check found: the largest relative error, or what it raised."""

    name: str
    error: float
    allowed: float
    problem: str = ""

    @property
    def passed(self) -> bool:
        """Whether the error is small enough."""
        return not self.problem and self.error <= self.allowed


def _off(found, expected) -> float:
    """The largest error, relative to the largest entry expected; NaN counts as infinite."""
    found, expected = np.asarray(found), np.asarray(expected)
    if found.shape != expected.shape:
        return math.inf
    size = float(np.max(np.abs(expected), initial=0.0)) or 1.0
    worst = float(np.max(np.abs(found - expected), initial=0.0)) / size
    return worst if worst == worst else math.inf


def _values():
    """Values are those of floats, to the last bit."""
    for name, points in _FUNCTIONS.items():
        f, x = getattr(np, name), np.array(points)
        for order in (1, 2):
            if dualad.value(f(dualad.seed(x, order=order))).tobytes() != f(x).tobytes():
                raise AssertionError(f"np.{name} of dual numbers has another value")
    return 0.0


def _first():
    return max(
        _off(dualad.derivative(f)(x), f(x + 1e-30j).imag / 1e-30)
        for f, x in ((getattr(np, name), x) for name, points in _FUNCTIONS.items() for x in points)
    )


def _second():
    worst = 0.0
    for name, points in _FUNCTIONS.items():
        slope = dualad.derivative(getattr(np, name))
        for x in points:
            h = 1e-4 * max(1.0, abs(x)) * 0.3
            # The error of the central difference falls with its step to the fourth power.
            coarse, fine = ((slope(x + step) - slope(x - step)) / (2 * step) for step in (h, h / 2))
            found = dualad.second_derivative(getattr(np, name))(x)
            worst = max(worst, _off(found, (4 * fine - coarse) / 3) if abs(found) > 1e-3 else 0.0)
    return worst


def _program(x):
    """Indexing, storing in place, branches, sums, products: plain NumPy code."""
    y = np.zeros_like(x)
    y[1:] = np.cumsum(x[:-1] * x[1:])
    y[0] += np.sin(x[0]) if x[0] > 0 else x[1]
    y *= np.where(x > 1.0, x, x**2)
    A = np.outer(x, x) + 3.0 * np.eye(len(x))
    return np.concatenate([np.sort(y)[::-1], A @ y, np.linalg.solve(A, y)[:2]])


def _arrays():
    x = np.array([0.7, 1.9, 1.2, 0.4])
    return _off(dualad.jacobian(_program)(x), complex_step(_program, x))


def _rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def _hessian():
    x = np.array([-1.2, 1.0, 0.5])
    H = np.zeros((3, 3))
    for i in range(2):
        H[i, i] += 1200 * x[i] ** 2 - 400 * x[i + 1] + 2
        H[i + 1, i + 1] += 200
        H[i, i + 1] = H[i + 1, i] = -400 * x[i]
    return max(_off(dualad.hessian(_rosenbrock)(x), H), _off(dualad.jacobian(dualad.grad(_rosenbrock))(x), H))


def _refusals():
    """A derivative is never lost in silence."""
    for what, lose in (
        ("float(x)", float),
        ("math.sin(x)", math.sin),
        ("storing in an array of floats", lambda x: np.zeros(1).__setitem__(0, x)),
    ):
        try:
            dualad.derivative(lose)(1.0)
        except TypeError:
            continue
        raise AssertionError(f"{what} lost a derivative and raised nothing")
    return 0.0


def _pickles():
    x = np.sin(dualad.seed([0.5, 2.0], order=2))
    y = pickle.loads(pickle.dumps(x))
    return max(_off(part(y), part(x)) for part in (dualad.value, dualad.partials, dualad.second))


def _threads():
    x = np.linspace(0.5, 1.5, 4)
    expected, found = dualad.jacobian(_program)(x), [None] * 8

    def work(k):
        found[k] = dualad.jacobian(_program)(x)

    workers = [threading.Thread(target=work, args=(k,)) for k in range(len(found))]
    try:
        for worker in workers:
            worker.start()
    except RuntimeError:  # a platform without threads
        return 0.0
    for worker in workers:
        worker.join()
    return max(math.inf if J is None else _off(J, expected) for J in found)


#: Name -> (what gives the largest relative error, how large it may be).
CHECKS: dict[str, tuple[Callable[[], float], float]] = {
    "values, bit for bit": (_values, 0.0),
    "first derivatives, by complex step": (_first, 1e-13),
    "second derivatives, by differences": (_second, 1e-7),
    "a program with arrays, by complex step": (_arrays, 1e-13),
    "a Hessian, by hand": (_hessian, 1e-14),
    "refusals to lose derivatives": (_refusals, 0.0),
    "pickles": (_pickles, 0.0),
    "eight threads": (_threads, 0.0),
}


def run_checks() -> list[Outcome]:
    """Run all of them."""
    outcomes = []
    for name, (check, allowed) in CHECKS.items():
        try:
            with np.errstate(all="ignore"):
                outcomes.append(Outcome(name, float(check()), allowed))
        except Exception as error:
            outcomes.append(Outcome(name, math.inf, allowed, raised(error)))
    return outcomes


def text_of(outcomes: list[Outcome], style) -> str:
    """Return a line for each, and a last one for all."""
    width = max(len(outcome.name) for outcome in outcomes)
    lines = []
    for outcome in outcomes:
        error = f"error {outcome.error:.1e}" if outcome.allowed or not outcome.passed else ""
        verdict = style.good(f"{'ok':<6}") if outcome.passed else style.bad("FAILED")
        if not outcome.passed:
            error = outcome.problem or f"{error}, at most {outcome.allowed:.0e} is expected"
        lines.append(f"  {verdict}  {outcome.name:<{width}}  {error}".rstrip())
    failed = sum(not outcome.passed for outcome in outcomes)
    lines += ["", f"{len(outcomes)} checks passed" if not failed else f"{failed} of {len(outcomes)} checks failed"]
    return "\n".join(lines)

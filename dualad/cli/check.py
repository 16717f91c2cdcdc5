"""The Jacobian held against other ways to get it, and against the clock."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import dualad

from .fit import Fit

__all__ = ["Check", "central_differences", "complex_step", "interleaved", "largest", "verify"]

_BUDGET = 0.25
_ROUNDS = 15


@dataclass(frozen=True)
class Check:
    """How good the Jacobian is, and what it costs.

    Attributes
    ----------
    shape : tuple of int
        The Jacobian's.
    complex_step, central_differences : float or None
        The largest difference from that approximation, relative to the largest
        entry of the same column. None where the model does not take complex
        numbers, or is not an analytic function.
    seconds : dict of str to float
        The shortest time of one run of the model, one exact Jacobian, and one by
        central differences.
    rounds : int
        Of how many.
    """

    shape: tuple[int, ...]
    complex_step: float | None
    central_differences: float
    seconds: dict[str, float]
    rounds: int


def verify(result: Fit) -> Check:
    """Check and time the model's Jacobian at the estimates."""
    problem, p = result.problem, result.p

    model = problem.predict
    exact = dualad.jacobian(model)
    with np.errstate(all="ignore"):
        J = exact(p)
        other = complex_step(model, p) if problem.analytic else None
        seconds, rounds = interleaved(
            {
                "model": lambda: model(p),
                "jacobian": lambda: exact(p),
                "central_differences": lambda: central_differences(model, p),
            }
        )
        from_central = largest(J, central_differences(model, p))
    from_complex = None if other is None else largest(J, other)
    if from_complex is not None and from_complex > 1e-3 and from_central < 1e-5:
        from_complex = None  # differences agree: the function is not analytic
    return Check((problem.y.size, p.size), from_complex, from_central, seconds, rounds)


def largest(J: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference, each column relative to its largest entry."""
    J, other = np.atleast_2d(J), np.atleast_2d(other)  # a model may be one number
    size = np.abs(J).max(axis=0)
    return float((np.abs(other - J).max(axis=0) / np.where(size > 0, size, 1.0)).max())


def central_differences(f: Callable, p: np.ndarray) -> np.ndarray:
    """Return the Jacobian by central differences, each step the usual compromise."""
    columns = []
    for i, h in enumerate(np.cbrt(np.finfo(float).eps) * np.where(p != 0, np.abs(p), 1.0)):
        above, below = p.copy(), p.copy()
        above[i] += h
        below[i] -= h
        change = np.asarray(f(above)) - np.asarray(f(below))
        columns.append(change / (above[i] - below[i]))
    return np.stack(columns, axis=-1)


def complex_step(f: Callable, p: np.ndarray) -> np.ndarray | None:
    """Return the Jacobian by complex step, or None when f takes no complex numbers."""
    columns = []
    for i, h in enumerate(1e-30 * np.where(p != 0, np.abs(p), 1.0)):
        aside = p.astype(complex)
        aside[i] += 1j * h
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                out = np.asarray(f(aside))
        except Exception:
            return None
        if out.dtype.kind != "c":
            return None
        columns.append(out.imag / h)
    return np.stack(columns, axis=-1)


def interleaved(work: dict[str, Callable]) -> tuple[dict[str, float], int]:
    """Time several things in turn, so that a slow moment hits all of them alike.

    Returns
    -------
    dict of str to float
        The shortest time of each, in seconds for one call.
    int
        How many rounds were made: as many as go into a quarter of a second.
    """
    deadline = time.perf_counter() + _BUDGET
    best = {name: _seconds(call, 1) for name, call in work.items()}
    repeats = {name: max(1, int(1e-3 / max(first, 1e-6))) for name, first in best.items()}
    rounds = 1
    while rounds < _ROUNDS and time.perf_counter() < deadline:
        for name, call in work.items():
            best[name] = min(best[name], _seconds(call, repeats[name]))
        rounds += 1
    return best, rounds


def _seconds(call: Callable, repeats: int) -> float:
    begin = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - begin) / repeats

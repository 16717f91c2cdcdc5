"""What a case is, and the derivatives that it is checked against."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import warnings
from collections.abc import Callable

import numpy as np

import dualad

AS_IT_IS, ADOPTED, CANNOT = "as it is", "adopted", "cannot"


@dataclasses.dataclass(frozen=True)
class Case:
    """A function of one array that calls a package, and what is expected of it."""

    package: str                     # its name on PyPI
    function: str                    # what is called
    point: np.ndarray
    make: Callable[[], Callable]     # imports the package; gives the function
    adopt: tuple[str, ...]           # modules
    expected: str                    # one of the three above
    reason: str = ""                 # why it cannot
    second: bool = True              # are second derivatives checked as well?
    error: str = ""                  # of one that cannot: what its error says; without one, it gives wrong derivatives

    @property
    def name(self):
        return f"{self.package}: {self.function}"


def field(cases):
    """What adds cases to a list: a decorator of the function that makes a case's function.

    `adopt` of it, names of modules with blanks between them, is the package itself where it is not given.
    """
    def case(package, function, point, expected, adopt=None, **more):
        modules = (package.replace("-", "_"),) if adopt is None else tuple(adopt.split())

        def register(make):
            cases.append(Case(package, function, np.array(point, float), make, modules, expected, **more))
            return make
        return register
    return case


@contextlib.contextmanager
def adopting(case):
    with contextlib.ExitStack() as stack:
        for module in case.adopt:
            stack.enter_context(dualad.adopting(importlib.import_module(module)))
        yield


def limits(f, x):
    """(derivatives along each input as limits of difference quotients, their estimated errors), by Richardson."""
    found = [_limit(f, x, direction) for direction in np.eye(x.size)]
    return np.stack([limit for limit, _ in found], -1), np.array([error for _, error in found])


def _limit(f, x, direction):
    best, previous = (np.inf, None), []
    scale = 0.02 * (abs(x @ direction) or 1.0)
    for k in range(9):
        h = scale / 2**k
        row = [(np.asarray(f(x + h * direction), float) - np.asarray(f(x - h * direction), float)) / (2 * h)]
        for m, coarser in enumerate(previous):
            row.append(row[m] + (row[m] - coarser) / (4 ** (m + 1) - 1))
            error = np.max(np.abs(row[m + 1] - row[m]), initial=0) + np.max(np.abs(row[m + 1] - coarser), initial=0)
            if error < best[0]:
                best = error, row[m + 1]
        previous = row
    return best[1], best[0]


def deviation(found, f, x):
    """How far derivatives are from their limits, in units of the largest, for relative changes of the inputs."""
    limit, _ = limits(f, x)
    weights = np.where(x == 0, 1, np.abs(x))
    return np.max(np.abs(found - limit) * weights) / (np.max(np.abs(limit) * weights) or 1.0)


def outcome(case):
    """"as it is", "adopted" or "cannot", and what has been found: deviations, or an error."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        f = case.make()
        for kind, context in (AS_IT_IS, contextlib.nullcontext()), (ADOPTED, adopting(case)):
            try:
                with context:
                    jacobian = dualad.jacobian(f)(case.point)
            except Exception as error:
                found.append(f"{type(error).__name__}: {error}".splitlines()[0])
                continue
            first = deviation(jacobian, f, case.point)
            if first < 1e-6:
                return kind, first
            found.append(first if jacobian.any() else "derivatives are zero")
    return CANNOT, found[-1]


def second_deviation(case):
    """Of second derivatives, from limits of first ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        f = case.make()
        with adopting(case) if case.expected == ADOPTED else contextlib.nullcontext():
            return deviation(dualad.hessian(f)(case.point), dualad.jacobian(f), case.point)

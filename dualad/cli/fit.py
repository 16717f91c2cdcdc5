"""Nonlinear least squares with an exact Jacobian."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import dualad

from .errors import FitError, InputError, raised
from .problem import Problem

__all__ = ["SOLVERS", "Fit", "levenberg_marquardt", "solve"]

SOLVERS = ("auto", "scipy", "builtin")

_TOLERANCE = 1e-14
_MAX_RUNS = 500
#: A singular value this much smaller than the largest counts as zero.
_RANK_TOLERANCE = 1e-13


@dataclass(frozen=True)
class Fit:
    """What came out.

    Attributes
    ----------
    problem : Problem
        What was fitted.
    p : ndarray
        The estimates.
    errors : ndarray
        Their standard errors; NaN when there are as many parameters as rows.
    correlation : ndarray
        The correlation matrix of the estimates.
    residual_std : float
        Square root of the residuals' sum of squares per degree of freedom.
    dof : int
        Rows minus parameters.
    solver : str
        What found the minimum.
    jacobians : int
        How many Jacobians it took.
    """

    problem: Problem
    p: np.ndarray
    errors: np.ndarray
    correlation: np.ndarray
    residual_std: float
    dof: int
    solver: str
    jacobians: int


def solve(problem: Problem, solver: str = "auto", step: Callable[[], object] = lambda: None) -> Fit:
    """Minimise the sum of squared residuals.

    Parameters
    ----------
    problem : Problem
        Data, model and start.
    solver : {'auto', 'scipy', 'builtin'}
        'auto' is `scipy.optimize.least_squares` when SciPy can be imported, else
        `levenberg_marquardt`.
    step : callable
        Called after each Jacobian.

    Raises
    ------
    InputError
        If the model fails, or the data cannot tell the parameters apart.
    FitError
        If no minimum is found.
    """
    problem.check_start()
    count = 0

    def residuals(p):
        return np.asarray(problem.residuals(p), float)

    exact = dualad.jacobian(problem.residuals)

    def jacobian(p):
        nonlocal count
        count += 1
        J = exact(p)
        step()
        if not np.isfinite(J).all():
            row, column = np.argwhere(~np.isfinite(J))[0]
            raise FitError(
                f"the derivative by {problem.names[column]} is {J[row, column]} "
                f"in {problem.place(row)} at {_at(problem.names, p)}"
            )
        return J

    with np.errstate(all="ignore"):
        first = _try_duals(problem, exact)
        name, minimise = _choose(solver)
        try:
            p = minimise(residuals, problem.first, jacobian)
        except (FitError, InputError):
            raise
        except Exception as error:
            raise FitError(f"the fit stopped: {raised(error, inside=problem.file)}") from error
        r, J = residuals(p), jacobian(p)
    lost = FitError(
        f"no minimum was reached; the last values were {_at(problem.names, p)}: try another --start"
    )
    if not (moves := J.any(axis=0)).all():
        if np.any(~moves & first.any(axis=0)):
            raise lost  # it went to where the model is flat
        idle = ", ".join(np.array(problem.names)[~moves])
        raise InputError(f"the model does not depend on {idle}")
    errors, correlation, residual_std, dof = _uncertainty(problem, r, J)
    if not _settled(problem, r, J, errors):
        raise lost
    return Fit(problem, p, errors, correlation, residual_std, dof, name, count)


def _try_duals(problem: Problem, exact: Callable) -> np.ndarray:
    """Take the first Jacobian, so that a model's refusal of dual numbers is told apart."""
    try:
        return exact(problem.first)
    except Exception as error:
        raise InputError(
            "the model runs with floats, but with dual numbers it raised "
            + raised(error, inside=problem.file)
        ) from error


def _choose(solver: str) -> tuple[str, Callable]:
    """Return the solver's name and the solver."""
    builtin = "Levenberg-Marquardt", levenberg_marquardt
    if solver == "builtin":
        return builtin
    try:
        from scipy.optimize import least_squares
    except ImportError:
        if solver == "scipy":
            raise InputError("SciPy is not installed") from None
        return builtin
    options = {"x_scale": "jac", "max_nfev": _MAX_RUNS}
    options |= dict.fromkeys(("ftol", "xtol", "gtol"), _TOLERANCE)
    return (
        "scipy.optimize.least_squares",
        lambda residuals, p, jacobian: least_squares(residuals, p, jac=jacobian, **options).x,
    )


def _at(names: list[str], p: np.ndarray) -> str:
    return ", ".join(f"{name}={value:.6g}" for name, value in zip(names, p, strict=True))


def _settled(problem: Problem, r: np.ndarray, J: np.ndarray, errors: np.ndarray) -> bool:
    """Tell whether a further Gauss-Newton step would change nothing that matters.

    That is less than a thousandth of a standard error, or, where the model goes
    through all points, a change beyond the ninth digit of the data.
    """
    step = np.abs(np.linalg.lstsq(J, -r, rcond=None)[0])
    y = problem.y if problem.sigma is None else problem.y / problem.sigma
    change = step * np.linalg.norm(J, axis=0)
    return bool(np.all((step <= 1e-3 * errors) | (change <= 1e-9 * np.linalg.norm(y))))


def levenberg_marquardt(residuals: Callable, p: np.ndarray, jacobian: Callable) -> np.ndarray:
    """Minimise the sum of squares with Gauss-Newton steps, damped when they overshoot.

    Parameters
    ----------
    residuals, jacobian : callable
        Of the parameters.
    p : ndarray
        Where to start.

    Returns
    -------
    ndarray
        The parameters where no step foresees a gain any more, or the runs are used
        up: whether that is a minimum is for the caller to check.
    """
    r, J = residuals(p), jacobian(p)
    cost, damping, growth = r @ r, 1e-4, 2.0
    for _ in range(_MAX_RUNS):
        size = np.linalg.norm(J, axis=0)
        weights = math.sqrt(damping) * np.where(size > 0, size, 1.0)
        augmented = np.vstack([J, np.diag(weights)])
        step = np.linalg.lstsq(augmented, -np.append(r, 0 * p), rcond=None)[0]
        foreseen = np.sum((J @ step) ** 2) + 2 * np.sum((weights * step) ** 2)
        if not foreseen > _TOLERANCE * cost:
            break
        r_new = residuals(p + step)
        cost_new = r_new @ r_new
        gain = (cost - cost_new) / foreseen
        if gain > 0:
            p, r, cost = p + step, r_new, cost_new
            J = jacobian(p)
            damping *= max(1 / 3, 1 - (2 * gain - 1) ** 3)
            growth = 2.0
        else:
            damping, growth = damping * growth, growth * 2
    # What is left to gain drowns in the rounding of the sum of squares; the exact
    # Jacobian still knows the way: the last step is Gauss-Newton's own.
    last = p + np.linalg.lstsq(J, -r, rcond=None)[0]
    r = residuals(last)
    return last if r @ r <= cost * (1 + 1e-9) else p


def _uncertainty(problem: Problem, r: np.ndarray, J: np.ndarray):
    """Return standard errors, correlation, residual standard deviation, freedom."""
    size = np.linalg.norm(J, axis=0)
    _, s, Vt = np.linalg.svd(J / size, full_matrices=False)
    free = s <= _RANK_TOLERANCE * s[0]
    if free.any():
        share = np.abs(Vt[free]).max(axis=0)
        mixed = [name for name, part in zip(problem.names, share, strict=True) if part > 1e-3]
        raise InputError(
            f"the data cannot tell apart {', '.join(mixed)}: "
            "the Jacobian's columns of these parameters depend on each other"
        )
    dof = problem.y.size - len(s)
    residual_std = math.sqrt(r @ r / dof) if dof else math.nan
    factor = 1.0 if problem.absolute_sigma else residual_std
    covariance = (Vt.T / s**2) @ Vt
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    np.fill_diagonal(correlation, 1.0)
    return factor * spread / size, correlation, residual_std, dof

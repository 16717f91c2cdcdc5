"""A maximum-likelihood fit, with standard errors from the exact Hessian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import dualad

__all__ = ["Likelihood", "fit_lifetimes", "likelihood_as_data", "likelihood_as_text"]

#: Hours between failures of the air conditioning of an aeroplane (number 7912), F. Proschan,
#: "Theoretical explanation of observed decreasing failure rate", Technometrics 5 (1963), 375-383.
INTERVALS = np.array([
    23.0, 261, 87, 7, 120, 14, 62, 47, 225, 71, 246, 21, 42, 20, 5, 12, 120, 11, 3, 14,
    71, 11, 14, 11, 16, 90, 1, 16, 52, 95,
])  # fmt: skip


def negative_log_likelihood(p):
    """Weibull distribution of lifetimes; p: the shape and the scale in hours."""
    shape, scale = p
    z = INTERVALS / scale
    return np.sum(z**shape - np.log(shape / scale) - (shape - 1) * np.log(z))


@dataclass(frozen=True)
class Likelihood:
    """Estimates with three kinds of standard error.

    Attributes
    ----------
    names : tuple of str
    p : numpy.ndarray of shape (n,)
        The estimates.
    log_likelihood : float
        At the estimates.
    errors : numpy.ndarray of shape (n,)
        Standard errors from the inverse of the exact Hessian.
    from_differences : dict of float to numpy.ndarray of shape (n,)
        The same from Hessians by central differences, for relative steps.
    """

    names: tuple[str, ...]
    p: np.ndarray
    log_likelihood: float
    errors: np.ndarray
    from_differences: dict[float, np.ndarray]


def fit_lifetimes() -> Likelihood:
    """Fit the intervals by Newton's method, with the exact gradient and Hessian."""
    p = np.array([1.0, INTERVALS.mean()])  # the exponential distribution
    gradient = dualad.grad(negative_log_likelihood)
    hessian = dualad.hessian(negative_log_likelihood)
    for _ in range(50):
        step = np.linalg.solve(hessian(p), gradient(p))
        p = p - step
        if np.all(np.abs(step) <= 1e-14 * p):
            break
    steps = (1e-2, 1e-4, 1e-6, 1e-8)
    return Likelihood(
        ("shape", "scale/h"),
        p,
        -float(negative_log_likelihood(p)),
        _standard_errors(hessian(p)),
        {step: _standard_errors(_differences(negative_log_likelihood, p, step)) for step in steps},
    )


def _standard_errors(hessian: np.ndarray) -> np.ndarray:
    """Return the square roots of the inverse's diagonal; NaN where it is negative."""
    with np.errstate(invalid="ignore"):
        return np.sqrt(np.diag(np.linalg.inv(hessian)))


def _differences(f, p: np.ndarray, relative: float) -> np.ndarray:
    """Return the Hessian by central differences of the function's values."""
    steps = np.diag(relative * np.abs(p))
    return np.array(
        [
            [
                (f(p + a + b) - f(p + a - b) - f(p - a + b) + f(p - a - b)) / (4 * a.sum() * b.sum())
                for b in steps
            ]
            for a in steps
        ]
    )


def likelihood_as_data(result: Likelihood) -> dict:
    """Return the result as plain data."""
    return {
        "parameters": {
            name: {"value": float(value), "standard_error": float(error)}
            for name, value, error in zip(result.names, result.p, result.errors)
        },
        "log_likelihood": result.log_likelihood,
        "standard_errors_by_differences": {
            f"{step:g}": errors.tolist() for step, errors in result.from_differences.items()
        },
    }


def likelihood_as_text(result: Likelihood, style) -> str:
    """Return the result as a page of text."""
    lines = [
        style.bold(style.fill("Lifetimes, maximum likelihood: intervals between failures, Proschan 1963")),
        style.dim(style.fill("Weibull distribution; standard errors from the inverse of the Hessian")),
        "",
        "  parameter     estimate   std. error",
    ]
    for name, value, error in zip(result.names, result.p, result.errors):
        lines.append(f"  {name:<10}{value:>12.6g}{error:>13.6g}")
    lines += [
        f"  log-likelihood {result.log_likelihood:.4f}, {INTERVALS.size} intervals",
        "",
        style.fill("standard errors by finite differences, relative to the exact ones", 2),
        "  step          " + "".join(f"{name:>12}" for name in result.names),
    ]
    for step, errors in result.from_differences.items():
        relative = errors / result.errors - 1.0
        shown = ["not real" if np.isnan(r) else f"{r:+.1e}" for r in relative]
        lines.append(f"  {step:<14g}" + "".join(f"{text:>12}" for text in shown))
    return "\n".join(lines)

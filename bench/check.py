"""Checking an answer before it is timed."""

import numpy as np

STEP = 1e-100       # nothing is subtracted, so it may be as small as we like


def complex_step(f, x):
    """The Jacobian of f at x: out.shape + x.shape, exact to rounding.

    For analytic NumPy code: f(x + ih) has the imaginary part h f'(x), and no
    difference is taken.
    """
    x = np.asarray(x, dtype=float)
    columns = []
    for index in np.ndindex(x.shape):
        z = x.astype(complex)
        z[index] += 1j * STEP
        columns.append(np.imag(np.asarray(f(z))) / STEP)
    return np.stack(columns, axis=-1).reshape(columns[0].shape + x.shape)


def error(answer, reference):
    """The largest error, relative to the largest entry of the reference."""
    answer, reference = np.asarray(answer, float), np.asarray(reference, float)
    if answer.shape != reference.shape:
        return f"shape {answer.shape} instead of {reference.shape}"
    if not reference.size:
        return 0.0
    scale = max(np.abs(reference).max(), 1e-300)
    return float(np.abs(answer - reference).max() / scale)


def agree(answer, reference, tolerance=1e-10):
    """None when the answer is right, else a sentence that says how wrong."""
    wrong = error(answer, reference)
    if isinstance(wrong, str):
        return wrong
    if not wrong <= tolerance:          # NaN is wrong too
        return f"wrong answer: relative error {wrong:.1e}"
    return None

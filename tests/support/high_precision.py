"""First and second derivatives of matrix functions by differences in 60 digits (mpmath)."""

import itertools

import numpy as np

import dualad

from .compare import same_bits
from .second import hyper

mpmath = __import__("pytest").importorskip("mpmath")
DIGITS, STEP = 60, mpmath.mpf(10) ** -13


def matrix(x):
    """A float or object array (a vector as one column) as mpmath's matrix."""
    x = np.asarray(x)
    return mpmath.matrix((x[:, None] if x.ndim == 1 else x).tolist())


def array(m):
    """mpmath's matrix as an object array."""
    return np.array(m.tolist(), dtype=object).reshape(m.rows, m.cols)


def _moved(x, t):
    """x + first t + second t t / 2 in many digits."""
    point = dualad.value(x).astype(object) + mpmath.mpf(0)
    first, second = dualad.partials(x).astype(object), dualad.second(x).astype(object)
    for i, ti in enumerate(t):
        point = point + first[..., i] * ti
        for j, tj in enumerate(t):
            point = point + second[..., i, j] * (ti * tj / 2)
    return point


def _of_stack(f, points):
    """f of each matrix of the stacks."""
    if points[0].ndim <= 2:
        return np.asarray(f(*points), dtype=object)
    return np.stack([_of_stack(f, parts) for parts in zip(*points, strict=True)])


def derivatives(f, *arrays):
    """(first, second), shapes (..., n) and (..., n, n), of f at hyper-dual arrays.

    f takes object arrays of mpmath's numbers, one matrix each, and gives an object array.
    """
    with mpmath.workdps(DIGITS):
        n = dualad.partials(arrays[0]).shape[-1]

        def at(*steps):
            t = [mpmath.mpf(0)] * n
            for k, sign in steps:
                t[k] += sign * STEP
            return _of_stack(f, [_moved(x, t) for x in arrays])

        first = np.stack([(at((k, 1)) - at((k, -1))) / (2 * STEP) for k in range(n)], axis=-1)
        second = np.empty((*first.shape, n), object)
        for i, j in itertools.combinations_with_replacement(range(n), 2):
            mixed = sum(a * b * at((i, a), (j, b)) for a in (1, -1) for b in (1, -1)) / (4 * STEP**2)
            second[..., i, j] = second[..., j, i] = mixed
        return first.astype(np.float64), second.astype(np.float64)


def agrees(found, f, *arrays, rtol=1e-9):
    """Both orders of a result, relative to the largest derivative of each order."""
    first, second = derivatives(f, *arrays)
    for mine, exact in ((dualad.partials(found), first), (dualad.second(found), second)):
        np.testing.assert_allclose(mine, exact, rtol=rtol, atol=rtol * np.abs(exact).max(initial=1e-20))


def check(function, exact, *values, rtol=1e-9, pattern="HyperDual2"):
    """Bits of the value; first and second derivatives against `exact`, which works on one matrix."""
    arrays = [hyper(x, pattern, seed=k) for k, x in enumerate(values)]
    found = function(*arrays)
    same_bits(dualad.value(found), function(*[np.array(dualad.value(d)) for d in arrays]))
    first_order = function(*[dualad.seed(x, dualad.partials(d)) for x, d in zip(values, arrays, strict=True)])
    same_bits(dualad.value(first_order), function(*values))
    scale = abs(dualad.partials(found)).max(initial=0.0)
    np.testing.assert_allclose(dualad.partials(first_order), dualad.partials(found), 1e-12, 1e-12 * scale)
    agrees(found, exact, *arrays, rtol=rtol)

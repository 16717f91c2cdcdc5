"""Hyper-dual arrays of any pattern, and second derivatives by means that know nothing of them."""

from itertools import pairwise

import numpy as np

import dualad
from dualad import _core


def pairs_of(dtype):
    """The pattern, [(i, j), ...], in the order in which elements hold it."""
    _, segments = _core.second_parts(np.empty(0, dtype))
    return [(i, k) for i, j, count in segments for k in range(j, j + count)]


def hyper(values, pattern="HyperDual3", seed=1, still=()):
    """A DualArray of this type with random partials and second derivatives (none in directions `still`)."""
    values = np.asarray(values, dtype=float)
    x = np.zeros(values.shape, _core.scalar_type(pattern))
    dualad.value(x)[...] = values
    return moving(x, seed, still)


def moving(x, seed=1, still=()):
    """An array of hyper-dual numbers, filled with random partials and second derivatives."""
    rng = np.random.default_rng(seed)
    dualad.partials(x)[...] = rng.normal(size=dualad.partials(x).shape)
    pairs = _core.second_parts(x)[0]
    pairs[...] = rng.normal(size=pairs.shape)
    for k in still:
        dualad.partials(x)[..., k] = 0.0
        pairs[..., [k in pair for pair in pairs_of(x.dtype)]] = 0.0
    return x.view(dualad.DualArray)


def second_by_differences(f, *arrays, step=4e-3, levels=3):
    """(…, n, n): of f(x + g t + t h t / 2) in t at 0, by differences of its exact first derivatives.

    Entries of pairs that the arrays do not hold are 0.
    """
    n = dualad.partials(arrays[0]).shape[-1]
    held = np.zeros((n, n))
    for i, j in pairs_of(arrays[0].dtype):
        held[i, j] = held[j, i] = 1.0

    def gradient(t):
        moved = []
        for x in arrays:
            first, second = dualad.partials(x), dualad.second(x)
            moved.append(dualad.seed(dualad.value(x) + first @ t + 0.5 * second @ t @ t, first + second @ t))
        return dualad.partials(f(*moved))

    columns = []
    for k in range(n):
        e = np.eye(n)[k]
        rows = [(gradient(step / 2**i * e) - gradient(-step / 2**i * e)) * 2**i / (2 * step)
                for i in range(levels)]
        for j in range(1, levels):
            rows = [b + (b - a) / (4**j - 1) for a, b in pairwise(rows)]
        columns.append(rows[0])
    return np.stack(columns, axis=-1) * held


def check_second(f, *arrays, rtol=1e-7):
    """Values, first and second derivatives of f at hyper-dual arrays."""
    found = f(*arrays)
    assert dualad.value(found).tobytes() == np.asarray(f(*[np.array(dualad.value(x), order="K")
                                                           for x in arrays])).tobytes()
    first = f(*[dualad.seed(dualad.value(x), dualad.partials(x)) for x in arrays])
    scale = np.abs(dualad.partials(first)).max(initial=0.0)
    np.testing.assert_allclose(dualad.partials(found), dualad.partials(first), rtol=1e-12, atol=1e-13 * scale)
    expected = second_by_differences(f, *arrays)
    scale = np.abs(expected).max(initial=0.0)
    second = dualad.second(found)
    np.testing.assert_allclose(second, expected, rtol=rtol, atol=rtol * max(scale, 1e-300))
    assert np.array_equal(second, np.swapaxes(second, -1, -2))
    return found

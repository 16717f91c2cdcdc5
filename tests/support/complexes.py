"""Complex dual arrays, and derivatives of complex float programs by differences."""

from itertools import pairwise

import numpy as np

import dualad
from dualad import _core

from .tangents import tangents_by_differences


def complex_dual(values, partials, second=None):
    """A DualArray of complex numbers with these partials (…, n), and second derivatives (…, n, n)."""
    n = partials.shape[-1]
    z = np.zeros(np.shape(values), _core.complex_dtype(dualad.dual_dtype(n, order=1 if second is None else 2)))
    for part, which in ((z.real, np.real), (z.imag, np.imag)):
        dualad.value(part)[...] = which(values)
        dualad.partials(part)[...] = which(partials)
        if second is not None:
            rows, columns = np.triu_indices(n)
            _core.second_parts(part)[0][...] = which(second)[..., rows, columns]
    return z.view(dualad.DualArray)


def random_complex(shape, seed=0, n=2):
    """Values, partials and symmetric second derivatives."""
    rng = np.random.default_rng(seed)

    def normal(*more):
        return rng.normal(size=(*shape, *more)) + 1j * rng.normal(size=(*shape, *more))

    second = normal(n, n)
    return normal(), normal(n), second + np.swapaxes(second, -1, -2)


def same_bits(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype and found.shape == expected.shape, (found.dtype, expected.dtype)
    assert np.array_equal(found, expected, equal_nan=True), abs(found - expected).max()


def close(found, expected, rtol):
    scale = np.abs(expected).max(initial=0.0)
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=rtol * max(scale, 1e-300))


def check_complex(f, *shapes, seed=0, rtol=1e-8, make=None):
    """Values, first and second derivatives of f at random complex arrays of these shapes.

    `make` turns the random arrays into the ones that f takes (Hermitian matrices, say); it is linear.
    """
    make = make or (lambda z: z)
    points = [random_complex(shape, seed + k) for k, shape in enumerate(shapes)]

    def program(t):
        return f(*(make(z + g @ t + 0.5 * h @ t @ t) for z, g, h in points))

    expected = program(np.zeros(2))
    found = f(*(make(complex_dual(z, g)) for z, g, _ in points))
    same_bits(dualad.value(found), expected)
    first = tangents_by_differences(program, np.zeros(2), np.eye(2))
    close(dualad.partials(found), first, rtol)

    def gradient(t):
        return dualad.partials(f(*(make(complex_dual(z + g @ t + 0.5 * h @ t @ t, g + h @ t)) for z, g, h in points)))

    hyper = f(*(make(complex_dual(z, g, h)) for z, g, h in points))
    same_bits(dualad.value(hyper), expected)
    close(dualad.partials(hyper), dualad.partials(found), 1e-12)
    columns = []
    for e in np.eye(2):
        rows = [(gradient(e * 4e-3 / 2**i) - gradient(-e * 4e-3 / 2**i)) * 2**i / 8e-3 for i in range(4)]
        for j in range(1, 4):
            rows = [b + (b - a) / (4**j - 1) for a, b in pairwise(rows)]
        columns.append(rows[0])
    close(dualad.second(hyper), np.stack(columns, axis=-1), rtol)
    return found

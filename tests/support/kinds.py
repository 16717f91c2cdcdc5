"""The kinds of number that the batteries run over.

A battery takes a `kind`: its dtype, how to make arrays and scalars of it, and what to read back. A new
kind of number (hyper-dual, traced) is a new class with the same few methods, and one line in KINDS.
"""

from __future__ import annotations

import numpy as np

import dualad


class DualKind:
    """First-order dual numbers with n directions, made by hand."""

    def __init__(self, n):
        self.n = n
        self.name = f"dual{n}"

    def __repr__(self):
        return self.name

    @property
    def dtype(self):
        return dualad.dual_dtype(self.n)

    @property
    def scalar_type(self):
        return self.dtype.type

    def scalar(self, value, partials=None):
        if partials is None:
            partials = 1.0 + np.arange(self.n)
        return dualad.Dual(value, np.broadcast_to(partials, (self.n,)))

    def array(self, values, partials=None, seed=0):
        """A plain ndarray with these values; partials given, or random and different everywhere."""
        values = np.asarray(values, dtype=np.float64)
        if partials is None:
            partials = np.random.default_rng(seed).uniform(0.5, 2.0, (*values.shape, self.n))
        out = np.zeros(values.shape, dtype=self.dtype)
        self.values(out)[...] = values
        self.partials(out)[...] = partials
        return out

    def numbered(self, values):
        """An array whose first partial is 1 + the element's flat position: it tells where each has gone."""
        values = np.asarray(values, dtype=np.float64)
        positions = 1.0 + np.arange(values.size, dtype=np.float64).reshape(values.shape)
        return self.array(values, positions[..., None] * np.ones(self.n))

    def values(self, x):
        return dualad.value(x)

    def partials(self, x):
        return dualad.partials(x)

    def is_kind(self, x):
        """Is x a scalar or an array of this kind?"""
        return getattr(x, "dtype", None) == self.dtype


#: the numbers of directions: one, usual sizes with code of their own (3, 8), and the general case
SIZES = (1, 3, 8, 11)
KINDS = tuple(DualKind(n) for n in SIZES)

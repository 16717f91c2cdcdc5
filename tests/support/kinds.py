"""The kinds of number that the batteries run over.

A battery takes a `kind`: its dtype, how to make arrays and scalars of it, and what to read back. A new
kind of number (traced, say) is a new class with the same few methods, and one line in KINDS.
"""

from __future__ import annotations

import numpy as np

import dualad
from dualad import _core


class DualKind:
    """First-order dual numbers with n directions, made by hand."""

    def __init__(self, n):
        self.n = n
        self.type_name = f"Dual{n}"
        self.itemsize = 8 * (1 + n)
        self.name = self.type_name.lower()

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


class HyperKind(DualKind):
    """Hyper-dual numbers of a pattern: their values and partials are those of dual numbers.

    Arrays have random second derivatives, scalars none.
    """

    def __init__(self, n, pairs, type_name):
        super().__init__(n)
        self.type_name = type_name
        self.itemsize = 8 * (1 + n + pairs)
        self.name = type_name.lower()

    @property
    def dtype(self):
        return np.dtype(_core.scalar_type(self.type_name))

    def scalar(self, value, partials=None):
        made = np.zeros((), self.dtype)
        self.values(made)[...] = value
        self.partials(made)[...] = 1.0 + np.arange(self.n) if partials is None else partials
        return made[()]

    def array(self, values, partials=None, seed=0):
        out = super().array(values, partials, seed)
        pairs = _core.second_parts(out)[0]
        pairs[...] = np.random.default_rng(seed + 1).uniform(0.5, 2.0, pairs.shape)
        return out


#: the numbers of directions: one, usual sizes with code of their own (3, 8), and the general case
SIZES = (1, 3, 8, 11)
KINDS = (
    *(DualKind(n) for n in SIZES),
    HyperKind(3, 6, "HyperDual3"),
    HyperKind(2, 2, "HyperDualDiagonal2"),
    HyperKind(3, 2, "HyperDual1x2"),
)

"""Inputs of programs: numbers of every size, in arrays of every shape and memory layout."""

from __future__ import annotations

import numpy as np

import dualad
from dualad import _core

#: families of numbers; a program's numbers are mostly of one
KINDS = ("Dual2", "Dual1", "Dual3", "Dual11", "HyperDual2", "HyperDualDiagonal2", "HyperDual1x2", "HyperDual3")

SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, np.nan, np.inf, -np.inf, 5e-324, -1e-310, 2.2250738585072014e-308,
           1e308, -1e300, 1e-200, 2.0**53, 1e16, 0.1, -7.25)

_rng = np.random.default_rng(20261120)
POOLS = tuple(np.resize(pool, 700) for pool in (
    _rng.uniform(0.5, 2.0, 499),
    _rng.normal(0.0, 2.0, 499),
    _rng.uniform(-0.9, 0.9, 499),
    _rng.permutation(np.resize(SPECIAL, 499)),
    _rng.integers(-2, 3, 499).astype(float),                    # ties and zeros
    _rng.choice([-1.0, 1.0], 499) * 10.0 ** _rng.uniform(-320, 308, 499),
    _rng.uniform(0.5, 2.0, 499) * _rng.choice([0.0, 1.0], 499),
    np.where(_rng.uniform(size=499) < 0.1, _rng.choice(SPECIAL, 499), _rng.normal(0.0, 2.0, 499)),
))

SHAPES = ((3,), (), (2, 3), (0,), (1,), (3, 3), (1, 3), (3, 1), (5,), (2, 2, 2), (0, 3), (17,), (2, 0, 2), (4, 4),
          (2, 1, 3, 2), (70,), (3, 0), (2, 5), (1, 1), (9, 9))


class Choices:
    """Decisions made from bytes; the first ones when there are no more."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def again(self):
        return Choices(self.data, self.at)

    def upto(self, n):
        """A number below n."""
        byte = self.data[self.at] if self.at < len(self.data) else 0
        self.at += 1
        return byte % n

    def of(self, items):
        return items[self.upto(len(items))]

    def axis(self, x):
        """None, an axis, or one that may not be there."""
        return self.of((None, 0, -1, 1, 2, (0, 1), (), -3, (0, 0)))

    def one_axis(self, x):
        return self.of((-1, 0, 1, 2, -2))

    def index(self, x):
        """What may stand in x[...]."""
        items = []
        for _ in range(self.upto(4)):
            items.append(self.of((
                slice(None), 0, slice(None, None, -1), Ellipsis, None, slice(1, None), slice(None, None, 2), -1, 1,
                np.array([0, 0, -1]), np.array([True, False, True]), [], np.array([[0], [1]]), True, slice(0, 0),
                np.array(1), slice(5, -9, -3), np.zeros((2, 3), bool), np.int8(0))))
        return tuple(items)

    def mask(self, x):
        """A boolean array of x's shape, broadcastable to it, or True."""
        which = self.upto(4)
        if which == 0:
            return True
        shape = np.shape(x)
        mask = (np.arange(int(np.prod(shape))) % (which + 1) == 0).reshape(shape)
        return mask if which < 3 or not shape else mask[..., :1]


def _windows(a):
    """Rows that overlap in memory."""
    flat = np.ascontiguousarray(a).reshape(-1)
    if flat.size < 3:
        return flat
    return np.lib.stride_tricks.as_strided(flat, (flat.size - 2, 3), flat.strides * 2)


def _wide(a, step):
    """The elements of a, with room between them; backwards for a negative step."""
    room = np.zeros([abs(step) * k for k in a.shape], a.dtype)
    view = room[(*[slice(None, None, step)] * a.ndim, ...)]
    view[...] = a
    return view


def _unaligned(a):
    if a.dtype == object:
        return a
    raw = np.zeros(a.nbytes + 1, np.uint8)[1:].view(a.dtype)
    raw[...] = a.ravel()
    return raw.reshape(a.shape)


def _field(a):
    record = np.zeros(a.shape, np.dtype([("pad", np.int8), ("x", a.dtype)]))
    record["x"] = a
    return record["x"]


def _read_only(a):
    a.flags.writeable = False
    return a


LAYOUTS = (
    lambda a: a,
    lambda a: a.T,
    lambda a: _wide(a, 2),
    lambda a: _wide(a, -1),
    lambda a: np.asfortranarray(a),
    lambda a: np.broadcast_to(a[:1], a.shape) if a.ndim and a.size else a,
    _windows,
    lambda a: a.astype(a.dtype.newbyteorder()),
    _unaligned,
    _field,
    _read_only,
    lambda a: _wide(a, -3).T,
    lambda a: a[()],                                    # a scalar, where a has no dimensions
    lambda a: a.astype(object),
)


def _pool(c, size):
    pool, start = c.of(POOLS), c.upto(200)
    return pool[start:start + size]


def _lifted(dtype, values, tangents, scale):
    """Duals with these values; first derivatives are multiplied by `scale`, second ones by its square."""
    made = np.zeros(values.shape, dtype)
    dualad.value(made)[...] = values
    first = dualad.partials(made)
    first[...] = np.resize(tangents, first.shape) * scale
    if issubclass(dtype.type, dualad.HyperDual):
        second = _core.second_parts(made)[0]
        second[...] = np.resize(tangents[::-1], second.shape) * scale**2
    return made


def dual_input(c, kind, subclass):
    """An array of duals in three worlds: itself, its values, and itself with tangents twice as large."""
    dtype = np.dtype(_core.scalar_type(kind))
    shape, layout, is_complex = c.of(SHAPES), c.of(LAYOUTS), c.upto(4) == 3
    size = int(np.prod(shape))
    values = [_pool(c, size).reshape(shape)]
    tangents = [_pool(c, size * 3 + 7)]
    if is_complex:
        values.append(_pool(c, size).reshape(shape))
        tangents.append(tangents[0][::-1])
    worlds = []
    for scale in (1.0, None, 2.0):
        if scale is None:
            parts = [part.copy() for part in values]
            made = np.empty(shape, complex if is_complex else float)
        else:
            parts = [_lifted(dtype, v, t, scale) for v, t in zip(values, tangents, strict=True)]
            made = np.empty(shape, _core.complex_dtype(dtype) if is_complex else dtype)
        if is_complex:
            made.real, made.imag = parts
        else:
            made[...] = parts[0]
        made = layout(made)
        if subclass and scale is not None and isinstance(made, np.ndarray) and made.dtype != object:
            made = made.view(dualad.DualArray)
        worlds.append(made)
    return worlds


PLAIN_TYPES = (np.float64, np.int64, np.bool_, np.float32, np.complex128, object, np.int8, np.float16, np.uint64,
               np.longdouble, np.complex64, "U4", "S3", "M8[s]")
NUMBERS = (2.0, 0.0, 1, -1, True, 0.5, 3, np.float64(1.5), np.float32(0.3), np.int8(2), 2j, np.nan, np.inf, None, "a",
           np.bool_(False), -0.0)


def plain_input(c):
    """What carries no derivatives, the same in all worlds."""
    if c.upto(2):
        number = c.of(NUMBERS)
        return [number] * 3
    shape, layout, dtype = c.of(SHAPES), c.of(LAYOUTS), c.of(PLAIN_TYPES)
    values = _pool(c, int(np.prod(shape))).reshape(shape)
    if np.dtype(dtype).kind in "iuM":
        values = np.where(np.abs(values) < 100, values, 1.0).astype(np.int64)       # other casts are undefined in C
    return [layout(values.astype(dtype)) for _ in range(3)]

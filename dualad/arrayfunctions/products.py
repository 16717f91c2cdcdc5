"""Products of arrays: each is linear in every factor, so its tangents are products again.

The value is what NumPy's function gives for the values; lanes of first order come from the loops of matmul.
"""

import numpy as np

from .._core import DualArray
from .components import (
    float_copy,
    is_dual,
    is_second_order,
    taken_apart,
    with_duals,
    with_value,
    without_subclass,
)
from .einsum import as_factors, by_products
from .multilinear import LETTERS, einsum_tangent, multilinear
from .registry import handles, write_out

# -- products of two ---------------------------------------------------------------------------------------

def _letters(x, y, axes):
    """The product as einsum's subscripts: of x, of y and of the result; axes are lists for the two operands."""
    letters = iter(LETTERS)
    of_x, of_y = ([next(letters) for _ in range(z.ndim)] for z in (x, y))
    for i, j in zip(*axes, strict=True):
        of_y[j] = of_x[i]
    free = [letter for k, letter in enumerate(of_x) if k not in axes[0]]
    free += [letter for k, letter in enumerate(of_y) if k not in axes[1]]
    return ("".join(of_x), "".join(of_y)), "".join(free)


def _pair(function, a, b, axes, out=None):
    """A product of two arrays, or of an array and a number."""
    if _ndim(a) == 0 or _ndim(b) == 0:
        return write_out(out, np.multiply(without_subclass(a), without_subclass(b)))
    return _contracted(function, a, b, axes, out)


def _contracted(function, a, b, axes, out=None):
    """A product of two arrays; `axes` says which ones are summed, given the arrays."""
    dtype, duals, floats = taken_apart((a, b))
    if dtype is None or is_second_order(dtype):
        return multilinear(function, (a, b), lambda k, floats, lanes: _tangent(k, floats, lanes, axes(*floats)), out)
    value = function(*floats)
    factors = as_factors(duals, floats)
    with np.errstate(all="ignore"):
        product = by_products(*_letters(*factors, axes(*factors)), factors)
    return write_out(out, with_value(product, value))


def _tangent(k, floats, lanes, axes):
    inputs, output = _letters(*floats, axes)
    return einsum_tangent(list(inputs), output, k, floats, lanes)


def _by_matmul(function, a, b, right, out=None):
    """Vectors and matrices: lanes by the matmul loops, in C, and the value by `function` itself."""
    _, duals, floats = taken_apart((a, b))
    left, right_hand = (np.asarray(given) if dual is None else dual for given, dual in zip(floats, duals, strict=True))
    with np.errstate(all="ignore"):
        result = np.matmul(left, right(right_hand))
    return write_out(out, with_value(result, function(*floats)))


def _ndim(x):
    return x.ndim if isinstance(x, np.ndarray) else np.ndim(x)


def _matrices(a, b):
    return _ndim(a) in (1, 2) and _ndim(b) in (1, 2) and (is_dual(a) or is_dual(b))


@handles(np.dot)
def dot(a, b, out=None):
    """np.dot: over a's last axis and b's last but one."""
    if _matrices(a, b):
        return _by_matmul(np.dot, a, b, lambda y: y, out)
    return _pair(np.dot, a, b, lambda x, y: ([x.ndim - 1], [max(y.ndim - 2, 0)]), out)


@handles(np.inner)
def inner(a, b, /):
    """np.inner: over the last axes."""
    if _matrices(a, b):
        return _by_matmul(np.inner, a, b, np.transpose)
    return _pair(np.inner, a, b, lambda x, y: ([x.ndim - 1], [y.ndim - 1]))


@handles(np.vdot)
def vdot(a, b, /):
    """np.vdot: over all elements."""
    def flat(x):
        array = with_duals(x)
        return np.reshape(x if array is None else array, -1)            # with strides, where it can be, as np.vdot

    a = flat(a)
    if not np.iscomplexobj(a):
        return _pair(np.vdot, a, flat(b), lambda x, y: ([0], [0]))
    floats = float_copy(a) if is_dual(a) else a
    return _pair(lambda x, y: np.vdot(floats, y), np.conjugate(a), flat(b), lambda x, y: ([0], [0]))


@handles(np.tensordot)
def tensordot(a, b, axes=2):
    """np.tensordot."""
    def both(x, y):
        if isinstance(axes, (int, np.integer)):
            return list(range(x.ndim - axes, x.ndim)), list(range(axes))
        return [[int(i) % z.ndim for i in np.atleast_1d(given)]
                for given, z in zip(axes, (x, y), strict=True)]

    return _contracted(lambda x, y: np.tensordot(x, y, axes), a, b, both)


def _one_by_one(function):
    """Tangents of a product of vectors without an axis for directions: one call for each."""
    def tangent(k, floats, lanes):
        other = floats[1 - k]
        return np.stack([function(lane, other) if k == 0 else function(other, lane) for lane in lanes])
    return tangent


@handles(np.convolve)
def convolve(a, v, mode="full"):
    """np.convolve."""
    return multilinear(lambda x, y: np.convolve(x, y, mode), (a, v),
                       _one_by_one(lambda x, y: np.convolve(x, y, mode)))


@handles(np.correlate)
def correlate(a, v, mode="valid"):
    """np.correlate."""
    return multilinear(lambda x, y: np.correlate(x, y, mode), (a, v),
                       _one_by_one(lambda x, y: np.correlate(x, y, mode)))


def _dot_method(self, b, out=None):
    """a.dot(b): np.dot."""
    return dot(self, b, out)


DualArray.dot = _dot_method

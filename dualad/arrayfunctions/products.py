"""Products of arrays: each is linear in every factor, so its tangents are products again.

The value is what NumPy's function gives for the values; tangents go through BLAS, as many
directions at once as it can take.
"""

import numpy as np

from .. import _core
from .._core import DualArray, value
from .components import (
    assemble,
    finite,
    float_copies,
    in_common,
    is_dual,
    is_second_order,
    lanes_first,
    scaled,
    strided_view,
    with_duals,
    without_subclass,
)
from .registry import handles, write_out
from .second_order import curvature

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def multilinear(function, operands, tangent, out=None):
    """Sum over the operands k that move of ``tangent(k, floats, lanes of k)``.

    `function` takes the float operands and gives the value.
    """
    duals = [with_duals(operand) for operand in operands]
    dtype, moving = in_common([dual for dual in duals if dual is not None])
    copies, moving = iter(float_copies(moving)), iter(moving)
    duals = [None if dual is None else next(moving) for dual in duals]
    floats = [without_subclass(operand) if dual is None else next(copies)
              for operand, dual in zip(operands, duals, strict=True)]
    result = function(*floats)
    if dtype is None:
        return result
    lanes = [None if dual is None else lanes_first(dual) for dual in duals]
    floats = [np.asarray(x, dtype=np.float64) for x in floats]

    def definition(*points):
        points = list(points)
        return None, lambda *lanes: sum(tangent(k, points, t) for k, t in enumerate(lanes) if t is not None)

    with np.errstate(all="ignore"):
        moved = definition(*floats)[1](*lanes)
    curved = curvature(definition, floats, lanes, dtype) if is_second_order(dtype) else None
    return write_out(out, assemble(dtype, result, moved, lanes, curved))


def _finite(arrays):
    return all(finite(x) for x in arrays)


# -- einsum ------------------------------------------------------------------------------------------------

def _letters_of(sublist):
    return "".join("..." if item is Ellipsis else _LETTERS[item] for item in sublist)


def _parse(operands):
    """Subscripts of each operand, those of the output, and the arrays."""
    if isinstance(operands[0], str):
        subscripts, arrays = operands[0].replace(" ", ""), list(operands[1:])
    else:
        arrays, lists = list(operands[:-1:2]), list(operands[1::2])
        if len(operands) % 2 == 0:
            arrays = list(operands[::2])
        subscripts = ",".join(_letters_of(sub) for sub in lists)
        if len(operands) % 2:
            subscripts += "->" + _letters_of(operands[-1])
    left, arrow, output = subscripts.partition("->")
    if not arrow:
        letters = left.replace("...", "").replace(",", "")
        output = "..." * ("..." in left) + "".join(
            letter for letter in sorted(set(letters)) if letters.count(letter) == 1)
    return left.split(","), output, arrays


def _masked_einsum(inputs, output, arrays, tangent_at):
    """einsum where a zero tangent times an infinite factor is zero: multiplied out, then summed."""
    ndim = max(array.ndim - len(sub.replace("...", "")) for sub, array in zip(inputs, arrays, strict=True))
    extra = [chr(0x4E00 + k) for k in range(max(ndim, 0))]
    every, spread = [], []
    for sub, array in zip(inputs, arrays, strict=True):
        count = array.ndim - len(sub.replace("...", ""))
        axes = list(sub.replace("...", "".join(extra[len(extra) - count:])) if "..." in sub else sub)
        for letter in dict.fromkeys(axes):
            while axes.count(letter) > 1:
                first, second = [k for k, other in enumerate(axes) if other == letter][:2]
                array = np.diagonal(array, axis1=first, axis2=second)
                axes = [other for k, other in enumerate(axes) if k not in (first, second)] + [letter]
        spread.append((axes, array))
        every.extend(letter for letter in axes if letter not in every)
    factor, tangent = 1.0, None
    for k, (axes, array) in enumerate(spread):
        order = sorted(range(len(axes)), key=lambda j, axes=axes: every.index(axes[j]))
        shape = [array.shape[axes.index(letter)] if letter in axes else 1 for letter in every]
        array = array.transpose(order).reshape(shape)
        if k == tangent_at:
            tangent = array
        else:
            factor = factor * array
    kept = list(output.replace("...", "".join(extra)))
    product = scaled(factor, np.broadcast_to(
        tangent, np.broadcast_shapes(tangent.shape, np.shape(factor))).copy())
    summed = product.sum(axis=tuple(k for k, letter in enumerate(every) if letter not in kept))
    left = [letter for letter in every if letter in kept]
    return summed.transpose([left.index(letter) for letter in kept])


def einsum_tangent(inputs, output, k, arrays, lanes):
    """The stacked output tangents that the stacked tangents of operand k make."""
    used = set("".join(inputs))
    lane = next(letter for letter in _LETTERS if letter not in used)
    inputs = [*inputs[:k], lane + inputs[k], *inputs[k + 1:]]
    arrays = [*arrays[:k], lanes, *arrays[k + 1:]]
    if _finite(arrays[:k] + arrays[k + 1:]):
        return np.einsum(",".join(inputs) + "->" + lane + output, *arrays, optimize=len(arrays) > 1)
    return _masked_einsum(inputs, lane + output, arrays, k)


@handles(np.einsum)
def einsum(*operands, out=None, optimize=False, dtype=None, **kwargs):
    """np.einsum; every form of its arguments."""
    if dtype is not None and not issubclass(np.dtype(dtype).type, (_core.Dual, np.float64)):
        raise TypeError(f"np.einsum of dual numbers cannot have dtype={dtype!r}: leave it out")
    inputs, output, arrays = _parse(operands)
    if len(arrays) == 1 and out is None and isinstance(arrays[0], DualArray) and is_dual(arrays[0]):
        view = np.einsum(f"{inputs[0]}->{output}", value(arrays[0]), **kwargs)
        if np.may_share_memory(view, arrays[0]) and view.size:
            return strided_view(arrays[0], view.shape, view.strides)     # NumPy gives one, too

    def function(*floats):
        return np.einsum(f"{','.join(inputs)}->{output}", *floats, optimize=optimize, **kwargs)

    def tangent(k, floats, lanes):
        return einsum_tangent(inputs, output, k, floats, lanes)

    return multilinear(function, arrays, tangent, out)


# -- products of two ---------------------------------------------------------------------------------------

def _contract(k, floats, lanes, axes):
    """tensordot of one operand's tangents with the other; axes are lists for the two operands."""
    a_axes, b_axes = axes
    other = floats[1 - k]
    if not _finite([other]):
        letters = iter(_LETTERS)
        a = [next(letters) for _ in range(floats[0].ndim)]
        b = [next(letters) for _ in range(floats[1].ndim)]
        for i, j in zip(a_axes, b_axes, strict=True):
            b[j] = a[i]
        free = [x for i, x in enumerate(a) if i not in a_axes]
        free += [x for j, x in enumerate(b) if j not in b_axes]
        return einsum_tangent(["".join(a), "".join(b)], "".join(free), k, floats, lanes)
    if k == 0:
        return np.tensordot(lanes, other, ([i + 1 for i in a_axes], b_axes))
    moved = np.tensordot(other, lanes, (a_axes, [j + 1 for j in b_axes]))
    return np.moveaxis(moved, other.ndim - len(a_axes), 0)


def _pair(function, a, b, axes, out=None):
    """A product of two arrays; `axes` says which ones are summed, given the arrays."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return write_out(out, np.multiply(without_subclass(a), without_subclass(b)))
    return multilinear(function, (a, b),
                       lambda k, floats, lanes: _contract(k, floats, lanes, axes(*floats)), out)


def _by_matmul(function, a, b, right, out=None):
    """Vectors and matrices: lanes by the matmul loops, in C, and the value by `function` itself."""
    duals = [with_duals(a), with_duals(b)]
    a, b = (np.asarray(given) if dual is None else dual for given, dual in zip((a, b), duals, strict=True))
    with np.errstate(all="ignore"):
        result = np.matmul(a, right(b))
    copies = iter(float_copies([dual for dual in duals if dual is not None]))
    floats = function(*(given if dual is None else next(copies)
                        for given, dual in zip((a, b), duals, strict=True)))
    if isinstance(result, np.ndarray):
        value(result)[...] = floats
        result = result.view(DualArray)
    else:
        result = np.array(result)
        value(result)[...] = floats
        result = result[()]
    return write_out(out, result)


def _matrices(a, b):
    return np.ndim(a) in (1, 2) and np.ndim(b) in (1, 2) and (is_dual(a) or is_dual(b))


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
        return np.ravel(x if array is None else array)

    return _pair(np.vdot, flat(a), flat(b), lambda x, y: ([0], [0]))


@handles(np.tensordot)
def tensordot(a, b, axes=2):
    """np.tensordot."""
    def both(x, y):
        if isinstance(axes, (int, np.integer)):
            return list(range(x.ndim - axes, x.ndim)), list(range(axes))
        return [[int(i) % z.ndim for i in np.atleast_1d(given)]
                for given, z in zip(axes, (x, y), strict=True)]

    return multilinear(lambda x, y: np.tensordot(x, y, axes), (a, b),
                       lambda k, floats, lanes: _contract(k, floats, lanes, both(*floats)))


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

"""Functions that are linear in each of their operands: tangents are sums over the operands that move."""

import numpy as np

from .components import (
    assemble,
    finite,
    is_second_order,
    lanes_first,
    scaled,
    taken_apart,
)
from .registry import write_out
from .second_order import curvature

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def multilinear(function, operands, tangent, out=None):
    """Sum over the operands k that move of ``tangent(k, floats, lanes of k)``.

    `function` takes the float operands and gives the value.
    """
    dtype, duals, floats = taken_apart(operands)
    result = function(*floats)
    if dtype is None:
        return result
    lanes = [None if dual is None else lanes_first(dual) for dual in duals]
    floats = [np.asarray(x, dtype=np.complex128 if np.iscomplexobj(x) else np.float64) for x in floats]

    def definition(*points):
        points = list(points)
        return None, lambda *lanes: sum(tangent(k, points, t) for k, t in enumerate(lanes) if t is not None)

    with np.errstate(all="ignore"):
        moved = definition(*floats)[1](*lanes)
    curved = curvature(definition, floats, lanes, dtype) if is_second_order(dtype) else None
    return write_out(out, assemble(dtype, result, moved, lanes, curved))


def all_finite(arrays):
    return all(finite(x) for x in arrays)


def factors(inputs, arrays):
    """[letters, array] for each operand: an ellipsis has letters of its own, and none comes twice."""
    ndim = max(array.ndim - len(sub.replace("...", "")) for sub, array in zip(inputs, arrays, strict=True))
    extra = [chr(0x4E00 + k) for k in range(max(ndim, 0))]
    spread = []
    for sub, array in zip(inputs, arrays, strict=True):
        count = array.ndim - len(sub.replace("...", ""))
        axes = list(sub.replace("...", "".join(extra[len(extra) - count:])) if "..." in sub else sub)
        for letter in dict.fromkeys(axes):
            while axes.count(letter) > 1:
                first, second = [k for k, other in enumerate(axes) if other == letter][:2]
                array = np.diagonal(array, axis1=first, axis2=second)
                axes = [other for k, other in enumerate(axes) if k not in (first, second)] + [letter]
        spread.append((axes, array))
    return spread, extra


def _masked_einsum(inputs, output, arrays, tangent_at):
    """einsum where a zero tangent times an infinite factor is zero: multiplied out, then summed."""
    spread, extra = factors(inputs, arrays)
    every = list(dict.fromkeys(letter for axes, _ in spread for letter in axes))
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
    lane = next(letter for letter in LETTERS if letter not in used)
    inputs = [*inputs[:k], lane + inputs[k], *inputs[k + 1:]]
    arrays = [*arrays[:k], lanes, *arrays[k + 1:]]
    if all_finite(arrays[:k] + arrays[k + 1:]):
        return np.einsum(",".join(inputs) + "->" + lane + output, *arrays, optimize=len(arrays) > 1)
    return _masked_einsum(inputs, lane + output, arrays, k)

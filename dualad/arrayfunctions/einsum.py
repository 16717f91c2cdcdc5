"""np.einsum in all its forms.

The value is NumPy's, of the values. First-order lanes come from products of two factors at a time,
which the loops of matmul do in C; those of second order from sums of einsums.
"""

import functools
import math
import typing

import numpy as np

from .. import _core
from .._core import DualArray, value
from .components import (
    float_copies,
    in_common,
    is_dual,
    is_second_order,
    strided_view,
    with_duals,
    with_value,
    without_subclass,
)
from .multilinear import LETTERS, einsum_tangent, factors, multilinear
from .registry import handles, write_out


def _letters_of(sublist):
    return "".join("..." if item is Ellipsis else LETTERS[item] for item in sublist)


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

    duals = [with_duals(operand) for operand in arrays]
    dtype, moving = in_common([dual for dual in duals if dual is not None])
    if dtype is None or is_second_order(dtype):
        def tangent(k, floats, lanes):
            return einsum_tangent(inputs, output, k, floats, lanes)

        return multilinear(function, arrays, tangent, out)
    copies = iter(float_copies(moving))
    floats = [without_subclass(given) if dual is None else next(copies)
              for given, dual in zip(arrays, duals, strict=True)]
    result = function(*floats)
    arrays = [np.asarray(given, dtype=np.complex128 if np.iscomplexobj(given) else np.float64) if dual is None else dual
              for given, dual in zip(floats, duals, strict=True)]
    with np.errstate(all="ignore"):
        product = _by_products(inputs, output, arrays)
    product = product.copy() if len(arrays) == 1 else product             # it may be a view
    return write_out(out, with_value(product if np.ndim(result) else product[()], result))


# -- products of two factors at a time -----------------------------------------------------------------------

def _by_products(inputs, output, arrays):
    """einsum of arrays, dual ones among them, right to rounding."""
    spread, extra = factors(inputs, arrays)
    kept = tuple(output.replace("...", "".join(extra)))
    spread = [(tuple(axes), array) for axes, array in spread]
    while len(spread) > 1:
        k, m = _next_pair(tuple(axes for axes, _ in spread), tuple(array.shape for _, array in spread), kept)
        rest = [factor for n, factor in enumerate(spread) if n not in (k, m)]
        needed = {*kept, *(letter for axes, _ in rest for letter in axes)}
        spread = [_product((spread[k], spread[m]), frozenset(needed)), *rest]
    axes, array = spread[0]
    summed = tuple(k for k, letter in enumerate(axes) if letter not in kept)
    if summed:
        array = np.asarray(array.sum(axis=summed))
        axes = tuple(letter for letter in axes if letter in kept)
    return array if axes == kept else array.transpose([axes.index(letter) for letter in kept])


@functools.lru_cache(maxsize=256)
def _next_pair(letters, shapes, kept):
    """The two factors whose product is smallest."""
    if len(letters) == 2:
        return 0, 1
    sizes = {}
    for axes, shape in zip(letters, shapes, strict=True):
        for letter, size in zip(axes, shape, strict=True):
            sizes[letter] = max(size, sizes.get(letter, 0))

    def size_of_product(pair):
        others = [axes for n, axes in enumerate(letters) if n not in pair]
        needed = {*kept, *(letter for axes in others for letter in axes)}
        both = {*letters[pair[0]], *letters[pair[1]]}
        return (math.prod(sizes[letter] for letter in both & needed), math.prod(sizes[letter] for letter in both))

    pairs = [(k, m) for m in range(len(letters)) for k in range(m)]
    return min(pairs, key=size_of_product)


class _Steps(typing.NamedTuple):
    """How two factors are multiplied; axes count from what the step before has left."""

    squeezed: tuple             # for each factor: axes of length one that stretch to the other's
    summed: tuple               # for each: axes that only it has, and nobody needs
    order: tuple
    shape: tuple
    function: np.ufunc
    result: tuple               # the product's shape
    letters: tuple


@functools.lru_cache(maxsize=256)
def _steps(letters, shapes, needed):
    sizes = [dict(zip(axes, shape, strict=True)) for axes, shape in zip(letters, shapes, strict=True)]
    mine = [list(axes) for axes in letters]

    def take_out(where):
        found = tuple(tuple(k for k, letter in enumerate(axes) if where(letter, n)) for n, axes in enumerate(mine))
        for axes, gone in zip(mine, found, strict=True):
            axes[:] = [letter for k, letter in enumerate(axes) if k not in gone]
        return found

    squeezed = take_out(lambda letter, n: sizes[n][letter] == 1 != sizes[1 - n].get(letter, 1))
    summed = take_out(lambda letter, n: letter not in needed and letter not in mine[1 - n])
    both = [letter for letter in mine[0] if letter in mine[1]]
    batch = [letter for letter in both if letter in needed]
    inner = [letter for letter in both if letter not in needed]
    own = [[letter for letter in axes if letter not in both] for axes in mine]
    order = tuple(tuple(axes.index(letter) for letter in (batch + free + inner, batch + inner + free)[n])
                  for n, (axes, free) in enumerate(zip(mine, own, strict=True)))

    def lengths(names, n):
        return [sizes[n][letter] for letter in names]

    front, left, right = lengths(batch, 0), lengths(own[0], 0), lengths(own[1], 1)
    if inner:
        count = math.prod(lengths(inner, 0))
        shape = (*front, math.prod(left), count), (*front, count, math.prod(right))
    else:
        shape = (*front, *left, *[1] * len(right)), (*front, *[1] * len(left), *right)
    return _Steps(squeezed, summed, order, shape, np.matmul if inner else np.multiply, (*front, *left, *right),
                  (*batch, *own[0], *own[1]))


def _product(factors, needed):
    """One factor of two: summed over the letters that nothing else needs."""
    steps = _steps(tuple(letters for letters, _ in factors), tuple(array.shape for _, array in factors), needed)
    made = []
    for n, (_, array) in enumerate(factors):
        if steps.squeezed[n]:
            array = array.squeeze(axis=steps.squeezed[n])
        if steps.summed[n]:
            array = np.asarray(array.sum(axis=steps.summed[n]))
        made.append(array.transpose(steps.order[n]).reshape(steps.shape[n]))
    return steps.letters, np.asarray(steps.function(*made)).reshape(steps.result)

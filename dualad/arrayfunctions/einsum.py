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
    is_dual,
    is_second_order,
    strided_view,
    taken_apart,
    with_value,
)
from .multilinear import LETTERS, einsum_tangent, factors, multilinear
from .registry import handles, write_out


def _letters_of(sublist):
    return "".join("..." if item is Ellipsis else LETTERS[item] for item in sublist)


@functools.lru_cache(maxsize=256)
def _split(subscripts):
    """Subscripts of each operand and those of the output, which may be implied."""
    left, arrow, output = subscripts.replace(" ", "").partition("->")
    if not arrow:
        letters = left.replace("...", "").replace(",", "")
        output = "..." * ("..." in left) + "".join(
            letter for letter in sorted(set(letters)) if letters.count(letter) == 1)
    return tuple(left.split(",")), output


def _parse(operands):
    """The subscripts and the arrays."""
    if isinstance(operands[0], str):
        return operands[0], list(operands[1:])
    arrays, lists = list(operands[:-1:2]), list(operands[1::2])
    if len(operands) % 2 == 0:
        arrays = list(operands[::2])
    subscripts = ",".join(_letters_of(sub) for sub in lists)
    if len(operands) % 2:
        subscripts += "->" + _letters_of(operands[-1])
    return subscripts, arrays


@handles(np.einsum)
def einsum(*operands, out=None, optimize=False, dtype=None, **kwargs):
    """np.einsum; every form of its arguments."""
    if dtype is not None and not issubclass(np.dtype(dtype).type, (_core.Dual, np.float64)):
        raise TypeError(f"np.einsum of dual numbers cannot have dtype={dtype!r}: leave it out")
    subscripts, arrays = _parse(operands)
    inputs, output = _split(subscripts)
    if len(arrays) == 1 and out is None and isinstance(arrays[0], DualArray) and is_dual(arrays[0]):
        view = np.einsum(subscripts, value(arrays[0]), **kwargs)
        if np.may_share_memory(view, arrays[0]) and view.size:
            return strided_view(arrays[0], view.shape, view.strides)     # NumPy gives one, too

    def function(*floats):
        return np.einsum(subscripts, *floats, optimize=optimize, **kwargs)

    dtype, duals, floats = taken_apart(arrays)
    if dtype is None or is_second_order(dtype):
        def tangent(k, floats, lanes):
            return einsum_tangent(list(inputs), output, k, floats, lanes)

        return multilinear(function, arrays, tangent, out)
    result = function(*floats)
    arrays = as_factors(duals, floats)
    with np.errstate(all="ignore"):
        product = by_products(inputs, output, arrays)
    product = product.copy() if len(arrays) == 1 else product             # it may be a view
    return write_out(out, with_value(product, result))


# -- products of two factors at a time -----------------------------------------------------------------------

def as_factors(duals, floats):
    """Dual operands as they are, others (None among `duals`) as floating arrays."""
    return [np.asarray(given, dtype=np.complex128 if np.iscomplexobj(given) else np.float64) if dual is None else dual
            for given, dual in zip(floats, duals, strict=True)]


def by_products(inputs, output, arrays):
    """einsum of arrays, dual ones among them, right to rounding."""
    plan = _plan(inputs, output, tuple([array.shape for array in arrays]))
    if plan.repeated:
        arrays = [array for _, array in factors(inputs, arrays)[0]]
    for k, m, steps in plan.products:
        product = _product((arrays[k], arrays[m]), steps)
        arrays = [product, *[array for n, array in enumerate(arrays) if n not in (k, m)]]
    array = arrays[0]
    if plan.summed:
        array = np.asarray(array.sum(axis=plan.summed))
    return array.transpose(plan.order) if plan.order else array


class _Plan(typing.NamedTuple):
    """What is done to the factors of an einsum of given shapes."""

    repeated: bool              # a factor has a letter more than once: its diagonal is meant
    products: list              # (k, m, _Steps): factors k and m, and how they are multiplied; the product comes first
    summed: tuple               # axes of what is left
    order: tuple                # of its other axes; () where they are in order


@functools.lru_cache(maxsize=256)
def _plan(inputs, output, shapes):
    spread, extra = factors(inputs, [np.broadcast_to(0.0, shape) for shape in shapes])
    kept = tuple(output.replace("...", "".join(extra)))
    repeated = any(array.ndim < len(shape) for (_, array), shape in zip(spread, shapes, strict=True))
    spread = [(tuple(axes), array.shape) for axes, array in spread]
    products = []
    while len(spread) > 1:
        k, m = _next_pair([axes for axes, _ in spread], [shape for _, shape in spread], kept)
        rest = [factor for n, factor in enumerate(spread) if n not in (k, m)]
        needed = {*kept, *(letter for axes, _ in rest for letter in axes)}
        steps, letters, shape = _steps(*zip(spread[k], spread[m], strict=True), needed)
        products.append((k, m, steps))
        spread = [(letters, shape), *rest]
    axes, _ = spread[0]
    summed = tuple(k for k, letter in enumerate(axes) if letter not in kept)
    left = [letter for letter in axes if letter in kept]
    order = tuple(left.index(letter) for letter in kept)
    return _Plan(repeated, products, summed, () if order == tuple(range(len(order))) else order)


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
    """How two factors are multiplied. For each a tuple, () where there is nothing to do; axes count from what the
    step before has left."""

    squeezed: tuple             # axes of length one that stretch to the other's
    summed: tuple               # axes that only it has, and nobody needs
    order: list                 # of its axes
    shape: list                 # then
    function: np.ufunc
    result: tuple | None        # the product's shape; None where it has it already


def _steps(letters, shapes, needed):
    """How two factors are multiplied, and the letters and the shape of their product."""
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
    order = [tuple(axes.index(letter) for letter in (batch + free + inner, batch + inner + free)[n])
             for n, (axes, free) in enumerate(zip(mine, own, strict=True))]

    def lengths(names, n):
        return [sizes[n][letter] for letter in names]

    front, left, right = lengths(batch, 0), lengths(own[0], 0), lengths(own[1], 1)
    result = (*front, *left, *right)
    if inner:
        count = math.prod(lengths(inner, 0))
        shape = (*front, math.prod(left), count), (*front, count, math.prod(right))
        product = (*front, math.prod(left), math.prod(right))
    else:
        shape = (*front, *left, *[1] * len(right)), (*front, *[1] * len(left), *right)
        product = result
    before = [tuple(lengths(axes, n)) for n, axes in enumerate(mine)]
    arranged = [tuple(axes[k] for k in by) for axes, by in zip(before, order, strict=True)]
    return _Steps(
        squeezed, summed, [() if by == tuple(range(len(by))) else by for by in order],
        [() if old == new else new for old, new in zip(arranged, shape, strict=True)],
        np.matmul if inner else np.multiply, None if product == result else result,
    ), (*batch, *own[0], *own[1]), result


def _product(factors, steps):
    """One factor of two: summed over the letters that nothing else needs."""
    made = []
    for array, squeezed, summed, order, shape in zip(factors, *steps[:4], strict=True):
        if squeezed:
            array = array.squeeze(axis=squeezed)
        if summed:
            array = np.asarray(array.sum(axis=summed))
        if order:
            array = array.transpose(order)
        made.append(array.reshape(shape) if shape else array)
    product = np.asarray(steps.function(*made))
    return product if steps.result is None else product.reshape(steps.result)

"""What has to be true of every step of a program, whatever it does.

No rule of differentiation stands here: values are NumPy's on floats, first derivatives are linear in the
tangents, close to differences where the function is smooth, and independent of how numbers lie in memory.
"""

from __future__ import annotations

import numpy as np

import dualad
from dualad.arrayfunctions.undefined import Undefined

#: what a step on dual numbers may raise where floats raise nothing
REFUSALS = (TypeError, NotImplementedError, np.linalg.LinAlgError)

#: ... in NumPy's words, where it asks for a cast late, or looks at the shapes of nothing
LATE_REFUSALS = ("casting failure", "could not be broadcast", "setting single item")

#: what is no answer to anything
EXTRAORDINARY = (SystemError, RecursionError, MemoryError, AssertionError, NameError, BufferError)

#: what floats raise and dual numbers need not: as objects they can do more, casting="no" knows no order of bytes, and
#: pickles keep a read-only array as one only where NumPy writes them
ONLY_FLOATS = ("no callable", "not supported between", "can't multiply sequence", "Cannot cast", "division by zero",
               "negative or complex power", "read-only")

STEP = 2.0**-20


def is_ordinary(error):
    return isinstance(error, Exception) and not isinstance(error, EXTRAORDINARY)


def is_text_or_time(x):
    """Where floats have no loop for these, dual numbers may be cast from them, as ``x.astype(float)`` does."""
    return isinstance(x, np.ndarray) and x.dtype.kind in "USmM"


def is_dual(x):
    """A dual number, real or complex, or an array of them?"""
    dtype = getattr(x, "dtype", None)
    return isinstance(dtype, np.dtype) and issubclass(dtype.type, (dualad.Dual, dualad.ComplexDual))


def leaves(x, depth=4):
    """The numbers and arrays in a result, in order."""
    if has_objects(x):
        x = x.ravel().tolist()
    if isinstance(x, (tuple, list)) and depth:
        return [leaf for item in x for leaf in leaves(item, depth - 1)]
    return [x]


def has_objects(x):
    return isinstance(x, np.ndarray) and x.dtype == object


def native(x):
    """An array without anything of NumPy's byte order."""
    x = np.asanyarray(x)
    return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))


def values(x):
    return native(dualad.value(native(x)))


def tangents(x):
    """All derivatives of dual numbers, first-order ones and second-order ones, as floats (..., k)."""
    x = native(x)
    parts = [dualad.partials(x)]
    if issubclass(x.dtype.type, (dualad.HyperDual, dualad.ComplexHyperDual)):
        parts.append(dualad.second(x).reshape(*x.shape, parts[0].shape[-1] ** 2))
    return parts


def carries(x):
    """Is there a derivative other than zero in it?"""
    return any(is_dual(leaf) and np.size(leaf) and np.any(tangents(leaf)[0] != 0) for leaf in leaves(x))


def bits(x):
    """The bytes of floats in C order, all NaNs made one; not those of padding in long doubles."""
    x = np.array(x, copy=True).reshape(-1)
    if x.dtype.kind == "c":
        x = x.view(x.real.dtype)
    x[np.isnan(x)] = np.nan
    return x.tobytes() if x.itemsize <= 8 else repr(x.tolist())


def check_step(operation, c, operands, results, errors):
    dual_error, plain_error, _ = errors
    if any(map(has_objects, [*[operand[0] for operand in operands], *results])):     # floats as objects can do less
        return
    carried = any(carries(operand[0]) for operand in operands)
    if dual_error is not None:
        assert plain_error is not None or isinstance(dual_error, REFUSALS) or any(
            text in str(dual_error).lower() for text in LATE_REFUSALS), (
            f"floats do it, dual numbers raise {type(dual_error).__name__}: {dual_error}")
        return
    if plain_error is not None and (any(text in str(plain_error) for text in ONLY_FLOATS)
                                    or any(is_text_or_time(operand[0]) for operand in operands)):
        return
    assert plain_error is None, f"floats raise {type(plain_error).__name__}, dual numbers do not: {plain_error}"
    found, expected, doubled = map(leaves, results)
    assert len(found) == len(expected) == len(doubled), f"{len(found)} results, floats have {len(expected)}"
    if any(isinstance(leaf, Undefined) for leaf in found):
        return
    rounded = is_rounded(operation, [operand[0] for operand in operands])
    for dual, plain, twice in zip(found, expected, doubled, strict=True):
        check_values(dual, plain, rounded)
        if carried and is_plain(dual) and not operation.constant:
            check_nothing_lost(operation, c, operands, dual, plain)
        if is_dual(dual):
            check_linear(operands, dual, twice)
    if not operation.in_place:
        if operation.elementwise:
            check_layout(operation, c, operands, results)
        check_differences(operation, c, operands, results)


def is_rounded(operation, operands):
    """May the last bit be another one than that of floats?

    NumPy's dot of plain ndarrays takes numbers one by one, and what overflows in it depends on the routine of BLAS;
    its np.multiply gives complex scalars another bit than arrays without dimensions.
    """
    duals = [x for x in operands if is_dual(x)]
    flat, any_complex = any(np.ndim(x) == 0 for x in operands), any(map(np.iscomplexobj, operands))
    return (flat and any_complex) or (operation.dots and (flat or any_complex or any(
        type(x) is np.ndarray or not x.dtype.isnative or not tame(x) for x in duals)))


def is_plain(x):
    """An inexact number that carries no derivative, or an array of them."""
    kind = getattr(getattr(x, "dtype", None), "kind", "?")
    return not is_dual(x) and (isinstance(x, (float, complex)) or kind in "fc") and np.size(x) > 0


def check_values(dual, plain, rounded=False):
    if isinstance(plain, (np.ndarray, np.generic)) or is_dual(dual):
        assert np.shape(dual) == np.shape(plain), f"shape is not that of floats: {np.shape(dual)}, {np.shape(plain)}"
    if is_dual(dual):
        number = values(dual)
        assert np.asarray(plain).dtype.kind in "fciub", f"dual numbers instead of {np.asarray(plain).dtype}"
        rounded = rounded or np.asarray(plain).real.dtype == np.longdouble
        assert rounded or are_values(dual, plain), f"values differ: {number!r:.300} {plain!r:.300}"
    elif is_plain(dual) and is_plain(plain):
        assert bits(native(dual)) == bits(native(plain)), f"floats differ: {dual!r:.300} {plain!r:.300}"
    elif isinstance(plain, (np.ndarray, np.generic)) and plain.dtype.kind in "biu":
        assert np.array_equal(dual, plain), f"results differ: {dual!r:.300} {plain!r:.300}"
    elif isinstance(plain, (bool, int)):
        assert dual == plain, f"results differ: {dual!r:.300} {plain!r:.300}"


def are_values(dual, plain):
    """Are the floats, bit for bit, the values of the dual numbers?  Of anything else, True."""
    if not is_dual(dual):
        return True
    number = values(dual)
    return not has_objects(plain) and bits(number) == bits(native(plain).astype(number.dtype))


def perturbed(x, step):
    """The values of x, moved along its derivatives in its first directions."""
    if has_objects(x):
        moved = np.empty(x.shape, object)
        for k, item in enumerate(x.flat):
            moved.flat[k] = item if has_objects(item) else perturbed(item, step)
        return moved
    if not is_dual(x):
        return x
    first = tangents(x)[0]
    moved = values(x) + step * np.where(np.isfinite(first), first, 0.0).sum(-1)
    return moved if isinstance(x, np.ndarray) else moved[()]


def nearby(operation, c, operands, step):
    """What floats make of operands moved by a step, or None."""
    try:
        return leaves(operation.call(c.again(), *(perturbed(operand[0], step) for operand in operands)))
    except Exception:
        return None


def check_nothing_lost(operation, c, operands, dual, plain):
    """A float that changes with the tangents has lost its derivative."""
    here, there = (nearby(operation, c, operands, step) for step in (0.0, STEP))
    if operation.in_place or here is None or there is None or len(here) != len(there):
        return
    for before, after in zip(here, there, strict=True):
        if is_plain(before) and np.shape(before) == np.shape(dual) and bits(native(before)) == bits(native(dual)):
            assert np.shape(after) != np.shape(before) or np.array_equal(before, after, equal_nan=True), (
                f"derivatives are lost: a {type(dual).__name__} {dual!r:.200}")


def tame(x, limit=1e60, finite=False):
    """Are all numbers in it zero or of ordinary size, or else infinite or NaN?"""
    for leaf in leaves(x):
        if is_dual(leaf):
            size = np.abs(np.concatenate([part.ravel() for part in (values(leaf), *tangents(leaf))]))
        elif getattr(leaf, "dtype", None) is not None and leaf.dtype.kind in "fc":
            size = np.abs(native(leaf)).ravel()
        else:
            continue
        if finite and not np.isfinite(size).all():
            return False
        size = size[np.isfinite(size) & (size != 0)]
        if size.size and (size.max() > limit or size.min() < 1 / limit):
            return False
    return True


def check_linear(operands, dual, twice):
    """Tangents twice as large: first derivatives are, exactly; second ones four times as large."""
    assert is_dual(twice), "dual numbers or not, depending on the derivatives"
    assert bits(values(dual)) == bits(values(twice)), "values depend on the derivatives"
    if not all(tame(operand[0]) and is_linear(operand[0], operand[2]) for operand in operands):
        return
    assert is_linear(dual, twice), f"derivatives are not linear: {dual!r:.300} {twice!r:.300}"


def is_linear(dual, twice):
    """Are first derivatives twice as large in the second, and second ones four times?  Up to underflow and overflow."""
    for once, doubled in zip(leaves(dual), leaves(twice), strict=True):
        if not is_dual(once):
            continue
        for order, (part, other) in enumerate(zip(tangents(once), tangents(doubled), strict=True), start=1):
            part, other = (np.ascontiguousarray(lanes).view(float) * scale
                           for lanes, scale in ((part, 2.0**order), (other, 1.0)))
            small = (np.abs(part) < 1e-280) & (np.abs(other) < 1e-280)
            same = (part == other) | (np.isnan(part) & np.isnan(other)) | small | (np.abs(part) > 1e250)
            if not same.all():
                return False
    return True


def contiguous(x):
    return np.array(native(x), order="C", subok=True) if isinstance(x, np.ndarray) else x


def without_tiny(x):
    """Zeros of one sign, and no numbers of which half is not exact."""
    return np.where(np.abs(x) < 1e-300, 0.0, x)


def check_layout(operation, c, operands, results):
    """Contiguous copies give the same bits, where they do so for floats."""
    laid = []
    for world in (0, 1):
        try:
            laid.append(leaves(operation.call(c.again(), *(contiguous(operand[world]) for operand in operands))))
        except Exception as error:
            assert world == 1, f"contiguous copies raise {type(error).__name__}: {error}"
            return
    for before, after, plain_before, plain_after in zip(leaves(results[0]), laid[0], leaves(results[1]), laid[1],
                                                        strict=True):
        if not is_dual(before):
            continue
        assert is_dual(after), "contiguous copies give floats"
        if bits(native(plain_before)) == bits(native(plain_after)):
            for one, other in zip(tangents(before), tangents(after), strict=True):
                same = bits(without_tiny(one)) == bits(without_tiny(other))
                assert same, f"depends on the layout: {one!r:.200} {other!r:.200}"


def generic(operands):
    """Are all numbers finite and of ordinary size, and no value zero or equal to another one?"""
    given = list({id(operand[0]): operand[0] for operand in operands}.values())
    numbers = [values(leaf).ravel() for x in given for leaf in leaves(x) if is_dual(leaf)]
    numbers = np.concatenate(numbers or [np.zeros(0)])
    return all(tame(x, 1e3, finite=True) for x in given) and np.all(numbers != 0) and (
        np.unique(numbers).size == numbers.size)


def check_differences(operation, c, operands, results):
    """Where a float program is smooth, its slope along the tangents is the sum of the first derivatives."""
    if not any(is_dual(leaf) and np.size(leaf) for leaf in leaves(results[0])):
        return
    if not generic(operands):
        return
    behind, here, ahead = (nearby(operation, c, operands, step) for step in (-STEP, 0.0, STEP))
    if behind is None or here is None or ahead is None:
        return
    found = leaves(results[0])
    if not len(found) == len(behind) == len(here) == len(ahead):
        return
    for dual, low, middle, high in zip(found, behind, here, ahead, strict=True):
        if not is_dual(dual) or not np.shape(low) == np.shape(middle) == np.shape(high) == np.shape(dual):
            continue
        if len({np.asarray(x).dtype for x in (low, middle, high)}) > 1:
            continue
        low, middle, high = (native(x).astype(complex) for x in (low, middle, high))
        left, right = (middle - low) / STEP, (high - middle) / STEP
        slope = (left + right) / 2
        size = np.abs(middle) + np.abs(slope)
        if not tame(middle, 1e3):
            continue
        smooth = (np.abs(left - right) <= 1e-4 * (np.abs(slope) + 1e-3)) & (np.abs(slope) < 1e4)      # no jumps
        first = tangents(dual)[0]
        smooth &= ~np.isinf(first).any(-1)
        wrong = smooth & ~(np.abs(first.sum(-1) - slope) <= 1e-3 * size + 1e-5)
        assert not wrong.any(), (
            f"derivatives differ from differences: {first.sum(-1)[wrong][:3]} {slope[wrong][:3]}")

"""Dual arrays as float64 arrays (complex ones as complex128 arrays), and back."""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .. import _core
from .._core import SECOND_ORDER, DualArray, is_complex, partials, value


def is_dual(x):
    """Is x an array of dual numbers, or one?"""
    return _core.slot_of(x) >= 0


def without_subclass(x):
    """x itself, but a DualArray of another dtype (``x.argsort()``) as the plain array it is."""
    return np.asarray(x) if isinstance(x, DualArray) and not is_dual(x) else x


def with_duals(x):
    """x as an array of dual numbers if there is one in it, else None."""
    if is_dual(x):
        return np.asarray(x)
    if isinstance(x, np.ndarray):
        if x.dtype.kind != "O":
            return None
    elif not isinstance(x, (list, tuple)):
        return None
    array = np.asarray(x)
    if array.dtype.kind == "O":
        found = [item.dtype for item in array.flat if is_dual(item)]
        if not found:
            return None
        dtype = common_dtype(found)
        if any(isinstance(item, (complex, np.complexfloating)) for item in array.flat):
            dtype = _core.complex_dtype(dtype)
        return array.astype(dtype)
    return array if is_dual(array) else None


def common_dtype(items):
    """The one dtype of dual arrays or dtypes (None for none); TypeError when they cannot meet."""
    common = None
    for item in items:
        dtype = getattr(item, "dtype", item)
        if common is None:
            common = dtype
            _core.refuse_closed(dtype)
        elif dtype.type is not common.type:
            common = np.add(np.empty(0, common), np.empty(0, dtype)).dtype  # or says why they cannot
    return common if common is None or common.isnative else common.newbyteorder("=")


def as_duals_of(x, *others):
    """x as a DualArray of the common dtype of all dual numbers given; x itself if there is none."""
    duals = [dual for dual in map(with_duals, (x, *others)) if dual is not None]
    if not duals or x is None:
        return without_subclass(x)
    return np.asarray(x).astype(common_dtype(duals)).view(DualArray)


def in_common(arrays):
    """The common dtype of dual arrays (None for none), and they, in it where it is of second order."""
    dtype = common_dtype(arrays)
    if dtype is not None and is_second_order(dtype):
        # Numbers of one level meet those of two; real ones stay real beside complex ones.
        real = _core.real_dtype(dtype) if is_complex(dtype) else dtype
        wanted = [dtype if is_complex(array) else real for array in arrays]
        arrays = [array if array.dtype.type is target.type else array.astype(target)
                  for array, target in zip(arrays, wanted, strict=True)]
    return dtype, arrays


def parts(array):
    """What holds the numbers' lanes: the array itself, or the real and the imaginary part of complex ones."""
    return [array.real, array.imag] if is_complex(array) else [array]


def float_copy(array):
    """The values in a float64 (or complex128) array that lies in memory as one of floats would.

    NumPy and BLAS choose their way by the strides, and other ways give other last bits.
    """
    size = array.dtype.itemsize
    if array.flags.forc or array.size == 0 or any(step % size for step in array.strides):
        return _core.values_copied(array)
    plain = np.dtype(np.complex128 if is_complex(array) else np.float64)
    strides = [step // size for step in array.strides]
    reach = [step * (count - 1) for step, count in zip(strides, array.shape, strict=True)]
    start = -sum(step for step in reach if step < 0)
    memory = np.zeros(start + sum(step for step in reach if step > 0) + 1, plain)
    copy = as_strided(memory[start:], array.shape, [plain.itemsize * step for step in strides])
    copy[...] = value(array)
    return copy


def float_copies(arrays):
    """`float_copy` of each; arrays over the same memory (``a`` and ``a.T``) share theirs, for BLAS looks."""
    arrays = list(arrays)
    if len(arrays) == 1 or len({_core.address(array) for array in arrays}) == len(arrays):
        return [float_copy(array) for array in arrays]
    made, copies = {}, []
    for array in arrays:
        axes = list(zip(array.strides, array.shape, strict=True))
        key = _core.address(array), array.itemsize, tuple(sorted(axes))
        if key not in made:
            made[key] = axes, float_copy(array)
        first, copy = made[key]
        if axes != first:
            order = []
            for axis in axes:
                order.append(next(k for k, other in enumerate(first) if other == axis and k not in order))
            copy = copy.transpose(order)
        copies.append(copy)
    return copies


def taken_apart(operands):
    """The common dtype of dual operands (None for none), they (None for others), and all of them as floats."""
    duals = [with_duals(operand) for operand in operands]
    dtype, moving = in_common([dual for dual in duals if dual is not None])
    copies = float_copies(moving)
    if len(moving) == len(duals):
        return dtype, moving, copies
    moving, copies = iter(moving), iter(copies)
    pairs = [(None, without_subclass(operand)) if dual is None else (next(moving), next(copies))
             for operand, dual in zip(operands, duals, strict=True)]
    return dtype, [dual for dual, _ in pairs], [floats for _, floats in pairs]


def is_second_order(dtype):
    """Do numbers of this dtype carry second derivatives?"""
    return issubclass(dtype.type, SECOND_ORDER)


_LAST_FIRST = [(ndim - 1, *range(ndim - 1)) for ndim in range(65)]
_FIRST_LAST = [(*range(1, ndim), 0) for ndim in range(65)]


def last_axis_first(array):
    """A view; np.moveaxis(array, -1, 0) in a fraction of the time."""
    return array.transpose(_LAST_FIRST[array.ndim])


def first_axis_last(array):
    """A view; np.moveaxis(array, 0, -1) in a fraction of the time."""
    return array.transpose(_FIRST_LAST[array.ndim])


def lanes_first(array, as_they_lie=False):
    """The partials, and behind them the second derivatives, with their axis in front.

    They are contiguous, or a view of the array's own memory if they may remain `as_they_lie`.
    """
    if as_they_lie and array.dtype.isnative and not is_second_order(array.dtype):
        return last_axis_first(partials(array))
    return _core.stacked(array)[1:]


def clear_lanes(array, where):
    """Make the elements selected by `where` constants."""
    for part in parts(array):
        partials(part)[where] = 0.0
        if is_second_order(part.dtype):
            _core.second_parts(part)[0][where] = 0.0


def finite(x):
    """Are all values of an array finite, and its partials?"""
    if is_dual(x):
        return bool(np.isfinite(value(x)).all() and np.isfinite(partials(x)).all())
    return _core.all_finite(np.asarray(x))


def strided_view(array, shape, strides):
    """A DualArray over the same memory, from the array's first element on.

    (NumPy's as_strided goes through ``__array_interface__``, which knows NumPy's own dtypes only.)
    """
    backwards = array.strides and [min(step, 0) for step in array.strides]
    offset = -sum(step * (count - 1) for step, count in zip(backwards, array.shape, strict=True))
    lowest = array[tuple(slice(None, None, -1 if step else 1) for step in backwards)] if array.ndim else array
    reach = sum(abs(step) * (count - 1) for step, count in zip(array.strides, array.shape, strict=True))
    doubles = -(-(reach + array.dtype.itemsize) // 8)           # rounded up: fields of structures lie anywhere
    memory = as_strided(value(parts(lowest)[0]), (doubles,), (8,))
    return np.ndarray.__new__(DualArray, shape, array.dtype, memory, offset, strides)


def assemble(dtype, result, tangent, inputs=(), curvature=None):
    """A DualArray, or a Dual for a scalar result, from its parts.

    `tangent` has the axis of lanes in front and broadcasts against the result; None stands for
    zeros. Where it is not finite, lanes in which none of the `inputs` moves get zeros. `curvature`
    is added to the second derivatives. The numbers are complex where the result or its tangent is.
    """
    values = np.asarray(result)
    if tangent is not None:
        shape = (dtype.itemsize // (16 if is_complex(dtype) else 8) - 1, *values.shape)
        if tangent.shape != shape:
            tangent = np.broadcast_to(tangent, shape)
        tangent = _masked(tangent, inputs)
    dual = _core.assembled(dtype, values, tangent)
    if curvature is not None:
        with np.errstate(all="ignore"):
            for part, curved in zip(parts(dual), (curvature.real, curvature.imag), strict=False):
                last_axis_first(_core.second_parts(part)[0])[...] += curved
    return dual if dual.ndim or isinstance(result, np.ndarray) else dual[()]


def _masked(tangent, inputs):
    """Zeros in the lanes in which none of the inputs moves, if there is anything infinite or NaN."""
    if not inputs or _core.all_finite(tangent):
        return tangent
    still = [not any(t is not None and t[k].any() for t in inputs) for k in range(len(tangent))]
    tangent = tangent.copy()
    tangent[still] = 0.0
    return tangent


def with_value(result, floats):
    """A fresh dual result of NumPy's loops with other values, as a DualArray, or a scalar where the values are."""
    dual = np.asarray(result)
    if is_complex(dual):
        value(dual.real)[...], value(dual.imag)[...] = np.real(floats), np.imag(floats)
    else:
        value(dual)[...] = floats
    return dual.view(DualArray) if isinstance(floats, np.ndarray) else dual[()]


def scaled(factor, tangent):
    """factor * tangent, where a zero tangent stays zero whatever the factor is."""
    product = factor * tangent
    if not finite(product):
        product[np.broadcast_to(tangent == 0.0, product.shape)] = 0.0
    return product

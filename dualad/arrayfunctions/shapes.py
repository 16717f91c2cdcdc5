"""dtypes, casts and powers of dual arrays."""

import functools

import numpy as np

from .. import _core
from .._core import NUMBERS, TRUNCATING, DualArray, float_dtype, is_complex, value
from .components import common_dtype, is_dual, lanes_first, parts, strided_view, with_duals, without_subclass
from .registry import full_name, handles, rewrap, write_out

_LOST = ("an array of dual numbers cannot become {}: its derivatives would be lost. Use dualad.value(x) "
         "where only the value is wanted")


@handles(np.result_type)
def result_type(*arrays_and_dtypes):
    """np.result_type: dual numbers and plain ones give dual numbers, complex where one of them is."""
    duals, others = [], []
    for item in arrays_and_dtypes:
        if is_dual(item):
            duals.append(item.dtype)
        elif isinstance(item, np.dtype) and issubclass(item.type, NUMBERS):
            duals.append(item)
        elif isinstance(item, type) and issubclass(item, NUMBERS):
            duals.append(np.dtype(item))
        else:
            others.append(item.dtype if isinstance(item, np.ndarray) else item)
    dtype = common_dtype(duals)
    if others:
        other = np.result_type(*others)
        if other.kind == "O" or dtype is None:
            return other
        if other.kind == "c":
            return _core.complex_dtype(dtype)
        if other.kind not in "fiub":
            raise TypeError(f"there is no common type of dual numbers and {other}")
    return dtype


def astype(self, dtype, order="K", casting="unsafe", subok=True, copy=True):
    """A copy with another dtype.

    ``float`` means "make it floating", and a dual number is: the derivatives stay, as they do with
    ``complex``. Other dtypes of numbers would lose them, and are refused; ``bool`` and ``object``
    are not.
    """
    target = np.dtype(dtype)
    if not is_dual(self):
        return np.ndarray.astype(self, target, order, casting, subok, copy)
    if target.type is np.complex128:
        target = _core.complex_dtype(self.dtype)
    elif target.type is np.float64 and not is_complex(self):
        target = self.dtype
    if issubclass(target.type, NUMBERS):
        if target is float_dtype() and not is_complex(self):           # float in adopted code
            target = common_dtype([self.dtype, target])
        return np.ndarray.astype(self, target, order, casting, subok, copy)
    if target.kind in "iu" and target.metadata == TRUNCATING:         # int in adopted code
        return value(self).astype(np.dtype(target.str), order)
    if target.kind in "iufc":
        raise TypeError(_LOST.format(target))
    return np.ndarray.astype(self, target, order, casting, False, copy)


def _conjugate(self, out=None):
    """x.conj(): real numbers are their own, and x itself is returned, as for floats."""
    if out is None and not is_complex(self):
        return self
    return np.conjugate(self) if out is None else np.conjugate(self, out=out)


def _round(self, decimals=0, out=None):
    """x.round: np.round, which the method does in C, on plain arrays."""
    if not is_complex(self):
        return rewrap(np.ndarray.round(self, decimals, out))
    result = np.empty_like(self)
    result.real, result.imag = self.real.round(decimals), self.imag.round(decimals)
    return write_out(out, result)


DualArray.astype = astype
DualArray.round = _round
DualArray.conj = DualArray.conjugate = _conjugate


# -- several arrays in one ----------------------------------------------------------------------------------

def _meeting(items):
    """Items in one dtype where NumPy would make objects: numbers of two levels, real ones beside plain complex ones."""
    duals = [with_duals(item) for item in items]
    plain = [item for item, dual in zip(items, duals, strict=True) if dual is None]
    beside_complex = any(isinstance(x, (complex, np.ndarray, list, tuple)) and np.iscomplexobj(x) for x in plain)
    if len({dual.dtype.type for dual in duals if dual is not None}) < 2 and not beside_complex:
        return items
    dtype = common_dtype([dual for dual in duals if dual is not None])
    if beside_complex and dtype is not None:
        dtype = _core.complex_dtype(dtype)
    return [item if dual is None else dual.astype(dtype) for item, dual in zip(items, duals, strict=True)]


@handles(np.concatenate)
def concatenate(arrays, /, axis=0, out=None, **options):
    """np.concatenate, also of numbers of two levels."""
    if not isinstance(arrays, np.ndarray):
        arrays = _meeting(list(arrays))
    return rewrap(np.concatenate._implementation(arrays, axis, out, **options))


@handles(np.where)
def where(condition, /, *choices):
    """np.where, also of numbers of two levels."""
    return rewrap(np.where._implementation(condition, *_meeting(choices)))


# -- grids -------------------------------------------------------------------------------------------------

def _in_one_dtype(items):
    """Plain arrays of one dtype: NumPy finds none for dual numbers, plain ones and Python's in any order."""
    duals = [dual for dual in map(with_duals, items) if dual is not None]
    dtype = common_dtype(duals)
    arrays = [np.asarray(item) for item in items]
    if dtype is not None and any([array.dtype.kind == "c" for array in arrays]):
        dtype = _core.complex_dtype(dtype)
    if dtype is None or any([array.dtype.kind in "USmM" for array in arrays]):       # NumPy's error
        return arrays
    return [array.astype(dtype) for array in arrays]


@handles(np.linspace)
def linspace(start, stop, *args, **kwargs):
    """np.linspace, with dual and plain limits."""
    return rewrap(np.linspace._implementation(*_in_one_dtype([start, stop]), *args, **kwargs))


@handles(np.logspace)
def logspace(start, stop, *args, **kwargs):
    """np.logspace, with dual and plain limits."""
    return rewrap(np.logspace._implementation(*map(rewrap, _in_one_dtype([start, stop])), *args, **kwargs))


@handles(np.geomspace)
def geomspace(start, stop, *args, **kwargs):
    """np.geomspace, with dual and plain limits."""
    return rewrap(np.geomspace._implementation(*map(rewrap, _in_one_dtype([start, stop])), *args, **kwargs))


# -- powers ------------------------------------------------------------------------------------------------

# Before NumPy 2.4 the operator took these ways for float arrays and scalar exponents, which differ
# from np.power in the last bit; since then np.power takes them itself.
_SHORT_CUTS = {
    -1.0: np.reciprocal,
    0.0: lambda x, out=None: np.ones_like(x) if out is None else np.copyto(out, 1.0) or out,
    0.5: np.sqrt,
    1.0: np.positive,
    2.0: np.square,
}


def _short_cut(exponent):
    if isinstance(exponent, (int, float)) or (isinstance(exponent, (np.integer, np.floating, np.ndarray))
                                              and exponent.ndim == 0 and exponent.dtype.kind in "iuf"
                                              and not is_dual(exponent)):
        return _SHORT_CUTS.get(float(exponent))
    return None


def _power(self, exponent, modulo=None):
    if isinstance(exponent, NUMBERS):                     # NumPy 2.0's operator would ask it for a float
        return np.power(self, exponent)
    short_cut = _short_cut(exponent) if modulo is None and is_dual(self) else None
    return np.ndarray.__pow__(self, exponent, modulo) if short_cut is None else short_cut(self)


def _power_in_place(self, exponent):
    if isinstance(exponent, NUMBERS):
        return np.power(self, exponent, out=self)
    short_cut = _short_cut(exponent) if is_dual(self) else None
    return np.ndarray.__ipow__(self, exponent) if short_cut is None else short_cut(self, out=self)


if tuple(int(part) for part in np.__version__.split(".")[:2]) < (2, 4):
    DualArray.__pow__ = _power
    DualArray.__ipow__ = _power_in_place


# -- partitions --------------------------------------------------------------------------------------------

def _partition(self, kth, axis=-1, kind="introselect", order=None):
    """x.partition: in the float program's order, which is open but for the elements at kth."""
    if not is_dual(self):
        return np.ndarray.partition(self, kth, axis, kind, order)
    values = value(self)
    wanted = np.partition(values, kth, axis, kind, order)
    places = np.empty(self.shape, np.intp)
    np.put_along_axis(places, _order_with_signs(wanted, axis), _order_with_signs(values, axis), axis)
    self[...] = np.take_along_axis(self, places, axis)


def _order_with_signs(x, axis):
    """np.argsort, by which 0 and -0 are two."""
    return np.lexsort((np.signbit(x.imag), np.signbit(x.real), x), axis)


def _argpartition(self, kth, axis=-1, kind="introselect", order=None):
    return np.argpartition(value(self), kth, axis, kind, order) if is_dual(self) else (
        np.ndarray.argpartition(self, kth, axis, kind, order))


DualArray.partition = _partition
DualArray.argpartition = _argpartition


# -- windows -----------------------------------------------------------------------------------------------

@handles(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(x, window_shape, axis=None, *, subok=False, writeable=False):
    """np.lib.stride_tricks.sliding_window_view."""
    x = np.asanyarray(x)
    windows = np.lib.stride_tricks.sliding_window_view(value(parts(x)[0]), window_shape, axis)
    if windows.size:
        view = strided_view(x, windows.shape, windows.strides)
    else:
        view = np.empty(windows.shape, x.dtype)
    view.flags.writeable = bool(writeable) and view.flags.writeable
    return view


# -- quantiles ---------------------------------------------------------------------------------------------

def _with_plain_fractions(function, by, hundred):
    """q as a plain array of one axis, divided by `hundred`, for NumPy's function `by`.

    NumPy would give q the array's dtype, and dual numbers cannot become the indices that it makes of
    q; and for a scalar q it writes into a scalar.
    """
    @functools.wraps(function)
    def quantile(a, q, axis=None, out=None, *args, **kwargs):
        moving = with_duals(q)
        if moving is not None:
            if lanes_first(moving).any():           # a constant that is made in adopted code is dual there, too
                raise TypeError(f"{full_name(function)} has no derivative with respect to q: give dualad.value(q)")
            q = value(moving)
        a, q = without_subclass(a), np.asarray(q)
        if with_duals(a) is None:
            return function._implementation(a, q, axis, out, *args, **kwargs)
        if hundred != 1:
            if not ((q >= 0) & (q <= 100)).all():
                raise ValueError("Percentiles must be in the range [0, 100]")
            q = np.true_divide(q, hundred)
        if q.ndim:
            return rewrap(by._implementation(a, q, axis, out, *args, **kwargs))
        result = by._implementation(a, q[None], axis, None, *args, **kwargs)
        return write_out(out, rewrap(result[0]))
    return quantile


for _function, _by, _hundred in (
        (np.quantile, np.quantile, 1), (np.percentile, np.quantile, 100),
        (np.nanquantile, np.nanquantile, 1), (np.nanpercentile, np.nanquantile, 100)):
    handles(_function)(_with_plain_fractions(_function, _by, _hundred))

"""What programs do: a table of operations on arrays, of NumPy and of dualad.

An operation takes the choices left in its record and as many operands as it says, and decides by shapes only, so
that it does the same to dual numbers as to floats.
"""

from __future__ import annotations

import copy
import io
import math
import operator
import pickle
from dataclasses import dataclass

import numpy as np

import dualad
from dualad import _core

from .values import LAYOUTS


@dataclass(frozen=True)
class Operation:
    """`call(choices, *operands)`, and what may be expected of it.

    in_place: operands are written to. elementwise: the bits do not depend on how operands lie in memory.
    constant: a result of floats loses nothing. alone: floats have no such operation. dots: it may call NumPy's dot,
    whose results are right to rounding only where plain ndarrays of dual numbers are multiplied.
    """

    name: str
    call: object
    operands: int
    in_place: bool = False
    elementwise: bool = False
    constant: bool = False
    alone: bool = False
    dots: bool = False


OPERATIONS = []


def operation(operands, **expected):
    def add(call):
        OPERATIONS.append(Operation(call.__name__, call, operands, **expected))
        return call
    return add


def ufuncs(text):
    return tuple(getattr(np, name) for name in text.split() if hasattr(np, name))


UNARY = ufuncs(
    "negative sin cos tan exp log sqrt square absolute tanh arcsin arccos arctan sinh cosh arcsinh arccosh arctanh "
    "exp2 expm1 log2 log10 log1p cbrt reciprocal positive fabs sign floor ceil trunc rint conjugate deg2rad rad2deg "
    "degrees radians spacing isnan isfinite isinf signbit logical_not modf frexp invert")
BINARY = ufuncs(
    "add subtract multiply divide power maximum minimum fmax fmin hypot arctan2 logaddexp logaddexp2 copysign "
    "nextafter fmod remainder floor_divide divmod float_power heaviside less less_equal greater greater_equal equal "
    "not_equal logical_and logical_or logical_xor ldexp bitwise_and left_shift gcd")
#: no power and no arctan2: with AVX512 NumPy's own folds of floats go wrong in the fourth element
FOLDED = ufuncs(
    "add multiply maximum minimum fmax fmin logical_and logical_or hypot logaddexp subtract divide less fmod equal "
    "copysign")
PRODUCTS = ufuncs("matmul vecdot matvec vecmat")
DTYPES = (None, float, np.float32, object, complex, int, bool, "like")
CASTINGS = ("same_kind", "safe", "unsafe", "no", "equiv")


PADS = ("constant", "edge", "wrap", "reflect", "linear_ramp", "mean")


def dtype_of(c, x):
    chosen = c.of(DTYPES)
    return getattr(x, "dtype", None) if chosen == "like" else chosen


# ---- ufuncs ------------------------------------------------------------------------------------------------------

@operation(1, elementwise=True)
def unary(c, x):
    return c.of(UNARY)(x)


@operation(2, elementwise=True)
def binary(c, x, y):
    return c.of(BINARY)(x, y)


@operation(2, elementwise=True)
def binary_of_the_same(c, x, y):
    return c.of(BINARY)(x, x)


@operation(2, in_place=True)
def unary_into(c, x, out):
    f = c.of(UNARY)
    if c.upto(2):
        return f(x, out=out, where=out is None or c.mask(x))
    return f(x, out=out, casting=c.of(CASTINGS), dtype=dtype_of(c, x))


@operation(3, in_place=True)
def binary_into(c, x, y, out):
    f = c.of(BINARY)
    if c.upto(2):
        return f(x, y, out=out, where=out is None or c.mask(x))
    return f(x, y, out=(out,), casting=c.of(CASTINGS), order=c.of("KCFA"), subok=bool(c.upto(2)))


@operation(2, in_place=True)
def into_overlapping(c, x, y):
    """x[a] op= x[b], with a and b that overlap."""
    first, second = c.index(x), c.index(x)
    into = x[first]
    return c.of(BINARY)(into, x[second], out=into)


@operation(2, elementwise=True)
def binary_dtype(c, x, y):
    return c.of(BINARY)(x, y, dtype=dtype_of(c, x), casting=c.of(CASTINGS))


@operation(1)
def reduce(c, x):
    f = c.of(FOLDED)
    return f.reduce(x, axis=c.axis(x), keepdims=bool(c.upto(2)))


@operation(2)
def reduce_more(c, x, y):
    f, extra = c.of(FOLDED), {}
    if c.upto(2):
        extra["initial"] = c.of((0.5, 2, None, np.float32(1.5), True)) if c.upto(2) else y
    if c.upto(2):
        extra["where"] = c.mask(x)
    if c.upto(4) == 3:
        extra["dtype"] = dtype_of(c, x)
    return f.reduce(x, axis=c.axis(x), **extra)


@operation(2, in_place=True)
def reduce_into(c, x, out):
    return c.of(FOLDED).reduce(x, axis=c.axis(x), out=out)


@operation(1)
def accumulate(c, x):
    return c.of(FOLDED).accumulate(x, axis=c.one_axis(x))


@operation(2, in_place=True)
def accumulate_into(c, x, out):
    if np.ndim(out) == 0:                                    # NumPy crashes, with floats, too
        return None
    return c.of(FOLDED).accumulate(x, axis=c.one_axis(x), out=out)


@operation(1)
def reduceat(c, x):
    return c.of(FOLDED).reduceat(x, c.of(([0], [0, 1], [1, 0, 2], [], [0, 2, 2], [9], [-1])), axis=c.one_axis(x))


@operation(2, in_place=True)
def at(c, x, y):
    index = c.of(([0, 0, 1], [1], (slice(None), [0, 0]), [], np.array([True, False, True]), [7], ([0], [0])))
    f = c.of(FOLDED + UNARY[:6])
    if f.nin == 1:
        f.at(x, index)
    else:
        f.at(x, index, y)
    return x


@operation(2, elementwise=True)
def outer(c, x, y):
    return c.of(BINARY).outer(x, y)


# ---- products ----------------------------------------------------------------------------------------------------

@operation(2, dots=True)
def product(c, x, y):
    return c.of((*PRODUCTS, np.dot, np.inner, np.outer, np.kron, np.vdot, np.tensordot, np.convolve, np.cross,
                 np.correlate, operator.matmul, np.linalg.multi_dot))(
        *((([x, y],)) if c.upto(16) == 15 else (x, y)))


@operation(2)
def product_turned(c, x, y):
    f = c.of(PRODUCTS)
    x, y = (c.of((lambda a: a, lambda a: a.T, lambda a: a[::-1], lambda a: a[..., ::-1], lambda a: a[..., None],
                  lambda a: a[..., :1]))(np.asanyarray(a)) for a in (x, y))
    return f(x, y)


@operation(3, in_place=True)
def product_into(c, x, y, out):
    f = c.of(PRODUCTS)
    if f.__name__ == "vecmat" and np.iscomplexobj(out):      # NumPy's writes as if out were contiguous
        f = np.matmul
    return f(x, y, out=out)


@operation(2, dots=True)
def product_axes(c, x, y):
    which = c.upto(4)
    if which == 0:
        return np.matmul(x, y, axes=c.of(([(0, 1), (1, 0), (0, 1)], [(-2, -1), (-2, -1), (1, 0)])))
    if which == 1:
        return np.tensordot(x, y, axes=c.of((0, 1, ([0], [0]), ([1, 0], [0, 1]))))
    if which == 2:
        return np.vecdot(x, y, axis=c.one_axis(x))
    return x.dot(y)


@operation(2, dots=True)
def einsum(c, x, y):
    if np.size(x) == 0:                                      # the memory of NumPy's results is not initialised
        return None
    text = c.of(("i,i", "ij,jk->ik", "ij,ij->j", "i,j->ij", "...i,...i->...", "ii", "ii->i", "ij->ji", "ij->", "i,i->i",
                 "ijk,ikl->ijl", "ij,j"))
    return np.einsum(text, *([x, y] if "," in text else [x]), optimize=bool(c.upto(2)))


# ---- indexing ----------------------------------------------------------------------------------------------------

@operation(1, elementwise=True)
def get(c, x):
    return x[c.index(x)]


@operation(2, in_place=True)
def put(c, x, y):
    x[c.index(x)] = y
    return x


@operation(1, in_place=True)
def put_its_own(c, x):
    x[c.index(x)] = x[c.index(x)]
    return x


@operation(1, elementwise=True)
def get_by_mask(c, x):
    return x[c.of((np.isnan, np.isfinite, np.signbit, lambda a: a > 0, lambda a: a == a))(x)]


@operation(2, in_place=True)
def put_by_mask(c, x, y):
    x[c.of((np.isnan, np.isfinite, lambda a: a > 0, lambda a: a != 1.0))(x)] = y
    return x


@operation(2, elementwise=True)
def index_with(c, x, y):
    return x[y]


@operation(2, in_place=True)
def put_functions(c, x, y):
    which = c.upto(8)
    if which == 0:
        np.put(x, [0, 2, 0], y)
    elif which == 1:
        np.place(x, c.mask(x), y)
    elif which == 2:
        np.putmask(x, c.mask(x), y)
    elif which == 3:
        np.copyto(x, y, where=c.mask(x), casting=c.of(CASTINGS))
    elif which == 4:
        np.fill_diagonal(x, y)
    elif which == 5:
        x.fill(y)
    elif which == 6:
        x.flat[c.of((0, slice(None), [0, 1], slice(None, None, 2), -1))] = y
    else:
        np.put_along_axis(x, np.argsort(x, axis=-1), y, axis=-1)
    return x


@operation(1, elementwise=True)
def take_functions(c, x):
    which = c.upto(9)
    if which == 0:
        return np.take(x, c.of(([0], [[0, 1]], [5], -1, [])), axis=c.one_axis(x), mode=c.of(("raise", "wrap", "clip")))
    if which == 1:
        return np.compress(c.of(([True], [], [False, True, True])), x, axis=c.of((None, 0, 1)))
    if which == 2:
        return np.take_along_axis(x, np.argsort(x, axis=-1), -1)
    if which == 3:
        return np.diagonal(x, c.of((0, 1, -1)))
    if which == 4:
        return x.flat[c.of((0, slice(None), [0, 1], slice(None, None, -2)))]
    if which == 5:
        return x.item(*c.of(((), (0,), (0, 0), (-1,))))
    if which == 6:
        return np.choose(c.of(([0, 1, 0], [[0], [1]])), [x, x * 2.0], mode=c.of(("raise", "wrap", "clip")))
    if which == 7:
        return list(x)[:3]
    return x.tolist()


# ---- shapes and memory -------------------------------------------------------------------------------------------

@operation(1, elementwise=True)
def reshape(c, x):
    which = c.upto(16)
    if which == 0:
        return np.reshape(x, c.of((-1, (1, -1), (3, -1), (-1, 2), ())), order=c.of("CF"))
    if which == 1:
        return np.squeeze(x)
    if which == 2:
        return np.broadcast_to(x, c.of(((2, 3), (3, 3), (2, 2, 2), (0, 3), (5,))))
    if which == 3:
        return np.expand_dims(x, c.of((0, -1, (0, 2))))
    if which == 4:
        return np.moveaxis(x, c.one_axis(x), c.one_axis(x))
    if which == 5:
        return np.lib.stride_tricks.sliding_window_view(x, c.of((1, 2, 3)), axis=c.one_axis(x))
    if which == 6:
        return np.ravel(x, order=c.of("CF"))
    return c.of((np.transpose, np.flip, np.fliplr, np.rot90, np.atleast_2d, np.atleast_3d, np.triu, np.tril, np.diag,
                 np.ravel, np.copy, np.asfortranarray, np.ascontiguousarray))(x)


@operation(1)
def retype(c, x):
    which = c.upto(10)
    if which < 3:
        return x.astype(dtype_of(c, x), order=c.of("KCFA"), casting=c.of(CASTINGS), copy=bool(c.upto(2)))
    if which == 3:
        return x.astype(x.dtype.newbyteorder(c.of("S<>=")))
    if which == 4:
        return x.real
    if which == 5:
        return x.imag
    if which == 6:
        return np.asarray(x, dtype=dtype_of(c, x), order=c.of("KCFA"))
    if which == 7:
        return np.array(x, dtype=dtype_of(c, x), ndmin=c.upto(4), subok=bool(c.upto(2)))
    if which == 8:
        return np.array([x, x, 1.0], dtype=dtype_of(c, x))
    return np.require(x, requirements=c.of(("C", "F", "A", "W", "O")))


@operation(1, in_place=True)
def change_itself(c, x):
    which = c.upto(3)
    if which == 0:
        x.byteswap(inplace=True)
        return x.byteswap(inplace=True)
    if which == 1:
        np.add(x, 0.0, out=x).sort(axis=c.one_axis(x))      # of 0 and -0 either may be first
    else:
        x.setflags(write=False)
    return x


@operation(1, alone=True)
def reinterpret(c, x):
    """What only makes sense of dual numbers in memory."""
    which = c.upto(8)
    if which == 0:
        return x.view(c.of((float, np.uint8, np.int64, complex, "V8", np.float32)))
    if which == 1:
        return x.byteswap()
    if which == 2:
        return x.view(dualad.DualArray)
    if which == 3:
        x = x.copy()
        x.resize(c.of(((2,), (4,), (2, 2))), refcheck=False)
        return x
    if which == 4:
        return x.tobytes(), x.data, x.__array_interface__
    if which == 5:
        return x.getfield(c.of((float, x.dtype)), c.of((0, 8, 16)))
    if which == 6:
        return np.frombuffer(x.tobytes(), x.dtype)
    return x.view(np.ndarray)


@operation(2, elementwise=True)
def joined(c, x, y):
    which = c.upto(9)
    if which == 0:
        return np.concatenate([x, y], axis=c.of((0, 1, None, -1)))
    if which == 1:
        return np.stack([x, y, x], axis=c.one_axis(x))
    if which == 2:
        return np.where(c.mask(x), x, y)
    if which == 3:
        return np.where(x, x, y)
    if which == 4:
        return np.block([x, y])
    if which == 5:
        return np.append(x, y)
    if which == 6:
        return np.select([c.mask(x)], [x], y)
    if which == 7:
        return np.insert(x, c.of((0, 1, [0, 1])), y)
    return np.r_[x, y]


@operation(2, in_place=True)
def joined_into(c, x, out):
    return np.concatenate([x, x], axis=c.of((0, 1, None)), out=out, casting=c.of(CASTINGS))


@operation(3, elementwise=True)
def clipped(c, x, y, z):
    return np.clip(x, *c.of(((y, z), (None, z), (y, None), (-0.5, 0.5), (0.0, np.nan), (y, 1))))


@operation(1, elementwise=True)
def rearranged(c, x):
    which = c.upto(8)
    if which == 0:
        return np.roll(x, c.of((1, -1, (1, 2))), axis=c.of((None, 0, (0, 1))))
    if which == 1:
        return np.repeat(x, c.of((2, 0, [1, 2, 0])), axis=c.of((None, 0)))
    if which == 2:
        return np.tile(x, c.of((2, (2, 1), 0)))
    if which == 3:
        return np.pad(x, c.of((1, 0, (1, 2))), mode=c.of(PADS))
    if which == 4:
        return np.delete(x, c.of((0, [0, 1], slice(None, None, 2))), axis=c.of((None, 0)))
    if which == 5:
        return np.array_split(x, c.of((1, 2, [1, 2])), axis=c.of((0, -1)))
    if which == 6:
        return np.resize(x, c.of(((2, 3), (4,), ())))
    return np.swapaxes(x, c.one_axis(x), c.one_axis(x))


# ---- order -------------------------------------------------------------------------------------------------------

@operation(1)
def ordered(c, x):
    which = c.upto(9)
    kind = c.of((None, "stable", "heapsort"))
    if which == 0:
        return np.sort(x, axis=c.of((-1, 0, None)), kind=kind) + 0.0
    if which == 1:
        return np.argsort(x, axis=c.of((-1, 0, None)), kind=kind)
    if which == 2:
        return np.sort(np.partition(x, 1)[..., :2]) + 0.0             # on either side of it the order is free
    if which == 3:
        return np.take_along_axis(x, np.argpartition(x, 1), -1)[..., 1]
    if which == 4:                          # NumPy swaps the bytes of whole elements, of complex numbers too
        return np.lexsort((x, x)) if x.dtype.isnative else None
    if which == 5:
        return np.unique(x + 0.0, return_index=True, return_inverse=True, return_counts=True, equal_nan=bool(c.upto(2)))
    if which == 6:
        return c.of((np.argmax, np.argmin, np.nanargmax, np.nanargmin))(x, axis=c.of((None, 0, -1)))
    return c.of((np.nonzero, np.flatnonzero, np.count_nonzero, np.any, np.all, np.argwhere, np.isreal, np.iscomplexobj,
                 lambda a: np.unique_counts(a + 0.0)))(x)


@operation(2, constant=True)
def searched(c, x, y):
    which = c.upto(5)
    if which == 0:
        return np.searchsorted(np.sort(x, axis=None), y, side=c.of(("left", "right")))
    if which == 1:
        return np.searchsorted(x, y, sorter=np.argsort(x))
    if which == 2:
        return np.digitize(y, np.sort(x, axis=None), right=bool(c.upto(2)))
    if which == 3:
        return np.isin(x, y)
    return np.array_equal(x, y), np.allclose(x, y), np.isclose(x, y)


@operation(2)
def sets(c, x, y):
    if np.iscomplexobj(x) or np.iscomplexobj(y):            # with NaN in them it depends on the order of bytes
        return None
    return c.of((np.union1d, np.intersect1d, np.setdiff1d, np.setxor1d))(x, y) + 0.0        # either zero may stay


# ---- statistics and the like -------------------------------------------------------------------------------------

@operation(1)
def statistics(c, x):
    f = c.of((np.sum, np.mean, np.var, np.std, np.prod, np.max, np.min, np.ptp, np.median, np.nansum, np.nanmean,
              np.nanstd, np.nanmax, np.nanprod, np.average, np.cumsum, np.cumprod, np.nancumsum, np.diff, np.gradient))
    if c.upto(2):
        return f(x)
    return f(x, axis=c.axis(x))


@operation(2, dots=True)
def statistics_of_two(c, x, y):
    which = c.upto(10)
    if which == 0:
        return np.quantile(x, c.of((0.5, [0.1, 0.9], 0.0, 1.5)), axis=c.of((None, 0)),
                           method=c.of(("linear", "lower", "midpoint", "nearest", "hazen")))
    if which == 1:
        return np.average(x, weights=y)
    if which == 2:
        return np.cov(x, y)
    if which == 3:
        return np.corrcoef(x)
    if which == 4:
        return np.interp(x, np.sort(y, axis=None), y, left=c.of((None, 1.0)))
    if which == 5:
        return np.interp(y, np.arange(np.size(x)), x)
    if which == 6:
        return np.trapezoid(x, y)
    if which == 7:
        return np.polyval(x, y)
    if which == 8:
        return np.linspace(x, y, c.upto(5))
    return np.std(x, ddof=1, mean=y)


@operation(1)
def elementary(c, x):
    return c.of((np.sinc, np.i0, np.round, np.nan_to_num, np.unwrap, np.angle, np.real_if_close, np.ediff1d, np.trace,
                 np.vander, np.fix, np.zeros_like, np.ones_like, np.conj, np.heaviside, np.poly, np.roots))(x)


# ---- linear algebra, transforms ------------------------------------------------------------------------------------

@operation(1, dots=True)
def linalg(c, x):
    if not np.all(np.isfinite(x)):                           # LAPACK may not come to an end
        return None
    vectors = np.linalg.eigvalsh if np.iscomplexobj(x) else np.linalg.eigh      # complex ones are free up to a phase
    f = c.of((np.linalg.inv, np.linalg.det, np.linalg.slogdet, vectors, np.linalg.eigvalsh, np.linalg.qr,
              np.linalg.cholesky, np.linalg.pinv, np.linalg.norm, np.linalg.eigvals, np.linalg.matrix_rank,
              np.linalg.cond, np.linalg.svdvals, lambda a: np.linalg.svd(a, False, not np.iscomplexobj(a))))
    return f(x)


@operation(2, dots=True)
def linalg_of_two(c, x, y):
    if not np.all(np.isfinite(x)):
        return None
    which = c.upto(6)
    if which == 0:
        return np.linalg.solve(x, y)
    if which == 1:
        return np.linalg.lstsq(x, y, rcond=None)
    if which == 2:
        return np.linalg.matrix_power(x, c.of((2, 0, -1, 3, 5)))
    if which == 3:
        return np.linalg.norm(x, c.of((None, 1, 2, np.inf, -1, "fro", "nuc", 0, 3.5)), axis=c.of((None, 0, -1, (0, 1))))
    if which == 4:
        return np.linalg.tensorsolve(x, y)
    return np.linalg.multi_dot([x, y, x])


@operation(1)
def transformed(c, x):
    if np.size(x) == 0:                         # NumPy leaves results of empty arrays as memory was
        return None
    return c.of((np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.irfft, np.fft.fft2, np.fft.hfft, np.fft.fftshift,
                 np.fft.fftn))(x, *((c.of((None, 2, 5, 0)),) if c.upto(2) else ()))


# ---- files, copies, text -----------------------------------------------------------------------------------------

@operation(1)
def copied(c, x):
    which = c.upto(6)
    if which == 0:
        return pickle.loads(pickle.dumps(x, protocol=c.of((2, 4, 5))))
    if which == 1:
        return copy.deepcopy(x)
    if which == 2:
        return copy.copy(x)
    if which == 3:
        return x.copy(order=c.of("KCFA"))
    if which == 4:
        return np.array(list(x.flat)).reshape(x.shape)
    return np.array(x.tolist())


@operation(1, alone=True)
def filed(c, x):
    file = io.BytesIO()
    (dualad.save if c.upto(2) else np.save)(file, x)
    file.seek(0)
    return (dualad.load if c.upto(2) else np.load)(file)


@operation(1, alone=True)
def printed(c, x):
    which = c.upto(6)
    if which == 0:
        return repr(x)
    if which == 1:
        return str(x)
    if which == 2:
        return format(x, c.of((".3f", "", "e", "8.2g", "+", "x", "%", "\0", "9999")))
    if which == 3:
        return np.array2string(x, precision=2, separator=",", threshold=3)
    if which == 4:
        return f"{x!r:.5}", repr(x.dtype), x.dtype.name, x.dtype.str, x.dtype.descr
    return np.array_repr(x, max_line_width=20)


# ---- scalars -----------------------------------------------------------------------------------------------------

def scalar(x):
    """A number out of x."""
    return x.flat[-1] if isinstance(x, np.ndarray) and x.size else x


ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
              divmod, operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge, operator.matmul,
              operator.and_, operator.lshift)
IN_PLACE = (operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ifloordiv, operator.imod,
            operator.ipow, operator.imatmul, operator.iand)


@operation(2, elementwise=True)
def arithmetic(c, x, y):
    return c.of(ARITHMETIC)(x, y)


@operation(2)
def scalar_arithmetic(c, x, y):
    return c.of(ARITHMETIC)(scalar(x), scalar(y))


@operation(2)
def scalar_with_number(c, x, y):
    a = scalar(x) * 1.0
    b = c.of((2, 0.5, 0, -1, True, 3.0, np.float32(2), np.int8(3), 10**30, 1j, None, "a", 0.0, [1, 2], np.float64(2.5)))
    if c.upto(2):
        a, b = b, a
    return c.of(ARITHMETIC)(a, b)


@operation(2, in_place=True)
def arithmetic_in_place(c, x, y):
    return c.of(IN_PLACE)(x, y)


@operation(1, dots=True)
def scalar_functions(c, x):
    x = scalar(x)
    return c.of((abs, operator.neg, operator.pos, bool, operator.not_, round, math.floor, math.ceil, math.trunc,
                 lambda a: round(a, 2), lambda a: a.real, lambda a: a.imag, lambda a: a.conjugate(), lambda a: a.item(),
                 lambda a: a.is_integer(), lambda a: a.dtype.kind, lambda a: a.shape, lambda a: a.astype(float),
                 lambda a: a[()], lambda a: a[...], lambda a: a.sum(), lambda a: a.reshape(1), lambda a: a.max(),
                 lambda a: a.clip(0, 1), lambda a: pow(a, 2, None), lambda a: pow(a, 2, 3), lambda a: a.T,
                 lambda a: a.squeeze(), lambda a: a.copy(), lambda a: a.flatten(), lambda a: a.nonzero()))(x)


@operation(1, alone=True)
def refused(c, x):
    """What dual numbers refuse."""
    if c.upto(2):
        x = scalar(x)
    return c.of((float, int, complex, hash, operator.index, lambda a: a.as_integer_ratio(), lambda a: a.hex(),
                 math.sin, lambda a: a.__array__(float), lambda a: range(a), len, iter, lambda a: a.tofile))(x)


# ---- dualad's own ------------------------------------------------------------------------------------------------

@operation(2, alone=True)
def made(c, x, y):
    which = c.upto(10)
    if which == 0:
        return dualad.Dual(scalar(x), y)
    if which == 1:
        return dualad.seed(x, y if c.upto(2) else None, order=c.of((1, 2, 3)))
    if which == 2:
        return dualad.dual_dtype(c.of((2, 1, 0, -1, 1.5, True, "a", None, 10**20, 2**62)), c.of((1, 2, 0, None)))
    if which == 3:
        return type(scalar(x))(scalar(y), c.of((None, [1.0], [1.0, 2.0], 3.0, [], [[1.0, 2.0]], "ab")))
    if which == 4:
        return dualad.ComplexDual(scalar(x), y if c.upto(2) else None)
    if which == 5:
        return type(scalar(x))(*c.of(((), (1.0,), ("x",), (1.0, 2.0, 3.0), (None,), (1j,))))
    if which == 6:
        return x.__class__.__new__(c.of((dualad.DualArray, np.ndarray)), c.of(((2,), (), (0, 3), (-1,))), x.dtype)
    if which == 7:
        return x.dtype.type(y)
    if which == 8:
        return np.dtype(type(scalar(x))), np.result_type(x, y), np.promote_types(x.dtype, y.dtype)
    return dualad.HyperDual(scalar(x), y)


@operation(2, alone=True)
def taken_apart(c, x, y):
    which = c.upto(10)
    if which == 0:
        return dualad.value(x), dualad.partials(x), dualad.second(x)
    if which == 1:
        return _core.second_parts(x)
    if which == 2:
        return _core.stacked(x), _core.values_copied(x)
    if which == 3:
        return _core.complex_array(x, y)
    if which == 4:
        return _core.complex_part(x, bool(c.upto(2)))
    if which == 5:
        return _core.assembled(x.dtype, y, x)
    if which == 6:
        return _core.apply_rule("sin", x, np.sin(dualad.value(x)))
    if which == 7:
        return _core.slot_of(x), _core.all_finite(x), _core.address(x)
    if which == 8:
        return _core.lift(y, c.of((2, 0, -1, 3)), c.of((0, 1, -1, 99)), c.of((0, 1, -1)), c.of((0, 2, 9)))
    return scalar(x).value, scalar(x).partials, scalar(x).second


@operation(1, alone=True)
def around(c, x):
    """A derivative taken in the middle of a program."""
    f = c.of((np.sin, lambda t: t * np.sum(x), lambda t: np.sum(np.exp(t) * x), lambda t: x * t, lambda t: t**2 * x,
              lambda t: np.max(x + t)))
    return c.of((dualad.derivative, dualad.grad, dualad.jacobian, dualad.second_derivative))(f)(0.7)


@operation(1, alone=True)
def through(c, x):
    """A derivative with regard to the values of x."""
    f = c.of((np.sum, np.sin, np.cumprod, np.sort, np.ravel, np.linalg.norm, lambda a: a @ a, np.linalg.det, np.median))
    last = c.of(LAYOUTS)
    transform = c.of((dualad.jacobian, dualad.grad, dualad.hessian, dualad.derivative, dualad.laplacian))
    return transform(lambda a: last(np.asarray(f(a))))(dualad.value(x) if c.upto(4) else x)

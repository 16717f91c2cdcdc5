"""Indexing, shapes, order, statistics, linear algebra, transforms."""

from __future__ import annotations

import numpy as np

import dualad

from .operations import CASTINGS, Operations, dtype_of

OPERATIONS = Operations()
operation = OPERATIONS.add

PADS = ("constant", "edge", "wrap", "reflect", "linear_ramp", "mean")


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


@operation(1, dots=True)
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

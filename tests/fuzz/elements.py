"""Ufuncs with all that they take, and products."""

from __future__ import annotations

import operator

import numpy as np

from .operations import CASTINGS, Operations, dtype_of

OPERATIONS = Operations()
operation = OPERATIONS.add


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
    if np.ndim(y) > np.ndim(x):                              # NumPy crashes, with floats, too
        return None
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

"""Copies, files, text, scalars, and what is dualad's own."""

from __future__ import annotations

import copy
import io
import math
import operator
import pickle

import numpy as np

import dualad
from dualad import _core

from .operations import Operations, scalar
from .values import LAYOUTS

OPERATIONS = Operations()
operation = OPERATIONS.add


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
    if c.upto(2) and not isinstance(b, (np.float32, np.int8)):       # their power is that of arrays, in the last bit
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
    if np.size(x) > 30:
        return None
    f = c.of((np.sum, np.sin, np.cumprod, np.sort, np.ravel, np.linalg.norm, lambda a: a @ a, np.linalg.det, np.median))
    last = c.of(LAYOUTS)
    transform = c.of((dualad.jacobian, dualad.grad, dualad.hessian, dualad.derivative, dualad.laplacian))
    return transform(lambda a: last(np.asarray(f(a))))(dualad.value(x) if c.upto(4) else x)

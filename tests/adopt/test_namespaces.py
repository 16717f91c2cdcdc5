"""dualad.numpy, dualad.math, dualad.cmath: the originals for plain numbers; derivatives are kept."""

from __future__ import annotations

import cmath
import copy
import inspect
import itertools
import math
import pickle
import types

import mpmath
import numpy as np
import pytest

import dualad
import dualad.cmath as dcmath
import dualad.math as dmath
import dualad.numpy as dnp
from dualad import _core
from dualad.numpy import creation

X = np.array([0.3, 0.7])

# -- plain numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("original, namespace", [(np, dnp), (np.linalg, dnp.linalg), (np.fft, dnp.fft), (math, dmath),
                                                 (cmath, dcmath)], ids=lambda module: module.__name__)
def test_every_name_is_there(original, namespace):
    for name in dir(original):
        if name.startswith("_"):
            continue
        theirs, ours = getattr(original, name), getattr(namespace, name)
        if ours is theirs or isinstance(ours, types.ModuleType):
            continue
        kinds = (_core.StandIn, _core.TypeStandIn, types.BuiltinFunctionType)
        assert isinstance(ours, kinds) or issubclass(ours, theirs), name
        assert ours.__name__ == theirs.__name__
        if type(ours) is _core.StandIn:
            assert ours == theirs
            assert {theirs: 1}[ours] == {ours: 1}[theirs] == 1
        if isinstance(ours, (_core.StandIn, types.BuiltinFunctionType)):
            assert ours.__doc__ == theirs.__doc__ and isinstance(ours, type(theirs))
            assert pickle.loads(pickle.dumps(ours)) is ours and copy.deepcopy(ours) is ours


def test_submodules_are_numpys_own(fresh_python):
    fresh_python("""
import sys, numpy
import dualad.numpy.ma as ma
from dualad.numpy.random import default_rng
import dualad.numpy.polynomial.chebyshev
import dualad.numpy as np
assert ma is numpy.ma is np.ma and default_rng is numpy.random.default_rng
assert ma.__spec__.name == ma.__name__ == "numpy.ma"
assert sys.modules["dualad.numpy.polynomial.chebyshev"] is numpy.polynomial.chebyshev
try:
    import dualad.numpy.nonsense
except ModuleNotFoundError:
    pass
""")


def test_names_that_are_not_there():
    for namespace in dnp, dmath, dcmath:
        with pytest.raises(AttributeError):
            namespace.no_such_name  # noqa: B018


NUMBERS = [0.0, -0.0, 0.5, -1.5, 3.0, 7, True, 1e308, 1e-310, math.inf, -math.inf, math.nan, np.float64(0.3), "1", None]


def outcome(f, *args):
    try:
        result = f(*args)
    except Exception as error:
        return type(error), str(error).replace("dualad.math", "math")
    return repr(result), type(result)


@pytest.mark.parametrize("name", [name for name in dir(math) if callable(getattr(math, name)) and name[0] != "_"])
def test_math_of_plain_numbers(name):
    original, ours = getattr(math, name), getattr(dmath, name)
    sequences = [[], [0.5], [0.1] * 10, (1, 2), np.ones(3), iter([1.0]), 1.0]
    cases = [(), *[(x,) for x in NUMBERS], *itertools.product(NUMBERS, repeat=2), (1.0, 2.0, 3.0)]
    cases += [(x,) for x in sequences if not hasattr(x, "__next__")] + [([1.0, 2.0], (3, 4)), ([1.0], [2.0, 3.0])]
    if name in ("comb", "perm", "factorial"):
        cases = [case for case in cases if all(type(x) is int for x in case)]
    for case in cases:
        assert outcome(ours, *case) == outcome(original, *case), case


CALLS = {
    "zeros": [(3,), ((2, 2), int), (2, float, "F"), (2, np.float32)],
    "ones": [(3,), ((2, 2), int)],
    "identity": [(2,), (2, int)],
    "eye": [(2,), (2, 3, 1), (2, 2, 0, int)],
    "tri": [(3,), (3, 4, 1, int)],
    "full": [(2, 1.5), (2, 1), (2, 1, float)],
    "zeros_like": [([1, 2],), (np.ones(2),), (np.ones(2), int)],
    "ones_like": [([1, 2],), (np.ones(2),)],
    "full_like": [(np.ones(2), 3.0), ([1, 2], 3.5, float)],
    "array": [([1.0, 2],), ([1, 2],), (["a"],), ([1, 2], float), (3.0,)],
    "asarray": [([1.0, 2],), ([1, 2], float), (["1.5"], float)],
    "asanyarray": [([1.0, 2],)],
    "ascontiguousarray": [([1.0, 2],), (1.0, float)],
    "asfortranarray": [([[1.0, 2]],)],
    "asarray_chkfinite": [([1.0, 2],), ([math.nan],)],
    "require": [([1.0, 2], float, "C")],
    "copy": [(np.ones(2),)],
    "atleast_1d": [(1.0,), (1, [2.0])],
    "atleast_2d": [(1.0,)],
    "atleast_3d": [(1.0,)],
    "fromiter": [([1.0, 2.0], float), ([1, 2], int, 2)],
    "arange": [(3,), (3.0,), (0, 1, 0.25), (0, 3, 1, float)],
    **{name: [([1.0, 2.0],), ([1, 2], 0, float), ([1, 2],)] for name in (
        "sum", "mean", "prod", "cumsum", "cumprod", "std", "var", "nansum", "nanprod", "nanmean", "nanstd", "nanvar",
        "nancumsum", "nancumprod")},
    **{name: [([[1.0], [2]],), ()] for name in ("concatenate", "stack", "hstack", "vstack")},
    "linspace": [(0, 1, 5), (0, 1, 5, True, True), (0, 9, 4, True, False, int)],
    "logspace": [(0, 1, 5)],
    "geomspace": [(1, 8, 4)],
    "tile": [([1.0, 2.0], 2)],
    "repeat": [(1.5, 3)],
    "diag": [([1.0, 2.0],)],
    "fromfunction": [(lambda i, j: i + j, (2, 2))],
    "issubdtype": [(float, np.floating), (np.float32, np.float64)],
    "can_cast": [(float, int)],
    "float64": [(), (1,), ("2.5",), ([1, 2],)],
    "double": [(1,)],
    "float32": [(0.1,)],
    "single": [(0.1,)],
    "float16": [(0.1,)],
    "half": [(0.1,)],
    "longdouble": [(0.1,)],
    "complex128": [(), (1,), (1j,), (1.5, 2.5), ("2.5j",), ([1, 2],)],
    "cdouble": [(1,)],
    "complex64": [(0.1,)],
    "csingle": [(0.1,)],
    "clongdouble": [(0.1,)],
    **{name: [(), (3.7,), ("3",), ([1, 2],), (-1,)] for name in dir(np)
       if isinstance(getattr(np, name), type) and issubclass(getattr(np, name), np.integer)},
}


CHANGED = sorted({*creation.STAND_INS, *dualad.numpy.types.STAND_INS})      # the others: test_sequences


@pytest.mark.parametrize("name", CHANGED)
def test_numpy_of_plain_numbers(name):
    original, ours = getattr(np, name), getattr(dnp, name)
    if name in ("empty", "empty_like", "finfo", "vectorize", "float128", "float96", "complex256", "complex192"):
        return                   # their own tests
    for case in CALLS["concatenate" if name == "concat" else name]:
        assert outcome(ours, *case) == outcome(original, *case), case


def test_types_stand_in_for_types():
    ours = dnp.float64
    assert ours == np.float64 and hash(ours) == hash(np.float64) and repr(ours) == repr(np.float64)
    assert ours is dnp.double and {np.float64: 1}[ours] == 1
    assert isinstance(np.float64(1), ours) and not isinstance(1.0, ours) and issubclass(np.float64, ours)
    assert np.dtype(ours) == np.zeros(1, ours).dtype == np.dtype(float)
    assert np.arange(3).astype(ours).dtype == np.dtype(float)
    assert ours.__name__ == "float64" and ours.fromhex("0x1p0") == 1.0
    assert pickle.loads(pickle.dumps(ours)) is np.float64 and copy.deepcopy(ours) is ours
    assert dnp.finfo(ours).eps == np.finfo(float).eps

    class Own(ours):
        pass

    assert type(Own) is type and Own.__bases__ == (np.float64,) and isinstance(Own(2.0), ours)


def test_stand_ins_look_like_functions():
    assert inspect.signature(dnp.zeros_like) == inspect.signature(np.zeros_like)
    assert inspect.isbuiltin(dmath.sin) and isinstance(dmath.sin, types.BuiltinFunctionType)
    assert pickle.loads(pickle.dumps(dnp.zeros)) is dnp.zeros

    class Holder:
        sin = dmath.sin
        zeros = dnp.zeros

    assert Holder().sin(0.5) == math.sin(0.5) and Holder().zeros(2).tolist() == [0, 0]


@pytest.mark.parametrize("ours, original", [(dmath, math), (dcmath, cmath)])
def test_names_are_the_originals(ours, original):
    """A program may ask hasattr(math, "fma")."""
    def public(module):
        return {name for name in vars(module) if not name.startswith("_")}

    assert public(ours) == public(original)
    for name in "fma", "sumprod", "no_such_name":
        assert hasattr(ours, name) == hasattr(original, name)


# -- dual numbers: math ----------------------------------------------------------------------------------------

MP = {"fabs": mpmath.fabs, "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))), "ulp": lambda x: mpmath.mpf(0),
      "log1p": lambda x: mpmath.log(1 + x), "log2": lambda x: mpmath.log(x, 2), "exp2": lambda x: 2**x,
      "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x))}
POINTS = {"acosh": [1.3, 4.0], "gamma": [0.4, 3.2, -1.5], "lgamma": [0.4, 3.2, -1.5], "log": [0.4, 3.2],
          "log2": [0.4, 3.2], "log10": [0.4, 3.2], "sqrt": [0.4, 3.2]}


@pytest.mark.parametrize("name", [*sorted(name for name in dmath._ELEMENTARY if hasattr(math, name)), "log"])
def test_elementary(name):
    reference = MP.get(name) or getattr(mpmath, name)
    for x in POINTS.get(name, [0.3, -0.6]):
        assert dualad.value(getattr(dmath, name)(dualad.seed(x))) == getattr(math, name)(x)
        first, second = [float(mpmath.diff(reference, x, n)) for n in (1, 2)]
        assert dualad.derivative(getattr(dmath, name))(x) == pytest.approx(first, rel=1e-12, abs=1e-14)
        assert dualad.second_derivative(getattr(dmath, name))(x) == pytest.approx(second, rel=1e-11, abs=1e-12)


def mp_hypot(*x):
    return mpmath.sqrt(sum(v * v for v in x))


SEVERAL = {
    "atan2": (mpmath.atan2, (0.3, -0.4)), "pow": (mpmath.power, (1.3, 0.7)),
    "fmod": (lambda x, y: x - 2 * y, (2.7, 1.1)),
    "remainder": (lambda x, y: x - 3 * y, (2.9, 1.1)), "copysign": (lambda x, y: -x, (0.3, -2.0)),
    "log": (lambda x, y: mpmath.log(x) / mpmath.log(y), (1.7, 3.0)), "hypot": (mp_hypot, (0.3, -0.4, 1.2)),
    "nextafter": (lambda x, y: x, (0.3, 1.0)), "fma": (lambda x, y, z: x * y + z, (0.3, 0.7, 1.1)),
}


def check(ours, plain, reference, args):
    args = tuple(map(float, args))
    n = len(args)
    assert dualad.value(ours(*dualad.seed(np.array(args)))) == plain(*args)
    gradient = dualad.grad(lambda x: ours(*x))(np.array(args))
    hessian = dualad.hessian(lambda x: ours(*x))(np.array(args))
    for i in range(n):
        order = [int(k == i) for k in range(n)]
        assert gradient[i] == pytest.approx(float(mpmath.diff(reference, args, tuple(order))), rel=1e-10, abs=1e-12)
        for j in range(n):
            both = [int(k == i) + int(k == j) for k in range(n)]
            expected = float(mpmath.diff(reference, args, tuple(both)))
            assert hessian[i, j] == pytest.approx(expected, rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("name", [name for name in SEVERAL if hasattr(math, name)])
def test_of_several_numbers(name):
    reference, args = SEVERAL[name]
    check(getattr(dmath, name), getattr(math, name), reference, args)


SEQUENCES = {
    "fsum": (lambda f: lambda *x: f(x), lambda *x: sum(x)),
    "prod": (lambda f: lambda *x: f(iter(x), start=2.0), lambda *x: 2 * x[0] * x[1] * x[2] * x[3]),
    "sumprod": (lambda f: lambda *x: f(x[:2], list(x[2:])), lambda *x: x[0] * x[2] + x[1] * x[3]),
    "dist": (lambda f: lambda *x: f(x[:2], x[2:]), lambda *x: mp_hypot(x[0] - x[2], x[1] - x[3])),
}


@pytest.mark.parametrize("name", [name for name in SEQUENCES if hasattr(math, name)])
def test_of_sequences(name):
    call, reference = SEQUENCES[name]
    check(call(getattr(dmath, name)), call(getattr(math, name)), reference, (0.3, 0.7, -1.1, 2.3))


def test_parts_of_a_number():
    x = dualad.seed([2.7, 1.0])[0]
    fraction, whole = dmath.modf(x)
    assert dualad.value(fraction) == math.modf(2.7)[0] and fraction.partials.tolist() == [1, 0] and whole == 2.0
    mantissa, exponent = dmath.frexp(x)
    assert (dualad.value(mantissa), exponent) == math.frexp(2.7) and mantissa.partials.tolist() == [0.25, 0]
    assert dmath.ldexp(x, -3).partials.tolist() == [0.125, 0]
    for name in "floor", "ceil", "trunc", "isnan", "isinf", "isfinite":
        result = getattr(dmath, name)(x)
        assert result == getattr(math, name)(2.7) and type(result) in (int, bool)
        assert getattr(dmath, name)(np.array(x)) == result
    assert dmath.isclose(x, 2.7) is True and dmath.isclose(x, 2.6, rel_tol=0.5) is True


def test_math_errors_are_those_of_the_value():
    for name, x in [("sqrt", -1.0), ("log", 0.0), ("acos", 2.0), ("exp", 1e4), ("gamma", -1.0), ("atanh", 1.0)]:
        assert outcome(getattr(dmath, name), dualad.seed(x)) == outcome(getattr(math, name), x)
    with pytest.raises(TypeError, match="0-dim"):
        dmath.sin(dualad.seed([1.0, 2.0]))
    assert dmath.sin(dualad.seed([1.0])).partials.tolist() == [math.cos(1.0)]


# -- arrays inside derivative calls ----------------------------------------------------------------------------------

FLOATS = [
    lambda: dnp.zeros(2), lambda: dnp.zeros((2, 2), dtype=float), lambda: dnp.zeros(2, "f8"),
    lambda: dnp.zeros(2, np.float32), lambda: dnp.zeros(2, dnp.float64, "F"), lambda: dnp.ones(2),
    lambda: dnp.empty(2), lambda: dnp.full(2, 1.0), lambda: dnp.full(2, 1, float), lambda: dnp.eye(2),
    lambda: dnp.eye(2, 2, 0, float), lambda: dnp.identity(2), lambda: dnp.tri(2), lambda: dnp.zeros_like([1.0, 2.0]),
    lambda: dnp.zeros_like(np.ones(2, int), float), lambda: dnp.ones_like(np.ones(2)),
    lambda: dnp.empty_like(np.ones(2)),
    lambda: dnp.full_like([1.0, 2.0], 3.0), lambda: dnp.array([1.0, 2.0]), lambda: dnp.array(np.ones(2)),
    lambda: dnp.array([1, 2], float), lambda: dnp.array(["1.5", "2"], dtype=float), lambda: dnp.asarray([1.0, 2.0]),
    lambda: dnp.asarray((1, 2), dtype=dnp.double), lambda: dnp.asanyarray([1.0, 2]), lambda: dnp.copy(np.ones(2)),
    lambda: dnp.ascontiguousarray([1.0, 2]), lambda: dnp.asfortranarray([1.0, 2]), lambda: dnp.require([1.0, 2], float),
    lambda: dnp.asarray_chkfinite([1.0, 2.0]), lambda: dnp.atleast_1d([1.0, 2.0]), lambda: dnp.atleast_2d(1.0),
    lambda: dnp.fromiter([1.0, 2.0], float), lambda: dnp.arange(2.0), lambda: dnp.arange(0, 2, 1, float),
    lambda: dnp.linspace(0, 1, 2), lambda: dnp.linspace(0, 1, 2, True, True)[0], lambda: dnp.logspace(0, 1, 2),
    lambda: dnp.geomspace(1, 2, 2), lambda: dnp.tile([1.0], 2), lambda: dnp.repeat(1.0, 2),
    lambda: dnp.diag([1.0, 2.0]),
    lambda: dnp.fromfunction(lambda i: i, (2,)), lambda: dnp.float64([1, 2]),
    lambda: dnp.vectorize(lambda t: 1.0, otypes=[float])([1, 2]),
]
OTHERS = [
    lambda: dnp.zeros(2, int), lambda: dnp.zeros(2, bool), lambda: dnp.zeros(2, dtype=object),
    lambda: dnp.eye(2, dtype=int),
    lambda: dnp.array([1, 2]), lambda: dnp.array(["a"]), lambda: dnp.asarray([True]), lambda: dnp.arange(3),
    lambda: dnp.zeros_like([1, 2]), lambda: dnp.full(2, 7), lambda: dnp.linspace(0, 4, 5, dtype=int),
    lambda: dnp.array([1.5, 2.5], int), lambda: dnp.zeros(2, [("a", "i4")]), lambda: dnp.repeat(1, 2),
]


@pytest.mark.parametrize("k", range(len(FLOATS)))
def test_floats_become_dual_numbers(k):
    made = {}

    def f(x):
        array = made["plain"] = FLOATS[k]()
        assert type(array) is dualad.DualArray and array.dtype == x.dtype
        made["value"] = dualad.value(array).copy()
        array[(0,) * array.ndim] = x[0] * x[1]
        return array[(0,) * array.ndim]

    np.testing.assert_array_equal(dualad.grad(f)(X), X[::-1])
    np.testing.assert_array_equal(dualad.hessian(f)(X), [[0, 1], [1, 0]])
    plain = FLOATS[k]()
    assert type(plain) is np.ndarray and plain.dtype.kind == "f" and plain.shape == made["value"].shape
    if k != 6 and k != 16:       # empty
        np.testing.assert_array_equal(plain, made["value"])


@pytest.mark.parametrize("k", range(len(OTHERS)))
def test_other_dtypes_stay(k):
    def f(x):
        made.append(OTHERS[k]())
        return x

    made = []
    dualad.jacobian(f)(X)
    plain = OTHERS[k]()
    assert made[0].dtype == plain.dtype and made[0].tolist() == plain.tolist() and type(made[0]) is np.ndarray


def test_arrays_that_are_there_already_are_not_copied():
    table = np.ones(3)

    def f(x):
        assert dnp.asarray(table) is table and dnp.asarray(table, float) is table
        assert dnp.array(table, copy=None) is table and dnp.atleast_1d(table) is table
        assert dnp.asarray(x) is x and dnp.asarray(x, dtype=float) is x
        assert dnp.array(x, dtype=float) is not x
        return dnp.array([x[0], 2], dtype=float) + dnp.asarray(x, np.float32)

    np.testing.assert_array_equal(dualad.jacobian(f)(X), [[2, 0], [0, 1]])


def test_constructors_hand_duals_through():
    def f(x):
        y = dnp.float64(x[0])
        assert y is dnp.float64(y) and isinstance(y, dnp.float64) and not isinstance(y, dnp.float32)
        return dnp.float32(y) * dnp.float64(np.array(x[1])) + dnp.double([x[0], 1.0])[0]

    np.testing.assert_array_equal(dualad.grad(f)(X), X[::-1] + np.array([1, 0]))


def test_questions_about_dtypes():
    def f(x):
        assert dnp.issubdtype(x.dtype, dnp.float64) and dnp.issubdtype(x.dtype, np.floating)
        assert dnp.finfo(x.dtype).eps == dnp.finfo(dnp.float64).eps == np.finfo(float).eps
        assert not dnp.issubdtype(int, dnp.float64) and dnp.issubdtype(dnp.float32, np.floating)
        return x

    dualad.jacobian(f)(X)


def test_vectorize():
    for options in {"otypes": [float]}, {"otypes": "d"}, {}:
        f = dnp.vectorize(lambda t: 0.0 if t < 0.5 else t * t, **options)
        assert type(f(X)) is np.ndarray and f(X).dtype == float
        np.testing.assert_allclose(dualad.jacobian(f)(X), [[0, 0], [0, 1.4]])
    both = dnp.vectorize(lambda t: (t, 2), otypes=[float, int])
    np.testing.assert_array_equal(dualad.jacobian(lambda x: both(x)[0] * both(x)[1])(X), 2 * np.eye(2))


def test_dtype_of_sums():
    def f(x):
        both = dnp.stack([x, x * x], dtype=float)
        return dnp.sum(both, 0, float) + dnp.cumsum(x, dtype=np.float64) + dnp.mean(both, dtype=dnp.float64)

    def g(x):
        return x + x * x + np.cumsum(x) + np.mean(np.stack([x, x * x]))

    np.testing.assert_array_equal(f(X), g(X))
    np.testing.assert_array_equal(dualad.jacobian(f)(X), dualad.jacobian(g)(X))


def test_arange_between_dual_numbers():
    for f, n in [(lambda a, b, c: dnp.arange(a, b, c), 3), (lambda a, b, c: dnp.arange(a, b, step=c), 3),
                 (lambda a, b, c: dnp.arange(a, b), 1), (lambda a, b, c: dnp.arange(b), 1)]:
        value, jacobian = dualad.value_and_jacobian(lambda p: f(*p))([0.25, 0.9, 0.3])  # noqa: B023
        np.testing.assert_array_equal(value, f(0.25, 0.9, 0.3))
        k = np.arange(float(n))
        uses_start, uses_step = f(1.25, 1.9, 0.3)[0] == 1.25, n == 3
        np.testing.assert_array_equal(jacobian, np.stack([uses_start + 0 * k, 0 * k, uses_step * k], axis=1))


def test_complex_numbers():
    def f(x):
        z = dnp.zeros(3, complex)
        z[0] = x[0] + 1j * x[1]
        z[1:] = dnp.array([1j, x[0]], dtype=np.complex128) * dnp.ones(1, dnp.complex64)
        w = dnp.zeros_like(z)
        w[:] = z * z
        assert isinstance(w[0], dnp.complex128) and not isinstance(w[0], dnp.float64)
        assert dnp.issubdtype(w.dtype, dnp.complex128) and dnp.array([1j]).dtype == w.dtype
        assert dnp.array([1j, x[0]]).dtype == dnp.asarray([x[0]], complex).dtype == w.dtype
        assert not isinstance(x[0], dnp.complex128) and isinstance(dnp.complex128(x[0]), dnp.complex128)
        return w

    np.testing.assert_allclose(dualad.jacobian(f)(X), [[0.6 + 1.4j, -1.4 + 0.6j], [0, 0], [0.6, 0]], atol=1e-15)
    np.testing.assert_allclose(f(X), [(0.3 + 0.7j) ** 2, -1, 0.09])
    assert f(X).dtype == np.complex128


def test_chunks_and_threads_of_map():
    from concurrent.futures import ThreadPoolExecutor

    def f(x):
        y = dnp.zeros(len(x))
        y[1:] = x[:-1] ** 2
        return y

    expected = dualad.jacobian(f)(np.arange(7.0))
    np.testing.assert_array_equal(expected, np.diag(2 * np.arange(6.0), -1))
    with ThreadPoolExecutor(3) as pool:
        np.testing.assert_array_equal(dualad.jacobian(f, chunk_size=2, map=pool.map)(np.arange(7.0)), expected)
        np.testing.assert_array_equal(dualad.hessian(lambda x: f(x).sum(), chunk_size=2, map=pool.map)(np.arange(7.0)),
                                      np.diag([2.0] * 6 + [0]))

        def outer(x):                        # the inner call's workers have to know of the outer call
            def inner(y):
                z = dnp.empty(2)
                z[0], z[1] = x[0] * y[1], y[0] ** 2
                return z
            return dualad.jacobian(inner, chunk_size=1, map=pool.map)(x[:2]).sum()

        np.testing.assert_array_equal(dualad.grad(outer)(X), [1 + 2, 0])
    assert _core.innermost() is None


def test_nested_levels_hold_both():
    def f(x):
        def g(y):
            z = dnp.zeros(2)
            z[0] = x[0] * y[1]
            z[1] = x[1]
            return z * y[0]
        return dualad.jacobian(g)(x)

    def by_hand(x):
        return np.array([[x[0] * x[1], x[0] * x[0]], [x[1], 0.0]])

    np.testing.assert_array_equal(dualad.jacobian(f)(X), dualad.jacobian(lambda x: np.array(
        [[x[0] * x[1], x[0] * x[0]], [x[1], 0.0 * x[0]]]))(X))
    np.testing.assert_array_equal(f(X), by_hand(X))
    assert dualad.laplacian(lambda x: (dnp.ones(2) * x**2).sum())(X) == 4.0


def test_contexts_are_apart():
    import asyncio
    import threading

    seen = []

    def f(x):
        worker = threading.Thread(target=lambda: seen.append(dnp.zeros(1).dtype))
        worker.start()
        worker.join()
        seen.append(dnp.zeros(1).dtype == x.dtype)
        return x

    dualad.jacobian(f)(X)
    assert seen == [np.dtype(float), True] and dnp.zeros(1).dtype == float

    async def late(event):
        await event.wait()
        return dnp.zeros(1).dtype            # its context is a copy of the call's, which is over

    async def main():
        event = asyncio.Event()
        tasks = []

        def g(x):
            tasks.append(asyncio.get_running_loop().create_task(late(event)))
            return x

        dualad.jacobian(g)(X)
        event.set()
        return await tasks[0]

    assert asyncio.run(main()).type is np.float64


def test_generators_made_outside_and_inside():
    def numbers():
        while True:
            yield dnp.zeros(1).dtype

    outside = numbers()
    assert next(outside).type is np.float64
    seen = []
    dualad.jacobian(lambda x: (seen.append(next(outside) == x.dtype), x)[1])(X)
    assert seen == [True] and next(outside).type is np.float64


def test_after_an_exception():
    def f(x):
        dnp.zeros(2)
        raise RuntimeError("wanted")

    for transform in dualad.jacobian, dualad.hessian:
        with pytest.raises(RuntimeError, match="wanted"):
            transform(f)(X)
        assert dnp.zeros(1).dtype == float and _core.innermost() is None


def test_rules_written_by_users_get_floats():
    @dualad.custom_jvp
    def f(x):
        y = dnp.zeros(2)
        y[0], y[1] = x[0] ** 2, x[1]
        return y

    @f.defjvp
    def rule(primals, tangents):
        (x,), (t,) = primals, tangents
        y = dnp.zeros(2)
        y[0], y[1] = 2 * x[0] * t[0], t[1]
        return f(x), y

    np.testing.assert_allclose(dualad.jacobian(f)(X), [[0.6, 0], [0, 1]])
    np.testing.assert_allclose(dualad.hessian(lambda x: f(x)[0])(X), [[2, 0], [0, 0]])

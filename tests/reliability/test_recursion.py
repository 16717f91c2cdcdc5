"""Recursion without end is a RecursionError, not the end of the process."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import dualad
from dualad import _core

X = np.array([0.3, 0.7])


def check_state():
    assert _core.innermost() is None
    np.testing.assert_array_equal(dualad.jacobian(lambda x: x * x)(X), np.diag(2 * X))


def deep(make, x, depth=100_000):
    for _ in range(depth):
        x = make(x)
    return x


ENDLESS = {
    "a function": "def f(x): return f(x * 2) + 1",
    "derivatives": "def f(x): return dualad.derivative(lambda y: f(x[:1]))(1.0)",
    "first derivatives inside": "def f(x): return f(x) + dualad.derivative(np.sin)(0.5)",
    "__array__": "class A:\n    def __array__(self, *args, **kw): return np.asarray(self)\ndef f(x): return x * A()",
    "__array_ufunc__": "class A:\n    def __array_ufunc__(self, ufunc, method, *args, **kw): return ufunc(*args)\n"
                       "def f(x): return np.exp(x[0] * A())",
    "operators": "class A:\n    def __rmul__(self, x): return x * self\n    __array_ufunc__ = None\n"
                 "def f(x): return x[0] * A()",
    "__float__": "class A:\n    def __float__(self): return float(self)\ndef f(x): return x[0] + A()",
    "output that holds itself": "def f(x):\n    y = [x]\n    y.append(y)\n    return y",
    "aux that holds itself": "def f(x):\n    y = [x]\n    y.append(y)\n    return x, y",
    "deep output": "def f(x):\n    for _ in range(100_000): x = [x]\n    return x",
    "deep aux": "def f(x):\n    y = x\n    for _ in range(100_000): y = [y]\n    return x, y",
    "deep dict as aux": "def f(x):\n    y = x\n    for _ in range(100_000): y = {0: y}\n    return x, y",
}

RUN = """
import sys
import numpy as np, dualad
from dualad import _core
X = np.array([0.3, 0.7])
exec(sys.argv[1])
for limit in (300, 1000):                # with 5000 NumPy itself, asked for arrays so deep, uses up C's stack
    sys.setrecursionlimit(limit)
    for run in (lambda: dualad.jacobian(f, has_aux=sys.argv[2] == "1")(X), lambda: dualad.hessian(f)(X)):
        try:
            run()
        except (RecursionError, TypeError, ValueError, RuntimeError) as error:
            message = str(error)
        else:
            raise SystemExit("nothing was raised")
        assert _core.innermost() is None
        assert dualad.jacobian(lambda x: x * x)(X)[0, 0] == 0.6
        assert _core.open_level() == 1 or message
        _core.close_level(1)
"""


@pytest.mark.parametrize("case", ENDLESS)
def test_without_end(case, fresh_python):
    if case == "__array_ufunc__" and sys.version_info >= (3, 13):
        pytest.skip("NumPy alone uses up C's stack there, with a limit of 1000")
    fresh_python(RUN, ENDLESS[case], int("aux" in case))


def test_deep_arguments():
    for x in (deep(lambda x: [x], 1.0), deep(lambda x: (x,), 1.0)):
        for run in (lambda x=x: dualad.jacobian(np.sin)(x), lambda x=x: dualad.seed(x), lambda x=x: dualad.value(x)):
            with pytest.raises((RecursionError, ValueError, TypeError)):
                run()
    check_state()


def test_recursion_that_ends():
    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1)

    assert dualad.derivative(lambda x: power(x, 500))(1.0) == 500.0
    check_state()


def test_many_directions_are_printed_and_pickled():
    import pickle

    x = dualad.Dual(1.0, np.ones(100_000))
    assert len(repr(x)) < 5_000_000 and len(str(np.asarray([x]))) < 5_000_000
    assert pickle.loads(pickle.dumps(x)).partials.sum() == 100_000

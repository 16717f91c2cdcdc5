"""check_grads finds what is wrong, and says where."""

from __future__ import annotations

import math

import numpy as np
import pytest

import dualad
from dualad.transforms.check import limit

X = np.array([0.3, 0.7, -0.2])


@pytest.mark.parametrize("f, args", [
    (np.sin, (0.5,)),
    (lambda x, a: np.exp(a * x) * x[0], (X, 2.0)),
    (lambda x: x @ x * np.outer(x, x), (X,)),
    (lambda m, t: (m.T @ m) ** 2 / t, (np.arange(1.0, 7.0).reshape(2, 3), 0.3)),
    (lambda x: 3.0, (X,)),
    (lambda x: [x[0], x[1] ** 2, 1.0], (X,)),
    (lambda x: 1e8 * np.sum(np.cos(1e-3 * x)), (X * 1e3,)),
    (lambda x: np.log(x), (0.01,)),
    (np.sqrt, (X**2 + 1,)),
    (np.log, (1e-5,)),                   # the largest steps leave the domain
    (lambda x: np.sqrt(x) * np.arccos(1 - x), (np.array([1e-7, 0.5, 1.9999]),)),
])
def test_right_derivatives_pass(f, args):
    dualad.check_grads(f, args)
    dualad.check_grads(f, args, order=1)


def test_limits():
    for f, d in ((np.exp, np.exp), (np.sin, np.cos), (lambda x: x**3, lambda x: 3 * x**2)):
        np.testing.assert_allclose(limit(lambda t, f=f: np.asarray(f(0.7 + t)), 0.7), d(0.7), rtol=1e-10)


def with_rule(f, rule):
    made = dualad.custom_jvp(f)
    made.defjvp(rule)
    return made


def test_a_wrong_first_derivative():
    def tangent(p, t):
        along = 2 * p[0] * t[0]
        along[1] = 2.5 * p[0][1] * t[0][1]
        return p[0] ** 2, along

    f = with_rule(lambda x: x**2, tangent)
    with pytest.raises(AssertionError, match=r"the derivative by argument 1, entry 1 is wrong: output, entry 1: "
                                             r"expected 1\.4\d*|1\.39\d*, found 1\.75"):
        dualad.check_grads(lambda a, x: a * f(x), (1.0, X), order=1)
    with pytest.raises(AssertionError, match="argument 0"):
        dualad.check_grads(lambda x: f(x)[1], (X,))
    with pytest.raises(AssertionError, match=r"entry \(1, 0\)"):
        dualad.check_grads(lambda x: f(x.reshape(-1)[1:]).sum(), (np.arange(1.0, 5.0).reshape(2, 2),))
    dualad.check_grads(lambda x: f(x)[0], (X,))


def test_a_wrong_second_derivative():
    """Right at first order, but the rule hides a factor from the second."""
    f = with_rule(lambda x: x**3, lambda p, t: (f(p[0]), 3 * dualad.value(p[0]) * p[0] * t[0]))
    dualad.check_grads(f, (2.0,), order=1)
    with pytest.raises(AssertionError, match=r"the second derivative by argument 0 and argument 0 is wrong: output: "
                                             r"expected (12\.0|11\.9)\d*, found 6\.0"):
        dualad.check_grads(f, (2.0,))
    with pytest.raises(AssertionError, match="by argument 1, entry 2 and argument 1, entry 2 is wrong: output"):
        dualad.check_grads(lambda a, x: a + f(x[2]), (1.0, X))


def test_a_wrong_value():
    f = with_rule(lambda x: x**2, lambda p, t: (p[0] ** 2 + 1, 2 * p[0] * t[0]))
    with pytest.raises(AssertionError, match="value with dual numbers"):
        dualad.check_grads(f, (2.0,))


def test_jumps_and_nan_are_found():
    with pytest.raises(AssertionError):
        dualad.check_grads(np.floor, (2.0,))
    with pytest.raises(AssertionError):
        dualad.check_grads(lambda x: x * math.nan if isinstance(x, dualad.Dual) else x, (2.0,))


def test_tolerances():
    f = with_rule(lambda x: x**2, lambda p, t: (f(p[0]), 2.001 * p[0] * t[0]))
    with pytest.raises(AssertionError):
        dualad.check_grads(f, (2.0,))
    dualad.check_grads(f, (2.0,), order=1, rtol=1e-2)
    dualad.check_grads(f, (2.0,), order=1, atol=1e-2)


def test_errors():
    with pytest.raises(TypeError, match="takes a function"):
        dualad.check_grads(3, (1.0,))
    with pytest.raises(TypeError, match="tuple"):
        dualad.check_grads(np.sin, 1.0)
    with pytest.raises(ValueError, match="second order at most"):
        dualad.check_grads(np.sin, (1.0,), order=3)
    with pytest.raises(TypeError, match="bool"):
        dualad.check_grads(np.sin, (True,))


def test_shapes_that_change_and_numbers_of_others():
    sizes = iter(range(1, 9))
    with pytest.raises(AssertionError, match="the shape of the output changes"):
        dualad.check_grads(lambda x: x[:next(sizes)] * 1.0, (np.ones(9),))
    by_hand = dualad.seed([1.0])
    with pytest.raises(TypeError, match="made by hand"):
        dualad.check_grads(lambda x: by_hand * x.sum(), (np.ones(2),))

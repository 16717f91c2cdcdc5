"""np.linspace, np.logspace and np.geomspace with dual and plain limits on either side."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from support.tangents import same_bits

import dualad

A, B = 0.6, 1.7
FORMS = {np.linspace: lambda a, b, w: a + (b - a) * w, np.logspace: lambda a, b, w: mpmath.mpf(10) ** (a + (b - a) * w),
         np.geomspace: lambda a, b, w: a * (b / a) ** w}
LIMITS = {
    "start": lambda a, b: (a, B), "stop": lambda a, b: (A, b), "both": lambda a, b: (a, b),
    "stop beside an integer": lambda a, b: (1, b), "stop below zero": lambda a, b: (-A, -b),
    "start as an array beside a list": lambda a, b: (_array(a, a * b), [B, 2.0]),
    "stop as an array beside an array": lambda a, b: (np.array([A, 0.7]), _array(b, a * b)),
    "stop as a list": lambda a, b: (_array(a, a), [b, 2 * b]),
}


def _array(*items):
    return np.stack(items) if dualad.value(items[0]) is not items[0] else np.array(items)


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("grid", FORMS, ids=lambda grid: grid.__name__)
@pytest.mark.parametrize("num, endpoint", [(4, True), (3, False), (1, True), (0, True)])
def test_limits(grid, limits, num, endpoint):
    if grid is np.logspace and "zero" in limits:
        return

    def f(p):
        return grid(*LIMITS[limits](p[0], p[1]), num, endpoint=endpoint)

    def exact(column, k, order):
        def at(a, b):
            start, stop = (np.ravel(np.array(limit, object))[min(column, np.size(limit) - 1)]
                           for limit in LIMITS[limits](a, b))
            return FORMS[grid](mpmath.mpf(start), mpmath.mpf(stop), mpmath.mpf(k) / max(num - endpoint, 1))
        return float(mpmath.diff(at, (A, B), order))

    p = np.array([A, B])
    value, jacobian = dualad.value_and_jacobian(f)(p)
    assert same_bits(value, f(p))
    columns = value.size // num if num else 1
    wanted = [[exact(column, k, order) for order in ((1, 0), (0, 1))] for k in range(num) for column in range(columns)]
    np.testing.assert_allclose(jacobian.reshape(-1, 2), np.reshape(wanted, (-1, 2)), rtol=1e-12, atol=1e-13)
    for k in range(num):
        for column in range(columns):
            hessian = dualad.hessian(lambda p: np.ravel(f(p))[k * columns + column])(p)  # noqa: B023
            mixed = exact(column, k, (1, 1))
            wanted = [[exact(column, k, (2, 0)), mixed], [mixed, exact(column, k, (0, 2))]]
            np.testing.assert_allclose(hessian, wanted, rtol=1e-10, atol=1e-11)


def test_complex_limits_and_a_base():
    for grid in FORMS:
        for f in (lambda x: grid(1j, x, 3), lambda x: grid(x, 1j, 3)):  # noqa: B023
            value, slope = dualad.value_and_jacobian(f)(B)
            np.testing.assert_array_equal(value, f(B))
            step = 1e-5
            np.testing.assert_allclose(slope, (f(B + step) - f(B - step)) / (2 * step), atol=1e-8)
    slope = dualad.jacobian(lambda x: np.logspace(x, 2.0, 3, base=np.array([2.0, 3.0]) * x))(B)
    bases, w = np.array([2.0, 3.0]), np.linspace(0, 1, 3)[:, None]
    exponents = B + (2 - B) * w
    wanted = (bases * B) ** exponents * ((1 - w) * np.log(bases * B) + exponents / B)
    np.testing.assert_allclose(slope, wanted, rtol=1e-13)
    assert dualad.jacobian(lambda x: np.linspace(0.5, x, 3, retstep=True)[1])(B) == 0.5

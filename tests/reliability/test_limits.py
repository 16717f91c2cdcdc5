"""Our own limits: 63 derivative calls whose numbers are there, 512 kinds of number."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import _core

X = np.array([0.3, 0.7])


def test_places_of_calls(quick_collections, no_level_is_lost):
    kept = []
    for _ in range(63):
        dualad.jacobian(lambda x: kept.append(x) or x)(X)
    for run in (lambda: dualad.jacobian(np.sin)(X), lambda: dualad.hessian(lambda x: x @ x)(X),
                lambda: dualad.jvp(np.sin, (X,), (X,)), lambda: dualad.derivative(np.sin)(0.0)):
        with pytest.raises(RuntimeError, match=r"left dual numbers behind.*dualad\.value"):
            run()
        assert _core.innermost() is None
    assert dualad.partials(dualad.seed(X) * 2).tolist() == [[2.0, 0.0], [0.0, 2.0]]     # needs none
    kept.pop()
    np.testing.assert_array_equal(dualad.jacobian(lambda x: x * x)(X), np.diag(2 * X))
    kept.clear()
    for _ in range(70):
        np.testing.assert_array_equal(dualad.jacobian(lambda x: x * x)(X), np.diag(2 * X))


@pytest.mark.slow          # 500 of them
def test_kinds_of_number(fresh_python):
    fresh_python("""
import numpy as np, dualad
from dualad import _core

X = np.array([0.3, 0.7])
dualad.jacobian(np.sin)(X)
made = 0
try:
    for n in range(1, 1000):
        dualad.dual_dtype(1000 + n)
        made += 1
except RuntimeError as error:
    message = str(error)
assert 450 < made < 512, made
assert "512 different kinds of dual number" in message and "in use" in message, message
for run in (lambda: dualad.seed(np.ones(999)), lambda: dualad.jacobian(np.sin)(np.ones(23)),
            lambda: dualad.hessian(lambda x: x @ x)(np.ones(23)), lambda: dualad.jacobian(lambda x: x * 1j)(X),
            lambda: dualad.jacobian(dualad.grad(lambda x: x @ x))(X)):
    try:
        run()
    except RuntimeError as error:
        assert "512" in str(error), error
    else:
        raise AssertionError("more than there can be")
    assert _core.innermost() is None
for _ in range(70):
    assert dualad.jacobian(lambda x: x * x)(X).tolist() == np.diag(2 * X).tolist()
x = np.zeros(3, dualad.dual_dtype(1001))
assert (np.exp(x) + x).sum() == 3.0
""")

"""Lists and tuples of dual numbers, and plain arrays of them, given to NumPy's functions in adopted code."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.linalg import det
from support.tangents import tangents_by_differences

import dualad
import dualad.numpy as dnp
from dualad import _core

X = np.array([1.3, 0.7, 0.4])


def local_import(p):
    from numpy.linalg import inv
    return inv([[p[0], 1.0], [2.0, p[1]]])


PROGRAMS = {
    "det": lambda p: np.linalg.det([[p[0], 1.0], [2.0, p[1]]]),
    "det by name": lambda p: det(a=([p[0], 1.0], [2.0, p[1]])),
    "det of rows": lambda p: np.linalg.det([p[:2], [2.0, p[1]]]),
    "inv": lambda p: np.linalg.inv([[p[0], 1.0], [2.0, p[1]]]),
    "inv by a local import": local_import,
    "solve": lambda p: np.linalg.solve([[p[0], 1.0], [2.0, p[1]]], [1.0, p[2]]),
    "solve of a plain array": lambda p: np.linalg.solve(np.sin([[p[0], 1.0], [2.0, p[1]]]), [1.0, 3.0]),
    "solve with vander": lambda p: np.linalg.solve(np.vander([p[0], p[1]]), [1.0, 3.0]),
    "eigvalsh": lambda p: np.linalg.eigvalsh([[p[0], p[2]], [p[2], p[1]]]),
    "svd": lambda p: np.linalg.svd([[p[0], 1.0], [2.0, p[1]]], compute_uv=False),
    "lstsq": lambda p: np.linalg.lstsq([[p[0], 1.0], [2.0, p[1]], [1.0, 1.0]], [1.0, 2.0, p[2]], rcond=None)[0],
    "pinv": lambda p: np.linalg.pinv([[p[0], 1.0], [2.0, p[1]]]),
    "cond": lambda p: np.linalg.cond([[p[0], 1.0], [2.0, p[1]]]),
    "norm": lambda p: np.linalg.norm([p[0], p[1]]),
    "norm of order 3": lambda p: np.linalg.norm((p[0], p[1]), ord=3),
    "matrix_power": lambda p: np.linalg.matrix_power([[p[0], 1.0], [2.0, p[1]]], 3),
    "multi_dot": lambda p: np.linalg.multi_dot([[[p[0], p[1]]], [[1.0, 2.0], [p[2], 1.0]], [[1.0], [p[0]]]]),
    "fft": lambda p: np.abs(np.fft.fft([p[0], p[1], 1.0])),
    "rfft": lambda p: np.abs(np.fft.rfft(list(p))),
    "polyfit": lambda p: np.polyfit([0.0, 1.0, 2.0], [p[0], p[1], p[2]], 1),
    "roots": lambda p: np.roots([p[0], -3.0, p[1]]),
    "quantile": lambda p: np.quantile([p[0], p[1]], 0.4),
    "median": lambda p: np.median([p[0], p[1], p[2], 2.0]),
    "bincount": lambda p: np.bincount([0, 1, 0], weights=[p[0], p[1], p[2] * p[0]]),
    "histogram": lambda p: np.histogram([0.1, 0.2, 0.3], 2, weights=[p[0], p[1], p[2] * p[0]])[0],
    "interp": lambda p: np.interp([0.2, 0.3], [0, 1], [p[1] * p[0], p[2]]),
    "interp at a point": lambda p: np.interp(p[2], [0, 1], [p[1], p[2]]),
    "einsum": lambda p: np.einsum("i,i", [p[0], 1], [p[1], 2]),
    "einsum without letters": lambda p: np.einsum([p[0], 1], [0], [p[1], p[2]], [0], [0]),
    "gradient": lambda p: np.gradient([p[0] ** 2, p[1], p[2]]),
    "cross": lambda p: np.cross([p[0], p[1], p[2]], [1.0, p[0], 3]),
    "convolve": lambda p: np.convolve([p[0], p[1], p[2]], [1.0, p[0]]),
    "where": lambda p: np.where([True, False], [p[0] * p[1], 1], [p[1], p[2]]),
    "std": lambda p: np.std([p[0], p[1], p[2]]),
    # what takes several arrays, and has to go on doing so
    "concatenate": lambda p: np.concatenate([p * p, [p[0], 2.0]]),
    "concat": lambda p: np.concat([p * p, [p[0], 2.0]]),
    "stack": lambda p: np.linalg.inv(np.stack([[p[0], 1.0], [2.0, p[1]]])),
    "column_stack": lambda p: np.linalg.inv(np.column_stack([[p[0], 1.0], [2.0, p[1]]])),
    "hstack of unlike lengths": lambda p: np.hstack([[p[0] * p[1]], [p[1], p[2]]]),
    "block": lambda p: np.linalg.inv(np.block([[p[0], 1.0], [2.0, p[1]]])),
    "select": lambda p: np.select([[True, False], [False, True]], [[p[0] ** 2, 1], [p[1], p[2]]]),
    "select of numbers": lambda p: np.select([[True, False], [False, True]], [p[0] ** 2, p[1]]),
    "stack of numbers": lambda p: np.stack([p[0] ** 2, p[1]]),
    "piecewise": lambda p: np.piecewise([p[0], p[1]], [[True, False], [False, True]], [lambda x: x * x, 2.0]),
    "meshgrid": lambda p: np.meshgrid([p[0] * p[2], p[1]], [1.0, 2.0])[0],
    "histogram2d": lambda p: np.histogram2d([1.0, 2.0], [0.5, 1.5], [[0.0, 1.5, 3.0], [0.0, 1.0, 2.0]],
                                            weights=[p[0] * p[1], p[2]])[0],
    "sum": lambda p: np.sum([[p[0], p[1] ** 2], [p[2], 1.0]], axis=0),
}
for _function in PROGRAMS.values():
    dualad.adopt(_function)


@pytest.mark.parametrize("name", PROGRAMS)
def test_lists(name):
    f = PROGRAMS[name]
    value, jacobian = dualad.value_and_jacobian(f)(X)
    np.testing.assert_array_equal(value, f(X))

    def slopes(x):
        return tangents_by_differences(f, x, np.eye(3))

    np.testing.assert_allclose(jacobian, slopes(X), rtol=1e-8, atol=1e-9)
    curvature = tangents_by_differences(slopes, X, np.eye(3), levels=4)
    np.testing.assert_allclose(_second(f, X), curvature, rtol=3e-5, atol=3e-6)


def _second(f, x):
    """(…, 3, 3), of the second order in one go."""
    def at(y, k):
        return np.ravel(f(y))[k]
    shape = np.shape(f(x))
    return np.reshape([dualad.hessian(at, argnums=0)(x, k) for k in range(int(np.prod(shape)))], (*shape, 3, 3))


def test_what_is_not_adopted_says_what_to_write():
    """And that does work."""
    with pytest.raises(TypeError) as error:
        dualad.grad(lambda p: np.linalg.det([[p[0], 1.0], [2.0, p[1]]]))(X)
    assert "np.block([[a, b], [c, d]])" in str(error.value) and "dualad.adopt" in str(error.value)
    for f in (lambda p: np.linalg.det(np.block([[p[0], 1.0], [2.0, p[1]]])),
              lambda p: np.linalg.det(np.array([[p[0], 1.0], [2.0, p[1]]]).view(dualad.DualArray)),
              lambda p: dnp.linalg.det([[p[0], 1.0], [2.0, p[1]]])):
        np.testing.assert_allclose(dualad.grad(f)(X), [0.7, 1.3, 0.0], rtol=1e-15)


def test_plain_lists_go_straight_to_numpy():
    """Also those that NumPy refuses, and lists in themselves."""
    looped = [1.0]
    looped.append(looped)
    for args in [([1.0, 2.0],), ([[1.0], 2.0],), (["a"],), (looped,), ([],), ((),), (None,), ([None],)]:
        outcomes = []
        for norm in (np.linalg.norm, dnp.linalg.norm):
            try:
                outcomes.append(norm(*args))
            except Exception as error:
                outcomes.append((type(error), str(error)))
        assert outcomes[0] == outcomes[1]
    x = dualad.seed([1.0, 2.0])
    with pytest.raises(ValueError, match="inhomogeneous"):
        dnp.linalg.norm([[x[0]], x[1]])
    with pytest.raises((TypeError, ValueError)):
        dnp.linalg.norm([x[0], "a"])
    looped[0] = x[0]
    with pytest.raises((TypeError, ValueError)):
        dnp.linalg.norm(looped)


def test_out_is_handed_back():
    x = dualad.seed([1.0, 2.0])
    for name in ("clip", "take", "cumsum"):
        arguments = {"clip": (0.0, 1.5), "take": ([0, 1],), "cumsum": ()}[name]
        out = np.zeros(2, x.dtype)
        assert getattr(dnp, name)([x[0], x[1]], *arguments, out=out) is out
        expected = getattr(np, name)(x, *arguments)
        np.testing.assert_array_equal(dualad.partials(out), dualad.partials(expected))


def test_complex_items():
    def f(p):
        return abs(dnp.linalg.det([[p[0], 1j], [2.0, p[1] * 1j]])) ** 2         # p0^2 p1^2 - 4 p0 p1 + 4

    a, b, _ = X
    np.testing.assert_allclose(dualad.grad(f)(X), [2 * a * b**2 - 4 * b, 2 * a**2 * b - 4 * a, 0], rtol=1e-13)


def test_one_stand_in_for_each_function():
    for theirs, ours in ((np, dnp), (np.linalg, dnp.linalg), (np.fft, dnp.fft)):
        for name, function in vars(theirs).items():
            if type(getattr(ours, name, None)) is _core.StandIn:
                from dualad.adoption import mapping
                assert mapping.standin_for(function) is getattr(ours, name)

"""Hyper-dual numbers with the pairs that a level was opened for."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
from core.test_hyper import RULES, check_chain, draw, ufunc_of
from support.second import check_second, moving, pairs_of

import dualad
from dualad import _core

N, ROOM = 6, 14
#: along a diagonal, a row either way round, one alone
RUNS = [(0, 0, 4, 1), (4, 0, 3, 0), (1, 3, 2, 0), (2, 3, 1, 0)]
PAIRS = [(0, 0), (1, 1), (2, 2), (3, 3), (4, 0), (4, 1), (4, 2), (1, 3), (1, 4), (2, 3)]


def lifted(level, values, runs=RUNS, n=N, room=ROOM, blocks=()):
    values = np.asarray(values, float)
    return level.seeded_second((values,), [(0, values, False)], "given", n, room, list(blocks), runs)[0]


@pytest.fixture
def given():
    """A function that makes arrays of such numbers, with no lanes in the direction that is kept at rest."""
    level = _core.Level()
    dtype = lifted(level, [0.0]).dtype

    def make(values, seed=1):
        x = np.zeros(np.shape(values), dtype).view(dualad.DualArray)
        dualad.value(x)[...] = values
        return moving(x, seed, still=[N - 1])

    yield make
    level.close()


def test_the_pairs_are_those_given_and_pairs_at_rest(given):
    x = given([1.0, 2.0])
    assert pairs_of(x.dtype) == PAIRS + [(N - 1, k) for k in range(4)]
    assert list(zip(*_core.pair_indices(x))) == pairs_of(x.dtype)
    assert x.dtype.itemsize == 8 * (1 + N + ROOM)
    same = (x * x)[0]
    assert np.array_equal(same.second, dualad.second(x * x)[0])
    assert not dualad.second(np.exp(x) / x)[:, -1].any()
    assert not dualad.second(np.exp(x) / x)[:, 0, 1].any()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["name"])
def test_ufuncs_follow_the_chain_rule(rule, given):
    ufunc = ufunc_of(rule)
    points = draw(ufunc, 5)
    x = [given(p, seed=k) for k, p in enumerate(points)]
    check_chain(rule["name"], ufunc, *x)
    check_chain(rule["name"], ufunc, *[item[0] for item in x])
    if ufunc.nin == 2:
        check_chain(rule["name"], ufunc, x[0], points[1])
        check_chain(rule["name"], ufunc, points[0], x[1])


FUNCTIONS = {
    "matmul": lambda a, b: a @ b,
    "vecmat": lambda a, b: a[0] @ b,
    "vecdot": lambda a, b: a[0] @ b[0],
    "dot": np.dot,
    "solve": np.linalg.solve,
    "inv": lambda a, b: np.linalg.inv(a) * b,
    "slogdet": lambda a, b: np.linalg.slogdet(a)[1] * b[0],
    "norm": lambda a, b: np.linalg.norm(a - b),
    "einsum": lambda a, b: np.einsum("ij,kj->i", a, b),
    "folds": lambda a, b: np.prod(a, axis=0) + np.cumsum(b, axis=1)[0] + np.maximum.accumulate(b * b)[1],
    "sort": lambda a, b: np.sort(a * b, axis=1),
    "where": lambda a, b: np.where(dualad.value(a) > 2.0, a, b**3),
    "several results": lambda a, b: np.modf(a * b)[0] + np.divmod(a, b + 10.0)[1] + np.clip(a, b - 5.0, b + 1.0),
    "concatenate": lambda a, b: np.concatenate([a, b * b]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name, given):
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(3, 3)) + 3 * np.eye(3), rng.normal(size=(3, 3))
    check_second(FUNCTIONS[name], given(a), given(b, seed=2), rtol=1e-6)


def test_infinite_factors_stay_out_of_directions_at_rest(given):
    x = given([0.0, 1e200, 4.0])
    dualad.partials(x)[..., 0] = 0.0
    second = _core.second_parts(x)[0]
    second[...] = 0.0
    with np.errstate(all="ignore"):
        for y in (np.sqrt(x), x * np.inf, np.multiply(x, x) * 1e200):
            assert not dualad.partials(y)[..., [0, -1]].any()
            assert not dualad.second(y)[..., 0, :].any() and not dualad.second(y)[..., -1, :].any()
    assert np.isinf(dualad.second(np.sqrt(x[:1]))[0, 1, 1])


def test_printing_and_files(given):
    x = given(np.arange(3.0))
    assert repr(x).startswith("DualArray([0., 1., 2.]") and "second" in repr(x)
    assert repr(x[1]).startswith("HyperDual(1.0, ") and str(x[1]) and f"{x[1]:.3f}"
    with pytest.raises(TypeError, match="running derivative call"):
        dualad.save(io.BytesIO(), x)
    for thing in (x, x[0], x.dtype):
        with pytest.raises(TypeError, match="running derivative call"):
            pickle.dumps(thing)
    with pytest.raises(AttributeError):
        _core.scalar_type(x.dtype.type.__name__)


def test_casts(given):
    x = given([1.0, 2.0])
    with pytest.raises(TypeError, match="derivatives would be lost"):
        np.asarray(x).astype(float)
    plain = np.array([3, 4]).astype(x.dtype)
    assert np.array_equal(dualad.value(plain), [3, 4]) and not dualad.partials(plain).any()
    assert not dualad.second(plain).any()
    y = np.zeros_like(x)
    y[:] = [5.0, x[1]]
    assert np.array_equal(dualad.second(y[1]), dualad.second(x[1])) and not dualad.second(y[0]).any()
    with pytest.raises(TypeError, match="second order"):
        x * dualad.seed([1.0, 2.0])
    with pytest.raises(TypeError, match="second order"):
        x * dualad.seed([1.0, 2.0], order=2)


def test_runs_that_do_not_fit():
    level = _core.Level()
    for runs in ([(0, 0, 15, 0)], [(0, 0, 6, 0)], [(5, 0, 1, 0)], [(0, 5, 1, 0)], [(-1, 0, 1, 0)], [(0, -1, 1, 0)],
                 [(3, 0, 3, 1)], [(0, 0, 1, 2)], [(0, 0, 0, 0)], [(0, 0, -1, 0)], [(0, 0, 5, 0)] * 3,
                 [(0, 0, 1 << 62, 1)]):
        with pytest.raises(ValueError, match="do not fit"):
            lifted(level, [1.0], runs)
    for runs in (None, [(0, 0, 1)], [0, 0, 1, 0]):
        with pytest.raises((ValueError, TypeError)):
            lifted(level, [1.0], runs)
    level.close()


def test_pairs_do_not_change_under_what_is_alive():
    level = _core.Level()
    x = lifted(level, [1.0, 2.0], blocks=[(0, 2, 0)])
    with pytest.raises(RuntimeError, match="alive"):
        lifted(level, [1.0], [(0, 1, 1, 0)])
    level.close()
    for k in range(3):
        other = _core.Level()                         # of a slot, and so of a dtype, of its own
        y = lifted(other, [1.0], [(0, k, 1, 0)])
        assert y.dtype is not x.dtype and pairs_of(y.dtype)[0] == (0, k)
        other.close()
        assert pairs_of(x.dtype) == PAIRS + [(N - 1, j) for j in range(4)]
        del y
    with pytest.raises(TypeError, match="outlived"):
        x * x


def test_dtypes_are_used_again():
    made = set()
    for k in range(40):
        level = _core.Level()
        x = lifted(level, [1.0], [(k % 5, 0, k % 5 + 1, 0)])
        assert pairs_of(x.dtype)[:k % 5 + 1] == [(k % 5, j) for j in range(k % 5 + 1)]
        made.add(id(x.dtype))
        level.close()
        del x
    assert len(made) == 1

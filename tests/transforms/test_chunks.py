"""Chunks, and the engines that compute them."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os

import numpy as np
import pytest

import dualad
from dualad.transforms import chunks

A = np.random.default_rng(5).normal(size=(4, 11))
X = np.linspace(-1.0, 1.0, 11)


def model(x, scale=1.0):
    return scale * np.sin(A @ x)


EXPECTED = np.cos(A @ X)[:, None] * A


def with_aux(x):
    return x**2, {"first": x[0]}


# -- sizes -----------------------------------------------------------------------------------------

def test_rounding():
    assert [chunks.rounded(n) for n in (0, 1, 5, 7, 8, 9, 13, 17, 33, 64, 65, 97, 129, 193, 1000, 10000)] == \
        [1, 1, 5, 7, 8, 10, 16, 20, 48, 64, 96, 128, 192, 256, 1024, 12288]
    sizes = {chunks.rounded(n) for n in range(1, 100_000)}
    assert len(sizes) < 40 and all(n <= chunks.rounded(n) <= max(n + 1, n * 1.5) for n in range(1, 3000))


def test_default_sizes():
    assert [chunks.default_chunk(n) for n in (0, 128, 512, 513, 2049, 10**5)] == [128, 128, 128, 48, 24, 24]
    assert chunks.default_chunk(10**6) * 8 * 10**6 < chunks.MEMORY_CAP
    assert chunks.default_chunk(10**9) == 1
    info = dualad.build_info()
    assert info["sizes"] == chunks.SIZES and "compiler" in info


@pytest.mark.parametrize("chunk_size", [*range(1, 14), 1000, np.int64(3)])
def test_every_chunk_size(chunk_size):
    value, j = dualad.value_and_jacobian(model, chunk_size=chunk_size)(X)
    np.testing.assert_allclose(j, EXPECTED, rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(value, np.sin(A @ X), rtol=1e-14)


def test_number_of_calls_and_of_directions():
    seen = []

    def f(x):
        seen.append(dualad.partials(x).shape[1])
        return x

    dualad.jacobian(f, chunk_size=5)(np.ones(11))
    assert seen == [5, 5, 1]
    seen.clear()
    dualad.jacobian(f)(np.ones(600))
    assert seen == [48] * 12 + [24]


@pytest.mark.parametrize("chunk_size, error", [(0, ValueError), (-1, ValueError), (1.0, TypeError),
                                               (True, TypeError), ("8", TypeError)])
def test_chunk_sizes_refused(chunk_size, error):
    with pytest.raises(error, match="chunk_size"):
        dualad.jacobian(model, chunk_size=chunk_size)


def test_many_directions_of_a_long_vector():
    x = np.linspace(0.0, 1.0, 3000)
    np.testing.assert_allclose(dualad.grad(lambda x: (x**2).sum())(x), 2 * x, rtol=1e-15)


# -- the same value every time ---------------------------------------------------------------------

def test_random_numbers_are_noticed():
    rng = np.random.default_rng(1)
    f = dualad.jacobian(lambda x: x * rng.normal(), chunk_size=4)
    with pytest.raises(ValueError, match=r"random numbers.*chunk_size=11"):
        f(X)
    assert dualad.jacobian(lambda x: x * rng.normal(), chunk_size=X.size)(X).shape == (11, 11)


def test_changed_arguments_are_noticed():
    def f(x, buffer):
        buffer += 1
        return x * buffer

    with pytest.raises(ValueError, match=r"changes its arguments.*chunk_size=11"):
        dualad.jacobian(f, chunk_size=4)(X, np.zeros(11))


def test_changed_shape_and_last_bit_are_noticed():
    sizes = iter([2, 3, 4])
    with pytest.raises(ValueError, match="different values"):
        dualad.jacobian(lambda x: x[:next(sizes)], chunk_size=4)(X)
    values = iter([1.0, np.nextafter(1.0, 2.0), 1.0])
    with pytest.raises(ValueError, match="different values"):
        dualad.jacobian(lambda x: x[0] + next(values), chunk_size=4)(X)
    zeros = iter([0.0, -0.0, 0.0])
    with pytest.raises(ValueError, match="different values"):
        dualad.jacobian(lambda x: next(zeros), chunk_size=4)(X)


def test_nan_equals_nan():
    nans = iter([np.nan, -np.nan, np.nan])
    assert dualad.jacobian(lambda x: x * next(nans), chunk_size=4)(X).shape == (11, 11)


# -- engines ---------------------------------------------------------------------------------------

def threads(function, items):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        return list(pool.map(function, items))


def shuffled(function, items):
    return [function(item) for item in list(items)[::-1]]


def joblib_like(function, items):
    joblib = pytest.importorskip("joblib")
    return joblib.Parallel(n_jobs=2, prefer="threads")(joblib.delayed(function)(item) for item in items)


@pytest.mark.parametrize("engine", [map, threads, shuffled, joblib_like])
@pytest.mark.parametrize("chunk_size", [1, 4, None])
def test_engines(engine, chunk_size):
    j = dualad.jacobian(model, chunk_size=chunk_size, map=engine)(X, scale=2.0)
    np.testing.assert_allclose(j, 2 * EXPECTED, rtol=1e-14, atol=1e-15)
    g, aux = dualad.jacobian(with_aux, has_aux=True, chunk_size=chunk_size, map=engine)(X)
    np.testing.assert_allclose(g, np.diag(2 * X), rtol=1e-15)
    assert aux == {"first": -1.0}


def test_a_pool_of_processes():
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("a spawned process cannot import this test")
    context = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        j, aux = dualad.jacobian(with_aux, has_aux=True, chunk_size=4, map=pool.map)(X)
        np.testing.assert_allclose(j, np.diag(2 * X), rtol=1e-15)
        ja, jb = dualad.jacobian(np.multiply, (0, 1), chunk_size=5, map=pool.map)(X, X[::-1])
    np.testing.assert_array_equal(ja, np.diag(X[::-1]))
    np.testing.assert_array_equal(jb, np.diag(X))
    assert aux == {"first": -1.0}


def test_tasks_ship_floats():
    import pickle
    shipped = []

    def engine(function, items):
        function = pickle.loads(pickle.dumps(function))
        shipped.extend(pickle.loads(pickle.dumps(function(item))) for item in items)
        return shipped

    dualad.jacobian(with_aux, has_aux=True, chunk_size=4, map=engine)(X)
    assert len(shipped) == 3
    for start, value, lanes, aux in shipped:
        assert type(start) is int and value.dtype == lanes.dtype == np.float64
        assert aux is None or type(aux["first"]) is np.float64


def test_exceptions_come_out_of_engines():
    def f(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        dualad.jacobian(f, chunk_size=4, map=threads)(X)


@pytest.mark.parametrize("engine", [
    lambda function, items: [object() for _ in items],
    lambda function, items: [function(items[0])],
    lambda function, items: None,
    lambda function, items: [],
    lambda function, items: [None for _ in items],
])
def test_bad_engines(engine):
    with pytest.raises(TypeError, match=r"map= gave back.*gather"):
        dualad.jacobian(model, chunk_size=4, map=engine)(X)


def test_map_must_be_callable():
    with concurrent.futures.ThreadPoolExecutor(1) as pool, pytest.raises(TypeError, match=r"executor\.map"):
        dualad.jacobian(model, map=pool)


def test_progress(capsys):
    pytest.importorskip("tqdm")
    j = dualad.jacobian(model, chunk_size=4, progress=True)(X)
    np.testing.assert_allclose(j, EXPECTED, rtol=1e-14, atol=1e-16)
    assert "3/3" in capsys.readouterr().err


def test_progress_without_tqdm(monkeypatch, capsys):
    import sys
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    np.testing.assert_allclose(dualad.jacobian(model, progress=True)(X), EXPECTED, rtol=1e-14, atol=1e-16)
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_a_cluster_of_two_worker_processes():
    distributed = pytest.importorskip("distributed")
    a, expected = A, EXPECTED

    def f(x, scale):
        import os
        return scale * np.sin(a @ x), os.getpid()

    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        def engine(function, items):
            return client.gather(client.map(function, items))

        for chunk_size in (1, 4):
            j, worker = dualad.jacobian(f, has_aux=True, chunk_size=chunk_size, map=engine)(X, scale=2.0)
            np.testing.assert_allclose(j, 2 * expected, rtol=1e-14, atol=1e-15)
            assert worker in client.run(os.getpid).values() and worker != os.getpid()
        with pytest.raises(TypeError, match=r"gather"):
            dualad.jacobian(f, has_aux=True, chunk_size=4, map=client.map)(X, 1.0)

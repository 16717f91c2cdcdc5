"""Hessians of given pairs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from transforms.test_second import A, X, dense, dense_hessian, point, rosenbrock_in_loops

import dualad
from dualad.transforms.pattern import runs_of

sparse = pytest.importorskip("scipy.sparse")
pytestmark = pytest.mark.usefixtures("no_level_is_lost")


def patterns(n):
    every = np.ones((n, n), bool)
    yield "tridiagonal", np.abs(np.subtract.outer(np.arange(n), np.arange(n))) <= 1
    yield "diagonal", np.eye(n, dtype=bool)
    arrow = np.eye(n, dtype=bool)
    arrow[-1] = arrow[:, -1] = True
    yield "arrow", arrow
    row = np.zeros((n, n), bool)
    row[0] = row[:, 0] = True
    yield "row", row
    yield "all", every
    yield "none", ~every
    scattered = np.random.default_rng(n).random((n, n)) < 0.05
    yield "scattered", scattered | scattered.T


@pytest.mark.parametrize("n", [1, 2, 5, 30, 80])
def test_given_pairs(n):
    x, expected = point(n), dense_hessian(point(n))
    for name, mask in patterns(n):
        for given in (mask, sparse.csr_matrix(mask), sparse.coo_array(np.triu(mask)),
                      list(zip(*np.nonzero(np.tril(mask)))), [(int(i), int(j)) for i, j in np.argwhere(mask)]):
            for options in ({}, {"chunk_size": 6}):
                h = dualad.hessian(dense, pattern=given, **options)(x)
                assert np.array_equal(h, h.T), name
                np.testing.assert_allclose(h, np.where(mask, expected, 0.0), rtol=1e-11, err_msg=name)


def test_given_pairs_go_in_one_sweep_while_it_is_small():
    calls = []

    def f(x):
        calls.append(x.dtype.itemsize // 8 - 1)
        return dense(x)

    cost = {}
    for n in (50, 200, 1000):
        for name, mask in patterns(n):
            if name == "all" and n == 1000:
                continue
            calls.clear()
            dualad.hessian(f, pattern=mask)(point(n))
            cost[n, name] = len(calls), sum(calls)
            assert max(calls) <= 4096 and max(calls) * 8 * n <= 4.2e6, name
    assert cost[50, "tridiagonal"] == (1, 64 + 128) and cost[200, "tridiagonal"] == (1, 256 + 512)
    for name in ("diagonal", "arrow", "row", "scattered"):
        assert cost[50, name][0] == 1, name
    assert cost[200, "all"][1] < 200 * 201 and cost[1000, "tridiagonal"][0] <= 16


def test_runs_of_pairs_are_few():
    most = {"tridiagonal": 2, "diagonal": 1, "arrow": 2, "row": 1, "all": 80, "none": 0, "scattered": 400}
    for name, mask in patterns(80):
        rows, columns = np.nonzero(np.triu(mask))
        runs, order = runs_of(rows, columns)
        assert len(runs) <= most[name], name
        found = [tuple(sorted((i + k * slant, j + k))) for i, j, count, slant in runs.tolist() for k in range(count)]
        assert found == list(zip(rows[order].tolist(), columns[order].tolist())), name
        assert sorted(order) == list(range(len(rows))), name


def test_given_pairs_of_functions_of_all_kinds():
    mask = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1]], bool)
    functions = (
        rosenbrock_in_loops, lambda x: np.linalg.solve(A + np.outer(x, x), x), lambda x: np.linalg.slogdet(A + x)[1],
        lambda x: [x[0] * x[1], 2.0, np.exp(x[2])], lambda x: np.outer(x, x) @ np.outer(x, A[0]) @ A,
        lambda x: np.interp(x, [-1.0, 0.0, 1.0], [0.0, 1.0, 5.0]) * x, lambda x: 3.0, lambda x: x[1] ** 3,
        lambda x: np.array([x[0] * x[1], 1.0], object), lambda x: np.sort(x)[::-1] ** 3)
    for f in functions:
        expected = dualad.hessian(f)(X) * mask
        for options in ({}, {"chunk_size": 1}, {"chunk_size": 2, "map": map}):
            np.testing.assert_allclose(dualad.hessian(f, pattern=mask, **options)(X), expected, rtol=1e-13, atol=1e-14)
    (h, _), (_, last) = dualad.hessian(lambda x, y: x @ x * y**2, argnums=(0, 1), pattern=[(3, 3), (0, 1)])(X, 2.0)
    assert not h.any() and last == 2 * X @ X


def test_given_pairs_of_complex_numbers_change_with_those_of_the_real_ones():
    def f(x):
        z = np.exp(1j * x[:-1] * x[1:]) * x[1:]
        return np.sum(z.real * z.imag) + np.sum(np.abs(z) ** 2)

    def real(x):
        product, square = x[:-1] * x[1:], x[1:] ** 2
        return np.sum(np.sin(product) * np.cos(product) * square) + np.sum(square)

    tridiagonal, diagonal = [mask for _, mask in patterns(6)][:2]
    for mask in (tridiagonal, diagonal, tridiagonal):
        np.testing.assert_allclose(dualad.hessian(f, pattern=mask)(point(6)), dualad.hessian(real)(point(6)) * mask,
                                   rtol=1e-12, atol=1e-13)


def test_a_pattern_is_read_once():
    mask = np.eye(3, dtype=bool)
    h = dualad.hessian(dense, pattern=mask)
    pairs = dualad.hessian(dense, pattern=iter([(0, 1)]))
    expected = dense_hessian(X)
    for _ in range(2):
        np.testing.assert_allclose(h(X), np.diag(np.diag(expected)), rtol=1e-13)
        np.testing.assert_allclose(pairs(X)[0], [0.0, expected[0, 1], 0.0], rtol=1e-13)
        mask[...] = True
    assert pairs(point(5)).shape == (5, 5)
    with ThreadPoolExecutor(2) as pool:
        for n, found in zip(range(2, 40), pool.map(pairs, [point(n) for n in range(2, 40)])):
            np.testing.assert_allclose(found[0, 1], dense_hessian(point(n))[0, 1], rtol=1e-12)


def test_a_rectangle_across_the_diagonal_is_symmetric_to_the_last_bit():
    """Such a cover has (i, j) and (j, i), which are rounded apart."""
    rng = np.random.default_rng(0)
    for n in (20, 27, 33):
        weights, x = rng.normal(size=(n, n)), rng.normal(size=n)
        for _ in range(20):
            h = dualad.hessian(lambda x, w=weights: np.sum(np.sin(w @ x) * x) + np.exp(-x @ x / len(x)),
                               pattern=rng.integers(0, n, (8, 2)))(x)
            np.testing.assert_array_equal(h, h.T)


def test_a_pattern_from_an_iterator_serves_every_call():
    h = dualad.hessian(dense, pattern=zip([0, 1], [1, 2]))
    np.testing.assert_array_equal(h(X), h(X))
    assert np.count_nonzero(h(X)) == 4


def test_patterns_that_do_not_fit():
    for pattern, error, match in (
        ([(0, 3)], ValueError, "index 3"), ([(-1, 0)], ValueError, "index -1"), ([(0, 1, 2)], TypeError, "pairs"),
        (np.ones((2, 2), bool), ValueError, "shape"), (np.ones(3, bool), ValueError, "shape"),
        ([(0.5, 1)], TypeError, "pairs"), (3, TypeError, "pairs"), (sparse.eye(4), ValueError, "shape"),
    ):
        with pytest.raises(error, match=match):
            dualad.hessian(dense, pattern=pattern)(X)
    np.testing.assert_array_equal(dualad.hessian(dense, pattern=[])(X), np.zeros((3, 3)))

"""Pseudoinverses, least squares, norms and condition numbers against mpmath in 60 digits, to second order."""

import numpy as np
import pytest
from support.high_precision import agrees, array, check, matrix, mpmath
from support.second import check_second, hyper

import dualad

RNG = np.random.default_rng(99)
SHAPES = [(3, 3), (5, 2), (2, 4), (1, 1), (3, 1), (1, 3), (2, 4, 2)]


def random(*shape):
    return RNG.normal(size=shape)


def svd(x):
    u, s, vh = mpmath.svd_r(matrix(x), full_matrices=False)
    return array(u), array(s).ravel(), array(vh)


def pinv(x, cutoff=1e-12):
    u, s, vh = svd(x)
    inverses = np.array([1 / v if v > cutoff * s[0] else mpmath.mpf(0) for v in s], dtype=object)
    return (vh.T * inverses) @ u.T


def low_rank(m, n, rank):
    """Two factors whose product has this rank, as a function of both."""
    return random(m, rank), random(rank, n)


# -- the pseudoinverse -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("shape", SHAPES)
def test_pinv(shape):
    a = random(*shape)
    check(np.linalg.pinv, pinv, a)
    check(lambda x: np.linalg.pinv(x, rtol=None), pinv, a)
    check(lambda x: np.linalg.pinv(x, 1e-10), pinv, a.copy(order="F"))


@pytest.mark.parametrize(("m", "n", "rank"), [(4, 4, 2), (5, 3, 1), (3, 5, 2), (4, 2, 1)])
def test_pinv_of_constant_rank(m, n, rank):
    check(lambda x, y: np.linalg.pinv(x @ y), lambda x, y: pinv(x @ y), *low_rank(m, n, rank))


@pytest.mark.parametrize("shape", [(4, 4), (6, 3), (3, 5), (2, 3, 4)])
def test_pinv_that_truncates(shape):
    """Singular values below the cutoff are left out, though they are not zero."""
    a, k = random(*shape), min(shape[-2:])
    s = np.linalg.svdvals(a)
    cutoff = np.sqrt(s[..., k - 1] * s[..., k - 2]) / s[..., 0]
    one = float(np.min(cutoff))
    check(lambda x: np.linalg.pinv(x, rcond=one), lambda x: pinv(x, one), a)
    check(lambda x: np.linalg.pinv(x, rtol=one), lambda x: pinv(x, one), a)
    if np.ndim(cutoff):
        found = np.linalg.pinv(hyper(a), rcond=cutoff)
        for k in np.ndindex(cutoff.shape):
            alone = np.linalg.pinv(hyper(a)[k], rcond=cutoff[k])
            np.testing.assert_allclose(dualad.second(found[k]), dualad.second(alone), rtol=1e-10, atol=1e-10)


def test_pinv_of_hermitian_matrices():
    a = random(2, 3, 3)
    a = a + np.swapaxes(a, -1, -2)

    def lower(x):
        return np.tril(x) + np.tril(x, -1).T

    check(lambda x: np.linalg.pinv(x, hermitian=True), lambda x: pinv(lower(x)), a + np.triu(random(3, 3), 1))
    check(lambda x: np.linalg.pinv(x, 0.4, True), lambda x: pinv(lower(x), 0.4), a)


def test_pinv_where_singular_values_coincide():
    rotation = np.linalg.qr(random(3, 3))[0]
    for a in (np.eye(3), 2 * rotation, rotation[:, :2]):
        check(np.linalg.pinv, lambda x: array(mpmath.lu_solve(matrix(x.T @ x), matrix(x.T)))
              if x.shape[1] == 1 else np.array(mpmath.inverse(matrix(x.T @ x)).tolist(), dtype=object) @ x.T, a)


def test_pinv_refuses_two_cutoffs():
    with pytest.raises(ValueError, match="can't be both set"):
        np.linalg.pinv(hyper(np.eye(2)), 1e-3, rtol=1e-3)


# -- least squares ---------------------------------------------------------------------------------------------

def solution(a, b, cutoff=1e-12):
    return pinv(a, cutoff) @ b


def residual(a, b):
    rest = b - a @ solution(a, b)
    return np.atleast_1d((rest * rest).sum(axis=0))


@pytest.mark.parametrize("shape", [(3, 3), (5, 2), (2, 4), (1, 1), (4, 1), (1, 3)])
@pytest.mark.parametrize("columns", [(), (2,)])
def test_lstsq(shape, columns):
    a, b = random(*shape), random(shape[0], *columns)
    for rcond in (None, -1, 1e-9):
        check(lambda x, y, r=rcond: np.linalg.lstsq(x, y, r)[0], solution, a, b)
    check(lambda x: np.linalg.lstsq(x, b)[0], lambda x: solution(x, b), a)
    check(lambda y: np.linalg.lstsq(a, y)[0], lambda y: solution(a, y), b)
    check(lambda x, y: np.linalg.lstsq(x, y)[3], lambda x, y: svd(x)[1], a, b)
    if shape[0] > shape[1]:
        check(lambda x, y: np.linalg.lstsq(x, y)[1], residual, a, b)
        check(lambda y: np.linalg.lstsq(a, y)[1], lambda y: residual(a, y), b)
    x, rest, rank, s = np.linalg.lstsq(hyper(a), hyper(b))
    numpys = np.linalg.lstsq(a, b)
    assert rank == numpys[2] and type(rank) is type(numpys[2])
    assert rest.shape == numpys[1].shape and s.shape == numpys[3].shape and x.shape == numpys[0].shape


@pytest.mark.parametrize(("m", "n", "rank"), [(4, 4, 2), (5, 3, 1), (3, 5, 2)])
def test_lstsq_of_constant_rank(m, n, rank):
    check(lambda x, y, b: np.linalg.lstsq(x @ y, b)[0], lambda x, y, b: solution(x @ y, b),
          *low_rank(m, n, rank), random(m))


def test_lstsq_that_truncates():
    a, b = random(5, 3), random(5)
    s = np.linalg.svdvals(a)
    cutoff = np.sqrt(s[1] * s[2]) / s[0]
    check(lambda x, y: np.linalg.lstsq(x, y, cutoff)[0], lambda x, y: solution(x, y, cutoff), a, b)


def test_lstsq_errors_are_numpys():
    with pytest.raises(np.linalg.LinAlgError, match="Incompatible"):
        np.linalg.lstsq(hyper(np.eye(3)), np.ones(2))
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.lstsq(hyper(random(2, 3, 3)), np.ones(3))


# -- norms -----------------------------------------------------------------------------------------------------

A = np.array([[1.0, -2.5, 0.7], [3.1, 0.4, -1.2], [-0.3, 2.2, 5.0], [0.9, -0.8, 1.6]])


def lp(p):
    return lambda x: mpmath.mpf(0) + mpmath.power(sum(mpmath.power(abs(v), p) for v in x.ravel()), 1 / mpmath.mpf(p))


def sums(x, axis):
    return abs(x).sum(axis=axis)


MATRIX_NORMS = {
    "fro": lp(2), "nuc": lambda x: sum(svd(x)[1]), 2: lambda x: svd(x)[1][0], -2: lambda x: svd(x)[1][-1],
    1: lambda x: max(sums(x, 0)), -1: lambda x: min(sums(x, 0)),
    np.inf: lambda x: max(sums(x, 1)), -np.inf: lambda x: min(sums(x, 1)),
}
VECTOR_NORMS = {
    2: lp(2), 1: lambda x: sum(abs(x.ravel())), 3: lp(3), 1.5: lp(1.5), -1: lp(-1), -2.5: lp(-2.5), 0.5: lp(0.5),
    np.inf: lambda x: max(abs(x.ravel())), -np.inf: lambda x: min(abs(x.ravel())), 0: lambda x: mpmath.mpf(x.size),
}


@pytest.mark.parametrize("ord", MATRIX_NORMS)
def test_matrix_norms(ord):
    exact = MATRIX_NORMS[ord]
    check(lambda x: np.linalg.norm(x, ord), exact, A)
    check(lambda x: np.linalg.norm(x, ord), exact, A.T)
    check(lambda x: np.linalg.matrix_norm(x, ord=ord), exact, np.stack([A, A[::-1] * 1.1 + 0.05]))
    check(lambda x: np.linalg.norm(x, ord, axis=(0, 1), keepdims=True), lambda x: [[exact(x)]], A)
    check(lambda x: np.linalg.norm(x, ord, axis=(1, 0)), lambda x: exact(x.T), A)


@pytest.mark.parametrize("ord", VECTOR_NORMS)
def test_vector_norms(ord):
    exact = VECTOR_NORMS[ord]
    check(lambda x: np.linalg.norm(x, ord), exact, A[:, 0])
    check(lambda x: np.linalg.norm(x, ord, axis=0), lambda x: [exact(column) for column in x.T], A)
    check(lambda x: np.linalg.norm(x, ord, axis=-1, keepdims=True), lambda x: [[exact(row)] for row in x], A)
    check(lambda x: np.linalg.vector_norm(x, ord=ord), exact, A)
    check(lambda x: np.linalg.vector_norm(x, ord=ord, axis=(0, 1), keepdims=True), lambda x: [[exact(x)]], A)


def test_norms_where_singular_values_coincide():
    """The largest and the smallest share their slope, as maximum and minimum do at a tie."""
    rotation = np.linalg.qr(random(3, 3))[0]
    for ord, expected in ((2, rotation / 3), (-2, rotation / 3), ("nuc", rotation)):
        found = dualad.grad(lambda x, ord=ord: np.linalg.norm(x, ord))(2 * rotation)
        np.testing.assert_allclose(found, expected, atol=1e-14)
    agrees(np.linalg.norm(hyper(rotation, "HyperDual2"), "nuc"), MATRIX_NORMS["nuc"],
           hyper(rotation, "HyperDual2"), rtol=1e-9)
    np.testing.assert_allclose(dualad.grad(np.linalg.cond)(rotation), 0.0, atol=1e-14)


# -- condition numbers -----------------------------------------------------------------------------------------

SQUARE = np.array([[9.1, 1.2, -2.3], [2.1, -7.3, 1.5], [3.2, 0.7, 4.4]])


@pytest.mark.parametrize("p", [None, 2, -2, 1, -1, np.inf, -np.inf, "fro", "nuc"])
def test_cond(p):
    def exact(x):
        if p in (None, 2, -2):
            s = svd(x)[1]
            return s[-1] / s[0] if p == -2 else s[0] / s[-1]
        inverse = array(mpmath.inverse(matrix(x)))
        return MATRIX_NORMS[p](x) * MATRIX_NORMS[p](inverse)

    check(lambda x: np.linalg.cond(x, p), exact, SQUARE)
    check(lambda x: np.linalg.cond(x, p), exact, np.stack([SQUARE, 2 * SQUARE.T + 1.3 * np.eye(3)]))
    if p in (None, 2, -2):
        check(lambda x: np.linalg.cond(x, p), exact, A)


def test_cond_of_singular_matrices():
    stack = np.stack([SQUARE, np.ones((3, 3))])
    for p in (None, 1, "fro"):
        found, alone = np.linalg.cond(hyper(stack), p), np.linalg.cond(hyper(stack)[0], p)
        assert np.array_equal(dualad.value(found), np.linalg.cond(stack, p))
        np.testing.assert_allclose(dualad.partials(found)[0], dualad.partials(alone), rtol=1e-12)
        np.testing.assert_allclose(dualad.second(found)[0], dualad.second(alone), rtol=1e-9)
    with pytest.raises(np.linalg.LinAlgError, match="empty"):
        np.linalg.cond(hyper(np.zeros((0, 0))))


# -- the rest of np.linalg ---------------------------------------------------------------------------------------

M, V = random(2, 3, 3) + 3 * np.eye(3), random(2, 3)


@pytest.mark.parametrize("function", [
    lambda m, v: np.linalg.cross(v, m[:, 0]), lambda m, v: np.linalg.outer(v[0], v[1]), lambda m, v: np.linalg.trace(m),
    lambda m, v: np.linalg.diagonal(m, offset=1) * v[:, :2], lambda m, v: np.linalg.matmul(m, m),
    lambda m, v: np.linalg.vecdot(v, m[:, 1]), lambda m, v: np.linalg.matrix_transpose(m) @ m,
    lambda m, v: np.linalg.tensordot(m, v, axes=([0, 1], [0, 1])), lambda m, v: np.linalg.matrix_power(m, 0),
    lambda m, v: np.linalg.matrix_power(m, 5), lambda m, v: np.linalg.matrix_power(m, -3),
    lambda m, v: np.linalg.multi_dot([v[0], m[0], m[1], v[1]]), lambda m, v: np.linalg.multi_dot([m[0], m[1], m[0]]),
    lambda m, v: np.linalg.tensorinv(m[0], ind=1), lambda m, v: np.linalg.tensorsolve(m[0], v[0]),
    lambda m, v: np.linalg.solve(m, v[..., None]), lambda m, v: np.linalg.slogdet(m)[1], lambda m, v: np.linalg.det(m),
])
def test_the_rest(function):
    check_second(function, hyper(M), hyper(V, seed=2))

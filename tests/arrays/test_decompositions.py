"""np.linalg's decompositions against mpmath in 60 digits, to second order; bits, stacks, edges, refusals."""

import numpy as np
import pytest
from support.high_precision import agrees, array, check, derivatives, matrix, mpmath
from support.second import hyper

import dualad

RNG = np.random.default_rng(77)
LinAlgError = np.linalg.LinAlgError
PATTERN = "HyperDual2"


def random(*shape):
    return RNG.normal(size=shape)


def symmetric(*shape):
    a = random(*shape)
    return a + np.swapaxes(a, -1, -2) + np.diag(3.0 * np.arange(shape[-1]))


def aligned(exact, function):
    """Columns that mpmath gives, with the signs of NumPy's."""
    numpys = np.asarray(function, dtype=float)
    return exact * np.where((exact.astype(float) * numpys).sum(axis=0) < 0, -1, 1)


# -- eigenvalues -------------------------------------------------------------------------------------------

def eigsy(x, part, UPLO="L"):
    numpys = np.linalg.eigh(x.astype(float), UPLO)[1]
    x = x.T if UPLO == "U" else x
    lower = np.tril(x) + np.tril(x, -1).T
    w, u = mpmath.eigsy(matrix(lower))
    order = sorted(range(len(w)), key=lambda k: w[k])
    w, u = array(w).ravel()[order], array(u)[:, order]
    return w if part == 0 else aligned(u, numpys)


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (4, 4), (2, 3, 3)])
@pytest.mark.parametrize("part", [0, 1])
def test_eigh(shape, part):
    a = symmetric(*shape)
    check(lambda x: np.linalg.eigh(x)[part], lambda x: eigsy(x, part), a)
    check(lambda x: np.linalg.eigh(x, "u")[part], lambda x: eigsy(x, part, "U"), a)
    if part == 0:
        check(np.linalg.eigvalsh, lambda x: eigsy(x, 0), a)
        check(lambda x: np.linalg.eigvalsh(x, "U"), lambda x: eigsy(x, 0, "U"), np.asfortranarray(a))


def real(x):
    """NumPy 2.5 gives eigenvalues as complex numbers always."""
    return x.real if x.dtype.kind == "c" else x


def eig(x, part):
    w, v = mpmath.eig(matrix(x))
    numpys = [real(found) for found in np.linalg.eig(x.astype(float))]
    order = [int(np.argmin([abs(complex(a) - b) for a in w])) for b in numpys[0]]
    w = np.array([mpmath.re(w[k]) for k in order], dtype=object)
    v = array(v)[:, order]
    v = np.vectorize(mpmath.re, otypes=[object])(v)
    v = v / np.array([mpmath.sqrt(s) for s in (v * v).sum(axis=0)], dtype=object)
    return w if part == 0 else aligned(v, numpys[1])


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 4, 4)])
def test_eig(shape):
    a = np.diag([2.0, -1.0, 5.0, 9.0])[:shape[-1], :shape[-1]] + 0.5 * random(*shape)
    for part in (0, 1):
        check(lambda x, part=part: real(np.linalg.eig(x)[part]), lambda x, part=part: eig(x, part), a)
    check(lambda x: real(np.linalg.eigvals(x)), lambda x: eig(x, 0), a)


# -- singular values -----------------------------------------------------------------------------------------

def svd(x, part):
    """Thin, in NumPy's order and with its signs."""
    x = np.asarray(x)
    u, s, vh = mpmath.svd_r(matrix(x), full_matrices=False)
    u, s, vh = array(u), array(s).ravel(), array(vh)
    v = vh.T
    numpys = np.linalg.svd(x.astype(float), full_matrices=False)
    if part == 1:
        return s
    return aligned(u, numpys[0]) if part == 0 else aligned(v, numpys[2].T).T


SHAPES = [(1, 1), (3, 3), (4, 2), (2, 4), (3, 1), (2, 3, 2)]


@pytest.mark.parametrize("shape", SHAPES)
def test_svd(shape):
    a, k = random(*shape), min(shape[-2:])
    for part in range(3):
        check(lambda x, part=part: np.linalg.svd(x, full_matrices=False)[part], lambda x, part=part: svd(x, part), a)
    check(lambda x: np.linalg.svd(x)[0][..., :k], lambda x: svd(x, 0), a)
    check(lambda x: np.linalg.svd(x)[1], lambda x: svd(x, 1), a)
    check(lambda x: np.linalg.svd(x)[2][..., :k, :], lambda x: svd(x, 2), a)
    check(np.linalg.svdvals, lambda x: svd(x, 1), a)
    check(lambda x: np.linalg.svd(x, compute_uv=False), lambda x: svd(x, 1), a.copy(order="F"))


@pytest.mark.parametrize("shape", [(4, 2), (2, 5), (3, 1)])
def test_the_rest_of_a_full_svd_spans_the_complement(shape):
    a, k = random(*shape), min(shape)

    def complement(basis):
        return np.eye(len(basis), dtype=object) - basis @ basis.T

    for part in (0, 2):
        def projector(x, part=part):
            vectors = np.linalg.svd(x)[part]
            rest = (vectors if part == 0 else vectors.T)[:, k:]
            return rest @ rest.T

        found = projector(hyper(a, PATTERN))
        exact = (lambda x: complement(svd(x, 0))) if part == 0 else (lambda x: complement(svd(x, 2).T))
        agrees(found, exact, hyper(a, PATTERN), rtol=1e-9)
    x = hyper(a, PATTERN)
    u, s, vh = np.linalg.svd(x)
    product = (u[:, :k] * s) @ vh[:k]
    for parts in (dualad.partials, dualad.second):
        np.testing.assert_allclose(parts(product), parts(x), rtol=1e-11, atol=1e-11)


def test_svd_of_hermitian_matrices():
    a = symmetric(2, 3, 3) - 4 * np.eye(3)
    assert (np.linalg.eigvalsh(a) < 0).any()

    def lower(x):
        return np.tril(x) + np.tril(x, -1).T

    def values(x):
        return np.array(sorted((abs(w) for w in eigsy(x, 0)), reverse=True), dtype=object)

    def vectors(x, part):
        u, vh = (svd(lower(x), k) for k in (0, 2))
        numpys = np.linalg.svd(lower(x).astype(float), hermitian=True)
        return aligned(u, numpys[0]) if part == 0 else aligned(vh.T, numpys[2].T).T

    check(lambda x: np.linalg.svd(x, hermitian=True)[1], values, a)
    check(lambda x: np.linalg.svd(x, compute_uv=False, hermitian=True), values, a)
    for part in (0, 2):
        check(lambda x, part=part: np.linalg.svd(x, hermitian=True)[part],
              lambda x, part=part: vectors(x, part), a)


# -- Cholesky and QR -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (2, 3, 3)])
def test_cholesky(shape):
    a = random(*shape)
    a = a @ np.swapaxes(a, -1, -2) + np.eye(shape[-1])
    tilted = a + np.triu(random(*shape), 1)

    def lower(x):
        return array(mpmath.cholesky(matrix(np.tril(x) + np.tril(x, -1).T)))

    check(np.linalg.cholesky, lower, tilted)
    check(lambda x: np.linalg.cholesky(x, upper=True), lambda x: lower(x.T).T, np.swapaxes(tilted, -1, -2))


def qr(x, part, mode="skinny"):
    """By Householder's reflections, as LAPACK: the same signs."""
    x = np.asarray(x)
    m, n = x.shape
    r = x + mpmath.mpf(0)
    q = np.eye(m, dtype=object) + mpmath.mpf(0)
    for k in range(min(m - 1, n)):
        v = r[k:, k].copy()
        size = mpmath.sqrt((v * v).sum())
        v[0] += size if v[0] >= 0 else -size
        factor = 2 / (v * v).sum()
        r[k:] = r[k:] - factor * np.outer(v, v @ r[k:])
        q[:, k:] = q[:, k:] - factor * np.outer(q[:, k:] @ v, v)
    if mode == "skinny":
        q, r = q[:, :min(m, n)], r[:min(m, n)]
    return q if part == 0 else r


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (4, 2), (5, 2), (2, 4), (3, 1), (1, 3), (2, 3, 2)])
def test_qr(shape):
    a = random(*shape)
    for part in (0, 1):
        check(lambda x, part=part: np.linalg.qr(x)[part], lambda x, part=part: qr(x, part), a)
        check(lambda x, part=part: np.linalg.qr(x, mode="complete")[part],
              lambda x, part=part: qr(x, part, "full"), a)
    check(lambda x: np.linalg.qr(x, "r"), lambda x: qr(x, 1), a)


def test_qr_where_a_reflection_is_skipped():
    a = np.array([[2.0, 1.0], [0.0, 3.0], [0.0, 0.0], [0.0, 0.0]])
    d = dualad.seed(a, random(4, 2, 3))
    q, r = np.linalg.qr(d, "complete")
    np.testing.assert_allclose(dualad.partials(q @ r), dualad.partials(d), atol=1e-14)
    np.testing.assert_allclose(dualad.partials(q.T @ q), 0.0, atol=1e-14)


def test_qr_of_dependent_columns():
    a = random(4, 3)
    a[:, 2] = a[:, 0] + a[:, 1]
    for mode in ("reduced", "complete", "r"):
        with pytest.raises(LinAlgError, match="depend on each other"):
            np.linalg.qr(dualad.seed(a), mode)
    square = np.diag([1.0, 2.0, 0.0]) + np.triu(random(3, 3), 1)          # the last column does not matter
    d = dualad.seed(square)
    q, r = np.linalg.qr(d)
    np.testing.assert_allclose(dualad.partials(q @ r), dualad.partials(d), atol=1e-13)
    for mode in ("raw", "economic"):
        with pytest.raises(TypeError, match="Householder"):
            np.linalg.qr(d, mode)
    with pytest.raises(ValueError, match="Unrecognized mode"):
        np.linalg.qr(d, "thin")


# -- values that coincide --------------------------------------------------------------------------------------

ROTATION = np.linalg.qr(random(4, 4))[0]
TWICE = (ROTATION * [1.0, 1.0, 1.0, 3.0]) @ ROTATION.T


@pytest.mark.parametrize("a", [np.eye(3), np.zeros((2, 2)), np.diag([2.0, 1.0, 2.0]), TWICE,
                               np.array([np.eye(2), [[1.0, 2.0], [2.0, 5.0]]])])
def test_sums_over_coinciding_values(a):
    """d sum(w^k) = k w^(k-1) summed: k a^(k-1)."""
    for values in (np.linalg.eigvalsh, lambda x: np.linalg.eigh(x)[0], np.linalg.eigvals,
                   lambda x: np.linalg.eig(x)[0]):
        for k in (1, 2, 3):
            found = dualad.jacobian(lambda x, values=values, k=k: (values(x) ** k).sum())(a)
            symmetric = found + np.swapaxes(found, -1, -2)           # eigh reads one triangle only
            np.testing.assert_allclose(symmetric, 2 * k * np.linalg.matrix_power(a, k - 1), atol=1e-12)


def test_nuclear_norms_of_coinciding_singular_values():
    a = ROTATION @ np.diag([2.0, 2.0, 2.0, 1.0])
    expected = ROTATION
    for f in (lambda x: np.linalg.svdvals(x).sum(), lambda x: np.linalg.svd(x)[1].sum(),
              lambda x: np.linalg.norm(x, "nuc")):
        np.testing.assert_allclose(dualad.grad(f)(a), expected, atol=1e-13)
    np.testing.assert_allclose(dualad.grad(lambda x: (np.linalg.svdvals(x) ** 2).sum())(a), 2 * a, atol=1e-13)


@pytest.mark.parametrize("function", [
    lambda x: np.linalg.eigh(x)[1], lambda x: np.linalg.svd(x)[0], lambda x: np.linalg.svd(x, False)[2],
    lambda x: np.linalg.eig(x)[1],
    lambda x: np.linalg.svd(x, hermitian=True)[0], lambda x: np.linalg.eigh(x)[1][:, 0] * 2.0,
    lambda x: np.linalg.eigh(x)[1] @ np.ones(4), lambda x: np.ones(4) @ np.linalg.eigh(x)[1],
    lambda x: np.matmul(np.linalg.eigh(x)[1], x), lambda x: np.sum(np.linalg.eigh(x).eigenvectors),
    lambda x: np.linalg.eigh(x)[1].sum(), lambda x: [float(v) for v in np.linalg.eigh(x)[1][0]],
    lambda x: np.asarray(np.linalg.eigh(x)[1]), lambda x: np.stack([np.linalg.eigh(x)[1], x]),
    lambda x: (np.linalg.eigh(x)[1] * np.linalg.eigh(x)[0]) @ np.linalg.eigh(x)[1].T,
])
def test_vectors_of_coinciding_values_have_no_derivative(function):
    with pytest.raises(LinAlgError, match="coincide"):
        dualad.jacobian(function)(TWICE)


def test_second_derivatives_of_coinciding_values_do_not_exist():
    for values in (np.linalg.eigvalsh, lambda x: np.linalg.eigh(x)[0], np.linalg.svdvals, np.linalg.eigvals):
        with pytest.raises(LinAlgError, match="coincide"):
            dualad.hessian(lambda x, values=values: (values(x) ** 2).sum())(TWICE)


def test_what_stands_alone_has_its_derivatives():
    x = hyper(TWICE, PATTERN)
    w, u = np.linalg.eigh(x)
    agrees(w[3], lambda x: eigsy(x, 0)[3], x, rtol=1e-9)
    u = np.linalg.eigh(dualad.seed(TWICE, dualad.partials(x)))[1]
    exact, _ = derivatives(lambda x: eigsy(x, 1)[:, 3], x)
    np.testing.assert_allclose(dualad.partials(u[:, 3]), exact, rtol=1e-12, atol=1e-13)
    assert repr(u).startswith("<no derivative") and u.shape == (4, 4) and len(u) == 4


def test_coinciding_values_that_stay_together():
    """a = t * TWICE, and diagonal matrices: nothing is driven apart, or along NumPy's own vectors."""
    def rebuilt(t):
        w, u = np.linalg.eigh(t * TWICE)
        return (u * np.exp(w)) @ u.T

    w = np.array([1.0, 1.0, 1.0, 3.0])
    expected = (ROTATION * (w * np.exp(2.0 * w))) @ ROTATION.T
    np.testing.assert_allclose(dualad.derivative(rebuilt)(2.0), expected, rtol=1e-12, atol=1e-12 * expected.max())

    def of_diagonal(x):
        w, u = np.linalg.eigh(np.diag(x))
        return np.diagonal((u * w**2) @ u.T)

    np.testing.assert_allclose(dualad.jacobian(of_diagonal)(np.array([2.0, 2.0, 3.0])), np.diag([4.0, 4, 6]))


def test_defective_matrices():
    with pytest.raises(LinAlgError, match="too few eigenvectors"):
        np.linalg.eigvals(dualad.seed([[1.0, 1.0], [0.0, 1.0]]))


# -- edges -----------------------------------------------------------------------------------------------------

EVERY = {
    "eigh": np.linalg.eigh, "eigvalsh": np.linalg.eigvalsh, "eig": np.linalg.eig, "eigvals": np.linalg.eigvals,
    "svd": np.linalg.svd, "thin svd": lambda x: np.linalg.svd(x, False), "svdvals": np.linalg.svdvals,
    "cholesky": np.linalg.cholesky, "qr": np.linalg.qr, "complete qr": lambda x: np.linalg.qr(x, "complete"),
    "r": lambda x: np.linalg.qr(x, "r"), "pinv": np.linalg.pinv, "inv": np.linalg.inv, "det": np.linalg.det,
    "cond": np.linalg.cond, "slogdet": np.linalg.slogdet, "norm": np.linalg.norm,
    "nuc": lambda x: np.linalg.norm(x, "nuc"), "matrix_norm": np.linalg.matrix_norm,
    "lstsq": lambda x: np.linalg.lstsq(x, np.ones(len(x))), "matrix_rank": np.linalg.matrix_rank,
}
ODD = {
    "0x0": np.zeros((0, 0)), "none of 2x2": np.zeros((0, 2, 2)), "two of 0x0": np.zeros((2, 0, 0)),
    "0x3": np.zeros((0, 3)), "3x0": np.zeros((3, 0)), "1x1": np.full((1, 1), 2.0), "vector": np.ones(3),
    "zero": np.zeros((3, 3)), "ones": np.ones((3, 3)), "NaN": np.full((2, 2), np.nan),
    "inf": np.array([[1.0, np.inf], [np.inf, 1.0]]), "tall": np.arange(6.0).reshape(3, 2),
    "strided": np.diag([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])[::2, ::2], "reversed": np.diag([3.0, 2.0, 1.0])[::-1, ::-1],
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", EVERY)
def test_odd_matrices(name):
    """The value and the shapes are NumPy's, or its error is, or ours says what has no derivative."""
    for odd, a in ODD.items():
        for x in (dualad.seed(a, np.ones((*a.shape, 2))), hyper(a)):
            try:
                expected = EVERY[name](a)
            except (LinAlgError, ValueError) as error:
                with pytest.raises(type(error)):
                    EVERY[name](x)
                continue
            try:
                found = EVERY[name](x)
            except LinAlgError as error:
                assert odd in ("zero", "ones", "NaN", "inf", "tall"), (odd, error)
                continue
            if not isinstance(expected, tuple):
                found, expected = (found,), (expected,)
            for mine, numpys in zip(found, expected, strict=True):
                assert getattr(mine, "shape", ()) == np.shape(numpys), odd
                if type(mine).__name__ != "Undefined":
                    assert np.array_equal(dualad.value(mine), numpys, equal_nan=True)


def test_matrix_rank_is_an_integer():
    assert np.linalg.matrix_rank(dualad.seed(np.ones((3, 3)))) == 1
    assert np.linalg.matrix_rank(hyper(np.stack([np.eye(2), np.ones((2, 2))]))).tolist() == [2, 1]

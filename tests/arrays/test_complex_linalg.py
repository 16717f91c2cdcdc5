"""np.linalg of complex matrices, and eigenvalues of real ones that are complex; to second order."""

import numpy as np
import pytest
from support.tangents import tangents_by_differences

import dualad

RNG = np.random.default_rng(21)
L = np.linalg


def random(*shape):
    return RNG.normal(size=shape) + 1j * RNG.normal(size=shape)


A, B, C, D = (random(3, 3) for _ in range(4))
H, K, Q = (x + x.conj().T for x in (A, B, C))
P = A @ A.conj().T + np.eye(3)
TALL, WIDE, STACK = (random(3, 2), random(3, 2), random(3, 2)), tuple(random(3, 2, 3)), tuple(random(3, 2, 3, 3))
SQUARE, HERMITIAN, POSITIVE = (A, B, C), (H, K, Q), (P, K / 9, Q / 9)
REAL = tuple(x.real for x in SQUARE)


def check(f, path, rtol=1e-9):
    """f along the path x + t y + t^2 z: its values, derivative and second derivative at t = 0.

    The second derivative is compared with differences of the first one.
    """
    x, y, z = path

    def g(t):
        return f(x + t * y + t**2 * z)

    def first(t):
        return dualad.derivative(g)(float(t))

    found = g(dualad.seed(np.array(0.0), np.array([1.0]))[()])
    numpys = np.asarray(g(0.0))
    assert np.array_equal(dualad.value(found), numpys) and np.asarray(dualad.value(found)).dtype == numpys.dtype
    at, along = np.array(0.0), np.array([1.0])
    exact = tangents_by_differences(lambda t: np.asarray(g(float(t))), at, along, step=0.02)[..., 0]
    np.testing.assert_allclose(first(0.0), exact, rtol=rtol, atol=rtol * abs(exact).max(initial=1e-3))
    exact = tangents_by_differences(lambda t: np.asarray(first(t)), at, along, step=0.02)[..., 0]
    second = dualad.second_derivative(g)(0.0)
    np.testing.assert_allclose(second, exact, rtol=rtol, atol=rtol * abs(exact).max(initial=1e-3))


@pytest.mark.parametrize(("f", "path"), [
    (lambda x: L.solve(x, D), SQUARE), (lambda x: L.solve(D, x[..., 0]), SQUARE), (L.inv, SQUARE), (L.inv, STACK),
    (L.det, SQUARE), (lambda x: L.slogdet(x)[0], SQUARE), (lambda x: L.slogdet(x)[1], SQUARE),
    (lambda x: L.matrix_power(x, -2), SQUARE), (lambda x: L.multi_dot([x, D, x]), SQUARE),
    (L.pinv, TALL), (L.pinv, WIDE), (lambda x: L.lstsq(x, D[:, 0])[0], TALL),
    (lambda x: L.lstsq(x, D)[1], TALL), (lambda x: L.lstsq(x, D[:2])[0], WIDE),
    (lambda x: np.einsum("ij,kj->ik", x, x.conj()), SQUARE), (lambda x: L.tensorsolve(x, D[0]), SQUARE),
])
def test_systems(f, path):
    check(f, path)


@pytest.mark.parametrize("f", [
    lambda x: np.einsum("ij,jk->ik", x, D), lambda x: np.einsum("ij,jk,kl->il", D, x, x.conj()),
    lambda x: np.einsum("ii->i", x), lambda x: np.einsum("ij->j", x), lambda x: np.einsum("ij,ij->i", x.real, D),
    lambda x: np.vdot(x, x), lambda x: np.vdot(D, x), lambda x: np.vdot(x, D), lambda x: np.inner(x, D),
    lambda x: np.dot(D, x), lambda x: np.tensordot(x, D, 1), lambda x: np.outer(x, D[0]), lambda x: np.kron(x, D),
    lambda x: x @ D, lambda x: L.vecdot(x, D), lambda x: L.cross(x, D), lambda x: L.trace(x),
    lambda x: L.matrix_power(x, 3), lambda x: np.convolve(x[0], D[1]), lambda x: np.correlate(x[0], x[1]),
])
def test_products(f):
    check(f, SQUARE)


def unturned(u):
    """Columns without LAPACK's choice of a phase."""
    return u * np.conj(u[..., :1, :]) / abs(u[..., :1, :])


@pytest.mark.parametrize(("f", "path"), [
    (L.eigvalsh, HERMITIAN), (lambda x: L.eigh(x)[0], HERMITIAN), (lambda x: unturned(L.eigh(x)[1]), HERMITIAN),
    (lambda x: L.eigh(x, "U")[0], HERMITIAN), (L.cholesky, POSITIVE), (lambda x: L.cholesky(x, upper=True), POSITIVE),
    (lambda x: L.svd(x)[1], SQUARE), (L.svdvals, TALL), (lambda x: unturned(L.svd(x, full_matrices=False)[0]), TALL),
    (lambda x: unturned(L.svd(x)[2].conj().T), SQUARE), (lambda x: unturned(L.svd(x)[0]), WIDE),
    (lambda x: (lambda u, s, vh: (u * np.sqrt(s)) @ vh)(*L.svd(x, full_matrices=False)), TALL),
    *((lambda x, k=k, mode=mode: L.qr(x, mode)[k], path)
      for k in (0, 1) for mode in ("reduced", "complete") for path in (SQUARE, TALL, WIDE, STACK)),
    (lambda x: L.qr(x, "r"), TALL),
])
def test_decompositions(f, path):
    check(f, path)


@pytest.mark.parametrize("path", [SQUARE, REAL, STACK, tuple(x.real for x in STACK)])
def test_eigenvalues_of_any_matrix(path):
    check(L.eigvals, path, rtol=1e-8)
    check(lambda x: L.eig(x)[0], path, rtol=1e-8)
    check(lambda x: unturned(L.eig(x)[1]), path, rtol=1e-8)


def test_eigenvectors_as_lapack_gives_them():
    """Of length one, the largest component real: where that does not change, differences are the truth."""
    for a, b in ((A, B), (A.real, B.real)):
        found = dualad.derivative(lambda t, a=a, b=b: L.eig(a + t * b)[1])(0.0)
        exact = tangents_by_differences(lambda t, a=a, b=b: L.eig(a + float(t) * b)[1], np.array(0.0),
                                        np.array([1.0]), step=1e-3)[..., 0]
        np.testing.assert_allclose(found, exact, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("f", [
    L.norm, lambda x: L.norm(x, "fro"), lambda x: L.norm(x, 2), lambda x: L.norm(x, -2), lambda x: L.norm(x, "nuc"),
    lambda x: L.norm(x, 1), lambda x: L.norm(x, -np.inf), lambda x: L.norm(x[0], 3), lambda x: L.norm(x, 1.5, axis=0),
    lambda x: L.norm(x, np.inf, axis=1), lambda x: L.norm(x, -1, axis=1, keepdims=True), lambda x: L.norm(x[0], 1),
    lambda x: L.vector_norm(x), L.cond, lambda x: L.cond(x, -2), lambda x: L.cond(x, 1), lambda x: L.cond(x, "fro"),
])
def test_norms(f):
    check(f, SQUARE, rtol=1e-8)


def test_singular_complex_determinants():
    a = np.outer(A[0], B[0])
    found = dualad.derivative(lambda t: L.det(a + t * C))(0.0)
    cofactors = np.array([[(-1) ** (i + j) * L.det(np.delete(np.delete(a, i, 0), j, 1)) for j in range(3)]
                          for i in range(3)])
    np.testing.assert_allclose(found, (cofactors * C).sum(), rtol=1e-12, atol=1e-12)
    check(lambda x: L.det(x), (np.diag([1.0, 0, 2j]), C, D))


def test_coinciding_complex_eigenvalues():
    a = np.kron(np.eye(2), [[0.0, 2.0], [-2.0, 0.0]])                  # twice 2i, twice -2i
    found = dualad.grad(lambda x: (L.eigvals(x) ** 2).sum().real)(a)
    np.testing.assert_allclose(found, 2 * a.T, atol=1e-12)
    with pytest.raises(L.LinAlgError, match="coincide"):
        dualad.jacobian(lambda x: L.eig(x)[1] * 1.0)(a)


def test_each_eigenvalue_takes_the_nearest():
    from dualad.arrayfunctions.spectra import _order_of
    wanted = np.array([[1j, -1j, 2j + 1e-17, -2j], [3.0, 3.0, 1.0, 2.0]])
    for order in ([3, 1, 0, 2], [0, 1, 2, 3], [2, 3, 1, 0]):
        found = wanted[:, order] + 1e-15
        assert abs(np.take_along_axis(found, _order_of(found, wanted), -1) - wanted).max() < 1e-14
        assert np.array_equal(np.sort(_order_of(found, wanted), -1), np.tile(np.arange(4), (2, 1)))

"""dualad.scipy.linalg: SciPy's bits, derivatives by extrapolated differences and by mpmath."""

import numpy as np
import pytest
from support.high_precision import agrees, array, matrix, mpmath
from support.second import check_second, hyper
from support.tangents import same_bits, tangents_by_differences

import dualad

scipys = pytest.importorskip("scipy.linalg")
from dualad.scipy import linalg  # noqa: E402

RNG = np.random.default_rng(12)


def random(*shape):
    return RNG.normal(size=shape)


A = random(4, 4) + 4 * np.eye(4)
S = random(4, 4)
S = S @ S.T + np.diag([1.0, 2.0, 3.0, 4.0])
V, B = random(4), random(4, 2)
TALL, WIDE = random(5, 3), random(3, 5)


def check(function, *values, rtol=1e-8):
    """`function(module, *arrays)` with dualad's module and with SciPy's; to second order."""
    duals = [hyper(x, seed=k) for k, x in enumerate(values)]
    found = check_second(lambda *x: function(linalg, *x), *duals, rtol=max(rtol, 1e-7))
    assert same_bits(dualad.value(found), function(scipys, *values))
    for k, x in enumerate(values):
        def alone(t, k=k, module=linalg):
            return function(module, *values[:k], t, *values[k + 1:])
        directions = dualad.partials(duals[k])
        first = alone(dualad.seed(x, directions))
        exact = tangents_by_differences(lambda t, f=alone: f(t, module=scipys), x, directions, step=1e-3)
        scale = abs(exact).max(initial=0.0)
        lanes = dualad.partials(first) if np.size(dualad.partials(first)) else np.zeros(exact.shape)
        np.testing.assert_allclose(lanes, exact, rtol=rtol, atol=rtol * scale)
        assert type(function(linalg, *values)) is type(function(scipys, *values))


def signed(u):
    """Columns without LAPACK's choice of a sign."""
    return u * np.sign(u[:1])


@pytest.mark.parametrize(("function", "values"), [
    (lambda m, a, b: m.solve(a, b), (A, V)), (lambda m, a, b: m.solve(a, b), (A, B)),
    (lambda m, a, b: m.solve(a, b, transposed=True), (A, V)),
    (lambda m, a, b: m.solve(a, b, assume_a="pos"), (S, B)),
    (lambda m, a, b: m.solve(a, b, lower=True, assume_a="sym"), (S, V)),
    (lambda m, a: m.inv(a), (A,)), (lambda m, a: m.det(a), (A,)),
    *((lambda m, a, b, t=t, low=low, one=one: m.solve_triangular(a, b, t, low, one), (A, V))
      for t in (0, "T") for low in (False, True) for one in (False, True)),
    (lambda m, ab, b: m.solve_banded((1, 2), ab, b), (random(4, 6) + np.array([[0], [0], [9], [0]]), random(6))),
    (lambda m, ab, b: m.solve_banded((1, 1), ab, b), (random(3, 5) + np.array([[0], [9], [0]]), random(5, 2))),
    (lambda m, ab, b: m.solveh_banded(ab, b), (random(3, 6) + np.array([[0], [0], [9]]), random(6))),
    (lambda m, ab, b: m.solveh_banded(ab, b, lower=True), (random(2, 5) + np.array([[9], [0]]), random(5, 2))),
    (lambda m, c, b: m.solve_toeplitz(c, b), (np.array([5.0, 1, 0.5, 0.3]), V)),
    (lambda m, c, r, b: m.solve_toeplitz((c, r), b), (np.array([5.0, 1, 0.5, 0.3]), np.array([5.0, 2, 1, 0.3]), B)),
])
def test_systems(function, values):
    check(function, *values)


@pytest.mark.parametrize(("function", "values"), [
    (lambda m, a: m.cholesky(a), (S,)), (lambda m, a: m.cholesky(a, lower=True), (S,)),
    *((lambda m, a, low=low: m.cho_factor(a, low)[0], (S,)) for low in (False, True)),
    *((lambda m, a, b, low=low: m.cho_solve(m.cho_factor(a, low), b), (S, B)) for low in (False, True)),
    *((lambda m, a: m.lu_factor(a)[0], (x,)) for x in (A, TALL, WIDE)),
    *((lambda m, a, k=k: m.lu(a)[k], (x,)) for x in (A, TALL, WIDE) for k in (1, 2)),
    (lambda m, a: m.lu(a, permute_l=True)[0], (A,)),
    *((lambda m, a, b, t=t: m.lu_solve(m.lu_factor(a), b, t), (A, V)) for t in (0, 1)),
    *((lambda m, a, k=k, mode=mode: m.qr(a, mode=mode)[k], (x,))
      for x in (A, TALL, WIDE) for k in (0, 1) for mode in ("full", "economic")),
    (lambda m, a: m.qr(a, mode="r")[0], (TALL,)), (lambda m, a: m.qr(a, pivoting=True)[1], (TALL,)),
])
def test_factors(function, values):
    check(function, *values)


@pytest.mark.parametrize(("function", "values"), [
    *((lambda m, a, low=low: m.eigh(a, lower=low)[0], (S,)) for low in (False, True)),
    (lambda m, a: signed(m.eigh(a)[1]), (S,)), (lambda m, a: m.eigvalsh(a), (S,)),
    (lambda m, a, b: m.eigh(a, b)[0], (A + A.T, S)), (lambda m, a, b: signed(m.eigh(a, b)[1]), (A + A.T, S)),
    (lambda m, a, b: m.eigvalsh(a, b), (A + A.T, S)),
    *((lambda m, a: m.svd(a)[1], (x,)) for x in (A, TALL, WIDE)),
    *((lambda m, a: signed(m.svd(a, full_matrices=False)[0]), (x,)) for x in (A, TALL, WIDE)),
    (lambda m, a: m.svdvals(a), (TALL,)), (lambda m, a: m.svd(a, compute_uv=False), (WIDE,)),
    *((lambda m, a, o=o: m.norm(a, o), (A,)) for o in (None, "fro", 2, 1, "nuc")), (lambda m, x: m.norm(x), (V,)),
    (lambda m, a: m.pinv(a), (TALL,)), (lambda m, a: m.pinv(a, rtol=1e-3), (WIDE,)),
    *((lambda m, a, b, k=k: m.lstsq(a, b)[k], (TALL, random(5))) for k in (0, 1)),
    (lambda m, a, b: m.lstsq(a, b, lapack_driver="gelsy")[0], (TALL, random(5))),
])
def test_spectra_and_least_squares(function, values):
    check(function, *values)


@pytest.mark.parametrize(("function", "values"), [
    (lambda m, a, b, q: m.solve_sylvester(a, b, q), (A, S, random(4, 4))),
    (lambda m, a, q: m.solve_continuous_lyapunov(a, q), (A, S)),
    (lambda m, a, q: m.solve_discrete_lyapunov(a / 8, q), (A, S)),
    (lambda m, a, b, q, r: m.solve_continuous_are(a - 6 * np.eye(4), b, q + q.T, r + r.T), (A, B, S, np.eye(2))),
    (lambda m, a, b, q, r: m.solve_discrete_are(a / 4, b, q + q.T, r + r.T), (A, B, S, np.eye(2))),
])
def test_matrix_equations(function, values):
    check(function, *values, rtol=1e-7)


@pytest.mark.parametrize("size", [0.1, 1.0, 5.0, 30.0])
def test_expm(size):
    a = size * random(3, 3)
    x = hyper(a, "HyperDual2")
    found = linalg.expm(x)
    assert same_bits(dualad.value(found), scipys.expm(a))
    agrees(found, lambda x: array(mpmath.expm(matrix(x))), x, rtol=1e-10)


def test_expm_of_odd_matrices():
    for a in (np.zeros((2, 2)), np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(3), np.full((1, 1), 2.0)):
        x = hyper(a, "HyperDual2")
        agrees(linalg.expm(x), lambda x: array(mpmath.expm(matrix(x), method="taylor")), x, rtol=1e-12)
    stack = random(2, 3, 3)
    for k, part in enumerate(linalg.expm(hyper(stack))):
        np.testing.assert_allclose(dualad.second(part), dualad.second(linalg.expm(hyper(stack)[k])), rtol=1e-11,
                                   atol=1e-11)
    assert linalg.expm(hyper(np.zeros((0, 0)))).shape == (0, 0)


@pytest.mark.parametrize("name", ["sqrtm", "logm"])
def test_roots_and_logarithms(name):
    a = random(3, 3) / 3 + np.diag([2.0, 3.0, 5.0])
    x = hyper(a, "HyperDual2")
    found = getattr(linalg, name)(x)
    assert same_bits(dualad.value(found), getattr(scipys, name)(a))
    with mpmath.workdps(60):
        exact = getattr(mpmath, name)
        agrees(found, lambda x: np.vectorize(mpmath.re, otypes=[object])(array(exact(matrix(x)))), x, rtol=1e-9)
    with pytest.raises(TypeError, match="complex"):
        getattr(linalg, name)(hyper(np.diag([-1.0, 2.0])))


def test_floats_get_scipys_own_results():
    assert isinstance(linalg.expm(np.eye(2)), np.ndarray) and linalg.LinAlgError is scipys.LinAlgError
    assert linalg.hilbert is scipys.hilbert and linalg.solve.__doc__ == scipys.solve.__doc__
    assert not linalg.cho_factor(S)[1] and linalg.lu(TALL)[0].shape == (5, 5)
    assert np.array_equal(linalg.solve(A.tolist(), V.tolist()), scipys.solve(A, V))


def test_errors():
    with pytest.raises(scipys.LinAlgError):
        linalg.cholesky(hyper(-np.eye(2)))
    with pytest.raises(ValueError, match="infs or NaNs"):
        linalg.inv(hyper(np.full((2, 2), np.nan)))
    with pytest.raises(TypeError, match="not 'raw'"):
        linalg.qr(hyper(A), mode="raw")
    with pytest.raises(TypeError, match="fewer arguments"):
        linalg.eigh(hyper(S), subset_by_index=[0, 1])
    with pytest.raises(scipys.LinAlgError, match="coincide"):
        linalg.eigh(hyper(np.eye(3)))[1] @ np.eye(3)


def test_jacobian_through_an_exponential():
    def f(k):
        return linalg.expm(np.array([[-k[0], k[1]], [k[0], -k[1]]])) @ np.array([1.0, 0.0])

    k = np.array([0.3, 0.7])
    total = k.sum()
    # From the closed form of two states that exchange: x0(1) = (k1 + k0 exp(-k0 - k1)) / (k0 + k1).
    decay = np.exp(-total)
    d0 = (decay - k[0] * decay) / total - (k[1] + k[0] * decay) / total**2
    d1 = (1 - k[0] * decay) / total - (k[1] + k[0] * decay) / total**2
    np.testing.assert_allclose(dualad.jacobian(f)(k), [[d0, d1], [-d0, -d1]], rtol=1e-12)


@pytest.mark.parametrize("structure", ["upper triangular", "lower triangular", "diagonal"])
def test_solve_reads_what_the_structure_says(structure):
    """x(p) = (p A')^-1 b with A' the part that is read, so x' = -x / p."""
    found = dualad.jacobian(lambda p: linalg.solve(A * p, V, assume_a=structure))(2.0)
    np.testing.assert_allclose(found, -scipys.solve(A * 2.0, V, assume_a=structure) / 2.0, rtol=1e-13)


def test_lyapunov_by_its_other_name_and_types_of_eigh():
    """A X + X A^T = Q: X is homogeneous of degree -1 in A."""
    found = dualad.jacobian(lambda p: linalg.solve_lyapunov(A * p, S))(2.0)
    np.testing.assert_allclose(found, -scipys.solve_lyapunov(A * 2.0, S) / 2.0, rtol=1e-12)
    with pytest.raises(TypeError, match="type=1 only"):
        linalg.eigh(dualad.seed(2.0) * S, np.eye(4), type=2)

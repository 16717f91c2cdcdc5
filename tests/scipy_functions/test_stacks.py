"""dualad.scipy.linalg of stacks of matrices: SciPy's results, containers and bits; derivatives by differences."""

import numpy as np
import pytest
from support.of_parameters import by_richardson

import dualad

scipys = pytest.importorskip("scipy.linalg")
from dualad.scipy import linalg  # noqa: E402

RNG = np.random.default_rng(5)
A = RNG.normal(size=(2, 3, 3)) + 4 * np.eye(3)
S = np.matmul(A, np.swapaxes(A, -1, -2))
M = RNG.normal(size=(2, 3, 3))
V, B = RNG.normal(size=3), RNG.normal(size=(2, 3, 2))
TALL = RNG.normal(size=(2, 4, 3))
Q, R = S + 5 * np.eye(3), np.stack([np.eye(2), 2 * np.eye(2)])
BAND = RNG.normal(size=(2, 3, 5)) + np.array([[0], [9], [0]])
HALF = RNG.normal(size=(2, 2, 5)) + np.array([[0], [9]])
C = np.array([[5.0, 1, 0.5], [6.0, -1, 0.3]])
MOVE = 0.3 * RNG.normal(size=(3, 3))

CASES = {
    "solve": lambda m, t: m.solve(A + MOVE * t, V * t),
    "inv": lambda m, t: m.inv(A + MOVE * t),
    "det": lambda m, t: m.det(A + MOVE * t),
    "solve_triangular": lambda m, t: m.solve_triangular(A + MOVE * t, B[0] * t),
    "solve_banded": lambda m, t: m.solve_banded((1, 1), BAND + t, np.arange(5.0) * t),
    "solve_banded b": lambda m, t: m.solve_banded((1, 1), BAND[0] + t, np.ones((2, 5, 1)) * t**2),
    "solveh_banded": lambda m, t: m.solveh_banded(HALF + t, np.arange(5.0) * t),
    "solve_toeplitz": lambda m, t: m.solve_toeplitz(C + t, V * t),
    "solve_toeplitz of two": lambda m, t: m.solve_toeplitz((C + t, C[1] * t), B * t),
    "cholesky": lambda m, t: m.cholesky(S + MOVE @ MOVE.T * t),
    "cho_factor": lambda m, t: m.cho_factor(S + MOVE @ MOVE.T * t)[0],
    "cho_solve": lambda m, t: m.cho_solve(m.cho_factor(S + MOVE @ MOVE.T * t), V * t),
    "cho_solve lower": lambda m, t: m.cho_solve((m.cho_factor(S + MOVE @ MOVE.T * t, lower=True)[0], True), B * t),
    "lu_factor": lambda m, t: m.lu_factor(M + MOVE * t)[0],
    "lu_solve": lambda m, t: m.lu_solve(m.lu_factor(M + MOVE * t), V * t),
    "lu": lambda m, t: m.lu(M + MOVE * t)[1:],
    "lu permuted": lambda m, t: m.lu(TALL + 0.1 * MOVE[0] * t, permute_l=True),
    "qr": lambda m, t: m.qr(A + MOVE * t),
    "qr r": lambda m, t: m.qr(TALL + 0.1 * MOVE[0] * t, mode="r"),
    "qr economic": lambda m, t: m.qr(TALL + 0.1 * MOVE[0] * t, mode="economic"),
    "qr pivoting": lambda m, t: m.qr((A + MOVE * t) * np.array([1.0, 4.0, 16.0]), pivoting=True)[:2],
    "eigh": lambda m, t: [w_or_u * np.sign(w_or_u[..., :1, :]) for w_or_u in m.eigh(S + MOVE @ MOVE.T * t)],
    "eigh of pairs": lambda m, t: m.eigh(A + MOVE * t, S[0] * t)[0],
    "eigvalsh": lambda m, t: m.eigvalsh(S * t),
    "svd": lambda m, t: m.svd(A + MOVE * t),
    "svdvals": lambda m, t: m.svdvals(A + MOVE * t),
    "pinv": lambda m, t: m.pinv(TALL + 0.1 * MOVE[0] * t),
    "lstsq": lambda m, t: m.lstsq(TALL + 0.1 * MOVE[0] * t, np.arange(4.0) * t)[:2],
    "lstsq by gelsy": lambda m, t: m.lstsq(TALL + 0.1 * MOVE[0] * t, V[[0, 1, 2, 0]], lapack_driver="gelsy")[0],
    "expm": lambda m, t: m.expm(MOVE * t + M / 3),
    "logm": lambda m, t: m.logm(S + MOVE @ MOVE.T * t),
    "sqrtm": lambda m, t: m.sqrtm(S + MOVE @ MOVE.T * t),
    "solve_sylvester": lambda m, t: m.solve_sylvester(A, S, Q * t**2),
    "solve_continuous_lyapunov": lambda m, t: m.solve_continuous_lyapunov(A + MOVE * t, Q),
    "solve_lyapunov": lambda m, t: m.solve_lyapunov(A + MOVE * t, Q[0] * t),
    "solve_discrete_lyapunov": lambda m, t: m.solve_discrete_lyapunov(A / 8 + 0.1 * MOVE * t, Q),
    "solve_continuous_are": lambda m, t: m.solve_continuous_are(A - 6 * np.eye(3) + MOVE * t, B, Q, R * t),
    "solve_discrete_are": lambda m, t: m.solve_discrete_are(A / 4 + 0.1 * MOVE * t, B, Q, R[0]),
}


def flat(found):
    """All numbers of a result in one vector."""
    return np.concatenate([np.ravel(part) for part in found] if isinstance(found, (tuple, list)) else [np.ravel(found)])


@pytest.mark.parametrize("f", CASES.values(), ids=CASES)
def test_stacks(f):
    at = 1.2
    try:
        exact = f(scipys, at)
    except ValueError:
        pytest.skip("this SciPy takes no stacks here")
    found = f(linalg, dualad.seed(at))
    assert type(found) in (type(exact), dualad.DualArray)
    if isinstance(exact, (tuple, list)):
        assert [np.shape(part) for part in found] == [np.shape(part) for part in exact]
    else:
        assert found.shape == exact.shape
    assert dualad.value(flat(found)).tobytes() == flat(exact).tobytes()
    slope = dualad.jacobian(lambda t: flat(f(linalg, t)))
    scale = abs(slope(at)).max()
    assert scale > 1e-3
    np.testing.assert_allclose(slope(at), by_richardson(lambda t: flat(f(scipys, t)), at), rtol=1e-8, atol=1e-8 * scale)
    bend = dualad.hessian(lambda t: flat(f(linalg, t)))(at)
    np.testing.assert_allclose(bend, by_richardson(slope, at), rtol=1e-7, atol=1e-7 * max(abs(bend).max(), scale))


def test_a_stack_of_stacks():
    """eigh(p s) has p times the eigenvalues of s."""
    stack = np.stack([S, S + 1, 2 * S])
    found = dualad.jacobian(lambda p: linalg.eigh(stack * p)[0])(2.0)
    np.testing.assert_allclose(found, scipys.eigh(stack)[0], rtol=1e-12)


def test_eigenvectors_of_one_matrix_of_a_stack():
    """Where eigenvalues of one matrix coincide, the others' vectors have derivatives nevertheless."""
    stack = np.stack([np.eye(3), S[0]]) + S[1] * dualad.seed(0.0)
    w, u = linalg.eigh(stack)
    for one, of_stack in zip(linalg.eigh(stack[1]), (w[1], u[1])):
        assert np.array_equal(dualad.partials(one), dualad.partials(of_stack))
    with pytest.raises(np.linalg.LinAlgError, match="coincide"):
        u[0] + 1


def test_what_stacks_cannot_do():
    with pytest.raises(TypeError, match="complex"):
        linalg.logm(np.stack([np.diag([-1.0, 2.0]), np.eye(2)]) * dualad.seed(1.0))
    with pytest.raises(ValueError, match="broadcast"):
        linalg.lstsq(TALL * dualad.seed(1.0), np.ones((3, 4, 1)))


@pytest.mark.parametrize("name", ["eigh", "svd", "qr", "lu_factor", "cho_factor", "pinv", "logm", "expm", "inv"])
def test_one_matrix_that_moves(name):
    """Of a stack whose other matrix is constant, only its own results have derivatives, as alone."""
    def first(stack):
        found = getattr(linalg, name)(stack)
        return found[0] if isinstance(found, (tuple, list)) else found
    alone = S[0] + MOVE @ MOVE.T * dualad.seed(1.0)
    stack = np.stack([alone, S[1] + 0 * alone])
    found = first(stack)
    np.testing.assert_allclose(dualad.partials(found[0]), dualad.partials(first(alone)), rtol=1e-9)
    assert np.any(dualad.partials(found[0])) and not np.any(dualad.partials(found[1]))

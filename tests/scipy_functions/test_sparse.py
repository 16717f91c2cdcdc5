"""Sparse matrices of plain numbers times dual vectors, and linear systems with them."""

import copy
import pickle

import numpy as np
import pytest
from support.of_parameters import check_numerically

import dualad

scipys = pytest.importorskip("scipy.sparse")
sparse = pytest.importorskip("dualad.scipy.sparse")
linalg = pytest.importorskip("dualad.scipy.sparse.linalg")

DENSE = np.array([[4.0, 0.0, 1.0], [0.0, 3.0, 0.0], [1.0, 0.5, 5.0]])
X = np.array([0.3, 1.2, -0.7])
CLASSES = [f"{form}_{kind}" for form in "bsr coo csc csr dia dok lil".split() for kind in ("array", "matrix")]


@pytest.mark.parametrize("name", CLASSES)
def test_products(name):
    a = getattr(sparse, name)(DENSE)
    check_numerically(lambda x: a @ x**2, X, rtol=1e-8)
    check_numerically(lambda x: x**2 @ a, X, rtol=1e-8)
    check_numerically(lambda x: a.T @ np.stack((x, x * x), axis=1), X, rtol=1e-8)
    check_numerically(lambda x: (2 * a).tocsr().dot(x.reshape(3, 1)), X, rtol=1e-8)
    check_numerically(lambda x: (a @ a + a) @ x**3, X, rtol=1e-8)
    if name.endswith("matrix"):
        check_numerically(lambda x: a * x**2, X, rtol=1e-8)
    assert (a @ X).tobytes() == (getattr(scipys, name)(DENSE) @ X).tobytes()
    assert isinstance(a, getattr(scipys, name)) and type(pickle.loads(pickle.dumps(a))) is type(copy.copy(a)) is type(a)


@pytest.mark.parametrize("make", [lambda: sparse.diags([1.0, 2.0, 3.0]), lambda: sparse.eye(3, format="csr"),
                                  lambda: sparse.kron(np.eye(3), [[1.0]]), lambda: sparse.tril(DENSE),
                                  lambda: sparse.vstack([sparse.csr_array(DENSE)] * 2)])
def test_makers(make):
    check_numerically(lambda x: make() @ x**2, X, rtol=1e-8)


@pytest.mark.parametrize("solve", [
    linalg.spsolve, lambda a, b: linalg.splu(a).solve(b), lambda a, b: linalg.factorized(a)(b),
    lambda a, b: linalg.spsolve_triangular(scipys.tril(a, format="csr"), b),
    lambda a, b: linalg.gmres(a, b, rtol=1e-13)[0], lambda a, b: linalg.bicgstab(a, b, rtol=1e-13)[0],
    lambda a, b: linalg.cg(a + a.T, b, rtol=1e-13)[0], lambda a, b: linalg.minres(a + a.T, b, rtol=1e-14)[0],
    lambda a, b: linalg.expm_multiply(-0.1 * a, b)], ids=range(9))
def test_systems(solve):
    a = sparse.csc_array(DENSE)
    check_numerically(lambda x: np.ravel(solve(a, x**2)), X, rtol=1e-7, atol=1e-9)


def test_many_right_hand_sides():
    check_numerically(lambda x: linalg.spsolve(scipys.csc_array(DENSE), np.stack((x, x**2), axis=1)), X, rtol=1e-8)


def test_refused():
    for f in (lambda x: sparse.csr_array((x, ([0, 1, 2], [0, 1, 2]))), lambda x: sparse.diags(x),
              lambda x: sparse.csr_matrix(DENSE) * x[0]):
        with pytest.raises(TypeError, match="holds plain numbers only"):
            dualad.jacobian(f)(X)

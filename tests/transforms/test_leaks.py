"""Nothing is left behind by derivative calls, whether they end well, raise in the middle, or adopt code."""

from __future__ import annotations

import gc
import io
import math
import pickle

import numpy as np
import pytest
from support.leaks import assert_leaves_nothing

import dualad

pytestmark = pytest.mark.usefixtures("quick_collections", "no_level_is_lost")

X = np.array([0.3, 0.7, -0.2])
S = np.array([[2.0, 0.5, 0.1], [0.5, 3.0, 0.2], [0.1, 0.2, 4.0]])


def failing(call, *args):
    try:
        call(*args)
    except Exception:
        return
    raise AssertionError("no error")


def cubes(x):
    return (x**3 * np.sin(x[0])).sum()


def raising(after):
    """A function that fails in its call number `after`, with dual numbers in hand."""
    calls = [0]

    def f(x):
        calls[0] += 1
        kept = [x * x, np.sin(x[0]), {"x": x[1:]}]
        if calls[0] % after == 0:
            raise ValueError(len(kept))
        return kept[0]

    return f


def in_cycles(x):
    loop = [x * x]
    loop.append(loop)
    return loop[0] + 0.0


def of_floats(x):
    y = np.zeros(3)
    for i in range(3):
        y[i] = math.sin(float(x[i])) * x[i]
    return y


def of_floats_too(x):
    return of_floats_inside(x) + of_floats_inside(x * x)


def of_floats_inside(x):
    y = np.zeros(3)
    y[:] = x
    return y


def of_floats_raising(x):
    y = np.zeros(3)
    y[:] = x
    raise ValueError(math.cos(y[0]))


class Holder:
    """Code to adopt, in a class."""

    @staticmethod
    def make(x):
        y = np.zeros(3)
        y[:] = x
        return y


@dualad.custom_jvp
def sine(x):
    return np.sin(x)


@sine.defjvp
def sine_rule(primals, tangents):
    return sine(primals[0]), np.cos(primals[0]) * tangents[0]


@dualad.custom_jvp
def broken(x):
    return np.sin(x)


@broken.defjvp
def broken_rule(primals, tangents):
    raise ValueError("no rule after all")


def saved_and_loaded(x):
    file = io.BytesIO()
    dualad.save(file, x)
    file.seek(0)
    return dualad.load(file)


def adopting(target, f, x):
    with dualad.adopting(target):
        return dualad.jacobian(f)(x)


HYPER = dualad.seed(X, order=2)
COMPLEX = dualad.seed(X) * (1 + 2j)
SPARSE = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], bool)

CALLS = {
    "jacobian": lambda: dualad.jacobian(lambda x: [x[0], x[1] * x[2], 2.0])(X),
    "jacobian of nothing": lambda: dualad.jacobian(lambda x: [])(X),
    "complex jacobian": lambda: dualad.jacobian(lambda x: np.exp(1j * x) + x[0])(X),
    "chunks": lambda: dualad.value_and_jacobian(np.sin, chunk_size=2)(X),
    "several arguments": lambda: dualad.grad(lambda x, y, t: (x * y).sum() * t, argnums=(0, 2))(X, X, 2.0),
    "aux": lambda: dualad.jacobian(lambda x: (x, {"x": x, "list": [x[0]]}), has_aux=True)(X),
    "jvp": lambda: dualad.jvp(np.exp, (X,), (X,)),
    "hessian": lambda: dualad.hessian(cubes)(X),
    "hessian of an array": lambda: dualad.hessian(lambda x: (x**2).astype(x.dtype.newbyteorder())[::-1])(X),
    "hessian in tiles": lambda: dualad.value_grad_and_hessian(cubes, chunk_size=1)(X),
    "hessian of a pattern": lambda: dualad.hessian(lambda x: x[0] * x[1] + x[2] ** 2, pattern=SPARSE)(X),
    "nested": lambda: dualad.jacobian(dualad.grad(cubes))(X),
    "nested jvp": lambda: dualad.jvp(lambda x: dualad.jvp(np.sin, (x,), (x,))[1], (X,), (X,)),
    "hvp": lambda: (dualad.hvp(cubes, (X,), (X,)), dualad.hessp(cubes)(X, X), dualad.laplacian(cubes)(X)),
    "second derivative": lambda: dualad.second_derivative(lambda t: np.exp(t) * t)(1.5),
    "custom": lambda: dualad.jacobian(sine)(X),
    "propagate": lambda: dualad.propagate(cubes, X, std=0.1 + 0 * X),
    "check": lambda: dualad.check_grads(cubes, (X,), order=1),
    "memoized": lambda: dualad.memoized(cubes)[1](X),
    "curve fit": lambda: dualad.curve_fit_jac(lambda t, a, k: a * np.exp(-k * t))(X, 1.0, 2.0),
    "raising": lambda: failing(dualad.jacobian(raising(1)), X),
    "raising in a chunk": lambda: failing(dualad.jacobian(raising(3), chunk_size=1), X),
    "raising in a tile": lambda: failing(dualad.hessian(raising(2), chunk_size=1), X),
    "raising inside": lambda: failing(dualad.jacobian(dualad.jacobian(raising(1))), X),
    "raising in a rule": lambda: failing(dualad.jacobian(broken), X),
    "lost": lambda: failing(dualad.jacobian(of_floats), X),
    "lost in second order": lambda: failing(dualad.hessian(lambda x: math.sin(x[0])), X),
    "refused inputs": lambda: [failing(dualad.jacobian(np.sin), x) for x in ("a", None, 1j, [True], [[1], [1, 2]])],
    "refused outputs": lambda: [failing(dualad.jacobian(lambda x: out), X) for out in ("a", None, {1}, object())],  # noqa: B023
    "refused levels": lambda: failing(dualad.hessian(lambda x: dualad.jacobian(lambda y: x * y)(x)), X),
    "adopting": lambda: adopting(of_floats, of_floats, X),
    "adopting a class": lambda: adopting(Holder, lambda x: Holder.make(x * x), X),
    "adopted": lambda: dualad.jacobian(dualad.adopt(of_floats_too))(X),
    "adopted, second order": lambda: dualad.hessian(dualad.adopt(of_floats_too))(X),
    "adopted, raising": lambda: failing(dualad.jacobian(dualad.adopt(of_floats_raising)), X),
    "pickles": lambda: pickle.loads(pickle.dumps((HYPER, HYPER[0], COMPLEX, COMPLEX[0], COMPLEX.dtype))),
    "damaged pickles": lambda: failing(pickle.loads, pickle.dumps(HYPER)[:-9]),
    "files": lambda: saved_and_loaded(HYPER),
    "damaged files": lambda: failing(dualad.load, io.BytesIO(b"PK\3\4 no")),
}

MATRICES = {
    "inv": np.linalg.inv,
    "solve": lambda a: np.linalg.solve(a, a[0]),
    "det": lambda a: (np.linalg.det(a), np.linalg.slogdet(a)[1]),
    "eigh": lambda a: (*np.linalg.eigh(a + a.T), np.linalg.eigvalsh(a + a.T)),
    "eig": np.linalg.eig,
    "svd": np.linalg.svd,
    "qr": np.linalg.qr,
    "cholesky": np.linalg.cholesky,
    "least squares": lambda a: (np.linalg.lstsq(a, a[0])[0], np.linalg.pinv(a)),
    "norms": lambda a: (np.linalg.norm(a), np.linalg.norm(a, axis=0), np.linalg.cond(a)),
    "products": lambda a: (np.einsum("ij,jk->i", a, a), np.tensordot(a, a), np.kron(a, a), a @ a),
    "transforms": lambda a: (np.fft.fft(a), np.fft.rfft2(a), np.fft.irfft(a)),
    "statistics": lambda a: (np.percentile(a, 30), np.median(a), np.cov(a), np.var(a), np.corrcoef(a)),
    "interpolation": lambda a: (np.interp(a[0], [0.0, 9.0], [1.0, 2.0]), np.gradient(a), np.polyval(a[0], a)),
    "singular": lambda a: failing(np.linalg.inv, a * 0.0),
    "refused": lambda a: [failing(call) for call in (
        lambda: np.linalg.solve(a, a[:2, 0]), lambda: np.einsum("ij,j", a, 1), lambda: np.linalg.cholesky(-a),
        lambda: np.interp(a, [1, 2], [1]))],
}


@pytest.mark.parametrize("name", CALLS)
def test_calls(name):
    with np.errstate(all="ignore"):
        assert_leaves_nothing(CALLS[name])


def test_reference_cycles():
    gc.disable()            # or it takes long until each of the levels has had numbers of its own
    try:
        assert_leaves_nothing(lambda: dualad.jacobian(in_cycles)(X))
    finally:
        gc.enable()


@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("order", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_functions_of_matrices(name, order):
    a = dualad.seed(S, order=order)
    with np.errstate(all="ignore"):
        assert_leaves_nothing(lambda: MATRICES[name](a))

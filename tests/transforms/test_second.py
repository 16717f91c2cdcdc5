"""Hessians, their products with vectors, Laplacians: against closed forms, SciPy's and differences."""

from __future__ import annotations

import pickle
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import mpmath
import numpy as np
import pytest
from support.layouts import backwards, every_other, swapped, unaligned

import dualad

optimize = pytest.importorskip("scipy.optimize")
rosen, rosen_der, rosen_hess = optimize.rosen, optimize.rosen_der, optimize.rosen_hess
pytestmark = pytest.mark.usefixtures("no_level_is_lost")

A = np.array([[2.0, -1.0, 0.5], [-1.0, 3.0, 0.25], [0.5, 0.25, 1.0]])
X = np.array([0.3, 0.7, -0.2])


def point(n):
    return np.random.default_rng(n).normal(size=n)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@dualad.hessp
def product(x):
    return x @ x


def rosenbrock_in_loops(x):
    total = 0.0
    for i in range(len(x) - 1):
        total = total + 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return total


def dense(x):
    """Every mixed derivative is there: (b x)^3 for two b, and a product."""
    n = len(x)
    return (x @ np.arange(1.0, n + 1)) ** 3 / 6 + x[0] * x[n - 1]


def dense_hessian(x):
    n = len(x)
    b = np.arange(1.0, n + 1)
    h = (x @ b) * np.outer(b, b)
    if n == 1:
        return h + 2.0
    h[0, n - 1] += 1.0
    h[n - 1, 0] += 1.0
    return h


OPTIONS = [{}, {"chunk_size": 1}, {"chunk_size": 7}, {"chunk_size": 16}, {"map": map}, {"chunk_size": 5, "map": map}]


# -- hessian ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("n", [2, 3, 8, 9, 25, 64, 65, 70])
def test_rosenbrock(n, options):
    x = point(n)
    for f in (rosenbrock, rosenbrock_in_loops):
        h = dualad.hessian(f, **options)(x)
        assert h.shape == (n, n) and type(h) is np.ndarray and np.array_equal(h, h.T)
        np.testing.assert_allclose(h, rosen_hess(x), rtol=1e-13, atol=1e-11)
        value, gradient, h = dualad.value_grad_and_hessian(f, **options)(x)
        np.testing.assert_allclose(h, rosen_hess(x), rtol=1e-13, atol=1e-11)
        np.testing.assert_allclose(gradient, rosen_der(x), rtol=1e-12, atol=1e-11)
        np.testing.assert_allclose(value, rosen(x), rtol=1e-13)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("n", [1, 2, 10, 50, 90])
def test_dense(n, options):
    x = point(n)
    h = dualad.hessian(dense, **options)(x)
    assert np.array_equal(h, h.T)
    np.testing.assert_allclose(h, dense_hessian(x), rtol=1e-11)


def test_against_mpmath():
    def f(x, m):
        return m.exp(x[0] * x[1]) * m.sin(x[1] + x[2] ** 2) / m.sqrt(x[0])

    x = [0.7, -1.1, 0.4]
    h = dualad.hessian(lambda x: f(x, np))(x)
    with mpmath.workdps(40):
        for i in range(3):
            for j in range(3):
                orders = [0, 0, 0]
                orders[i] += 1
                orders[j] += 1
                expected = mpmath.diff(lambda *x: f(x, mpmath), tuple(x), tuple(orders))
                np.testing.assert_allclose(h[i, j], float(expected), rtol=1e-13)


def test_shapes_of_inputs_and_outputs():
    m = np.arange(1.0, 7.0).reshape(2, 3)
    for x in (m, np.asfortranarray(m), m.tolist(), m[:, ::-1]):
        h = dualad.hessian(lambda x: np.sum(x**3))(x)
        assert h.shape == (2, 3, 2, 3)
        np.testing.assert_array_equal(h.reshape(6, 6), np.diag(6 * np.ravel(np.asarray(x))))
    h = dualad.hessian(lambda x: x**3)(m)
    assert h.shape == (2, 3, 2, 3, 2, 3) and h[1, 2, 1, 2, 1, 2] == 36.0 and np.count_nonzero(h) == 6
    h = dualad.hessian(lambda t: t**3)(2.0)
    assert type(h) is np.float64 and h == 12.0
    h = dualad.hessian(lambda t: np.array([t, t**3, t * t]))(2.0)
    np.testing.assert_array_equal(h, [0.0, 12.0, 2.0])
    np.testing.assert_array_equal(dualad.hessian(lambda x: [x[0] * x[1], 3.0, x[0]])(X[:2]),
                                  [[[0, 1], [1, 0]], [[0, 0], [0, 0]], [[0, 0], [0, 0]]])
    assert dualad.hessian(lambda x: (x[:1] ** 2))(X).shape == (1, 3, 3)
    np.testing.assert_array_equal(dualad.hessian(lambda x: 5.0)(X), np.zeros((3, 3)))
    np.testing.assert_array_equal(dualad.hessian(lambda x: np.array([x[0] ** 2, 1.0], object))(X)[0, 0, 0], 2.0)
    assert dualad.hessian(np.sum)(np.zeros(0)).shape == (0, 0)
    assert dualad.hessian(lambda x: x)(np.array(3)).shape == ()


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_several_arguments(options):
    def f(x, c, y, t):
        return x @ A @ x * t + c * y[0, 0] * x[0] + y[0, 1] ** 3

    y, t = np.array([[2.0, 3.0]]), 1.5
    h = dualad.hessian(f, argnums=(0, -2, 3), **options)(X, 10.0, y, t)
    assert [[b.shape for b in row] for row in h] == [[(3, 3), (3, 1, 2), (3,)], [(1, 2, 3), (1, 2, 1, 2), (1, 2)],
                                                     [(3,), (1, 2), ()]]
    np.testing.assert_allclose(h[0][0], 2 * A * t, rtol=1e-14)
    np.testing.assert_allclose(h[0][2], 2 * A @ X, rtol=1e-14)
    np.testing.assert_array_equal(h[0][1], [[[10.0, 0.0]], [[0.0, 0.0]], [[0.0, 0.0]]])
    np.testing.assert_array_equal(h[1][1].reshape(2, 2), [[0, 0], [0, 18.0]])
    np.testing.assert_array_equal(h[1][0], np.moveaxis(h[0][1], 0, -1))
    assert h[2][2] == 0.0
    ((h,),) = dualad.hessian(f, argnums=(0,), **options)(X, 10.0, y, t)
    np.testing.assert_allclose(h, 2 * A * t, rtol=1e-14)
    _, g, h = dualad.value_grad_and_hessian(f, argnums=(3, 0), **options)(X, 10.0, y, t)
    np.testing.assert_allclose(g[0], X @ A @ X, rtol=1e-14)
    np.testing.assert_allclose(g[1], 2 * A @ X * t + [20.0, 0, 0], rtol=1e-14)
    np.testing.assert_allclose(h[0][1], 2 * A @ X, rtol=1e-14)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("kind", [np.asarray, np.asanyarray], ids=["ndarray", "DualArray"])
@pytest.mark.parametrize("moved", [swapped, unaligned, backwards, every_other])
def test_outputs_in_other_memory(moved, kind, options):
    """Nothing copies their memory as if it were plain."""
    def f(x):
        return moved(kind(x**3))

    def total(x):
        return moved(kind(np.sum(x**3, keepdims=True)))

    expected = np.zeros((3, 3, 3))
    expected[range(3), range(3), range(3)] = 6 * X
    order = slice(None, None, -1 if moved is backwards else 1)
    found = dualad.hessian(f, **options)(X), dualad.jacobian(f)(X), dualad.jacobian(dualad.jacobian(f))(X)
    wanted = expected[order], np.diag(3 * X**2)[order], expected[order]
    found += dualad.value_grad_and_hessian(total, **options)(X)
    wanted += np.sum(X**3), 3 * X**2, np.diag(6 * X)
    for part, reference in zip(found, wanted, strict=True):
        assert part.dtype == np.float64
        np.testing.assert_allclose(part, reference, rtol=1e-15)


def test_aux():
    def f(x):
        return x @ x, {"x": x, "plain": 3}

    for options in OPTIONS:
        h, aux = dualad.hessian(f, has_aux=True, **options)(X)
        np.testing.assert_array_equal(h, 2 * np.eye(3))
        assert aux["plain"] == 3 and aux["x"].dtype == np.float64 and np.array_equal(aux["x"], X)
        (value, aux), g, h = dualad.value_grad_and_hessian(f, has_aux=True, **options)(X)
        assert value == X @ X and np.array_equal(g, 2 * X) and aux["plain"] == 3


def test_errors():
    for transform in (dualad.hessian, dualad.value_grad_and_hessian, dualad.second_derivative, dualad.laplacian,
                      dualad.hessp):
        with pytest.raises(TypeError, match="takes a function"):
            transform(3.0)
    with pytest.raises(TypeError, match="missing"):
        dualad.hessian(lambda x: None)(X)
    with pytest.raises(TypeError, match="bool"):
        dualad.hessian(lambda x: x)(True)
    with pytest.raises(TypeError, match="one number"):
        dualad.value_grad_and_hessian(lambda x: x)(X)
    with pytest.raises(TypeError, match="one number"):
        dualad.hvp(lambda x: x, (X,), (X,))
    with pytest.raises(ValueError, match="shape"):
        dualad.hessp(rosenbrock)(X, X[:2])
    with pytest.raises(ValueError, match="shape"):
        dualad.hvp(rosenbrock, (X,), (1.0,))
    with pytest.raises(TypeError, match="entry for each argument"):
        dualad.hvp(rosenbrock, (X,), (X, X))
    with pytest.raises(TypeError, match="scalar"):
        dualad.second_derivative(np.sin)(X)
    for transform in (dualad.second_derivative, dualad.laplacian):
        with pytest.raises(TypeError, match="by one argument"):
            transform(lambda x, y: x * y**3, (0, 1))
    with pytest.raises(ValueError, match="different values"):
        rng = np.random.default_rng(0)
        dualad.hessian(lambda x: x @ x * rng.random(), chunk_size=1)(X)
    with pytest.raises(TypeError, match="made by hand"):
        dualad.hessian(rosenbrock)(dualad.seed(X))
    with pytest.raises(TypeError, match="returned function"):
        dualad.hessian(lambda x: lambda y: x)(X)
    with pytest.raises(ZeroDivisionError):
        dualad.hessian(lambda x: 1 / 0)(X)


def test_third_order_is_refused():
    for by_tangent in (lambda v: dualad.hvp(rosenbrock, (X,), (v,)), lambda v: dualad.hessp(rosenbrock)(X, v)):
        with pytest.raises(TypeError, match="second order at most"):
            dualad.jacobian(by_tangent)(X)
    outer = {"grad": dualad.grad, "hessian": dualad.hessian, "laplacian": dualad.laplacian}
    inner = {"hessian": lambda f: (lambda x: dualad.hessian(f)(x).sum()), "laplacian": dualad.laplacian,
             "hessp": lambda f: (lambda x: dualad.hessp(f)(x, np.ones(3)).sum()),
             "grad": lambda f: (lambda x: dualad.grad(f)(x).sum())}
    for name, out in outer.items():
        for other, into in inner.items():
            if (name, other) != ("grad", "grad"):
                with pytest.raises(TypeError, match="second order at most"):
                    out(into(rosenbrock))(X)
                with pytest.raises(TypeError, match=r"second order at most|second order already"):
                    out(lambda x, into=into: into(lambda y: rosenbrock(y * x[0]))(X))(X)


def test_a_hessian_inside_a_derivative_that_does_not_need_it():
    def f(x):
        return x @ dualad.hessian(rosenbrock)(X) @ X

    np.testing.assert_allclose(dualad.grad(f)(np.ones(3)), rosen_hess(X) @ X, rtol=1e-13)
    np.testing.assert_allclose(dualad.hessian(lambda x: x @ x * dualad.grad(rosenbrock)(X)[0])(X),
                               2 * np.eye(3) * rosen_der(X)[0], rtol=1e-13)


def test_hessian_is_the_derivative_of_the_gradient():
    for f in (rosenbrock, dense, lambda x: np.exp(x[0]) * np.sin(x[1] * x[2])):
        np.testing.assert_allclose(dualad.jacobian(dualad.grad(f))(X), dualad.hessian(f)(X), rtol=1e-13, atol=1e-13)


def test_linear_algebra():
    inverse = np.linalg.inv(A)
    h = dualad.hessian(lambda m: np.linalg.slogdet(m)[1])(A)            # -inv[j, k] inv[l, i]
    np.testing.assert_allclose(h, -np.einsum("jk,li->ijkl", inverse, inverse), rtol=1e-12, atol=1e-14)
    h = dualad.hessian(lambda b: b @ np.linalg.solve(A, b))(X)
    np.testing.assert_allclose(h, 2 * inverse, rtol=1e-13)
    h = dualad.hessian(np.linalg.norm)(X)
    r = np.sqrt(X @ X)
    np.testing.assert_allclose(h, np.eye(3) / r - np.outer(X, X) / r**3, rtol=1e-13, atol=1e-15)


def test_chunks_in_processes_ship_floats():
    task = pickle.loads(pickle.dumps(dualad.transforms.tiles.Task(rosenbrock, (X,), {}, [(0, X, False)], False)))
    for tile in dualad.transforms.tiles.square_tiles(3, 2):
        pickle.dumps(task(pickle.loads(pickle.dumps(tile))))


def test_pickles_binds_and_runs_in_threads():
    h = pickle.loads(pickle.dumps(dualad.hessian(rosenbrock, chunk_size=2)))
    np.testing.assert_allclose(h(X), rosen_hess(X), rtol=1e-13)
    assert h.chunk_size == 2
    for made in (dualad.hessp(rosenbrock), dualad.laplacian(rosenbrock), dualad.second_derivative(np.sum)):
        assert type(pickle.loads(pickle.dumps(made))) is type(made)
    assert pickle.loads(pickle.dumps(product)) is product

    class Model:
        @dualad.hessian
        def loss(self, x):
            return x @ x

        @dualad.hessp
        def product(self, x, scale=1.0):
            return scale * x @ x

    with pytest.raises(TypeError):
        Model().loss(X)                  # argument 0 is self
    np.testing.assert_array_equal(Model().product(X, X, 3.0), 6 * X)
    with ThreadPoolExecutor(2) as pool:
        h = dualad.hessian(rosenbrock, chunk_size=2, map=pool.map)(point(9))
        np.testing.assert_allclose(h, rosen_hess(point(9)), rtol=1e-13, atol=1e-11)
        found = list(pool.map(dualad.hessian(rosenbrock), [point(n) for n in range(2, 30)]))
        for n, h in enumerate(found, 2):
            np.testing.assert_allclose(h, rosen_hess(point(n)), rtol=1e-13, atol=1e-11)


def test_the_argument_stays_as_it_is():
    def f(x):
        x *= 2.0
        return x @ x

    x = X.copy()
    np.testing.assert_array_equal(dualad.hessian(f)(x), 8 * np.eye(3))
    dualad.laplacian(f)(x), dualad.hessp(f)(x, x)
    np.testing.assert_array_equal(x, X)


# -- along directions ------------------------------------------------------------------------------

@pytest.mark.parametrize("n", [2, 5, 40, 300])
def test_laplacian(n):
    x = point(n)
    expected = np.trace(rosen_hess(x))
    for options in (*OPTIONS, {"chunk_size": 100}):
        np.testing.assert_allclose(dualad.laplacian(rosenbrock, **options)(x), expected, rtol=1e-12)


def test_a_laplacian_holds_a_fifteenth_of_what_a_hessian_does():
    def f(x):
        return np.sum(np.sin(x) * x**2) + np.sum(x[1:] * x[:-1])

    peaks = []
    for derivative in (dualad.hessian(f), dualad.laplacian(f)):
        derivative(point(200))
        tracemalloc.start()
        derivative(point(200))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[0] > 15 * peaks[1]


def test_a_laplacian_takes_few_calls():
    calls = []

    def f(x):
        calls.append(x.itemsize * x.size)
        return x @ x

    for n in (1, 10, 50, 100, 200, 1000):
        calls.clear()
        assert dualad.laplacian(f)(np.ones(n)) == 2.0 * n
        assert len(calls) <= max(16, -(-n // 256)) and (n > 50 or len(calls) == 1)


def test_laplacian_of_harmonic_and_many_valued_functions():
    np.testing.assert_allclose(dualad.laplacian(lambda x: 1 / np.sqrt(x @ x))(X), 0.0, atol=1e-13)
    np.testing.assert_allclose(dualad.laplacian(lambda x: np.log(x[0] ** 2 + x[1] ** 2))(X[:2]), 0.0, atol=1e-13)
    np.testing.assert_allclose(dualad.laplacian(lambda x: x**3)(X), 6 * X, rtol=1e-15)
    assert type(dualad.laplacian(lambda x: x @ x)(X)) is np.float64
    np.testing.assert_allclose(dualad.laplacian(lambda a, x: a * (x @ x), -1)(2.0, X), 12.0)
    assert dualad.laplacian(lambda t: t**3)(2.0) == 12.0
    assert dualad.laplacian(lambda x: 1.0)(X) == 0.0


@pytest.mark.parametrize("n", [2, 5, 40, 300])
def test_hessian_vector_products(n):
    x, v = point(n), point(n)[::-1]
    expected = rosen_hess(x) @ v
    np.testing.assert_allclose(dualad.hvp(rosenbrock, (x,), (v,)), expected, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(dualad.hessp(rosenbrock)(x, v), expected, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(dualad.hessp(lambda x, a, b=1.0: a * b * rosenbrock(x))(x, v, 2.0, b=3.0),
                               6 * expected, rtol=1e-11, atol=1e-11)


def test_hvp_of_several_arguments():
    f = lambda x, t, m: (x @ A @ x) * t + t**3 * m[0, 1]  # noqa: E731
    t, m = 2.0, np.array([[1.0, 4.0]])
    vx, vt, vm = np.array([1.0, -1.0, 2.0]), 0.5, np.array([[3.0, 1.0]])
    hx, ht, hm = dualad.hvp(f, (X, t, m), (vx, vt, vm))
    np.testing.assert_allclose(hx, 2 * t * A @ vx + 2 * A @ X * vt, rtol=1e-14)
    np.testing.assert_allclose(ht, 2 * A @ X @ vx + 6 * t * m[0, 1] * vt + 3 * t**2 * vm[0, 1], rtol=1e-14)
    np.testing.assert_allclose(hm, [[0.0, 3 * t**2 * vt]], rtol=1e-14)
    assert hm.shape == (1, 2) and type(ht) is np.float64
    assert dualad.hvp(lambda t: t**3, (2.0,), (0.5,)) == 6.0
    np.testing.assert_array_equal(dualad.hvp(lambda x: x[:1] ** 2, (X,), (X,)), [2 * X[0], 0.0, 0.0])


def test_second_derivative():
    for f, second in ((np.exp, np.exp), (np.sin, lambda t: -np.sin(t)), (lambda t: t**5, lambda t: 20 * t**3)):
        np.testing.assert_allclose(dualad.second_derivative(f)(0.7), second(0.7), rtol=1e-15)
    np.testing.assert_array_equal(dualad.second_derivative(lambda a, t: np.array([a, a * t**2]), 1)(2.0, 3.0), [0, 4])
    assert type(dualad.second_derivative(lambda t: 2.0)(1.0)) is np.float64
    assert dualad.second_derivative(lambda t, k=1.0: k * t**2)(1.0, k=3.0) == 6.0


# -- SciPy -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("method", ["trust-ncg", "trust-exact", "trust-krylov", "Newton-CG", "trust-constr"])
@pytest.mark.parametrize("which", ["hess", "hessp"])
def test_minimize(method, which):
    if (method, which) == ("trust-exact", "hessp"):
        pytest.skip("not taken by this method")
    given = {"hess": dualad.hessian(rosenbrock)} if which == "hess" else {"hessp": dualad.hessp(rosenbrock)}
    result = optimize.minimize(rosenbrock, [1.3, 0.7, 0.8, 1.9], method=method, jac=dualad.grad(rosenbrock),
                                     tol=1e-9, **given)
    np.testing.assert_allclose(result.x, np.ones(4), atol=1e-5)
    expected = optimize.minimize(rosen, [1.3, 0.7, 0.8, 1.9], method=method, jac=rosen_der, tol=1e-9,
                                       **({"hess": rosen_hess} if which == "hess" else
                                          {"hessp": lambda x, p: rosen_hess(x) @ p}))
    assert abs(result.nit - expected.nit) <= 2


def test_nonlinear_constraint():
    def circle(x):
        return np.array([x[0] ** 2 + x[1] ** 2, x[0] * x[1]])

    def hess(x, v):
        return np.tensordot(v, dualad.hessian(circle)(x), axes=1)

    np.testing.assert_array_equal(hess(np.array([1.0, 2.0]), np.array([3.0, 5.0])), [[6, 5], [5, 6]])
    constraint = optimize.NonlinearConstraint(circle, [0, -1], [1, 1], jac=dualad.jacobian(circle), hess=hess)
    result = optimize.minimize(lambda x: -x[0] - x[1], [0.1, 0.2], method="trust-constr",
                                     jac=lambda x: np.array([-1.0, -1.0]), hess=lambda x: np.zeros((2, 2)),
                                     constraints=[constraint])
    np.testing.assert_allclose(result.x, np.sqrt([0.5, 0.5]), atol=1e-4)

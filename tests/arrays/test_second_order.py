"""NumPy's functions at hyper-dual arrays: closed forms, and differences of exact first derivatives."""

import numpy as np
import pytest
from support.second import check_second, hyper, pairs_of, second_by_differences

import dualad
from dualad import _core

RNG = np.random.default_rng(31)
PATTERNS = ["HyperDual1", "HyperDual3", "HyperDualDiagonal3", "HyperDualDiagonal5", "HyperDual1x2",
            "HyperDual2x2"]


def random(*shape):
    return RNG.normal(size=shape)


# -- linear algebra ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(("a_shape", "b_shape"), [
    ((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3, 2)), ((3, 3), (2, 3, 2)), ((1, 1), (1,)),
    ((0, 0), (0,)),
])
def test_solve(a_shape, b_shape, pattern):
    a, b = random(*a_shape) + 4 * np.eye(a_shape[-1]), random(*b_shape)
    x, y = hyper(a, pattern), hyper(b, pattern, seed=2)
    check_second(np.linalg.solve, x, y)
    check_second(lambda x: np.linalg.solve(x, b), x)
    check_second(lambda y: np.linalg.solve(a, y), y)


@pytest.mark.parametrize("pattern", [*PATTERNS, "HyperDual18", "HyperDual17x2", "HyperDualDiagonal18"])
def test_inv_det_slogdet_of_every_pattern(pattern):
    x = hyper(random(3, 3) + 3 * np.eye(3), pattern)
    check_second(np.linalg.inv, x)
    check_second(np.linalg.det, x)
    check_second(lambda x: np.linalg.slogdet(x)[1], x)
    assert not dualad.second(np.linalg.slogdet(x)[0]).any()


@pytest.mark.parametrize("shape", [(2, 4, 4), (1, 1), (0, 0), (0, 2, 2)])
def test_stacks_of_matrices(shape):
    x = hyper(random(*shape) + 3 * np.eye(shape[-1]))
    check_second(np.linalg.inv, x)
    check_second(np.linalg.det, x)
    check_second(lambda x: np.linalg.slogdet(x)[1], x)
    check_second(lambda x: np.linalg.slogdet(np.swapaxes(x, -1, -2))[1], x)


def test_closed_forms_of_linear_algebra():
    a = random(3, 3) + 3 * np.eye(3)
    x, inverse = dualad.seed(a, order=2), np.linalg.inv(a)
    # d2 det / da_ij da_kl = det (inv_ji inv_lk - inv_jk inv_li)
    expected = np.linalg.det(a) * (np.einsum("ji,lk->ijkl", inverse, inverse)
                                   - np.einsum("jk,li->ijkl", inverse, inverse))
    found = dualad.second(np.linalg.det(x)).reshape(3, 3, 3, 3)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)
    expected = -np.einsum("jk,li->ijkl", inverse, inverse)
    found = dualad.second(np.linalg.slogdet(x)[1]).reshape(3, 3, 3, 3)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)
    # d2 inv_pq = inv_pi inv_jk inv_lq + inv_pk inv_li inv_jq
    expected = (np.einsum("pi,jk,lq->pqijkl", inverse, inverse, inverse)
                + np.einsum("pk,li,jq->pqijkl", inverse, inverse, inverse))
    found = dualad.second(np.linalg.inv(x)).reshape((3,) * 6)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)
    b = random(3)
    np.testing.assert_allclose(dualad.second(np.linalg.solve(x, b)).reshape((3,) * 5),
                               np.einsum("pqijkl,q->pijkl", expected, b), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("matrix", [
    np.ones((2, 2)), np.zeros((2, 2)), [[0.0]], np.diag([1.0, 0.0, 3.0]), np.ones((3, 3)), np.zeros((3, 3)),
    [[1.0, 2, 3], [4, 5, 6], [7, 8, 9]], np.outer([1.0, 2, -1, 3], [2.0, 0, 1, 1]), np.diag([1e-150, 2e-150]),
])
def test_det_where_there_is_no_inverse(matrix):
    a = np.asarray(matrix, dtype=float)
    n = len(a)
    expected = np.zeros((n,) * 4)
    for i, j, k, m in np.ndindex(n, n, n, n):
        if i != k and j != m:
            rest = np.delete(np.delete(a, [i, k], 0), [j, m], 1)
            sign = (-1.0) ** (i + j + k + m) * (1 if (i < k) == (j < m) else -1)
            expected[i, j, k, m] = sign * np.linalg.det(rest)
    found = dualad.second(np.linalg.det(dualad.seed(a, order=2))).reshape((n,) * 4)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12 * abs(a).max() ** max(n - 2, 0))


def test_a_still_direction_stays_still_at_a_singular_matrix():
    x = hyper(np.diag([1.0, 0.0]), still=[1])
    log = np.linalg.slogdet(x)[1]
    assert not np.isfinite(dualad.second(log)[0, 0])
    assert (dualad.second(log)[1] == 0).all() and (dualad.second(log)[:, 1] == 0).all()


def test_tensorsolve_and_tensorinv():
    a = random(2, 3, 6) + 5 * np.eye(6).reshape(2, 3, 6)
    check_second(np.linalg.tensorsolve, hyper(a), hyper(random(2, 3), seed=2))
    x = hyper([1.5])                                # as many dimensions on both sides: NumPy keeps all of them
    assert np.linalg.tensorsolve(x, x).shape == np.linalg.tensorsolve([1.5], [1.5]).shape == (1,)
    assert np.linalg.tensorsolve(x[:0], x[:0]).shape == (0,)
    check_second(np.linalg.tensorinv, hyper(a))
    check_second(lambda a: np.linalg.matrix_power(a, 3), hyper(random(3, 3)))
    check_second(lambda a: np.linalg.matrix_power(a, -2), hyper(random(3, 3) + 3 * np.eye(3)))
    check_second(np.linalg.multi_dot, hyper([random(3, 3)] * 3))


# -- norms -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("pattern", ["HyperDual3", "HyperDualDiagonal3", "HyperDual1x2"])
@pytest.mark.parametrize("order", [None, 2, 1, np.inf, -np.inf, 0, 3, 1.5, -1, -2, 0.5])
def test_vector_norms(order, pattern):
    x = random(3, 4)
    x = hyper(x + np.sign(x), pattern)
    check_second(lambda t: np.linalg.norm(t, order, axis=0), x)
    check_second(lambda t: np.linalg.norm(t, order, axis=-1, keepdims=True), x)


@pytest.mark.parametrize("order", [None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf])
@pytest.mark.parametrize(("shape", "axis"), [
    ((3, 4), (0, 1)), ((4, 3), (0, 1)), ((3, 2, 3), (2, 0)), ((1, 3), (0, 1)),
])
def test_matrix_norms(order, shape, axis):
    x = hyper(random(*shape) + np.arange(np.prod(shape)).reshape(shape) * 2 % 7, seed=5)
    check_second(lambda t: np.linalg.norm(t, order, axis=axis), x, rtol=1e-6)


def test_norm_at_its_edges():
    for order in (None, 1, 2, 3, np.inf):
        found = np.linalg.norm(dualad.seed(np.zeros(3), order=2), order)
        assert not dualad.partials(found).any() and not dualad.second(found).any()
    for order in (None, 2, "nuc", "fro"):
        found = np.linalg.norm(dualad.seed(np.zeros((2, 2)), order=2), order)
        assert not dualad.partials(found).any() and not dualad.second(found).any()
    for size in (1e200, 1e-200, 1.0):
        found = np.linalg.norm(dualad.seed([3 * size, 4 * size], order=2))
        u = np.array([0.6, 0.8])
        expected = (np.eye(2) - np.outer(u, u)) / (5 * size)
        np.testing.assert_allclose(dualad.second(found), expected, rtol=1e-13)


# -- products ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(("subscripts", "shapes"), [
    ("ij,jk->ik", [(2, 3), (3, 2)]), ("ij->j", [(2, 3)]), ("ii", [(3, 3)]), ("i,->i", [(3,), ()]),
    ("...ij,...jk->...ik", [(2, 2, 3), (3, 2)]), ("i,j,k->kij", [(2,), (2,), (3,)]),
    ("ij,jk,ki->", [(2, 3), (3, 2), (2, 2)]),
])
def test_einsum(subscripts, shapes, pattern):
    arrays = [hyper(random(*shape), pattern, seed=k) for k, shape in enumerate(shapes)]
    for optimize in (False, True):
        check_second(lambda *x, way=optimize: np.einsum(subscripts, *x, optimize=way), *arrays)
    if len(arrays) > 1:
        constant = random(*shapes[-1])
        check_second(lambda *x: np.einsum(subscripts, *x, constant), *arrays[:-1])
    check_second(lambda x: np.einsum("ij,jk->ik", x, x), hyper(random(3, 3), pattern))


@pytest.mark.parametrize("pattern", ["HyperDual3", "HyperDual1x2", "HyperDualDiagonal3"])
@pytest.mark.parametrize(("function", "shapes"), [
    (np.dot, [(3,), (3,)]), (np.dot, [(2, 3), (3, 2)]), (np.dot, [(2, 2, 3), (2, 3, 2)]),
    (np.dot, [(), (3,)]),
    (np.inner, [(2, 3), (2, 3)]), (np.inner, [(2, 2, 3), (3,)]), (np.vdot, [(2, 3), (2, 3)]),
    (np.tensordot, [(2, 3, 2), (3, 2, 2)]), (np.outer, [(3,), (2,)]), (np.kron, [(2, 2), (2, 2)]),
    (np.convolve, [(4,), (3,)]), (np.correlate, [(4,), (3,)]), (np.cross, [(2, 3), (2, 3)]),
    (np.matmul, [(2, 3), (3, 2)]), (np.cov, [(2, 5), (2, 5)]),
    (lambda a, b: np.tensordot(a, b, ([0, 1], [1, 0])), [(2, 3, 2), (3, 2, 2)]),
])
def test_products(function, shapes, pattern):
    check_second(function, *[hyper(random(*shape), pattern, seed=k) for k, shape in enumerate(shapes)])


def test_zero_tangents_stay_out_of_infinities():
    x = hyper([1.0, np.inf, 2.0], still=[0])
    for found in (np.einsum("i,i", x, x), np.vdot(x, x), np.convolve(x, x)[2]):
        second = dualad.second(found)
        assert (second[0] == 0).all() and (second[:, 0] == 0).all()


# -- single elements ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("pattern", PATTERNS)
def test_interp(pattern):
    xp, fp = np.array([0.0, 1.0, 2.5, 4.0]), random(4)
    at = np.array([0.3, 1.7, 3.9, -1.0, 5.0])
    x, knots, values = hyper(at, pattern), hyper(xp, pattern, 2), hyper(fp, pattern, 3)
    check_second(lambda x: np.interp(x, xp, fp), x)
    check_second(np.interp, x, knots, values)
    check_second(lambda x, fp: np.interp(x, xp, fp), x, values)
    check_second(lambda xp: np.interp(at, xp, fp), knots)
    check_second(lambda x, fp: np.interp(x[0], xp, fp), x, values)
    check_second(lambda x, fp: np.interp(x, xp, fp, period=4.5), x[:3], values)
    check_second(lambda x, fp: np.interp(x, xp, fp, left=fp[1], right=fp[0] * fp[2]), x, values)


def test_interp_is_linear_in_x():
    found = np.interp(dualad.seed([0.5, 1.5], order=2), [0.0, 1.0, 2.0], [0.0, 1.0, 5.0])
    assert not dualad.second(found).any()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_clip_nan_to_num_sinc(pattern):
    x = hyper([-2.0, 0.3, 0.7, 5.0, 1e-9], pattern)
    low, high = hyper(np.full(5, -1.0), pattern, 2), hyper(np.full(5, 2.0), pattern, 3)
    check_second(lambda x: np.clip(x * x, 0.2, 3.0), x)
    check_second(lambda x, low, high: np.clip(x, low, high), x, low, high)
    check_second(lambda x: x.clip(max=1.0), x)
    check_second(np.sinc, x[:4])
    found = np.nan_to_num(hyper([1.0, np.nan, np.inf], pattern), nan=7.0)
    second = dualad.second(found)
    assert dualad.value(found)[1] == 7.0 and second[0].any() and not second[1:].any()
    x = dualad.seed(np.zeros(2), order=2)
    np.testing.assert_allclose(dualad.second(np.sinc(x))[0], [[-np.pi**2 / 3, 0], [0, 0]], rtol=1e-14)


# -- NumPy's own functions ---------------------------------------------------------------------------------

X = np.array([[0.3, -1.2, 2.2, 0.9], [1.5, 0.1, -0.4, 3.0], [-2.0, 0.6, 0.8, 1.1]])


@pytest.mark.parametrize("function", [
    np.sort, np.ptp, np.median, np.mean, np.var, np.std, np.cumsum, np.cumprod, np.diff, np.prod,
    lambda x: np.gradient(x)[1] * x,
    np.trapezoid, np.max, np.nanmax, np.nansum, np.fliplr, np.triu, np.trace, np.ravel, np.corrcoef,
    lambda x: np.percentile(x, 30), lambda x: np.quantile(x, [0.2, 0.7], axis=0),
    lambda x: np.partition(x, 1),
    lambda x: np.where(x > 0, x**2, 3 * x), lambda x: np.select([x > 1, x < 0], [x**3, np.exp(x)], 1.0),
    lambda x: np.average(x, axis=0, weights=x[:, 0] ** 2), lambda x: np.concatenate([x, x**2]),
    lambda x: np.stack([x, np.sin(x)]), lambda x: np.pad(x * x, 1), lambda x: np.polyval(x[0], x[1]),
    lambda x: np.take_along_axis(x, np.argsort(x), -1), lambda x: np.roll(x, 1) * x, lambda x: np.tile(x, 2),
    lambda x: np.lib.stride_tricks.sliding_window_view(x**2, 2, axis=1), np.unwrap, np.hypot.reduce,
    lambda x: np.vander(x[0]), lambda x: x.dot(x.T), lambda x: np.logaddexp.reduce(x, axis=1),
    lambda x: np.piecewise(x, [x > 0], [lambda t: t**2, lambda t: t**3]),
    lambda x: np.apply_along_axis(np.prod, 0, x),
])
def test_numpys_own(function):
    for pattern in ("HyperDual3", "HyperDual1x2", "HyperDualDiagonal3"):
        found = check_second(function, hyper(X, pattern))
        assert found.dtype.type is _core.scalar_type(pattern)


def test_scipys():
    special = pytest.importorskip("scipy.special")
    for pattern in ("HyperDual3", "HyperDual1x2"):
        check_second(lambda x: special.logsumexp(x, axis=0), hyper(X, pattern))
        check_second(lambda x: special.softmax(x, axis=1), hyper(X, pattern))
        check_second(lambda x: special.log_softmax(x), hyper(X, pattern))
    linalg = pytest.importorskip("scipy.linalg")
    with pytest.raises(TypeError):
        linalg.solve(hyper(np.eye(2)), np.ones(2))


def test_types_and_tables():
    x = hyper(X)
    assert np.result_type(x, 1.0) == np.result_type(x.dtype, np.float32) == x.dtype == x.astype(float).dtype
    assert np.array_equal(dualad.second(x.astype(float)), dualad.second(x))
    assert np.finfo(x.dtype).eps == 2.0**-52 and np.isdtype(x.dtype, "real floating")
    with pytest.raises(TypeError, match="derivatives would be lost"):
        x.astype(np.float32)
    with pytest.raises(TypeError, match="patterns"):
        np.linalg.solve(hyper(np.eye(2)), hyper(np.ones(2), "HyperDualDiagonal3"))
    with pytest.raises(TypeError, match="first and of second order"):
        np.einsum("i,i", hyper(np.ones(2)), dualad.seed(np.ones(2), np.ones((2, 3))))


# -- numbers of two levels ---------------------------------------------------------------------------------

A0 = random(3, 3) + 4 * np.eye(3)
B0 = random(3)


@pytest.mark.parametrize("function", [
    lambda a, b: np.linalg.solve(a, b), lambda a, b: np.linalg.inv(a * b), lambda a, b: np.linalg.det(a + b),
    lambda a, b: np.linalg.slogdet(a * b)[1], lambda a, b: np.linalg.norm(a @ b),
    lambda a, b: np.einsum("ij,j->i", a, b), lambda a, b: np.dot(a, b), lambda a, b: np.tensordot(a, b, 1),
    lambda a, b: np.interp(b, np.sort(a[0]), a[1]), lambda a, b: np.linalg.norm(a * b, 2, axis=(0, 1)),
    lambda a, b: np.convolve(a[0], b), lambda a, b: np.vdot(a[1], b),
])
def test_a_derivative_inside_a_derivative(function):
    mixed = dualad.jacobian(lambda a: dualad.jacobian(lambda b: function(a, b))(B0))(A0)
    step = 1e-4
    for i, j in ((0, 0), (1, 2)):
        e = np.zeros((3, 3))
        e[i, j] = step
        near = [dualad.jacobian(lambda b, a=A0 + k * e: function(a, b))(B0) for k in (-2, -1, 1, 2)]
        expected = (near[0] - 8 * near[1] + 8 * near[2] - near[3]) / (12 * step)
        np.testing.assert_allclose(mixed[..., i, j], expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("together", [
    lambda a, b: np.concatenate([a, b, [2.0]]), lambda a, b: np.concatenate((a * b, b), axis=0),
    lambda a, b: np.stack([a, b], axis=1), lambda a, b: np.hstack([[1.0], [b[0]], a]), lambda a, b: np.append(a, b[0]),
    lambda a, b: np.where([True, False], a, b), lambda a, b: np.where(a > b, a[0], b[1]),
])
def test_arrays_of_two_levels_in_one(together):
    """They get the dtype in which the levels meet, with all lanes; NumPy would make objects."""
    a0, b0 = np.array([0.5, 2.0]), np.array([0.7, 1.1])
    outer = _core.Level()
    inner = _core.Level()
    a, b = _core.lift(a0, 2, outer.slot, 0, 2), _core.lift(b0, 2, inner.slot, 0, 2)
    found = together(a, b)
    assert type(found) is dualad.DualArray and found.dtype == (a * b).dtype
    assert np.array_equal(dualad.value(found), together(a0, b0))
    for x, level in ((a, outer), (b, inner)):
        own = slice(0, 2) if _core.kind_of(found)[0] == level.slot else slice(2, 4)
        alone = together(x, b0) if x is a else together(a0, x)
        assert np.array_equal(dualad.partials(found)[..., own], dualad.partials(alone))


def test_numbers_that_cannot_meet_stay_apart():
    one, two = dualad.seed([1.0]), dualad.seed([1.0, 2.0])
    for call in (lambda: np.concatenate([one, two]), lambda: np.where([True, False], one, two),
                 lambda: np.stack([two, dualad.seed([1.0, 2.0], order=2)])):
        with pytest.raises(TypeError, match=r"direction|pattern|order"):
            call()


def test_the_pattern_of_the_helpers_is_the_cores():
    assert pairs_of(_core.dual_dtype(2, 2)) == [(0, 0), (0, 1), (1, 1)]
    assert pairs_of(np.dtype(_core.scalar_type("HyperDual2x1"))) == [(0, 2), (1, 2)]
    assert pairs_of(np.dtype(_core.scalar_type("HyperDualDiagonal2"))) == [(0, 0), (1, 1)]
    x = hyper([0.5], "HyperDual2")
    first, second = dualad.partials(x)[0], dualad.second(x)[0]
    expected = np.exp(0.5) * (np.outer(first, first) + second)
    np.testing.assert_allclose(second_by_differences(np.exp, x)[0], expected, rtol=1e-9)

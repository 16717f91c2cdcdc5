"""Linear algebra: complex steps through NumPy's functions, closed forms, singular and stacked matrices."""

import numpy as np
import pytest
from support.tangents import same_bits, tangents_by_complex_step, tangents_by_differences

import dualad

RNG = np.random.default_rng(3)


def dual(x, k=3, seed=1):
    x = np.asarray(x, dtype=float)
    directions = np.random.default_rng(seed).normal(size=(*x.shape, k))
    return dualad.seed(x, directions), directions


def check(result, function, x, directions, rtol=1e-11, by=tangents_by_complex_step):
    assert same_bits(dualad.value(result), function(x)), "value"
    expected = by(function, x, directions)
    scale = np.abs(expected).max(initial=0.0)
    np.testing.assert_allclose(dualad.partials(result), expected, rtol=rtol, atol=rtol * scale)


@pytest.mark.parametrize(("a_shape", "b_shape"), [
    ((3, 3), (3,)), ((3, 3), (3, 2)), ((4, 3, 3), (3,)), ((4, 3, 3), (3, 2)), ((3, 3), (5, 3, 2)),
    ((4, 1, 3, 3), (5, 3, 2)), ((1, 1), (1,)), ((0, 0), (0,)), ((2, 0, 0), (0, 3)), ((0, 3, 3), (3, 2)),
])
def test_solve(a_shape, b_shape):
    a, b = RNG.normal(size=a_shape), RNG.normal(size=b_shape)
    da, direction_a = dual(a)
    db, direction_b = dual(b, seed=2)
    check(np.linalg.solve(da, b), lambda a: np.linalg.solve(a, b), a, direction_a)
    check(np.linalg.solve(a, db), lambda b: np.linalg.solve(a, b), b, direction_b)
    both = np.linalg.solve(da, db)
    expected = (dualad.partials(np.linalg.solve(da, b)) + dualad.partials(np.linalg.solve(a, db)))
    np.testing.assert_allclose(dualad.partials(both), expected, rtol=1e-11, atol=1e-11)


def test_solve_uses_one_factorisation_for_all_directions(monkeypatch):
    calls = []
    numpys = np.linalg.solve
    monkeypatch.setattr(np.linalg, "solve", lambda a, b: calls.append(np.shape(b)) or numpys(a, b))
    numpys(dual(RNG.normal(size=(4, 4)), 9)[0], RNG.normal(size=4))
    assert calls == [(4,), (4, 9)]


def test_solve_errors_are_numpys():
    a, _ = dual(np.zeros((2, 2)))
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        np.linalg.solve(a, np.ones(2))
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        np.linalg.inv(a)
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.solve(dual(np.zeros((2, 3)))[0], np.ones(2))
    with pytest.raises(TypeError, match="which direction"):
        np.linalg.solve(dual(np.eye(2), 2)[0], dual(np.ones(2), 3)[0])


@pytest.mark.parametrize("shape", [(3, 3), (2, 4, 3, 3), (1, 1), (0, 0)])
@pytest.mark.parametrize("layout", ["C", "F", "reversed", "strided"])
def test_inv_det_slogdet(shape, layout):
    x = RNG.normal(size=shape)
    x = {"C": x, "F": np.asfortranarray(x), "reversed": x[..., ::-1, :],
         "strided": x.repeat(2, -1)[..., ::2]}[layout]
    d, directions = dual(x)
    check(np.linalg.inv(d), np.linalg.inv, x, directions, rtol=1e-10)
    check(np.linalg.det(d), np.linalg.det, x, directions, rtol=1e-10)
    result = np.linalg.slogdet(d)
    assert type(result) is type(np.linalg.slogdet(x))
    assert same_bits(dualad.value(result.sign), np.linalg.slogdet(x).sign)
    assert not dualad.partials(result.sign).any()
    assert same_bits(dualad.value(result.logabsdet), np.linalg.slogdet(x).logabsdet)
    det = np.linalg.det(x)[..., None]
    np.testing.assert_allclose(dualad.partials(result.logabsdet),
                               dualad.partials(np.linalg.det(d)) / det, rtol=1e-9)


@pytest.mark.parametrize("matrix", [
    [[1.0, 2.0], [2.0, 4.0]], np.zeros((2, 2)), [[0.0]], np.diag([1.0, 0.0, 3.0]), np.ones((3, 3)),
    np.diag([1e-200, 1e-200]), np.diag([1e200, 1e-200, 1e-120]), [[1.0, 2, 3], [4, 5, 6], [7, 8, 9]],
])
def test_det_where_there_is_no_inverse(matrix):
    x = np.asarray(matrix, dtype=float)
    n = len(x)
    d = dualad.seed(x)
    cofactors = np.array([[(-1) ** (i + j) * np.linalg.det(np.delete(np.delete(x, i, 0), j, 1))
                           for j in range(n)] for i in range(n)])
    got = dualad.partials(np.linalg.det(d)).reshape(n, n)
    np.testing.assert_allclose(got, cofactors, rtol=1e-12, atol=1e-14 * abs(cofactors).max())


def test_slogdet_of_a_singular_matrix_is_honestly_infinite():
    lanes = dualad.partials(np.linalg.slogdet(dualad.seed(np.diag([1.0, 0.0])))[1])
    assert np.isinf(lanes[3]) and (lanes[:3] == 0).all()


VECTOR_ORDERS = [None, 2, 1, np.inf, -np.inf, 0, 3, 1.5, -1, -2, 0.5]


@pytest.mark.parametrize("order", VECTOR_ORDERS)
def test_vector_norms(order):
    x = RNG.normal(size=(3, 4, 5))
    d, directions = dual(x)
    for keepdims in (False, True):
        for axis in (0, -1):
            def function(t, axis=axis, keepdims=keepdims):
                return np.linalg.norm(t, order, axis=axis, keepdims=keepdims)
            check(function(d), function, x, directions, 1e-8,
                  by=lambda *a: tangents_by_differences(*a, step=1e-4))


@pytest.mark.parametrize("order", [None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf])
@pytest.mark.parametrize("axis", [(0, 1), (2, 0), (-2, -1)])
def test_matrix_norms(order, axis):
    x = RNG.normal(size=(3, 4, 5))
    d, directions = dual(x)

    def function(t):
        return np.linalg.norm(t, order, axis=axis)
    check(function(d), function, x, directions, 1e-7, by=lambda *a: tangents_by_differences(*a, step=1e-3))


def test_norm_of_any_layout_has_numpys_bits():
    for n in (1, 7, 100, 1001):
        x = RNG.normal(size=(2 * n, 3))
        d, _ = dual(x)
        for make in (lambda t: t, lambda t: t[::2], lambda t: t[::-1], lambda t: t.T, lambda t: t[:, 0],
                     lambda t: t[::-2, 1]):
            assert same_bits(dualad.value(np.linalg.norm(make(d))), np.linalg.norm(make(x)))


def test_norm_at_its_edges():
    zero = dualad.seed(np.zeros(3))
    for order in (None, 1, 2, 3, 0, np.inf):
        assert not dualad.partials(np.linalg.norm(zero, order)).any()
    for order in (2, -2, "nuc", "fro"):
        assert not dualad.partials(np.linalg.norm(dualad.seed(np.zeros((2, 2))), order)).any()
    empty = dualad.seed(np.zeros((0, 0)), np.zeros((0, 0, 2)))
    for order in (2, "nuc", "fro"):
        try:
            expected = np.linalg.norm(np.zeros((0, 0)), order)
        except ValueError:                                      # NumPy before 2.3
            continue
        assert dualad.value(np.linalg.norm(empty, order)) == expected
    huge = np.linalg.norm(dualad.seed([3e200, 4e200]))
    np.testing.assert_allclose(dualad.partials(huge), [0.6, 0.8], rtol=1e-15)
    tiny = np.linalg.norm(dualad.seed([3e-200, 4e-200]))
    np.testing.assert_allclose(dualad.partials(tiny), [0.6, 0.8], rtol=1e-15)
    assert dualad.partials(np.linalg.norm(dualad.seed([1.0, -np.inf]))).tolist() == [0.0, -1.0]
    assert np.isnan(dualad.value(np.linalg.norm(dualad.seed([1.0, np.nan]))))
    still = dualad.seed([1.0, np.nan], np.array([[0.0, 1.0], [0.0, 0.0]]))
    assert dualad.partials(np.linalg.norm(still))[0] == 0.0
    tied = np.linalg.norm(dualad.seed([2.0, -2.0, 2.0]), np.inf)
    assert dualad.partials(tied).tolist() == [0.25, -0.25, 0.5]


def test_numbers_of_a_level_that_has_ended_are_refused(fresh_python):
    assert fresh_python("""
import numpy as np, dualad
kept = []
dualad.jacobian(lambda x: kept.append(x) or x * 2)(np.eye(2))
for function in (np.linalg.inv, np.linalg.norm, lambda x: np.dot(x, x),
                 lambda x: np.einsum("ij,ij", x, x)) * 9:
    try:
        function(kept[0])
        print("no error")
    except TypeError as error:
        if "outlived" not in str(error):
            print(error)
print("done")
""").strip() == "done"


def test_more_refusals():
    x = dualad.seed([1.0, 2.0, 3.0])
    with pytest.raises(TypeError):
        np.linalg.solve(np.eye(3), np.asarray(x))
    with pytest.raises(TypeError):
        np.linalg.eigh(np.asarray(dualad.seed(np.eye(2))))


def test_tensors_that_are_no_square_matrices():
    x, _ = dual(np.ones((2, 3)))
    for function, arguments, error in ((np.linalg.tensorinv, (0,), ValueError),
                                       (np.linalg.tensorsolve, (np.ones(2),), np.linalg.LinAlgError),
                                       (np.linalg.tensorsolve, (np.ones(3), (0,)), np.linalg.LinAlgError)):
        with pytest.raises(error) as plain:
            function(dualad.value(x), *arguments)
        with pytest.raises(error) as ours:
            function(x, *arguments)
        assert ours.type is plain.type


def test_nuclear_norm_of_infinities():
    x, _ = dual([[np.inf, 1.0], [1.0, 2.0]])
    try:
        np.linalg.norm(dualad.value(x), "nuc")
    except np.linalg.LinAlgError:                # by the LAPACK that NumPy was built with
        with pytest.raises(np.linalg.LinAlgError):
            np.linalg.norm(x, "nuc")
    else:
        norm = np.linalg.norm(x, "nuc")
        assert np.isnan(dualad.value(norm)) and np.isnan(dualad.partials(norm)).all()

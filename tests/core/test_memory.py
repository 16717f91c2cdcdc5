"""The raw memory of a dual array is not to be taken for plain numbers; pandas steps back for ours."""

import numpy as np
import pytest

import dualad
from dualad import _core

X = np.array([0.5, 1.0])

WAYS = {
    "view": lambda x: np.sum(x.view(float)),
    "view of bytes": lambda x: x.view(np.uint8),
    "getfield": lambda x: x.getfield(float),
    "tobytes": lambda x: x.tobytes(),
    "frombuffer": lambda x: np.frombuffer(x)[:2],
    "ndarray": lambda x: np.ndarray(2, float, buffer=x),
    "memoryview": memoryview,
    "bytes": bytes,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_raw_memory_is_refused(way):
    with pytest.raises(TypeError, match=r"dualad\.value"):
        dualad.jacobian(way)(X)


def test_views_that_keep_the_numbers():
    x = dualad.seed(X)
    for same in (x.view(), x.view(x.dtype), x.view(np.ndarray), x.view(type=np.ndarray)):
        assert same.dtype == x.dtype and np.shares_memory(dualad.value(same), dualad.value(x))
    assert (x > 0.7).view(np.uint8).tolist() == [0, 1]


def test_parts_of_numbers_that_are_not_aligned():
    x = np.asarray(dualad.seed(X, order=2) ** 2)
    room = np.zeros(x.nbytes + 1, np.uint8)[1:].view(x.dtype)
    room[...] = x
    assert not room.flags.aligned
    for part in (dualad.value, dualad.partials, dualad.second):
        np.testing.assert_array_equal(part(room), part(x))


def test_the_cores_functions_take_dual_arrays_only():
    plain, dtype = np.ones(2), dualad.seed(X).dtype
    for call in (lambda: _core.stacked(plain), lambda: _core.values_copied(plain), lambda: _core.complex_dtype(float),
                 lambda: _core.real_dtype(float), lambda: _core.assembled(plain.dtype, plain, None),
                 lambda: _core.apply_rule("sinc", plain, plain), lambda: _core.pair_indices(plain),
                 lambda: _core.pairs_of(plain), lambda: _core.joined_dtype(float, dtype)):
        with pytest.raises(TypeError, match="dual numbers are expected, not float64"):
            call()
    with pytest.raises(TypeError, match="a type of dual numbers is expected"):
        _core.expect_references(dualad.Dual, 1)
    assert not any(_core.is_open(slot) for slot in (-1, 64, 10**6))
    with pytest.raises(ValueError, match="2 lanes of the shape of the values"):
        _core.assembled(dtype, plain, plain)
    with pytest.raises(ValueError, match=r"values of shape \(2,\) are expected, not \(3,\)"):
        _core.apply_rule("sinc", np.zeros(2, dtype), np.ones(3))


def test_swapped_copies_do_not_use_up_the_levels():
    swapping = dualad.jacobian(lambda x: (x.astype(x.dtype.newbyteorder()), x)[1])
    for _ in range(100):
        np.testing.assert_array_equal(swapping(X), np.eye(2))


def test_pandas_on_both_sides():
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([1.0, 2.0])
    a = dualad.Dual(2.0, [1.0])
    for product in (a * series, series * a, np.multiply(a, series)):
        assert dualad.value(product.to_numpy()).tolist() == [2.0, 4.0]
        assert dualad.partials(product.to_numpy()).tolist() == [[1.0], [2.0]]
    model = lambda t, a, k: a * np.exp(-k * t)  # noqa: E731
    found = dualad.curve_fit_jac(model)(series, 3.0, 1.5)
    t = series.to_numpy()
    expected = np.stack([np.exp(-1.5 * t), -3.0 * t * np.exp(-1.5 * t)], axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("order", [1, 2])
def test_parts_of_numbers_at_odd_addresses(order):
    """Sanitizers see where doubles are read that are not aligned."""
    x = dualad.seed(X, order=order)
    for size in (2, 1, 0):
        odd = np.zeros(size * x.itemsize + 1, np.uint8)[1:].view(x.dtype)
        odd[...] = x[:size]
        assert not odd.flags.aligned or size == 0
        for part in (dualad.value, dualad.partials, *[dualad.second] * (order - 1)):
            np.testing.assert_array_equal(part(odd), part(x[:size]))
        np.testing.assert_array_equal(dualad.value(np.sin(odd) * odd), dualad.value(np.sin(x) * x)[:size])
        for dot in (np.dot, np.vdot, np.inner):
            np.testing.assert_array_equal(dualad.partials(dot(odd, odd)), dualad.partials(dot(x[:size], x[:size])))

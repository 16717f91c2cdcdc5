"""np.array, np.result_type and the like, of numbers of several kinds."""

import numpy as np
import pytest

import dualad


def mixed(x):
    z = 1j * x[0]
    return [
        np.array([1j, x[0]]), np.array([x[0], 1j]), np.array([2j, x[1], z, 1.5]),
        np.array([[1j, 0.0], [x[0], 1]]), np.array([x, [1j, 2]]), np.array([np.array([1j, 2]), x]),
        np.array([x[0], np.complex64(1j)]), np.asarray([x[1], z]),
        np.exp([1j, x[0]]), np.array([1j, x[0]]).real, np.array([1j, x[0]]).imag, np.imag([1j, x[0]]),
        np.array([2.0 + 1j, x[0]]).var(), np.linalg.norm([1j, x[0]]), np.convolve([1j, x[0]], x),
    ]


@pytest.mark.parametrize("place", range(15))
def test_plain_complex_and_real_dual_numbers(place):
    point = np.array([1.5, 0.5])

    def f(x):
        return mixed(x)[place]

    value, jacobian = dualad.value_and_jacobian(f)(point)
    expected = np.asarray(f(point))
    assert value.dtype == expected.dtype
    np.testing.assert_array_equal(value, expected)
    h = 1e-4
    slopes = np.stack([(f(point + h * e) - f(point - h * e)) / (2 * h) for e in np.eye(2)], axis=-1)
    np.testing.assert_allclose(jacobian, slopes, rtol=1e-6, atol=1e-7)
    curved = dualad.jacobian(dualad.jacobian(f))(point)
    bends = [(dualad.jacobian(f)(point + h * e) - dualad.jacobian(f)(point - h * e)) / (2 * h) for e in np.eye(2)]
    np.testing.assert_allclose(curved, np.stack(bends, axis=-1), rtol=1e-6, atol=1e-7)


def test_result_types():
    dual = dualad.dual_dtype(3)
    complex_dual = np.result_type(np.complex64, dual)
    assert complex_dual.kind == "c" and complex_dual == np.promote_types(dual, complex)
    assert np.promote_types(dual, float) == np.promote_types(np.int8, dual) == dual
    assert np.promote_types(dual, complex_dual) == complex_dual
    assert np.result_type(dual, object).kind == "O"
    assert np.promote_types(dual, dualad.dual_dtype(2)).kind == "O"


def test_numbers_of_two_levels_in_one_array():
    def outer(y):
        def inner(x):
            both = np.array([x[0], y[0], 2.0])
            assert both.dtype.kind == "f" and np.array([y[0], x[0] * 1j]).dtype.kind == "c"
            return (both**2 * both[0] * both[1]).sum()
        return dualad.grad(inner)(np.array([3.0]))[0]

    # x^3 y + x y^3 + 4 x y: its mixed derivative is 3 x^2 + 3 y^2 + 4
    assert dualad.grad(outer)(np.array([2.0]))[0] == pytest.approx(27.0 + 12.0 + 4.0, rel=1e-14)


def test_what_cannot_meet_says_so_in_use():
    a, b = dualad.seed([1.0, 2.0])[0], dualad.seed([1.0, 2.0, 3.0])[0]
    both = np.array([a, b])
    assert both.dtype.kind == "O"
    with pytest.raises(TypeError, match="directions"):
        both[0] + both[1]


@pytest.mark.parametrize("call", [
    lambda x, dtype: np.sum(x, dtype=dtype), lambda x, dtype: np.mean(a=x, dtype=dtype),
    lambda x, dtype: np.cumsum(x, dtype=dtype), lambda x, dtype: np.var(x, dtype=dtype),
    lambda x, dtype: np.concatenate([x, x], dtype=dtype), lambda x, dtype: np.stack([x, [1.0, 2.0]], dtype=dtype),
    lambda x, dtype: np.linspace(x[0], x[1], 3, dtype=dtype), lambda x, dtype: np.nansum(x, dtype=dtype),
    lambda x, dtype: np.prod(x * [1.0, 2.0], dtype=dtype)])
@pytest.mark.parametrize("dtype", [float, np.float64, "f8", complex, None])
def test_dtype_float_means_floating(call, dtype):
    point = np.array([1.5, 0.5])
    value, slopes = dualad.value_and_jacobian(call)(point, dtype)
    expected = np.asarray(call(point, dtype))
    assert value.dtype == expected.dtype
    np.testing.assert_array_equal(value, expected)
    np.testing.assert_allclose(slopes, dualad.jacobian(call)(point, None), rtol=1e-14)


def test_dtype_float_does_not_make_complex_numbers_real():
    z = dualad.seed([1.0, 2.0]).view(dualad.DualArray) * 1j
    for lose in (lambda: np.sum(z, dtype=float), lambda: np.sum(z, dtype=int), lambda: np.sum(z.imag, dtype="f4")):
        with pytest.raises(TypeError):
            lose()


def test_round_of_complex_numbers_rounds_each_part():
    values = np.random.default_rng(0).normal(size=50) + 1j * np.random.default_rng(1).normal(size=50)
    z = dualad.seed(values.real).view(dualad.DualArray) + 1j * values.imag
    for decimals in (0, 1, 2, -1):
        np.testing.assert_array_equal(dualad.value(np.round(z, decimals)), np.round(values, decimals))
        assert dualad.value(np.round(z[7], decimals)) == np.round(values[7], decimals)
    assert not dualad.partials(z.round(2, out=np.ones_like(z))).any()

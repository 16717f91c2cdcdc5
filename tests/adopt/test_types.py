"""Types in adopted code: which is which, integers of NumPy's, methods with dtype=float."""

from __future__ import annotations

import numpy as np
import pytest
from numpy import float64 as double
from numpy import sqrt

import dualad
from tests.support.of_parameters import by_richardson

X = np.array([1.3, 2.7])


def identities(x, given=float, numpys=np.float64):
    array = np.ones(2)
    return [given is float, numpys is np.float64, numpys is double, given is not float, array.dtype.type is np.float64,
            type(array[0]) is np.float64, type(x) is float, type(x) is not int, x is float, np.dtype(float) is float,
            array is np.float64, 1 if type(x) is float else 2, np.arange(3).dtype.type is np.int64]


@pytest.mark.parametrize("x", [1.5, 2, np.float64(3.0), np.ones(2)])
def test_is_has_the_answer_of_plain_code(x):
    expected = identities(x)
    with dualad.adopting(identities):
        assert identities(x) == expected == identities(x, float, np.float64)


def test_elements_of_dual_arrays_are_numpys_floats():
    """As they are in the float program."""
    @dualad.adopt
    def f(x):
        return x if type(x[0]) is np.float64 and type(x[0]) is not float else x * 0.0

    assert (dualad.jacobian(f)(X) == np.eye(2)).all()


def dtypes(x):
    array = x[:2]
    return [array.dtype == float, array.dtype == np.float64, array.dtype != np.float64, array.dtype == double,
            array.dtype == np.float32, np.arange(2).dtype == float, np.arange(2).dtype != np.int64,
            np.zeros(1, complex).dtype == complex, 1 if array.dtype == float else 0, array.dtype.type == np.float64]


def test_dual_arrays_are_of_floats():
    expected = dtypes(X)
    with dualad.adopting(dtypes):
        assert dtypes(X) == expected
        _, seen = dualad.jacobian(lambda x: (x, dtypes(x)), has_aux=True)(X)
    assert seen == expected


def by_numpys_integers(x):
    y = np.zeros(int(x[1]) + 2)
    y[np.int64(x[0])] = x[0] ** 2
    y[3 * np.intp(1)] = x[1] * np.int32(x[1]) * np.asarray(x, dtype=int)[0] * np.array([x[0], 2.7], np.int64)[0]
    y[2] = type(np.int16(x[0])) is np.int16 and isinstance(np.int64(3), np.integer)
    assert np.iinfo(np.int64).max == 2**63 - 1 and np.arange(2, dtype=np.int64).dtype == np.int64
    return y


def test_numpys_integers_truncate():
    expected = by_numpys_integers(X)
    with dualad.adopting(by_numpys_integers):
        value, slopes = dualad.value_and_jacobian(by_numpys_integers)(X)
        assert (value == expected).all() and (by_numpys_integers(X) == expected).all()
    np.testing.assert_allclose(slopes, [[0, 0], [2 * X[0], 0], [0, 0], [0, 2.0]], rtol=1e-15)


METHODS = [lambda x: x.sum(dtype=float), lambda x: x.prod(None, "f8"), lambda x: x.mean(dtype=np.float64),
           lambda x: x.std(dtype=float, ddof=1), lambda x: x.var(0, float), lambda x: x.cumsum(dtype=float),
           lambda x: x.cumprod(0, float), lambda x: np.sum(x, dtype=float), lambda x: np.mean(x, 0, float)]


@pytest.mark.parametrize("method", METHODS)
def test_methods_with_dtype_float(method):
    """It means "as floats", as in x.astype(float); adopted or not."""
    def f(x):
        return np.sum(method(x * x) ** 2)

    value, slope = dualad.value_and_grad(f)(X)
    assert value == f(X)
    np.testing.assert_allclose(slope, by_richardson(f, X), rtol=1e-9)
    np.testing.assert_allclose(dualad.hessian(f)(X), by_richardson(dualad.grad(f), X), rtol=1e-9)


def test_methods_with_other_dtypes():
    for dtype in int, np.float32:
        with pytest.raises(TypeError, match="would be lost"):
            dualad.jacobian(lambda x, dtype=dtype: x.sum(dtype=dtype))(X)
    with pytest.raises(TypeError):
        dualad.seed(X).sum(1, 2, 3, 4, 5, 6, 7, 8, 9)
    assert "numpy.sum" in dualad.DualArray.sum.__doc__


def by_astype_of_others(x):
    """Texts and times become floats, in which dual numbers may be stored."""
    y = np.array(["1.5", "2"]).astype(float)
    y[0] *= x[0]
    times = np.array([3, 5], "m8[s]").astype(np.float64)
    times += (np.array(["2020-01-02", "2020-01-05"], "M8[D]") - np.datetime64("2020-01-01")).astype(dtype=float) * x
    return y * times + np.array([b"1", b"2"]).astype(complex).real


def test_astype_of_texts_and_times():
    expected = by_astype_of_others(X)
    with dualad.adopting(by_astype_of_others):
        value, slopes = dualad.value_and_jacobian(by_astype_of_others)(X)
        assert (value == expected).all() and by_astype_of_others(X).dtype == float
        np.testing.assert_allclose(slopes, by_richardson(by_astype_of_others, X), rtol=1e-9)


TOLD = {
    "unary": lambda x: np.sqrt(x, dtype=float),
    "binary": lambda x: np.add(1, x, dtype=np.float64) * np.multiply(x, x[::-1], dtype="f8"),
    "complex": lambda x: np.sqrt(x, dtype=complex).real * np.exp(1j * x, dtype=np.complex128).imag,
    "number": lambda x: np.sin(x[0], dtype=float) * x,
    "list": lambda x: np.cos([x[0], 1, x[1]], dtype=float),
    "reduce": lambda x: np.add.reduce(x**2, dtype=float) * x,
    "accumulate": lambda x: np.multiply.accumulate(x, 0, dtype=float),
    "initial": lambda x: np.add.reduce(np.ones(2), dtype=float, initial=x[0]) * x,
    "masked": lambda x: np.sqrt(np.ma.array(x, mask=[False, True]), dtype=complex).real.filled(0.0),
    "outer": lambda x: np.multiply.outer(x, x, dtype=float),
    "out": lambda x: np.sin(x, out=np.empty(2), dtype=float),
    "two results": lambda x: np.modf(x, dtype=float)[0] * x,
    "by name": lambda x: sqrt(x, dtype=float),
    "with stars": lambda x: np.add(*[x, x**2], dtype=float),
    "inside": lambda x: np.exp(np.sum(np.sqrt(
        x, dtype=np.dtype(float)), axis=0)) * x,
    "made of integers": lambda x: np.add(np.sqrt(np.arange(1, 3), dtype=float).__iadd__(x), x),
}


@pytest.mark.parametrize("name", TOLD)
def test_ufuncs_told_a_dtype(name):
    """It means "as floats", as in np.sum(x, dtype=float)."""
    f = TOLD[name]
    expected = f(X)
    with dualad.adopting(f):
        value, slopes = dualad.value_and_jacobian(f)(X)
        np.testing.assert_array_equal(value, expected)
        np.testing.assert_array_equal(f(X), expected)
        np.testing.assert_allclose(slopes, by_richardson(f, X), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(dualad.hessian(lambda x: np.sum(f(x)**2))(X), by_richardson(
            dualad.grad(lambda x: np.sum(f(x)**2)), X), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("f", [lambda x: np.sqrt(x, dtype=float), lambda x: np.sqrt(x + 0j, dtype=complex)])
def test_the_remedy_for_ufuncs_told_a_dtype(f):
    with pytest.raises(TypeError, match=r"would be lost.* dualad\.adopt\(") as error:
        dualad.jacobian(f)(X)
    assert "dtype=" in str(error.value)


@pytest.mark.parametrize("f", [lambda x: np.sqrt(x, dtype=int), lambda x: np.sqrt(x + 0j, dtype=float)])
def test_ufuncs_told_what_would_lose_something(f):
    with dualad.adopting(f), pytest.raises(TypeError):
        dualad.jacobian(f)(X)


def by_ndarray(x):
    y = np.ndarray((2, 2))
    z = np.ndarray(shape=(2,), dtype=float)
    y[:], z[:] = x, 3 * x
    n = np.ndarray(2, int)
    n[:] = 1
    same = np.ndarray((2,), np.float64, bytes(16))
    return y[1] * z * n * isinstance(same, np.ndarray) + same


def test_ndarray_that_is_called():
    expected = by_ndarray(X)
    with dualad.adopting(by_ndarray):
        value, slopes = dualad.value_and_jacobian(by_ndarray)(X)
        assert (by_ndarray(X) == expected).all() and by_ndarray(X).dtype == float
    assert (value == expected).all()
    np.testing.assert_allclose(slopes, np.diag(6 * X), rtol=1e-15)

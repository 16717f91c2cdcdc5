"""Adopted code with complex numbers: buffers, types, cmath."""

import cmath
import math

import mpmath
import numpy as np
import pytest

import dualad
import dualad.cmath as dcmath

X = np.array([0.3, 0.7])
NUMBERS = [0.0, 0.5, -1.5, 7, True, 1e308, math.inf, math.nan, 0.3 + 0.4j, -2 - 0.0j, complex(math.inf, 1), "1", None]


def outcome(f, *args):
    try:
        result = f(*args)
    except Exception as error:
        return type(error), str(error)
    return repr(result), type(result)


@pytest.mark.parametrize("name", [name for name in dir(cmath) if callable(getattr(cmath, name)) and name[0] != "_"])
def test_plain_numbers(name):
    for args in [(), *[(x,) for x in NUMBERS], *[(x, y) for x in NUMBERS for y in NUMBERS]]:
        assert outcome(getattr(dcmath, name), *args) == outcome(getattr(cmath, name), *args), args


POINTS = [(0.3, 0.7), (-1.3, 0.4), (-0.2, -2.5), (1.5, -0.1)]


@pytest.mark.parametrize("name", ["acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "exp", "log",
                                  "log10", "sin", "sinh", "sqrt", "tan", "tanh"])
def test_functions_of_one_number(name):
    """f(x + iy): df/dx = f', df/dy = i f', and so on, with mpmath's derivatives; the value is cmath's."""
    ours, reference = getattr(dcmath, name), getattr(mpmath, name)
    for x, y in POINTS:
        z = mpmath.mpc(x, y)
        first, second = complex(mpmath.diff(reference, z)), complex(mpmath.diff(reference, z, 2))
        f = dualad.adopt(lambda p: ours(complex(p[0], p[1])))
        value, jacobian = dualad.value_and_jacobian(f)(np.array([x, y]))
        assert value == getattr(cmath, name)(complex(x, y))
        np.testing.assert_allclose(jacobian, [first, 1j * first], rtol=1e-12)
        np.testing.assert_allclose(dualad.hessian(f)(np.array([x, y])),
                                   [[second, 1j * second], [1j * second, -second]], rtol=1e-11)


def test_polar_and_rectangular():
    def there_and_back(p):
        r, phi = dcmath.polar(p[0] + 1j * p[1])
        z = dcmath.rect(r, phi)
        return np.array([r, phi, dcmath.phase(p[0] + 1j * p[1]), z.real, z.imag])

    r = math.hypot(*X)
    expected = [[X[0] / r, X[1] / r], *[[-X[1] / r**2, X[0] / r**2]] * 2, [1, 0], [0, 1]]
    np.testing.assert_allclose(dualad.jacobian(there_and_back)(X), expected, rtol=1e-13, atol=1e-15)


def test_logarithm_to_a_base_and_real_arguments():
    f = dualad.derivative(lambda x: dcmath.log(x, 2j))
    np.testing.assert_allclose(f(-3.0), 1 / -3.0 / cmath.log(2j), rtol=1e-14)
    np.testing.assert_allclose(dualad.derivative(lambda x: dcmath.sqrt(-x).imag)(4.0), 0.25, rtol=1e-14)


def complex_code(x):
    """What complex code does with buffers and types; each entry is written twice in terms of z = x0 + i x1."""
    z = complex(x[0], x[1])
    zeros = np.zeros(2, dtype=complex)
    zeros[0], zeros[1] = z, x[0]
    empty = np.empty((2, 2), np.complex128)
    empty[...] = zeros
    like = np.zeros_like(x, dtype=complex)
    like[0] = z
    given = np.array([1 + 1j, 2])
    given[0] = z
    plain = np.ones(2).astype(complex)
    plain[0] = z
    assert isinstance(z, complex) and not isinstance(z, float)
    assert isinstance(x[0], float) and not isinstance(x[0], complex)
    assert np.issubdtype(zeros.dtype, np.complex128) and issubclass(type(z), complex)
    return np.concatenate([
        zeros, empty.ravel(), like, given, plain, np.array([1, x[0], 1j]), np.asarray(x, dtype=complex) * 1j,
        np.full(2, x[0], dtype=complex), np.full(2, 1j) * x[1], np.eye(2, dtype=complex) @ zeros,
        [np.complex128(x[0]) * 1j, cmath.exp(z), complex(z)], np.vectorize(lambda t: t * 1j, otypes=[complex])(x)])


def expected(x):
    z = x[0] + 1j * x[1]
    return [z, x[0], z, x[0], z, x[0], z, 0, z, 2, z, 1, 1, x[0], 1j, 1j * x[0], 1j * x[1], x[0], x[0], 1j * x[1],
            1j * x[1], z, x[0], 1j * x[0], cmath.exp(z), z, 1j * x[0], 1j * x[1]]


@pytest.fixture
def adopted():
    with dualad.adopting(complex_code):
        yield complex_code


def test_buffers_and_types(adopted):
    np.testing.assert_array_equal(adopted(X), expected(X))
    value, jacobian = dualad.value_and_jacobian(adopted)(X)
    np.testing.assert_array_equal(value, expected(X))
    step = 1e-6
    reference = [(np.array(expected(X + e)) - expected(X - e)) / (2 * step) for e in np.eye(2) * step]
    np.testing.assert_allclose(jacobian, np.transpose(reference), atol=1e-9)
    second = dualad.hessian(adopted)(X)
    z = cmath.exp(complex(*X))
    np.testing.assert_allclose(second[24], [[z, 1j * z], [1j * z, -z]], rtol=1e-14)
    assert not np.delete(second, 24, axis=0).any()


def test_complex_numbers_do_not_become_real():
    def f(convert, p):
        return convert(p[0] + 1j * p[1])

    for convert in (lambda z: float(z), lambda z: int(z), lambda z: math.sin(z), lambda z: math.sin(np.array([z]))):
        dualad.adopt(convert)
        with pytest.raises(TypeError):
            dualad.jacobian(lambda p, convert=convert: f(convert, p))(X)
    with pytest.warns(np.exceptions.ComplexWarning):
        real = dualad.jacobian(dualad.adopt(lambda p: np.asarray([complex(p[0], p[1])], dtype=float)))(X)
    np.testing.assert_array_equal(real, [[1, 0]])

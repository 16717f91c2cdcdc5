"""Each transform against closed forms, complex steps and differences: shapes, types, layouts."""

from __future__ import annotations

import numpy as np
import pytest

import dualad


def complex_step(f, x, h=1e-200):
    """The Jacobian of an analytic function, out.shape + x.shape, without any rule of ours."""
    x = np.asarray(x, float)
    columns = []
    for k in range(x.size):
        z = x.astype(complex)
        z.flat[k] += 1j * h
        columns.append(np.asarray(f(z)).imag / h)
    return np.moveaxis(np.array(columns), 0, -1).reshape(np.shape(columns[0]) + x.shape)


def is_float(x):
    return type(x) is np.float64


def is_plain(x, shape):
    return type(x) is np.ndarray and x.dtype == np.float64 and x.shape == shape


# -- the six transforms ----------------------------------------------------------------------------

def test_derivative_of_a_scalar():
    d = dualad.derivative(lambda t: t**3)(2.0)
    assert is_float(d) and d == 12.0
    assert dualad.derivative(lambda a, t: a * t, 1)(3.0, 2) == 3.0
    assert dualad.derivative(lambda a, t: a * t, argnum=-1)(3.0, 2) == 3.0


def test_derivative_of_a_curve():
    d = dualad.derivative(lambda t: np.array([[np.cos(t), np.sin(t)], [t, 1.0]]))(0.5)
    np.testing.assert_allclose(d, [[-np.sin(0.5), np.cos(0.5)], [1, 0]], rtol=1e-15)
    assert is_plain(d, (2, 2))


def test_derivative_wants_a_scalar():
    with pytest.raises(TypeError, match=r"shape \(3,\).*jvp\(f, \(x,\)"):
        dualad.derivative(np.sin)(np.zeros(3))


def test_gradient():
    x = np.array([1.2, 1.0, 0.7])

    def rosenbrock(x):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    g = dualad.grad(rosenbrock)(x)
    assert is_plain(g, (3,))
    np.testing.assert_allclose(g, complex_step(rosenbrock, x), rtol=1e-13)


@pytest.mark.parametrize("output", [lambda s: s, lambda s: [s], lambda s: np.array([[s]]), lambda s: (s,)])
def test_gradient_of_one_number_however_wrapped(output):
    value, g = dualad.value_and_grad(lambda x: output((x**2).sum()))(np.array([1.0, 2.0]))
    assert is_float(value) and value == 5.0
    np.testing.assert_array_equal(g, [2.0, 4.0])
    np.testing.assert_array_equal(dualad.grad(lambda x: output((x**2).sum()))([1.0, 2.0]), [2.0, 4.0])


@pytest.mark.parametrize("transform", [dualad.grad, dualad.value_and_grad])
def test_gradient_of_several_numbers(transform):
    with pytest.raises(TypeError, match=r"shape \(3,\).*jacobian"):
        transform(lambda x: x * 2)(np.ones(3))
    with pytest.raises(TypeError, match=r"shape \(0,\)"):
        transform(lambda x: x[:0])(np.ones(3))


@pytest.mark.parametrize("in_shape", [(), (3,), (2, 3), (1, 2, 2)])
@pytest.mark.parametrize("out_shape", [(), (1,), (4,), (2, 2)])
def test_jacobian_shapes(in_shape, out_shape, rng):
    x = rng.normal(size=in_shape)
    weights = rng.normal(size=out_shape + in_shape)

    def f(x):
        return np.sin(weights * x).sum(axis=tuple(range(len(out_shape), weights.ndim))) if in_shape \
            else np.sin(weights * x)

    expected = np.cos(weights * x) * weights
    j = dualad.jacobian(f)(x)
    np.testing.assert_allclose(j, expected, rtol=1e-13, atol=1e-15)
    assert is_plain(j, out_shape + in_shape) if j.shape else is_float(j)
    value, again = dualad.value_and_jacobian(f)(x)
    np.testing.assert_array_equal(value, f(x))
    np.testing.assert_array_equal(again, j)
    assert type(value) is (np.ndarray if out_shape else np.float64)


def test_jacfwd_is_jacobian():
    assert dualad.jacfwd is dualad.jacobian


def test_jvp(rng):
    a, x, v = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=4)
    value, tangent = dualad.jvp(lambda x: np.exp(a @ x), (x,), (v,))
    np.testing.assert_allclose(value, np.exp(a @ x), rtol=1e-15)
    np.testing.assert_allclose(tangent, np.exp(a @ x) * (a @ v), rtol=1e-13)
    assert is_plain(value, (3,)) and is_plain(tangent, (3,))


def test_jvp_of_several_arguments():
    value, tangent = dualad.jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    assert is_float(value) and is_float(tangent) and (value, tangent) == (6.0, 23.0)
    value, tangent, aux = dualad.jvp(lambda x: (x.T, {"x": x}), [np.ones((2, 3), order="F")],
                                     [np.arange(6).reshape(2, 3)], has_aux=True)
    np.testing.assert_array_equal(tangent, np.arange(6.0).reshape(2, 3).T)
    assert type(aux["x"]) is np.ndarray and aux["x"].dtype == np.float64
    assert tangent.flags.c_contiguous


@pytest.mark.parametrize("primals, tangents, error, message", [
    (np.ones(3), np.ones(3), TypeError, r"jvp\(f, \(x,\), \(v,\)\)"),
    ((1.0,), (1.0, 2.0), TypeError, "1 primals and 2 tangents"),
    ((), (), TypeError, "empty"),
    ((np.ones(3),), (np.ones(2),), ValueError, r"\(3,\), not \(2,\)"),
    ((1j,), (1.0,), TypeError, "complex"),
    ((1.0,), (True,), TypeError, "tangent 0.*bool"),
])
def test_jvp_misused(primals, tangents, error, message):
    with pytest.raises(error, match=message):
        dualad.jvp(lambda *x: x[0], primals, tangents)


def test_value_has_the_bits_of_the_float_run(rng):
    x = rng.normal(size=37)

    def f(x):
        return np.tanh(x) / np.sqrt(1 + x.sum() ** 2)

    for value in (dualad.value_and_jacobian(f)(x)[0], dualad.value_and_jacobian(f, chunk_size=5)(x)[0],
                  dualad.jvp(f, (x,), (x,))[0]):
        assert value.tobytes() == f(x).tobytes()


def test_results_are_fresh_and_belong_to_the_caller():
    kept = []

    def f(x):
        kept.append(1)
        return x

    x = np.arange(3.0)
    value, jac = dualad.value_and_jacobian(f)(x)
    for result in (value, jac):
        assert result.flags.owndata or result.base.flags.owndata
        result[...] = 7
    np.testing.assert_array_equal(x, np.arange(3.0))


# -- which arguments -------------------------------------------------------------------------------

def product(x, y, z=1.0):
    return x * y * z


def test_argnums_int_and_tuple():
    x, y = np.array([1.0, 2.0]), 3.0
    np.testing.assert_array_equal(dualad.jacobian(product, 1)(x, y), x)
    np.testing.assert_array_equal(dualad.jacobian(product, -1)(x, y), x)
    one = dualad.jacobian(product, (1,))(x, y)
    assert type(one) is tuple and len(one) == 1
    np.testing.assert_array_equal(one[0], x)
    two = dualad.jacobian(product, argnums=(1, 0))(x, y, z=2.0)
    np.testing.assert_array_equal(two[0], 2 * x)
    np.testing.assert_array_equal(two[1], np.diag([6.0, 6.0]))
    assert all(j.flags.c_contiguous for j in two)
    value, (gx, gy) = dualad.value_and_grad(product, (0, np.int64(-1)))(2, 5)
    assert (value, gx, gy) == (10.0, 5.0, 2.0) and is_float(gx) and is_float(gy)


@pytest.mark.parametrize("chunk_size", [None, 1, 2, 5, 7, 100])
def test_several_arguments_in_chunks(chunk_size, rng):
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(3, 2))

    def f(a, b, c):
        return (a @ b) * c

    ja, jb, jc = dualad.jacobian(f, (0, 1, 2), chunk_size=chunk_size)(np.asfortranarray(a), b, 1.5)
    np.testing.assert_allclose(ja, 1.5 * np.einsum("ik,lj->ijkl", np.eye(2), b), rtol=1e-15)
    np.testing.assert_allclose(jb, 1.5 * np.einsum("ik,jl->ijkl", a, np.eye(2)), rtol=1e-15)
    np.testing.assert_allclose(jc, a @ b, rtol=1e-15)
    assert ja.shape == (2, 2, 2, 3) and jb.shape == (2, 2, 3, 2) and jc.shape == (2, 2)


@pytest.mark.parametrize("argnums, error, message", [
    ((0, 0), ValueError, "twice"),
    ((), ValueError, "empty"),
    (True, TypeError, "bool"),
    (1.0, TypeError, "float"),
    ("x", TypeError, "str"),
    ((0, "x"), TypeError, "str"),
    (None, TypeError, "NoneType"),
])
def test_argnums_refused(argnums, error, message):
    with pytest.raises(error, match=message):
        dualad.jacobian(product, argnums)


def test_argnums_refused_when_called():
    with pytest.raises(ValueError, match="twice"):
        dualad.jacobian(product, (0, -2))(1.0, 2.0)
    for argnums in (2, -3):
        with pytest.raises(TypeError, match="2 positional arguments"):
            dualad.jacobian(product, argnums)(1.0, 2.0)
    with pytest.raises(TypeError, match="by position, not by keyword"):
        dualad.jacobian(product)(x=1.0, y=2.0)


def test_other_arguments_pass_as_they_are():
    marker, data = object(), np.arange(3)

    def f(x, given, *rest, flag, **more):
        assert given is marker and rest[0] is data and flag == "on" and more == {"self": 1, "f": 2}
        return x * 2

    assert dualad.derivative(f)(1.0, marker, data, flag="on", self=1, f=2) == 2.0


# -- aux -------------------------------------------------------------------------------------------

def test_aux_everywhere():
    def f(x):
        return (x**2).sum(), {"norm": np.sqrt((x**2).sum()), "note": "kept"}

    x = np.array([3.0, 4.0])
    g, aux = dualad.grad(f, has_aux=True)(x)
    np.testing.assert_array_equal(g, [6, 8])
    assert aux == {"norm": 5.0, "note": "kept"} and is_float(aux["norm"])
    (value, aux), g = dualad.value_and_grad(f, has_aux=True)(x)
    assert value == 25.0 and aux["norm"] == 5.0
    j, aux = dualad.jacobian(f, has_aux=True, chunk_size=1)(x)
    np.testing.assert_array_equal(j, [6, 8])
    assert aux["norm"] == 5.0
    (value, aux), j = dualad.value_and_jacobian(f, has_aux=True)(x)
    assert value == 25.0 and aux["norm"] == 5.0


@pytest.mark.parametrize("out", [1.0, (1.0,), (1.0, 2.0, 3.0), None])
def test_aux_missing(out):
    with pytest.raises(TypeError, match="pair"):
        dualad.grad(lambda x: out, has_aux=True)(np.ones(2))


# -- nothing to differentiate ----------------------------------------------------------------------

@pytest.mark.parametrize("transform", [dualad.jacobian, lambda f: dualad.jacobian(f, chunk_size=3)])
def test_size_zero(transform):
    assert is_plain(transform(lambda x: x)(np.zeros((2, 0))), (2, 0, 2, 0))
    assert is_plain(transform(lambda x: 1.0)(np.zeros(0)), (0,))
    assert is_plain(transform(lambda x: x.sum())([]), (0,))
    assert is_plain(transform(lambda x: [])(np.ones(4)), (0, 4))
    assert is_plain(transform(lambda x: x[:0])(np.ones(4)), (0, 4))
    assert is_float(transform(lambda x: x)(1.0))


def test_value_of_size_zero():
    value, j = dualad.value_and_jacobian(lambda x: x[:0])(np.ones(2))
    assert is_plain(value, (0,)) and is_plain(j, (0, 2))


# -- side effects ----------------------------------------------------------------------------------

def test_random_numbers_printing_and_logging(capsys, caplog):
    import logging

    def f(x):
        rng = np.random.default_rng(3)
        noise = rng.normal(size=x.shape)
        print("x is", x, x[0], f"{x[0]:.2f}")
        logging.getLogger("model").warning("at %s, %r", x, x[0])
        return x * noise

    x = np.ones(5)
    j = dualad.jacobian(f, chunk_size=2)(x)
    np.testing.assert_array_equal(np.diag(j), np.random.default_rng(3).normal(size=5))
    assert "x is" in capsys.readouterr().out
    assert "Dual" in caplog.text or "1." in caplog.text


def test_global_random_state_in_one_chunk():
    np.random.seed(1)
    j = dualad.jacobian(lambda x: x * np.random.rand(4))(np.ones(4))
    np.random.seed(1)
    np.testing.assert_array_equal(np.diag(j), np.random.rand(4))

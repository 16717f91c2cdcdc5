"""custom_jvp: functions that refuse dual numbers, with derivatives of the user's own."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

import dualad

pytestmark = pytest.mark.usefixtures("no_level_is_lost")

X = np.array([0.3, 0.7, -0.2])
A = np.array([[2.0, -1.0, 0.5], [-1.0, 3.0, 0.25], [0.5, 0.25, 1.0]])


def compiled(f):
    """A function as compiled code is: it takes float64 and nothing else."""
    def only_floats(*args):
        for x in args:
            if not isinstance(x, (float, int)) and not (type(x) is np.ndarray and x.dtype == np.float64):
                raise TypeError(f"only floats, not {type(x).__name__}")
            if isinstance(x, np.ndarray):
                assert x.flags.c_contiguous
        return f(*args)
    return only_floats


sine = dualad.custom_jvp(compiled(np.sin))
cosine = dualad.custom_jvp(compiled(np.cos))
sine.defjvp(lambda primals, tangents: (sine(primals[0]), cosine(primals[0]) * tangents[0]))
cosine.defjvp(lambda primals, tangents: (cosine(primals[0]), -sine(primals[0]) * tangents[0]))

apply = dualad.custom_jvp(compiled(lambda x: A @ x))
apply.defjvp(lambda primals, tangents: (apply(primals[0]), apply(tangents[0])))


@dualad.custom_jvp
def scaled(x, kind, y=2.0):
    """Doc."""
    assert kind == "kind"
    return compiled(lambda x, y: x * y**2)(x, y)


@scaled.defjvp
def scaled_rule(primals, tangents):
    x, kind, y = primals
    dx, dkind, dy = tangents
    assert dkind is None
    return scaled(x, kind, y), y**2 * dx + 2 * x * y * dy


def test_without_dual_numbers():
    assert sine(0.5) == np.sin(0.5) and np.array_equal(sine(X), np.sin(X))
    assert scaled(3.0, "kind") == 12.0 and scaled(3.0, y=1.0, kind="kind") == 3.0
    assert scaled.__doc__ == "Doc." and scaled.__name__ == "scaled" and callable(scaled_rule)


def test_first_order():
    assert dualad.derivative(sine)(0.5) == np.cos(0.5)
    np.testing.assert_array_equal(dualad.jacobian(sine)(X), np.diag(np.cos(X)))
    np.testing.assert_array_equal(dualad.jacobian(sine, chunk_size=2)(X), np.diag(np.cos(X)))
    np.testing.assert_allclose(dualad.grad(lambda x: sine(x * x).sum() * x[0])(X),
                               2 * X * np.cos(X**2) * X[0] + [np.sin(X**2).sum(), 0, 0], rtol=1e-15)
    np.testing.assert_array_equal(dualad.jacobian(apply)(X), A)
    m = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    j = dualad.jacobian(sine)(m)
    np.testing.assert_array_equal(j.reshape(6, 6), np.diag(np.cos(m).reshape(-1)))
    value, tangent = dualad.jvp(sine, (X,), (X,))
    assert np.array_equal(value, np.sin(X)) and np.array_equal(tangent, np.cos(X) * X)
    x = dualad.seed(X)
    np.testing.assert_array_equal(dualad.partials(sine(x)), np.diag(np.cos(X)))


def test_several_arguments():
    dx, dy = dualad.grad(lambda x, y: scaled(x, "kind", y), argnums=(0, 1))(3.0, 5.0)
    assert (dx, dy) == (25.0, 30.0)
    assert dualad.derivative(lambda x: scaled(x, "kind"))(3.0) == 4.0
    assert dualad.derivative(lambda y: scaled(3.0, y=y, kind="kind"))(5.0) == 30.0
    ((xx, xy), (yx, yy)) = dualad.hessian(lambda x, y: scaled(x, "kind", y), argnums=(0, 1))(3.0, 5.0)
    assert (xx, xy, yx, yy) == (0.0, 10.0, 10.0, 6.0)
    assert dualad.derivative(lambda x: dualad.derivative(lambda y: scaled(x, "kind", y))(5.0))(3.0) == 10.0


def test_second_order():
    np.testing.assert_allclose(dualad.second_derivative(lambda x: sine(x) * x)(0.5),
                               2 * np.cos(0.5) - 0.5 * np.sin(0.5), rtol=1e-15)
    np.testing.assert_array_equal(dualad.derivative(dualad.derivative(sine))(0.5), -np.sin(0.5))

    def with_rules(x):
        return (apply(sine(x)) * cosine(apply(x))).sum() * x[0]

    def plain(x):
        return (A @ np.sin(x) * np.cos(A @ x)).sum() * x[0]

    # the plain function's second derivatives, by complex steps of its first ones in closed form
    def gradient(x):
        s, c = A @ np.sin(x), np.cos(A @ x)
        total = (s * c).sum()
        inner = (A.T @ c) * np.cos(x) - A.T @ (s * np.sin(A @ x))
        return inner * x[0] + np.array([total, 0, 0])

    expected = np.array([gradient(X + 1e-30j * e).imag / 1e-30 for e in np.eye(3)])
    np.testing.assert_allclose(dualad.grad(with_rules)(X), gradient(X), rtol=1e-14)
    for options in ({}, {"chunk_size": 1}, {"chunk_size": 2}, {"pattern": np.ones((3, 3), bool)}):
        h = dualad.hessian(with_rules, **options)(X)
        assert np.array_equal(h, h.T)
        np.testing.assert_allclose(h, expected, rtol=1e-13)
    np.testing.assert_allclose(dualad.jacobian(dualad.grad(with_rules))(X), expected, rtol=1e-13)
    np.testing.assert_allclose(dualad.laplacian(with_rules)(X), np.trace(expected), rtol=1e-13)
    np.testing.assert_allclose(dualad.hessp(with_rules)(X, X), expected @ X, rtol=1e-13)
    np.testing.assert_allclose(plain(X), with_rules(X))


def test_outer_and_inner_numbers_in_one_call():
    got = dualad.derivative(lambda x: x * dualad.derivative(lambda y: sine(x * y))(2.0))(0.7)
    x, y = 0.7, 2.0                                   # (x^2 cos(x y))'
    np.testing.assert_allclose(got, 2 * x * np.cos(x * y) - x**2 * y * np.sin(x * y), rtol=1e-15)


def test_inputs_and_outputs_of_other_kinds():
    pair = dualad.custom_jvp(lambda x: (math.exp(x), np.array([x, x * x])))
    pair.defjvp(lambda p, t: (pair(p[0]), (pair(p[0])[0] * t[0], np.array([t[0], 2 * p[0] * t[0]]))))

    def f(x):
        e, a = pair(x)
        return e * a[1]

    np.testing.assert_allclose(dualad.derivative(f)(0.5), np.exp(0.5) * (0.25 + 1.0), rtol=1e-15)
    np.testing.assert_allclose(dualad.second_derivative(f)(0.5), np.exp(0.5) * (0.25 + 2.0 + 2.0), rtol=1e-15)
    np.testing.assert_array_equal(dualad.jacobian(lambda x: apply([x[0], 1.0, x[1]]))(X[:2]), A[:, [0, 2]])
    np.testing.assert_array_equal(dualad.jacobian(lambda x: apply(np.array([x[0], 1.0, 2.0], object)))(X[:1]), A[:, :1])


def test_keyword_only_arguments_keep_their_defaults():
    @dualad.custom_jvp
    def power(x, n=2, *, scale=1.0):
        return scale * float(x) ** n

    power.defjvp(lambda p, t: (power(*p), p[1] * p[0] ** (p[1] - 1) * t[0]))
    assert dualad.derivative(power)(3.0) == 6.0
    assert dualad.derivative(lambda x: power(x, n=3))(3.0) == 27.0
    np.testing.assert_array_equal(dualad.jacobian(np.vectorize(power))(X), np.diag(2 * X))


def test_directions_without_a_part():
    calls = []
    f = dualad.custom_jvp(compiled(np.sin))
    f.defjvp(lambda p, t: (calls.append(1), (f(p[0]), np.cos(p[0]) * t[0]))[1])
    assert dualad.grad(lambda x: f(x[2]))(np.arange(10.0))[2] == np.cos(2.0) and len(calls) == 1
    np.testing.assert_array_equal(dualad.grad(lambda x: f(x[0] * 0.0) + x[1])(X[:2]), [0.0, 1.0])
    np.testing.assert_array_equal(dualad.hessian(lambda x: f(x[0] * 0.0) + x[1])(X[:2]), np.zeros((2, 2)))


def test_errors():
    f = dualad.custom_jvp(compiled(np.sin))
    with pytest.raises(TypeError, match="no rule"):
        dualad.derivative(f)(1.0)
    with pytest.raises(TypeError, match="takes a function"):
        dualad.custom_jvp(3)
    with pytest.raises(TypeError, match="rule"):
        f.defjvp(3)
    for rule, error, match in (
        (lambda p, t: f(p[0]), TypeError, "pair"),
        (lambda p, t: (f(p[0]), np.zeros(2)), ValueError, "shape"),
        (lambda p, t: (f(p[0]), "x"), TypeError, "real numbers"),
        (lambda p, t: (f(p[0]), 1j), TypeError, "real numbers"),
        (lambda p, t: (f(p[0]), (t[0], t[0])), TypeError, "2 tangents"),
        (lambda p, t: 1 / 0, ZeroDivisionError, "division"),
    ):
        f.defjvp(rule)
        with pytest.raises(error, match=match):
            dualad.derivative(f)(1.0)
    f.defjvp(lambda p, t: (f(p[0]), math.cos(p[0]) * t[0]))
    assert dualad.derivative(f)(1.0) == math.cos(1.0)
    with pytest.raises(TypeError, match="rule given to defjvp is itself differentiated"):
        dualad.second_derivative(f)(1.0)
    with pytest.raises(TypeError, match="keyword only"):
        g = dualad.custom_jvp(lambda x, *, k: x)
        g.defjvp(lambda p, t: (p[0], t[0]))
        dualad.derivative(lambda x: g(x, k=1.0))(1.0)

    def by_closure(x):
        g = dualad.custom_jvp(lambda y: y)
        g.defjvp(lambda p, t: (x * p[0], x * t[0]))
        return dualad.derivative(g)(2.0)

    with pytest.raises(TypeError, match="closure"):
        dualad.derivative(by_closure)(1.0)
    kept = []
    dualad.derivative(lambda x: (kept.append(x), x)[1])(1.0)
    with pytest.raises(TypeError, match="were kept from an earlier"):
        sine(kept[0])
    kept.clear()


def test_third_order_is_refused():
    with pytest.raises(TypeError, match="second order"):
        dualad.derivative(dualad.derivative(dualad.derivative(sine)))(1.0)


def test_as_a_method_and_pickled():
    class Model:
        scale = 3.0

        @dualad.custom_jvp
        def f(self, x):
            return self.scale * math.sin(x)

        f.defjvp(lambda p, t: (p[0].f(p[1]), p[0].scale * math.cos(p[1]) * t[1]))

    assert dualad.derivative(Model().f)(0.5) == 3.0 * math.cos(0.5)
    again = pickle.loads(pickle.dumps(scaled))
    assert again is scaled

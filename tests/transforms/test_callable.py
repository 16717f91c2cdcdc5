"""What a transform is: named, bound, pickled, composed; misuse."""

from __future__ import annotations

import copy
import functools
import inspect
import pickle

import numpy as np
import pytest

import dualad


def square_sum(x, weight=1.0):
    """Sum of squares."""
    return weight * (x**2).sum()


ALL = [dualad.derivative, dualad.grad, dualad.value_and_grad, dualad.jacobian, dualad.value_and_jacobian]
X = np.array([1.0, 2.0])


@pytest.mark.parametrize("transform", ALL)
def test_name_and_doc(transform):
    d = transform(square_sum)
    assert (d.__name__, d.__qualname__, d.__doc__, d.__module__) == \
        ("square_sum", "square_sum", "Sum of squares.", square_sum.__module__)
    assert d.__wrapped__ is square_sum
    assert list(inspect.signature(d).parameters) == ["x", "weight"]
    assert transform.__name__ in repr(d) and "square_sum" in repr(d)


@pytest.mark.parametrize("f", [functools.partial(square_sum, weight=2.0), np.sin, np.linalg.norm, abs])
def test_callables_without_a_name_or_signature(f):
    d = dualad.jacobian(f)
    assert repr(d)
    assert d(np.array([3.0])) is not None


def test_callable_objects_are_not_copied_into_the_transform():
    class Model:
        def __init__(self):
            self.f = self.argnums = self.map = "mine"

        def __call__(self, x):
            return x * 2

    np.testing.assert_array_equal(dualad.jacobian(Model())(X), 2 * np.eye(2))


@pytest.mark.parametrize("transform", [dualad.jacobian, dualad.grad])
def test_pickle(transform):
    d = transform(square_sum, argnums=(0, 1), chunk_size=1)
    for again in (pickle.loads(pickle.dumps(d)), copy.copy(d), copy.deepcopy(d)):
        assert again.__name__ == "square_sum" and type(again) is type(d)
        np.testing.assert_allclose(again(X, 2.0)[0], [4, 8], rtol=1e-15)
        assert again(X, 2.0)[1] == 5.0


def test_pickle_of_the_others():
    value, jac = pickle.loads(pickle.dumps(dualad.memoized(square_sum)))
    assert value(X) == 5.0
    np.testing.assert_allclose(jac(X), 2 * X, rtol=1e-15)
    assert value.memo is jac.memo
    j = pickle.loads(pickle.dumps(dualad.curve_fit_jac(np.multiply)))
    np.testing.assert_array_equal(j(X, 3.0), X[:, None])


def test_what_does_not_pickle_says_so():
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(dualad.jacobian(lambda x: x))


class Model:
    def __init__(self, scale):
        self.scale = scale

    def energy(self, x):
        return self.scale * (x**2).sum()

    force = dualad.grad(energy, argnums=1)

    @dualad.jacobian
    def itself(self, x):
        return x

    @staticmethod
    @dualad.grad
    def static(x):
        return (x**2).sum()


def test_binds_as_a_method():
    np.testing.assert_allclose(Model(3.0).force(X), 6 * X, rtol=1e-15)
    np.testing.assert_allclose(Model.force(Model(3.0), X), 6 * X, rtol=1e-15)
    np.testing.assert_allclose(dualad.grad(Model(3.0).energy)(X), 6 * X, rtol=1e-15)
    np.testing.assert_allclose(Model.static(X), 2 * X, rtol=1e-15)
    with pytest.raises(TypeError, match=r"argument 0.*Model.*argument 0 is self"):
        Model(3.0).itself(X)
    again = pickle.loads(pickle.dumps(dualad.grad(Model(3.0).energy)))
    np.testing.assert_allclose(again(X), 6 * X, rtol=1e-15)


def test_methods_pickle_as_what_they_are():
    bound = Model(3.0).force
    again = pickle.loads(pickle.dumps(bound))
    np.testing.assert_allclose(again(X), 6 * X, rtol=1e-15)      # not the energy, whose name it carries
    assert bound.__name__ == again.__name__ == "energy" and bound.__self__.scale == 3.0
    assert list(inspect.signature(bound).parameters) == ["x"]
    assert "grad" in repr(bound)


@dualad.grad
def decorated(x):
    return (x**3).sum()


def test_decorated_functions_pickle():
    assert pickle.loads(pickle.dumps(decorated)) is decorated
    assert pickle.loads(pickle.dumps(Model.itself)) is Model.itself
    assert copy.deepcopy(decorated) is decorated


@pytest.mark.parametrize("transform", [*ALL, dualad.curve_fit_jac, dualad.memoized])
@pytest.mark.parametrize("f", [np.ones(3), 3.0, None, "f"])
def test_not_a_function(transform, f):
    with pytest.raises(TypeError, match=rf"{transform.__name__} takes a function, not {type(f).__name__}"):
        transform(f)


def test_not_a_function_for_jvp():
    with pytest.raises(TypeError, match="jvp takes a function"):
        dualad.jvp(3.0, (1.0,), (1.0,))


# -- memoized and curve_fit_jac --------------------------------------------------------------------

class Counted:
    def __init__(self, f=lambda x, *rest, **more: x**2):
        self.f = f
        self.calls = 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        return self.f(*args, **kwargs)


def test_memoized_evaluates_once():
    f = Counted()
    value, jac = dualad.memoized(f)
    x = np.array([1.0, 3.0])
    np.testing.assert_array_equal(value(x), [1, 9])
    np.testing.assert_allclose(jac(x.copy()), np.diag([2.0, 6.0]), rtol=1e-15)
    np.testing.assert_array_equal(value(x), [1, 9])
    assert f.calls == 1
    x[0] = 5.0                                        # the same array with other contents
    np.testing.assert_allclose(jac(x), np.diag([10.0, 6.0]), rtol=1e-15)
    assert f.calls == 2


def test_memoized_hands_out_copies():
    value, jac = dualad.memoized(Counted())
    for part in (value, jac):
        first = part(X)
        expected = first.copy()
        first[...] = 77
        np.testing.assert_array_equal(part(X), expected)


OTHERS = [
    *[((other,), {}) for other in (
        1.0, 2.0, 1, 0.0, -0.0, np.nan, "a", None, True, Counted, [1, 2], [1, 3], (1, 2), {"a": [1]},
        {"a": [2]},
        np.arange(3), np.arange(3.0), np.arange(4), np.arange(6).reshape(2, 3), np.arange(6).reshape(3, 2))],
    ((), {}), ((), {"scale": 1.0}), ((), {"scale": 2.0}), ((), {"other": 1.0}),
]


def test_memoized_knows_arguments_apart():
    f = Counted()
    value, jac = dualad.memoized(f)
    for calls, (args, kwargs) in enumerate(OTHERS, 1):
        value(X, *copy.deepcopy(args), **copy.deepcopy(kwargs))
        jac(X, *copy.deepcopy(args), **copy.deepcopy(kwargs))
        assert f.calls == calls, (args, kwargs)


def test_memoized_notices_changes_in_place():
    f = Counted(lambda x, data: x * (data["w"][0] if isinstance(data, dict) else data[0]))
    value, jac = dualad.memoized(f)
    for data, change in (([2.0], lambda d: d.__setitem__(0, 3.0)),
                         (np.array([2.0]), lambda d: d.__setitem__(0, 3.0)),
                         ({"w": [2.0]}, lambda d: d["w"].__setitem__(0, 3.0))):
        np.testing.assert_array_equal(value(X, data), 2 * X)
        change(data)
        np.testing.assert_array_equal(jac(X, data), 3 * np.eye(2))


def test_memoized_forgets_after_an_exception():
    def f(x):
        if x[0] < 0:
            raise ValueError("negative")
        return x

    value, jac = dualad.memoized(f)
    with pytest.raises(ValueError, match="negative"):
        value(-X)
    with pytest.raises(ValueError, match="negative"):
        jac(-X)
    np.testing.assert_array_equal(jac(X), np.eye(2))


def test_memoized_in_threads():
    import threading
    value, jac = dualad.memoized(lambda x: x * x)
    wrong = []

    def work(number):
        x = np.array([1.0 + number])
        for _ in range(300):
            if value(x)[0] != x[0] ** 2 or jac(x)[0, 0] != 2 * x[0]:
                wrong.append(number)

    workers = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong


def test_curve_fit_jac():
    t = np.linspace(0.0, 1.0, 5)
    j = dualad.curve_fit_jac(lambda t, a, b: a * np.exp(-b * t))(t, 2.0, np.float64(0.5))
    np.testing.assert_allclose(j, np.stack([np.exp(-0.5 * t), -2 * t * np.exp(-0.5 * t)], axis=1), rtol=1e-15)
    assert dualad.curve_fit_jac(lambda t, a: 3.0 * t)(t, 1.0).shape == (5, 1)
    assert dualad.curve_fit_jac(lambda t, a: [a, 1.0])(None, 1.0).tolist() == [[1.0], [0.0]]
    with pytest.raises(TypeError, match="no parameters"):
        dualad.curve_fit_jac(lambda t: t)(t)

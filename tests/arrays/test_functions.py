"""Arrays that are no DualArrays, though they stem from dual numbers. (Functions are checked by the register.)"""

import numpy as np
import pytest

import dualad

V = np.random.default_rng(20).normal(size=7)


def test_functions_without_array_arguments_give_plain_arrays():
    x = dualad.seed(V)
    for result in (np.full(3, x[0]), np.array([x[0], x[1], 2.0]), np.frompyfunc(lambda t: t * t, 1, 1)(x)):
        assert type(result) is np.ndarray and dualad.partials(result).any()
        assert dualad.partials(np.stack([result, x[:len(result)]])).any()


def test_arrays_of_other_dtypes_that_stem_from_dual_arrays():
    x = dualad.seed(V)
    order = x.argsort()
    assert np.result_type(order, 1.0) == np.float64
    assert np.dot(order, order) == 91 and order.dot(order) == 91
    assert np.einsum("i,i", order, order) == 91
    assert np.linalg.norm(order) == np.sqrt(91)
    assert np.clip(order, 1, 2).max() == 2 and np.nan_to_num(order).max() == 6
    assert np.interp(order, [0, 6], [0, 1]).max() == 1
    assert np.sinc(order).max() == 1 and np.i0(order).min() == 1
    assert np.bincount(order).sum() == 7 and np.histogram(order, 7)[0].sum() == 7
    assert np.roots(order[:2] + 1).shape == (1,) and np.cov(order) == np.cov(np.arange(7.0))


def test_views_as_other_subclasses():
    """A subclass that looks for attributes of its own on what it is made from sees a plain array."""
    class Labelled(np.ndarray):
        def __array_finalize__(self, given):
            self.label = "new" if given is None or type(given) is np.ndarray else given.label

    def f(x):
        assert x.view(Labelled).label == "new"
        assert type(x.view()) is dualad.DualArray
        return x.view(Labelled) * 2.0

    np.testing.assert_array_equal(dualad.jacobian(f)(np.ones(2)), 2 * np.eye(2))


def test_memory_of_arrays_of_other_dtypes():
    plain = np.arange(3.0).view(dualad.DualArray)
    assert plain.tobytes() == np.arange(3.0).tobytes()
    assert plain.__array_interface__["typestr"] == np.arange(3.0).__array_interface__["typestr"]
    assert np.array2string(plain) == np.array2string(np.arange(3.0))
    assert np.roots(plain[1:]).tolist() == [-2.0] and np.poly(plain[1:]).tolist() == [1.0, -3.0, 2.0]
    assert np.quantile(plain, 0.5) == 1.0


class Foreign:
    """An array of somebody else's."""

    def __array_function__(self, func, types, args, kwargs):
        return func.__name__


def test_other_peoples_arrays_have_their_say():
    x = dualad.seed(V)
    assert np.broadcast_arrays(x, Foreign()) == "broadcast_arrays"
    assert np.append(x, Foreign()) == "append"


def test_arguments_that_are_wrong():
    x = dualad.seed(V)
    for function in (np.sum, lambda a, dtype: np.stack([a], dtype=dtype)):
        with pytest.raises(TypeError, match="'nonsense' not understood"):
            function(x, dtype="nonsense")
    with pytest.raises(TypeError, match="multiple values for argument 'a'"):
        np.linalg.det(np.outer(x, x), a=x)
    with pytest.raises(ValueError, match=r"out= has shape \(7,\), the result \(\)"):
        np.einsum("i->", x, out=np.zeros_like(x))
    with pytest.raises(ValueError, match=r"range \[0, 100\]"):
        np.percentile(x, 101)
    with pytest.raises(TypeError, match="no derivative with respect to q"):
        np.quantile(x, abs(x[0]))


def test_scalar_types_are_dtypes():
    x = dualad.seed(V)
    assert np.zeros_like(x, dtype=type(x[0])).dtype == x.astype(type(x[0])).dtype == x.dtype


def test_windows_of_nothing():
    x = dualad.seed(np.ones((0, 2)), np.ones((0, 2, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(x, 1, axis=1)
    assert windows.shape == (0, 2, 1) and windows.dtype == x.dtype

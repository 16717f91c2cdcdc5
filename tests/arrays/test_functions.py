"""Arrays that are no DualArrays, though they stem from dual numbers. (Functions are checked by the register.)"""

import numpy as np

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

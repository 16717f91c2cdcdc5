"""np.var and np.std of one number and of 0-d arrays."""

import numpy as np
import pytest

import dualad

OPTIONS = [{}, {"axis": ()}, {"keepdims": True}, {"where": True}, {"ddof": 1}, {"where": False}]


@pytest.mark.parametrize("function", [np.var, np.std])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("value", [3.0, np.inf, np.nan, 2.0 + 1.0j])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_values_of_one_number(function, options, value):
    x = dualad.seed([1.0, 2.0]) * 0 + value
    for one in (x[0], x[:1].reshape(()), *[dualad.seed([3.0], order=2)[0]] * (value == 3.0)):
        result, expected = function(one, **options), function(value, **options)
        np.testing.assert_array_equal(dualad.value(result), expected)
        assert np.shape(result) == ()
        assert np.array_equal(dualad.value(getattr(one, function.__name__)(**options)), expected, equal_nan=True)


def test_derivatives_with_a_mean_given():
    def from_mean(p):
        return np.var(p[0], mean=p[1])

    p = np.array([3.0, 1.0])                                          # (a - m)^2
    np.testing.assert_array_equal(dualad.grad(from_mean)(p), [4.0, -4.0])
    np.testing.assert_array_equal(dualad.hessian(from_mean)(p), [[2.0, -2.0], [-2.0, 2.0]])


def test_the_deviation_of_one_number_does_not_move():
    assert dualad.jacobian(np.std)(2.0) == 0.0
    assert dualad.jacobian(lambda x: np.var(x.reshape(())))(np.array([2.0])).tolist() == [0.0]


def test_out_and_axes_of_one_number():
    x = dualad.seed([3.0])[0]
    out = np.zeros_like(dualad.seed([0.0]).reshape(()))
    assert np.var(x, out=out) is out
    for axis in (0, -1, 1, (0,)):
        with pytest.raises(np.exceptions.AxisError, match="0"):
            np.var(x, axis=axis)

"""Where adopted code keeps types, functions and arrays: metadata, slots, tuples, copies."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import dualad


def test_types_in_the_metadata_of_dataclasses_and_compared():
    @dataclasses.dataclass
    class Input:
        x: float = dataclasses.field(metadata={"types": (int, float)})

        def __post_init__(self):
            [field] = dataclasses.fields(self)
            if not isinstance(self.x, field.metadata["types"]):
                raise TypeError(self.x)

    def f(x):
        assert type(x[0]) == float and type(x[0]) in (int, float) and type(x[0]) != int  # noqa: E721
        return Input(x[0]).x * 2

    with dualad.adopting(Input), dualad.adopting(f):
        np.testing.assert_array_equal(dualad.jacobian(f)(np.array([0.5])), [2.0])
    with pytest.raises(TypeError):
        dualad.jacobian(lambda x: Input(x[0]).x)(np.array([0.5]))


class Channel(str):
    """As in packages of colour: what is called is kept in a slot of an instance, and this in a tuple."""

    __slots__ = ("limit",)

    def __new__(cls, name, limit):
        self = super().__new__(cls, name)
        self.limit = limit
        return self


class Space:
    CHANNELS = (Channel("r", float), Channel("g", math.sqrt), 3)

    def limited(self, x):
        return [channel.limit(item) for channel, item in zip(self.CHANNELS, x)]


def test_slots_of_instances_in_tuples():
    with dualad.adopting(Space):
        np.testing.assert_allclose(dualad.jacobian(lambda x: Space().limited(x))(np.array([4.0, 4.0])),
                                   [[1, 0], [0, 0.25]], rtol=1e-15)
    assert [channel.limit for channel in Space.CHANNELS[:2]] == [float, math.sqrt]
    assert Space.CHANNELS[0].limit is float


START = np.array([1.0, 2.0])


def fills_a_copy(x):
    y, table = START.copy(), {"a": 1}.copy()
    y[0] = x[0] ** 2
    return y * table["a"] + np.array([0.0, START.copy().sum()]) + next(item.copy() for item in (START,))


def test_copies_of_arrays_take_dual_numbers():
    with dualad.adopting(fills_a_copy):
        np.testing.assert_array_equal(dualad.jacobian(fills_a_copy)(np.array([3.0])), [[6.0], [0.0]])
        np.testing.assert_array_equal(dualad.hessian(fills_a_copy)(np.array([3.0])), [[[2.0]], [[0.0]]])
        assert fills_a_copy(np.array([3.0])).tolist() == [10.0, 7.0]
    assert START.tolist() == [1.0, 2.0]
    with pytest.raises(TypeError):
        dualad.jacobian(fills_a_copy)(np.array([3.0]))


COMPUTED = [lambda: np.arange(4) * 0.5, lambda: np.ones(4, int) * 1.5, lambda: np.sqrt(np.arange(4)),
            lambda: np.fft.fftfreq(4), lambda: np.hanning(4), lambda: np.mgrid[0:1:4j],
            lambda: np.where(np.arange(4) > 1, 1.0, 0.0), lambda: np.loadtxt(["1", "2"]),
            lambda: np.array(["1.5", "2"]).astype("f8"), lambda: np.random.default_rng(0).random(4)]


@pytest.mark.parametrize("compute", COMPUTED)
def test_arrays_computed_of_integers_take_dual_numbers_once_copied(compute):
    """As the page on adopt, and the error, say."""
    def fills(x):
        y = compute()
        y[0] = x[0]
        return y

    def copies(x):
        y, z, w = np.array(compute()), compute().copy(), compute().astype(float)
        y[0], z[0], w[0] = x[0], x[0], x[0]
        return y + z + w

    with dualad.adopting(compute), dualad.adopting(fills), dualad.adopting(copies):
        with pytest.raises(TypeError, match=r"y = np\.array\(y\)"):
            dualad.grad(lambda x: fills(x)[0])(np.array([3.0]))
        value, slopes = dualad.value_and_jacobian(copies)(np.array([3.0]))
        np.testing.assert_array_equal(slopes[:, 0], [3.0] + [0.0] * (len(slopes) - 1))
        np.testing.assert_array_equal(value, copies(np.array([3.0])))

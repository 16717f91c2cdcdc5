"""What the core refuses where something is at its limit, or is not meant for it."""

from __future__ import annotations

import operator

import numpy as np
import pytest

import dualad
from dualad import Dual, _core


def test_no_axis_is_left_for_partials():
    x = dualad.seed([3.0]).reshape((1,) * 64)
    assert dualad.value(np.exp(x) * x).ndim == 64
    for parts in (dualad.partials, _core.stacked):
        with pytest.raises(ValueError, match="64 dimensions has no room for an axis of partials"):
            parts(x)


def test_parts_that_do_not_fit():
    x = dualad.seed([1.0, 2.0])
    for lanes in (np.ones((1, 2)), np.ones((2, 3)), np.ones(2)):
        with pytest.raises(ValueError, match="2 lanes of the shape of the values"):
            _core.assembled(x.dtype, np.ones(2), lanes)
    with pytest.raises(ValueError, match="cannot be seeded in 3 directions"):
        _core.lift(np.ones(2), 3, 1, 0, 5)
    with pytest.raises(TypeError, match="first order have no second derivatives"):
        _core.pairs_of(x)


def test_slots_and_orders_that_are_not():
    for slot in (-1, 0, 64):
        with pytest.raises(ValueError, match="no slot of a level; they are 1 to 63"):
            _core.close_level(slot)
    with pytest.raises(ValueError, match="order must be 1 or 2, not 3"):
        dualad.dual_dtype(2, order=3)


def test_types_are_not_made_by_hand():
    x = Dual(1.0, [1.0])
    with pytest.raises(TypeError, match=r"made by dualad.dual_dtype\(n\), not by hand"):
        type(type(x))("Dual1", (), {})
    with pytest.raises(TypeError, match="Dual cannot be subclassed"):
        type("Mine", (Dual,), {})(1.0, [1.0])


def test_objects_hold_numbers_of_one_kind():
    first, second = dualad.seed([1.0])[0], dualad.seed([1.0], order=2)[0]
    mixed = np.array([first, first * 1j], dtype=object)
    assert dualad.value(mixed).tolist() == [1.0, 1j] and dualad.partials(mixed).tolist() == [[1.0], [1j]]
    with pytest.raises(TypeError, match="numbers of first and of second order, meet"):
        dualad.value(np.array([first, second], dtype=object))


def test_calls_that_numpy_would_not_make():
    x = dualad.seed([1.0, 2.0])
    with pytest.raises(TypeError, match="expects an array"):
        x.__array_wrap__()
    with pytest.raises(TypeError, match="expects a ufunc, a method and its inputs"):
        x[0].__array_ufunc__(np.exp)
    with pytest.raises(TypeError, match="too many arguments"):
        x.sum(*range(9))
    with pytest.raises(TypeError, match="not understood"):
        x.sum(dtype="nonsense")
    with pytest.raises(AttributeError):
        del x.real
    assert memoryview(np.ones(3).view(dualad.DualArray)).tolist() == [1.0, 1.0, 1.0]


def test_integers_beyond_floats():
    x = dualad.seed([1.0, 2.0])
    for operand in (x, x[0]):
        with pytest.raises(OverflowError):
            operand + 10**400


def test_swapped_bytes_have_truth():
    x = dualad.seed([0.0, -0.0, 2.0, np.nan, 5e-324])
    swapped = np.asarray(x).astype(x.dtype.newbyteorder())
    assert np.nonzero(swapped)[0].tolist() == [2, 3, 4]
    assert [bool(swapped[k:k + 1]) for k in range(5)] == [False, False, True, True, True]


@pytest.mark.parametrize("x", [Dual(2.0, [1.0]), dualad.seed([2.0], order=2)[0]], ids=repr)
def test_real_numbers_have_no_bits_and_may_be_integers(x):
    for operate in (operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift):
        for a, b in ((x, 1), (1, x)):
            with pytest.raises(TypeError, match="unsupported operand"):
                operate(a, b)
    with pytest.raises(TypeError, match="bitwise operations take integers"):
        operator.invert(x)
    assert x.is_integer() and not (x / 4).is_integer()


def test_pickles_of_other_sizes():
    make, (name, lanes) = dualad.seed([2.0, 1.0], order=2)[0].__reduce__()
    assert make(name, lanes) == 2.0
    with pytest.raises(ValueError, match=f"{name} has 5 lanes, not 2"):
        make(name, lanes[:3])

"""What Python asks of one complex dual number besides arithmetic."""

from __future__ import annotations

import copy
import operator
from fractions import Fraction

import numpy as np
import pytest

import dualad
from dualad import ComplexDual, _core


@pytest.fixture
def z():
    return ComplexDual(1 + 2j, [1j, 2.0])


def test_no_order_no_remainder_no_bits(z):
    for operate in (operator.mod, divmod):
        for a, b in ((z, 2.0), (2.0, z)):
            with pytest.raises(TypeError, match="have no remainder"):
                operate(a, b)
    with pytest.raises(TypeError, match="no third argument"):
        pow(z, 2, 3)
    for operate in (operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift):
        with pytest.raises(TypeError, match="unsupported operand"):
            operate(z, 1)
    with pytest.raises(TypeError, match="bitwise operations take integers"):
        operator.invert(z)
    with pytest.raises(TypeError, match="not defined for complex numbers"):
        operator.floordiv(dualad.Dual(1.0, [1.0, 0.0]), z)


def test_copies_are_the_number_itself(z):
    assert +z is z and copy.copy(z) is z and copy.deepcopy([z])[0] is z
    assert ComplexDual(z) is z and type(z)(z) is z


def test_text(z):
    assert str(z) == repr(z) == format(z) == "ComplexDual((1+2j), [1j, (2+0j)])"
    assert format(z, ".1f") == "ComplexDual(1.0+2.0j, [0.0+1.0j, 2.0+0.0j])"
    h = dualad.seed([2.0], order=2)[0]
    h = h * h * (1 + 2j)
    assert repr(h) == format(h) == "ComplexHyperDual((4+8j), [(4+8j)], [[(2+4j)]])"
    assert format(h, ".1f") == "ComplexHyperDual(4.0+8.0j, [4.0+8.0j], [[2.0+4.0j]])"


def test_made_of_other_numbers(z):
    with pytest.raises(ValueError, match="ComplexDual2 does not take 3 partials"):
        type(z)(1.0, [1.0, 2.0, 3.0])
    make, (name, lanes) = z.__reduce__()
    assert make(name, lanes) == z
    with pytest.raises(ValueError, match="ComplexDual2 has 6 parts, not 5"):
        make(name, lanes[:5])
    array = np.zeros(1, z.dtype)
    array[0] = Fraction(1, 4)
    assert dualad.value(array)[0] == 0.25 and not dualad.partials(array).any()
    wide = np.array([1.5 + 1j], np.clongdouble).astype(z.dtype)
    assert dualad.value(wide)[0] == 1.5 + 1j and not dualad.partials(wide).any()


def test_not_stored_among_real_numbers(z):
    array = dualad.seed([1.0, 2.0])
    with pytest.raises(TypeError, match="or its imaginary part, would be lost"):
        array[0] = z
    assert dualad.value(array).tolist() == [1.0, 2.0]


def test_compared_with_arrays(z):
    array = np.array([z, 2 * z])
    for others in (array, dualad.value(array), dualad.value(array).tolist()):
        assert (z == others).tolist() == [True, False]
        assert (z != others).tolist() == [False, True]


def test_order_of_nan_is_numpys():
    values = np.array([complex(np.nan, 1), 1, complex(1, np.nan), 0, complex(np.nan, np.nan), 2j, complex(np.nan, 0)])
    for turn in range(len(values)):
        plain = np.roll(values, turn)
        numbers = np.zeros(len(plain), _core.complex_dtype(dualad.dual_dtype(1))).view(dualad.DualArray)
        dualad.value(numbers.real)[...] = plain.real
        dualad.value(numbers.imag)[...] = plain.imag
        for sought in plain:
            for side in ("left", "right"):
                ordered = np.sort(plain)
                assert np.searchsorted(np.sort(numbers), sought, side) == np.searchsorted(ordered, sought, side)


def test_nothing_is_done_with_numbers_of_a_call_that_is_over():
    kept = []
    dualad.jacobian(lambda x: kept.append((x * 1j)[0]) or x)(np.ones(2))
    (z,) = kept
    for use in (operator.neg, abs, np.exp, lambda z: z + 1, lambda z: 1j * z, lambda z: z == 1, lambda z: z.conjugate(),
                lambda z: z.real * 2, lambda z: np.array([z]) * 2):
        with pytest.raises(TypeError, match="has outlived the derivative call"):
            use(z)
    with pytest.raises(TypeError, match="cannot be pickled"):
        z.__reduce__()

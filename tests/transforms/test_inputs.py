"""What f is given: kinds of input, memory, refusals."""

from __future__ import annotations

import array
import fractions

import numpy as np
import pytest

import dualad


def seen_by(x, **options):
    """What f gets for x, as (type, value, whether writable, memory order)."""
    found = {}

    def f(x):
        found.update(type=type(x), value=dualad.value(x), array=isinstance(x, np.ndarray))
        if found["array"]:
            found.update(shape=x.shape, order=(x.flags.c_contiguous, x.flags.f_contiguous),
                         writeable=x.flags.writeable, aligned=x.flags.aligned)
        return x * 1.0

    found["jacobian"] = dualad.jacobian(f, **options)(x)
    return found


@pytest.mark.parametrize("x", [2.0, 2, np.float64(2), np.int32(2), np.float32(2), np.longdouble(2)])
def test_scalars(x):
    found = seen_by(x)
    assert issubclass(found["type"], dualad.Dual) and found["value"] == 2.0
    assert type(found["jacobian"]) is np.float64 and found["jacobian"] == 1.0


@pytest.mark.parametrize("x", [
    [1.0, 2.0], (1, 2), [[1.0, 2.0], [3.0, 4.0]], [np.float64(1), 2], np.arange(3),
    np.arange(3, dtype=np.float32), np.arange(3, dtype=np.uint8),
    np.arange(3, dtype=np.float16), np.arange(3.0).astype(">f8"),
    array.array("d", [1.0, 2.0]), range(3), np.float64([[1, 2], [3, 4]]).T, np.arange(6.0)[::-2],
    np.broadcast_to(np.arange(3.0), (2, 3)), [[]], np.zeros((3, 0)),
])
def test_arrays(x):
    found = seen_by(x)
    plain = np.asarray(x)
    assert found["type"] is dualad.DualArray and found["writeable"] and found["aligned"]
    np.testing.assert_array_equal(found["value"], plain)
    np.testing.assert_array_equal(found["jacobian"].reshape(plain.size, plain.size), np.eye(plain.size))


def test_memory_order_is_kept():
    c = np.arange(6.0).reshape(2, 3)
    assert seen_by(c)["order"] == (True, False)
    assert seen_by(np.asfortranarray(c))["order"] == (False, True)
    in_chunks = seen_by(np.asfortranarray(c), chunk_size=2)["jacobian"]
    np.testing.assert_array_equal(in_chunks.reshape(6, 6), np.eye(6))
    swapped = np.arange(24.0).reshape(2, 3, 4).transpose(1, 2, 0)
    np.testing.assert_array_equal(seen_by(swapped)["jacobian"].reshape(24, 24), np.eye(24))


def test_zero_dimensional_array():
    found = seen_by(np.array(3.0))
    assert found["array"] and found["shape"] == ()
    assert type(found["jacobian"]) is np.float64 and found["jacobian"] == 1.0


def test_unaligned_and_read_only():
    raw = np.zeros(25, np.uint8)
    x = raw[1:].view(np.float64)
    x[:] = [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(seen_by(x)["jacobian"], np.eye(3))
    x.flags.writeable = False
    assert seen_by(x)["writeable"]


def test_pandas():
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([1.0, 2.0], index=["a", "b"])
    np.testing.assert_array_equal(seen_by(series)["jacobian"], np.eye(2))
    frame = pandas.DataFrame({"a": [1, 2], "b": [3, 4]})
    assert seen_by(frame)["jacobian"].shape == (2, 2, 2, 2)
    with pytest.raises(TypeError, match="bool"):
        seen_by(pandas.Series([True, False]))
    with pytest.raises(TypeError, match="object"):
        seen_by(pandas.Series([1, None], dtype=object))


def test_anything_with_array():
    class Column:
        def __array__(self, dtype=None, copy=None):
            return np.array([1.0, 2.0], dtype)

    assert seen_by(Column())["type"] is dualad.DualArray


def test_nan_and_infinity():
    value, j = dualad.value_and_jacobian(lambda x: x * 2, chunk_size=2)(np.array([np.nan, np.inf, 1.0]))
    np.testing.assert_array_equal(value, [np.nan, np.inf, 2.0])
    np.testing.assert_array_equal(j, 2 * np.eye(3))
    assert np.isnan(dualad.derivative(np.sin)(np.nan))


def test_float32_is_computed_in_float64():
    x = np.float32(0.1)
    assert dualad.value_and_grad(np.sin)(x)[0] == np.sin(np.float64(x))


@pytest.mark.parametrize("x, message", [
    (True, "bool"), (np.bool_(False), "bool"), ([True, False], "bool"), (np.array([True]), "bool"),
    (1j, "complex"), (np.array([1j]), "complex"), ([1.0, 2j], "complex"),
    ("one", "str"), (b"one", "bytes"), (["a", "b"], "str"), (np.array(["a"]), "str"),
    (None, "NoneType"), ({"a": 1.0}, "dict"), ({1.0}, "set"), ([1.0, None], "object"), (object(), "object"),
    (np.array([1.0, 2.0], object), "object"), (fractions.Fraction(1, 2), "Fraction"),
    (np.array(["2020-01-01"], "M8[D]"), "datetime64"), (np.zeros(2, [("a", float)]), "void"),
    (lambda x: x, "function"), ((i for i in "ab"), "generator"),
    (np.ma.array([1.0, 2.0], mask=[True, False]), "masked"),
])
def test_refused(x, message):
    for transform in (dualad.jacobian, dualad.grad):
        with pytest.raises(TypeError, match=rf"argument 0.*{message}"):
            transform(lambda x: x)(x)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_matrix_is_refused():
    with pytest.raises(TypeError, match=r"argument 0.*np\.matrix.*np\.asarray"):
        dualad.jacobian(lambda x: x)(np.matrix([[1.0]]))


def test_ragged_list():
    with pytest.raises(ValueError, match="argument 0 cannot become an array"):
        dualad.jacobian(lambda x: x)([[1.0], [1.0, 2.0]])


def test_dual_numbers_made_by_hand_are_refused():
    for x in (dualad.Dual(1.0, [1.0]), dualad.seed([1.0, 2.0]), [dualad.Dual(1.0, [1.0]), 2.0]):
        with pytest.raises(TypeError, match=r"dualad\.value\(x\)"):
            dualad.jacobian(lambda x: x)(x)


# -- memory ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("chunk_size", [None, 2])
def test_the_callers_arrays_are_never_written(chunk_size):
    def f(x):
        x *= 2
        x[0] = 5.0
        return x

    x = np.arange(5.0)
    before = x.copy()
    value, j = dualad.value_and_jacobian(f, chunk_size=chunk_size)(x)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(value, [5, 2, 4, 6, 8])
    np.testing.assert_array_equal(j, np.diag([0.0, 2, 2, 2, 2]))


def test_one_array_given_twice_is_two_arguments():
    def f(a, b):
        a *= 3
        return a + b

    x = np.ones(2)
    ja, jb = dualad.jacobian(f, (0, 1))(x, x)
    np.testing.assert_array_equal(ja, 3 * np.eye(2))
    np.testing.assert_array_equal(jb, np.eye(2))


def test_fresh_memory_for_each_call():
    kept = []

    def f(x):
        kept.append(x)
        return x.sum()

    x = np.ones(4)
    dualad.grad(f, chunk_size=2)(x)
    dualad.jvp(f, (x,), (x,))
    assert not any(np.shares_memory(dualad.value(a), x) for a in kept)
    assert not np.shares_memory(dualad.value(kept[0]), dualad.value(kept[1]))

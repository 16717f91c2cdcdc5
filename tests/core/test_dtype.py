"""The dtype: making arrays, indexing, assignment, casts, memory layouts, functions that move data."""

from __future__ import annotations

import copy
import pickle
import re
from fractions import Fraction

import numpy as np
import pytest
from support.compare import SPECIAL, check_function, close, differences, same_bits

import dualad
from dualad import Dual, DualArray, dual_dtype

REMEDY = r"dualad\.value\(x\)"
REAL = ("?", "b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "e", "f", "d", "g")
FLOATS = np.array([3.1, -1.6, 0.27, 7.2, 2.2, -4.3, 0.6])
TIES = np.array(
    [2.0, 1.0, np.nan, 2.0, -0.0, 0.0, 1.0, np.inf, np.nan, -np.inf, 2.0, 0.0, 1.0, 3.0, -1.0, 2.0] * 3
)
SQUARE = np.array([[3.0, 1.0, 2.5], [-1.0, 0.5, 4.0], [2.0, 7.0, -3.0]])


@pytest.fixture(params=[np.ndarray, DualArray], ids=["plain", "subclass"])
def view(request):
    return request.param


@pytest.fixture
def x(kind, view):
    return kind.array(FLOATS).view(view)


# ---- the dtype itself ----------------------------------------------------------------------------


@pytest.mark.parametrize("n", [*range(1, 65), 100, 257, 1000])
def test_every_number_of_directions(n):
    dtype = dual_dtype(n)
    assert dtype.itemsize == 8 * (1 + n) and dtype.alignment == 8 and dtype.isnative
    assert (
        dtype is dual_dtype(n)
        and dtype == np.dtype(dtype.type)
        and dtype.type is type(Dual(0.0, np.zeros(n)))
    )
    assert dtype != dual_dtype(n + 1) and dtype != np.float64
    x = np.zeros((2, 3), dtype=dtype)
    assert x.strides == (24 * (1 + n), 8 * (1 + n)) and dualad.partials(x).shape == (2, 3, n)
    x[1, 2] = Dual(5.0, np.arange(n))
    same_bits(dualad.partials(x + x)[1, 2], 2.0 * np.arange(n))
    same_bits(x.T[2, 1].partials, np.arange(n))


def test_what_code_asks_of_a_dtype(kind):
    dtype = kind.dtype
    assert dtype.kind == "f" and np.issubdtype(dtype, np.floating) and np.issubdtype(dtype, np.inexact)
    assert dtype.char not in "?bBhHiIlLqQefdgFDGSUVMm" and not dtype.hasobject and dtype.names is None
    assert not np.issubdtype(dtype, np.complexfloating) and dtype.subdtype is None and dtype.shape == ()
    assert np.isdtype(dtype, "real floating") and np.isdtype(dtype, "numeric")
    assert kind.type_name in repr(dtype) and kind.type_name in dtype.name
    assert hash(dtype) == hash(np.dtype(kind.scalar_type))


def test_finfo(kind):
    found, expected = np.finfo(kind.dtype), np.finfo(np.float64)
    for name in ("eps", "max", "min", "tiny", "resolution", "precision", "bits", "smallest_subnormal"):
        assert getattr(found, name) == getattr(expected, name), name


@pytest.mark.parametrize("bad", [0, -1, 2**31, 10**9, 2**64])
def test_impossible_numbers_of_directions(bad):
    with pytest.raises((ValueError, OverflowError)):
        dual_dtype(bad)
    dual_dtype(1)


@pytest.mark.parametrize("bad", [1.0, "1", None, True, np.float64(1), [1], np.True_])
def test_directions_are_an_integer(bad):
    with pytest.raises(TypeError):
        dual_dtype(bad)


def test_directions_may_be_any_integer():
    assert dual_dtype(np.int8(3)) is dual_dtype(3) is dual_dtype(np.uint64(3))


def test_promotion(kind):
    dtype = kind.dtype
    for char in REAL:
        assert np.promote_types(dtype, char) == dtype and np.promote_types(char, dtype) == dtype
        assert np.can_cast(char, dtype) and (char == "?" or not np.can_cast(dtype, char))
    assert np.result_type(np.zeros(2, dtype), 1) == np.result_type(np.zeros(2, dtype), 2.5) == dtype
    assert np.result_type(np.zeros(2, dtype).view(DualArray), np.float64, 1.0) == dtype
    assert np.concatenate([np.zeros(2), np.zeros(2, dtype)]).dtype == dtype
    assert np.promote_types(dtype, dual_dtype(kind.n + 1)) == np.dtype(object)  # nothing is lost


# ---- making arrays -------------------------------------------------------------------------------


def test_making(kind):
    dtype = kind.dtype
    assert not np.zeros((2, 3), dtype).view(np.uint8).any()
    ones = np.ones(3, dtype)
    same_bits(kind.values(ones), [1.0] * 3)
    assert not kind.partials(ones).any()
    full = np.full((2, 2), kind.scalar(2.5), dtype)
    assert (full == 2.5).all() and (kind.partials(full) == kind.scalar(2.5).partials).all()
    assert np.full(3, kind.scalar(2.5)).dtype == dtype
    assert np.empty((0, 3), dtype).shape == (0, 3) and np.eye(3, dtype=dtype)[1, 1] == 1.0
    steps = np.arange(5, dtype=dtype)
    same_bits(kind.values(steps), np.arange(5.0))
    assert not kind.partials(steps).any()
    for like in (np.zeros_like, np.ones_like, np.empty_like):
        assert like(full).dtype == dtype
    assert np.full_like(full, 3.0).dtype == dtype and not kind.partials(np.full_like(full, 3.0)).any()


def test_arange_of_duals_refused(kind):
    """NumPy works out the length in floats."""
    with pytest.raises(TypeError, match=REMEDY):
        np.arange(kind.scalar(1.0), kind.scalar(3.0), kind.scalar(0.5), dtype=kind.dtype)


def test_linspace(kind, view):
    values = np.array([1.0, 3.5])
    check_function(kind, lambda x: np.linspace(x[0], x[1], 7), values, view)
    check_function(kind, lambda x: np.linspace(0.0, x[1], 7), values, view)
    check_function(kind, lambda x: np.linspace(x[0], 9, 7, endpoint=False), values, view)


def test_from_sequences(kind):
    x, y = kind.scalar(1.0), kind.scalar(2.0, 0.5)
    for made in (
        np.array([x, y]),
        np.array([x, 2.0]),
        np.array([1, y]),
        np.array([np.float32(1), y]),
        np.array([[x, y], [1.0, 2]])[0],
        np.asarray((x, y)),
        np.array([np.array(x), y]),
        np.array([x, y], dtype=kind.dtype),
        np.array([1.0, 2.0], dtype=kind.dtype),
        np.stack([x, y]),
        np.hstack([x, y]),
        np.array([np.int64(1), x * 2]),
    ):
        assert made.dtype == kind.dtype and made.shape == (2,)
        same_bits(kind.values(made), [1.0, 2.0])
    mixed = np.array([x, 2.0])
    same_bits(kind.partials(mixed), [x.partials, np.zeros(kind.n)])
    for bad in ([x, "a"], [x, 1j], [x, None]):
        with pytest.raises(TypeError):
            np.array(bad, dtype=kind.dtype)
    with pytest.raises(TypeError):
        np.array([x, Dual(1.0, np.zeros(kind.n + 1))], dtype=kind.dtype)


# ---- reading and writing elements ----------------------------------------------------------------


@pytest.mark.parametrize(
    "index",
    [
        0,
        -1,
        slice(None),
        slice(1, 5, 2),
        slice(None, None, -1),
        slice(5, 1, -2),
        [0, 3, 3, 1],
        np.array([[0, 1], [2, 6]]),
        Ellipsis,
        None,
        (None, slice(2), None),
        [],
        [True, False, True, False, True, False, False],
        slice(3, 3),
        np.zeros(7, bool),
        (Ellipsis, 2),
        np.int64(3),
        np.array(3),
        (np.array([1, 2]),),
    ],
)
def test_indexing(kind, view, index):
    x = kind.numbered(FLOATS).view(view)
    found, expected = x[index], FLOATS[index]
    assert kind.is_kind(found)
    same_bits(kind.values(found), expected)
    places = np.arange(1.0, FLOATS.size + 1)[index]
    same_bits(kind.partials(found)[..., 0], places)
    if isinstance(found, np.ndarray):
        assert type(found) is view
        assert np.shares_memory(found, x) == np.shares_memory(expected, FLOATS)


@pytest.mark.parametrize(
    "index",
    [
        0,
        slice(None),
        slice(1, 5, 2),
        slice(None, None, -1),
        [0, 3, 1],
        Ellipsis,
        [True, False, True, False, True, False, False],
        np.array([[0, 1], [2, 6]]),
    ],
)
def test_assignment(kind, view, index):
    for what in ("number", "dual", "array", "float array", "int array", "float32 array", "zero-d"):
        x, floats = kind.array(FLOATS).view(view), FLOATS.copy()
        shape = np.shape(floats[index])
        new = np.arange(1.0, 1 + np.prod(shape, dtype=int)).reshape(shape)
        given, plain, partials = {
            "number": (5, 5.0, 0.0),
            "dual": (kind.scalar(5.0), 5.0, kind.scalar(5.0).partials),
            "array": (kind.array(new), new, kind.partials(kind.array(new))),
            "float array": (new, new, 0.0),
            "int array": (new.astype(int), new, 0.0),
            "float32 array": (new.astype("f"), new, 0.0),
            "zero-d": (kind.array(np.array(5.0)), 5.0, kind.partials(kind.array(np.array(5.0)))),
        }[what]
        expected = np.array(kind.partials(x))
        expected[index] = partials
        x[index], floats[index] = given, plain
        same_bits(kind.values(x), floats)
        same_bits(kind.partials(x), expected)


@pytest.mark.parametrize(
    "number",
    [
        2,
        2.5,
        True,
        np.float32(2.5),
        np.int8(2),
        np.longdouble(2.5),
        Fraction(5, 2),
        np.array(2.5),
        np.array(2, np.int8),
        np.bool_(True),
        2**70,
        np.float16(0.1),
    ],
)
def test_setting_plain_numbers(x, kind, number):
    x[2] = number
    assert x[2].value == float(number) and not x[2].partials.any()
    x[...] = number
    assert (kind.values(x) == float(number)).all() and not kind.partials(x).any()
    x.fill(number)
    assert (kind.values(x) == float(number)).all()
    x.flat[3] = number
    assert x[3].value == float(number)


@pytest.mark.parametrize(
    "bad",
    [
        "a",
        b"a",
        1j,
        np.complex64(1),
        None,
        [1.0, 2.0],
        {},
        object(),
        np.zeros(2),
        np.array("a"),
        np.array(1j),
    ],
)
def test_setting_refused(x, kind, bad):
    before = x.copy()
    with pytest.raises((TypeError, ValueError)):
        x[2] = bad
    assert np.asarray(x).tobytes() == np.asarray(before).tobytes()


TEXTS = np.array(["1.5", "-inf", "nan", " 7 ", "1_0", "1e-320"])
DAYS = np.array([3, -5, 2**62, "NaT"], "M8[D]")
RECORDS = np.zeros(3, [("", "S1"), ("text", "U3"), ("time", "m8[s]")])
RECORDS["text"], RECORDS["time"] = ["1", "2", "3"], [4, 5, 6]


@pytest.mark.parametrize("given", [
    TEXTS, TEXTS[::2], TEXTS[:0], TEXTS[0], np.array(TEXTS[0]), TEXTS.reshape(2, 3).T, TEXTS.astype("S"),
    TEXTS.astype(TEXTS.dtype.newbyteorder()), np.tile(TEXTS, 3000), RECORDS["text"], np.array([b"1+2j", b" 3"]),
    np.array(["1", "word", "2"]), np.array(["", "1"]), np.array([b"\xff"]), np.ma.array(TEXTS, mask=[0, 1] * 3),
    DAYS, DAYS[::-2], DAYS[:0], DAYS[3], np.array(DAYS[0]), DAYS.astype(DAYS.dtype.newbyteorder()),
    DAYS - DAYS[0], RECORDS["time"]])
@pytest.mark.parametrize("plain", [float, complex])
def test_texts_and_times_as_numbers(given, plain):
    """As NumPy makes floats of them, with its errors."""
    dtype = dual_dtype(2) if plain is float else (dualad.seed(np.ones(2)) + 0j).dtype
    try:
        expected = given.astype(plain)
    except ValueError as error:
        with pytest.raises(type(error), match=f"^{re.escape(str(error))}$"):
            given.astype(dtype)
        return
    found = given.astype(dtype)
    assert found.shape == expected.shape and not dualad.partials(found).any()
    np.testing.assert_array_equal(dualad.value(found), expected)


def test_setting_a_time(x, kind):
    x[2] = np.timedelta64(3, "s")
    x[:2] = np.datetime64("1970-01-08")
    assert dualad.value(x)[:3].tolist() == [7.0, 7.0, 3.0] and not dualad.partials(x)[:3].any()


def test_setting_a_number_of_other_directions(x, kind):
    before = x.copy()
    other = Dual(1.0, np.ones(kind.n + 1))
    for index in (2, slice(None), [1, 2]):
        with pytest.raises(TypeError):
            x[index] = other
        with pytest.raises(TypeError):
            x[index] = np.full(np.shape(x[index]), other)
    assert np.asarray(x).tobytes() == np.asarray(before).tobytes()


@pytest.mark.parametrize(
    "statement",
    [
        "x[1:] += x[:-1]",
        "x[:-1] += x[1:]",
        "x *= x",
        "x[...] = x[::-1]",
        "x[::-1] += x",
        "x[:] = x[::-1].copy()",
        "x[::2] *= x[1::2][[0, 1, 2, 0]]",
        "x -= x",
        "x[1:] = x[:-1]",
        "x[:-1] = x[1:]",
        "x /= x[3]",
        "x[2:5] -= x[1:4]",
        "np.add(x[:-1], x[1:], out=x[1:])",
        "np.add(x[1:], x[:-1], out=x[:-1])",
        "np.multiply(x, x[::-1], out=x)",
        "np.exp(x[:-1], out=x[1:])",
        "np.sin(x, out=x)",
        "np.sin(x[::-1], out=x)",
        "np.negative(x[::-1], out=x)",
        "np.hypot(x[1:], x[:-1], out=x[:-1])",
        "np.maximum(x, x[::-1], out=x)",
        "np.power(x[1:], 2.0, out=x[:-1])",
        "np.sqrt(np.abs(x), out=x)",
        "np.add(x, 1.0, out=x)",
        "np.subtract(1.0, x, out=x)",
        "x[[0, 1, 0]] += x[3]",
        "x[x > 1] *= 2.0",
        "x[x > 1] = x[0]",
        "np.divide(x[:-2], x[2:], out=x[1:-1])",
        "np.clip(x, -1.0, x[0], out=x)",
        "np.cumsum(x, out=x)",
        "np.add.accumulate(x[::-1], out=x)",
        "np.copyto(x[1:], x[:-1])",
        "x[1:] = np.cumsum(x)[:-1]",
        "np.copyto(x, x[::-1], where=x > 0)",
        "np.add.at(x, [0, 0, 2], x[1])",
        "x **= 2",
        "x //= 2.0",
        "x %= 2.0",
        "np.add(x[:6:2], x[1::2], out=x[::3])",
        "np.fmin(x[:-1], x[1:], out=x[1:])",
        "np.modf(x, x, x[::-1].copy())",
        "np.divmod(x, 2.0, x, x.copy())",
        "np.frexp(x[::-1], x, np.zeros(7, np.int32))",
        "x.sort()",
        "x[::-1].sort()",
    ],
)
def test_overlap(kind, view, statement):
    """In-place statements do to the values and, by differences, to the partials what float64 says."""
    floats = np.array([1.53, -0.27, 3.1, 0.76, 2.2, -4.3, 0.6])

    def after(values):
        scope = {"x": values, "np": np}
        exec(statement, scope)
        return scope["x"]

    def call(v):
        return after(np.array(v))

    x = after(kind.array(floats).view(view))
    same_bits(kind.values(x), call(floats))
    close(
        kind.partials(x), differences(call, floats, kind.partials(kind.array(floats))), rtol=1e-5, atol=1e-6
    )


def test_float_array_meets_dual_in_place(kind):
    """`a += dual` cannot write into a float array; it must not lose the derivatives in silence."""
    a = np.ones(3)
    before = a
    a = a * kind.scalar(2.0)
    assert a.dtype == kind.dtype
    try:
        before += kind.scalar(2.0)
    except TypeError:
        assert (before == 1.0).all()
    else:
        assert before.dtype == kind.dtype
    with pytest.raises(TypeError):
        b = np.ones(3)
        b += kind.array([1.0, 2.0, 3.0])


# ---- casts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("char", REAL)
def test_casts_in(kind, char):
    values = np.array([0, 1, 2, 3, 100], dtype=char)
    if char in "efdg":
        values = np.array([0.1, -0.0, np.inf, np.nan, 6e-8, 65504.0, -2.5, 1e-7], dtype=char)
    expected = values.astype(np.float64)
    x = np.zeros(values.size, kind.dtype)
    x[:] = values
    for made in (
        values.astype(kind.dtype),
        x,
        np.array(values, dtype=kind.dtype),
        values[::-1].astype(kind.dtype)[::-1],
        values.reshape(1, -1).astype(kind.dtype)[0],
        values.astype(values.dtype.newbyteorder()).astype(kind.dtype),
        np.concatenate([values, x[:0]]),
        np.array(list(values), dtype=kind.dtype),
    ):
        assert made.dtype == kind.dtype
        same_bits(kind.values(made), expected)
        assert not kind.partials(made).any()


def test_half_precision_is_exact(kind):
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    same_bits(kind.values(halves.astype(kind.dtype)), halves.astype(np.float64))


@pytest.mark.parametrize("char", "bBhHiIlLqQefdgFDGSUMm")
@pytest.mark.parametrize(
    "how",
    [
        "astype",
        "astype unsafe",
        "asarray",
        "array",
        "slice",
        "item",
        "copyto",
        "out",
        "dtype=",
        "fill",
        "put",
        "place",
        "list",
        "0-d",
        "out sum",
        "concatenate out",
        "empty",
        "strided",
        "fancy",
        "mask",
        "flat",
        "broadcast",
        "putmask",
        "view astype",
    ],
)
def test_casts_out_refused(kind, view, char, how):
    x = kind.array(FLOATS).view(view)
    buffer = np.zeros(FLOATS.size, dtype=char)
    before = buffer.copy()

    def setting(index, what):
        buffer[index] = what

    def flat():
        buffer.flat[:] = x

    ways = {
        "astype": lambda: np.asarray(x).view(np.ndarray).astype(char),
        "asarray": lambda: np.asarray(x, dtype=char),
        "astype unsafe": lambda: np.ndarray.astype(np.asarray(x), char, casting="unsafe"),
        "array": lambda: np.array(x, dtype=char),
        "slice": lambda: setting(slice(None), x),
        "item": lambda: setting(0, x[0]),
        "copyto": lambda: np.copyto(buffer, x, casting="unsafe"),
        "out": lambda: np.add(x, x, out=buffer, casting="unsafe"),
        "dtype=": lambda: np.add(x, x, dtype=char),
        "fill": lambda: buffer.fill(x[0]),
        "put": lambda: buffer.put([0, 1], x[:2]),
        "place": lambda: np.place(buffer, np.ones(7, bool), x),
        "list": lambda: np.array(list(x), dtype=char),
        "0-d": lambda: setting(0, np.array(x[0])),
        "out sum": lambda: np.sum(x, out=buffer[0:1].reshape(())),
        "concatenate out": lambda: np.concatenate([x[:3], x[:4]], out=buffer, casting="unsafe"),
        "empty": lambda: np.array([x[0], 1.0], dtype=char),
        "strided": lambda: setting(slice(None, None, -1), x),
        "fancy": lambda: setting([0, 1], x[:2]),
        "mask": lambda: setting(buffer == buffer, x),
        "flat": flat,
        "broadcast": lambda: setting(slice(None), x[:1]),
        "putmask": lambda: np.putmask(buffer, np.ones(7, bool), x),
        "view astype": lambda: np.asarray(x)[::2].astype(char),
    }
    if char in "Mm" and how in ("item", "0-d", "fill"):
        pytest.skip("NumPy refuses with its own error")
    errors = (TypeError, ValueError) if char in "SUMm" else TypeError
    with pytest.raises(errors):
        ways[how]()
    assert np.asarray(buffer).tobytes() == np.asarray(before).tobytes()


@pytest.mark.parametrize("char", "bBhHiIlLqQefdgFDG")
@pytest.mark.parametrize("how", ["astype", "asarray", "array", "slice", "item", "fill", "list"])
def test_the_message_names_the_remedy(kind, char, how):
    x, buffer = kind.array(FLOATS), np.zeros(FLOATS.size, dtype=char)

    def setting(index, what):
        buffer[index] = what

    ways = {
        "astype": lambda: x.astype(char),
        "asarray": lambda: np.asarray(x, dtype=char),
        "array": lambda: np.array(x, dtype=char),
        "slice": lambda: setting(slice(None), x),
        "item": lambda: setting(0, x[0]),
        "fill": lambda: buffer.fill(x[0]),
        "list": lambda: np.array(list(x), dtype=char),
    }
    if char == "g" and kind.dtype.itemsize == np.dtype("g").itemsize:
        with pytest.raises(TypeError):  # NumPy's own words: same kind, same size
            ways[how]()
        return
    for words in (REMEDY, "zeros_like"):
        with pytest.raises(TypeError, match=words):
            ways[how]()


def test_out_names_the_remedy(x):
    with pytest.raises(TypeError, match=REMEDY):
        np.add(x, x, out=np.zeros(x.shape))


def test_other_number_of_directions(kind):
    other = dual_dtype(kind.n + 1)
    x, y = np.ones(3, kind.dtype), np.ones(3, other)
    for call in (
        lambda: x.astype(other),
        lambda: y.astype(kind.dtype),
        lambda: x + y,
        lambda: np.copyto(x, y, casting="unsafe"),
        lambda: np.add(x, x, out=y),
        lambda: x @ y,
        lambda: np.dot(x, y),
        lambda: np.clip(x, y, y),
        lambda: np.divmod(x, y),
    ):
        with pytest.raises(TypeError):
            call()


def test_arrays_of_different_directions_together(kind):
    """Where NumPy finds no common dtype it makes objects: each keeps its partials."""
    x, y = kind.array([1.0, 2.0]), np.ones(2, dual_dtype(kind.n + 1))
    for call in (
        lambda: np.concatenate([x, y]),
        lambda: np.where([True, False], x, y),
        lambda: np.stack([x, y]),
    ):
        try:
            found = call()
        except TypeError:
            continue
        assert found.dtype == object and {type(item) for item in found.flat} == {x.dtype.type, y.dtype.type}


def test_truth(kind):
    x = kind.array([0.0, -0.0, 1.0, np.nan, -2.0, 5e-324])
    expected = [False, False, True, True, True, True]
    for found in (
        x.astype(bool),
        np.array(x, dtype=bool),
        np.asarray(x, bool),
        x[::-1].astype(bool)[::-1],
        x != 0,
    ):
        assert found.tolist() == expected
    assert np.nonzero(x)[0].tolist() == [2, 3, 4, 5] and np.count_nonzero(x) == 4
    assert not x.all() and x.any() and bool(x[2:3])
    mask = np.zeros(6, bool)
    mask[:] = x
    assert mask.tolist() == expected


def test_objects(kind, view):
    x = kind.array(FLOATS).view(view)
    objects = x.astype(object)
    assert objects.dtype == object and all(type(item) is kind.scalar_type for item in objects)
    back = objects.astype(kind.dtype)
    assert np.asarray(back).tobytes() == np.asarray(x).tobytes()
    objects[0] = 2
    assert objects.astype(kind.dtype)[0] == 2.0
    objects[1] = "a"
    with pytest.raises(TypeError):
        objects.astype(kind.dtype)
    assert (objects[2:] + x[2:]).dtype == object or (objects[2:] + x[2:]).dtype == kind.dtype


def test_astype_itself(kind):
    x = kind.array(FLOATS)
    copied = x.astype(kind.dtype)
    assert copied is not x and np.asarray(copied).tobytes() == np.asarray(x).tobytes()
    assert x.astype(kind.dtype, copy=False) is x
    assert np.asarray(x.astype(kind.scalar_type)).tobytes() == np.asarray(x).tobytes()


# ---- memory --------------------------------------------------------------------------------------


def layouts(kind):
    """(name, dual array, the same floats): every way of lying in memory."""
    base = np.linspace(0.5, 2.0, 24)
    grid = base.reshape(4, 6)
    yield "contiguous", kind.array(grid), grid
    yield "fortran", np.asfortranarray(kind.array(grid)), np.asfortranarray(grid)
    yield "transposed", kind.array(grid).T, grid.T
    yield "steps", kind.array(grid)[::2, ::3], grid[::2, ::3]
    yield "backwards", kind.array(grid)[::-1, ::-2], grid[::-1, ::-2]
    yield "broadcast", np.broadcast_to(kind.array(base[:6]), (4, 6)), np.broadcast_to(base[:6], (4, 6))
    yield "zero-d", kind.array(base)[3:4].reshape(()), base[3:4].reshape(())
    yield "empty", kind.array(grid)[:, :0], grid[:, :0]
    yield "one", kind.array(base)[3:4], base[3:4]
    yield "swapped", kind.array(grid).astype(kind.dtype.newbyteorder()), grid.astype(">f8")
    yield (
        "swapped view",
        kind.array(grid).byteswap().view(kind.dtype.newbyteorder()),
        grid.byteswap().view(">f8"),
    )
    raw = np.zeros(grid.size * kind.dtype.itemsize + 1, np.uint8)[1:].view(kind.dtype).reshape(grid.shape)
    raw[...] = kind.array(grid)
    yield "unaligned", raw, grid
    record = np.zeros(grid.shape, np.dtype([("a", np.int8), ("x", kind.dtype), ("b", np.int16)]))
    record["x"] = kind.array(grid)
    yield "structured", record["x"], grid
    locked = kind.array(grid)
    locked.flags.writeable = False
    yield "read-only", locked, grid


LAYOUTS = [
    "contiguous",
    "fortran",
    "transposed",
    "steps",
    "backwards",
    "broadcast",
    "zero-d",
    "empty",
    "one",
    "swapped",
    "swapped view",
    "unaligned",
    "structured",
    "read-only",
]


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(kind, name):
    x, floats = {label: (a, b) for label, a, b in layouts(kind)}[name]
    p = np.array(kind.partials(x), dtype=np.float64)
    values = np.array(kind.values(x), dtype=np.float64)
    same_bits(values, floats)
    native = np.zeros(x.shape, kind.dtype)
    native[...] = x
    same_bits(kind.partials(native), p)
    for call in (
        lambda a: a + a,
        lambda a: a * 2.0,
        lambda a: 3.0 - a,
        np.sin,
        np.exp,
        lambda a: a**2.0,
        lambda a: np.maximum(a, 1.0),
        lambda a: a.copy(),
        lambda a: np.sort(a, axis=None),
        lambda a: a.ravel(),
        lambda a: a.sum(axis=0) if a.ndim else a + 0.0,
        lambda a: np.add.accumulate(a) if a.ndim else a + 0.0,
        lambda a: a.flatten(),
        lambda a: np.take(a, [0] * (a.size > 0)),
        lambda a: np.where(a > 1, a, 0.0),
        lambda a: np.concatenate([a.ravel(), a.ravel()]),
        lambda a: np.modf(a)[0],
        lambda a: a.astype(a.dtype),
        lambda a: np.clip(a, 0.7, 1.5),
        lambda a: np.multiply(a, a),
        lambda a: a.reshape(-1),
        np.unique,
        lambda a: np.partition(a.ravel(), 0) if a.size else a,
        lambda a: np.repeat(a, 2),
        lambda a: a.mean() if a.size else a,
        lambda a: a.T @ a if a.ndim == 2 else a,
        lambda a: np.add.outer(a, [1.0, 2.0]),
    ):
        found, expected = call(x), call(native)
        assert found.dtype == kind.dtype or found.dtype == x.dtype
        same_bits(np.array(kind.values(found), float), call(floats))
        close(kind.partials(found), kind.partials(expected), rtol=1e-14, atol=1e-15)
    assert (np.argsort(x, axis=None) == np.argsort(native, axis=None)).all()
    assert (x == native).all() and (np.isfinite(x)).all() and (x > 1.0).tolist() == (floats > 1.0).tolist()
    if x.size:
        assert np.argmax(x) == np.argmax(floats) and np.argmin(x) == np.argmin(floats) and x.any()
        item = x.item(x.size - 1)
        assert type(item) is kind.scalar_type and item.value == floats.flat[-1]
        same_bits(item.partials, p.reshape(-1, kind.n)[-1])
        assert type(x.tolist() if x.ndim == 0 else x.ravel()[0]) is kind.scalar_type
        assert np.searchsorted(np.sort(x, axis=None), x.ravel()[0]) == np.searchsorted(
            np.sort(floats, None), floats.flat[0]
        )
    if x.flags.writeable and x.size:
        y = x
        y[...] = 1.5
        assert (y == 1.5).all() and not np.any(kind.partials(y))
        y.flat[0] = kind.scalar(2.5)
        assert y.flat[0] == 2.5 and (y.flat[0].partials == kind.scalar(2.5).partials).all()
        y += 1.0
        assert y.flat[0] == 3.5 and (y.flat[0].partials == kind.scalar(2.5).partials).all()
        np.multiply(y, y, out=y)
        assert y.flat[0] == 3.5 * 3.5
    elif x.size:
        with pytest.raises(ValueError):
            x[...] = 1.0
        with pytest.raises(ValueError):
            np.add(x, x, out=x)


@pytest.mark.parametrize("name", LAYOUTS)
def test_component_views(kind, name):
    x, _floats = {label: (a, b) for label, a, b in layouts(kind)}[name]
    v, p = dualad.value(x), dualad.partials(x)
    assert v.shape == x.shape and p.shape == (*x.shape, kind.n) and type(v) is type(p) is np.ndarray
    assert v.dtype.newbyteorder("=") == np.float64 and v.strides == x.strides and p.strides == (*x.strides, 8)
    assert v.flags.writeable == p.flags.writeable == x.flags.writeable
    assert v.flags.aligned == x.flags.aligned
    if not x.size:
        return
    assert np.shares_memory(v, x) and np.shares_memory(p, x) and not np.shares_memory(v, p)
    if x.flags.writeable:
        v[...] = 7.0
        p[..., -1] = 9.0
        assert (x == 7.0).all() and x.flat[0].partials[-1] == 9.0
    else:
        with pytest.raises(ValueError):
            v[...] = 1.0
        with pytest.raises(ValueError):
            p[...] = 1.0


def test_component_views_keep_the_array_alive(kind):
    v = dualad.value(kind.array(np.arange(1e4)))
    p = dualad.partials(kind.array(np.arange(1e4)))
    junk = [np.ones(10**4 * (1 + kind.n)) for _ in range(5)]
    assert v[9999] == 9999.0 and (p > 0.4).all() and len(junk) == 5


def test_parts_of_other_things(kind):
    x = kind.scalar(2.0)
    assert type(dualad.value(x)) is np.float64 and dualad.partials(x).shape == (kind.n,)
    assert type(dualad.value(3)) is np.float64 and dualad.partials(3).shape == (0,)
    assert dualad.value([x, 1.0]).tolist() == [2.0, 1.0] and dualad.partials([x, 1.0]).shape == (2, kind.n)
    assert dualad.value([[x], [x]]).shape == (2, 1)
    assert dualad.value(np.array([1, 2])).dtype == np.float64
    assert dualad.value(np.array([x, 1.0], dtype=object)).tolist() == [2.0, 1.0]
    assert dualad.partials([1.0, 2.0]).shape == (2, 0)
    floats = np.zeros(3)
    assert dualad.value(floats) is floats
    assert dualad.value(1j) == 1j and dualad.value([1j]).dtype == complex and dualad.partials(1j).shape == (0,)
    for bad in (None, "a", ["a"], object(), {}):
        with pytest.raises(TypeError):
            dualad.value(bad)
        with pytest.raises(TypeError):
            dualad.partials(bad)


# ---- seeds ---------------------------------------------------------------------------------------


def test_seed():
    for given in (
        [1.0, 2.0, 3.0],
        (1, 2, 3),
        np.array([1, 2, 3]),
        np.array([1, 2, 3], np.float32),
        range(1, 4),
    ):
        x = dualad.seed(given)
        assert type(x) is DualArray and x.dtype == dual_dtype(3)
        same_bits(dualad.value(x), [1.0, 2.0, 3.0])
        same_bits(dualad.partials(x), np.eye(3))
    grid = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    x = dualad.seed(grid)
    same_bits(dualad.partials(x).reshape(6, 6), np.eye(6))
    assert x.flags.f_contiguous
    x[0, 0] = 9.0
    assert grid[0, 0] == 0.0


def test_seed_with_directions():
    given = np.arange(12.0).reshape(2, 3, 2)
    x = dualad.seed(np.ones((2, 3)), given)
    same_bits(dualad.partials(x), given)
    assert x.dtype == dual_dtype(2)
    assert dualad.seed(2.0).shape == () and dualad.seed(2.0, [1.0, 5.0]).dtype == dual_dtype(2)
    for bad in (np.ones((2, 3)), np.ones((3, 2, 1)), 1.0, np.ones((2, 3, 1, 1))):
        with pytest.raises(ValueError, match="shape"):
            dualad.seed(np.ones((2, 3)), bad)
    for bad in ([], np.zeros((0, 3))):
        with pytest.raises(ValueError):
            dualad.seed(bad)
    for bad in ("a", 1j, None, [1j], x):
        with pytest.raises(TypeError):
            dualad.seed(bad)
    with pytest.raises(TypeError):
        dualad.seed([1.0], x[:1, :1])


# ---- sorting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["quicksort", "heapsort", "mergesort", "stable"])
@pytest.mark.parametrize("size", [0, 1, 2, 16, 17, 48, 300])
def test_sort_is_the_permutation_of_the_floats(kind, view, algorithm, size):
    rng = np.random.default_rng(size)
    for values in (
        rng.integers(0, 5, size).astype(float),
        rng.standard_normal(size),
        np.resize(TIES, size),
        np.zeros(size),
    ):
        x = kind.numbered(values).view(view)
        places = np.argsort(values, kind=algorithm)
        assert (np.argsort(x, kind=algorithm) == places).all() and (x.argsort(kind=algorithm) == places).all()
        found = np.sort(x, kind=algorithm)
        same_bits(kind.values(found), values[places])
        same_bits(kind.partials(found)[:, 0], places + 1.0)
        x[::-1].sort(kind=algorithm)
        same_bits(kind.values(x)[::-1], values[::-1][np.argsort(values[::-1], kind=algorithm)])


@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_sort_along_an_axis(kind, axis):
    values = np.random.default_rng(0).integers(0, 4, (20, 30)).astype(float)
    for x, floats in ((kind.numbered(values), values), (kind.numbered(values).T, values.T)):
        places = np.argsort(floats, axis=axis)
        assert (np.argsort(x, axis=axis) == places).all()
        found = np.sort(x, axis=axis)
        same_bits(kind.values(found), np.sort(floats, axis=axis))


@pytest.mark.parametrize("k", [0, 3, -1, [1, 5], 47])
def test_partition(kind, view, k):
    for values in (TIES, np.random.default_rng(0).standard_normal(48)):
        x = kind.numbered(values).view(view)
        found, places = np.partition(x, k), np.argpartition(x, k)
        wanted = np.sort(values)
        for at in np.atleast_1d(k):
            np.testing.assert_array_equal(kind.values(found)[at], wanted[at])
        np.testing.assert_array_equal(np.sort(kind.values(found)), wanted)
        same_bits(np.sort(kind.partials(found)[:, 0]), np.arange(1.0, 49.0))
        same_bits(kind.values(found), values[kind.partials(found)[:, 0].astype(int) - 1])
        for at in np.atleast_1d(k):
            np.testing.assert_array_equal(values[places[at]], wanted[at])


@pytest.mark.parametrize("k", [2, (1, 5), [30, -2]])
def test_partition_of_a_dual_array_is_that_of_floats(kind, k):
    for shape in ((48,), (3, 500)):
        values = np.random.default_rng(1).standard_normal(shape).round(2)
        values.flat[::7] = np.nan
        x = kind.numbered(values).view(dualad.DualArray)
        same_bits(kind.values(np.partition(x, k)), np.partition(values, k))
        np.testing.assert_array_equal(np.argpartition(x, k, axis=0 if k == 2 else -1),
                                      np.argpartition(values, k, axis=0 if k == 2 else -1))
        y = x.T.copy()
        y.partition(k, axis=0)
        same_bits(kind.values(y), np.partition(values.T, k, axis=0))


@pytest.mark.parametrize("side", ["left", "right"])
def test_searchsorted(kind, side):
    keys = np.array([-np.inf, -1.0, 0.0, 0.0, 1.0, 2.0, 2.0, np.inf, np.nan])
    what = np.array([*TIES, 0.5, -3.0])
    expected = np.searchsorted(keys, what, side)
    for a, v in ((kind.array(keys), kind.array(what)), (kind.array(keys), what), (keys, kind.array(what))):
        assert (np.searchsorted(a, v, side) == expected).all()
    order = np.argsort(TIES)
    assert (
        np.searchsorted(kind.array(TIES), kind.array(what), side, sorter=order)
        == np.searchsorted(TIES, what, side, sorter=order)
    ).all()
    assert np.searchsorted(kind.array(keys), kind.scalar(1.0)) == 4


def test_lexsort(kind):
    values = np.array([[1.0, 0.0, 1.0, 0.0], [2.0, 2.0, 1.0, 1.0]])
    assert (np.lexsort(kind.array(values)) == np.lexsort(values)).all()


@pytest.mark.parametrize(
    "values",
    [
        TIES,
        FLOATS,
        [np.nan],
        [0.0, -0.0],
        [-0.0, 0.0],
        [1.0, np.nan, 2.0, np.nan],
        [np.inf, -np.inf, np.inf],
        SQUARE,
    ],
)
def test_extremes(kind, view, values):
    values = np.asarray(values)
    x = kind.numbered(values).view(view)
    for axis in (None, 0, -1):
        assert np.array_equal(np.argmax(x, axis=axis), np.argmax(values, axis=axis))
        assert np.array_equal(np.argmin(x, axis=axis), np.argmin(values, axis=axis))
        same_bits(kind.values(np.max(x, axis=axis)), np.max(values, axis=axis))
        same_bits(kind.values(np.min(x, axis=axis)), np.min(values, axis=axis))
    assert np.array_equal(x[::-1].argmax(), values[::-1].argmax())


# ---- functions that move data --------------------------------------------------------------------

MOVES = {
    "take": lambda x: np.take(x, [3, 0, 0, -1]),
    "take out of range": lambda x: np.take(x, [30, -8], mode="wrap"),
    "compress": lambda x: np.compress([1, 0, 1], x),
    "extract": lambda x: np.extract(np.arange(7) % 2 == 0, x),
    "choose": lambda x: np.choose([0, 1, 0, 1, 1, 0, 0], [x, x[::-1]]),
    "repeat": lambda x: np.repeat(x, [0, 1, 2, 0, 3, 1, 1]),
    "tile": lambda x: np.tile(x, (2, 3)),
    "roll": lambda x: np.roll(x, 3),
    "flip": np.flip,
    "rot90": lambda x: np.rot90(x[:6].reshape(2, 3)),
    "concatenate": lambda x: np.concatenate([x, x[:2]]),
    "stack": lambda x: np.stack([x, x[::-1]], axis=1),
    "vstack": lambda x: np.vstack([x, x]),
    "hstack": lambda x: np.hstack([x, x]),
    "dstack": lambda x: np.dstack([x, x]),
    "column_stack": lambda x: np.column_stack([x, x]),
    "block": lambda x: np.block([[x, x], [x[::-1], x]]),
    "append": lambda x: np.append(x, x[2]),
    "insert": lambda x: np.insert(x, [1, 3], x[:2]),
    "delete": lambda x: np.delete(x, [1, 2]),
    "split": lambda x: np.concatenate(np.split(x[:6], 3)[::-1]),
    "array_split": lambda x: np.array_split(x, 3)[1],
    "where": lambda x: np.where(np.arange(7) % 2 == 0, x, x[::-1]),
    "select": lambda x: np.select([x > 2, x < 0], [x[::-1], x], x[3]),
    "pad edge": lambda x: np.pad(x, 2, mode="edge"),
    "pad wrap": lambda x: np.pad(x, 3, mode="wrap"),
    "pad reflect": lambda x: np.pad(x, 2, mode="reflect"),
    "pad symmetric": lambda x: np.pad(x, (1, 2), mode="symmetric"),
    "reshape": lambda x: np.reshape(x[:6], (3, 2), order="F"),
    "transpose": lambda x: np.transpose(x[:6].reshape(2, 3)),
    "swapaxes": lambda x: np.swapaxes(x[:6].reshape(1, 2, 3), 0, 2),
    "moveaxis": lambda x: np.moveaxis(x[:6].reshape(1, 2, 3), 0, -1),
    "squeeze": lambda x: np.squeeze(x[None, :, None]),
    "expand_dims": lambda x: np.expand_dims(x, 1),
    "ravel": lambda x: np.ravel(x[:6].reshape(2, 3), "F"),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 7)),
    "diag": lambda x: np.diag(x[:4].reshape(2, 2)),
    "diagonal": lambda x: np.diagonal(x[:4].reshape(2, 2)),
    "resize": lambda x: np.resize(x, (3, 4)),
    "take_along_axis": lambda x: np.take_along_axis(x, np.array([2, 0, 1]), 0),
    "copy": np.copy,
    "atleast_2d": np.atleast_2d,
    "sort": np.sort,
    "unique": np.unique,
    "partition": lambda x: np.sort(np.partition(x, 2)),
    "meshgrid": lambda x: np.meshgrid(x, x[:2])[0],
    "ix_": lambda x: np.ix_(x)[0],
    "fliplr": lambda x: np.fliplr(x[:6].reshape(2, 3)),
    "flat": lambda x: x.flat[2:5],
    "nditer": lambda x: np.array([i[()] for i in np.nditer(x)]),
    "iter": lambda x: np.array(list(x)),
    "apply_along_axis": lambda x: np.apply_along_axis(lambda row: row[::-1], 1, x[:6].reshape(2, 3)),
    "vsplit": lambda x: np.vsplit(x[:6].reshape(2, 3), 2)[1],
    "max": np.max,
    "min": np.min,
    "nanmax": np.nanmax,
    "union1d": lambda x: np.union1d(x[:3], x[2:]),
    "intersect1d": lambda x: np.intersect1d(x[:4], x[2:]),
    "setdiff1d": lambda x: np.setdiff1d(x[:4], x[2:]),
    "trim_zeros": np.trim_zeros,
    "unstack": lambda x: np.stack(list(x[:6].reshape(2, 3))[::-1]),
    "putmask": lambda x: _changed(np.putmask, x, x > 1, x[::-1].copy()),
    "place": lambda x: _changed(np.place, x, x > 1, x[:2].copy()),
    "put": lambda x: _changed(np.put, x, [1, 2], x[4:6].copy()),
    "copyto": lambda x: _changed(np.copyto, x, x[::-1].copy()),
    "copyto where": lambda x: _changed(lambda a: np.copyto(a, a[::-1].copy(), where=a > 1), x),
    "fill_diagonal": lambda x: _changed(lambda a: np.fill_diagonal(a[:4].reshape(2, 2), a[6]), x),
    "put_along_axis": lambda x: _changed(
        lambda a: np.put_along_axis(a, np.array([2, 0]), a[4:6].copy(), 0), x
    ),
    "median of odd": np.median,
    "percentile nearest": lambda x: np.percentile(x, 30, method="nearest"),
    "quantile higher": lambda x: np.quantile(x, 0.4, method="higher"),
    "roll axes": lambda x: np.roll(x[:6].reshape(2, 3), (1, 1), (0, 1)),
    "r_": lambda x: np.r_[x, x[:1]],
    "c_": lambda x: np.c_[x, x],
    "sliding windows": lambda x: np.lib.stride_tricks.sliding_window_view(x, 3),
}


def _changed(function, x, *arguments):
    x = x.copy()
    function(x, *arguments)
    return x


@pytest.mark.parametrize("name", MOVES)
def test_moving_data(kind, view, name):
    """Each element of the result is one of the input, partials and all, at the place where floats go."""
    if name == "sliding windows" and view is np.ndarray:
        pytest.skip(
            "NumPy makes it from a description of the memory, which has no word for a plain dual array"
        )
    x = kind.numbered(FLOATS).view(view)
    found, expected = MOVES[name](x), MOVES[name](FLOATS)
    assert kind.is_kind(found), type(found)
    same_bits(kind.values(found), expected)
    places = kind.partials(found)[..., 0].astype(int) - 1
    same_bits(FLOATS[places], expected)  # all values are different, so the place is unique
    same_bits(kind.partials(found)[..., -1], places + 1.0)


def test_putting_plain_numbers(kind):
    for change in (
        lambda x: np.put(x, [0, 1], [5, 6.5]),
        lambda x: np.place(x, x > 1, [9.0]),
        lambda x: np.putmask(x, x > 1, 4),
        lambda x: np.copyto(x, 3),
        lambda x: np.copyto(x, np.arange(7)),
        lambda x: np.fill_diagonal(x[:4].reshape(2, 2), 1),
        lambda x: x.put(3, 2.5),
        lambda x: x.itemset(0, 1) if hasattr(x, "itemset") else None,
    ):
        x, floats = kind.array(FLOATS), FLOATS.copy()
        before = np.array(kind.partials(x))
        change(x)
        change(floats)
        same_bits(kind.values(x), floats)
        moved = floats != FLOATS
        same_bits(kind.partials(x)[~moved], before[~moved])
        assert not kind.partials(x)[moved].any()


@pytest.mark.parametrize("value", [np.nan, 2.0])
def test_unique_with_everything(kind, value):
    values = np.array([2.0, value, 1.0, 2.0, value, 0.0, -0.0])
    found, expected = np.unique(kind.array(values), True, True, True), np.unique(values, True, True, True)
    same_bits(kind.values(found[0]), expected[0])
    for a, b in zip(found[1:], expected[1:], strict=True):
        assert np.array_equal(a, b)


# ---- functions that compute ----------------------------------------------------------------------

COMPUTE = {
    "diff": np.diff,
    "diff 2": lambda x: np.diff(x, 2),
    "ediff1d": np.ediff1d,
    "cumsum": np.cumsum,
    "cumprod": np.cumprod,
    "cumsum axis": lambda x: np.cumsum(x[:6].reshape(2, 3), axis=0),
    "sum": np.sum,
    "prod": np.prod,
    "mean": np.mean,
    "std": np.std,
    "var": np.var,
    "var ddof": lambda x: np.var(x, ddof=1),
    "median of even": lambda x: np.median(x[:6]),
    "median axis": lambda x: np.median(x[:6].reshape(2, 3), axis=0),
    "percentile": lambda x: np.percentile(x, [10, 33, 90]),
    "quantile": lambda x: np.quantile(x, 0.37),
    "quantile axis": lambda x: np.quantile(x[:6].reshape(2, 3), 0.3, axis=1),
    "average": lambda x: np.average(x, weights=np.arange(1.0, 8.0)),
    "average by dual": lambda x: np.average(np.arange(7.0), weights=x),
    "trapezoid": lambda x: np.trapezoid(x) if hasattr(np, "trapezoid") else np.trapz(x),
    "trapezoid over x": lambda x: np.trapezoid(np.arange(7.0) ** 2, x=np.sort(x)),
    "gradient": np.gradient,
    "clip": lambda x: np.clip(x, -1.0, 2.5),
    "clip by dual": lambda x: np.clip(x, x[2], x[4]),
    "nan_to_num": np.nan_to_num,
    "convolve": lambda x: np.convolve(x, [1.0, 2.0, 3.0]),
    "convolve dual": lambda x: np.convolve(x, x[:3]),
    "correlate": lambda x: np.correlate(x, x[:3]),
    "cross": lambda x: np.cross(x[:3], x[3:6]),
    "outer": lambda x: np.outer(x, x[:2]),
    "kron": lambda x: np.kron(x[:2], x[2:4]),
    "trace": lambda x: np.trace(x[:4].reshape(2, 2)),
    "polyval": lambda x: np.polyval(x, 0.7),
    "polyval at dual": lambda x: np.polyval([1.0, 2.0, 3.0], x),
    "vander": lambda x: np.vander(x, 3),
    "ptp": np.ptp,
    "nansum": np.nansum,
    "nanmean": np.nanmean,
    "nanstd": np.nanstd,
    "pad constant": lambda x: np.pad(x, 2, constant_values=x[0]),
    "pad linear": lambda x: np.pad(x, 2, mode="linear_ramp", end_values=1.0),
    "pad mean": lambda x: np.pad(x, 2, mode="mean"),
    "pad zeros": lambda x: np.pad(x, 2),
    "cov": np.cov,
    "corrcoef": lambda x: np.corrcoef(x[:6].reshape(2, 3)),
    "where": lambda x: np.where(x > 1, x**2, 0.0),
    "select": lambda x: np.select([x > 2, x < 0], [x * 2, -x], 0.0),
    "piecewise": lambda x: np.piecewise(x, [x > 1], [lambda v: v * v, lambda v: -v]),
    "triu": lambda x: np.triu(x[:4].reshape(2, 2)),
    "tril": lambda x: np.tril(x[:4].reshape(2, 2)),
    "diag": lambda x: np.diag(x[:3]),
    "diagflat": lambda x: np.diagflat(x[:3]),
    "insert": lambda x: np.insert(x, 1, 5.0),
    "append": lambda x: np.append(x, [1, 2]),
    "concatenate": lambda x: np.concatenate([x, [1.0, 2.0]]),
    "concatenate ints": lambda x: np.concatenate([np.arange(3), x]),
    "stack mixed": lambda x: np.stack([x, np.ones(7, np.float32)]),
    "dot": lambda x: np.dot(x, x[::-1]),
    "dot floats": lambda x: np.dot(x, np.arange(7.0)),
    "inner": lambda x: np.inner(x, x),
    "vdot": lambda x: np.vdot(x, x),
    "tensordot": lambda x: np.tensordot(x[:6].reshape(2, 3), x[:6].reshape(3, 2), 1),
    "matmul": lambda x: x[:6].reshape(2, 3) @ x[:6].reshape(3, 2),
    "cumulative trapezoid": lambda x: np.cumsum((x[1:] + x[:-1]) / 2),
    "apply_over_axes": lambda x: np.apply_over_axes(np.sum, x[:6].reshape(2, 3), [0]),
    "vectorize": lambda x: np.vectorize(lambda v: v * v, otypes=[object] if x.dtype != float else None)(
        x
    ).astype(x.dtype),
    "apply_along_axis": lambda x: np.apply_along_axis(np.sum, 1, x[:6].reshape(2, 3)),
    "real": np.real,
    "round": lambda x: x - np.round(x, 1),
    "sinc": np.sinc,
    "logspace": lambda x: np.logspace(x[2], x[4], 5),
    "unwrap": np.unwrap,
    "in place": lambda x: _changed(lambda a: a.__imul__(a), x),
    "norm by hand": lambda x: np.sqrt(np.sum(x * x)),
    "heaviside": lambda x: x * np.heaviside(x, 0.5),
    "nancumsum": np.nancumsum,
    "interp": lambda x: np.interp(np.array([0.5, 1.5]), np.arange(7.0), x),
    "ma": lambda x: np.asarray(np.add.reduceat(x, [0, 3, 5])),
    "sum where": lambda x: np.sum(x, where=np.arange(7) % 2 == 0),
    "max initial": lambda x: np.max(x, initial=2.5),
    "nanprod": np.nanprod,
    "histogram weights": lambda x: np.add.reduce(x),
}
ROUNDING = {
    "dot",
    "dot floats",
    "inner",
    "vdot",
    "tensordot",
    "convolve",
    "convolve dual",
    "correlate",
    "cov",
    "corrcoef",
    "average",
    "average by dual",
    "polyval",
}  # np.dot on plain dual arrays is right to rounding only (documented)
#: not promised on plain arrays, where DualArray has a rule: compiled code that asks for doubles, and
#: (quantile) a scalar result that NumPy then writes into
ONLY_SUBCLASS = {"interp", "quantile"}


@pytest.mark.parametrize("name", COMPUTE)
def test_computing(kind, view, name):
    call = COMPUTE[name]
    if name in ONLY_SUBCLASS and view is np.ndarray:
        try:
            found = call(kind.array(FLOATS))
        except TypeError:
            return
        assert kind.is_kind(found)
    if name not in ROUNDING:
        check_function(kind, call, FLOATS, view, rtol=1e-5, atol=1e-6)
        return
    x = kind.array(FLOATS)
    found = call(x.view(view))
    close(kind.values(found), call(FLOATS), rtol=1e-13)
    close(kind.partials(found), differences(call, FLOATS, kind.partials(x)), rtol=1e-5, atol=1e-6)


def test_counting_functions(kind, view):
    for call in (
        lambda x: np.digitize(x, [0.0, 1.0, 2.0]),
        np.argwhere,
        np.flatnonzero,
        lambda x: np.isin(x, [3.0, 7.0]),
        lambda x: np.bincount((x > 1).astype(int)),
        lambda x: np.array_equal(x, x),
        lambda x: np.allclose(x, x),
        lambda x: np.isclose(x, x + 1e-9),
        lambda x: np.argmax(x > 2),
        lambda x: np.shape(x),
        lambda x: np.size(x),
        lambda x: np.isreal(x),
        lambda x: np.iscomplexobj(x),
        lambda x: np.sign(x) == 1,
        lambda x: np.all(x),
        lambda x: np.any(x > 6),
        lambda x: np.array_equiv(x, x[None]),
        lambda x: np.count_nonzero(x > 0),
        lambda x: np.unravel_index(x.argmax(), x.shape),
    ):
        assert np.array_equal(call(kind.array(FLOATS).view(view)), call(FLOATS))


# ---- copies --------------------------------------------------------------------------------------


def test_copies(kind, view):
    x = kind.array(SQUARE).view(view)
    for again in (
        x.copy(),
        copy.copy(x),
        copy.deepcopy(x),
        copy.deepcopy({"a": [x]})["a"][0],
        np.array(x, subok=True),
        x.T.copy(order="F").T,
    ):
        assert again.dtype == x.dtype and type(again) is view and not np.shares_memory(again, x)
        assert np.asarray(again).tobytes() == np.asarray(x).tobytes()


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(kind, view, protocol):
    x = kind.array(np.resize(SPECIAL, (3, 9))).view(view)
    for given in (x, x.T, x[::2], x[:0], x[0, :1].reshape(())):
        again = pickle.loads(pickle.dumps(given, protocol))
        assert again.dtype == x.dtype and type(again) is view
        assert np.asarray(again).tobytes() == np.asarray(given).tobytes()
    assert pickle.loads(pickle.dumps(kind.dtype, protocol)) == kind.dtype


def test_pickle_into_a_fresh_process(tmp_path, fresh_python, kind, view):
    path = tmp_path / "array.pickle"
    x = kind.array(SQUARE).view(view)
    path.write_bytes(pickle.dumps((x.dtype, x)))
    code = (
        "import pickle, sys; d, x = pickle.load(open(sys.argv[1], 'rb')); import dualad, numpy as np;"
        "assert d == x.dtype; v, p = dualad.value(x * x).sum(), dualad.partials(x).sum();"
        "print(type(x).__name__, (x + x).dtype.itemsize, v, p)"
    )
    expected = f"{view.__name__} {kind.itemsize} {(SQUARE * SQUARE).sum()} {kind.partials(x).sum()}"
    assert fresh_python(code, path).strip() == expected

"""References, memory, and the slots of levels: nothing grows, and nothing is used after its end."""

# The lambdas are called where they stand.
# ruff: noqa: B023

from __future__ import annotations

import gc
import os
import pickle
import sys
import tracemalloc
import weakref

import numpy as np
import pytest
from support.leaks import resident
from support.threads import in_threads
from support.tools import WATCHED

import dualad
from dualad import Dual, DualArray, _core, dual_dtype

CLOSED = "outlived"

pytestmark = pytest.mark.usefixtures("quick_collections")


def failing(call):
    try:
        call()
    except Exception:
        return
    raise AssertionError("no error")


class Stage:
    """What the actions act on."""

    def __init__(self, n=3):
        self.n = n
        self.x, self.y = Dual(1.5, np.ones(n)), Dual(0.5, np.arange(n))
        self.a = np.array([self.x, self.y, self.x * self.y])
        self.d = self.a.view(DualArray)
        self.m = np.array([[self.x, self.y], [self.y, self.x]])
        self.f = np.array([1.0, 2.0, 3.0])
        self.other = Dual(1.0, np.ones(n + 1))
        self.c = self.d + 1j * self.d
        self.z = self.c[0]
        self.pickled = pickle.dumps((self.x, self.d))
        self.objects = self.a.astype(object)
        self.fixed = np.array([self.x])
        self.fixed.flags.writeable = False


ACTIONS = {
    "arithmetic": lambda s: (s.x + s.y) * s.x / s.y - 2.0 + 3 * s.x,
    "mixed": lambda s: (
        np.float32(2) * s.x,
        True + s.y,
        np.int8(3) - s.x,
        2**70 * s.x,
        s.x // 2,
        7 % s.x,
        divmod(s.x, s.y),
    ),
    "powers": lambda s: (s.x**2, s.x**s.y, 2.0**s.x, pow(s.x, 0.5)),
    "comparisons": lambda s: (s.x < s.y, s.x == 1, s.x != None, s.x >= np.float32(1), s.a < s.x, s.x == s.a),  # noqa: E711
    "unary": lambda s: (-s.x, +s.x, abs(s.x), round(s.x), round(s.x, 1), s.x.__trunc__(), bool(s.x)),
    "scalar ufuncs": lambda s: (
        np.sin(s.x),
        np.exp(s.x),
        np.add(s.x, 1.0),
        np.maximum(s.x, s.y),
        np.isnan(s.x),
        s.x.sin(),
    ),
    "parts": lambda s: (
        s.x.value,
        s.x.partials,
        dualad.value(s.x),
        dualad.partials(s.x),
        dualad.value(s.a),
        dualad.partials(s.d),
    ),
    "construction": lambda s: (Dual(1.0, [1.0, 2.0, 3.0]), type(s.x)(2.0), type(s.x)(1.0, s.f), Dual(s.x)),
    "construction refused": lambda s: (
        [
            failing(lambda a=a: Dual(*a))
            for a in (
                (),
                (1.0,),
                (1.0, []),
                ("a", [1.0]),
                (1.0, ["a"]),
                (1.0, s.x),
                (1j, [1.0]),
                (10**400, [1.0]),
            )
        ]
        + [failing(lambda: type(s.x)(1.0, [1.0]))]
    ),
    "conversions refused": lambda s: [
        failing(lambda f=f: f(s.x))
        for f in (float, int, complex, hash, np.float64, np.asarray([1, 2]).__getitem__)
    ],
    "operators refused": lambda s: (
        [
            failing(lambda o=o: s.x + o)
            for o in ("a", None, s.other, 10**400, np.array("a"))
        ]
        + [failing(lambda o=o: o * s.x) for o in (None, s.other, {})]
    ),
    "complex scalars": lambda s: (s.x + 1j, 1j * s.z, s.z / s.x, s.z**s.z, abs(s.z), -s.z, s.z == 1, s.z < s.z,
                                  s.z.real, s.z.imag, s.z.value, s.z.partials, np.exp(s.z), s.z.conj(), np.sign(s.z)),
    "complex arrays": lambda s: (s.c * s.c, s.c + s.a, s.c @ s.c, np.exp(s.c), s.c.sum(), s.c.prod(), np.cumsum(s.c),
                                 abs(s.c), s.c.real, s.c.imag, s.c[0], s.c[1:], np.sort(s.c), np.argsort(s.c),
                                 s.c.max(), s.c.copy(), s.c.astype(object), s.c.astype(bool), np.var(s.c),
                                 np.where(s.c == 1, s.c, 0)),
    "complex subclass": lambda s: (np.fft.fft(s.c), np.fft.irfft(s.d), np.dot(s.c, s.c), np.linalg.norm(s.c),
                                   dualad.value(s.c), dualad.partials(s.c), repr(s.c)),
    "complex parts": lambda s: (s.c.__setattr__("real", s.a), s.c.__setattr__("imag", 2.0), s.c.real.fill(1)),
    "complex refused": lambda s: [
        failing(call) for call in (
            lambda: complex(s.z), lambda: s.z // 1, lambda: s.z + "a", lambda: s.z + s.other,
            lambda: s.a.__setitem__(0, s.z), lambda: np.zeros(3, complex).__setitem__(..., s.c),
            lambda: s.c.__setitem__(0, "a"), lambda: np.floor(s.c),
            lambda: s.c.astype(float), lambda: np.add(s.c, 1, out=np.zeros(3, complex)), lambda: hash(s.z),
            lambda: s.c.__setattr__("real", s.c), lambda: np.vdot(np.asarray(s.c), np.asarray(s.c)),
            lambda: dualad.ComplexDual(1j, "a"), lambda: np.fft.fft(s.c, 0))],
    "printing": lambda s: (repr(s.x), str(s.x), f"{s.x:.3f}", repr(s.d)),
    "pickling": lambda s: (pickle.dumps(s.x), pickle.dumps(s.d), pickle.loads(s.pickled)),
    "indexing": lambda s: (
        s.a[0],
        s.a[1:],
        s.a[[0, 1]],
        s.a[s.a > 1],
        s.d[0],
        s.d[::-1],
        s.a.item(0),
        s.a.tolist(),
        list(s.d),
    ),
    "setting": lambda s: (
        s.a.__setitem__(0, s.x),
        s.a.__setitem__(1, 0.5),
        s.a.__setitem__(slice(2, 3), s.f[:1]),
        s.a.__setitem__(0, np.array(1.5)),
        s.d.fill(1),
        s.d.__setitem__(slice(None), [s.x, s.y, 2]),
    ),
    "setting refused": lambda s: (
        [
            failing(lambda v=v: s.a.__setitem__(0, v))
            for v in ("a", 1j, None, s.other, np.array("a"), object())
        ]
        + [
            failing(lambda: s.f.__setitem__(0, s.x)),
            failing(lambda: s.f.__setitem__(slice(None), s.a)),
            failing(lambda: s.fixed.__setitem__(0, 1.0)),
        ]
    ),
    "casts": lambda s: (
        s.f.astype(s.a.dtype),
        s.a.astype(bool),
        s.a.astype(object),
        s.objects.astype(s.a.dtype),
        np.array([s.x, 1]),
        np.zeros(3, s.a.dtype),
    ),
    "casts refused": lambda s: [
        failing(lambda d=d: s.a.astype(d)) for d in (float, "f", int, complex, dual_dtype(s.n + 1), "e", "g")
    ],
    "array arithmetic": lambda s: (
        s.a + s.a,
        s.a * 2,
        3 - s.a,
        s.d / s.f,
        s.a**2,
        s.a**s.y,
        s.d + s.x,
        np.hypot(s.a, s.d),
        s.a // 2,
        s.a % 2,
    ),
    "in place": lambda s: (
        s.a.__iadd__(0.0),
        s.a.__imul__(1),
        np.add(s.a, 0.0, out=s.a),
        np.copyto(s.a, s.a[::-1].copy()),
        s.a.sort(),
    ),
    "functions": lambda s: (
        np.sin(s.a),
        np.exp(s.d),
        np.sqrt(np.abs(s.a)),
        np.modf(s.a),
        np.frexp(s.a),
        np.divmod(s.a, 2.0),
        np.clip(s.a, 0, 1),
        np.ldexp(s.a, 1),
    ),
    "reductions": lambda s: (
        s.a.sum(),
        s.d.prod(),
        s.a.max(),
        np.cumsum(s.a),
        s.a.mean(),
        s.m.sum(axis=0),
        np.add.reduceat(s.a, [0, 1]),
        np.multiply.outer(s.a, s.f),
        np.all(s.a),
        np.any(s.a),
        s.a.argmax(),
        np.add.at(s.a, [0], 0.0),
    ),
    "products": lambda s: (
        s.m @ s.m,
        s.m @ s.m.T,
        s.m @ np.eye(2),
        s.a @ s.f,
        np.dot(s.a, s.a),
        np.inner(s.m, s.m),
        s.m @ s.a[:2],
        np.tensordot(s.m, s.m, 1),
    ),
    "ufuncs refused": lambda s: [
        failing(call)
        for call in (
            lambda: np.add(s.a, s.a, out=s.f),
            lambda: np.sin(s.a, out=s.f),
            lambda: s.a + np.array(["a"] * 3),
            lambda: np.bitwise_and(s.a, s.a),
            lambda: s.a + np.array([s.other]),
            lambda: s.a @ s.a[:2],
            lambda: np.add.reduce(s.a, dtype=float),
            lambda: np.maximum.reduce(s.a[:0]),
            lambda: s.a + s.f[:2],
            lambda: np.matmul(s.m, s.m, out=np.zeros((2, 2))),
            lambda: s.m @ 1.0,
        )
    ],
    "sorting": lambda s: (
        np.sort(s.a),
        np.argsort(s.a),
        np.partition(s.a, 1),
        np.searchsorted(s.a, 1.0),
        np.unique(s.a),
        np.median(s.a),
        np.lexsort((s.a, s.a)),
    ),
    "moving": lambda s: (
        np.where(s.a > 1, s.a, 0.0),
        np.concatenate([s.a, s.f]),
        np.take(s.a, [0]),
        np.stack([s.a, s.d]),
        np.repeat(s.a, 2),
        np.roll(s.d, 1),
        s.a.copy(),
        np.zeros_like(s.d),
        np.full(3, s.x),
        np.ones(2, s.a.dtype),
        np.arange(4, dtype=s.a.dtype),
        s.a.T,
        s.a.reshape(3, 1),
        np.broadcast_to(s.a, (2, 3)),
    ),
    "warnings as errors": lambda s: [
        failing(lambda: call())
        for call in (
            lambda: _raising(lambda: s.x / 0.0),
            lambda: _raising(lambda: s.a / 0.0),
            lambda: _raising(lambda: np.log(-s.x)),
            lambda: _raising(lambda: np.exp(s.x * 1e4)),
        )
    ],
    "seeds": lambda s: (
        dualad.seed([1.0, 2.0]),
        dualad.seed(s.f, np.ones((3, 2))),
        dual_dtype(3),
        dual_dtype(np.int64(3)),
        failing(lambda: dualad.seed("a")),
        failing(lambda: dual_dtype(0)),
        failing(lambda: dual_dtype("a")),
        failing(lambda: dualad.seed(s.f, [1.0])),
    ),
    "objects": lambda s: (s.objects + s.a, s.objects * 2, np.sin(s.objects), s.objects.sum()),
    "swapped": lambda s: (
        s.a.astype(s.a.dtype.newbyteorder()),
        s.a.byteswap(),
        s.a.astype(s.a.dtype.newbyteorder()).sum(),
    ),
    "levels": lambda s: _a_level(),
    "rules": lambda s: (
        _core.rule_derivatives("sin", 1.0),
        _core.known_ufuncs(),
        failing(lambda: _core.rule_derivatives("no", 1.0)),
    ),
}


def _raising(call):
    with np.errstate(all="raise"):
        call()


def _a_level():
    slot = _core.open_level()
    try:
        x = _core.lift(np.ones(2), 2, slot, 0, 2)
        x * x + np.sin(x)
        failing(lambda: (x + dualad.seed([1.0, 2.0])) * dualad.seed([1.0, 2.0, 3.0]))
    finally:
        _core.close_level(slot)
    failing(lambda: x + 1.0)


def counts(stage):
    watched = [
        stage.a.dtype,
        type(stage.x),
        Dual,
        DualArray,
        np.add,
        type(stage.a.dtype),
        np.sin,
        stage.f,
        stage.x,
        stage.a,
        stage.d,
    ]
    return [sys.getrefcount(item) for item in watched]


@pytest.mark.parametrize("name", ACTIONS)
def test_no_references_or_memory_lost(name):
    """Each action repeated: reference counts stand still, and so does memory."""
    stage, action, times, bound = Stage(), ACTIONS[name], 300, 8 * 300
    with np.errstate(all="ignore"):
        for _ in range(300):  # fill caches and free lists
            action(stage)
        gc.collect()
        before = counts(stage)
        tracemalloc.start()
        action(stage)
        gc.collect()
        grown = []
        while len(grown) < 10 and min(grown, default=bound) >= bound:       # a leak shows in every window
            start = tracemalloc.get_traced_memory()[0]
            for _ in range(times):
                action(stage)
            gc.collect()
            grown.append(tracemalloc.get_traced_memory()[0] - start)
        tracemalloc.stop()
        after = counts(stage)
    assert all(abs(a - b) <= 5 for a, b in zip(after, before, strict=True)), (before, after)
    assert min(grown) < bound or WATCHED, f"{grown} bytes in {times} times each"


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="measures resident memory through /proc")
@pytest.mark.parametrize("name", ACTIONS)
def test_no_memory_lost_in_many_rounds(name):
    stage, action = Stage(), ACTIONS[name]
    times = 20_000 if name in ("printing", "pickling") else 100_000
    with np.errstate(all="ignore"):
        for _ in range(2000):
            action(stage)
        gc.collect()
        before, memory = counts(stage), resident()
        for _ in range(times):
            action(stage)
        gc.collect()
        after, grown = counts(stage), resident() - memory
    assert all(abs(a - b) <= 5 for a, b in zip(after, before, strict=True)), (before, after)
    assert grown < 4 << 20, f"{grown} bytes in {times} times"


def test_scalars_of_many_types_come_and_go(fresh_python):
    fresh_python("""
import gc, sys, dualad
types = [dualad.dual_dtype(n).type for n in range(1, 65)]
before = [sys.getrefcount(t) for t in types]
for _ in range(50):
    for n in range(1, 65):
        xs = [dualad.Dual(1.0, [1.0] * n) for _ in range(40)]
        del xs
gc.collect()
after = [sys.getrefcount(t) for t in types]
assert all(b - a <= 300 for a, b in zip(before, after)), (before, after)
""")


def test_component_views_hold_the_array():
    a = np.array([Dual(1.0, [1.0])])
    count = sys.getrefcount(a)
    v, p = dualad.value(a), dualad.partials(a)
    assert sys.getrefcount(a) == count + 2
    del v, p
    assert sys.getrefcount(a) == count


def test_dual_arrays_die():
    x = dualad.seed([1.0, 2.0])
    try:
        watcher = weakref.ref(x)
    except TypeError:
        pytest.skip("arrays have no weak references")
    del x
    assert watcher() is None


# ---- levels --------------------------------------------------------------------------------------


@pytest.fixture
def level():
    """An open level; closed afterwards."""
    slot = _core.open_level()
    yield slot
    _core.close_level(slot)


def lifted(slot, n=2):
    return _core.lift(np.arange(1.0, n + 1), n, slot, 0, n)


def test_lift(level):
    x = _core.lift(np.arange(6.0).reshape(2, 3), 2, level, 1, 3)
    assert type(x) is DualArray and _core.slot_of(x) == level > 0
    assert dualad.value(x).tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    expected = np.zeros((6, 2))
    expected[1, 0] = expected[2, 1] = 1.0
    assert np.array_equal(dualad.partials(x).reshape(6, 2), expected)
    assert _core.slot_of(x[0, 0]) == level and _core.slot_of(x * 2) == level
    assert _core.slot_of(dualad.seed([1.0])) == 0 == _core.slot_of(Dual(1.0, [1.0]))
    assert _core.slot_of(1.0) == _core.slot_of(np.zeros(2)) == _core.slot_of(None) == -1
    assert x.dtype != dual_dtype(2) and x.dtype.itemsize == 24
    given = np.asfortranarray(np.ones((2, 3)))
    assert _core.lift(given, 1, level).flags.f_contiguous
    assert not np.shares_memory(_core.lift(given, 1, level), given)


OPERATIONS = {
    "add": lambda x: x + 1,
    "radd": lambda x: 1 + x,
    "self": lambda x: x * x,
    "float64": lambda x: np.float64(2) * x,
    "negative": lambda x: -x,
    "abs": abs,
    "power": lambda x: x**2,
    "sin": np.sin,
    "maximum": lambda x: np.maximum(x, 0.0),
    "less": lambda x: x < 1.0,
    "equal": lambda x: np.equal(x, x),
    "isnan": np.isnan,
    "divmod": lambda x: np.divmod(x, 2.0),
    "modf": np.modf,
    "clip": lambda x: np.clip(x, 0.0, 1.0),
    "floor_divide": lambda x: x // 2,
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("form", ["array", "plain", "scalar", "zero-d"])
def test_closed_numbers_raise(name, form):
    slot = _core.open_level()
    x = lifted(slot)
    given = {"array": x, "plain": x.view(np.ndarray), "scalar": x[0], "zero-d": x[:1].reshape(())}[form]
    OPERATIONS[name](given)
    _core.close_level(slot)
    with pytest.raises(TypeError, match=CLOSED):
        OPERATIONS[name](given)
    assert (
        dualad.value(given) is not None and dualad.partials(given) is not None
    )  # what was found can be read


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x @ x,
        lambda x: x.sum(),
        lambda x: np.add.accumulate(x),
        lambda x: np.cumsum(x),
        lambda x: np.max(x),
        lambda x: np.add.at(x, [0], 1.0),
        lambda x: np.multiply.outer(x, x),
        lambda x: x.__iadd__(1.0),
        lambda x: np.add(x, 1.0, where=[True, False]),
        lambda x: x == 1.0,
    ],
)
def test_closed_arrays_raise_in_every_kind_of_call(call):
    slot = _core.open_level()
    x = lifted(slot)
    _core.close_level(slot)
    with pytest.raises(TypeError, match=CLOSED):
        call(x)


def test_numbers_that_serve_another_level_meet_there():
    """NumPy remembers in which number two others have met, also when they have come to serve other levels."""

    def number(value, slot):
        return _core.lift(np.array([value]), 1, slot, 0, 1)

    def check_product(x, y):
        both = np.multiply(x, y)
        slots, partials = _core.kind_of(both)[:2], dualad.partials(both)[0]
        expected = {_core.slot_of(x): dualad.value(y)[0], _core.slot_of(y): dualad.value(x)[0]}
        assert dict(zip(slots, partials, strict=True)) == expected
        return both

    slots = [_core.open_level() for _ in range(3)]
    check_product(number(2.0, slots[0]), number(3.0, slots[2]))
    for slot in slots:
        _core.close_level(slot)
    slots = [_core.open_level(), _core.open_level()]
    try:
        x, y = number(2.0, slots[0]), number(3.0, slots[1])     # y's kind may be the one of the third level above
        check_product(x, y)
        slots.append(_core.open_level())
        z = number(5.0, slots[2])
        check_product(y, z)
        both = check_product(x, y)
        with pytest.raises(TypeError):
            both[0] = z[0]
        with pytest.raises(TypeError, match="second order at most"):
            both + z
    finally:
        for slot in slots:
            _core.close_level(slot)


def test_levels_do_not_mix(level):
    """Lanes of two levels stay apart in one number; a third level is refused, and so is storing."""
    other, third = _core.open_level(), _core.open_level()
    try:
        x, y, hand, z = lifted(level), lifted(other), dualad.seed([1.0, 2.0]), lifted(third)
        for a, b in ((x, y), (x, hand), (hand, y)):
            for left, right in ((a, b), (a[0], b[0]), (a, b[0]), (a[0], b)):
                for call in (np.add, np.hypot, np.multiply, np.power):
                    both = call(left, right)
                    assert both.dtype.itemsize == 8 * (1 + 4 + 4)
                    assert np.array_equal(dualad.value(both), call(dualad.value(left), dualad.value(right)))
                    kinds = _core.kind_of(both)
                    assert {kinds[0], kinds[1]} == {_core.slot_of(a), _core.slot_of(b)} and kinds[2]
                    for third_number in (z, z[0]):
                        with pytest.raises(TypeError, match="second order at most"):
                            both * third_number
            product = a * b
            first = _core.kind_of(product)[0] == _core.slot_of(a)
            parts = dualad.partials(product)
            by_a, by_b = (parts[:, :2], parts[:, 2:]) if first else (parts[:, 2:], parts[:, :2])
            assert np.array_equal(by_a, np.diag(dualad.value(b)))
            assert np.array_equal(by_b, np.diag(dualad.value(a)))
            for call in (
                lambda: a.__setitem__(0, b[0]),
                lambda: a.__setitem__(slice(None), b),
                lambda: np.copyto(a, b),
                lambda: np.add(a, a, out=b),
                lambda: a.astype(b.dtype),
            ):
                with pytest.raises(TypeError):
                    call()
        both = x * y
        _core.close_level(other)
        for call in (lambda: both + 1.0, lambda: both[0] * 2.0, lambda: both * x, lambda: np.sin(both)):
            with pytest.raises(TypeError, match=CLOSED):
                call()
    finally:
        _core.close_level(other)
        _core.close_level(third)


def test_numbers_of_a_level_do_not_pickle(level):
    x = lifted(level)
    for what in (x, x[0], x.dtype, type(x[0])):
        with pytest.raises((TypeError, pickle.PicklingError)):
            pickle.dumps(what)


HOLDERS = {
    "array": lambda x: x,
    "view": lambda x: x[::2],
    "scalar": lambda x: x[0],
    "value view": dualad.value,
    "partials view": dualad.partials,
    "result": lambda x: x * 2,
    "scalar result": lambda x: np.sum(x),
    "objects": lambda x: x.astype(object),
    "list": lambda x: x.tolist(),
    "transposed": lambda x: x.T,
    "iterator": lambda x: x.flat,
    "copy": lambda x: x.copy(),
    "dtype": lambda x: x.dtype,
    "empty": lambda x: x[:0],
    "closure": lambda x: lambda: x,
    "swapped": lambda x: x.astype(x.dtype.newbyteorder()),
    "structured": lambda x: np.zeros(1, [("x", x.dtype)]),
    "nditer": np.nditer,
    "complex array": lambda x: x * 1j,
    "complex scalar": lambda x: x[0] * 1j,
    "complex dtype": lambda x: (x * 1j).dtype,
    "real part": lambda x: (x * 1j).real,
    "complex objects": lambda x: (x * 1j).tolist(),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_slots_are_not_used_again_while_a_number_lives(name):
    slot = _core.open_level()
    held = HOLDERS[name](lifted(slot))
    _core.close_level(slot)
    gc.collect()
    opened = [_core.open_level() for _ in range(5)]
    try:
        assert slot not in opened
    finally:
        for other in opened:
            _core.close_level(other)
    del held
    if name == "swapped":
        return  # its descriptor is another object, so the slot stays busy for ever
    gc.collect()
    opened = []
    try:
        while slot not in opened:
            opened.append(_core.open_level())  # RuntimeError: the slot never came back
    finally:
        for other in opened:
            _core.close_level(other)


def test_slots_are_used_again():
    """A thousand levels in turn need few slots, few dtypes."""
    seen = set()
    for _ in range(1000):
        slot = _core.open_level()
        x = lifted(slot)
        assert (np.sin(x) * x).dtype == x.dtype
        seen.add(slot)
        del x
        _core.close_level(slot)
    assert len(seen) <= 3


def test_slots_come_back_after_errors():
    first = _core.open_level()
    _core.close_level(first)

    def errors(slot):
        x = lifted(slot)
        for bad in (
            lambda: float(x[0]),
            lambda: (x + dualad.seed([1.0, 2.0])) * dualad.seed([1.0, 2.0, 3.0]),
            lambda: np.add(x, x, out=np.zeros(2)),
            lambda: x.astype(float, copy=False).view(np.ndarray).astype(int),
        ):
            failing(bad)

    for _ in range(200):
        slot = _core.open_level()
        errors(slot)
        _core.close_level(slot)
    assert slot == first


def test_all_slots_taken():
    opened, kept = [], []
    try:
        with pytest.raises(RuntimeError, match=r"dualad\.value"):
            for _ in range(100):
                slot = _core.open_level()
                opened.append(slot)
                kept.append(lifted(slot, 1))
        assert len(set(opened)) == len(opened) >= 30
    finally:
        for slot in opened:
            _core.close_level(slot)
    try:
        with pytest.raises(RuntimeError):  # closed, but their numbers live
            for _ in range(100):
                opened.append(_core.open_level())
    finally:
        for slot in opened:
            _core.close_level(slot)
    kept.clear()
    slot = _core.open_level()
    _core.close_level(slot)


def test_numbers_in_reference_cycles_give_their_slots_back():
    gc.disable()
    try:
        for _ in range(150):
            slot = _core.open_level()
            cycle = [lifted(slot, 1)]
            cycle.append(cycle)
            del cycle
            _core.close_level(slot)
    finally:
        gc.enable()


def test_a_closed_slot_makes_no_numbers():
    slot = _core.open_level()
    _core.close_level(slot)
    with pytest.raises((TypeError, ValueError, RuntimeError)):
        lifted(slot, 5) + 1.0


# ---- threads -------------------------------------------------------------------------------------


def derivatives_by_levels(rounds):
    def work(which):
        n = 1 + which % 4
        for i in range(rounds):
            slot = _core.open_level()
            try:
                values = np.arange(1.0, n + 1) + which + i % 7
                x = _core.lift(values, n, slot, 0, n)
                y = np.sin(x) * x + x[0] ** 2
                total = y.sum()
                expected = np.cos(values) * values + np.sin(values)
                expected[0] += 2.0 * values[0] * n
                np.testing.assert_allclose(total.partials, expected, rtol=1e-12)
                assert _core.slot_of(total) == slot
                del x, y, total
            finally:
                _core.close_level(slot)

    return work


def test_threads_with_levels():
    in_threads(derivatives_by_levels(150))


@pytest.mark.slow
def test_threads_with_levels_for_long():
    in_threads(derivatives_by_levels(3000))


def test_threads_with_scalars_and_arrays():
    def work(which):
        n = 1 + which % 3
        p = np.arange(1.0, n + 1)
        x = Dual(1.0 + which, p)
        a = np.array([x] * 50)
        for i in range(300):
            y = x * x + i
            assert y.value == x.value**2 + i and (y.partials == 2 * x.value * p).all()
            b = np.sort(a * 2.0 - x)
            assert (dualad.value(b) == x.value).all() and (dualad.partials(b) == p).all()
            assert (a @ a).value == 50 * x.value**2

    in_threads(work)


def test_threads_making_dtypes(fresh_python):
    """Eight threads ask for the same new dtypes at once."""
    fresh_python("""
import random, sys, threading
import numpy as np, dualad
sys.setswitchinterval(1e-6)
found, errors = {}, []
barrier = threading.Barrier(8)
def work(seed):
    try:
        order = list(range(1, 41)); random.Random(seed).shuffle(order)
        barrier.wait()
        for n in order:
            d = dualad.dual_dtype(n)
            assert found.setdefault(n, d) is d and d.itemsize == 8 * (1 + n)
            x = dualad.Dual(2.0, np.ones(n)); a = np.array([x, x])
            assert (a * x)[1].partials.tolist() == [4.0] * n
    except BaseException as error:
        errors.append(error)
threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
assert not errors, errors
""")


# ---- the end of the process ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "x = dualad.seed(np.ones(5)); import builtins; builtins.kept = [x, x[0], x * x]",
        "class A: pass\na = A(); a.a = a; a.x = dualad.seed(np.ones(3))[0]",
        "import atexit; x = dualad.Dual(1.0, [1.0]); atexit.register(lambda: print(x * x))",
        "import threading\ndef work():\n    [np.sin(dualad.Dual(1.0, [1.0])) for _ in range(1000)]\n"
        "threading.Thread(target=work).start()",
        "slot = dualad._core.open_level(); x = dualad._core.lift(np.ones(3), 3, slot, 0, 3)",
        "import sys; x = dualad.Dual(1.0, [1.0])\n"
        "del sys.modules['dualad'], sys.modules['dualad._core']\nx * x",
        "class Late:\n    def __del__(self):\n        self.x * self.x + np.sum(self.a)\n"
        "l = Late(); l.x = dualad.Dual(1.0, [1.0]); l.a = dualad.seed([1.0]); l.l = l",
        "import gc; gc.set_threshold(1)\n"
        "xs = [dualad.Dual(float(i), [1.0] * (1 + i % 9)) for i in range(3000)]; a = np.array(xs[::9])",
    ],
)
def test_exit_is_clean(code, fresh_python):
    fresh_python("import numpy as np, dualad\n" + code)


def test_fork(fresh_python):
    if not hasattr(os, "fork"):
        pytest.skip("no fork here")
    fresh_python("""
import os, numpy as np, dualad
x = dualad.seed(np.ones(5)); s = x[0]
pid = os.fork()
y = (x * s).sum()
assert y.value == 5.0
dualad.dual_dtype(33)
if pid == 0:
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
""")

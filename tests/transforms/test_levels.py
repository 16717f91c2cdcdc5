"""Levels: nesting, numbers that outlive their call, exceptions, interrupts."""

from __future__ import annotations

import gc
import signal

import numpy as np
import pytest

import dualad
from dualad import _core

X = np.array([0.3, 0.7])
NOT_YET = "not supported by this version"


pytestmark = pytest.mark.usefixtures("no_slot_is_lost")


# -- one derivative inside another -----------------------------------------------------------------

TRANSFORMS = {
    "derivative": lambda f: dualad.derivative(f),
    "grad": lambda f: dualad.grad(f),
    "value_and_grad": lambda f: (lambda x: dualad.value_and_grad(f)(x)[1]),
    "jacobian": lambda f: dualad.jacobian(f),
    "jvp": lambda f: (lambda x: dualad.jvp(f, (x,), (1.0,))[1]),
    "chunks": lambda f: dualad.jacobian(f, chunk_size=1),
    "memoized": lambda f: dualad.memoized(f)[1],
}


@pytest.mark.parametrize("outer", TRANSFORMS.values(), ids=TRANSFORMS)
@pytest.mark.parametrize("inner", TRANSFORMS.values(), ids=TRANSFORMS)
def test_second_order_is_refused(inner, outer):
    with pytest.raises(TypeError, match=NOT_YET):
        outer(inner(lambda x: x**3))(2.0)


@pytest.mark.parametrize("inner_input", [lambda x: x, lambda x: [x[0], 1.0], lambda x: x[0],
                                         lambda x: [x[0], None], np.asarray, list,
                                         lambda x: np.array([x[0], 1.0], dtype=object),
                                         lambda x: np.array(x).view(np.ndarray)])
def test_outer_numbers_as_input_of_an_inner_call(inner_input):
    with pytest.raises(TypeError, match=NOT_YET):
        dualad.jacobian(lambda x: dualad.jacobian(lambda y: y)(inner_input(x)))(X)


def test_an_inner_call_on_plain_numbers_works():
    def outer(x):
        j = dualad.jacobian(lambda y: y**2)(np.array([2.0, 3.0]))
        g = dualad.grad(lambda y: (y**3).sum(), chunk_size=1)(dualad.value(x))
        return j @ x * g[0]

    j = dualad.jacobian(outer)(X)
    np.testing.assert_allclose(j, np.diag([4.0, 6.0]) * 3 * 0.09, rtol=1e-15)


CLOSURES = {
    "sum": lambda x, y: (x + y).sum(),
    "scalar product": lambda x, y: x[0] * y[0],
    "array times scalar": lambda x, y: (x * y[0]).sum(),
    "scalar times array": lambda x, y: (x[0] * y).sum(),
    "dot": lambda x, y: x @ y,
    "only outer": lambda x, y: x.sum(),
    "only outer, list": lambda x, y: [x[0], 1.0],
    "both, list": lambda x, y: [x[0], y[0]],
    "both, where": lambda x, y: np.where([True, False], x, y),
    "both, concatenate": lambda x, y: np.concatenate([x, y]),
    "both, maximum": lambda x, y: np.maximum(x, y),
    "into a buffer": lambda x, y: assigned(np.zeros_like(y), x),
    "into a buffer, slice": lambda x, y: assigned(np.zeros_like(y), x, slice(None)),
    "power": lambda x, y: y ** x[0],
    "objects": lambda x, y: np.array([x[0], y[0]], dtype=object),
    "einsum": lambda x, y: np.einsum("i,i", x, y),
    "norm": lambda x, y: np.linalg.norm(x - y),
    "interp": lambda x, y: np.interp(y, [0.0, 1.0], x),
    "solve": lambda x, y: np.linalg.solve(np.diag(x), y),
    "clip": lambda x, y: np.clip(y, x[0], 1.0),
    "in place": lambda x, y: added(y, x),
}


def assigned(buffer, x, where=0):
    buffer[where] = x if isinstance(where, slice) else x[where]
    return buffer


def added(y, x):
    y += x
    return y


@pytest.mark.parametrize("f", CLOSURES.values(), ids=CLOSURES)
def test_outer_numbers_by_closure_raise(f):
    """d/dx [x d/dy (x + y)] is 1, not 2; until it can be computed, it raises."""
    for transform in (dualad.jacobian, lambda g: dualad.jacobian(g, chunk_size=1)):
        with pytest.raises(TypeError):
            transform(lambda x: x * dualad.jacobian(lambda y: f(x, y))(np.array([0.5, 0.5])).sum())(X)


@pytest.mark.parametrize("name", ["sum", "scalar product", "array times scalar", "dot", "only outer",
                                  "both, list", "both, where", "into a buffer", "into a buffer, slice",
                                  "objects", "in place"])
def test_the_message_says_so(name):
    with pytest.raises(TypeError, match=NOT_YET):
        dualad.jacobian(lambda x: x * dualad.jacobian(lambda y: CLOSURES[name](x, y))(np.ones(2)).sum())(X)


def test_numpys_own_type_errors_stay():
    with pytest.raises(TypeError, match="not supported for the input types") as caught:
        dualad.jacobian(lambda x: np.gcd(x, 2))(X)
    assert NOT_YET not in str(caught.value)


def test_outer_numbers_pass_through_aux():
    def outer(x):
        _, aux = dualad.jacobian(lambda y: (y * 2.0, {"outer": x, "inner": y}), has_aux=True)(np.ones(2))
        assert type(aux["inner"]) is np.ndarray and aux["inner"].dtype == np.float64
        return aux["outer"] * 3

    np.testing.assert_array_equal(dualad.jacobian(outer)(X), 3 * np.eye(2))


def test_comparisons_with_outer_numbers_are_by_value():
    def outer(x):
        return x * dualad.derivative(lambda y: y * 2 if x[0] < y else y)(0.5)

    np.testing.assert_array_equal(dualad.jacobian(outer)(X), 2 * np.eye(2))


def test_numbers_made_by_hand_do_not_mix():
    for made in (dualad.Dual(1.0, [1.0, 0.0]), dualad.seed([1.0, 2.0])):
        with pytest.raises(TypeError):
            dualad.jacobian(lambda x, made=made: x * made)(X)


# -- numbers that outlive their call ---------------------------------------------------------------

def test_outliving_numbers_raise():
    kept = []
    j = dualad.jacobian(lambda x: (kept.extend([x, x[0], x * 2]), x)[1])
    j(X)
    for use in (lambda: kept[0] + 1, lambda: kept[1] * 2, lambda: np.sin(kept[2]), lambda: kept[0].sum(),
                lambda: kept[1] + kept[1], lambda: np.exp(kept[1])):
        with pytest.raises(TypeError, match=r"outlived"):
            use()
    first = kept[:]
    kept.clear()
    j(X)                                 # another slot: the first is still in use
    for use in (lambda: first[0] + 1, lambda: first[1] * 2, lambda: first[0] * kept[0],
                lambda: first[1] * kept[1]):
        with pytest.raises(TypeError):
            use()
    assert _core.slot_of(first[0]) != _core.slot_of(kept[0])
    del first[:], kept[:]


def test_outliving_numbers_do_not_enter_the_next_call():
    cache = {}

    def f(x):
        if "x" not in cache:
            cache["x"] = x * 2
        return cache["x"]

    j = dualad.jacobian(f)
    np.testing.assert_array_equal(j(X), 2 * np.eye(2))
    with pytest.raises(TypeError, match=r"earlier derivative call|two different"):
        j(X)
    with pytest.raises(TypeError, match=r"earlier derivative call|two different"):
        dualad.jacobian(lambda x: x + f(x))(X)
    cache.clear()
    with pytest.raises(TypeError, match=r"earlier derivative call|two different"):
        dualad.jacobian(f, chunk_size=1)(X)         # the next chunk is the next call
    cache.clear()


def test_too_many_left_behind():
    kept = []

    def f(x):
        kept.append(x)
        return x

    with pytest.raises(RuntimeError, match="left dual numbers behind"):
        for _ in range(100):
            dualad.jacobian(f)(X)
    kept.clear()
    np.testing.assert_array_equal(dualad.jacobian(f)(X), np.eye(2))
    kept.clear()


def test_reference_cycles_are_collected():
    def f(x):
        cycle = [x]
        cycle.append(cycle)
        return x

    gc.disable()
    try:
        for _ in range(200):
            dualad.jacobian(f)(X)
    finally:
        gc.enable()


def test_outliving_numbers_as_input():
    kept = []
    dualad.jacobian(lambda x: (kept.append(x), x)[1])(X)
    for given in (kept[0], kept[0][0], [kept[0][0], 1.0]):
        with pytest.raises(TypeError, match="argument 0 holds dual numbers that were kept"):
            dualad.jacobian(np.sin)(given)
    with pytest.raises(TypeError, match="returned dual numbers that were kept"):
        dualad.jacobian(lambda x: kept[0])(X)
    with pytest.raises(TypeError, match="were kept from an earlier"):
        dualad.jacobian(lambda x: assigned(np.zeros_like(x), kept[0]))(X)
    kept.clear()


# -- exceptions ------------------------------------------------------------------------------------

class Mine(Exception):
    pass


@pytest.mark.parametrize("error", [Mine("x"), TypeError("mine"), KeyboardInterrupt(), SystemExit(3),
                                   GeneratorExit(), MemoryError(), StopIteration(5)], ids=repr)
@pytest.mark.parametrize("transform", [dualad.jacobian, lambda f: dualad.grad(f, chunk_size=1),
                                       lambda f: (lambda x: dualad.jvp(f, (x,), (x,)))])
def test_exceptions_propagate_unchanged(error, transform):
    kept = []

    def f(x):
        kept.append(x)
        raise error

    try:
        transform(f)(X)
    except BaseException as caught:
        assert caught is error
        assert caught.__cause__ is None
    else:
        raise AssertionError("no exception")
    with pytest.raises(TypeError, match="outlived"):       # the level is closed
        kept[0] + 1
    kept.clear()
    error.__traceback__ = None


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no interval timers here")
def test_interrupted_anywhere(idle_slot):
    """Whatever instruction an interrupt hits, the level closes, and no slot is lost."""
    def interrupt(number, frame):
        raise Mine

    jacobian = dualad.jacobian(lambda x: x * 2, chunk_size=1)
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for k in range(400):
            try:
                signal.setitimer(signal.ITIMER_REAL, 1e-5 + k * 1e-6)
                for _ in range(1000):
                    jacobian(X)
            except Mine:
                pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert idle_slot() == 1


def test_thousands_of_exceptions():
    def f(x):
        raise Mine

    for _ in range(3000):
        with pytest.raises(Mine):
            dualad.jacobian(f)(X)

"""Levels: nesting, numbers that outlive their call, exceptions, interrupts."""

from __future__ import annotations

import gc
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import dualad
from dualad import _core

X = np.array([0.3, 0.7])
THIRD = "second order at most"


pytestmark = pytest.mark.usefixtures("quick_collections", "no_level_is_lost")


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
def test_second_order(inner, outer):
    assert outer(inner(lambda x: x**3))(2.0) == 12.0
    np.testing.assert_allclose(outer(inner(lambda x: np.sin(x) * np.exp(x)))(0.5),
                               2 * np.cos(0.5) * np.exp(0.5), rtol=1e-15)


@pytest.mark.parametrize("outer", TRANSFORMS.values(), ids=TRANSFORMS)
@pytest.mark.parametrize("inner", TRANSFORMS.values(), ids=TRANSFORMS)
def test_third_order_is_refused(inner, outer):
    with pytest.raises(TypeError, match=THIRD):
        outer(dualad.derivative(inner(lambda x: x**3)))(2.0)
    with pytest.raises(TypeError, match=THIRD):
        outer(lambda x: dualad.derivative(lambda y: inner(lambda z: x * y * z)(1.0))(1.0))(2.0)


def test_three_calls_of_second_order_in_total():
    d = dualad.derivative
    assert d(lambda x: d(lambda y: d(lambda z: x * z)(1.0) * y)(2.0))(3.0) == 1.0
    assert d(lambda x: d(lambda y: d(lambda z: z**2)(1.0) * y)(2.0) * x)(3.0) == 2.0
    assert d(lambda x: x * d(lambda y: x * x)(2.0))(3.0) == 0.0
    assert d(d(lambda x: x * x + d(lambda z: 3 * z)(1.0)))(3.0) == 2.0


INNER_INPUTS = {
    "array": (lambda x: x, lambda x: np.diag(6 * x)),
    "list of both": (lambda x: [x[0], 1.0], lambda x: np.array([[6 * x[0], 0], [0, 0]])),
    "objects": (lambda x: np.array([x[0], 1.0], dtype=object), lambda x: np.array([[6 * x[0], 0], [0, 0]])),
    "asarray": (np.asarray, lambda x: np.diag(6 * x)),
    "list": (list, lambda x: np.diag(6 * x)),
    "ndarray": (lambda x: np.array(x).view(np.ndarray), lambda x: np.diag(6 * x)),
    "reversed": (lambda x: x[::-1], lambda x: np.array([[0, 6 * x[1]], [6 * x[0], 0]])),
}


@pytest.mark.parametrize("name", INNER_INPUTS)
def test_outer_numbers_as_input_of_an_inner_call(name):
    given, expected = INNER_INPUTS[name]
    for inner in (dualad.jacobian, lambda f: dualad.jacobian(f, chunk_size=1)):
        got = dualad.jacobian(lambda x, inner=inner: inner(lambda y: y**3)(given(x)).sum(axis=0))(X)
        np.testing.assert_allclose(got, expected(X), rtol=1e-15)


def test_arrays_of_both_orders_in_memory():
    x = np.asfortranarray(np.arange(1.0, 7.0).reshape(2, 3))

    def outer(x):
        return dualad.grad(lambda y: (y**3 * np.arange(1.0, 7.0).reshape(2, 3)).sum())(x.T.T)

    j = dualad.jacobian(outer)(x)
    expected = np.zeros((6, 6))
    np.fill_diagonal(expected, 6 * x.reshape(-1) * np.arange(1.0, 7.0))
    np.testing.assert_array_equal(j.reshape(6, 6), expected)


def test_what_cannot_be_inner_input():
    with pytest.raises(TypeError, match="must be a real number"):
        dualad.jacobian(lambda x: dualad.jacobian(lambda y: y)([x[0], None]))(X)


def test_perturbations_are_not_confused():
    d = dualad.derivative
    assert d(lambda x: x * d(lambda y: x + y)(1.0))(1.0) == 1.0
    assert d(lambda x: x * d(lambda y: x * y)(2.0))(4.0) == 8.0


def test_a_function_nested_in_itself():
    def f(x, depth):
        if depth == 0:
            return x**3
        return x * dualad.derivative(f)(x, depth - 1)

    assert dualad.derivative(f)(2.0, 1) == 36.0                # (3x^3)' = 9x^2
    with pytest.raises(TypeError, match=THIRD):
        dualad.derivative(f)(2.0, 2)


def test_the_amazing_bug_is_refused():
    """Manzyuk et al. 2019: a derivative of a function that returns a function."""
    with pytest.raises(TypeError, match="returned function, which has no derivative: call that function"):
        dualad.derivative(lambda x: lambda f: lambda y: f(x + y))(0.0)
    kept = []
    dualad.derivative(lambda x: (kept.append(lambda y: y + x), x)[1])(1.0)
    with pytest.raises(TypeError, match="outlived"):
        dualad.derivative(kept[0])(1.0)
    kept.clear()


SHARED = [None]


def from_global(y):
    return SHARED[0] * y**2


def test_ways_of_an_outer_number_to_an_inner_function():
    def by_default(x):
        return dualad.derivative(lambda y, k=x: k * y**2)(3.0)

    def by_keyword(x):
        return dualad.derivative(lambda y, k=0.0: k * y**2)(3.0, k=x)

    def by_argument(x):
        return dualad.derivative(lambda y, k: k * y**2)(3.0, x)

    def by_global(x):
        SHARED[0] = x
        return dualad.derivative(from_global)(3.0)

    def by_container(x):
        box = {"k": [x]}
        return dualad.derivative(lambda y: box["k"][0] * y**2)(3.0)

    def by_attribute(x):
        class Model:
            scale = x

            def __call__(self, y):
                return self.scale * y**2

        return dualad.derivative(Model())(3.0)

    def by_callback(x):
        def callback(g):
            return g(3.0)

        return callback(dualad.derivative(lambda y: x * y**2))

    def by_thread(x):
        found = []
        thread = threading.Thread(target=lambda: found.append(dualad.derivative(lambda y: x * y**2)(3.0)))
        thread.start()
        thread.join()
        return found[0]

    def by_pool(x):
        with ThreadPoolExecutor(2) as pool:
            return dualad.jacobian(lambda y: (x * y**2).sum(), chunk_size=1, map=pool.map)([3.0, 4.0])[0]

    def by_generator(x):
        def generate():
            for y in (1.0, 3.0):
                yield dualad.derivative(lambda z: x * z**2)(y)

        return list(generate())[1]

    def by_running_generator(x):
        def generate(y):
            yield x * y
            yield x * y**2

        def inner(y):
            steps = generate(y)
            next(steps)
            return next(steps)

        return dualad.derivative(inner)(3.0)

    for way in (by_default, by_keyword, by_argument, by_global, by_container, by_attribute, by_callback,
                by_thread, by_pool, by_generator, by_running_generator):
        assert dualad.derivative(way)(5.0) == 6.0, way
        assert dualad.grad(lambda x, way=way: way(x[0]) * x[1])([5.0, 7.0]).tolist() == [42.0, 30.0], way
    SHARED[0] = None


def test_an_inner_numbers_way_out_of_a_generator():
    """The outer function uses numbers of an inner call that has not ended: they are of both calls."""
    def outer(x):
        escaped = []

        def inner(y):
            escaped.append(y * x)
            return y * escaped[0]

        g = dualad.derivative(inner)(3.0)
        with pytest.raises(TypeError, match="outlived"):
            escaped[0] * x
        escaped.clear()
        return g

    assert dualad.derivative(outer)(2.0) == 6.0


def test_many_arguments_and_aux():
    def f(x, y):
        return x @ y * y[0], {"x": x, "both": x[0] * y[0]}

    def outer(x, y):
        (dx, dy), aux = dualad.grad(f, argnums=(0, 1), has_aux=True)(x, y)
        (value, other), _ = dualad.value_and_grad(f, has_aux=True)(x, y)
        assert _core.kind_of(aux["both"])[1] == -1 and dualad.value(value) == dualad.value(x @ y * y[0])
        return dx @ dy * value + aux["both"] + other["x"][1]

    def plain(x, y):
        x, y = np.split(np.concatenate([x, y]), 2)
        dx, dy = y * y[0], x * y[0] + np.array([x @ y, 0.0])
        return dx @ dy * (x @ y * y[0]) + x[0] * y[0] + x[1]

    y = np.array([1.5, -0.5])
    got, expected = dualad.grad(outer, argnums=(0, 1))(X, y), dualad.grad(plain, argnums=(0, 1))(X, y)
    np.testing.assert_allclose(got, expected, rtol=1e-13)


def test_jvp_with_outer_tangents():
    def outer(x):
        value, tangent = dualad.jvp(lambda y, z: y * z * x[0], (x, 2.0), (x**2, x[1]))
        return np.stack([value, tangent])

    x = np.array([0.5, 2.0])
    j = dualad.jacobian(outer)(x)
    # value_k = 2 x_k x_0; tangent_k = (2 x_k^2 + x_k x_1) x_0
    expected = np.zeros((2, 2, 2))
    for k in range(2):
        expected[0, k, 0] += 2 * x[k]
        expected[0, k, k] += 2 * x[0]
        expected[1, k, 0] += 2 * x[k] ** 2 + x[k] * x[1]
        expected[1, k, k] += (4 * x[k] + x[1]) * x[0]
        expected[1, k, 1] += x[k] * x[0]
    np.testing.assert_allclose(j, expected, rtol=1e-15)


def test_memoized_forgets_numbers_of_an_outer_call():
    held = [2.0]
    value, jac = dualad.memoized(lambda y: y * held[0])

    def outer(x):
        held[0] = x
        return value(3.0) * jac(3.0)

    assert dualad.derivative(outer)(5.0) == 30.0
    assert dualad.derivative(outer)(7.0) == 42.0
    held[0] = 2.0
    assert jac(3.0) == 2.0


def test_memoized_inside_other_calls():
    x = np.array([1.0, 2.0])
    value, jac = dualad.memoized(lambda y: y**3)
    cubes = dualad.hessian(lambda y: y**3)(x)
    np.testing.assert_array_equal(dualad.jacobian(jac)(x), cubes)
    np.testing.assert_array_equal(dualad.hessian(value)(x), cubes)
    np.testing.assert_array_equal(dualad.jacobian(value)(x), jac(x))


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
    "clip, bound below": lambda x, y: np.clip(y * x, x * 1.2, 5.0),
    "clip, bound above": lambda x, y: np.clip(y, 0.1, x * y[0]),
    "clip, outer number": lambda x, y: np.clip(x, y[0] - 0.1, y + x),
    "clip, plain number": lambda x, y: np.clip([0.2, 5.0], x, y * x),
    "clip, scalar": lambda x, y: np.clip(y[0], x[0] * 1.5, y[1] + 1.0),
    "in place": lambda x, y: added(y, x),
}


def assigned(buffer, x, where=0):
    buffer[where] = x if isinstance(where, slice) else x[where]
    return buffer


def added(y, x):
    y += x
    return y


REFUSED = {"into a buffer", "into a buffer, slice", "in place"}     # as a float buffer refuses


@pytest.mark.parametrize("name", [name for name in CLOSURES if name not in REFUSED])
def test_outer_numbers_by_closure(name):
    """The outer derivative against differences of the inner one."""
    f = CLOSURES[name]

    def outer(x, inner):
        return x[0] * inner(lambda y: f(x, y))(np.array([0.35, 0.9])).sum() + x[1]

    expected = [(outer(X + h, dualad.jacobian) - outer(X - h, dualad.jacobian)) / 2e-6
                for h in 1e-6 * np.eye(2)]
    for transform in (dualad.jacobian, lambda g: dualad.jacobian(g, chunk_size=1)):
        np.testing.assert_allclose(transform(lambda x, t=transform: outer(x, t))(X), expected, atol=1e-8)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_outer_numbers_are_not_stored_among_inner_ones(name):
    with pytest.raises(TypeError, match=r"cannot be stored among|Cannot cast|cannot be cast|directions"):
        dualad.jacobian(lambda x: x * dualad.jacobian(lambda y: CLOSURES[name](x, y))(np.ones(2)).sum())(X)


def test_numpys_own_type_errors_stay():
    with pytest.raises(TypeError, match="not supported for the input types") as caught:
        dualad.jacobian(lambda x: np.gcd(x, 2))(X)
    assert THIRD not in str(caught.value)


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
        with pytest.raises(TypeError, match="made by hand"):
            dualad.hessian(lambda x, made=made: np.sum(x * made))(X)


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
    with pytest.raises(TypeError, match=r"earlier derivative call|outlived"):
        j(X)
    with pytest.raises(TypeError, match=r"earlier derivative call|outlived"):
        dualad.jacobian(lambda x: x + f(x))(X)
    cache.clear()
    with pytest.raises(TypeError, match=r"earlier derivative call|outlived"):
        dualad.jacobian(f, chunk_size=1)(X)         # the next chunk is the next call
    cache.clear()
    dualad.hessian(f)(X)
    for transform in (dualad.jacobian, dualad.hessian):
        with pytest.raises(TypeError, match="outlived"):
            transform(lambda x: x + f(x))(X)
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
    with pytest.raises(TypeError, match="cannot be stored among those of another, of one that is over"):
        dualad.hessian(lambda x: np.zeros_like(x).__setitem__(0, kept[0][0]))(X)
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
def test_interrupted_anywhere():
    """Whatever instruction an interrupt hits, the level closes."""
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


def test_thousands_of_exceptions():
    def f(x):
        raise Mine

    for _ in range(3000):
        with pytest.raises(Mine):
            dualad.jacobian(f)(X)


def test_an_inner_derivative_may_be_empty():
    v = np.ones(3)
    inner = dualad.jvp(lambda y: dualad.jvp(lambda z: z[:0] * y[:0], (y,), (v,))[1], (v,), (v,))
    assert [part.shape for part in inner] == [(0,), (0,)]


def test_caches_keyed_by_type_do_not_use_levels_up():
    """As dispatchers have that remember each type they have seen."""
    cache = {}

    def f(x):
        cache[type(x[0])] = len(cache)
        return 2.0 * x

    for _ in range(200):
        np.testing.assert_array_equal(dualad.jacobian(f)(np.ones(3)), 2.0 * np.eye(3))


@pytest.mark.parametrize("keep", [lambda x: x[0], lambda x: x, lambda x: x.dtype.newbyteorder()],
                         ids=["scalars", "arrays", "descriptors"])
def test_what_is_kept_uses_levels_up(keep):
    kept = []

    def f(x):
        kept.append(keep(x))
        return x

    with pytest.raises(RuntimeError, match=r"too many.* 0 calls .* 63 .* behind \(Dual3\)"):
        for _ in range(100):
            dualad.jacobian(f)(np.ones(3))
    kept.clear()
    dualad.jacobian(f)(np.ones(3))


def test_kinds_that_moved_between_levels_stay_known_to_numpy(fresh_python):
    """Two of one name can serve one level in turn; both have to stay in NumPy's table of types."""
    fresh_python("""
import numpy as np, dualad

kept = []

def run(transform, n, keep=False, drop=None):
    if drop is not None:
        kept.pop(drop)

    def f(x):
        assert np.isdtype(x.dtype, "real floating") and np.issubdtype(x.dtype, np.floating)
        assert np.isdtype((x + 0j).dtype, "complex floating")
        if keep:
            kept.append(x)
        return np.sum(x**2)

    transform(f)(np.ones(n))

run(dualad.jacobian, 3)
run(dualad.hessian, 3, keep=True)
run(dualad.hessian, 3, keep=True, drop=0)
run(dualad.jacobian, 2, keep=True)
run(dualad.jacobian, 3, keep=True)
run(dualad.jacobian, 3, keep=True, drop=0)
run(dualad.jacobian, 3, keep=True, drop=1)
kept.clear()
for n in (2, 3):
    run(dualad.jacobian, n)
    run(dualad.hessian, n)
""")

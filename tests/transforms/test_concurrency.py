"""Threads, asynchronous tasks, generators; memory over many calls."""

from __future__ import annotations

import asyncio
import gc
import threading
import time

import numpy as np
import pytest
from support.threads import in_threads

import dualad

pytestmark = pytest.mark.usefixtures("quick_collections", "no_level_is_lost")

X = np.array([0.3, 0.7])


def one_of_each(number):
    """Several derivatives, each with a known answer that depends on the thread."""
    x = np.array([1.0, 2.0, 3.0]) + number
    np.testing.assert_array_equal(dualad.jacobian(lambda x: x * x)(x), np.diag(2 * x))
    assert dualad.derivative(lambda t: t * t + number)(float(number)) == 2.0 * number
    g = dualad.grad(lambda x: (x[1:] * x[:-1]).sum(), chunk_size=2)(x)
    assert g.tolist() == [x[1], x[0] + x[2], x[1]]


def quick(number):
    x = np.array([1.0, 2.0, 3.0]) + number
    g = dualad.grad(lambda x: x[0] * x[1] + np.sin(x[2]) * number)(x)
    assert g[0] == x[1] and g[1] == x[0] and abs(g[2] - np.cos(x[2]) * number) < 1e-12


def test_threads():
    in_threads(one_of_each, 8, 40)
    in_threads(quick, 8, 200)


def eight_threads_of_three_thousand_calls():
    in_threads(quick, 8, 3000)
    in_threads(lambda number: dualad.jacobian(lambda x: x * number)(X), 8, 3000)
    in_threads(one_of_each, 8, 600)


def test_threads_wait_for_the_collection_of_another_one():
    """While one thread is in a finalizer of what the garbage collector has found, the others cannot collect."""
    class Garbage:
        def __init__(self, x):
            self.x, self.itself = x, self

        def __del__(self):
            time.sleep(0)           # the others' turn

    def f(x):
        Garbage(x)
        return 2.0 * x

    gc.disable()                    # only where no level is free
    try:
        in_threads(lambda number: dualad.jacobian(f)(X), 8, 60)
    finally:
        gc.enable()


@pytest.mark.parametrize("name", ["eight_threads_of_three_thousand_calls", "threads_share_the_kinds_of_number"])
def test_many_threads(name, in_own_process):
    in_own_process(__file__, name)


def threads_share_the_kinds_of_number():
    """Else each slot has all sizes of its own, and many threads use up what there can be."""
    def of_many_sizes(number):
        for n in np.random.default_rng(number).permutation(np.arange(1, 33)):
            np.testing.assert_array_equal(dualad.hessian(lambda x: x @ x)(np.ones(n)), 2 * np.eye(n))
            np.testing.assert_array_equal(dualad.jacobian(lambda x: x * 2)(np.ones(n)), 2 * np.eye(n))

    def kinds():
        return len(dualad.Dual.__subclasses__()) + len(dualad.HyperDual.__subclasses__())

    before = kinds()
    in_threads(of_many_sizes, 12, 3)
    assert kinds() - before < 120


def test_threads_inside_f_share_the_level():
    def f(x):
        results = [None] * 2

        def half(k):
            results[k] = np.sin(x[k])

        workers = [threading.Thread(target=half, args=(k,)) for k in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return results

    np.testing.assert_allclose(dualad.jacobian(f)(X), np.diag(np.cos(X)), rtol=1e-15)


def test_asynchronous_tasks():
    async def one(number):
        for _ in range(20):
            quick(number)
            await asyncio.sleep(0)
        return number

    async def main():
        return await asyncio.gather(*[one(k) for k in range(5)])

    assert asyncio.run(main()) == list(range(5))


def test_an_event_loop_inside_f():
    def f(x):
        async def step():
            await asyncio.sleep(0)
            return x * 2
        return asyncio.run(step())

    np.testing.assert_array_equal(dualad.jacobian(f)(X), 2 * np.eye(2))


def test_generators_inside_f_and_around_it():
    def terms(x):
        for k in range(2):
            yield x[k] * dualad.derivative(np.sin)(0.0)

    np.testing.assert_array_equal(dualad.jacobian(lambda x: list(terms(x)))(X), np.eye(2))

    def derivatives():
        for t in range(3):
            yield dualad.derivative(lambda t: t * t)(t)

    assert [a + b for a, b in zip(derivatives(), derivatives())] == [0, 4, 8]


def test_a_generator_that_lives_on():
    def f(x):
        def later():
            yield 1
            yield x * 2
        generators.append(later())
        next(generators[-1])
        return x

    generators = []
    dualad.jacobian(f)(X)
    with pytest.raises(TypeError, match="outlived"):
        next(generators[0])
    generators.clear()


@pytest.mark.slow
def test_memory_over_many_calls():
    import resource

    def failing(x):
        return x * None

    def run(times):
        for _ in range(times):
            dualad.jacobian(lambda x: [x[0], np.sin(x[1])])(X)
            dualad.value_and_grad(lambda x: (x**2).sum(), chunk_size=1)([1.0, 2.0])
            dualad.jvp(np.exp, (X,), (X,))
            try:
                dualad.jacobian(failing)(X)
            except TypeError:
                pass

    run(1000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run(100_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2000      # kilobytes


@pytest.mark.parametrize("again", range(3))
def test_the_first_numbers_of_a_process_come_from_several_threads(in_own_process, again):
    """NumPy's functions are known to the first dtype before anybody is given numbers of it."""
    in_own_process(__file__, "inverses_in_threads")


def inverses_in_threads():
    def inverse(number):
        assert dualad.jacobian(np.linalg.inv)(np.diag([1.0, 2.0])).shape == (2, 2, 2, 2)

    in_threads(inverse, 6)


def test_modules_that_keep_types_lose_no_slot(fresh_python):
    """numpy.ma makes a table of all types that are there when it is imported."""
    fresh_python("""
import numpy as np, dualad
from dualad import _core
for n in range(1, 5):
    dualad.jacobian(np.sin)(np.ones(n))
import numpy.ma
slot = _core.open_level()
assert slot == 1, slot
""")

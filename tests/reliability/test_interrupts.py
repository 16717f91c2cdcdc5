"""Exceptions that come from outside, in the middle of a derivative (`test_memory.py` has them at every place)."""

from __future__ import annotations

import _thread
import concurrent.futures
import ctypes
import signal
import threading
import time

import numpy as np
import pytest

import dualad
from dualad import _core

pytestmark = pytest.mark.usefixtures("no_level_is_lost", "interrupts")

X = np.array([0.3, 0.7])


@pytest.fixture
def interrupts():
    """SIGINT raises KeyboardInterrupt; a shell that starts the tests in the background lets it be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def check_state():
    assert _core.innermost() is None
    np.testing.assert_array_equal(dualad.jacobian(lambda x: x * x)(X), np.diag(2 * X))
    np.testing.assert_array_equal(dualad.hessian(lambda x: (x * x).sum())(X), 2 * np.eye(2))


def interrupt():
    """As Ctrl-C does it: what the main thread waits for does not keep it."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        _thread.interrupt_main()


def check_interrupted(seconds, run):
    """run() ends in a KeyboardInterrupt that comes some time after it begins."""
    timer = threading.Timer(seconds, interrupt)
    with pytest.raises(KeyboardInterrupt):
        timer.start()
        run()
        while True:                          # the machine is slow
            time.sleep(0.01)
    timer.join()
    check_state()


def for_ever(x):
    while True:
        x = np.sin(x)


@pytest.mark.parametrize("seconds", [0.01, 0.013, 0.03])
def test_in_numpy(seconds):
    long = np.linspace(0.0, 1.0, 3000)
    check_interrupted(seconds, lambda: dualad.jacobian(for_ever)(X))
    check_interrupted(seconds, lambda: dualad.jacobian(lambda x: np.exp(np.sin(x)), chunk_size=1)(long))
    check_interrupted(seconds, lambda: dualad.hessian(lambda x: for_ever(x), chunk_size=1)(X))
    check_interrupted(seconds, lambda: dualad.jacobian(dualad.grad(for_ever))(X))


def test_in_the_progress_bar():
    jacobian = dualad.jacobian(lambda x: np.exp(np.sin(x)), chunk_size=1, progress=True)
    check_interrupted(0.02, lambda: jacobian(np.linspace(0.0, 1.0, 3000)))


def test_in_threads():
    """The main thread is interrupted while it waits; the workers go on to the end of their chunks."""
    stop = threading.Event()

    def slow(x):
        while not stop.is_set():
            x = np.sin(x)
        return x

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        def run():
            try:
                dualad.jacobian(slow, chunk_size=1, map=pool.map)(np.ones(8))
            finally:
                stop.set()

        check_interrupted(0.05, run)
        stop.set()
    check_state()


def test_while_adopted():
    def f(x):
        y = np.zeros(2)
        for i in range(2):
            y[i] = x[i] ** 2
        while endless:
            y = np.sin(y)
        return y

    def run():
        with dualad.adopting(f):
            dualad.jacobian(f)(X)

    endless, code = True, f.__code__
    check_interrupted(0.02, run)
    assert f.__code__ is code
    endless = False
    with dualad.adopting(f):
        np.testing.assert_array_equal(dualad.jacobian(f)(X), np.diag(2 * X))
    assert f.__code__ is code


def test_at_the_end_of_adopting():
    """An interrupt that comes in `undo` comes when all has been put back, or it is put back again."""
    def f(x):
        y = np.zeros(1)
        y[0] = x
        return y

    code = f.__code__
    for _ in range(200):
        with pytest.raises(KeyboardInterrupt), dualad.adopting(f):
            _thread.interrupt_main()
        assert f.__code__ is code
    check_state()


class Stop(Exception):
    pass


def test_an_exception_set_by_another_thread():
    reached, caught = threading.Event(), []

    def work():
        def f(x):
            reached.set()
            while True:
                x = np.sin(x)

        try:
            dualad.jacobian(f)(X)
        except Stop as stop:
            caught.append(str(type(stop)))
        caught.append(_core.innermost() is None)

    thread = threading.Thread(target=work)
    thread.start()
    assert reached.wait(10)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(Stop))
    thread.join(10)
    assert caught == [str(Stop), True]
    check_state()


@pytest.mark.parametrize("kind", [SystemExit, GeneratorExit, StopIteration, MemoryError, RecursionError])
def test_raised_in_f(kind):
    def f(x):
        raise kind

    for transform in (dualad.jacobian, dualad.hessian, dualad.grad):
        with pytest.raises(kind):
            transform(f)(X)
        with pytest.raises(kind):
            transform(f, chunk_size=1)(X)
    with pytest.raises(kind):
        dualad.jvp(f, (X,), (X,))
    check_state()


def test_a_generator_that_is_closed():
    def derivatives():
        for t in X:
            yield dualad.derivative(lambda s, t=t: s * t)(1.0)

    def inside(x):
        def parts():
            try:
                yield x[0] * 2
                yield x[1]
            finally:
                closed.append(dualad.derivative(np.sin)(0.0))
        generator = parts()
        y = next(generator)
        generator.close()
        return y

    closed = []
    generator = derivatives()
    next(generator)
    generator.close()
    assert dualad.jacobian(inside)(X).tolist() == [2.0, 0.0] and closed == [1.0]
    check_state()

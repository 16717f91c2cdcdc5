"""Processes: forked in the middle of a derivative, and engines that run in others."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import signal
import threading
import warnings

import numpy as np
import pytest

import dualad

pytestmark = pytest.mark.usefixtures("no_level_is_lost")

X = np.array([0.3, 0.7, 1.1, 1.9])
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")


def squares(x):
    return x * x


def inner(x):
    """A derivative in the worker's inside."""
    return (x * dualad.derivative(np.sin)(0.0)).sum() ** 2


def in_child(work):
    """What is left when work() is done in a forked process: 0, unless it fails, dies or hangs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)      # from 3.12 on, where threads are
        pid = os.fork()
    if pid == 0:
        signal.alarm(30)
        try:
            work()
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def all_is_well():
    np.testing.assert_array_equal(dualad.jacobian(squares)(X), np.diag(2 * X))
    np.testing.assert_array_equal(dualad.hessian(lambda x: x @ x)(X), 2 * np.eye(4))
    np.testing.assert_array_equal(dualad.jacobian(squares)(np.ones(37)), 2 * np.eye(37))      # a new kind of number


@needs_fork
def test_fork_after_derivatives():
    all_is_well()
    assert in_child(all_is_well) == 0


@needs_fork
def test_fork_inside_of_a_derivative():
    def f(x):
        y = x * x

        def in_the_middle():
            assert dualad.partials(y + x).tolist() == (np.diag(2 * X) + np.eye(4)).tolist()
            assert dualad.jacobian(np.sin)(np.zeros(2)).tolist() == np.eye(2).tolist()

        statuses.append(in_child(in_the_middle))
        return y

    statuses = []
    np.testing.assert_array_equal(dualad.jacobian(f)(X), np.diag(2 * X))
    assert statuses == [0]


@needs_fork
@pytest.mark.slow
def test_fork_beside_threads_that_differentiate():
    """A thread may be making a kind of number at that moment; its lock is nobody's in the child."""
    all_is_well()                  # all is imported: a lock of Python's on a module that is being imported would stay
    stop = threading.Event()

    def work(number):
        sizes = np.random.default_rng(number)
        while not stop.is_set():
            dualad.jacobian(squares)(np.ones(int(sizes.integers(1, 40))))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        assert [in_child(all_is_well) for _ in range(40)] == [0] * 40
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@needs_fork
def test_fork_while_another_thread_makes_a_kind_of_number(fresh_python):
    fresh_python("""
import os, signal, threading
import numpy as np, dualad
from dualad import _core

def tell(dtype, kind):
    if threading.current_thread() is not threading.main_thread():
        making.set()
        go_on.wait()

dualad.jacobian(np.sin)(np.ones(2))
making, go_on = threading.Event(), threading.Event()
_core._on_new_dtype.append(tell)
thread = threading.Thread(target=lambda: dualad.jacobian(np.sin)(np.ones(9)))
thread.start()
making.wait()
pid = os.fork()
if pid == 0:
    signal.alarm(20)
    ok = dualad.jacobian(np.sin)(np.zeros(5)).tolist() == np.eye(5).tolist()
    os._exit(0 if ok else 1)
go_on.set()
thread.join()
status = os.waitpid(pid, 0)[1]
assert status == 0, status
""")


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_engines(method):
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        found = dualad.jacobian(squares, chunk_size=1, map=pool.map)(X)
        np.testing.assert_array_equal(found, np.diag(2 * X))
        np.testing.assert_array_equal(dualad.hessian(inner, chunk_size=2, map=pool.map)(X), 2 * np.ones((4, 4)))

"""Threads that switch as often as they can, at what they share."""

from __future__ import annotations

import contextvars
import threading
import time

import numpy as np
import pytest
from support.threads import in_threads

import dualad

pytestmark = pytest.mark.usefixtures("no_level_is_lost")

X = np.array([0.3, 0.7, 1.1])
SHARED = dualad.seed(X)
SHARED.flags.writeable = False
EXPECTED = dualad.partials(np.exp(SHARED) @ np.sin(SHARED)).copy()


def heat(p):
    u = np.zeros(3)
    for i in range(3):
        u[i] = float(p[i]) ** 2
    return u


def transforms(number):
    x = X + number
    np.testing.assert_array_equal(dualad.jacobian(lambda x: x * x, chunk_size=1 + number % 3)(x), np.diag(2 * x))
    np.testing.assert_array_equal(dualad.hessian(lambda x: (x * x).sum(), chunk_size=2)(x), 2 * np.eye(3))
    np.testing.assert_allclose(dualad.jacobian(dualad.grad(lambda x: (x**3).sum()))(x), np.diag(6 * x), rtol=1e-14)
    np.testing.assert_allclose(dualad.jacobian(lambda x: np.exp(1j * x))(x), np.diag(1j * np.exp(1j * x)), rtol=1e-14)


def shared_numbers(number):
    np.testing.assert_array_equal(dualad.partials(np.exp(SHARED) @ np.sin(SHARED)), EXPECTED)
    assert [float(x.partials[k]) for k, x in enumerate(SHARED)] == [1.0] * 3
    assert SHARED.sum().partials.tolist() == [1.0] * 3
    np.testing.assert_array_equal(np.argsort(SHARED), [0, 1, 2])


def adopted(number):
    with dualad.adopting(heat):
        np.testing.assert_array_equal(dualad.jacobian(heat)(X + number), np.diag(2 * (X + number)))


def contexts(number):
    """Stand-ins in a thread with a copy of the context know that a derivative is being taken; others do not."""
    def f(x):
        def work(k):
            parts[k] = heat(x * (k + 1))

        parts = [None] * 2
        copies = [contextvars.copy_context() for _ in parts]
        threads = [threading.Thread(target=copy.run, args=(work, k)) for k, copy in enumerate(copies)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return parts[0] + parts[1]

    with dualad.adopting(heat):
        np.testing.assert_allclose(dualad.jacobian(f)(X), np.diag(10 * X), rtol=1e-14)


def kept_and_dropped(number):
    """Numbers die in other threads than they are made in."""
    kept = [dualad.Dual(float(k), [1.0, 0.0, 0.0]) * 2.0 for k in range(50)]
    thread = threading.Thread(target=kept.clear)
    thread.start()
    thread.join()


WORK = [transforms, shared_numbers, adopted, contexts, kept_and_dropped]


def for_seconds(seconds, work, count=8):
    """All kinds of work in turn, in threads; each begins once at least."""
    def run(number):
        end, k = time.perf_counter() + seconds, number
        while k == number or time.perf_counter() < end:
            work[k % len(work)](number)
            k += 1

    in_threads(run, count)


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.__name__)
def test_one_kind_of_work(work):
    code = heat.__code__
    for_seconds(0.5, [work])
    assert heat.__code__ is code


def all_at_once():
    for_seconds(1.5, WORK)


def test_all_at_once(in_own_process):
    in_own_process(__file__, "all_at_once")


@pytest.mark.slow
def test_all_at_once_for_minutes():
    for_seconds(180, WORK, 12)


def test_kinds_of_number_in_a_race(fresh_python):
    fresh_python("""
import sys, threading
import numpy as np, dualad
sys.setswitchinterval(1e-6)

def work(number):
    barrier.wait()
    try:
        for n in range(1, 25):
            x = dualad.seed(np.arange(1.0, n + 1), order=1 + (n + number) % 2)
            y = np.exp(x) * x
            np.testing.assert_allclose(dualad.partials(y).diagonal(), np.exp(dualad.value(x)) * (1 + dualad.value(x)))
            assert (y * 1j)[0].imag == y[0]
            assert np.dtype(f"float64") != x.dtype and x.dtype == dualad.dual_dtype(n, 1 + (n + number) % 2)
        done.append(number)
    except BaseException as error:
        done.append(error)

done, barrier = [], threading.Barrier(8)
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sorted(map(str, done)) == [str(n) for n in range(8)], done
made = len(dualad.Dual.__subclasses__()), len(dualad.HyperDual.__subclasses__())
assert made[0] <= 26 and made[1] == 24, made           # each of them once
""")

"""What calls leave behind: memory, objects of the garbage collector, references to types and dtypes."""

from __future__ import annotations

import gc
import os
import sys
import tracemalloc
import weakref

import numpy as np

import dualad

from .tools import WATCHED

WINDOWS = 3          # a leak shows in every one, a cache that fills up (NumPy's of small arrays) in some


def _subtypes(cls):
    return [found for subtype in cls.__subclasses__() for found in (subtype, *_subtypes(subtype))]


class References:
    """Counts of the references to all types and dtypes of dual numbers that there are, without holding one:
    a level is in use while its dtype is."""

    def __init__(self):
        numbers = [t for base in (dualad.Dual, dualad.ComplexDual) for t in _subtypes(base) if t.__name__[-1].isdigit()]
        others = [dualad.Dual, dualad.DualArray, *map(type, map(np.dtype, (*numbers, complex, bool, object)))]
        self.names = [t.__name__ for t in numbers] + [f"dtype of {t.__name__}" for t in numbers] + [*map(str, others)]
        self.numbers, self.others = [*map(weakref.ref, numbers)], others

    def __call__(self):
        return (*[sys.getrefcount(t()) for t in self.numbers], *[sys.getrefcount(np.dtype(t())) for t in self.numbers],
                *map(sys.getrefcount, self.others))


def growth(action, times):
    """{what: how much more of it each window of so many calls leaves behind, at least}, without what stays."""
    for _ in range(20):
        action()
    references = References()
    names = ["bytes", "objects", *references.names]
    readings = np.zeros((WINDOWS + 1, len(names)), int)

    def read(into):
        gc.collect()
        into[:] = tracemalloc.get_traced_memory()[0], len(gc.get_objects()), *references()

    gc.collect()
    tracemalloc.start()
    try:
        for reading in readings:            # the first window fills the caches of memory
            for _ in range(times):
                action()
            read(reading)
    finally:
        tracemalloc.stop()
    least = np.diff(readings, axis=0).min(axis=0)
    return {name: int(more) for name, more in zip(names, least, strict=True) if more > 0}


def assert_leaves_nothing(action, times=60):
    """Less memory than an array takes, and less than half a reference, for each call."""
    for _ in range(3):                      # a leak is there each time; what threads of other tests left do is not
        grown = growth(action, times)
        if WATCHED:
            grown.pop("bytes", 0)           # of malloc instead of Python's own
        leaks = {name: more for name, more in grown.items() if more >= times * (80 if name == "bytes" else 0.5)}
        if not leaks:
            break
    assert not leaks, f"{grown} in {times} calls each"


def resident():
    """Bytes of this process in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")

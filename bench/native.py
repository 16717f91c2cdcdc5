"""The loops of handwritten.c, compiled when the benchmark runs.

Optional: without a C compiler on the path the comparison is left out.
"""

import ctypes
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).with_name("handwritten.c")
ROWS = {1: 0, 4: 1, 8: 2, 16: 3}
KERNELS = {"add": 0, "multiply": 1, "exp": 2, "exp_given": 3}
HYPER = {"add": 0, "multiply": 1, "exp": 2, "sin": 3, "log": 4, "sqrt": 5, "tanh": 6}
HYPER_LANES = 4


def compiler():
    """The local C compiler's command, or None."""
    for name in (os.environ.get("CC", ""), "cc", "gcc", "clang"):
        if name and shutil.which(name):
            return name
    return None


def build(flags=("-O3",)):
    """Compile handwritten.c; the loaded library, or None with no compiler."""
    command = compiler()
    if command is None:
        return None
    folder = tempfile.TemporaryDirectory(prefix="dualad-bench-")
    target = os.path.join(folder.name, "handwritten.so")
    done = subprocess.run(
        [command, *flags, "-shared", "-fPIC", str(SOURCE), "-o", target, "-lm"],
        capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    library = ctypes.CDLL(target)
    library.run.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_void_p,
                            ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long,
                            ctypes.c_long]
    library.run_hyper.argtypes = library.run.argtypes[1:]
    library.folder = folder                     # removed with the library
    return library


class Loop:
    """One hand-written loop on given memory, repeated inside C.

    a, b, out: contiguous float64 arrays of shape (n, 1 + N); for exp_given b
    has shape (n,).  Python is entered once for all repetitions, so the loop's
    time holds no call at all.
    """

    def __init__(self, library, kernel, a, b, out):
        for array in (a, b, out):
            assert array.dtype == np.float64 and array.flags.c_contiguous
        self.library, self.out, self.keep = library, out, (a, b)
        self.run = library.run
        self.arguments = (ROWS[a.shape[1] - 1], KERNELS[kernel], a.ctypes.data,
                          b.ctypes.data, out.ctypes.data, a.shape[0])

    def timeit(self, number):
        run, arguments = self.run, self.arguments
        start = time.perf_counter()
        failed = run(*arguments, number)
        seconds = time.perf_counter() - start
        if failed:
            raise ValueError("no such loop")
        return seconds

    def value(self):
        self.timeit(1)
        return self.out.copy()


class HyperLoop(Loop):
    """A hand-written loop of second order: arrays of shape (n, 15), N = 4."""

    def __init__(self, library, kernel, a, b, out):
        for array in (a, b, out):
            assert array.dtype == np.float64 and array.flags.c_contiguous
            assert array.shape[1] == 15
        self.library, self.out, self.keep = library, out, (a, b)
        self.arguments = (HYPER[kernel], a.ctypes.data, b.ctypes.data,
                          out.ctypes.data, a.shape[0])
        self.run = library.run_hyper

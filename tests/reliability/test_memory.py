"""Memory that runs out: an exception, never a crash, and the next derivative is right."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
from support.memory_programs import COLD, PRELUDE, WARM

SUPPORT = pathlib.Path(__file__).parents[1] / "support"


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not sys.platform.startswith("linux") or os.confstr("CS_GNU_LIBC_VERSION") is None or compiler is None:
        pytest.skip("the shim for malloc is for glibc, and wants a compiler")
    path = tmp_path_factory.mktemp("shim") / "failing_malloc.so"
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", path, SUPPORT / "failing_malloc.c", "-ldl"], check=True)
    return path


@pytest.fixture
def wrong_with(shim, tmp_path):
    """What goes wrong when allocations of programs fail (or, with count=0, when they are interrupted there)."""
    def run(programs, most, count, fresh=False):
        case = tmp_path / "case.json"
        case.write_text(json.dumps([PRELUDE, programs, most, count, fresh]))
        done = subprocess.run(
            [sys.executable, SUPPORT / "memory_runner.py", case], capture_output=True, text=True, check=False,
            env={**os.environ, "LD_PRELOAD": str(shim), "PYTHONMALLOC": "malloc", "OPENBLAS_NUM_THREADS": "1"})
        assert done.returncode == 0, done.stderr[-3000:]
        found = json.loads(done.stdout.splitlines()[-1])
        return {name: wrong for name, wrong in found.items() if wrong}
    return run


LARGE = {"large arrays": WARM["large arrays"]}
SMALL = {name: program for name, program in WARM.items() if name not in LARGE}


def test_allocations_fail(wrong_with):
    assert wrong_with(SMALL, 12, 1) == {}


def test_large_allocations_fail(wrong_with):
    assert wrong_with(LARGE, 8, 1) == {}


def test_new_kinds_of_number_without_memory(wrong_with):
    assert wrong_with(COLD, 2, 1, fresh=True) == {}


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 3, 1000])
def test_every_allocation_fails(wrong_with, count):
    assert wrong_with(WARM, 10**6, count) == {}


@pytest.mark.slow
def test_every_allocation_of_new_kinds_fails(wrong_with):
    assert wrong_with(COLD, 10**6, 1, fresh=True) == {}


def test_interrupts(wrong_with):
    assert wrong_with(SMALL, 20, 0) == {}


@pytest.mark.slow
def test_interrupts_everywhere(wrong_with):
    assert wrong_with(SMALL, 10**6, 0) == {}

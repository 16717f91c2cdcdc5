"""Fixtures that tests of several subjects share."""

from __future__ import annotations

import gc
import pathlib
import sys

import numpy as np
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))  # for `support`

from support.kinds import KINDS
from support.tools import SLOWER

from dualad import _core


@pytest.fixture(scope="module")
def quick_collections():
    """For tests that collect garbage often: the hundred thousands of objects that are pytest's own are left out."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(params=KINDS, ids=repr)
def kind(request):
    """Each kind of number, in turn."""
    return request.param


@pytest.fixture
def rng():
    return np.random.default_rng(20240607)


def free_levels():
    """How many calls could run at the same time; garbage is collected if they are not all."""
    slots = []
    try:
        while len(slots) < _core.build_info()["levels_at_most"]:
            slots.append(_core.open_level())
    except RuntimeError:
        pass
    for slot in slots:
        _core.close_level(slot)
    return len(slots)


@pytest.fixture
def no_level_is_lost():
    before = free_levels()
    yield
    assert free_levels() >= before


@pytest.fixture(scope="session")
def fresh_python():
    """Run code in a new interpreter; give back what it printed. A death by signal fails the test."""
    import os
    import subprocess

    def run(code, *arguments, timeout=120, environment=None):
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", code, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=timeout * SLOWER,
            check=False,
            env={**os.environ, **(environment or {})},
        )
        assert done.returncode == 0, (
            f"exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        )
        return done.stdout

    return run


@pytest.fixture
def in_own_process(fresh_python):
    """Call a function of a test file in a new interpreter, where no other test has left a level in use."""
    tests = str(pathlib.Path(__file__).parent)

    def call(file, name):
        fresh_python("import runpy, sys; sys.path.insert(0, sys.argv[1]); runpy.run_path(sys.argv[2])[sys.argv[3]]()",
                     tests, file, name, timeout=300)

    return call


#: What NumPy cannot do before a version, by test: its arrays of dual numbers are otherwise those of later ones.
OF_QUANTILES = "2.4.0", "quantiles of plain dual arrays ask for float(x); DualArray has a rule"
BEFORE = {
    "test_moving_data[[]*-plain-percentile*": OF_QUANTILES,
    "test_moving_data[[]*-plain-quantile*": OF_QUANTILES,
    "test_computing[[]*-plain-percentile*": OF_QUANTILES,
    "test_computing[[]*-plain-quantile*": OF_QUANTILES,
    "test_what_code_asks_of_a_dtype*": ("2.3.0", "the dtype's name is made of its kind and size"),
    "test_comparison_is_by_value*": ("2.1.0", "comparing NaN with a Fraction leaves a flag that the next one warns of"),
    "test_survives[[]numpy.convolve]": ("2.1.0", "a refused cast is noticed late: SystemError instead of TypeError"),
    "test_survives[[]numpy.polymul]": ("2.1.0", "a refused cast is noticed late: SystemError instead of TypeError"),
}


def pytest_collection_modifyitems(items):
    import fnmatch

    limits = {pattern: f"NumPy before {version}: {reason}" for pattern, (version, reason) in BEFORE.items()
              if np.lib.NumpyVersion(np.__version__) < version}
    for item in items:
        for pattern, reason in limits.items():
            if fnmatch.fnmatch(item.name, pattern):
                item.add_marker(pytest.mark.skip(reason=reason))

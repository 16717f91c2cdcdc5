"""Fixtures that tests of several subjects share."""

from __future__ import annotations

import pathlib
import sys

import numpy as np
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))  # for `support`

from support.kinds import KINDS


@pytest.fixture(params=KINDS, ids=repr)
def kind(request):
    """Each kind of number, in turn."""
    return request.param


@pytest.fixture
def rng():
    return np.random.default_rng(20240607)


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
            timeout=timeout,
            check=False,
            env={**os.environ, **(environment or {})},
        )
        assert done.returncode == 0, (
            f"exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        )
        return done.stdout

    return run

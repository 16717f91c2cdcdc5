"""Adopted code that formats numbers by %."""
# ruff: noqa: UP031

from __future__ import annotations

import logging
import pickle

import numpy as np
import pytest

import dualad

X = np.array([1.25, 2.5])
shown = []
logger = logging.getLogger(__name__)


def shows(x):
    shown.append("%.3f %g %d %5.1e %s" % (x[0], x[1], 3, x[0], "a"))
    shown.append("%(a).1f %%" % {"a": x[0]} + "%.1f" % np.array(x[0]))
    shown.extend([("%i" % v).rjust(4) for v in x])
    logger.warning("%.3f of %s", x[0], x[1])
    if x[0] < 0:
        raise ValueError("bad: %.2f" % x[0])
    return x


def test_the_text_is_the_float_programs(caplog):
    expected = []
    for differentiate in lambda f: f, dualad.jacobian, dualad.hessian:
        shown.clear()
        caplog.clear()
        with dualad.adopting(shows):
            differentiate(shows)(X)
        expected = expected or [*shown, caplog.messages]
        assert [*shown, caplog.messages] == expected and "1.250 of 2.5" in caplog.text
    with dualad.adopting(shows), pytest.raises(ValueError, match=r"bad: -1\.25"):
        dualad.jacobian(shows)(-X)
    caplog.clear()          # records hold the numbers


def test_format_strings_are_strings():
    @dualad.adopt
    def f(x):
        """Not %d a format."""
        return "%.3f" % x, "%.3f"

    text, format_ = f(0.5)
    assert type(text) is str and text == "0.500" and format_ == "%.3f" and "Not" in f.__doc__
    assert type(pickle.loads(pickle.dumps(format_))) is str
    with pytest.raises(TypeError, match="not all arguments"):
        format_ % (1, 2)

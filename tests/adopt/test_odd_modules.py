"""Packages that do unusual things with modules."""

import builtins
import sys
import types

import numpy as np
import pytest

import dualad

SOURCE = """
import math
import numpy as np
names = __builtins__

def f(x):
    y = np.zeros(1)
    y[0] = math.sin(x[0])
    return y
"""


@pytest.fixture
def module(monkeypatch):
    made = types.ModuleType("odd_module")
    exec(SOURCE, vars(made))
    monkeypatch.setitem(sys.modules, "odd_module", made)
    return made


def test_namespaces_of_other_modules_stay(module):
    """``__builtins__`` under another name is the dict of Python's own module."""
    assert module.names["int"] is int
    with dualad.adopt(module):
        assert vars(builtins)["int"] is int
        np.testing.assert_array_equal(dualad.jacobian(module.f)(np.zeros(1)), [[1.0]])


def test_an_object_in_a_modules_place(module, monkeypatch):
    class Deprecations:
        def __init__(self, wrapped):
            self.wrapped = wrapped

        def __getattr__(self, name):
            return getattr(self.wrapped, name)

    standing_for = Deprecations(module)
    monkeypatch.setitem(sys.modules, "odd_module", standing_for)
    for target in standing_for, "odd_module":
        with dualad.adopt(target):
            np.testing.assert_array_equal(dualad.jacobian(standing_for.f)(np.zeros(1)), [[1.0]])
    with pytest.raises(TypeError, match="float"):
        dualad.jacobian(standing_for.f)(np.zeros(1))


def test_classes_of_compiled_code_stay_as_they_are(module):
    module.Fast = type(np.random.default_rng())          # nothing can be bound in it
    module.Fast_alias = {"generator": module.Fast}
    with dualad.adopt(module):
        np.testing.assert_array_equal(dualad.jacobian(module.f)(np.zeros(1)), [[1.0]])

"""Packages that do unusual things with modules."""

import builtins
import importlib
import math
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


class Model:
    """An object that is called like a function."""

    def __init__(self, scale):
        self.scale, self.function = scale, math.sin

    def __call__(self, x):
        return self.filled(x)

    def filled(self, x):
        y = np.zeros(2)
        y[0], y[1] = self.function(x) * self.scale, float(x)
        return y


def test_an_object_that_can_be_called():
    model = Model(2.0)
    with dualad.adopting(model):
        np.testing.assert_allclose(dualad.derivative(model)(0.3), [2 * math.cos(0.3), 1.0], rtol=1e-15)
    assert model.function is math.sin
    with pytest.raises(TypeError, match="would be lost"):
        dualad.derivative(model)(0.3)


@pytest.mark.parametrize("target", [int, np.ndarray, Exception, np.sin, len])
def test_compiled_targets(target):
    with pytest.raises(TypeError, match="compiled"):
        dualad.adopt(target)


@pytest.mark.parametrize("target", [dualad.grad, dualad.Dual, dualad.jacobian(len)])
def test_dualads_own(target):
    with pytest.raises(TypeError, match="dualad's own"):
        dualad.adopt(target)


def test_a_module_of_the_package_under_a_name_of_its_own(tmp_path, monkeypatch):
    """Some packages put their own folder on ``sys.path``, and import their modules from there."""
    folder = tmp_path / "odd_package"
    folder.mkdir()
    (folder / "odd_sibling.py").write_text(SOURCE)
    (folder / "__init__.py").write_text("import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\n"
                                        "from odd_sibling import f\nclean = sys.path.pop(0)\n")
    monkeypatch.syspath_prepend(tmp_path)
    odd_package = importlib.import_module("odd_package")
    with dualad.adopt(odd_package):
        np.testing.assert_array_equal(dualad.jacobian(odd_package.f)(np.zeros(1)), [[1.0]])
    with pytest.raises(TypeError):
        dualad.jacobian(odd_package.f)(np.zeros(1))
    for name in "odd_package", "odd_sibling":
        del sys.modules[name]

"""The error where a derivative would be lost names the line and the remedy."""

from __future__ import annotations

import importlib
import math
import sys

import numpy as np
import pytest

import dualad

X = np.array([0.3, 0.7])


def stores(x):
    y = np.zeros(2)
    y[0] = x[0]                    # stored here
    return y


def calls_math(x):
    return math.sin(x[0])          # called here


def converts(x):
    return np.asarray(x, dtype=float)    # converted here


def has_out(x):
    return np.sin(x, out=np.zeros(2))    # written here


def deep_in_numpy(x):
    return np.full_like(np.zeros(2), x)      # filled here


@pytest.mark.parametrize("f, comment", [(stores, "# stored here"), (calls_math, "# called here"),
                                        (converts, "# converted here"), (has_out, "# written here"),
                                        (deep_in_numpy, "# filled here")])
def test_the_line_is_named(f, comment):
    for transform in dualad.jacobian, dualad.hessian:
        with pytest.raises(TypeError, match="would be lost") as error:
            transform(f)(X)
        first, place, source = str(error.value).splitlines()
        for remedy in "np.zeros_like(x)", "dtype=x.dtype", "np.sin", "dualad.value(x)", f"dualad.adopt({f.__name__})":
            assert remedy in first
        line = int(place.partition("line ")[2].partition(",")[0])
        assert __file__ in place and place.endswith(f"in {f.__name__}")
        assert source.endswith(comment) and line > f.__code__.co_firstlineno


def test_code_without_source():
    namespace = {}
    exec("def f(x): return float(x[0])", namespace)
    with pytest.raises(TypeError, match=r'would be lost.*\n  File "<string>", line 1, in f$'):
        dualad.jacobian(namespace["f"])(X)
    with pytest.raises(TypeError, match=r"adopt\(function\)"):
        dualad.jacobian(lambda x: float(x[0]))(X)


def test_a_loader_that_fails():
    class Loader:
        def get_source(self, name):
            raise RuntimeError("no source")

    namespace = {"__loader__": Loader(), "__name__": "nowhere"}
    exec(compile("def f(x): return float(x[0])", "nowhere.py", "exec"), namespace)
    with pytest.raises(TypeError, match="would be lost"):
        dualad.jacobian(namespace["f"])(X)


def test_no_frame_is_the_users(monkeypatch):
    import dualad.lost

    monkeypatch.setattr(dualad.lost, "_users", lambda frame: None)
    assert dualad.lost.message().endswith("do it")
    monkeypatch.delitem(sys.modules, "scipy", raising=False)
    monkeypatch.undo()
    assert "test_lost.py" in dualad.lost.message()


@pytest.mark.parametrize("file", ["borrowed/__init__.py", "borrowed.py"])
def test_installed_packages_are_named(file, tmp_path, monkeypatch):
    module = tmp_path / "site-packages" / file
    module.parent.mkdir(parents=True)
    module.write_text("import math\n\n\ndef f(x):\n    return math.sin(x[0])\n")
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    borrowed = importlib.import_module("borrowed")
    del sys.modules["borrowed"]
    monkeypatch.setitem(sys.modules, "borrowed", borrowed)           # until the end of the test
    with pytest.raises(TypeError, match=r"dualad.adopt\('borrowed'\)"):
        dualad.jacobian(borrowed.f)(X)
    with dualad.adopting("borrowed"):
        np.testing.assert_array_equal(dualad.jacobian(borrowed.f)(X), [math.cos(X[0]), 0])


BUFFER = np.zeros(2)


def stores_in_a_global(x):
    BUFFER[:] = x
    return BUFFER


def test_adopted_code_is_not_told_to_be_adopted():
    with dualad.adopting(stores_in_a_global), pytest.raises(TypeError, match="this code is adopted, but") as error:
        dualad.jacobian(stores_in_a_global)(X)
    assert "dualad.adopt(" not in str(error.value) and "BUFFER[:] = x" in str(error.value)
    with pytest.raises(TypeError, match=r"dualad\.adopt\(stores_in_a_global\)"):
        dualad.jacobian(stores_in_a_global)(X)

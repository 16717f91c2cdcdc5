"""Modules that have SciPy's names: their own for some, SciPy's for all others."""

import importlib

from .. import _core


def forward(module, own=None):
    """``__getattr__`` and ``__dir__`` of the module that stands for SciPy's module of this name.

    What it has of its own is in its namespace, or in the dict `own`.
    """
    def __getattr__(name):
        if own is not None and name in own:
            return own[name]
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(module), name)

    def __dir__():
        return dir(importlib.import_module(module))

    return __getattr__, __dir__


def guarded(module, rules, names):
    """Functions of numbers that are SciPy's own, but where an argument may be a dual number: a dict by name."""
    theirs = importlib.import_module(module)
    return {name: _core.stand_in(getattr(theirs, name), rules[name], "sequences") for name in names}

"""Modules that have SciPy's names: their own for some, SciPy's for all others."""

import importlib


def forward(module):
    """``__getattr__`` and ``__dir__`` of the module that stands for SciPy's module of this name."""
    def __getattr__(name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(module), name)

    def __dir__():
        return dir(importlib.import_module(module))

    return __getattr__, __dir__

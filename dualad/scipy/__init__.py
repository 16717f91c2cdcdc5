"""SciPy's names, with derivatives: ``dualad.scipy.optimize.brentq`` is SciPy's, and takes dual numbers.

The submodules ``optimize``, ``integrate``, ... have all of SciPy's names. For those in
``names.STAND_INS`` there is a rule; every other one is SciPy's own object. Given plain numbers, a
stand-in calls SciPy's function and hands out its result. Submodules that need no rule are SciPy's.

SciPy is imported when a submodule is.
"""

import importlib

from .names import STAND_INS


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    if f"scipy.{name}" in STAND_INS:
        return importlib.import_module(f"{__name__}.{name}")
    return getattr(importlib.import_module("scipy"), name)


def __dir__():
    return dir(importlib.import_module("scipy"))

"""What stands for what: modules, functions and types of NumPy, math and Python, and their stand-ins."""

import builtins
import cmath
import functools
import importlib
import math
import operator
import sys
import types

import numpy

import dualad.cmath
import dualad.math
import dualad.numpy

from .. import _core
from ..numpy.creation import lifted, vectorize
from ..numpy.types import BUILTINS
from ..scipy.names import STAND_INS as SCIPY

#: What stands for types in x.astype(...): Python's, and NumPy's as attributes of a namespace.
AS_TYPE = {name: _core.AsType(getattr(builtins, name)) for name in BUILTINS}
NUMPY_AS_TYPE = types.SimpleNamespace(**{
    name: _core.AsType(value) for name, value in list(vars(numpy).items()) if isinstance(value, type)
    and value in numpy.sctypeDict.values() and numpy.dtype(value).kind in "iufc"})

#: What stands for the method copy: while differentiating, a copy of an array of floats takes dual numbers.
COPY = _core.stand_in(operator.methodcaller("copy"), lambda x: lifted(x.copy()), "differentiating")

#: Modules that imports are redirected to, by name.
MODULES = {name: f"dualad.{name}" for name in ("numpy", "numpy.linalg", "numpy.fft", "math", "cmath", "scipy", *SCIPY)}

_STAND_INS = {}         # id of the original: (original, stand-in)
_ORIGINALS = {}         # id of the stand-in: original


def add(original, standin):
    """From now on adopted code finds `standin` in the place of `original`."""
    _STAND_INS[id(original)] = original, standin
    _ORIGINALS[id(standin)] = original


for _name, _standin in BUILTINS.items():
    add(getattr(builtins, _name), _standin)
for _module, _namespace in ((numpy, dualad.numpy), (numpy.linalg, dualad.numpy.linalg),
                            (numpy.fft, dualad.numpy.fft), (math, dualad.math), (cmath, dualad.cmath)):
    add(_module, _namespace)
    for _name, _standin in list(vars(_namespace).items()):
        _original = vars(_module).get(_name)
        if not _name.startswith("_") and _original is not None and _original is not _standin:
            add(_original, _standin)


def add_scipy():
    """Add the stand-ins for those modules of SciPy that have been imported."""
    for name, functions in SCIPY.items():
        module = sys.modules.get(name)
        if module is None or id(module) in _STAND_INS or not all([hasattr(module, function) for function in functions]):
            continue                     # not there, or known, or just being imported
        ours = importlib.import_module(f"dualad.{name}")
        add(module, ours)
        for function in functions:
            add(getattr(module, function), getattr(ours, function))
    scipy = sys.modules.get("scipy")
    if scipy is not None and id(scipy) not in _STAND_INS:
        add(scipy, importlib.import_module("dualad.scipy"))


def standin_for(original):
    """The stand-in; the original itself where it has none."""
    return _STAND_INS.get(id(original), (None, original))[1]


def original_of(x):
    """What a stand-in is for; None for anything else."""
    return _ORIGINALS.get(id(x))


def is_cache(x):
    return isinstance(x, functools._lru_cache_wrapper)


# -- caches ---------------------------------------------------------------------------------------------------

def cache_standin(cached):
    """For a function in functools.lru_cache: derivative calls have a cache of their own, which ends with them.

    One that lived longer would hand out numbers of calls that are over, or plain floats.
    """
    function = cached.__wrapped__

    def rule(*args, **kwargs):
        scope = _core.innermost()
        if scope is None:
            return cached(*args, **kwargs)
        key = (id(cached), *map(_key, args), *[(name, _key(x)) for name, x in kwargs.items()])
        try:
            return scope.memo[key]
        except KeyError:
            pass
        return scope.memo.setdefault(key, function(*args, **kwargs))

    return _core.stand_in(cached, rule, "differentiating")


def _key(x):
    lanes = _core.lanes_of_number(x)
    return x if lanes is None else (type(x), lanes)


class cached_property_standin(functools.cached_property):
    """A functools.cached_property whose value is forgotten with the derivative call that it was made in."""

    def __get__(self, instance, owner=None):
        scope = _core.innermost() if instance is not None else None
        value = super().__get__(instance, owner)
        if scope is not None:
            forget = functools.partial(_forget, vars(instance), self.attrname, value)
            try:
                scope.at_close.append(forget)
            except BaseException:
                forget()
                raise
        return value


def _forget(namespace, name, value):
    if namespace.get(name) is value:
        del namespace[name]


def standin_of_cached_property(given):
    made = cached_property_standin(given.func)
    made.__set_name__(None, given.attrname)
    return made


# -- compiled functions ------------------------------------------------------------------------------------------

def python_of_jitted(x):
    """The Python function that one of Numba's is made of: of njit, or elementwise of vectorize; else None."""
    if not type(x).__module__.startswith("numba."):
        return None
    function = getattr(x, "py_func", None)
    if isinstance(function, types.FunctionType):
        return function
    function = getattr(getattr(x, "_dispatcher", None), "py_func", None)
    return vectorize(function) if type(x).__name__ == "DUFunc" and function is not None else None


def is_jitted(x):
    return python_of_jitted(x) is not None


def jitted_standin(dispatcher):
    """While differentiating, the Python function runs: compiled code takes floats only."""
    return _core.stand_in(dispatcher, python_of_jitted(dispatcher), "differentiating")


def is_compiled(x):
    return type(x).__name__ in ("builtin_function_or_method", "cython_function_or_method", "fortran",
                                "fused_cython_function")


def compiled_standin(function):
    """A compiled function of an adopted package: one that cannot take dual numbers says what to do."""
    def rule(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except Exception as error:
            name = getattr(function, "__qualname__", None) or getattr(function, "__name__", repr(function))
            raise TypeError(f"{name} is compiled and cannot take dual numbers ({error}). Give it a derivative: wrap it "
                            "in dualad.custom_jvp, with a rule") from error

    return _core.stand_in(function, rule, "duals")

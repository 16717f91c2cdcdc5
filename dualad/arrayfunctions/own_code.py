"""NumPy's own Python code, run on dual arrays where it would leave the subclass.

Such code does nothing but ufuncs and functions that have rules, yet it begins with ``np.asarray(x)``, which makes a
plain ndarray of a DualArray, or makes an empty array of x's dtype, or asks for ``dtype=float``. Here it runs with
array constructors that keep dual arrays what they are, and so with the bits, the arguments and the errors of the
installed NumPy.
"""

import functools
import inspect
import types

import numpy as np

from .._core import keeping
from .components import as_duals_of, with_duals
from .registry import handles


def _floating(constructor, x, dtype=None, *args, **kwargs):
    """``dtype=float`` means "make it floating", and a dual number is."""
    dual = with_duals(x) if dtype is float or dtype is np.float64 else None
    return constructor(x, dtype, *args, **kwargs) if dual is None else constructor(dual, None, *args, **kwargs)


_CONSTRUCTORS = {
    id(constructor): keeping(constructor, _floating)
    for constructor in (np.array, np.asarray, np.asanyarray, np.empty, np.zeros, np.ones)}


@functools.cache
def keeping_module(module):
    """A module with the names of a NumPy module, and constructors that keep dual arrays."""
    twin = types.ModuleType(module.__name__)
    vars(twin).update({name: _CONSTRUCTORS.get(id(item), item) for name, item in list(vars(module).items())})
    return twin


_TWINS = (np, np._core.numeric)


def with_own_code(function, *names):
    """Do a function by NumPy's code with such constructors.

    Where one of the arguments called `names` is dual all of them are made so, for one may be stored in another.
    """
    code = function._implementation
    scope = {name: keeping_module(item) if any(item is twin for twin in _TWINS)
             else _CONSTRUCTORS.get(id(item), item) for name, item in code.__globals__.items()}
    twin = types.FunctionType(code.__code__, scope, code.__name__, code.__defaults__, code.__closure__)
    twin.__kwdefaults__ = code.__kwdefaults__
    signature = inspect.signature(code)

    @handles(function)
    @functools.wraps(code)
    def handler(*args, **kwargs):
        given = signature.bind(*args, **kwargs).arguments
        together = {name: given[name] for name in names if name in given}
        for name, x in together.items():
            given[name] = as_duals_of(x, *together.values())
        return twin(**given)


with_own_code(np.cov, "m", "y", "fweights", "aweights")
with_own_code(np.polyfit, "x", "y", "w")
with_own_code(np.sort_complex)

# Behind np.emath stands one function for all that makes negative numbers complex.
_scimath = np.emath.sqrt._implementation.__globals__
_scimath.update({name: _CONSTRUCTORS[id(item)] for name, item in _scimath.items() if id(item) in _CONSTRUCTORS})

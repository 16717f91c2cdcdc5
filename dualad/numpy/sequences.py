"""NumPy's functions given lists and tuples that hold dual numbers, or plain arrays of them.

A list does not dispatch: NumPy makes a plain array of it, which has lost DualArray's rules. `taking` hands it
over as a DualArray.
"""

import functools

import numpy as np

from .. import _core
from .._core import DualArray

#: They take sequences of arrays: what is in these is made an array, and not they themselves, but for those of numbers.
_OF_ARRAYS = frozenset(["concatenate", "concat", "stack", "hstack", "vstack", "dstack", "column_stack", "select",
                        "choose", "lexsort", "piecewise", "histogram2d", "histogramdd", "multi_dot"])

#: Nothing is gained for them: lists of lists mean something else, or they only ask for shapes and types.
_LEFT_OUT = frozenset(["block", "shape", "ndim", "size", "result_type", "min_scalar_type", "iscomplexobj", "isrealobj",
                       "shares_memory", "may_share_memory"])


@functools.cache                         # one for a function of two names
def taking(original):
    """A function of NumPy for which lists and plain arrays of dual numbers are DualArrays."""
    convert = _each_as_dual_array if original.__name__ in _OF_ARRAYS else _as_dual_array

    def rule(*args, **kwargs):
        result = original(*map(convert, args), **{name: convert(x) for name, x in kwargs.items()})
        out = kwargs.get("out")
        return result if out is None else out             # and no view of it

    return _core.stand_in(original, rule, "duals within")


def stand_ins(module):
    """All functions of a module that dispatch, by name, which take such lists."""
    return {name: taking(function) for name, function in list(vars(module).items())
            if hasattr(function, "_implementation") and not name.startswith("_") and name not in _LEFT_OUT}


def stand_for(module, namespace):
    """Fill the namespace of a module that stands for NumPy's; its ``__getattr__`` and ``__dir__``."""
    namespace.update({name: value for name, value in list(vars(module).items()) if not name.startswith("_")})
    namespace.update(stand_ins(module))

    def __getattr__(name):
        return getattr(module, name)         # what NumPy imports late, and its AttributeErrors

    def __dir__():
        return sorted({*dir(module), *namespace})

    return __getattr__, __dir__


def _as_dual_array(x):
    if type(x) is np.ndarray:
        return x.view(DualArray) if _core.slot_of(x) >= 0 else x
    if not isinstance(x, (list, tuple)):
        return x
    from ..arrayfunctions.components import with_duals
    try:
        dual = with_duals(x)
    except (TypeError, ValueError):          # ragged, or more in it than numbers: NumPy's function knows what to say
        return x
    return x if dual is None else dual.view(DualArray)


def _each_as_dual_array(x):
    if isinstance(x, (list, tuple)) and not any([isinstance(item, _core.NUMBERS) for item in x]):
        return [_as_dual_array(item) for item in x]
    return _as_dual_array(x)

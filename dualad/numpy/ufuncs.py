"""NumPy's ufuncs where they are told a dtype, as in ``np.sqrt(x, dtype=float)``.

NumPy takes the loop for floats then, which dual numbers cannot go through. Adopted code calls these instead, where
there is a ``dtype=``; all other calls are NumPy's.
"""

import functools

import numpy as np

from .. import _core
from .creation import STAND_INS, _has_duals, lifted, wanted


def of_dtype(ufunc):
    """What adopted code calls a ufunc, or one of its methods, for."""
    @functools.wraps(ufunc)
    def call(*args, **kwargs):
        dtype, kind = wanted(kwargs.get("dtype"))
        if _core.float_dtype() is None or not kind:
            return ufunc(*args, **kwargs)
        duals = [x for x in (*args, kwargs.get("array"), kwargs.get("initial")) if _has_duals(x)]
        if kind == "f" and any([np.iscomplexobj(x) for x in duals]):
            return ufunc(*args, **kwargs)            # NumPy's error, or ours
        if duals:
            kwargs["dtype"] = None
            if kind == "c":
                args = [STAND_INS["asanyarray"](x, complex) if _has_duals(x) else x for x in args]
            return ufunc(*args, **kwargs)
        made = ufunc(*args, **{**kwargs, "dtype": dtype})
        if kwargs.get("out") is not None:
            return made
        return tuple([lifted(x) for x in made]) if type(made) is tuple else lifted(made)
    return call


class _OfDtype:
    """A ufunc whose calls are told a dtype, and its methods."""

    def __init__(self, ufunc):
        self.ufunc = ufunc
        self.call = of_dtype(ufunc)

    def __call__(self, *args, **kwargs):
        return self.call(*args, **kwargs)

    def __getattr__(self, name):
        found = getattr(self.ufunc, name)
        return of_dtype(found) if callable(found) else found


@functools.cache
def told_dtype(ufunc):
    return _OfDtype(ufunc)


class Namespace:
    """In the place of numpy: of ufuncs these."""

    def __getattr__(self, name):
        return told_dtype(getattr(np, name))

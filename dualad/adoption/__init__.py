"""Derivatives of code that allocates floats, unchanged: NumPy, math and float replaced in it."""

import importlib
import os
import sys
import types

from .. import _core
from . import hook, sites
from .walk import IMMUTABLE, Walk, _functions

__all__ = ["Adoption", "adopt", "adopting"]

_active = []            # adoptions of packages, for modules that come later


class Adoption(_core.Undoable):
    """An adoption that can be undone; `dualad.adopt` of a module and `dualad.adopting` make one.

    In a with statement it is undone at its end, also after an exception.
    """

    def __init__(self, target):
        self.target = _checked(target)
        self.walk = None
        self.wanted_by = self           # what a place keeps, for as long as the stand-in is wanted there

    def do(self):
        """Bind the stand-ins; nothing where that has been done."""
        with sites.LOCK:
            if self.walk is not None:
                return
            self.walk = Walk(self.owns, self.wanted_by)
            if isinstance(self.target, types.ModuleType):
                _active.append(self)
                _finder.install()
                self.walk.modules(self.modules())
            elif _is_instance(self.target):
                self.walk.inside(self.target)
                self.walk.whole(type(self.target))
            else:
                self.walk.whole(self.target)

    def undo(self):
        """Put back what was there before."""
        with sites.LOCK:
            if self in _active:
                _active.remove(self)
            if not _active:
                _finder.remove()
            if self.walk is not None:
                self.walk.release()
                self.walk = None

    def __repr__(self):
        name = getattr(self.target, "__name__", repr(self.target))
        return f"<adoption of {name}{'' if self.walk is not None else ', undone'}>"

    # -- which modules ----------------------------------------------------------------------------------------

    def owns(self, name):
        if not isinstance(self.target, types.ModuleType):
            return name == getattr(self.target, "__module__", None)
        package = self.target.__name__
        if name == package:
            return True
        if not isinstance(name, str) or not hasattr(self.target, "__path__"):
            return False
        return name.startswith(package + ".") or self.holds(name)

    def holds(self, name):
        """Does a module of another name lie in the package's folder? Some put that on `sys.path`."""
        file = getattr(sys.modules.get(name), "__file__", None)
        return isinstance(file, str) and any([os.path.dirname(file) == os.path.abspath(folder)
                                              for folder in self.target.__path__])

    def modules(self):
        found = [self.target]
        for name, module in list(sys.modules.items()):
            if self.owns(name) and isinstance(module, types.ModuleType) and module is not self.target:
                found.append(module)
        return found

    def add(self, module):
        with sites.LOCK:
            if self.walk is not None:
                self.walk.modules([module])


def _after_import(module):
    for adoption in list(_active):
        if adoption.owns(module.__name__):
            adoption.add(module)


_finder = hook.Finder(lambda name: any([adoption.owns(name) for adoption in _active]), _after_import)


_OTHERS = ("numpy", "dualad", "math", "cmath", "builtins")


def _checked(target):
    if isinstance(target, str):
        target = importlib.import_module(target)
    target = _module_behind(target)
    if isinstance(target, types.ModuleType):
        if target.__name__.partition(".")[0] in _OTHERS:
            raise TypeError(f"{target.__name__} cannot be adopted: adopt takes code that calls NumPy and math")
        loader = getattr(target, "__loader__", None)
        if not hasattr(target, "__path__") and loader is not None and type(loader).__name__ in (
                "ExtensionFileLoader", "BuiltinImporter"):
            raise _compiled(target.__name__)
        return target
    if _of_dualad(target):
        name = getattr(target, "__name__", type(target).__name__)
        raise TypeError(f"{name} is dualad's own: give adopt the function that it is to differentiate")
    if isinstance(target, type):
        if target.__flags__ & IMMUTABLE:
            raise _compiled(target.__name__)
        return target
    if _functions(target) or _is_instance(target):
        return target
    if callable(target):
        raise _compiled(getattr(target, "__name__", repr(target)))
    raise TypeError(f"adopt takes a function, a class, a module or a package, not {type(target).__name__}")


def _of_dualad(target):
    named = target if isinstance(target, (type, types.FunctionType)) else type(target)
    if str(named.__module__).partition(".")[0] != "dualad":
        return False
    return hasattr(sys.modules.get(named.__module__), named.__qualname__.partition(".")[0])   # no doctest's function


def _is_instance(target):
    """Is this an object that can be called because its class, written in Python, says how?"""
    return (callable(target) and not isinstance(target, (type, types.ModuleType))
            and isinstance(type(target).__call__, types.FunctionType))


def _module_behind(target):
    """The module itself for an object that a package has put in its place in ``sys.modules``; else the target."""
    name = getattr(target, "__name__", None)
    if not isinstance(target, (type, types.ModuleType)) and isinstance(name, str) and sys.modules.get(name) is target:
        for part in list(vars(target).values()):
            if isinstance(part, types.ModuleType) and part.__name__ == name:
                return part
    return target


def _compiled(name):
    return TypeError(f"{name} is compiled code, in which nothing can be replaced: give it a derivative with "
                     "dualad.custom_jvp")


def adopt(target):
    """Let code that makes float arrays and calls ``math`` carry derivatives, unchanged.

    In the target ``np``, ``math``, ``cmath``, names imported from them, ``float`` and ``int`` are bound to
    stand-ins: `dualad.numpy`, `dualad.math`, `dualad.cmath` and types. Outside of derivative calls these do
    what the originals do; inside, ``np.zeros(n)`` makes dual numbers, ``math.sin(x)`` and ``float(x)`` keep
    derivatives, ``isinstance(x, float)`` is true for a dual number, ``int(x)`` truncates it (its derivative
    is 0), and functions in ``functools.lru_cache`` have a cache of their own.

    Parameters
    ----------
    target : function, class, module, package or a module's name
        Of a function or class, the functions and classes of its module that it calls by name are adopted
        with it; an object that can be called is adopted with its class; of a package all modules, those that
        are imported later too. Other packages are not.

    Returns
    -------
    function, class or Adoption
        A function or class itself, changed in place, so that adopt is a decorator. For a module an
        ``Adoption``, which ``undo()`` or the end of a with statement takes back.

    Raises
    ------
    TypeError
        When the target is compiled (`custom_jvp` gives it a derivative), or no code.

    See Also
    --------
    adopting : for the time of a with statement.

    Examples
    --------
    >>> import math, dualad, numpy as np
    >>> @dualad.adopt
    ... def f(x):
    ...     y = np.zeros(2)
    ...     y[0] = math.sin(x[0])
    ...     y[1] = float(x[1])
    ...     return y
    >>> dualad.jacobian(f)([0.0, 2.0])
    array([[1., 0.],
           [0., 1.]])
    """
    adoption = Adoption(target)
    if not isinstance(adoption.target, types.ModuleType):
        adoption.wanted_by = sites.FOR_GOOD         # one for all, or each call for the same function would be kept
    adoption.__enter__()
    return adoption if isinstance(adoption.target, types.ModuleType) else target


def adopting(target):
    """Adopt something for the time of a with statement.

    Parameters
    ----------
    target : function, class, module, package or a module's name
        As for `adopt`.

    Returns
    -------
    Adoption

    Examples
    --------
    >>> import dualad, numpy as np
    >>> def f(x):
    ...     y = np.zeros(1)
    ...     y[0] = x**2
    ...     return y
    >>> with dualad.adopting(f):
    ...     dualad.derivative(f)(3.0)
    array([6.])
    """
    return Adoption(target)

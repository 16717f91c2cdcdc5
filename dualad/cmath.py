"""Python's ``cmath``, for dual numbers too.

Every name of ``cmath`` is here. For plain numbers the functions are cmath's, with cmath's errors. Given real or
complex dual numbers they carry derivatives; the value is the one that ``cmath`` gives, to the last bit.

Examples
--------
>>> import dualad, dualad.cmath as cmath
>>> dualad.derivative(lambda x: abs(cmath.sqrt(-x)))(4.0)
np.float64(0.25)
"""

import cmath as _cmath

import numpy as _np

from . import _core
from .numpy.types import complex_number as _complex_number

__all__ = [_name for _name in dir(_cmath) if not _name.startswith("_")]

globals().update({_name: getattr(_cmath, _name) for _name in __all__})


def _plain(x):
    """An argument as cmath's functions take it."""
    if _core.slot_of(x) < 0:
        return x
    return complex(_core.value(x)) if _core.is_complex(x) else float(_core.value(x))


def _with_value(x, value):
    """What cmath has found, with the derivatives of a complex dual number, or a real one."""
    if isinstance(value, complex):
        return _core.with_complex_value(_complex_number(x), value)
    return _core.with_value(x, value)


def _rule(rule):
    """Decorator: put a rule's stand-in in cmath's place.

    The rule is called with cmath's value, or its error, found out already: rule(value, *args), with dual
    scalars for arrays of one element.
    """
    original = getattr(_cmath, rule.__name__)

    def function(*args, **kwargs):
        args = [_core.one_number(x) for x in args]
        value = original(*[_plain(x) for x in args], **{name: _plain(x) for name, x in kwargs.items()})
        with _np.errstate(all="ignore"):
            return rule(value, *args)

    function.__name__ = rule.__name__
    return _core.stand_in(original, function, "duals")


def _of_ufunc(name, ufunc):
    def elementary(value, z):
        return _with_value(ufunc(_complex_number(z)), value)

    elementary.__name__ = name
    globals()[name] = _rule(elementary)


for _name in ("cos", "cosh", "exp", "log10", "sin", "sinh", "sqrt", "tan", "tanh"):
    _of_ufunc(_name, getattr(_np, _name))
for _name in ("acos", "acosh", "asin", "asinh", "atan", "atanh"):
    _of_ufunc(_name, getattr(_np, f"arc{_name[1:]}"))


def _by_value(name):
    def by_value(value, *args):
        return value

    by_value.__name__ = name
    globals()[name] = _rule(by_value)


for _name in ("isclose", "isfinite", "isinf", "isnan"):
    _by_value(_name)


@_rule
def log(value, z, base=None):
    result = _np.log(_complex_number(z))
    return _with_value(result if base is None else result / _np.log(_complex_number(base)), value)


@_rule
def phase(value, z):
    z = _complex_number(z)
    return _with_value(_np.arctan2(z.imag, z.real), value)


@_rule
def polar(value, z):
    z = _complex_number(z)
    return _with_value(abs(z), value[0]), _with_value(_np.arctan2(z.imag, z.real), value[1])


@_rule
def rect(value, r, phi):
    return _with_value(_complex_number(r * _np.cos(phi), r * _np.sin(phi)), value)


def __getattr__(name):
    return getattr(_cmath, name)         # an AttributeError that names cmath

"""Python's ``math``, for dual numbers too.

Every name of ``math`` is here. For plain numbers the functions are math's, with math's errors. Given
dual numbers they carry derivatives; the value is the one that ``math`` gives, to the last bit, and where
``math`` raises for the value (``ValueError: math domain error``) so do they.

Functions with an integer or boolean result (``floor``, ``ceil``, ``trunc``, ``isclose``, ``isnan``, ...) depend on the
value alone.

Examples
--------
>>> import dualad, dualad.math as math
>>> math.sin(1.0) == __import__("math").sin(1.0)
True
>>> dualad.derivative(lambda x: math.log(x, 2.0))(0.5)
np.float64(2.8853900817779268)
"""

import math as _math
import sys as _sys

import numpy as _np

from . import _core

__all__ = [_name for _name in dir(_math) if not _name.startswith("_")]

_this = _sys.modules[__name__]
globals().update({_name: getattr(_math, _name) for _name in __all__})

#: Functions of one number, and the rows of the table of rules that have their derivatives.
_ELEMENTARY = {
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
    "atanh": "arctanh", "cbrt": "cbrt", "cos": "cos", "cosh": "cosh", "degrees": "degrees", "erf": "erf",
    "erfc": "erfc", "exp": "exp", "exp2": "exp2", "expm1": "expm1", "fabs": "fabs", "gamma": "gamma",
    "lgamma": "gammaln", "log10": "log10", "log1p": "log1p", "log2": "log2", "radians": "radians",
    "sin": "sin", "sinh": "sinh", "sqrt": "sqrt", "tan": "tan", "tanh": "tanh", "ulp": "spacing",
}

for _name, _row in _ELEMENTARY.items():
    if hasattr(_math, _name):
        globals()[_name] = _core.math_stand_in(_this, getattr(_math, _name), _row)


def _plain(x):
    """An argument as math's functions take it."""
    return float(_core.value(x)) if _core.slot_of(x) >= 0 else x


def _rule(rule):
    """Decorator: put a rule's stand-in in math's place.

    The rule is called with math's value, or its error, found out already: rule(value, *args), with Dual
    scalars for dual numbers. What it returns gives the derivatives.
    """
    original = getattr(_math, rule.__name__)

    def function(*args, **kwargs):
        args = [_core.one_number(x) for x in args]
        value = original(*[_plain(x) for x in args], **{name: _plain(x) for name, x in kwargs.items()})
        with _np.errstate(all="ignore"):
            return rule(value, *args, **kwargs)

    function.__name__ = rule.__name__
    return _core.math_stand_in(_this, original, function)


def _by_value(name):
    """A function whose result is piecewise constant, or no number."""
    def by_value(value, *args, **kwargs):
        return value

    by_value.__name__ = name
    return _rule(by_value)


for _name in ("ceil", "floor", "isclose", "isfinite", "isinf", "isnan", "trunc"):
    globals()[_name] = _by_value(_name)


def _of_numbers(ufunc):
    """A function of two numbers that is a ufunc but for the last bit."""
    return lambda value, x, y: _core.with_value(ufunc(x, y), value)


for _name, _ufunc in {"atan2": _np.arctan2, "copysign": _np.copysign, "fmod": _np.fmod, "pow": _np.power}.items():
    _function = _of_numbers(_ufunc)
    _function.__name__ = _name
    globals()[_name] = _rule(_function)


@_rule
def log(value, x, base=None):
    result = _np.log(x)
    return _core.with_value(result if base is None else result / _np.log(base), value)


@_rule
def hypot(value, *coordinates):
    result = coordinates[0]
    for x in coordinates[1:]:
        result = _np.hypot(result, x)
    return _core.with_value(result if len(coordinates) > 1 else _np.fabs(result), value)


@_rule
def remainder(value, x, y):
    quotients = round((_plain(x) - value) / _plain(y)) if _math.isfinite(_plain(y)) else 0
    return _core.with_value(x - quotients * y if quotients else x, value)


@_rule
def nextafter(value, x, y, **steps):
    return _core.with_value(x, value)


if hasattr(_math, "fma"):                # since Python 3.13
    @_rule
    def fma(value, x, y, z):
        return _core.with_value(x * y + z, value)


@_rule
def modf(value, x):
    return _core.with_value(x, value[0]), value[1]


@_rule
def frexp(value, x):
    return _core.with_value(_np.ldexp(x, -value[1]), value[0]), value[1]


@_rule
def ldexp(value, x, i):
    return _core.with_value(_np.ldexp(x, max(-5000, min(i, 5000))), value)


def _sequence_rule(rule):
    """Decorator: as `_rule`, for functions of iterables, which are given as lists."""
    original = getattr(_math, rule.__name__)

    def function(*iterables, **options):
        if not all([hasattr(type(iterable), "__iter__") for iterable in iterables]):
            return original(*iterables, **options)           # its error
        lists = [[_core.one_number(x) for x in iterable] for iterable in iterables]
        value = original(*[[_plain(x) for x in items] for items in lists],
                         **{name: _plain(x) for name, x in options.items()})
        numbers = [x for items in (*lists, options.values()) for x in items]
        if not any([_core.slot_of(x) >= 0 for x in numbers]):
            return value
        with _np.errstate(all="ignore"):
            return _core.with_value(rule(*lists, **options), value)

    function.__name__ = rule.__name__
    return _core.stand_in(original, function, "sequences")


@_sequence_rule
def fsum(x):
    return sum(x)


@_sequence_rule
def prod(x, start=1):
    for factor in x:
        start = start * factor
    return start


if hasattr(_math, "sumprod"):            # since Python 3.12
    @_sequence_rule
    def sumprod(p, q):
        return sum([x * y for x, y in zip(p, q)])


@_sequence_rule
def dist(p, q):
    result = 0.0
    for x, y in zip(p, q):
        result = _np.hypot(result, x - y)
    return result

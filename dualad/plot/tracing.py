"""Which operations a function does: it is run once with numbers that write them down.

Each operation is done by dualad, on dual numbers with a direction for each operand, so that value and partial
derivatives come from the same rules as everywhere.
"""

import functools
import math
import numbers
import operator
from typing import NamedTuple

import numpy as np

from .._core import ComplexDual, Dual
from ..arrayfunctions.components import is_dual

MOST_OPERATIONS = 1000


class Step(NamedTuple):
    """An operation that was done, or an input (without operands)."""

    function: str                       # its name, or the sign between the operands
    operands: tuple                     # of each the place of its step, or its text where it is a constant
    partials: tuple                     # by each operand that is no constant
    value: float


class Traced:
    """A number that remembers where it came from: NumPy's ufuncs and operators on it are written down."""

    def __init__(self, steps, place):
        self._steps, self._place = steps, place

    @property
    def value(self):
        """The value, a float."""
        return self._steps[self._place].value

    @property
    def real(self):
        """The number itself."""
        return self

    imag = 0.0

    def __repr__(self):
        return f"Traced({self.value!r})"

    def __format__(self, spec):
        return f"Traced({self.value:{spec}})"

    def __deepcopy__(self, memo):
        return self                     # it never changes, and its copy would belong to another picture

    def __array_ufunc__(self, ufunc, method, *operands, **options):
        if ufunc.__name__ in ("real", "imag"):           # ufuncs from NumPy 2.5 on
            return getattr(self, ufunc.__name__)
        if any(isinstance(operand, np.ndarray) and operand.ndim for operand in (*operands, *options.get("out", ()))):
            return _by_elements(ufunc, method, operands, options)
        if method != "__call__" or options:
            how = f"np.{ufunc.__name__}.{method}" if method != "__call__" else f"{', '.join(options)}="
            raise TypeError(f"plot.graph cannot trace {how} on a single number: call np.{ufunc.__name__}(...) only")
        return _record(self._steps, ufunc, _SYMBOLS.get(ufunc.__name__, ufunc.__name__), operands)

    def __getattr__(self, name):
        # NumPy's loops over objects call np.sin(x) as x.sin().
        ufunc = getattr(np, name, None)
        if isinstance(ufunc, np.ufunc):
            return functools.partial(ufunc, self)
        raise AttributeError(f"a number traced by plot.graph has no attribute {name!r}; it takes operators and NumPy's "
                             "ufuncs")

    def __bool__(self):
        return bool(self.value)

    def __float__(self):
        raise TypeError("plot.graph follows operators and NumPy's ufuncs (np.sin), not float(x), math.sin(x), nor "
                        "functions that store floats")

    __int__ = __index__ = __complex__ = __float__
    __hash__ = None                     # equality is by value


class TracedArray(np.ndarray):
    """An array of traced numbers: objects on which NumPy's ufuncs are done one by one."""

    def __array_ufunc__(self, ufunc, method, *operands, **options):
        return _by_elements(ufunc, method, operands, options)


def _by_elements(ufunc, method, operands, options):
    """A ufunc on arrays of objects, traced numbers among them."""
    if ufunc.signature and ufunc.__name__ not in _OF_OBJECTS:
        raise TypeError(f"plot.graph follows operators and NumPy's ufuncs on single elements, not {ufunc.__name__}")
    if out := options.get("out"):
        options = {**options, "out": tuple(map(_plain, out))}
    # NumPy's own loops over objects take the first of two equal numbers for their maximum, and know few functions.
    loop = ufunc if ufunc.__name__ in _OF_OBJECTS else np.frompyfunc(ufunc, ufunc.nin, ufunc.nout)
    results = getattr(loop, method)(*map(_plain, operands), **options)
    if out:
        return out if len(out) > 1 else out[0]
    return tuple(map(_traced, results)) if isinstance(results, tuple) else _traced(results)


def _plain(operand):
    """An operand as NumPy's loops take it: arrays of objects."""
    if isinstance(operand, Traced):
        box = np.empty((), object)
        box[()] = operand
        return box
    return operand.view(np.ndarray) if isinstance(operand, TracedArray) else operand


def _traced(result):
    """A result, truth values as such."""
    if not isinstance(result, np.ndarray) or result.dtype != object:
        return result
    if result.size and all(isinstance(item, (bool, np.bool_)) for item in result.flat):
        return result.astype(bool)
    return result.view(TracedArray)


def _record(steps, function, name, operands):
    """Do an operation on numbers, some of them traced."""
    operands = tuple(operand[()] if isinstance(operand, np.ndarray) else operand for operand in operands)
    plain, seeds = [], iter(np.eye(sum(isinstance(operand, Traced) for operand in operands)))
    for operand in operands:
        if isinstance(operand, Traced):
            _expect_own(steps, operand)
            operand = Dual(operand.value, next(seeds))
        elif is_dual(operand):
            raise TypeError("plot.graph follows plain numbers: a dual number among them belongs to another derivative; "
                            "give dualad.value(x)")
        plain.append(operand)
    result = function(*plain)
    if isinstance(result, tuple):
        return tuple(_step(steps, f"{name}[{k}]", operands, part) for k, part in enumerate(result))
    return _step(steps, name, operands, result)


def _expect_own(steps, number):
    if number._steps is not steps:
        raise TypeError("numbers of two calls of plot.graph cannot meet: they belong to different pictures")


def _step(steps, name, operands, result):
    if isinstance(result, ComplexDual):
        raise TypeError("plot.graph draws real numbers, and this operation made a complex one: "
                        f"{name} of {', '.join(map(repr, operands))}")
    if not isinstance(result, Dual):
        return result                   # a truth value, an integer: nothing to differentiate
    if len(steps) >= MOST_OPERATIONS:
        raise ValueError(f"more than {MOST_OPERATIONS} operations are no picture: give plot.graph a part of them")
    places = tuple(operand._place if isinstance(operand, Traced) else _constant(operand) for operand in operands)
    steps.append(Step(name, places, tuple(map(float, result.partials)), float(result.value)))
    return Traced(steps, len(steps) - 1)


def _constant(operand):
    text = f"{float(operand):.4g}"
    return f"({text})" if text.startswith("-") else text


SIGNS = frozenset(("+", "-", "*", "/", "//", "%", "**"))
_SYMBOLS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "floor_divide": "//", "remainder": "%",
            "power": "**", "float_power": "**", "negative": "-", "positive": "+", "absolute": "abs"}
_OF_OBJECTS = {*_SYMBOLS, "less", "less_equal", "equal", "not_equal", "greater_equal", "greater",
               "matmul", "vecdot", "matvec", "vecmat"}
_OPERATORS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
              "neg": "-", "pos": "+", "abs": "abs", "divmod": "divmod"}


def _add_operators():
    def method(function, name, swapped=False):
        def operate(self, *others):
            if any(isinstance(other, np.ndarray) and other.ndim for other in others):
                return NotImplemented
            if not all(isinstance(other, (Traced, numbers.Number, np.bool_, np.ndarray)) for other in others):
                return NotImplemented
            operands = (*others, self) if swapped else (self, *others)
            return _record(self._steps, function, name, operands)
        return operate

    for short, name in _OPERATORS.items():
        function = divmod if short == "divmod" else getattr(operator, short)
        setattr(Traced, f"__{short}__", method(function, name))
        if short not in ("neg", "pos", "abs"):
            setattr(Traced, f"__r{short}__", method(function, name, swapped=True))
    for short in ("lt", "le", "eq", "ne", "gt", "ge"):
        setattr(Traced, f"__{short}__", method(getattr(operator, short), short))
    for short, function in (("floor", math.floor), ("ceil", math.ceil), ("trunc", math.trunc), ("round", round)):
        # An integer: its derivative is 0.
        setattr(Traced, f"__{short}__",
                lambda self, *digits, function=function: function(np.float64(self.value), *digits))


_add_operators()


def _expect_numbers(arg):
    """An argument as an array."""
    array = np.asarray(arg)
    if isinstance(arg, np.ma.MaskedArray):
        what = "a masked array: give x.compressed() or x.filled(...)"
    elif is_dual(array):
        what = "dual numbers: give dualad.value(x)"
    elif array.dtype.kind not in "fiu":
        what = array.dtype
    else:
        return array
    raise TypeError(f"plot.graph expects arguments that are real numbers or arrays of them, not {what}")


def trace(f, args):
    """(steps, place of the result or None, its value) of ``f(*args)``; inputs come first, the flattened args."""
    steps, given = [], []
    for arg in args:
        array = _expect_numbers(arg)
        traced = np.empty(array.shape, object)
        for place in np.ndindex(array.shape):
            steps.append(Step("", (), (), float(array[place])))
            traced[place] = Traced(steps, len(steps) - 1)
        given.append(traced.view(TracedArray) if array.ndim else traced[()])
    result = f(*given)
    if isinstance(result, np.ndarray) and result.size == 1:
        result = result.reshape(())[()]
    if isinstance(result, Traced):
        _expect_own(steps, result)
        return steps, result._place, result.value
    if isinstance(result, (bool, int, float, np.number, np.bool_)) and not isinstance(result, np.complexfloating):
        return steps, None, float(result)
    what = f"an array of shape {result.shape}" if isinstance(result, np.ndarray) else type(result).__name__
    raise TypeError(f"plot.graph draws a function that returns one real number, and it returned {what}")

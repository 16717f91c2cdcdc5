"""Dual numbers around compiled code: values go in, derivatives are put on what comes out."""

import functools

import numpy as np

from .._core import DualArray, complex_dtype, partials, slot_of, value
from ..arrayfunctions.components import assemble, common_dtype, is_complex, is_second_order, lanes_first
from ..transforms.outputs import joined

ORDINARY = frozenset((float, int, np.float64, bool, str, type(None)))      # what is seen at once to hold no duals
FLOAT64 = np.dtype(np.float64)


def is_ordinary(x):
    """Is x seen at once to hold no dual numbers?"""
    return type(x) in ORDINARY or (type(x) is np.ndarray and x.dtype is FLOAT64)


def dtype_in(*objects):
    """The common dtype of the dual numbers in these objects, and in tuples, lists and dicts; else None."""
    found = set()
    _collect(objects, found)
    return common_dtype(found) if found else None


def _collect(objects, found):
    for item in objects:
        if is_ordinary(item):
            continue
        if slot_of(item) >= 0:
            found.add(item.dtype)
        elif isinstance(item, (tuple, list)):
            _collect(item, found)
        elif isinstance(item, dict):
            _collect(item.values(), found)
        elif isinstance(item, np.ndarray) and item.dtype.kind == "O":
            _collect(item.flat, found)


def stripped(x):
    """x with values in place of dual numbers, in tuples, lists and dicts too."""
    if is_ordinary(x):
        return x
    if slot_of(x) >= 0:
        return np.array(value(x), order="K")[()]
    if type(x) in (tuple, list):
        return type(x)([stripped(item) for item in x])
    if type(x) is dict:
        return {key: stripped(item) for key, item in x.items()}
    if isinstance(x, np.ndarray) and x.dtype.kind == "O" and dtype_in(x) is not None:
        return np.array([stripped(item) for item in x.flat], float).reshape(x.shape)
    return x


def one_or_tuple(args):
    """The further arguments of a function, for those of SciPy that take all but a tuple for a single one."""
    return args if isinstance(args, tuple) else (args,)


def resting(x):
    """x, stripped where none of its dual numbers moves: what is made in adopted code, a constant too, is dual there."""
    if is_ordinary(x):
        return x
    if slot_of(x) >= 0:
        return x if lanes_first(np.asarray(x)).any() else stripped(x)
    if type(x) in (tuple, list):
        return type(x)([resting(item) for item in x])
    if type(x) is dict:
        return {key: resting(item) for key, item in x.items()}
    return x


def plain_or_refused(x, refusal):
    """x without the dual numbers that rest; a TypeError of this text where one moves."""
    x = resting(x)
    if dtype_in(x) is not None:
        raise TypeError(refusal)
    return x


class Values:
    """A callable that hands out the values of what f returns; `dtype` is that of the duals it has met."""

    def __init__(self, f):
        self.f = f
        self.dtype = None

    def __call__(self, *args, **kwargs):
        out = self.f(*args, **kwargs)
        if is_ordinary(out):
            return out
        dtype = dtype_in(out)
        if dtype is None:
            return out
        self.dtype = dtype if self.dtype is None else common_dtype([self.dtype, dtype])
        self.met(args, out)
        return stripped(out)

    def met(self, args, out):
        """A dual result, for those who want to keep it."""

    def __getattr__(self, name):
        if name.startswith("__") and name != "__name__":
            raise AttributeError(name)
        return getattr(self.f, name)


def on_failure(rule, scipys):
    """SciPy's function, and where it raises TypeError, as compiled code does of a dual number, the rule.

    For functions that cannot but raise: so float programs run at full speed.
    """
    @functools.wraps(rule)
    def first_scipys(*args, **kwargs):
        try:
            return scipys(*args, **kwargs)
        except TypeError:
            pass
        return rule(*args, **kwargs)
    return first_scipys


class Remembered(Values):
    """Values of a function of one number (and fixed arguments), which keeps its dual results by that number."""

    def __init__(self, f):
        super().__init__(f)
        self.results = {}

    def met(self, args, out):
        self.results[args[0]] = out


def joint(*dtypes):
    """The common dtype of several, each of which may be None."""
    known = [dtype for dtype in dtypes if dtype is not None]
    return common_dtype(known) if known else None


def as_numbers(out):
    """What a callable returned as an array, a DualArray where there are dual numbers."""
    array = joined(out) if isinstance(out, (list, tuple)) else np.asarray(out)
    if array.dtype.kind == "O":
        array = joined(array.tolist())
    return array.view(DualArray) if slot_of(array) >= 0 else array


def lanes_in(dtype, out):
    """The stacked lanes (count, *shape) of numbers of any kind, as those of a dual dtype; complex for complex ones."""
    array = as_numbers(out)
    if slot_of(array) < 0:
        return lanes_first(np.zeros(array.shape, dtype))
    if is_complex(array.dtype):
        dtype = complex_dtype(dtype)
    if array.dtype.type is not dtype.type:
        array = array.astype(dtype)
    return lanes_first(array)


def lane_counts(dtype):
    """How many lanes of first order there are, and how many of first and second order."""
    empty = np.zeros(0, dtype)
    return partials(empty).shape[-1], len(lanes_first(empty))


def order_of(dtype):
    """1 or 2."""
    return 2 if is_second_order(dtype) else 1


def with_lanes(dtype, values, lanes):
    """A dual array, or a number for one value, of these values and stacked lanes."""
    values = np.asarray(values)
    if values.dtype.kind != "c":
        values = values.astype(np.float64, copy=False)
    return assemble(dtype, values if values.ndim else values[()], lanes)


def nilpotent(x):
    """x without its value: it has lanes only, and its third power is 0."""
    return x - value(x)

"""NumPy's functions that make arrays of floats: arrays of dual numbers while a derivative is taken.

Each rule here is called in the place of NumPy's function when a derivative call runs in the context.
`STAND_INS` has what adopted code calls.
"""

import functools
import warnings

import numpy as np

from .. import _core
from .._core import DualArray, float_dtype, slot_of
from .sequences import taking
from .types import plain

STAND_INS = {}


def _stand_in(rule, original=None):
    original = getattr(np, rule.__name__) if original is None else original
    STAND_INS[rule.__name__] = _core.stand_in(original, rule, "differentiating")


def numbers(kind):
    """The dtype of dual numbers for floats ("f") or complex numbers ("c"); None outside of derivative calls."""
    dtype = float_dtype()
    return dtype if dtype is None or kind == "f" else _core.complex_dtype(dtype)


def kind_of_plain(dtype):
    """"f" or "c" of NumPy's own floats and complex numbers, "" of any other dtype."""
    return dtype.kind if dtype.kind in "fc" and not is_of_duals(dtype) else ""


def lifted(array, kind="f"):
    """An array of floats, or of dual numbers of one call of several, as numbers of all calls that run here.

    Complex ones become complex dual numbers, and so do all where "c" is wanted.
    """
    if not isinstance(array, np.ndarray) or float_dtype() is None:
        return array
    if slot_of(array) >= 0:
        dtype = together(array.dtype, numbers(kind))
    elif not kind_of_plain(array.dtype):
        return array
    else:
        dtype = numbers("c" if kind == "c" else array.dtype.kind)
    if array.dtype is not dtype:
        array = array.astype(dtype)
    return array.view(DualArray) if type(array) is np.ndarray else array


def together(a, b):
    """The dtype in which numbers of both dtypes can meet; where there is none, the first."""
    try:
        return a if a is b else _core.joined_dtype(a, b)
    except TypeError:
        return a


def wanted(dtype):
    """(dtype to ask NumPy for, "f" or "c" where floats or complex numbers are meant) of what stands at dtype=."""
    dtype = plain(dtype)
    if dtype is None or (isinstance(dtype, np.dtype) and is_of_duals(dtype)):
        return dtype, ""
    dtype = np.dtype(dtype)
    return dtype, kind_of_plain(dtype)


def is_of_duals(dtype):
    return issubclass(dtype.type, _core.NUMBERS)


# -- filled with a constant ------------------------------------------------------------------------------------

def _making(original, position):
    """Rule of a function that makes floats unless another dtype is asked for, at this position."""
    @functools.wraps(original)
    def rule(*args, **kwargs):
        if len(args) > position:
            args, kwargs = args[:position] + args[position + 1:], {**kwargs, "dtype": args[position]}
            if len(args) > position:
                kwargs["order"], args = args[position], args[:position] + args[position + 1:]
        given = kwargs.get("dtype")
        dtype, kind = wanted(given)
        if given is None or kind:
            dtype = numbers(kind or "f")
        if dtype is None:
            return original(*args, **kwargs)
        array = original(*args, **{**kwargs, "dtype": dtype})
        return array.view(DualArray) if slot_of(array) >= 0 and type(array) is np.ndarray else array
    return rule


for _name, _position in {"zeros": 1, "ones": 1, "empty": 1, "identity": 1, "eye": 3, "tri": 3}.items():
    _stand_in(_making(getattr(np, _name), _position))


def ndarray(shape, dtype=None, *args, **kwargs):
    """What adopted code calls np.ndarray(...) for; the name is the type's, for isinstance."""
    rule = np.ndarray if args or kwargs or float_dtype() is None else STAND_INS["empty"]
    return rule(shape, float if dtype is None else plain(dtype), *args, **kwargs)


def full(shape, fill_value, dtype=None, *args, **kwargs):
    dtype, kind = _unless_dual(dtype, fill_value)
    return lifted(np.full(shape, fill_value, dtype, *args, **kwargs), kind)


def _unless_dual(dtype, *values):
    """(the dtype to ask NumPy for, "f" or "c"); None where numbers are meant and there are dual ones in the values."""
    dtype, kind = wanted(dtype)
    return None if kind and any([_has_duals(value) for value in values]) else dtype, kind or "f"


def _has_duals(x):
    if isinstance(x, (list, tuple)):
        return any([_has_duals(item) for item in x])
    return slot_of(x) >= 0


def _like(original):
    @functools.wraps(original)
    def rule(prototype, *args, **kwargs):
        # dtype comes first, but after full_like's value
        before = 1 if original is np.full_like else 0
        if original is np.full_like and "fill_value" in kwargs:
            args = (kwargs.pop("fill_value"), *args)
        given = args[before] if len(args) > before else kwargs.pop("dtype", None)
        dtype, kind = wanted(given)
        if float_dtype() is not None and (given is None or kind):
            array = prototype if isinstance(prototype, np.ndarray) else np.asarray(prototype)
            duals = [x for x in (array, *args[:before]) if slot_of(x) >= 0]
            kind = kind or kind_of_plain(array.dtype)
            if given is not None:
                dtype = numbers(kind)
            elif duals or kind:
                dtype = functools.reduce(together, [x.dtype for x in duals], numbers(kind or "f"))
        made = original(prototype, *args[:before], dtype, *args[before + 1:], **kwargs)
        return made.view(DualArray) if slot_of(made) >= 0 and type(made) is np.ndarray else made
    return rule


_stand_in(full)
for _original in (np.zeros_like, np.ones_like, np.empty_like, np.full_like):
    _stand_in(_like(_original))


# -- made from what is given -----------------------------------------------------------------------------------

def _from(original, object, dtype, args, kwargs, keep):
    """An array of what is given. With `keep`, one that is NumPy's array itself, or a view, stays."""
    dtype, kind = wanted(dtype)
    if not kind and dtype is not None and dtype.kind in "iu" and float_dtype() is not None and _dual_within(object):
        object = _core.value(_from(np.asarray, object, float, (), {}, keep=True))      # truncated, as int(x) is
    duals = kind and _dual_within(object)
    if duals:
        dtype = numbers("c") if kind == "c" else None
    array = original(object, dtype, *args, **kwargs)
    if dtype is None and array.dtype.kind == "O" and _has_duals(object) and any(
            [isinstance(item, complex) for item in array.flat]):
        array = original(object, numbers("c"), *args, **kwargs)
    if duals and kind == "f" and _core.is_complex(array):
        warnings.warn("Casting complex values to real discards the imaginary part", np.exceptions.ComplexWarning,
                      stacklevel=4)
        array = array.view(DualArray).real.copy()
    if keep and type(object) is DualArray and array.base is object and array.strides == object.strides \
            and array.shape == object.shape:
        return object
    if keep and (not isinstance(object, (list, tuple, float, int, np.generic, np.ndarray))
                 or (isinstance(object, np.ndarray) and np.may_share_memory(array, object))):
        return array.view(DualArray) if type(array) is np.ndarray and slot_of(array) >= 0 else array
    return lifted(array)


def _dual_within(object):
    if isinstance(object, (list, tuple)):
        return _has_duals(object) or _core.slot_of(np.asarray(object)) >= 0
    return slot_of(object) >= 0


def array(object, dtype=None, *, copy=True, **kwargs):
    return _from(np.array, object, dtype, (), {"copy": copy, **kwargs}, keep=copy is None or not copy)


def _converting(original):
    @functools.wraps(original)
    def rule(a, dtype=None, *args, **kwargs):
        return _from(original, a, dtype, args, kwargs, keep=not kwargs.get("copy"))
    return rule


_stand_in(array)
for _original in (np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.asarray_chkfinite,
                  np.require):
    _stand_in(_converting(_original))


def copy(a, order="K", subok=False):
    return lifted(np.copy(a, order, subok))


_stand_in(copy)


def _at_least(original):
    @functools.wraps(original)
    def rule(*arrays):
        return original(*[x if isinstance(x, np.ndarray) else _from(np.asanyarray, x, None, (), {}, True)
                          for x in arrays])
    return rule


for _original in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
    _stand_in(_at_least(_original))


def fromiter(iter, dtype, count=-1, **kwargs):
    dtype, kind = wanted(dtype)
    made = np.fromiter(iter, numbers(kind) or dtype if kind else dtype, count, **kwargs)
    return made.view(DualArray) if slot_of(made) >= 0 else made


_stand_in(fromiter)


# -- grids, repetitions ----------------------------------------------------------------------------------------

def _fresh(original, position=None):
    """Rule of a function whose result is a new array; its dtype= is at this position."""
    @functools.wraps(original)
    def rule(*args, **kwargs):
        kind = "f"
        if position is not None and len(args) > position:
            dtype, kind = _unless_dual(args[position], *args[:position])
            args = (*args[:position], dtype, *args[position + 1:])
        if kwargs.get("dtype") is not None:
            kwargs["dtype"], kind = _unless_dual(kwargs["dtype"], *args, *kwargs.values())
        made = original(*args, **kwargs)
        return (lifted(made[0], kind), *made[1:]) if type(made) is tuple else lifted(made, kind)
    return rule


for _name, _position in {"linspace": 5, "logspace": 5, "geomspace": 4, "tile": None, "repeat": None,
                         "diag": None, "fromfunction": None}.items():
    _stand_in(_fresh(getattr(np, _name), _position))


def arange(*args, **kwargs):
    limits = [*args[:3], *[kwargs[name] for name in ("start", "stop", "step") if name in kwargs]]
    if not _has_duals(limits):
        return _fresh(np.arange, 3)(*args, **kwargs)
    start, step = (0.0 if len(limits) < 2 else limits[0]), (1.0 if len(limits) < 3 else limits[2])
    if any([name in kwargs for name in ("start", "stop", "step")]):
        start, step = kwargs.get("start", args[0] if args else 0.0), kwargs.get("step", step)
    values = np.arange(*[_core.value(x) for x in args[:3]], *args[3:],
                       **{name: _core.value(x) if name in ("start", "stop", "step") else plain(x)
                          for name, x in kwargs.items()})
    if not kind_of_plain(values.dtype):
        return values                    # integers were asked for
    grid = lifted(values)
    moved = start + step * np.arange(values.size)          # has the derivatives
    if slot_of(moved) >= 0:
        grid = grid * 0.0 + moved
        _core.value(grid)[...] = values
    return grid


_stand_in(arange)


# -- sums and the like with a dtype ----------------------------------------------------------------------------

def _of_dtype(original, position):
    """Rule of a function that computes in the dtype it is told: for dual numbers, a float's is their own."""
    taking_lists = taking(original)

    @functools.wraps(original)
    def rule(*args, **kwargs):
        if len(args) > position:
            args = (*args[:position], _own(args[position], *args[:position]), *args[position + 1:])
        if kwargs.get("dtype") is not None:
            kwargs["dtype"] = _own(kwargs["dtype"], *args)
        return taking_lists(*args, **kwargs)
    return rule


def _own(dtype, *values):
    instead, kind = _unless_dual(dtype, *values)
    return instead if kind == "f" else plain(dtype)


for _name in ("sum", "mean", "prod", "cumsum", "cumprod", "std", "var", "nansum", "nanprod", "nanmean", "nanstd",
              "nanvar", "nancumsum", "nancumprod"):
    _stand_in(_of_dtype(getattr(np, _name), 2))
for _name in ("concatenate", "stack", "hstack", "vstack"):
    _stand_in(_of_dtype(getattr(np, _name), 9))          # by keyword only
STAND_INS["concat"] = STAND_INS["concatenate"]


# -- questions about dtypes ------------------------------------------------------------------------------------

def _of_plain(original):
    """Rule of a function of dtypes, for which a dual number is a float64."""
    @functools.wraps(original)
    def rule(*args, **kwargs):
        return original(*[plain(x) for x in args], **{name: plain(x) for name, x in kwargs.items()})
    return rule


for _original in (np.issubdtype, np.finfo, np.can_cast):
    _stand_in(_of_plain(_original), _original)


# -- vectorize -------------------------------------------------------------------------------------------------

class vectorize(np.vectorize):
    """np.vectorize, whose outputs of floats are dual numbers while a derivative is taken."""

    def __call__(self, *args, **kwargs):
        if float_dtype() is None or self.pyfunc is np._NoValue:
            return super().__call__(*args, **kwargs)
        if self.otypes is None:
            return self._of_any_kind(args, kwargs)
        floats = [kind_of_plain(np.dtype(kind)) == "f" for kind in self.otypes]
        made = self._with(["O" if float_ else kind for float_, kind in zip(floats, self.otypes)])(*args, **kwargs)
        if type(made) is tuple:
            return tuple([_of_objects(out) if float_ else out for float_, out in zip(floats, made)])
        return _of_objects(made) if floats[0] else made

    def _with(self, otypes):
        return np.vectorize(self.pyfunc, otypes, None, self.excluded, self.cache, self.signature)

    def _of_any_kind(self, args, kwargs):
        try:
            made = super().__call__(*args, **kwargs)
        except TypeError:                # the first output was a float, a later one is not
            made = self._with("O")(*args, **kwargs)
        several = type(made) is tuple
        made = [_of_objects(out, None) if _is_of_objects(out) else out
                for out in (made if several else [made])]
        return tuple(made) if several else made[0]


def _is_of_objects(out):
    return isinstance(out, np.ndarray) and out.dtype.kind == "O"


def _of_objects(array, dtype=np.float64):
    """An array of objects as one of numbers."""
    array = np.asarray(array, object)
    numbers = _from(np.asarray, list(array.flat), dtype, (), {}, False).reshape(array.shape)
    return numbers if array.ndim else numbers[()]


STAND_INS["vectorize"] = vectorize

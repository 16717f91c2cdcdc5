"""NumPy's functions on dual arrays: one table, one entry point.

``DualArray.__array_function__`` is `array_function`. A NumPy function in the table `HANDLERS` is
done by its handler, with the call's own arguments; every other one is done by NumPy itself on the
dual array, and plain arrays of dual numbers among its results come back as `DualArray`.

Handlers are of three kinds, and each takes one line or one decorator:

- ``@rule(np.linalg.inv, "a")``: a derivative rule on component arrays, see `rule`;
- ``@handles(np.nan_to_num)``: a function that replaces NumPy's;
- ``refuse(np.fft.fft, ...)``: what cannot carry derivatives, with the reason.
"""

import functools
import inspect

import numpy as np

from .. import _core
from .._core import DualArray
from .components import (
    assemble,
    common_dtype,
    first_axis_last,
    float_copies,
    in_common,
    is_dual,
    is_second_order,
    lanes_first,
    last_axis_first,
    with_duals,
    without_subclass,
)
from .second_order import curvature
from .undefined import AS_IS, Partly, Undefined

HANDLERS = {}
REFUSED_MODULES = {}        # modules that NumPy imports late: name -> (reason, functions that work anyway)


def array_function(self, func, types, args, kwargs):
    """NumPy's protocol: ``func(*args, **kwargs)`` was called with a dual array or number in it."""
    if kwargs.get("dtype") is not None and not func.__name__.endswith("_like"):
        kwargs = {**kwargs, "dtype": _floating(kwargs["dtype"], (*args, *kwargs.values()))}
    handler = HANDLERS.get(func)
    if handler is not None:
        return handler(*args, **kwargs)
    for kind in types:
        if kind is not DualArray and not issubclass(kind, (np.ndarray, *_core.NUMBERS)):
            return NotImplemented
    if func.__module__ in REFUSED_MODULES:
        _refuse_module(func)
    result = func._implementation(*args, **kwargs)
    return result if type(result) is DualArray else rewrap(result)


def _floating(dtype, args):
    """``dtype=float`` and ``dtype=complex`` mean "make it so", and dual numbers are; see `shapes.astype`."""
    try:
        kind = np.dtype(dtype).type
    except TypeError:
        return dtype                                              # for NumPy to complain about
    if kind not in (np.float64, np.complex128):
        return dtype
    given = [item for x in args for item in (x if isinstance(x, (list, tuple)) else [x]) if is_dual(item)]
    if not given or (kind is np.float64 and any(map(_core.is_complex, given))):
        return dtype
    common = common_dtype(given)
    return common if kind is np.float64 else _core.complex_dtype(common)


def _refuse_module(func):
    reason, working = REFUSED_MODULES[func.__module__]
    if func.__name__ not in working:
        refuse(func, because=reason)
        HANDLERS[func]()


def rewrap(result):
    """Plain arrays of dual numbers as DualArray, in tuples and lists too; views stay views."""
    kind = type(result)
    if kind is np.ndarray:
        return result.view(DualArray) if _core.slot_of(result) >= 0 else result
    if kind is list or kind is tuple:
        return kind([rewrap(item) for item in result])
    if isinstance(result, tuple):
        return kind(*[rewrap(item) for item in result]) if hasattr(kind, "_fields") else result
    return result


def handles(*functions):
    """Decorator: do these NumPy functions by the decorated one."""
    def register(handler):
        for function in functions:
            HANDLERS[function] = handler
        return handler
    return register


def full_name(function):
    """A NumPy function's name as people write it: ``np.linalg.eigh``."""
    module = function.__module__.replace("numpy", "np", 1)
    return f"{module}.{function.__name__}"


PASS_VALUES = "Call it on dualad.value(x) where only the value is wanted"


def refuse(*functions, because="no derivative rule yet", instead=PASS_VALUES):
    """Make calls with dual arrays raise a TypeError that names the function and what to do."""
    for function in functions:
        message = f"{full_name(function)} cannot take dual numbers: {because}. {instead}"
        HANDLERS[function] = functools.partial(_refuse, message)


def _refuse(message, *args, **kwargs):
    raise TypeError(message)


def rule(function, *names):
    """Decorator: a derivative rule, on component arrays.

    Parameters
    ----------
    function : callable
        NumPy's function.
    *names : str
        Its parameters that may hold dual numbers, in the order in which ``jvp`` takes tangents.

    Returns
    -------
    decorator
        For a function with NumPy's signature. It is called with float64 arrays that lie in memory
        as the given ones do in place of dual ones, and everything else as given. It returns
        ``(value, jvp)``: the result, an array or a tuple of arrays; and a function that takes for
        each name the stacked tangents of this argument, shape (directions, *shape), or None
        where it carries none, and returns the stacked tangents of the result. In place of tangents
        it may give `undefined.AS_IS`, or an `undefined.Partly`.

    Notes
    -----
    Floating-point warnings of ``jvp`` are silenced, and directions in which no argument moves get
    zeros whatever the factors are. In second order the rule is called with dual arrays, too (see
    `second_order`): it must not turn its arguments into floats where the derivative depends on
    them, and takes `_core.value` of them for what is to be constant.
    """
    def register(definition):
        HANDLERS[function] = handler = derivative_rule(*names)(definition)
        return handler
    return register


def derivative_rule(*names):
    """Decorator: what `rule` makes, without an entry in the table."""
    def decorate(definition):
        signature = inspect.signature(definition)
        parameters = list(signature.parameters)

        @functools.wraps(definition)
        def handler(*args, **kwargs):
            given = dict(zip(parameters, args, strict=False), **kwargs)
            if len(given) != len(args) + len(kwargs):
                signature.bind(*args, **kwargs)                 # says what is wrong
            return apply(definition, names, given)
        return handler
    return decorate


def takes_complex(definition):
    """Decorator: a rule that is right for complex arrays, too; others refuse complex dual numbers."""
    definition._takes_complex = True
    return definition


def lanes_last(definition):
    """Decorator of a rule that takes the parts of dual arrays as they lie there.

    Its jvp takes and returns tangents with the axis of directions behind, and nothing is copied
    where BLAS can do without. It is called with views of the values in place of float arrays: right
    for LAPACK's functions, whose bits do not depend on strides.
    """
    @functools.wraps(definition)
    def with_lanes_first(*args, **kwargs):
        value, jvp = definition(*args, **kwargs)
        return value, lambda *tangents: last_axis_first(
            jvp(*[None if t is None else first_axis_last(t) for t in tangents]))

    with_lanes_first._lanes_last = True
    return with_lanes_first


def apply(definition, names, given):
    """Call a rule: dual arguments to components, and components to a dual result."""
    duals = {}
    for name, item in given.items():
        dual = with_duals(item) if name in names else None
        if dual is not None:
            duals[name] = dual
        elif isinstance(item, DualArray):
            given[name] = without_subclass(item)
    dtype, arrays = in_common(list(duals.values()))
    duals = dict(zip(duals, arrays, strict=True))
    as_they_lie = hasattr(definition, "_lanes_last")
    given.update(zip(duals, map(_core.value, arrays) if as_they_lie else float_copies(arrays), strict=True))
    if dtype is not None and not hasattr(definition, "_takes_complex"):
        _refuse_complex(definition, [given.get(name) for name in names])
    value, jvp = definition(**given)
    if dtype is None:
        return value
    tangents = [lanes_first(duals[name], as_they_lie) if name in duals else None for name in names]
    with np.errstate(all="ignore"):
        moved = jvp(*tangents)
    curved = None
    if is_second_order(dtype):
        points = [given.get(name) for name in names]
        curved = curvature(_by_position(definition, names, given), points, tangents, dtype)
    if isinstance(value, tuple):
        curved = curved or (None,) * len(value)
        parts = [_result(dtype, v, t, tangents, c) for v, t, c in zip(value, moved, curved, strict=True)]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return _result(dtype, value, moved, tangents, curved)


def _refuse_complex(definition, arguments):
    if any(getattr(x, "dtype", None) is not None and x.dtype.kind == "c" for x in arguments):
        raise TypeError(f"{definition.__name__.strip('_')} has no derivative rule for complex numbers. {PASS_VALUES}")


def _result(dtype, value, moved, tangents, curved):
    """One dual result from its parts, or what stands for it where it has no derivative."""
    if moved is AS_IS:
        return value
    undefined, reason = False, None
    if isinstance(moved, Partly):
        moved, undefined, reason = moved.lanes, moved.undefined, moved.reason
    if isinstance(curved, Partly):
        curved, undefined, reason = curved.lanes, curved.undefined | undefined, curved.reason
    result = assemble(dtype, value, moved, tangents, curved)
    return Undefined(result, undefined, reason) if reason and undefined.any() else result


def _by_position(definition, names, given):
    """The rule as a function of the arguments called `names`."""
    def rule(*points):
        moving = {name: x for name, x in zip(names, points, strict=True) if name in given}
        return definition(**{**given, **moving})
    return rule


def write_out(out, result):
    """What NumPy's ``out=`` asks for: the result stored in it, and it itself."""
    if out is None:
        return result
    if isinstance(out, tuple):
        (out,) = out
    if not is_dual(out):
        raise TypeError("out= must be an array of dual numbers (np.zeros_like(x)), or the derivatives would "
                        "be lost")
    if np.shape(result) != out.shape:
        raise ValueError(f"out= has shape {out.shape}, the result {np.shape(result)}")
    out[...] = result
    return out

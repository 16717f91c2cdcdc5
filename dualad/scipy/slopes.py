"""Functions known by their slopes."""

import functools
import inspect

import numpy as np

from .._core import dual_dtype, pair_indices, value
from ..arrayfunctions.components import scaled
from .duals import as_numbers, dtype_in, lane_counts, lanes_in, order_of, resting, stripped, with_lanes


def by_slopes(scipys, *slopes):
    """A stand-in for a function of numbers, which NumPy broadcasts.

    Parameters
    ----------
    scipys : callable
    *slopes : callable or None
        For each argument the derivative, a function of all of them; None where there is no rule. For a
        function with several results it returns as many. Second order follows where it takes dual numbers of
        first order.
    """
    parameters = [] if isinstance(scipys, np.ufunc) else list(inspect.signature(scipys).parameters.values())

    @functools.wraps(scipys)
    def with_derivatives(*args, **kwargs):
        dtype = dtype_in(args, kwargs)
        if dtype is None:
            return scipys(*args, **kwargs)
        if kwargs:
            args, kwargs = _by_position(parameters[:len(slopes)], args, kwargs)
        args = [arg if k < len(slopes) and slopes[k] else resting(arg) for k, arg in enumerate(args)]
        kwargs = resting(kwargs)
        duals = [k for k, arg in enumerate(args) if dtype_in(arg) is not None]
        if dtype_in(kwargs) is not None or kwargs.get("out") is not None or any(slopes[k] is None for k in duals):
            which = next((k for k in duals if slopes[k] is None), "out")
            raise TypeError(f"scipy.special.{scipys.__name__} has no rule for dual numbers in its argument {which}, "
                            "counted from 0: give dualad.value(...) for what is not differentiated, or a rule with "
                            "dualad.custom_jvp")
        found = scipys(*[stripped(arg) for arg in args], **kwargs)
        results = found if isinstance(found, tuple) else (found,)
        totals = _lanes(slopes, [as_numbers(arg) for arg in args], duals, dtype, [np.shape(part) for part in results])
        results = tuple([with_lanes(dtype, part, np.where(np.isnan(part) & (total != 0), np.nan, total))
                         for part, total in zip(results, totals)])
        return results if isinstance(found, tuple) else results[0]

    return with_derivatives


def _by_position(parameters, args, kwargs):
    """The arguments that slopes are called with, all by position; and the others."""
    given = [k for k, parameter in enumerate(parameters) if parameter.name in kwargs]
    kwargs = dict(kwargs)
    missing = parameters[len(args):max(given, default=-1) + 1]
    if any([parameter.name not in kwargs and parameter.default is parameter.empty for parameter in missing]):
        return args, kwargs              # SciPy says what is missing
    return (*args, *[kwargs.pop(parameter.name, parameter.default) for parameter in missing]), kwargs


def _lanes(slopes, args, duals, dtype, shapes):
    """For each result its lanes: the slopes times those of the arguments, and for pairs what the slopes move by."""
    n, count = lane_counts(dtype)
    lanes = {k: lanes_in(dtype, args[k]) for k in duals}
    points = list(args)
    for k in duals:
        points[k] = value(args[k]) if order_of(dtype) == 1 else with_lanes(dual_dtype(n), value(args[k]), lanes[k][:n])
    totals = [np.zeros((count, *shape)) for shape in shapes]
    with np.errstate(all="ignore"):
        for k in duals:
            parts = slopes[k](*points)
            for place, (slope, shape) in enumerate(zip(parts if isinstance(parts, tuple) else (parts,), shapes)):
                tangent = lanes[k].reshape(count, *[1] * (len(shape) - args[k].ndim), *args[k].shape)
                totals[place] = totals[place] + scaled(value(as_numbers(slope)), tangent)
                if order_of(dtype) == 2 and dtype_in(slope) is not None:
                    rows, columns = pair_indices(np.empty(0, dtype))
                    bend = lanes_in(dual_dtype(n), slope)
                    bend = bend.reshape(n, *[1] * (len(shape) - bend.ndim + 1), *bend.shape[1:])
                    totals[place][n:] += scaled(bend[rows], np.broadcast_to(tangent[columns], (len(rows), *shape)))
    return totals

"""SciPy's functions that are linear in some arguments: each lane goes through them as the values do."""

import functools
import inspect

import numpy as np

from .._core import pair_indices
from .duals import (
    as_numbers,
    dtype_in,
    is_second_order,
    lane_counts,
    lanes_in,
    plain_or_refused,
    resting,
    stripped,
    with_lanes,
)


def linear(scipys, *groups, constant=None):
    """A stand-in for a function that is linear in each of several groups of arguments.

    Parameters
    ----------
    scipys : callable
    *groups : str
        Names of arguments, separated by spaces, in which the function is linear together: f(x, z) is
        f(x, 0) + f(0, z). With two groups it is linear in each (a convolution).
    constant : dict, optional
        Arguments with which a constant is added to the first group's, and the values with which none is.

    Returns
    -------
    callable
        SciPy's function for plain numbers. With dual numbers in the groups its values are SciPy's, and
        each lane is a call of SciPy's function; dual numbers elsewhere raise TypeError.
    """
    signature = inspect.signature(scipys)
    groups = [group.split() for group in groups]

    @functools.wraps(scipys)
    def with_derivatives(*args, **kwargs):
        if dtype_in(args, kwargs) is None:
            return scipys(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        given = bound.arguments
        moving = [{name: as_numbers(given[name]) for name in group if dtype_in(given.get(name)) is not None}
                  for group in groups]
        names = [name for group in moving for name in group]
        given.update({name: resting(item) for name, item in given.items() if name not in names})
        if dtype_in(given) is None:
            return scipys(*bound.args, **bound.kwargs)
        fixed = [name for name in given if name not in names and dtype_in(given[name]) is not None]
        if fixed or isinstance(given.get("output"), np.ndarray) or given.get("out") is not None:
            what = fixed[0] if fixed else "output"
            where = ", ".join([name for group in groups for name in group])
            raise TypeError(f"{scipys.__name__} carries derivatives in {where}, and {what} can be no dual number, nor "
                            "a float array for the result. dualad.custom_jvp gives it a rule")

        def call(**changed):
            bound.arguments.update(changed)
            return scipys(*bound.args, **bound.kwargs)

        plain = {name: np.array(stripped(array), order="K") for group in moving for name, array in group.items()}
        found = call(**plain)
        dtype = dtype_in([array for group in moving for array in group.values()])
        lanes = _lanes(call, given, plain, moving, groups, dtype, constant or {})
        if not isinstance(found, tuple):
            return with_lanes(dtype, found, _stacked(lanes))
        return tuple([with_lanes(dtype, part, _stacked([lane[k] for lane in lanes])) if np.ndim(part) else part
                      for k, part in enumerate(found)])

    return with_derivatives


def _stacked(lanes):
    return np.stack([np.asarray(lane) for lane in lanes])


def _lanes(call, given, plain, moving, groups, dtype, constant):
    """The result's lanes: the sum over groups of the map of their lanes, and of the products of two groups'."""
    first, count = lane_counts(dtype)
    constant = {name: item for name, item in constant.items() if name in given}
    taken = [{name: lanes_in(dtype, array) for name, array in group.items()} for group in moving]

    def along(**lanes_of):
        """The map with lanes for groups: lanes_of[str(k)] is the lane of the group k."""
        changed = dict(plain, **constant) if "0" in lanes_of else dict(plain)
        for k, lane in lanes_of.items():
            for name in groups[int(k)]:
                if name in taken[int(k)]:
                    changed[name] = taken[int(k)][name][lane]
                elif given.get(name) is not None and len(groups[int(k)]) > 1:
                    changed[name] = np.zeros_like(np.asarray(stripped(given[name]), float))
        kept = {name: given[name] for name in changed if name in given}
        result = call(**changed)
        given.update(kept)
        return result

    active = [k for k, group in enumerate(taken) if group]
    results = [_sum([along(**{str(k): lane}) for k in active]) for lane in range(count)]
    if is_second_order(dtype) and len(active) == 2:
        rows, columns = pair_indices(np.empty(0, dtype))
        for pair, (i, j) in enumerate(zip(rows, columns), first):
            crossed = [along(**{str(active[0]): i, str(active[1]): j}), along(**{str(active[0]): j, str(active[1]): i})]
            results[pair] = _sum([results[pair], *crossed])
    return results


def _sum(results):
    if isinstance(results[0], tuple):
        return tuple([_sum(parts) for parts in zip(*results)])
    return sum(results[1:], results[0])


def refuse(scipys, instead):
    """A stand-in without a rule, which says what to do where dual numbers are given."""
    @functools.wraps(scipys)
    def refusing(*args, **kwargs):
        args, kwargs = plain_or_refused((args, kwargs), (
            f"{scipys.__name__} cannot take dual numbers: {instead}, or give it a rule with dualad.custom_jvp"))
        return scipys(*args, **kwargs)
    return refusing


def _array(arg):
    """Numbers as an array, dual ones as a DualArray."""
    return arg if arg is None or isinstance(arg, (str, bool)) or callable(arg) else as_numbers(arg)


def on_duals(scipys, formula):
    """A stand-in: SciPy's values, with the lanes of a formula in NumPy's functions that takes the same arguments."""
    @functools.wraps(scipys)
    def with_derivatives(*args, **kwargs):
        dtype = dtype_in(args, kwargs)
        found = scipys(*[stripped(arg) for arg in args], **stripped(kwargs))
        if dtype is None:
            return found
        with np.errstate(all="ignore"):
            lanes = lanes_in(dtype, formula(*[_array(arg) for arg in args], **kwargs))
        return with_lanes(dtype, found, lanes.reshape(len(lanes), *np.shape(found)))
    return with_derivatives

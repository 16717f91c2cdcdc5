"""How functions of scipy.linalg get derivatives: SciPy's values, and lanes from NumPy's functions."""

import functools
import inspect

import numpy as np
from scipy import linalg as _scipys

from .._core import DualArray
from ..arrayfunctions.components import (
    is_dual,
    is_second_order,
    lanes_first,
    with_duals,
    with_value,
)
from ..arrayfunctions.undefined import Undefined, opened
from .duals import dtype_in, stripped, with_lanes


def stand_in(function):
    """Decorator: SciPy's function of this name for plain numbers, and for dual ones `function`.

    That takes SciPy's arguments, with DualArrays in place of arrays of dual numbers; the values of
    what it returns are replaced by SciPy's.
    """
    scipys = getattr(_scipys, function.__name__)
    signature = inspect.signature(function)

    @functools.wraps(scipys)
    def with_derivatives(*args, **kwargs):
        if dtype_in(args, kwargs) is None:
            return scipys(*args, **kwargs)
        values = scipys(*map(stripped, args), **stripped(kwargs))
        args, kwargs = map(as_dual_array, args), {name: as_dual_array(given) for name, given in kwargs.items()}
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"scipy.linalg.{function.__name__} of dual numbers takes fewer arguments than SciPy's: "
                            f"{error}") from None
        with np.errstate(all="ignore"):
            return _with_values(function(*bound.args, **bound.kwargs), values)

    return with_derivatives


def as_dual_array(given):
    """A DualArray for an array of dual numbers, in tuples too; anything else as it is."""
    # SciPy has lists where it factored a stack, (lu, piv) for example.
    if type(given) is tuple or (type(given) is list and len(set(map(np.ndim, given))) > 1):
        return tuple([as_dual_array(item) for item in given])
    dual = with_duals(given)
    return given if dual is None else dual.view(DualArray) if dual.ndim else dual[()]


def matrix_by_matrix(**axes):
    """Decorator below `stand_in`: takes stacks apart, and stacks what `function` makes of each matrix.

    axes : int, "1|2" or tuple
        Of each argument that may be a stack, how many axes one matrix or vector has; "1|2" says that an
        array of one axis is one vector, and any other a matrix or a stack of them; a tuple is for tuples.
    """
    def decorate(function):
        signature = inspect.signature(function)

        @functools.wraps(function)
        def over_stacks(*args, **kwargs):
            given = signature.bind(*args, **kwargs).arguments
            stacks = {name: given[name] for name in axes if given.get(name) is not None}
            shape = np.broadcast_shapes(*[_shape_of_stack(stack, axes[name]) for name, stack in stacks.items()])
            if not shape:
                return function(*args, **kwargs)
            return _stacked(shape, [
                function(**given | {name: _one_of(stack, axes[name], shape, index) for name, stack in stacks.items()})
                for index in np.ndindex(shape)])

        return over_stacks
    return decorate


def _shape_of_stack(stack, axes):
    if isinstance(axes, tuple):
        return np.broadcast_shapes(*map(_shape_of_stack, stack, axes))
    shape = np.shape(stack)
    return shape[:max(len(shape) - _axes_of_one(shape, axes), 0)]


def _axes_of_one(shape, axes):
    return min(len(shape), 2) if axes == "1|2" else axes


def _one_of(stack, axes, shape, index):
    if isinstance(axes, tuple):
        return tuple([_one_of(part, its_axes, shape, index) for part, its_axes in zip(stack, axes)])
    stack = np.asanyarray(stack)
    core = stack.shape[len(_shape_of_stack(stack, axes)):]
    return np.broadcast_to(stack, shape + core, subok=True)[index]


def _stacked(shape, parts):
    if parts and isinstance(parts[0], tuple):
        return tuple([_stacked(shape, part) for part in zip(*parts, strict=True)])
    reason = next((part._reason for part in parts if isinstance(part, Undefined)), None)
    if reason is None and not any(map(is_dual, parts)):
        return None                                                         # as SciPy has it
    arrays, undefined = [np.stack(found).reshape(shape + parts[0].shape) for found in zip(*map(opened, parts))]
    return arrays if reason is None else Undefined(arrays, undefined, reason)


def _with_values(made, values):
    if isinstance(made, Undefined):
        return made
    if made is not None and isinstance(values, (tuple, list)):
        return type(values)([_with_values(*pair) for pair in zip(made, values, strict=True)])
    if isinstance(made, tuple):
        made, = made                                                        # (r,), which SciPy makes r of a stack
    if not is_dual(made):
        return values
    if np.iscomplexobj(values):
        raise TypeError("the result is complex, and complex numbers do not carry derivatives here. Use "
                        "dualad.value(x) where only the value is wanted")
    return with_value(np.array(made).reshape(np.shape(values))[()], values)


def refined(x, residual, correction):
    """The solution of an equation with the derivatives that it has through the equation's coefficients.

    With x right for the values, one step of Newton's method with dual numbers is right to first
    order, a second one to second order, and the slope is needed for the values only.

    Parameters
    ----------
    x : numpy.ndarray of float
        The solution for the values.
    residual : callable
        residual(x) is 0 at the solution; dual numbers enter it.
    correction : callable
        correction(lanes) is what x has to move by for small residuals, stacked (count, *shape) both.

    Returns
    -------
    DualArray
    """
    x = np.asarray(x)
    steps = 1
    while steps:
        left = residual(x)
        lanes = correction(lanes_first(np.asarray(left)))
        x = x + with_lanes(left.dtype, np.zeros(x.shape), lanes)
        steps = steps == 1 and 2 * is_second_order(left.dtype)
    return x


def side_by_side(solve):
    """A correction by a solver of linear systems: all lanes as columns of one right-hand side."""
    def correction(lanes):
        columns = np.moveaxis(lanes, 0, -1)
        return np.moveaxis(solve(columns.reshape(len(columns), -1)).reshape(columns.shape), -1, 0)
    return correction


def one_by_one(solve):
    """A correction by a solver that takes one right-hand side."""
    return lambda lanes: np.stack([solve(lane) for lane in lanes])

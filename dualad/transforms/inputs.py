"""What a function is given: which arguments are differentiated, and as which numbers."""

import operator

import numpy as np

from .._core import is_complex, joined_dtype, kind_of, slot_of
from .outputs import OUTLIVED, THIRD_ORDER, is_masked

FLOAT64 = np.dtype(np.float64)

#: What to write instead, by the kind of the dtype that was given.
_REMEDIES = {
    "b": "a bool has no neighbours to differentiate towards; if it is meant as a number, convert it with "
         "float(x) or x.astype(float)",
    "c": "differentiate with respect to the real and the imaginary part, as two real arguments",
    "O": "only arrays of real numbers can be differentiated; np.asarray(x, dtype=float) makes one where that "
         "is possible. To differentiate with respect to another argument, give its position as argnums (in a "
         "method argument 0 is self)",
}


def checked_argnums(argnums):
    """argnums as an int or a tuple of ints; TypeError or ValueError for anything else."""
    if isinstance(argnums, (tuple, list)):
        if not argnums:
            raise ValueError("argnums is empty; give the position of at least one argument")
        positions = tuple([_position(number) for number in argnums])
        if len(set(positions)) < len(positions):
            raise ValueError(f"argnums names an argument twice: {positions}")
        return positions
    return _position(argnums)


def _position(number):
    if isinstance(number, (bool, np.bool_)):
        raise TypeError("argnums must be an int or a tuple of ints, not bool")
    try:
        return operator.index(number)
    except TypeError:
        raise TypeError(f"argnums must be an int or a tuple of ints, not {type(number).__name__}. The point goes to "
                        "the function that a transform gives back: jacobian(f)(x), not jacobian(f, x)") from None


def points_of(args, argnums):
    """A list of (position, float64 array, whether f gets a scalar), one for each argument in argnums."""
    if type(argnums) is int:
        if 0 <= argnums < len(args):
            x = args[argnums]
            if type(x) is np.ndarray and x.dtype is FLOAT64:
                return [(argnums, x, False)]
        return [_point(args, argnums)]
    points = [_point(args, number) for number in argnums]
    positions = [point[0] for point in points]
    if len(set(positions)) < len(positions):
        raise ValueError(f"argnums names an argument twice: {argnums} with {len(args)} positional arguments")
    return points


def _point(args, number):
    position = number + len(args) if number < 0 else number
    if not 0 <= position < len(args):
        raise TypeError(
            f"argnums asks for the derivative with respect to argument {number}, but the function was given "
            f"{len(args)} positional argument{'s' if len(args) != 1 else ''}. Pass the arguments to be "
            "differentiated by position, not by keyword")
    x = args[position]
    array, scalar = as_real(x, f"argument {position}")
    return position, array, scalar


def check_primals(name, f, primals, tangents):
    """TypeError unless these are a function and tuples with an entry for each of its arguments."""
    if not callable(f):
        raise TypeError(f"{name} takes a function, not {type(f).__name__}")
    for given, which in (primals, "primals"), (tangents, "tangents"):
        if not isinstance(given, (tuple, list)):
            raise TypeError(f"{which} must be a tuple with one entry for each argument, not "
                            f"{type(given).__name__}; with one argument write {name}(f, (x,), (v,))")
    if len(primals) != len(tangents):
        raise TypeError("primals and tangents must have one entry for each argument: there are "
                        f"{len(primals)} primals and {len(tangents)} tangents")
    if not primals:
        raise TypeError("primals are empty; a function without arguments has no derivative")


def as_real(x, what):
    """x as (float64 array, whether it was a scalar); TypeError when it is not real.

    Integers and other sizes of float become float64. First-order numbers of a call that is still
    running, in whose inside this is, stay what they are: an array of them.
    """
    if type(x) is float or type(x) is int or type(x) is np.float64:
        return np.array(x, FLOAT64), True
    if type(x) is np.ndarray and x.dtype is FLOAT64:
        return x, False
    if slot_of(x) >= 0:
        return _outer(np.asarray(x), what), not isinstance(x, np.ndarray)
    if isinstance(x, np.ndarray):
        _refuse_subclass(x, what)
        array = np.asarray(x)
    else:
        if x is None or isinstance(x, (str, bytes, dict, set)):
            raise _not_real(type(x).__name__, what, "O")
        try:
            array = np.asarray(x)
        except ValueError as error:
            raise ValueError(f"{what} cannot become an array: {error}") from error
    if array.dtype is FLOAT64:
        return array, not array.ndim and not isinstance(x, np.ndarray)
    if array.dtype.kind == "O":
        array = _with_outer(array)
    if slot_of(array) >= 0:
        return _outer(array, what), False
    if array.dtype.kind not in "fiu":
        raise _not_real(array.dtype.name if array.ndim else type(x).__name__, what, array.dtype.kind)
    return array.astype(FLOAT64), not array.ndim and not isinstance(x, np.ndarray)


def _outer(array, what):
    """An array of an outer call's numbers; TypeError where they cannot be differentiated further."""
    slot, inner, second_order, closed = kind_of(array)
    if is_complex(array):
        raise _not_real("complex dual numbers", what, "c")
    if closed:
        raise TypeError(f"{what} holds dual numbers that {OUTLIVED}")
    if slot == 0 or inner == 0:
        raise TypeError(f"{what} holds dual numbers made by hand; give its plain values, dualad.value(x)")
    if second_order:
        raise TypeError(f"{what} holds numbers of second order already: {THIRD_ORDER}")
    return array


def _with_outer(array):
    """An object array of dual numbers and floats as an array of these numbers; anything else as it is."""
    dual = None
    for item in array.flat:
        if slot_of(item) >= 0:
            dual = item.dtype if dual is None else joined_dtype(dual, item.dtype)
        elif isinstance(item, complex) or not isinstance(item, (float, int, np.number)):
            return array
    if dual is None:
        return array
    joined = np.zeros(array.shape, dual)
    for index in np.ndindex(array.shape):
        joined[index] = array[index]
    return joined


def _refuse_subclass(x, what):
    """Arrays whose meaning plain ones do not have; silently dropping it would give wrong numbers."""
    if isinstance(x, np.matrix):
        raise TypeError(f"{what} is an np.matrix, whose products mean something else; give np.asarray(x)")
    if is_masked(x):
        raise TypeError(f"{what} is a masked array; give its valid elements x.compressed(), or x.filled(...)")


def _not_real(given, what, kind):
    remedy = _REMEDIES.get(kind, "only real numbers can be differentiated")
    return TypeError(f"{what} must be a real number or an array of real numbers, not {given}: {remedy}")

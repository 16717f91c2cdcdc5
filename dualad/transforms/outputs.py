"""What comes back from a function, as floats."""

import sys

import numpy as np

from .._core import is_open, slot_of, value

SECOND_ORDER = "a derivative inside a derivative (second order) is not supported by this version"
OUTLIVED = (
    "were kept from an earlier derivative call (in a global, an attribute, a cache) and have lost their "
    "meaning with its end: keep dualad.value(x)")


def split(out):
    """(out, aux) of a function with has_aux."""
    if isinstance(out, (tuple, list)) and len(out) == 2:
        return out
    raise TypeError(f"with has_aux=True the function must return a pair (output, aux), not {_described(out)}")


def parts_of_anything(level, out, count):
    """(value, lanes) of what a function may return besides a number or array of its own level."""
    array = _as_array(out)
    if array.dtype.kind == "O":
        array = _from_objects(array, level.slot)
    slot = slot_of(array)
    if slot >= 0:
        parts = level.parts(array, count) if slot == level.slot else None
        if parts is None:
            raise _foreign(slot)
        return parts
    if array.dtype.kind not in "fiub":
        raise _refusal(out, array)
    constant = np.array(array, np.float64, order="C")
    return constant[()], np.zeros((*array.shape, count))


def _as_array(out):
    if isinstance(out, (list, tuple)):
        try:
            return np.asarray(out)
        except (ValueError, TypeError) as error:
            raise TypeError(f"the function returned a {type(out).__name__} that cannot become one array: "
                            f"{str(error).rstrip('.')}. Return parts of different shapes through "
                            "np.concatenate with ravel(), or as aux with has_aux=True") from error
    if is_masked(out):
        raise TypeError("the function returned a masked array; return its valid elements, x.compressed(), or "
                        "x.filled(...)")
    if isinstance(out, (np.ndarray, np.generic, float, int)) or hasattr(type(out), "__array__"):
        return np.asarray(out)
    raise _refusal(out, None)


def _from_objects(array, slot):
    """An object array, as one of this level's dual numbers or of floats."""
    dual = np.float64
    for item in array.flat:
        found = slot_of(item)
        if found >= 0:
            if found != slot:
                raise _foreign(found)
            dual = item.dtype
        elif isinstance(item, complex) or not isinstance(item, (float, int, np.number, np.bool_)):
            raise _refusal(item, None, "an array with ")
    try:
        return array.astype(dual)
    except (ValueError, OverflowError) as error:
        raise TypeError(f"the function returned numbers that cannot become one array: {error}") from error


def _foreign(slot):
    if slot == 0:
        return TypeError("the function returned dual numbers made by hand (Dual, seed), whose directions are "
                         "not those of this call; compute the result from the arguments that it is given")
    if not is_open(slot):
        return TypeError(f"the function returned dual numbers that {OUTLIVED}")
    return TypeError(f"the function returned dual numbers of another derivative call: {SECOND_ORDER}")


def is_masked(x):
    """Whether x is a masked array; where nobody has imported numpy.ma, neither is it imported here."""
    return "numpy.ma" in sys.modules and isinstance(x, np.ma.MaskedArray)


def _described(out):
    if isinstance(out, (tuple, list)):
        return f"a {type(out).__name__} of {len(out)}"
    return "None" if out is None else type(out).__name__


def _refusal(out, array, inside=""):
    """The TypeError for what is no real number."""
    kind = array.dtype.kind if array is not None else ""
    given = array.dtype.name if kind and getattr(array, "ndim", 0) else _described(out)
    if kind == "c" or isinstance(out, (complex, np.complexfloating)):
        remedy = "return the real and the imaginary part, np.stack([z.real, z.imag])"
    elif out is None and not inside:
        remedy = "is a return statement missing?"
    elif isinstance(out, dict):
        remedy = "return one array, and the rest as aux with has_aux=True"
    elif hasattr(out, "cr_await"):
        out.close()
        remedy = "it is an async function; differentiate the synchronous part of it"
    elif hasattr(out, "__next__"):
        remedy = "return list(...) of it"
    elif callable(out):
        remedy = "call that function, or give its arguments to the one that is differentiated"
    else:
        remedy = "a real number, an array, or lists and tuples of them are expected"
    return TypeError(f"the function returned {inside}{given}, which has no derivative: {remedy}")


def one_number(out_value, lanes, name):
    """The output of a scalar function, of size 1: (float64, partials)."""
    if lanes.ndim == 1:
        return out_value, lanes
    shape = lanes.shape[:-1]
    if np.prod(shape) != 1:
        raise TypeError(f"{name} is for functions that return one number; this one returned shape "
                        f"{shape}. Use jacobian, or reduce the output (np.sum, an element)")
    return None if out_value is None else out_value.reshape(())[()], lanes.reshape(-1)


def without_duals(aux, slot):
    """aux with the values in place of this level's numbers, through dicts, lists, tuples and arrays."""
    if slot_of(aux) == slot:
        plain = value(aux)
        return plain.copy() if isinstance(plain, np.ndarray) else plain
    if isinstance(aux, np.ndarray):
        if aux.dtype.kind == "O" and slot_of(aux) < 0:
            plain = np.empty_like(aux)
            plain.flat = [without_duals(item, slot) for item in aux.flat]
            return plain
        return aux
    if isinstance(aux, dict):
        plain = _copy(aux)
        for key in plain:
            plain[key] = without_duals(plain[key], slot)
        return plain
    if isinstance(aux, list):
        plain = _copy(aux)
        plain[:] = [without_duals(item, slot) for item in aux]
        return plain
    if isinstance(aux, tuple):
        items = [without_duals(item, slot) for item in aux]
        return aux._make(items) if hasattr(aux, "_make") else type(aux)(items)
    return aux


def _copy(container):
    if type(container) in (dict, list):
        return container.copy()
    import copy  # for OrderedDict and the like; dualad's import stays light
    return copy.copy(container)

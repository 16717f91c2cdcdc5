"""What comes back from a function, as floats."""

import sys

import numpy as np

from .._core import DualArray, complex_array, complex_dtype, is_complex, joined_dtype, kind_of, slot_of, value

THIRD_ORDER = "derivatives are of second order at most, and this one would be of third"
OUTLIVED = (
    "were kept from an earlier derivative call (in a global, an attribute, a cache) and have lost their "
    "meaning with its end: keep dualad.value(x)")


def split(out):
    """(out, aux) of a function with has_aux."""
    if isinstance(out, (tuple, list)) and len(out) == 2:
        return out
    raise TypeError(f"with has_aux=True the function must return a pair (output, aux), not {_described(out)}")


def of_parts(taken_apart, array):
    """What `taken_apart` gives for the real and the imaginary part of an array, put together."""
    return tuple([None if real is None else complex_array(real, imag)
                  for real, imag in zip(taken_apart(array.real), taken_apart(array.imag), strict=True)])


def parts_of_anything(level, out, count):
    """(value, lanes) of what a function may return besides a number or array of its own level."""
    array, kind = number_array(out)
    if is_complex(array) or (array.dtype.kind == "c" and kind is None):
        return of_parts(lambda part: parts_of_anything(level, part, count), array)
    if kind is not None and level.slot in kind[:2]:
        return level.parts_inside(array, count) if kind[1] >= 0 else level.parts(array, count)
    return array[()], np.zeros((*array.shape, count))          # a constant to this call


def number_array(out):
    """What a function returned as (array, kind): of dual numbers of its own or of an outer call, or of floats.

    The array is a copy where it is of no dual numbers, or not the caller's to keep.
    """
    array = _as_array(out)
    if array.dtype.kind == "O":
        array = _from_objects(array)
    kind = kind_of(array)
    if kind is None:
        if array.dtype.kind not in "fiubc":
            raise _refusal(out, array)
        return np.array(array, np.complex128 if array.dtype.kind == "c" else np.float64, order="C"), None
    if kind[3] or 0 in kind[:2]:
        raise _foreign(kind)
    return np.array(array, order="C", subok=False).view(DualArray), kind


def _as_array(out):
    if isinstance(out, (list, tuple)):
        try:
            return joined(out)
        except (ValueError, TypeError) as error:
            raise TypeError(f"the function returned a {type(out).__name__} that cannot become one array: "
                            f"{str(error).rstrip('.')}. Return parts of different shapes through "
                            "np.concatenate with ravel(), or as aux with has_aux=True") from error
    if is_masked(out):
        raise TypeError("the function returned a masked array; return its valid elements, x.compressed(), or "
                        "x.filled(...)")
    if isinstance(out, (np.ndarray, np.generic, float, int, complex)) or hasattr(type(out), "__array__"):
        return np.asarray(out)
    raise _refusal(out, None)


def joined(out):
    """Lists and tuples as one array; where numbers of two calls are in them, of both calls' directions."""
    dtypes = set()
    add_dtypes(out, dtypes)
    if len(dtypes) < 2:
        return np.asarray(out)
    objects = np.array(out, object)
    return _from_objects(objects)


def add_dtypes(out, dtypes):
    for item in out:
        if isinstance(item, (list, tuple)):
            add_dtypes(item, dtypes)
        elif slot_of(item) >= 0:
            dtypes.add(item.dtype)


def _from_objects(array):
    """An object array, as one of dual numbers or of floats."""
    dual, any_complex = None, False
    for item in array.flat:
        if slot_of(item) >= 0:
            kind = kind_of(item)
            if kind[3] or 0 in kind[:2]:
                raise _foreign(kind)
            dual = item.dtype if dual is None else joined_dtype(dual, item.dtype)
        elif not isinstance(item, (float, int, complex, np.number, np.bool_)):
            raise _refusal(item, None, "an array with ")
        any_complex = any_complex or isinstance(item, (complex, np.complexfloating))
    try:
        if dual is None:
            return array.astype(np.complex128 if any_complex else np.float64)
        result = np.zeros(array.shape, complex_dtype(dual) if any_complex else dual)
        for index in np.ndindex(array.shape):
            result[index] = array[index]
        return result
    except (ValueError, OverflowError) as error:
        raise TypeError(f"the function returned numbers that cannot become one array: {error}") from error


def _foreign(kind):
    if kind[3]:
        return TypeError(f"the function returned dual numbers that {OUTLIVED}")
    return TypeError("the function returned dual numbers made by hand (Dual, seed), whose directions are "
                     "not those of this call; compute the result from the arguments that it is given")


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
    if out is None and not inside:
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


def check_real(lanes, name):
    """TypeError for a complex output."""
    if np.iscomplexobj(lanes):
        raise TypeError(f"{name} is for functions that return a real number; this one returned a complex one. Use "
                        "jacobian or hessian, or return its real part, its imaginary part or its modulus, abs(z)")


def one_number(out_value, lanes, name):
    """The output of a scalar function, of size 1: (float64, partials)."""
    check_real(lanes, name)
    if lanes.ndim == 1:
        return out_value, lanes
    shape = lanes.shape[:-1]
    if np.prod(shape) != 1:
        raise TypeError(f"{name} is for functions that return one number; this one returned shape "
                        f"{shape}. Use jacobian, or reduce the output (np.sum, an element)")
    return None if out_value is None else out_value.reshape(())[()], lanes.reshape(-1)


def without_duals(aux, level):
    """aux with the values in place of this level's numbers, through dicts, lists, tuples and arrays."""
    kind = kind_of(aux)
    if kind is not None and level.slot in kind[:2]:
        if kind[1] >= 0:                          # an outer call's lanes stay
            return level.parts_inside(aux, 0)[0]
        plain = value(aux)
        return plain.copy() if isinstance(plain, np.ndarray) else plain
    if isinstance(aux, np.ndarray):
        if aux.dtype.kind == "O" and kind is None:
            plain = np.empty_like(aux)
            plain.flat = [without_duals(item, level) for item in aux.flat]
            return plain
        return aux
    if isinstance(aux, dict):
        plain = _copy(aux)
        for key in plain:
            plain[key] = without_duals(plain[key], level)
        return plain
    if isinstance(aux, list):
        plain = _copy(aux)
        plain[:] = [without_duals(item, level) for item in aux]
        return plain
    if isinstance(aux, tuple):
        items = [without_duals(item, level) for item in aux]
        return aux._make(items) if hasattr(aux, "_make") else type(aux)(items)
    return aux


def _copy(container):
    if type(container) in (dict, list):
        return container.copy()
    import copy  # for OrderedDict and the like; dualad's import stays light
    return copy.copy(container)

"""Dual numbers in files and pickles."""

import copyreg

import numpy as np

from . import _core
from ._core import DualArray, partials, value
from .arrayfunctions.components import parts, with_duals

FORMATS = (1, 2)        # of files of dual and of hyper-dual numbers


def save(file, x):
    """Write dual numbers to a file.

    The file is NumPy's ``.npz`` with the members ``value`` and ``partials``, float64 arrays (of complex
    numbers complex128): any version of NumPy reads it, also without dualad, and reading it runs no
    code. For hyper-dual numbers ``second`` holds the second derivatives of the ``pairs`` (i, j).

    Parameters
    ----------
    file : str, path or binary file object
        Where to write; nothing is added to the name.
    x : DualArray, Dual, ndarray or list of dual numbers

    Raises
    ------
    TypeError
        When x holds no dual numbers, or numbers of a derivative call that is still running.

    See Also
    --------
    load

    Examples
    --------
    >>> import io, dualad
    >>> file = io.BytesIO()
    >>> dualad.save(file, dualad.seed([1.0, 2.0]))
    >>> _ = file.seek(0)
    >>> dualad.load(file)
    DualArray([1., 2.], partials=[[1., 0.], [0., 1.]])
    """
    array = with_duals(x)
    if array is None:
        raise TypeError(f"dualad.save writes dual numbers; for {type(x).__name__} use numpy.save")
    _refuse_level(array.dtype.type)
    # .npy remembers C and Fortran order; lanes in front follow the values in both.
    members = {
        "dualad_format": np.int64(1),
        "scalar": np.bool_(isinstance(x, _core.NUMBERS)),
        "value": value(array),
        "partials": _lanes_in_front(partials(array), array),
    }
    if array.flags.fnc:
        members["value"] = np.asfortranarray(members["value"])
    if issubclass(array.dtype.type, _core.SECOND_ORDER):
        second, segments = _core.second_parts(array)
        members.update(
            dualad_format=np.int64(2), kind=np.str_(_named(array.dtype.type)), pairs=_pairs(segments),
            second=_lanes_in_front(second, array))
    if hasattr(file, "write"):
        np.savez(file, **members)
    else:
        with open(file, "wb") as opened:
            np.savez(opened, **members)


def _lanes_in_front(lanes, array):
    if array.flags.fnc:
        return np.moveaxis(np.asfortranarray(lanes), -1, 0).copy()
    return np.moveaxis(lanes, -1, 0)


def _named(scalar_type):
    """The type's name, where the name tells the type."""
    name = scalar_type.__name__
    try:
        _core.scalar_type(name)
    except AttributeError:
        raise TypeError(f"{name}, a type with a list of pairs of its own, cannot be saved: save "
                        "dualad.value(x), dualad.partials(x) and dualad.second(x) with numpy.savez") from None
    return name


def _pairs(segments):
    """All pairs (i, j), in their order: an int64 array of shape (pairs, 2)."""
    pairs = [(i, k) for i, j, count in segments for k in range(j, j + count)]
    return np.array(pairs, np.int64).reshape(-1, 2)


def load(file):
    """Read dual numbers that `save` wrote.

    Nothing in the file is ever executed: it holds numbers only, and pickles are refused.

    Parameters
    ----------
    file : str, path or binary file object

    Returns
    -------
    DualArray or Dual
        With the shape, memory order and byte order that were saved.

    Raises
    ------
    ValueError
        When the file was not written by `save`, or is damaged.

    See Also
    --------
    save
    """
    from zipfile import BadZipFile  # late: importing it takes longer than importing dualad

    name = getattr(file, "name", None) or (file if not hasattr(file, "read") else "the file")
    try:
        opened = np.load(file, allow_pickle=False)
        if isinstance(opened, np.ndarray):
            raise ValueError("it holds a plain array (numpy.load reads it)")
        with opened as members:
            if "dualad_format" not in members:
                raise ValueError("it holds other data (numpy.load reads NumPy's own)")
            file_format = int(members["dualad_format"])
            if file_format not in FORMATS:
                raise ValueError(f"its format is number {file_format}, and this version of dualad knows "
                                 f"{' and '.join(map(str, FORMATS))} only: a newer dualad wrote it")
            values, lanes, scalar = members["value"], members["partials"], bool(members["scalar"])
            kind, pairs, second = f"{'Complex' * (values.dtype.kind == 'c')}Dual{len(lanes)}", None, None
            if file_format == 2:
                kind, pairs, second = str(members["kind"]), members["pairs"], members["second"]
    except (ValueError, KeyError, AttributeError, TypeError, EOFError, BadZipFile) as error:
        raise ValueError(f"{name} was not written by dualad.save, or is damaged: {error}") from error
    if values.dtype.kind + str(values.dtype.itemsize) not in ("f8", "c16") or lanes.dtype.kind != values.dtype.kind or (
            lanes.shape[1:] != values.shape or lanes.ndim != values.ndim + 1 or len(lanes) == 0):
        raise ValueError(f"{name} is damaged: values {values.dtype} of shape {values.shape} do not go with "
                         f"partials {lanes.dtype} of shape {lanes.shape}")
    if second is not None:
        _check_second(name, kind, lanes, pairs, second)
    order = "F" if values.flags.fnc else "C"
    dual = np.zeros(values.shape, _dtype(kind, values.dtype.isnative), order)
    for part, which in zip(parts(dual), (np.real, np.imag), strict=False):
        value(part)[...] = which(values)
        partials(part)[...] = np.moveaxis(which(lanes), 0, -1)
        if second is not None:
            _core.second_parts(part)[0][...] = np.moveaxis(which(second), 0, -1)
    return dual[()] if scalar else dual.view(DualArray)


def _check_second(name, kind, lanes, pairs, second):
    """Do the members of hyper-dual numbers go together?"""
    try:
        template = np.empty(0, _core.scalar_type(kind))
        expected = _pairs(_core.second_parts(template)[1])
    except (AttributeError, TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is damaged: there are no hyper-dual numbers {kind!r}") from None
    if (len(lanes) != partials(template).shape[-1] or not np.array_equal(pairs, expected)
            or second.dtype.kind != lanes.dtype.kind or _core.is_complex(template) != (lanes.dtype.kind == "c")
            or second.shape != (len(expected), *lanes.shape[1:])):
        raise ValueError(f"{name} is damaged: {len(lanes)} partials, the pairs given and second derivatives "
                         f"{second.dtype} of shape {second.shape} do not go together in {kind}")


# -- pickles ---------------------------------------------------------------------------------------------

def _refuse_level(scalar_type):
    if _core.slot_of(np.empty(0, scalar_type)) != 0:
        raise TypeError(
            "numbers of a running derivative call cannot be saved or pickled: their directions mean nothing "
            "elsewhere. Keep dualad.value(x) instead")


def _dtype(name, native):
    dtype = np.dtype(_core.scalar_type(name))
    return dtype if native else dtype.newbyteorder()


def _reduce_type(kind):
    if not issubclass(kind, _core.NUMBERS):
        return kind.__qualname__
    _refuse_level(kind)
    return _core.scalar_type, (kind.__name__,)


def _reduce_dtype(dtype):
    _refuse_level(dtype.type)
    return _dtype, (dtype.type.__name__, dtype.isnative)


def add_dtype(dtype, scalar_type):
    """Let a kind of number be pickled; called once for each."""
    # NumPy's own way would write into the one dtype that all arrays share when a pickle is read.
    copyreg.pickle(type(dtype), _reduce_dtype)
    copyreg.pickle(type(scalar_type), _reduce_type)      # for the type of all scalar types

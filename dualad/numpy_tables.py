"""Entries for our dtypes in tables that NumPy keeps for its own.

``np.finfo(x.dtype)`` and ``np.isdtype(x.dtype, "real floating")`` look their answer up in private
tables and fail for dtypes that are not there; SciPy asks both. Printing a plain array of dual
numbers would turn them into floats, and ``np.save`` would write a file that cannot be read, or
with one direction a file of long doubles that mean nothing. Wherever a NumPy version keeps no such
table, nothing is done.
"""

import functools

import numpy as np

from . import _core
from .arrayfunctions.memory import opaque
from .arrayfunctions.printing import shortened_second
from .arrayfunctions.registry import array_function
from .arrayfunctions.variances import METHODS
from .late_imports import when_loaded


def add_dtype(dtype, scalar_type):
    """Tell NumPy about a kind of number; called once for each.

    Parameters
    ----------
    dtype : numpy.dtype
    scalar_type : type
        Its scalars' type, ``Dual<n>``, ``HyperDual<n>`` or the complex one of it.
    """
    # Functions called with scalars only, as np.interp(x[0], xp, fp), come to us too.
    scalar_type.__array_function__ = array_function
    scalar_type.var, scalar_type.std = METHODS
    _add_finfo(dtype, scalar_type)
    _add_kind(scalar_type)
    _types.append(scalar_type)
    if _ma is not None:
        _add_masked(_ma)


def _add_finfo(dtype, scalar_type):
    """A dual number is as precise as its value."""
    cache = getattr(np.finfo, "_finfo_cache", None)
    if isinstance(cache, dict):
        cache[dtype] = cache[scalar_type] = np.finfo(np.float64)


def _add_kind(scalar_type):
    """np.isdtype knows the types of these tables only."""
    try:
        from numpy._core import numerictypes
    except ImportError:
        return
    names = getattr(numerictypes, "allTypes", None)
    kinds = getattr(numerictypes, "sctypes", None)
    kind = "complex" if issubclass(scalar_type, _core.ComplexDual) else "float"
    if isinstance(names, dict) and isinstance(kinds, dict) and isinstance(kinds.get(kind), list):
        # Several kinds have one name, and move between levels; none may take another's place.
        names[f"{scalar_type.__name__}_{id(scalar_type):x}"] = scalar_type
        kinds[kind].append(scalar_type)


_types = []
_ma = None          # numpy.ma, from the moment it is imported


def _add_masked(ma):
    """np.ma fills masked places with infinities before it looks for an extreme, and knows them by type."""
    global _ma
    _ma = ma
    for name, infinity in (("max_filler", -np.inf), ("min_filler", np.inf)):
        fillers = getattr(ma.core, name, None)
        if isinstance(fillers, dict):
            fillers.update(dict.fromkeys(_types, infinity))


def _ma_loaded(ma):
    _add_masked(ma)
    for name in ("max_filler", "min_filler"):
        for scalar_type in set(_types) & set(getattr(ma.core, name, ())):
            _core.expect_references(scalar_type, 1)
    for name in ("sctype", "scalar_dtype"):          # left behind by a loop over all types
        vars(ma.core).pop(name, None)


class _DtypesOfParts(dict):
    """NumPy's table of the dtypes that complex numbers' parts have, and ours (which it must not hold for ever)."""

    def __contains__(self, dtype):
        return dict.__contains__(self, dtype) or _core.is_complex(dtype)

    def __missing__(self, dtype):
        return _core.real_dtype(dtype)

    def get(self, dtype, default=None):
        return self[dtype] if dtype in self else default


def _tell_dtypes_of_parts():
    """np.var squares the parts of complex numbers one by one, where it knows of what dtype they are."""
    try:
        from numpy._core import _methods
        _methods._complex_to_float = _DtypesOfParts(_methods._complex_to_float)
    except (ImportError, AttributeError):
        return


def _print_plain_arrays():
    """Elements of a plain ndarray of dual numbers are printed one by one; NumPy would ask for floats."""
    try:
        from numpy._core import arrayprint
        numpys = arrayprint._get_format_function
    except (ImportError, AttributeError):
        return

    @functools.wraps(numpys)
    def get_format_function(data, **options):
        if issubclass(data.dtype.type, _core.NUMBERS):
            return _dual_text
        return numpys(data, **options)

    arrayprint._get_format_function = get_format_function


def _dual_text(x):
    def text(part, threshold=8):
        lines = np.array2string(part, separator=", ", max_line_width=10**6, threshold=threshold, edgeitems=3)
        return " ".join(lines.split())

    if type(x).__name__ == "HyperDual1x1":       # three numbers
        return repr(x)
    name = "ComplexDual" if _core.is_complex(x) else "Dual"
    parts = [np.array2string(x.value), text(x.partials)]
    if isinstance(x, _core.SECOND_ORDER):
        name = name.replace("Dual", "HyperDual")
        parts.append(text(*shortened_second(np.asarray(x), 36, 3)))
    return f"{name}({', '.join(parts)})"


def _refuse_plain_arrays_in_files():
    """np.save, np.savez and open_memmap ask one function for a dtype's name in the file."""
    try:
        namespace = np.lib.format.write_array.__globals__
        numpys = namespace["dtype_to_descr"]
    except (AttributeError, KeyError):
        return

    @functools.wraps(numpys)
    def dtype_to_descr(dtype):
        if issubclass(dtype.type, _core.NUMBERS):
            raise TypeError("NumPy's files cannot hold dual numbers: the partials would be lost. "
                            "Use dualad.save and dualad.load, or write dualad.value(x)")
        return numpys(dtype)

    namespace["dtype_to_descr"] = np.lib.format.dtype_to_descr = dtype_to_descr


def _let_strided_views_be():
    """as_strided sends arrays through ``__array_interface__``, whose type strings know NumPy's own dtypes only."""
    try:
        from numpy.lib import _stride_tricks_impl as module
        numpys = module.DummyArray
    except (ImportError, AttributeError):
        return

    class Interface(numpys):
        def __init__(self, interface, base=None):
            if _core.slot_of(base) >= 0:
                interface = {**interface, **opaque(base)}
            super().__init__(interface, base)

    module.DummyArray = Interface


def _explain_plain_arrays_in_linalg():
    """np.linalg asks one function for the common type of its arguments; of what comes to it no class can be seen."""
    try:
        from numpy.linalg import _linalg as module
        numpys = module._commonType
    except (ImportError, AttributeError):
        return

    @functools.wraps(numpys)
    def common_type(*arrays):
        try:
            return numpys(*arrays)
        except TypeError:
            if any(_core.slot_of(array) >= 0 for array in arrays):
                raise TypeError(
                    "np.linalg has rules for dualad.DualArray, and this is a plain array of dual numbers, such as "
                    "np.array([[a, b], [c, d]]) and np.zeros(shape, x.dtype) make. Write np.block([[a, b], [c, d]]), "
                    "np.stack([a, b]), np.zeros_like(x, shape=shape), or array.view(dualad.DualArray); or let "
                    "dualad.adopt do it") from None
            raise

    module._commonType = common_type


_tell_dtypes_of_parts()
_print_plain_arrays()
_let_strided_views_be()
_refuse_plain_arrays_in_files()
_explain_plain_arrays_in_linalg()
when_loaded("numpy.ma", "MaskedArray", _ma_loaded)

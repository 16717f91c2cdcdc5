"""Code objects whose globals and imports are replaced.

Instructions are overwritten in place, so that jumps, line numbers and exception tables stay right: a
LOAD_GLOBAL, with the room of its cache, by a LOAD_CONST of the stand-in; an IMPORT_NAME by one of the
stand-in's module; a comparison ``is float`` by one that knows the stand-in.
"""

import builtins
import dis
import sys
import types

import numpy

from .._core import NUMBERS, TypeStandIn
from ..numpy.creation import ndarray
from ..numpy.types import STAND_INS as NUMPY_TYPES
from ..numpy.types import plain
from ..numpy.ufuncs import Namespace, told_dtype
from .formats import LOGGING, Format, is_format
from .mapping import AS_TYPE, BUILTINS, COPY, MODULES, NUMPY_AS_TYPE, original_of, standin_for

#: For ``import numpy``, which would give back the package dualad, a list of names that makes it the module.
_LEAF = ("__name__",)


def patched(code, namespace, constants=None):
    """A code object with imports replaced, and with globals by constants.

    Parameters
    ----------
    code : types.CodeType
    namespace : dict
        Its globals.
    constants : function, optional
        Of a global name: (whether it is replaced, by what).

    Returns
    -------
    types.CodeType
        `code` itself where there was nothing to do.
    """
    patch = _Patch(code, namespace, constants)
    patch.constants_inside()
    if constants is not None or _may_have_something(code):
        patch.instructions()
    return patch.result()


_TYPES = {*BUILTINS, *NUMPY_TYPES}
_PACKAGES = {name.partition(".")[0] for name in MODULES}


def _may_have_something(code):
    """A quick look, since taking instructions apart is slow, and packages have thousands of functions."""
    names = code.co_names
    return ("astype" in names or "copy" in names or "ndarray" in names or _formats(code)
            or any([name.partition(".")[0] in _PACKAGES for name in names])
            or _tells_dtypes(code)
            or (not _TYPES.isdisjoint(names) and ("dtype" in names or dis.opmap["IS_OP"] in code.co_code[::2])))


def _tells_dtypes(code):
    """Whether there may be calls with dtype= in it: its constants have the names of calls' keywords."""
    return any([isinstance(const, (str, tuple)) and "dtype" in const for const in code.co_consts])


def _formats(code):
    """Whether strings of this code are left of a ``%``, or given to a logger."""
    return any([is_format(const) for const in code.co_consts]) and (
        not LOGGING.isdisjoint(code.co_names) or _REMAINDER in zip(code.co_code[::2], code.co_code[1::2]))


_REMAINDER = next((instruction.opcode, instruction.arg) for instruction in dis.get_instructions("a % b")
                  if instruction.opname == "BINARY_OP")


def _is_called(found, k):
    """Whether the attribute of the global that instruction k loads is what is called next."""
    attribute, after = found[k + 1], found[k + 2]
    if attribute.opname == "LOAD_METHOD" or after.opname == "PUSH_NULL":
        return True
    return attribute.opname == "LOAD_ATTR" and after.opname not in ("LOAD_ATTR", "LOAD_METHOD") and bool(
        found[k].arg & 1 or (sys.version_info >= (3, 12) and attribute.arg & 1))


def _is_numpy(value):
    return value is numpy or original_of(value) is numpy         # "in" would ask arrays whether they are equal


def _start(instruction):
    """Line and column in the source."""
    return instruction.positions and instruction.positions[0::2]


#: In the place of np in np.sqrt(x, dtype=float).
_UFUNCS = Namespace()

#: In the place of np in np.ndarray(...): elsewhere it is the type, for isinstance.
_NDARRAY = types.SimpleNamespace(ndarray=ndarray)


class TheType:
    """Equal to a type and its stand-in. np.float64 is to types of dual numbers, too: elements of arrays have it."""

    __array_ufunc__ = None

    def __init__(self, standin):
        self.standin = standin
        self.python = original_of(standin) in list(vars(builtins).values())

    def __eq__(self, other):
        return isinstance(other, type) and self.standin == other and not (self.python and issubclass(other, NUMBERS))

    def __ne__(self, other):
        return not self == other

    __hash__ = None


class TheDtype(TheType):
    """What a dtype is compared with: that of dual numbers is float64's."""

    def __eq__(self, other):
        return plain(other) == original_of(self.standin)

    __hash__ = None


def _comparison(operator):
    """The instruction, with its cache, that compares for a condition."""
    code = compile(f"0 if a {operator} b else 1", "", "eval")
    found = list(dis.get_instructions(code))
    k = [instruction.opname for instruction in found].index("COMPARE_OP")
    return code.co_code[found[k].offset:found[k + 1].offset]


#: By the argument of IS_OP.
_COMPARISONS = _comparison("=="), _comparison("!=")


class _Patch:
    def __init__(self, code, namespace, constants):
        self.code = code
        self.namespace = namespace
        self.constants = constants
        self.bytes = bytearray(code.co_code)
        self.consts = list(code.co_consts)
        self.names = list(code.co_names)
        self.changed = False
        self.tells_dtypes = _tells_dtypes(code)
        self.deeper = 0                 # by how much the stack grows

    def constants_inside(self):
        """Functions within this one, and format strings."""
        for k, const in enumerate(self.consts):
            if isinstance(const, types.CodeType):
                self.consts[k] = patched(const, self.namespace, self.constants)
                self.changed |= self.consts[k] is not const
        if _formats(self.code):
            self.consts = [Format(const) if is_format(const) else const for const in self.consts]
            self.changed = True

    def instructions(self):
        found = list(dis.get_instructions(self.code))
        for k, instruction in enumerate(found):
            following = found[k + 1] if k + 1 < len(found) else None
            end = following.offset if following is not None else len(self.bytes)
            if instruction.opname == "IMPORT_NAME":
                self.redirect_import(instruction, found[k - 1])
            elif instruction.opname in ("LOAD_METHOD", "LOAD_ATTR") and instruction.argval == "copy":
                self.copy(found, k)
            elif instruction.opname == "LOAD_GLOBAL" and not self.comparison(found, k):
                replaced, value = self.replacement(found, k)
                if replaced:
                    self.load_const(found, k, end, value)

    def replacement(self, found, k):
        """(whether a LOAD_GLOBAL is replaced, by what)"""
        name = found[k].argval
        before, following = found[k - 1] if k else None, found[k + 1]
        is_builtin = name in BUILTINS and self.namespace.get(name, BUILTINS[name]) is BUILTINS[name]
        if before is not None and before.opname in ("LOAD_METHOD", "LOAD_ATTR") and before.argval == "astype":
            if is_builtin:
                return True, AS_TYPE[name]
            value = self.namespace.get(name)
            if _is_numpy(value) and following.argval in vars(NUMPY_AS_TYPE):
                return True, NUMPY_AS_TYPE
        ufunc = self.ufunc(found, k)
        if ufunc is not None and self.is_told_dtype(found, k):
            return True, _UFUNCS if ufunc is not self.namespace[name] else told_dtype(ufunc)
        if following.argval == "ndarray" and _is_called(found, k) and _is_numpy(self.namespace.get(name)):
            return True, _NDARRAY
        return (False, None) if self.constants is None else self.constants(name)

    def ufunc(self, found, k):
        """The one that instruction k loads, or of NumPy the attribute after it; else None."""
        value = self.namespace.get(found[k].argval)
        if _is_numpy(value) and found[k + 1].opname in ("LOAD_METHOD", "LOAD_ATTR"):
            value = getattr(numpy, found[k + 1].argval, None)
        return value if isinstance(value, numpy.ufunc) else None

    def is_told_dtype(self, found, k):
        """Whether a call that begins where instruction k does has dtype=; after ``*args`` or ``**``, it may."""
        if self.tells_dtypes:
            for before, call in zip(found[k:], found[k + 1:]):
                names = (self.code.co_consts[call.arg] if call.opname == "KW_NAMES"
                         else before.argval if call.opname == "CALL_KW" else ())
                if _start(call) == _start(found[k]) and ("dtype" in names or call.opname == "CALL_FUNCTION_EX"):
                    return True
        return False

    def comparison(self, found, k):
        """``x is float`` and ``x is np.float64``, x being the type or its stand-in; ``x.dtype == float``."""
        last = k + 1
        value = self.namespace.get(found[k].argval, BUILTINS.get(found[k].argval))
        if found[last].opname == "LOAD_ATTR" and found[last].argval in NUMPY_TYPES and _is_numpy(value):
            value, last = NUMPY_TYPES[found[last].argval], last + 1
        value, operator = standin_for(value), found[last]
        if not isinstance(value, TypeStandIn) or any([found[j].is_jump_target for j in range(k + 1, last + 1)]):
            return False
        if operator.opname == "IS_OP" and found[k - 1].opname == "CALL" and value in BUILTINS.values():
            self.load_const(found, k, operator.offset, original_of(value))            # type(x) is float, at its speed
        elif operator.opname == "IS_OP":
            self.load_const(found, k, operator.offset + 2, TheType(value), _COMPARISONS[operator.arg])
        elif operator.opname == "COMPARE_OP" and operator.argrepr.strip("bol()") in ("==", "!=") \
                and found[k - 1].argval == "dtype":
            self.load_const(found, k, operator.offset, TheDtype(value))
        else:
            return False
        return True

    def copy(self, found, k):
        """``x.copy()`` of an array of floats: `COPY` is called with x, in the room of the method's look-up."""
        calls = found[k + 1:k + (3 if sys.version_info < (3, 12) else 2)]
        index = len(self.consts)
        if ([call.opname for call in calls] not in (["PRECALL", "CALL"], ["CALL"]) or any([call.arg for call in calls])
                or any([call.is_jump_target for call in calls]) or (k and found[k - 1].opname == "EXTENDED_ARG")
                or (found[k].opname == "LOAD_ATTR" and not found[k].arg & 1)):
            return
        load, null, swap = [*_prefixes(index), dis.opmap["LOAD_CONST"], index & 255], [dis.opmap["PUSH_NULL"], 0], [
            dis.opmap["SWAP"], 2]
        new = bytes([*load, *swap, *null, *swap] if sys.version_info >= (3, 13) else [*null, *swap, *load, *swap])
        start, end = found[k].offset, calls[0].offset
        if len(new) > end - start:
            return
        self.consts.append(COPY)
        self.bytes[start:end] = new + bytes([dis.opmap["NOP"], 0]) * ((end - start - len(new)) // 2)
        for call in calls:
            self.bytes[call.offset + 1] = 1
        self.deeper = 1
        self.changed = True

    def redirect_import(self, instruction, names):
        """``import numpy``, ``import numpy.linalg [as la]``, ``from numpy import ...``; `names` loads its names."""
        module = instruction.argval
        if names.opname != "LOAD_CONST":
            return
        if names.argval is None:
            target, _, inside = module.partition(".")
            inside = (inside.partition(".")[0],) if inside else _LEAF
        else:
            target, inside = module, None
        if target not in MODULES or len(self.names) > 255 or len(self.consts) > 255:
            return
        if names.arg > 255 or instruction.arg > 255:
            return
        self.names.append(MODULES[target])
        self.bytes[instruction.offset + 1] = len(self.names) - 1
        if inside is not None:
            self.consts.append(inside)
            self.bytes[names.offset + 1] = len(self.consts) - 1
        self.changed = True

    def load_const(self, found, k, end, value, after=b""):
        """Overwrite a LOAD_GLOBAL, with the prefixes of its argument, up to `end`."""
        instruction = found[k]
        while k and found[k - 1].opname == "EXTENDED_ARG":
            k -= 1
        start = found[k].offset
        index = len(self.consts)
        load = [*_prefixes(index), dis.opmap["LOAD_CONST"], index & 255]
        null = [dis.opmap["PUSH_NULL"], 0] if instruction.arg & 1 else []
        new = bytes(load + null if sys.version_info >= (3, 13) else null + load) + after
        if len(new) > end - start:
            return
        self.consts.append(value)
        self.bytes[start:end] = new + bytes([dis.opmap["NOP"], 0]) * ((end - start - len(new)) // 2)
        self.changed = True

    def result(self):
        if not self.changed:
            return self.code
        return self.code.replace(co_code=bytes(self.bytes), co_consts=tuple(self.consts), co_names=tuple(self.names),
                                 co_stacksize=self.code.co_stacksize + self.deeper)


def _prefixes(index):
    prefixes = []
    while index > 255:
        index >>= 8
        prefixes[:0] = [dis.EXTENDED_ARG, index & 255]
    return prefixes

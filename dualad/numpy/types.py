"""Types that take dual numbers: NumPy's floats and complex numbers, which hand them through, and its integers,
which truncate them; and Python's for adopted code."""

import copyreg
import functools

import numpy as np

from .. import _core


def _constructor(dtype):
    """np.float64([...]) makes an array."""
    def construct(x):
        from .creation import STAND_INS
        return STAND_INS["asarray"](x, dtype)[()]
    return construct


def complex_number(real=0.0, imag=None):
    """What ``complex`` makes of these numbers, dual ones among them."""
    real, imag = _core.one_number(real), _core.one_number(imag)
    duals = [x.dtype for x in (real, imag) if _core.slot_of(x) >= 0]
    if not duals:
        return complex(real) if imag is None else complex(real, imag)
    if np.iscomplexobj(real) or np.iscomplexobj(imag):
        return real if imag is None else real + imag * 1j
    parts = [np.zeros((), functools.reduce(_core.joined_dtype, duals)) for _ in range(2)]
    parts[0][...], parts[1][...] = real, 0.0 if imag is None else imag
    return _core.complex_array(*parts)[()]


def _meaning(type_):
    if type_ in (np.float64, np.complex128):
        return "f" if type_ is np.float64 else "c"
    return "i" if issubclass(type_, np.integer) else "e" if issubclass(type_, np.floating) else "d"


#: Type stand-ins by NumPy's names; float64 and double are one, and so on.
STAND_INS = {}
_made = {}
for _name, _type in list(vars(np).items()):     # another thread may import more of NumPy
    if isinstance(_type, type) and _type in np.sctypeDict.values() and np.dtype(_type).kind in "iufc":
        if _type not in _made:
            _rule = None if issubclass(_type, np.integer) else _constructor(_type)
            _made[_type] = _core.type_stand_in(_type, _rule, _meaning(_type))
        STAND_INS[_name] = _made[_type]

#: The same for Python's.
BUILTINS = {"float": _core.type_stand_in(float, None, "f"), "int": _core.type_stand_in(int, None, "i"),
            "complex": _core.type_stand_in(complex, complex_number, "c")}


def plain(x):
    """The original of a stand-in; float64 and complex128 for dtypes of dual numbers; anything else as it is."""
    if isinstance(x, (_core.TypeStandIn, _core.StandIn)):
        return x._original
    if isinstance(x, np.dtype) and issubclass(x.type, _core.NUMBERS):
        return np.dtype(plain(x.type))
    if isinstance(x, type) and issubclass(x, _core.NUMBERS):
        return np.complex128 if issubclass(x, _core.ComplexDual) else np.float64
    return x


def _itself(x):
    return x


copyreg.pickle(_core.TypeStandIn, lambda standin: (_itself, (standin._original,)))

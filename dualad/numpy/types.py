"""Types that hand dual numbers through: NumPy's floats, and Python's float and int for adopted code."""

import copyreg

import numpy as np

from .. import _core


def _constructor(dtype):
    """np.float64([...]) makes an array."""
    def construct(x):
        from .creation import STAND_INS
        return STAND_INS["asarray"](x, dtype)[()]
    return construct


#: Type stand-ins by NumPy's names; float64 and double are one, and so on.
STAND_INS = {}
_made = {}
for _name, _type in vars(np).items():
    if isinstance(_type, type) and issubclass(_type, np.floating) and _type not in (np.floating, _core.Dual):
        if _type not in _made:
            _made[_type] = _core.type_stand_in(_type, _constructor(_type), "f" if _type is np.float64 else "c")
        STAND_INS[_name] = _made[_type]

#: The same for Python's.
FLOAT = _core.type_stand_in(float, None, "f")
INT = _core.type_stand_in(int, None, "i")


def plain(x):
    """The original of a stand-in; float64 for a dtype of dual numbers; anything else as it is."""
    if isinstance(x, (_core.TypeStandIn, _core.StandIn)):
        return x._original
    if isinstance(x, np.dtype) and issubclass(x.type, _core.Dual):
        return np.dtype(np.float64)
    return np.float64 if isinstance(x, type) and issubclass(x, _core.Dual) else x


def _itself(x):
    return x


copyreg.pickle(_core.TypeStandIn, lambda standin: (_itself, (standin._original,)))

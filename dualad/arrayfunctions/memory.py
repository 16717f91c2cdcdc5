"""Ways to the raw memory of a dual array: what would take its partials for more values is refused."""

import numpy as np

from .. import _core
from .._core import DualArray

MESSAGE = (
    "{} of a dual array would read its values and partials as one row of plain numbers, and the derivatives would "
    "be lost. Use dualad.value(x) and dualad.partials(x), which are float64 views")


type_of_types = type          # `view` has a parameter of that name


def _refused(name):
    def method(self, *args, **kwargs):
        if _core.slot_of(self) < 0:           # a DualArray of another dtype, as a comparison may leave it
            return getattr(np.ndarray, name)(self, *args, **kwargs)
        raise TypeError(MESSAGE.format(name))
    method.__name__ = name
    return method


def view(self, dtype=None, type=None):
    """ndarray.view, to other subclasses and to the dual dtypes of this item size only.

    (NumPy's var takes complex numbers for pairs of real ones, which these are, too.)
    """
    if dtype is None or (isinstance(dtype, type_of_types) and issubclass(dtype, np.ndarray)):
        # From a plain array: other subclasses look for attributes of their own on what is no ndarray itself.
        return np.ndarray.view(np.asarray(self), *[item for item in (dtype, type) if item is not None] or [DualArray])
    if _core.is_complex(self) and np.dtype(dtype).subdtype == (_core.real_dtype(self.dtype), (2,)):
        return np.ndarray.view(self, dtype)
    if _core.slot_of(self) >= 0 and np.dtype(dtype).type is not self.dtype.type:
        raise TypeError(MESSAGE.format("view"))
    return np.ndarray.view(self, dtype) if type is None else np.ndarray.view(self, dtype, type)


def opaque(array):
    """What `array`'s elements are in NumPy's array interface: bytes, for its type strings know no dual numbers."""
    typestr = f"|V{array.dtype.itemsize}"
    return {"typestr": typestr, "descr": [("", typestr)]}


def _array_interface(self):
    interface = np.asarray(self).__array_interface__
    return interface if _core.slot_of(self) < 0 else {**interface, **opaque(self)}


DualArray.view = view
DualArray.__array_interface__ = property(_array_interface)
for _name in ("getfield", "setfield", "tobytes", "tofile"):
    setattr(DualArray, _name, _refused(_name))

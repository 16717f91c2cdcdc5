"""numpy.linalg, whose functions take lists that hold dual numbers."""

from numpy import linalg as _numpys

from .sequences import stand_ins as _stand_ins

__all__ = _numpys.__all__

globals().update({_name: _value for _name, _value in list(vars(_numpys).items()) if not _name.startswith("_")})
globals().update(_stand_ins(_numpys))


def __getattr__(name):
    return getattr(_numpys, name)


def __dir__():
    return sorted({*dir(_numpys), *globals()})

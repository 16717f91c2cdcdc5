"""numpy.linalg, whose functions take lists that hold dual numbers."""

from numpy import linalg as _numpys

from .sequences import stand_for as _stand_for

__all__ = _numpys.__all__
__getattr__, __dir__ = _stand_for(_numpys, globals())

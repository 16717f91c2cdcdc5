"""What NumPy does in Python or LAPACK, for arrays of dual numbers."""

from .._core import DualArray
from . import printing
from .registry import array_function

DualArray.__array_function__ = array_function

__all__ = ["printing"]

"""What NumPy does in Python or LAPACK, for arrays of dual numbers."""

from .._core import DualArray
from . import elementwise, linalg, memory, printing, products, refused, shapes
from .registry import array_function

DualArray.__array_function__ = array_function

__all__ = ["elementwise", "linalg", "memory", "printing", "products", "refused", "shapes"]

"""scipy.spatial: `distance` has rules; all other names are SciPy's own."""

from ..namespace import forward
from . import distance  # noqa: F401

__all__ = []
__getattr__, __dir__ = forward("scipy.spatial")

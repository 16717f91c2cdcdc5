"""scipy.sparse: matrices of plain numbers that are multiplied with dual vectors; all other names are SciPy's own."""

from ..names import STAND_INS
from ..namespace import forward
from . import linalg, matrices  # noqa: F401

__all__ = list(STAND_INS["scipy.sparse"])
globals().update({ours.__name__: ours for ours in matrices.OWN.values()}, **matrices.made)
__getattr__, __dir__ = forward("scipy.sparse")

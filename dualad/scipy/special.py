"""scipy.special, with derivatives where a rule is known; all other names are SciPy's own."""

from . import special_functions
from .names import STAND_INS
from .namespace import forward, guarded

__all__ = list(STAND_INS["scipy.special"])
__getattr__, __dir__ = forward("scipy.special", guarded("scipy.special", vars(special_functions), __all__))

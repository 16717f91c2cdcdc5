"""scipy.stats, with derivatives where a rule is known; all other names are SciPy's own."""

from .distributions import stand_in
from .names import STAND_INS
from .namespace import forward

__all__ = list(STAND_INS["scipy.stats"])
globals().update({name: stand_in(name) for name in __all__})
__getattr__, __dir__ = forward("scipy.stats")

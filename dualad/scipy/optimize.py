"""scipy.optimize, with derivatives where a rule is known; all other names are SciPy's own."""

from .namespace import forward
from .roots import bisect, brenth, brentq, fixed_point, fsolve, newton, ridder, root, root_scalar, toms748

__all__ = ["bisect", "brenth", "brentq", "fixed_point", "fsolve", "newton", "ridder", "root", "root_scalar",
           "toms748"]
__getattr__, __dir__ = forward("scipy.optimize")

"""scipy.optimize, with derivatives where a rule is known; all other names are SciPy's own."""

from .minima import (
    basinhopping,
    brute,
    curve_fit,
    differential_evolution,
    dual_annealing,
    least_squares,
    linprog,
    milp,
    minimize,
    minimize_scalar,
    shgo,
)
from .namespace import forward
from .roots import bisect, brenth, brentq, fixed_point, fsolve, newton, ridder, root, root_scalar, toms748

__all__ = ["basinhopping", "bisect", "brenth", "brentq", "brute", "curve_fit", "differential_evolution",
           "dual_annealing", "fixed_point", "fsolve", "least_squares", "linprog", "milp", "minimize",
           "minimize_scalar", "newton", "ridder", "root", "root_scalar", "shgo", "toms748"]
__getattr__, __dir__ = forward("scipy.optimize")

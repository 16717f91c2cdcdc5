"""scipy.integrate, with derivatives where a rule is known; all other names are SciPy's own."""

from .namespace import forward
from .odes import odeint, solve_ivp
from .quadrature import dblquad, nquad, quad, quad_vec, simpson, tplquad

__all__ = ["dblquad", "nquad", "odeint", "quad", "quad_vec", "simpson", "solve_ivp", "tplquad"]
__getattr__, __dir__ = forward("scipy.integrate")

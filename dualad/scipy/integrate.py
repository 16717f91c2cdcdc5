"""scipy.integrate, with derivatives where a rule is known; all other names are SciPy's own."""

from .namespace import forward
from .quadrature import dblquad, nquad, quad, quad_vec, simpson, tplquad

__all__ = ["dblquad", "nquad", "quad", "quad_vec", "simpson", "tplquad"]
__getattr__, __dir__ = forward("scipy.integrate")

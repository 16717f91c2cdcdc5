"""scipy.sparse.linalg, with derivatives where a rule is known; all other names are SciPy's own.

The matrix holds plain numbers, so the solution of A x = b is linear in b.
"""

import functools

import numpy as np
from scipy.sparse import linalg as _scipys

from ..duals import as_numbers, dtype_in, lanes_in, stripped, with_lanes
from ..linear_maps import linear
from ..namespace import forward


def _solved(solve, b, *args, **kwargs):
    """solve(b) for dual b: the lanes are columns of one right-hand side."""
    dtype = dtype_in(b)
    if dtype is None:
        return solve(b, *args, **kwargs)
    b = as_numbers(b)
    found = solve(np.array(stripped(b), order="K"), *args, **kwargs)
    columns = np.moveaxis(lanes_in(dtype, b), 0, -1)
    lanes = solve(columns.reshape(len(columns), -1), *args, **kwargs)
    return with_lanes(dtype, found, np.moveaxis(lanes.reshape(*np.shape(found), -1), -1, 0))


@functools.wraps(_scipys.spsolve)
def spsolve(A, b, permc_spec=None, use_umfpack=True):
    return _solved(lambda b: _scipys.spsolve(A, b, permc_spec, use_umfpack), b)


@functools.wraps(_scipys.spsolve_triangular)
def spsolve_triangular(A, b, *options, **named):
    return _solved(lambda b: _scipys.spsolve_triangular(A, b, *options, **named), b)


@functools.wraps(_scipys.factorized)
def factorized(A):
    return functools.partial(_solved, splu(A).solve)


class _Factors:
    """SciPy's factors of a matrix, whose solve takes dual right-hand sides."""

    def __init__(self, factors):
        self._factors = factors

    def solve(self, rhs, trans="N"):
        """x with A x = rhs; the right-hand side may hold dual numbers."""
        return _solved(self._factors.solve, rhs, trans)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._factors, name)


@functools.wraps(_scipys.splu)
def splu(*args, **kwargs):
    return _Factors(_scipys.splu(*args, **kwargs))


def _iterative(name):
    """A solver by iterations, of each lane for itself; NaN where one does not converge."""
    solver = getattr(_scipys, name)

    @functools.wraps(solver)
    def with_derivatives(A, b, *options, **named):
        dtype = dtype_in(b)
        if dtype is None:
            return solver(A, b, *options, **named)
        found, info = solver(A, stripped(b), *options, **named)
        named.pop("x0", None)
        lanes = []
        for lane in lanes_in(dtype, b):
            x, state = solver(A, lane, None, *options[1:], **named) if lane.any() else (lane, 0)
            if state:                                    # some break down where the start is zero
                x, state = solver(A, lane, found, *options[1:], **named)
            lanes.append(x.reshape(np.shape(found)) if not state else np.full(np.shape(found), np.nan))
        return with_lanes(dtype, found, np.stack(lanes)), info
    return with_derivatives


bicgstab = _iterative("bicgstab")
cg = _iterative("cg")
gmres = _iterative("gmres")
minres = _iterative("minres")
expm_multiply = linear(_scipys.expm_multiply, "B")

__all__ = ["bicgstab", "cg", "expm_multiply", "factorized", "gmres", "minres", "splu", "spsolve", "spsolve_triangular"]
__getattr__, __dir__ = forward("scipy.sparse.linalg")

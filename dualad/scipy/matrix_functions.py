"""Functions of matrices: exponential, logarithm, square root."""

import numpy as np
from scipy import linalg as _scipys

from .._core import value
from .duals import stripped
from .stand_ins import matrix_by_matrix, one_by_one, refined, stand_in

# Coefficients of the numerator of the [13/13] Pade approximant of exp, and the norm up to which it is
# right to rounding (Higham, "The scaling and squaring method for the matrix exponential revisited", 2005).
_PADE = (64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0,
         10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0)
_NORM = 5.37


def _exponential(a):
    """exp(a) by scaling and squaring, of dual numbers."""
    one = np.eye(a.shape[-1])
    norm = abs(value(a)).sum(axis=-2).max(initial=0.0)
    squarings = max(int(np.ceil(np.log2(norm / _NORM))), 0) if np.isfinite(norm) and norm > 0 else 0
    a = a * 0.5**squarings
    a2 = np.matmul(a, a)
    a4 = np.matmul(a2, a2)
    a6 = np.matmul(a2, a4)
    b = _PADE
    odd = np.matmul(a6, b[13] * a6 + b[11] * a4 + b[9] * a2) + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * one
    odd = np.matmul(a, odd)
    even = np.matmul(a6, b[12] * a6 + b[10] * a4 + b[8] * a2) + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * one
    result = np.linalg.solve(even - odd, even + odd)
    for _ in range(squarings):
        result = np.matmul(result, result)
    return result


@stand_in
def expm(A):
    return _exponential(np.asanyarray(A))


def _slope(function, a):
    """Its derivative at a along lanes: a corner of its value at [[a, lane], [0, a]] (Mathias 1996)."""
    n = len(a)

    def along(lane):
        size = np.abs(lane).max(initial=0.0) or 1.0
        block = np.block([[a, lane / size], [np.zeros((n, n)), a]])
        return np.asarray(function(block))[:n, n:] * size

    return along


@stand_in
@matrix_by_matrix(A=2)
def logm(A):
    x = _scipys.logm(stripped(A))
    if np.iscomplexobj(x):
        return A                                        # its value is refused
    return refined(x, lambda x: A - _exponential(np.asanyarray(x)), one_by_one(_slope(_scipys.logm, stripped(A))))


@stand_in
def sqrtm(A):
    x = _scipys.sqrtm(stripped(A))
    if np.iscomplexobj(x):
        return A                                        # its value is refused
    return refined(x, lambda x: A - np.matmul(x, x), one_by_one(lambda lane: _scipys.solve_sylvester(x, x, lane)))

"""scipy.linalg, with derivatives where a rule is known; all other names are SciPy's own.

The value is SciPy's. Derivatives are those of the same function of NumPy where there is one.
"""

import functools

import numpy as np
from scipy import linalg as _scipys

from ..arrayfunctions.matrices import from_triangle, transposed
from ..arrayfunctions.registry import derivative_rule
from ..arrayfunctions.spectra import moved_eigh, moved_svd
from ..arrayfunctions.undefined import AS_IS
from .duals import stripped
from .matrix_equations import (
    solve_continuous_are,
    solve_continuous_lyapunov,
    solve_discrete_are,
    solve_discrete_lyapunov,
    solve_lyapunov,
    solve_sylvester,
)
from .matrix_functions import expm, logm, sqrtm
from .namespace import forward
from .stand_ins import matrix_by_matrix, refined, side_by_side, stand_in

__all__ = ["cho_factor", "cho_solve", "cholesky", "det", "eigh", "eigvalsh", "expm", "inv", "logm", "lstsq", "lu",
           "lu_factor", "lu_solve", "norm", "pinv", "qr", "solve", "solve_banded", "solve_continuous_are",
           "solve_continuous_lyapunov", "solve_discrete_are", "solve_discrete_lyapunov", "solve_lyapunov",
           "solve_sylvester", "solve_toeplitz", "solve_triangular", "solveh_banded", "sqrtm", "svd", "svdvals"]
__getattr__, __dir__ = forward("scipy.linalg")


def _reads(a, assume_a=None, lower=False):
    """What SciPy looks at of a matrix."""
    a = np.asanyarray(a)
    if assume_a in ("sym", "symmetric", "her", "hermitian", "pos", "positive definite"):
        return from_triangle(a, "L" if lower else "U")
    if assume_a in ("upper triangular", "lower triangular"):
        return np.triu(a) if assume_a[0] == "u" else np.tril(a)
    if assume_a == "diagonal":
        return a * np.eye(a.shape[-1])
    return a


# -- systems ---------------------------------------------------------------------------------------------------

@stand_in
def solve(a, b, lower=False, overwrite_a=False, overwrite_b=False, check_finite=True, assume_a=None,
          transposed=False):
    a = _reads(a, assume_a, lower)
    return np.linalg.solve(np.swapaxes(a, -1, -2) if transposed else a, b)


@stand_in
def inv(a, overwrite_a=False, check_finite=True, *, assume_a=None, lower=False):
    return np.linalg.inv(_reads(a, assume_a, lower))


@stand_in
def det(a, overwrite_a=False, check_finite=True):
    return np.linalg.det(a)


@stand_in
def solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False, overwrite_b=False, check_finite=True):
    a = np.asanyarray(a)
    if unit_diagonal:
        a = (np.tril(a, -1) if lower else np.triu(a, 1)) + np.eye(a.shape[-1])
    else:
        a = np.tril(a) if lower else np.triu(a)
    return np.linalg.solve(a if trans in (0, "N") else transposed(a), b)


def _times_band(ab, x, first):
    """The matrix whose diagonals are the rows of ab, from the first-th above the main one on, times x."""
    n, total = len(x), 0.0
    for row in range(len(ab)):
        down = row - first                          # ab[row, j] stands in a[j + down, j]
        product = ab[row].reshape(-1, *[1] * (x.ndim - 1)) * x
        over, under = np.zeros((max(down, 0), *x.shape[1:])), np.zeros((max(-down, 0), *x.shape[1:]))
        total = total + np.concatenate((over, product[max(-down, 0):n - max(down, 0)], under))[:n]
    return total


@stand_in
@matrix_by_matrix(ab=2, b="1|2")
def solve_banded(l_and_u, ab, b, overwrite_ab=False, overwrite_b=False, check_finite=True):
    solve = functools.partial(_scipys.solve_banded, l_and_u, stripped(ab))
    ab = np.asanyarray(ab)
    return refined(solve(stripped(b)), lambda x: b - _times_band(ab, x, l_and_u[1]), side_by_side(solve))


@stand_in
@matrix_by_matrix(ab=2, b="1|2")
def solveh_banded(ab, b, overwrite_ab=False, overwrite_b=False, lower=False, check_finite=True):
    solve = functools.partial(_scipys.solveh_banded, stripped(ab), lower=lower)
    ab = np.asanyarray(ab)
    if not lower:                                   # row r of the lower form is row -1 - r, moved to the left
        ab = np.stack([np.roll(ab[len(ab) - 1 - r], -r) for r in range(len(ab))])
    above = [np.roll(ab[r], r) for r in range(len(ab) - 1, 0, -1)]
    whole = np.stack([*above, *ab])
    return refined(solve(stripped(b)), lambda x: b - _times_band(whole, x, len(ab) - 1), side_by_side(solve))


@stand_in
def solve_toeplitz(c_or_cr, b, check_finite=True):
    return _solve_toeplitz(c_or_cr if type(c_or_cr) is tuple else (c_or_cr, c_or_cr), b)


@matrix_by_matrix(c_and_r=(1, 1), b="1|2")
def _solve_toeplitz(c_and_r, b):
    c, r = map(np.ravel, c_and_r)
    solve = functools.partial(_scipys.solve_toeplitz, (stripped(c), stripped(r)))
    n = len(c)
    matrix = np.concatenate((r[:0:-1], c))[np.arange(n)[:, None] - np.arange(n) + n - 1]
    return refined(solve(stripped(b)), lambda x: b - np.matmul(matrix, x), side_by_side(solve))


# -- factors -----------------------------------------------------------------------------------------------------

@stand_in
def cholesky(a, lower=False, overwrite_a=False, check_finite=True):
    return np.linalg.cholesky(a) if lower else transposed(np.linalg.cholesky(transposed(a)))


@stand_in
@matrix_by_matrix(a=2)
def cho_factor(a, lower=False, overwrite_a=False, check_finite=True):
    factor = cholesky(a, lower)
    inside = np.tri(a.shape[-1], dtype=bool)
    inside = inside if lower else inside.T
    rest, _ = _scipys.cho_factor(stripped(a), lower)                        # SciPy before 1.18 leaves a's there
    return np.where(inside, factor, np.where(rest == a, a, rest)), lower


@stand_in
@matrix_by_matrix(c_and_lower=(2, 0), b="1|2")
def cho_solve(c_and_lower, b, overwrite_b=False, check_finite=True):
    factor, lower = c_and_lower
    first, last = ("N", "T") if lower else ("T", "N")
    return solve_triangular(factor, solve_triangular(factor, b, first, lower), last, lower)


@derivative_rule("a")
def _lu_factor(a):
    """p a = l u:  with x = l^-1 p da u^-1, dl is l times x's strict lower triangle, du x's upper one times u."""
    packed, pivots = lu_factor(a)

    def jvp(da):
        m, n = a.shape
        k = min(m, n)
        da = da[..., _order_of(pivots, m), :]
        lower = np.tril(packed[:, :k], -1) + np.eye(m, k)
        upper = np.triu(packed[:k])
        # Beyond a square corner either l goes on below, or u to the right.
        in_lower, in_upper = np.linalg.inv(lower[:k]), np.linalg.inv(upper[:, :k])
        x = np.matmul(np.matmul(in_lower, da[..., :k, :k]), in_upper)
        dl, du = np.matmul(lower[:k], np.tril(x, -1)), np.matmul(np.triu(x), upper[:, :k])
        if n > k:
            du = np.concatenate((du, np.matmul(in_lower, da[..., k:] - np.matmul(dl, upper[:, k:]))), axis=-1)
        if m > k:
            dl = np.concatenate((dl, np.matmul(da[..., k:, :] - np.matmul(lower[k:], du), in_upper)), axis=-2)
        return (np.concatenate((dl, np.zeros((*dl.shape[:-1], n - k))), axis=-1)
                + np.concatenate((du, np.zeros((*du.shape[:-2], m - k, n))), axis=-2)), AS_IS

    return (packed, pivots), jvp


def _order_of(pivots, rows):
    """The rows' order after these exchanges."""
    order = np.arange(rows)
    for k, pivot in enumerate(pivots):
        order[[k, pivot]] = order[[pivot, k]]
    return order


@stand_in
@matrix_by_matrix(a=2)
def lu_factor(a, overwrite_a=False, check_finite=True):
    return _lu_factor(a)


@stand_in
@matrix_by_matrix(lu_and_piv=(2, 1), b="1|2")
def lu_solve(lu_and_piv, b, trans=0, overwrite_b=False, check_finite=True):
    packed, pivots = lu_and_piv
    order = _order_of(pivots, len(packed))
    if trans:
        x = solve_triangular(packed, solve_triangular(packed, b, "T"), "T", lower=True, unit_diagonal=True)
        return x[np.argsort(order)]
    return solve_triangular(packed, solve_triangular(packed, b[order], lower=True, unit_diagonal=True))


@stand_in
@matrix_by_matrix(a=2)
def lu(a, permute_l=False, overwrite_a=False, check_finite=True, p_indices=False):
    packed, pivots = lu_factor(a)
    m, n = a.shape
    order = np.argsort(_order_of(pivots, m))
    lower, upper = np.tril(packed[:, :min(m, n)], -1) + np.eye(m, min(m, n)), np.triu(packed[:min(m, n)])
    return (lower[order], upper) if permute_l else (order, lower, upper)


@stand_in
@matrix_by_matrix(a=2)
def qr(a, overwrite_a=False, lwork=None, mode="full", pivoting=False, check_finite=True):
    if pivoting:
        *_, order = _scipys.qr(stripped(a), mode="r", pivoting=True)
        a = a[:, order]
    if mode == "raw":
        raise TypeError("scipy.linalg.qr of dual numbers takes mode 'full', 'economic' or 'r', not 'raw'")
    found = np.linalg.qr(a, "reduced" if mode == "economic" else "complete")
    found = (found[1],) if mode == "r" else tuple(found)
    return (*found, order) if pivoting else found


# -- spectra -------------------------------------------------------------------------------------------------------

@derivative_rule("a", "b")
def _eigh(a, b, lower):
    """a u = b u w, by SciPy, and its derivatives."""
    def jvp(da, db):
        tangents = [None if d is None else from_triangle(d, "L" if lower else "U") for d in (da, db)]
        da = np.zeros(np.shape(a)) if da is None else tangents[0]
        return moved_eigh(w, u, da, tangents[1])

    w, u = eigh(a, b, lower=lower)
    return (w, u), jvp


@stand_in
@matrix_by_matrix(a=2, b=2)
def eigh(a, b=None, *, lower=True, eigvals_only=False, overwrite_a=False, overwrite_b=False, type=1,
         check_finite=True):
    if type != 1:
        raise TypeError("scipy.linalg.eigh of dual numbers takes type=1 only")
    found = _eigh(a, b, lower)
    return found[0] if eigvals_only else found


@stand_in
def eigvalsh(a, b=None, *, lower=True, overwrite_a=False, overwrite_b=False, type=1, check_finite=True):
    return eigh(a, b, lower=lower, eigvals_only=True, type=type)


@derivative_rule("a")
def _svd(a, full_matrices):
    found = svd(a, full_matrices)
    return found, lambda da: moved_svd(*found, da)


@stand_in
@matrix_by_matrix(a=2)
def svd(a, full_matrices=True, compute_uv=True, overwrite_a=False, check_finite=True, lapack_driver="gesdd"):
    return _svd(a, full_matrices) if compute_uv else np.linalg.svd(a, compute_uv=False)


@stand_in
def svdvals(a, overwrite_a=False, check_finite=True):
    return np.linalg.svd(a, compute_uv=False)


@stand_in
def norm(a, ord=None, axis=None, keepdims=False, check_finite=True):
    return np.linalg.norm(a, ord, axis, keepdims)


# -- least squares -------------------------------------------------------------------------------------------------

@stand_in
@matrix_by_matrix(a=2)
def pinv(a, *, atol=None, rtol=None, return_rank=False, check_finite=True):
    largest = np.linalg.norm(stripped(a), 2)
    rtol = max(np.shape(a)) * np.finfo(np.float64).eps if rtol is None and not atol else rtol or 0.0
    cutoff = rtol + (atol or 0.0) / (largest or 1.0)
    found = np.linalg.pinv(a, rtol=cutoff)
    return (found, None) if return_rank else found


@stand_in
@matrix_by_matrix(a=2, b="1|2")
def lstsq(a, b, cond=None, overwrite_a=False, overwrite_b=False, check_finite=True, lapack_driver=None):
    x, squares, rank, s = np.linalg.lstsq(a, b, -1 if cond is None else cond)
    return (x, None, rank, None) if lapack_driver == "gelsy" else (x, squares, rank, s)

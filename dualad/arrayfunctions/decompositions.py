"""Derivative rules of the triangular decompositions: Cholesky and QR."""

import numpy as np

from .. import _core
from .matrices import adjoint, diagonal, from_triangle, magnitude
from .registry import PASS_VALUES, derivative_rule, full_name, handles, rule, takes_complex


@rule(np.linalg.cholesky, "a")
@takes_complex
def cholesky(a, *, upper=False):
    """dl = l phi(l^-1 da l^-H), phi being the lower triangle with half the diagonal."""
    factor = np.linalg.cholesky(a, upper=upper) if upper else np.linalg.cholesky(a)

    def jvp(da):
        lower = adjoint(factor) if upper else factor
        inverse = np.linalg.inv(lower)
        inside = np.matmul(np.matmul(inverse, from_triangle(da, "U" if upper else "L")), adjoint(inverse))
        phi = np.tri(a.shape[-1], k=-1) + 0.5 * np.eye(a.shape[-1])
        moved = np.tril(np.matmul(lower, phi * inside))
        return adjoint(moved) if upper else moved

    return factor, jvp


# -- QR ------------------------------------------------------------------------------------------------------

@handles(np.linalg.qr)
def qr(a, mode="reduced"):
    """np.linalg.qr; LAPACK's own forms ('raw', 'economic') are refused."""
    if mode in ("raw", "economic", "e"):
        raise TypeError(f"{full_name(np.linalg.qr)}(a, {mode!r}) cannot take dual numbers: Householder's vectors "
                        f"have no derivative rule. Use mode 'reduced', 'complete' or 'r'. {PASS_VALUES}")
    return _triangle(a, mode) if mode == "r" else _orthogonal_and_triangle(a, mode)


@derivative_rule("a")
@takes_complex
def _orthogonal_and_triangle(a, mode):
    result = np.linalg.qr(a, mode)
    return result, lambda da: _moved(da, *result)


@derivative_rule("a")
@takes_complex
def _triangle(a, mode):
    return np.linalg.qr(a, mode), lambda da: _moved(da, *np.linalg.qr(a))[1]


def _moved(da, q, r):
    """With c = q^H da r^-1 and the antihermitian w that has c's lower triangle (and its imaginary diagonal):

        dq = q w + (1 - q q^H) da r^-1,  dr = q^H da - w r.

    Where a has no more rows than columns, the last column of r^-1 is not needed: q's last column is
    given by the others.
    """
    m, n = da.shape[-2:]
    k = min(m, n)
    q1, r1 = q[..., :k], r[..., :k, :]
    used = k - 1 if m <= n and q.dtype.kind != "c" else k
    used = max(used, 0)
    _require_full_rank(r1[..., :used, :used], magnitude(r), max(m, n))
    inverse = np.linalg.inv(r1[..., :used, :used])
    inside = np.matmul(adjoint(q1), da)
    lower = np.matmul(inside[..., :used], inverse) * np.tri(k, used, k=-1)
    lower = np.concatenate((lower, np.zeros((*lower.shape[:-1], k - used))), axis=-1)
    w = lower - adjoint(lower)
    if q.dtype.kind == "c":                         # LAPACK makes the diagonal of r real
        w = w + 1j * np.matmul(inside[..., :used], inverse).imag * np.eye(k)
    dq = np.matmul(q1, w)
    dr = (inside - np.matmul(w, r1)) * np.tri(n, k).T
    if q.dtype.kind == "c":
        dr = dr - 1j * dr.imag * np.eye(k, n)
    if m > n:
        dq = dq + np.matmul(da - np.matmul(q1, inside), inverse)
    if q.shape[-1] > k:
        dq = np.concatenate((dq, _moved_complement(q, dq, k)), axis=-1)
        dr = np.concatenate((dr, np.zeros((*dr.shape[:-2], m - k, n))), axis=-2)
    return dq, dr


def _require_full_rank(r, size, n):
    pivots = abs(_core.value(diagonal(r)))
    if np.any(pivots <= 16 * n * np.finfo(np.float64).eps * size[..., 0]):
        raise np.linalg.LinAlgError("the QR decomposition of a matrix whose columns depend on each other has no "
                                    "derivative. Use dualad.value(x) where only the value is wanted")


def _moved_complement(q, dq, k):
    """Tangents of the columns of a complete q from the k-th on.

    Householder's reflections determine them by the first ones: with q = [[q11, q12], [q21, q22]],
    q12 = (1 - q11) g and q22 = 1 - q21 g, where g = (1 - q11)^-H q21^H. (From the compact form
    q = 1 - v t v^H of their product: Schreiber and Van Loan 1989.) Where a reflection was skipped,
    because a column had zeros already, they move as little as they can.
    """
    first, rest = q[..., :k], q[..., k:]
    start = np.eye(q.shape[-2], k) - first
    try:
        inverse = np.linalg.inv(adjoint(start[..., :k, :]))
        g = np.matmul(inverse, adjoint(first[..., k:, :]))
        made = np.eye(*rest.shape[-2:], -k) + np.matmul(start, g)
        skipped = not np.allclose(_core.value(made), _core.value(rest), atol=1e-8)
    except np.linalg.LinAlgError:
        skipped = True
    if skipped:
        return -np.matmul(first, np.matmul(adjoint(dq), rest))
    dg = np.matmul(inverse, adjoint(dq[..., k:, :]) + np.matmul(adjoint(dq[..., :k, :]), g))
    return np.matmul(start, dg) - np.matmul(dq, g)

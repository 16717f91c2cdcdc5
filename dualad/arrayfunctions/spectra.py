"""Derivative rules of eigenvalues, eigenvectors and singular values.

Where values coincide, each of them moves as the quadratic form of NumPy's own vector does, so that
sums over them are right (one of them by itself has no derivative: it has a kink, as a maximum has at
a tie). The vectors have a derivative as far as the coinciding values are not driven apart; else they
become `Undefined`, and raise `numpy.linalg.LinAlgError` when they are used.

Vectors are determined up to a phase. With a sign or phase that LAPACK chooses, the derivative of a
vector of a Hermitian matrix has no component along the vector itself, nor along others of the same
value; and the same holds for singular vectors: of real matrices, u^T du is antisymmetric, with zeros
where nothing else is determined. (Giles, "Collected matrix derivative results for forward and reverse
mode algorithmic differentiation", 2008; for real and complex, full and thin.)
"""

import numpy as np

from .. import _core
from .components import is_dual
from .matrices import (
    adjoint,
    diagonal,
    diagonal_of_product,
    from_triangle,
    magnitude,
    transposed,
)
from .registry import derivative_rule, handles, rule, takes_complex
from .undefined import Partly, opened

#: Values are one value, and couplings between their vectors none, when they are as small as rounding.
ROUNDING = 16 * np.finfo(np.float64).eps
_NO_COUPLING = 1e-12

_NO_EIGENVECTORS = (
    "eigenvalues coincide, and their eigenvectors have no derivative in the directions asked for. The eigenvalues "
    "have (np.linalg.eigvalsh, np.linalg.eigvals), in sums over all that coincide; at second order they have none "
    "either. Use dualad.value(x) where only the value is wanted")
_NO_SINGULAR_VECTORS = (
    "singular values coincide or are zero, and their singular vectors have no derivative in the directions asked "
    "for. The singular values have (np.linalg.svdvals), in sums over all that coincide; at second order they have "
    "none either. Use dualad.value(x) where only the value is wanted")


def _same(gap, size, n):
    """Which differences of values are rounding errors."""
    return abs(_core.value(gap)) <= ROUNDING * n * size


def _quotient(coupling, gap, same, scale):
    """coupling / gap, 0 where the gap is none; and where there is a coupling all the same.

    `scale` is what the couplings of a direction are compared with.
    """
    quotient = np.where(same, 0.0, coupling / np.where(same, 1.0, gap))
    driven = same & (abs(_core.value(coupling)) > _NO_COUPLING * scale)
    driven = driven.any(axis=0)
    if is_dual(coupling):
        # At second order: a coupling that is none here, but becomes one.
        lanes = abs(_core.partials(coupling))
        driven = driven | (same[..., None] & (lanes > _NO_COUPLING * lanes.max(
            axis=(-3, -2), keepdims=True, initial=0.0))).any(axis=(0, -1))
    return quotient, driven


def _any_of_matrix(hidden):
    """At second order vectors without a derivative spoil that of all vectors, though not of all values."""
    return hidden.any(axis=(-2, -1), keepdims=True)


# -- Hermitian matrices --------------------------------------------------------------------------------------

@rule(np.linalg.eigh, "a")
@takes_complex
def eigh(a, UPLO="L"):
    """With p = u^H da u:  dw_i = p_ii,  du_j = sum_i u_i p_ij / (w_j - w_i)."""
    result = np.linalg.eigh(a, UPLO)
    return result, lambda da: moved_eigh(*result, from_triangle(da, UPLO))


def moved_eigh(w, u, da, db=None):
    """Tangents of eigenvalues and eigenvectors of a Hermitian matrix; with db of those of a u = b u w."""
    w, (u, hidden) = opened(w)[0], opened(u)
    p, length = np.matmul(np.matmul(adjoint(u), da), u), 0.0
    if db is not None:                              # u^H b u stays the identity
        q = np.matmul(np.matmul(adjoint(u), db), u)
        p, length = p - q * w[..., None, :], -0.5 * diagonal(q)
    x, driven = _turning(p, w)
    return (Partly(diagonal(p), hidden.any(axis=-2), _NO_EIGENVECTORS),
            Partly(np.matmul(u, x) + u * length[..., None, :] if db is not None else np.matmul(u, x),
                   _any_of_matrix(hidden) | driven[..., None, :], _NO_EIGENVECTORS))


@rule(np.linalg.eigvalsh, "a")
@takes_complex
def eigvalsh(a, UPLO="L"):
    """dw_i = u_i^H da u_i."""
    def jvp(da):
        u, hidden = opened(np.linalg.eigh(a, UPLO)[1])
        moved = diagonal_of_product(np.matmul(adjoint(u), from_triangle(da, UPLO)), u)
        return Partly(moved, hidden.any(axis=-2), _NO_EIGENVECTORS)

    return None if is_dual(a) else np.linalg.eigvalsh(a, UPLO), jvp


def _turning(p, w):
    """x with x_ij = p_ij / (w_j - w_i), and which of the vectors have no derivative."""
    n = w.shape[-1]
    gap = w[..., None, :] - w[..., :, None]
    size = abs(_core.value(w)).max(axis=-1, initial=0.0)[..., None, None]
    x, driven = _quotient(np.where(np.eye(n, dtype=bool), 0.0, p), gap, _same(gap, size, n), magnitude(p))
    return x, driven.any(axis=-2)


# -- any square matrix -----------------------------------------------------------------------------------------

@rule(np.linalg.eig, "a")
@takes_complex
def eig(a):
    """With p = v^-1 da v:  dw_i = p_ii,  dv_j = sum_i v_i p_ij / (w_j - w_i) + c_j v_j.

    The c_j keep LAPACK's form: the vectors' length is one, and the largest component of a complex
    one is real.
    """
    result = np.linalg.eig(a)

    def jvp(da):
        w, (v, hidden) = opened(result[0])[0], opened(result[1])
        p = np.matmul(np.matmul(_inverse_of_eigenvectors(v), da), v)
        x, driven = _turning(p, w)
        moved = np.matmul(v, x)
        if v.dtype.kind == "c" and v.size:
            largest = abs(_core.value(v)).argmax(axis=-2)[..., None, :]
            turned = np.take_along_axis(moved, np.broadcast_to(largest, (len(moved), *largest.shape)), axis=-2)
            moved = moved - 1j * v * (turned.imag / np.take_along_axis(v, largest, axis=-2).real)
        along = np.conjugate(v) * moved
        along = along.real if along.dtype.kind == "c" else along
        moved = moved - v * along.sum(axis=-2, keepdims=True)
        return (Partly(np.diagonal(p, axis1=-2, axis2=-1), hidden.any(axis=-2), _NO_EIGENVECTORS),
                Partly(moved, _any_of_matrix(hidden) | driven[..., None, :], _NO_EIGENVECTORS))

    return result, jvp


@rule(np.linalg.eigvals, "a")
@takes_complex
def eigvals(a):
    """dw_i = p_ii with p = v^-1 da v."""
    def jvp(da):
        w, v = np.linalg.eig(a)
        v, hidden = opened(v)
        moved = (np.matmul(_inverse_of_eigenvectors(v), da) * transposed(v)).sum(axis=-1)
        hidden = hidden.any(axis=-2)
        # LAPACK's order without the vectors can be another one.
        order = _order_of(_core.value(opened(w)[0]), np.linalg.eigvals(_core.value(a)))
        moved = np.take_along_axis(moved, np.broadcast_to(order, moved.shape), axis=-1)
        return Partly(moved, np.take_along_axis(hidden, order, axis=-1), _NO_EIGENVECTORS)

    return None if is_dual(a) else np.linalg.eigvals(a), jvp


def _order_of(found, wanted):
    """Indices that put the values `found` in the order of `wanted`: each takes the nearest that is left."""
    distance = abs(wanted[..., :, None] - found[..., None, :])
    order = np.zeros(wanted.shape, np.intp)
    for k in range(wanted.shape[-1]):
        nearest = distance[..., k, :].argmin(axis=-1)[..., None]
        order[..., k:k + 1] = nearest
        np.put_along_axis(distance, nearest[..., None, :], np.inf, axis=-1)
    return order


def _inverse_of_eigenvectors(v):
    try:
        inverse = np.linalg.inv(v)
        condition = magnitude(v) * magnitude(inverse)
    except np.linalg.LinAlgError:
        condition = np.inf
    if not np.all(condition < 1e14):
        raise np.linalg.LinAlgError("the matrix has too few eigenvectors (it is defective, or nearly so): its "
                                    "eigenvalues have no derivative")
    return inverse


# -- singular values -------------------------------------------------------------------------------------------

@derivative_rule("a")
@takes_complex
def _svd(a, full_matrices=True, hermitian=False):
    result = np.linalg.svd(a, full_matrices, hermitian=hermitian)
    return result, lambda da: moved_svd(*result, from_triangle(da) if hermitian else da)


def moved_svd(u, s, vh, da):
    """With p = u^H da v:  ds_i = p_ii, and inside their span du = u x, dv = v y with the antisymmetric

        x, y = (p + p^H)_ij / 2 (s_j - s_i)  +, -  (p - p^H)_ij / 2 (s_j + s_i).
    """
    (u, u_hidden), s, (vh, v_hidden) = opened(u), opened(s)[0], opened(vh)
    v, v_hidden, k = adjoint(vh), transposed(v_hidden), s.shape[-1]
    right = np.matmul(da, v[..., :k])
    left = np.matmul(transposed(np.conjugate(da)), u[..., :k])
    p = np.matmul(adjoint(u[..., :k]), right)
    scale = magnitude(da)
    x, y, driven = _two_turnings(p, s, scale)
    du, u_driven = _with_outside(u, np.matmul(u[..., :k], x), right, s, scale)
    dv, v_driven = _with_outside(v, np.matmul(v[..., :k], y), left, s, scale)
    u_driven[..., :k] |= driven
    v_driven[..., :k] |= driven
    hidden = u_hidden.any(axis=-2)[..., :k] | v_hidden.any(axis=-2)[..., :k]
    any_hidden = _any_of_matrix(u_hidden) | _any_of_matrix(v_hidden)
    return (Partly(du, any_hidden | u_driven[..., None, :], _NO_SINGULAR_VECTORS),
            Partly(_singular(diagonal(p), s), hidden, _NO_SINGULAR_VECTORS),
            Partly(adjoint(dv), transposed(any_hidden | v_driven[..., None, :]), _NO_SINGULAR_VECTORS))


def _negligible(s):
    """Which singular values are rounding errors."""
    s = abs(_core.value(s))
    return s <= ROUNDING * s.shape[-1] * s.max(axis=-1, keepdims=True, initial=0.0)


def _singular(moved, s):
    """Tangents of singular values; those that are zero have a kink there, and get 0 as abs does."""
    return np.where(_negligible(s), 0.0, moved)


def _two_turnings(p, s, scale):
    """x and y of `moved_svd`, and which of the vectors have no derivative."""
    row, column = s[..., :, None], s[..., None, :]
    size = _core.value(s).max(axis=-1, initial=0.0)[..., None, None]
    one = np.eye(s.shape[-1], dtype=bool)
    even, odd = (p + adjoint(p)) / 2, (p - adjoint(p)) / 2
    even, driven = _quotient(np.where(one, 0.0, even), column - row, _same(column - row, size, s.shape[-1]), scale)
    odd, more = _quotient(odd, column + row, _same(column + row, size, s.shape[-1]), scale)
    return even + odd, even - odd, (driven | more).any(axis=-2)


def _with_outside(q, inside, moved, s, scale):
    """Tangents of singular vectors q, where `moved` is da times the others, and which have none.

    To the movement `inside` the span of the first k comes that out of it; columns of q beyond the k-th
    answer it.
    """
    k = s.shape[-1]
    first, rest = q[..., :k], q[..., k:]
    driven = np.zeros((*s.shape[:-1], q.shape[-1]), bool)
    if q.shape[-2] == k:
        return inside, driven
    zero = _negligible(s)[..., None, :]
    if q.shape[-1] == k:
        out, lost = _quotient(moved - np.matmul(first, np.matmul(adjoint(first), moved)), s[..., None, :], zero,
                              scale)
        return inside + out, driven | lost.any(axis=-2)
    out, lost = _quotient(np.matmul(adjoint(rest), moved), s[..., None, :], zero, scale)
    driven[..., :k] = lost.any(axis=-2)
    driven[..., k:] = lost.any(axis=(-2, -1))[..., None]
    return np.concatenate((inside + np.matmul(rest, out), -np.matmul(first, adjoint(out))), axis=-1), driven


def moved_singular_values(a, da, hermitian=False):
    """ds_i = u_i^H da v_i."""
    u, s, vh = np.linalg.svd(a, False, hermitian=hermitian)
    (u, u_hidden), s, (vh, v_hidden) = opened(u), opened(s)[0], opened(vh)
    da = from_triangle(da) if hermitian else da
    moved = diagonal_of_product(np.matmul(adjoint(u), da), adjoint(vh))
    hidden = u_hidden.any(axis=-2) | v_hidden.any(axis=-1)
    return Partly(_singular(moved, s), hidden, _NO_SINGULAR_VECTORS)


@derivative_rule("a")
@takes_complex
def _singular_values(a, hermitian=False):
    s = None if is_dual(a) else np.linalg.svd(a, compute_uv=False, hermitian=hermitian)
    return s, lambda da: moved_singular_values(a, da, hermitian)


@handles(np.linalg.svd)
def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    """np.linalg.svd."""
    return _svd(a, full_matrices, hermitian) if compute_uv else _singular_values(a, hermitian)


@handles(np.linalg.svdvals)
def svdvals(x, /):
    """np.linalg.svdvals."""
    return _singular_values(x)

"""Derivative rules of the pseudoinverse and of least squares.

The rank is the one that NumPy finds, and is taken for constant: singular values below the cutoff are
zeros. (Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems
whose variables separate", 1973.)
"""

import numpy as np

from .. import _core
from .components import float_copy, with_duals, without_subclass
from .matrices import adjoint, from_triangle, transposed
from .registry import derivative_rule, handles, rule, takes_complex
from .spectra import moved_singular_values
from .undefined import AS_IS

#: Singular values that are smaller (relative to the largest one) are rounding errors, not truncated parts.
_ROUNDING = 1e-13


@handles(np.linalg.pinv)
def pinv(a, rcond=None, hermitian=False, **rtol):
    """np.linalg.pinv."""
    return _pinv(a, {"rcond": rcond, "hermitian": hermitian, **rtol})


@derivative_rule("a")
@takes_complex
def _pinv(a, options):
    x = np.linalg.pinv(a, **options)

    def jvp(da):
        matrix = a
        if options["hermitian"]:
            da, matrix = from_triangle(da), from_triangle(a)
        cutoff = options["rcond"] if options["rcond"] is not None else options.get("rtol")
        if cutoff is not None and matrix.size and _truncates(matrix, cutoff):
            return _moved_truncated_inverse(matrix, cutoff, da)
        return _moved_inverse(matrix, x, da)

    return x, jvp


def _moved_inverse(a, x, da):
    """dx = -x da x + x x^H da^H (1 - a x) + (1 - x a) da^H x^H x, for the pseudoinverse x of a."""
    dah = np.conjugate(transposed(da))
    beyond = dah - np.matmul(np.matmul(dah, adjoint(x)), adjoint(a))
    before = dah - np.matmul(adjoint(a), np.matmul(adjoint(x), dah))
    return (np.matmul(np.matmul(x, adjoint(x)), beyond) + np.matmul(before, np.matmul(adjoint(x), x))
            - np.matmul(np.matmul(x, da), x))


def _truncates(a, cutoff):
    """Does the cutoff leave out singular values that are not rounding errors?"""
    s = np.linalg.svdvals(_core.value(a))
    largest = s.max(axis=-1, keepdims=True, initial=0.0)
    return bool(((s <= np.asarray(cutoff)[..., None] * largest) & (s > _ROUNDING * largest)).any())


def _moved_truncated_inverse(a, cutoff, da):
    """The tangents of v g(s) u^H with g(s) = 1/s above the cutoff and 0 below it.

    With p = u^H da v, its symmetric part is multiplied by (g_j - g_i) / (s_j - s_i), the other one by
    -(g_i + g_j) / (s_i + s_j).
    """
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    kept = _core.value(s) > np.asarray(cutoff)[..., None] * _core.value(s).max(axis=-1, keepdims=True)
    g = np.where(kept, 1.0 / np.where(kept, s, 1.0), 0.0)
    row, column = np.s_[..., :, None], np.s_[..., None, :]
    across = kept[row] != kept[column]
    even = np.where(across, (g[column] - g[row]) / np.where(across, s[column] - s[row], 1.0), -g[row] * g[column])
    total = s[row] + s[column]
    still = _core.value(total) == 0
    odd = np.where(across, -(g[column] + g[row]) / np.where(still, 1.0, total), -g[row] * g[column])
    v = adjoint(vh)
    left, right = np.matmul(adjoint(u), da), np.matmul(da, v)
    p = np.matmul(left, v)
    inside = (even * (p + adjoint(p)) + odd * (p - adjoint(p))) / 2
    squares = (g * g)[row]
    moved = np.matmul(np.matmul(v, inside), adjoint(u))
    moved = moved + np.matmul(v, squares * adjoint(right - np.matmul(u, p)))
    return moved + np.matmul(adjoint(squares * (left - np.matmul(p, vh))), adjoint(u))


# -- least squares ---------------------------------------------------------------------------------------------

@rule(np.linalg.lstsq, "a", "b")
@takes_complex
def lstsq(a, b, rcond=None):
    """dx = x+ (db - da x) + x+ x+^H da^H r + (1 - x+ a) da^H x+^H x, with x+ = pinv(a) and r = b - a x."""
    result = np.linalg.lstsq(a, b, rcond)
    a, b = np.asanyarray(a), np.asanyarray(b)
    vector = b.ndim == 1

    def jvp(da, db):
        x, right = (result[0][:, None], b[:, None]) if vector else (result[0], b)
        change = np.zeros(right.shape) if db is None else db[..., None] if vector else db
        cutoff = _cutoff(rcond, a.shape)
        inverse = np.linalg.pinv(a, cutoff)
        if da is None:
            dx = np.matmul(inverse, change)
        elif a.size and _truncates(a, cutoff):
            dx = np.matmul(_moved_truncated_inverse(a, cutoff, da), right) + np.matmul(inverse, change)
        else:
            change = change - np.matmul(da, x)
            residual = right - np.matmul(a, x)
            dah = np.conjugate(transposed(da))
            along = np.matmul(dah, np.matmul(adjoint(inverse), x))
            dx = (np.matmul(inverse, change + np.matmul(adjoint(inverse), np.matmul(dah, residual)))
                  + along - np.matmul(inverse, np.matmul(a, along)))
        s = AS_IS if da is None else moved_singular_values(a, da)
        squares = None
        if result[1].size:                              # full rank, so the residual is orthogonal to a
            squares = 2 * (np.conjugate(right - np.matmul(a, x)) * change).sum(axis=-2).real
        return (dx[..., 0] if vector else dx), squares, AS_IS, s

    return result, jvp


def _cutoff(rcond, shape):
    """What LAPACK takes, relative to the largest singular value."""
    eps = np.finfo(np.float64).eps
    if rcond is None:
        return eps * max(shape)
    return rcond if rcond >= 0 else eps


@handles(np.linalg.matrix_rank)
def matrix_rank(A, *args, **kwargs):
    """np.linalg.matrix_rank: an integer, of the values."""
    dual = with_duals(A)
    return np.linalg.matrix_rank(without_subclass(A) if dual is None else float_copy(dual), *args, **kwargs)

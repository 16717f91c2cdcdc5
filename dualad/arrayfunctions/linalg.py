"""Derivative rules of NumPy's linear algebra.

Tangents come stacked, the axis of directions in front; one factorisation serves all directions.
"""

import numpy as np

from .. import _core
from .components import assemble, is_dual, lanes_first, scaled
from .registry import handles, rule


def _aligned(tangents, ndim):
    """Stacked tangents of an array, with axes of length one so that the array part has ndim axes."""
    missing = ndim + 1 - tangents.ndim
    return tangents.reshape(tangents.shape[:1] + (1,) * missing + tangents.shape[1:])


def _transposed(a):
    return np.swapaxes(a, -1, -2)


# -- systems ---------------------------------------------------------------------------------------------

@rule(np.linalg.solve, "a", "b")
def solve(a, b):
    """a x = b:  dx = a^-1 (db - da x)."""
    x = np.linalg.solve(a, b)
    a, b = np.asanyarray(a), np.asanyarray(b)
    vector = b.ndim == 1
    columns = x[..., None] if vector else x

    def jvp(da, db):
        moved = 0.0
        if db is not None:
            moved = _aligned(db[..., None] if vector else db, columns.ndim)
        if da is not None:
            moved = moved - np.matmul(_aligned(da, columns.ndim), columns)
        moved = np.broadcast_to(moved, moved.shape[:1] + columns.shape)
        # All directions beside each other, as further right-hand sides.
        together = np.moveaxis(moved, 0, -1)
        solved = np.linalg.solve(a, together.reshape((*columns.shape[:-1], -1))) if moved.size else together
        dx = np.moveaxis(solved.reshape(together.shape), -1, 0)
        return dx[..., 0] if vector else dx

    return x, jvp


@rule(np.linalg.inv, "a")
def inv(a):
    """d(a^-1) = -a^-1 da a^-1."""
    inverse = np.linalg.inv(a)
    return inverse, lambda da: -np.matmul(np.matmul(inverse, da), inverse)


@handles(np.linalg.tensorinv)
def tensorinv(a, ind=2):
    """np.linalg.tensorinv: the inverse of a matrix, by reshaping."""
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    a = np.asanyarray(a)
    inverse = np.linalg.inv(a.reshape(int(np.prod(a.shape[ind:])), -1))
    return inverse.reshape(a.shape[ind:] + a.shape[:ind])


@handles(np.linalg.tensorsolve)
def tensorsolve(a, b, axes=None):
    """np.linalg.tensorsolve: a system of equations, by reshaping."""
    a, b = np.asanyarray(a), np.asanyarray(b)
    if axes is not None:
        others = [k for k in range(a.ndim) if k not in axes]
        a = a.transpose(others + list(axes))
    shape = a.shape[b.ndim:]
    if a.size != int(np.prod(shape)) ** 2:
        raise np.linalg.LinAlgError("Input arrays must satisfy the requirement "
                                    "prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])")
    return np.linalg.solve(a.reshape(-1, int(np.prod(shape))), b.ravel()).reshape(shape)


# -- determinants ------------------------------------------------------------------------------------------

def _product(factors):
    """The product along the last axis; partial products neither overflow nor underflow."""
    mantissas, exponents = np.frexp(factors)
    product = np.ones(factors.shape[:-1])
    exponent = exponents.sum(axis=-1)
    for k in range(factors.shape[-1]):
        product, shift = np.frexp(product * mantissas[..., k])
        exponent = exponent + shift
    return np.ldexp(product, exponent)


def _adjugate(a):
    """The matrix of cofactors, transposed: det(a) a^-1, also where a has no inverse."""
    n = a.shape[-1]
    u, s, vh = np.linalg.svd(_core.value(a))
    sign = np.sign(np.linalg.det(u) * np.linalg.det(vh))
    others = np.stack([_product(np.delete(s, k, axis=-1)) for k in range(n)], axis=-1)
    adjugate = sign[..., None, None] * np.matmul(_transposed(vh) * others[..., None, :], _transposed(u))
    if not is_dual(a):
        return adjugate
    # That of diag(s) + p moves by -p_ij, and for i = j by the sum of the other p_kk, times what is left of s.
    p = np.matmul(np.matmul(_transposed(u), lanes_first(a)), _transposed(vh))
    one = np.eye(n, dtype=bool)
    left = _product(np.where(one[:, None] | one, 1.0, s[..., None, None, :]))
    rest = np.where(one, 0.0, left)
    along = np.einsum("...ik,...kk->...i", rest, p)
    moved = one * along[..., None] - rest * p
    moved = sign[..., None, None] * np.matmul(np.matmul(_transposed(vh), moved), _transposed(u))
    return assemble(a.dtype, adjugate, moved)


def _inverse_if_accurate(a):
    """a^-1, or None when some matrix of the stack is singular or nearly so."""
    try:
        inverse = np.linalg.inv(a)
    except np.linalg.LinAlgError:
        return None
    condition = (abs(_core.value(a)).sum(axis=-2).max(axis=-1)
                 * abs(_core.value(inverse)).sum(axis=-2).max(axis=-1))
    return inverse if np.all(condition < 1e8) else None


def _trace_of_product(a, da):
    """tr(a da), for all directions."""
    return scaled(_transposed(a), da).sum(axis=(-2, -1))


@rule(np.linalg.det, "a")
def det(a):
    """d(det a) = tr(adj(a) da)."""
    value = np.linalg.det(a)

    def jvp(da):
        if a.shape[-1] == 0:
            return np.zeros(da.shape[:-2])
        inverse = _inverse_if_accurate(a) if np.all(np.isfinite(value) & (value != 0)) else None
        if inverse is None:
            adjugate = _adjugate(a) if np.isfinite(a).all() else np.full(a.shape, np.nan)
        else:
            adjugate = value[..., None, None] * inverse
        return _trace_of_product(adjugate, da)

    return value, jvp


@rule(np.linalg.slogdet, "a")
def slogdet(a):
    """d(log |det a|) = tr(a^-1 da); the sign does not move."""
    result = np.linalg.slogdet(a)

    def jvp(da):
        if a.shape[-1] == 0:
            return None, np.zeros(da.shape[:-2])
        inverse = _inverse_if_accurate(a)
        if inverse is not None:
            return None, _trace_of_product(inverse, da)
        if not np.isfinite(a).all():
            return None, _trace_of_product(np.full(a.shape, np.nan), da)
        # tr(adj(a) da) / det(a), with a scaled to stay in range: a common factor cancels but for one.
        size = abs(_core.value(a)).max(axis=(-2, -1), keepdims=True)
        size = np.where(size == 0, 1.0, size)
        moved = _trace_of_product(_adjugate(a / size), da)
        return None, np.where(moved == 0, 0.0, moved / (np.linalg.det(a / size) * size[..., 0, 0]))

    return result, jvp


# -- norms -------------------------------------------------------------------------------------------------

@rule(np.linalg.norm, "x")
def norm(x, ord=None, axis=None, keepdims=False):
    """The gradient of the norm, times the tangents; zero where the norm is."""
    x = np.asanyarray(x)
    value = np.linalg.norm(x, ord, axis, keepdims)
    if axis is None:
        axes = tuple(range(x.ndim))
    else:
        axes = tuple(int(k) % x.ndim for k in np.atleast_1d(axis))
    matrix = len(axes) == 2 and ord is not None and ord != "fro"

    def jvp(dx):
        if ord is None and axis is None and 1e-150 < value < 1e150:
            moved = np.matmul(dx.reshape(len(dx), -1), x.ravel() / value)
            return moved.reshape((-1, *np.shape(value)))
        gradient = _matrix_norm(x, ord, axes) if matrix else _vector_norm(x, ord, axes)
        shifted = tuple(k + 1 for k in axes)
        return scaled(gradient, dx).sum(axis=shifted, keepdims=keepdims)

    return value, jvp


def _vector_norm(x, ord, axes):
    size = abs(x)
    if ord in (None, "fro", 2):
        power = 2.0
    elif ord == 1:
        return np.sign(x)
    elif ord == 0:
        return np.zeros(x.shape)
    elif ord in (np.inf, -np.inf):
        return np.sign(x) * _extreme(_core.value(size), axes[0], np.maximum if ord > 0 else np.minimum)
    else:
        power = float(ord)
    # (|x| / norm)^(power - 1), scaled so that nothing overflows.
    scale = np.max(_core.value(size), axis=axes, keepdims=True, initial=0.0) if power > 0 else (
        np.min(_core.value(size), axis=axes, keepdims=True, initial=np.inf))
    infinite = np.isinf(scale)
    relative = np.where(infinite, np.where(np.isinf(size), 1.0, 0.0), size / scale)
    total = (relative**power).sum(axis=axes, keepdims=True) ** (1.0 / power)
    gradient = np.sign(x) * (relative if power == 2.0 else relative ** (power - 1.0))
    gradient = gradient / (total if power == 2.0 else total ** (power - 1.0))
    return np.where(scale == 0, 0.0, gradient)


def _extreme(size, axis, ufunc):
    """Weights of a maximum along an axis: folded in order, half and half at ties."""
    size = np.moveaxis(size, axis, -1)
    weights = np.zeros(size.shape)
    if size.shape[-1]:
        best = size[..., 0]
        weights[..., 0] = 1.0
        for k in range(1, size.shape[-1]):
            new = ufunc(best, size[..., k])
            old_share = np.where(best == size[..., k], 0.5, (new == best) | np.isnan(best))
            weights[..., :k] *= old_share[..., None]
            weights[..., k] = 1.0 - old_share
            best = new
    return np.moveaxis(weights, -1, axis)


def _matrix_norm(x, ord, axes):
    row, column = axes
    if ord in (1, -1, np.inf, -np.inf):
        summed, kept = (row, column) if abs(ord) == 1 else (column, row)
        sums = abs(_core.value(x)).sum(axis=summed, keepdims=True)
        return np.sign(x) * _extreme(sums, kept, np.maximum if ord > 0 else np.minimum)
    # Spectral: u v^T of the singular vectors that count.
    moving = np.moveaxis(x, axes, (-2, -1))
    matrices = _core.value(moving)
    if not np.isfinite(x).all():
        return np.full(x.shape, np.nan)
    u, s, vh = np.linalg.svd(matrices, full_matrices=False)
    if ord == "nuc":
        weights = (s > s.max(axis=-1, keepdims=True, initial=0.0) * max(matrices.shape[-2:]) * 2.3e-16) * 1.0
    else:
        weights = np.zeros(s.shape)
        if s.shape[-1]:
            k = 0 if ord == 2 else -1
            weights[..., k] = s[..., k] > 0
    gradient = np.matmul(u * weights[..., None, :], vh)
    if is_dual(x):
        moved = _moved_singular_vectors(matrices, weights, lanes_first(moving))
        gradient = assemble(x.dtype, gradient, moved)
    return np.moveaxis(gradient, (-2, -1), axes)


def _moved_singular_vectors(a, weights, da):
    """The tangents of u diag(weights) v^T, with constant weights, of the singular vectors of a.

    With p = u^T da v, its symmetric part is multiplied by (w_i - w_j) / (s_i - s_j), the other one
    by (w_i + w_j) / (s_i + s_j); missing rows or columns belong to singular values 0.
    """
    size = max(a.shape[-2:])
    u, s, vh = np.linalg.svd(a)
    more = [(0, 0)] * (s.ndim - 1) + [(0, size - s.shape[-1])]
    s, w = np.pad(s, more), np.pad(weights, more)
    p = np.matmul(np.matmul(_transposed(u), da), _transposed(vh))
    p = np.pad(p, [(0, 0)] * (p.ndim - 2) + [(0, size - k) for k in p.shape[-2:]])

    def quotient(numerator, denominator):
        return np.where(numerator == 0, 0.0, numerator / denominator)

    row, column = np.s_[..., :, None], np.s_[..., None, :]
    moved = (scaled(quotient(w[row] - w[column], s[row] - s[column]), p + _transposed(p))
             + scaled(quotient(w[row] + w[column], s[row] + s[column]), p - _transposed(p))) / 2
    return np.matmul(np.matmul(u, moved[..., :u.shape[-1], :vh.shape[-1]]), vh)

"""Derivative rules of norms and condition numbers."""

import numpy as np

from .. import _core
from .components import assemble, is_dual, lanes_first, scaled
from .matrices import adjoint
from .registry import rule, takes_complex
from .spectra import ROUNDING


@rule(np.linalg.norm, "x")
@takes_complex
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
            moved = np.matmul(dx.reshape(len(dx), -1), np.conjugate(x.ravel()) / value)
            return _real(moved).reshape((-1, *np.shape(value)))
        gradient = _matrix_norm(x, ord, axes) if matrix else _vector_norm(x, ord, axes)
        shifted = tuple(k + 1 for k in axes)
        return _along(gradient, dx).sum(axis=shifted, keepdims=keepdims)

    return value, jvp


def _real(x):
    return x.real if x.dtype.kind == "c" else x


def _along(gradient, dx):
    """Terms of the derivative of a real number: Re(conj(gradient) dx)."""
    return _real(scaled(np.conjugate(gradient) if gradient.dtype.kind == "c" else gradient, dx))


def _sign(x):
    """x / |x|, of complex numbers too, for which it is no constant."""
    if x.dtype.kind != "c":
        return np.sign(x)
    size = abs(x)
    return x / np.where(_core.value(size) == 0, 1.0, size)


def _vector_norm(x, ord, axes):
    size = abs(x)
    if ord in (None, "fro", 2):
        power = 2.0
    elif ord == 1:
        return _sign(x)
    elif ord == 0:
        return np.zeros(x.shape)
    elif ord in (np.inf, -np.inf):
        return _sign(x) * _extreme(_core.value(size), axes[0], np.maximum if ord > 0 else np.minimum)
    else:
        power = float(ord)
    # (|x| / norm)^(power - 1), scaled so that nothing overflows.
    scale = np.max(_core.value(size), axis=axes, keepdims=True, initial=0.0) if power > 0 else (
        np.min(_core.value(size), axis=axes, keepdims=True, initial=np.inf))
    infinite = np.isinf(scale)
    relative = np.where(infinite, np.where(np.isinf(size), 1.0, 0.0), size / scale)
    total = (relative**power).sum(axis=axes, keepdims=True) ** (1.0 / power)
    gradient = _sign(x) * (relative if power == 2.0 else relative ** (power - 1.0))
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
        return _sign(x) * _extreme(sums, kept, np.maximum if ord > 0 else np.minimum)
    # Spectral: u v^T of the singular vectors that count, in equal shares where several do.
    moving = np.moveaxis(x, axes, (-2, -1))
    matrices = _core.value(moving)
    if not np.isfinite(x).all():
        return np.full(x.shape, np.nan)
    u, s, vh = np.linalg.svd(matrices, full_matrices=False)
    if ord == "nuc":
        weights = (s > s.max(axis=-1, keepdims=True, initial=0.0) * max(matrices.shape[-2:]) * 2.3e-16) * 1.0
    else:
        best = s[..., :1] if ord == 2 else s[..., -1:]
        tied = (abs(s - best) <= ROUNDING * max(matrices.shape[-2:]) * s[..., :1]) & (best > 0)
        weights = tied / np.maximum(tied.sum(axis=-1, keepdims=True), 1)
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
    p = np.matmul(np.matmul(adjoint(u), da), adjoint(vh))
    p = np.pad(p, [(0, 0)] * (p.ndim - 2) + [(0, size - k) for k in p.shape[-2:]])

    def quotient(numerator, denominator):
        return np.where(numerator == 0, 0.0, numerator / denominator)

    row, column = np.s_[..., :, None], np.s_[..., None, :]
    moved = (scaled(quotient(w[row] - w[column], s[row] - s[column]), p + adjoint(p))
             + scaled(quotient(w[row] + w[column], s[row] + s[column]), p - adjoint(p))) / 2
    return np.matmul(np.matmul(u, moved[..., :u.shape[-1], :vh.shape[-1]]), vh)


# -- condition numbers -------------------------------------------------------------------------------------

@rule(np.linalg.cond, "x")
@takes_complex
def cond(x, p=None):
    """norm(x, p) norm(x^-1, p), for p = 2 and -2 the ratio of extreme singular values."""
    value = None if is_dual(x) else np.linalg.cond(x, p)
    axes, spectral = (-2, -1), p is None or p in (2, -2)

    def size(a, ord):
        return np.linalg.norm(a, ord, axes, keepdims=True)

    def gradient(a, ord):
        return _matrix_norm(a, ord, axes) if ord != "fro" else _vector_norm(a, ord, axes)

    def jvp(dx):
        if spectral:
            up, down = (-2, 2) if p == -2 else (2, -2)
            ratio = size(x, up) / size(x, down)
            slope = (gradient(x, up) - ratio * gradient(x, down)) / size(x, down)
            return _along(slope, dx).sum(axis=axes)
        infinite = np.isinf(np.linalg.cond(_core.value(x), p))
        regular = np.where(infinite[..., None, None], np.eye(x.shape[-1]), x)
        inverse = np.linalg.inv(regular)
        moved = size(inverse, p) * _along(gradient(regular, p), dx)
        turned = np.matmul(np.matmul(inverse, dx), inverse)
        moved = moved - size(regular, p) * _real(np.conjugate(gradient(inverse, p)) * turned)
        return np.where(infinite, np.nan, moved.sum(axis=axes))

    return value, jvp

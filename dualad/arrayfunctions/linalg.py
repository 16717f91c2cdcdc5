"""Derivative rules of NumPy's linear algebra.

One factorisation serves all directions.
"""

import numpy as np

from .. import _core
from .components import assemble, is_dual, lanes_first, scaled
from .matrices import adjoint, transposed
from .registry import handles, lanes_last, rule, takes_complex

# -- systems ---------------------------------------------------------------------------------------------

def _times_columns(lanes, columns):
    """Matrices with an axis of lanes behind, (..., i, j, lane), times (..., j, k): (..., i, k, lane)."""
    return np.matmul(transposed(columns)[..., None, :, :], lanes)


def _side_by_side(columns):
    """(..., i, k, lane) with all lanes as further columns."""
    return columns.reshape(*columns.shape[:-2], columns.shape[-2] * columns.shape[-1])


@rule(np.linalg.solve, "a", "b")
@lanes_last
@takes_complex
def solve(a, b):
    """a x = b:  dx = a^-1 (db - da x), with all directions as further right-hand sides."""
    x = np.linalg.solve(a, b)
    vector = np.ndim(b) == 1

    def jvp(da, db):
        moved = db
        if da is not None:
            turned = np.matmul(x[..., None, None, :], da)[..., 0, :] if vector else _times_columns(da, x)
            moved = -turned if db is None else db - turned
        if moved.ndim <= x.ndim:                        # b had fewer axes than a
            moved = np.broadcast_to(moved, x.shape + moved.shape[-1:])
        if not moved.size:
            return moved
        if vector:
            return np.linalg.solve(a, moved)
        return np.linalg.solve(a, _side_by_side(moved)).reshape(moved.shape)

    return x, jvp


@rule(np.linalg.inv, "a")
@lanes_last
@takes_complex
def inv(a):
    """d(a^-1) = -a^-1 da a^-1."""
    inverse = np.linalg.inv(a)

    def jvp(da):
        right = _times_columns(da, inverse)
        return np.matmul(-inverse, _side_by_side(right)).reshape(right.shape)

    return inverse, jvp


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
    shape = a.shape[b.ndim - a.ndim:]            # all of it, where b has as many dimensions
    n = int(np.prod(shape))
    if a.size != n**2:
        raise np.linalg.LinAlgError("Input arrays must satisfy the requirement "
                                    "prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])")
    return np.linalg.solve(a.reshape(n, n), b.ravel()).reshape(shape)


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
    adjugate = sign[..., None, None] * np.matmul(adjoint(vh) * others[..., None, :], adjoint(u))
    if not is_dual(a):
        return adjugate
    # That of diag(s) + p moves by -p_ij, and for i = j by the sum of the other p_kk, times what is left of s.
    p = np.matmul(np.matmul(adjoint(u), lanes_first(a)), adjoint(vh))
    one = np.eye(n, dtype=bool)
    left = _product(np.where(one[:, None] | one, 1.0, s[..., None, None, :]))
    rest = np.where(one, 0.0, left)
    along = np.einsum("...ik,...kk->...i", rest, p)
    moved = one * along[..., None] - rest * p
    moved = sign[..., None, None] * np.matmul(np.matmul(adjoint(vh), moved), adjoint(u))
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
    return scaled(transposed(a), da).sum(axis=(-2, -1))


@rule(np.linalg.det, "a")
@takes_complex
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
@takes_complex
def slogdet(a):
    """With t = tr(a^-1 da):  d(log |det a|) = Re t, and the sign, which is constant for real a, moves by i Im t."""
    result = np.linalg.slogdet(a)

    def both(moved):
        if a.dtype.kind != "c":
            return None, moved
        return 1j * result[0] * moved.imag, moved.real

    def jvp(da):
        if a.shape[-1] == 0:
            return None, np.zeros(da.shape[:-2])
        inverse = _inverse_if_accurate(a)
        if inverse is not None:
            return both(_trace_of_product(inverse, da))
        if not np.isfinite(a).all():
            return both(_trace_of_product(np.full(a.shape, np.nan), da))
        # tr(adj(a) da) / det(a), with a scaled to stay in range: a common factor cancels but for one.
        size = abs(_core.value(a)).max(axis=(-2, -1), keepdims=True)
        size = np.where(size == 0, 1.0, size)
        moved = _trace_of_product(_adjugate(a / size), da)
        return both(np.where(moved == 0, 0.0, moved / (np.linalg.det(a / size) * size[..., 0, 0])))

    return result, jvp

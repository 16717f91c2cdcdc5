"""Stacked matrices: what the rules of linear algebra share."""

import numpy as np

from .. import _core


def transposed(a):
    """Each matrix of a stack transposed."""
    return np.swapaxes(a, -1, -2)


def adjoint(a):
    """Each matrix of a stack, transposed and conjugated."""
    a = np.swapaxes(a, -1, -2)
    return np.conjugate(a) if a.dtype.kind == "c" else a


def diagonal(a):
    """The real diagonals of a stack of matrices."""
    found = np.diagonal(a, axis1=-2, axis2=-1)
    return found.real if found.dtype.kind == "c" else found


def from_triangle(a, UPLO="L"):
    """The Hermitian matrices with these lower or upper triangles; LAPACK reads no more of them."""
    n = a.shape[-1]
    inside = np.tri(n, k=-1, dtype=bool)
    inside = inside.T if UPLO in "Uu" else inside
    half = np.where(inside, a, 0.0)
    return half + adjoint(half) + np.where(np.eye(n, dtype=bool), a, 0.0).real


def diagonal_of_product(a, b):
    """The real diagonals of a @ b."""
    found = (a * transposed(b)).sum(axis=-1)
    return found.real if found.dtype.kind == "c" else found


def magnitude(a):
    """The largest absolute value in each matrix of a stack, with axes of length one in its place."""
    return abs(_core.value(a)).max(axis=(-2, -1), keepdims=True, initial=0.0)

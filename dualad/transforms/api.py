"""The transforms."""

import numpy as np

from .inputs import as_real
from .levels import evaluate_along
from .transform import Derivative, Grad, Jacobian, ValueAndGrad, ValueAndJacobian


def derivative(f, argnum=0):
    return Derivative(f, argnum)


def grad(f, argnums=0, has_aux=False, chunk_size=None, map=None, progress=False):
    return Grad(f, argnums, has_aux, chunk_size, map, progress)


def value_and_grad(f, argnums=0, has_aux=False, chunk_size=None, map=None, progress=False):
    return ValueAndGrad(f, argnums, has_aux, chunk_size, map, progress)


def jacobian(f, argnums=0, has_aux=False, chunk_size=None, map=None, progress=False):
    return Jacobian(f, argnums, has_aux, chunk_size, map, progress)


def value_and_jacobian(f, argnums=0, has_aux=False, chunk_size=None, map=None, progress=False):
    return ValueAndJacobian(f, argnums, has_aux, chunk_size, map, progress)


def jvp(f, primals, tangents, has_aux=False):
    points, directions = [], []
    for position, (x, tangent) in enumerate(zip(primals, tangents)):
        array, scalar = as_real(x, f"primal {position}")
        direction, _ = as_real(tangent, f"tangent {position}")
        if direction.shape != array.shape:
            raise ValueError(f"tangent {position} must have its primal's shape {array.shape}, not {direction.shape}")
        points.append((position, array, scalar))
        directions.append(direction)
    value, lanes, aux = evaluate_along(f, tuple(primals), points, directions, has_aux)
    tangent = np.ascontiguousarray(lanes[..., 0])[()] if lanes.ndim > 1 else lanes[0]
    return (value, tangent, aux) if has_aux else (value, tangent)

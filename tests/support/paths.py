"""Derivatives of float programs along curves through a point, to nine digits and more, by a fitted polynomial."""

import functools

import numpy as np

from dualad import DualArray, _core, partials, second, value

RADIUS = 0.04
DEGREE = 10


@functools.cache
def _weights():
    """Nodes t, and the weights that make of the values there the first and second derivative at 0."""
    nodes = RADIUS * np.cos(np.pi * np.arange(DEGREE + 1) / DEGREE)
    powers = np.vander((nodes / RADIUS).astype(np.longdouble), increasing=True)
    inverse = np.linalg.inv(powers.astype(float))
    inverse += inverse @ (np.eye(len(nodes)) - powers.astype(float) @ inverse)
    return nodes, inverse[1] / RADIUS, 2 * inverse[2] / RADIUS**2


def hyper_at(point, seed=7):
    """A dual array of second order and two directions, with random derivatives of its own."""
    rng = np.random.default_rng(seed)
    x = np.zeros(np.shape(point), _core.dual_dtype(2, 2))
    value(x)[...] = point
    partials(x)[...] = rng.uniform(-0.6, 0.6, partials(x).shape)
    pairs = _core.second_parts(x)[0]
    pairs[...] = rng.uniform(-0.6, 0.6, pairs.shape)
    return x.view(DualArray)


def along_paths(function, x):
    """For each of the function's results, a list of float arrays: (…, 2) and (…, 2, 2), its derivatives.

    The function takes floats and gives a list of arrays; it runs along three curves with x's derivatives.
    """
    nodes, first, twice = _weights()
    point, slope, bend = np.array(value(x)), partials(x), second(x)

    def derivatives(direction):
        moved = [[np.asarray(part, dtype=float) for part in
                  function(point + t * slope @ direction + t * t / 2 * (bend @ direction @ direction))]
                 for t in nodes]
        parts = [np.stack(part) - part[DEGREE // 2] for part in zip(*moved, strict=True)]
        return [np.tensordot(w, part, 1) for w in (first, twice) for part in parts]

    one, other, both = (derivatives(np.array(d)) for d in ([1.0, 0.0], [0.0, 1.0], [1.0, 1.0]))
    count = len(one) // 2
    mixed = [(c - a - b) / 2 for a, b, c in zip(one, other, both, strict=True)]
    return [(np.stack([one[k], other[k]], -1),
             np.stack([np.stack([one[count + k], mixed[count + k]], -1),
                       np.stack([mixed[count + k], other[count + k]], -1)], -1)) for k in range(count)]

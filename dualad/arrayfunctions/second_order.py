"""Second order of derivative rules: the jvp of a jvp.

A function of x with first-order lanes g_i and second derivatives h_ij has the second derivatives

    J h_ij + D2f(g_i, g_j).

The first term is the rule's own jvp. For the second one the rule is applied once more, to dual
arrays with the partials g_i in place of the float ones: the partial i of its jvp along g_j is
D2f(g_i, g_j). So a rule of second order is one of first order that is written with NumPy functions
that take dual arrays.
"""

import numpy as np

from .. import _core
from .._core import DualArray, dual_dtype, partials
from .components import is_dual
from .undefined import Partly


def _row_blocks(segments):
    """Rows of the pattern to be done at once: bounded memory, and little done that nobody wants."""
    short = max(count for _, _, count in segments) == 1
    most = 4 if short and len(segments) > 1 else 16
    return [segments[k:k + most] for k in range(0, len(segments), most)]


def _moving(point, lanes):
    """A dual array with this value and these stacked partials."""
    lanes, dtype = np.moveaxis(lanes, 0, -1), dual_dtype(lanes.shape[0])
    if np.iscomplexobj(point) or np.iscomplexobj(lanes):
        dual = np.zeros_like(point, dtype=_core.complex_dtype(dtype), subok=False)
        for part, values, moved in ((dual.real, np.real(point), lanes.real), (dual.imag, np.imag(point), lanes.imag)):
            _core.value(part)[...] = values
            partials(part)[...] = moved
    else:
        dual = np.zeros_like(point, dtype=dtype, subok=False)
        _core.value(dual)[...] = point
        partials(dual)[...] = lanes
    return dual.view(DualArray)


def curvature(definition, points, lanes, dtype):
    """D2f(g_i, g_j) for the pairs of a dtype's pattern, the axis of pairs in front.

    Parameters
    ----------
    definition : callable
        ``definition(*points)`` gives ``(value, jvp)``, as rules do; the value is not looked at.
    points : sequence
        The arguments, float64 arrays where they move.
    lanes : sequence
        For each the stacked lanes, None where it does not move.
    dtype : numpy.dtype
        Of hyper-dual numbers.

    Returns
    -------
    numpy.ndarray, tuple of arrays or None
        As jvp returns them, `undefined.Partly` included; None where the derivative does not depend
        on the point.
    """
    template = np.empty(0, dtype)
    pairs, segments = _core.second_parts(template)
    moves = [any(t is not None and t[k].any() for t in lanes) for k in range(partials(template).shape[-1])]
    found, undefined, several, at = {}, {}, False, 0
    for rows in _row_blocks(segments):
        first, last = min(j for _, j, _ in rows), max(j + count for _, j, count in rows)
        row_lanes = [i for i, _, _ in rows]
        count = sum(count for _, _, count in rows)
        wanted = (np.concatenate([np.arange(j, j + count) - first for _, j, count in rows]),
                  np.repeat(np.arange(len(rows)), [count for _, _, count in rows]))
        with np.errstate(all="ignore"):
            _, jvp = definition(*(point if t is None else _moving(point, t[row_lanes])
                                  for point, t in zip(points, lanes, strict=True)))
            moved = jvp(*(None if t is None else t[first:last] for t in lanes))
        several = isinstance(moved, tuple)
        for k, part in enumerate(moved if several else (moved,)):
            if isinstance(part, Partly):
                undefined.setdefault(k, []).append(part)
                part = part.lanes
            if is_dual(part):
                if k not in found:
                    plain = np.complex128 if _core.is_complex(part) else np.float64
                    found[k] = np.zeros((pairs.shape[-1], *part.shape[1:]), plain)
                block = np.moveaxis(partials(part), -1, 1)[wanted]
                if not np.isfinite(block).all():
                    still = [not (moves[first + j] and moves[row_lanes[i]])
                             for j, i in zip(*wanted, strict=True)]
                    block[still] = 0.0
                found[k][at:at + count] = block
        at += count
    for k, parts in undefined.items():
        where = np.logical_or.reduce([part.undefined for part in parts])
        found[k] = Partly(found.get(k), where, parts[0].reason)
    if several:
        return tuple(found.get(k) for k in range(len(moved)))
    return found.get(0)

"""Derivatives compared with numerical limits."""

import numpy as np

from .api import jvp
from .inputs import as_real
from .outputs import number_array

#: Central differences with these steps, of which each halves the one before.
LARGEST_STEP = 2.0**-4
STEPS = 11

#: Before them, until the function is finite at both ends.
HALVINGS = 50

#: Arguments with more elements are not searched for the entry that is wrong.
SEARCHED = 200


def check(f, args, order, rtol, atol):
    if not callable(f):
        raise TypeError(f"check_grads takes a function, not {type(f).__name__}")
    if not isinstance(args, (tuple, list)):
        raise TypeError(f"args must be a tuple of the function's arguments, not {type(args).__name__}; with one "
                        "argument write check_grads(f, (x,))")
    if order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, not {order!r}: derivatives are of second order at most")
    points = [as_real(x, f"argument {position}") for position, x in enumerate(args)]
    points = [x[()] if scalar else x for x, scalar in points]
    tolerances = 1e-6 if rtol is None else rtol, atol
    rng = np.random.default_rng(0)
    directions = [_direction(rng, x) for x in points]
    others = [_direction(rng, x) for x in points]

    plain = _output(f(*points))
    for k in range(len(points)):
        found, _ = jvp(f, points, _alone(points, k, directions[k]))
        wrong = _wrong(plain, np.asarray(found), tolerances)
        if wrong:
            raise AssertionError(f"the value with dual numbers differs from the value: {_text(plain, found, wrong[0])}")
        _compare(f, points, k, directions[k], tolerances, "the derivative")
    if order == 2:
        for k in range(len(points)):
            for j in range(len(points)):
                def first(*x, k=k):
                    return jvp(f, x, _alone(points, k, directions[k]))[1]

                def entry(*x, k=k, index=()):
                    return jvp(f, x, _alone(points, k, _unit(points[k], index)))[1]

                _compare(first, points, j, others[j], tolerances, f"the second derivative, by argument {k} and",
                         [(k, index, entry) for index in _indices(points[k])])


def _compare(f, points, k, direction, tolerances, what, firsts=()):
    """AssertionError where the derivative of f along a direction of argument k is not the limit."""
    wrong, expected, found = _along(f, points, k, direction, tolerances)
    if not wrong:
        return
    # which entries? the one with the largest difference, of those along one entry of each argument
    worst = None
    for index in _indices(points[k]):
        unit = _unit(points[k], index)
        for first, at, g in firsts or [(None, (), f)]:
            function = (lambda *x, g=g, at=at: g(*x, index=at)) if firsts else f
            this, limit, value = _along(function, points, k, unit, tolerances)
            if this and (worst is None or this[1] > worst[0][1]):
                worst = this, limit, value, index, first, at
        if worst is not None and firsts:
            break
    if worst is None:
        where = f"along a random direction of argument {k}"
    else:
        wrong, expected, found, index, first, at = worst
        where = f"argument {k}{_entry(index)}"
        if first is not None:
            what = f"the second derivative by argument {first}{_entry(at)} and"
    joint = "by " if worst is not None and first is None else ""
    raise AssertionError(f"{what} {joint}{where} is wrong: {_text(expected, found, wrong[0])}")


def _along(f, points, k, direction, tolerances):
    found = np.asarray(jvp(f, points, _alone(points, k, direction))[1])
    expected = limit(lambda t: f(*points[:k], points[k] + t * direction, *points[k + 1:]), points[k])
    return _wrong(expected, found, tolerances), expected, found


def limit(f, x):
    """The derivative of f(t) at 0: central differences extrapolated to the step 0 (Richardson, Ridders)."""
    best = error = None
    row = []
    with np.errstate(all="ignore"):
        step = _first_step(f, LARGEST_STEP * max(1.0, float(np.max(np.abs(x), initial=0.0))))
        for _ in range(STEPS):
            new = [(_output(f(step)) - _output(f(-step))) / (2 * step)]
            for j, before in enumerate(row):
                new.append(new[j] + (new[j] - before) / (4.0 ** (j + 1) - 1))
                estimate = np.maximum(np.abs(new[-1] - new[-2]), np.abs(new[-1] - before))
                if best is None:
                    best, error = new[-1], estimate
                better = (estimate < error) | np.isnan(error)
                best, error = np.where(better, new[-1], best), np.where(better, estimate, error)
            row = new
            step /= 2
    return best


def _first_step(f, step):
    """The step, halved until f is finite at both its ends (log near 0) wherever it is finite between them."""
    inside = np.isfinite(_output(f(0.0)))
    for _ in range(HALVINGS):
        if not (inside & ~(np.isfinite(_output(f(step))) & np.isfinite(_output(f(-step))))).any():
            break
        step /= 2
    return step


def _wrong(expected, found, tolerances):
    """(index, difference) of the entry that is furthest off; None where all are near enough."""
    if expected.shape != found.shape:
        raise AssertionError(f"the shape of the output changes: {expected.shape} and {found.shape}")
    rtol, atol = tolerances
    with np.errstate(all="ignore"):
        if atol is None:
            finite = np.abs(expected[np.isfinite(expected)])
            atol = rtol * max(1.0, float(np.max(finite, initial=0.0)))
        difference = np.abs(expected - found)
        near = (difference <= atol + rtol * np.abs(expected)) | (expected == found)
        near |= np.isnan(expected) & np.isnan(found)
    if near.all():
        return None
    off = np.where(near, -1.0, np.where(np.isnan(difference), np.inf, difference))
    index = np.unravel_index(np.argmax(off), off.shape)
    return tuple([int(i) for i in index]), float(off[index])


def _output(out):
    array, kind = number_array(out)
    if kind is not None:
        raise TypeError("check_grads takes plain arguments, and functions that return plain numbers for them")
    return array


def _text(expected, found, index):
    return (f"output{_entry(index)}: expected {float(np.asarray(expected)[index])!r}, "
            f"found {float(np.asarray(found)[index])!r}")


def _entry(index):
    return f", entry {index[0] if len(index) == 1 else index}" if index else ""


def _indices(x):
    return list(np.ndindex(np.shape(x))) if np.size(x) <= SEARCHED else []


def _unit(x, index):
    unit = np.zeros(np.shape(x))
    unit[index] = 1.0
    return unit[()]


def _direction(rng, x):
    """Entries of size 1 or so: none is small enough to hide an error."""
    direction = rng.uniform(0.5, 1.0, np.shape(x)) * rng.choice([-1.0, 1.0], np.shape(x))
    return np.float64(direction) if np.ndim(x) == 0 else direction


def _alone(points, k, direction):
    return [direction if position == k else np.zeros(np.shape(x))[()] for position, x in enumerate(points)]

"""Which second derivatives go through a function at once: tiles that cover the symmetric half."""

import math
from functools import cached_property, lru_cache

import numpy as np

from .._core import Level, is_complex, kind_of, partials
from .chunks import bad_engine, check_same, for_each, rounded, without_points
from .inputs import points_of
from .levels import explain
from .outputs import THIRD_ORDER, number_array, of_parts, split, without_duals
from .room import SECOND, check_room

#: Directions that go through in one call with all their pairs; more are cut into blocks of so many.
#: Measured with vector code and with loops, for 10 to 400 inputs.
WHOLE = 64
BLOCK = 24

#: Directions of one row of pairs, or of a diagonal, in one call.
LONGEST_ROW = 256

#: A Laplacian goes in so many calls that the argument with its lanes takes no more than these bytes in one,
#: but no more than so many calls.
DIAGONAL_BYTES = 48 * 2**10
DIAGONAL_CALLS = 16


def first_order_points(args, argnums):
    """As `points_of`, where numbers of an outer call are refused."""
    points = points_of(args, argnums)
    for position, x, _ in points:
        refuse_outer(x, "argument", position)
    return points


def refuse_outer(array, *what):
    if kind_of(array) is not None:
        raise TypeError(f"{' '.join(map(str, what))} holds dual numbers of a derivative call that is still "
                        f"running: {THIRD_ORDER}")


class Tile:
    """Pairs of directions: (rows, columns) of a rectangle, or rows alone with columns None; then the
    triangle, or the diagonal."""

    def __init__(self, pattern, rows, columns=None):
        self.pattern = pattern
        self.rows = rows
        self.columns = columns

    def room(self):
        """The numbers' rows and columns. They are of few sizes, since dtypes live for ever."""
        if self.pattern == "triangular":
            return (room_for(len(self.rows)),)
        if self.pattern == "diagonal":
            return (rounded(len(self.rows)),)
        if len(self.rows) == 1:
            return 1, rounded(len(self.columns))
        if len(self.rows) == len(self.columns):
            return (room_for(len(self.rows)),) * 2
        return tuple([1 << max(len(side) - 1, 0).bit_length() for side in (self.rows, self.columns)])

    @cached_property
    def seeds(self):
        """What `Level.seeded_second` wants to know."""
        if self.pattern == "rectangular":
            first, other = self.room()
            return "rectangular", first + other, first, blocks(self.rows, 0) + blocks(self.columns, first)
        return self.pattern, self.room()[0], 0, blocks(self.rows, 0)

    def axes(self):
        """Of the second derivatives."""
        n = len(self.rows)
        return (n,) if self.pattern == "diagonal" else (n, n if self.columns is None else len(self.columns))

    def cut(self, value, first, pairs):
        """Its own out of the numbers' room, which is rounded up."""
        count = len(self.rows)
        if self.pattern == "diagonal":
            return value, first[..., :count], pairs[..., :count]
        return value, None, pairs.reshape((*pairs.shape[:-1], *self.room()))[..., :count, :len(self.columns)]

    def put(self, second, matrix):
        rows = np.asarray(self.rows, np.intp)
        if self.pattern == "diagonal":
            matrix[..., rows, rows] = second
            return
        columns = rows if self.columns is None else np.asarray(self.columns, np.intp)
        matrix[..., rows[:, None], columns] = second
        if self.columns is not None:
            matrix[..., columns[:, None], rows] = np.swapaxes(second, -1, -2)


def room_for(n):
    """Pairs grow with the square of the directions, so rounding is finer than for partials alone."""
    if n <= 8:
        return max(n, 1)
    return (n + 1) // 2 * 2 if n <= 16 else (n + 3) // 4 * 4 if n <= 64 else rounded(n)


@lru_cache                       # most functions are asked for the same again
def whole(total):
    return Tile("triangular", range(total))


def diagonal_size(total):
    """Directions of a Laplacian in one call: little is held at once, and f is not called often."""
    calls = min(-(-8 * total * (1 + 2 * total) // DIAGONAL_BYTES), DIAGONAL_CALLS)
    return max(min(-(-total // max(calls, 1)), LONGEST_ROW), 1)


@lru_cache(16)
def diagonal_tiles(total, size):
    return tuple([Tile("diagonal", range(start, min(start + size, total))) for start in range(0, max(total, 1), size)])


def square_tiles(total, size):
    """The symmetric half: triangles on the diagonal, squares beside it."""
    size = -(-total // -(-total // size))            # blocks of one size, as far as it goes
    blocks = [range(start, min(start + size, total)) for start in range(0, total, size)]
    return [Tile("triangular", blocks[i]) if i == j else Tile("rectangular", blocks[i], blocks[j])
            for i in range(len(blocks)) for j in range(i, len(blocks))]


def blocks(indices, direction):
    """(start, stop, direction) of the runs of consecutive indices."""
    if type(indices) is range:
        return [(indices.start, indices.stop, direction)]
    runs, first = [], 0
    for k in range(1, len(indices) + 1):
        if k == len(indices) or indices[k] != indices[k - 1] + 1:
            runs.append((int(indices[first]), int(indices[k - 1]) + 1, direction + first))
            first = k
    return runs


class Task:
    """The task of an engine: called with a tile, it ships floats back."""

    def __init__(self, f, args, kwargs, points, has_aux):
        self.f = f
        self.args = without_points(args, points)
        self.kwargs = kwargs
        self.points = points
        self.has_aux = has_aux

    def __call__(self, tile):
        return tile, *evaluate_tile(self.f, self.args, self.kwargs, self.points, tile, self.has_aux)


def evaluate_tiles(task, tiles, engine, total):
    """(value, what was found, aux), where for each tile (tile, partials, second derivatives) was found."""
    value, aux, found = None, None, []

    def add(result):
        nonlocal value, aux
        if type(result) is not tuple or len(result) != 5:
            raise bad_engine(f"results of type {type(result).__name__}")
        tile, this, first, second, this_aux = result
        if found:
            check_same(value, this, total)
        else:
            value, aux = this, this_aux
            if tile.pattern != "diagonal":
                shape = (*np.shape(this), total, total)
                check_room(8 * math.prod(shape), f"a Hessian of shape {shape}", SECOND)
        found.append((tile, first, second))
        return len(found)

    for_each(task, tiles, engine, add)
    return value, found, aux


def assembled(found, total):
    """(partials, Hessian) out of the tiles; 0 where there is no tile."""
    shape = found[0][2].shape[:-len(found[0][0].axes())]
    plain = found[0][2].dtype
    gradient, matrix = np.zeros((*shape, total), plain), np.zeros((*shape, total, total), plain)
    for tile, first, second in found:
        if first is not None:
            gradient[..., np.asarray(tile.rows, np.intp)] = first
        tile.put(second, matrix)
    return gradient, matrix


def evaluate_tile(f, args, kwargs, points, tile, has_aux=False):
    """(value, partials of the rows, second derivatives, aux) of f at the points.

    The second derivatives have the axes of the tile. There are no partials with a rectangle or given pairs.
    """
    count = len(tile.rows)
    level = Level()
    try:
        out = f(*level.seeded_second(args, points, *tile.seeds), **kwargs)
        aux = None
        if has_aux:
            out, aux = split(out)
        if tile.pattern == "triangular":
            parts = level.hessian(out, count)
            if parts is None:
                parts = _parts_of_anything(level, out, tile)
        else:
            parts = _parts(level, out, tile)
        return *parts, without_duals(aux, level) if has_aux else None
    except TypeError as error:
        explain(error, level.slot)
        raise
    finally:
        level.close()


def evaluate_along_and(f, args, kwargs, points, tangents, start, stop):
    """(value, derivatives) where these are second derivatives along the tangents and directions start..stop."""
    level = Level()
    try:
        as_arrays = [(position, x, False) for position, x, _ in points]
        tile = Tile("rectangular", range(1), range(start, stop))
        lifted = level.seeded_second(args, as_arrays, "rectangular", sum(tile.room()), 1, [(start, stop, 1)])
        for (position, _, scalar), tangent in zip(points, tangents):
            partials(lifted[position])[..., 0] = tangent
            if scalar:
                lifted[position] = lifted[position][()]
        value, _, pairs = _parts(level, f(*lifted, **kwargs), tile)
        return value, pairs[..., 0, :]
    except TypeError as error:
        explain(error, level.slot)
        raise
    finally:
        level.close()


def _parts(level, out, tile):
    parts = level.parts_second(out)
    return _parts_of_anything(level, out, tile) if parts is None else tile.cut(*parts)


def _parts_of_anything(level, out, tile):
    """For what a function may return besides a number or array of its own level."""
    count = len(tile.rows)
    array, kind = number_array(out)
    if is_complex(array) or (array.dtype.kind == "c" and kind is None):
        return of_parts(lambda part: _parts_of_anything(level, part, tile), array)
    if kind is not None and kind[0] == level.slot:
        return level.hessian(array, count) if tile.pattern == "triangular" else tile.cut(*level.parts_second(array))
    first = None if tile.pattern in ("rectangular", "given") else np.zeros((*array.shape, count))
    return array[()], first, np.zeros((*array.shape, *tile.axes()))

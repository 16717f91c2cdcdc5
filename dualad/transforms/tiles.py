"""Which second derivatives go through a function at once: tiles that cover the symmetric half."""

import numpy as np

from .._core import Level, kind_of, partials
from .chunks import bad_engine, check_same, results_of, rounded
from .inputs import points_of
from .levels import explain
from .outputs import THIRD_ORDER, number_array, split, without_duals

#: Directions that go through in one call with all their pairs; more are cut into blocks of so many.
#: Measured with vector code and with loops, for 10 to 400 inputs.
WHOLE = 64
BLOCK = 24

#: Directions of a diagonal pattern in one call.
DIAGONAL = 256

#: What a call costs beside its lanes, in lanes: what covers of a pattern are compared by.
CALL = 32

#: No tile of a cover has more lanes than this.
MOST_LANES = 4096


def first_order_points(args, argnums):
    """As `points_of`, where numbers of an outer call are refused."""
    points = points_of(args, argnums)
    for position, x, _ in points:
        refuse_outer(x, f"argument {position}")
    return points


def refuse_outer(array, what):
    if kind_of(array) is not None:
        raise TypeError(f"{what} holds dual numbers of a derivative call that is still running: {THIRD_ORDER}")


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

    def lanes(self):
        n = len(self.rows)
        if self.pattern == "rectangular":
            m = len(self.columns)
            return n + m + n * m
        return 2 * n if self.pattern == "diagonal" else n + n * (n + 1) // 2


def room_for(n):
    """Pairs grow with the square of the directions, so rounding is finer than for partials alone."""
    return max(n, 1) if n <= 8 else rounded(n) if n > 64 else (n + 3) // 4 * 4


def whole(total):
    return Tile("triangular", range(total))


def diagonal_tiles(total, size):
    return [Tile("diagonal", range(start, min(start + size, total))) for start in range(0, total, size)] or [
        Tile("diagonal", range(0))]


def square_tiles(total, size):
    """The symmetric half: triangles on the diagonal, squares beside it."""
    size = -(-total // -(-total // size))            # blocks of one size, as far as it goes
    blocks = [range(start, min(start + size, total)) for start in range(0, total, size)]
    return [Tile("triangular", blocks[i]) if i == j else Tile("rectangular", blocks[i], blocks[j])
            for i in range(len(blocks)) for j in range(i, len(blocks))]


def cover(rows, columns, size):
    """Tiles for the pairs (rows[k], columns[k]), each with rows[k] <= columns[k]: the cheapest of several ways."""
    off = rows != columns
    on = np.unique(rows[~off])
    if not off.any():
        step = size or DIAGONAL
        return [Tile("diagonal", on[k:k + step]) for k in range(0, len(on), step)] or [Tile("diagonal", on)]
    there = np.unique(np.concatenate([rows, columns]))
    rectangle = [Tile("rectangular", np.unique(rows[off]), np.unique(columns[off]))]
    if len(on):
        rectangle.append(Tile("diagonal", on))
    ways = [_squares(rows, columns, step) for step in ([size] if size else (4, 8, 16, 32, 64))]
    if size is None:
        ways += [[Tile("triangular", there)], rectangle]
    allowed = [way for way in ways if all(tile.lanes() <= MOST_LANES for tile in way)] or ways[:1]
    return min(allowed, key=lambda way: sum(CALL + tile.lanes() for tile in way))


def _squares(rows, columns, size):
    """Of the squares of a grid those where there are pairs, with the rows and columns that have some."""
    tiles = []
    keys = np.stack([rows // size, columns // size], axis=1)
    for i, j in np.unique(keys, axis=0):
        inside = (keys[:, 0] == i) & (keys[:, 1] == j)
        a, b = np.unique(rows[inside]), np.unique(columns[inside])
        if i != j:
            tiles.append(Tile("rectangular", a, b))
        elif np.array_equal(rows[inside], columns[inside]):
            tiles.append(Tile("diagonal", a))
        else:
            tiles.append(Tile("triangular", np.union1d(a, b)))
    return tiles


def checked_pattern(pattern):
    """A pattern as the user gives it, without iterators, which would be empty the second time."""
    if pattern is None or hasattr(pattern, "tocoo") or isinstance(pattern, np.ndarray):
        return pattern
    try:
        return list(pattern)
    except TypeError:
        raise _not_pairs() from None


def _not_pairs():
    return TypeError("pattern must be pairs (i, j) of flat indices, or a boolean or sparse mask")


def given_pairs(pattern, total):
    """A checked pattern as (rows, columns) with rows <= columns."""
    if hasattr(pattern, "tocoo"):
        sparse = pattern.tocoo()
        shape, there = sparse.shape, np.asarray(sparse.data) != 0
        rows, columns = np.asarray(sparse.row)[there], np.asarray(sparse.col)[there]
    elif isinstance(pattern, np.ndarray) and pattern.dtype == bool:
        shape = pattern.shape
        if pattern.ndim != 2:
            raise ValueError(f"a mask as pattern has shape ({total}, {total}), not {shape}")
        rows, columns = np.nonzero(pattern)
    else:
        pairs = np.asarray(pattern)
        if pairs.size == 0:
            pairs = np.empty((0, 2), np.intp)
        if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
            raise _not_pairs()
        shape, (rows, columns) = (total, total), pairs.T
        if pairs.size and (pairs.min() < 0 or pairs.max() >= total):
            raise ValueError(f"pattern has the index {pairs.min() if pairs.min() < 0 else pairs.max()}; there are "
                             f"{total} elements to differentiate by, numbered from 0")
    if shape != (total, total):
        raise ValueError(f"a mask as pattern has shape ({total}, {total}), not {shape}")
    low, high = np.minimum(rows, columns), np.maximum(rows, columns)
    flat = np.unique(low.astype(np.intp) * total + high)
    return flat // max(total, 1), flat % max(total, 1)


def _blocks(indices, direction):
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
        args = list(args)
        for point in points:
            args[point[0]] = None               # shipped once, as a point
        self.args = tuple(args)
        self.kwargs = kwargs
        self.points = points
        self.has_aux = has_aux

    def __call__(self, tile):
        return tile, *evaluate_tile(self.f, self.args, self.kwargs, self.points, tile, self.has_aux)


def evaluate_tiles(task, tiles, engine, total):
    """(value, what was found, aux), where for each tile (tile, partials, second derivatives) was found."""
    value, aux, found = None, None, []
    for result in results_of(engine, task, tiles):
        if type(result) is not tuple or len(result) != 5:
            raise bad_engine(f"results of type {type(result).__name__}")
        tile, this, first, second, this_aux = result
        if found:
            check_same(value, this, total)
        else:
            value, aux = this, this_aux
        found.append((tile, first, second))
    return value, found, aux


def assembled(found, total):
    """(partials, Hessian) out of the tiles; 0 where there is no tile."""
    shape = found[0][2].shape[:-1 if found[0][0].pattern == "diagonal" else -2]
    gradient, matrix = np.zeros((*shape, total)), np.zeros((*shape, total, total))
    for tile, first, second in found:
        rows = np.asarray(tile.rows, np.intp)
        if first is not None:
            gradient[..., rows] = first
        if tile.pattern == "diagonal":
            matrix[..., rows, rows] = second
        else:
            columns = rows if tile.columns is None else np.asarray(tile.columns, np.intp)
            matrix[..., rows[:, None], columns] = second
            if tile.columns is not None:
                matrix[..., columns[:, None], rows] = np.swapaxes(second, -1, -2)
    return gradient, matrix


def evaluate_tile(f, args, kwargs, points, tile, has_aux=False):
    """(value, partials of the rows, second derivatives, aux) of f at the points.

    The second derivatives have the axes of the tile: (rows, rows), (rows, columns), or (rows,) for the
    diagonal. There are no partials with a rectangle.
    """
    count = len(tile.rows)
    level = Level()
    try:
        if tile.pattern == "rectangular":
            first, other = tile.room()
            lifted = level.seeded_second(args, points, "rectangular", first + other, first,
                                         _blocks(tile.rows, 0) + _blocks(tile.columns, first))
        else:
            lifted = level.seeded_second(args, points, tile.pattern, tile.room()[0], 0, _blocks(tile.rows, 0))
        out = f(*lifted, **kwargs)
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
    return _parts_of_anything(level, out, tile) if parts is None else _cut(parts, tile)


def _cut(parts, tile):
    """A tile's own out of the numbers' room, which is rounded up."""
    value, first, pairs = parts
    count = len(tile.rows)
    if tile.pattern == "diagonal":
        return value, first[..., :count], pairs[..., :count]
    return value, None, pairs.reshape((*pairs.shape[:-1], *tile.room()))[..., :count, :len(tile.columns)]


def _parts_of_anything(level, out, tile):
    """For what a function may return besides a number or array of its own level."""
    count = len(tile.rows)
    array, kind = number_array(out)
    if kind is not None and kind[0] == level.slot:
        return level.hessian(array, count) if tile.pattern == "triangular" else _cut(level.parts_second(array), tile)
    first = np.zeros((*array.shape, count))
    if tile.pattern == "diagonal":
        return array[()], first, first.copy()
    axes = (count, count if tile.columns is None else len(tile.columns))
    return array[()], None if tile.columns is not None else first, np.zeros((*array.shape, *axes))

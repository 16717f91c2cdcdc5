"""Hessians of given pairs: what goes through the function at once."""

import numpy as np

from .chunks import rounded
from .tiles import Tile, blocks

#: No tile has more lanes than this, and the arguments with their lanes no more bytes as long as some lanes
#: are left. (One sweep was faster than all arrangements of triangles, rectangles and diagonals for bands, arrows,
#: blocks and scattered pairs of 20 to 400 inputs, in vector code and in loops.)
MOST_LANES = 4096
MOST_BYTES = 4 * 2**20
FEWEST_LANES = 64


class Pattern:
    """A pattern as the user gives it; what has been worked out of it is kept for the next call."""

    def __init__(self, given):
        self.shape, rows, columns = _read(given)
        self.rows, self.columns = np.minimum(rows, columns), np.maximum(rows, columns)
        self._for = None                    # (total, size), tiles

    def tiles(self, total, size):
        """Tiles with all pairs of `total` directions, at most `size` of them at once; None: as is fastest."""
        known = self._for
        if known is None or known[0] != (total, size):
            known = self._for = (total, size), cover(*self.pairs(total), total, size)
        return known[1]

    def pairs(self, total):
        """(rows, columns) with rows <= columns, each pair once."""
        if self.shape is None:
            outside = [k for k in (self.rows.min(initial=0), self.columns.max(initial=0)) if not 0 <= k < max(total, 1)]
            if outside or (total == 0 and len(self.rows)):
                raise ValueError(f"pattern has the index {(outside or [0])[0]}; there are {total} elements to "
                                 "differentiate by, numbered from 0")
        elif self.shape != (total, total):
            raise ValueError(f"a mask as pattern has shape ({total}, {total}), not {self.shape}")
        flat = np.unique(self.rows * total + self.columns)
        return flat // max(total, 1), flat % max(total, 1)


def _read(pattern):
    """(shape or None, rows, columns)."""
    if hasattr(pattern, "tocoo"):
        sparse = pattern.tocoo()
        there = np.asarray(sparse.data) != 0
        return sparse.shape, np.asarray(sparse.row, np.intp)[there], np.asarray(sparse.col, np.intp)[there]
    if isinstance(pattern, np.ndarray) and pattern.dtype == bool:
        if pattern.ndim != 2:
            raise ValueError(f"a mask as pattern has two axes, not shape {pattern.shape}")
        return pattern.shape, *np.nonzero(pattern)
    pairs = np.asarray(list(pattern) if hasattr(pattern, "__iter__") else None)
    if pairs.size == 0:
        pairs = np.empty((0, 2), np.intp)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise TypeError("pattern must be pairs (i, j) of flat indices, or a boolean or sparse mask")
    return None, *pairs.astype(np.intp).T


class GivenTile(Tile):
    """Any pairs of `total` directions, in runs. All is worked out once."""

    def __init__(self, rows, columns, total):
        there = np.unique(np.concatenate([rows, columns]))
        super().__init__("given", there)
        runs, order = runs_of(np.searchsorted(there, rows), np.searchsorted(there, columns))
        self.places = rows[order] * total + columns[order], columns[order] * total + rows[order]
        self.seeds = "given", *self.room(), blocks(there, 0), runs

    def room(self):
        """Directions, the last one at rest, and pairs."""
        return rounded(len(self.rows) + 1), rounded(len(self.places[0]))

    def axes(self):
        return (len(self.places[0]),)

    def cut(self, value, first, pairs):
        return value, None, pairs[..., :len(self.places[0])]

    def put(self, second, matrix):
        flat = matrix.reshape((*matrix.shape[:-2], matrix.shape[-1]**2)).T       # an index in front is faster
        for places in self.places:
            flat[places] = second.T


def runs_of(rows, columns):
    """Pairs in few runs: (runs, order), where `order` lists the pairs run by run.

    A run (i, j, count, slant) stands for the pairs (i + k slant, j + k) for k < count, either way round.
    Each pair goes with the longest of the runs along its row, its column and its diagonal.
    """
    # (which line, where on it), and the run that starts there
    lines = ((rows, columns, lambda line, at: (line, at)), (columns, rows, lambda line, at: (line, at)),
             (columns - rows, rows, lambda line, at: (at, at + line)))
    longest = np.argmax([_lengths(line, at) for line, at, _ in lines], axis=0)
    runs, orders = [], []
    for slant, (line, at, start) in zip((0, 0, 1), lines):
        chosen = np.flatnonzero(longest == len(orders))
        order, firsts, counts = _runs(line[chosen], at[chosen])
        order = chosen[order]
        runs.append(np.stack([*start(line[order[firsts]], at[order[firsts]]), counts, np.full_like(counts, slant)], 1))
        orders.append(order)
    return np.concatenate(runs), np.concatenate(orders)


def _runs(line, at):
    """(order, where runs start in it, how long they are) of what lies side by side on a line."""
    order = np.lexsort((at, line))
    breaks = np.ones(len(order), bool)
    breaks[1:] = (np.diff(line[order]) != 0) | (np.diff(at[order]) != 1)
    firsts = np.flatnonzero(breaks)
    return order, firsts, np.diff(firsts, append=len(order))


def _lengths(line, at):
    """For each the length of its run."""
    order, _, counts = _runs(line, at)
    lengths = np.empty(len(order), np.intp)
    lengths[order] = np.repeat(counts, counts)
    return lengths


def cover(rows, columns, total, size):
    """Tiles for the pairs (rows[k], columns[k]): few, of moderate size, or of at most `size` rows and columns."""
    if size is not None:
        square = rows // size * (total // size + 1) + columns // size
        return [GivenTile(rows[square == k], columns[square == k], total) for k in np.unique(square)] or [
            GivenTile(rows, columns, total)]
    most = min(max(MOST_BYTES // (8 * max(total, 1)), FEWEST_LANES), MOST_LANES)
    parts = 1
    while True:
        tiles = [GivenTile(rows[part], columns[part], total) for part in np.array_split(np.arange(len(rows)), parts)]
        if parts >= len(rows) or all([sum(tile.room()) <= most for tile in tiles]):
            return tiles
        parts = min(2 * parts, len(rows))

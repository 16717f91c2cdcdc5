"""How many directions go through a function at once, and which engine runs the calls."""

import math

import numpy as np

from .. import _core
from .levels import evaluate
from .room import FORWARD, check_room

#: The numbers of directions for which dtypes are made; beyond, powers of two and three times them.
SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32, 48, 64)

#: Directions in one call when nothing else is asked for: (up to so many in all, in one call).
#: Measured with vector code (polynomials; sin, cos, exp; a dense map with tanh) and with plain loops,
#: for 20 to 1,000,000 inputs. Up to 128 inputs one call is always fastest; for long vectors 16 to 24
#: directions are, since wider arrays of numbers no longer fit the cache.
DEFAULT_CHUNKS = ((512, 128), (2048, 48))
LONGEST_CHUNK = 24

#: The lifted arguments of one call take no more than this, in bytes.
MEMORY_CAP = 64 * 2**20


def rounded(n):
    """The size for n directions: the next in SIZES, or beyond them the next 2**k or 3 * 2**k."""
    for size in SIZES:
        if n <= size:
            return size
    size = SIZES[-1]
    while size < n:
        size = size * 3 // 2 if size & (size - 1) == 0 else size // 3 * 4
    return size


def default_chunk(directions):
    """The chunk size for arguments of so many elements, each seeded in its own direction."""
    for most, chunk in DEFAULT_CHUNKS:
        if directions <= most:
            return chunk
    affordable = MEMORY_CAP // (8 * directions) - 1
    return max([size for size in SIZES if size <= min(affordable, LONGEST_CHUNK)], default=1)


def checked_size(chunk_size):
    """chunk_size as an int, or None."""
    if chunk_size is None:
        return None
    if isinstance(chunk_size, (bool, np.bool_)) or not hasattr(chunk_size, "__index__"):
        raise TypeError(f"chunk_size must be a positive integer or None, not {type(chunk_size).__name__}")
    size = chunk_size.__index__()
    if size < 1:
        raise ValueError(f"chunk_size must be at least 1, not {size}")
    return size


class Chunk:
    """The task of an engine: called with the first direction, it ships floats back."""

    def __init__(self, f, args, kwargs, points, total, size, has_aux):
        self.f = f
        self.args = without_points(args, points)
        self.kwargs = kwargs
        self.points = points
        self.total = total
        self.size = size
        self.has_aux = has_aux
        self.outer = _core.innermost()          # worker threads start with an empty context

    def __call__(self, start):
        stop = min(start + self.size, self.total)
        value, lanes, aux = evaluate(self.f, self.args, self.kwargs, self.points, rounded(stop - start),
                                     start, stop, self.has_aux, outer=self.outer)
        return start, value, lanes, aux if start == 0 else None


def evaluate_in_chunks(chunk, engine, progress, check):
    """(value, lanes, aux) as from `evaluate`, put together from chunks that the engine computes.

    `check` is called with the value and lanes of the first.
    """
    starts = list(range(0, chunk.total, chunk.size)) or [0]
    parts = Parts(chunk.total, check)
    for_each(chunk, starts, engine, parts.add, progress)
    return parts.value, parts.lanes, parts.aux


class Parts:
    """What the chunks gave, in whatever order they come."""

    def __init__(self, total, check):
        self.total = total
        self.check = check
        self.seen = set()
        self.value = self.lanes = self.aux = None

    def add(self, result):
        """How many there are with this one."""
        if type(result) is not tuple or len(result) != 4:
            raise bad_engine(f"results of type {type(result).__name__}")
        start, value, lanes, aux = result
        if self.lanes is None:
            self.check(value, lanes)
            self.value = value
            shape = (*lanes.shape[:-1], self.total)
            check_room(math.prod(shape) * lanes.itemsize, f"a Jacobian of shape {shape}", FORWARD)
            self.lanes = np.empty_like(lanes, shape=shape)
        else:
            check_same(self.value, value, self.total)
        self.lanes[..., start:start + lanes.shape[-1]] = lanes
        self.seen.add(start)
        if start == 0:
            self.aux = aux
        return len(self.seen)


def check_same(a, b, total):
    """ValueError where two calls of the function gave different values."""
    if not _same(a, b):
        raise ValueError(
            "the function returned different values for the same arguments when it was called again for "
            "the next directions: it uses random numbers, or changes its arguments or other state. Make "
            f"it repeatable (a seeded generator made inside it), or pass chunk_size={total} so that "
            "one call computes all directions")


def without_points(args, points):
    """The arguments that go with a task beside its points, which are shipped once."""
    args = list(args)
    for point in points:
        args[point[0]] = None
    return tuple(args)


def for_each(task, items, engine, add, progress=False):
    """Give `add` what the task returns for each item, called here or by an engine.

    `add` returns how many of the results it has by then. (No generator goes round f, nor map: they would take a
    StopIteration from it for their own.)
    """
    if engine is None:
        for item in _with_bar(items, len(items)) if progress else items:
            add(task(item))
        return
    results, count = engine(task, list(items)), 0
    if not hasattr(results, "__iter__"):
        raise bad_engine(f"a {type(results).__name__}")
    for result in _with_bar(results, len(items)) if progress else results:
        count = add(result)
    if count < len(items):
        raise bad_engine(f"{count} of {len(items)} results")


def bad_engine(given):
    return TypeError(f"map= gave back {given}. It must work as the built-in map does, map(function, items), "
                     "and give back the results themselves; where an engine returns futures, gather them: "
                     "map=lambda function, items: client.gather(client.map(function, items))")


def _same(a, b):
    """Whether two values have the same bits, any NaN being equal to any other."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if _core.slot_of(a) < 0 and a.tobytes() == b.tobytes():        # nearly always
        return True
    if np.iscomplexobj(a):
        return _same(a.real, b.real) and _same(a.imag, b.imag)
    if _core.slot_of(a) >= 0:
        return _same(_core.value(a), _core.value(b)) and _same(_core.partials(a), _core.partials(b))
    return bool(np.all((a.view(np.int64) == b.view(np.int64)) | (np.isnan(a) & np.isnan(b))))


def _with_bar(results, total):
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return results
    return tqdm(results, total=total, desc="directions", unit="chunk")


def build_info():
    """What the compiled core was built with, and the sizes that the transforms use.

    Returns
    -------
    dict
        ``compiler``, ``simd``, ``numpy_built_against``, ...; ``sizes``, the numbers of directions that
        the transforms round up to; ``default_chunk``, directions in one call by the size of the
        arguments; ``chunk_memory_cap``, in bytes.

    Examples
    --------
    >>> import dualad
    >>> dualad.build_info()["sizes"][:6]
    (1, 2, 3, 4, 5, 6)
    """
    return {
        **_core.build_info(),
        "sizes": SIZES,
        "default_chunk": {**{f"up to {n}": chunk for n, chunk in DEFAULT_CHUNKS}, "beyond": LONGEST_CHUNK},
        "chunk_memory_cap": MEMORY_CAP,
    }

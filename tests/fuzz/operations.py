"""What programs do: an operation, and lists of them.

An operation takes the choices left in its record and as many operands as it says, and decides by shapes only, so
that it does the same to dual numbers as to floats.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Operation:
    """`call(choices, *operands)`, and what may be expected of it.

    in_place: operands are written to. elementwise: the bits do not depend on how operands lie in memory.
    constant: a result of floats loses nothing. alone: floats have no such operation. dots: it may call NumPy's dot,
    whose results are right to rounding only where plain ndarrays of dual numbers are multiplied.
    """

    name: str
    call: object
    operands: int
    in_place: bool = False
    elementwise: bool = False
    constant: bool = False
    alone: bool = False
    dots: bool = False


class Operations(list):
    """Operations in the order in which their functions are decorated with `add`."""

    def add(self, operands, **expected):
        def decorate(call):
            self.append(Operation(call.__name__, call, operands, **expected))
            return call
        return decorate


DTYPES = (None, float, np.float32, object, complex, int, bool, "like")
CASTINGS = ("same_kind", "safe", "unsafe", "no", "equiv")


def dtype_of(c, x):
    chosen = c.of(DTYPES)
    return getattr(x, "dtype", None) if chosen == "like" else chosen


def scalar(x):
    """A number out of x."""
    return x.flat[-1] if isinstance(x, np.ndarray) and x.size else x

"""What a row of the register is, and the points at which the rows' functions are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

#: how a function takes dual numbers: key -> what the page says
KINDS = {
    "rule": "A rule of dualad's",
    "own": "NumPy's own code",
    "stripped": "NumPy's own code; a plain `ndarray` results",
    "plain": "Plain result",
    "refused": "Refused",
    "other": "Other",
}


@dataclass(frozen=True)
class Row:
    """A function, and how it takes dual numbers.

    `call` is called with the function itself and with `at`, floats or duals; `note` stands on the page.
    """

    name: str
    kind: str
    call: Callable | None = None
    at: object = None
    note: str = ""


class Table:
    """The rows of one module, or of a part of it.

    The rows of each kind are tuples (names, call, at) or (names, call, at, note), where `names` may
    be several that are called alike; those of `other` are one text of names.
    """

    def __init__(self, module, title="", *, other="", **kinds):
        self.module, self.title = module, title
        self.rows = [Row(f"{module}.{name}", "other") for name in other.split()]
        for kind, rows in kinds.items():
            assert kind in KINDS
            for names, *rest in rows:
                self.rows += [Row(f"{module}.{name}", kind, *rest) for name in names.split()]


def alone(f, x):
    """A function of one argument."""
    return f(x)


def pair(f, x):
    """A function of two arrays of one shape."""
    return f(x[0], x[1])


def in_place(f, x, *args, **kwargs):
    """What a function that writes into its first argument makes of it."""
    x = x.copy()
    f(x, *args, **kwargs)
    return x


# No two elements of an array are nearer than 0.1, and none is near an integer, a half or zero: no example
# changes its branch in the neighbourhood in which the tests look at it.
V = np.array([0.3, -1.2, 2.2, 0.9, -0.4, 1.6, -2.1])
W = np.array([1.1, 0.7, -0.6, 2.4, 0.2, -1.3, 0.8])
UP = np.array([-1.7, -0.8, 0.2, 0.6, 1.4, 1.9, 2.7])            # sorted
U = np.array([0.15, 0.62, 0.37, 0.85])                          # inside of (0, 1)
P = np.array([[1.3, 0.4, 2.2, 0.7], [0.9, 1.7, 0.6, 3.1]])      # positive, for functions of two
M = np.array([[0.3, -1.2, 2.2, 0.9], [1.6, 0.1, -0.4, 3.1], [-2.1, 0.6, 0.8, 1.1]])
S = np.array([[3.1, 0.2, -0.7, 0.4], [0.3, 2.6, 0.6, -0.2], [-0.4, 0.9, 3.7, 0.1], [0.7, -0.3, 0.8, 2.9]])
T = np.random.default_rng(3).permutation(24).reshape(2, 3, 4) * 0.2 - 2.3
KEYS = np.array([0, 2, 1, 2, 0, 3, 1])                           # for counting V

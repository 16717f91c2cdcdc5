"""The worst errors of every contender, function by function."""

import math
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from mpmath import mp, mpf

sys.path.insert(0, str(Path(__file__).parents[1] / "rules"))
from oracle import error, errors, frozen, jet, points
from references import BIG, REFERENCES

NORMAL = 2.2250738585072014e-308
ORDINARY = 0.01, 100.0
#: not smooth at ties, where contenders have conventions, not errors
TIES = {"maximum", "minimum", "fmax", "fmin", "huber"}


@dataclass
class Worst:
    """The largest errors of f, f' and f''; where they are; what was given there."""
    errors: list = field(default_factory=lambda: [0.0, 0.0, 0.0])
    at: list = field(default_factory=lambda: [None, None, None])
    given: list = field(default_factory=lambda: [0.0, 0.0, 0.0])

    def take(self, order, size, x, given):
        if not size <= self.errors[order]:
            self.errors[order], self.at[order], self.given[order] = size, x, given


@dataclass
class Found:
    """Of one contender and one function: over the whole domain, and where arguments are ordinary."""
    everywhere: Worst = field(default_factory=Worst)
    ordinary: Worst = field(default_factory=Worst)


def chosen(name, count, seed=5):
    """The points kept in tests/rules/frozen, the table's own, and `count` random ones."""
    every = dict.fromkeys(x for x, _ in frozen(name)) | dict.fromkeys(points(name, count, seed))
    return [x for x in every if all(abs(v) >= NORMAL or v == 0 for v in x)
            and not (name in TIES and abs(x[0]) == abs(x[1]))]


def _sizes(name, x, true, got):
    """The error of each row; one below the normal numbers counts against the smallest of these.

    An infinity for a true value next to the largest double is an error of one ulp.
    """
    f, *derivatives = true
    found = [error(got[0], f), *(e for e, _ in errors(name, x, derivatives, got[1:]))]
    with mp.workdps(60):
        for i, (g, t) in enumerate(zip(got, true, strict=True)):
            if found[i] > 4 and abs(t) < NORMAL and math.isfinite(g):
                found[i] = min(found[i], float(abs(mpf(g) - t) / NORMAL))
            elif math.isinf(g) and BIG * (1 - 2e-15) < abs(t) < math.inf and (g > 0) == (t > 0):
                found[i] = min(found[i], 1.0)
    return found


def measure(rule, contenders, count):
    """{contender's name: Found, or None where it lacks the function}."""
    name = rule["name"]
    where = chosen(name, count)
    columns = [np.array(column) for column in zip(*where, strict=True)]
    rows = {one.name: one.evaluate(rule, *columns) for one in contenders}
    found = {who: None if row is None else Found() for who, row in rows.items()}
    with np.errstate(all="ignore"):
        exact = contenders[0].find(rule)(*columns)      # NumPy's value, where the reference has none
    for k, x in enumerate(where):
        true = jet(name, x)
        true[0] = mpf(float(exact[k])) if true[0] is None else true[0]
        ordinary = all(ORDINARY[0] <= abs(v) <= ORDINARY[1] for v in x)
        for who, row in rows.items():
            if row is not None:
                got = row[:, k].tolist()
                for i, size in enumerate(_sizes(name, x, true, got)):
                    order = 0 if i == 0 else 1 if i <= REFERENCES[name].nin else 2
                    found[who].everywhere.take(order, size, x, got[i])
                    if ordinary:
                        found[who].ordinary.take(order, size, x, got[i])
    return found

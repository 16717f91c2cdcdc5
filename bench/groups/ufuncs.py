"""One ufunc call on small arrays: float64, plain dual arrays, DualArray.

What counts here is the cost of a call, not of an element.
"""

import numpy as np

from ..report import Section
from ..timing import Statement

#: name -> ((value, partials of a, partials of b) -> partials of the result)
UFUNCS = {
    "multiply": lambda a, b, p, q: p * b[:, None] + q * a[:, None],
    "add": lambda a, b, p, q: p + q,
    "exp": lambda a, b, p, q: p * np.exp(a)[:, None],
    "sin": lambda a, b, p, q: p * np.cos(a)[:, None],
    "cos": lambda a, b, p, q: p * -np.sin(a)[:, None],
}
BARS = {"multiply": 1.15, "add": 1.15, "exp": 1.15, "sin": 1.4, "cos": 1.4}
ON_TOP = 200e-9


def _operands(size, directions):
    random = np.random.default_rng(size)
    a, b = random.uniform(0.5, 1.5, (2, size))
    p, q = random.standard_normal((2, size, directions))
    return a, b, p, q


def _statement(ufunc, a, b):
    f = getattr(np, ufunc)
    if f.nin == 2:
        return Statement("f(a, b)", f=f, a=a, b=b)
    return Statement("f(a)", f=f, a=a)


def run(session):
    sizes = session.pick([1, 3, 10], [1, 10])
    lanes = session.pick([1, 4, 8], [8])
    dualad = session.dualad
    section = Section("one ufunc call on small arrays", "ufunc, elements", "float64")
    table = {}
    for ufunc, rule in UFUNCS.items():
        for size in sizes:
            row = f"{ufunc}, {size}"
            a, b, _, _ = _operands(size, 1)
            works = table[row] = {"float64": _statement(ufunc, a, b)}
            value = works["float64"].value()
            for n in lanes if dualad else []:
                a, b, p, q = _operands(size, n)
                answer = np.column_stack([value, rule(a, b, p, q)])

                def read(y):
                    return np.column_stack([dualad.value(y), dualad.partials(y)])

                def seeds(a=a, b=b, p=p, q=q):
                    return dualad.seed(a, directions=p), dualad.seed(b, directions=q)

                pair = session.attempt(section, f"seed, N={n}", seeds)
                if pair is None:
                    continue
                for name, make in [(f"dual N={n}", np.asarray), (f"DualArray N={n}", lambda x: x)]:
                    work = _statement(ufunc, *map(make, pair))
                    session.accept(section, works, name, work, answer, 1e-14, row, read)
    section.fill(session.watch.compare(table))
    for ufunc, limit in BARS.items():
        section.worst(f"{ufunc} on 1..10 dual elements, N<=8, against float64",
                      {f"{size} elements, N={n}":
                       section.quotient(f"{ufunc}, {size}", f"dual N={n}", "float64")
                       for size in sizes for n in lanes}, limit)
    extra = {}
    for row in section.rows:
        for n in lanes:
            plain, sub = (section.best(row, f"{kind} N={n}") for kind in ("dual", "DualArray"))
            if plain is not None and sub is not None:
                extra[f"{row} elements, N={n}"] = (sub - plain) * 1e9
    section.worst("DualArray on top of a plain dual array", extra, ON_TOP * 1e9, "ns")
    yield section

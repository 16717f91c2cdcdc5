"""Throughput: time per element against N, and against hand-written C loops.

All write into an array given with out=, so that no memory is allocated.  The
ufunc's time holds its call from Python; the C loop's holds no call.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .. import native
from ..report import Section
from ..timing import Statement

UFUNCS = {
    "add": lambda x, y: (x + y, 1.0, 1.0),
    "multiply": lambda x, y: (x * y, y, x),
    "divide": lambda x, y: (x / y, 1 / y, -x / y**2),
    "exp": lambda x, y: (np.exp(x), np.exp(x), 0.0),
    "sin": lambda x, y: (np.sin(x), np.cos(x), 0.0),
    "tanh": lambda x, y: (np.tanh(x), 1 / np.cosh(x)**2, 0.0),
}
LIMIT = 1.3


def _components(count, n):
    """Two arrays (count, 1 + n): values first, then partials."""
    random = np.random.default_rng(count + n)
    a, b = random.standard_normal((2, count, 1 + n))
    a[:, 0], b[:, 0] = random.uniform(0.5, 1.5, (2, count))
    return np.ascontiguousarray(a), np.ascontiguousarray(b)


def _expected(ufunc, a, b):
    value, da, db = (np.broadcast_to(t, len(a))[:, None]
                     for t in UFUNCS[ufunc](a[:, 0], b[:, 0]))
    return np.hstack([value, a[:, 1:] * da + b[:, 1:] * db])


def _statement(ufunc, arrays, out):
    f = getattr(np, ufunc)
    names = dict(zip("ab", arrays[:f.nin]))
    return Statement(f"f({', '.join(names)}, out=out)", unroll=1, f=f, out=out, **names)


def _duals(dualad, components):
    """A plain dual ndarray holding the components."""
    return np.asarray(dualad.seed(components[:, 0].copy(),
                                  directions=components[:, 1:].copy()))


def _memory(dualad, x):
    """The memory of a contiguous dual array as float64, shape (count, 1 + n)."""
    lanes = 1 + dualad.partials(x).shape[-1]
    return as_strided(dualad.value(x), (x.size, lanes), (8 * lanes, 8))


def _accept_dual(session, section, works, name, ufunc, a, b):
    """Put the ufunc on dual arrays of these components among the works.

    The memory of the two operands and the result as float64 arrays, or None
    when dualad cannot do it.
    """
    dualad = session.dualad

    def build():
        x, y = _duals(dualad, a), _duals(dualad, b)
        return x, y, np.empty_like(x)

    arrays = session.attempt(section, name, build)
    if arrays is None:
        return None
    session.accept(section, works, name, _statement(ufunc, arrays[:2], arrays[2]),
                   _expected(ufunc, a, b), 1e-13, ufunc,
                   lambda y: np.column_stack([dualad.value(y), dualad.partials(y)]))
    return [_memory(dualad, x) for x in arrays]


def _versus_n(session, count):
    section = Section(f"time per element, arrays of {count}", "ufunc", "float64")
    table = {}
    for ufunc in UFUNCS:
        a, b = _components(count, 1)
        flat = a[:, 0].copy(), b[:, 0].copy()
        works = table[ufunc] = {"float64": _statement(ufunc, flat, np.empty(count))}
        for n in session.pick([1, 4, 8, 16], [8]) if session.dualad else []:
            a, b = _components(count, n)
            _accept_dual(session, section, works, f"dual N={n}", ufunc, a, b)
    section.fill(session.watch.compare(table), per=count)
    return section


def _versus_c(session, count, n):
    section = Section(f"against C by hand: {count} elements, N={n}, whole call",
                      "operation", "C -O3")
    plain, tuned = native.build(), native.build(("-O3", "-march=native"))
    if plain is None:
        section.note("no C compiler here: left out")
        return section
    table = {}
    for ufunc in ("multiply", "add", "exp"):
        a, b = _components(count, n)
        expected = _expected(ufunc, a, b)
        works = table[ufunc] = {}
        memory = [a, b, np.empty_like(a)]
        if session.dualad:
            memory = _accept_dual(session, section, works, "dualad", ufunc, a, b) or memory
        for name, library in (("C -O3", plain), ("C -march=native", tuned)):
            if library is not None:
                loop = native.Loop(library, ufunc, *memory)
                session.accept(section, works, name, loop, expected, 1e-13, ufunc)
        if ufunc == "exp":
            value = a[:, 0].copy()
            given = native.Loop(plain, "exp_given", memory[0], np.exp(value), memory[2])
            session.accept(section, works, "C, exp given", given, expected, 1e-13, ufunc)
            works["np.exp of the values"] = Statement(
                "f(a, out=o)", unroll=1, f=np.exp, a=value, o=np.empty(count))
    section.fill(session.watch.compare(table))
    for ufunc in table:
        section.bar(f"{ufunc}, {count} elements, N={n}, against C by hand",
                    section.quotient(ufunc, "dualad", "C -O3"), LIMIT)
    section.note("all on the very same memory")
    section.note("C's exp is the C library's, once an element; 'exp given' is the chain "
                 "rule alone, to which 'np.exp of the values' may be added")
    return section


def run(session):
    for count in session.pick([1000, 100_000], [1000]):
        yield _versus_n(session, count)
    yield _versus_c(session, 1000, 8)

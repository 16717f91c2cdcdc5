"""Second order: Hessians, Laplacians, hyper-dual scalars and arrays.

Where a recorded program (CasADi, JAX compiled) wins, the notes say so.
"""

import tracemalloc

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .. import native, problems
from ..report import Section, ratio
from ..session import ALONE
from ..timing import Call, Statement

RECORDED = ("CasADi", "jax.jit")
NUMBERS = ("num-dual", "HyperJet")


# Hessians of Rosenbrock's function -----------------------------------------

def _table(session, title, problem, sizes, figure=None):
    section = Section(title, "n", "dualad", figure=figure)
    session.derivatives(section, problem, sizes)
    for peer in RECORDED:
        ahead = {n: section.quotient(n, "dualad", peer) or 0.0 for n in section.rows}
        ahead = [f"{ratio(q)} its time at n={n}" for n, q in ahead.items() if q > 1.0]
        if ahead:
            section.note(f"{peer}'s recorded program wins: dualad takes " + ", ".join(ahead)
                         + "; recording and compiling come before the clock starts")
    return section


def _faster(section, n, peer, times, where):
    section.bar(f"{where}, n={n}: {peer}'s time over dualad's",
                section.quotient(n, peer, "dualad"), times, least=True)


def _vector_code(session):
    section = _table(session, "Hessian of Rosenbrock, NumPy code", problems.ROSENBROCK_HESSIAN,
                     session.pick([3, 10, 50, 200], [10]), "hessian_rosenbrock")
    for peer in NUMBERS:
        _faster(section, 10, peer, 3.0, "NumPy code")
    _faster(section, 10, "jax.jit", 1.0, "NumPy code")
    _faster(section, 50, "HyperJet", 1.0, "NumPy code")
    return section


def _plain_loops(session):
    section = _table(session, "Hessian of Rosenbrock, plain Python loop",
                     problems.ROSENBROCK_HESSIAN_LOOP, session.pick([3, 10, 50], [10]))
    for peer in NUMBERS:
        _faster(section, 10, peer, 4.0, "plain loops")
    return section


def _given_pairs(session):
    section = Section("Hessian of Rosenbrock, NumPy code: its three diagonals alone", "n", "pattern=")
    problem, table = problems.ROSENBROCK_HESSIAN, {}
    for n in session.pick([10, 50, 200], [10]) if session.dualad else []:
        works, x, reference = table.setdefault(n, {}), problem.point(n), problem.reference(n)
        for name, pattern in (("pattern=", reference != 0.0), ("whole", None)):
            derivative = session.dualad.hessian(problem.function(n), pattern=pattern)
            session.accept(section, works, name, Call(lambda d=derivative, x=x: d(x)), reference, 1e-12, n)
    section.fill(session.watch.compare(table))
    return section


# One operation on hyper-dual scalars ---------------------------------------

A, B = 1.25, 0.75
#: The parts of eps1, eps2, eps1 eps2: of a, of b, and of the result.
PARTS = (1.0, 1.0, 0.0)
SCALARS = {"add": ("a + b", [A + B, 2.0, 2.0, 0.0]),
           "multiply": ("a * b", [A * B, A + B, A + B, 2.0])}
CLASSICAL = "HyperDual, classical"


def _scalar_kinds(session, section):
    """name -> ((a, b), how to read the four numbers of a result)."""
    make = session.dualad and session.dualad.HyperDual

    def classical():
        return (make(A, *PARTS), make(B, *PARTS)), lambda y: [y.value, y.eps1, y.eps2, y.eps12]

    def triangular():
        return ((make(A, [1.0], [[0.0]]), make(B, [1.0], [[0.0]])),
                lambda y: [y.value, y.partials[0], y.partials[0], y.second[0, 0]])

    def num_dual():
        from num_dual import HyperDual64
        return ((HyperDual64(A, *PARTS), HyperDual64(B, *PARTS)),
                lambda y: [y.value, *y.first_derivative, y.second_derivative])

    def hyperjet():
        from hyperjet import variables
        return (tuple(variables([x], order=2)[0] for x in (A, B)),
                lambda y: [y.f, y.g[0], y.g[0], np.ravel(y.hm())[0]])

    makers = [("dualad", CLASSICAL, classical), ("dualad", "HyperDual N=1", triangular),
              ("num-dual", "num-dual HyperDual64", num_dual), ("HyperJet", "HyperJet N=1", hyperjet)]
    kinds = {name: session.attempt(section, name, build) for owner, name, build in makers
             if owner in {c.name for c in session.contenders}}
    return {name: kind for name, kind in kinds.items() if kind is not None}


def _scalars(session):
    section = Section("one operation on hyper-dual scalars", "operation", "float")
    kinds, table = _scalar_kinds(session, section), {}
    for operation, (line, expected) in SCALARS.items():
        works = table[operation] = {"float": Statement(line, a=A, b=B)}
        for name, ((a, b), read) in kinds.items():
            session.accept(section, works, name, Statement(line, a=a, b=b), expected, 1e-15,
                           operation, read)
    section.fill(session.watch.compare(table))
    section.note("classical: four numbers, as num-dual's HyperDual64; N=1: three, as HyperJet's")
    for operation in SCALARS:
        section.bar(f"{operation}, HyperDual of four numbers, against float",
                    section.quotient(operation, CLASSICAL, "float"), 3.0)
    return section


# The Laplacian against the whole Hessian -----------------------------------

def waves(x):
    return np.sum(np.sin(x) * x**2) + np.sum(x[1:] * x[:-1]) + x[0] * x[-1]


def waves_hessian(x):
    """Closed form."""
    hessian = np.diag((2.0 - x**2) * np.sin(x) + 4.0 * x * np.cos(x))
    ring = np.roll(np.eye(x.size), 1, axis=1)
    return hessian + ring + ring.T


def peak_memory(call):
    """Bytes that call() holds at most, beyond what was there; its second call."""
    call()
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _laplacian(session):
    n = session.pick(200, 30)
    section = Section(f"Laplacian against the whole Hessian, n={n}", "f", "laplacian")
    x, dualad = np.linspace(0.1, 2.0, n), session.dualad
    reference = waves_hessian(x)
    works = {ALONE: Call(lambda: waves(x))}
    if dualad:
        for name, transform, answer in (("laplacian", dualad.laplacian, np.trace(reference)),
                                        ("hessian", dualad.hessian, reference)):
            for how, size in (("", None), (" at once", n)):
                derivative = transform(waves, chunk_size=size)
                session.accept(section, works, name + how, Call(lambda d=derivative: d(x)),
                               answer, 1e-13)
    section.fill(session.watch.compare({"waves": works}))
    peak = {name: peak_memory(work.function) for name, work in works.items()}
    section.note("peak memory: " + ", ".join(f"{name} {size / 1e6:.3g} MB" for name, size in peak.items()))
    if not dualad:
        return section
    section.note("by default hessian cuts more than 64 inputs into blocks of 24, and holds one pair of "
                 "blocks at a time; laplacian takes some 15 inputs at a time.  At once: one sweep each.  "
                 f"The Hessian alone is {8e-6 * n * n:.2g} MB")
    for one, other, what in (("hessian", "laplacian", "both by default"),
                             ("hessian at once", "laplacian at once", "one sweep each")):
        section.bar(f"time of the Hessian over the Laplacian's, {what}",
                    section.quotient("waves", other=other, column=one), 15.0, least=True)
        memory = peak[one] / peak[other] if one in peak and other in peak else None
        section.bar(f"peak memory likewise, {what}", memory, 15.0, least=True)
    return section


class Inside:
    """A line on x, the first elements of a Laplacian's argument, timed in the midst of the sweep."""

    def __init__(self, dualad, line, n, count):
        self.x, self.line = np.linspace(0.5, 1.5, n), line
        self.laplacian = dualad.laplacian(self._f, chunk_size=n)
        self.count, self.number, self.seconds = count, 1, 0.0

    def _f(self, x):
        x = x[:self.count].copy()
        names = {"x": x, "out": np.empty_like(x)}
        self.seconds = Statement(self.line, **names, np=np).timeit(self.number)
        return np.sum(names["out"])

    def value(self):
        return self.laplacian(self.x)

    def timeit(self, number):
        self.number = number
        self.laplacian(self.x)
        return self.seconds


def slope(sizes, times):
    """Of the straight line through the points on log-log paper."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def _linear(session, count=32):
    section = Section(f"one operation on {count} elements within a Laplacian, against n", "n",
                      figure="laplacian_operation")
    sizes, table = session.pick([100, 200, 400, 800], [40, 80]), {}
    lines = {"multiply": ("np.multiply(x, x, out=out)", lambda x: 2.0 + 0.0 * x),
             "sin": ("np.sin(x, out=out)", lambda x: -np.sin(x))}
    for n in sizes if session.dualad else []:
        works = table[n] = {}
        for name, (line, bend) in lines.items():
            work = Inside(session.dualad, line, n, count)
            session.accept(section, works, name, work, np.sum(bend(work.x[:count])), 1e-13, n)
    section.fill(session.watch.compare(table))
    for name in lines:
        times = [section.best(n, name) for n in section.rows]
        section.bar(f"{name}: slope of log time against log n",
                    slope(sizes, times) if times and None not in times else None, 1.1, "")
    section.note("1 + 2n numbers an element: a slope of 1 is linear")
    return section


# Arrays against C by hand --------------------------------------------------

#: name -> (value, f', f'')
FUNCTIONS = {
    "exp": lambda x: (np.exp(x), np.exp(x), np.exp(x)),
    "sin": lambda x: (np.sin(x), np.cos(x), -np.sin(x)),
    "log": lambda x: (np.log(x), 1 / x, -1 / x**2),
    "sqrt": lambda x: (np.sqrt(x), 0.5 / np.sqrt(x), -0.25 * x**-1.5),
    "tanh": lambda x: (np.tanh(x), 1 / np.cosh(x)**2, -2 * np.tanh(x) / np.cosh(x)**2),
}
LANES = native.HYPER_LANES
WIDTH = 1 + LANES + LANES * (LANES + 1) // 2
ROWS, COLUMNS = np.triu_indices(LANES)


def hyper_expected(name, a, b):
    """Memory of the result for memory of the operands; the chain rule of second order."""
    x, y = a[:, 0], b[:, 0]

    def pairs(p, q):
        return p[:, 1 + ROWS] * q[:, 1 + COLUMNS]

    if name == "add":
        return a + b
    if name == "multiply":
        out = a * y[:, None] + b * x[:, None]
        out[:, 1 + LANES:] += pairs(a, b) + pairs(b, a)
        out[:, 0] = x * y
        return out
    value, slope_, bend = FUNCTIONS[name](x)
    out = slope_[:, None] * a
    out[:, 1 + LANES:] += bend[:, None] * pairs(a, a)
    out[:, 0] = value
    return out


def _hyper_array(dualad, components):
    """A plain hyper-dual array whose memory is `components`, and that memory."""
    seeds = np.zeros((len(components), LANES))
    array = np.asarray(dualad.seed(components[:, 0].copy(), directions=seeds, order=2))
    assert array.dtype.itemsize == 8 * WIDTH
    memory = as_strided(dualad.value(array), components.shape, (8 * WIDTH, 8))
    memory[...] = components
    return array, memory


def _against_c(session, count=1000):
    section = Section(f"hyper-dual arrays against C by hand: {count} elements, N={LANES}, whole call",
                      "operation", "C -O3")
    plain, tuned = native.build(), native.build(("-O3", "-march=native"))
    if plain is None:
        section.note("no C compiler here: left out")
        return section
    random, table = np.random.default_rng(count), {}
    a, b = random.standard_normal((2, count, WIDTH))
    a[:, 0], b[:, 0] = random.uniform(0.5, 1.5, (2, count))
    arrays, memory = [], [a, b, np.empty_like(a)]
    if session.dualad:
        arrays, memory = zip(*[_hyper_array(session.dualad, m) for m in memory])
    for name in native.HYPER:
        works, f, expected = table.setdefault(name, {}), getattr(np, name), hyper_expected(name, a, b)
        if arrays:
            line = "f(a, b, out=out)" if f.nin == 2 else "f(a, out=out)"
            session.accept(section, works, "dualad",
                           Statement(line, unroll=1, f=f, a=arrays[0], b=arrays[1], out=arrays[2]),
                           expected, 1e-13, name, lambda y: memory[2].copy())
        for label, library in (("C -O3", plain), ("C -march=native", tuned)):
            if library is not None:
                session.accept(section, works, label, native.HyperLoop(library, name, *memory),
                               expected, 1e-13, name)
    section.fill(session.watch.compare(table))
    for name in table:
        section.bar(f"{name}, {count} elements, N={LANES} triangular, against C by hand",
                    section.quotient(name, "dualad", "C -O3"), 1.5)
    section.note("all on the very same memory; C calls its library's functions once an element")
    return section


def run(session):
    yield _vector_code(session)
    yield _plain_loops(session)
    yield _given_pairs(session)
    yield _scalars(session)
    yield _laplacian(session)
    yield _linear(session)
    yield _against_c(session)

"""Scalar operations: Python float, np.float64, Dual, and the peers' numbers.

Each number is put in as its library likes it best: the peers' functions are
methods (np.sin of a foreign object takes the slow object path).
"""

import math

import numpy as np

from ..report import Section
from ..timing import Statement

A, B = 1.25, 0.75

#: name -> (line for numbers, value, d/da, d/db)
OPERATORS = {
    "add": ("a + b", A + B, 1.0, 1.0),
    "multiply": ("a * b", A * B, B, A),
    "divide": ("a / b", A / B, 1 / B, -A / B**2),
    "2.0 * a": ("2.0 * a", 2 * A, 2.0, 0.0),
    "np.float64 * a": ("c * a", 2 * A, 2.0, 0.0),
    "a ** 2": ("a ** 2", A * A, 2 * A, 0.0),
}
FUNCTIONS = {
    "sin": (math.sin(A), math.cos(A)),
    "exp": (math.exp(A), math.exp(A)),
    "log": (math.log(A), 1 / A),
}


class Kind:
    """A sort of number: the pair a, b; how to read one; how functions are called.

    With one direction both a and b are seeded with 1; with more, a has the
    first and b the second.
    """

    def __init__(self, name, pair, read, directions=1, call="f(a)", module=np):
        self.name, self.pair, self.read = name, pair, read
        self.directions, self.call, self.module = directions, call, module

    def statement(self, operation):
        a, b = self.pair
        if operation in OPERATORS:
            return Statement(OPERATORS[operation][0], a=a, b=b, c=np.float64(2.0))
        if self.call == "method":
            return Statement(f"a.{operation}()", a=a)
        return Statement(self.call, a=a, f=getattr(self.module, operation))

    def expected(self, operation):
        value, da, *db = OPERATORS.get(operation, ("",))[1:] or FUNCTIONS[operation]
        db = db[0] if db else 0.0
        if self.directions == 0:
            return [value]
        if self.directions == 1:
            return [value, da + db]
        return [value, da, db, *[0.0] * (self.directions - 2)]


def _unit(n, k):
    return [1.0 if i == k else 0.0 for i in range(n)]


def _dualad(dualad, n):
    pair = dualad.Dual(A, _unit(n, 0)), dualad.Dual(B, _unit(n, min(1, n - 1)))
    return Kind(f"Dual N={n}", pair, lambda y: [y.value, *y.partials], n)


def _num_dual(n):
    import num_dual

    if n == 1:
        pair = [num_dual.Dual64(A, 1.0), num_dual.Dual64(B, 1.0)]
    else:
        pair = []
        num_dual.gradient(lambda x: pair.extend(x) or x[0], [A, B] + [0.0] * (n - 2))
    return Kind(f"num-dual N={n}", pair[:2],
                lambda y: [y.value, *np.atleast_1d(y.first_derivative)], n, "method")


def _hyperjet(n):
    import hyperjet

    if n == 1:
        pair = [hyperjet.variables([x], order=1)[0] for x in (A, B)]
    else:
        pair = hyperjet.variables([A, B] + [0.0] * (n - 2), order=1)[:2]
    return Kind(f"HyperJet N={n}", pair, lambda y: [y.f, *y.g], n, "method")


def _autograd():
    import autograd
    import autograd.numpy as anp

    pair = []
    for x in (A, B):
        autograd.grad(lambda box: pair.append(box) or 1.0 * box)(x)
    return Kind("autograd", pair, lambda y: [y._value], 0, module=anp)


def kinds(session, section):
    """The sorts of numbers that can be had here."""
    found = [Kind("float", (A, B), lambda y: [y], 0, module=math),
             Kind("np.float64", (np.float64(A), np.float64(B)),
                  lambda y: [float(y)], 0)]
    present = {c.name for c in session.contenders}
    makers = {
        "dualad": [lambda n=n: _dualad(session.dualad, n) for n in (1, 8)],
        "num-dual": [lambda n=n: _num_dual(n) for n in (1, 8)],
        "HyperJet": [lambda n=n: _hyperjet(n) for n in (1, 8)],
        "autograd": [_autograd],
    }
    for name, list_of in makers.items():
        if name in present:
            found += filter(None, (session.attempt(section, name, m) for m in list_of))
    return found


def run(session):
    section = Section("one operation on scalars", "operation", "Dual N=8")
    sorts = kinds(session, section)
    table = {}
    for operation in [*OPERATORS, *FUNCTIONS]:
        works = table[operation] = {}
        for kind in sorts:
            statement = session.attempt(section, f"{kind.name}, {operation}",
                                        kind.statement, operation)
            if statement is not None:
                session.accept(section, works, kind.name, statement,
                               kind.expected(operation), 1e-14, operation, kind.read)
    section.fill(session.watch.compare(table))
    section.note("float uses math.sin, math.exp, math.log; np.float64 and Dual NumPy's; "
                 "the peers their methods.  autograd: recording only, no derivative yet")
    for n in (1, 8):
        for operation in ("add", "multiply"):
            section.bar(f"{operation}, Dual N={n}, against float",
                        section.quotient(operation, f"Dual N={n}", "float"), 2.2)
            section.bar(f"{operation}, num-dual against Dual, N={n}",
                        section.quotient(operation, f"num-dual N={n}", f"Dual N={n}"),
                        8.0, least=True)
        for operation in ("sin", "exp"):
            section.bar(f"np.{operation}, Dual N={n}, against np.float64",
                        section.quotient(operation, f"Dual N={n}", "np.float64"), 2.0)
    yield section

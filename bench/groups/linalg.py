"""Linear algebra, einsum and Fourier transforms on dual arrays, against the same algebra by hand.

By hand means NumPy on stacked arrays: the value, and the lanes with their axis in front, through one
factorisation each and BLAS. First the operation alone, then the Jacobian of a function of 8 inputs whose
main cost it is; by hand this is the derivative of the whole function, written out.
"""

import numpy as np

from ..report import Section
from ..session import ALONE, BY_HAND
from ..timing import Call

LIMIT = 1.5
DIRECTIONS = 8


def _operations(n):
    """name -> (which arrays, the function of plain or dual ones, by hand, a reduction of the result to a vector).

    By hand an operation takes the value and the lanes of each array, and gives its own.
    """
    window = np.exp(-np.linspace(0.0, 3.0, n // 2 + 1))

    def solve_vector(a, da, b, db):
        x = np.linalg.solve(a, b)
        return x, np.linalg.solve(a, (db - da @ x).T).T

    def solve_matrix(a, da, b, db):
        x = np.linalg.solve(a, b)
        right = np.moveaxis(db - da @ x, 0, 1).reshape(n, -1)
        return x, np.moveaxis(np.linalg.solve(a, right).reshape(n, len(da), n), 1, 0)

    def inverse(a, da):
        x = np.linalg.inv(a)
        return x, -(x @ da @ x)

    def einsum(subscripts, lanes):
        def by_hand(*parts):
            return np.einsum(subscripts, *parts[::2]), lanes(*parts)
        return lambda *arrays: np.einsum(subscripts, *arrays), by_hand

    def linear(function):
        def by_hand(b, db):
            result = function(np.concatenate((b[None], db)))
            return result[0], result[1:]
        return function, by_hand

    def row(x):
        return x[0]

    def squared(x):
        return x.real**2 + x.imag**2

    matvec = einsum("ij,j->i", lambda a, da, b, db: np.einsum("zij,j->zi", da, b) + np.einsum("ij,zj->zi", a, db))
    matmul = einsum("ij,jk->ik", lambda a, da, m, dm: da @ m + a @ dm)
    rows = einsum("ij,ij->i", lambda a, da, m, dm: np.einsum("zij,ij->zi", da, m) + np.einsum("ij,zij->zi", a, dm))
    form = einsum("i,ij,j->", lambda b, db, a, da, *_: db @ (a @ b) + (da @ b) @ b + db @ (b @ a))
    return {
        "solve(A, b)": ("ab", np.linalg.solve, solve_vector, None),
        "solve(A, B)": ("am", np.linalg.solve, solve_matrix, row),
        "inv(A)": ("a", np.linalg.inv, inverse, row),
        "einsum('ij,j->i')": ("ab", *matvec, None),
        "einsum('ij,jk->ik')": ("am", *matmul, row),
        "einsum('ij,ij->i')": ("am", *rows, None),
        "einsum('i,ij,j->')": ("bab", *form, None),
        "fft(b)": ("b", *linear(np.fft.fft), squared),
        "rfft(b)": ("b", *linear(np.fft.rfft), squared),
        "irfft(rfft(b) * w)": ("b", *linear(lambda b: np.fft.irfft(np.fft.rfft(b) * window, n)), None),
    }


def _reduced(reduction, value, lanes):
    """By hand: the value and the lanes of a reduction of an operation's result."""
    if reduction is None:
        return value, lanes
    if lanes.dtype.kind == "c":
        return reduction(value), 2 * (value.real * lanes.real + value.imag * lanes.imag)
    return value[0], lanes[:, 0]


def _functions(arrays, weights, names, function, by_hand, reduction):
    """f(p) of 8 inputs, of arrays times s = exp(weights p), vectors times s backwards; and its Jacobian by hand."""
    def f(p):
        scale = np.exp(weights @ p)
        scaled = {name: arrays[name] * (scale[::-1] if name == "b" else scale[:, None]) for name in set(names)}
        result = function(*[scaled[name] for name in names])
        return result if reduction is None else reduction(result)

    def jacobian(p):
        scale = np.exp(weights @ p)
        lanes = weights.T * scale
        parts = {name: (arrays["b"] * scale[::-1], arrays["b"] * lanes[:, ::-1]) if name == "b" else
                 (arrays[name] * scale[:, None], arrays[name] * lanes[:, :, None]) for name in set(names)}
        _, moved = _reduced(reduction, *by_hand(*(part for name in names for part in parts[name])))
        return np.moveaxis(moved, 0, -1)

    return f, jacobian


def _bars(session, section, table):
    section.fill(session.watch.compare(table))
    for title in table:
        section.bar(f"{title}, against NumPy by hand", section.quotient(title, "dualad", BY_HAND), LIMIT)
    return section


def _alone(session, n, arrays, random):
    section = Section(f"operations on dual arrays, n={n}, {DIRECTIONS} directions", "operation", BY_HAND)
    lanes = {name: random.standard_normal((DIRECTIONS, *x.shape)) for name, x in arrays.items()}
    dualad, table = session.dualad, {}
    duals = dualad and {name: dualad.seed(x, np.moveaxis(lanes[name], 0, -1)) for name, x in arrays.items()}

    def together(value, lanes):
        parts = np.concatenate((np.asarray(value)[..., None], lanes), axis=-1)
        return np.ascontiguousarray(parts).view(np.float64)          # complex numbers as two

    for title, (names, function, by_hand, _) in _operations(n).items():
        plain, parts = [arrays[name] for name in names], [x for name in names for x in (arrays[name], lanes[name])]
        works = table[title] = {ALONE: Call(lambda f=function, x=plain: f(*x)),
                                BY_HAND: Call(lambda f=by_hand, x=parts: f(*x))}
        if not dualad:
            continue
        def read(y):
            return together(dualad.value(y), dualad.partials(y))

        value, moved = by_hand(*parts)
        expected = together(value, np.moveaxis(moved, 0, -1))
        given = [duals[name] for name in names]
        session.accept(section, works, "dualad", Call(lambda f=function, x=given: f(*x)), expected, 1e-11, title, read)
    return _bars(session, section, table)


def _jacobians(session, n, arrays, random):
    section = Section(f"Jacobians of functions of {DIRECTIONS} inputs, n={n}", "through", BY_HAND)
    weights, p = random.standard_normal((n, DIRECTIONS)) / n, random.standard_normal(DIRECTIONS)
    dualad, table = session.dualad, {}
    for title, problem in _operations(n).items():
        f, by_hand = _functions(arrays, weights, *problem)
        works = table[title] = {ALONE: Call(lambda f=f: f(p)), BY_HAND: Call(lambda f=by_hand: f(p))}
        if dualad:
            jacobian = dualad.jacobian(f)
            session.accept(section, works, "dualad", Call(lambda f=jacobian: f(p)), by_hand(p), 1e-10, title)
    return _bars(session, section, table)


def run(session):
    n = session.pick(50, 10)
    random = np.random.default_rng(0)
    arrays = {"a": random.standard_normal((n, n)) + n**0.5 * np.eye(n), "b": random.standard_normal(n),
              "m": random.standard_normal((n, n))}
    yield _alone(session, n, arrays, random)
    yield _jacobians(session, n, arrays, random)

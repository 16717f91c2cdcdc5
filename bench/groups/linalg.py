"""Linear algebra and einsum on dual arrays, against the same algebra by hand.

By hand means NumPy on stacked arrays: the value, and the lanes with their axis in front, through one
factorisation each and BLAS.
"""

import numpy as np

from ..report import Section
from ..session import ALONE, BY_HAND
from ..timing import Call

LIMIT = 1.5


def _systems(a, b, m, da, db, dm):
    """name -> (function of the arrays that are dual, they, by hand: value and lanes in front)."""
    n, lanes = len(b), len(db)

    def solve_vector():
        x = np.linalg.solve(a, b)
        return x, np.linalg.solve(a, (db - da @ x).T).T

    def solve_matrix():
        x = np.linalg.solve(a, m)
        right = np.moveaxis(dm - da @ x, 0, 1).reshape(n, -1)
        return x, np.moveaxis(np.linalg.solve(a, right).reshape(n, lanes, n), 1, 0)

    def inverse():
        x = np.linalg.inv(a)
        return x, -(x @ da @ x)

    return {
        "solve(A, b)": (np.linalg.solve, "ab", solve_vector),
        "solve(A, B)": (np.linalg.solve, "am", solve_matrix),
        "inv(A)": (np.linalg.inv, "a", inverse),
    }


def _einsums(arrays, lanes):
    def by_hand(subscripts, names):
        inputs, output = subscripts.split("->")
        inputs = inputs.split(",")

        def value_and_lanes():
            total = 0.0
            for k in range(len(names)):
                marked = [("z" if i == k else "") + sub for i, sub in enumerate(inputs)]
                operands = [lanes[other] if i == k else arrays[other] for i, other in enumerate(names)]
                total = total + np.einsum(",".join(marked) + "->z" + output, *operands, optimize=len(names) > 2
                                          or bool(output[1:]))
            return np.einsum(subscripts, *[arrays[name] for name in names]), total
        return value_and_lanes

    return {f"einsum({subscripts!r})": (lambda *x, s=subscripts: np.einsum(s, *x), names, by_hand(subscripts, names))
            for subscripts, names in (("ij,j->i", "ab"), ("ij,jk->ik", "am"), ("ij,ij->i", "am"), ("i,ij,j->", "bab"))}


def run(session):
    n, count = session.pick(50, 10), 8
    random = np.random.default_rng(0)
    arrays = {"a": random.standard_normal((n, n)) + n**0.5 * np.eye(n), "b": random.standard_normal(n),
              "m": random.standard_normal((n, n))}
    lanes = {name: random.standard_normal((count, *x.shape)) for name, x in arrays.items()}
    section = Section(f"linear algebra with derivatives, n={n}, {count} directions", "operation", BY_HAND)
    dualad, table = session.dualad, {}
    duals = dualad and {name: dualad.seed(x, np.moveaxis(lanes[name], 0, -1)) for name, x in arrays.items()}
    problems = _systems(*arrays.values(), *lanes.values()) | _einsums(arrays, lanes)
    for title, (function, names, by_hand) in problems.items():
        plain = [arrays[name] for name in names]
        works = table[title] = {ALONE: Call(lambda f=function, x=plain: f(*x)), BY_HAND: Call(by_hand)}
        if not dualad:
            continue
        value, moved = by_hand()

        def read(y):
            return np.concatenate((dualad.value(y)[..., None], dualad.partials(y)), axis=-1)

        expected = np.concatenate((np.asarray(value)[..., None], np.moveaxis(moved, 0, -1)), axis=-1)
        given = [duals[name] for name in names]
        session.accept(section, works, "dualad", Call(lambda f=function, x=given: f(*x)), expected, 1e-11, title, read)
    section.fill(session.watch.compare(table))
    for title in problems:
        section.bar(f"{title}, against NumPy by hand", section.quotient(title, "dualad", BY_HAND), LIMIT)
    yield section

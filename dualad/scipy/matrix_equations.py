"""Matrix equations: solutions by SciPy, derivatives by one step of Newton's method for each order."""

import functools

import numpy as np
from scipy import linalg as _scipys

from .duals import stripped
from .stand_ins import matrix_by_matrix, one_by_one, refined, stand_in


def _h(a):
    return np.conjugate(np.transpose(a))


@stand_in
def solve_sylvester(a, b, q):
    # a x + x b = q
    solve = functools.partial(_scipys.solve_sylvester, stripped(a), stripped(b))
    return refined(solve(stripped(q)), lambda x: q - np.matmul(a, x) - np.matmul(x, b), one_by_one(solve))


@stand_in
@matrix_by_matrix(a=2, q=2)
def solve_continuous_lyapunov(a, q):
    # a x + x a^H = q
    solve = functools.partial(_scipys.solve_continuous_lyapunov, stripped(a))
    return refined(solve(stripped(q)), lambda x: q - np.matmul(a, x) - np.matmul(x, _h(a)), one_by_one(solve))


@stand_in
def solve_lyapunov(a, q):
    return solve_continuous_lyapunov(a, q)


@stand_in
@matrix_by_matrix(a=2, q=2)
def solve_discrete_lyapunov(a, q, method=None):
    # a x a^H - x + q = 0
    solve = functools.partial(_scipys.solve_discrete_lyapunov, stripped(a), method=method)
    return refined(solve(stripped(q)), lambda x: np.matmul(np.matmul(a, x), _h(a)) - x + q, one_by_one(solve))


@stand_in
@matrix_by_matrix(a=2, b=2, q=2, r=2)
def solve_continuous_are(a, b, q, r):
    # x a + a^H x - x b r^-1 b^H x + q = 0
    x = _scipys.solve_continuous_are(*map(stripped, (a, b, q, r)))

    def gain(b, r, x):
        return np.linalg.solve(r, np.matmul(_h(b), x))

    closed = stripped(a) - np.matmul(stripped(b), gain(stripped(b), stripped(r), x))
    return refined(
        x, lambda x: np.matmul(x, a) + np.matmul(_h(a), x) - np.matmul(np.matmul(x, b), gain(b, r, x)) + q,
        one_by_one(lambda lane: _scipys.solve_continuous_lyapunov(_h(closed), -lane)))


@stand_in
@matrix_by_matrix(a=2, b=2, q=2, r=2)
def solve_discrete_are(a, b, q, r):
    # a^H x a - x - a^H x b (r + b^H x b)^-1 b^H x a + q = 0
    x = _scipys.solve_discrete_are(*map(stripped, (a, b, q, r)))

    def gain(a, b, r, x):
        turned = np.matmul(_h(b), x)
        return np.linalg.solve(r + np.matmul(turned, b), np.matmul(turned, a))

    def residual(x):
        return np.matmul(np.matmul(_h(a), x), a - np.matmul(b, gain(a, b, r, x))) - x + q

    closed = stripped(a) - np.matmul(stripped(b), gain(*map(stripped, (a, b, r)), x))
    return refined(x, residual, one_by_one(lambda lane: _scipys.solve_discrete_lyapunov(_h(closed), lane)))

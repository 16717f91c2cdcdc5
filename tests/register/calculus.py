"""numpy: products, differences, interpolation, polynomials, functions of functions."""

import numpy as np

from .rows import UP, M, S, T, Table, V, W, alone

MODES = ("full", "same", "valid")


def _square_and_sum(row):
    return np.array([row.sum(), (row * row).sum()])


TABLE = Table(
    "numpy", "Products, differences, interpolation, polynomials",
    rule=[
        ("einsum", lambda f, x: [f("ij,jk->ik", x, x), f("ii", x), f("ij->ji", x), f("...j,jk", x, S),
                                 f(x, [0, 1], S, [1, 2], [2, 0]), f(x, [Ellipsis, 0], [0, Ellipsis]),
                                 f("ij,kj,lk->il", x, S, x, optimize=True), f("ij,j", S, x[0], optimize="greedy"),
                                 f("ij,jk", x, x, out=np.zeros_like(x)), f("ii->i", x)], S),
        ("einsum", lambda f, x: f("ij,jk,kl->il", x, S, x,
                                  optimize=np.einsum_path("ij,jk,kl->il", x, S, x)[0]), S),
        ("dot inner tensordot vdot", lambda f, x: [f(x, S), f(S, x), f(x, x)], S),
        ("tensordot", lambda f, x: f(x, T, axes=([0, 2], [0, 2])), T),
        ("dot inner", lambda f, x: [f(x[0], x[1]), f(x, 2.0), f(T, x[0])], M),
        ("convolve correlate", lambda f, x: [f(x, W[:3], mode) for mode in MODES]
         + [f(x[:4], x[2:], mode) for mode in MODES], V),
        ("interp", lambda f, x: [f(x, UP, W), f(x, UP, W, left=x[0], right=2.0), f(x, UP, W, period=4.3),
                                 f(W, UP, x), f(x[0], UP, x)], V, "a knot takes the slope on its right"),
        ("interp", lambda f, x: f(V, x, W), UP),
        ("gradient", lambda f, x: [f(x), f(x, 0.5, axis=1, edge_order=2), f(x, 0.1, [1.0, 2.5, 3.0, 5.0]),
                                   f(x, [1.0, 2.5, 3.0], axis=0, edge_order=2)], M),
        ("gradient", lambda f, x: [f(W, x), f(W, x, edge_order=2), f(W, x[-1])], UP),
        ("sinc i0", alone, V),
        ("i0", lambda f, x: [f(x / 10), f(x * 5)], V),
        ("roots", alone, np.array([1.0, -1.2, -5.3, 1.1])),
        ("roots", alone, np.array([1.0, -1.2, 5.3, 1.1, 2.3])),
        ("roots", alone, np.array([0.5, -1.1, -2.3, 0.0])),
        ("poly", lambda f, x: [f(x), f(x[:4]), f(x[:3] + 1j * x[3:6]),
                               f(np.concatenate([x[:2] + 1j * x[2:4], x[:2] - 1j * x[2:4]]))], V),
        ("poly", alone, S),
        ("polymul", lambda f, x: [f(x, x[:3]), f(x, [1.0, 2.0]), f(W, x), f(x, np.poly1d(W)).c, f([2j, x[0]], x)], V),
        ("polyfit", lambda f, x: [f(UP, x, 2), f(UP, x, 1, w=W), *f(UP, x, 2, cov=True), f(UP, x, 2, full=True)[0],
                                  f(UP, np.c_[x, x * x], 2)], V),
        ("polyfit", lambda f, x: [f(x, W, 2), f(UP, W, 2, w=x)], UP),
    ],
    own=[
        ("outer kron", lambda f, x: [f(x, S), f(S, x), f(x, x)], S),
        ("piecewise",
         lambda f, x: [f(x, [x < 0, x >= 0], [lambda t: t**2, lambda t: 3 * t]), f(x, [x > 1], [x[0], x[1]])], V),
        ("cross", lambda f, x: [f(x[:, :3], x[:, 1:]), f(M[:, :3], x[:, 1:])], M),
        ("trapezoid trapz", lambda f, x: [f(x), f(x, dx=0.1), f(x, UP), f(W, x)], V),
        ("diff", lambda f, x: [f(x), f(x, n=2, prepend=1.0), f(x, append=x[0])], V),
        ("ediff1d", lambda f, x: f(x, to_begin=x[1], to_end=2.0), V),
        ("unwrap", lambda f, x: [f(3 * x), f(3 * x, period=4.4), f(3 * x, discont=4.1)], V),
        ("apply_along_axis", lambda f, x: [f(np.sum, 1, x), f(_square_and_sum, 0, x), f(np.diff, 1, x)], M),
        ("apply_over_axes", lambda f, x: f(np.sum, x, [0, 2]), T),
        ("vectorize", lambda f, x: [f(lambda t: t * t)(x), f(lambda t, s: t - s, otypes=[float])(x, 2.0),
                                    f(lambda t: (t, t * t))(x)[1]], V),
        ("vectorize", lambda f, x: [f(np.sum, signature="(n)->()")(x), f(_square_and_sum, signature="(n)->(m)")(x)], M),
        ("polyder polyint", lambda f, x: [f(x), f(x[:4])], V),
        ("polyder polyint", lambda f, x: f(x, 2), V),
        ("polyval", lambda f, x: [f([1.0, 2.0, 3.0], x), f(x, 1.5), f(x, x)], V),
        ("polyadd polysub polydiv", lambda f, x: [f(x, x[:3]), f(x, [1.0, 2.0]), f(W, x)], V),
        ("poly1d", lambda f, x: [f(x)(x), f(x)(1.5), f(x).deriv().coeffs, (f(x) * f(W)).c, f(x).integ().c], V),
    ],
    stripped=[
        ("frompyfunc", lambda f, x: f(lambda t: t * t, 1, 1)(x), V, "an array of objects, as for floats"),
    ],
    plain=[
        ("einsum_path", lambda f, x: f("ij,jk,kl->il", x, S, x), S),
    ],
)

"""numpy.polynomial: six families of polynomials, whose functions are named and called alike."""

import numpy as np

from .rows import UP, Table, V, W, alone

FAMILIES = {
    "polynomial": ("poly", "Polynomial"),
    "chebyshev": ("cheb", "Chebyshev"),
    "legendre": ("leg", "Legendre"),
    "hermite": ("herm", "Hermite"),
    "hermite_e": ("herme", "HermiteE"),
    "laguerre": ("lag", "Laguerre"),
}
CUBIC = np.array([1.1, -5.3, -1.2, 1.7])
INSIDE = V / 3


def _grid(f, x, count):
    c = np.outer(x[:3], W[:3])
    return f(x[:2], W[2:4], *[x[4:5]] * (count == 3), c if count == 2 else c[:, :, None] * x[:2])


def _series(f, x):
    """What the classes can do."""
    p, q = f(x), f(W[:3], domain=[-2, 2], window=[-1, 1])
    return [p(INSIDE), q(x), (p * p).coef, (p + W).coef, p.deriv(2)(0.3), p.integ()(x[0]), (-p / 2).coef,
            f.fit(UP, x, 2).coef, q.linspace(4), p.cutdeg(2).coef, (p // W[:3]).coef, (f(x[:3]) ** 2)(0.4),
            f.fromroots(x[:3]).coef, f(x, domain=[x[6] - 3, x[2] + 3])(INSIDE)]


def _family(module, p, series):
    every = "polynomial" not in module
    rows = [
        ("{}add {}sub {}mul {}div", lambda f, x: [f(x, W[:3]), f(W, x[:3]), f(x, x[:4])], V),
        ("{}mulx", alone, V),
        ("{}pow", lambda f, x: f(x, 2), V),
        ("{}der {}int", lambda f, x: [f(x), f(x, 2), f(np.outer(x, W), axis=1)], V),
        ("{}int", lambda f, x: [f(x, k=x[0]), f(x, lbnd=0.5, scl=2.0)], V),
        ("{}trim", lambda f, x: f(np.r_[x, 0.0, 0.0]), V),
        ("{}line", lambda f, x: f(x[0], x[1]), V),
        ("{}val", lambda f, x: [f(x, W), f(INSIDE, x), f(x, x), f(0.4, x), f(x, np.outer(x, W), tensor=True)], V / 2),
        ("{}val2d {}grid2d", lambda f, x: _grid(f, x, 2), V / 2),
        ("{}val3d {}grid3d", lambda f, x: f(x[:2], W[2:4], x[4:6], np.ones((2, 3, 2)) * x[:2]), V / 2),
        ("{}valnd", lambda f, x: f([x[:2], W[2:4]], np.outer(x[:3], W[:3])), V / 2),
        ("{}vander", lambda f, x: f(x, 3), V / 2),
        ("{}vander2d", lambda f, x: f(x, W, [1, 2]), V / 2),
        ("{}vander3d", lambda f, x: f(x, W, x, [1, 2, 1]), V / 2),
        ("{}fit", lambda f, x: [f(UP, x, 2), f(x, W, [0, 2]), f(UP, W, 1, w=x), f(UP, x, 2, full=True)[0]], V),
        ("{}fromroots", lambda f, x: f(x[:4]), V),
        ("{}companion", alone, CUBIC),
        ("{}roots", alone, CUBIC),
        ("{}roots", alone, np.r_[CUBIC, 3.1]),
    ]
    if every:
        rows += [("{0}2poly poly2{0}", lambda f, x: f(x[:5]), V),
                 ("{}weight", lambda f, x: f(x), INSIDE)]
    else:
        rows.append(("{}valfromroots", lambda f, x: [f(x, W[:3]), f(INSIDE, x[:3])], V / 2))
    if module == "chebyshev":
        rows.append(("chebinterpolate", lambda f, x: f(lambda t: t * x[0] + x[1] * t**3, 3), V))
    rows = [(names.format(*[p] * 4), *rest) for names, *rest in rows]
    constants = "domain one x zero" + " gauss" * every + " pts1 pts2" * (module == "chebyshev")
    return Table(f"numpy.polynomial.{module}", own=[*rows, (series, _series, V / 3)],
                 other=" ".join(p + name for name in constants.split()))


TOP = Table("numpy.polynomial", other="set_default_printstyle " + " ".join(
    [*FAMILIES, *(series for _, series in FAMILIES.values())]))
TOOLS = Table(
    "numpy.polynomial.polyutils",
    own=[
        ("as_series", lambda f, x: f([x, W[:3]]), V),
        ("trimseq", alone, V),
        ("trimcoef", lambda f, x: f(np.r_[x, 1e-9], 1e-3), V),
        ("getdomain", alone, V),
        ("mapdomain", lambda f, x: [f(x, [-3, 3], [0, 1]), f(W, x[:2], [0, 1]), f(W, [0, 1], x[:2])], V),
        ("mapparms", lambda f, x: f(x[:2], x[3:5]), V),
    ],
    other="format_float",
)
TABLES = (TOP, *(_family(module, *names) for module, names in FAMILIES.items()), TOOLS)

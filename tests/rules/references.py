"""Independent references for the table of rules.

Each reference is the function itself, in mpmath, and nothing else: derivatives
come from central differences in a working precision that is doubled until two
results agree to 25 digits, so no formula of the table is repeated here.
`outside` are points without a derivative (NaN); `ulp` holds the bounds for the
first and the second derivatives. A bound above 4 (NumPy) or a `scale`, which
measures the error against a size other than the derivative's own (near its
zeros), has its reason in `why`.
"""
import math
from collections.abc import Callable
from dataclasses import dataclass

from mpmath import mp, mpf

INF, NAN, TINY, BIG = math.inf, math.nan, 5e-324, 1.7976931348623157e308
ONE_DOWN, ONE_UP = math.nextafter(1, 0), math.nextafter(1, 2)


@dataclass(frozen=True)
class Reference:
    value: Callable
    nin: int = 1
    ranges: tuple = ((-BIG, BIG),)     # intervals, drawn log-uniformly from their ends
    points: tuple = ()                 # further points worth freezing
    outside: tuple = ()
    ulp: tuple = (4, 16)
    scale: tuple = (None, None)
    why: str = ""
    step: str = "relative"             # "absolute": 1e-40 * min(1, |x|), for periodic f
    keep: Callable = lambda *x: True   # a predicate on drawn points
    exact: Callable | None = None      # piecewise linear: the derivatives, by hand


REFERENCES: dict[str, Reference] = {}


def ref(name, value, **options):
    for one in name.split():
        REFERENCES[one] = Reference(value, **options)


def away(*centres, by=1e-3):
    return lambda *x: all(abs(x[0] - c) > by * abs(c) for c in centres)


# ---- exactly known: piecewise constant or linear -------------------------------

def steps(name):
    ref(name, None, exact=lambda x: (0.0, 0.0), ulp=(0, 0))


for _name in ("sign", "floor", "ceil", "rint", "trunc", "spacing"):
    steps(_name)


def sign(x):
    return math.copysign(1.0, x) if x else 0.0


ref("negative", None, exact=lambda x: (-1.0, 0.0), ulp=(0, 0))
ref("positive conjugate", None, exact=lambda x: (1.0, 0.0), ulp=(0, 0))
ref("absolute fabs", None, exact=lambda x: (sign(x), 0.0), ulp=(0, 0))
ref("add", None, nin=2, exact=lambda x, y: (1.0, 1.0, 0.0, 0.0, 0.0), ulp=(0, 0))
ref("subtract", None, nin=2, exact=lambda x, y: (1.0, -1.0, 0.0, 0.0, 0.0), ulp=(0, 0))
ref("multiply", None, nin=2, exact=lambda x, y: (y, x, 0.0, 1.0, 0.0), ulp=(0, 0))
ref("maximum fmax", None, nin=2, ulp=(0, 0),
    exact=lambda x, y: ((x > y) + 0.5 * (x == y), (x < y) + 0.5 * (x == y), 0.0, 0.0, 0.0))
ref("minimum fmin", None, nin=2, ulp=(0, 0),
    exact=lambda x, y: ((x < y) + 0.5 * (x == y), (x > y) + 0.5 * (x == y), 0.0, 0.0, 0.0))
ref("copysign", None, nin=2, ulp=(0, 0),
    exact=lambda x, y: (math.copysign(1, x) * math.copysign(1, y), 0.0, 0.0, 0.0, 0.0))
ref("nextafter", None, nin=2, exact=lambda x, y: (1.0, 0.0, 0.0, 0.0, 0.0), ulp=(0, 0))
ref("heaviside", None, nin=2, ulp=(0, 0),
    exact=lambda x, y: (0.0, float(x == 0), 0.0, 0.0, 0.0))
ref("floor_divide", None, nin=2, exact=lambda x, y: (0.0,) * 5, ulp=(0, 0),
    keep=lambda x, y: y != 0)


def quotient(round_):
    def exact(x, y):
        with mp.workdps(700):
            return 1.0, float(-round_(mpf(x) / mpf(y))), 0.0, 0.0, 0.0
    return exact


ref("fmod", None, nin=2, exact=quotient(lambda q: mp.floor(q) if q >= 0 else mp.ceil(q)),
    ulp=(4, 0), keep=lambda x, y: y != 0)
ref("remainder", None, nin=2, exact=quotient(mp.floor), ulp=(4, 0), keep=lambda x, y: y != 0)

# ---- arithmetic, powers --------------------------------------------------------

WHOLE = (-BIG, BIG)
NONZERO = ((-BIG, -TINY), (TINY, BIG))
POSITIVE = ((TINY, BIG),)

ref("divide", lambda x, y: x / y, nin=2, ranges=NONZERO)
ref("square", lambda x: x * x)
ref("reciprocal", lambda x: 1 / x, ranges=NONZERO)
ref("sqrt", mp.sqrt, ranges=POSITIVE, outside=(-1.0, -TINY, -INF, NAN))
ref("cbrt scipy_cbrt", lambda x: mp.sign(x) * mp.cbrt(abs(x)), ranges=NONZERO)


def mp_power(x, y):
    if x < 0:
        n = int(mp.nint(y))
        # the function of y is defined at integers only: the caller asks for x alone
        return (-1) ** (n % 2) * (-x) ** y
    return x ** y


ref("power float_power", mp_power, nin=2, ranges=((TINY, BIG),), scale=(None, "power"),
    why="fxy has the zeros of 1 + y log x (measured against x**(y-1))",
    points=((0.5, 0.5), (2.0, 3.0), (2.0, -1.0), (3.0, 2.0), (1.0, 5.0), (1e-300, 1.07),
            (1e300, 1.03), (1e-300, -1.03), (10.0, -320.5), (0.1, 315.0), (ONE_UP, 1e17),
            (ONE_DOWN, 1e17), (1e-320, 0.5), (5.0, 1e-300), (2.0, 1023.5), (1e10, -31.0)),
    keep=lambda x, y: abs(y * math.log(x)) < 1e6)
ref("hypot", mp.hypot, nin=2, ranges=NONZERO,
    points=((1.7e308, 1.7e308), (TINY, TINY), (3 * TINY, 4 * TINY), (3.0, 4.0), (-3.0, 4.0)))

# ---- exponentials and logarithms -------------------------------------------------

ref("exp", mp.exp, ranges=((-745.0, 709.78), WHOLE), step="absolute")
ref("exp2 scipy_exp2", lambda x: mpf(2) ** x, ranges=((-1074.0, 1023.9), WHOLE), step="absolute")
ref("exp10", lambda x: mpf(10) ** x, ranges=((-323.0, 308.2), WHOLE), step="absolute")
ref("expm1 scipy_expm1", mp.expm1, ranges=((-745.0, 709.78), WHOLE), points=(-50.0, -1e-20), step="absolute")
ref("log", mp.log, ranges=POSITIVE, outside=(-1.0, -TINY, -INF, NAN))
ref("log2", lambda x: mp.log(x) / mp.log(2), ranges=POSITIVE, outside=(-1.0, -INF, NAN))
ref("log10", lambda x: mp.log(x) / mp.log(10), ranges=POSITIVE, outside=(-1.0, -INF, NAN))
ref("log1p scipy_log1p", lambda x: mp.log(1 + x), ranges=((-ONE_DOWN, BIG),),
    outside=(-1.5, -INF, NAN))
ref("logaddexp", lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), nin=2, step="absolute",
    ranges=((-1e3, 1e3), WHOLE), points=((300.1, -300.2), (1e-5, 700.0), (0.1, 744.9), (800.0, 60.3)))
ref("logaddexp2", lambda x, y: mp.log(mpf(2) ** x + mpf(2) ** y) / mp.log(2), nin=2,
    step="absolute", ranges=((-1e3, 1e3), WHOLE), points=((300.1, -300.2), (0.1, 1073.3)))

# ---- trigonometric, hyperbolic -----------------------------------------------------

ref("sin", mp.sin, step="absolute", points=(math.pi, math.pi / 2, 1e22), ranges=((-1e6, 1e6), WHOLE))
ref("cos", mp.cos, step="absolute", points=(math.pi, math.pi / 2, 1e22), ranges=((-1e6, 1e6), WHOLE))
ref("tan", mp.tan, step="absolute", points=(math.pi / 2, math.pi / 4, 1.5), ranges=((-1e6, 1e6), WHOLE))
ref("arcsin", mp.asin, ranges=((-ONE_DOWN, ONE_DOWN),), outside=(ONE_UP, -2.0, INF, NAN))
ref("arccos", mp.acos, ranges=((-ONE_DOWN, ONE_DOWN),), outside=(ONE_UP, -2.0, INF, NAN))
ref("arctan", mp.atan, points=(1e108, -1e81, 1.3e154, 1.4e154, 1e160, 4e161))
ref("arctan2", lambda x, y: mp.atan2(x, y), nin=2, ranges=NONZERO, scale=(None, "arctan2"),
    points=((1.7e308, 1.7e308), (TINY, TINY), (1e-320, 1e-10), (1e-10, -1e-320), (3.0, -4.0)),
    why="fxy has the zeros |x| = |y| (measured against 1/(x*x + y*y))")
ref("deg2rad radians", lambda x: x * mp.pi / 180)
ref("rad2deg degrees", lambda x: x * 180 / mp.pi)
ref("sinh", mp.sinh, ranges=((-711.0, 711.0), WHOLE), step="absolute")
ref("cosh", mp.cosh, ranges=((-711.0, 711.0), WHOLE), step="absolute")
ref("tanh", mp.tanh, ranges=((-380.0, 380.0), WHOLE), points=(18.0, 19.5, 20.0, 22.0, 354.9, -372.0),
    step="absolute")
ref("arcsinh", mp.asinh, points=(1e110, -1e155, 1e9))
ref("arccosh", mp.acosh, ranges=((ONE_UP, BIG),), points=(1e155, 1 + 1e-10),
    outside=(ONE_DOWN, 0.0, -2.0, -INF, NAN))
ref("arctanh", mp.atanh, ranges=((-ONE_DOWN, ONE_DOWN),), outside=(ONE_UP, -2.0, INF, NAN))
ref("sinc", lambda x: mp.sinpi(x) / (mp.pi * x) if x else mpf(1), ranges=((-1e3, 1e3), WHOLE), ulp=(4, 16),
    scale=("sinc", "sinc"), points=(0.49, 0.51, 1.0, 2.0, 1.43, 0.66, 100.0), step="absolute",
    why="sinc' has a zero near every half-integer, sinc'' near every integer: measured "
        "against the size of their terms, 1/|x| and pi/|x|")

# ---- SciPy: errors, normal, logistic -----------------------------------------------

SQRT2 = 1.4142135623730951


def inverse(function, start, target=lambda x: x):
    """The inverse of an increasing or decreasing function, by Newton's steps in
    growing precision from SciPy's value."""
    def value(x):
        y, t, prec = mpf(start(float(x))), target(x), mp.prec
        f0 = None
        for _ in range(40):
            h = mpf(2) ** (-prec // 3) * max(abs(y), mpf(10) ** -30)
            f0 = function(y) - t
            step = f0 * 2 * h / (function(y + h) - function(y - h))
            y -= step
            if abs(step) < abs(y) * mpf(2) ** (-prec // 2 - 20):
                break
        return y
    return value


def sp(name):
    import scipy.special
    return getattr(scipy.special, name)


def erfcx(x):
    """Far out the first terms of DLMF 7.12.1, whose next is x**-4 times smaller: mpmath's erfc overflows there."""
    return mp.exp(x * x) * mp.erfc(x) if x < 1e100 else (1 - 1 / (2 * x * x)) / (x * mp.sqrt(mp.pi))


def erfc(x):
    return mp.erfc(x) if x < 1e100 else mp.exp(-x * x) * erfcx(x)


def phi(x):
    return erfc(-x / mp.sqrt(2)) / 2


def erfinv_start(x):
    return float(sp("erfinv")(x))


ref("erf", mp.erf, ranges=((-27.2, 27.2), WHOLE), ulp=(6, 16), points=(26.0, 5.5, 1.0, 26.6),
    why="an exponential, its correction and the constant: four roundings")
ref("erfc", erfc, ranges=((-27.2, 27.2), WHOLE), ulp=(6, 16), points=(26.0, 5.5, 1.0),
    why="as erf")
ref("erfi", mp.erfi, ranges=((-26.7, 26.7), WHOLE), ulp=(6, 16), points=(5.5,), why="as erf")
ref("erfcx", erfcx, ranges=((-26.7, 10.0), WHOLE), ulp=(8, 16),
    points=(0.49, 0.51, 1.0, 2.0, 5.0, 30.0),
    why="2 x f - 2/sqrt(pi) below 0.5, continued fraction above; f has SciPy's own error")
ref("ndtr", phi, ranges=((-38.6, 38.6), WHOLE), ulp=(6, 16), why="as erf")
ref("log_ndtr", lambda x: mp.log(phi(x)), ranges=((-40.0, 38.6), WHOLE), ulp=(8, 16),
    points=(-1.0, 0.0, -0.5, -5.0, -38.0, 5.0), why="a quotient of erfc and an exponential")
ref("expit", lambda x: 1 / (1 + mp.exp(-x)), ranges=((-745.0, 745.0), WHOLE), ulp=(4, 16),
    points=(40.0, -40.0, 36.8), step="absolute")
ref("log_expit", lambda x: -mp.log(1 + mp.exp(-x)), ranges=((-745.0, 745.0), WHOLE), ulp=(4, 16),
    points=(40.0, -40.0), step="absolute")
ref("logit", lambda x: mp.log(x / (1 - x)), ranges=((TINY, 0.5), (0.5, ONE_DOWN)), ulp=(4, 16),
    outside=(-0.1, 1.1, INF, -INF, NAN))

# inverses: y' = 1/f'(y), y'' = -f''(y)/f'(y)**3, at y refined in mpmath
ref("erfinv", ("inverse", mp.erf, "erfinv"), ranges=((-ONE_DOWN, ONE_DOWN),), ulp=(16, 32),
    points=(0.99, 0.5, -0.999999), outside=(ONE_UP, -2.0, NAN),
    why="erfcx of SciPy's value over 1 - |x|; libm's erfc may err by 5 ulp")
ref("erfcinv", ("inverse", mp.erfc, "erfcinv"), ranges=((1e-323, 1.0), (1.0, math.nextafter(2, 1))), ulp=(16, 32),
    keep=lambda x: x != 1, outside=(-0.1, 2.5, NAN), why="as erfinv")
ref("ndtri", ("inverse", phi, "ndtri"), ranges=((TINY, 0.5), (0.5, ONE_DOWN)), ulp=(16, 32),
    keep=lambda x: x != 0.5, outside=(-0.1, 1.5, NAN), why="as erfinv")
ref("ndtri_exp", ("inverse", lambda y: mp.log(phi(y)), "ndtri_exp"), ranges=((-20.0, -1e-15), (-BIG, -TINY)),
    ulp=(16, 32), outside=(0.5, NAN), why="SciPy's value enters, refined by one step; as erfinv")

# ---- SciPy: gamma ------------------------------------------------------------------


def not_pole(x):
    return x > 0 or x != math.floor(x)


GAMMA = ((TINY, 180.0), (TINY, BIG), (-20.0, -TINY), (-190.0, -TINY))
PSI = ((TINY, 20.0), (TINY, BIG), (-20.0, -TINY), (-1e4, -TINY))
ref("gamma", mp.gamma, ranges=GAMMA, ulp=(16, 32), keep=not_pole, scale=("gamma", None),
    points=(0.5, 1.0, 2.0, 1.46163, 5.0, 170.0, -0.5, -1.5, -2.5, -10.5),
    why="SciPy's value enters, with some ulp of its own; on the negative axis psi has a zero "
        "between any two poles (measured against |gamma| there)")
ref("gammaln", lambda x: mp.log(abs(mp.gamma(x))), ranges=PSI, ulp=(16, 16), keep=not_pole,
    scale=("psi", None),
    points=(1.0, 2.0, 1.5, 1.4616321449683622, 10.0, 11.9, 12.0, -0.5, -1.5),
    why="zeros of psi on the negative axis (measured against 1); the one at 1.46 is resolved")
ref("loggamma", lambda x: mp.loggamma(x), ranges=((TINY, 20.0), (TINY, BIG)), ulp=(16, 16),
    points=(1.0, 2.0, 1.5, 1.4616321449683622, 10.0, 11.9, 12.0), outside=(-0.5, -1.0, NAN))
ref("psi", lambda x: mp.digamma(x), ranges=PSI, ulp=(16, 16), keep=not_pole,
    scale=(None, "psi"), points=(1.0, 2.0, 10.0, 12.0, -0.5, -1.5),
    why="the second derivative has a zero in each negative interval (measured against 1)")
ref("rgamma", mp.rgamma, ranges=GAMMA, ulp=(16, 32), keep=not_pole,
    scale=("rgamma", "rgamma"), points=(0.5, 1.0, 2.0, -0.5, -1.5),
    why="SciPy's value enters; zeros of psi, and of psi**2 - psi' (measured against |f| "
        "and |f|/distance to the pole of gamma)")

# ---- SciPy: the rest ----------------------------------------------------------------

ref("xlogy", lambda x, y: x * mp.log(y), nin=2, ranges=POSITIVE, ulp=(4, 16),
    points=((-2.0, 3.0), (1e-300, 1e-300)))
ref("xlog1py", lambda x, y: x * mp.log(1 + y), nin=2, ranges=POSITIVE, ulp=(4, 16),
    points=((-2.0, -0.5), (1.0, -ONE_DOWN), (3.0, 1e-20), (3.0, -1e-20)))
ref("entr", lambda x: -x * mp.log(x), ranges=POSITIVE, ulp=(4, 16),
    points=(0.36787944117144233, 0.37, 0.3, 0.5), outside=(-1.0, -INF, NAN))
ref("rel_entr", lambda x, y: x * mp.log(x / y), nin=2, ranges=POSITIVE, ulp=(4, 16),
    scale=("one", None), points=((1.0, 2.718281828459045), (0.37, 1.0), (3.0, 3.0), (2.0, 1.0)),
    why="fx has its zero at x = y/e (measured against 1 where it is smaller)")
ref("kl_div", lambda x, y: x * mp.log(x / y) - x + y, nin=2, ranges=POSITIVE, ulp=(4, 16),
    points=((1.0, 1.0000001), (0.37, 1.0), (2.0, 1.0)),
    keep=lambda x, y: x != y)
ref("exprel", lambda x: mp.expm1(x) / x if x else mpf(1), ranges=((-40.0, 716.0), WHOLE), ulp=(8, 16),
    points=(0.99, 1.01, -1.01, 2.01, -2.01, 709.0, 712.0, -40.0),
    why="(exp(x) - f)/x loses a factor of three at |x| = 1, where the series ends")
ref("cosm1", lambda x: mp.cos(x) - 1, step="absolute", ranges=((-1e6, 1e6), WHOLE), ulp=(4, 16))
ref("boxcox", lambda x, y: (x ** y - 1) / y if y else mp.log(x), nin=2, ranges=((TINY, BIG),), ulp=(8, 16),
    points=((2.0, 0.5), (3.0, -1.0), (0.1, 1e-10), (5.0, 3.0), (1.5, 1.0)),
    keep=lambda x, y: abs(y * math.log(x)) < 1e6,
    why="the exponent y log(x) is rounded; differences of powers")
ref("wrightomega", lambda x: mp.lambertw(mp.exp(x)).real, ranges=((-750.0, 1e3), WHOLE), ulp=(8, 16),
    points=(1.0, 0.0, -1.0), step="absolute", why="a function of SciPy's value alone")
ref("expi", mp.ei, ranges=((-750.0, 720.0), WHOLE), ulp=(4, 16),
    keep=lambda x: x != 1)
ref("exp1", mp.e1, ranges=((TINY, 750.0), (TINY, BIG)), ulp=(4, 16), outside=(NAN,))
ref("huber", None, nin=2, ulp=(1, 0), ranges=POSITIVE,
    exact=lambda x, y: (0.0, y, 0.0, 0.0, 1.0) if abs(y) <= x
    else (abs(y) - x, x * sign(y), -1.0, sign(y), 0.0))
ref("pseudo_huber", lambda x, y: y * y / (mp.sqrt(1 + (y / x) ** 2) + 1), nin=2, ranges=((1e-50, 1e50), (TINY, BIG)),
    ulp=(12, 16), points=((1.0, 1e-8), (1.0, -3.0), (2.0, 1e8)), why="six roundings in a row")


def arguments_scale(name, order, x, true, f):
    """The size against which an error is measured, where `scale` asks for one."""
    if name == "one":
        return 1.0
    if name == "sinc":
        return min(1.0, 1 / abs(x[0])) if x[0] else 1.0
    if name in ("psi", "gamma", "rgamma"):
        if x[0] > 0 and name != "rgamma":
            return 0.0
        if name == "rgamma" and order and x[0] < 0.5:
            return abs(f / (mpf(x[0]) - mp.nint(x[0]))) if x[0] != round(x[0]) else 0.0
        return 1.0 if name == "psi" else abs(f)
    if name == "power":
        h = [mpf(v) for v in x]
        return abs(h[0] ** (h[1] - 1))
    if name == "arctan2":
        a, b = mpf(x[0]), mpf(x[1])
        return 1 / (a * a + b * b)
    return 0.0

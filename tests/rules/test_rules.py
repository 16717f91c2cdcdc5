"""Each row of src/rules/rules.def against mpmath: frozen points, edges, whole domains."""
import math

import pytest
from oracle import derivatives, errors, frozen, points
from references import INF, NAN, REFERENCES, TINY

core = pytest.importorskip("dualad._core", reason="the compiled core is not built")

RULES = {rule["name"]: rule for rule in core.RULES}
SPECIAL = ("SPECIAL1", "SPECIAL2")
#: rows that an older SciPy lacks as ufuncs
MAY_BE_MISSING = {"ndtri_exp", "log_expit", "log_ndtr"}


def ask(name, *x):
    if RULES[name]["kind"] in SPECIAL:
        special = pytest.importorskip("scipy.special", reason="SciPy is not installed")
        if name in MAY_BE_MISSING and not hasattr(special, RULES[name]["ufunc"]):
            pytest.skip(f"this SciPy has no {name}")
    return core.rule_derivatives(name, *x)


def check(name, cases):
    bad = []
    for x, true in cases:
        got = ask(name, *x)
        for i, (error, bound) in enumerate(errors(name, x, true, got)):
            if not error <= bound:
                bad.append(f"{name}{x!r}[{i}] = {got[i]!r}, true {float(true[i])!r}: "
                           f"{error:.3g} ulp, bound {bound}")
    assert not bad, f"{len(bad)} of them:\n" + "\n".join(bad[:12])


def test_every_rule_has_a_reference_and_every_reference_a_rule():
    assert set(REFERENCES) == set(RULES)
    for name, one in REFERENCES.items():
        assert one.nin == RULES[name]["nin"], name


def test_every_exception_is_justified():
    for name, one in REFERENCES.items():
        special = RULES[name]["kind"] in SPECIAL
        if one.ulp[0] > (16 if special else 4) or one.ulp[1] > 16 or any(one.scale):
            assert one.why, f"{name}: a bound without a reason"


@pytest.mark.parametrize("name", REFERENCES)
def test_frozen_points(name):
    check(name, frozen(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("seed", [1, 2])
def test_whole_domain(name, seed):
    check(name, ((x, derivatives(name, x)) for x in points(name, 300, seed)))


@pytest.mark.parametrize("name, x", [(n, x) for n, r in REFERENCES.items() for x in r.outside])
def test_nan_outside_the_domain(name, x):
    assert all(math.isnan(v) for v in ask(name, x))


# ---- edges: (name, arguments, derivatives), None where nothing is promised ------------

FREE = None
EDGES1 = [
    ("absolute", 0.0, 0, 0), ("absolute", -0.0, 0, 0), ("absolute", -INF, -1, 0),
    ("absolute", NAN, NAN, 0), ("fabs", -0.0, 0, 0),
    ("square", -0.0, 0, 2), ("square", INF, INF, 2),
    ("reciprocal", 0.0, -INF, INF), ("reciprocal", -0.0, -INF, -INF), ("reciprocal", INF, 0, 0),
    ("sqrt", 0.0, INF, -INF), ("sqrt", -0.0, INF, -INF), ("sqrt", INF, 0, 0),
    ("sqrt", TINY, 0.5 / math.sqrt(TINY), -INF),
    ("cbrt", 0.0, INF, -INF), ("cbrt", -0.0, INF, INF), ("cbrt", -INF, 0, 0), ("cbrt", NAN, NAN, NAN),
    ("exp", -INF, 0, 0), ("exp", INF, INF, INF), ("exp", NAN, NAN, NAN), ("exp2", -INF, 0, 0),
    ("expm1", -INF, 0, 0), ("expm1", INF, INF, INF), ("expm1", -0.0, 1, 1),
    ("log", 0.0, INF, -INF), ("log", -0.0, INF, -INF), ("log", INF, 0, 0), ("log", TINY, INF, -INF),
    ("log2", -0.0, INF, -INF), ("log10", 0.0, INF, -INF), ("log2", INF, 0, 0),
    ("log1p", -1.0, INF, -INF), ("log1p", INF, 0, 0), ("log1p", -0.0, 1, -1),
    ("sin", 0.0, 1, 0), ("sin", INF, NAN, NAN), ("cos", 0.0, 0, -1), ("cos", -INF, NAN, NAN),
    ("tan", -0.0, 1, 0), ("tan", INF, NAN, NAN),
    ("arcsin", 1.0, INF, INF), ("arcsin", -1.0, INF, -INF), ("arccos", 1.0, -INF, -INF),
    ("arctan", INF, 0, 0), ("arctan", -INF, 0, 0), ("arctan", NAN, NAN, NAN),
    ("sinh", INF, INF, INF), ("cosh", -INF, -INF, INF), ("tanh", INF, 0, 0), ("tanh", -INF, 0, 0),
    ("tanh", 400.0, 0, 0), ("tanh", NAN, NAN, NAN),
    ("arcsinh", INF, 0, 0), ("arcsinh", -INF, 0, 0), ("arccosh", 1.0, INF, -INF), ("arccosh", INF, 0, 0),
    ("arctanh", 1.0, INF, INF), ("arctanh", -1.0, INF, -INF),
    ("sinc", 0.0, 0, -math.pi ** 2 / 3), ("sinc", -0.0, 0, FREE), ("sinc", 1e20, 1e-20, FREE),
    ("erf", INF, 0, 0), ("erf", -INF, 0, 0), ("erf", NAN, NAN, NAN), ("erf", 1e200, 0, 0),
    ("erfc", -INF, 0, 0), ("erfcx", INF, 0, 0), ("erfcx", -INF, -INF, INF), ("erfi", INF, INF, INF),
    ("erfinv", 1.0, INF, INF), ("erfinv", -1.0, INF, -INF), ("erfcinv", 0.0, -INF, INF),
    ("erfcinv", 2.0, -INF, -INF), ("ndtri", 0.0, INF, -INF), ("ndtri", 1.0, INF, INF),
    ("ndtr", INF, 0, 0), ("ndtr", -INF, 0, 0), ("log_ndtr", INF, 0, 0), ("log_ndtr", -INF, INF, -1),
    ("log_ndtr", -1e200, 1e200, -1),
    ("expit", INF, 0, 0), ("expit", -INF, 0, 0), ("expit", 0.0, 0.25, 0), ("expit", NAN, NAN, NAN),
    ("log_expit", INF, 0, 0), ("log_expit", -INF, 1, 0), ("logit", 0.0, INF, -INF),
    ("logit", 1.0, INF, INF),
    ("logit", -0.0, INF, -INF),
    ("gamma", 0.0, -INF, INF), ("gamma", -0.0, -INF, -INF), ("gamma", -1.0, NAN, NAN),
    ("gamma", INF, INF, INF),
    ("gammaln", 0.0, -INF, INF), ("gammaln", -0.0, INF, INF), ("gammaln", INF, INF, 0),
    ("gammaln", -2.0, NAN, INF),
    ("psi", 0.0, INF, -INF), ("psi", -0.0, INF, INF), ("psi", INF, 0, 0), ("psi", NAN, NAN, NAN),
    ("rgamma", 0.0, 1, 2 * 0.5772156649015329), ("rgamma", -1.0, -1, FREE), ("rgamma", -4.0, 24, FREE),
    ("rgamma", INF, 0, 0),
    ("entr", 0.0, INF, -INF), ("exprel", 0.0, 0.5, 1 / 3), ("exprel", INF, INF, INF),
    ("exprel", -INF, 0, 0),
    ("wrightomega", INF, 1, 0), ("wrightomega", -INF, 0, 0), ("expi", -INF, 0, 0), ("expi", INF, INF, INF),
    ("exp1", INF, 0, 0), ("cosm1", 0.0, 0, -1), ("cosm1", INF, NAN, NAN),
    ("exp10", -INF, 0, 0), ("exp10", INF, INF, INF), ("scipy_exp2", -INF, 0, 0),
    ("scipy_cbrt", 0.0, INF, -INF),
]

H = 0.5
EDGES2 = [
    ("divide", (1.0, INF), 0, 0, 0, 0, 0), ("divide", (1.0, 0.0), INF, -INF, 0, -INF, INF),
    ("divide", (1e308, 1e10), 1e-10, -1e288, 0, -1e-20, 2e278),
    ("maximum", (2.0, 2.0), H, H, 0, 0, 0), ("minimum", (0.0, -0.0), H, H, 0, 0, 0),
    ("maximum", (INF, INF), H, H, 0, 0, 0),
    ("maximum", (NAN, 1.0), 1, 0, 0, 0, 0), ("maximum", (1.0, NAN), 0, 1, 0, 0, 0),
    ("maximum", (NAN, NAN), 1, 0, 0, 0, 0), ("minimum", (1.0, NAN), 0, 1, 0, 0, 0),
    ("minimum", (NAN, 1.0), 1, 0, 0, 0, 0),
    ("fmax", (NAN, 1.0), 0, 1, 0, 0, 0), ("fmax", (1.0, NAN), 1, 0, 0, 0, 0),
    ("fmax", (NAN, NAN), 1, 0, 0, 0, 0), ("fmin", (3.0, 3.0), H, H, 0, 0, 0),
    ("fmin", (NAN, 1.0), 0, 1, 0, 0, 0), ("fmin", (1.0, NAN), 1, 0, 0, 0, 0),
    ("fmod", (-7.5, 2.0), 1, 3, 0, 0, 0), ("fmod", (7.5, -2.0), 1, 3, 0, 0, 0),
    ("fmod", (1.0, INF), 1, 0, 0, 0, 0), ("fmod", (1.0, 0.1), 1, -9, 0, 0, 0),
    ("remainder", (-7.5, 2.0), 1, 4, 0, 0, 0), ("remainder", (7.5, -2.0), 1, 4, 0, 0, 0),
    ("remainder", (1.0, 0.1), 1, -9, 0, 0, 0), ("remainder", (-1e-300, 1.0), 1, 1, 0, 0, 0),
    ("remainder", (-1.0, INF), 1, 1, 0, 0, 0), ("remainder", (1.0, INF), 1, 0, 0, 0, 0),
    ("fmod", (1.0, 0.0), 1, NAN, 0, 0, 0),
    ("copysign", (-0.0, 1.0), -1, 0, 0, 0, 0), ("copysign", (2.0, -0.0), -1, 0, 0, 0, 0),
    ("copysign", (-2.0, -3.0), 1, 0, 0, 0, 0), ("nextafter", (1.0, 2.0), 1, 0, 0, 0, 0),
    ("heaviside", (0.0, 0.3), 0, 1, 0, 0, 0), ("heaviside", (-0.0, 0.3), 0, 1, 0, 0, 0),
    ("heaviside", (2.0, 0.3), 0, 0, 0, 0, 0),
    ("hypot", (0.0, 0.0), 0, 0, 0, 0, 0), ("hypot", (INF, 1.0), 1, 0, 0, 0, 0),
    ("hypot", (-2.0, 0.0), -1, 0, 0, 0, H), ("hypot", (NAN, 1.0), NAN, NAN, NAN, NAN, NAN),
    ("arctan2", (INF, 1.0), 0, 0, 0, 0, 0), ("arctan2", (0.0, 0.0), NAN, NAN, NAN, NAN, NAN),
    ("arctan2", (-0.0, -1.0), -1, 0, 0, -1, 0), ("arctan2", (INF, INF), 0, 0, 0, 0, 0),
    ("logaddexp", (-INF, -INF), H, H, FREE, FREE, FREE), ("logaddexp", (INF, INF), H, H, FREE, FREE, FREE),
    ("logaddexp", (INF, 1.0), 1, 0, 0, 0, 0), ("logaddexp", (-INF, 1.0), 0, 1, 0, 0, 0),
    ("logaddexp2", (-INF, -INF), H, H, FREE, FREE, FREE),
    ("logaddexp", (NAN, 1.0), NAN, NAN, NAN, NAN, NAN),
    ("xlogy", (0.0, 0.0), -INF, 0, 0, INF, 0), ("xlogy", (0.0, 2.0), math.log(2), 0, 0, H, 0),
    ("xlogy", (1.0, 0.0), -INF, INF, 0, INF, -INF), ("xlogy", (1.0, -1.0), NAN, NAN, 0, NAN, NAN),
    ("xlog1py", (0.0, -1.0), -INF, 0, 0, INF, 0), ("xlog1py", (1.0, -1.0), -INF, INF, 0, INF, -INF),
    ("rel_entr", (-1.0, 1.0), NAN, NAN, NAN, NAN, NAN), ("kl_div", (2.0, 2.0), 0, 0, H, -H, H),
    ("huber", (1.0, 1.0), 0, 1, 0, 0, 1), ("huber", (-1.0, 1.0), NAN, NAN, NAN, NAN, NAN),
    ("boxcox", (2.0, 0.0), H, math.log(2) ** 2 / 2, -0.25, math.log(2) / 2, math.log(2) ** 3 / 3),
    ("boxcox", (-1.0, 0.5), NAN, NAN, NAN, NAN, NAN),
]
for _power in ("power", "float_power"):
    EDGES2 += [
        (_power, (0.0, 0.0), 0, -INF, 0, FREE, FREE), (_power, (0.0, 1.0), 1, 0, 0, -INF, 0),
        (_power, (0.0, 2.0), 0, 0, 2, 0, 0), (_power, (-0.0, 2.0), 0, 0, 2, 0, 0),
        (_power, (0.0, 3.0), 0, 0, 0, 0, 0), (_power, (0.0, 0.5), INF, 0, -INF, -INF, 0),
        (_power, (0.0, -1.0), -INF, -INF, INF, FREE, FREE), (_power, (0.0, 1.5), 0, 0, INF, 0, 0),
        (_power, (-2.0, 3.0), 12, NAN, -12, NAN, NAN), (_power, (-2.0, 2.0), -4, NAN, 2, NAN, NAN),
        (_power, (-2.0, -1.0), -0.25, NAN, -0.25, NAN, NAN), (_power, (-2.0, 1.0), 1, NAN, 0, NAN, NAN),
        (_power, (-2.0, 0.0), 0, NAN, 0, NAN, NAN), (_power, (-2.0, 0.5), NAN, NAN, NAN, NAN, NAN),
        (_power, (5.0, 0.0), 0, math.log(5), 0, 0.2, math.log(5) ** 2),
        (_power, (1.0, 7.0), 7, 0, 42, 1, 0), (_power, (INF, 2.0), INF, INF, 2, INF, INF),
        (_power, (INF, -1.0), 0, 0, 0, 0, 0), (_power, (0.5, INF), 0, 0, 0, 0, 0),
        (_power, (NAN, 2.0), NAN, NAN, FREE, NAN, NAN), (_power, (2.0, NAN), NAN, NAN, NAN, NAN, NAN),
        (_power, (-1e-200, 3.0), 0, NAN, -6e-200, NAN, NAN),
        (_power, (-1e200, 3.0), INF, NAN, -6e200, NAN, NAN),
    ]


def agree(got, wanted):
    if wanted is FREE:
        return True
    if math.isnan(wanted):
        return math.isnan(got)
    return got == wanted or math.isclose(got, wanted, rel_tol=1e-14)


@pytest.mark.parametrize("name, x, d1, d2", EDGES1)
def test_edges_of_one_argument(name, x, d1, d2):
    got = ask(name, x)
    assert agree(got[0], d1) and agree(got[1], d2), got


@pytest.mark.parametrize("case", EDGES2, ids=lambda c: f"{c[0]}{c[1]}")
def test_edges_of_two_arguments(case):
    name, x, *wanted = case
    got = ask(name, *x)
    assert all(map(agree, got, wanted)), (got, wanted)


@pytest.mark.parametrize("name", ["add", "multiply", "hypot", "logaddexp", "logaddexp2"])
def test_symmetric_functions_have_symmetric_derivatives(name):
    for x, y in points(name, 50, 7):
        fx, fy, fxx, fxy, fyy = ask(name, x, y)
        assert ask(name, y, x) == (fy, fx, fyy, fxy, fxx)

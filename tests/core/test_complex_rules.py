"""Functions of complex dual numbers: derivatives against mpmath, values against NumPy to the last bit.

The bounds are in units of the last place of the derivative's modulus.
"""

import cmath
from pathlib import Path

import mpmath
import numpy as np
import pytest

import dualad
from dualad import _core

FIRST, SECOND = 8, 32          # as complex_rules.def promises
CANCELLING = {"power": (64, 96), "float_power": (64, 96)}     # the exponent's error times the logarithm

UNARY = {
    "negative": lambda z: -z,
    "positive": lambda z: +z,
    "square": lambda z: z * z,
    "reciprocal": lambda z: 1 / z,
    "sqrt": mpmath.sqrt,
    "exp": mpmath.exp,
    "exp2": lambda z: mpmath.mpf(2) ** z,
    "expm1": lambda z: mpmath.exp(z) - 1,
    "log": mpmath.log,
    "log2": lambda z: mpmath.log(z) / mpmath.log(2),
    "log10": mpmath.log10,
    "log1p": lambda z: mpmath.log(1 + z),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "arcsin": mpmath.asin,
    "arccos": mpmath.acos,
    "arctan": mpmath.atan,
    "arcsinh": mpmath.asinh,
    "arccosh": mpmath.acosh,
    "arctanh": mpmath.atanh,
}
BINARY = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "power": lambda x, y: x**y,
    "float_power": lambda x, y: x**y,
}

rng = np.random.default_rng(7)
#: of ordinary size; near the singularities 0, 1, -1, i, -i; large and small ones
POINTS = np.concatenate([
    rng.normal(size=12) + 1j * rng.normal(size=12),
    3 * rng.normal(size=8) + 3j * rng.normal(size=8),
    np.repeat([1, -1, 1j, -1j, 0], 3) + 1e-5 * (rng.normal(size=15) + 1j * rng.normal(size=15)),
    12 * rng.normal(size=6) + 12j * rng.normal(size=6),
])


def directed(z, first):
    """A complex hyper-dual number with these partials in two directions."""
    out = np.zeros(1, _core.complex_dtype(dualad.dual_dtype(2, order=2)))
    for part, value, lanes in ((out.real, z.real, first.real), (out.imag, z.imag, first.imag)):
        dualad.value(part)[...] = value
        dualad.partials(part)[...] = lanes
    return out.view(dualad.DualArray)


def to_mp(z):
    return mpmath.mpc(float(z.real), float(z.imag))


def distance(found, expected):
    """In units of the last place of the expected number's modulus."""
    size = abs(expected)
    if size == 0:
        return 0 if found == 0 else mpmath.inf
    return abs(to_mp(found) - expected) / (size * mpmath.mpf(2) ** -53)


@pytest.mark.parametrize("name", UNARY)
def test_unary_derivatives(name):
    function = getattr(np, name)
    u = np.array([1.0, 0.3 - 0.7j])
    with mpmath.workdps(120):
        for z in POINTS:
            out = function(directed(z, u))
            d1, d2 = (mpmath.diff(UNARY[name], to_mp(z), order, h=mpmath.mpf(10) ** -30) for order in (1, 2))
            d1, d2 = (d if abs(d) > 1e-45 else mpmath.mpf(0) for d in (d1, d2))      # exact zeros
            for k in range(2):
                assert distance(dualad.partials(out)[0, k], d1 * to_mp(u[k])) <= FIRST, (z, k)
                for j in range(2):
                    found, expected = dualad.second(out)[0, k, j], d2 * to_mp(u[k]) * to_mp(u[j])
                    assert distance(found, expected) <= SECOND, (z, k, j, found, expected)


@pytest.mark.parametrize("name", BINARY)
def test_binary_derivatives(name):
    function, reference = getattr(np, name), BINARY[name]
    others = np.roll(POINTS, 5)
    u, v = np.array([1.0, 0.2j]), np.array([0.4, 1.0 - 0.5j])
    first, later = CANCELLING.get(name, (FIRST, SECOND))
    with mpmath.workdps(60):
        for z, w in zip(POINTS, others, strict=True):
            if abs(w) > 10:
                continue
            out = function(directed(z, u), directed(w, v))
            point = (to_mp(z), to_mp(w))
            h = mpmath.mpf(10) ** -20
            dx, dy, dxx, dxy, dyy = (mpmath.diff(reference, point, order, h=h)
                                     for order in ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2)))
            for k in range(2):
                terms = [dx * to_mp(u[k]), dy * to_mp(v[k])]
                size = sum(abs(term) for term in terms)
                found = dualad.partials(out)[0, k]
                assert abs(to_mp(found) - sum(terms)) <= first * 2.0**-53 * size, (z, w, k)
                for j in range(2):
                    terms = [dxx * to_mp(u[k]) * to_mp(u[j]), dyy * to_mp(v[k]) * to_mp(v[j]),
                             dxy * (to_mp(u[k]) * to_mp(v[j])), dxy * (to_mp(v[k]) * to_mp(u[j]))]
                    size = sum(abs(term) for term in terms)
                    found = dualad.second(out)[0, k, j]
                    assert abs(to_mp(found) - sum(terms)) <= later * 2.0**-53 * size + 1e-30, (z, w, k, j)


#: pairs of real functions: the value's parts as functions of (x, y)
MAPS = {
    "absolute": lambda x, y: (mpmath.sqrt(x * x + y * y), mpmath.mpf(0)),
    "conjugate": lambda x, y: (x, -y),
    "sign": lambda x, y: (x / mpmath.sqrt(x * x + y * y), y / mpmath.sqrt(x * x + y * y)),
    "rint": lambda x, y: (mpmath.mpf(0), mpmath.mpf(0)),
    "angle": lambda x, y: (mpmath.atan2(y, x), mpmath.mpf(0)),
    "real": lambda x, y: (x, mpmath.mpf(0)),
    "imag": lambda x, y: (y, mpmath.mpf(0)),
}


@pytest.mark.parametrize("name", MAPS)
def test_functions_without_a_complex_derivative(name):
    function = getattr(np, name)
    u = np.array([1.0, 0.3 - 0.7j])
    with mpmath.workdps(60):
        for z in POINTS:
            out = function(directed(z, u))
            h = mpmath.mpf(10) ** -20
            for k in range(2):
                found = dualad.partials(out)[0, k]
                for part, which in ((0, np.real), (1, np.imag)):
                    def along(t, s, part=part, k=k, j=k, z=z):
                        moved = to_mp(z) + t * to_mp(u[k]) + s * to_mp(u[j])
                        return MAPS[name](moved.real, moved.imag)[part]
                    expected = mpmath.diff(lambda t, along=along: along(t, 0), 0, h=h)
                    scale = 1 / abs(to_mp(z)) if name in ("sign", "angle") else 1
                    assert abs(float(which(found)) - expected) <= 1e-14 * scale, (z, k)
                    expected = mpmath.diff(lambda t, s, along=along: along(t, s), (0, 0), (1, 1), h=h)
                    scale = scale / abs(to_mp(z))
                    assert abs(float(which(dualad.second(out)[0, k, k])) - expected) <= 1e-13 * scale, (z, k)


# -- values ------------------------------------------------------------------------------------------------

SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.5, -0.3, 1e-310, 1e308, np.inf, -np.inf, np.nan]
GRID = np.array([complex(a, b) for a in SPECIAL for b in SPECIAL])


def same_bits(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype and found.shape == expected.shape
    for part in (np.real, np.imag):
        a, b = part(found), part(expected)
        assert np.array_equal(a, b, equal_nan=True)
        assert np.array_equal(np.signbit(a)[~np.isnan(a)], np.signbit(b)[~np.isnan(b)])


def dual(values, n=3):
    values = np.asarray(values, dtype=complex)
    z = np.zeros(values.shape, _core.complex_dtype(dualad.dual_dtype(n)))
    for part, floats in ((z.real, values.real), (z.imag, values.imag)):
        dualad.value(part)[...] = floats
        dualad.partials(part)[...] = np.random.default_rng(1).normal(size=(*values.shape, n))
    return z.view(dualad.DualArray)


def plain(result):
    return dualad.value(result) if _core.slot_of(result) >= 0 else result


@pytest.mark.parametrize("name", [*UNARY, "absolute", "conjugate", "sign", "rint", "isnan", "isinf", "isfinite",
                                  "logical_not", "angle", "real", "imag", "isreal", "iscomplex"])
def test_values_of_one_argument(name):
    function = getattr(np, name)
    with np.errstate(all="ignore"):
        for values in (POINTS, GRID, POINTS[::2], POINTS[::-1], POINTS[:1], POINTS[:0], POINTS[:40].reshape(5, 8).T):
            same_bits(plain(function(dual(POINTS)[::2] if values is POINTS[::2] else dual(values))),
                      function(np.array(values)))
        same_bits(plain(function(dual(POINTS)[::-2])), function(POINTS[::-2]))
        for z in [*POINTS[:5], *GRID]:
            same_bits(plain(function(dual(z)[()])), function(np.complex128(z)))


@pytest.mark.parametrize("name", [*BINARY, "maximum", "minimum", "fmax", "fmin", "equal", "not_equal", "less",
                                  "less_equal", "greater", "greater_equal", "logical_and", "logical_or",
                                  "logical_xor"])
def test_values_of_two_arguments(name):
    function = getattr(np, name)
    with np.errstate(all="ignore"):
        for x, y in ((POINTS, POINTS[::-1].copy()), (GRID, np.roll(GRID, 17)), (POINTS, POINTS[:1]),
                     (POINTS[:1], POINTS)):
            expected = function(x, y)
            same_bits(plain(function(dual(x), dual(y))), expected)
            same_bits(plain(function(dual(x), y)), expected)
            same_bits(plain(function(x, dual(y))), expected)
        z = dual(POINTS)
        for number in (2, 2.0, -1, 0.5, 0, 1, 3, 1j, 2 - 1j, np.float64(2), np.complex128(1j), np.float32(0.5), True):
            same_bits(plain(function(z, number)), function(POINTS, number))
            same_bits(plain(function(number, z)), function(number, POINTS))


OPERATORS = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "**": lambda x, y: x**y,
    "==": lambda x, y: x == y,
    "<": lambda x, y: x < y,
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_of_scalars_and_arrays(name):
    operate = OPERATORS[name]
    with np.errstate(all="ignore"):
        for x, y in zip([*POINTS, *GRID], [*np.roll(POINTS, 3), *np.roll(GRID, 29)], strict=True):
            x, y = np.complex128(x), np.complex128(y)
            same_bits(plain(operate(dual(x)[()], dual(y)[()])), operate(x, y))
            same_bits(plain(operate(dual(x)[()], y)), operate(x, y))
            if name != "<" or not (np.isnan(x) or np.isnan(y)):      # NumPy's loop and its scalars disagree
                same_bits(plain(operate(x, dual(y)[()])), operate(x, y))
            same_bits(plain(operate(dual(x)[()], complex(y))), operate(x, complex(y)))
        for number in (2, -1, 0.5, 1j, 0, np.float64(2.0), np.complex64(2j)):
            same_bits(plain(operate(dual(POINTS), number)), operate(POINTS, number))
            same_bits(plain(operate(number, dual(POINTS))), operate(number, POINTS))
            if not isinstance(number, np.complex64):
                same_bits(plain(operate(dual(POINTS[0])[()], number)), operate(POINTS[0], number))
                same_bits(plain(operate(number, dual(POINTS[0])[()])), operate(number, POINTS[0]))


@pytest.mark.parametrize("name", OPERATORS)
def test_real_numbers_with_complex_ones(name):
    operate, x = OPERATORS[name], np.array([0.3, -1.2, 2.0, 0.0])
    d, c = dualad.seed(x), np.array([1 - 2j, 0.5j, 3 + 0j, 1 + 1j])
    with np.errstate(all="ignore"):
        for other in (c, 1j, 2 + 1j, np.complex128(1 - 1j), dual(c, 4)):
            bare = plain(other)
            same_bits(plain(operate(d, other)), operate(x, bare))
            same_bits(plain(operate(other, d)), operate(bare, x))
        for other in (1j, 2 + 1j, np.complex128(1 - 1j), dual(c, 4)[0]):
            bare = plain(other)
            same_bits(plain(operate(d[0], other)), operate(x[0], bare))
            same_bits(plain(operate(other, d[0])), operate(bare, x[0]))
    if name in "+-*/**":
        found, expected = operate(d, 2 + 1j), operate(d + 0j, 2 + 1j)
        np.testing.assert_array_equal(dualad.partials(found), dualad.partials(expected))


# -- edges -------------------------------------------------------------------------------------------------

def at(z, partials=(1.0, 0.0)):
    return dualad.ComplexDual(z, np.array(partials, complex))


def test_singularities_do_not_touch_directions_at_rest():
    with np.errstate(all="ignore"):
        for function in (np.sqrt, np.log, np.log2, np.log10, lambda z: z**0.5, lambda z: 1 / z):
            out = function(at(0.0))
            assert np.isinf(out.partials[0]) and out.partials[1] == 0
        assert np.sqrt(at(0j)).partials[0] == np.inf
        second = np.sqrt(directed(0j, np.array([1.0, 0.0])))
        assert np.isinf(dualad.second(second)[0, 0, 0]) and not dualad.second(second)[0, 1].any()
    assert abs(at(0j)).partials.tolist() == [0, 0] and np.sign(at(0j)).partials.tolist() == [0, 0]


def test_powers_at_zero_and_of_negative_numbers():
    assert (at(0j) ** 0).partials.tolist() == [0, 0] and (at(0j) ** 1).partials.tolist() == [1, 0]
    assert (at(0j) ** 2).partials.tolist() == [0, 0] and (at(0j) ** 3).partials.tolist() == [0, 0]
    assert dualad.second(directed(0j, np.array([1.0, 1.0])) ** 2).tolist() == [[[2, 2], [2, 2]]]
    assert dualad.second(directed(0j, np.array([1.0, 1.0])) ** 1).tolist() == [[[0, 0], [0, 0]]]
    np.testing.assert_allclose((at(-2 + 0j) ** 3).partials, [12, 0], rtol=1e-15)
    assert (0j ** at(2.0)).partials.tolist() == [0, 0]


@pytest.mark.parametrize("name", ["sqrt", "log", "arcsin", "arccos", "arccosh", "arctanh", "arctan", "arcsinh"])
def test_the_side_of_a_cut_on_which_the_value_lies(name):
    """Along a cut the derivative is that of nearby points on the same side."""
    cuts = {"sqrt": (-2, 0), "log": (-2, 0), "arcsin": (2, 0), "arccos": (-2, 0), "arccosh": (0.4, 0),
            "arctanh": (2, 0), "arctan": (0, 2), "arcsinh": (0, -2)}
    function, (x, y) = getattr(np, name), cuts[name]
    for sign in (1, -1):
        on, off = complex(x, sign * 0.0 if y == 0 else y), complex(x, sign * 1e-9)
        if y:
            on, off = complex(sign * 0.0, y), complex(sign * 1e-9, y)
        np.testing.assert_allclose(function(at(on)).partials, function(at(off)).partials, rtol=1e-8)
        assert cmath.isclose(function(on), function(off), rel_tol=1e-7)


def test_overflow_of_cos_does_not_reach_tan():
    for z in (0.3 + 800j, 1 - 720j, 2 + 400j):
        assert np.isfinite(np.tan(at(z)).partials).all() and np.isfinite(np.tanh(at(1j * z)).partials).all()
    with mpmath.workdps(40):
        expected = 1 / mpmath.cos(mpmath.mpc(0.5, 100)) ** 2
        assert distance(np.tan(at(0.5 + 100j)).partials[0], expected) <= FIRST


def test_choices_at_ties():
    x, y = at(1 + 2j, (1, 0)), at(1 + 2j, (0, 1))
    for choose in (np.maximum, np.minimum, np.fmax, np.fmin):
        assert choose(x, y).partials.tolist() == [0.5, 0.5]
    assert np.maximum(at(1 + 3j, (1, 0)), y).partials.tolist() == [1, 0]
    assert np.maximum(at(complex(np.nan, 0), (1, 0)), y).partials.tolist() == [1, 0]
    assert np.fmax(at(complex(np.nan, 0), (1, 0)), y).partials.tolist() == [0, 1]


def test_every_row_has_a_reference():
    table = Path(__file__).parents[2] / "src" / "rules" / "complex_rules.def"
    rows = {line.split("(")[1].split(",")[0] for line in table.read_text().splitlines()
            if line.startswith("HOLOMORPHIC")}
    assert rows == {*UNARY, *BINARY, "maximum", "minimum", "fmax", "fmin"}

"""What is decided at the edges: each row of the design's table by name, for scalars and for arrays."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
from support.compare import close, same_bits

import dualad
from dualad import Dual, DualArray

INF, NAN = np.inf, np.nan
FORMS = ["scalar", "vector", "long vector", "subclass", "strided", "zero-d"]


@pytest.fixture(autouse=True)
def quiet():
    with np.errstate(all="ignore"):
        yield


@pytest.fixture(params=FORMS)
def form(request):
    return request.param


def lay(kind, form, value, partials):
    if form == "scalar":
        return kind.scalar(value, partials)
    if form == "zero-d":
        return kind.array(np.array(float(value)), np.broadcast_to(partials, (kind.n,)))
    size = 300 if form == "long vector" else 6 if form == "strided" else 3
    made = kind.array(np.full(size, float(value)), np.broadcast_to(partials, (size, kind.n)))
    return made[::2] if form == "strided" else made.view(DualArray) if form == "subclass" else made


def check(kind, found, value, partials):
    """Every element has this value and these partials (None: free)."""
    values, lanes = np.atleast_1d(dualad.value(found)), dualad.partials(found).reshape(-1, kind.n)
    if value is not None:
        same_bits(values, np.full(values.shape, value))
    if partials is not None:
        np.testing.assert_allclose(lanes, np.broadcast_to(partials, lanes.shape), rtol=1e-15)


def both(kind):
    """Partials of two operands that tell them apart."""
    return 1.0 + np.arange(kind.n), 100.0 * (1.0 + np.arange(kind.n))


# ---- order, equality, hash -----------------------------------------------------------------------


def test_comparisons_and_choices_look_at_the_value_alone(kind, form):
    x, y = lay(kind, form, 2.0, 1.0), lay(kind, form, 2.0, -5.0)
    assert np.all(x == y) and not np.any(x != y) and np.all(x <= y) and not np.any(x < y) and np.all(x == 2.0)
    nan = lay(kind, form, NAN, 1.0)
    assert not np.any(nan == nan) and np.all(nan != nan) and not np.any(nan < 1.0) and not np.any(nan > 1.0)


def test_order_of_nan(kind):
    values = np.array([2.0, NAN, 1.0, -INF, NAN, INF])
    x = kind.array(values)
    assert np.argmax(x) == np.argmax(values) == 1 and np.argmin(x) == 1
    assert np.argsort(x, kind="stable").tolist() == np.argsort(values, kind="stable").tolist()
    assert np.searchsorted(np.sort(x), NAN) == np.searchsorted(np.sort(values), NAN)


def test_hash(kind):
    @functools.lru_cache
    def cached(x):
        return x

    with pytest.raises(TypeError, match=r"dualad\.value\(x\)"):
        cached(kind.scalar(1.0))


# ---- no float, no integer ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "convert",
    [
        float,
        int,
        math.sin,
        lambda x: np.asarray(x, float),
        lambda x: np.zeros(3).__setitem__(0, x),
        lambda x: np.add(x, x, out=np.zeros(())),
        lambda x: np.asarray(x, dtype=np.float32),
    ],
)
def test_floats_are_refused_with_the_remedy(kind, convert):
    for x in (kind.scalar(1.0), kind.array(np.array(1.0)), kind.array([1.0])[0]):
        with pytest.raises(TypeError, match=r"dualad\.value"):
            convert(x)


def test_astype_float(kind):
    x = kind.array([1.0, 2.0])
    for dtype in (float, np.float64, "f8", "float64", np.dtype(float)):
        with pytest.raises(TypeError, match=r"dualad\.value"):
            x.astype(dtype)
        kept = x.view(DualArray).astype(dtype)
        assert kept.dtype == kind.dtype and not np.shares_memory(kept, x)
        assert np.asarray(kept).tobytes() == np.asarray(x).tobytes()
    for dtype in (int, np.float32, np.complex64):
        with pytest.raises(TypeError):
            x.view(DualArray).astype(dtype)


# ---- functions of one argument -------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, at, value, derivative",
    [
        ("abs", 0.0, 0.0, 0.0),
        ("abs", -0.0, 0.0, 0.0),
        ("abs", -2.0, 2.0, -1.0),
        ("abs", INF, INF, 1.0),
        ("abs", -INF, INF, -1.0),
        ("fabs", 0.0, 0.0, 0.0),
        ("sign", 0.0, 0.0, 0.0),
        ("sign", -3.0, -1.0, 0.0),
        ("floor", 2.0, 2.0, 0.0),
        ("floor", 2.7, 2.0, 0.0),
        ("ceil", 2.0, 2.0, 0.0),
        ("ceil", -0.5, -0.0, 0.0),
        ("rint", 2.5, 2.0, 0.0),
        ("trunc", -2.7, -2.0, 0.0),
        ("spacing", 1.0, 2.0**-52, 0.0),
        ("round", 2.5, 2.0, 0.0),
        ("fix", -2.5, -2.0, 0.0),
        ("sqrt", 0.0, 0.0, INF),
        ("sqrt", -0.0, -0.0, INF),
        ("log", 0.0, -INF, INF),
        ("log2", 0.0, -INF, INF),
        ("log10", 0.0, -INF, INF),
        ("log1p", -1.0, -INF, INF),
        ("cbrt", 0.0, 0.0, INF),
        ("arcsin", 1.0, math.pi / 2, INF),
        ("arctanh", 1.0, INF, INF),
        ("arccosh", 1.0, 0.0, INF),
        ("reciprocal", 0.0, INF, -INF),
        ("square", 0.0, 0.0, 0.0),
        ("exp", -INF, 0.0, 0.0),
        ("sqrt", -1.0, NAN, NAN),
        ("log", -1.0, NAN, NAN),
        ("arcsin", 2.0, NAN, NAN),
        ("sqrt", INF, INF, 0.0),
        ("log", INF, INF, 0.0),
        ("tanh", 1000.0, 1.0, 0.0),
        ("tanh", -INF, -1.0, 0.0),
        ("exp", 1000.0, INF, INF),
        ("sinc", 0.0, 1.0, 0.0),
        ("arctan", INF, math.pi / 2, 0.0),
        ("negative", 0.0, -0.0, -1.0),
        ("expm1", 0.0, 0.0, 1.0),
        ("sin", INF, NAN, NAN),
        ("sin", NAN, NAN, NAN),
    ],
)
def test_functions_of_one_argument(kind, form, name, at, value, derivative):
    x = lay(kind, form, at, 2.0)
    check(kind, getattr(np, name)(x), value, 2.0 * derivative)
    if not np.isfinite(derivative):  # a zero partial times an infinite or NaN factor is 0
        check(kind, getattr(np, name)(lay(kind, form, at, 0.0)), value, 0.0)


def test_known_cost_of_the_mask(kind, form):
    x = lay(kind, form, 0.0, 1.0)
    check(kind, np.cbrt(x**3), 0.0, 0.0)


@pytest.mark.parametrize(
    "at, exponent, value, derivative",
    [
        (0.0, 0.5, 0.0, INF),
        (0.0, 0, 1.0, 0.0),
        (0.0, 0.0, 1.0, 0.0),
        (-0.0, 0.0, 1.0, 0.0),
        (INF, 0.0, 1.0, 0.0),
        (0.0, 1, 0.0, 1.0),
        (0.0, 2, 0.0, 0.0),
        (0.0, 3, 0.0, 0.0),
        (0.0, 1.5, 0.0, 0.0),
        (-2.0, 1, -2.0, 1.0),
        (-2.0, 2, 4.0, -4.0),
        (-2.0, 3, -8.0, 12.0),
        (-2.0, -1, -0.5, -0.25),
        (-2.0, -2, 0.25, 0.25),
        (-2.0, 0, 1.0, 0.0),
        (0.0, -1, INF, -INF),
        (-1.0, 2.0, 1.0, -2.0),
        (-1.0, 0.5, NAN, NAN),
        (2.0, 10, 1024.0, 5120.0),
        (3.0, np.int8(2), 9.0, 6.0),
        (3.0, True, 3.0, 1.0),
        (2.0, np.float32(3.0), 8.0, 12.0),
    ],
)
def test_power_with_a_constant_exponent(kind, form, at, exponent, value, derivative):
    x = lay(kind, form, at, 2.0)
    check(kind, x**exponent, value, 2.0 * derivative)
    check(kind, np.power(x, exponent), value, 2.0 * derivative)
    check(kind, np.float_power(x, exponent), value, 2.0 * derivative)
    if form != "scalar":
        check(kind, x ** np.full(x.shape, exponent), value, 2.0 * derivative)
    check(kind, x ** lay(kind, form, float(exponent), 0.0), value, 2.0 * derivative)


@pytest.mark.parametrize(
    "base, at, value, derivative",
    [
        (0.0, 2.0, 0.0, 0.0),
        (0.0, 0.5, 0.0, 0.0),
        (1.0, 5.0, 1.0, 0.0),
        (2.0, 3.0, 8.0, 8.0 * math.log(2.0)),
        (-2.0, 3.0, -8.0, NAN),
        (2.0, 0.0, 1.0, math.log(2.0)),
        (-2.0, 2.0, 4.0, NAN),
    ],
)
def test_power_with_a_constant_base(kind, form, base, at, value, derivative):
    x = lay(kind, form, at, 2.0)
    check(kind, base**x, value, 2.0 * derivative)
    check(kind, np.power(base, x), value, 2.0 * derivative)
    check(kind, lay(kind, form, base, 0.0) ** x, value, 2.0 * derivative)
    check(kind, base ** lay(kind, form, at, 0.0), value, 0.0)


def test_power_both_active(kind, form):
    p, q = both(kind)
    check(kind, lay(kind, form, 2.0, p) ** lay(kind, form, 3.0, q), 8.0, 12.0 * p + 8.0 * math.log(2.0) * q)
    found = lay(kind, form, -2.0, p) ** lay(kind, form, 2.0, q)
    check(kind, found, 4.0, NAN)
    mixed = np.where(np.arange(kind.n) == 0, 1.0, 0.0)  # the exponent is active in one direction only
    found = lay(kind, form, -2.0, 1.0) ** lay(kind, form, 2.0, mixed)
    check(kind, found, 4.0, np.where(mixed == 0.0, -4.0, NAN))


# ---- ties ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["maximum", "minimum", "fmax", "fmin"])
def test_ties_share(kind, form, name):
    p, q = both(kind)
    function = getattr(np, name)
    check(kind, function(lay(kind, form, 2.0, p), lay(kind, form, 2.0, q)), 2.0, (p + q) / 2)
    check(kind, function(lay(kind, form, 2.0, p), 2.0), 2.0, p / 2)
    check(kind, function(2.0, lay(kind, form, 2.0, q)), 2.0, q / 2)
    check(kind, function(lay(kind, form, 0.0, p), lay(kind, form, -0.0, q)), None, (p + q) / 2)
    first = "max" in name
    check(
        kind,
        function(lay(kind, form, 3.0, p), lay(kind, form, 2.0, q)),
        3.0 if first else 2.0,
        p if first else q,
    )
    check(kind, function(lay(kind, form, INF, p), lay(kind, form, INF, q)), INF, (p + q) / 2)


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_a_nan_takes_its_operands_partials(kind, form, name):
    p, q = both(kind)
    function = getattr(np, name)
    check(kind, function(lay(kind, form, NAN, p), lay(kind, form, 2.0, q)), NAN, p)
    check(kind, function(lay(kind, form, 2.0, p), lay(kind, form, NAN, q)), NAN, q)
    check(kind, function(lay(kind, form, 2.0, p), NAN), NAN, 0.0)


@pytest.mark.parametrize("name", ["fmax", "fmin"])
def test_fmax_ignores_nan(kind, form, name):
    p, q = both(kind)
    function = getattr(np, name)
    check(kind, function(lay(kind, form, NAN, p), lay(kind, form, 2.0, q)), 2.0, q)
    check(kind, function(lay(kind, form, 2.0, p), lay(kind, form, NAN, q)), 2.0, p)


@pytest.mark.parametrize("name", ["max", "min", "amax", "nanmax"])
@pytest.mark.parametrize(
    "count, weights", [(2, [0.5, 0.5]), (3, [0.25, 0.25, 0.5]), (4, [0.125, 0.125, 0.25, 0.5])]
)
def test_reductions_fold_ties_in_order(kind, name, count, weights):
    x = kind.array(np.full(count, 2.0))
    found = getattr(np, name)(x)
    assert found.value == 2.0
    close(found.partials, np.array(weights) @ kind.partials(x), rtol=1e-15)
    assert sum(weights) == 1.0
    rows = getattr(np, name)(np.stack([x, x], axis=1), axis=0)
    close(kind.partials(rows)[1], np.array(weights) @ kind.partials(x), rtol=1e-15)


def test_reductions_with_a_nan(kind):
    x = kind.array([1.0, NAN, 3.0])
    found = np.max(x)
    assert np.isnan(found.value)
    same_bits(found.partials, kind.partials(x)[1])
    found = np.nanmax(x)
    assert found.value == 3.0
    same_bits(found.partials, kind.partials(x)[2])


@pytest.mark.parametrize(
    "at, low, high, value, who",
    [
        (0.5, 0.0, 1.0, 0.5, "x"),
        (0.0, 0.0, 1.0, 0.0, "x"),
        (1.0, 0.0, 1.0, 1.0, "x"),
        (-1.0, 0.0, 1.0, 0.0, "low"),
        (2.0, 0.0, 1.0, 1.0, "high"),
        (NAN, 0.0, 1.0, NAN, "x"),
        (0.5, 1.0, 0.0, 0.0, "high"),
        (INF, 0.0, 1.0, 1.0, "high"),
        (0.5, NAN, 1.0, NAN, "low"),
        (0.5, 0.0, NAN, NAN, "high"),
        (-INF, -INF, INF, -INF, "x"),
    ],
)
def test_clip(kind, form, at, low, high, value, who):
    p, q = both(kind)
    r = 1e4 * p
    parts = {"x": p, "low": q, "high": r}
    x = lay(kind, form, at, p)
    check(kind, np.clip(x, lay(kind, form, low, q), lay(kind, form, high, r)), value, parts[who])
    check(kind, np.clip(x, low, high), value, p if who == "x" else 0.0)
    check(kind, x.clip(low, high), value, p if who == "x" else 0.0)


# ---- quotients, remainders, signs ----------------------------------------------------------------


@pytest.mark.parametrize(
    "x, y",
    [
        (7.5, 2.0),
        (-7.5, 2.0),
        (7.5, -2.0),
        (-7.5, -2.0),
        (6.0, 2.0),
        (0.0, 3.0),
        (1.0, INF),
        (1e17, 3.0),
        (0.3, 0.1),
    ],
)
def test_quotients_and_remainders(kind, form, x, y):
    p, q = both(kind)
    a, b = lay(kind, form, x, p), lay(kind, form, y, q)
    check(kind, a // b, np.float64(x) // y, 0.0)
    check(kind, np.floor_divide(a, b), np.floor_divide(x, y), 0.0)
    check(kind, a % b, np.float64(x) % y, p - np.floor(x / y) * q)
    check(kind, np.remainder(a, b), np.remainder(x, y), p - np.floor(x / y) * q)
    check(kind, np.mod(a, y), np.mod(x, y), p)
    check(kind, np.fmod(a, b), np.fmod(x, y), p - np.trunc(x / y) * q)
    quotient, remainder = np.divmod(a, b)
    check(kind, quotient, np.float64(x) // y, 0.0)
    check(kind, remainder, np.float64(x) % y, p - np.floor(x / y) * q)


@pytest.mark.parametrize(
    "x, y, factor",
    [
        (2.0, 3.0, 1),
        (2.0, -3.0, -1),
        (-2.0, 3.0, -1),
        (-2.0, -3.0, 1),
        (2.0, -0.0, -1),
        (2.0, 0.0, 1),
        (-0.0, 1.0, -1),
        (0.0, 1.0, 1),
        (0.0, -0.0, -1),
        (INF, -1.0, -1),
        (2.0, -INF, -1),
    ],
)
def test_copysign_goes_by_the_sign_bits(kind, form, x, y, factor):
    p, q = both(kind)
    check(kind, np.copysign(lay(kind, form, x, p), lay(kind, form, y, q)), np.copysign(x, y), factor * p)
    check(kind, np.copysign(x, lay(kind, form, y, q)), np.copysign(x, y), 0.0)


@pytest.mark.parametrize("x", [3.0, -0.375, 0.0, 1e-310, 1e300, 5e-324])
def test_powers_of_two(kind, form, x):
    p, _ = both(kind)
    a = lay(kind, form, x, p)
    for k in (-3, 0, 5):
        check(kind, np.ldexp(a, k), np.ldexp(x, k), p * 2.0**k)
    mantissa, exponent = np.frexp(a)
    expected = np.frexp(x)
    assert np.all(exponent == expected[1]) and np.asarray(exponent).dtype.kind == "i"
    check(kind, mantissa, expected[0], np.ldexp(p, -int(expected[1])))
    fraction, whole = np.modf(a)
    check(kind, fraction, np.modf(x)[0], p)
    check(kind, whole, np.modf(x)[1], 0.0)
    check(kind, np.nextafter(a, 10.0), np.nextafter(x, 10.0), p)
    check(kind, np.nextafter(a, lay(kind, form, 10.0, 7.0)), np.nextafter(x, 10.0), p)
    check(kind, np.spacing(a), np.spacing(x), 0.0)


# ---- norms, products, sums -----------------------------------------------------------------------


def test_norms_at_zero(kind, form):
    p, q = both(kind)
    check(kind, np.hypot(lay(kind, form, 0.0, p), lay(kind, form, 0.0, q)), 0.0, 0.0)
    check(kind, np.hypot(lay(kind, form, 3.0, p), lay(kind, form, 4.0, q)), 5.0, 0.6 * p + 0.8 * q)
    check(kind, np.hypot(lay(kind, form, 3e300, p), lay(kind, form, 4e300, q)), 5e300, 0.6 * p + 0.8 * q)
    check(kind, np.hypot(lay(kind, form, 0.0, p), 4.0), 4.0, 0.0)


def test_norm_and_std_of_constants(kind):
    for values in ([0.0, 0.0, 0.0], [0.0]):
        x = kind.array(values).view(DualArray)
        check(kind, np.linalg.norm(x), 0.0, 0.0)
    for values in ([2.0, 2.0, 2.0], [0.0, 0.0]):
        for view in (np.ndarray, DualArray):
            x = kind.array(values).view(view)
            found = np.std(x.view(DualArray))
            check(kind, found, 0.0, 0.0)
            check(kind, np.var(x), 0.0, 0.0)


@pytest.mark.parametrize(
    "values",
    [
        [2.0, 0.0, 3.0],
        [0.0, 0.0, 3.0],
        [0.0, 0.0, 0.0],
        [0.0],
        [0.0, 5.0],
        [-0.0, 2.0],
        [1e200, 1e-200, 3.0],
        [2.0, 3.0, 4.0, 5.0],
        [1e-320, 0.0, 7.0],
    ],
)
def test_products_with_zeros_are_exact(kind, values):
    """By prefix and suffix products, never by division."""
    values = np.array(values)
    x = kind.array(values)
    weights = np.array([np.prod(np.delete(values, i)) for i in range(values.size)])
    for found in (
        np.prod(x),
        np.multiply.reduce(x),
        x.view(DualArray).prod(),
        np.prod(x[:, None], axis=0)[0],
        np.cumprod(x)[-1],
    ):
        assert found.value == np.prod(values)
        close(found.partials, weights @ kind.partials(x), rtol=1e-14)


def test_logaddexp_of_nothing(kind, form):
    p, q = both(kind)
    for function in (np.logaddexp, np.logaddexp2):
        check(kind, function(lay(kind, form, -INF, p), lay(kind, form, -INF, q)), -INF, (p + q) / 2)
        check(kind, function(lay(kind, form, -INF, p), lay(kind, form, 1.0, q)), 1.0, q)
        check(kind, function(lay(kind, form, 1.0, p), lay(kind, form, 1.0, q)), None, (p + q) / 2)
        check(kind, function(lay(kind, form, 2000.0, p), lay(kind, form, -2000.0, q)), 2000.0, p)


def test_empty_reductions(kind):
    x = np.zeros(0, kind.dtype)
    check(kind, np.sum(x), 0.0, 0.0)
    check(kind, np.prod(x), 1.0, 0.0)
    check(kind, np.sum(np.zeros((0, 2), kind.dtype), axis=0), 0.0, 0.0)
    check(kind, np.logaddexp.reduce(x), -INF, 0.0)
    check(kind, np.max(x, initial=3.0), 3.0, 0.0)
    check(kind, np.sum(kind.array([1.0, 2.0]), where=[False, False]), 0.0, 0.0)
    check(kind, np.sum(kind.array([1.0]), initial=kind.scalar(2.0, 7.0), where=[False]), 2.0, 7.0)
    for function in (np.max, np.min, np.argmax, np.ptp):
        with pytest.raises(ValueError):
            function(x)
    assert np.all(x) and not np.any(x)


@pytest.mark.parametrize("values", [[-0.0], [-0.0, -0.0], [0.0, -0.0], []])
def test_sums_of_zeros(kind, values):
    check(kind, np.sum(kind.array(values)), np.sum(np.array(values, float)), None)
    check(
        kind,
        np.add.reduce(kind.array(values), initial=-0.0),
        np.add.reduce(np.array(values, float), initial=-0.0),
        None,
    )


# ---- the mask ------------------------------------------------------------------------------------


def test_sqrt_at_zero_spoils_no_other_column():
    x = dualad.seed([0.0, 4.0])
    y = np.sqrt(x)
    assert dualad.partials(y).tolist() == [[INF, 0.0], [0.0, 0.25]]
    total = np.sum(y)
    assert total.partials.tolist() == [INF, 0.25]
    assert (y[0] * x[1]).partials.tolist() == [INF, 0.0]
    assert np.sqrt(x[0]).partials.tolist() == [INF, 0.0]


@pytest.mark.parametrize("n", range(1, 20))
def test_mask_in_every_lane(n):
    """Wherever the zero partial stands among the lanes."""
    for place in range(n):
        p = np.ones(n)
        p[place] = 0.0
        for found in (
            np.sqrt(Dual(0.0, p)),
            np.log(np.array([Dual(0.0, p)]))[0],
            Dual(1.0, p) * INF,
            INF * np.array([Dual(1.0, p)])[0],
            (np.array([[Dual(1.0, p)]]) @ np.array([[INF]]))[0, 0],
            np.multiply(Dual(1.0, p), Dual(INF, np.zeros(n))),
        ):
            assert found.partials[place] == 0.0
            assert np.isinf(np.delete(found.partials, place)).all()


# ---- kinds of input ------------------------------------------------------------------------------


def test_integers_become_float64(kind):
    assert dualad.value(dualad.seed([1, 2])).dtype == np.float64
    check(kind, kind.scalar(2.0, 1.0) * np.int64(3), 6.0, 3.0)
    check(kind, np.arange(3)[1] + kind.scalar(2.0, 1.0), 3.0, 1.0)
    assert (np.arange(3) * kind.scalar(0.5)).dtype == kind.dtype


def test_float32_is_computed_in_float64(kind):
    x = np.float32(0.1)
    check(kind, kind.scalar(1.0, 1.0) * x, np.float64(x), np.float64(x))
    assert dualad.seed(np.array([0.1], np.float32))[0].value == np.float64(x)


@pytest.mark.parametrize("other", [b"ab", "1.0", None, np.datetime64(1, "s")])
def test_dot_with_what_is_no_number(kind, other):
    """NumPy's loop goes on after an error: the first one is to be seen, no SystemError about a later one."""
    x, others = kind.array(np.ones((2, 2))), np.full((2, 2), other)
    for product in (lambda: x.dot(others), lambda: others.dot(x), lambda: np.inner(x, others)):
        with pytest.raises(TypeError):
            product()

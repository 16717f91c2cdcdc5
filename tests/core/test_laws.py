"""Algebraic laws, shapes and overlap, on whatever hypothesis thinks of."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support.compare import same_bits
from support.kinds import KINDS, DualKind

import dualad
from dualad import DualArray

settings.register_profile(
    "core",
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("core")

kinds = st.one_of(st.sampled_from(KINDS), st.integers(1, 20).map(DualKind))
moderate = st.one_of(st.floats(0.1, 10.0), st.floats(-10.0, -0.1))
positive = st.floats(0.1, 10.0)
any_float = st.floats(allow_nan=True, allow_infinity=True, width=64)
shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)


@st.composite
def numbers(draw, count, elements=moderate):
    """Some scalars of one kind."""
    kind = draw(kinds)
    return [
        kind.scalar(draw(elements), draw(hnp.arrays(float, kind.n, elements=moderate))) for _ in range(count)
    ]


@st.composite
def arrays(draw, elements=moderate, shape=shapes):
    kind = draw(kinds)
    values = draw(hnp.arrays(float, shape, elements=elements))
    return kind, kind.array(values, seed=draw(st.integers(0, 10)))


def equal(x, y, rtol=1e-11, atol=1e-11):
    """Up to rounding, relative to the largest partial."""
    np.testing.assert_allclose(dualad.value(x), dualad.value(y), rtol=rtol, atol=atol)
    size = max(1.0, np.abs(dualad.partials(x)).max(initial=0.0))
    np.testing.assert_allclose(dualad.partials(x), dualad.partials(y), rtol=rtol, atol=atol * size)


# ---- laws of differentiation ---------------------------------------------------------------------


@given(numbers(2))
def test_sum_rule(xy):
    x, y = xy
    same_bits((x + y).partials, x.partials + y.partials)
    same_bits((x - y).partials, x.partials - y.partials)
    same_bits((-x).partials, -x.partials)


@given(numbers(2))
def test_product_rule(xy):
    x, y = xy
    np.testing.assert_allclose(
        (x * y).partials, x.partials * y.value + x.value * y.partials, rtol=1e-14, atol=1e-14
    )
    equal(x * y, y * x)


@given(numbers(2))
def test_quotient_rule(xy):
    x, y = xy
    equal((x / y) * y, x)
    expected = (x.partials * y.value - x.value * y.partials) / y.value**2
    np.testing.assert_allclose(
        (x / y).partials, expected, rtol=1e-12, atol=1e-12 * np.abs(expected).max() + 1e-11
    )


@given(numbers(3))
def test_ring(xyz):
    x, y, z = xyz
    equal(x + y, y + x)
    equal((x + y) + z, x + (y + z))
    equal((x * y) * z, x * (y * z))
    equal(x * (y + z), x * y + x * z, atol=1e-9)
    equal(x - x, x * 0.0)
    equal(x / x, x * 0.0 + 1.0)


@given(numbers(1, positive))
def test_inverse_functions(xs):
    (x,) = xs
    equal(np.exp(np.log(x)), x)
    equal(np.log(np.exp(x)), x)
    equal(np.sqrt(x) ** 2, x)
    equal(np.cbrt(x) ** 3, x)
    equal(np.square(np.sqrt(x)), x)
    equal(np.sinh(np.arcsinh(x)), x)
    equal(np.tan(np.arctan(x)), x)
    equal(np.expm1(np.log1p(x)), x)
    equal(1 / (1 / x), x)
    equal(np.reciprocal(np.reciprocal(x)), x)


@given(numbers(1))
def test_pythagoras(xs):
    (x,) = xs
    equal(np.sin(x) ** 2 + np.cos(x) ** 2, x * 0 + 1.0)
    assert np.abs((np.cosh(x) ** 2 - np.sinh(x) ** 2).partials).max() <= 1e-6 * np.cosh(x.value) ** 2
    equal(np.hypot(x, 2.0 * x), np.sqrt(5.0) * np.abs(x))


@given(numbers(2, positive))
def test_powers(xy):
    x, y = xy
    assume(y.value * abs(np.log(x.value)) < 20)
    equal(x**y, np.exp(y * np.log(x)), rtol=1e-9)
    equal(x**2, x * x)
    equal(x**3, x * x * x)
    equal(x**-1, 1 / x)
    equal(x**0.5, np.sqrt(x))
    equal(np.log(x**y), y * np.log(x), atol=1e-9)


@given(numbers(2))
def test_quotient_and_remainder(xy):
    x, y = xy
    q, r = divmod(x, y)
    equal(q * y + r, x)
    assert (x // y) == q and (x % y) == r
    assert not q.partials.any()


@given(numbers(2))
def test_maximum_and_minimum(xy):
    x, y = xy
    equal(np.maximum(x, y) + np.minimum(x, y), x + y)
    equal(np.maximum(x, -x), np.abs(x))
    equal(np.abs(x) * np.sign(x), x)
    equal(np.copysign(x, y), np.abs(x) * np.sign(y))


@given(numbers(1), st.integers(0, 3))
def test_chain_rule(xs, which):
    """Derivatives through a composition: the outer derivative at a constant times the inner one."""
    (x,) = xs
    outer, inner = [(np.sin, np.exp), (np.tanh, np.square), (np.arctan, np.sinh), (np.exp, np.cos)][which]
    assume(abs(x.value) < 4)
    middle = inner(x)
    unit = np.array(middle)
    dualad.partials(unit)[...] = np.eye(middle.partials.size)[0]
    slope = outer(unit[()]).partials[0]
    np.testing.assert_allclose(outer(middle).partials, slope * middle.partials, rtol=1e-13)


@given(numbers(2, any_float))
def test_values_are_those_of_float64(xy):
    x, y = xy
    with np.errstate(all="ignore"):
        for operate in (
            lambda a, b: a + b,
            lambda a, b: a - b,
            lambda a, b: a * b,
            lambda a, b: a / b,
            lambda a, b: a // b,
            lambda a, b: a % b,
            lambda a, b: a**b,
            np.hypot,
            np.arctan2,
            np.maximum,
            np.fmin,
            np.logaddexp,
            np.copysign,
            np.fmod,
            np.nextafter,
        ):
            same_bits(operate(x, y).value, operate(x.value, y.value))
        for function in (
            np.sin,
            np.exp,
            np.log,
            np.sqrt,
            np.tanh,
            np.cbrt,
            np.arctan,
            np.floor,
            np.rint,
            np.expm1,
            abs,
        ):
            same_bits(function(x).value, function(x.value))
        assert (x < y) == (x.value < y.value) and (x == y) == (x.value == y.value)


# ---- scalars and arrays agree --------------------------------------------------------------------


@given(arrays(any_float), st.integers(0, 9))
def test_arrays_do_what_scalars_do(made, which):
    kind, x = made
    function = [
        np.sin,
        np.exp,
        np.sqrt,
        np.square,
        np.tanh,
        np.abs,
        lambda a: a * a,
        lambda a: a / 3.0,
        lambda a: 2.0 - a,
        lambda a: np.maximum(a, 0.5),
    ][which]
    with np.errstate(all="ignore"):
        found = function(x)
        for index in np.ndindex(x.shape):
            scalar = function(x[index])
            same_bits(kind.partials(found)[index], scalar.partials)


@given(arrays(), arrays())
def test_broadcasting(first, second):
    kind, x = first
    y = kind.array(second[0].values(second[1]))
    try:
        shape = np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        return
    found = x * y
    assert found.shape == shape
    same_bits(kind.values(found), np.multiply(kind.values(x), kind.values(y)))
    np.testing.assert_allclose(
        kind.partials(np.broadcast_to(found, shape)),
        kind.partials(np.broadcast_to(x, shape)) * np.broadcast_to(kind.values(y), shape)[..., None]
        + kind.partials(np.broadcast_to(y, shape)) * np.broadcast_to(kind.values(x), shape)[..., None],
        rtol=1e-13,
    )


@given(arrays(), st.data())
def test_basic_indexing(made, data):
    kind, x = made
    index = data.draw(hnp.basic_indices(x.shape, allow_newaxis=True, allow_ellipsis=True))
    found, p = x[index], kind.partials(x)
    same_bits(kind.values(found), kind.values(x)[index])
    full = index if isinstance(index, tuple) else (index,)
    expected = p[full] if Ellipsis not in full else p[(*full, slice(None))]
    same_bits(kind.partials(found), expected)


@given(arrays(shape=hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=5)), st.data())
def test_reductions(made, data):
    kind, x = made
    axis = data.draw(st.one_of(st.none(), st.integers(-x.ndim, x.ndim - 1)))
    found = x.sum(axis=axis)
    same_bits(kind.values(found), np.array(kind.values(x)).sum(axis=axis))
    lanes = kind.partials(x).sum(axis=tuple(range(x.ndim)) if axis is None else axis % x.ndim)
    np.testing.assert_allclose(kind.partials(found), lanes, rtol=1e-12, atol=1e-12)
    same_bits(kind.values(x.max(axis=axis)), np.array(kind.values(x)).max(axis=axis))
    np.testing.assert_allclose(
        kind.partials(np.cumsum(x, axis=axis if axis is not None else None)),
        kind.partials(x).reshape(-1, kind.n).cumsum(axis=0)
        if axis is None
        else kind.partials(x).cumsum(axis=axis % x.ndim),
        rtol=1e-12,
        atol=1e-12,
    )


# ---- overlap -------------------------------------------------------------------------------------


slices = st.builds(
    lambda start, length, step: (start, length, step),
    st.integers(0, 30),
    st.integers(1, 12),
    st.sampled_from([-3, -2, -1, 1, 2, 3]),
)


def cut(base, what, length):
    start, _, step = what
    stop = start + length * step
    if not 0 <= start < base.size or not -1 <= stop - (1 if step > 0 else -1) < base.size:
        return None
    return base[start : stop if stop >= 0 else None : step]


@settings(max_examples=300)
@given(kinds, slices, slices, slices, st.integers(0, 7), st.booleans())
def test_overlapping_operands(kind, first, second, target, which, subclass):
    """out= with any overlap gives what fresh operands give."""
    values = np.linspace(0.5, 3.0, 40)
    ufunc = [np.add, np.multiply, np.divide, np.hypot, np.maximum, np.power, np.sin, np.exp][which]
    length = first[1]
    base = kind.array(values)
    base = base.view(DualArray) if subclass else base
    x, y, out = (cut(base, what, length) for what in (first, second, target))
    assume(x is not None and y is not None and out is not None and x.size == y.size == out.size == length)
    arguments, copies = ((x, y), (x.copy(), y.copy())) if ufunc.nin == 2 else ((x,), (x.copy(),))
    expected, untouched = ufunc(*copies), base.copy()
    floats = values.copy()
    ufunc(
        *[cut(floats, what, length) for what in (first, second)[: ufunc.nin]], out=cut(floats, target, length)
    )
    found = ufunc(*arguments, out=out)
    assert found is out
    if ufunc in (
        np.power,
        np.exp,
    ):  # NumPy's way, and its last bit, depends on where the addresses interleave
        np.testing.assert_allclose(kind.values(base), floats, rtol=5e-16)
    else:
        same_bits(kind.values(base), floats)
    np.testing.assert_allclose(kind.partials(out), kind.partials(expected), rtol=1e-14)
    outside = np.ones(40, bool)
    cut(outside, target, length)[...] = False
    assert np.asarray(base[outside]).tobytes() == np.asarray(untouched[outside]).tobytes()


@settings(max_examples=200)
@given(kinds, slices, slices)
def test_overlapping_assignment(kind, source, target):
    base = kind.array(np.arange(40.0))
    x, out = cut(base, source, source[1]), cut(base, target, source[1])
    assume(x is not None and out is not None and x.size == out.size)
    floats = np.arange(40.0)
    expected = x.copy()
    cut(floats, target, source[1])[...] = cut(floats, source, source[1])
    out[...] = x
    same_bits(kind.values(base), floats)
    if (
        floats[np.isin(np.arange(40), cut(np.arange(40), target, source[1]))]
        == np.sort(kind.values(expected))
    ).all():
        # (NumPy itself overwrites what it has yet to read in b[1:4] = b[0:9:3])
        assert (
            np.sort(kind.partials(out).ravel()).tobytes()
            == np.sort(kind.partials(expected).ravel()).tobytes()
        )


@given(
    arrays(any_float, hnp.array_shapes(min_dims=1, max_dims=1, min_side=0, max_side=60)),
    st.sampled_from(["quicksort", "heapsort", "stable"]),
)
def test_sorting(made, algorithm):
    kind, x = made
    values = np.array(kind.values(x))
    places = np.argsort(values, kind=algorithm)
    assert np.array_equal(np.argsort(x, kind=algorithm), places)
    assert np.sort(x, kind=algorithm).tobytes() == np.asarray(x[places]).tobytes()


@given(arrays())
def test_copies_and_pickles(made):
    import pickle

    _kind, x = made
    for given_ in (x, x.T, x.view(DualArray)):
        again = pickle.loads(pickle.dumps(given_))
        assert type(again) is type(given_) and again.dtype == x.dtype
        assert np.asarray(again).tobytes() == np.asarray(given_).tobytes()

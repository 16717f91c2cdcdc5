"""Ufuncs on arrays: each is supported or refused on purpose; values are the float run's to the last bit."""

# The lambdas are called where they stand.
# ruff: noqa: B023

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from support.compare import SPECIAL, close, differences, flags_of, run, same_bits
from support.kinds import KINDS

import dualad
from dualad import DualArray, _core

#: ufuncs that take float64 and do not take dual numbers, each with the reason
REFUSED = {
    "isnat": "dates only",
}

SIZES = (0, 1, 2, 3, 7, 8, 127, 128, 129, 1000)
KINDS1 = ("EXACT1", "UNARY")
KINDS2 = ("EXACT2", "BINARY")
UNARY = [row["ufunc"] for row in _core.RULES if row["kind"] in KINDS1]
BINARY = [row["ufunc"] for row in _core.RULES if row["kind"] in KINDS2]
TESTS = ["isnan", "isinf", "isfinite", "signbit", "logical_not"]
COMPARISONS = [
    "equal",
    "not_equal",
    "less",
    "less_equal",
    "greater",
    "greater_equal",
    "logical_and",
    "logical_or",
    "logical_xor",
]
#: where each function is smooth: a point or an interval for derivatives by differences
DOMAIN = {
    "arcsin": (-0.9, 0.9),
    "arccos": (-0.9, 0.9),
    "arctanh": (-0.9, 0.9),
    "arccosh": (1.2, 3.0),
    "log": (0.3, 3.0),
    "log2": (0.3, 3.0),
    "log10": (0.3, 3.0),
    "log1p": (-0.5, 3.0),
    "sqrt": (0.3, 3.0),
    "cbrt": (0.3, 3.0),
    "reciprocal": (0.3, 3.0),
    "power": (0.3, 3.0),
    "float_power": (0.3, 3.0),
    "tan": (-1.2, 1.2),
}
STEPS = {"floor_divide", "floor", "ceil", "rint", "trunc", "sign", "spacing", "heaviside"}


def ufuncs():
    """Every ufunc that the installed NumPy shows, by name."""
    found = {}
    for module in (np, np._core.umath, np.linalg, np.fft):
        for name in dir(module):
            try:
                item = getattr(module, name)
            except Exception:
                continue
            if isinstance(item, np.ufunc):
                found.setdefault(item.__name__, item)
    return found


def takes_float64(ufunc):
    return any(
        set(types.split("->")[0]) <= {"d", "i", "l", "q", "?"} and "d" in types.split("->")[0]
        for types in ufunc.types
    )


def random(shape, domain=(-3.0, 3.0), seed=0):
    return np.random.default_rng(seed).uniform(*domain, shape)


def layouts(values):
    """The same numbers lying in memory in different ways."""
    n = values.shape[0]
    wide = np.zeros((n, 2, *values.shape[1:]))
    wide[:, 0] = values
    yield "contiguous", lambda make: make(values)
    yield "strided", lambda make: make(wide)[:, 0]
    yield "reversed", lambda make: make(values[::-1].copy())[::-1]
    yield "reversed strided", lambda make: make(wide[::-1].copy())[::-1, 0]
    if n:
        yield "broadcast", lambda make: np.broadcast_to(make(values[:1].copy()), values.shape)
        yield "zero-d", lambda make: make(np.array(values[0]))


# ---- the register --------------------------------------------------------------------------------


def test_every_ufunc_is_known_or_refused():
    known = set(_core.known_ufuncs())
    for name, ufunc in ufuncs().items():
        if takes_float64(ufunc):
            assert (name in known) != (name in REFUSED), (
                f"{name}: neither supported nor refused with a reason, or both"
            )
    assert all(REFUSED.values())


def test_known_ufuncs_take_numbers(kind):
    found = ufuncs()
    for name in set(_core.known_ufuncs()) & set(found):
        if found[name].signature is None and name not in ("ldexp",):
            with np.errstate(all="ignore"):
                found[name](*[kind.array([0.5, 0.25])] * found[name].nin)


def test_refused_ufuncs_raise(kind):
    found = ufuncs()
    for name in REFUSED:
        with pytest.raises(TypeError):
            found[name](*[kind.array([0.5])] * found[name].nin)


#: modules whose ufuncs are all refused, each with the reason
REFUSED_MODULES = {
    "numpy.linalg._umath_linalg": "LAPACK, on whole matrices: DualArray has rules for its callers",
    "numpy.fft._pocketfft_umath": "Fourier transforms, on whole arrays: DualArray has rules for its callers",
}


@pytest.mark.parametrize("name", REFUSED_MODULES)
def test_refused_modules(kind, name):
    module = pytest.importorskip(name)
    found = [item for item in vars(module).values() if isinstance(item, np.ufunc)]
    assert found
    for ufunc in found:
        with pytest.raises((TypeError, ValueError)):
            ufunc(*[kind.array(np.eye(2))] * ufunc.nin)


@pytest.mark.parametrize("name", ["bitwise_and", "left_shift", "gcd", "invert", "isnat", "bitwise_count"])
def test_ufuncs_of_integers_refuse(kind, name):
    ufunc = getattr(np, name)
    with pytest.raises(TypeError):
        ufunc(*[kind.array([1.0])] * ufunc.nin)


# ---- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", UNARY)
def test_unary_values(kind, name):
    ufunc = getattr(np, name)
    for size in SIZES:
        values = random(size, seed=size)
        values[: len(SPECIAL)] = SPECIAL[:size]
        for label, lay in layouts(values):
            expected, flags = flags_of(lambda: ufunc(lay(np.array)))
            found, dual_flags = flags_of(lambda: ufunc(lay(kind.array)))
            assert found.dtype == kind.dtype
            same_bits(kind.values(found), expected)
            assert dual_flags == flags, (size, label)


@pytest.mark.parametrize("step", [-16, -3, -2, -1, 1, 2, 3, 16])
@pytest.mark.parametrize("name", UNARY)
def test_unary_values_at_every_stride(name, step):
    """NumPy's loops take different ways by the stride, and their last bits may differ: ours go with them."""
    ufunc, kind = getattr(np, name), KINDS[1]
    for size in (1, 2, 5, 33, 130):
        values = random(size * 16, seed=size)
        x = kind.array(values)
        a, y = (values[::step][:size], x[::step][:size])
        with np.errstate(all="ignore"):
            same_bits(kind.values(ufunc(y)), ufunc(a))
            for out_step in (step, -step):
                out, dual_out = np.zeros(size * 16), np.zeros(size * 16, kind.dtype)
                ufunc(a, out=out[::out_step][:size])
                ufunc(y, out=dual_out[::out_step][:size])
                same_bits(kind.values(dual_out), out)
                np.testing.assert_allclose(kind.partials(dual_out[::out_step][:size]), kind.partials(ufunc(y)),
                                           rtol=1e-12)


@pytest.mark.parametrize("name", BINARY)
def test_binary_values_at_every_stride(name):
    ufunc, kind = getattr(np, name), KINDS[1]
    a, b = random(400, seed=1), random(400, seed=2)
    x, y = kind.array(a), kind.array(b)
    for steps in itertools.product((1, -1, 2, -2), repeat=3):
        def laid_out(first, second, out, steps=steps):
            first, second, out = (z[::step][:180] for z, step in zip((first, second, out), steps, strict=True))
            with np.errstate(all="ignore"):
                ufunc(first, second, out=out)

        out = np.zeros(400)
        laid_out(a, b, out)
        for first, second in ((x, y), (x, b), (a, y)):
            dual_out = np.zeros(400, kind.dtype)
            laid_out(first, second, dual_out)
            same_bits(kind.values(dual_out), out)


@pytest.mark.parametrize("name", BINARY)
def test_binary_values(kind, name):
    ufunc = getattr(np, name)
    for size in SIZES:
        first, second = random(size, seed=size), random(size, seed=size + 1)
        pairs = np.array(list(itertools.product(SPECIAL, SPECIAL)))[: size // 2]
        first[: len(pairs)], second[: len(pairs)] = pairs.T if len(pairs) else (0, 0)
        for (label, lay), (other, lay2) in itertools.product(layouts(first), layouts(second)):
            if size not in (2, 129) and label != other and "contiguous" not in (label, other):
                continue
            a, b = lay(np.array), lay2(np.array)
            expected, flags = flags_of(lambda: ufunc(a, b))
            for x, y in ((lay(kind.array), lay2(kind.array)), (lay(kind.array), b), (a, lay2(kind.array))):
                found, dual_flags = flags_of(lambda: ufunc(x, y))
                assert found.dtype == kind.dtype
                same_bits(kind.values(found), expected)
                assert dual_flags == flags, (size, label, other)


@pytest.mark.parametrize("name", TESTS + COMPARISONS)
def test_predicate_values(kind, name):
    ufunc = getattr(np, name)
    grid = np.array(list(itertools.product(SPECIAL, SPECIAL)))
    for a, b in ((grid[:, 0], grid[:, 1]), (grid[::-3, 0], grid[::-3, 1]), (grid[:0, 0], grid[:0, 1])):
        x, y = kind.array(a), kind.array(b)
        for arguments in [(x,)] if ufunc.nin == 1 else [(x, y), (x, b), (a, y)]:
            found = ufunc(*arguments)
            assert found.dtype == bool
            assert np.array_equal(found, ufunc(a) if ufunc.nin == 1 else ufunc(a, b))


def check_outputs(kind, found, expected):
    for a, b in zip(found, expected, strict=True):
        if b.dtype == np.float64:
            assert a.dtype == kind.dtype
            same_bits(kind.values(a), b)
        else:
            assert a.dtype == b.dtype and np.array_equal(a, b)


def test_several_outputs(kind):
    for size in SIZES:
        values = random(size, seed=size)
        values[: len(SPECIAL)] = SPECIAL[:size]
        other = np.roll(values, 5)
        for (_, lay), (_, lay2) in zip(layouts(values), layouts(other), strict=True):
            a, b = lay(np.array), lay2(np.array)
            x, y = lay(kind.array), lay2(kind.array)
            with np.errstate(all="ignore"):
                check_outputs(kind, np.atleast_1d(*np.modf(x)), np.atleast_1d(*np.modf(a)))
                check_outputs(kind, np.atleast_1d(*np.frexp(x)), np.atleast_1d(*np.frexp(a)))
                for left, right in ((x, y), (x, b), (a, y), (x, 3), (2.5, y)):
                    expected = np.divmod(dualad.value(left), dualad.value(right))
                    check_outputs(kind, np.atleast_1d(*np.divmod(left, right)), np.atleast_1d(*expected))
            for call in (lambda: np.modf(a), lambda: np.frexp(a), lambda: np.divmod(a, b)):
                flags_of(call)


def test_ldexp(kind):
    values, exponents = np.array(SPECIAL), np.arange(len(SPECIAL)) - 10
    for char in "bBhHiIlq":
        e = np.abs(exponents) if char.isupper() else exponents
        with np.errstate(all="ignore"):
            found, expected = np.ldexp(kind.array(values), e.astype(char)), np.ldexp(values, e.astype(char))
        same_bits(kind.values(found), expected)
    found = np.ldexp(kind.array([1.5, 2.5]), [3, -2])
    np.testing.assert_array_equal(
        kind.partials(found), kind.partials(kind.array([1.5, 2.5])) * [[8.0], [0.25]]
    )
    for exponent in (2.5, np.float32(2.0), np.array([2.0])):
        with pytest.raises(TypeError, match="ldexp"):
            np.ldexp(kind.array([1.0]), exponent)


def test_arrays_to_the_power_of_a_number(kind):
    """NumPy 2.0's operator asks the exponent for a float; it must come to the ufunc."""
    values, exponent = np.array([0.5, 1.0, 3.0]), kind.scalar(2.0)
    for base in (values, np.array([1, 2, 3]), kind.array(values), kind.array(values).view(DualArray)):
        found, expected = base**exponent, np.power(base, exponent)
        assert type(found) is DualArray and found.dtype == kind.dtype
        assert np.asarray(found).tobytes() == np.asarray(expected).tobytes()
    for x in (kind.array(values), kind.array(values).view(DualArray)):
        expected = np.power(x, exponent)
        x **= exponent
        assert np.asarray(x).tobytes() == np.asarray(expected).tobytes()
    with pytest.raises(TypeError):
        values **= exponent


CLIPS = [(low, high) for low in ("D", "f", "i", "s") for high in ("D", "f", "i", "s")]


@pytest.mark.parametrize("low, high", CLIPS)
def test_clip(kind, low, high):
    values = np.array([*SPECIAL, 0.3, 1.7])

    def bound(code, value):
        array = np.full(values.shape, value)
        return {"D": kind.array(array), "f": array, "i": np.full(values.shape, int(value)), "s": value}[code]

    a, b = bound(low, -1.0), bound(high, 2.0)
    found = np.clip(kind.array(values), a, b)
    same_bits(kind.values(found), np.clip(values, dualad.value(a), dualad.value(b)))
    found = np.clip(values, kind.array(np.full(values.shape, -1.0)), b)
    same_bits(kind.values(found), np.clip(values, -1.0, dualad.value(b)))


def test_clip_refuses_what_is_not_real(kind):
    x = kind.array([1.0, 2.0])
    for operands in ((x, 1j, 3.0), (1j, x, 3.0), (0.0, x, 1j), (x, 0.0, np.array([1j, 2.0])), (0.0, 1j, x)):
        with pytest.raises(TypeError, match="clip"):
            np._core.umath.clip(*operands)


# ---- derivatives ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in UNARY if n not in STEPS and n not in ("absolute", "fabs")])
@pytest.mark.parametrize("size", [1, 5, 130])
def test_unary_derivatives(kind, name, size):
    ufunc = getattr(np, name)
    values = random(size, DOMAIN.get(name, (-3.0, 3.0)))
    x = kind.array(values)
    for form in (x, np.repeat(x, 2)[::2], x[::-1][::-1], x.view(DualArray)):
        close(kind.partials(ufunc(form)), differences(ufunc, values, kind.partials(x)), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize(
    "name",
    [
        "exp",
        "sin",
        "cos",
        "sinh",
        "tanh",
        "sqrt",
        "log",
        "square",
        "reciprocal",
        "arctan",
        "expm1",
        "log1p",
        "arcsin",
        "arcsinh",
        "arctanh",
    ],
)
def test_derivatives_by_complex_step(kind, name):
    """To rounding: complex step knows nothing of the rules."""
    ufunc = getattr(np, name)
    values = random(200, DOMAIN.get(name, (0.1, 3.0)))
    x = kind.array(values)
    derivative = ufunc(values + 1e-200j).imag / 1e-200
    close(kind.partials(ufunc(x)), derivative[:, None] * kind.partials(x), rtol=5e-15)


@pytest.mark.parametrize("name", [n for n in BINARY if n not in STEPS])
@pytest.mark.parametrize("size", [1, 5, 130])
def test_binary_derivatives(kind, name, size):
    if name == "nextafter":
        pytest.skip("its value is a step of one bit: see the edges")
    ufunc = getattr(np, name)
    domain = DOMAIN.get(name, (0.3, 3.0))
    a, b = random(size, domain, 1), random(size, domain, 2)
    x, y = kind.array(a, seed=3), kind.array(b, seed=4)
    p, q = kind.partials(x), kind.partials(y)
    both = np.stack([a, b])
    close(
        kind.partials(ufunc(x, y)),
        differences(lambda v: ufunc(v[0], v[1]), both, np.stack([p, q])),
        rtol=1e-6,
        atol=1e-6,
    )
    close(kind.partials(ufunc(x, b)), differences(lambda v: ufunc(v, b), a, p), rtol=1e-6, atol=1e-6)
    close(kind.partials(ufunc(a, y)), differences(lambda v: ufunc(a, v), b, q), rtol=1e-6, atol=1e-6)
    close(
        kind.partials(ufunc(x[:1], y)),
        differences(
            lambda v: ufunc(v[0], v[1]),
            np.stack([np.repeat(a[:1], size), b]),
            np.stack([np.repeat(p[:1], size, 0), q]),
        ),
        rtol=1e-6,
        atol=1e-6,
    )


@pytest.mark.parametrize("name", sorted(STEPS))
def test_steps_have_no_derivative(kind, name):
    ufunc = getattr(np, name)
    arguments = [kind.array(random(150) + 0.01, seed=i) for i in range(ufunc.nin)]
    assert not kind.partials(ufunc(*arguments)).any()


def test_multi_output_derivatives(kind):
    values, other = random(150, (0.6, 0.9)) * 7, random(150, (0.5, 0.6))
    x, y = kind.array(values), kind.array(other, seed=1)
    fraction, whole = np.modf(x)
    np.testing.assert_array_equal(kind.partials(fraction), kind.partials(x))
    assert not kind.partials(whole).any()
    mantissa, exponent = np.frexp(x)
    np.testing.assert_array_equal(kind.partials(mantissa), kind.partials(x) / 2.0 ** exponent[:, None])
    quotient, remainder = np.divmod(x, y)
    assert not kind.partials(quotient).any()
    close(
        kind.partials(remainder),
        kind.partials(x) - np.floor(values / other)[:, None] * kind.partials(y),
        rtol=1e-13,
    )


# ---- operands ------------------------------------------------------------------------------------


@pytest.mark.parametrize("char", "?bBhHiIlLqQefdg")
@pytest.mark.parametrize("name", [*BINARY, "less", "equal", "divmod", "logical_and"])
def test_mixed_operands(kind, char, name):
    ufunc = getattr(np, name)
    values = random(5, (0.3, 3.0))
    plain = np.array([1, 1, 0, 1, 1] if char == "?" else [1, 2, 3, 4, 5], dtype=char)
    floats = plain.astype(np.float64)
    x = kind.array(values)
    with np.errstate(all="ignore"):
        for other, as_float in (
            (plain, floats),
            (plain[1], floats[1]),
            (plain[1:2], floats[1:2]),
            (plain[0].item(), floats[0]),
        ):
            for found, expected in (
                (ufunc(x, other), ufunc(values, as_float)),
                (ufunc(other, x), ufunc(as_float, values)),
            ):
                for a, b in zip(
                    np.atleast_1d(*found) if isinstance(found, tuple) else [found],
                    expected if isinstance(expected, tuple) else [expected],
                    strict=True,
                ):
                    if b.dtype == bool:
                        assert np.array_equal(a, b)
                    else:
                        assert a.dtype == kind.dtype
                        same_bits(kind.values(a), b)
            close(
                kind.partials(ufunc(x, other))
                if ufunc.nout == 1 and name not in ("less", "equal", "logical_and")
                else 0.0,
                kind.partials(ufunc(x, as_float))
                if ufunc.nout == 1 and name not in ("less", "equal", "logical_and")
                else 0.0,
            )


@pytest.mark.parametrize(
    "name", ["add", "multiply", "power", "less", "maximum", "divmod", "hypot", "matmul", "clip"]
)
@pytest.mark.parametrize(
    "bad",
    [
        np.array(["a", "b"]),
        np.array([1, 2], "M8[D]"),
        np.array([b"a", b"b"]),
        np.zeros(2, [("a", float)]),
        "a",
        b"a",
    ],
    ids=str,
)
def test_other_operands_refused(kind, name, bad):
    x, ufunc = kind.array([1.0, 2.0]), getattr(np, name)
    for arguments in ((x, bad), (bad, x)):
        if name == "clip":
            arguments = (*arguments, x)
        with pytest.raises((TypeError, ValueError)):
            ufunc(*arguments)


@pytest.mark.parametrize("name", [row["ufunc"] for row in _core.RULES if row["kind"] in ("EXACT2", "BINARY")])
def test_complex_operands_where_numpy_takes_them(kind, name):
    x, ufunc, z = kind.array([1.0, 2.0]), getattr(np, name), np.array([1j, 2j])
    for arguments in ((x, z), (z, x), (x, 1j), (1j, x)):
        if "DD->D" in ufunc.types:
            assert isinstance(ufunc(*arguments)[0], dualad.ComplexDual)
        else:
            with pytest.raises(TypeError):
                ufunc(*arguments)


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "power", "maximum"])
def test_object_operands(kind, name):
    x, objects = kind.array([1.0, 2.0]), np.array([kind.scalar(3.0), 2.0], dtype=object)
    for found in (getattr(np, name)(x, objects), getattr(np, name)(objects, x)):
        assert found.dtype == object and type(found[0]) is kind.scalar_type
    assert getattr(np, name)(x, objects)[0].value == getattr(np, name)(1.0, 3.0)


# ---- where, out, dtype, casting ------------------------------------------------------------------


def test_where(kind):
    values, mask = random(9), np.arange(9) % 2 == 0
    for call in (
        lambda x, o: np.add(x, 1.0, where=mask, out=o),
        lambda x, o: np.exp(x, where=mask, out=o),
        lambda x, o: np.multiply(x, x, where=mask, out=o),
        lambda x, o: np.maximum(x, 0.0, where=mask, out=o),
        lambda x, o: np.negative(x, where=False, out=o),
        lambda x, o: np.modf(x, o, x.copy(), where=mask)[0],
    ):
        x, out = kind.array(values), kind.array(np.full(9, 7.0), seed=1)
        unchanged = kind.partials(out.copy())
        found = call(x, out)
        assert found is out
        same_bits(kind.values(out), call(values, np.full(9, 7.0)))
        touched = kind.values(out) != 7.0
        same_bits(kind.partials(out)[~touched], unchanged[~touched])


def test_out(kind):
    values = random(6)
    x = kind.array(values)
    out = np.zeros(6, kind.dtype)
    for result in (np.add(x, 1.0, out), np.add(x, 1.0, out=out), np.add(x, 1.0, out=(out,))):
        assert result is out
    same_bits(kind.partials(out), kind.partials(x))
    wide = np.zeros((2, 6), kind.dtype)
    np.multiply(x, 2.0, out=wide)
    same_bits(kind.partials(wide)[1], 2.0 * kind.partials(x))
    strided = np.zeros(12, kind.dtype)
    np.sin(x, out=strided[::-2])
    same_bits(kind.values(strided[::-2]), np.sin(values))
    swapped = np.zeros(6, kind.dtype.newbyteorder())
    np.sin(x, out=swapped)
    same_bits(np.array(kind.values(swapped), float), np.sin(values))
    objects = np.empty(6, object)
    np.add(x, 1.0, out=objects)
    assert type(objects[0]) is kind.scalar_type
    bools = np.zeros(6, bool)
    np.less(x, 0.0, out=bools)
    assert bools.tolist() == (values < 0).tolist()
    np.add(values, 1.0, out=out)  # floats into a dual array: zero partials
    same_bits(kind.values(out), values + 1.0)
    assert not kind.partials(out).any()
    np.sum(x, out=out[0:1].reshape(()))
    assert out[0].partials.any()
    for bad in (np.zeros(6), np.zeros(6, "f"), np.zeros(6, int), np.zeros(6, complex)):
        for casting in ("same_kind", "unsafe"):
            for call in (
                lambda: np.add(x, x, out=bad, casting=casting),
                lambda: np.exp(x, out=bad, casting=casting),
            ):
                with pytest.raises(TypeError):
                    call()
        assert not bad.any()
    with pytest.raises(ValueError):
        np.add(x, x, out=np.zeros(5, kind.dtype))


def test_dtype_argument(kind):
    x = kind.array([1.0, 2.0])
    for plain in (float, np.float32, int, complex):
        for call in (
            lambda: np.add(x, x, dtype=plain),
            lambda: np.sum(x, dtype=plain),
            lambda: np.mean(x, dtype=plain),
            lambda: np.add(x, x, dtype=plain, casting="unsafe"),
            lambda: np.exp(x, dtype=plain),
            lambda: np.cumsum(x, dtype=plain),
            lambda: np.add(x, x, signature=(plain, plain, plain), casting="unsafe"),
        ):
            with pytest.raises(TypeError):
                call()
    assert np.add(x, x, dtype=kind.dtype).dtype == kind.dtype
    assert np.sum(x, dtype=kind.dtype) == 3.0
    assert np.add([1.0, 2.0], [3.0, 4.0], dtype=kind.dtype).dtype == kind.dtype


# ---- floating-point errors: those of the float run -----------------------------------------------


@pytest.mark.parametrize("mode", ["warn", "raise"])
@pytest.mark.parametrize("name", [*UNARY, *BINARY])
def test_warnings(kind, name, mode):
    ufunc = getattr(np, name)
    values = np.array([*SPECIAL, *random(60)])
    blocks = (
        [(v,) for v in values[:20, None]] + [(values[-60:],), (values,)]
        if ufunc.nin == 1
        else [(np.array([a]), np.array([b])) for a, b in itertools.product(SPECIAL[::2], SPECIAL[::3])]
    )
    for arguments in blocks:
        _, expected = run(lambda: ufunc(*arguments), mode)
        duals = [
            kind.array(a, np.full((*a.shape, kind.n), 1e300)) for a in arguments
        ]  # partials may overflow unseen
        assert run(lambda: ufunc(*duals), mode)[1] == expected, arguments


@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "power", "hypot", "logaddexp", "divide"])
@pytest.mark.parametrize("mode", ["warn", "raise"])
def test_warnings_of_reductions(kind, name, mode):
    ufunc = getattr(np, name)
    for values in (
        [1e308, 1e308, 1.0],
        [np.inf, -np.inf],
        [0.0, 0.0],
        [1.0, 0.0],
        [np.nan, 1.0],
        [1e200, 1e200],
        [2.0, 3.0],
    ):
        a = np.array(values)
        for method in ("reduce", "accumulate"):
            _, expected = run(lambda: getattr(ufunc, method)(a), mode)
            assert run(lambda: getattr(ufunc, method)(kind.array(a, 1e300)), mode)[1] == expected, (
                method,
                values,
            )


def test_flags_do_not_leak(kind):
    """Overflow in derivatives is nobody's business; nor does an old flag turn up later."""
    x = kind.array([1e200, 1e-200], 1e200)
    with np.errstate(all="raise"):
        np.multiply(x, kind.array([1.0, 1.0], 1e300))
        np.sqrt(kind.array([4.0], 1e308)) + 1.0
        x * kind.scalar(2.0, 1e308)
        np.sum(kind.array([1.0, 2.0], 1e308))
        np.matmul(kind.array(np.ones((3, 3)), 1e308), kind.array(np.ones((3, 3)), 1e308))
        np.square(kind.scalar(2.0, 1e308))


# ---- reductions ----------------------------------------------------------------------------------


REDUCIBLE = [*BINARY, *COMPARISONS]


@pytest.mark.parametrize("name", REDUCIBLE)
@pytest.mark.parametrize("size", [0, 1, 2, 8, 9, 128, 129, 1000])
def test_reductions_of_vectors(kind, name, size):
    ufunc, values = getattr(np, name), random(size, (0.3, 1.5))
    for _, lay in itertools.islice(layouts(values), 4):
        for method in ("reduce", "accumulate"):
            expected, outcome = run(lambda: getattr(ufunc, method)(lay(np.array)))
            found, dual_outcome = run(lambda: getattr(ufunc, method)(lay(kind.array)))
            if expected is None:
                # Which TypeError it is depends on what NumPy has in its cache from earlier calls.
                kind_of_error = TypeError if issubclass(outcome[0], TypeError) else outcome[0]
                assert issubclass(dual_outcome[0], kind_of_error), dual_outcome
                continue
            if method == "reduce" and size and not np.allclose(expected, ufunc.accumulate(lay(np.array))[-1]):
                continue  # NumPy's own vector loops of arctan2 and power reduce wrongly
            assert found is not None, dual_outcome
            if np.asarray(expected).dtype == bool:
                assert np.array_equal(found, expected)
                continue
            assert found.dtype == kind.dtype
            same_bits(kind.values(found), expected)


@pytest.mark.parametrize(
    "name", ["add", "multiply", "maximum", "minimum", "fmax", "logaddexp", "hypot", "subtract", "divide"]
)
@pytest.mark.parametrize("axis", [0, 1, 2, -1, (0, 1), (0, 2), (1, 2), (0, 1, 2), None, ()])
@pytest.mark.parametrize("keepdims", [False, True])
def test_reductions_along_axes(kind, name, axis, keepdims):
    ufunc, values = getattr(np, name), random((4, 5, 6), (0.5, 1.5))
    for a, x in (
        (values, kind.array(values)),
        (values.T, kind.array(values).T),
        (values[::-1, :, ::2], kind.array(values)[::-1, :, ::2]),
    ):
        expected, outcome = run(lambda: ufunc.reduce(a, axis=axis, keepdims=keepdims))
        found, dual_outcome = run(lambda: ufunc.reduce(x, axis=axis, keepdims=keepdims))
        if expected is None:
            assert dual_outcome[0] is outcome[0]
            continue
        same_bits(kind.values(found), expected)
    x = kind.array(values)
    if expected is not None:
        found = ufunc.reduce(x, axis=axis, keepdims=keepdims)
        close(
            kind.partials(found),
            differences(lambda v: ufunc.reduce(v, axis=axis, keepdims=keepdims), values, kind.partials(x)),
            rtol=1e-5,
            atol=1e-6,
        )


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.add.reduce(x, initial=5.0),
        lambda x: np.multiply.reduce(x, initial=2),
        lambda x: np.maximum.reduce(x, initial=1.0),
        lambda x: np.add.reduce(x, where=np.arange(7) % 2 == 0),
        lambda x: np.add.reduce(x, where=np.zeros(7, bool)),
        lambda x: np.maximum.reduce(x, where=np.arange(7) % 2 == 0, initial=-np.inf),
        lambda x: np.multiply.reduce(x, where=np.arange(7) > 2, initial=3.0),
        lambda x: np.add.reduce(x[:0]),
        lambda x: np.multiply.reduce(x[:0]),
        lambda x: np.add.reduce(x[:0], initial=2.0),
        lambda x: np.hypot.reduce(x[:0]),
        lambda x: np.add.reduce(x, initial=None),
        lambda x: np.sum(x, initial=x[2]),
        lambda x: np.min(x, initial=x[3]),
        lambda x: np.prod(x, initial=x[1]),
        lambda x: np.add.reduceat(x, [0, 3, 1, 5]),
        lambda x: np.multiply.reduceat(x, [0, 2, 4]),
        lambda x: np.maximum.reduceat(x, [6, 0, 3]),
        lambda x: np.add.outer(x, x[:3]),
        lambda x: np.multiply.outer(x[:2], [1.0, 2.0, 3.0]),
        lambda x: np.subtract.outer([1, 2], x),
        lambda x: np.add.accumulate(x.reshape(7, 1) * np.ones(3), axis=0),
        lambda x: np.multiply.accumulate(x),
        lambda x: np.maximum.accumulate(x),
        lambda x: np.subtract.accumulate(x),
        lambda x: np.divide.accumulate(x),
        lambda x: np.add.accumulate(x[::-1]),
        lambda x: np.hypot.accumulate(x),
        lambda x: np.power.accumulate(x[:3]),
        lambda x: np.arctan2.accumulate(x),
        lambda x: np.logaddexp.accumulate(x),
        lambda x: np.add.reduce(x.reshape(1, 7, 1), axis=(0, 2)),
        lambda x: np.mean(x.reshape(7, 1) * np.ones((7, 4)), axis=0),
        lambda x: np.sum(np.asfortranarray(x.reshape(7, 1) * np.ones((7, 4))), axis=1),
        lambda x: np.prod(x.reshape(7, 1) * np.ones((1, 3)), axis=0),
    ],
    ids=range(35),
)
def test_reductions_with_options(kind, call):
    values = np.array([0.7, 1.3, 2.2, 0.4, 1.9, 0.6, 1.1])
    x = kind.array(values)
    found = call(x)
    assert kind.is_kind(found)
    same_bits(kind.values(found), call(values))
    close(kind.partials(found), differences(call, values, kind.partials(x)), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.maximum.reduce(x[:0]),
        lambda x: np.min(x[:0]),
        lambda x: np.add.reduce(x, axis=1),
        lambda x: np.sum(x, axis=(0, 0)),
        lambda x: np.add.reduceat(x, [9]),
        lambda x: np.subtract.reduce(x[:0]),
        lambda x: np.argmax(x[:0]),
        lambda x: np.maximum.reduce(x, where=np.arange(7) > 2),
        lambda x: np.modf.reduce(x),
        lambda x: np.sin.reduce(x),
        lambda x: np.subtract.reduce(x.reshape(1, 7), axis=(0, 1)),
        lambda x: np.add.accumulate(x, axis=3),
    ],
    ids=range(12),
)
def test_reductions_refused_as_for_floats(kind, call):
    values = random(7)
    _, outcome = run(lambda: call(values))
    _, dual_outcome = run(lambda: call(kind.array(values)))
    assert isinstance(outcome, tuple) and dual_outcome[0] is outcome[0]


@pytest.mark.parametrize("size", [10, 129, 1000, 20000])
def test_sums_are_pairwise_in_every_lane(kind, size):
    """The error of a long sum of lanes is that of NumPy's own sum, not of a loop."""
    partials = np.random.default_rng(1).uniform(0.0, 1.0, (size, kind.n)) * 0.1
    x = kind.array(np.full(size, 0.1), partials)
    exact = np.array([math.fsum(partials[:, k]) for k in range(kind.n)])
    assert np.all(np.abs(np.sum(x).partials - exact) <= 32 * np.spacing(exact))
    assert np.sum(x).value == np.sum(np.full(size, 0.1))


def test_at(kind):
    values, where = random(5, (0.5, 2.0)), [0, 1, 1, 4, 0, 1]
    for ufunc, operand in (
        (np.add, 2.0),
        (np.multiply, 3.0),
        (np.subtract, "dual"),
        (np.maximum, "dual"),
        (np.negative, None),
        (np.exp, None),
        (np.add, "array"),
        (np.divide, "floats"),
    ):
        x, a = kind.array(values), values.copy()
        many = random(6, (0.5, 2.0), 9)
        dual = {"dual": kind.scalar(1.25), "array": kind.array(many, seed=8), "floats": many}.get(
            operand, operand
        )
        arguments = () if operand is None else (dual,)
        with np.errstate(all="ignore"):
            ufunc.at(x, where, *arguments)
            ufunc.at(a, where, *[dualad.value(d) for d in arguments])
            slow = kind.array(values)
            for i, place in enumerate(where):
                given = () if operand is None else (dual[i] if operand in ("array", "floats") else dual,)
                slow[place] = ufunc(slow[place], *given)
        same_bits(kind.values(x), a)
        close(kind.partials(x), kind.partials(slow), rtol=1e-13)
    with pytest.raises(TypeError):
        np.add.at(np.zeros(3), [0], kind.scalar(1.0))


# ---- products ------------------------------------------------------------------------------------


def matrices(a):
    """These numbers lying in memory in every way that NumPy's choice among BLAS routines looks at."""
    rows, columns = a.shape
    wide = np.zeros((rows, 2 * columns))
    wide[:, ::2] = a
    tall = np.zeros((2 * rows, columns))
    tall[::2] = a
    yield "C", lambda make: make(a)
    yield "F", lambda make: make(a.T.copy()).T
    yield "columns apart", lambda make: make(wide)[:, ::2]
    yield "rows apart", lambda make: make(tall)[::2]
    yield "F rows apart", lambda make: make(wide.T.copy())[::2].T
    yield "backwards", lambda make: make(a[::-1, ::-1].copy())[::-1, ::-1]
    yield "rows backwards", lambda make: make(a[::-1].copy())[::-1]
    yield "part", lambda make: make(np.pad(a, 3))[3:-3, 3:-3]


SHAPES = [
    (1, 1, 1),
    (2, 3, 4),
    (5, 1, 5),
    (1, 7, 1),
    (3, 3, 3),
    (8, 8, 8),
    (17, 33, 9),
    (1, 20, 30),
    (30, 20, 1),
    (4, 0, 3),
    (0, 3, 2),
    (3, 2, 0),
    (64, 64, 64),
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_matmul(kind, shape):
    m, k, n = shape
    a, b = random((m, k), seed=1), random((k, n), seed=2)
    for (_, lay), (_, lay2) in itertools.product(matrices(a), matrices(b)):
        if m == 64 and lay is not lay2 and kind.n > 1:
            continue
        expected = lay(np.array) @ lay2(np.array)
        x, y = lay(kind.array), lay2(kind.array)
        p, q = kind.partials(x), kind.partials(y)
        for left, right, derivative in (
            (x, y, np.einsum("ikd,kj->ijd", p, b) + np.einsum("ik,kjd->ijd", a, q)),
            (x, lay2(np.array), np.einsum("ikd,kj->ijd", p, b)),
            (lay(np.array), y, np.einsum("ik,kjd->ijd", a, q)),
        ):
            found = left @ right
            assert found.dtype == kind.dtype
            same_bits(kind.values(found), expected)
            close(kind.partials(found), derivative, rtol=1e-11, atol=1e-12)
        if m == 64:
            break


@pytest.mark.parametrize(
    "shapes",
    [
        ((5,), (5,)),
        ((3, 5), (5,)),
        ((5,), (5, 4)),
        ((2, 3, 5), (5, 4)),
        ((2, 3, 5), (2, 5, 4)),
        ((2, 1, 3, 5), (7, 5, 4)),
        ((3, 5), (2, 5, 4)),
        ((2, 3, 5), (5,)),
        ((5,), (2, 5, 4)),
        ((0, 3, 5), (5, 4)),
        ((1, 5), (5, 1)),
        ((2, 0), (0, 3)),
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["matmul", "dot-like"])
def test_products_of_every_shape(kind, shapes, name):
    a, b = random(shapes[0], seed=1), random(shapes[1], seed=2)
    x, y = kind.array(a, seed=3), kind.array(b, seed=4)
    for left, right in ((x, y), (x, b), (a, y), (x[::-1], y), (x, y[..., ::-1])):
        found = np.matmul(left, right)
        assert kind.is_kind(found)
        same_bits(kind.values(found), np.matmul(_like(left), _like(right)))
        for lane in range(kind.n):

            def part(z, lane=lane):
                return dualad.partials(z)[..., lane] if kind.is_kind(z) else np.zeros(z.shape)

            close(
                kind.partials(found)[..., lane],
                np.matmul(part(left), dualad.value(right)) + np.matmul(dualad.value(left), part(right)),
                rtol=1e-11,
                atol=1e-12,
            )


@pytest.mark.parametrize("name", ["vecdot", "matvec", "vecmat"])
def test_vector_products(kind, name):
    ufunc = getattr(np, name, None)
    if ufunc is None:
        pytest.skip("not in this NumPy")
    shapes = {
        "vecdot": [
            ((5,), (5,)),
            ((4, 5), (5,)),
            ((4, 5), (4, 5)),
            ((0,), (0,)),
            ((3, 0), (0,)),
            ((4, 1, 6), (2, 6)),
        ],
        "matvec": [
            ((3, 5), (5,)),
            ((2, 3, 5), (5,)),
            ((3, 5), (4, 5)),
            ((3, 0), (0,)),
            ((1, 1), (1,)),
            ((20, 30), (30,)),
        ],
        "vecmat": [
            ((5,), (5, 3)),
            ((2, 5), (5, 3)),
            ((4, 5), (4, 5, 3)),
            ((0,), (0, 3)),
            ((1,), (1, 1)),
            ((30,), (30, 20)),
        ],
    }[name]
    for first, second in shapes:
        a, b = random(first, seed=1), random(second, seed=2)
        x, y = kind.array(a, seed=3), kind.array(b, seed=4)
        for left, right in (
            (x, y),
            (x, b),
            (a, y),
            (x[..., ::-1], y),
            (x, y[..., ::-1]),
            (np.asfortranarray(x), np.asfortranarray(y)),
            (np.repeat(x, 2, axis=-1)[..., ::2], y),
        ):
            found = ufunc(left, right)
            assert kind.is_kind(found)
            same_bits(kind.values(found), ufunc(*[_like(z) for z in (left, right)]))
            for lane in range(kind.n):

                def part(z, lane=lane):
                    return dualad.partials(z)[..., lane] if kind.is_kind(z) else np.zeros(z.shape)

                close(
                    kind.partials(found)[..., lane],
                    ufunc(part(left), dualad.value(right)) + ufunc(dualad.value(left), part(right)),
                    rtol=1e-11,
                    atol=1e-12,
                )


def _like(z):
    """A float64 array with z's values and the strides that a float64 array made as z would have."""
    if z.dtype == np.float64:
        return z
    scale = z.dtype.itemsize // 8
    lowest = (
        sum((size - 1) * stride for size, stride in zip(z.shape, z.strides) if stride < 0) if z.size else 0
    )
    span = (
        sum((size - 1) * abs(stride) for size, stride in zip(z.shape, z.strides)) // (8 * scale) + 1
        if z.size
        else 1
    )
    room = np.zeros(span)
    made = np.ndarray(z.shape, np.float64, room, -lowest // scale, [s // scale for s in z.strides])
    made[...] = dualad.value(z)
    return made


@pytest.mark.parametrize("size", [1, 2, 5, 16, 33, 64])
def test_gram_matrices(kind, size):
    """A @ A.T takes a BLAS routine of its own (syrk): the result is symmetric to the bit."""
    a = random((size, size + 3))
    x = kind.array(a)
    for found, expected in ((x @ x.T, a @ a.T), (x.T @ x, a.T @ a)):
        same_bits(kind.values(found), expected)
        close(kind.partials(found), np.swapaxes(kind.partials(found), 0, 1), rtol=1e-12)
    p = kind.partials(x)
    close(kind.partials(x @ x.T), np.einsum("ikd,jk->ijd", p, a) + np.einsum("ik,jkd->ijd", a, p), rtol=1e-11)


def test_products_into_out_and_overlap(kind):
    a = random((4, 4))
    x = kind.array(a)
    fresh = x @ x
    out = np.zeros((4, 4), kind.dtype)
    assert np.matmul(x, x, out=out) is out and np.asarray(out).tobytes() == np.asarray(fresh).tobytes()
    f = np.zeros((4, 4), kind.dtype, order="F")
    np.matmul(x, x, out=f)
    same_bits(kind.values(f), kind.values(fresh))
    close(kind.partials(f), kind.partials(fresh))
    np.matmul(x, x, out=x)
    same_bits(kind.values(x), a @ a)
    close(kind.partials(x), kind.partials(fresh))
    y = kind.array(a)
    y @= y
    same_bits(kind.values(y), a @ a)
    for bad in (np.zeros((4, 4)), np.zeros((4, 4), np.float32)):
        with pytest.raises(TypeError):
            np.matmul(x, x, out=bad)
    with pytest.raises(ValueError):
        x @ x[:3]
    swapped = kind.array(a).astype(kind.dtype.newbyteorder())
    same_bits(kind.values(swapped @ a), a @ a)


@pytest.mark.parametrize(
    "call",
    [
        lambda x, y: np.dot(x, y),
        lambda x, y: np.inner(x, y.T),
        lambda x, y: np.tensordot(x, y, 1),
        lambda x, y: np.tensordot(x, y, ([0], [0])),
        lambda x, y: np.dot(x[0], y[0]),
        lambda x, y: np.vdot(x, y),
        lambda x, y: np.outer(x, y),
        lambda x, y: x.dot(y),
        lambda x, y: np.dot(x, y) * 2.0,
        lambda x, y: np.dot(x[::-1], y[:, ::2]),
        lambda x, y: np.inner(x[0, ::2], y[0, ::2]),
        lambda x, y: np.dot(x[0], y),
    ],
    ids=range(12),
)
def test_dot_and_the_like(kind, call):
    """Right to rounding on plain arrays."""
    a, b = random((4, 4), seed=1), random((4, 4), seed=2)
    x, y = kind.array(a, seed=3), kind.array(b, seed=4)
    for left, right in ((x, y), (x, b), (a, y), (x.view(DualArray), y.view(DualArray))):
        found = call(left, right)
        assert kind.is_kind(found)
        close(dualad.value(found), call(dualad.value(left), dualad.value(right)), rtol=1e-13)
        for lane in range(kind.n):

            def part(z, lane=lane):
                return np.array(dualad.partials(z)[..., lane]) if kind.is_kind(z) else np.zeros(z.shape)

            if left is not a and right is not b:
                expected = call(part(left), np.array(dualad.value(right))) + call(
                    np.array(dualad.value(left)), part(right)
                )
                if call(a, b).shape == call(a, 0 * b).shape and np.array_equal(
                    call(a, 0 * b), 0 * call(a, b)
                ):
                    close(dualad.partials(found)[..., lane], expected, rtol=1e-11, atol=1e-12)


# ---- a zero partial times an infinite or NaN factor is 0 -----------------------------------------


def masked(kind, values):
    """One direction only, the others' partials are 0."""
    p = np.zeros((*np.shape(values), kind.n))
    p[..., 0] = 1.0
    return kind.array(values, p)


@pytest.mark.parametrize(
    "name, values",
    [
        ("sqrt", [0.0, 4.0]),
        ("log", [0.0, 1.0]),
        ("cbrt", [0.0, 8.0]),
        ("reciprocal", [0.0, 2.0]),
        ("exp", [1e4, 1.0]),
        ("arcsin", [1.0, 0.0]),
        ("arccos", [-1.0, 0.0]),
        ("arctanh", [1.0, 0.0]),
        ("log1p", [-1.0, 0.0]),
        ("tan", [np.nan, 1.0]),
        ("sin", [np.inf, 1.0]),
        ("arccosh", [1.0, 2.0]),
        ("square", [np.inf, 1.0]),
        ("sinh", [1e4, 0.0]),
        ("sqrt", [-1.0, 1.0]),
    ],
)
def test_masks_of_functions(kind, name, values):
    ufunc = getattr(np, name)
    for size in (2, 131):
        many = np.resize(values, size)
        x = masked(kind, many)
        with np.errstate(all="ignore"):
            found, scalar = ufunc(x), ufunc(x[0])
            reversed_ = ufunc(x[::-1])[::-1]
        for p in (kind.partials(found), kind.partials(reversed_)):
            assert not p[:, 1:].any()
            assert not np.isfinite(p[0, 0]) and np.isfinite(p[1, 0])
        assert not scalar.partials[1:].any() and not np.isfinite(scalar.partials[0])


@pytest.mark.parametrize(
    "operate",
    [
        lambda x, v: x * v,
        lambda x, v: v * x,
        lambda x, v: x / v,
        lambda x, v: v / x,
        lambda x, v: x**v,
        lambda x, v: np.hypot(x, v),
        lambda x, v: np.arctan2(x, v),
    ],
)
@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 0.0])
def test_masks_of_operators(kind, operate, value):
    x = masked(kind, np.resize([2.0, 0.0], 131))
    others = (np.full(131, value), kind.array(np.full(131, value), 0.0))
    with np.errstate(all="ignore"):
        for other in others:
            found = operate(x, other)
            assert not kind.partials(found)[:, 1:].any()
            scalar = operate(x[0], other[0])
            assert not scalar.partials[1:].any()
            same_bits(scalar.partials, kind.partials(found)[0])


def test_masks_of_reductions(kind):
    x = masked(kind, [0.0, 2.0, np.inf])
    with np.errstate(all="ignore"):
        for found in (
            np.prod(x),
            np.multiply.accumulate(x)[-1],
            np.hypot.reduce(x),
            np.sum(x * np.inf),
            np.logaddexp.reduce(x),
        ):
            assert not found.partials[1:].any()


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_masks_of_products(kind, value):
    a = np.eye(3)
    a[0, 1] = value
    x = masked(kind, np.ones((3, 3)))
    with np.errstate(all="ignore"):
        for found in (
            (
                x @ a,
                a @ x,
                np.dot(x, a),
                np.dot(a, x),
                np.matvec(x, a[0]),
                np.vecmat(a[0], x),
                np.vecdot(x, a),
            )
            if hasattr(np, "matvec")
            else (x @ a, a @ x, np.dot(x, a))
        ):
            assert not kind.partials(found)[..., 1:].any()
        same_bits(kind.values(x @ a), np.ones((3, 3)) @ a)

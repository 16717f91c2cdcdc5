"""Comparisons that mean it: bits, warnings, derivatives."""

from __future__ import annotations

import warnings

import numpy as np

SPECIAL = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.0,
    -2.0,
    3.0,
    -3.0,
    1e-300,
    -1e-300,
    5e-324,
    -5e-324,
    2.2250738585072014e-308,
    1e300,
    -1e300,
    1.7976931348623157e308,
    -1.7976931348623157e308,
    np.inf,
    -np.inf,
    np.nan,
    2.0**53,
    0.1,
    7.25,
    -7.25,
    1e16,
)


def bits(x):
    """The bit patterns of float64 numbers, all NaNs made one."""
    x = np.array(x, dtype=np.float64)  # a copy
    x[np.isnan(x)] = np.nan
    return x.view(np.int64)


def same_bits(found, expected):
    """Assert that shape and every bit agree (a NaN is a NaN)."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape, (found.shape, expected.shape)
    differ = bits(found) != bits(expected)
    assert not differ.any(), (
        f"{np.count_nonzero(differ)} of {differ.size} differ, first {found[differ].flat[0]!r} "
        f"for {expected[differ].flat[0]!r}, at {np.argwhere(differ)[:3].tolist()}"
    )


def is_same_bits(found, expected):
    try:
        same_bits(found, expected)
    except AssertionError:
        return False
    return True


def close(found, expected, rtol=1e-12, atol=1e-14):
    np.testing.assert_allclose(np.asarray(found, float), np.asarray(expected, float), rtol=rtol, atol=atol)


def run(call, mode="warn"):
    """(result, outcome) of a call under np.errstate(all=mode).

    The outcome is the set of warnings' texts and categories, or the exception's type and text.
    """
    with warnings.catch_warnings(record=True) as caught, np.errstate(all=mode):
        warnings.simplefilter("always")
        try:
            result = call()
        except Exception as error:
            return None, (type(error), str(error))
    return result, frozenset((w.category, str(w.message)) for w in caught)


def flags_of(call):
    """The floating-point errors that a call reports: a subset of {divide, over, under, invalid}."""
    found = set()
    names = {"divide": "divide", "overflow": "over", "underflow": "under", "invalid": "invalid"}

    def note(kind, _flag):
        found.update(short for word, short in names.items() if kind.startswith(word))

    with np.errstate(all="call", call=note):
        result = call()
    return result, found


def differences(call, values, partials, h=1e-6):
    """The derivative of a function of float arrays in each direction, by central differences: (..., n)."""
    values = np.asarray(values, dtype=np.float64)
    ahead = [
        np.asarray(call(values + h * partials[..., k]), dtype=np.float64) for k in range(partials.shape[-1])
    ]
    behind = [
        np.asarray(call(values - h * partials[..., k]), dtype=np.float64) for k in range(partials.shape[-1])
    ]
    return np.stack([(a - b) / (2.0 * h) for a, b in zip(ahead, behind, strict=True)], axis=-1)


def check_function(kind, call, values, view=None, rtol=1e-6, atol=1e-7):
    """Values to the last bit, and derivatives by differences, of a function of one array."""
    x = kind.array(values)
    found, expected = call(x if view is None else x.view(view)), call(np.asarray(values, dtype=np.float64))
    assert kind.is_kind(found), f"a {type(found).__name__} of {getattr(found, 'dtype', None)}"
    same_bits(kind.values(found), expected)
    close(kind.partials(found), differences(call, values, kind.partials(x)), rtol=rtol, atol=atol)

"""NumPy's public names: none is unclassified, and each function does what its row in the register says."""

import warnings

import numpy as np
import pytest
from register import MODULES, ROWS, VERSIONS, find, public
from register.page import PAGE, text
from support.paths import along_paths, hyper_at

import dualad
from dualad import _core
from dualad.arrayfunctions.registry import HANDLERS

INSTALLED = np.lib.NumpyVersion(np.__version__)
CARRY = ("rule", "own", "stripped")


def is_there(row):
    since, until = VERSIONS.get(row.name, (None, None))
    return not ((since and INSTALLED < since + ".0") or (until and INSTALLED >= until + ".0"))


def rows(*kinds):
    found = [row for row in ROWS if row.kind in kinds and row.call and is_there(row)]
    return pytest.mark.parametrize("row", found, ids=[f"{row.name}-{k}" for k, row in enumerate(found)])


def leaves(result):
    """The arrays and numbers of a result, whatever it holds them in."""
    if isinstance(result, (list, tuple)):
        return [leaf for item in result for leaf in leaves(item)]
    if isinstance(result, np.ma.MaskedArray):
        mask, data = np.ma.getmaskarray(result), np.ma.getdata(result)
        return [mask, np.where(mask, 0.0, data.view(dualad.DualArray) if _core.slot_of(data) >= 0 else data)]
    if getattr(result, "dtype", np.dtype(bool)).kind == "c":
        return [np.real(result), np.imag(result)]
    return [] if result is None or isinstance(result, slice) else [result]


def called(row, at):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return leaves(row.call(find(row.name), at))


def point(row):
    return np.array(row.at, dtype=float)


def largest(x):
    """The largest finite size in x."""
    return np.abs(x[np.isfinite(x)]).max(initial=0.0)


@rows(*CARRY)
def test_value_and_derivatives(row):
    x = hyper_at(row.at)
    found, expected = called(row, x), called(row, point(row))
    slopes = along_paths(lambda t: called(row, t), x)
    assert len(found) == len(expected)
    moving = 0
    for item, number, (first, second) in zip(found, expected, slopes, strict=True):
        number = np.asarray(number)
        if number.dtype.kind == "O":
            number = number.astype(float)
        elif number.dtype.kind == "c" and not number.imag.any():
            number = number.real                # real eigenvalues are complex since NumPy 2.5
        plain = item if number.dtype.kind != "f" else dualad.value(item)
        assert np.asarray(plain).tobytes() == number.tobytes(), "value"
        scale = max(largest(first), largest(second))
        if number.dtype.kind != "f" or dualad.partials(item).shape[-1] == 0:
            assert scale < 1e-8, "a derivative is lost"
            continue
        moving += 1
        noise = 1e-13 * largest(number)
        if row.kind != "stripped":
            assert isinstance(item, (dualad.DualArray, dualad.Dual)), type(item)
        np.testing.assert_allclose(dualad.partials(item), first, rtol=1e-9, atol=1e-10 * scale + noise)
        np.testing.assert_allclose(dualad.second(item), second, rtol=1e-9, atol=1e-9 * scale + 100 * noise)
    assert moving, "nothing carries a derivative"
    once = called(row, dualad.seed(dualad.value(x), dualad.partials(x)))
    for item, twice in zip(once, found, strict=True):
        np.testing.assert_allclose(dualad.partials(item), dualad.partials(twice), rtol=1e-12, atol=1e-13)


@rows("rule")
def test_a_derivative_inside_a_derivative(row):
    one, other = np.random.default_rng(3).uniform(-0.6, 0.6, (2, *np.shape(row.at)))
    x = np.zeros(np.shape(row.at), _core.dual_dtype(2, 2)).view(dualad.DualArray)
    dualad.value(x)[...], dualad.partials(x)[...] = row.at, np.stack([one, other], axis=-1)
    for k, item in enumerate(called(row, x)):
        if _core.slot_of(item) < 0:
            continue

        def inner(y, k=k):
            return dualad.jvp(lambda z: called(row, z)[k], (y,), (one,))[1]

        expected = dualad.second(item)[..., 0, 1]
        np.testing.assert_allclose(dualad.jvp(inner, (point(row),), (other,))[1], expected, rtol=1e-10,
                                   atol=1e-12 * (1 + largest(expected)))


@rows("rule", "own")
def test_plain_arrays_of_dual_numbers_are_right_or_refused(row):
    x = hyper_at(row.at)
    expected = called(row, x)
    try:
        found = called(row, np.asarray(x))
    except TypeError:
        return
    for item, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(dualad.partials(item), dualad.partials(other), rtol=1e-9, atol=1e-11)
        if dualad.partials(item).shape[-1]:
            np.testing.assert_allclose(dualad.second(item), dualad.second(other), rtol=1e-9, atol=1e-11)


@rows("plain")
def test_plain_results(row):
    found, expected = called(row, hyper_at(row.at)), called(row, point(row))
    for item, other in zip(found, expected, strict=True):
        assert _core.slot_of(item) < 0 and np.array_equal(item, other)


@rows("refused")
def test_refusals_name_a_remedy(row):
    with pytest.raises(TypeError, match=r"dualad|np\."):
        row.call(find(row.name), hyper_at(row.at))


@rows("rule", "own")
def test_a_rule_is_one(row):
    function = find(row.name)
    has_rule = function in HANDLERS or (isinstance(function, np.ufunc) and function.__name__ in _core.known_ufuncs())
    assert has_rule == (row.kind == "rule")


# -- all of NumPy ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("module", MODULES)
def test_every_name_is_classified(module):
    assert public(module) <= {row.name for row in ROWS}


def test_every_row_names_something():
    platform = {f"numpy.{kind}{size}" for kind, size in
                (("float", 96), ("float", 128), ("complex", 192), ("complex", 256))}
    for name in sorted({row.name for row in ROWS if is_there(row)} - platform):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            find(name)


def test_a_name_is_of_one_kind():
    kinds = {}
    for row in ROWS:
        assert kinds.setdefault(row.name, row.kind) == row.kind, row.name


def test_the_page_is_current():
    assert PAGE.read_text("utf-8") == text(), "python -m tests.register writes it"

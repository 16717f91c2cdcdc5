"""Dual arrays as text."""

import logging

import numpy as np
import pytest
from support.second import hyper

import dualad
from dualad import _core


def test_short_arrays_fit_on_one_line():
    x = dualad.seed([1.0, 2.0])
    assert repr(x) == "DualArray([1., 2.], partials=[[1., 0.], [0., 1.]])"
    assert str(x) == f"{x}" == "[1. 2.] partials=[[1. 0.] [0. 1.]]"
    assert repr(dualad.seed(np.array(3.0))) == "DualArray(3., partials=[1.])"


def test_longer_arrays_are_indented():
    x = dualad.seed(np.arange(4.0).reshape(2, 2), np.ones((2, 2, 1)))
    assert repr(x) == (
        "DualArray([[0., 1.],\n"
        "           [2., 3.]],\n"
        "          partials=[[[1.],\n"
        "                     [1.]],\n"
        "\n"
        "                    [[1.],\n"
        "                     [1.]]])")
    assert str(x).startswith("[[0. 1.]\n [2. 3.]]\npartials=[[[1.]\n")


def test_large_arrays_and_many_directions_are_summarised():
    text = repr(dualad.seed(np.zeros(5000), np.ones((5000, 2))))
    assert len(text) < 500 and "..." in text and text.endswith("shape=(5000,), directions=2)")
    text = repr(dualad.seed([1.0, 2.0], np.ones((2, 300))))
    assert len(text) < 300 and text.endswith("shape=(2,), directions=300)")
    with np.printoptions(threshold=10**9):
        assert "..." not in repr(dualad.seed([1.0, 2.0], np.ones((2, 300))))


def test_empty():
    assert repr(dualad.seed(np.zeros(0), np.zeros((0, 3)))) == "DualArray([], directions=3)"
    table = dualad.seed(np.zeros((0, 2)), np.zeros((0, 2, 1)))
    assert repr(table) == "DualArray([], shape=(0, 2), directions=1)"
    assert str(dualad.seed(np.zeros(0), np.zeros((0, 3)))) == "[]"


def test_print_options_apply():
    x = dualad.seed([1e-9, 2 / 3, np.nan])
    with np.printoptions(precision=2, suppress=True):
        assert repr(x).startswith("DualArray([0.  , 0.67,  nan]")
    assert np.array_repr(x, precision=2, suppress_small=True).startswith("DualArray([0.  , 0.67,  nan]")
    assert np.array_str(x, precision=2, suppress_small=True).startswith("[0.   0.67  nan]")
    assert np.array2string(x, precision=2, suppress_small=True).startswith("[0.   0.67  nan]")
    assert np.array2string(dualad.seed([1.0]), separator="; ") == "[1.]; partials=[[1.]]"
    with np.printoptions(linewidth=30):
        assert repr(dualad.seed([1.0, 2.0])) == (
            "DualArray([1., 2.],\n          partials=[[1., 0.],\n                    [0., 1.]])")


def test_other_dtypes_print_as_numpy_does():
    x = dualad.seed([1.0, 2.0])
    assert repr(x > 1) == "array([False,  True])"
    for other in (x.argsort(), x.astype(bool), np.isnan(x)):
        assert "DualArray" not in repr(other) and repr(other).startswith("array(")


def test_inside_a_function(capsys, caplog):
    x = dualad.seed([1.0, 2.0])
    print(x, np.sin(x)[0])
    assert "partials" in capsys.readouterr().out
    with caplog.at_level(logging.INFO):
        logging.info("x is %s, %r", x, x)
    assert "DualArray" in caplog.text


def test_a_format_for_arrays_is_refused_as_numpy_does():
    with pytest.raises(TypeError):
        format(dualad.seed([1.0, 2.0]), ".2f")


def test_hyper_duals():
    x = hyper([1.0, 2.0], "HyperDual1")
    dualad.partials(x)[...] = 1.0
    _core.second_parts(x)[0][...] = 0.5
    assert repr(x) == "DualArray([1., 2.], partials=[[1.], [1.]], second=[[[0.5]], [[0.5]]])"
    assert str(x) == "[1. 2.] partials=[[1.] [1.]] second=[[[0.5]] [[0.5]]]"
    assert repr(x[:0]) == "DualArray([], directions=1, order=2)" and str(x[:0]) == "[]"
    assert repr(dualad.seed(np.array(3.0), order=2)) == "DualArray(3., partials=[1.], second=[[0.]])"
    assert repr(dualad.seed([1.0, 2.0], order=2)) == (
        "DualArray([1., 2.],\n"
        "          partials=[[1., 0.],\n"
        "                    [0., 1.]],\n"
        "          second=[[[0., 0.],\n"
        "                   [0., 0.]],\n"
        "\n"
        "                  [[0., 0.],\n"
        "                   [0., 0.]]])")
    assert repr(np.asarray(x)) == "array([HyperDual(1., [1.], [[0.5]]), HyperDual(2., [1.], [[0.5]])],\n" \
                                  "      dtype=HyperDual1)"
    assert "HyperDual(1.0, [1.0], [[0.5]])" in repr(x.astype(object))
    assert "HyperDual(3.0, 1.0, 1.0, 0.0)" in repr(np.array([dualad.HyperDual(3.0, 1.0, 1.0, 0.0)] * 2))


@pytest.mark.parametrize(("shape", "pattern"), [
    ((5,), "HyperDual9"), ((8, 2), "HyperDual3"), ((2,), "HyperDualDiagonal30"), ((9, 9), "HyperDual9"),
    ((), "HyperDual4x9"),
])
def test_what_is_left_out_of_second_derivatives_is_what_numpy_would(shape, pattern):
    x = hyper(np.ones(shape), pattern)
    for edge in (1, 3):
        with np.printoptions(edgeitems=edge, threshold=100):
            expected = np.array2string(dualad.second(x), separator=", ", prefix=" " * 10 + "second=",
                                       suffix=")", threshold=10)
            assert repr(x).split("second=")[1].split(",\n          shape=")[0] == expected
            assert repr(x).endswith(f"shape={shape}, directions={dualad.partials(x).shape[-1]})")


def test_large_second_derivatives_are_not_worked_out_for_printing():
    x = np.zeros(200, _core.scalar_type("HyperDualDiagonal20000")).view(dualad.DualArray)
    assert len(repr(x)) < 10000 and len(repr(np.asarray(x)[:1])) < 1000     # 640 GB in full

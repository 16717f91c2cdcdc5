"""Dual arrays as text."""

import logging

import numpy as np
import pytest

import dualad


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

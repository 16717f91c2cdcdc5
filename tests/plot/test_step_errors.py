"""Errors of differences: the orders that theory gives, and the floor of rounding."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
import dualad.plot


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def error_at(axes, label, step):
    line = lines(axes)[label]
    return line.get_ydata()[np.argmin(np.abs(np.log(line.get_xdata() / step)))]


def test_orders_and_floor(pyplot):
    axes = dualad.plot.step_errors(np.exp, 1.0)
    assert list(lines(axes)) == ["forward difference", "central difference", "complex step", "dualad"]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step h", "relative error")
    # exp' = exp: the errors are h/2, h^2/6, h^2/6
    assert error_at(axes, "forward difference", 1e-4) == pytest.approx(0.5e-4, rel=1e-3)
    assert error_at(axes, "central difference", 1e-3) == pytest.approx(1e-6 / 6, rel=1e-2)
    assert error_at(axes, "complex step", 1e-3) == pytest.approx(1e-6 / 6, rel=1e-3)
    assert error_at(axes, "complex step", 1e-12) <= 1e-15
    assert error_at(axes, "forward difference", 1e-12) > 1e-7
    assert lines(axes)["dualad"].get_ydata() == [2.0**-53] * 2
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == list(lines(axes))


def test_a_derivative_from_elsewhere(pyplot):
    axes = dualad.plot.step_errors(np.exp, 1.0, exact=np.e * (1 + 1e-10))
    assert lines(axes)["dualad"].get_ydata()[0] == pytest.approx(1e-10, rel=1e-4)
    assert error_at(axes, "complex step", 1e-12) == pytest.approx(1e-10, rel=1e-4)


def test_arrays_along_a_direction(pyplot):
    def f(x):
        return np.array([x[0] ** 2 * x[1], x[1] ** 3])

    x, v = np.array([100.0, 200.0]), np.array([1.0, -2.0])
    axes = dualad.plot.step_errors(f, x, v, steps=[1e-3, 1e-2], exact=[2e4 * 2 - 2 * 1e4, -2 * 3 * 4e4])
    assert lines(axes)["forward difference"].get_xdata().tolist() == [1e-3, 1e-2]
    a, b = lines(axes)["forward difference"].get_ydata()
    assert b / a == pytest.approx(10.0, rel=1e-3)
    assert lines(axes)["dualad"].get_ydata()[0] == 2.0**-53
    mine = pyplot.figure().add_subplot()
    assert dualad.plot.step_errors(f, x, ax=mine) is mine
    assert lines(mine)["central difference"].get_xdata().max() == 200.0


def test_no_complex_step_where_f_takes_no_complex_numbers(pyplot):
    for f in (np.abs, np.cbrt, lambda x: np.arctan2(x, 2.0)):
        assert "complex step" not in lines(dualad.plot.step_errors(f, 1.0))


def test_a_subnormal_point_has_steps(pyplot):
    steps = lines(dualad.plot.step_errors(np.exp, 5e-324))["forward difference"].get_xdata()
    assert (steps[0], steps[-1]) == (1e-16, 1.0)


def test_a_derivative_of_zero_and_steps_that_change_nothing(pyplot):
    axes = dualad.plot.step_errors(lambda x: 0 * x + 3.0, 2.0, steps=[1e-17, 1e-3])
    assert axes.get_ylabel() == "absolute error"
    first, last = lines(axes)["forward difference"].get_ydata()
    assert np.isnan(first) and last == 2.0**-53
    axes.figure.canvas.draw()


@pytest.mark.filterwarnings("error")
def test_an_infinite_derivative(pyplot):
    axes = dualad.plot.step_errors(np.sqrt, 0.0)
    assert np.isnan(lines(axes)["dualad"].get_ydata()).all()
    axes.figure.canvas.draw()


def test_refused(pyplot):
    for steps in ([0.0], [-1.0], [np.nan], [np.inf], [[1.0]], 0.1):
        with pytest.raises(ValueError, match="positive"):
            dualad.plot.step_errors(np.exp, 1.0, steps=steps)
    for x, v in ((np.nan, 1.0), (np.inf, 1.0), ([1.0, 2.0], [0.0, np.nan])):
        with pytest.raises(ValueError, match="expected to be finite"):
            dualad.plot.step_errors(np.exp, x, v)
    with pytest.raises(ValueError, match="direction v"):
        dualad.plot.step_errors(np.exp, 1.0, [1.0, 2.0])
    with pytest.raises(ValueError, match="exact derivative"):
        dualad.plot.step_errors(np.exp, 1.0, exact=[1.0, 2.0])
    with pytest.raises(TypeError, match="not complex"):
        dualad.plot.step_errors(np.exp, 1j)
    with pytest.raises(TypeError, match="masked array"):
        dualad.plot.step_errors(np.exp, np.ma.array([1.0, 2.0], mask=[True, False]))
    with pytest.raises(TypeError):
        dualad.plot.step_errors(np.exp, 1.0, exact=1j)
    assert not pyplot.get_fignums()

"""Pictures of Jacobians: colours, blanks, names, refusals."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import dualad
import dualad.plot


def shown(axes):
    return axes.images[0].get_array()


def test_zeros_are_blank_and_colours_are_logarithmic(pyplot):
    J = np.array([[1e-3, 0.0, -2.0], [0.0, 1e5, 1e-3]])
    axes = dualad.plot.jacobian(J)
    assert np.array_equal(shown(axes).mask, J == 0)
    assert np.array_equal(shown(axes).compressed(), np.abs(J[J != 0]))
    norm = axes.images[0].norm
    assert type(norm).__name__ == "LogNorm" and (norm.vmin, norm.vmax) == (1e-3, 1e5)
    assert tuple(axes.images[0].get_extent()) == (-0.5, 2.5, 1.5, -0.5)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("input", "output")
    bar = axes.images[0].colorbar
    assert bar.ax.get_ylabel() == "absolute value"
    axes.figure.canvas.draw()
    pixels = axes.images[0].make_image(axes.figure.canvas.get_renderer())[0]
    colours = {tuple(colour) for colour in pixels.reshape(-1, 4)}
    assert len({colour for colour in colours if colour[3] == 255}) == 3          # 1e-3 twice
    assert any(colour[3] == 0 for colour in colours)


def test_of_a_function(pyplot):
    x = np.linspace(0.5, 2.0, 6)
    axes = dualad.plot.jacobian(lambda x: np.diff(x**2), x)
    assert np.array_equal(shown(axes).filled(0), np.abs(dualad.jacobian(lambda x: np.diff(x**2))(x)))
    assert shown(axes).count() == 10
    assert shown(dualad.plot.jacobian(lambda x: np.outer(x, x), x[:4].reshape(2, 2))).shape == (16, 4)
    assert shown(dualad.plot.jacobian(np.sum, x)).shape == (1, 6)
    assert shown(dualad.plot.jacobian(np.sin, 0.5)).shape == (1, 1)


def test_complex_sparse_and_rows(pyplot):
    assert shown(dualad.plot.jacobian([3 + 4j, 0.0])).tolist() == [[5.0, None]]
    sparse = pytest.importorskip("scipy.sparse")
    assert shown(dualad.plot.jacobian(sparse.csr_array([[0.0, 2.0]]))).tolist() == [[None, 2.0]]


def test_what_is_not_finite_is_crossed(pyplot):
    axes = dualad.plot.jacobian([[1.0, np.nan], [-np.inf, 0.0]])
    (crosses,) = axes.lines
    assert sorted(zip(crosses.get_ydata(), crosses.get_xdata())) == [(0, 1), (1, 0)]
    assert shown(axes).count() == 1 and axes.images[0].norm.vmax == 2.0
    dualad.plot.jacobian([[np.nan]]).figure.canvas.draw()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("J", [
    np.eye(2, dtype=np.float16), np.eye(2, dtype=np.longdouble), np.eye(2) > 0,
    np.zeros((3, 3)), np.ones((40, 2)), [[5e-324]], [[1.7e308, 1e-300]],
])  # fmt: skip
def test_drawn_without_complaint(pyplot, J):
    axes = dualad.plot.jacobian(J)
    axes.figure.canvas.draw()
    assert len(axes.figure.axes) == (2 if np.any(J) else 1)


def test_options(pyplot):
    mine = pyplot.figure().add_subplot()
    options = {"rows": ["$a", "b_"], "columns": ["p", "q"], "colorbar": False, "cmap": "plasma"}
    axes = dualad.plot.jacobian(np.eye(2), ax=mine, **options)
    assert axes is mine and len(axes.figure.axes) == 1
    assert [label.get_text() for label in axes.get_yticklabels()] == ["$a", "b_"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["p", "q"]
    assert axes.images[0].get_cmap().name == "plasma"
    axes.figure.canvas.draw()                   # "$a" is no formula


def test_single_entries_of_large_matrices_are_seen(pyplot):
    J = np.zeros((3000, 2000))
    J[2999, 1234] = 7.0
    axes = dualad.plot.jacobian(J)
    assert shown(axes).shape == (250, 250) and shown(axes).compressed().tolist() == [7.0]
    assert np.argwhere(~shown(axes).mask).tolist() == [[249, 1234 * 250 // 2000]]
    assert tuple(axes.images[0].get_extent()) == (-0.5, 1999.5, 2999.5, -0.5)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((np.sin,), TypeError, "x is missing"),
        ((np.eye(2), 1.0), TypeError, "takes no x"),
        ((np.zeros((2, 2, 2)),), ValueError, r"J\.reshape"),
        ((["a"],), TypeError, "a matrix of numbers"),
        ((np.ma.array([[1.0]], mask=True),), TypeError, r"J\.filled\(0\)"),
        ((np.zeros((3, 0)),), ValueError, r"nothing to draw: the Jacobian has shape \(3, 0\)"),
        ((lambda x: x[:0], [1.0, 2.0]), ValueError, "nothing to draw"),
        ((np.sin, []), ValueError, "nothing to draw"),
        ((np.sin, np.ma.array([1.0, 2.0], mask=[True, False])), TypeError, r"x\.compressed\(\)"),
        ((dualad.seed([1.0, 2.0]),), TypeError, r"dualad\.partials\(x\)"),
    ],
)
def test_refused(pyplot, arguments, error, message):
    with pytest.raises(error, match=message):
        dualad.plot.jacobian(*arguments)
    assert not pyplot.get_fignums()


def test_wrong_names(pyplot):
    with pytest.raises(ValueError, match="3 names were given for 2 outputs"):
        dualad.plot.jacobian(np.eye(2), rows=["a", "b", "c"])
    assert not pyplot.get_fignums()


def test_matplotlib_is_imported_for_a_picture_only(monkeypatch, fresh_python):
    code = "import sys, dualad; dualad.plot.graph(lambda x: x * x, 2.0).dot; print('matplotlib' in sys.modules)"
    assert fresh_python(code).strip() == "False"
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for draw in (lambda: dualad.plot.jacobian(np.eye(2)), lambda: dualad.plot.step_errors(np.exp, 1.0),
                 lambda: dualad.plot.graph(lambda x: x * x, 2.0).draw()):  # fmt: skip
        with pytest.raises(ImportError, match=r"pip install dualad\[plot\]"):
            draw()
    monkeypatch.setenv("PATH", "")
    assert dualad.plot.graph(lambda x: x * x, 2.0)._repr_svg_() is None

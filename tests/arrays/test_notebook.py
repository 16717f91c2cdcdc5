"""How dual numbers look in notebooks: what the tables hold, what is left out, and that LaTeX is LaTeX."""

from __future__ import annotations

import html.parser
import re
import sys

import numpy as np
import pytest

import dualad
from dualad import Dual, HyperDual


class Table(html.parser.HTMLParser):
    """The rows of a table, its caption, and that tags are balanced."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.caption, self.open = [], "", []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "style")
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "caption" in self.open:
            self.caption += data
        else:
            self.rows[-1][-1] += data


def table(x):
    return Table(x._repr_html_())


def test_a_number():
    shown = table(Dual(2.0, [3.0, -0.5]))
    assert shown.caption == "Dual, 2 directions"
    assert shown.rows == [["value", "∂1", "∂2"], ["2.", "3.", "-0.5"]]


def test_second_derivatives_that_are_carried():
    x = dualad.seed([1.0, 2.0], order=2)
    shown = table(x[0] ** 2 * x[1])
    assert shown.caption == "HyperDual, 2 directions"
    assert shown.rows == [["value", "∂1", "∂2", "∂1²", "∂1∂2", "∂2²"], ["2.", "4.", "1.", "4.", "2.", "0."]]
    classical = HyperDual(3.0, 1.0, 1.0, 0.0) ** 3
    assert table(classical).rows == [["value", "∂1", "∂2", "∂1∂2"], ["27.", "27.", "27.", "18."]]


def test_complex_numbers():
    x = dualad.seed([1.0, 2.0])
    z = x[0] + 2j * x[1]
    assert table(z).rows[1] == ["1.+4.j", "1.+0.j", "0.+2.j"]
    assert table(z).caption == "ComplexDual, 2 directions"
    assert z._repr_latex_().replace(r"\,\mathrm{i}", "i").replace(r"\varepsilon", "e") == (
        r"$(1 + 4i) + (1 + 0i)\,e_{1} + (0 + 2i)\,e_{2}$")
    assert table(np.stack([z, z])).caption == "DualArray, shape (2,), 2 directions, complex"


def test_an_array():
    x = dualad.seed([[1.0, 2.0], [3.0, 40.25]])
    shown = table(x)
    assert shown.caption == "DualArray, shape (2, 2), 4 directions"
    assert [row[0] for row in shown.rows] == ["", "[0, 0]", "[0, 1]", "[1, 0]", "[1, 1]"]
    # Figure spaces keep the decimal points below each other.
    assert [row[1] for row in shown.rows] == ["value", "1.\u2007\u2007", "2.\u2007\u2007", "3.\u2007\u2007", "40.25"]
    assert [row[2:] for row in shown.rows[1:]] == [[f"{j:.0f}." for j in i] for i in np.eye(4)]
    assert table(x[:0]).rows == [["", "value", "∂1", "∂2", "∂3", "∂4"]]
    assert table(x[0, 0, ...]).rows[1] == ["1.", "1.", "0.", "0.", "0."]
    assert x.argsort()._repr_html_() is None and x.argsort()._repr_latex_() is None


def test_what_is_left_out_follows_numpys_options():
    x = dualad.seed(np.arange(100.0))
    shown = table(x)
    assert shown.rows[0] == ["", "value", "∂1", "∂2", "∂3", "⋯", "∂98", "∂99", "∂100"]
    assert [row[0] for row in shown.rows[1:]] == ["[0]", "[1]", "[2]", "⋮", "[97]", "[98]", "[99]"]
    assert shown.rows[-1][1:] == ["99.", "0.", "0.", "0.", "⋯", "0.", "0.", "1."]
    assert x._repr_latex_() is None
    with np.printoptions(edgeitems=1):
        assert len(table(x).rows) == 4
    with np.printoptions(threshold=sys.maxsize):
        assert [len(row) for row in table(x).rows] == [102] * 101
    matrix = table(dualad.seed(np.arange(400.0)).reshape(20, 20))
    assert [row[0] for row in matrix.rows[1:9]] == [
        "[0, 0]", "[0, 1]", "[0, 2]", "⋮", "[0, 17]", "[0, 18]", "[0, 19]", "[1, 0]"]
    assert len({len(row) for row in matrix.rows}) == 1
    for options in ({"threshold": 0, "edgeitems": 0}, {"threshold": 0, "edgeitems": 1}):
        with np.printoptions(**options):
            assert len({len(row) for row in table(x).rows}) == 1


def test_second_derivatives_that_are_left_out():
    x = dualad.seed(np.arange(1.0, 31.0), order=2)
    head, numbers = table(x.prod()).rows
    value = float(np.prod(np.arange(1.0, 31.0)))
    assert len(head) == len(numbers)
    second = dualad.second(x.prod())
    with np.printoptions(precision=17, floatmode="maxprec"):
        numbers = table(x.prod()).rows[1]
    assert float(numbers[0]) == value
    for label, number in zip(head, numbers):
        if pair := re.fullmatch(r"∂(\d+)∂(\d+)", label):
            assert float(number) == second[int(pair[1]) - 1, int(pair[2]) - 1], label
    assert ["⋯" if label == "⋯" else "" for label in head] == ["⋯" if text == "⋯" else "" for text in numbers]
    assert {"∂1∂30", "∂28∂29", "∂30²"} < set(head) and "∂4²" not in head


def test_precision_and_formatters_are_numpys():
    x = dualad.seed([1 / 3, 2.0])
    with np.printoptions(precision=3):
        assert table(x[0] * x[1]).rows[1] == ["0.667", "2.", "0.333"]
        assert (x[0] * x[1])._repr_latex_() == r"$0.667 + 2\,\varepsilon_{1} + 0.333\,\varepsilon_{2}$"
    with np.printoptions(formatter={"float": lambda v: f"<b>{v:.1f}&</b>_\\"}):
        text = x._repr_html_()
        assert "<b>" not in text and "&lt;b&gt;0.3&amp;" in text
        assert r"\text{<b>2.0\&</b>\_ }" in x._repr_latex_()
    with np.printoptions(sign="+"):
        assert x[1]._repr_latex_() == r"$2 + \varepsilon_{2}$"


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (Dual(2.0, 3.0), r"2 + 3\,\varepsilon_{1}"),
        (Dual(-2.0, [-1.0, 1.0, 0.0]), r"-2 - \varepsilon_{1} + \varepsilon_{2}"),
        (Dual(1.5, [0.0, 0.0]), r"1.5"),
        (Dual(0.0, [2.5e-7, -1e30]), r"0 + 2.5 \times 10^{-7}\,\varepsilon_{1} - 1 \times 10^{30}\,\varepsilon_{2}"),
        (Dual(np.nan, [np.inf, -np.inf]), r"\mathrm{nan} + \infty\,\varepsilon_{1} - \infty\,\varepsilon_{2}"),
        # (2 + e)^2 = 4 + 4 e + e^2: Taylor's coefficients
        (dualad.seed([2.0], order=2)[0] ** 2, r"4 + 4\,\varepsilon_{1} + \varepsilon_{1}^2"),
        (HyperDual(3.0, 1.0, 1.0, 0.0) ** 2,
         r"9 + 6\,\varepsilon_{1} + 6\,\varepsilon_{2} + 2\,\varepsilon_{1}\varepsilon_{2}"),
    ],
)  # fmt: skip
def test_latex(x, expected):
    assert x._repr_latex_() == f"${expected}$"
    mathtext = pytest.importorskip("matplotlib.mathtext")
    mathtext.MathTextParser("path").parse(x._repr_latex_())


def test_latex_of_arrays():
    x = dualad.seed([1.0, 2.0])
    assert x._repr_latex_() == (
        r"$\displaystyle \left[\begin{array}{c}1 + \varepsilon_{1} \\ 2 + \varepsilon_{2}\end{array}\right]$")
    assert r"{cc}1 + \varepsilon_{1} & 2 + \varepsilon_{2}\end" in x[None]._repr_latex_()
    assert x[None, None]._repr_latex_() is None and x[:0]._repr_latex_() is None


def test_numbers_of_a_call_that_has_ended():
    kept = []
    dualad.jacobian(lambda x: kept.append(x) or 2 * x)(np.ones(2))
    assert table(kept[0]).rows[1] == ["[0]", "1.", "1.", "0."]
    assert kept[0][0]._repr_latex_() == r"$1 + \varepsilon_{1}$"


def test_ipython_shows_them():
    formatters = pytest.importorskip("IPython.core.formatters")
    x = dualad.seed([1.0, 2.0])
    for shown in (x, x[0], x[0] * 1j, dualad.seed([1.0], order=2)[0]):
        found, _ = formatters.DisplayFormatter().format(shown, include={"text/html", "text/latex"})
        assert found["text/html"] == shown._repr_html_() and found["text/latex"] == shown._repr_latex_()


def test_imported_when_a_notebook_asks(fresh_python):
    assert fresh_python(
        "import sys; had = {*sys.modules}; import dualad; x = dualad.seed([1.0, 2.0]); repr(x)\n"
        "name = 'dualad.arrayfunctions.notebook'\n"
        "print(name in sys.modules, 'html' in {*sys.modules} - had); x[0]._repr_html_(); print(name in sys.modules)"
    ).split() == ["False", "False", "True"]

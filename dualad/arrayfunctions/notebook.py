"""How dual numbers look in notebooks: a table of values and derivatives, and LaTeX.

Imported when a notebook asks. NumPy's print options hold: precision and formatters for each column, threshold and
edgeitems for what is left out.
"""

import html as markup
import re
import sys

import numpy as np

from .. import _core
from .._core import partials, value
from .components import is_complex, is_dual, is_second_order

_GAP = None                       # in a list of positions: some are left out here
_LINE = "border-left: 1px solid rgba(127, 127, 127, 0.5)"


def html(x):
    """The table of an array of dual numbers, or of one; None where x holds none."""
    if not is_dual(x):
        return None
    shown = _Shown(x)
    groups = [["value"], [_name(k) for k in shown.directions], [_name(pair) for pair in shown.pairs]]
    head = "".join(f"<th>{label}</th>" for group in groups for label in group)
    index = len(shown.shape) > 0
    columns = "".join(f'<colgroup span="{len(group)}" style="{_LINE}"></colgroup>' for group in groups if group)
    if index:
        columns = "<colgroup></colgroup>" + columns
    lines = []
    for place, row in shown.rows():
        if place is _GAP:
            lines.append(f"<tr><th>⋮</th>{'<td></td>' * len(row)}</tr>")
            continue
        cells = "".join(f"<td>{_cell(text)}</td>" for text in row)
        name = f"<th>[{', '.join(map(str, place))}]</th>" if index else ""
        lines.append(f"<tr>{name}{cells}</tr>")
    return (
        '<div style="overflow-x: auto"><table style="border-collapse: collapse; text-align: right; '
        'font-variant-numeric: tabular-nums">'
        f'<caption style="caption-side: top; text-align: left; white-space: nowrap">{_caption(x)}</caption>{columns}'
        f"<thead><tr>{'<th></th>' * index}{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>")


def latex(x):
    r"""x as a polynomial in its infinitesimals, such as $2 + 3\,\varepsilon_1$; a matrix of them for arrays.

    Hyper-dual numbers are Taylor polynomials: of their second derivatives by one direction half stands at its square.
    None for arrays of more than two axes, for what is too long to read, and where x holds no dual numbers.
    """
    if not is_dual(x) or np.ndim(x) > 2:
        return None
    shown = _Shown(x)
    if not shown.shape:
        return f"${shown.polynomial(())}$"
    if shown.cut or not x.size:
        return None
    rows = np.ndindex(shown.shape[:1])
    if len(shown.shape) == 1:
        lines = [shown.polynomial(row) for row in rows]
    else:
        lines = [" & ".join(shown.polynomial((*row, k)) for k in range(shown.shape[1])) for row in rows]
    # amsmath's matrices end at ten columns.
    columns = "c" * (shown.shape[1] if len(shown.shape) == 2 else 1)
    body = " \\\\ ".join(lines)
    return rf"$\displaystyle \left[\begin{{array}}{{{columns}}}{body}\end{{array}}\right]$"


class _Shown:
    """What is seen of dual numbers: all, or of long axes and of many directions the ends."""

    def __init__(self, x):
        settings = np.get_printoptions()
        array = np.asarray(x)
        self.shape = array.shape
        n, pairs = _directions(array), []
        if is_second_order(array.dtype):
            pairs = _core.second_parts(np.empty(0, array.dtype))[1]
        lanes = n + sum(count for _, _, count in pairs)
        # As in `printing`: ten numbers that nobody reads for each one that is read.
        self.cut = max(array.size, 1) * lanes > settings["threshold"] // 10
        edge = settings["edgeitems"] if self.cut else sys.maxsize
        self.places = [_ends(count, edge) for count in array.shape]
        self.directions = _ends(n, edge)
        array = array[np.ix_(*(_without_gap(places) for places in self.places))] if array.ndim else array
        seen = _without_gap(self.directions)
        self.pairs, lanes, at, following = [], [], 0, 0
        for i, j, count in pairs:
            for k in seen if i in seen else []:
                if j <= k < j + count:
                    lane = at + k - j
                    self.pairs += [_GAP] * (lane != following) + [(i, k)]
                    lanes.append(lane)
                    following = lane + 1
            at += count
        self.pairs += [_GAP] * (at != following)
        self.value = value(array)
        self.first = partials(array)[..., seen]
        self.second = _core.second_parts(array)[0][..., lanes] if lanes else np.empty((*array.shape, 0))

    def rows(self):
        """(index, texts) of each row; the index is _GAP where some are left out."""
        columns = [_texts(self.value)]
        first = iter([_texts(lane) for lane in np.moveaxis(self.first, -1, 0)])
        columns += [_GAP if k is _GAP else next(first) for k in self.directions]
        second = iter([_texts(lane) for lane in np.moveaxis(self.second, -1, 0)])
        columns += [_GAP if pair is _GAP else next(second) for pair in self.pairs]
        places = [_without_gap(axis) for axis in self.places]
        following = 0
        for number, position in enumerate(np.ndindex(self.value.shape)):
            place = tuple(axis[k] for axis, k in zip(places, position))
            flat = int(np.ravel_multi_index(place, self.shape)) if place else 0
            if flat != following:
                yield _GAP, columns
            following = flat + 1
            yield place, [column if column is _GAP else column[number] for column in columns]

    def polynomial(self, place):
        """The number at a place, in LaTeX."""
        first = zip(_without_gap(self.directions), self.first[place])
        terms = [(part, rf"\varepsilon_{{{k + 1}}}") for k, part in first]
        for (i, j), part in zip(_without_gap(self.pairs), self.second[place]):
            # Half of the second derivative is Taylor's coefficient.
            terms.append((part / 2, rf"\varepsilon_{{{i + 1}}}^2") if i == j else
                         (part, rf"\varepsilon_{{{i + 1}}}\varepsilon_{{{j + 1}}}"))
        text = _math(self.value[place])
        for part, symbol in terms:
            number = _math(part)
            sign = "-" if number.startswith("-") else "+"
            number = number.removeprefix("-")
            if part != 0:
                text += f" {sign} {symbol}" if number == "1" else rf" {sign} {number}\,{symbol}"
        return text + r" + \cdots" * (_GAP in self.directions)


def _ends(count, edge):
    """Positions that are shown, with a gap between where `count` is large."""
    if count <= 2 * edge:
        return list(range(count))
    return [*range(edge), _GAP, *range(count - edge, count)]


def _without_gap(places):
    return [place for place in places if place is not _GAP]


def _texts(numbers):
    """The texts of numbers in one column, of the same length, as NumPy prints them."""
    if numbers.size == 0:
        return []
    text = np.array2string(numbers.ravel(), separator="\0", threshold=sys.maxsize, max_line_width=sys.maxsize)
    return text[1:-1].split("\0")


def _cell(text):
    """A number's text; blanks after it keep their width, so that decimal points stand below each other."""
    if text is _GAP:
        return "⋯"
    kept = text.rstrip(" ")
    return markup.escape(kept.lstrip(" ")) + "\u2007" * (len(text) - len(kept))


def _name(directions):
    """The name of a partial derivative by one direction or a pair of them: ∂₁, ∂₁², ∂₁∂₂."""
    match directions:
        case None:
            return "⋯"
        case (i, j) if i == j:
            return f"∂<sub>{i + 1}</sub>²"
        case (i, j):
            return f"∂<sub>{i + 1}</sub>∂<sub>{j + 1}</sub>"
    return f"∂<sub>{directions + 1}</sub>"


def _directions(array):
    return partials(np.empty(0, array.dtype)).shape[-1]


def _caption(x):
    n = _directions(x)
    parts = [f"{n} direction{'s' * (n != 1)}"]
    if isinstance(x, np.ndarray):
        parts.insert(0, f"shape {x.shape}")
        parts += ["complex"] * is_complex(x.dtype) + ["order 2"] * is_second_order(x.dtype)
    kind = type(x) if isinstance(x, np.ndarray) else type(x).__base__       # Dual of Dual3
    return ", ".join([kind.__name__, *parts])


def _math(number):
    """A number in LaTeX."""
    if np.iscomplexobj(number):
        real, imag = _math(number.real), _math(number.imag)
        sign = "-" if imag.startswith("-") else "+"
        return rf"({real} {sign} {imag.removeprefix('-')}\,\mathrm{{i}})"
    if not np.isfinite(number):
        return {"inf": r"\infty", "-inf": r"-\infty"}.get(str(number), r"\mathrm{nan}")
    text = np.array2string(np.asarray(number)).strip()
    if match := re.fullmatch(r"\+?(-?\d+(?:\.\d+)?)\.?(?:e([+-]\d+))?", text):
        return match[1] + (rf" \times 10^{{{int(match[2])}}}" if match[2] else "")
    return r"\text{" + re.sub(r"([#$%&_{}])", r"\\\1", re.sub(r"[\\^~]", " ", text)) + "}"     # a formatter's own

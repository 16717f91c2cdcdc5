"""Results as text for people and as JSON for programs."""

from __future__ import annotations

import json
import math
import os
import shutil
import textwrap
from collections.abc import Iterable, Mapping
from typing import TextIO

from .check import Check
from .fit import Fit

__all__ = ["Style", "as_data", "as_text", "pairs", "with_error", "write", "write_json"]

_ASCII = str.maketrans({"µ": "u", "×": "x"})


class Style:
    """Colours and the width of a terminal, nothing for anything else.

    Parameters
    ----------
    stream : file object
        Where the text will go. `NO_COLOR` in the environment turns colours off.

    Attributes
    ----------
    width : int or None
        The columns to which text is wrapped; None where the stream is no terminal.
    """

    def __init__(self, stream: TextIO):
        terminal = stream.isatty()
        understood = os.environ.get("TERM") != "dumb" and (os.name != "nt" or "WT_SESSION" in os.environ)
        self.on = terminal and understood and not os.environ.get("NO_COLOR")
        self.width = max(shutil.get_terminal_size().columns, 20) if terminal else None

    def _wrap(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.on else text

    def bold(self, text: str) -> str:
        """Return the text in bold."""
        return self._wrap("1", text)

    def dim(self, text: str) -> str:
        """Return the text in a faint colour."""
        return self._wrap("2", text)

    def good(self, text: str) -> str:
        """Return the text in green."""
        return self._wrap("32", text)

    def bad(self, text: str) -> str:
        """Return the text in bold red."""
        return self._wrap("1;31", text)

    def fill(self, text: str, indent: int = 0) -> str:
        """Return the text in lines that fit, all indented."""
        return "\n".join(" " * indent + line for line in _lines(text, self.width, indent))


def _lines(text: str, width: int | None, indent: int) -> list[str]:
    """The text cut at blanks into lines that leave room for the indent."""
    if width is None or len(text) + indent <= width:
        return [text]
    return textwrap.wrap(text, max(width - indent, 12), break_long_words=False, break_on_hyphens=False)


def write(text: str, stream: TextIO) -> None:
    """Print a text, in ASCII where the stream knows no better."""
    encoding = stream.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_ASCII).encode(encoding, "backslashreplace").decode(encoding)
    print(text, file=stream)


def write_json(data: object, stream: TextIO) -> None:
    """Print data as JSON, in ASCII; what is not finite is null."""
    print(json.dumps(_finite(data), indent=2, allow_nan=False), file=stream)


def _finite(data: object) -> object:
    if isinstance(data, Mapping):
        return {str(key): _finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(value) for value in data]
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    return data if isinstance(data, str | int | None) else str(data)


def with_error(value: float, error: float) -> tuple[str, str]:
    """Format an estimate and its standard error with the digits that say something.

    The error gets four digits, the estimate as many places as its error has, and
    never more than float64 holds.

    Examples
    --------
    >>> with_error(212.68374, 6.94715)
    ('212.684', '6.947')
    >>> with_error(5.5015643181e-04, 7.2668688436e-06)
    ('5.50156e-04', '7.267e-06')
    """
    size = math.floor(math.log10(abs(value))) if value else 0
    if not (math.isfinite(error) and error > 0):
        return f"{value:.7g}", "-" if math.isnan(error) else f"{error:.4g}"
    places = min(3 - math.floor(math.log10(error)), 14 - size)
    if -3 <= size < 7 and 0 <= places <= 10:
        return f"{value:.{places}f}", _fixed(error, places)
    return f"{value:.{max(places + size, 0)}e}", f"{error:.3e}"


def _fixed(error: float, places: int) -> str:
    text = f"{error:.{places}f}"
    return text if float(text) else f"{error:.1e}"


def pairs(items: Iterable[tuple[str, str]], indent: int = 2, width: int | None = None) -> str:
    """Return names and texts in two columns, the texts wrapped to the width; below the names where that is narrow."""
    items = list(items)
    left = indent + max(len(name) for name, _ in items) + 2
    lines = []
    for name, text in items:
        if width is not None and width - left < 24 and left + len(text) > width:
            lines += [" " * indent + name, *(" " * (indent + 4) + line for line in _lines(text, width, indent + 4))]
            continue
        first, *others = _lines(text, width, left)
        lines.append(f"{' ' * indent + name:<{left}}{first}")
        lines += [" " * left + line for line in others]
    return "\n".join(lines)


def _grid(rows: list[list[str]], style: Style, indent: int = 2) -> str:
    """Return rows of cells, the first column to the left, the others to the right.

    Columns that do not fit stand below the others, after the first column once more.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    blocks, room = [[]], indent + widths[0]
    for place, width in enumerate(widths[1:], 1):
        taken = room + sum(widths[k] + 3 for k in blocks[-1])
        if blocks[-1] and style.width is not None and taken + 3 + width > style.width:
            blocks.append([])
        blocks[-1].append(place)
    lines = []
    for block in blocks:
        for number, row in enumerate(rows):
            cells = [f"{row[0]:<{widths[0]}}", *(f"{row[k]:>{widths[k]}}" for k in block)]
            line = " " * indent + "   ".join(cells)
            lines.append(line if number else style.dim(line))
    return "\n".join(lines)


def _duration(value: float) -> str:
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 1 or unit == "µs":
            return f"{value * factor:.3g} {unit}"


def as_text(result: Fit, checked: Check, style: Style) -> str:
    """Return what a person wants to know of a fit."""
    problem = result.problem
    parts = [
        style.bold(style.fill(problem.title)),
        pairs([("model", problem.formula), ("data", f"{problem.source}")], 2, style.width),
        "",
        _estimates(result, style),
        "",
        pairs(_summary(result), 2, style.width),
    ]
    if len(result.p) > 1:
        parts += ["", _correlation(result, style)]
    parts += ["", _checked(checked, style)]
    if problem.note:
        parts += ["", style.dim(style.fill(problem.note, 2))]
    return "\n".join(parts)


def _estimates(result: Fit, style: Style) -> str:
    published = result.problem.published
    rows = [["parameter", "estimate", "std. error"]]
    if published:
        rows[0] += ["published", "std. error"]
    for name, value, error in zip(result.problem.names, result.p, result.errors, strict=True):
        rows.append([name, *with_error(float(value), float(error)), *published.get(name, ())])
    return _grid(rows, style)


def _summary(result: Fit) -> list[tuple[str, str]]:
    kind = "residual std. dev." if result.problem.sigma is None else "residual std. dev. / sigma"
    freedom = "1 degree of freedom" if result.dof == 1 else f"{result.dof} degrees of freedom"
    value = f"{result.residual_std:.4g}, {freedom}"
    if not result.dof:
        value = "none: as many parameters as rows"
    return [(kind, value), ("found by", f"{result.solver}, {result.jacobians} Jacobians")]


def _correlation(result: Fit, style: Style) -> str:
    names = result.problem.names
    rows = [["correlation", *names[:-1]]]
    for i, name in enumerate(names[1:], 1):
        known = [f"{value:.4f}" for value in result.correlation[i, :i]]
        rows.append([name, *known, *[""] * (len(names) - 1 - i)])
    return _grid(rows, style)


def _checked(checked: Check, style: Style) -> str:
    rows, columns = checked.shape
    complex_step = "(does not apply: the model is not complex-analytic)"
    if checked.complex_step is not None:
        complex_step = f"{checked.complex_step:.1e}"
    scaled = "   of each column's largest entry"
    model = checked.seconds["model"]

    def cost(name: str) -> str:
        value = checked.seconds[name]
        return f"{_duration(value):<8}  {value / model:.1f} × the model"

    return "\n".join(
        [
            style.dim(f"  exact Jacobian, {rows} × {columns}"),
            pairs(
                [
                    ("differs from complex step by", complex_step),
                    ("from central differences by", f"{checked.central_differences:.1e}{scaled}"),
                    ("one run of the model", _duration(model)),
                    ("one exact Jacobian", cost("jacobian")),
                    ("one by central differences", cost("central_differences")),
                ],
                2,
                style.width,
            ),
        ]
    )


def as_data(result: Fit, checked: Check) -> dict:
    """Return the same for a program."""
    problem = result.problem
    estimates = zip(problem.names, result.p, result.errors, strict=True)
    return {
        "title": problem.title,
        "source": problem.source,
        "model": problem.formula,
        "rows": problem.y.size,
        "parameters": {
            name: {"estimate": float(value), "standard_error": float(error)}
            for name, value, error in estimates
        },
        "correlation": result.correlation.tolist(),
        "residual_std": result.residual_std,
        "degrees_of_freedom": result.dof,
        "solver": result.solver,
        "jacobians": result.jacobians,
        "jacobian": {
            "shape": list(checked.shape),
            "difference_from_complex_step": checked.complex_step,
            "difference_from_central_differences": checked.central_differences,
        },
        "seconds": checked.seconds,
        "rounds": checked.rounds,
    }

"""What is measured, and how it is shown: tables with ratios, bars, JSON."""

import json
from dataclasses import asdict, dataclass, field

from .timing import Timing


def quantity(seconds):
    """A time in three digits and the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def ratio(value):
    """A quotient of times, in two or three digits."""
    if value < 0.0995:
        return f"{value:.1g}×"
    return f"{value:.2f}×" if value < 9.995 else f"{value:.0f}×"


@dataclass
class Bar:
    """A stated speed: `value` must be at most `limit` (or at least)."""

    what: str
    value: float | None
    limit: float
    unit: str = "×"
    least: bool = False

    @property
    def met(self):
        if self.value is None:
            return None
        return self.value >= self.limit if self.least else self.value <= self.limit

    def __str__(self):
        bound = f"{'at least' if self.least else 'at most'} {self.limit:g}{self._u}"
        if self.value is None:
            return f"  ----  {self.what}: not measured (bar: {bound})"
        mark = "PASS" if self.met else ("SHORT" if self.least else "OVER")
        return f"  {mark:5} {self.what}: {self.value:.3g}{self._u} (bar: {bound})"

    @property
    def _u(self):
        return self.unit if self.unit in ("×", "") else " " + self.unit


@dataclass
class Section:
    """A table: rows of {column: Timing}, ratios to the baseline column."""

    title: str
    row: str                                    # what the row labels are
    baseline: str | None = None                 # ratios are to this column
    group: str = ""
    figure: str | None = None                   # file name without ending
    rows: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    bars: list = field(default_factory=list)

    def fill(self, table, per=1):
        """Put rows in; their times are divided by `per` (elements, say)."""
        for label, timings in table.items():
            self.rows[label] = {
                name: Timing(t.best / per, t.median / per, t.loops, t.rounds)
                for name, t in timings.items()}

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def best(self, label, column):
        """Seconds, or None when it was not measured."""
        timing = self.rows.get(label, {}).get(column)
        return timing.best if timing else None

    def quotient(self, label, column, other):
        """How many times `other` `column` takes, or None."""
        one, two = self.best(label, column), self.best(label, other)
        return one / two if one is not None and two else None

    def bar(self, what, value, limit, unit="×", least=False):
        self.bars.append(Bar(what, value, limit, unit, least))

    def worst(self, what, values, limit, unit="×"):
        """A bar on the largest of {where: value}, naming where that is."""
        known = {where: v for where, v in values.items() if v is not None}
        if not known:
            return self.bar(what, None, limit, unit)
        where = max(known, key=known.get)
        self.bar(f"{what} (worst: {where})", known[where], limit, unit)

    @property
    def columns(self):
        names = {}
        for cells in self.rows.values():
            names.update(dict.fromkeys(cells))
        return list(names)

    def _cell(self, label, column):
        timing = self.rows[label].get(column)
        if timing is None:
            return "–"
        text = quantity(timing.best)
        base = self.best(label, self.baseline)
        if base and column != self.baseline:
            text += " " + ratio(timing.best / base)
        return text

    def __str__(self):
        lines = ["", self.title]
        if self.rows:
            head = [self.row, *self.columns]
            body = [[str(label), *(self._cell(label, c) for c in self.columns)]
                    for label in self.rows]
            widths = [max(map(len, column)) for column in zip(head, *body)]
            for line in [head, ["-" * w for w in widths], *body]:
                cells = [line[0].ljust(widths[0])]
                cells += [c.rjust(w) for c, w in zip(line[1:], widths[1:])]
                lines.append("  " + "  ".join(cells).rstrip())
            if self.baseline in self.columns:
                lines.append(f"  (×: relative to {self.baseline})")
        lines += [f"  note: {note}" for note in self.notes]
        lines += [str(bar) for bar in self.bars]
        return "\n".join(lines)

    def data(self):
        """The section as what JSON can hold; times in seconds."""
        return {
            "group": self.group, "title": self.title, "row": self.row,
            "baseline": self.baseline, "notes": self.notes,
            "rows": [{"label": str(label),
                      "times": {c: asdict(t) for c, t in cells.items()}}
                     for label, cells in self.rows.items()],
            "bars": [{**asdict(bar), "met": bar.met} for bar in self.bars]}


def summary(sections):
    """All bars at the end, the missed ones once more."""
    bars = [bar for section in sections for bar in section.bars]
    if not bars:
        return ""
    met = sum(bar.met is True for bar in bars)
    missed = [bar for bar in bars if bar.met is False]
    absent = sum(bar.met is None for bar in bars)
    lines = ["", f"Speed to reach: {met} met, {len(missed)} missed, {absent} not measured."]
    return "\n".join(lines + [str(bar) for bar in missed])


def write_json(path, header, sections):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({**header, "sections": [s.data() for s in sections]}, file,
                  indent=1, ensure_ascii=False)
        file.write("\n")

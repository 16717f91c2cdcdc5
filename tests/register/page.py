"""docs/practice/numpy-functions.md, made of the register's rows alone: whatever NumPy is installed, it is the same."""

import pathlib

from . import TABLES, VERSIONS
from .rows import KINDS

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "practice" / "numpy-functions.md"

HEAD = """\
# NumPy's functions, one by one

Every public name of NumPy 2.0 to 2.5, and how it takes dual numbers. The page is made of the register in
`tests/register` by `python -m tests.register`; there each function that carries derivatives has an example, whose
value is compared with the float program's to the last bit, and whose first and second derivatives are compared with
those of polynomials fitted to the float program.

- *A rule of dualad's*: a loop of the core, or a function of `dualad/arrayfunctions`.
- *NumPy's own code*: it is made of functions that have rules.
- *A plain `ndarray` results*: it carries derivatives, and ufuncs, indexing and the like go on with it. Functions that
  are no ufuncs do not see that it is dual, and those that need a rule refuse it; `x.view(dualad.DualArray)` helps.
- *Plain result*: integers, booleans and the like, by the values, as for floats.
- *Refused*: a `TypeError` says what to write instead. Nothing is lost in silence.
- *Other*: constants, types, modules; functions of integers, bits, dates, texts and files; what makes plain arrays.
"""


def _versions(name):
    since, before = VERSIONS.get(name, (None, None))
    return f" (since {since})" if since else f" (before {before})" if before else ""


def _section(table):
    rows, notes = {}, {}
    for row in table.rows:
        short = row.name.removeprefix(table.module + ".")
        rows.setdefault(row.kind, {})[short] = f"`{short}`{_versions(row.name)}"
        if row.note:
            notes.setdefault(row.note, {})[f"`{short}`"] = None
    yield f"\n### {table.title}\n" if table.title else ""
    yield "\n| | |\n|---|---|\n"
    for kind, name in KINDS.items():
        if kind in rows:
            yield f"| {name} | {', '.join(rows[kind][short] for short in sorted(rows[kind], key=str.lower))} |\n"
    if notes:
        yield "\n" + "".join(f"- {', '.join(names)}: {note}\n" for note, names in notes.items())


def text():
    """The page."""
    parts, module = [HEAD], None
    for table in TABLES:
        if table.module != module:
            module = table.module
            parts.append(f"\n## {module}\n")
        parts += _section(table)
    return "".join(parts)

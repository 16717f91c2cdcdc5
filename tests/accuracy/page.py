"""docs/guide/accuracy.md: the text stands in the page; the figures between its two marks are written."""

import math
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guide" / "accuracy.md"
BEGIN, END = "<!-- figures: python -m tests.accuracy -->\n", "<!-- end of figures -->\n"
NO_DIGIT = 2.0 ** 51
BOUNDS = 0, 4, 16          # of f (not used), f' and f'' in ulp, as src/rules/rules.def promises


def families():
    """[(heading, [names])] as rules.def has them."""
    found = []
    for line in (ROOT / "src" / "rules" / "rules.def").read_text().splitlines():
        if heading := re.match(r"/\* ---- (.*?) -*\s*\*/", line):
            found.append((heading[1].split(":")[0] if heading[1].startswith("arithmetic") else heading[1], []))
        elif row := re.match(r"(?:EXACT|UNARY|FUNCTION|SPECIAL|BINARY)\d?\s*\(\s*(\w+)", line):
            found[-1][1].append(row[1])
    return found


def ulps(size, given):
    """An error as the table shows it."""
    if math.isnan(given) and size == math.inf:
        return "NaN"
    if size == math.inf:
        return "inf"
    if size >= NO_DIGIT:
        return "none"
    return f"{size:.1f}" if size < 9.95 else f"{size:.0f}" if size < 1000 else f"{size:.0e}".replace("e+0", "e")


def cell(found):
    if found is None:
        return ""
    worst = found.everywhere
    return " · ".join(ulps(*pair) for pair in zip(worst.errors, worst.given, strict=True))


def _point(x):
    return ", ".join(f"{v:.4g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-") for v in x)


def _where(found):
    """Where f' and f'' are off by more than the promise."""
    if found is None:
        return ""
    worst = found.everywhere
    return "; ".join(f"{'f' + k * chr(39)} at {_point(worst.at[k])}" for k in (1, 2)
                     if worst.errors[k] > BOUNDS[k])


def _table(heads, rows):
    yield "| " + " | ".join(heads) + " |\n"
    yield "|---" * len(heads) + "|\n"
    for row in rows:
        yield "| " + " | ".join(row) + " |\n"
    yield "\n"


def _summary(results, names):
    def count(who, where, order, bound):
        have = [one[who] for one in results.values() if one[who]]
        return f"{sum(getattr(one, where).errors[order] <= bound for one in have)} of {len(have)}"
    rows = []
    for label, where in (("all arguments", "everywhere"), ("0.01 to 100", "ordinary")):
        for order, mark in ((1, "f'"), (2, "f''")):
            rows.append([f"{mark} within {BOUNDS[order]} ulp, {label}",
                         *(count(who, where, order, BOUNDS[order]) for who in names)])
            rows.append([f"no NaN or infinity in {mark}, {label}",
                         *(count(who, where, order, 1e300) for who in names)])
    yield from _table(["functions", *names], rows)


def figures(results, versions, count, date):
    """The page's figures from {function: {contender: Found or None}}."""
    names = list(next(iter(results.values())))
    yield f"\nMeasured on {date}, {count} random points and more for each function, with\n"
    yield "; ".join(versions) + ".\n\n"
    yield from _summary(results, names)
    for heading, members in families():
        members = [name for name in members if name in results]
        if not members:
            continue
        yield f"### {heading[0].upper() + heading[1:]}\n\n"
        heads = [f"`{name.removeprefix('scipy_')}`" for name in members]
        yield from _table(["f · f' · f''", *names],
                          [[head, *map(cell, results[name].values())]
                           for head, name in zip(heads, members, strict=True)])
        places = [[head, *map(_where, results[name].values())] for head, name in zip(heads, members, strict=True)]
        places = [row for row in places if any(row[1:])]
        if places:
            yield "<details><summary>The arguments</summary>\n\n"
            yield from _table(["at", *names], places)
            yield "</details>\n\n"


def write(text):
    page = PAGE.read_text("utf-8")
    head, rest = page.split(BEGIN)
    tail = rest.split(END)[1]
    PAGE.write_text(head + BEGIN + text + END + tail, "utf-8")

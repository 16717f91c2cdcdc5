"""The table of the cases, in the page about packages."""

import collections
import pathlib

from .case import ADOPTED, AS_IT_IS, CANNOT
from .fields import CASES, FIELDS

PAGE = pathlib.Path(__file__).parents[2] / "docs/practice/packages.md"
BEGIN, END = "<!-- made by python -m tests.packages -->\n", "<!-- end -->\n"


def rows():
    """Lines of the tables, field by field."""
    for field in FIELDS:
        yield f"### {field.__doc__.strip().removesuffix('.')}\n\n"
        yield "| package | function | |\n|---|---|---|\n"
        for case in field.CASES:
            remark = f"{case.expected}: {case.reason}" if case.expected == CANNOT else case.expected
            if case.expected == ADOPTED and len(case.adopt) > 1:
                remark += ", with " + ", ".join(case.adopt[1:])
            yield f"| {case.package} | `{case.function}` | {remark} |\n"
        yield "\n"


def summary():
    counts = collections.Counter(case.expected for case in CASES)
    packages = {case.package for case in CASES}
    failing = {case.package for case in CASES if case.expected == CANNOT}
    running = {case.package for case in CASES if case.expected != CANNOT}
    return (f"{len(CASES)} functions of {len(packages)} packages: {counts[AS_IT_IS]} run as they are, "
            f"{counts[ADOPTED]} adopted, {counts[CANNOT]} cannot. Of {len(packages - failing)} packages all that was "
            f"tried runs, of {len(failing & running)} a part, and of {len(failing - running)} nothing.\n\n")


def with_table(text):
    """The page with the table in it made anew."""
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + "\n" + summary() + "".join(rows()) + END + rest.partition(END)[2]

"""The README and the pages under docs/ are run, and what they show and link to is there.

A page's ```python blocks are run in order, in one namespace.  What a block prints must stand in a
```text block directly after it.
"""

from __future__ import annotations

import collections
import contextlib
import io
import pathlib
import re
import subprocess
import sys
import urllib.parse
import warnings

import pytest

import dualad.plot
from dualad.cli.arguments import parser

DOCS = pathlib.Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
FENCED = re.compile(r"^```([^`\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MATH = re.compile(r"\$\$(.+?)\$\$|(?<!\$)\$([^$\n]+)\$", re.DOTALL)

README = DOCS.parent / "README.md"

each_page = pytest.mark.parametrize("page", [README, *PAGES], ids=lambda page: page.relative_to(DOCS.parent).as_posix())


def python_blocks(text):
    """(line, code, what it prints) for each python block."""
    blocks = list(FENCED.finditer(text))
    for block, following in zip(blocks, [*blocks[1:], None]):
        if block[1] == "python":
            shown = (
                following is not None
                and following[1] == "text"
                and not text[block.end() : following.start()].strip()
            )
            yield text[: block.start(2)].count("\n"), block[2], following[2] if shown else ""


def prose(text):
    """The text without its code."""
    return re.sub(r"`[^`\n]+`", "", FENCED.sub("", text))


def anchors(page):
    """The names GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_page
def test_page_runs(page):
    if "dualad.plot" in page.read_text("utf-8"):
        pytest.importorskip("matplotlib").use("Agg")
    namespace = {"__name__": page.stem}
    for line, code, expected in python_blocks(page.read_text("utf-8")):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(compile("\n" * line + code, str(page), "exec"), namespace)
        assert printed.getvalue() == expected, f"{page.name}, line {line + 1}"


@each_page
def test_links_lead_somewhere(page):
    for link in LINK.findall(prose(page.read_text("utf-8"))):
        address = urllib.parse.urlsplit(link)
        if address.scheme:
            continue
        target = (page.parent / address.path).resolve() if address.path else page
        assert target.exists(), f"{page.name}: {link}"
        assert not address.fragment or address.fragment in anchors(target), f"{page.name}: {link}"


@each_page
def test_math_reads_the_same_everywhere(page):
    """GitHub applies Markdown inside of math: escapes, emphasis, links and tags would break it."""
    for match in MATH.finditer(prose(page.read_text("utf-8"))):
        formula = match[1] or match[2]
        assert not re.search(r"\\[^a-zA-Z]", formula), f"backslash before no letter: {formula}"
        assert not re.search(r"[^\w\s]_|\*|\]\(|<\w", formula), f"Markdown in {formula}"
        if match[2]:
            around = match.string[match.start() - 1] + match.string[match.end()]
            assert re.fullmatch(r"[\s(–][\s.,:;?!)–]", around), f"glued to its neighbours: ${formula}$"


def test_every_page_is_listed():
    listed = {page for page in PAGES if page.name == "index.md"}
    for index in sorted(listed):
        for link in LINK.findall(index.read_text("utf-8")):
            listed.add((index.parent / link.split("#")[0]).resolve())
    assert set(PAGES) <= listed


def test_every_public_name_is_in_the_reference_once():
    pages = "".join(page.read_text("utf-8") for page in DOCS.glob("reference/*.rst"))
    names = re.findall(r"^\.\. (?:autofunction|autoclass|py:function):: ([\w.]+)", pages, re.MULTILINE)
    plots = [f"dualad.plot.{name}" for name in dualad.plot.__all__]
    assert sorted(names) == sorted([*dualad.__all__, *plots, "dualad.adoption.Adoption"])


def test_every_command_is_in_the_reference():
    page = (DOCS / "reference/command-line.rst").read_text("utf-8")
    commands = parser(collections.defaultdict(lambda: print)).commands
    assert sorted(re.findall(r"^\.\. command-help:: (\w+)", page, re.MULTILINE)) == sorted(commands)


def test_every_picture_is_shown_and_small():
    text = "".join(page.read_text("utf-8") for page in PAGES)
    for picture in DOCS.glob("figures/*.svg"):
        assert f"figures/{picture.name})" in text
        assert picture.stat().st_size < 80_000


DRAW = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
import make_figures
make_figures.main([], pathlib.Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_every_picture_can_be_drawn(tmp_path):
    """They are drawn with the pages' own code, whose names may change."""
    pytest.importorskip("matplotlib")
    subprocess.run([sys.executable, "-c", DRAW, DOCS / "figures", tmp_path], check=True)
    drawn = {picture.name for picture in tmp_path.iterdir()}
    assert drawn | {"forward_reverse.svg"} == {picture.name for picture in DOCS.glob("figures/*.svg")}

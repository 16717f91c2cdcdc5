"""Each error that dualad raises is found on the page of questions by error message.

An entry's heading, and what stands in backticks behind "Also:", are pieces of messages; … stands for anything.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import io
import pathlib
import re

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[2]
TEXT = (ROOT / "docs/guide/faq.md").read_text("utf-8")
ENTRY = re.compile(r"^### ([^\n]+)$(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ALSO = re.compile(r"^Also: (.*?)\n\n", re.MULTILINE | re.DOTALL)
RAISED = "TypeError", "ValueError", "RuntimeError", "AssertionError", "LinAlgError"

#: Messages that no user of dualad's names meets.
INTERNAL = (
    "no slot of a level", "runs of pairs", "numbers of this pattern are alive", "no pattern", "lanes", "parts, not",
    "cannot be seeded in", "__array_wrap__ expects", "__array_ufunc__ expects", "Dual is expected",
    "dual numbers are expected, not", "values of shape … are expected, not", "dual scalar was expected, not",
    "a scalar of dual numbers was expected, not", "a type of dual numbers is expected", "too many arguments",
    "takes … numbers, not",
)
#: NumPy's own messages, which rules repeat word by word.
OF_NUMPY = (
    "period must be a non-zero value", "Data points must be 1-D", "fp and xp are not of", "Invalid ind argument",
    "Input arrays must satisfy", "Percentiles must be", "only 0-dimensional arrays can be converted",
)
#: Of the C interface, whose page says when.
OF_C = (
    "a rule belongs to a ufunc", "rules are for elementwise", "has derivatives already", "is not complete",
    "has no float64 loop in its table", "could not be registered", "has been given no second derivatives",
    "has no room for an axis of partials",
)


def pattern(piece):
    return ".*".join(re.escape(part.strip()) for part in piece.split("…"))


def pieces(heading, body):
    also = ALSO.search(body)
    return [heading, *re.findall(r"`([^`]+)`", also[1].replace("\n", " ") if also else "")]


ENTRIES = [(match[1], match[2]) for match in ENTRY.finditer(TEXT)]
KNOWN = re.compile("|".join(map(pattern, (
    *(piece for entry in ENTRIES for piece in pieces(*entry)), *INTERNAL, *OF_NUMPY, *OF_C))))


def literal(node):
    """The text of an expression, with … for what is not known."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(map(literal, node.values))
    if isinstance(node, ast.BinOp):
        return literal(node.left) + literal(node.right)
    if isinstance(node, ast.FormattedValue):
        return literal(node.value)
    return CONSTANTS.get(ast.unparse(node), "…")


def constants():
    """The modules' texts that have a name;"""
    for path in (ROOT / "dualad").rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                yield ast.unparse(node.targets[0]), node.value.value


CONSTANTS = {name: text for name, text in constants() if isinstance(text, str)}


def messages_of_python(code):
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in RAISED and node.args:
            yield literal(node.args[0])


def messages_of_c(code):
    """Of C and of Cython: the strings that follow an exception's name."""
    for match in re.finditer(rf"\b(?:PyExc_)?({'|'.join(RAISED)})\b", code):
        string = r'\s*f?"((?:[^"\\\n]|\\.)*)"'
        found = re.match(rf"[(,](?:(?!\n\n)[^\";])*?((?:{string})+)", code[match.end():])
        if found:
            yield re.sub(r"\{[^}]*\}|%[.\w]+", "…", "".join(re.findall(string, found[1])))


def messages():
    for path in sorted((ROOT / "dualad").rglob("*.py")):
        if path.parent.name != "cli":                # whose messages stand in the terminal, with what to write
            for message in messages_of_python(path.read_text("utf-8")):
                yield path, message
    for path in sorted((ROOT / "src").rglob("*.*")):
        if path.suffix in (".c", ".h", ".pyx", ".pxi") and path.name != "_core.c":       # which Cython makes
            for message in messages_of_c(path.read_text("utf-8")):
                yield path, message


def test_every_message_has_an_entry():
    unknown = [f"{path.name}: {message}" for path, message in messages()
               if re.search("[a-z]{3}", message) and not KNOWN.search(message)]
    assert not unknown, "docs/guide/faq.md needs an entry, or a piece behind an entry's Also:"


def test_messages_are_found_in_all_three_languages():
    found = [path.suffix for path, _ in messages()]
    assert min(map(found.count, (".py", ".c", ".pxi"))) > 20


@pytest.fixture(scope="module")
def raised():
    """For each heading of the page the errors that its examples show."""
    namespace, errors, heading = {"__name__": "faq"}, {}, None

    def error_of(call, *args):
        with pytest.raises(Exception) as caught:
            call(*args)
        errors.setdefault(heading, []).append(str(caught.value))

    for part in re.split(r"^(?=### )", TEXT, flags=re.MULTILINE):
        heading = part.splitlines()[0].removeprefix("### ")
        for code in CODE.findall(part):
            with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
                exec(code, namespace)
            namespace["error_of"] = error_of
    namespace.clear()
    gc.collect()                         # tracebacks hold numbers, and numbers hold levels
    return errors


@pytest.mark.parametrize("heading", [heading for heading, _ in ENTRIES])
def test_the_example_raises_what_the_heading_says(heading, raised):
    assert any(re.search(pattern(heading), error) for error in raised[heading]), raised[heading]

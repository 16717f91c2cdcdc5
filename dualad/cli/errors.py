"""What the command line says when it cannot go on."""

from __future__ import annotations

import traceback

__all__ = ["FitError", "InputError", "one_line", "raised"]


class InputError(Exception):
    """Something the user gave cannot be used (exit code 2)."""


class FitError(Exception):
    """The input is sound, but no result came out of it (exit code 1)."""


def one_line(text: object) -> str:
    """Return the text in one line, with nothing in it that a terminal would obey."""
    words = " ".join(str(text).split())
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words)


def raised(error: BaseException, *, inside: str = "") -> str:
    """Describe in one line an exception raised by somebody else's code.

    Parameters
    ----------
    error : BaseException
        What was caught.
    inside : str, optional
        A file: when the exception passed through it, its line is named.

    Returns
    -------
    str
        Such as ``ZeroDivisionError: division by zero (line 3 of model.py)``.
    """
    text = one_line(error)
    described = f"{type(error).__name__}: {text}" if text else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if inside and frame.filename == inside]
    if lines:
        name = inside.replace("\\", "/").rsplit("/", 1)[-1]
        described += f" (line {lines[-1]} of {name})"
    return described

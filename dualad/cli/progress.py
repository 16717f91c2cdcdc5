"""A sign of life while something takes long."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator

__all__ = ["counted"]


DELAY = 2.0


@contextlib.contextmanager
def counted(what: str, unit: str) -> Iterator[Callable[[], object]]:
    """Give a function to be called at each step.

    The steps are counted on the standard error where that is a terminal and tqdm is installed, after `DELAY`
    seconds; what has been shown is wiped away at the end.
    """
    shown = None
    if sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with contextlib.suppress(ImportError):
            from tqdm import tqdm

            shown = tqdm(desc=what, unit=f" {unit}", delay=DELAY, leave=False, file=sys.stderr, dynamic_ncols=True)
    try:
        yield shown.update if shown is not None else lambda: None
    finally:
        if shown is not None:
            shown.close()

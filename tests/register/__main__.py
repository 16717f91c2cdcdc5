"""``python -m tests.register`` writes the page of NumPy's functions."""

from .page import PAGE, text

PAGE.write_text(text(), "utf-8")

"""``python -m tests.packages`` writes the table of the survey into its page."""

from .page import PAGE, with_table

PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")

"""Directives of the API reference: what is found out rather than written down."""

import importlib
import io
from contextlib import redirect_stdout, suppress

from docutils import nodes
from docutils.parsers.rst import Directive


class CommandHelp(Directive):
    """``.. command-help:: fit``: what ``python -m dualad fit --help`` prints."""

    optional_arguments = 1

    def run(self):
        from dualad.cli import main

        printed = io.StringIO()
        with redirect_stdout(printed), suppress(SystemExit):
            main([*self.arguments, "--help"])
        return [nodes.literal_block(text=printed.getvalue(), language="text")]


class StandIns(Directive):
    """``.. stand-ins:: math``: the names of `dualad.math` that are not math's own objects."""

    required_arguments = 1

    def run(self):
        original, ours = (importlib.import_module(name) for name in (self.arguments[0], f"dualad.{self.arguments[0]}"))
        names = [name for name in dir(original)
                 if not name.startswith("_") and getattr(ours, name) is not getattr(original, name)]
        paragraph = nodes.paragraph()
        for name in names:
            paragraph += [nodes.literal(text=name), nodes.Text(" ")]
        return [paragraph]


def setup(app):
    app.add_directive("command-help", CommandHelp)
    app.add_directive("stand-ins", StandIns)
    return {"parallel_read_safe": True}

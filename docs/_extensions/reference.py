"""The API reference: what is found out rather than written down, and links to it."""

import importlib
import inspect
import io
import os
import re
from contextlib import redirect_stdout, suppress

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes

import dualad
import dualad.plot

NAMES = {*dualad.__all__, "cmath", "math", "numpy", "plot", "scipy", *(f"plot.{name}" for name in dualad.plot.__all__)}


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


def name_parameters(app, what, name, documented, options, lines):
    """In a docstring `x` is a reference, but for a parameter or an attribute, which numpydoc writes so too."""
    lines[:] = [re.sub(r"^( *):obj:`(\w+) <\.\2>`", r"\1**\2**", line) for line in lines]
    with suppress(TypeError, ValueError):
        for parameter in inspect.signature(documented).parameters:
            lines[:] = [re.sub(rf"(?<!`)`{parameter}`(?!`)", f"``{parameter}``", line) for line in lines]


def add_overview(app, doctree):
    """Before what a page of the reference documents, a table of it, with the first sentences."""
    documented = [desc for section in doctree.findall(nodes.section) for desc in section.children
                  if isinstance(desc, addnodes.desc) and desc["domain"] == "py"]
    if not app.env.docname.startswith("docs/reference/") or len(documented) < 4:
        return
    body = nodes.tbody()
    for desc in documented:
        signature, content = desc.children[0], desc.children[-1]
        link = nodes.reference("", "", nodes.literal(text=signature["fullname"]), internal=True,
                               refid=signature["ids"][0])
        summary = next(content.findall(nodes.paragraph)).deepcopy()
        body += nodes.row("", nodes.entry("", nodes.paragraph("", "", link)), nodes.entry("", summary))
    columns = [nodes.colspec(colwidth=1), nodes.colspec(colwidth=3)]
    table = nodes.table("", nodes.tgroup("", *columns, body, cols=2))
    page = next(doctree.findall(nodes.section))
    page.insert(next(i for i, child in enumerate(page) if isinstance(child, (addnodes.desc, nodes.section))), table)


def link_names(app, doctree):
    """`dualad.jacobian` on a page of Markdown is a link to the reference, and `jacobian` on the reference's first."""
    for literal in list(doctree.findall(nodes.literal)):
        name = literal.astext().removesuffix("()")
        short = name.removeprefix("dualad.")
        here = app.env.docname == "docs/reference/index" and short in dualad.__all__
        if not (short in NAMES and (short != name or here)) or isinstance(
                literal.parent, (nodes.reference, addnodes.pending_xref)):
            continue
        link = addnodes.pending_xref("", refdomain="py", reftype="obj", reftarget=f"dualad.{short}",
                                     refdoc=app.env.docname, refexplicit=True)
        literal.replace_self(link)
        link += literal


def setup(app):
    os.environ["COLUMNS"] = "80"         # of the commands' help
    app.connect("autodoc-process-docstring", name_parameters)
    app.connect("doctree-read", link_names)
    app.connect("doctree-read", add_overview)
    app.add_directive("command-help", CommandHelp)
    app.add_directive("stand-ins", StandIns)
    return {"parallel_read_safe": True}

"""What the tables of an index.md link to is its part of the site's navigation: the one list of pages."""

import posixpath
import re

ROW = re.compile(r"^\| \[([^\]]+)\]\(([^)#:]+)\.(?:md|rst)\)", re.MULTILINE)


def add_contents(app, name, source):
    if posixpath.basename(name) != "index":
        return
    pages = [f"{title} </{posixpath.normpath(posixpath.join(posixpath.dirname(name), page))}>"
             for title, page in ROW.findall(source[0])]
    source[0] += "\n\n```{toctree}\n:hidden:\n\n" + "\n".join(pages) + "\n```\n"


def setup(app):
    app.connect("source-read", add_contents)
    return {"parallel_read_safe": True}

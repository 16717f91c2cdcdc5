"""The documentation site: `nox -s docs` builds it in build/docs.

The pages are the repository's Markdown files where they lie, so that every link between them, and from them to
other files, is the same on GitHub and here (sphinx-build -c docs . build/docs).  Nothing is fetched, neither
while building nor by the built pages.
"""

import importlib.util
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE / "_extensions"))

project = "dualad"
author = "The dualad developers"
copyright = author

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "contents",                      # docs/_extensions
    "reference",
]
root_doc = "docs/index"
include_patterns = ["docs/**", "bench/README.md", "CHANGELOG.md", "CONTRIBUTING.md", "RELEASING.md", "SECURITY.md"]
exclude_patterns = ["docs/_*/**"]

# As GitHub reads Markdown.
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4             # [text](page.md#heading)
smartquotes = False                  # f'' has two primes

# `name` in a docstring is a reference; other packages' names are no links, for their lists are on the network.
default_role = "py:obj"
nitpick_ignore_regex = [(r"py:.*", r"(numpy|np|scipy|math|cmath|typing|collections)(\..*)?")]
autodoc_typehints = "none"           # numpydoc's sections say it
numpydoc_show_class_members = False

html_theme = "pydata_sphinx_theme"
html_title = "dualad"
html_theme_options = {
    "logo": {"text": "dualad", "image_light": "_static/icon.svg", "image_dark": "_static/icon.svg"},
    "show_nav_level": 2,
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_context = {"default_mode": "auto"}
html_sidebars = {"docs/guide/quick-start": []}
html_show_sourcelink = False
html_copy_source = False
html_css_files = ["site.css"]
html_favicon = "_static/icon.svg"

# One file has all of MathJax, fonts included.
_mathjax = pathlib.Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static/mathjax/tex-svg.js"
html_static_path = ["_static", str(_mathjax)]
mathjax_path = _mathjax.name

html_extra_path = ["_extra"]         # index.html, which leads to docs/index.html
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

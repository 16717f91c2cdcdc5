"""What the pictures have in common, and the pages' own code to draw from."""

import contextlib
import io
import pathlib
import re

import matplotlib

matplotlib.use("Agg")

BLUE, RED, GREEN, GREY, SAND = "#2471a3", "#c0392b", "#1e8449", "#7f8c8d", "#b9770e"

matplotlib.rcParams.update(
    {
        "svg.hashsalt": "dualad",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.alpha": 0.25,
        "legend.frameon": False,
        "figure.facecolor": "white",
        "lines.linewidth": 1.8,
        "path.simplify_threshold": 0.5,
    }
)


def page(name):
    """What the code of a page defines, by name."""
    text = (pathlib.Path(__file__).parents[1] / name).read_text("utf-8")
    namespace = {"__name__": name}
    with contextlib.redirect_stdout(io.StringIO()):
        for code in re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            exec(compile(code, name, "exec"), namespace)
    return namespace

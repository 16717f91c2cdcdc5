"""How dual arrays are printed: the values as NumPy prints floats, then the partials."""

import numpy as np

from .._core import DualArray, partials, value
from .components import is_dual
from .registry import handles


def _texts(x, head, separator, options, between):
    """The texts of values and partials, with `head` before the first and `between` the two."""
    settings = np.get_printoptions()
    width = options.get("max_line_width") or settings["linewidth"]
    threshold = options.get("threshold")
    if threshold is None:
        threshold = settings["threshold"]
    lanes = partials(x)
    # Ten numbers that nobody reads for each one that is read: partials are cut short earlier.
    short = {**options, "separator": separator, "threshold": threshold // 10}
    plain = {**options, "separator": separator}
    label = "partials="
    values = np.array2string(value(x), prefix=head, suffix=",", **plain)
    lines = np.array2string(lanes, prefix=" " * len(head) + label, suffix=")", **short)
    cut = lanes.size > short["threshold"] and "..." in lines
    flat = " ".join(lines.split("\n")).split()
    one_line = f"{head}{values}{between}{label}{' '.join(flat)}"
    if x.ndim <= 1 and "\n" not in values and len(one_line) + 1 <= width:
        text = one_line
    else:
        text = f"{head}{values}{between.rstrip()}\n{' ' * len(head)}{label}{lines}"
    return text, cut


def array_repr(arr, max_line_width=None, precision=None, suppress_small=None):
    """``repr``: DualArray([1., 2.], partials=[[1., 0.], [0., 1.]])."""
    if not is_dual(arr):
        return np.array_repr(np.asarray(arr), max_line_width, precision, suppress_small)
    n = partials(arr).shape[-1]
    if arr.size == 0:
        shape = "" if arr.shape == (0,) else f"shape={arr.shape}, "
        return f"DualArray([], {shape}directions={n})"
    options = {"max_line_width": max_line_width, "precision": precision, "suppress_small": suppress_small}
    text, cut = _texts(arr, "DualArray(", ", ", options, ", ")
    if cut:
        text += f",\n{' ' * 10}shape={arr.shape}, directions={n}"
    return text + ")"


def array_str(a, max_line_width=None, precision=None, suppress_small=None):
    """``str``: [1. 2.] partials=[[1. 0.] [0. 1.]]."""
    return array2string(a, max_line_width, precision, suppress_small)


def array2string(a, max_line_width=None, precision=None, suppress_small=None, separator=" ", prefix="",
                 *, suffix="", **options):
    """``np.array2string`` with NumPy's options, of the values and of the partials."""
    options.update(max_line_width=max_line_width, precision=precision, suppress_small=suppress_small)
    if not is_dual(a):
        return np.array2string(np.asarray(a), separator=separator, prefix=prefix, suffix=suffix, **options)
    if a.size == 0:
        return "[]"
    between = separator if separator.strip() else " "
    text, _ = _texts(a, prefix, separator, options, between)
    return text[len(prefix):]


handles(np.array_repr)(array_repr)
handles(np.array_str)(array_str)
handles(np.array2string)(array2string)
DualArray.__repr__ = lambda self: array_repr(self)
DualArray.__str__ = lambda self: array_str(self)

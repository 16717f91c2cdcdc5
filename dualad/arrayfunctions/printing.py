"""How dual arrays are printed: the values as NumPy prints floats, then partials and second derivatives."""

import numpy as np

from .. import _core
from .._core import DualArray, partials, second, value
from .components import is_dual, is_second_order
from .registry import handles


def _texts(x, head, separator, options, between):
    """The texts of values and partials, with `head` before the first and `between` the two."""
    settings = np.get_printoptions()
    width = options.get("max_line_width") or settings["linewidth"]
    threshold = options.get("threshold")
    if threshold is None:
        threshold = settings["threshold"]
    plain = {**options, "separator": separator}
    values = np.array2string(value(x), prefix=head, suffix=",", **plain)
    # Ten numbers that nobody reads for each one that is read: partials are cut short earlier.
    lanes = partials(x)
    parts, cut = {"partials=": (lanes, threshold // 10)}, lanes.size > threshold // 10
    if is_second_order(x.dtype):
        edge = options.get("edgeitems") or settings["edgeitems"]
        parts["second="] = shortened_second(x, threshold // 10, edge)
        cut = cut or parts["second="][1] == 0
    lines = {label: np.array2string(part, prefix=" " * len(head) + label, suffix=")",
                                    **{**plain, "threshold": most}) for label, (part, most) in parts.items()}
    flat = [label + " ".join(text.split()) for label, text in lines.items()]
    one_line = between.join([head + values, *flat])
    if x.ndim <= 1 and "\n" not in values and len(one_line) + 1 <= width:
        text = one_line
    else:
        text = (between.rstrip() + "\n" + " " * len(head)).join(
            [head + values, *(label + text for label, text in lines.items())])
    return text, cut and any("..." in text for text in lines.values())


def shortened_second(x, threshold, edge):
    """(array, threshold) that print as the second derivatives do with this threshold and edge.

    Of a large array no more is worked out than what is seen.
    """
    n = partials(x).shape[-1]
    if x.size * n * n <= threshold:
        return second(x), threshold

    def seen(count):
        return np.arange(count) if count <= 2 * edge else np.r_[:edge + 1, count - edge:count]

    corners = np.asarray(x)[np.ix_(*map(seen, x.shape))] if x.ndim else np.asarray(x)
    pairs, segments = _core.second_parts(corners)
    directions = seen(n)
    place = {int(k): position for position, k in enumerate(directions)}
    matrices = np.zeros((*corners.shape, len(directions), len(directions)), pairs.dtype)
    at = 0
    for i, j, count in segments:
        if i in place:
            for k in directions[(directions >= j) & (directions < j + count)]:
                row, column = place[i], place[int(k)]
                matrices[..., row, column] = matrices[..., column, row] = pairs[..., at + k - j]
        at += count
    return matrices, 0


def array_repr(arr, max_line_width=None, precision=None, suppress_small=None):
    """``repr``: DualArray([1., 2.], partials=[[1., 0.], [0., 1.]])."""
    if not is_dual(arr):
        return np.array_repr(np.asarray(arr), max_line_width, precision, suppress_small)
    n = partials(arr).shape[-1]
    if arr.size == 0:
        shape = "" if arr.shape == (0,) else f"shape={arr.shape}, "
        order = ", order=2" if is_second_order(arr.dtype) else ""
        return f"DualArray([], {shape}directions={n}{order})"
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
    """``np.array2string`` with NumPy's options, of the values, partials and second derivatives."""
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
DualArray._repr_html_ = lambda self: _core.in_notebook("html", self)
DualArray._repr_latex_ = lambda self: _core.in_notebook("latex", self)

"""The error where a dual number would become a plain float: what to write instead, and where."""

import linecache
import os
import sys

MESSAGE = (
    "a dual number cannot become a plain float: its derivatives would be lost. Write results into an array of "
    "x's own dtype (np.zeros_like(x), or dtype=x.dtype), call NumPy's functions (np.sin, not math.sin), and use "
    "dualad.value(x) where only the value is wanted; or leave the code as it is, and let dualad.adopt({}) do it")

#: Packages whose frames are not the user's code.
OTHERS = ("dualad", "numpy", "scipy")


def message():
    """The text, with the file, the line and the source of the innermost frame that is the user's."""
    frame = _users(sys._getframe(1))
    if frame is None:
        return MESSAGE.format("function")
    code = frame.f_code
    name = _to_adopt(frame)
    text = f'{MESSAGE.format(name)}.\n  File "{code.co_filename}", line {frame.f_lineno}, in {code.co_name}'
    try:
        source = linecache.getline(code.co_filename, frame.f_lineno, frame.f_globals).strip()
    except Exception:                    # a loader that cannot give the source
        source = ""
    return f"{text}\n    {source}" if source else text


def _to_adopt(frame):
    """What adopt should be given: an installed package by its name, else the function."""
    package = frame.f_globals.get("__package__")
    folders = os.path.normpath(frame.f_code.co_filename).split(os.sep)
    if isinstance(package, str) and package and ("site-packages" in folders or "dist-packages" in folders):
        return repr(package.partition(".")[0])
    name = frame.f_code.co_name
    return name if name.isidentifier() else "module" if name == "<module>" else "function"


def _users(frame):
    folders = [os.path.dirname(sys.modules[name].__file__) + os.sep for name in OTHERS
               if getattr(sys.modules.get(name), "__file__", None)]
    while frame is not None and frame.f_code.co_filename.startswith(tuple(folders)):
        frame = frame.f_back
    return frame

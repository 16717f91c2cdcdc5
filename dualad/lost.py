"""The error where a dual number would become a plain float: what to write instead, and where."""

import linecache
import os
import sys

MESSAGE = (
    "a dual number cannot become a plain float: its derivatives would be lost. Write results into an array of "
    "x's own dtype (np.zeros_like(x), or dtype=x.dtype), call NumPy's functions (np.sin, not math.sin), and use "
    "dualad.value(x) where only the value is wanted; ")
TO_ADOPT = "or leave the code as it is, and let dualad.adopt({}) do it"
ADOPTED = (
    "this code is adopted, but what is meant to take the number is not: an array of floats made before (when the "
    "module was imported), or in a thread that knows of no derivative, or computed of integers, text or a file (store "
    "into a copy: y = np.array(y)), or a function that is compiled or another package's")

#: Packages whose frames are not the user's code.
OTHERS = ("dualad", "numpy", "scipy")


def message():
    """The text, with the file, the line and the source of the innermost frame that is the user's."""
    frame = _users(sys._getframe(1))
    if frame is None:
        return MESSAGE + TO_ADOPT.format("function")
    code = frame.f_code
    remedy = ADOPTED if _is_adopted(frame) else TO_ADOPT.format(_to_adopt(frame))
    text = f'{MESSAGE}{remedy}.\n  File "{code.co_filename}", line {frame.f_lineno}, in {code.co_name}'
    try:
        source = linecache.getline(code.co_filename, frame.f_lineno, frame.f_globals).strip()
    except Exception:                    # a loader that cannot give the source
        source = ""
    return f"{text}\n    {source}" if source else text


def _is_adopted(frame):
    sites = sys.modules.get("dualad.adoption.sites")
    return sites is not None and sites.is_adopted(frame.f_code, frame.f_globals)


def _to_adopt(frame):
    """What adopt should be given: an installed package, or module, by its name, else the function."""
    package = frame.f_globals.get("__package__") or frame.f_globals.get("__name__")
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

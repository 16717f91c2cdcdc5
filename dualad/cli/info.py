"""What is installed, and what the core was built with."""

from __future__ import annotations

import platform
import sys
from importlib import metadata

import numpy as np

import dualad

__all__ = ["gather", "shown"]


def gather() -> dict[str, object]:
    """Return versions, and everything `dualad.build_info` tells."""
    try:
        scipy = metadata.version("scipy")
    except metadata.PackageNotFoundError:
        scipy = "not installed"
    return {
        "dualad": dualad.__version__,
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "NumPy": np.__version__,
        "SciPy": scipy,
        "platform": f"{platform.platform()}, {platform.machine()}",
        "free-threaded": not getattr(sys, "_is_gil_enabled", lambda: True)(),
        **dualad.build_info(),
    }


def shown(value: object) -> str:
    """Return a value of `gather` in one line."""
    match value:
        case dict():
            return "; ".join(f"{key}: {shown(part)}" for key, part in value.items())
        case list() | tuple() | set():
            return ", ".join(map(shown, value)) or "none"
        case bool():
            return "yes" if value else "no"
    return str(value)

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
    return {
        "dualad": dualad.__version__,
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "NumPy": np.__version__,
        "BLAS": _blas(),
        "SciPy": _version("scipy"),
        "matplotlib": _version("matplotlib"),
        "tqdm": _version("tqdm"),
        "platform": f"{platform.platform()}, {platform.machine()}",
        "free-threaded": not getattr(sys, "_is_gil_enabled", lambda: True)(),
        **dualad.build_info(),
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _blas() -> str:
    found = np.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
    return f"{found.get('name', 'unknown')} {found.get('version', '')}".strip()


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

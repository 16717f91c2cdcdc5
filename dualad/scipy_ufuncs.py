"""SciPy's special functions take dual numbers from the moment SciPy is imported, and not before.

Importing SciPy costs far more than importing dualad, so dualad waits: a finder at the head of
``sys.meta_path`` sees the import of ``scipy.special``, lets it run, registers the loops, and leaves.
"""

import sys
from importlib.machinery import ModuleSpec

from . import _core

MODULE = "scipy.special"


class _Watcher:
    """A meta path finder that finds nothing itself; it adds a last step to one module's loading."""

    def find_spec(self, name, path=None, target=None):
        if name != MODULE:
            return None
        sys.meta_path.remove(self)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                _register_after_loading(spec)
                return spec
        return None


def _register_after_loading(spec: ModuleSpec):
    load = spec.loader.exec_module

    def exec_module(module):
        load(module)
        _core.register_scipy(module)

    spec.loader.exec_module = exec_module


def watch():
    """Register now if SciPy's special functions are there, else when they come."""
    module = sys.modules.get(MODULE)
    if module is not None and hasattr(module, "erf"):
        _core.register_scipy(module)
    else:
        sys.meta_path.insert(0, _Watcher())

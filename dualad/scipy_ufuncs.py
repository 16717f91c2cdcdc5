"""SciPy's special functions take dual numbers from the moment SciPy is imported, and not before.

Importing SciPy costs far more than importing dualad, so dualad waits: a finder at the head of
``sys.meta_path`` sees the import of ``scipy.special``, lets it run, registers the loops, and leaves.
It stays when the module was only looked for (``importlib.util.find_spec``) or failed to load.
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
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None) if not isinstance(finder, _Watcher) else None
            spec = find(name, path, target) if find is not None else None
            if spec is not None:
                self.register_after_loading(spec)
                return spec
        return None

    def register_after_loading(self, spec: ModuleSpec):
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            if self in sys.meta_path:
                sys.meta_path.remove(self)
            _core.register_scipy(module)

        spec.loader.exec_module = exec_module


def watch():
    """Register now if SciPy's special functions are there, else when they come."""
    module = sys.modules.get(MODULE)
    if module is not None and hasattr(module, "erf"):
        _core.register_scipy(module)
    else:
        sys.meta_path.insert(0, _Watcher())

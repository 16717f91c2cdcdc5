"""Modules of adopted packages that are imported later."""

import sys


class _Loader:
    """A module's own loader, and one step more."""

    def __init__(self, loader, after):
        self.loader = loader
        self.after = after

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = self.loader
        if getattr(module, "__loader__", None) is self:
            module.__loader__ = self.loader
        self.loader.exec_module(module)
        self.after(module)


class Finder:
    """A finder at the head of sys.meta_path that finds nothing itself.

    Parameters
    ----------
    wants : function
        Of a module's name: whether `after` is called with it when it has been loaded.
    """

    def __init__(self, wants, after):
        self.wants = wants
        self.after = after

    def find_spec(self, name, path=None, target=None):
        if not self.wants(name):
            return None
        for finder in sys.meta_path:
            find = None if isinstance(finder, Finder) else getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find is not None else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module") and hasattr(spec.loader, "get_source"):
                    spec.loader = _Loader(spec.loader, self.after)
                return spec
        return None

    def install(self):
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def remove(self):
        if self in sys.meta_path:
            sys.meta_path.remove(self)

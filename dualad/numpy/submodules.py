"""``import dualad.numpy.random`` gives ``numpy.random``, and so with NumPy's other submodules."""

import importlib
import importlib.machinery
import importlib.util
import sys


class Submodules:
    """A finder, and loader, of a package's modules under another package's name.

    Those in `own` it leaves to the package itself.
    """

    def __init__(self, package, original, own):
        self.own = {f"{package}.{name}" for name in own}
        self.prefix = package + "."
        self.original = original
        self.specs = {}

    def find_spec(self, name, path=None, target=None):
        if not name.startswith(self.prefix) or name in self.own:
            return None
        if importlib.util.find_spec(f"{self.original}.{name[len(self.prefix):]}") is None:
            return None
        return importlib.machinery.ModuleSpec(name, self)

    def create_module(self, spec):
        module = importlib.import_module(f"{self.original}.{spec.name[len(self.prefix):]}")
        self.specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module):
        module.__spec__ = self.specs.pop(module.__spec__.name)       # the import system has put in the other one


def install(package, original, own=()):
    sys.meta_path.insert(0, Submodules(package, original, own))

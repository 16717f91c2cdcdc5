"""``import dualad.numpy.linalg`` gives ``numpy.linalg``, and so with all of NumPy's submodules."""

import importlib
import importlib.machinery
import importlib.util
import sys


class Submodules:
    """A finder, and loader, of a package's modules under another package's name.

    Modules that the package has of its own must have other names than the original's.
    """

    def __init__(self, package, original):
        self.prefix = package + "."
        self.original = original
        self.specs = {}

    def find_spec(self, name, path=None, target=None):
        if not name.startswith(self.prefix):
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


def install(package, original):
    sys.meta_path.insert(0, Submodules(package, original))

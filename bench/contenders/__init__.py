"""The contenders: one adapter each, all with the same small protocol.

Every one is optional; what cannot be imported is left out, and the report says
so.  A peer gets the form that suits it best: its own array namespace, its own
compiler, its fastest way in and out that takes and gives NumPy arrays.
"""

import importlib
import importlib.metadata
import importlib.util
import math


class Contender:
    """Base of the adapters.

    A kind of derivative is a method, `gradient`, `jacobian`, `jvp` or `hessian`,
    which takes (problem, n), does all that is done once (tracing, compiling), and
    returns a function without arguments that gives the derivative at the
    problem's point as a NumPy array.  What a contender cannot do stays None.
    """

    name = ""           # as in the tables
    module = ""         # what is imported
    package = ""        # its distribution, when named otherwise
    mode = "forward"    # "forward" or "reverse"
    # the largest n worth waiting for, by the problem's style
    largest_loop = largest_numpy = math.inf

    def available(self):
        """None when it can be imported, else the reason why not."""
        try:
            if importlib.util.find_spec(self.module) is None:
                return "not installed"
            importlib.import_module(self.module)
        except Exception as problem:        # a peer may break in any way
            return f"{type(problem).__name__}: {problem}"
        return None

    def version(self):
        try:
            return importlib.metadata.version(self.package or self.module)
        except importlib.metadata.PackageNotFoundError:
            module = importlib.import_module(self.module)
            return getattr(module, "__version__", "unknown")

    def prepare(self, problem, n):
        """The derivative of the problem as a function without arguments, or None."""
        if n > getattr(self, f"largest_{problem.style}"):
            return None
        return getattr(self, problem.kind)(problem, n)

    def gradient(self, problem, n):
        return None

    def jacobian(self, problem, n):
        return None

    def jvp(self, problem, n):
        return None

    def hessian(self, problem, n):
        return None


#: module under bench.contenders -> class, in the order of the tables
_ADAPTERS = {
    "dualad": ["Dualad"],
    "num_dual": ["NumDual"],
    "hyperjet": ["HyperJet"],
    "autograd": ["Autograd"],
    "casadi": ["CasADi"],
    "jax": ["JAX", "JAXJit"],
    "torch": ["Torch"],
}


def all_contenders():
    """One instance of each adapter, whether it can be imported or not."""
    return [getattr(importlib.import_module(f"{__name__}.{module}"), name)()
            for module, names in _ADAPTERS.items() for name in names]

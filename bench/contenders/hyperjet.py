"""HyperJet: dual numbers in C++, in Python as objects (also in NumPy arrays)."""

import numpy as np

from . import Contender


class HyperJet(Contender):
    name, module = "HyperJet", "hyperjet"
    largest_loop = 100
    largest_numpy = 1000

    def gradient(self, problem, n):
        import hyperjet
        f, x = problem.function(n), problem.point(n)
        box = list if problem.style == "loop" else np.array
        return lambda: f(box(hyperjet.variables(x.tolist(), order=1))).g

    def jacobian(self, problem, n):
        import hyperjet
        f, x = problem.function(n), problem.point(n)
        return lambda: np.array(
            [y.g for y in f(np.array(hyperjet.variables(x.tolist(), order=1)))])

    def hessian(self, problem, n):
        import hyperjet
        f, x = problem.function(n), problem.point(n)
        box = list if problem.style == "loop" else np.array
        return lambda: f(box(hyperjet.variables(x.tolist(), order=2))).hm()

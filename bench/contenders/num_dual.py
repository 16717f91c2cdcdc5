"""num-dual: dual numbers in Rust, in Python as objects (also in NumPy arrays)."""

import numpy as np

from . import Contender


class NumDual(Contender):
    name, module, package = "num-dual", "num_dual", "num-dual"
    largest_loop = 100
    largest_numpy = 1000

    @staticmethod
    def _function(problem, n):
        f = problem.function(n)
        if problem.style == "loop":
            return f
        return lambda x: f(np.array(x, dtype=object))

    def gradient(self, problem, n):
        from num_dual import gradient
        f, x = self._function(problem, n), problem.point(n)
        return lambda: np.asarray(gradient(f, x.tolist())[1])

    def jacobian(self, problem, n):
        from num_dual import jacobian
        f, x = self._function(problem, n), problem.point(n)
        return lambda: np.asarray(jacobian(lambda p: f(p).tolist(), x.tolist())[1])

    def hessian(self, problem, n):
        from num_dual import hessian
        f, x = self._function(problem, n), problem.point(n)
        return lambda: np.asarray(hessian(f, x.tolist())[2])

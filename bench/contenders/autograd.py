"""autograd: reverse mode on a wrapped NumPy (forward mode for the JVP)."""

import numpy as np

from . import Contender


class Autograd(Contender):
    name = module = "autograd"
    mode = "reverse"
    largest_loop = 1000

    @staticmethod
    def _function(problem, n):
        import autograd.numpy
        return problem.function(n, autograd.numpy)

    def gradient(self, problem, n):
        import autograd
        gradient, x = autograd.grad(self._function(problem, n)), problem.point(n)
        return lambda: gradient(x)

    def jacobian(self, problem, n):
        import autograd
        jacobian, x = autograd.jacobian(self._function(problem, n)), problem.point(n)
        return lambda: jacobian(x)

    def jvp(self, problem, n):
        import autograd
        jvp = autograd.make_jvp(self._function(problem, n))
        x, v = problem.point(n), problem.direction(n)
        return lambda: np.asarray(jvp(x)(v)[1])

    def hessian(self, problem, n):
        import autograd
        hessian, x = autograd.hessian(self._function(problem, n)), problem.point(n)
        return lambda: hessian(x)

"""dualad: plain NumPy functions, called with dual numbers."""

import numpy as np

from . import Contender


class Dualad(Contender):
    name = module = "dualad"
    largest_loop = 1000

    def available(self):
        reason = super().available()
        if reason is None:
            import dualad
            if not hasattr(dualad, "Dual"):     # a folder of that name, not built
                return "not built"
        return reason

    def gradient(self, problem, n):
        import dualad
        gradient, x = dualad.grad(problem.function(n)), problem.point(n)
        return lambda: gradient(x)

    def jacobian(self, problem, n):
        import dualad
        jacobian, x = dualad.jacobian(problem.function(n)), problem.point(n)
        return lambda: jacobian(x)

    def jvp(self, problem, n):
        import dualad
        f, x, v = problem.function(n), problem.point(n), problem.direction(n)
        jvp = dualad.jvp
        return lambda: np.asarray(jvp(f, (x,), (v,))[1])

    def hessian(self, problem, n):
        import dualad
        hessian, x = dualad.hessian(problem.function(n)), problem.point(n)
        return lambda: hessian(x)

"""CasADi: a symbolic graph, differentiated once, replayed by its virtual machine.

The function must be written in CasADi's symbols.  In and out go through its
buffer interface, the fastest way it has.
"""

from types import SimpleNamespace

import numpy as np

from . import Contender


class CasADi(Contender):
    name, module = "CasADi", "casadi"
    mode = "reverse"
    largest_loop = 1000

    @staticmethod
    def _namespace():
        import casadi as ca
        return SimpleNamespace(asarray=ca.DM, sum=ca.sum1, exp=ca.exp, log=ca.log,
                               sin=ca.sin, cos=ca.cos, tanh=ca.tanh, sqrt=ca.sqrt)

    def _program(self, problem, n, derivative, shape):
        """Compile derivative(ca, y, x) and bind it to buffers."""
        import casadi as ca
        point = problem.point(n)
        x = ca.SX.sym("x", n)
        y = problem.function(n, self._namespace())(x)
        program = ca.Function("program", [x], [ca.densify(derivative(ca, y, x))])
        given = np.empty(n)
        found = np.empty(shape(y), order="F")
        buffer, evaluate = program.buffer()
        buffer.set_arg(0, memoryview(given))
        buffer.set_res(0, memoryview(found.reshape(-1, order="F")))

        def run(buffer=buffer):                 # keeps the buffer alive
            given[:] = point
            evaluate()
            return found.copy()
        return run

    def gradient(self, problem, n):
        return self._program(problem, n, lambda ca, y, x: ca.gradient(y, x),
                             lambda y: (n,))

    def jacobian(self, problem, n):
        return self._program(problem, n, lambda ca, y, x: ca.jacobian(y, x),
                             lambda y: (y.numel(), n))

    def jvp(self, problem, n):
        v = problem.direction(n)
        return self._program(problem, n,
                             lambda ca, y, x: ca.jtimes(y, x, ca.DM(v)), lambda y: ())

    def hessian(self, problem, n):
        return self._program(problem, n, lambda ca, y, x: ca.hessian(y, x)[0],
                             lambda y: (n, n))

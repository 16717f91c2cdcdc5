"""JAX on the CPU in float64, as it comes and compiled (jit)."""

import numpy as np

from . import Contender


class JAX(Contender):
    name = module = "jax"
    package = "jax"
    mode = "reverse"
    largest_loop = 10

    @staticmethod
    def _compile(f):
        return f

    @staticmethod
    def _jax():
        import jax
        jax.config.update("jax_enable_x64", True)
        return jax

    def _function(self, problem, n):
        import jax.numpy
        self._jax()
        return problem.function(n, jax.numpy)

    def gradient(self, problem, n):
        gradient = self._compile(self._jax().grad(self._function(problem, n)))
        x = problem.point(n)
        return lambda: np.asarray(gradient(x))

    def jacobian(self, problem, n):
        jacobian = self._compile(self._jax().jacfwd(self._function(problem, n)))
        x = problem.point(n)
        return lambda: np.asarray(jacobian(x))

    def jvp(self, problem, n):
        jax, f = self._jax(), self._function(problem, n)
        jvp = self._compile(lambda x, v: jax.jvp(f, (x,), (v,))[1])
        x, v = problem.point(n), problem.direction(n)
        return lambda: np.asarray(jvp(x, v))

    def hessian(self, problem, n):
        hessian = self._compile(self._jax().hessian(self._function(problem, n)))
        x = problem.point(n)
        return lambda: np.asarray(hessian(x))


class JAXJit(JAX):
    name = "jax.jit"
    largest_loop = 100         # the loop is unrolled: compiling takes minutes

    @staticmethod
    def _compile(f):
        import jax
        return jax.jit(f)

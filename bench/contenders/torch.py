"""PyTorch on the CPU in float64, one thread, not compiled."""

from types import SimpleNamespace

import numpy as np

from . import Contender


class Torch(Contender):
    name = module = "torch"
    mode = "reverse"
    largest_loop = 100

    def _function(self, problem, n):
        import torch
        torch.set_num_threads(1)
        names = ["sum", "exp", "log", "sin", "cos", "tanh", "sqrt"]
        space = SimpleNamespace(asarray=torch.as_tensor,
                                **{name: getattr(torch, name) for name in names})
        return problem.function(n, space)

    def gradient(self, problem, n):
        import torch
        f, point = self._function(problem, n), problem.point(n)

        def run():
            x = torch.from_numpy(point).requires_grad_()
            gradient, = torch.autograd.grad(f(x), x)
            return gradient.numpy()
        return run

    def jacobian(self, problem, n):
        import torch
        jacobian = torch.func.jacfwd(self._function(problem, n))
        x = problem.point(n)
        return lambda: jacobian(torch.from_numpy(x)).numpy()

    def jvp(self, problem, n):
        import torch
        f = self._function(problem, n)
        x, v = problem.point(n), problem.direction(n)
        return lambda: np.asarray(torch.func.jvp(
            f, (torch.from_numpy(x),), (torch.from_numpy(v),))[1])

    def hessian(self, problem, n):
        import torch
        hessian = torch.func.hessian(self._function(problem, n))
        x = problem.point(n)
        return lambda: hessian(torch.from_numpy(x)).numpy()

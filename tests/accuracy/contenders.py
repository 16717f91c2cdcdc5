"""Who is measured: each gives value and derivatives of a function of the table at many points at once.

A contender has `name`, `package`, and `find(rule)`, which gives a function of one or two float64 arrays, or
None where the package has no such function; `evaluate` calls it, and returns the rows f, f', f'', respectively
f, fx, fy, fxx, fxy, fyy.
"""

import importlib.metadata
import importlib.util
import warnings

import numpy as np

SPECIAL = ("SPECIAL1", "SPECIAL2")


def _first(name, *modules):
    return next((getattr(module, name) for module in modules if hasattr(module, name)), None)


class Contender:
    modules = ()

    def available(self):
        return importlib.util.find_spec(self.package) is not None

    def version(self):
        return f"{self.name} {importlib.metadata.version(self.package)}"

    def find(self, rule):
        raise NotImplementedError

    def derivatives(self, function, *x):
        raise NotImplementedError

    def evaluate(self, rule, *x):
        """The rows, or None where the package does not have the function or no derivative of it."""
        function = self.find(rule)
        if function is None:
            return None
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return np.array([np.asarray(row, float) for row in self.derivatives(function, *x)])
        except (NotImplementedError, TypeError, RuntimeError, ValueError):
            return None


class Dualad(Contender):
    name = package = "dualad"

    def version(self):
        scipy = importlib.metadata.version("scipy")
        return f"{super().version()} with NumPy {np.__version__} and SciPy {scipy}"

    def find(self, rule):
        if rule["kind"] in SPECIAL:
            import scipy.special
            return _first(rule["ufunc"], scipy.special)
        return getattr(np, rule["ufunc"])

    def derivatives(self, function, *x):
        import dualad
        from dualad import _core
        n = len(x)
        hyper = [np.zeros(v.shape, _core.scalar_type(f"HyperDual{n}")) for v in x]
        for k, v in enumerate(x):
            dualad.value(hyper[k])[...] = v
            dualad.partials(hyper[k])[..., k] = 1.0
        out = function(*(v.view(dualad.DualArray) for v in hyper))
        first = dualad.partials(function(*(dualad.seed(v, np.eye(n)[[k]].repeat(v.size, 0))
                                           for k, v in enumerate(x))))
        second = dualad.second(out)
        pairs = [second[..., i, j] for i in range(n) for j in range(i, n)]
        assert np.array_equal(first, dualad.partials(out), equal_nan=True)
        return [dualad.value(out), *first.T, *pairs]


class Autograd(Contender):
    name = package = "autograd"

    def find(self, rule):
        import autograd.numpy
        import autograd.scipy.special
        modules = [autograd.scipy.special] if rule["kind"] in SPECIAL else [autograd.numpy]
        return _first(rule["ufunc"], *modules)

    def derivatives(self, f, *x):
        from autograd import elementwise_grad as grad
        if len(x) == 1:
            return f(*x), grad(f)(*x), grad(grad(f))(*x)
        fx, fy = grad(f, 0), grad(f, 1)
        return [f(*x), fx(*x), fy(*x), grad(fx, 0)(*x), grad(fx, 1)(*x), grad(fy, 1)(*x)]


class JAX(Contender):
    name, package = "JAX", "jax"

    def find(self, rule):
        import jax
        jax.config.update("jax_enable_x64", True)
        import jax.numpy
        import jax.scipy.special
        if rule["name"] == "expi":      # never comes back: its threads wait for each other
            return None
        name = {"psi": "digamma", "log_expit": "log_sigmoid"}.get(rule["ufunc"], rule["ufunc"])
        modules = [jax.scipy.special, jax.nn] if rule["kind"] in SPECIAL else [jax.numpy]
        return _first(name, *modules)

    def derivatives(self, f, *x):
        import jax
        cpu, grad = jax.devices("cpu")[0], jax.grad
        with jax.default_device(cpu):
            if len(x) == 1:
                rows = [f, grad(f), grad(grad(f))]
            else:
                fx, fy = grad(f, 0), grad(f, 1)
                rows = [f, fx, fy, grad(fx, 0), grad(fx, 1), grad(fy, 1)]
            return [jax.vmap(row)(*x) for row in rows]


TORCH_NAMES = {"power": "pow", "radians": "deg2rad", "degrees": "rad2deg", "fabs": "abs", "rint": "round",
               "conjugate": "conj", "log_expit": "logsigmoid"}


class Torch(Contender):
    name, package = "PyTorch", "torch"

    def find(self, rule):
        import torch
        torch.set_num_threads(1)
        name = TORCH_NAMES.get(rule["ufunc"], rule["ufunc"])
        special = (torch.special, torch.nn.functional)
        return _first(name, *(special if rule["kind"] in SPECIAL else (torch,)))

    def derivatives(self, f, *x):
        import torch
        x = [torch.tensor(v, requires_grad=True) for v in x]
        value = f(*x)

        def grad(y):
            if not y.requires_grad:
                return [torch.zeros_like(v) for v in x]
            found = torch.autograd.grad(y.sum(), x, create_graph=True, allow_unused=True)
            return [torch.zeros_like(v) if d is None else d for d, v in zip(found, x, strict=True)]
        first = grad(value)
        second = [grad(d) for d in first]
        pairs = [second[i][j] for i in range(len(x)) for j in range(i, len(x))]
        return [row.detach().numpy(force=True) for row in (value, *first, *pairs)]


CONTENDERS = [Dualad(), Autograd(), JAX(), Torch()]

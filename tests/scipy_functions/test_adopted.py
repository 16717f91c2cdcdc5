"""Code that calls SciPy, adopted: each way to import it."""

import sys
import types

import numpy as np
import pytest

import dualad

pytest.importorskip("scipy")

SOURCE = """
import numpy as np
import scipy
import scipy.integrate as si
import scipy.special
from scipy import optimize, stats
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from scipy.stats import norm

TABLE = interp1d([0.0, 1.0, 4.0], [0.0, 1.0, 16.0], kind="quadratic")

def root(c): return brentq(lambda x: x**3 - c, 0.0, 4.0)
def second_root(c): return optimize.newton(lambda x: x**3 - c, 1.0)
def third_root(c): return scipy.optimize.root_scalar(lambda x: x**3 - c, bracket=[0.0, 4.0]).root
def integral(c): return si.quad(lambda x: np.exp(c * x), 0.0, 1.0)[0]
def inside(c):
    from scipy.integrate import quad
    return quad(lambda x: np.exp(c * x), 0.0, 1.0)[0]
def density(c): return norm.pdf(c) + stats.expon.logpdf(c)
def bessel(c): return scipy.special.j0(c) + scipy.special.erf(c)
def table(c): return float(interp1d([0.0, 1.0, 4.0], [0.0, 1.0, 16.0], kind="quadratic")(c))
def solved(c): return scipy.linalg.solve(np.array([[c, 1.0], [1.0, 3.0]]), np.ones(2))[0]
"""


@pytest.fixture
def code():
    module = types.ModuleType("calls_scipy")
    sys.modules["calls_scipy"] = module
    exec(SOURCE, module.__dict__)
    yield module
    del sys.modules["calls_scipy"]


@pytest.mark.parametrize("name", ["root", "second_root", "third_root", "integral", "inside", "density", "bessel",
                                  "table", "solved"])
def test_adopted_code(code, name):
    f, c, h = getattr(code, name), 1.7, 1e-4
    before, names = f(c), dict(vars(code))
    differences = (8 * (f(c + h) - f(c - h)) - (f(c + 2 * h) - f(c - 2 * h))) / (12 * h)
    with dualad.adopting(code):
        assert f(c) == before
        np.testing.assert_allclose(dualad.derivative(f)(c), differences, rtol=1e-8)
    assert all(vars(code)[name] is thing for name, thing in names.items())

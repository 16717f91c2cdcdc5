"""How functions of SciPy take the further arguments of a callable, and a single place."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, optimize

import dualad


@pytest.mark.parametrize("f", [
    lambda x: optimize.newton(lambda y, a, b: y * y - a * b, 1.5, args=[x, 3.0]),
    lambda x: optimize.fixed_point(lambda y, a, b: np.cos(y * a) + b, 0.5, args=[x, 0.0]),
    lambda x: optimize.newton(lambda y, a: y * y - a, np.array([1.5]), args=(x,)),
    lambda x: optimize.newton(lambda y, a: y * y - a, np.array([1.5]), args=(x,), full_output=True)[0],
    lambda x: integrate.solve_ivp(lambda t, y, a: -a * y, (0, 1), [1.0], args=[x], rtol=1e-11, atol=1e-11).y[:, -1],
    lambda x: integrate.dblquad(lambda y, t, a, b: y * t * a**3 * b, 0, 1, lambda t: 0, lambda t: 1, args=[x, 2.0])[0],
    lambda x: optimize.least_squares(lambda y, a, b: y - a**b, [1.0], args=[x, 2.0], xtol=1e-15).x,
], ids=["newton", "fixed_point", "newton of one", "newton of one, in full", "solve_ivp", "dblquad", "least_squares"])
def test_arguments_in_a_list(f):
    """Where SciPy unpacks args, a list is several of them; and newton takes an array of one for a number."""
    x, h = 0.8, 1e-4
    with dualad.adopting(f):
        first = dualad.derivative(f)(x)
    np.testing.assert_allclose(first, (np.asarray(f(x + h)) - f(x - h)) / (2 * h), rtol=1e-6)

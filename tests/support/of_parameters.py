"""References for functions of parameters: closed forms differentiated by mpmath, and float functions by Richardson."""

import mpmath
import numpy as np

import dualad


def check_closed_form(found, exact, p, rtol=1e-9, atol=1e-12, order=2, value_rtol=1e-6):
    """Value, gradient and Hessian of found(p), a number, against exact(p), written with mpmath."""
    p = np.atleast_1d(np.asarray(p, float))
    n = len(p)
    with mpmath.workdps(40):
        first = [float(mpmath.diff(lambda *q: exact(q), tuple(p), unit(n, i))) for i in range(n)]
        second = [[float(mpmath.diff(lambda *q: exact(q), tuple(p), unit(n, i, j))) for j in range(n)]
                  for i in range(n)]
        value = float(exact([mpmath.mpf(x) for x in p]))
    np.testing.assert_allclose(found(p), value, rtol=value_rtol)
    np.testing.assert_allclose(dualad.grad(found)(p), first, rtol=rtol, atol=atol)
    if order == 2:
        np.testing.assert_allclose(dualad.hessian(found)(p), second, rtol=rtol, atol=atol)


def unit(n, *at):
    return tuple([sum(k == i for i in at) for k in range(n)])


def by_richardson(f, p, step=0.05, levels=6):
    """The Jacobian of a float function, by extrapolated central differences."""
    p = np.asarray(p, float)
    columns = []
    for k in range(p.size):
        move = np.zeros(p.shape)
        move.flat[k] = step
        rows = [(np.asarray(f(p + move / 2**i)) - np.asarray(f(p - move / 2**i))) * 2**i / (2 * step)
                for i in range(levels)]
        for j in range(1, levels):
            rows = [rows[i + 1] + (rows[i + 1] - rows[i]) / (4**j - 1) for i in range(len(rows) - 1)]
        columns.append(rows[0])
    return np.stack(columns, axis=-1).reshape(*np.shape(columns[0]), *p.shape)


def check_numerically(f, p, rtol=1e-9, atol=1e-10, order=2, step=0.05):
    """f's Jacobian against the float function, and its second derivatives against its Jacobian's."""
    p = np.asarray(p, float)
    value = f(p)
    assert type(value) in (float, np.float64, np.ndarray)
    seen, jacobian = dualad.value_and_jacobian(f)(p)
    assert np.asarray(seen).tobytes() == np.asarray(value, float).tobytes()
    np.testing.assert_allclose(jacobian, by_richardson(f, p, step), rtol=rtol, atol=atol)
    if order == 2:
        np.testing.assert_allclose(dualad.hessian(f)(p), by_richardson(dualad.jacobian(f), p, step), rtol=rtol,
                                   atol=atol)

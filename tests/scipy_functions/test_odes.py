"""Solutions of differential equations as functions of parameters, initial states and times."""

import mpmath
import numpy as np
import pytest
from support.of_parameters import check_closed_form

import dualad

scipy_integrate = pytest.importorskip("scipy.integrate")
integrate = pytest.importorskip("dualad.scipy.integrate")

TIGHT = {"rtol": 1e-12, "atol": 1e-13}


def logistic(t, y, rate, limit):
    return rate * y * (1 - y / limit)


def logistic_exactly(q, t):
    rate, limit, start = q
    return limit / (1 + (limit / start - 1) * mpmath.exp(-rate * t))


P = [0.8, 3.0, 0.5]


@pytest.mark.parametrize("method, rtol", [("RK45", 1e-9), ("DOP853", 1e-9), ("RK23", 1e-6), ("Radau", 1e-8),
                                          ("BDF", 1e-5), ("LSODA", 1e-8)])
def test_methods(method, rtol):
    options = TIGHT if method not in ("RK23", "BDF") else {"rtol": 1e-8, "atol": 1e-9}
    check_closed_form(lambda p: integrate.solve_ivp(logistic, (0.0, 2.0), [p[2]], method, args=(p[0], p[1]),
                                                    **options).y[0, -1],
                      lambda q: logistic_exactly(q, 2), P, rtol=rtol)


def test_closure_and_times_asked_for():
    def found(p):
        return integrate.solve_ivp(lambda t, y: logistic(t, y, p[0], p[1]), (0.0, 2.0), [p[2]], "DOP853",
                                   t_eval=[0.5, 1.5], **TIGHT).y[0, 1]
    check_closed_form(found, lambda q: logistic_exactly(q, 1.5), P)


@pytest.mark.parametrize("ask", [lambda s, t: s.y[0, -1], lambda s, t: s.sol(t)[0], lambda s, t: s.sol([t, t])[0, 1]])
def test_dual_times(ask):
    """Start, end, and the time at which the dense solution is asked for."""
    def found(p):
        solution = integrate.solve_ivp(logistic, (p[3], p[4]), [p[2]], "DOP853", args=(p[0], p[1]),
                                       dense_output=True, **TIGHT)
        assert solution.t[0] == p[3] and solution.t[-1] == p[4]
        return ask(solution, p[4])
    check_closed_form(found, lambda q: logistic_exactly(q[:3], q[4] - q[3]), [*P, 0.3, 2.1], rtol=2e-9)


def test_dual_times_asked_for():
    def found(p):
        return integrate.solve_ivp(logistic, (0.0, 2.0), [P[2]], "DOP853", args=(P[0], p[0]), t_eval=p[1:],
                                   **TIGHT).y[0, 1]
    check_closed_form(found, lambda q: logistic_exactly([P[0], q[0], P[2]], q[2]), [3.0, 0.7, 1.4])


def fall(t, y, g):
    return [y[1], -g + 0 * y[0]]


def hit(t, y, g):
    return y[0] - 0.1 * t


hit.terminal = True
hit.direction = -1


def when(q):
    g, v = q
    return 2 * (v - mpmath.mpf(0.1)) / g


@pytest.mark.parametrize("ask, exact", [
    (lambda s: s.t_events[0][0], when),
    (lambda s: s.t[-1], when),
    (lambda s: s.y_events[0][0, 1], lambda q: q[1] - q[0] * when(q)),
    (lambda s: s.y[1, -1], lambda q: q[1] - q[0] * when(q)),
])
def test_events(ask, exact):
    def found(p):
        return ask(integrate.solve_ivp(fall, (0.0, 10.0), [0.0, p[1]], "DOP853", args=(p[0],), events=hit, **TIGHT))
    check_closed_form(found, exact, [9.81, 4.0])


def test_the_values_are_those_of_the_float_run():
    def float_run(p):
        return scipy_integrate.solve_ivp(lambda t, y: logistic(t, y, p[0], p[1]), (0.0, 2.0), [p[2]])
    seen = []

    def run(p):
        solution = integrate.solve_ivp(lambda t, y: logistic(t, y, p[0], p[1]), (0.0, 2.0), [p[2]])
        seen.append(solution)
        return solution.y[0]
    y = dualad.value_and_jacobian(run)(np.array(P))[0]
    expected = float_run(P)
    assert y.tobytes() == expected.y[0].tobytes() and seen[0].t.tobytes() == expected.t.tobytes()
    assert seen[0].nfev == expected.nfev
    assert run(P).tobytes() == expected.y[0].tobytes()


def test_systems():
    """A matrix exponential, with more unknowns than directions; vectorized; with the user's Jacobian."""
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 5, 5)) / 2
    y0 = rng.normal(size=5)
    from scipy.linalg import expm
    big = np.block([[a, b, 0 * a], [0 * a, a, b], [0 * a, 0 * a, a]])
    whole = expm(big)
    first, second = whole[:5, 5:10] @ y0, 2 * whole[:5, 10:] @ y0
    for options in ({"vectorized": True, "method": "Radau"}, {"method": "LSODA"}, {"method": "DOP853"}):
        def found(p, options=options):
            matrix = a + p * b
            return integrate.solve_ivp(lambda t, y: matrix @ y, (0.0, 1.0), y0, **options, **TIGHT).y[:, -1]
        np.testing.assert_allclose(dualad.jacobian(found)(0.0), first, rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose(dualad.second_derivative(found)(0.0), second, rtol=1e-7, atol=1e-8)
    given = dualad.jacobian(lambda p: integrate.solve_ivp(lambda t, y: (a + p * b) @ y, (0.0, 1.0), y0, "Radau",
                                                          jac=lambda t, y: a + p * b, **TIGHT).y[:, -1])(0.0)
    np.testing.assert_allclose(given, first, rtol=1e-8, atol=1e-9)


def test_a_stiff_system():
    def found(p):
        return integrate.solve_ivp(lambda t, y: [-p[0] * (y[0] - np.cos(t))], (0.0, 1.0), [0.0], "Radau", rtol=1e-9,
                                   atol=1e-10).y[0, -1]

    def exact(q):
        k = q[0]
        return (k**2 * mpmath.cos(1) + k * mpmath.sin(1) - k**2 * mpmath.exp(-k)) / (1 + k**2)
    check_closed_form(found, exact, [1e3], rtol=1e-6)


def test_small_lanes_are_as_accurate_as_large_ones():
    """A parameter of another size, and one that does nothing to the values."""
    options = {"method": "DOP853", "rtol": 1e-9, "atol": 1e-9}
    check_closed_form(lambda p: integrate.solve_ivp(lambda t, y: -1e-12 * p[0] * y, (0.0, 2.0), [1.0],
                                                    **options).y[0, -1],
                      lambda q: mpmath.exp(-2e-12 * q[0]), [1e12], rtol=1e-7, atol=0)
    check_closed_form(lambda p: integrate.solve_ivp(lambda t, y: -y + p[0] * np.cos(20 * t), (0.0, 2.0), [0.0],
                                                    **options).y[0, -1],
                      lambda q: q[0] * mpmath.quad(lambda s: mpmath.exp(s - 2) * mpmath.cos(20 * s),
                                                   mpmath.linspace(0, 2, 10)), [0.0], rtol=1e-7)


@pytest.mark.parametrize("tfirst", [False, True])
def test_odeint(tfirst):
    def found(p):
        def slope(y, t, rate, limit):
            return logistic(t, y, rate, limit)
        if tfirst:
            return integrate.odeint(logistic, p[2:3], [0.0, 1.0, 2.0], (p[0], p[1]), tfirst=True, rtol=1e-12,
                                    atol=1e-13)[-1, 0]
        return integrate.odeint(slope, p[2:3], [0.0 * p[0], 1.0, 2.0 + 0.0 * p[0]], (p[0], p[1]), rtol=1e-12,
                                atol=1e-13)[-1, 0]
    check_closed_form(found, lambda q: logistic_exactly(q, 2), P)


def test_odeint_at_dual_times():
    def found(p):
        y, info = integrate.odeint(lambda y, t: logistic(t, y, p[0], 3.0), [0.5], np.stack([p[1], p[2], 3.0 * p[2]]),
                                   full_output=True, rtol=1e-12, atol=1e-13)
        assert "nfe" in info
        return y[1, 0]
    check_closed_form(found, lambda q: logistic_exactly([q[0], 3, mpmath.mpf(0.5)], q[2] - q[1]), [0.8, 0.3, 2.0])


def test_refused():
    with pytest.raises(TypeError, match="complex state"):
        dualad.jacobian(lambda p: integrate.solve_ivp(lambda t, y: 1j * y, (0.0, p[0]), [1.0 + 0j]).y.real)([1.0])
    blown = integrate.solve_ivp(lambda t, y: y**2, (0.0, 2.0), [1.0])
    assert blown.status == -1
    with np.errstate(all="ignore"):
        rates = dualad.jacobian(lambda p: integrate.solve_ivp(lambda t, y: p[0] * y**2, (0.0, 2.0), [1.0]).y[0, :9])
        assert np.isfinite(rates([1.0])).all()


def test_intervals_of_no_length_and_no_times():
    def state(p, span, **options):
        return integrate.solve_ivp(lambda t, y: -p[0] * y, span, [p[1]], **options).y
    assert np.array_equal(dualad.jacobian(lambda p: state(p, (1.0, 1.0))[0, -1])([0.5, 2.0]), [0.0, 1.0])
    assert dualad.jacobian(lambda p: np.ravel(state(p, (0.0, 1.0), t_eval=[])))([0.5, 2.0]).shape == (0, 2)
    back = dualad.jacobian(lambda p: state(p, (1.0, 0.0), rtol=1e-10, atol=1e-12)[0, -1])([0.5, 2.0])
    np.testing.assert_allclose(back, [2 * np.exp(0.5), np.exp(0.5)], rtol=1e-8)


def test_odeint_with_a_tolerance_for_each_equation():
    def decay(p, **options):
        return integrate.odeint(lambda y, t: -p * y, [1.0], [0.0, 1.0], **options)[-1, 0]
    found = dualad.jacobian(lambda p: decay(p, rtol=np.array([1e-10]), atol=np.array([1e-10])))(2.0)
    np.testing.assert_allclose(found, -np.exp(-2.0), rtol=1e-8)
    with pytest.raises(RuntimeError, match="derivatives could not be integrated: Excess work"), \
            pytest.warns(scipy_integrate.ODEintWarning):
        dualad.jacobian(lambda p: decay(p, mxstep=1))(2.0)

"""Programs with complex steps inside, as they stand in textbooks: Jacobians against Richardson extrapolation."""

import numpy as np
import pytest
from support.tangents import tangents_by_differences

import dualad

STRIKES, FREQUENCIES, TIMES = np.array([80.0, 100.0, 125.0]), np.logspace(-1, 2, 7), np.linspace(0.0, 1.0, 65)[:-1]


def heston_price(p, strikes=STRIKES, spot=100.0, rate=0.03, years=0.75):
    """Calls by the characteristic function of log(S) (Heston 1993, in the form of Albrecher et al. 2007)."""
    kappa, theta, sigma, rho, v0 = p

    def characteristic(u):
        d = np.sqrt((rho * sigma * 1j * u - kappa) ** 2 + sigma**2 * (1j * u + u**2))
        g = (kappa - rho * sigma * 1j * u - d) / (kappa - rho * sigma * 1j * u + d)
        decay = np.exp(-d * years)
        c = rate * 1j * u * years + kappa * theta / sigma**2 * (
            (kappa - rho * sigma * 1j * u - d) * years - 2 * np.log((1 - g * decay) / (1 - g)))
        a = (kappa - rho * sigma * 1j * u - d) / sigma**2 * (1 - decay) / (1 - g * decay)
        return np.exp(c + a * v0 + 1j * u * np.log(spot))

    u = np.linspace(1e-6, 120.0, 400)
    kernel = np.exp(-1j * u * np.log(strikes)[:, None])
    forward = spot * np.exp(rate * years)
    first = 0.5 + np.trapezoid((kernel * characteristic(u - 1j) / (1j * u * forward)).real, u) / np.pi
    second = 0.5 + np.trapezoid((kernel * characteristic(u) / (1j * u)).real, u) / np.pi
    return spot * first - strikes * np.exp(-rate * years) * second


def circuit(p, w=2 * np.pi * 50 * FREQUENCIES):
    """Node voltages of a ladder of resistors, coils and capacitors: one complex system for each frequency."""
    r, inductance, capacity, load = p
    series, shunt = r + 1j * w * inductance, 1j * w * capacity
    voltages = []
    for z, y in zip(series, shunt):
        a = np.array([[2 / z + y, -1 / z], [-1 / z, 1 / z + y + 1 / load]])
        voltages.append(np.linalg.solve(np.stack([np.stack(list(row)) for row in a]), np.stack([10 / z, 0 * z])))
    return np.stack(voltages)


def bode(p, w=FREQUENCIES):
    """Magnitude in dB and phase in degrees of a second-order transfer function with a dead time."""
    gain, damping, natural, delay = p
    s = 1j * w
    g = gain * np.exp(-delay * s) / (1 + 2 * damping * s / natural + (s / natural) ** 2)
    return np.concatenate([20 * np.log10(np.abs(g)), np.degrees(np.unwrap(np.angle(g)))])


def spectrum(p, t=TIMES):
    """The power spectrum of two damped tones, by a windowed FFT."""
    x = p[0] * np.exp(-p[1] * t) * np.sin(2 * np.pi * p[2] * t) + p[3] * np.cos(2 * np.pi * 11 * t)
    return np.abs(np.fft.rfft(x * np.hanning(64))) ** 2 / 64


def filtered(p, t=TIMES):
    """A signal through a Gaussian filter in the frequency domain."""
    x = p[0] * np.tanh(p[1] * (t - 0.5))
    return np.fft.ifft(np.fft.fft(x) * np.exp(-(np.fft.fftfreq(len(t)) * p[2]) ** 2)).real


def rational(p):
    """Poles and the response of a filter given by its coefficients."""
    poles = np.roots(np.stack([1.0 + 0 * p[0], p[0], p[1], p[2]]))
    w = np.exp(1j * np.array([0.1, 0.7, 2.0]))
    return np.concatenate([np.sort(np.abs(poles)), np.abs(p[2] / np.prod(w[:, None] - poles, axis=1))])


PROGRAMS = {
    "heston": (heston_price, [1.8, 0.05, 0.45, -0.6, 0.04]),
    "circuit": (circuit, [3.0, 0.02, 4e-5, 50.0]),
    "bode": (bode, [4.0, 0.3, 5.0, 0.05]),
    "spectrum": (spectrum, [1.0, 2.0, 7.3, 0.5]),
    "filtered": (filtered, [1.5, 6.0, 9.0]),
    "rational": (rational, [-0.9, 0.6, -0.25]),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_jacobians_and_hessians(name):
    f, p = PROGRAMS[name]
    p = np.array(p)
    value, J = dualad.value_and_jacobian(f)(p)
    expected = f(p)
    assert value.dtype == expected.dtype and np.array_equal(value, expected)
    scale = np.diag(np.abs(p))
    reference = tangents_by_differences(f, p, scale)
    np.testing.assert_allclose(J @ scale, reference, rtol=1e-7, atol=1e-9 * np.abs(reference).max())
    H = dualad.hessian(f)(p)
    assert H.dtype == J.dtype
    reference = tangents_by_differences(dualad.jacobian(f), p, scale)
    np.testing.assert_allclose(H @ scale, reference, rtol=1e-7, atol=1e-9 * np.abs(reference).max())


def test_least_squares_on_complex_data():
    """A complex response fitted through its parts, with the exact Jacobian."""
    optimize = pytest.importorskip("scipy.optimize")
    w = np.logspace(-1, 1, 20)

    def impedance(p):
        return p[0] + p[1] / (1 + 1j * w * p[1] * p[2])

    data = impedance(np.array([1.0, 5.0, 0.3]))

    def residuals(p):
        z = impedance(p) - data
        return np.concatenate([z.real, z.imag])

    found = optimize.least_squares(residuals, [0.5, 3.0, 0.5], jac=dualad.jacobian(residuals), xtol=1e-14)
    np.testing.assert_allclose(found.x, [1.0, 5.0, 0.3], rtol=1e-9)


def test_what_is_for_real_functions_says_so():
    def f(x):
        return np.exp(1j * x[0]) * x[1]

    x = np.array([0.3, 2.0])
    for transform in (dualad.grad(f), dualad.value_and_grad(f), dualad.value_grad_and_hessian(f),
                      lambda x: dualad.hvp(f, (x,), (x,)), lambda x: dualad.hessp(f)(x, x)):
        with pytest.raises(TypeError, match="real"):
            transform(x)
    value, tangent = dualad.jvp(f, (x,), (np.array([1.0, 0.0]),))
    np.testing.assert_allclose([value, tangent], [f(x), 1j * f(x)], rtol=1e-15)
    np.testing.assert_allclose(dualad.derivative(lambda t: np.exp(2j * t))(0.4), 2j * np.exp(0.8j), rtol=1e-15)
    np.testing.assert_allclose(dualad.second_derivative(lambda t: np.exp(2j * t))(0.4), -4 * np.exp(0.8j), rtol=1e-15)
    np.testing.assert_allclose(dualad.laplacian(f)(x), -f(x), rtol=1e-15)
    assert dualad.jacobian(lambda x: 1j)(x).tolist() == [0, 0]
    assert dualad.jacobian(lambda x: [x[0], 2j])(x).tolist() == [[1, 0], [0, 0]]
    for chunk in (1, 2):
        np.testing.assert_array_equal(dualad.jacobian(f, chunk_size=chunk)(x), dualad.jacobian(f)(x))
        np.testing.assert_array_equal(dualad.hessian(f, chunk_size=chunk)(x), dualad.hessian(f)(x))
    for bad in (1j, np.array([1j]), [1.0, 2j]):
        with pytest.raises(TypeError, match="real and the imaginary part"):
            dualad.jacobian(f)(bad)


def test_rules_of_the_users_own_take_real_numbers():
    @dualad.custom_jvp
    def f(x):
        return np.exp(x)

    f.defjvp(lambda primals, tangents: (f(primals[0]), f(primals[0]) * tangents[0]))
    for transform in (dualad.jacobian, dualad.hessian):
        with pytest.raises(TypeError, match=r"z\.real"):
            transform(lambda x: f(x * 1j))(np.ones(2))


def test_complex_points_of_an_inner_call():
    for inner in (lambda z: dualad.jacobian(lambda r: r * 2)(z), lambda z: dualad.derivative(lambda r: r * 2)(z[0]),
                  lambda z: dualad.jvp(lambda r: r, (np.ones(2),), (z,)),
                  lambda z: dualad.jacobian(lambda r: r)(list(z))):
        with pytest.raises(TypeError, match="real and the imaginary part"):
            dualad.jacobian(lambda x, inner=inner: inner(x * 1j))(np.ones(2))

"""Small programs at extreme arguments, first and second derivatives, against mpmath's differences of the program."""

import mpmath
import numpy as np
import pytest

import dualad

mp = mpmath.mp
STEP = mpmath.mpf(10) ** -40


def true(f, x):
    """The gradient and the Hessian at x, of f in mpmath."""
    x, n = [mpmath.mpf(float(v)) for v in x], len(x)
    h = [abs(v) * STEP or STEP for v in x]

    def at(*steps):
        return f([v + sum(s for k, s in steps if k == i) * h[i] for i, v in enumerate(x)])

    def second(i, j):
        return sum(s * t * at((i, s), (j, t)) for s in (1, -1) for t in (1, -1)) / (4 * h[i] * h[j])
    return ([(at((i, 1)) - at((i, -1))) / (2 * h[i]) for i in range(n)],
            [[second(i, j) for j in range(n)] for i in range(n)])


def special(name, *x):
    return getattr(pytest.importorskip("scipy.special"), name)(*x)


def normal_price(f, tail):
    """Black and Scholes's call, in the functions of f and the normal distribution's tail."""
    def price(p):
        spot, strike, rate, sigma, time = p
        d1 = (f.log(spot / strike) + (rate + sigma * sigma / 2) * time) / (sigma * f.sqrt(time))
        return spot * tail(d1) - strike * f.exp(-rate * time) * tail(d1 - sigma * f.sqrt(time))
    return price


PROGRAMS = {
    "the second derivative of log overflows, that of the program is -2":
        (lambda x: np.log(special("erfc", x[0])), lambda x: mp.log(mp.erfc(x[0])), [[20.0], [26.0]]),
    "log of a small density":
        (lambda x: np.log(np.exp(-x[0] ** 2)), lambda x: mp.log(mp.exp(-x[0] ** 2)), [[26.0], [-25.0]]),
    "a norm by hand, of small numbers":
        (lambda x: np.sqrt(x[0] ** 2 + x[1] ** 2), lambda x: mp.hypot(x[0], x[1]), [[3e-150, 4e-150], [3e150, -4e150]]),
    "cbrt":
        (lambda x: np.cbrt(x[0] ** 2), lambda x: mp.cbrt(x[0] ** 2), [[2e-145], [3e150]]),
    "reciprocal":
        (lambda x: np.reciprocal(np.reciprocal(x[0] ** 2)), lambda x: x[0] ** 2, [[1e60], [1e76], [-1e-76]]),
    "quotients":
        (lambda x: x[1] / (x[1] / x[0] ** 2), lambda x: x[0] ** 2, [[1e76, 1.0], [1e-76, 3.0], [1e70, -1e10]]),
    "a quotient by a large number":
        (lambda x: x[0] / (x[1] * 1e164) * 1e164, lambda x: x[0] / x[1], [[85.0, 6.0], [1e-100, 1e-44], [3e50, 4.0]]),
    "one over":
        (lambda x: 1.0 / (1.0 / x[0] ** 2), lambda x: x[0] ** 2, [[1e76], [1e-76]]),
    "log2 and log10":
        (lambda x: np.log2(np.exp2(-x[0] ** 2)) + np.log10(x[0] ** -100.0),
         lambda x: -x[0] ** 2 - 100 * mp.log10(x[0]), [[31.0]]),
    "xlogy where x * log(x) overflows on the way":
        (lambda x: special("xlogy", x[0], x[0]), lambda x: x[0] * mp.log(x[0]), [[1e-300], [1e300]]),
    "logaddexp":
        (lambda x: np.logaddexp(np.logaddexp(x[0], x[1]), x[2]),
         lambda x: mp.log(mp.exp(x[0]) + mp.exp(x[1]) + mp.exp(x[2])), [[10.0, 11.0, 9.0], [-700.0, -710.0, -1.0]]),
    "softmax":
        (lambda x: np.exp(x[0] - x[1]) / (1.0 + np.exp(x[0] - x[1])), lambda x: 1 / (1 + mp.exp(x[1] - x[0])),
         [[-300.0, 40.0], [3.0, 1.0]]),
    "growth over a short time":
        (lambda x: np.expm1(x[0] * np.log1p(x[1])), lambda x: mp.expm1(x[0] * mp.log1p(x[1])), [[3.0, 1e-20]]),
    "power":
        (lambda x: x[0] ** x[1], lambda x: x[0] ** x[1], [[1.0000001, 1e7], [1e-5, 60.0], [0.5, -1000.0]]),
    "atan2 beside an axis":
        (lambda x: np.arctan2(x[0], x[1]), lambda x: mp.atan2(x[0], x[1]), [[1e-20, 1.0], [3e-100, 4e-100]]),
    "sinc":
        (lambda x: np.sinc(x), lambda x: mp.sincpi(x[0]), [[1e-9], [1e-3], [0.1]]),
    "a call":
        (normal_price(np, lambda d: special("ndtr", d)), normal_price(mp, mp.ncdf),
         [[100.0, 100.0, 0.05, 0.2, 1.0], [100.0, 150.0, 0.05, 0.2, 1.0]]),
    "norm":
        (lambda x: np.linalg.norm(x), lambda x: mp.hypot(x[0], x[1]), [[3e200, 4e200], [3e-200, 4e-200]]),
    "variance beside a large offset":
        (lambda x: np.var(x), lambda x: sum((v - sum(x) / 3) ** 2 for v in x) / 3, [[1e8 + 1, 1e8 + 2, 1e8 + 4]]),
    "product through zero":
        (lambda x: np.prod(x), lambda x: x[0] * x[1] * x[2], [[0.0, 2.0, 3.0], [1e-100, 1e-100, 1e300]]),
}


@pytest.mark.parametrize("title", PROGRAMS)
def test_programs_are_right_where_arguments_are_extreme(title):
    mine, exact, places = PROGRAMS[title]
    for x in places:
        with np.errstate(all="ignore"):
            gradient, hessian = dualad.value_grad_and_hessian(lambda x: np.sum(mine(x)))(np.array(x))[1:]
        with mpmath.workdps(400):
            first, second = true(exact, x)
            size = [abs(mpmath.mpf(v)) or 1 for v in x]     # entries are compared as changes by as much as x itself
            largest = max(abs(d) * s for d, s in zip(first, size))
            bend = max(abs(second[i][j]) * size[i] * size[j] for i in range(len(x)) for j in range(len(x)))
            for i, d in enumerate(first):
                assert abs(mpmath.mpf(float(gradient[i])) - d) * size[i] <= largest * 1e-13, (x, i)
                for j, dd in enumerate(second[i]):
                    error = abs(mpmath.mpf(float(hessian[i, j])) - dd) * size[i] * size[j]
                    assert error <= bend * 1e-12, (x, i, j, hessian[i, j], float(dd))


@pytest.mark.parametrize("f", [
    lambda p: np.log(np.exp(-p * p)), lambda p: np.sqrt(p ** 200.0), lambda p: np.reciprocal(p ** 150.0),
    lambda p: 1.0 / p ** 150.0, lambda p: p / p ** 150.0, lambda p: p ** -50.0 / p ** 60.0])
def test_scalars_as_arrays(f):
    """The loops of arrays and the numbers' own methods take the same way round."""
    x = np.array([26.0])
    for transform in (dualad.hessian, dualad.grad):
        array = transform(lambda p: f(p).sum())(x)
        scalar = transform(lambda p: f(p[0]))(x)
        assert np.isfinite(array).all() and (array != 0).all()
        np.testing.assert_allclose(array, scalar, rtol=1e-14)


def test_what_overflows_is_infinite_never_wrong():
    """x log(x) at 1e-300: 2/x, and x times the second derivative of log, which is no double."""
    with np.errstate(all="ignore"):
        assert dualad.hessian(lambda p: p[0] * np.log(p[0]))(np.array([1e-300]))[0, 0] == -np.inf

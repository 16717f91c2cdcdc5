"""Series in place of formulas that are 0 / 0, or a difference of large numbers: their derivatives cancel even more.

Each takes dual numbers. The formulas are those of the NIST Digital Library of Mathematical Functions (dlmf.nist.gov).
"""

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from .._core import value

_K = np.arange(1.0, 33.0)
#: log1p(u) / u (DLMF 4.6.1)
LOG1P_RATIO = (-1) ** (_K - 1) / _K
#: sinh(x) / x in powers of x**2 (DLMF 4.33.1)
SINH_RATIO = 1 / np.cumprod([1.0, *(2 * _K[:13] * (2 * _K[:13] + 1))])
#: 1 - 2 x dawsn(x) in powers of 1 / (2 x**2) (DLMF 7.5.1 and 7.12.1 on the imaginary axis)
DAWSN_SLOPE = np.array([0.0, *-np.cumprod(2 * _K[:30] - 1)])


def through_zero(x, radius, series, elsewhere):
    """The power series in x for |x| < radius, and elsewhere(x) outside."""
    near = np.abs(value(x)) < radius
    inside, outside = np.where(near, x, 0.0), np.where(near, 1.0, x)
    found = series[-1]
    for coefficient in series[-2::-1]:
        found = coefficient + inside * found
    return np.where(near, found, elsewhere(outside))


def bessel_slope(v, x, factor, sign, near):
    """The slope of ive (factor 1/2, sign -1) or kve (pi**2 / 2, sign 1), and `near` where x is not large.

    Term by term of the expansions in powers of 1 / x, DLMF 10.40.1 and 10.40.2.
    """
    far = np.abs(value(x)) > 30 + 5 * np.square(v)
    at = np.where(far, x, 1e3)
    z = np.abs(at)
    term, total = 1.0, 0.5
    for k in range(1, 31):
        term = term * (sign * (4 * np.square(v) - (2 * k - 1) ** 2) / (8 * k) / z)
        total = total + (k + 0.5) * term
    parity = np.sign(value(at)) ** (np.asarray(v) + 1)            # of ive; kve has no negative places
    return np.where(far, -parity * np.sqrt(factor / np.pi / z) / z * total, near)


# -- densities of many degrees of freedom, by Stirling's series -----------------------------------------------------

MANY = 1e3
#: u - log1p(u)
_LOG1P_REST = np.array([0.0, 0.0, *-LOG1P_RATIO[1:]])
_LOG_2PI = np.log(2 * np.pi)


def _rest(u):
    return through_zero(u, 0.25, _LOG1P_REST, lambda u: u - np.log1p(u))


def _stirling(a):
    """gammaln(a) - ((a - 1/2) log(a) - a + log(2 pi) / 2) for a > MANY (DLMF 5.11.1)."""
    return (1 / 12 - (1 / 360 - 1 / 1260 / (a * a)) / (a * a)) / a


def log_gamma_density(a, x):
    """log(x**(a - 1) exp(-x) / gamma(a))."""
    near = xlogy(a - 1, x) - x - gammaln(a)
    found = (np.log(a) - _LOG_2PI) / 2 - np.log(x) - _stirling(a) - a * _rest((x - a) / a)
    return np.where(value(a) > MANY, found, near)


def log_beta_density(a, b, x, log_beta):
    """log(x**(a - 1) (1 - x)**(b - 1) / beta(a, b)); the logarithm of beta serves where a or b is not large."""
    near = xlogy(a - 1, x) + xlog1py(b - 1, -x) - log_beta
    n = a + b
    constant = (np.log(a) + np.log(b) - np.log(n) - _LOG_2PI) / 2 + _stirling(n) - _stirling(a) - _stirling(b)
    off = x - a / n
    spread = a * _rest(off * n / a) + b * _rest(-off * n / b)
    return np.where(np.minimum(value(a), value(b)) > MANY, constant - np.log(x) - np.log1p(-x) - spread, near)


def log_t_density(x, n, near):
    """Of Student's t for many degrees of freedom, by a ratio of gamma functions (DLMF 5.11.13); near, for few."""
    constant = ((-1 / (20 * n * n) + 1 / 24) / (n * n) - 1 / 4) / n - _LOG_2PI / 2
    many = np.where(np.isinf(value(n)), -(x * x + _LOG_2PI) / 2, constant - (n + 1) / 2 * np.log1p(x * x / n))
    return np.where(value(n) > MANY, many, near)

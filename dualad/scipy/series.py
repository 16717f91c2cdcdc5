"""Series in place of formulas that are 0 / 0, or a difference of large numbers: their derivatives cancel even more.

Each takes dual numbers. The formulas are those of the NIST Digital Library of Mathematical Functions (dlmf.nist.gov).
"""

import numpy as np

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

"""Formulas of distributions in standard form, in place of SciPy's where those lose a derivative or have no rule.

SciPy has a branch where a shape is exactly at a special case, such as 0 for genextreme: that shape is not in the
branch's formula, which so has no derivative in it. Or its formula has abs(x), which bends at 0 where the density does
not. The formulas here go smoothly through the special case. Those of log-probabilities hold far out in a tail, where a
density divided by its probability has lost its digits.
"""

import numpy as np
from scipy import special, stats
from scipy.special import exprel, gammaln, log_expit, log_ndtr, ndtr, xlogy

from .duals import value
from .series import LOG1P_RATIO, log_beta_density, log_gamma_density, log_t_density, through_zero
from .slopes import by_slopes

_K = np.arange(1.0, 33.0)
#: of gammaln(1 + c) / c (DLMF 5.7.3)
_GAMMALN_SERIES = np.array([-np.euler_gamma, *((-1) ** (_K + 1) * special.zeta(_K + 1) / (_K + 1))])
#: of (gammaln(1 + 2 c) - 2 gammaln(1 + c)) / c**2
_VARIANCE_SERIES = _GAMMALN_SERIES[1:] * (2 ** (_K + 1) - 2)


def _log_over(c, x):
    """log1p(c x) / c, which is x for c = 0."""
    u = c * x
    return np.where(abs(value(u)) < 0.25, x * through_zero(u, 0.25, LOG1P_RATIO, lambda u: u), np.log1p(u) / c)


def _power_over(c, x, p=1.0):
    """(1 + c x)**(-p / c), which is exp(-p x) for c = 0; a power, for it has derivatives where the base is 0."""
    u = c * x
    return np.where(abs(value(u)) < 0.25, np.exp(-p * _log_over(c, x)), (1 + u) ** (-p / c))


def _log_beta(a, b):
    return gammaln(a) + gammaln(b) - gammaln(a + b)


def _norm_logpdf(x):
    return -x * x / 2 - np.log(2 * np.pi) / 2


def _t_logpdf(x, n):
    few = -(n + 1) / 2 * np.log1p(x * x / n) - np.log(n) / 2 - _log_beta(n / 2, 0.5)
    return log_t_density(x, n, few)


# -- extreme values ------------------------------------------------------------------------------------------------

def _genpareto_logcdf(x, c):
    log_sf = -_log_over(c, x)
    return np.where(value(log_sf) > -1, np.log(-np.expm1(log_sf)), np.log1p(-_power_over(c, x)))


def _genextreme_stats(c):
    """Mean and variance, of the moments gamma(1 + k c)."""
    log_gamma = gammaln(1 + c)
    mean = -exprel(log_gamma) * through_zero(c, 0.25, _GAMMALN_SERIES, lambda c: gammaln(1 + c) / c)
    spread = through_zero(c, 0.125, _VARIANCE_SERIES, lambda c: (gammaln(1 + 2 * c) - 2 * gammaln(1 + c)) / c**2)
    return mean, np.exp(2 * log_gamma) * exprel(spread * c**2) * spread


# -- tails ---------------------------------------------------------------------------------------------------------

def _by_logcdf(logcdf):
    return {"_logcdf": logcdf, "_cdf": lambda *at: np.exp(logcdf(*at)), "_sf": lambda *at: -np.expm1(logcdf(*at)),
            "_logsf": lambda *at: np.log(-np.expm1(logcdf(*at)))}


def _by_cdf_and_sf(cdf, sf):
    return {"_cdf": cdf, "_sf": sf, "_logcdf": lambda *at: np.log(cdf(*at)), "_logsf": lambda *at: np.log(sf(*at))}


#: of Owen's T function
_skewnorm_cdf = by_slopes(stats.skewnorm._cdf, lambda x, a: 2 * np.exp(_norm_logpdf(x)) * ndtr(a * x),
                          lambda x, a: -np.exp(-(1 + a * a) * x * x / 2) / (np.pi * (1 + a * a)))


#: distribution -> method -> formula
FORMULAS = {
    "beta": {"_logpdf": lambda x, a, b: log_beta_density(a, b, x, _log_beta(a, b))},
    "cauchy": {"_logpdf": lambda x: -np.log(np.pi) - 2 * np.log(np.hypot(1.0, x))},
    "f": {"_logpdf": lambda x, m, n: (
        m * np.log(m) + n * np.log(n) + xlogy(m - 2, x) - (m + n) * np.log(n + m * x)) / 2 - _log_beta(m / 2, n / 2)},
    "gamma": {"_logpdf": lambda x, a: log_gamma_density(a, x)},
    "genextreme": {"_pdf": lambda x, c: _power_over(-c, x, 1 - c) * np.exp(-_power_over(-c, x)),
                   "_logpdf": lambda x, c: -(1 - c) * _log_over(-c, x) - _power_over(-c, x),
                   "_stats": _genextreme_stats, **_by_logcdf(lambda x, c: -_power_over(-c, x))},
    "genpareto": {"_pdf": lambda x, c: _power_over(c, x, 1 + c), "_logpdf": lambda x, c: -(1 + c) * _log_over(c, x),
                  "_logsf": lambda x, c: -_log_over(c, x), "_sf": lambda x, c: _power_over(c, x),
                  "_cdf": lambda x, c: 1 - _power_over(c, x), "_logcdf": _genpareto_logcdf},
    "gumbel_l": {"_logsf": lambda x: -np.exp(x)},
    "gumbel_r": {"_logcdf": lambda x: -np.exp(-x)},
    "logistic": {"_logpdf": lambda x: log_expit(x) + log_expit(-x)},
    "lognorm": {"_logcdf": lambda x, s: log_ndtr(np.log(x) / s), "_logsf": lambda x, s: log_ndtr(-np.log(x) / s)},
    "norm": {"_logcdf": log_ndtr, "_logsf": lambda x: log_ndtr(-x)},
    "skewnorm": {"_logpdf": lambda x, a: np.log(2) + _norm_logpdf(x) + log_ndtr(a * x),
                 **_by_cdf_and_sf(_skewnorm_cdf, lambda x, a: _skewnorm_cdf(-x, -a))},
    "t": {"_logpdf": _t_logpdf},
    "triang": {"_logpdf": lambda x, c: np.log(2 * np.where(value(x) < value(c), x / c, (1 - x) / (1 - c))),
               **_by_cdf_and_sf(
                   lambda x, c: np.where(value(x) < value(c), x * x / c, 1 - (1 - x) ** 2 / (1 - c)),
                   lambda x, c: np.where(value(x) < value(c), 1 - x * x / c, (1 - x) ** 2 / (1 - c)))},
}

"""SciPy's special functions by their slopes, but for those in the core's table, which take dual numbers as they are.

The slopes are those of the NIST Digital Library of Mathematical Functions (dlmf.nist.gov), chapters 6 to 25.
"""

import numpy as np
from scipy import special as _scipys
from scipy.special import digamma, gamma, gammaln

from .._core import value
from .linear_maps import on_duals
from .series import (
    DAWSN_SLOPE,
    LOG1P_RATIO,
    SINH_RATIO,
    bessel_slope,
    log_beta_density,
    log_gamma_density,
    log_t_density,
    through_zero,
)
from .slopes import by_slopes

_SQRT_PI = np.sqrt(np.pi)


def _of(name, *slopes):
    """The stand-in of this name."""
    return by_slopes(getattr(_scipys, name), *slopes)


def _down(n, below):
    """A slope that leads to the index n - 1, which is 0 for n = 0."""
    return np.where(np.asarray(n) > 0, below(np.maximum(np.asarray(n) - 1, 0)), 0.0)


# -- gamma and beta --------------------------------------------------------------------------------------------

def _gamma_density(a, x):
    a = np.asarray(a, float)
    return np.exp(log_gamma_density(a, x))


def _beta_density(a, b, x):
    a, b = np.asarray(a, float), np.asarray(b, float)
    return np.exp(log_beta_density(a, b, x, betaln(a, b)))


beta = _of("beta", lambda a, b: beta(a, b) * (digamma(a) - digamma(a + b)),
           lambda a, b: beta(a, b) * (digamma(b) - digamma(a + b)))
betaln = _of("betaln", lambda a, b: digamma(a) - digamma(a + b), lambda a, b: digamma(b) - digamma(a + b))
betainc = _of("betainc", None, None, _beta_density)
betaincinv = _of("betaincinv", None, None, lambda a, b, y: 1 / _beta_density(a, b, betaincinv(a, b, y)))
binom = _of("binom", lambda n, k: binom(n, k) * (digamma(n + 1) - digamma(n - k + 1)),
            lambda n, k: binom(n, k) * (digamma(n - k + 1) - digamma(k + 1)))
gammainc = _of("gammainc", None, _gamma_density)
gammaincc = _of("gammaincc", None, lambda a, x: -_gamma_density(a, x))
gammaincinv = _of("gammaincinv", None, lambda a, y: 1 / _gamma_density(a, gammaincinv(a, y)))
poch = _of("poch", lambda z, m: poch(z, m) * (digamma(z + m) - digamma(z)), lambda z, m: poch(z, m) * digamma(z + m))
polygamma = _of("polygamma", None, lambda n, x: polygamma(np.asarray(n) + 1, x))
zeta = _of("zeta", None, lambda x, q: -x * zeta(x + 1, q))


# -- whole numbers, continued --------------------------------------------------------------------------------------

factorial = _of("factorial", lambda n: np.where(n >= 0, gamma(n + 1) * digamma(n + 1), 0.0))


def _counted(count):
    """The slope in n of a number of choices, which is 0 for k out of 0 to n."""
    return lambda n, k: np.where((k >= 0) & (k <= n), count(n, k) * (digamma(n + 1) - digamma(n - k + 1)), 0.0)


_comb = _of("comb", _counted(lambda n, k: binom(n, k)), None)
_perm = _of("perm", _counted(lambda n, k: poch(n - k + 1, k)), None)


def comb(N, k, *, exact=False, repetition=False):
    """scipy.special.comb; N may be a dual number."""
    if repetition and not exact:
        return comb(N + k - 1, k)
    return _comb(N, k, exact=exact, **({"repetition": True} if repetition else {}))


def perm(N, k, exact=False):
    """scipy.special.perm; N may be a dual number."""
    return _perm(N, k, exact=exact)


# -- Bessel functions ------------------------------------------------------------------------------------------------

def _ive_slope(v, x, near):
    return bessel_slope(v, x, 0.5, -1, near)


def _kve_slope(v, x, near):
    return bessel_slope(v, x, np.pi**2 / 2, 1, near)


def _i2(x):
    """SciPy's is NaN at subnormal places (DLMF 10.25.2)."""
    return np.where(np.abs(value(x)) < 1e-100, x * x / 8, iv(2, x))


jv = _of("jv", None, lambda v, x: (jv(v - 1, x) - jv(v + 1, x)) / 2)
yv = _of("yv", None, lambda v, x: (yv(v - 1, x) - yv(v + 1, x)) / 2)
iv = _of("iv", None, lambda v, x: (iv(v - 1, x) + iv(v + 1, x)) / 2)
kv = _of("kv", None, lambda v, x: -(kv(v - 1, x) + kv(v + 1, x)) / 2)
ive = _of("ive", None, lambda v, x: _ive_slope(v, x, (ive(v - 1, x) + ive(v + 1, x)) / 2 - np.sign(x) * ive(v, x)))
kve = _of("kve", None, lambda v, x: _kve_slope(v, x, kve(v, x) - (kve(v - 1, x) + kve(v + 1, x)) / 2))
jn = _of("jn", None, lambda n, x: (jv(n - 1, x) - jv(n + 1, x)) / 2)
yn = _of("yn", None, lambda n, x: (yv(n - 1, x) - yv(n + 1, x)) / 2)
kn = _of("kn", None, lambda n, x: -(kv(n - 1, x) + kv(n + 1, x)) / 2)
j0 = _of("j0", lambda x: -j1(x))
j1 = _of("j1", lambda x: (j0(x) - jv(2, x)) / 2)
y0 = _of("y0", lambda x: -y1(x))
y1 = _of("y1", lambda x: (y0(x) - yv(2, x)) / 2)
i0 = _of("i0", lambda x: i1(x))
i1 = _of("i1", lambda x: (i0(x) + _i2(x)) / 2)
k0 = _of("k0", lambda x: -k1(x))
k1 = _of("k1", lambda x: -(k0(x) + kv(2, x)) / 2)
i0e = _of("i0e", lambda x: _ive_slope(0, x, i1e(x) - np.sign(x) * i0e(x)))
i1e = _of("i1e", lambda x: _ive_slope(1, x, (i0e(x) + ive(2, x)) / 2 - np.sign(x) * i1e(x)))
k0e = _of("k0e", lambda x: _kve_slope(0, x, k0e(x) - k1e(x)))
k1e = _of("k1e", lambda x: _kve_slope(1, x, k1e(x) - (k0e(x) + kve(2, x)) / 2))


def _airy_slopes(x):
    a, da, b, db = airy(x)
    return da, x * a, db, x * b


airy = _of("airy", _airy_slopes)


# -- integrals, elliptic and hypergeometric functions ----------------------------------------------------------------

def _sinhc(x):
    return through_zero(x * x, 1.0, SINH_RATIO, lambda _: np.sinh(x) / x)


def _dawsn_slope(x):
    return through_zero(0.5 / x / x, 0.01, DAWSN_SLOPE, lambda _: 1 - 2 * x * dawsn(x))


dawsn = _of("dawsn", _dawsn_slope)
expn = _of("expn", None, lambda n, x: np.where(np.asarray(n) > 0, -expn(np.maximum(np.asarray(n) - 1, 0), x),
                                               -(1 + 1 / x) * np.exp(-x) / x))
fresnel = _of("fresnel", lambda x: (np.sin(np.pi / 2 * x**2), np.cos(np.pi / 2 * x**2)))
sici = _of("sici", lambda x: (np.sinc(x / np.pi), np.cos(x) / x))
shichi = _of("shichi", lambda x: (_sinhc(x), np.cosh(x) / x))
spence = _of("spence", lambda x: through_zero(x - 1, 0.25, -LOG1P_RATIO, lambda _: np.log(x) / (1 - x)))
owens_t = _of("owens_t", lambda h, a: -_scipys.erf(a * h / np.sqrt(2)) * np.exp(-h**2 / 2) / np.sqrt(8 * np.pi),
              lambda h, a: np.exp(-h**2 * (1 + a**2) / 2) / (2 * np.pi * (1 + a**2)))
hyp0f1 = _of("hyp0f1", None, lambda b, z: hyp0f1(b + 1, z) / b)
hyp1f1 = _of("hyp1f1", None, None, lambda a, b, z: a / b * hyp1f1(a + 1, b + 1, z))
hyp2f1 = _of("hyp2f1", None, None, None, lambda a, b, c, z: a * b / c * hyp2f1(a + 1, b + 1, c + 1, z))
ellipk = _of("ellipk", lambda m: np.pi / 8 * hyp2f1(1.5, 1.5, 2.0, m))
ellipe = _of("ellipe", lambda m: -np.pi / 8 * hyp2f1(0.5, 1.5, 2.0, m))
ellipkinc = _of("ellipkinc", lambda phi, m: 1 / np.sqrt(1 - m * np.sin(phi) ** 2), None)
ellipeinc = _of("ellipeinc", lambda phi, m: np.sqrt(1 - m * np.sin(phi) ** 2), None)


def _lambertw_slope(z, k=0, tol=1e-8):
    w = lambertw(z, k, tol)
    return np.exp(-w) / (1 + w)


lambertw = _of("lambertw", _lambertw_slope, None, None)


# -- orthogonal polynomials of whole degree ------------------------------------------------------------------------

eval_chebyt = _of("eval_chebyt", None, lambda n, x: n * _down(n, lambda m: eval_chebyu(m, x)))
eval_chebyu = _of("eval_chebyu", None, lambda n, x: 2 * _down(n, lambda m: eval_gegenbauer(m, 2.0, x)))
eval_gegenbauer = _of("eval_gegenbauer", None, None,
                      lambda n, a, x: 2 * a * _down(n, lambda m: eval_gegenbauer(m, a + 1.0, x)))
eval_genlaguerre = _of("eval_genlaguerre", None, None,
                       lambda n, a, x: -_down(n, lambda m: eval_genlaguerre(m, a + 1.0, x)))
eval_hermite = _of("eval_hermite", None, lambda n, x: 2 * n * _down(n, lambda m: eval_hermite(m, x)))
eval_hermitenorm = _of("eval_hermitenorm", None, lambda n, x: n * _down(n, lambda m: eval_hermitenorm(m, x)))
eval_jacobi = _of("eval_jacobi", None, None, None, lambda n, a, b, x: (
    (n + a + b + 1) / 2 * _down(n, lambda m: eval_jacobi(m, a + 1.0, b + 1.0, x))))
eval_laguerre = _of("eval_laguerre", None, lambda n, x: -_down(n, lambda m: eval_genlaguerre(m, 1.0, x)))
eval_legendre = _of("eval_legendre", None, lambda n, x: (
    (n + 1) / 2 * _down(n, lambda m: eval_jacobi(m, 1.0, 1.0, x))))


# -- distribution functions, degrees ---------------------------------------------------------------------------------

def _chi2_density(v, x):
    return _gamma_density(np.asarray(v) / 2, x / 2) / 2


def _t_density(v, t):
    v = np.asarray(v, float)
    few = gammaln((v + 1) / 2) - gammaln(v / 2) - np.log(v * np.pi) / 2 - (v + 1) / 2 * np.log1p(t * t / v)
    return np.exp(log_t_density(t, v, few))


chdtr = _of("chdtr", None, _chi2_density)
chdtrc = _of("chdtrc", None, lambda v, x: -_chi2_density(v, x))
pdtr = _of("pdtr", None, lambda k, m: -_gamma_density(np.floor(k) + 1, m))
pdtrc = _of("pdtrc", None, lambda k, m: _gamma_density(np.floor(k) + 1, m))
stdtr = _of("stdtr", None, _t_density)
sindg = _of("sindg", lambda x: np.pi / 180 * cosdg(x))
cosdg = _of("cosdg", lambda x: -np.pi / 180 * sindg(x))
tandg = _of("tandg", lambda x: np.pi / 180 * (1 + tandg(x) ** 2))


# -- of whole arrays ---------------------------------------------------------------------------------------------------

def _logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False):
    if return_sign:
        raise TypeError("logsumexp of dual numbers has no return_sign: take np.sum(b * np.exp(a - np.max(a))) apart")
    highest = np.max(value(a), axis=axis, keepdims=True)
    highest = np.where(np.isfinite(highest), highest, 0.0)
    parts = np.exp(a - highest)
    total = np.sum(parts if b is None else b * parts, axis=axis, keepdims=True)
    found = np.log(total) + highest
    return found if keepdims else np.squeeze(found, axis=axis)


def _log_softmax(x, axis=None):
    return x - _logsumexp(x, axis, keepdims=True)


logsumexp = on_duals(_scipys.logsumexp, _logsumexp)
log_softmax = on_duals(_scipys.log_softmax, _log_softmax)
softmax = on_duals(_scipys.softmax, lambda x, axis=None: np.exp(_log_softmax(x, axis)))

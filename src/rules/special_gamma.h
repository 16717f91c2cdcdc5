/* special_gamma.h: digamma, trigamma and tetragamma (DLMF chapter 5).
 * Included by special.h.
 *
 * x > 0: recurrence (DLMF 5.5.2, 5.15.5) to x >= 12, then the asymptotic
 * series (DLMF 5.11.2, 5.15.8 and its derivative); digamma below 12 instead
 * goes down to [1, 2], where psi(x) = (x - x0) P(x), P a Chebyshev fit made
 * with mpmath (error 6e-19) and x0 the positive zero in two doubles: so the
 * relative error stays small at the zero too.  x < 0: reflection
 * (DLMF 5.5.4, 5.15.6 and its derivative), with sin(pi x), cos(pi x) from an
 * exactly reduced argument.
 */
#ifndef DUALAD_SPECIAL_GAMMA_H
#define DUALAD_SPECIAL_GAMMA_H

#define SP_PSI_ROOT_HI 1.4616321449683622
#define SP_PSI_ROOT_LO 9.549995429965697e-17

static inline double sp_psi_12(double x)        /* 1 <= x <= 2 */
{
    static const double c[24] = {               /* psi(1.5 + t)/(1.5 + t - x0) */
        0.9510558760318328, -0.42362742128146047, 0.24054248424078736,
        -0.14840492305391761, 0.09498872445283, -0.06192213327165706,
        0.04076083394462657, -0.02697579684427536, 0.017907248195969127,
        -0.011908215172584002, 0.007927024067961237, -0.00528001782089874,
        0.0035180800751066694, -0.002344650082351321, 0.0015635679757533885,
        -0.001042261556504223, 0.0006899717801166841, -0.0004599625144612576,
        0.0003268068044141764, -0.0002178682145501451, 9.173383289174792e-05,
        -6.11554261750757e-05, 0.00012230983055406747, -8.153978973309418e-05
    };
    double g = (x - SP_PSI_ROOT_HI) - SP_PSI_ROOT_LO;
    return g * sp_poly(c, 24, x - 1.5);
}

/* digamma */
static inline double sp_psi(double x)
{
    /* B2k/2k */
    static const double c[8] = {
        1.0 / 12.0, -1.0 / 120.0, 1.0 / 252.0, -1.0 / 240.0, 1.0 / 132.0,
        -691.0 / 32760.0, 1.0 / 12.0, -3617.0 / 8160.0
    };
    if (x != x) {
        return x;
    }
    if (x == 0.0) {
        return copysign(INFINITY, -x);
    }
    if (x < 0.0) {
        double s = sp_sinpi(x);
        if (s == 0.0 || x < -DBL_MAX) {
            return NAN;                         /* pole */
        }
        return sp_psi(1.0 - x) - SP_PI * sp_cospi(x) / s;
    }
    if (x < 1.0) {
        return sp_psi_12(1.0 + x) - 1.0 / x;
    }
    if (x < 12.0) {
        double s = 0.0;
        while (x > 2.0) {
            x -= 1.0;
            s += 1.0 / x;
        }
        return s + sp_psi_12(x);
    }
    if (x > DBL_MAX) {
        return x;
    }
    {
        double q = 1.0 / x, z = q * q;
        return log(x) - (0.5 * q + z * sp_poly(c, 8, z));
    }
}

/* trigamma */
static inline double sp_psi1(double x)
{
    /* B2k */
    static const double c[8] = {
        1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0,
        -691.0 / 2730.0, 7.0 / 6.0, -3617.0 / 510.0
    };
    double s = 0.0;
    if (x != x) {
        return x;
    }
    if (x <= 0.0) {
        double t = sp_sinpi(x);
        if (x < -DBL_MAX) {
            return NAN;
        }
        t = SP_PI / t;
        return t * t - (x == 0.0 ? 0.0 : sp_psi1(1.0 - x));
    }
    while (x < 12.0) {
        double q = 1.0 / x;
        s += q * q;
        x += 1.0;
    }
    {
        double q = 1.0 / x, z = q * q;
        return s + q * (1.0 + (0.5 * q + z * sp_poly(c, 8, z)));
    }
}

/* tetragamma */
static inline double sp_psi2(double x)
{
    /* (2k+1) B2k */
    static const double c[8] = {
        3.0 / 6.0, -5.0 / 30.0, 7.0 / 42.0, -9.0 / 30.0, 55.0 / 66.0,
        -13.0 * 691.0 / 2730.0, 105.0 / 6.0, -17.0 * 3617.0 / 510.0
    };
    double s = 0.0;
    if (x != x) {
        return x;
    }
    if (x <= 0.0) {
        double t = sp_sinpi(x), r;
        if (x < -DBL_MAX || (t == 0.0 && x != 0.0)) {
            return NAN;
        }
        r = SP_PI / t;
        return (x == 0.0 ? 0.0 : sp_psi2(1.0 - x)) - 2.0 * sp_cospi(x) * r * r * r;
    }
    while (x < 12.0) {
        double q = 1.0 / x;
        s += 2.0 * q * q * q;
        x += 1.0;
    }
    {
        double q = 1.0 / x, z = q * q;
        return -(s + z * (1.0 + (q + z * sp_poly(c, 8, z))));
    }
}

/* c gamma(x).  SciPy's f is 0 where the true value is subnormal (x < -170), and c may bring it up again:
 * gamma(x) = gamma(x + 20)/(x (x+1) .. (x+19)). */
static inline double sp_gamma_times(double c, double x, double f)
{
    int k;
    if (fabs(f) >= DBL_MIN || !(x > -200.0)) {
        return c * f;
    }
    c *= tgamma(x + 20.0);
    for (k = 19; k >= 0; k--) {
        c /= x + (double)k;
    }
    return c;
}

/* c/gamma(x) for x > 1/2, likewise */
static inline double sp_rgamma_times(double c, double x, double f)
{
    int k;
    if (f >= DBL_MIN || !(x < 200.0)) {
        return c * f;
    }
    c /= tgamma(x - 40.0);
    for (k = 40; k >= 1; k--) {
        c /= x - (double)k;
    }
    return c;
}

/* gamma' = gamma psi; gamma'' = gamma (psi**2 + psi') */
static inline double sp_gamma_d1(double x, double f)
{
    return sp_gamma_times(sp_psi(x), x, f);
}

static inline double sp_gamma_d2(double x, double f)
{
    double p;
    if (x == 0.0) {
        return f;
    }
    p = sp_psi(x);
    return sp_gamma_times(p * p + sp_psi1(x), x, f);
}

/* r = 1/gamma for x < 1/2.  With -n the nearest pole and t = x + n (exact),
 * r = t G, G = x (x+1) .. (x+n-1)/gamma(1+t), and with L = (log G)',
 *   r' = G (1 + t L),   r'' = G (2 L + t (L*L + L')),
 * so that nothing cancels near the zeros of r; G = r/t. */
static inline double sp_rgamma_near(double x, double f, int order)
{
    double n = rint(-x), t = x + n, g, l = 0.0, l1 = 0.0, y;
    if (!(n < 200.0)) {
        return NAN;
    }
    g = 1.0;
    for (y = x; y < t - 0.5; y += 1.0) {
        g *= y;
        l += 1.0 / y;
        l1 -= 1.0 / y / y;
    }
    if (fabs(t) > 1e-30) {              /* else 1/gamma(1 + t) is 1, and f may be subnormal */
        g = f / t;
    }
    l -= sp_psi(1.0 + t);
    l1 -= sp_psi1(1.0 + t);
    return order == 1 ? g * (1.0 + t * l) : g * (2.0 * l + t * (l * l + l1));
}

static inline double sp_rgamma_d1(double x, double f)
{
    return x < 0.5 ? sp_rgamma_near(x, f, 1) : x > DBL_MAX ? 0.0 : -sp_rgamma_times(sp_psi(x), x, f);
}

static inline double sp_rgamma_d2(double x, double f)
{
    double p;
    if (x < 0.5) {
        return sp_rgamma_near(x, f, 2);
    }
    if (x > DBL_MAX) {
        return 0.0;
    }
    p = sp_psi(x);
    return sp_rgamma_times(p * p - sp_psi1(x), x, f);
}

#endif

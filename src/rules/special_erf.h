/* special_erf.h: error functions, normal distribution, logistic functions.
 * Included by special.h.  DLMF chapter 7. */
#ifndef DUALAD_SPECIAL_ERF_H
#define DUALAD_SPECIAL_ERF_H

/* c * exp(k x*x) for k = -1, 1, -1/2.  x*x must be split: its rounding error
 * would be multiplied by x*x, up to 700.  x = h + l with h of 24 bits, so h*h
 * is exact, and x*x = h*h + l (x + h).  The exponential is taken of half the
 * exponent and used twice: the result rounds once when it is subnormal. */
static inline double sp_gauss(double c, double k, double x)
{
    double h, t, e;
    if (!(fabs(x) < 64.0)) {
        return x != x ? x : k < 0.0 ? (c > 0.0 || c < 0.0 ? copysign(0.0, c) : 0.0)
               : copysign(INFINITY, c);
    }
    h = (double)(float)x;
    t = k * ((x - h) * (x + h));
    e = exp(0.5 * k * (h * h));
    t = t * (1.0 + t * (0.5 + t * (1.0 / 6.0)));        /* expm1, |t| < 5e-4 */
    return (c * e * (1.0 + t)) * e;
}

/* The ratios r_n of successive scaled repeated integrals of erfc obey
 * r_n = 1/(2x + 2(n+1) r_{n+1})  (DLMF 7.18.7); all terms are positive.
 * erfcx(x) = 2/sqrt(pi) r_0, and erfcx'(x) = -2 r_1 erfcx(x).  Started with
 * the asymptotic ratio. */
static inline double sp_ierfc_ratio(double x, int n)
{
    int k = x > 8.0 ? 12 : x > 4.0 ? 24 : x > 2.0 ? 60 : x > 1.0 ? 150 : 450;
    double r = 1.0 / (x + sqrt(x * x + 2.0 * (double)(k + n)));
    for (k += n; k > n; k--) {
        r = 0.5 / (x + (double)k * r);
    }
    return r;
}

/* exp(x*x) erfc(x) for x >= 0 */
static inline double sp_erfcx(double x)
{
    if (x < 2.0) {
        return sp_gauss(erfc(x), 1.0, x);
    }
    return SP_2_SQRTPI * sp_ierfc_ratio(x, 0);
}

/* 2 x erfcx - 2/sqrt(pi), which cancels for x > 0.  For x < 0 SciPy's erfcx has
 * the error of exp(x*x), 300 ulp: taken anew. */
static inline double sp_erfcx_d1(double x, double f)
{
    if (x < 0.0) {
        return sp_gauss(2.0 * x * erfc(x), 1.0, x) - SP_2_SQRTPI;
    }
    if (x < 0.5) {
        return 2.0 * x * f - SP_2_SQRTPI;
    }
    return x > 1e9 ? -f / x : -2.0 * f * sp_ierfc_ratio(x, 1);
}

/* erfcx'' = 8 r_1 r_2 erfcx (the second scaled integral) */
static inline double sp_erfcx_d2(double x, double f, double d)
{
    if (x < 0.0) {
        return sp_gauss((2.0 + 4.0 * x * x) * erfc(x), 1.0, x) - 2.0 * SP_2_SQRTPI * x;
    }
    if (x < 0.5) {
        return 2.0 * f + 2.0 * x * d;
    }
    return x > 1e9 ? 2.0 * f / x / x : 8.0 * f * sp_ierfc_ratio(x, 1) * sp_ierfc_ratio(x, 2);
}

/* Inverse functions.  1/erf' at f holds exp(f*f), which multiplies the error
 * of f by 2 f*f; but exp(f*f) = erfcx(f)/erfc(f), and erfc(f) is known: it is
 * 1 - |x|, exact for |x| >= 1/2. */
static inline double sp_erfinv_d1(double x, double f)
{
    double q = 1.0 - fabs(x);
    if (f != f || q <= 0.0) {
        return q == 0.0 ? INFINITY : NAN;
    }
    return SP_SQRTPI_2 * sp_erfcx(fabs(f)) / q;
}

static inline double sp_erfcinv_d1(double x, double f)
{
    double q = x > 1.0 ? 2.0 - x : x;
    if (f != f || q <= 0.0) {
        return q == 0.0 ? -INFINITY : NAN;
    }
    return -SP_SQRTPI_2 * (sp_erfcx(fabs(f)) / q);
}

static inline double sp_ndtri_d1(double x, double f)
{
    double q = x > 0.5 ? 1.0 - x : x;
    if (f != f || q <= 0.0) {
        return q == 0.0 ? INFINITY : NAN;
    }
    return 0.5 * SP_SQRT2PI * (sp_erfcx(fabs(f) * SP_SQRT1_2) / q);
}

/* y = ndtri(exp(x)): SciPy's value, below -1 with one Newton step, for it is
 * good to 1e-12 only; log Phi(y) = log(erfcx(-y/sqrt(2))/2) - y*y/2. */
static inline double sp_ndtri_exp(double x, double f)
{
    double e = sp_erfcx(-f * SP_SQRT1_2);
    return f < -1.0 && f > -1e100
           ? f - (log(0.5 * e) - 0.5 * f * f - x) * (0.5 * SP_SQRT2PI * e) : f;
}

/* d(ndtri(exp(x)))/dx = exp(x)/phi(y) */
static inline double sp_ndtri_exp_d1(double x, double f)
{
    if (f != f || x > 0.0) {
        return NAN;
    }
    if (f > DBL_MAX) {
        return INFINITY;
    }
    if (f <= 0.0) {
        return 0.5 * SP_SQRT2PI * sp_erfcx(-sp_ndtri_exp(x, f) * SP_SQRT1_2);
    }
    return -0.5 * SP_SQRT2PI * (exp(x) * sp_erfcx(f * SP_SQRT1_2) / expm1(x));
}

/* With m = phi/Phi at f and d = 1/m: the second derivative is d (1 + f d), and
 * 1 + f d = d (f + m), where f + m = sqrt(2) r_1 for f < 0. */
static inline double sp_ndtri_exp_d2(double x, double f, double d)
{
    if (f < -1.0) {
        f = sp_ndtri_exp(x, f);
        return d * d * SP_SQRT2 * sp_ierfc_ratio(-f * SP_SQRT1_2, 1);
    }
    return d > DBL_MAX ? d : d * (1.0 + f * d);
}

/* phi(x)/Phi(x), the inverse of Mills's ratio */
static inline double sp_log_ndtr_d1(double x)
{
    if (x < 0.0) {
        double z = -x * SP_SQRT1_2;
        return z > 1e9 ? -x : 2.0 * SP_SQRT1_2PI / sp_erfcx(z);
    }
    return sp_gauss(SP_SQRT1_2PI, -0.5, x) / (0.5 * erfc(-x * SP_SQRT1_2));
}

/* -d (x + d); for x < 0, x + d = sqrt(2) r_1(-x/sqrt(2)) */
static inline double sp_log_ndtr_d2(double x, double d)
{
    if (x < -1.0) {
        return x < -1e9 ? -1.0 : -d * SP_SQRT2 * sp_ierfc_ratio(-x * SP_SQRT1_2, 1);
    }
    return x > 9.0 ? sp_gauss(-SP_SQRT1_2PI * x, -0.5, x) : -d * (x + d);
}

/* ---- logistic functions: one exponential of -|x|, no cancellation ---------- */

static inline double sp_expit(double x)
{
    double t = exp(-fabs(x));
    return x < 0.0 ? t / (1.0 + t) : 1.0 / (1.0 + t);
}

/* expit(x) expit(-x) */
static inline double sp_expit_d1(double x)
{
    double t = exp(-fabs(x)), s = 1.0 + t;
    return t / (s * s);
}

/* -expit' tanh(x/2) */
static inline double sp_expit_d2(double x, double d)
{
    double m = expm1(-fabs(x));
    return d * copysign(1.0, x) * (m / (2.0 + m));
}

static inline double sp_logit_d1(double x)
{
    return x < 0.0 || x > 1.0 ? NAN : 1.0 / fabs(x * (1.0 - x));
}

#endif

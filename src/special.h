/* special.h: helper functions for the rules in rules.def.
 *
 * Pure C99 scalar functions of doubles: no number type, no Python, no NumPy,
 * no state.  A rule calls a helper where its textbook formula would cancel,
 * overflow, underflow, or give a NaN although the true derivative is finite.
 * Families: this file (elementary functions of one and two arguments),
 * special_erf.h (error functions, normal distribution, logistic functions),
 * special_gamma.h (gamma and polygamma), special_scipy.h (the rest of
 * scipy.special).  Sources are cited beside each helper; DLMF is the NIST
 * Digital Library of Mathematical Functions, https://dlmf.nist.gov.
 *
 * Errors are counted in u = 2**-53 (half an ulp, at the least).
 */
#ifndef DUALAD_SPECIAL_H
#define DUALAD_SPECIAL_H

#include <float.h>
#include <math.h>

#define SP_PI        3.14159265358979323846
#define SP_LN2       0.693147180559945309417
#define SP_LN10      2.30258509299404568402
#define SP_LOG2E     1.44269504088896340736
#define SP_LOG10E    0.434294481903251827651
#define SP_2_SQRTPI  1.12837916709551257390     /* 2/sqrt(pi) */
#define SP_SQRTPI_2  0.886226925452758013649    /* sqrt(pi)/2 */
#define SP_SQRT1_2PI 0.398942280401432677940    /* 1/sqrt(2 pi) */
#define SP_SQRT2PI   2.50662827463100050242     /* sqrt(2 pi) */
#define SP_SQRT1_2   0.707106781186547524401    /* sqrt(1/2) */
#define SP_SQRT2     1.41421356237309504880
#define SP_DEG       0.0174532925199432957692   /* pi/180 */
#define SP_RAD       57.2957795130823208768     /* 180/pi */

/* -1, 0, 1; NaN at NaN (the derivative of |x|, 0 at 0 by convention). */
static inline double sp_sign(double x)
{
    return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x + 0.0;
}

/* sum of c[0..n-1] x**k */
static inline double sp_poly(const double *c, int n, double x)
{
    double s = c[n - 1];
    int k;
    for (k = n - 2; k >= 0; k--) {
        s = s * x + c[k];
    }
    return s;
}

/* log(x)' times c: c/x, +inf at either zero, NaN for x < 0. */
static inline double sp_log_d1(double c, double x)
{
    return x < 0.0 ? NAN : c / fabs(x);
}

/* cbrt(x)': f/(3x), with f's own error e (up to 4 ulp in some libm) taken out
 * to first order: f**3/x - 1 = 3e, known to u.  Then 3.7 u whatever f's error. */
static inline double sp_cbrt_d1(double x, double f)
{
    double q = f / x, t = f * f * q - 1.0;
    double r = q / 3.0 * (1.0 - t * (1.0 / 3.0));
    return x == 0.0 ? INFINITY : fabs(x) <= DBL_MAX ? r : x == x ? 0.0 : x;
}

/* -(2/3) d/x, finite rule at the ends; x = 0: -inf at +0, +inf at -0. */
static inline double sp_cbrt_d2(double x, double d)
{
    return -(2.0 / 3.0) * (d / x);
}

/* 1/(1 + x*x) without overflow: (1/x)**2 from 1e9 on, where 1/x**2 < u. */
static inline double sp_arctan_d1(double x)
{
    double q = 1.0 / x;
    return fabs(x) > 1e9 ? q * q : 1.0 / (1.0 + x * x);
}

/* 1/sqrt(1 + x*x) without overflow */
static inline double sp_arcsinh_d1(double x)
{
    return fabs(x) > 1e9 ? 1.0 / fabs(x) : 1.0 / sqrt(1.0 + x * x);
}

/* c * x * d**2, and c * x * d**3, for d(x) falling as 1/x**2, 1/x: grouped so
 * that no factor leaves the range before the product does; 0 where d is 0. */
static inline double sp_xd2(double c, double x, double d)
{
    return d == 0.0 ? copysign(0.0, c * x) : c * ((x * d) * d);
}

static inline double sp_xd3(double c, double x, double d)
{
    return d == 0.0 ? copysign(0.0, c * x) : c * (((x * d) * d) * d);
}

static inline double sp_arctanh_d1(double x)
{
    return fabs(x) > 1.0 ? NAN : 1.0 / ((1.0 - x) * (1.0 + x));
}

/* sech(x)**2 = 4 e/(1 + e)**2 with e = exp(-2|x|): never 1 - tanh**2, which
 * has no right digit from |x| = 19 on.  From 300 on e nears the subnormal
 * range, so the power is split. */
static inline double sp_sech2(double x)
{
    double t = fabs(x);
    if (t > 300.0) {
        double h = exp(-t);
        return (4.0 * h) * h;
    }
    else {
        double e = exp(-2.0 * t), s = 1.0 + e;
        return 4.0 * e / (s * s);
    }
}

/* ---- sin(pi x) and cos(pi x), argument reduced exactly -------------------- */

static inline double sp_sinpi(double x)
{
    double t = fabs(fmod(x, 2.0)), s = signbit(x) ? -1.0 : 1.0;
    if (t > 1.0) {
        t = 2.0 - t;
        s = -s;
    }
    if (t > 0.75) {
        return s * sin(SP_PI * (1.0 - t));
    }
    if (t > 0.25) {
        return s * cos(SP_PI * (0.5 - t));
    }
    return s * sin(SP_PI * t);          /* NaN at +-inf too */
}

static inline double sp_cospi(double x)
{
    double t = fmod(fabs(x), 2.0);
    if (t > 1.0) {
        t = 2.0 - t;
    }
    if (t > 0.75) {
        return -cos(SP_PI * (1.0 - t));
    }
    if (t > 0.25) {
        return sin(SP_PI * (0.5 - t));
    }
    return cos(SP_PI * t);
}

/* sinc(x) = sin(pi x)/(pi x).  With z = (pi x)**2,
 *   sinc = sum (-1)**k z**k/(2k+1)!                          (DLMF 4.19.1)
 *   sinc'  = pi**2 x sum_{k>=1} (-1)**k 2k z**(k-1)/(2k+1)!
 *   sinc'' = pi**2   sum_{k>=1} (-1)**k 2k (2k-1) z**(k-1)/(2k+1)!
 * and, for larger x, sinc' = (cos(pi x) - sinc)/x and
 * sinc'' = -(pi sin(pi x) + 2 sinc')/x. */
static inline double sp_sinc_d1(double x)
{
    if (fabs(x) < 0.5) {
        double z = (SP_PI * x) * (SP_PI * x), t = -1.0 / 3.0, s = 0.0;
        int k;
        for (k = 1; k < 13; k++) {      /* t = (-1)**k 2k z**(k-1)/(2k+1)! */
            s += t;
            t *= -z / (double)(2 * k * (2 * k + 3));
        }
        return SP_PI * (SP_PI * x) * s;
    }
    return (sp_cospi(x) - sp_sinpi(x) / (SP_PI * x)) / x;
}

static inline double sp_sinc_d2(double x)
{
    if (fabs(x) < 0.5) {
        double z = (SP_PI * x) * (SP_PI * x), t = -1.0 / 3.0, s = 0.0;
        int k;
        for (k = 1; k < 13; k++) {      /* as above, times 2k - 1 */
            s += t * (double)(2 * k - 1);
            t *= -z / (double)(2 * k * (2 * k + 3));
        }
        return SP_PI * SP_PI * s;
    }
    return -(SP_PI * sp_sinpi(x) + 2.0 * sp_sinc_d1(x)) / x;
}

/* ---- two arguments -------------------------------------------------------- */

/* x/y/y for the quotient f = x/y: -dy.  Through f, but where f is subnormal
 * (and has lost digits) through a scaled quotient. */
static inline double sp_div_dy(double x, double y, double f)
{
    return fabs(f) >= DBL_MIN || x == 0.0 ? -f / y
           : -((x * 1.6069380442589903e+60) / y / y) * 6.223015277861142e-61;
}

/* weights of maximum (s = 1) and minimum (s = -1): half each at a tie; a NaN
 * value is its operand's, the first one's when both are NaN. */
static inline double sp_max_wx(double x, double y)
{
    return x > y ? 1.0 : x == y ? 0.5 : x != x ? 1.0 : 0.0;
}

static inline double sp_min_wx(double x, double y)
{
    return x < y ? 1.0 : x == y ? 0.5 : x != x ? 1.0 : 0.0;
}

/* fmax, fmin pass over a NaN; both NaN: NumPy returns the first. */
static inline double sp_fmax_wx(double x, double y)
{
    return x > y ? 1.0 : x == y ? 0.5 : y != y ? 1.0 : 0.0;
}

static inline double sp_fmin_wx(double x, double y)
{
    return x < y ? 1.0 : x == y ? 0.5 : y != y ? 1.0 : 0.0;
}

/* trunc(x/y) and floor(x/y), given f = x - n y: x/y alone may round up to the
 * next integer, (x - f)/y does not. */
static inline double sp_fmod_n(double x, double y, double f)
{
    return rint(x / y - f / y);
}

static inline double sp_remainder_n(double x, double y, double f)
{
    if (fabs(y) > DBL_MAX && fabs(x) <= DBL_MAX) {
        return x != 0.0 && (x < 0.0) != (y < 0.0) ? -1.0 : 0.0;
    }
    return rint(x / y - f / y);
}

static inline double sp_copysign_dx(double x, double y)
{
    return copysign(1.0, x) * copysign(1.0, y);
}

/* arctan2(x, y), x the ordinate: dx = y/(x*x + y*y), dy = -x/(x*x + y*y), by
 * the ratio t of the smaller to the larger argument (|t| <= 1), so no square
 * of an argument is ever formed.  Both infinite, or either: 0. */
static inline double sp_at2(double x, double y)     /* y/(x*x + y*y) */
{
    double ax = fabs(x), ay = fabs(y), t;
    if ((ax > DBL_MAX && y == y) || (ay > DBL_MAX && x == x)) {
        return copysign(0.0, y);
    }
    if (ay >= ax) {
        t = x / y;
        return 1.0 / (1.0 + t * t) / y;
    }
    t = y / x;
    if (fabs(t) < 3.054936363499605e-151) {           /* t may be subnormal: scale y */
        return y * 1.6069380442589903e+60 / x / x * 6.223015277861142e-61;
    }
    return t / (1.0 + t * t) / x;
}

static inline double sp_arctan2_dx(double x, double y) { return sp_at2(x, y); }
static inline double sp_arctan2_dy(double x, double y) { return -sp_at2(y, x); }

static inline double sp_arctan2_dxx(double x, double y)
{
    return 2.0 * sp_at2(x, y) * -sp_at2(y, x);
}

/* (x*x - y*y)/(x*x + y*y)**2 */
static inline double sp_arctan2_dxy(double x, double y)
{
    double p = sp_at2(x, y), q = sp_at2(y, x);
    return (q - p) * (q + p);
}

/* hypot: x/f; f is taken anew, scaled, where it overflowed or is subnormal;
 * 0 at (0, 0); at infinite x and finite y: +-1. */
static inline double sp_hypot_dx(double x, double y, double f)
{
    if (f >= 1.0261342003245941e-289 && f <= DBL_MAX) {
        return x / f;
    }
    if (f > DBL_MAX) {
        double ax = fabs(x), ay = fabs(y);
        if (ax > DBL_MAX) {
            return ay <= DBL_MAX ? copysign(1.0, x) : NAN;
        }
        return ay <= DBL_MAX ? 0.25 * x / hypot(0.25 * x, 0.25 * y)
               : copysign(0.0, x);
    }
    if (f == 0.0) {
        return 0.0;
    }
    x *= 8.452712498170644e+270;
    y *= 8.452712498170644e+270;
    return x / hypot(x, y);
}

/* p*q/f for two of its first partials p, q; by homogeneity dxx = dy*dy/f and
 * dxy = -dx*dy/f. */
static inline double sp_hypot_d2(double p, double q, double x, double y, double f)
{
    if (f == 0.0 || p == 0.0 || q == 0.0) {
        return f == f ? 0.0 : f;
    }
    if (f > DBL_MAX && fabs(x) <= DBL_MAX && fabs(y) <= DBL_MAX) {
        return 0.25 * (p * q / hypot(0.25 * x, 0.25 * y));
    }
    return fabs(p) < fabs(q) ? (p / f) * q : (q / f) * p;
}

static inline double sp_hypot_dxx(double x, double y, double f)
{
    double q = sp_hypot_dx(y, x, f);
    return sp_hypot_d2(q, q, x, y, f);
}

static inline double sp_hypot_dxy(double x, double y, double f)
{
    return -sp_hypot_d2(sp_hypot_dx(x, y, f), sp_hypot_dx(y, x, f), x, y, f);
}

/* 1/(1 + exp(y - x)), the weight of x in logaddexp(x, y).  The rounding error
 * of y - x would be multiplied by |y - x|: it is kept (two-sum, Knuth, TAOCP
 * vol. 2, 4.2.2) and put back. */
static inline double sp_two_diff(double y, double x, double *err)
{
    double d = y - x, b = d - y;
    double e = (y - (d - b)) - (x + b);
    *err = fabs(d) <= DBL_MAX ? e : 0.0;
    return d;
}

static inline double sp_weight(double t, int y_larger)
{
    return y_larger ? t / (1.0 + t) : 1.0 / (1.0 + t);
}

static inline double sp_logaddexp_wx(double x, double y)
{
    double e, d, t;
    if (x == y) {
        return 0.5;
    }
    d = sp_two_diff(y, x, &e);
    t = d > 0.0 ? exp(-d) * (1.0 - e) : exp(d) * (1.0 + e);
    return sp_weight(t, d > 0.0);
}

static inline double sp_logaddexp2_wx(double x, double y)
{
    double e, d, t;
    if (x == y) {
        return 0.5;
    }
    d = sp_two_diff(y, x, &e);
    t = d > 0.0 ? exp2(-d) * (1.0 - SP_LN2 * e) : exp2(d) * (1.0 + SP_LN2 * e);
    return sp_weight(t, d > 0.0);
}

/* the product of both weights, times log(2) for base 2 */
static inline double sp_logaddexp_d2(double x, double y)
{
    return sp_logaddexp_wx(x, y) * sp_logaddexp_wx(y, x);
}

static inline double sp_logaddexp2_d2(double x, double y)
{
    return SP_LN2 * (sp_logaddexp2_wx(x, y) * sp_logaddexp2_wx(y, x));
}

/* ---- power ---------------------------------------------------------------- */

/* f is finite and normal, and so is y*f: then y*f/x is the best form, since
 * y - 1 is rounded and its error multiplied by log(x). */
static inline int sp_is_normal(double v)
{
    return fabs(v) >= DBL_MIN && fabs(v) <= DBL_MAX;
}

static inline double sp_pow_dx(double x, double y, double f)
{
    double p = y * f, h;
    if (y == 0.0) {
        return 0.0;
    }
    if (y == 1.0) {
        return x == x ? 1.0 : x;
    }
    if (sp_is_normal(p) && sp_is_normal(f) && x != 0.0) {
        return p / x;
    }
    if (f != f) {
        return f;
    }
    if (fabs(y) > DBL_MAX && f == 0.0) {
        return 0.0;
    }
    if (x == 0.0 || fabs(x) > DBL_MAX || fabs(y) > DBL_MAX) {
        return y * pow(x, y - 1.0);
    }
    h = pow(fabs(x), 0.5 * y);          /* f = +-h*h leaves the range later */
    return (signbit(f) ? -y : y) * (h / x * h);
}

static inline double sp_pow_dxx(double x, double y, double f)
{
    double p = y * f, q, h;
    if (y == 0.0 || y == 1.0) {
        return x == x ? 0.0 : x;
    }
    if (f != f) {
        return f;
    }
    if (y == 2.0) {
        return 2.0;
    }
    if (fabs(y) > DBL_MAX && f == 0.0) {
        return 0.0;
    }
    if (x == 0.0 || fabs(x) > DBL_MAX || fabs(y) > DBL_MAX) {
        return y * (y - 1.0) * pow(x, y - 2.0);
    }
    q = p / x;
    if (sp_is_normal(p) && sp_is_normal(f) && sp_is_normal(q)) {
        return (y - 1.0) * q / x;
    }
    h = pow(fabs(x), 0.5 * y) / x;
    return (y * h) * ((signbit(f) ? 1.0 - y : y - 1.0) * h);
}

/* x**y log(x)**n for n = 1, 2; 0 at x = 0 < y; NaN for x < 0 */
static inline double sp_pow_dy(double x, double y, double f, int n)
{
    double l, h;
    if (x == 0.0 && y > 0.0) {
        return 0.0;
    }
    if (x == 0.0) {
        return n == 1 ? -INFINITY : INFINITY;
    }
    if (x < 0.0 || f != f) {
        return NAN;
    }
    l = log(x);
    if (l == 0.0 || (f == 0.0 && fabs(l * y) > 800.0)) {
        return 0.0;
    }
    if (sp_is_normal(f)) {
        return n == 1 ? f * l : f * l * l;
    }
    h = pow(x, 0.5 * y);
    return n == 1 ? h * l * h : (h * l) * (h * l);
}

/* x**(y-1) (1 + y log x) */
static inline double sp_pow_dxy(double x, double y, double f)
{
    double l, c;
    if (x < 0.0 || f != f) {
        return NAN;
    }
    if (y == 0.0) {
        return 1.0 / fabs(x);
    }
    if (x == 0.0) {
        return y > 1.0 ? 0.0 : y > 0.0 ? -INFINITY : INFINITY;
    }
    l = log(x);
    c = 1.0 + y * l;
    if (sp_is_normal(f)) {
        double q = f / x;
        return sp_is_normal(q) ? q * c : f * c / x;
    }
    if (fabs(x) > DBL_MAX || fabs(y) > DBL_MAX) {
        return f == 0.0 ? 0.0 : f / x * c;
    }
    {
        double h = pow(x, 0.5 * y);
        return (h / x * c) * h;
    }
}

#include "special_erf.h"
#include "special_gamma.h"
#include "special_scipy.h"

#endif

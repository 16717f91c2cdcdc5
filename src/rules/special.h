/* special.h: helper functions for the rules in rules.def.
 *
 * Pure C99 scalar functions of doubles: no number type, no Python, no NumPy,
 * no state.  A rule calls a helper where its textbook formula would cancel,
 * overflow, underflow, or give a NaN although the true derivative is finite.
 * Families: this file (elementary functions of one argument), special_two.h
 * (of two), special_erf.h (error functions, normal distribution, logistic functions),
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
    double r = x + 0.0;
    r = x > 0.0 ? 1.0 : r;
    return x < 0.0 ? -1.0 : r;
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
    double r = c / fabs(x);
    return x < 0.0 ? NAN : r;
}

/* cbrt(x)': f/(3x), with f's own error e (up to 4 ulp in some libm) taken out
 * to first order: f**3/x - 1 = 3e, known to u.  Then 3.7 u whatever f's error. */
static inline double sp_cbrt_d1(double x, double f)
{
    double q = f / x, t = f * f * q - 1.0;
    double r = q / 3.0 * (1.0 - t * (1.0 / 3.0));
    return x == 0.0 ? INFINITY : fabs(x) <= DBL_MAX ? r : x == x ? 0.0 : x;
}

/* -(2/3) d/x; at x = 0: -inf at +0, +inf at -0, as on either side. */
static inline double sp_cbrt_d2(double x, double d)
{
    return -(2.0 / 3.0) * d / x;
}

/* 1/(1 + x*x) without overflow: (1/x)**2 from 1e9 on, where 1/x**2 < u. */
static inline double sp_arctan_d1(double x)
{
    double q = 1.0 / x, r = 1.0 / (1.0 + x * x);
    q *= q;
    return fabs(x) > 1e9 ? q : r;
}

/* 1/sqrt(1 + x*x) without overflow */
static inline double sp_arcsinh_d1(double x)
{
    double q = 1.0 / fabs(x), r = 1.0 / sqrt(1.0 + x * x);
    return fabs(x) > 1e9 ? q : r;
}

/* c * x * d**2, and c * x * d**3, for d(x) falling as 1/x**2, 1/x: grouped so
 * that no factor leaves the range before the product does; 0 where d is 0. */
static inline double sp_xd2(double c, double x, double d)
{
    double r = c * ((x * d) * d);
    return d == 0.0 ? 0.0 : r;
}

static inline double sp_xd3(double c, double x, double d)
{
    double r = c * (((x * d) * d) * d);
    return d == 0.0 ? 0.0 : r;
}

static inline double sp_arctanh_d1(double x)
{
    double r = 1.0 / ((1.0 - x) * (1.0 + x));
    return fabs(x) > 1.0 ? NAN : r;
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
    static const double c[12] = {       /* (-1)**k 2k/(2k+1)! */
        -1.0 / 3.0, 1.0 / 30.0, -1.0 / 840.0, 1.0 / 45360.0, -1.0 / 3991680.0,
        1.0 / 518918400.0, -1.0 / 93405312000.0, 1.0 / 22230464256000.0,
        -1.4797143443923793e-16, 3.9145882126782523e-19, -8.509974375387505e-22,
        1.5472680682522736e-24
    };
    if (fabs(x) < 0.5) {
        double y = SP_PI * x;
        return SP_PI * y * sp_poly(c, 12, y * y);
    }
    return (sp_cospi(x) - sp_sinpi(x) / (SP_PI * x)) / x;
}

static inline double sp_sinc_d2(double x)
{
    static const double c[12] = {       /* (-1)**k 2k (2k-1)/(2k+1)! */
        -1.0 / 3.0, 1.0 / 10.0, -1.0 / 168.0, 1.0 / 6480.0, -1.0 / 443520.0,
        1.0 / 47174400.0, -1.0 / 7185024000.0, 1.0 / 1482030950400.0,
        -1.0 / 397533007872000.0, 7.437717604088679e-18, -1.787094618831376e-20,
        3.5587165569802293e-23
    };
    if (fabs(x) < 0.5) {
        double y = SP_PI * x;
        return SP_PI * SP_PI * sp_poly(c, 12, y * y);
    }
    return -(SP_PI * sp_sinpi(x) + 2.0 * sp_sinc_d1(x)) / x;
}

#include "rules/special_two.h"
#include "rules/special_erf.h"
#include "rules/special_gamma.h"
#include "rules/special_scipy.h"

#endif

/* special_two.h: elementary functions of two arguments.
 * Included by special.h. */
#ifndef DUALAD_SPECIAL_TWO_H
#define DUALAD_SPECIAL_TWO_H

/* finite, not 0, not subnormal */
static inline int sp_is_normal(double v)
{
    return fabs(v) >= DBL_MIN && fabs(v) <= DBL_MAX;
}

/* -x/y/y for the quotient f = x/y, scaled where f is subnormal and has lost
 * digits that the division by a small y would bring up. */
static inline double sp_div_dy(double x, double y, double f)
{
    double r = 1.0 / y;         /* which is there already: d/dx */
    if (sp_is_normal(f) && sp_is_normal(r)) {
        return -(f * r);
    }
    int tiny = (fabs(f) < DBL_MIN) & (fabs(y) < 1.0);
    double s = tiny ? 1.6069380442589903e+60 : 1.0;     /* 2**200 */
    double t = tiny ? 6.223015277861142e-61 : 1.0;
    return -(x * s / y / y * t);
}

/* 2 x/y/y/y, likewise */
static inline double sp_div_dyy(double x, double y, double f)
{
    double q = f / y;
    return fabs(y) >= 1.0 || (fabs(f) >= DBL_MIN && fabs(q) >= DBL_MIN) || x == 0.0 ? 2.0 * (q / y)
           : x * 1.6069380442589903e+60 / y / y / y * 1.2446030555722283e-60;
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
    double p = fabs(sp_at2(x, y)), q = fabs(sp_at2(y, x));
    if (p > DBL_MAX && q > DBL_MAX) {
        return x == y || x == -y ? 0.0 : copysign(INFINITY, fabs(x) - fabs(y));
    }
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
    double p = sp_hypot_dx(x, y, f), q = sp_hypot_dx(y, x, f);
    if (fabs(p) < DBL_MIN && p != 0.0) {        /* subnormal: digits lost */
        return -(x * 1.6069380442589903e+60 / f * (q / f) * 6.223015277861142e-61);
    }
    if (fabs(q) < DBL_MIN && q != 0.0) {
        return -(y * 1.6069380442589903e+60 / f * (p / f) * 6.223015277861142e-61);
    }
    return -sp_hypot_d2(p, q, x, y, f);
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

/* y x**(y-1) is y*f/x where that stays in range: y - 1 is rounded, and its
 * error would be multiplied by log(x). */
static inline double sp_pow_dx(double x, double y, double f)
{
    double p = y * f, h;
    if (y == 0.0) {
        return 0.0;
    }
    if (y == 1.0) {
        return x == x ? 1.0 : x;
    }
    if (y == 2.0) {
        return 2.0 * x;
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
    if (y >= 0.5) {                     /* y - 1 is exact */
        h = pow(fabs(x), 0.5 * (y - 1.0));
        return ((signbit(f) != 0) != (signbit(x) != 0) ? -y : y) * h * h;
    }
    h = pow(fabs(x), 0.5 * y);          /* f = +-h*h leaves the range later */
    return (signbit(f) ? -y : y) * (h / x) * h;
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
    if (sp_is_normal(p) && sp_is_normal(f) && sp_is_normal(q)
        && sp_is_normal((y - 1.0) * q)) {
        return (y - 1.0) * q / x;
    }
    h = y >= 1.0 ? pow(fabs(x), 0.5 * (y - 2.0))        /* y - 2 is exact */
        : pow(fabs(x), 0.5 * y) / x;
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
    if (x > DBL_MAX) {
        return y >= 1.0 ? INFINITY : 0.0;
    }
    if (fabs(y) > DBL_MAX) {
        return f == 0.0 ? 0.0 : f * c;
    }
    {
        double h = pow(x, 0.5 * y);
        return (h / x * c) * h;
    }
}

#endif

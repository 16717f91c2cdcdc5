/* special_scipy.h: the remaining functions of scipy.special.
 * Included by special.h. */
#ifndef DUALAD_SPECIAL_SCIPY_H
#define DUALAD_SPECIAL_SCIPY_H

/* c * exp(x) where exp(x) alone may leave the range */
static inline double sp_scaled_exp(double c, double x)
{
    double h;
    if (fabs(x) < 700.0) {
        return c * exp(x);
    }
    h = exp(0.5 * x);
    return h == 0.0 ? 0.0 : h > DBL_MAX ? (c < 0.0 ? -INFINITY : INFINITY) : (c * h) * h;
}

/* c log(b)**n b**x for b = 2 and 10, to one rounding where it is subnormal;
 * SciPy's own values are 0 or poor there. */
static inline double sp_exp2_d(double c, double x)
{
    double h = exp2(0.5 * x);
    return (c * h) * h;
}

static inline double sp_exp10_d(double c, double x)
{
    double h = pow(10.0, 0.5 * x);
    return (c * h) * h;
}

/* exprel(u) = (exp(u) - 1)/u, its derivatives by series near 0 (term by term
 * from DLMF 4.2.19); e = exp(u) may be given better than exp(u) would be. */
static inline double sp_exprel_d1(double u)
{
    if (fabs(u) < 1.0) {
        double s = 0.0, t = 0.5;
        int k;
        for (k = 0; k < 19; k++) {      /* t = (k+1) u**k/(k+2)! */
            s += t;
            t *= u * (double)(k + 2) / ((double)(k + 1) * (double)(k + 3));
        }
        return s;
    }
    if (u > 700.0) {
        return sp_scaled_exp((1.0 - 1.0 / u) / u, u);
    }
    return (exp(u) - expm1(u) / u) / u;
}

static inline double sp_exprel_d2(double u)
{
    if (fabs(u) < 2.0) {
        double s = 0.0, t = 1.0 / 3.0;
        int k;
        for (k = 0; k < 25; k++) {      /* t = (k+1)(k+2) u**k/(k+3)! */
            s += t;
            t *= u * (double)(k + 3) / ((double)(k + 1) * (double)(k + 4));
        }
        return s;
    }
    if (u > 700.0) {
        double q = 1.0 / u;
        return sp_scaled_exp((1.0 - 2.0 * q * (1.0 - q)) * q, u);
    }
    return (exp(u) - 2.0 * sp_exprel_d1(u)) / u;
}

/* entr(x) = -x log(x): -(log(x) + 1) = -log(e x), by log1p near the zero 1/e */
static inline double sp_entr_d1(double x)
{
    double d = (x - 0.36787944117144233) + 1.2428753672788363e-17;
    if (x < 0.0) {
        return NAN;
    }
    return fabs(d) < 0.125 ? -log1p(d * 2.71828182845904523536)
           : -(log(fabs(x)) + 1.0);
}

/* x log(y): log(y), -inf at either zero; x/y, 0 at x = 0 */
static inline double sp_xlogy_dx(double x, double y)
{
    return x == x ? log(y) : x;
}

static inline double sp_xlogy_dy(double x, double y)
{
    return x == 0.0 && y == y ? 0.0 : y < 0.0 ? NAN : x / fabs(y);
}

static inline double sp_xlogy_dyy(double x, double y)
{
    return x == 0.0 && y == y ? 0.0 : y < 0.0 ? NAN : sp_div_dy(x, y, x / y);
}

static inline double sp_xlog1py_dy(double x, double y)
{
    return sp_xlogy_dy(x, 1.0 + y);
}

static inline double sp_xlog1py_dyy(double x, double y)
{
    return sp_xlogy_dyy(x, 1.0 + y);
}

/* log(x/y) for x, y > 0 */
static inline double sp_log_ratio(double x, double y)
{
    double q = x / y;
    if (x > 0.5 * y && x < 2.0 * y) {
        return log1p((x - y) / y);
    }
    return sp_is_normal(q) ? log(q) : log(x) - log(y);
}

/* the domain of rel_entr(x, y) = x log(x/y) and kl_div = rel_entr - x + y */
static inline double sp_domain_xy(double x, double y, double v)
{
    return x >= 0.0 && y > 0.0 ? v : NAN;
}

/* wrightomega: w/(1 + w), 1 at infinity */
static inline double sp_wright_d1(double f)
{
    return f > 1.0 ? 1.0 / (1.0 + 1.0 / f) : f / (1.0 + f);
}

/* w/(1 + w)**3 */
static inline double sp_wright_d2(double f, double d)
{
    double q = 1.0 / (1.0 + f);
    return d * q * q;
}

/* boxcox(x, y) = (x**y - 1)/y = L exprel(y L), L = log(x); so dy = L**2
 * exprel'(y L), dyy = L**3 exprel''(y L). */
static inline double sp_boxcox_dx(double x, double y)
{
    if (x < 0.0) {
        return NAN;
    }
    if (y == 1.0) {
        return 1.0;
    }
    if (x == 0.0) {
        return y > 1.0 ? 0.0 : INFINITY;
    }
    return y == 0.0 ? 1.0 / x : sp_is_normal(pow(x, y)) ? pow(x, y) / x : pow(x, y - 1.0);
}

/* exprel'(u), exprel''(u) with exp(u) given as e */
static inline double sp_exprel_d1e(double u, double e)
{
    return fabs(u) < 1.0 || u > 700.0 ? sp_exprel_d1(u) : (e - (e - 1.0) / u) / u;
}

static inline double sp_exprel_d2e(double u, double e)
{
    return fabs(u) < 2.0 || u > 700.0 ? sp_exprel_d2(u)
           : (e - 2.0 * sp_exprel_d1e(u, e)) / u;
}

static inline double sp_boxcox_dy(double x, double y)
{
    double l = log(x);
    return l * l * sp_exprel_d1e(y * l, pow(x, y));
}

static inline double sp_boxcox_dyy(double x, double y)
{
    double l = log(x);
    return l * l * l * sp_exprel_d2e(y * l, pow(x, y));
}

static inline double sp_boxcox_dxy(double x, double y)
{
    return sp_boxcox_dx(x, y) * log(x);
}

static inline double sp_boxcox_dxx(double x, double y)
{
    return y == 1.0 ? 0.0 : (y - 1.0) * (sp_boxcox_dx(x, y) / x);
}

/* huber(x, y): y*y/2 for |y| <= x, else x (|y| - x/2); x >= 0 */
static inline double sp_huber(double x, double y, double inside, double outside)
{
    return x < 0.0 ? NAN : x != x || y != y ? x + y : fabs(y) <= x ? inside : outside;
}

/* pseudo_huber(x, y) = x**2 (sqrt(1 + v**2) - 1), v = y/x; in s = sqrt(1 + v*v):
 * dx = x (s-1)**2/s, dy = y/s, dxx = -(s-1)**2 (2s+1)/s**3, dxy = v**3/s**3,
 * dyy = 1/s**3;  s - 1 = v*v/(s + 1). */
static inline double sp_ph_s(double x, double y)
{
    return hypot(1.0, y / x);
}

static inline double sp_ph_s1(double x, double y)
{
    double v = y / x;
    return v / (1.0 + sp_ph_s(x, y)) * v;
}

static inline double sp_pseudo_huber_dx(double x, double y)
{
    double q = sp_ph_s1(x, y);
    return x < 0.0 ? NAN : x == 0.0 ? fabs(y) : x * q * (q / sp_ph_s(x, y));
}

static inline double sp_pseudo_huber_dy(double x, double y)
{
    return x < 0.0 ? NAN : x == 0.0 ? 0.0 : y / sp_ph_s(x, y);
}

static inline double sp_pseudo_huber_dxx(double x, double y)
{
    double s = sp_ph_s(x, y), q = sp_ph_s1(x, y) / s;
    return x < 0.0 ? NAN : -(q * q * (2.0 + 1.0 / s));
}

static inline double sp_pseudo_huber_dxy(double x, double y)
{
    double q = y / x / sp_ph_s(x, y);
    return x < 0.0 ? NAN : q * q * q;
}

static inline double sp_pseudo_huber_dyy(double x, double y)
{
    double q = 1.0 / sp_ph_s(x, y);
    return x < 0.0 ? NAN : q * q * q;
}

#endif

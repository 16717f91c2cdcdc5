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

/* wrightomega: SciPy's value, off by 10 ulp where it is small, with one Newton step of log(exp(x - w)/w) = 0 */
static inline double sp_wright(double x, double f)
{
    return x < 1.0 && sp_is_normal(f) ? f + f * (exp(x) * exp(-f) / f - 1.0) / (1.0 + f) : f;
}

/* w/(1 + w), 1 at infinity */
static inline double sp_wright_d1(double x, double f)
{
    f = sp_wright(x, f);
    return f > 1.0 ? 1.0 / (1.0 + 1.0 / f) : f / (1.0 + f);
}

/* w/(1 + w)**3 */
static inline double sp_wright_d2(double x, double f, double d)
{
    double q = 1.0 / (1.0 + sp_wright(x, f));
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
    double l = log(x), u = y * l;
    if (u > 700.0) {                    /* exp(u) multiplies the error of u, x**y may overflow */
        double h = pow(x, 0.5 * y);
        return ((1.0 - 1.0 / u) / u * l * l * h) * h;
    }
    return l * l * sp_exprel_d1e(u, pow(x, y));
}

static inline double sp_boxcox_dyy(double x, double y)
{
    double l = log(x), u = y * l, q = 1.0 / u;
    if (u > 700.0) {
        double h = pow(x, 0.5 * y);
        return ((1.0 - 2.0 * q * (1.0 - q)) * q * l * l * l * h) * h;
    }
    return l * l * l * sp_exprel_d2e(u, pow(x, y));
}

static inline double sp_boxcox_dxy(double x, double y)
{
    double d = sp_boxcox_dx(x, y);
    if (x > 0.0 && x <= DBL_MAX && !sp_is_normal(d)) {
        double h = pow(x, 0.5 * y);
        return h / x * log(x) * h;
    }
    return d * log(x);
}

static inline double sp_boxcox_dxx(double x, double y)
{
    double d = sp_boxcox_dx(x, y);
    if (y > 1.0 && x > 0.0 && x <= DBL_MAX && !sp_is_normal(d)) {
        double h = pow(x, 0.5 * (y - 2.0));     /* y - 2 is exact */
        return ((y - 1.0) * h) * h;
    }
    double slope = (y - 1.0) * d;
    return y == 1.0 ? 0.0 : fabs(slope) <= DBL_MAX ? slope / x : (y - 1.0) * (d / x);
}

/* huber(x, y): y*y/2 for |y| <= x, else x (|y| - x/2); x >= 0 */
static inline double sp_huber(double x, double y, double inside, double outside)
{
    return x < 0.0 ? NAN : x != x || y != y ? x + y : fabs(y) <= x ? inside : outside;
}

/* pseudo_huber(x, y) = x (r - x), r = hypot(x, y).  In p = x/r, q = y/r and w = 1 - p = q*q/(1 + p):
 * dx = r w**2, dy = x q = y p, dxx = -w**2 (2 + p), dxy = q**3, dyy = p**3. */
static inline double sp_ph_p(double x, double y)
{
    return x < 0.0 ? NAN : sp_hypot_dx(x, y, hypot(x, y));
}

static inline double sp_ph_q(double x, double y)
{
    return x < 0.0 ? NAN : sp_hypot_dx(y, x, hypot(x, y));
}

static inline double sp_ph_w(double x, double y)
{
    double q = sp_ph_q(x, y);
    return q * q / (1.0 + sp_ph_p(x, y));
}

static inline double sp_pseudo_huber_dx(double x, double y)
{
    double w = sp_ph_w(x, y);
    if (w == 0.0 || x == 0.0) {
        return x == 0.0 ? fabs(y) : w;
    }
    return fabs(y) > x ? fabs(y) * w * (w / fabs(sp_ph_q(x, y))) : x * w * (w / sp_ph_p(x, y));
}

static inline double sp_pseudo_huber_dy(double x, double y)
{
    return fabs(y) > x ? x * sp_ph_q(x, y) : y * sp_ph_p(x, y);
}

static inline double sp_pseudo_huber_dxx(double x, double y)
{
    double w = sp_ph_w(x, y);
    return -(w * w * (2.0 + sp_ph_p(x, y)));
}

static inline double sp_pseudo_huber_dxy(double x, double y)
{
    double q = sp_ph_q(x, y);
    return q * q * q;
}

static inline double sp_pseudo_huber_dyy(double x, double y)
{
    double p = sp_ph_p(x, y);
    return p * p * p;
}

#endif

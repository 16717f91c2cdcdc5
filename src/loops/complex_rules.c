#include "rules/complex_rules.h"

#include "rules/special.h"

#define CX_ZERO cx(0.0, 0.0)

static inline Complex
cx_cube(Complex z)
{
    return cx_mul(z, cx_square(z));
}

/* 1 / z^2; z, a cos or cosh that may have overflowed to inf + NaN i, is large where it has. */
static inline Complex
cx_inverse_square(Complex z)
{
    if (fabs(z.re) > DBL_MAX || fabs(z.im) > DBL_MAX) {
        return CX_ZERO;
    }
    return cx_square(cx_inverse(z));
}

static inline Complex
cx_root_product(Complex a, Complex b)
{
    return cx_mul(cx_sqrt(a), cx_sqrt(b));
}

/* ---- x**y ----------------------------------------------------------------------------------------- */

/* At 0 the powers of 0 that the derivatives are: c 0**e for a real part of e above, at or below 0. */
static inline Complex
cx_power_of_zero(Complex c, double e)
{
    return c.re == 0.0 && c.im == 0.0 ? c : e > 0.0 ? CX_ZERO : e == 0.0 ? c : cx_mul(c, cx(INFINITY, 0.0));
}

static inline Complex
cx_pow_dx(Complex x, Complex y, Complex f)
{
    if (x.re == 0.0 && x.im == 0.0) {
        return cx_power_of_zero(y, y.re - 1.0);
    }
    return cx_is(y, 0.0) ? CX_ZERO : cx_is(y, 1.0) ? cx(1.0, 0.0) : cx_mul(y, cx_div(f, x));
}

static inline Complex
cx_pow_dxx(Complex x, Complex y, Complex f)
{
    const Complex c = cx_mul(y, cx(y.re - 1.0, y.im));
    if (x.re == 0.0 && x.im == 0.0) {
        return cx_power_of_zero(c, y.re - 2.0);
    }
    return cx_is(c, 0.0) ? CX_ZERO : cx_mul(c, cx_div(cx_div(f, x), x));
}

/* f log(x)**times */
static inline Complex
cx_pow_dy(Complex x, Complex y, Complex f, int times)
{
    if (x.re == 0.0 && x.im == 0.0) {
        return y.re > 0.0 ? CX_ZERO : cx(NAN, NAN);
    }
    const Complex log_x = cx_log(x), d = cx_mul(f, log_x);
    return times == 1 ? d : cx_mul(d, log_x);
}

/* x**(y - 1) (1 + y log(x)) */
static inline Complex
cx_pow_dxy(Complex x, Complex y, Complex f)
{
    if (x.re == 0.0 && x.im == 0.0) {
        return y.re > 1.0 ? CX_ZERO : cx(NAN, NAN);
    }
    return cx_mul(cx_div(f, x), cx_add(cx(1.0, 0.0), cx_mul(y, cx_log(x))));
}

/* ---- choices ---------------------------------------------------------------------------------------- */

static inline int
cx_same(Complex a, Complex b)
{
    return (a.re == b.re || (a.re != a.re && b.re != b.re)) && (a.im == b.im || (a.im != a.im && b.im != b.im));
}

/* The weight of x in a choice between x and y that gave f. */
static inline double
cx_first(Complex x, Complex y, Complex f)
{
    return !cx_same(x, f) ? 0.0 : cx_same(y, f) ? 0.5 : 1.0;
}

/* ---- the table ------------------------------------------------------------------------------------- */

#define HOLOMORPHIC1(name, aux, d1, d2)                                                            \
    static void name##_one(Complex z, Complex f, Complex a, ComplexDerivatives *out)               \
    {                                                                                              \
        (void)z, (void)f, (void)a;                                                                 \
        const Complex d = (d1);                                                                    \
        out->a = d;                                                                                \
        out->aa = (d2);                                                                            \
    }
#define HOLOMORPHIC2(name, dx, dy, dxx, dxy, dyy)                                                  \
    static void name##_two(Complex x, Complex y, Complex f, int second, ComplexDerivatives *out)   \
    {                                                                                              \
        (void)x, (void)y, (void)f;                                                                 \
        out->a = (dx);                                                                             \
        out->b = (dy);                                                                             \
        if (second) {                                                                              \
            out->aa = (dxx);                                                                       \
            out->ab = (dxy);                                                                       \
            out->bb = (dyy);                                                                       \
        }                                                                                          \
    }
#include "rules/complex_rules.def"

#define HOLOMORPHIC1(name, aux, ...) \
    [COMPLEX_##name] = {#name, 1, COMPLEX_##aux, name##_one, NULL, {NULL, NULL}, NULL},
#define HOLOMORPHIC2(name, ...) \
    [COMPLEX_##name] = {#name, 2, COMPLEX_none, NULL, name##_two, {NULL, NULL}, NULL},
ComplexRule complex_rules[COMPLEX_RULE_COUNT] = {
#include "rules/complex_rules.def"
};

/*
 * Complex arithmetic on two doubles.  C99's complex type is not used: MSVC has none, and GCC's products
 * take a slow way round NaN.  A zero part times an infinite one is 0 in products with an infinite result,
 * as in all rules.
 */
#ifndef DUALAD_COMPLEX_MATH_H
#define DUALAD_COMPLEX_MATH_H

#include <float.h>

#include "numbers/element.h"

typedef struct {
    double re, im;
} Complex;

FORCE_INLINE Complex
cx(double re, double im)
{
    Complex z = {re, im};
    return z;
}

static inline int
cx_finite(Complex z)
{
    return z.re * 0.0 + z.im * 0.0 == 0.0;
}

static inline int
cx_is(Complex z, double re)
{
    return z.re == re && z.im == 0.0;
}

static inline Complex
cx_add(Complex a, Complex b)
{
    return cx(a.re + b.re, a.im + b.im);
}

static inline Complex
cx_sub(Complex a, Complex b)
{
    return cx(a.re - b.re, a.im - b.im);
}

static inline Complex
cx_scale(double a, Complex z)
{
    return cx(a * z.re, a * z.im);
}

static inline Complex
cx_neg(Complex z)
{
    return cx(-z.re, -z.im);
}

static inline Complex
cx_mul(Complex a, Complex b)
{
    Complex f = cx(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
    if (f.re != f.re || f.im != f.im) {
        f.re = product_or_zero(a.re, b.re) - product_or_zero(a.im, b.im);
        f.im = product_or_zero(a.re, b.im) + product_or_zero(a.im, b.re);
    }
    return f;
}

static inline Complex
cx_square(Complex z)
{
    return cx_mul(z, z);
}

/* Smith (1962): no square is formed. 1/0 is +inf. */
static inline Complex
cx_inverse(Complex z)
{
    if (z.re == 0.0 && z.im == 0.0) {
        return cx(INFINITY, 0.0);
    }
    if (fabs(z.re) > DBL_MAX || fabs(z.im) > DBL_MAX) {
        return cx(copysign(0.0, z.re), -copysign(0.0, z.im));
    }
    if (fabs(z.re) >= fabs(z.im)) {
        double ratio = z.im / z.re, scale = z.re + z.im * ratio;
        return cx(1.0 / scale, -ratio / scale);
    }
    double ratio = z.re / z.im, scale = z.re * ratio + z.im;
    return cx(ratio / scale, -1.0 / scale);
}

static inline Complex
cx_div(Complex a, Complex b)
{
    if (b.re == 0.0 && b.im == 0.0) {
        return cx_mul(a, cx(INFINITY, 0.0));
    }
    if (!cx_finite(b)) {
        return cx_mul(a, cx_inverse(b));
    }
    if (fabs(b.re) >= fabs(b.im)) {
        double ratio = b.im / b.re, scale = b.re + b.im * ratio;
        return cx((a.re + a.im * ratio) / scale, (a.im - a.re * ratio) / scale);
    }
    double ratio = b.re / b.im, scale = b.re * ratio + b.im;
    return cx((a.re * ratio + a.im) / scale, (a.im * ratio - a.re) / scale);
}

/* The principal root; the sign of a zero imaginary part decides on the cut. */
static inline Complex
cx_sqrt(Complex z)
{
    double size = fabs(z.re) > fabs(z.im) ? fabs(z.re) : fabs(z.im), back = 1.0;
    if (size == 0.0) {
        return cx(0.0, z.im);
    }
    if (size > 1e300 && size <= DBL_MAX) {
        z = cx_scale(0.0625, z);
        back = 4.0;
    }
    else if (size < 1e-290) {
        z = cx_scale(0x1p+200, z);
        back = 0x1p-100;
    }
    double t = sqrt(0.5 * (fabs(z.re) + hypot(z.re, z.im)));
    Complex root = z.re >= 0.0 ? cx(t, z.im / (2.0 * t)) : cx(fabs(z.im) / (2.0 * t), copysign(t, z.im));
    return cx_scale(back, root);
}

/* Near the unit circle the logarithm of the modulus would cancel. */
static inline Complex
cx_log(Complex z)
{
    double r = hypot(z.re, z.im), log_r;
    if (r > 0.5 && r < 2.0) {
        double larger = fabs(z.re) > fabs(z.im) ? fabs(z.re) : fabs(z.im);
        double smaller = fabs(z.re) > fabs(z.im) ? fabs(z.im) : fabs(z.re);
        log_r = 0.5 * log1p((larger - 1.0) * (larger + 1.0) + smaller * smaller);
    }
    else {
        log_r = r > DBL_MAX && cx_finite(z) ? log(hypot(0.25 * z.re, 0.25 * z.im)) + 2.0 * 0.69314718055994530942
                                            : log(r);
    }
    return cx(log_r, atan2(z.im, z.re));
}

#endif

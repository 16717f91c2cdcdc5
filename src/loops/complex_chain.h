/*
 * The chain rule of complex functions, of first and second order: that of chain2.h in complex numbers,
 *
 *     out_ij = a x_ij + b y_ij + (aa x_i + ab y_i) x_j + (ab x_i + bb y_i) y_j
 *
 * Each line of it is a sum of complex factors times rows of lanes; real and imaginary parts of lanes are
 * rows of doubles.  `out` may be `x` or `y`.
 */
#ifndef DUALAD_COMPLEX_CHAIN_H
#define DUALAD_COMPLEX_CHAIN_H

#include "loops/chain2.h"
#include "rules/complex_rules.h"

/* A factor, and lanes that it multiplies: where their real and their imaginary parts start. */
typedef struct {
    Complex factor;
    const double *re, *im;
} Term;

/* `size` lanes from `k` on, held in registers before any is stored; both counts are constants. */
FORCE_INLINE void
sum_terms_some(double *re, double *im, const Term *terms, int count, npy_intp k, int size)
{
    double r[4], i[4];
    for (int q = 0; q < size; q++) {
        r[q] = i[q] = 0.0;
    }
    for (int t = 0; t < count; t++) {
        const Complex c = terms[t].factor;
        const double *x = terms[t].re + k, *y = terms[t].im + k;
        for (int q = 0; q < size; q++) {
            r[q] += c.re * x[q] - c.im * y[q];
            i[q] += c.re * y[q] + c.im * x[q];
        }
    }
    for (int q = 0; q < size; q++) {
        re[k + q] = r[q];
        im[k + q] = i[q];
    }
}

FORCE_INLINE void
sum_terms(double *re, double *im, const Term *terms, int count, npy_intp n)
{
    npy_intp k = 0;
    for (; k + 4 <= n; k += 4) {
        sum_terms_some(re, im, terms, count, k, 4);
    }
    for (; k < n; k++) {
        sum_terms_some(re, im, terms, count, k, 1);
    }
}

/* The same where something is infinite or NaN: it does not touch what is 0. */
static inline void
sum_terms_masked(double *re, double *im, const Term *terms, int count, npy_intp n)
{
    for (npy_intp k = 0; k < n; k++) {
        double r = 0.0, i = 0.0;
        for (int t = 0; t < count; t++) {
            const Complex c = terms[t].factor;
            const double x = terms[t].re[k], y = terms[t].im[k];
            r += product_or_zero(c.re, x) - product_or_zero(c.im, y);
            i += product_or_zero(c.re, y) + product_or_zero(c.im, x);
        }
        re[k] = r;
        im[k] = i;
    }
}

#define SUM_TERMS(plain, re, im, terms, count, n)                                                  \
    ((plain) ? sum_terms(re, im, terms, count, n) : sum_terms_masked(re, im, terms, count, n))

/* A run of a pattern as runs along which only j moves: those along a diagonal have one pair each. */
#define FOR_EACH_ROW(number)                                                                       \
    for (npy_intp s = 0, at = (number)->n; s < (number)->segment_count; s++)                       \
        for (npy_intp first = 0, step = (number)->segments[s].slant ? 1 : (number)->segments[s].count, \
                      i = (number)->segments[s].i, j = (number)->segments[s].j;                    \
             first < (number)->segments[s].count; first += step, at += step, i += 1, j += 1)

/* One argument; x and out are elements.  The values are not touched. */
static inline void
complex_chain_one(const Number *number, double *out, const ComplexDerivatives *d, const double *x)
{
    const npy_intp n = number->n, width = part_width(number);
    double *re = out + 1, *im = out + width + 1;
    const double *xr = x + 1, *xi = x + width + 1;
    int plain = cx_finite(d->a) && all_finite(xr, number->lanes) && all_finite(xi, number->lanes);
    if (number->pairs > 0) {
        plain = plain && cx_finite(d->aa);
        FOR_EACH_ROW(number)
        {
            const Complex p = cx_mul(d->aa, cx(xr[i], xi[i]));
            const Term terms[2] = {{d->a, xr + at, xi + at}, {p, xr + j, xi + j}};
            SUM_TERMS(plain && cx_finite(p), re + at, im + at, terms, 2, step);
        }
    }
    const Term terms[1] = {{d->a, xr, xi}};
    SUM_TERMS(plain, re, im, terms, 1, n);
}

static inline void
complex_chain_two(const Number *number, double *out, const ComplexDerivatives *d, const double *x, const double *y)
{
    const npy_intp n = number->n, width = part_width(number);
    double *re = out + 1, *im = out + width + 1;
    const double *xr = x + 1, *xi = x + width + 1, *yr = y + 1, *yi = y + width + 1;
    int plain = cx_finite(d->a) && cx_finite(d->b) && all_finite(xr, number->lanes) && all_finite(xi, number->lanes) &&
                all_finite(yr, number->lanes) && all_finite(yi, number->lanes);
    if (number->pairs > 0) {
        plain = plain && cx_finite(d->aa) && cx_finite(d->ab) && cx_finite(d->bb);
        FOR_EACH_ROW(number)
        {
            const Complex x_i = cx(xr[i], xi[i]), y_i = cx(yr[i], yi[i]);
            const Complex p = cx_add(cx_mul(d->aa, x_i), cx_mul(d->ab, y_i));
            const Complex q = cx_add(cx_mul(d->ab, x_i), cx_mul(d->bb, y_i));
            const Term terms[4] = {
                {d->a, xr + at, xi + at}, {d->b, yr + at, yi + at}, {p, xr + j, xi + j}, {q, yr + j, yi + j}};
            SUM_TERMS(plain && cx_finite(p) && cx_finite(q), re + at, im + at, terms, 4, step);
        }
    }
    const Term terms[2] = {{d->a, xr, xi}, {d->b, yr, yi}};
    SUM_TERMS(plain, re, im, terms, 2, n);
}

/* A real function of the real and the imaginary part, with its real derivatives: lanes of a real number.
 * `out` is where they start; x must not be overwritten before its last use. */
static inline void
real_chain(const Number *number, double *out, const Derivatives2 *d, const double *x)
{
    const double *xr = x + 1, *xi = x + part_width(number) + 1;
    if (number->pairs > 0) {
        chain2_two(number, out, d, xr, xi, 1, 1);
    }
    else if (both_finite(d->a, d->b)) {
        chain_two(out, d->a, xr, d->b, xi, number->n);
    }
    else {
        chain_two_masked(out, d->a, xr, d->b, xi, number->n);
    }
}

#endif

/*
 * The chain rule of second order, once for all functions and all patterns of pairs (i, j):
 *
 *     out_ij = a x_ij + aa x_i x_j                                             one argument
 *     out_ij = a x_ij + b y_ij + aa x_i x_j + ab (x_i y_j + y_i x_j) + bb y_i y_j
 *
 * with a, b the first and aa, ab, bb the second derivatives of the function.  First-order lanes come
 * before the pairs in memory, and are written last: `out` may be `x` or `y`.
 */
#ifndef DUALAD_CHAIN2_H
#define DUALAD_CHAIN2_H

#include "chain.h"
#include "number.h"

/* `count` pairs of a run, a constant where it is called; in registers before any is stored.  (A row of
 * one argument is chain_two, of the pairs and of the other direction.) */
FORCE_INLINE void
row_two_some(double *to, double a, const double *pair_x, double b, const double *pair_y, double of_x,
             const double *xj, double of_y, const double *yj, int count)
{
    double sum[8];
    for (int k = 0; k < count; k++) {
        sum[k] = (a * pair_x[k] + b * pair_y[k]) + (of_x * xj[k] + of_y * yj[k]);
    }
    for (int k = 0; k < count; k++) {
        to[k] = sum[k];
    }
}

FORCE_INLINE void
row_two(double *to, double a, const double *pair_x, double b, const double *pair_y, double of_x,
        const double *xj, double of_y, const double *yj, npy_intp n)
{
#define SOME(count) row_two_some(to + k, a, pair_x + k, b, pair_y + k, of_x, xj + k, of_y, yj + k, count)
    CHAIN(SOME)
#undef SOME
}

/* A run along a diagonal. */
FORCE_INLINE void
diagonal_one(double *to, double a, const double *pair, double aa, const double *xi, const double *xj, npy_intp n)
{
#define SOME(count)                                                                                \
    {                                                                                              \
        double sum[8];                                                                             \
        for (int q = 0; q < count; q++) {                                                          \
            sum[q] = a * pair[k + q] + aa * xi[k + q] * xj[k + q];                                 \
        }                                                                                          \
        for (int q = 0; q < count; q++) {                                                          \
            to[k + q] = sum[q];                                                                    \
        }                                                                                          \
    }
    CHAIN(SOME)
#undef SOME
}

typedef struct {
    double a, b, aa, ab, bb;
} Derivatives2;

/* What x_j, respectively y_j, is multiplied by; `cross` and `squares` say (as constants) which second
 * derivatives there are at all. */
FORCE_INLINE double
factor_of_x(const Derivatives2 *d, double xi, double yi, int cross, int squares)
{
    return (squares ? d->aa * xi : 0.0) + (cross ? d->ab * yi : 0.0);
}

FORCE_INLINE double
factor_of_y(const Derivatives2 *d, double xi, double yi, int cross, int squares)
{
    return (squares ? d->bb * yi : 0.0) + (cross ? d->ab * xi : 0.0);
}

FORCE_INLINE void
diagonal_two(double *to, const Derivatives2 *d, const double *pair_x, const double *pair_y, const double *xi,
             const double *yi, const double *xj, const double *yj, int cross, int squares, npy_intp n)
{
#define SOME(count)                                                                                \
    {                                                                                              \
        double sum[8];                                                                             \
        for (int q = 0; q < count; q++) {                                                          \
            const double u = xi[k + q], v = yi[k + q];                                             \
            sum[q] = (d->a * pair_x[k + q] + d->b * pair_y[k + q]) +                               \
                     (factor_of_x(d, u, v, cross, squares) * xj[k + q] +                           \
                      factor_of_y(d, u, v, cross, squares) * yj[k + q]);                           \
        }                                                                                          \
        for (int q = 0; q < count; q++) {                                                          \
            to[k + q] = sum[q];                                                                    \
        }                                                                                          \
    }
    CHAIN(SOME)
#undef SOME
}

/* Are the factors finite?  Then so are the lanes that they are made of. */
FORCE_INLINE int
factors_finite_one(double aa, const double *x, npy_intp n)
{
    double sum[8] = {0.0};
#define SOME(count)                                                                                \
    for (int q = 0; q < count; q++) {                                                              \
        sum[q] += aa * x[k + q];                                                                   \
    }
    CHAIN(SOME)
#undef SOME
    return ((sum[0] + sum[1]) + (sum[2] + sum[3]) + ((sum[4] + sum[5]) + (sum[6] + sum[7]))) * 0.0 == 0.0;
}

FORCE_INLINE int
factors_finite_two(const Derivatives2 *d, const double *x, const double *y, int cross, int squares, npy_intp n)
{
    double sum[8] = {0.0};
#define SOME(count)                                                                                \
    for (int q = 0; q < count; q++) {                                                              \
        sum[q] += factor_of_x(d, x[k + q], y[k + q], cross, squares) +                             \
                  factor_of_y(d, x[k + q], y[k + q], cross, squares);                              \
    }
    CHAIN(SOME)
#undef SOME
    return ((sum[0] + sum[1]) + (sum[2] + sum[3]) + ((sum[4] + sum[5]) + (sum[6] + sum[7]))) * 0.0 == 0.0;
}

/* ---- a triangular pattern of few directions, whose rows are constants ------------------------------- */

#if defined(__GNUC__)
#define UNROLLED _Pragma("GCC unroll 8")
#else
#define UNROLLED
#endif

/* 0 where a lane or a factor is not finite: the general way has to be taken.  The first-order lanes
 * are read once, for the compiler cannot know that they are written last. */
FORCE_INLINE int
triangular_one(double *out, double a, double aa, const double *x, const int n)
{
    double g[8], factor[8], sum = 0.0;
    UNROLLED
    for (int i = 0; i < n; i++) {
        g[i] = x[i];
        factor[i] = aa * g[i];
        sum += factor[i];
    }
    if (!(sum * 0.0 == 0.0)) {
        return 0;
    }
    npy_intp at = n;
    UNROLLED
    for (int i = 0; i < n; i++) {
        chain_two(out + at, a, x + at, factor[i], g + i, n - i);
        at += n - i;
    }
    chain_one(out, a, g, n);
    return 1;
}

FORCE_INLINE int
triangular_two(double *out, const Derivatives2 *d, const double *x, const double *y, const int cross,
               const int squares, const int n)
{
    double gx[8], gy[8], of_x[8], of_y[8], sum = 0.0;
    UNROLLED
    for (int i = 0; i < n; i++) {
        gx[i] = x[i];
        gy[i] = y[i];
        of_x[i] = factor_of_x(d, gx[i], gy[i], cross, squares);
        of_y[i] = factor_of_y(d, gx[i], gy[i], cross, squares);
        sum += of_x[i] + of_y[i];
    }
    if (!(sum * 0.0 == 0.0)) {
        return 0;
    }
    npy_intp at = n;
    UNROLLED
    for (int i = 0; i < n; i++) {
        row_two(out + at, d->a, x + at, d->b, y + at, of_x[i], gx + i, of_y[i], gy + i, n - i);
        at += n - i;
    }
    chain_two(out, d->a, gx, d->b, gy, n);
    return 1;
}

#define FOR_SMALL_TRIANGLE(CALL)                                                                   \
    if (number->key.pattern == TRIANGULAR) {                                                       \
        switch (n) {                                                                               \
        case 1: if (CALL(1)) { return; } break;                                                    \
        case 2: if (CALL(2)) { return; } break;                                                    \
        case 3: if (CALL(3)) { return; } break;                                                    \
        case 4: if (CALL(4)) { return; } break;                                                    \
        case 5: if (CALL(5)) { return; } break;                                                    \
        case 6: if (CALL(6)) { return; } break;                                                    \
        default: break;                                                                            \
        }                                                                                          \
    }

/* ---- any pattern ------------------------------------------------------------------------------------ */

static inline void
chain2_one_masked(const Number *number, double *out, double a, double aa, const double *x)
{
    npy_intp at = number->n;
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment run = number->segments[s];
        for (npy_intp k = 0; k < run.count; k++, at++) {
            out[at] = lane_product(a, x[at]) +
                      product_or_zero(aa, product_or_zero(x[run.i + k * run.slant], x[run.j + k]));
        }
    }
    chain_one_masked(out, a, x, number->n);
}

FORCE_INLINE void
chain2_one(const Number *number, double *out, double a, double aa, const double *x)
{
    const npy_intp n = number->n;
    if (!both_finite(a, aa)) {
        chain2_one_masked(number, out, a, aa, x);
        return;
    }
    if (aa == 0.0) {                             /* linear: all lanes are alike */
        chain_one(out, a, x, number->lanes);
        return;
    }
#define CALL(N) triangular_one(out, a, aa, x, N)
    FOR_SMALL_TRIANGLE(CALL)
#undef CALL
    if (!factors_finite_one(aa, x, n)) {         /* directions at rest must not see it */
        chain2_one_masked(number, out, a, aa, x);
        return;
    }
    const double *pair = x + n;
    double *to = out + n;
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment run = number->segments[s];
        if (run.slant) {
            diagonal_one(to, a, pair, aa, x + run.i, x + run.j, run.count);
        }
        else {
            chain_two(to, a, pair, aa * x[run.i], x + run.j, run.count);
        }
        pair += run.count;
        to += run.count;
    }
    chain_one(out, a, x, n);
}

static inline void
chain2_two_masked(const Number *number, double *out, const Derivatives2 *d, const double *x, const double *y)
{
    npy_intp at = number->n;
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment run = number->segments[s];
        for (npy_intp k = 0; k < run.count; k++, at++) {
            const npy_intp i = run.i + k * run.slant, j = run.j + k;
            const double cross = product_or_zero(x[i], y[j]) + product_or_zero(y[i], x[j]);
            out[at] = lane_product(d->a, x[at]) + lane_product(d->b, y[at]) +
                      product_or_zero(d->aa, product_or_zero(x[i], x[j])) + product_or_zero(d->ab, cross) +
                      product_or_zero(d->bb, product_or_zero(y[i], y[j]));
        }
    }
    chain_two_masked(out, d->a, x, d->b, y, number->n);
}

/* The general function of two arguments. */
FORCE_INLINE void
chain2_two(const Number *number, double *out, const Derivatives2 *d, const double *x, const double *y,
           int cross, int squares)
{
    const npy_intp n = number->n;
    if (!both_finite(d->a, d->b) || !both_finite(d->aa, d->ab) || !both_finite(d->bb, 0.0)) {
        chain2_two_masked(number, out, d, x, y);
        return;
    }
    if (!cross && !squares) {                    /* linear: all lanes are alike */
        chain_two(out, d->a, x, d->b, y, number->lanes);
        return;
    }
#define CALL(N) triangular_two(out, d, x, y, cross, squares, N)
    FOR_SMALL_TRIANGLE(CALL)
#undef CALL
    if (!factors_finite_two(d, x, y, cross, squares, n)) {
        chain2_two_masked(number, out, d, x, y);
        return;
    }
    const double *pair_x = x + n, *pair_y = y + n;
    double *to = out + n;
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment run = number->segments[s];
        const double *xi = x + run.i, *yi = y + run.i, *xj = x + run.j, *yj = y + run.j;
        if (run.slant) {
            diagonal_two(to, d, pair_x, pair_y, xi, yi, xj, yj, cross, squares, run.count);
        }
        else {
            row_two(to, d->a, pair_x, d->b, pair_y, factor_of_x(d, xi[0], yi[0], cross, squares), xj,
                    factor_of_y(d, xi[0], yi[0], cross, squares), yj, run.count);
        }
        pair_x += run.count;
        pair_y += run.count;
        to += run.count;
    }
    chain_two(out, d->a, x, d->b, y, n);
}

#endif

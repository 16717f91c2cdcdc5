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

/* Are n lanes finite? */
FORCE_INLINE int
lanes_finite(const double *x, npy_intp n)
{
    double sum = 0.0;
#define SOME(count)                                                                                \
    for (int q = 0; q < count; q++) {                                                              \
        sum += x[k + q] * 0.0;                                                                     \
    }
    CHAIN(SOME)
#undef SOME
    return sum == 0.0;
}

/* `count` pairs of a row, a constant where it is called; in registers before any is stored.  (A row of
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

typedef struct {
    double a, b, aa, ab, bb;
} Derivatives2;

/* ---- a triangular pattern of few directions, whose rows are constants ------------------------------- */

#if defined(__GNUC__)
#define UNROLLED _Pragma("GCC unroll 8")
#else
#define UNROLLED
#endif

/* 0 where a lane or a factor is not finite: the general way has to be taken. */
FORCE_INLINE int
triangular_one(double *out, double a, double aa, const double *x, const int n)
{
    double factor[8], sum = 0.0;
    UNROLLED
    for (int i = 0; i < n; i++) {
        factor[i] = aa * x[i];
        sum += factor[i] * 0.0;
    }
    if (sum != 0.0) {
        return 0;
    }
    npy_intp at = n;
    UNROLLED
    for (int i = 0; i < n; i++) {
        chain_two(out + at, a, x + at, factor[i], x + i, n - i);
        at += n - i;
    }
    chain_one(out, a, x, n);
    return 1;
}

FORCE_INLINE int
triangular_two(double *out, const Derivatives2 *d, const double *x, const double *y, const int cross,
               const int squares, const int n)
{
    double of_x[8], of_y[8], sum = 0.0;
    UNROLLED
    for (int i = 0; i < n; i++) {
        of_x[i] = (squares ? d->aa * x[i] : 0.0) + (cross ? d->ab * y[i] : 0.0);
        of_y[i] = (squares ? d->bb * y[i] : 0.0) + (cross ? d->ab * x[i] : 0.0);
        sum += of_x[i] * 0.0 + of_y[i] * 0.0;
    }
    if (sum != 0.0) {
        return 0;
    }
    npy_intp at = n;
    UNROLLED
    for (int i = 0; i < n; i++) {
        row_two(out + at, d->a, x + at, d->b, y + at, of_x[i], x + i, of_y[i], y + i, n - i);
        at += n - i;
    }
    chain_two(out, d->a, x, d->b, y, n);
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

FORCE_INLINE void
chain2_one(const Number *number, double *out, double a, double aa, const double *x)
{
    const npy_intp n = number->n;
    const double *pair = x + n;
    double *to = out + n;
    const int plain = both_finite(a, aa) && (aa == 0.0 || lanes_finite(x, n));
    if (plain && aa == 0.0) {                    /* linear: all lanes are alike */
        chain_one(out, a, x, number->lanes);
        return;
    }
    if (plain) {
#define CALL(N) triangular_one(out, a, aa, x, N)
        FOR_SMALL_TRIANGLE(CALL)
#undef CALL
    }
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment row = number->segments[s];
        const double *xj = x + row.j, factor = aa * x[row.i];
        if (plain && both_finite(factor, 0.0)) {
            chain_two(to, a, pair, factor, xj, row.count);
        }
        else {
            for (npy_intp k = 0; k < row.count; k++) {
                to[k] = lane_product(a, pair[k]) + product_or_zero(aa, product_or_zero(x[row.i], xj[k]));
            }
        }
        pair += row.count;
        to += row.count;
    }
    plain ? chain_one(out, a, x, n) : chain_one_masked(out, a, x, n);
}

/* One row of pairs, which starts at lane `at`. */
static inline void
chain2_row_masked(double *out, const Derivatives2 *d, const double *x, const double *y, Segment row, npy_intp at)
{
    const npy_intp i = row.i;
    for (npy_intp j = row.j; j < row.j + row.count; j++, at++) {
        const double cross = product_or_zero(x[i], y[j]) + product_or_zero(y[i], x[j]);
        out[at] = lane_product(d->a, x[at]) + lane_product(d->b, y[at]) +
                  product_or_zero(d->aa, product_or_zero(x[i], x[j])) + product_or_zero(d->ab, cross) +
                  product_or_zero(d->bb, product_or_zero(y[i], y[j]));
    }
}

static inline void
chain2_two_masked(const Number *number, double *out, const Derivatives2 *d, const double *x, const double *y)
{
    npy_intp at = number->n;
    for (npy_intp s = 0; s < number->segment_count; s++) {
        chain2_row_masked(out, d, x, y, number->segments[s], at);
        at += number->segments[s].count;
    }
    chain_two_masked(out, d->a, x, d->b, y, number->n);
}

/* The general function of two arguments; `cross` and `squares` say (as constants) which second
 * derivatives there are at all. */
FORCE_INLINE void
chain2_two(const Number *number, double *out, const Derivatives2 *d, const double *x, const double *y,
           int cross, int squares)
{
    const npy_intp n = number->n;
    const double *pair_x = x + n, *pair_y = y + n;
    double *to = out + n;
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
    if (!lanes_finite(x, n) || !lanes_finite(y, n)) {
        chain2_two_masked(number, out, d, x, y);
        return;
    }
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment row = number->segments[s];
        const double xi = x[row.i], yi = y[row.i];
        const double of_x = (squares ? d->aa * xi : 0.0) + (cross ? d->ab * yi : 0.0);
        const double of_y = (squares ? d->bb * yi : 0.0) + (cross ? d->ab * xi : 0.0);
        if (!both_finite(of_x, of_y)) {          /* overflow, which directions at rest must not see */
            chain2_row_masked(out, d, x, y, row, to - out);
        }
        else {
            row_two(to, d->a, pair_x, d->b, pair_y, of_x, x + row.j, of_y, y + row.j, row.count);
        }
        pair_x += row.count;
        pair_y += row.count;
        to += row.count;
    }
    chain_two(out, d->a, x, d->b, y, n);
}

#endif

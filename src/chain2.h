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

static inline void
chain2_one(const Number *number, double *out, double a, double aa, const double *x)
{
    const npy_intp n = number->n;
    const double *pair = x + n;
    double *to = out + n;
    const int plain = both_finite(a, aa) && (aa == 0.0 || all_finite(x, n));
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment row = number->segments[s];
        const double *xj = x + row.j, factor = aa * x[row.i];
        if (plain && aa != 0.0 && both_finite(factor, 0.0)) {
            for (npy_intp k = 0; k < row.count; k++) {
                to[k] = a * pair[k] + factor * xj[k];
            }
        }
        else if (plain && aa == 0.0) {
            for (npy_intp k = 0; k < row.count; k++) {
                to[k] = a * pair[k];
            }
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

typedef struct {
    double a, b, aa, ab, bb;
} Derivatives2;

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
static inline void
chain2_two(const Number *number, double *out, const Derivatives2 *d, const double *x, const double *y,
           int cross, int squares)
{
    const npy_intp n = number->n;
    const double *pair_x = x + n, *pair_y = y + n;
    double *to = out + n;
    if (!both_finite(d->a, d->b) || !both_finite(d->aa, d->ab) || !both_finite(d->bb, 0.0) ||
        ((cross || squares) && !(all_finite(x, n) && all_finite(y, n)))) {
        chain2_two_masked(number, out, d, x, y);
        return;
    }
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment row = number->segments[s];
        const double *xj = x + row.j, *yj = y + row.j;
        const double xi = x[row.i], yi = y[row.i];
        const double of_x = (squares ? d->aa * xi : 0.0) + (cross ? d->ab * yi : 0.0);
        const double of_y = (squares ? d->bb * yi : 0.0) + (cross ? d->ab * xi : 0.0);
        if (!both_finite(of_x, of_y)) {          /* overflow, which directions at rest must not see */
            chain2_row_masked(out, d, x, y, row, to - out);
        }
        else {
            for (npy_intp k = 0; k < row.count; k++) {
                double sum = d->a * pair_x[k] + d->b * pair_y[k];
                to[k] = cross || squares ? sum + (of_x * xj[k] + of_y * yj[k]) : sum;
            }
        }
        pair_x += row.count;
        pair_y += row.count;
        to += row.count;
    }
    chain_two(out, d->a, x, d->b, y, n);
}

#endif

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

#include "loops/chain.h"
#include "numbers/number.h"

/* A row of two arguments.  (One of one argument is chain_two, of the pairs and of the other direction.) */
FORCE_INLINE void
row_two(double *out, double a, const double *pair_x, double b, const double *pair_y, double of_x,
        const double *xj, double of_y, const double *yj, npy_intp n)
{
#define LANE(i) (a * pair_x[i] + b * pair_y[i]) + (of_x * xj[i] + of_y * yj[i])
    CHAIN
#undef LANE
}

/* A run along a diagonal. */
FORCE_INLINE void
diagonal_one(double *out, double a, const double *pair, double aa, const double *xi, const double *xj, npy_intp n)
{
#define LANE(i) a * pair[i] + aa * xi[i] * xj[i]
    CHAIN
#undef LANE
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
diagonal_two(double *out, const Derivatives2 *d, const double *pair_x, const double *pair_y, const double *xi,
             const double *yi, const double *xj, const double *yj, int cross, int squares, npy_intp n)
{
#define LANE(i)                                                                                    \
    (d->a * pair_x[i] + d->b * pair_y[i]) + (factor_of_x(d, xi[i], yi[i], cross, squares) * xj[i] + \
                                             factor_of_y(d, xi[i], yi[i], cross, squares) * yj[i])
    CHAIN
#undef LANE
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
    IN_GROUPS(SOME)
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
    IN_GROUPS(SOME)
#undef SOME
    return ((sum[0] + sum[1]) + (sum[2] + sum[3]) + ((sum[4] + sum[5]) + (sum[6] + sum[7]))) * 0.0 == 0.0;
}

/* ---- a triangular pattern of few directions, whose rows are constants ------------------------------- */

/*
 * All lanes are worked out before any is stored, for then the compiler makes vector code of them; it does
 * so only where it sees no loop.  PAIRS_n(P) is P(k, i, j) for each pair (i, j), k being its number.
 */
#define PAIRS_1(P) P(0, 0, 0)
#define PAIRS_2(P) P(0, 0, 0) P(1, 0, 1) P(2, 1, 1)
#define PAIRS_3(P) P(0, 0, 0) P(1, 0, 1) P(2, 0, 2) P(3, 1, 1) P(4, 1, 2) P(5, 2, 2)
#define PAIRS_4(P)                                                                                 \
    P(0, 0, 0) P(1, 0, 1) P(2, 0, 2) P(3, 0, 3) P(4, 1, 1) P(5, 1, 2) P(6, 1, 3) P(7, 2, 2)        \
    P(8, 2, 3) P(9, 3, 3)
#define PAIRS_5(P)                                                                                 \
    P(0, 0, 0) P(1, 0, 1) P(2, 0, 2) P(3, 0, 3) P(4, 0, 4) P(5, 1, 1) P(6, 1, 2) P(7, 1, 3)        \
    P(8, 1, 4) P(9, 2, 2) P(10, 2, 3) P(11, 2, 4) P(12, 3, 3) P(13, 3, 4) P(14, 4, 4)
#define PAIRS_6(P)                                                                                 \
    P(0, 0, 0) P(1, 0, 1) P(2, 0, 2) P(3, 0, 3) P(4, 0, 4) P(5, 0, 5) P(6, 1, 1) P(7, 1, 2)        \
    P(8, 1, 3) P(9, 1, 4) P(10, 1, 5) P(11, 2, 2) P(12, 2, 3) P(13, 2, 4) P(14, 2, 5)              \
    P(15, 3, 3) P(16, 3, 4) P(17, 3, 5) P(18, 4, 4) P(19, 4, 5) P(20, 5, 5)
#define PAIRS_7(P)                                                                                 \
    P(0, 0, 0) P(1, 0, 1) P(2, 0, 2) P(3, 0, 3) P(4, 0, 4) P(5, 0, 5) P(6, 0, 6) P(7, 1, 1)        \
    P(8, 1, 2) P(9, 1, 3) P(10, 1, 4) P(11, 1, 5) P(12, 1, 6) P(13, 2, 2) P(14, 2, 3)              \
    P(15, 2, 4) P(16, 2, 5) P(17, 2, 6) P(18, 3, 3) P(19, 3, 4) P(20, 3, 5) P(21, 3, 6)            \
    P(22, 4, 4) P(23, 4, 5) P(24, 4, 6) P(25, 5, 5) P(26, 5, 6) P(27, 6, 6)
#define PAIRS_8(P)                                                                                 \
    P(0, 0, 0) P(1, 0, 1) P(2, 0, 2) P(3, 0, 3) P(4, 0, 4) P(5, 0, 5) P(6, 0, 6) P(7, 0, 7)        \
    P(8, 1, 1) P(9, 1, 2) P(10, 1, 3) P(11, 1, 4) P(12, 1, 5) P(13, 1, 6) P(14, 1, 7)              \
    P(15, 2, 2) P(16, 2, 3) P(17, 2, 4) P(18, 2, 5) P(19, 2, 6) P(20, 2, 7) P(21, 3, 3)            \
    P(22, 3, 4) P(23, 3, 5) P(24, 3, 6) P(25, 3, 7) P(26, 4, 4) P(27, 4, 5) P(28, 4, 6)            \
    P(29, 4, 7) P(30, 5, 5) P(31, 5, 6) P(32, 5, 7) P(33, 6, 6) P(34, 6, 7) P(35, 7, 7)
#define LANES_1(L) L(0)
#define LANES_2(L) LANES_1(L) L(1)
#define LANES_3(L) LANES_2(L) L(2)
#define LANES_4(L) LANES_3(L) L(3)
#define LANES_5(L) LANES_4(L) L(4)
#define LANES_6(L) LANES_5(L) L(5)
#define LANES_7(L) LANES_6(L) L(6)
#define LANES_8(L) LANES_7(L) L(7)
#define LANES_10(L) LANES_8(L) L(8) L(9)
#define LANES_15(L) LANES_10(L) L(10) L(11) L(12) L(13) L(14)
#define LANES_21(L) LANES_15(L) L(15) L(16) L(17) L(18) L(19) L(20)
#define LANES_28(L) LANES_21(L) L(21) L(22) L(23) L(24) L(25) L(26) L(27)
#define LANES_36(L) LANES_28(L) L(28) L(29) L(30) L(31) L(32) L(33) L(34) L(35)

/* 0 where a derivative, a lane or a factor is not finite: the general way has to be taken. */
#define TRIANGULAR_ONE(n, pairs)                                                                   \
    FORCE_INLINE int triangular_one_##n(double *out, double a, double aa, const double *x)         \
    {                                                                                              \
        double first[n], second[pairs], factor[n], sum = a;                                        \
        LANES_##n(FACTOR_ONE)                                                                      \
        if (!(sum * 0.0 == 0.0)) {                                                                 \
            return 0;                                                                              \
        }                                                                                          \
        LANES_##n(FIRST_ONE)                                                                       \
        const double *pair = x + n;                                                                \
        PAIRS_##n(SECOND_ONE)                                                                      \
        LANES_##n(STORE_FIRST)                                                                     \
        double *to = out + n;                                                                      \
        LANES_##pairs(STORE_SECOND)                                                                \
        return 1;                                                                                  \
    }
#define FACTOR_ONE(i) factor[i] = aa * x[i]; sum += factor[i];
#define FIRST_ONE(k) first[k] = a * x[k];
#define SECOND_ONE(k, i, j) second[k] = a * pair[k] + factor[i] * x[j];
#define STORE_FIRST(k) out[k] = first[k];
#define STORE_SECOND(k) to[k] = second[k];
TRIANGULAR_ONE(1, 1)
TRIANGULAR_ONE(2, 3)
TRIANGULAR_ONE(3, 6)
TRIANGULAR_ONE(4, 10)
TRIANGULAR_ONE(5, 15)
TRIANGULAR_ONE(6, 21)
TRIANGULAR_ONE(7, 28)
TRIANGULAR_ONE(8, 36)

#define TRIANGULAR_TWO(n, pairs)                                                                   \
    FORCE_INLINE int triangular_two_##n(double *out, const Derivatives2 *d, const double *x,       \
                                        const double *y, const int cross, const int squares)       \
    {                                                                                              \
        const double a = d->a, b = d->b;                                                           \
        double first[n], second[pairs], of_x[n], of_y[n], sum = a + b;                             \
        LANES_##n(FACTORS_TWO)                                                                     \
        if (!(sum * 0.0 == 0.0)) {                                                                 \
            return 0;                                                                              \
        }                                                                                          \
        LANES_##n(FIRST_TWO)                                                                       \
        const double *pair_x = x + n, *pair_y = y + n;                                             \
        PAIRS_##n(SECOND_TWO)                                                                      \
        LANES_##n(STORE_FIRST)                                                                     \
        double *to = out + n;                                                                      \
        LANES_##pairs(STORE_SECOND)                                                                \
        return 1;                                                                                  \
    }
#define FACTORS_TWO(i)                                                                             \
    of_x[i] = factor_of_x(d, x[i], y[i], cross, squares);                                          \
    of_y[i] = factor_of_y(d, x[i], y[i], cross, squares);                                          \
    sum += of_x[i] + of_y[i];
#define FIRST_TWO(k) first[k] = a * x[k] + b * y[k];
#define SECOND_TWO(k, i, j) second[k] = (a * pair_x[k] + b * pair_y[k]) + (of_x[i] * x[j] + of_y[i] * y[j]);
TRIANGULAR_TWO(1, 1)
TRIANGULAR_TWO(2, 3)
TRIANGULAR_TWO(3, 6)
TRIANGULAR_TWO(4, 10)
TRIANGULAR_TWO(5, 15)
TRIANGULAR_TWO(6, 21)
TRIANGULAR_TWO(7, 28)
TRIANGULAR_TWO(8, 36)

#define FOR_SMALL_TRIANGLE(CALL)                                                                   \
    if (number->key.pattern == TRIANGULAR) {                                                       \
        switch (n) {                                                                               \
        case 1: if (CALL(1)) { return; } break;                                                    \
        case 2: if (CALL(2)) { return; } break;                                                    \
        case 3: if (CALL(3)) { return; } break;                                                    \
        case 4: if (CALL(4)) { return; } break;                                                    \
        case 5: if (CALL(5)) { return; } break;                                                    \
        case 6: if (CALL(6)) { return; } break;                                                    \
        case 7: if (CALL(7)) { return; } break;                                                    \
        case 8: if (CALL(8)) { return; } break;                                                    \
        default: break;                                                                            \
        }                                                                                          \
    }

/* ---- any pattern ------------------------------------------------------------------------------------ */

/* f'' x_i x_j: 0 where a direction rests; x_i x_j may leave the range where the term does not. */
static inline double
second_term(double aa, double xi, double xj)
{
    const double both = xi * xj;
    if (aa == 0.0 || xi == 0.0 || xj == 0.0) {
        return 0.0;
    }
    return fabs(both) >= DBL_MIN && fabs(both) <= DBL_MAX ? aa * both : aa * xi * xj;
}

/* f_xy (x_i y_j + y_i x_j), likewise; the sum may be 0 where f_xy is infinite. */
static inline double
cross_term(double ab, double xi, double yj, double yi, double xj)
{
    const double one = product_or_zero(xi, yj), other = product_or_zero(yi, xj);
    if (fabs(one) >= DBL_MIN || fabs(other) >= DBL_MIN) {
        return product_or_zero(ab, one + other);
    }
    return second_term(ab, xi, yj) + second_term(ab, yi, xj);
}

static inline void
chain2_one_masked(const Number *number, double *out, double a, double aa, const double *x)
{
    npy_intp at = number->n;
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment run = number->segments[s];
        for (npy_intp k = 0; k < run.count; k++, at++) {
            out[at] = lane_product(a, x[at]) + second_term(aa, x[run.i + k * run.slant], x[run.j + k]);
        }
    }
    chain_one_masked(out, a, x, number->n);
}

/* Where f'' is out of range and f' is not: by p = f''/f', as (p x_i) (f' x_j). */
static inline void
chain2_one_factored(const Number *number, double *out, double a, double p, const double *x)
{
    npy_intp at = number->n;
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment run = number->segments[s];
        for (npy_intp k = 0; k < run.count; k++, at++) {
            const double xi = x[run.i + k * run.slant], xj = x[run.j + k];
            out[at] = lane_product(a, x[at]) + product_or_zero(lane_product(p, xi), lane_product(a, xj));
        }
    }
    chain_one_masked(out, a, x, number->n);
}

/* A quotient, likewise: as f y = x, it is f_ij = (x_ij - f y_ij - f_i y_j - f_j y_i) / y. */
static inline void
chain2_quotient(const Number *number, double *out, double f, double divisor, double a, double b, const double *x,
                const double *y)
{
    npy_intp at = number->n;
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment run = number->segments[s];
        for (npy_intp k = 0; k < run.count; k++, at++) {
            const npy_intp i = run.i + k * run.slant, j = run.j + k;
            const double fi = quotient_lane(f, divisor, x, y, i), fj = quotient_lane(f, divisor, x, y, j);
            out[at] = quotient_lane(f, divisor, x, y, at) -
                      (product_or_zero(fi, y[j]) + product_or_zero(fj, y[i])) / divisor;
        }
    }
    if (quotient_left_range(f, divisor, b)) {
        chain_quotient(out, f, divisor, x, y, number->n);
    }
    else if (x == NULL) {
        chain_one_masked(out, b, y, number->n);
    }
    else {
        chain_two_masked(out, a, x, b, y, number->n);
    }
}

FORCE_INLINE void
chain2_one(const Number *number, double *out, double a, double aa, const double *x)
{
    const npy_intp n = number->n;
    if (aa != 0.0) {
#define CALL(N) triangular_one_##N(out, a, aa, x)
        FOR_SMALL_TRIANGLE(CALL)
#undef CALL
    }
    if (!both_finite(a, aa)) {
        chain2_one_masked(number, out, a, aa, x);
        return;
    }
    if (aa == 0.0) {                             /* linear: all lanes are alike */
        chain_one(out, a, x, number->lanes);
        return;
    }
    if (!factors_finite_one(aa, x, n)) {         /* directions at rest must not see it */
        chain2_one_masked(number, out, a, aa, x);
        return;
    }
    const double *pair = x + n;
    double *to = out + n;
    npy_intp linear = 0;         /* pairs waiting that x_i = 0 leaves out of the second term: most, in sparse numbers */
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment run = number->segments[s];
        if (!run.slant && x[run.i] == 0.0) {
            linear += run.count;
            continue;
        }
        chain_one(to, a, pair, linear);
        pair += linear;
        to += linear;
        linear = 0;
        if (run.slant) {
            diagonal_one(to, a, pair, aa, x + run.i, x + run.j, run.count);
        }
        else {
            chain_two(to, a, pair, aa * x[run.i], x + run.j, run.count);
        }
        pair += run.count;
        to += run.count;
    }
    chain_one(to, a, pair, linear);
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
            out[at] = lane_product(d->a, x[at]) + lane_product(d->b, y[at]) + second_term(d->aa, x[i], x[j]) +
                      cross_term(d->ab, x[i], y[j], y[i], x[j]) + second_term(d->bb, y[i], y[j]);
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
    if (cross || squares) {
#define CALL(N) triangular_two_##N(out, d, x, y, cross, squares)
        FOR_SMALL_TRIANGLE(CALL)
#undef CALL
    }
    if (!both_finite(d->a, d->b) || !both_finite(d->aa, d->ab) || !both_finite(d->bb, 0.0)) {
        chain2_two_masked(number, out, d, x, y);
        return;
    }
    if (!cross && !squares) {                    /* linear: all lanes are alike */
        chain_two(out, d->a, x, d->b, y, number->lanes);
        return;
    }
    if (!factors_finite_two(d, x, y, cross, squares, n)) {
        chain2_two_masked(number, out, d, x, y);
        return;
    }
    const double *pair_x = x + n, *pair_y = y + n;
    double *to = out + n;
    npy_intp linear = 0;
    for (npy_intp s = 0; s < number->segment_count; s++) {
        const Segment run = number->segments[s];
        const double *xi = x + run.i, *yi = y + run.i, *xj = x + run.j, *yj = y + run.j;
        if (!run.slant && xi[0] == 0.0 && yi[0] == 0.0) {
            linear += run.count;
            continue;
        }
        chain_two(to, d->a, pair_x, d->b, pair_y, linear);
        pair_x += linear;
        pair_y += linear;
        to += linear;
        linear = 0;
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
    chain_two(to, d->a, pair_x, d->b, pair_y, linear);
    chain_two(out, d->a, x, d->b, y, n);
}

#endif

/*
 * The chain rule of first order, once for all functions:
 *
 *     out' = a x' + b y'
 *
 * with a, b the partial derivatives of the function.  It knows no rule; lanes are an element's
 * directions.  Written so that a compiler makes vector code of it for a constant n: a few results
 * are held in registers before any is stored, since `out` may be `x` or `y`.
 */
#ifndef DUALAD_CHAIN_H
#define DUALAD_CHAIN_H

#include "numbers/element.h"

#include <float.h>

/* n lanes, as many at a time as fit: SOME(count), a constant, is for `count` lanes from `k` on. */
#define IN_GROUPS(SOME)                                                                            \
    npy_intp k = 0;                                                                                \
    for (; k + 8 <= n; k += 8) {                                                                   \
        SOME(8)                                                                                    \
    }                                                                                              \
    if (n & 4) {                                                                                   \
        SOME(4)                                                                                    \
        k += 4;                                                                                    \
    }                                                                                              \
    if (n & 2) {                                                                                   \
        SOME(2)                                                                                    \
        k += 2;                                                                                    \
    }                                                                                              \
    if (n & 1) {                                                                                   \
        SOME(1)                                                                                    \
    }

/* Of each group all lanes are worked out, out[i] = LANE(i), before any is stored. */
#define CHAIN IN_GROUPS(SOME_LANES)
#define SOME_LANES(count)                                                                          \
    double sum[8];                                                                                 \
    for (int q = 0; q < count; q++) {                                                              \
        sum[q] = LANE(k + q);                                                                      \
    }                                                                                              \
    for (int q = 0; q < count; q++) {                                                              \
        out[k + q] = sum[q];                                                                       \
    }

FORCE_INLINE void
chain_one(double *out, double a, const double *x, npy_intp n)
{
#define LANE(i) a * x[i]
    CHAIN
#undef LANE
}

FORCE_INLINE void
chain_two(double *out, double a, const double *x, double b, const double *y, npy_intp n)
{
#define LANE(i) a * x[i] + b * y[i]
    CHAIN
#undef LANE
}

/* The same where a factor is infinite or NaN: it does not touch a direction whose partial is 0. */
static inline void
chain_one_masked(double *out, double a, const double *x, npy_intp n)
{
    for (npy_intp k = 0; k < n; k++) {
        out[k] = lane_product(a, x[k]);
    }
}

static inline void
chain_two_masked(double *out, double a, const double *x, double b, const double *y, npy_intp n)
{
    for (npy_intp k = 0; k < n; k++) {
        out[k] = lane_product(a, x[k]) + lane_product(b, y[k]);
    }
}

/* A quotient f = x / y whose slope -f/y leaves the range although the product with y' does not: (x' - f y') / y. */
static inline int
quotient_left_range(double f, double y, double slope)
{
    return !(fabs(slope) >= DBL_MIN && fabs(slope) <= DBL_MAX) && fabs(f) >= DBL_MIN && fabs(f) <= DBL_MAX &&
           y != 0.0 && fabs(y) <= DBL_MAX;
}

/* x is NULL where it is constant. */
static inline double
quotient_lane(double f, double divisor, const double *x, const double *y, npy_intp k)
{
    return ((x != NULL ? x[k] : 0.0) - f * y[k]) / divisor;
}

static inline void
chain_quotient(double *out, double f, double divisor, const double *x, const double *y, npy_intp n)
{
    for (npy_intp k = 0; k < n; k++) {
        out[k] = quotient_lane(f, divisor, x, y, k);
    }
}

FORCE_INLINE int
both_finite(double a, double b)
{
    return a * 0.0 + b * 0.0 == 0.0;
}

/* A loop over elements, compiled once for each usual number of directions. */
#define FOR_SIZE(n, LOOP)                                                                          \
    switch (n) {                                                                                   \
    case 1: LOOP(1); break;                                                                        \
    case 2: LOOP(2); break;                                                                        \
    case 3: LOOP(3); break;                                                                        \
    case 4: LOOP(4); break;                                                                        \
    case 5: LOOP(5); break;                                                                        \
    case 6: LOOP(6); break;                                                                        \
    case 7: LOOP(7); break;                                                                        \
    case 8: LOOP(8); break;                                                                        \
    default: LOOP(n);                                                                              \
    }

#endif

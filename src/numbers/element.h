/* Small things about one element that several files need. */
#ifndef DUALAD_ELEMENT_H
#define DUALAD_ELEMENT_H

#include <math.h>
#include <numpy/npy_common.h>

/* Where a constant argument decides the code that is made of a function. */
#if defined(_MSC_VER)
#define FORCE_INLINE static __forceinline
#else
#define FORCE_INLINE static inline __attribute__((always_inline))
#endif

/* NumPy's order: by the value alone, NaN last. */
static inline int
compare_values(double a, double b)
{
    if (a < b || (b != b && a == a)) {
        return -1;
    }
    return a > b || (a != a && b == b);
}

/* a * b, 0 where one of them is. */
static inline double
product_or_zero(double a, double b)
{
    return a == 0.0 || b == 0.0 ? 0.0 : a * b;
}

/* A zero partial times an infinite or NaN factor is 0 (design: the honest infinity of sqrt at 0
 * must not put NaN into the directions that have nothing to do with it). */
static inline double
lane_product(double factor, double lane)
{
    return lane == 0.0 ? 0.0 : factor * lane;
}

static inline int
all_finite(const double *x, npy_intp n)
{
    double sum = 0.0;
    for (npy_intp i = 0; i < n; i++) {
        sum += x[i] * 0.0;
    }
    return sum == 0.0;
}

static inline double
half_to_double(npy_uint16 half)
{
    int exponent = (half >> 10) & 31, mantissa = half & 1023;
    double value = exponent == 0    ? ldexp(mantissa, -24)
                   : exponent == 31 ? (mantissa ? NAN : INFINITY)
                                    : ldexp(1024 + mantissa, exponent - 25);
    return half & 0x8000 ? -value : value;
}

#endif

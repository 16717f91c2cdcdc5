/*
 * sin and cos where they are derivatives (of cos and sin): a vector loop, since NumPy's own take
 * several times as long and their last bit matters in values only.
 *
 * x = n pi/2 + r with |r| <= pi/4: n by adding and subtracting 1.5 2^52, r by subtracting n times
 * pi/2 in four parts (Cody and Waite 1980; three of 32 bits, so that n times each is exact for
 * |n| < 2^20, and one of 53), each difference exact with its rounding error (Knuth's TwoSum).
 * The polynomials are Chebyshev fits, found with mpmath: of (sin r / r - 1) / r^2 with error 2.1e-17,
 * of (cos r - 1 + r^2 / 2) / r^4 with error 1.3e-18.  The whole is within 1 ulp.
 */
#include "loops/trig.h"

#include <math.h>

#include "numbers/element.h"

#define TRIG_LARGEST 1e6      /* |x| up to here */

/* a - b and what rounding has lost of it. */
FORCE_INLINE double
trig_difference(double a, double b, double *lost)
{
    double d = a - b, b_part = d - a, a_part = d - b_part;
    *lost = (a - a_part) - (b + b_part);
    return d;
}

/* sin(x + quarter pi/2), quarter 0 or 1. */
FORCE_INLINE double
trig_sin(double x, double quarter)
{
    const double to_integer = 6755399441055744.0, two_over_pi = 0.63661977236758134;
    double n = (x * two_over_pi + to_integer) - to_integer, lost1, lost2;
    double r = x - n * 1.5707963267341256;
    r = trig_difference(r, n * 6.077100506303966e-11, &lost1);
    r = trig_difference(r, n * 2.0222662487111665e-21, &lost2);
    double tail = lost1 + lost2 - n * 8.4784276603689e-32;
    double sum = r + tail;
    tail = (r - sum) + tail;
    r = sum;

    double z = r * r;
    double s =
        z * (-0.16666666666666666 +
             z * (0.008333333333330946 +
                  z * (-0.0001984126983675497 +
                       z * (2.755731610068303e-06 + z * (-2.5051131455427946e-08 + z * 1.591810123027412e-10)))));
    double c = z * z *
               (0.041666666666666664 +
                z * (-0.0013888888888887395 +
                     z * (2.4801587298763433e-05 +
                          z * (-2.7557317270560326e-07 + z * (2.0876146024689747e-09 + z * -1.1382614868556325e-11)))));
    double half = 0.5 * z, one = 1.0 - half;
    double sine = r + (r * s + tail * one);
    double cosine = one + (((1.0 - one) - half) + (c - r * tail));

    /* The quadrant, -2..2: odd ones take the cosine; the sign turns in the second half of the circle.
     * In products with 0 and 1, which every compiler makes vector code of. */
    double q = n + quarter;
    q -= 4.0 * ((0.25 * q + to_integer) - to_integer);
    double square = q * q, odd = square * (4.0 - square) * (1.0 / 3.0);
    return (1.0 - odd) * (1.0 - 0.5 * square) * sine + odd * q * cosine;
}

FORCE_INLINE int
block(double quarter, npy_intp n, const double *restrict x, double *restrict f)
{
    double excess = 0.0;
    for (npy_intp i = 0; i < n; i++) {
        f[i] = trig_sin(x[i], quarter);
    }
    for (npy_intp i = 0; i < n; i++) {
        excess += fabs(x[i]) <= TRIG_LARGEST ? 0.0 : 1.0;
    }
    return excess == 0.0;
}

/* ---- one copy for each instruction set; without fused operations all give the same bits ---- */

typedef int Block(double quarter, npy_intp n, const double *restrict x, double *restrict f);

#define COPY(name, attribute)                                                                      \
    attribute static int name(double quarter, npy_intp n, const double *restrict x, double *restrict f) \
    {                                                                                              \
        return block(quarter, n, x, f);                                                            \
    }
COPY(block_plain, )
#if defined(__clang__)
#define AVX512 __attribute__((target("avx512f,avx512dq")))
#else
#define AVX512 __attribute__((target("avx512f,avx512dq,prefer-vector-width=512")))
#endif
#if defined(__x86_64__) && defined(__GNUC__)
COPY(block_avx2, __attribute__((target("avx2"))))
COPY(block_avx512, AVX512)
#endif

static Block *chosen = block_plain;

void
trig_setup(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512dq")) {
        chosen = block_avx512;
    }
    else if (__builtin_cpu_supports("avx2")) {
        chosen = block_avx2;
    }
#endif
}

const char *
trig_instructions(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    return chosen == block_avx512 ? "AVX512" : chosen == block_avx2 ? "AVX2" : "baseline";
#else
    return "baseline";
#endif
}

int
trig_block_sin(npy_intp n, const double *x, double *f)
{
    return chosen(0.0, n, x, f);
}

int
trig_block_cos(npy_intp n, const double *x, double *f)
{
    return chosen(1.0, n, x, f);
}

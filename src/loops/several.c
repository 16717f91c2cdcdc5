#include "loops/several.h"

#include "loops/chain.h"
#include "loops/elementwise.h"
#include "loops/fp_flags.h"

#include <string.h>

/* One element at a time: none of these is used for speed, and each may overwrite an operand. */
#define LOOP(name)                                                                                 \
    static int name##_loop(PyArrayMethod_Context *context, char *const *data,                      \
                           const npy_intp *dimensions, const npy_intp *strides,                    \
                           NpyAuxData *NPY_UNUSED(aux_data))
/* All are linear in the lanes, those of second order as well. */
#define LANES number_of_descr(context->descriptors[0])->lanes
#define EACH npy_intp i = 0; i < dimensions[0]; i++
#define OPERAND(k, type) ((type *)(data[k] + i * strides[k]))

static void
call_float_loop(int which, void *a, void *b, void *c, void *d)
{
    char *operands[4] = {a, b, c, d};
    npy_intp n = 1, steps[4] = {0, 0, 0, 0};
    several[which].value.call(operands, &n, steps, several[which].value.data);
}

LOOP(modf)
{
    const npy_intp lanes = LANES;
    for (EACH) {
        double x = *OPERAND(0, double), fraction, whole;
        call_float_loop(SEVERAL_modf, &x, &fraction, &whole, NULL);
        memmove(OPERAND(1, double), OPERAND(0, double), (1 + lanes) * sizeof(double));
        memset(OPERAND(2, double), 0, (1 + lanes) * sizeof(double));
        *OPERAND(1, double) = fraction;
        *OPERAND(2, double) = whole;
    }
    return 0;
}

LOOP(frexp)
{
    const npy_intp lanes = LANES;
    for (EACH) {
        double *x = OPERAND(0, double), *out = OPERAND(1, double), mantissa;
        int exponent = 0;
        call_float_loop(SEVERAL_frexp, x, &mantissa, &exponent, NULL);
        unsigned flags = fp_flags();
        for (npy_intp k = 1; k <= lanes; k++) {
            out[k] = ldexp(x[k], -exponent);
        }
        fp_restore(flags);
        out[0] = mantissa;
        *OPERAND(2, int) = exponent;
    }
    return 0;
}

static void
scale_by_power_of_two(double *out, const double *x, npy_intp lanes, npy_intp exponent)
{
    int e = exponent > 5000 ? 5000 : exponent < -5000 ? -5000 : (int)exponent;
    for (npy_intp k = 1; k <= lanes; k++) {
        out[k] = ldexp(x[k], e);
    }
}

#define LDEXP(name, type)                                                                          \
    LOOP(name)                                                                                     \
    {                                                                                              \
        const npy_intp lanes = LANES;                                                              \
        for (EACH) {                                                                               \
            double value;                                                                          \
            type exponent = *OPERAND(1, type);                                                     \
            call_float_loop(SEVERAL_##name, OPERAND(0, double), &exponent, &value, NULL);          \
            unsigned flags = fp_flags();                                                           \
            scale_by_power_of_two(OPERAND(2, double), OPERAND(0, double), lanes, exponent);        \
            fp_restore(flags);                                                                     \
            *OPERAND(2, double) = value;                                                           \
        }                                                                                          \
        return 0;                                                                                  \
    }
LDEXP(ldexp, int)
LDEXP(ldexp_long, long)

LOOP(divmod)
{
    const npy_intp lanes = LANES;
    for (EACH) {
        const double *x = OPERAND(0, double), *y = OPERAND(1, double);
        double quotient, remainder;
        call_float_loop(SEVERAL_divmod, (void *)x, (void *)y, &quotient, &remainder);
        unsigned flags = fp_flags();
        double dx = rule_remainder_dx(x[0], y[0], remainder);
        double dy = rule_remainder_dy(x[0], y[0], remainder);
        double *out = OPERAND(3, double);
        chain_two_masked(out + 1, dx, x + 1, dy, y + 1, lanes);
        out[0] = remainder;
        out = OPERAND(2, double);
        memset(out, 0, (1 + lanes) * sizeof(double));
        out[0] = quotient;
        fp_restore(flags);
    }
    return 0;
}

/* NumPy clips as minimum(maximum(x, low), high), and a NaN goes through; inside the closed interval
 * x wins, also where it equals a bound. */
LOOP(clip)
{
    const npy_intp size = (1 + LANES) * (npy_intp)sizeof(double);
    for (EACH) {
        const double *x = OPERAND(0, double), *low = OPERAND(1, double), *high = OPERAND(2, double);
        double value;
        char *operands[4] = {(char *)x, (char *)low, (char *)high, (char *)&value};
        npy_intp n = 1; /* with the strides as they are: constant bounds go another way in NumPy */
        several[SEVERAL_clip].value.call(operands, &n, (npy_intp *)strides, several[SEVERAL_clip].value.data);
        const double *from = isnan(x[0]) || x[0] >= low[0] ? x : low;
        from = isnan(from[0]) || from[0] <= high[0] ? from : high;
        double *out = OPERAND(3, double);
        memmove(out, from, size);
        out[0] = value;
    }
    return 0;
}

LOOP(_ones_like)
{
    const npy_intp size = (1 + LANES) * (npy_intp)sizeof(double);
    for (EACH) {
        memset(OPERAND(1, double), 0, size);
        *OPERAND(1, double) = 1.0;
    }
    return 0;
}

Several several[SEVERAL_COUNT] = {
#define ROW(name, types, float_types) [SEVERAL_##name] = {#name, types, float_types, name##_loop, {NULL, NULL}},
    SEVERAL(ROW)
#undef ROW
};

/*
 * Loops for the EXACT rows of the table: their value is one IEEE operation, so C gives NumPy's bits,
 * and value and lanes are worked out together in one pass.
 *
 * One body for each number of arguments; it is compiled for each rule and each usual number of
 * directions, since the functions and the size are constants where it is called.
 */
#include "loops/chain2.h"
#include "loops/elementwise.h"
#include "loops/fp_flags.h"

typedef double Value1(double x);
typedef double Derivative1(double x, double f, double a);
typedef double Derivative2(double x, double f, double a, double d);
typedef double Value2(double x, double y);
typedef double Partial2(double x, double y, double f);
typedef struct {
    Partial2 *x, *y, *xx, *xy, *yy;
} Partials2;

enum { X_ACTIVE = 1, Y_ACTIVE = 2 }; /* which operands are dual; the other is a float64 */

/* ---- flags ------------------------------------------------------------------------------------------ */

/* Leave the flags that NumPy's loop leaves for the values alone. */
static void
flags_of_values(int rule, int nin, npy_intp n, char *const *data, const npy_intp *strides)
{
    double ignored[BLOCK];
    const FloatLoop *loop = &rule_table[rule].value;
    for (npy_intp start = 0; start < n; start += BLOCK) {
        npy_intp m = n - start < BLOCK ? n - start : BLOCK;
        char *operands[3];
        npy_intp steps[3];
        for (int i = 0; i < nin; i++) {
            operands[i] = data[i] + start * strides[i];
            steps[i] = strides[i];
        }
        operands[nin] = (char *)ignored;
        steps[nin] = sizeof(double);
        loop->call(operands, &m, steps, loop->data);
    }
}

/* The values' own flags are worked out before the pass where it overwrites an operand, and else
 * only when the pass has changed any. */
typedef struct {
    unsigned flags;
    int known;
} FlagsBefore;

static inline FlagsBefore
before_pass(int rule, int nin, npy_intp n, char *const *data, const npy_intp *strides)
{
    FlagsBefore before = {0, data[0] == data[nin] || data[nin - 1] == data[nin]};
    if (before.known) {
        flags_of_values(rule, nin, n, data, strides);
        before.flags = fp_flags();
    }
    return before;
}

static inline int
after_pass(FlagsBefore before, int rule, int nin, npy_intp n, char *const *data, const npy_intp *strides)
{
    if (!before.known && fp_flags() != 0) {
        fp_restore(0);
        flags_of_values(rule, nin, n, data, strides);
        before.flags = fp_flags();
    }
    return (int)before.flags;
}

/* ---- one argument ------------------------------------------------------------------------------------- */

FORCE_INLINE void
one_argument_pass(int rule, Value1 *value, Derivative1 *derivative, npy_intp lanes, npy_intp n, char *const *data,
                  const npy_intp *strides)
{
    const char *in = data[0];
    char *to = data[1];
    for (npy_intp i = 0; i < n; i++, in += strides[0], to += strides[1]) {
        const double *x = (const double *)in;
        double *out = (double *)to;
        double f = value(x[0]), d = derivative(x[0], f, 0.0);
        if (rule == RULE_reciprocal && quotient_left_range(f, x[0], d)) {
            chain_quotient(out + 1, f, x[0], NULL, x + 1, lanes);
        }
        else if (both_finite(d, 0.0)) {
            chain_one(out + 1, d, x + 1, lanes);
        }
        else {
            chain_one_masked(out + 1, d, x + 1, lanes);
        }
        out[0] = f;
    }
}

/* In second order. */
FORCE_INLINE void
one_argument_pass2(int rule, Value1 *value, Derivative1 *derivative, Derivative2 *derivative2, const Number *number,
                   npy_intp n, char *const *data, const npy_intp *strides)
{
    for (npy_intp i = 0; i < n; i++) {
        const double *x = (const double *)(data[0] + i * strides[0]);
        double *out = (double *)(data[1] + i * strides[1]);
        double f = value(x[0]), d = derivative(x[0], f, 0.0), d2 = derivative2(x[0], f, 0.0, d);
        double p = rule_left_range(d, d2) ? rule_d2_by_d1(rule, x[0], f) : 0.0;
        if (rule == RULE_reciprocal && quotient_left_range(f, x[0], d2)) {
            chain2_quotient(number, out + 1, f, x[0], 0.0, d, NULL, x + 1);
        }
        else if (p != 0.0) {
            chain2_one_factored(number, out + 1, d, p, x + 1);
        }
        else {
            chain2_one(number, out + 1, d, d2, x + 1);
        }
        out[0] = f;
    }
}

FORCE_INLINE int
one_argument(int rule, Value1 *value, Derivative1 *derivative, Derivative2 *derivative2, const Number *of_x,
             char *const *data, npy_intp n, const npy_intp *strides)
{
    FlagsBefore before = before_pass(rule, 1, n, data, strides);
    if (of_x->pairs > 0) {
        one_argument_pass2(rule, value, derivative, derivative2, of_x, n, data, strides);
        return after_pass(before, rule, 1, n, data, strides);
    }
#define PASS(N) one_argument_pass(rule, value, derivative, N, n, data, strides)
    FOR_SIZE(of_x->n, PASS)
#undef PASS
    return after_pass(before, rule, 1, n, data, strides);
}

/* ---- two arguments -------------------------------------------------------------------------------------- */

FORCE_INLINE void
two_arguments_pass(int rule, Value2 *value, Partial2 *partial_x, Partial2 *partial_y, int active, npy_intp lanes,
                   npy_intp n, char *const *data, const npy_intp *strides)
{
    const char *in_x = data[0], *in_y = data[1];
    char *to = data[2];
    for (npy_intp i = 0; i < n; i++, in_x += strides[0], in_y += strides[1], to += strides[2]) {
        const double *x = (const double *)in_x, *y = (const double *)in_y;
        double *out = (double *)to;
        double f = value(x[0], y[0]);
        double dx = active & X_ACTIVE ? partial_x(x[0], y[0], f) : 0.0;
        double dy = active & Y_ACTIVE ? partial_y(x[0], y[0], f) : 0.0;
        int plain = both_finite(dx, dy);
        if (rule == RULE_divide && active != X_ACTIVE && quotient_left_range(f, y[0], dy)) {
            chain_quotient(out + 1, f, y[0], active & X_ACTIVE ? x + 1 : NULL, y + 1, lanes);
        }
        else if (active == X_ACTIVE) {
            plain ? chain_one(out + 1, dx, x + 1, lanes) : chain_one_masked(out + 1, dx, x + 1, lanes);
        }
        else if (active == Y_ACTIVE) {
            plain ? chain_one(out + 1, dy, y + 1, lanes) : chain_one_masked(out + 1, dy, y + 1, lanes);
        }
        else if (plain) {
            chain_two(out + 1, dx, x + 1, dy, y + 1, lanes);
        }
        else {
            chain_two_masked(out + 1, dx, x + 1, dy, y + 1, lanes);
        }
        out[0] = f;
    }
}

/* In second order. */
FORCE_INLINE void
two_arguments_pass2(int rule, Value2 *value, const Partials2 partial, int active, const Number *number, npy_intp n,
                    char *const *data, const npy_intp *strides)
{
    for (npy_intp i = 0; i < n; i++) {
        const double *x = (const double *)(data[0] + i * strides[0]);
        const double *y = (const double *)(data[1] + i * strides[1]);
        double *out = (double *)(data[2] + i * strides[2]);
        const double u = x[0], v = y[0], f = value(u, v);
        if (rule == RULE_divide && active != X_ACTIVE &&
            (quotient_left_range(f, v, partial.xy(u, v, f)) || quotient_left_range(f, v, partial.yy(u, v, f)))) {
            chain2_quotient(number, out + 1, f, v, partial.x(u, v, f), partial.y(u, v, f),
                            active & X_ACTIVE ? x + 1 : NULL, y + 1);
        }
        else if (active == X_ACTIVE) {
            chain2_one(number, out + 1, partial.x(u, v, f), partial.xx(u, v, f), x + 1);
        }
        else if (active == Y_ACTIVE) {
            chain2_one(number, out + 1, partial.y(u, v, f), partial.yy(u, v, f), y + 1);
        }
        else {
            const Derivatives2 d = {partial.x(u, v, f), partial.y(u, v, f), partial.xx(u, v, f), partial.xy(u, v, f),
                                    partial.yy(u, v, f)};
            chain2_two(number, out + 1, &d, x + 1, y + 1, d.ab != 0.0, d.aa != 0.0 || d.bb != 0.0);
        }
        out[0] = f;
    }
}

FORCE_INLINE int
two_arguments(int rule, Value2 *value, const Partials2 partial, const Number *of_x, const Number *of_y,
              char *const *data, npy_intp n, const npy_intp *strides)
{
    const Number *number = of_x != NULL ? of_x : of_y;
    const npy_intp lanes = number->lanes;
    Partial2 *partial_x = partial.x, *partial_y = partial.y;
    if (is_reduction(data, strides) && of_x != NULL && of_y != NULL) {
        return elementwise_reduce(rule, of_x, (double *)data[0], data[1], strides[1], n);
    }
    FlagsBefore before = before_pass(rule, 2, n, data, strides);
    if ((rule == RULE_add || rule == RULE_subtract) && of_x != NULL && of_y != NULL && strides[0] == of_x->itemsize &&
        strides[1] == of_x->itemsize && strides[2] == of_x->itemsize) {
        /* The sum of elements that follow each other is the sum of all their doubles. */
        const npy_intp steps[3] = {sizeof(double), sizeof(double), sizeof(double)};
        two_arguments_pass(rule, value, partial_x, partial_y, X_ACTIVE | Y_ACTIVE, 0, n * (1 + lanes), data, steps);
        return after_pass(before, rule, 2, n, data, strides);
    }
    if (number->pairs > 0) {
        if (of_y == NULL) {
            two_arguments_pass2(rule, value, partial, X_ACTIVE, number, n, data, strides);
        }
        else if (of_x == NULL) {
            two_arguments_pass2(rule, value, partial, Y_ACTIVE, number, n, data, strides);
        }
        else {
            two_arguments_pass2(rule, value, partial, X_ACTIVE | Y_ACTIVE, number, n, data, strides);
        }
        return after_pass(before, rule, 2, n, data, strides);
    }
#define PASS(N) two_arguments_pass(rule, value, partial_x, partial_y, X_ACTIVE | Y_ACTIVE, N, n, data, strides)
#define PASS_X(N) two_arguments_pass(rule, value, partial_x, partial_y, X_ACTIVE, N, n, data, strides)
#define PASS_Y(N) two_arguments_pass(rule, value, partial_x, partial_y, Y_ACTIVE, N, n, data, strides)
    if (of_y == NULL) {
        FOR_SIZE(lanes, PASS_X)
    }
    else if (of_x == NULL) {
        FOR_SIZE(lanes, PASS_Y)
    }
    else {
        FOR_SIZE(lanes, PASS)
    }
#undef PASS
#undef PASS_X
#undef PASS_Y
    return after_pass(before, rule, 2, n, data, strides);
}

/* ---- one loop function for each rule ---------------------------------------------------------------------- */

#define EXACT1(name, ...)                                                                          \
    static int name##_loop(const Number *of_x, const Number *NPY_UNUSED(of_y), char *const *data,  \
                           npy_intp n, const npy_intp *strides)                                    \
    {                                                                                              \
        return one_argument(RULE_##name, rule_##name##_value, rule_##name##_d1, rule_##name##_d2,  \
                            of_x, data, n, strides);                                               \
    }
#define EXACT2(name, ...)                                                                          \
    static int name##_loop(const Number *of_x, const Number *of_y, char *const *data, npy_intp n,  \
                           const npy_intp *strides)                                                \
    {                                                                                              \
        const Partials2 partial = {rule_##name##_dx, rule_##name##_dy, rule_##name##_dxx,          \
                                   rule_##name##_dxy, rule_##name##_dyy};                          \
        return two_arguments(RULE_##name, rule_##name##_value, partial, of_x, of_y, data, n,       \
                             strides);                                                             \
    }
#define FUNCTION1(name, ...)
#define UNARY(name, ...)
#define SPECIAL1(name, ...)
#define BINARY(name, ...)
#define SPECIAL2(name, ...)
#include "rules/rules.def"

#define EXACT1(name, ...) [RULE_##name] = name##_loop,
#define EXACT2 EXACT1
#define FUNCTION1(name, ...)
#define UNARY(name, ...)
#define SPECIAL1(name, ...)
#define BINARY(name, ...)
#define SPECIAL2(name, ...)
ElementLoop *const arithmetic_loops[RULE_COUNT] = {
#include "rules/rules.def"
};

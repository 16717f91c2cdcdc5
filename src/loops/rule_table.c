#include "loops/rule_table.h"

#include "loops/trig.h"

/* A block function for each derivative in the table; the compiler makes vector code of the cheap ones. */
#define ONE(name)                                                                                  \
    static void name##_d1(npy_intp n, const double *restrict x, const double *restrict f,          \
                          const double *restrict a, double *restrict d)                            \
    {                                                                                              \
        for (npy_intp i = 0; i < n; i++) {                                                         \
            d[i] = rule_##name##_d1(x[i], f[i], a[i]);                                             \
        }                                                                                          \
    }                                                                                              \
    static void name##_d2(npy_intp n, const double *restrict x, const double *restrict f,          \
                          const double *restrict a, const double *restrict d, double *restrict d2) \
    {                                                                                              \
        for (npy_intp i = 0; i < n; i++) {                                                         \
            d2[i] = rule_##name##_d2(x[i], f[i], a[i], d[i]);                                      \
        }                                                                                          \
    }
#define PARTIAL(name, which)                                                                       \
    static void name##_##which(npy_intp n, const double *restrict x, const double *restrict y,     \
                               const double *restrict f, double *restrict d)                       \
    {                                                                                              \
        for (npy_intp i = 0; i < n; i++) {                                                         \
            d[i] = rule_##name##_##which(x[i], y[i], f[i]);                                        \
        }                                                                                          \
    }
#define TWO(name)                                                                                  \
    PARTIAL(name, dx) PARTIAL(name, dy) PARTIAL(name, dxx) PARTIAL(name, dxy) PARTIAL(name, dyy)

#define EXACT1(name, ...) ONE(name)
#define UNARY(name, ...) ONE(name)
#define SPECIAL1(name, ...) ONE(name)
#define FUNCTION1(name, ...) ONE(name)
#define EXACT2(name, ...) TWO(name)
#define BINARY(name, ...) TWO(name)
#define SPECIAL2(name, ...) TWO(name)
#include "rules/rules.def"

#define EXACT1(name, ...) [RULE_##name] = {.d1 = name##_d1, .d2 = name##_d2},
#define UNARY EXACT1
#define SPECIAL1 EXACT1
#define FUNCTION1 EXACT1
#define EXACT2(name, ...)                                                                          \
    [RULE_##name] = {.dx = name##_dx,                                                              \
                     .dy = name##_dy,                                                              \
                     .dxx = name##_dxx,                                                            \
                     .dxy = name##_dxy,                                                            \
                     .dyy = name##_dyy},
#define BINARY EXACT2
#define SPECIAL2 EXACT2
RuleEntry rule_table[RULE_COUNT] = {
#include "rules/rules.def"
};

/* ---- auxiliaries ----------------------------------------------------------------------------------- */

static void
value_block(const FloatLoop *loop, npy_intp n, const double *x, double *f)
{
    char *data[2] = {(char *)x, (char *)f};
    npy_intp steps[2] = {sizeof *x, sizeof *f};
    loop->call(data, &n, steps, loop->data);
}

/*
 * exp(-k x*x).  The rounding error of x*x would be multiplied by x*x, up to 700, so x = h + l with h
 * of 24 bits: h*h is exact, and x*x = h*h + l (x + h).  Half the exponent goes to NumPy's loop, and
 * the result is used twice, so that it rounds once where it is subnormal.
 */
static void
gauss_block(double k, npy_intp n, const double *x, double *a)
{
    double half[64];
    for (npy_intp start = 0; start < n; start += 64) {
        npy_intp m = n - start < 64 ? n - start : 64;
        for (npy_intp i = 0; i < m; i++) {
            double y = fabs(x[start + i]), h = (double)(float)(y <= 64.0 ? y : 64.0);
            half[i] = -0.5 * k * (h * h);
        }
        value_block(&rule_table[RULE_exp].value, m, half, half);
        for (npy_intp i = 0; i < m; i++) {
            double y = fabs(x[start + i]), b = y <= 64.0 ? y : 64.0, h = (double)(float)b;
            double t = -k * ((b - h) * (b + h));
            t = t * (1.0 + t * (0.5 + t * (1.0 / 6.0))); /* expm1, |t| < 5e-4 */
            a[start + i] = y == y ? half[i] * (1.0 + t) * half[i] : y;
        }
    }
}

void
rule_auxiliary(int aux, npy_intp n, const double *x, double *a)
{
    if (aux == RULE_gauss || aux == RULE_half_gauss) {
        gauss_block(aux == RULE_gauss ? 1.0 : 0.5, n, x, a);
        return;
    }
    const RuleEntry *entry = &rule_table[aux];
    if (entry->quick == NULL || !entry->quick(n, x, a)) {
        value_block(&entry->value, n, x, a);
    }
}

void
rule_table_setup(void)
{
    trig_setup();
    rule_table[RULE_sin].quick = trig_block_sin;
    rule_table[RULE_cos].quick = trig_block_cos;
}

#include "rule_table.h"

#include "trig.h"

/* A block function for each derivative in the table; the compiler makes vector code of the cheap ones. */
#define ONE(name)                                                                                  \
    static void name##_d1(npy_intp n, const double *restrict x, const double *restrict f,          \
                          const double *restrict a, double *restrict d)                            \
    {                                                                                              \
        for (npy_intp i = 0; i < n; i++) {                                                         \
            d[i] = rule_##name##_d1(x[i], f[i], a[i]);                                             \
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
#define TWO(name) PARTIAL(name, dx) PARTIAL(name, dy)

#define EXACT1(name, ...) ONE(name)
#define UNARY(name, ...) ONE(name)
#define SPECIAL1(name, ...) ONE(name)
#define FUNCTION1(name, ...) ONE(name)
#define EXACT2(name, ...) TWO(name)
#define BINARY(name, ...) TWO(name)
#define SPECIAL2(name, ...) TWO(name)
#include "rules.def"

#define EXACT1(name, ...) [RULE_##name] = {.d1 = name##_d1},
#define UNARY EXACT1
#define SPECIAL1 EXACT1
#define FUNCTION1 EXACT1
#define EXACT2(name, ...) [RULE_##name] = {.dx = name##_dx, .dy = name##_dy},
#define BINARY EXACT2
#define SPECIAL2 EXACT2
RuleEntry rule_table[RULE_COUNT] = {
#include "rules.def"
};

void
rule_table_setup(void)
{
    trig_setup();
    rule_table[RULE_sin].quick = trig_block_sin;
    rule_table[RULE_cos].quick = trig_block_cos;
}

void
rule_auxiliary(int aux, npy_intp n, const double *x, double *a)
{
    const RuleEntry *entry = &rule_table[aux];
    if (entry->quick == NULL || !entry->quick(n, x, a)) {
        char *data[2] = {(char *)x, (char *)a};
        npy_intp steps[2] = {sizeof *x, sizeof *a};
        entry->value.call(data, &n, steps, entry->value.data);
    }
}

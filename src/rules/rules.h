/* rules.h: what the preprocessor makes of rules.def.
 *
 *   RULE_<name>, RULE_COUNT   one number per row, in the table's order;
 *                             RULE_none = -1
 *   rule_info[]               names, kind, arguments and auxiliary of each row
 *   rule_<name>_value         EXACT rows only
 *   rule_<name>_d1, _d2       one argument: (x, f, a) and (x, f, a, d)
 *   rule_<name>_dx .. _dyy    two arguments: (x, y, f)
 *   rule_evaluate             all derivatives of one row, by its number
 */
#ifndef DUALAD_RULES_H
#define DUALAD_RULES_H

#include <math.h>
#include "rules/special.h"

/* ---- kinds ---------------------------------------------------------------- */

enum rule_kind {
    RULE_KIND_EXACT1,
    RULE_KIND_UNARY,
    RULE_KIND_FUNCTION1,
    RULE_KIND_SPECIAL1,
    RULE_KIND_EXACT2,
    RULE_KIND_BINARY,
    RULE_KIND_SPECIAL2
};

/* ---- numbers -------------------------------------------------------------- */

#define EXACT1(name, value, d1, d2)                            RULE_##name,
#define UNARY(name, aux, d1, d2)                               RULE_##name,
#define FUNCTION1(name, aux, d1, d2)                           RULE_##name,
#define SPECIAL1(name, scipy, aux, d1, d2)                     RULE_##name,
#define EXACT2(name, value, dx, dy, dxx, dxy, dyy)             RULE_##name,
#define BINARY(name, aux, dx, dy, dxx, dxy, dyy)               RULE_##name,
#define SPECIAL2(name, scipy, aux, dx, dy, dxx, dxy, dyy)      RULE_##name,

enum rule {
    RULE_none = -1,
#include "rules/rules.def"
    RULE_COUNT
};

/* Auxiliaries that are no function of NumPy's or SciPy's (rule_table.c works them out). */
enum auxiliary {
    RULE_gauss = RULE_COUNT,    /* exp(-x*x) */
    RULE_half_gauss,            /* exp(-x*x / 2) */
    AUXILIARY_COUNT
};

/* ---- descriptions --------------------------------------------------------- */

struct rule_info {
    const char *name;           /* the row's name, unique */
    const char *ufunc;          /* its name in numpy, or in scipy.special */
    int kind;                   /* enum rule_kind */
    int nin;                    /* arguments: 1 or 2 */
    int aux;                    /* row (or auxiliary) whose value at x the rule needs, or -1 */
};

#define EXACT1(name, value, d1, d2) \
    {#name, #name, RULE_KIND_EXACT1, 1, RULE_none},
#define UNARY(name, aux, d1, d2) \
    {#name, #name, RULE_KIND_UNARY, 1, RULE_##aux},
#define FUNCTION1(name, aux, d1, d2) \
    {#name, #name, RULE_KIND_FUNCTION1, 1, RULE_##aux},
#define SPECIAL1(name, scipy, aux, d1, d2) \
    {#name, #scipy, RULE_KIND_SPECIAL1, 1, RULE_##aux},
#define EXACT2(name, value, dx, dy, dxx, dxy, dyy) \
    {#name, #name, RULE_KIND_EXACT2, 2, RULE_none},
#define BINARY(name, aux, dx, dy, dxx, dxy, dyy) \
    {#name, #name, RULE_KIND_BINARY, 2, RULE_##aux},
#define SPECIAL2(name, scipy, aux, dx, dy, dxx, dxy, dyy) \
    {#name, #scipy, RULE_KIND_SPECIAL2, 2, RULE_##aux},

static const struct rule_info rule_info[RULE_COUNT] = {
#include "rules/rules.def"
};

/* ---- functions ------------------------------------------------------------ */

#define RULE_F1_(name, value, d1, d2) \
    static inline double rule_##name##_d1(double x, double f, double a) \
    { (void)x; (void)f; (void)a; return (d1); } \
    static inline double rule_##name##_d2(double x, double f, double a, double d) \
    { (void)x; (void)f; (void)a; (void)d; return (d2); }

#define RULE_P2_(name, part, expression) \
    static inline double rule_##name##_##part(double x, double y, double f) \
    { (void)x; (void)y; (void)f; return (expression); }

#define RULE_F2_(name, dx_, dy_, dxx_, dxy_, dyy_) \
    RULE_P2_(name, dx, dx_) RULE_P2_(name, dy, dy_) \
    RULE_P2_(name, dxx, dxx_) RULE_P2_(name, dxy, dxy_) RULE_P2_(name, dyy, dyy_)

#define EXACT1(name, value, d1, d2) \
    static inline double rule_##name##_value(double x) { return (value); } \
    RULE_F1_(name, value, d1, d2)
#define UNARY(name, aux, d1, d2)            RULE_F1_(name, 0, d1, d2)
#define FUNCTION1(name, aux, d1, d2)        RULE_F1_(name, 0, d1, d2)
#define SPECIAL1(name, scipy, aux, d1, d2)  RULE_F1_(name, 0, d1, d2)
#define EXACT2(name, value, dx, dy, dxx, dxy, dyy) \
    static inline double rule_##name##_value(double x, double y) { return (value); } \
    RULE_F2_(name, dx, dy, dxx, dxy, dyy)
#define BINARY(name, aux, dx, dy, dxx, dxy, dyy) \
    RULE_F2_(name, dx, dy, dxx, dxy, dyy)
#define SPECIAL2(name, scipy, aux, dx, dy, dxx, dxy, dyy) \
    RULE_F2_(name, dx, dy, dxx, dxy, dyy)

#include "rules/rules.def"

/* f''/f' of roots and logarithms, whose f'' leaves the range long before f' does: in their rows f'' is a multiple
 * of d, and this is the multiple.  0 of other rows. */
static inline double rule_d2_by_d1(int rule, double x, double f)
{
#define MULTIPLE(name) case RULE_##name: return rule_##name##_d2(x, f, 0.0, 1.0);
    switch (rule) {
    MULTIPLE(log) MULTIPLE(log2) MULTIPLE(log10) MULTIPLE(sqrt) MULTIPLE(cbrt) MULTIPLE(scipy_cbrt)
    default:
        return 0.0;
    }
#undef MULTIPLE
}

static inline int rule_left_range(double d, double d2)
{
    return !(fabs(d2) >= DBL_MIN && fabs(d2) <= DBL_MAX) && fabs(d) <= DBL_MAX;
}

/* ---- one row by its number ------------------------------------------------ */

#define RULE_E1_(name) \
    case RULE_##name: \
        out[0] = rule_##name##_d1(in[0], f, a); \
        out[1] = rule_##name##_d2(in[0], f, a, out[0]); \
        return 2;
#define RULE_E2_(name) \
    case RULE_##name: \
        out[0] = rule_##name##_dx(in[0], in[1], f); \
        out[1] = rule_##name##_dy(in[0], in[1], f); \
        out[2] = rule_##name##_dxx(in[0], in[1], f); \
        out[3] = rule_##name##_dxy(in[0], in[1], f); \
        out[4] = rule_##name##_dyy(in[0], in[1], f); \
        return 5;
#define EXACT1(name, value, d1, d2)                        RULE_E1_(name)
#define UNARY(name, aux, d1, d2)                           RULE_E1_(name)
#define FUNCTION1(name, aux, d1, d2)                       RULE_E1_(name)
#define SPECIAL1(name, scipy, aux, d1, d2)                 RULE_E1_(name)
#define EXACT2(name, value, dx, dy, dxx, dxy, dyy)         RULE_E2_(name)
#define BINARY(name, aux, dx, dy, dxx, dxy, dyy)           RULE_E2_(name)
#define SPECIAL2(name, scipy, aux, dx, dy, dxx, dxy, dyy)  RULE_E2_(name)

/* Writes (d1, d2) or (dx, dy, dxx, dxy, dyy) and returns how many; -1 for a
 * number that is no rule.  f is the function's value, a its auxiliary's. */
static inline int rule_evaluate(int rule, const double *in, double f, double a,
                                double *out)
{
    switch (rule) {
#include "rules/rules.def"
    default:
        return -1;
    }
}

#endif

/* Loops whose result is bool: comparisons, tests and logic.  They look at the value alone. */
#ifndef DUALAD_PREDICATES_H
#define DUALAD_PREDICATES_H

#include "float_loops.h"
#include "number.h"

/* Tests of one value, comparisons of two: NumPy's own loops decide. */
#define TESTS(ROW) ROW(isfinite) ROW(isinf) ROW(isnan) ROW(signbit)
#define COMPARISONS(ROW) ROW(equal) ROW(not_equal) ROW(less) ROW(less_equal) ROW(greater) ROW(greater_equal)

/* Logic, with the truth of a and b in scope. */
#define LOGIC(ROW)                                                                                 \
    ROW(logical_and, a && b) ROW(logical_or, a || b) ROW(logical_xor, a != b) ROW(logical_not, !a)

enum {
#define ROW(name, ...) PREDICATE_##name,
    TESTS(ROW) COMPARISONS(ROW) LOGIC(ROW)
#undef ROW
    PREDICATE_COUNT
};

typedef struct {
    const char *name;
    int nin;
    PyArrayMethod_StridedLoop *loop;
    FloatLoop value;                 /* NumPy's; for tests and comparisons */
} Predicate;

extern Predicate predicates[PREDICATE_COUNT];

#endif

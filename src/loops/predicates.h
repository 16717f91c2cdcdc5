/* Loops whose result is bool: comparisons and tests.  They look at the value alone. */
#ifndef DUALAD_PREDICATES_H
#define DUALAD_PREDICATES_H

#include "loops/float_loops.h"
#include "numbers/number.h"

/* Tests of one value, comparisons of two: NumPy's own loops decide.  (logical_and, logical_or and
 * logical_xor cast to bool by themselves.) */
#define TESTS(ROW) ROW(isfinite) ROW(isinf) ROW(isnan) ROW(signbit) ROW(logical_not)
#define COMPARISONS(ROW) ROW(equal) ROW(not_equal) ROW(less) ROW(less_equal) ROW(greater) ROW(greater_equal)

enum {
#define ROW(name) PREDICATE_##name,
    TESTS(ROW) COMPARISONS(ROW)
#undef ROW
        PREDICATE_COUNT
};

typedef struct {
    const char *name;
    int nin;
    PyArrayMethod_StridedLoop *loop;
    FloatLoop value; /* NumPy's */
} Predicate;

extern Predicate predicates[PREDICATE_COUNT];

#endif

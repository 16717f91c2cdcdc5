/* Loops that are no row of the table: several results, integer operands, three operands. */
#ifndef DUALAD_SEVERAL_H
#define DUALAD_SEVERAL_H

#include "loops/float_loops.h"
#include "numbers/number.h"

/* Operand codes: D number, d float64, i C int, l C long. */
#define SEVERAL(ROW)                                                                               \
    ROW(modf, "D->DD", "d->dd")                                                                    \
    ROW(frexp, "D->Di", "d->di")                                                                   \
    ROW(ldexp, "Di->D", "di->d")                                                                   \
    ROW(ldexp_long, "Dl->D", "dl->d")                                                              \
    ROW(divmod, "DD->DD", "dd->dd")                                                                \
    ROW(clip, "DDD->D", "ddd->d")                                                                  \
    ROW(_ones_like, "D->D", "d->d")

enum {
#define ROW(name, types, float_types) SEVERAL_##name,
    SEVERAL(ROW)
#undef ROW
        SEVERAL_COUNT
};

typedef struct {
    const char *name, *types, *float_types;
    PyArrayMethod_StridedLoop *loop;
    FloatLoop value;
} Several;

extern Several several[SEVERAL_COUNT];

#endif

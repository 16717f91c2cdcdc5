/* What the loops need of each rule at run time: derivatives over a block, and where values come from. */
#ifndef DUALAD_RULE_TABLE_H
#define DUALAD_RULE_TABLE_H

#include "loops/float_loops.h"
#include "rules/rules.h"

/* Derivatives of n values; `a` is the auxiliary function's values where the rule names one. */
typedef void BlockDerivative(npy_intp n, const double *x, const double *f, const double *a, double *d);
typedef void BlockDerivative2(npy_intp n, const double *x, const double *f, const double *a, const double *d,
                              double *d2);
typedef void BlockPartial(npy_intp n, const double *x, const double *y, const double *f, double *d);

/* 0 where it does not do: NumPy's loop is asked. */
typedef int BlockFunction(npy_intp n, const double *x, double *f);

typedef struct {
    BlockDerivative *d1; /* one argument */
    BlockDerivative2 *d2;
    BlockPartial *dx, *dy; /* two arguments */
    BlockPartial *dxx, *dxy, *dyy;
    FloatLoop value;      /* filled when the ufunc has been found */
    BlockFunction *quick; /* its value where that is a derivative; may be NULL */
    PyObject *ufunc;
} RuleEntry;

extern RuleEntry rule_table[RULE_COUNT];

/* The values of the auxiliary function that a rule's derivative names. */
void rule_auxiliary(int aux, npy_intp n, const double *x, double *a);

/* Once, before anything else here. */
void rule_table_setup(void);

#endif

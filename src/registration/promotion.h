/* Promotion: which loop a ufunc takes when our numbers meet plain ones, or numbers of another level. */
#ifndef DUALAD_PROMOTION_H
#define DUALAD_PROMOTION_H

#include "numbers/number.h"

#define MAX_OPERANDS 4

/* What plain real operands become. */
typedef enum { TO_DOUBLE, TO_NUMBER, TO_LONG } PromotionTarget;

/* Once, before the others. */
int promotion_setup(void);

/* A promoter for one row of operand types; NULL stands for any output. */
int add_promoter(PyObject *ufunc, PromotionTarget target, PyArray_DTypeMeta *const *dtypes, int nargs);

/* Promoters for all ways in which some operands are the number and the others are not. */
int add_promoters(PyObject *ufunc, PromotionTarget target, const Number *number, int nin, int nargs);

#endif

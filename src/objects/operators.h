/* Operators of DualArray, and of a Dual with an array, without the ufunc's machinery. */
#ifndef DUALAD_OPERATORS_H
#define DUALAD_OPERATORS_H

#include "numbers/number.h"
#include "rules/rules.h"

/* a op b, at least one of them an array; NotImplemented where the ufunc has to do it. */
PyObject *operate(int rule, PyObject *a, PyObject *b);

/* Let NumPy 2.0 raise plain arrays to the power of a number; nothing is done on later versions. */
void operators_mend_numpy_2_0(void);

/* For PyType_Spec: the operators of DualArray, closed by {0, NULL}. */
extern PyType_Slot operator_slots[];

#endif

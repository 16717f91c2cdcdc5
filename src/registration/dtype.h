/* The NumPy dtype of a kind of number: descriptor, element functions, casts.  Knows no rule. */
#ifndef DUALAD_DTYPE_H
#define DUALAD_DTYPE_H

#include "numbers/number.h"

/* -1 with an exception. */
int dtype_register(Number *number);

/* Fill one element from any number that can become one; -1 with a TypeError. */
int element_from_object(const Number *number, PyObject *object, double *element);

/* A double from a plain number (Python's, NumPy's); 1 when it is one, 0 when not, -1 with an exception. */
int plain_double(PyObject *object, double *value);

/* The scalar for one element. */
PyObject *scalar_from_element(Number *number, const double *element);

#endif

/* What complex dual numbers do differently as a NumPy dtype: order, truth, elements from Python objects. */
#ifndef DUALAD_COMPLEX_DTYPE_H
#define DUALAD_COMPLEX_DTYPE_H

#include "rules/complex_math.h"
#include "numbers/number.h"

/* Replace the functions that look at the value. */
void complex_dtype_functions(PyArray_ArrFuncs *functions);

/* A plain number (Python's, NumPy's): 1 when it is one, 0 when not, -1 with an exception. */
int plain_complex(PyObject *object, Complex *value);

/* Fill one element from a plain number, or what can become one; -1 with a TypeError. */
int complex_element_from_plain(const Number *number, PyObject *object, double *element);

/* The TypeError for NumPy's dot product, which does not say whether it is vdot. */
void complex_refuse_dot(void);

#endif

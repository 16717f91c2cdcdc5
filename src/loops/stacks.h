/* Dual arrays as plain ones, their values and their lanes, and back. */
#ifndef DUALAD_STACKS_H
#define DUALAD_STACKS_H

#include "numbers/number.h"

/* A float64 (of complex numbers a complex128) copy of shape (1 + lanes, ...), C-ordered. */
PyObject *stack_of_array(PyObject *array);

/* The values alone, in the memory order of the array. */
PyObject *values_of_array(PyObject *array);

/* The DualArray with these values, in their memory order, and these lanes, of shape (lanes, ...), or None for
 * zeros. It is complex where one of them is; `number` says how many lanes there are, and of which level. */
PyObject *array_of_parts(const Number *number, PyArrayObject *values, PyArrayObject *lanes);

#endif

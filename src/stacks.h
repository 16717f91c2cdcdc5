/* Dual arrays as stacks of plain ones: the values in front, then one array for each lane. */
#ifndef DUALAD_STACKS_H
#define DUALAD_STACKS_H

#include "number.h"

/* A float64 (of complex numbers a complex128) copy of shape (1 + lanes, ...), C-ordered. */
PyObject *stack_of_array(PyObject *array);

/* The DualArray that has such a stack, of real or complex numbers as the stack is; `number` says which lanes. */
PyObject *array_of_stack(const Number *number, PyObject *stack);

#endif

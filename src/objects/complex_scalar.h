/* Arithmetic, comparison and functions of complex dual scalars.  All return new references. */
#ifndef DUALAD_COMPLEX_SCALAR_H
#define DUALAD_COMPLEX_SCALAR_H

#include "loops/complex_loops.h"

/* Is this a complex number: plain, or one of ours? */
int is_complex_scalar(PyObject *object);

/* Operators of two, by the row of complex_rules.def; values as np.complex128's scalar mathematics gives them.
 * NotImplemented where an operand is no number. */
PyObject *complex_scalar_binary(int rule, PyObject *a, PyObject *b);

/* The same by the name of the rule of real numbers, for an operator in which a complex number has turned up. */
PyObject *complex_scalar_named(const char *name, PyObject *a, PyObject *b);

PyObject *complex_scalar_unary(int rule, PyObject *a);
PyObject *complex_scalar_abs(PyObject *a);
PyObject *complex_scalar_compare(PyObject *a, PyObject *b, int op);

/* The real or imaginary part. */
PyObject *complex_scalar_part(PyObject *a, int imaginary);

/* A ufunc of scalars, one of them complex; NotImplemented where it needs arrays. */
PyObject *complex_apply_to_scalars(PyObject *ufunc, PyObject *const *inputs, Py_ssize_t nin);

/* Give the type __array_ufunc__, and a method for each function of one argument: z.sin(), z.exp(). */
int complex_scalar_add_methods(PyTypeObject *type);

#endif

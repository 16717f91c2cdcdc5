/* Arithmetic, comparison and functions of scalar dual numbers.  All return new references. */
#ifndef DUALAD_SCALAR_H
#define DUALAD_SCALAR_H

#include "numbers/number.h"
#include "rules/rules.h"

/* Operators; each follows np.float64's scalar mathematics for the value.  One operand is a Dual. */
PyObject *scalar_add(PyObject *a, PyObject *b);
PyObject *scalar_subtract(PyObject *a, PyObject *b);
PyObject *scalar_multiply(PyObject *a, PyObject *b);
PyObject *scalar_divide(PyObject *a, PyObject *b);
PyObject *scalar_power(PyObject *a, PyObject *b, PyObject *modulus);

/* Any rule with two, respectively one, argument. */
PyObject *scalar_binary(int rule, PyObject *a, PyObject *b);
PyObject *scalar_unary(int rule, PyObject *a);

/* The same with a function value that is known from elsewhere. */
PyObject *scalar_unary_with_value(int rule, PyObject *a, double f);

PyObject *scalar_compare(PyObject *a, PyObject *b, int op);

/* Give the type __array_ufunc__, and a method for each function of one argument: x.sin(), x.exp(). */
int scalar_add_methods(PyTypeObject *type);

/* Parts of it that complex scalars share. */
int scalar_add_method_list(PyTypeObject *type, PyMethodDef *list, size_t count);
PyObject *scalar_array_ufunc(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names);

#endif

/* The one list of ufuncs that know our numbers, and their registration for each kind of number. */
#ifndef DUALAD_UFUNCS_H
#define DUALAD_UFUNCS_H

#include "numbers/number.h"

/* Find NumPy's ufuncs and their float64 loops; once, before the first number_get. */
int ufuncs_setup(PyObject *numpy, PyObject *numpy_umath);

/* The same for scipy.special, when it has been imported; all numbers that exist get its loops. */
int ufuncs_setup_scipy(PyObject *scipy_special);

/* Loops and promoters of every known ufunc for a new number. */
int ufuncs_register_number(const Number *number);

/* One loop of a ufunc (of one or two operands and one result, or of the other shapes that several.h has). */
int ufuncs_add_loop(PyObject *ufunc, const char *name, int nin, int nout, PyArray_DTypeMeta **dtypes,
                    PyArrayMethod_StridedLoop *loop, int flags);

/* (number, number), (number, float64), (float64, number), and their promoters; the last two may have more flags. */
int ufuncs_add_binary_loops(PyObject *ufunc, const char *name, const Number *number, PyArray_DTypeMeta *out,
                            PyArrayMethod_StridedLoop *loop, int flags, int mixed_flags);

/* The rule of a ufunc, or -1. */
int rule_of_ufunc(PyObject *ufunc);

/* Names of all ufuncs known so far: a new list. */
PyObject *ufuncs_known(void);

#endif

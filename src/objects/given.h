/* What a stand-in is given: are there dual numbers in its arguments? */
#ifndef DUALAD_GIVEN_H
#define DUALAD_GIVEN_H

#include "numbers/number.h"

static inline int
is_dual(PyObject *x)
{
    return number_of_scalar(x) != NULL || (PyArray_Check(x) && number_of_array(x) != NULL);
}

static inline int
any_is_dual(PyObject *const *args, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        if (is_dual(args[i])) {
            return 1;
        }
    }
    return 0;
}

static inline int
is_real(const Number *number)
{
    return number != NULL && !number->key.is_complex;
}

/* A real dual number out of a Dual or an array with one element: a new reference, or NULL, with an
 * exception where it is an array of several. */
static inline PyObject *
one_dual(PyObject *x)
{
    if (is_real(number_of_scalar(x))) {
        return Py_NewRef(x);
    }
    if (!PyArray_Check(x) || !is_real(number_of_array(x))) {
        return NULL;
    }
    PyArrayObject *array = (PyArrayObject *)x;
    if (PyArray_SIZE(array) != 1) {
        PyErr_SetString(PyExc_TypeError, "only 0-dimensional arrays can be converted to Python scalars");
        return NULL;
    }
    return PyArray_GETITEM(array, PyArray_DATA(array));
}

#endif

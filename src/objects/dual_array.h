/* DualArray: the thin ndarray subclass over our dtypes that user functions are given. */
#ifndef DUALAD_DUAL_ARRAY_H
#define DUALAD_DUAL_ARRAY_H

#include "numbers/number.h"

extern PyTypeObject *DualArray;

/* Makes the type; NULL with an exception. */
PyTypeObject *dual_array_setup(void);

/* A C-ordered DualArray with elements not yet filled. */
PyObject *dual_array_new(const Number *number, int ndim, const npy_intp *shape);

/* One of a plain array's shape and memory order. */
PyObject *dual_array_like(const Number *number, PyArrayObject *prototype);

/* A 0-d DualArray with a scalar's contents. */
PyObject *dual_array_from_scalar(const Number *number, PyObject *scalar);

/* A fresh DualArray with the values of a float64 array, in its shape and memory order; partials 0. */
PyObject *dual_array_lift(Number *number, PyObject *values);

/* Elements start..stop, counted in C order, get a one each: the first in the given direction, the next
 * in the next one. */
void dual_array_seed(PyObject *array, npy_intp start, npy_intp stop, npy_intp direction);

/* A float64 view of an array's values, or of its partials (with one axis more, for the lanes). */
PyObject *dual_array_values(PyObject *array);
PyObject *dual_array_partials(PyObject *array);

/* Let the real and imag of plain ndarrays know complex dual numbers; -1 with an exception. */
int dual_array_teach_ndarray(void);

/* A view of the real or imaginary part of complex dual numbers: an array of real ones, of the same class. */
PyObject *dual_array_part(PyObject *array, int imaginary);

/* A float64 view of the second derivatives, one for each pair of the pattern. */
PyObject *dual_array_pairs(PyObject *array);

/* An array constructor of NumPy's that gives DualArrays for plain arrays of dual numbers; where it raises a
 * TypeError, instead(constructor, ...) is called. */
PyObject *dual_array_keeping(PyObject *constructor, PyObject *instead);

#endif

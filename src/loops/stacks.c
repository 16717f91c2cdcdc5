#include "loops/stacks.h"

#include "objects/dual_array.h"

#include <string.h>

/* Doubles in memory: where the first is, and the steps in bytes from one lane and from one element to the next. */
typedef struct {
    char *data;
    npy_intp lane;
    const npy_intp *element;
} Doubles;

/* Elements that are read once for all lanes: few enough to stay in the cache meanwhile. */
enum { BLOCK = 64 };

static void
copy_row(Doubles to, npy_intp to_step, Doubles from, npy_intp from_step, npy_intp count, npy_intp lanes)
{
    for (npy_intp start = 0; start < count; start += BLOCK) {
        const npy_intp stop = count - start < BLOCK ? count : start + BLOCK;
        for (npy_intp k = 0; k < lanes; k++) {
            char *out = to.data + k * to.lane;
            const char *in = from.data + k * from.lane;
            for (npy_intp i = start; i < stop; i++) {
                *(double *)(out + i * to_step) = *(const double *)(in + i * from_step);
            }
        }
    }
}

/* Copies the lanes of all elements. */
static void
copy(Doubles to, Doubles from, int ndim, const npy_intp *shape, npy_intp lanes)
{
    if (ndim == 0) {
        copy_row(to, 0, from, 0, 1, lanes);
    }
    else if (ndim == 1) {
        copy_row(to, to.element[0], from, from.element[0], shape[0], lanes);
    }
    for (npy_intp i = 0; ndim > 1 && i < shape[0]; i++) {
        Doubles inner_to = {to.data + i * to.element[0], to.lane, to.element + 1};
        Doubles inner_from = {from.data + i * from.element[0], from.lane, from.element + 1};
        copy(inner_to, inner_from, ndim - 1, shape + 1, lanes);
    }
}

static Doubles
elements_of(PyArrayObject *array, npy_intp first)
{
    return (Doubles){PyArray_BYTES(array) + first * (npy_intp)sizeof(double), sizeof(double), PyArray_STRIDES(array)};
}

static Doubles
plain(PyArrayObject *array, int part)
{
    return (Doubles){PyArray_BYTES(array) + part * (npy_intp)sizeof(double), 0, PyArray_STRIDES(array)};
}

/* The axis of lanes is in front. */
static Doubles
stack(PyArrayObject *array, int part)
{
    return (Doubles){PyArray_BYTES(array) + part * (npy_intp)sizeof(double), PyArray_STRIDE(array, 0),
                     PyArray_STRIDES(array) + 1};
}

static int
type_of_parts(const Number *number)
{
    return number->key.is_complex ? NPY_CDOUBLE : NPY_DOUBLE;
}

/* The array itself where its doubles can be read as they lie, else a copy; a new reference. */
static PyArrayObject *
readable(PyArrayObject *array, PyArray_Descr *descr)
{
    Py_INCREF(descr);
    return (PyArrayObject *)PyArray_FromArray(array, descr,
                                              NPY_ARRAY_ALIGNED | NPY_ARRAY_NOTSWAPPED | NPY_ARRAY_FORCECAST);
}

static PyArrayObject *
readable_floats(PyArrayObject *array, int type)
{
    PyArray_Descr *descr = PyArray_DescrFromType(type);
    PyArrayObject *result = readable(array, descr);
    Py_DECREF(descr);
    return result;
}

PyObject *
stack_of_array(PyObject *object)
{
    const Number *number = number_of_array(object);
    const int ndim = PyArray_NDIM((PyArrayObject *)object);
    if (ndim >= NPY_MAXDIMS) {
        PyErr_Format(PyExc_ValueError, "an array of %d dimensions has no room for an axis of partials", ndim);
        return NULL;
    }
    PyArrayObject *array = readable((PyArrayObject *)object, number->descr);
    if (array == NULL) {
        return NULL;
    }
    npy_intp shape[NPY_MAXDIMS + 1] = {part_width(number)};
    if (ndim > 0) { /* else NumPy has no dimensions to copy */
        memcpy(shape + 1, PyArray_DIMS(array), ndim * sizeof(npy_intp));
    }
    PyArrayObject *result = (PyArrayObject *)PyArray_SimpleNew(ndim + 1, shape, type_of_parts(number));
    for (int part = 0; result != NULL && part <= number->key.is_complex; part++) {
        copy(stack(result, part), elements_of(array, part * shape[0]), ndim, shape + 1, shape[0]);
    }
    Py_DECREF(array);
    return (PyObject *)result;
}

PyObject *
values_of_array(PyObject *object)
{
    const Number *number = number_of_array(object);
    PyArrayObject *array = readable((PyArrayObject *)object, number->descr);
    if (array == NULL) {
        return NULL;
    }
    PyArrayObject *result =
        (PyArrayObject *)PyArray_NewLikeArray(array, NPY_KEEPORDER, PyArray_DescrFromType(type_of_parts(number)), 0);
    for (int part = 0; result != NULL && part <= number->key.is_complex; part++) {
        copy(plain(result, part), elements_of(array, part * part_width(number)), PyArray_NDIM(array),
             PyArray_DIMS(array), 1);
    }
    Py_DECREF(array);
    return (PyObject *)result;
}

static int
check_lanes(const Number *number, PyArrayObject *values, PyArrayObject *lanes)
{
    const int ndim = PyArray_NDIM(values);
    if (PyArray_NDIM(lanes) != ndim + 1 || PyArray_DIM(lanes, 0) != number->lanes ||
        !PyArray_CompareLists(PyArray_DIMS(lanes) + 1, PyArray_DIMS(values), ndim)) {
        PyErr_Format(PyExc_ValueError, "%zd lanes of the shape of the values are expected", (Py_ssize_t)number->lanes);
        return -1;
    }
    return 0;
}

PyObject *
array_of_parts(const Number *number, PyArrayObject *values, PyArrayObject *lanes)
{
    lanes = (PyObject *)lanes == Py_None ? NULL : lanes;
    const int is_complex = PyArray_ISCOMPLEX(values) || (lanes != NULL && PyArray_ISCOMPLEX(lanes));
    number = is_complex ? number_complex(number) : real_number(number);
    if (number == NULL || (lanes != NULL && check_lanes(number, values, lanes) < 0)) {
        return NULL;
    }
    const int type = type_of_parts(number), ndim = PyArray_NDIM(values);
    PyArrayObject *result = NULL, *from_values = readable_floats(values, type);
    PyArrayObject *from_lanes = lanes == NULL ? NULL : readable_floats(lanes, type);
    if (from_values != NULL && (lanes == NULL || from_lanes != NULL)) {
        result = (PyArrayObject *)dual_array_like(number, from_values);
    }
    if (result != NULL && lanes == NULL) {
        memset(PyArray_DATA(result), 0, PyArray_NBYTES(result));
    }
    for (int part = 0; result != NULL && part <= is_complex; part++) {
        const npy_intp first = part * part_width(number), *shape = PyArray_DIMS(result);
        copy(elements_of(result, first), plain(from_values, part), ndim, shape, 1);
        if (lanes != NULL) {
            copy(elements_of(result, first + 1), stack(from_lanes, part), ndim, shape, number->lanes);
        }
    }
    Py_XDECREF(from_values);
    Py_XDECREF(from_lanes);
    return (PyObject *)result;
}

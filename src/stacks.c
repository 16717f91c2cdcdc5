#include "stacks.h"

#include "dual_array.h"

/* Parts of numbers (1 or 2) and how many there are, in C order. */
static void
spread(const double *element, double *stack, npy_intp count, npy_intp width, npy_intp parts)
{
    for (npy_intp i = 0; i < count; i++) {
        for (npy_intp part = 0; part < parts; part++) {
            for (npy_intp k = 0; k < width; k++) {
                stack[(k * count + i) * parts + part] = *element++;
            }
        }
    }
}

static void
collect(double *element, const double *stack, npy_intp count, npy_intp width, npy_intp parts)
{
    for (npy_intp i = 0; i < count; i++) {
        for (npy_intp part = 0; part < parts; part++) {
            for (npy_intp k = 0; k < width; k++) {
                *element++ = stack[(k * count + i) * parts + part];
            }
        }
    }
}

PyObject *
stack_of_array(PyObject *array)
{
    const Number *number = number_of_array(array);
    npy_intp shape[NPY_MAXDIMS + 1];
    const int ndim = PyArray_NDIM((PyArrayObject *)array);
    if (ndim >= NPY_MAXDIMS) {
        PyErr_Format(PyExc_ValueError, "an array of %d dimensions has no room for an axis of partials", ndim);
        return NULL;
    }
    Py_INCREF(number->descr);
    PyArrayObject *plain = (PyArrayObject *)PyArray_FromArray(
        (PyArrayObject *)array, number->descr, NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_ALIGNED | NPY_ARRAY_NOTSWAPPED);
    if (plain == NULL) {
        return NULL;
    }
    shape[0] = part_width(number);
    for (int i = 0; i < ndim; i++) {
        shape[1 + i] = PyArray_DIM(plain, i);
    }
    PyObject *stack = PyArray_SimpleNew(ndim + 1, shape, number->key.is_complex ? NPY_CDOUBLE : NPY_DOUBLE);
    if (stack != NULL) {
        spread(PyArray_DATA(plain), PyArray_DATA((PyArrayObject *)stack), PyArray_SIZE(plain), shape[0],
               1 + number->key.is_complex);
    }
    Py_DECREF(plain);
    return stack;
}

PyObject *
array_of_stack(const Number *number, PyObject *object)
{
    PyArrayObject *stack = (PyArrayObject *)object;
    const int is_complex = PyArray_TYPE(stack) == NPY_CDOUBLE;
    number = is_complex ? number_complex(number) : real_number(number);
    if (number == NULL) {
        return NULL;
    }
    if ((!is_complex && PyArray_TYPE(stack) != NPY_DOUBLE) || !PyArray_ISCARRAY_RO(stack) || PyArray_NDIM(stack) < 1 ||
        PyArray_DIM(stack, 0) != part_width(number)) {
        PyErr_SetString(PyExc_ValueError, "a C-ordered float64 or complex128 stack of values and lanes is expected");
        return NULL;
    }
    PyObject *array = dual_array_new(number, PyArray_NDIM(stack) - 1, PyArray_DIMS(stack) + 1);
    if (array != NULL) {
        collect(PyArray_DATA((PyArrayObject *)array), PyArray_DATA(stack), PyArray_SIZE((PyArrayObject *)array),
                part_width(number), 1 + is_complex);
    }
    return array;
}

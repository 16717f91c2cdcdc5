/*
 * A ufunc call on a small array spends nearly all its time before and after the loop: finding
 * overrides, types, iterators, the wrapper of the result.  Where both operands are of one shape (or
 * one is a scalar), native and small, none of that is needed: the operator allocates the result and
 * calls the very loop that the ufunc would.  Everything else is ndarray's own operator.
 */
#include "objects/operators.h"

#include "objects/dual_array.h"
#include "loops/elementwise.h"
#include "loops/fp_errors.h"

#include <numpy/arrayscalars.h>
#include <string.h>

/* Larger arrays go to the ufunc, which lets other threads run. */
#define MOST_BYTES (1 << 17)

typedef struct {
    const Number *number; /* NULL: float64 */
    PyArrayObject *array; /* NULL: a scalar */
    char *data;
    npy_intp stride;
    double plain;
} Operand;

/* Can the array's elements be walked with one stride? */
static int
is_simple(PyArrayObject *array)
{
    return PyArray_ISBEHAVED_RO(array) && PyArray_NDIM(array) > 0 &&
           (PyArray_NDIM(array) == 1 || PyArray_IS_C_CONTIGUOUS(array));
}

static int
read_operand(PyObject *object, Operand *operand)
{
    operand->array = NULL;
    operand->stride = 0;
    operand->number = number_of_scalar(object);
    if (operand->number != NULL) {
        operand->data = (char *)lanes_of(object);
        return !operand->number->closed && !operand->number->key.is_complex;
    }
    if (Py_TYPE(object) == DualArray || PyArray_CheckExact(object)) {
        PyArrayObject *array = (PyArrayObject *)object;
        operand->number = number_of_array(object);
        operand->array = array;
        operand->data = PyArray_DATA(array);
        operand->stride = PyArray_NDIM(array) == 1 ? PyArray_STRIDE(array, 0) : PyArray_ITEMSIZE(array);
        return is_simple(array) &&
               (operand->number != NULL ? !operand->number->closed && !operand->number->key.is_complex
                                        : PyArray_TYPE(array) == NPY_DOUBLE);
    }
    if (PyFloat_CheckExact(object) || PyArray_IsScalar(object, Double)) {
        operand->plain = PyFloat_AS_DOUBLE(object);
    }
    else if (PyLong_CheckExact(object)) {
        operand->plain = PyLong_AsDouble(object);
        if (operand->plain == -1.0 && PyErr_Occurred()) {
            PyErr_Clear(); /* the ufunc says it better */
            return 0;
        }
    }
    else {
        return 0;
    }
    operand->data = (char *)&operand->plain;
    return 1;
}

static int
same_shape(PyArrayObject *a, PyArrayObject *b)
{
    return PyArray_NDIM(a) == PyArray_NDIM(b) &&
           memcmp(PyArray_DIMS(a), PyArray_DIMS(b), PyArray_NDIM(a) * sizeof(npy_intp)) == 0;
}

/* The array that has the result's shape; NULL where the operands need the ufunc. */
static PyArrayObject *
shape_of_result(const Operand *x, const Operand *y)
{
    const Number *number = x->number != NULL ? x->number : y->number;
    PyArrayObject *like = x->array != NULL ? x->array : y->array;
    if (number == NULL || like == NULL || (y->number != NULL && y->number != number) ||
        (x->array != NULL && y->array != NULL && !same_shape(x->array, y->array)) ||
        PyArray_SIZE(like) > MOST_BYTES / number->itemsize) {
        return NULL;
    }
    return like;
}

static int
run(int rule, const Operand *x, const Operand *y, char *out, npy_intp out_stride, npy_intp n)
{
    if (n == 0) {
        return 0; /* loops have at least one element: a reduction would touch its total */
    }
    const int nin = rule_info[rule].nin;
    char *data[3] = {x->data, nin == 2 ? y->data : out, out};
    npy_intp strides[3] = {x->stride, nin == 2 ? y->stride : out_stride, out_stride};
    int flags = elementwise_run(rule, x->number, nin == 2 ? y->number : NULL, data, n, strides);
    return flags > 0 ? give_errors(rule_info[rule].ufunc, (unsigned)flags) : flags;
}

static PyObject *
run_into_new(int rule, const Operand *x, const Operand *y, PyArrayObject *like)
{
    const Number *number = x->number != NULL ? x->number : y->number;
    PyObject *result = dual_array_new(number, PyArray_NDIM(like), PyArray_DIMS(like));
    if (result != NULL &&
        run(rule, x, y, PyArray_DATA((PyArrayObject *)result), number->itemsize, PyArray_SIZE(like)) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

PyObject *
operate(int rule, PyObject *a, PyObject *b)
{
    Operand x, y;
    PyArrayObject *like;
    if (!read_operand(a, &x) || !read_operand(b, &y) || (like = shape_of_result(&x, &y)) == NULL) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return run_into_new(rule, &x, &y, like);
}

/* ---- the slots ------------------------------------------------------------------------------------- */

static PyObject *
binary(int rule, PyObject *a, PyObject *b, binaryfunc of_ndarray)
{
    PyObject *result = operate(rule, a, b);
    if (result == Py_NotImplemented) {
        Py_DECREF(result);
        return of_ndarray(a, b);
    }
    return result;
}

static PyObject *
unary(int rule, PyObject *a, unaryfunc of_ndarray)
{
    Operand x;
    if (!read_operand(a, &x) || x.number == NULL || PyArray_SIZE(x.array) > MOST_BYTES / x.number->itemsize) {
        return of_ndarray(a);
    }
    return run_into_new(rule, &x, NULL, x.array);
}

/* Memory that is neither apart nor the very same must be copied first; the ufunc does that. */
static int
needs_copy(const Operand *x, const Operand *y, npy_intp n)
{
    char *data[2] = {y->data, x->data};
    npy_intp strides[2] = {y->stride, x->stride};
    npy_intp sizes[2] = {y->number != NULL ? y->number->itemsize : (npy_intp)sizeof(double), x->number->itemsize};
    return y->array != NULL && loop_shape(1, 1, data, strides, n, sizes) != ELEMENTWISE;
}

static PyObject *
in_place(int rule, PyObject *a, PyObject *b, binaryfunc of_ndarray)
{
    Operand x, y;
    if (!read_operand(a, &x) || !read_operand(b, &y) || x.number == NULL || x.array == NULL ||
        shape_of_result(&x, &y) != x.array || !PyArray_ISWRITEABLE(x.array) ||
        needs_copy(&x, &y, PyArray_SIZE(x.array))) {
        return of_ndarray(a, b);
    }
    return run(rule, &x, &y, x.data, x.stride, PyArray_SIZE(x.array)) < 0 ? NULL : Py_NewRef(a);
}

#define NDARRAY(slot) PyArray_Type.tp_as_number->slot
#define BINARY_OPERATOR(rule, slot, inplace_slot)                                                  \
    static PyObject *slot(PyObject *a, PyObject *b)                                                \
    {                                                                                              \
        return binary(RULE_##rule, a, b, NDARRAY(slot));                                           \
    }                                                                                              \
    static PyObject *inplace_slot(PyObject *a, PyObject *b)                                        \
    {                                                                                              \
        return in_place(RULE_##rule, a, b, NDARRAY(inplace_slot));                                 \
    }
#define UNARY_OPERATOR(rule, slot)                                                                 \
    static PyObject *slot(PyObject *a)                                                             \
    {                                                                                              \
        return unary(RULE_##rule, a, NDARRAY(slot));                                               \
    }
BINARY_OPERATOR(add, nb_add, nb_inplace_add)
BINARY_OPERATOR(subtract, nb_subtract, nb_inplace_subtract)
BINARY_OPERATOR(multiply, nb_multiply, nb_inplace_multiply)
BINARY_OPERATOR(divide, nb_true_divide, nb_inplace_true_divide)
UNARY_OPERATOR(negative, nb_negative)
UNARY_OPERATOR(absolute, nb_absolute)

/* NumPy before 2.4 has short cuts in ndarray's operator; dualad/arrayfunctions/shapes.py has them. */
static PyObject *
nb_power(PyObject *a, PyObject *b, PyObject *modulus)
{
    int overflow = 0;
    const int half = PyFloat_CheckExact(b) && PyFloat_AS_DOUBLE(b) == 0.5;
    if (modulus == Py_None && (half || PyLong_CheckExact(b)) && PyArray_Check(a) && number_of_array(a) != NULL &&
        number_of_array(a)->key.is_complex) {
        const int inverse = !half && PyLong_AsLongAndOverflow(b, &overflow) == -1 && !overflow;
        if (half || inverse) { /* as ndarray's operator does for complex numbers */
            return PyObject_CallOneArg(rule_table[half ? RULE_sqrt : RULE_reciprocal].ufunc, a);
        }
    }
    PyObject *result = modulus == Py_None ? operate(RULE_power, a, b) : Py_NewRef(Py_NotImplemented);
    if (result == Py_NotImplemented) {
        Py_DECREF(result);
        return NDARRAY(nb_power)(a, b, modulus);
    }
    return result;
}

/*
 * NumPy 2.0's array ** number asks the number for float(x) and gives up when that is refused, before the
 * ufunc, and so __array_ufunc__, is reached.  There ndarray's own operator sends dual numbers to the ufunc.
 */
static ternaryfunc numpys_power, numpys_inplace_power;

static PyObject *
ndarray_power(PyObject *a, PyObject *b, PyObject *modulus)
{
    if (number_of_scalar(b) == NULL || modulus != Py_None) {
        return numpys_power(a, b, modulus);
    }
    return PyObject_CallFunctionObjArgs(rule_table[RULE_power].ufunc, a, b, NULL);
}

static PyObject *
ndarray_inplace_power(PyObject *a, PyObject *b, PyObject *modulus)
{
    if (number_of_scalar(b) == NULL || modulus != Py_None) {
        return numpys_inplace_power(a, b, modulus);
    }
    return PyObject_CallFunctionObjArgs(rule_table[RULE_power].ufunc, a, b, a, NULL);
}

void
operators_mend_numpy_2_0(void)
{
    if (is_numpy_2_0()) {
        numpys_power = NDARRAY(nb_power);
        numpys_inplace_power = NDARRAY(nb_inplace_power);
        NDARRAY(nb_power) = ndarray_power;
        NDARRAY(nb_inplace_power) = ndarray_inplace_power;
    }
}

#define SLOT(name) {Py_##name, (void *)name}
PyType_Slot operator_slots[] = {
    SLOT(nb_add),         SLOT(nb_inplace_add),         SLOT(nb_subtract), SLOT(nb_inplace_subtract),
    SLOT(nb_multiply),    SLOT(nb_inplace_multiply),    SLOT(nb_negative), SLOT(nb_absolute),
    SLOT(nb_true_divide), SLOT(nb_inplace_true_divide), SLOT(nb_power),    {0, NULL},
};

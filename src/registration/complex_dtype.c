#include "registration/complex_dtype.h"

#include <numpy/arrayscalars.h>

#include <string.h>

#include "registration/dtype.h"

int
plain_complex(PyObject *object, Complex *value)
{
    if (PyComplex_Check(object) || (PyArray_IsScalar(object, ComplexFloating) && number_of_scalar(object) == NULL)) {
        Py_complex z = PyComplex_AsCComplex(object);
        *value = cx(z.real, z.imag);
        return z.real == -1.0 && PyErr_Occurred() ? -1 : 1;
    }
    value->im = 0.0;
    return plain_double(object, &value->re);
}

int
complex_element_from_plain(const Number *number, PyObject *object, double *element)
{
    Complex value;
    int plain = plain_complex(object, &value);
    if (plain == 0 && !PyUnicode_Check(object) && !PyBytes_Check(object) && !PyArray_Check(object) &&
        (PyNumber_Check(object) || PyObject_HasAttrString(object, "__complex__"))) {
        Py_complex z = PyComplex_AsCComplex(object); /* Fraction, Decimal, ... */
        value = cx(z.real, z.imag);
        plain = z.real == -1.0 && PyErr_Occurred() ? -1 : 1;
    }
    if (plain == 0) {
        PyErr_Format(PyExc_TypeError, "a complex dual number holds numbers; %.100s cannot be one",
                     Py_TYPE(object)->tp_name);
    }
    if (plain != 1) {
        return -1;
    }
    memset(element, 0, number->itemsize);
    element[0] = value.re;
    element[part_width(number)] = value.im;
    return 0;
}

void
complex_refuse_dot(void)
{
    PyErr_SetString(PyExc_TypeError,
                    "np.dot and np.vdot of a plain ndarray of complex dual numbers: NumPy does not say which of them "
                    "is meant. Write a @ b or np.vecdot(a, b), or take z.view(dualad.DualArray)");
}

/* ---- NumPy's element functions ------------------------------------------------------------------------ */

static Complex
value_at(const void *data, const Number *number, int swapped)
{
    const char *parts[2] = {data, (const char *)data + part_width(number) * sizeof(double)};
    double value[2];
    for (int i = 0; i < 2; i++) {
        char bytes[sizeof(double)];
        for (size_t k = 0; k < sizeof bytes; k++) {
            bytes[k] = parts[i][swapped ? sizeof bytes - 1 - k : k];
        }
        memcpy(&value[i], bytes, sizeof bytes);
    }
    return cx(value[0], value[1]);
}

static int
is_nan(Complex z)
{
    return z.re != z.re || z.im != z.im;
}

/* NumPy's order of sorting: real parts first, numbers with a NaN in them last. */
static int
order(Complex a, Complex b)
{
    if (is_nan(a) || is_nan(b)) {
        const int of_re = compare_values(a.re, b.re), of_im = compare_values(a.im, b.im);
        const int a_class = 2 * (a.re != a.re) + (a.im != a.im), b_class = 2 * (b.re != b.re) + (b.im != b.im);
        return a_class != b_class ? (a_class < b_class ? -1 : 1) : of_re != 0 ? of_re : of_im;
    }
    return a.re != b.re ? (a.re < b.re ? -1 : 1) : a.im != b.im ? (a.im < b.im ? -1 : 1) : 0;
}

/* What is compared has native bytes, whatever the array has: NumPy has swapped those of its copies. */
static int
compare(const void *a, const void *b, void *array)
{
    const Number *number = number_of_array(array);
    return order(value_at(a, number, 0), value_at(b, number, 0));
}

static npy_bool
nonzero(void *data, void *array)
{
    const Complex z = value_at(data, number_of_array(array), PyArray_ISBYTESWAPPED((PyArrayObject *)array));
    return z.re != 0.0 || z.im != 0.0;
}

/* The first element that no other goes before; one with a NaN goes before all. */
static int
arg_extreme(const char *data, npy_intp n, npy_intp *index, void *array, int sign)
{
    const Number *number = number_of_array(array);
    Complex best = value_at(data, number, 0);
    *index = 0;
    for (npy_intp i = 1; i < n && !is_nan(best); i++) {
        const Complex value = value_at(data + i * number->itemsize, number, 0);
        if (is_nan(value) || sign * order(value, best) > 0) {
            best = value;
            *index = i;
        }
    }
    return 0;
}

static int
argmax(void *data, npy_intp n, npy_intp *index, void *array)
{
    return arg_extreme(data, n, index, array, 1);
}

static int
argmin(void *data, npy_intp n, npy_intp *index, void *array)
{
    return arg_extreme(data, n, index, array, -1);
}

void
complex_dtype_functions(PyArray_ArrFuncs *functions)
{
    functions->compare = compare;
    functions->nonzero = nonzero;
    functions->argmax = argmax;
    functions->argmin = argmin;
}

#include "registration/common_dtype.h"

#include <numpy/dtype_api.h>

/*
 * A legacy dtype can say which dtypes it may be cast to, and NumPy looks for the common one among the two. The
 * method that does so stands where NumPy's public slot numbers put it; it is the same for all built-in numbers, and
 * another one for all dtypes like ours.  Where a NumPy arranges them otherwise its own method stays.
 */
enum { COMMON_DTYPE = NPY_DT_common_dtype - 1 };

static PyArrayDTypeMeta_CommonDType *numpys_method;

static PyArrayDTypeMeta_CommonDType **
method_of(PyArray_DTypeMeta *dtype)
{
    return (PyArrayDTypeMeta_CommonDType **)dtype->dt_slots + COMMON_DTYPE;
}

static PyArrayDTypeMeta_CommonDType *
method_of_builtin(int type_num)
{
    PyArray_Descr *descr = PyArray_DescrFromType(type_num);
    PyArrayDTypeMeta_CommonDType *method = *method_of(NPY_DTYPE(descr));
    Py_DECREF(descr);
    return method;
}

static PyArray_DTypeMeta *
common_dtype(PyArray_DTypeMeta *dtype, PyArray_DTypeMeta *other)
{
    const Number *number = number_of_descr(dtype->singleton), *met = NULL;
    if (PyTypeNum_ISCOMPLEX(other->type_num)) {
        met = number_complex(number);
    }
    else if (other->singleton != NULL && number_of_descr(other->singleton) != NULL) {
        met = number_joined(number, number_of_descr(other->singleton));
        if (met != NULL) {
            return (PyArray_DTypeMeta *)Py_NewRef(met->dtype);
        }
    }
    else {
        return numpys_method(dtype, other);
    }
    if (met == NULL && !PyErr_ExceptionMatches(PyExc_TypeError)) {
        return NULL;
    }
    PyErr_Clear(); /* numbers that cannot meet say so when they do */
    return numpys_method(met != NULL ? met->dtype : dtype, other);
}

/* NumPy 2.0 gives back a reference to the class of uint8 that it never had, each time that it looks for the common
 * dtype of a Python integer and a dtype like ours: so many are given to it that they do not run out. */
static void
keep_class_of_uint8(void)
{
    enum { REFERENCES = 1 << 30 };
    static int kept = 0;
    if (!kept && is_numpy_2_0()) {
        PyArray_Descr *descr = PyArray_DescrFromType(NPY_UINT8);
        PyObject *type = (PyObject *)NPY_DTYPE(descr);
        Py_SET_REFCNT(type, Py_REFCNT(type) + REFERENCES);
        Py_DECREF(descr);
    }
    kept = 1;
}

void
common_dtype_register(const Number *number)
{
    keep_class_of_uint8();
    PyArrayDTypeMeta_CommonDType **method = method_of(number->dtype), *builtin = method_of_builtin(NPY_DOUBLE);
    if (method_of_builtin(NPY_LONG) == builtin && method_of_builtin(NPY_CDOUBLE) == builtin && *method != builtin &&
        (numpys_method == NULL || *method == numpys_method)) {
        numpys_method = *method;
        *method = common_dtype;
    }
}

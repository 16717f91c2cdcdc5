#include "registration/promotion.h"

#include <string.h>

static const Number *
number_of_dtype(const PyArray_DTypeMeta *dtype)
{
    for (int i = 0; i < number_count; i++) {
        if (numbers[i]->dtype == dtype) {
            return numbers[i];
        }
    }
    return NULL;
}

static int
is_whole(const PyArray_DTypeMeta *dtype)
{
    const PyArray_DTypeMeta *whole[] = {&PyArray_BoolDType,     &PyArray_ByteDType,      &PyArray_UByteDType,
                                        &PyArray_ShortDType,    &PyArray_UShortDType,    &PyArray_IntDType,
                                        &PyArray_UIntDType,     &PyArray_LongDType,      &PyArray_ULongDType,
                                        &PyArray_LongLongDType, &PyArray_ULongLongDType, &PyArray_PyLongDType};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        if (whole[i] == dtype) {
            return 1;
        }
    }
    return 0;
}

static int
is_real(const PyArray_DTypeMeta *dtype)
{
    return is_whole(dtype) || dtype == &PyArray_HalfDType || dtype == &PyArray_FloatDType ||
           dtype == &PyArray_DoubleDType || dtype == &PyArray_LongDoubleDType || dtype == &PyArray_PyFloatDType;
}

static int
is_complex(const PyArray_DTypeMeta *dtype)
{
    return dtype == &PyArray_CDoubleDType || dtype == &PyArray_CFloatDType || dtype == &PyArray_CLongDoubleDType ||
           dtype == &PyArray_PyComplexDType;
}

static int
refuse_operand(PyObject *ufunc, PyArray_DTypeMeta *dtype)
{
    const char *name = ((PyTypeObject *)dtype)->tp_name, *dot = strrchr(name, '.');
    if (is_real(dtype)) {
        PyErr_Format(PyExc_TypeError, "np.%s of dual numbers takes whole exponents, not %s",
                     ((PyUFuncObject *)ufunc)->name, dot ? dot + 1 : name);
        return -1;
    }
    PyErr_Format(PyExc_TypeError, "np.%s of dual numbers and %s: only numbers can be combined with dual numbers",
                 ((PyUFuncObject *)ufunc)->name, dot ? dot + 1 : name);
    return -1;
}

/* Real operands become `plain` (float64, or the number itself where NULL); where a complex one is among
 * them, all are computed with complex numbers. */
static int
promote(PyObject *ufunc, PyArray_DTypeMeta *const *given, PyArray_DTypeMeta *const *signature,
        PyArray_DTypeMeta **promoted, PyArray_DTypeMeta *plain)
{
    const int nin = ((PyUFuncObject *)ufunc)->nin, nargs = ((PyUFuncObject *)ufunc)->nargs;
    const Number *number = NULL;
    int objects = 0, any_complex = 0;
    for (int i = 0; i < nin; i++) {
        const Number *of_operand = number_of_dtype(given[i]);
        if (of_operand != NULL && number != NULL && of_operand != number) {
            of_operand = number_joined(number, of_operand);
            if (of_operand == NULL) {
                return -1;
            }
        }
        number = of_operand != NULL ? of_operand : number;
        objects |= given[i] == &PyArray_ObjectDType;
        any_complex |= is_complex(given[i]);
    }
    if (any_complex && plain != &PyArray_LongDType && (number = number_complex(number)) == NULL) {
        return -1;
    }
    if (number->key.is_complex && plain == &PyArray_DoubleDType) {
        plain = &PyArray_CDoubleDType;
    }
    for (int i = 0; i < nargs; i++) {
        PyArray_DTypeMeta *dtype = signature[i];
        if (dtype == NULL && i < nin) {
            if (objects) {
                dtype = &PyArray_ObjectDType;
            }
            else if (number_of_dtype(given[i]) != NULL) {
                dtype = number->dtype;
            }
            else if (plain == &PyArray_LongDType ? is_whole(given[i]) : is_real(given[i]) || is_complex(given[i])) {
                dtype = plain != NULL ? plain : number->dtype;
            }
            else {
                for (int done = 0; done < i; done++) {
                    Py_XDECREF(promoted[done]);
                }
                return refuse_operand(ufunc, given[i]);
            }
        }
        Py_XINCREF(dtype);
        promoted[i] = dtype;
    }
    return 0;
}

static int
promote_to_double(PyObject *ufunc, PyArray_DTypeMeta *const *given, PyArray_DTypeMeta *const *signature,
                  PyArray_DTypeMeta **promoted)
{
    return promote(ufunc, given, signature, promoted, &PyArray_DoubleDType);
}

static int
promote_to_number(PyObject *ufunc, PyArray_DTypeMeta *const *given, PyArray_DTypeMeta *const *signature,
                  PyArray_DTypeMeta **promoted)
{
    return promote(ufunc, given, signature, promoted, NULL);
}

/* np.ldexp: every integer becomes a C long. */
static int
promote_to_long(PyObject *ufunc, PyArray_DTypeMeta *const *given, PyArray_DTypeMeta *const *signature,
                PyArray_DTypeMeta **promoted)
{
    return promote(ufunc, given, signature, promoted, &PyArray_LongDType);
}

static PyObject *promoters[3]; /* capsules, by PromotionTarget */

int
add_promoter(PyObject *ufunc, PromotionTarget target, PyArray_DTypeMeta *const *dtypes, int nargs)
{
    PyObject *tuple = PyTuple_New(nargs);
    if (tuple == NULL) {
        return -1;
    }
    for (int i = 0; i < nargs; i++) {
        PyObject *item = dtypes[i] != NULL ? (PyObject *)dtypes[i] : Py_None;
        Py_INCREF(item);
        PyTuple_SET_ITEM(tuple, i, item);
    }
    int status = PyUFunc_AddPromoter(ufunc, tuple, promoters[target]);
    Py_DECREF(tuple);
    return status;
}

/*
 * Promoters for every way in which some operands are the number and the others are not.
 *
 * NumPy refuses to choose between two promoters that fit equally well, so the first number decides:
 * before it stand plain operands, behind it anything, which may be numbers of another level.  (A second
 * place has fewer kinds of them, for the time that it takes: the rest NumPy itself refuses.)
 */
int
add_promoters(PyObject *ufunc, PromotionTarget target, const Number *number, int nin, int nargs)
{
    PyArray_DTypeMeta *any = (PyArray_DTypeMeta *)&PyArrayDescr_Type;
    PyArray_DTypeMeta *plain[] = {&PyArray_IntAbstractDType, &PyArray_FloatAbstractDType, &PyArray_BoolDType,
                                  &PyArray_ComplexAbstractDType, &PyArray_ObjectDType};
    const int kinds = nin == 2 ? 5 : 3;
    for (int place = 0, rows = 1; place < nin; place++, rows *= kinds) {
        for (int row = 0; row < rows; row++) {
            PyArray_DTypeMeta *dtypes[MAX_OPERANDS] = {NULL};
            for (int i = 0, rest = row; i < nin; i++, rest /= kinds) {
                dtypes[i] = i < place ? plain[rest % kinds] : i == place ? number->dtype : any;
            }
            if (add_promoter(ufunc, target, dtypes, nargs) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

int
promotion_setup(void)
{
    void *functions[] = {(void *)promote_to_double, (void *)promote_to_number, (void *)promote_to_long};
    for (int i = 0; i < 3; i++) {
        promoters[i] = PyCapsule_New(functions[i], "numpy._ufunc_promoter", NULL);
        if (promoters[i] == NULL) {
            return -1;
        }
    }
    return 0;
}

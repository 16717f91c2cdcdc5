/* What NumPy finds on a scalar: __array_ufunc__, and a method for each function of one argument. */
#include "objects/scalar.h"

#include "objects/complex_scalar.h"
#include "objects/dual_array.h"
#include "objects/operators.h"
#include "registration/ufuncs.h"

/* ---- ufuncs of scalars ------------------------------------------------------------------------------------------ */

/* A ufunc of one or two scalars, without an array; NotImplemented where that does not apply. */
static PyObject *
apply_to_scalars(PyObject *ufunc, PyObject *method, PyObject *const *inputs, Py_ssize_t nin)
{
    if ((nin != 1 && nin != 2) || !PyUnicode_Check(method) || PyUnicode_READ_CHAR(method, 0) != '_') { /* "__call__" */
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (is_complex_scalar(inputs[0]) || (nin == 2 && is_complex_scalar(inputs[1]))) {
        return complex_apply_to_scalars(ufunc, inputs, nin);
    }
    int rule = rule_of_ufunc(ufunc);
    if (rule < 0 || rule_info[rule].nin != nin) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (nin == 1) {
        return scalar_unary(rule, inputs[0]);
    }
    if (PyArray_Check(inputs[0]) || PyArray_Check(inputs[1])) {
        return operate(rule, inputs[0], inputs[1]);
    }
    return scalar_binary(rule, inputs[0], inputs[1]);
}

/* NumPy would ask the scalar's __array_ufunc__ again, without end. */
static int
refuse_scalar_output(PyObject *const *keyword_values, PyObject *names)
{
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        PyObject *value = keyword_values[i];
        for (Py_ssize_t k = 0; PyTuple_Check(value) && k < PyTuple_GET_SIZE(value); k++) {
            if (number_of_scalar(PyTuple_GET_ITEM(value, k)) != NULL) {
                PyErr_SetString(
                    PyExc_TypeError,
                    "out= takes arrays; a Dual is a number that cannot be changed. Where NumPy's code asks for "
                    "it, as np.quantile does of a plain array of dual numbers, give it "
                    "x.view(dualad.DualArray), or np.stack([a, b]) instead of np.array([a, b])");
                return -1;
            }
        }
    }
    return 0;
}

/* The call again, with 0-d arrays for our scalars; `names` are those of the last arguments. */
static PyObject *
apply_to_arrays(PyObject *ufunc, PyObject *method, PyObject *const *inputs, Py_ssize_t nin, PyObject *names)
{
    Py_ssize_t count = nin + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    PyObject **arguments = PyMem_Calloc(count + 1, sizeof *arguments), *result = NULL;
    PyObject *function = PyObject_GetAttr(ufunc, method);
    int failed = arguments == NULL || function == NULL;
    if (arguments == NULL) {
        PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        Number *number = i < nin ? number_of_scalar(inputs[i]) : NULL;
        arguments[i] = number != NULL ? dual_array_from_scalar(number, inputs[i]) : Py_NewRef(inputs[i]);
        failed = arguments[i] == NULL;
    }
    if (!failed) {
        result = PyObject_Vectorcall(function, arguments, nin, names);
    }
    for (Py_ssize_t i = 0; arguments != NULL && i < count; i++) {
        Py_XDECREF(arguments[i]);
    }
    PyMem_Free(arguments);
    Py_XDECREF(function);
    return result;
}

/* Dual.__array_ufunc__(self, ufunc, method, *inputs, **kwargs) */
PyObject *
scalar_array_ufunc(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
    /* Before NumPy 2.4 array ** x asks x for float(x), is refused, and comes here with the exception set. */
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
    }
    if (nargs < 3) {
        PyErr_SetString(PyExc_TypeError, "__array_ufunc__ expects a ufunc, a method and its inputs");
        return NULL;
    }
    if (names == NULL || PyTuple_GET_SIZE(names) == 0) {
        PyObject *result = apply_to_scalars(args[0], args[1], args + 2, nargs - 2);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    if (refuse_scalar_output(args + nargs, names) < 0) {
        return NULL;
    }
    return apply_to_arrays(args[0], args[1], args + 2, nargs - 2, names);
}

/* ---- methods ---------------------------------------------------------------------------------------------------- */

#define METHOD(name)                                                                               \
    static PyObject *name##_method(PyObject *self, PyObject *Py_UNUSED(ignored))                   \
    {                                                                                              \
        return scalar_unary(RULE_##name, self);                                                    \
    }
#define EXACT1(name, ...) METHOD(name)
#define UNARY(name, ...) METHOD(name)
#define EXACT2(name, ...)
#define BINARY(name, ...)
#define FUNCTION1(name, ...)
#define SPECIAL1(name, ...)
#define SPECIAL2(name, ...)
#include "rules/rules.def"

#define EXACT1(name, ...) {#name, name##_method, METH_NOARGS, "np." #name " of this number."},
#define UNARY EXACT1
#define EXACT2(name, ...)
#define BINARY(name, ...)
#define FUNCTION1(name, ...)
#define SPECIAL1(name, ...)
#define SPECIAL2(name, ...)
static PyMethodDef methods[] = {
    {"__array_ufunc__", (PyCFunction)(void (*)(void))scalar_array_ufunc, METH_FASTCALL | METH_KEYWORDS, NULL},
#include "rules/rules.def"
};

int
scalar_add_methods(PyTypeObject *type)
{
    return scalar_add_method_list(type, methods, sizeof methods / sizeof *methods);
}

int
scalar_add_method_list(PyTypeObject *type, PyMethodDef *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        PyObject *method = PyDescr_NewMethod(type, list + i);
        if (method == NULL || PyDict_SetItemString(type->tp_dict, list[i].ml_name, method) < 0) {
            Py_XDECREF(method);
            return -1;
        }
        Py_DECREF(method);
    }
    /* A pandas Series or DataFrame on the left would turn a NumPy scalar into a float; it steps back
     * for a higher priority than its own (at most 4000). */
    PyObject *priority = PyLong_FromLong(5000);
    int failed = priority == NULL || PyDict_SetItemString(type->tp_dict, "__pandas_priority__", priority) < 0;
    Py_XDECREF(priority);
    PyType_Modified(type);
    return failed ? -1 : 0;
}

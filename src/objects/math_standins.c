/* Stand-ins of math's functions. */
#include "objects/standins.h"

#include <string.h>

#include "objects/given.h"
#include "objects/scalar.h"

/*
 * The interpreter calls built-in functions faster than any other object, and math's take hardly longer than
 * a call; so these stand-ins are built-in functions too.  That takes a function in C for each.
 */
typedef struct {
    PyMethodDef definition;
    PyCFunction function; /* math's, where it takes one argument, else the next */
    _PyCFunctionFast fast;
    PyObject *module; /* their first argument */
    PyObject *rule;   /* called given dual numbers; or NULL, and */
    int table_row;
} MathFunction;

/* The value is math's, and so are its errors. */
static PyObject *
elementary(const MathFunction *math, PyObject *x)
{
    PyObject *value = PyFloat_FromDouble(lanes_of(x)[0]);
    PyObject *f = value == NULL ? NULL : math->function(math->module, value);
    Py_XDECREF(value);
    if (f == NULL) {
        return NULL;
    }
    PyObject *result = scalar_unary_with_value(math->table_row, x, PyFloat_AsDouble(f));
    Py_DECREF(f);
    return result;
}

static PyObject *
call_with_one(const MathFunction *math, PyObject *x)
{
    if (PyFloat_CheckExact(x) || !is_dual(x)) {
        return math->function(math->module, x);
    }
    if (math->rule != NULL) {
        return PyObject_CallOneArg(math->rule, x);
    }
    PyObject *number = one_dual(x);
    if (number == NULL) {
        return PyErr_Occurred() ? NULL : math->function(math->module, x);
    }
    PyObject *result = elementary(math, number);
    Py_DECREF(number);
    return result;
}

static PyObject *
call_with_several(const MathFunction *math, PyObject *const *args, Py_ssize_t count)
{
    return any_is_dual(args, count) ? PyObject_Vectorcall(math->rule, args, count, NULL)
                                    : math->fast(math->module, args, count);
}

#define MATH_FUNCTIONS(DO)                                                                         \
    DO(acos) DO(acosh) DO(asin) DO(asinh) DO(atan) DO(atan2) DO(atanh) DO(cbrt) DO(ceil) DO(copysign) DO(cos)     \
    DO(cosh) DO(degrees) DO(erf) DO(erfc) DO(exp) DO(exp2) DO(expm1) DO(fabs) DO(floor) DO(fma) DO(fmod)          \
    DO(frexp) DO(gamma) DO(hypot) DO(isfinite) DO(isinf) DO(isnan) DO(ldexp) DO(lgamma) DO(log) DO(log10)         \
    DO(log1p) DO(log2) DO(modf) DO(pow) DO(radians) DO(remainder) DO(sin) DO(sinh) DO(sqrt) DO(tan) DO(tanh)      \
    DO(trunc) DO(ulp)

enum {
#define DO(name) MATH_##name,
    MATH_FUNCTIONS(DO)
#undef DO
        MATH_COUNT
};

static MathFunction math_functions[MATH_COUNT];

#define DO(name)                                                                                   \
    static PyObject *math_##name(PyObject *NPY_UNUSED(self), PyObject *x)                          \
    {                                                                                              \
        return call_with_one(&math_functions[MATH_##name], x);                                     \
    }                                                                                              \
    static PyObject *math_##name##_fast(PyObject *NPY_UNUSED(self), PyObject *const *args, Py_ssize_t count) \
    {                                                                                              \
        return call_with_several(&math_functions[MATH_##name], args, count);                       \
    }
MATH_FUNCTIONS(DO)
#undef DO

static const struct {
    const char *name;
    PyCFunction one;
    _PyCFunctionFast several;
} math_calls[] = {
#define DO(name) {#name, math_##name, math_##name##_fast},
    MATH_FUNCTIONS(DO)
#undef DO
};

PyObject *
math_standin_new(PyObject *module, PyObject *original, PyObject *rule, int table_row)
{
    int flags = PyCFunction_Check(original) ? PyCFunction_GET_FLAGS(original) : 0;
    if (flags == METH_O || (flags == METH_FASTCALL && rule != Py_None)) {
        const PyMethodDef *theirs = ((PyCFunctionObject *)original)->m_ml;
        for (int i = 0; i < MATH_COUNT; i++) {
            MathFunction *math = &math_functions[i];
            if (strcmp(theirs->ml_name, math_calls[i].name) != 0) {
                continue;
            }
            math->definition = *theirs;
            if (flags == METH_O) {
                math->function = theirs->ml_meth;
                math->definition.ml_meth = math_calls[i].one;
            }
            else {
                math->fast = (_PyCFunctionFast)(void (*)(void))theirs->ml_meth;
                math->definition.ml_meth = (PyCFunction)(void (*)(void))math_calls[i].several;
            }
            math->module = Py_XNewRef(PyCFunction_GET_SELF(original));
            math->rule = rule == Py_None ? NULL : Py_NewRef(rule);
            math->table_row = table_row;
            PyObject *name = PyObject_GetAttrString(module, "__name__");
            PyObject *made = name == NULL ? NULL : PyCFunction_NewEx(&math->definition, module, name);
            Py_XDECREF(name);
            return made;
        }
    }
    return rule == Py_None ? Py_NewRef(original) : standin_new(original, rule, GIVEN_DUALS);
}

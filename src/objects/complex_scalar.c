#include "objects/complex_scalar.h"

#include <numpy/arrayscalars.h>

#include <string.h>

#include "loops/complex_chain.h"
#include "registration/complex_dtype.h"
#include "registration/complex_ufuncs.h"
#include "registration/dtype.h"
#include "objects/dual_array.h"
#include "loops/fp_errors.h"
#include "objects/scalar.h"

/* ---- operands ------------------------------------------------------------------------------------------ */

int
is_complex_scalar(PyObject *object)
{
    const Number *number = number_of_scalar(object);
    return number != NULL ? number->key.is_complex
                          : PyComplex_Check(object) || PyArray_IsScalar(object, ComplexFloating);
}

/* An operand as a complex number of ours (a borrowed Number, and a new reference) or a plain one. */
typedef struct {
    PyObject *scalar; /* NULL: plain */
    Complex value;
} Operand;

/* 1: read; 0: no number; -1: exception.  Real numbers of ours stay what they are. */
static int
read_operand(PyObject *object, Operand *operand)
{
    operand->scalar = NULL;
    Number *number = number_of_scalar(object);
    if (number != NULL) {
        if (number_refuse_closed(number) < 0) {
            return -1;
        }
        operand->scalar = Py_NewRef(object);
        return 1;
    }
    return plain_complex(object, &operand->value);
}

/* The operand as a scalar of `number`; -1 with an exception. */
static int
make_complex(Operand *operand, Number *number)
{
    Number *given = number_of_scalar(operand->scalar);
    if (given != number) {
        PyObject *made = scalar_new(number);
        if (made == NULL) {
            return -1;
        }
        number_embed(given, lanes_of(operand->scalar), number, lanes_of(made));
        Py_SETREF(operand->scalar, made);
    }
    operand->value = complex_value(number, lanes_of(operand->scalar));
    return 0;
}

/* Both operands of an operator as scalars of one complex number, or plain; 1, 0 and -1 as above. */
static int
read_operands(PyObject *a, PyObject *b, Operand *x, Operand *y, Number **number)
{
    int status = read_operand(a, x);
    y->scalar = NULL;
    if (status == 1) {
        status = read_operand(b, y);
    }
    if (status == 1) {
        const Number *first = x->scalar != NULL ? number_of_scalar(x->scalar) : NULL;
        const Number *second = y->scalar != NULL ? number_of_scalar(y->scalar) : NULL;
        const Number *common = first == NULL ? second : second == NULL ? first : number_joined(first, second);
        *number = common == NULL ? NULL : number_complex(common);
        if (*number == NULL || (x->scalar != NULL && make_complex(x, *number) < 0) ||
            (y->scalar != NULL && make_complex(y, *number) < 0)) {
            status = -1;
        }
    }
    if (status != 1) {
        Py_CLEAR(x->scalar);
        Py_CLEAR(y->scalar);
    }
    return status;
}

/* ---- values: np.complex128's scalar mathematics ------------------------------------------------------------ */

static Complex
value_of_two(int rule, Complex x, Complex y)
{
    switch (rule) {
    case COMPLEX_add: return cx_add(x, y);
    case COMPLEX_subtract: return cx_sub(x, y);
    case COMPLEX_multiply: return cx(x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re);
    default: return complex_loop_2(&complex_rules[rule].value, x, y);
    }
}

/* With an array, the ufunc takes over. */
static int
is_array_like(PyObject *object)
{
    return PyArray_Check(object) || PyList_Check(object) || PyTuple_Check(object) ||
           (number_of_scalar(object) == NULL && !PyArray_IsAnyScalar(object) &&
            PyObject_HasAttrString((PyObject *)Py_TYPE(object), "__array_ufunc__"));
}

static PyObject *
call_ufunc(PyObject *ufunc, PyObject *const *operands, Py_ssize_t count)
{
    PyObject *arrays[2] = {NULL, NULL}, *result = NULL;
    int failed = 0;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        Number *number = number_of_scalar(operands[i]);
        arrays[i] = number != NULL ? dual_array_from_scalar(number, operands[i]) : Py_NewRef(operands[i]);
        failed = arrays[i] == NULL;
    }
    if (!failed) {
        result = PyObject_Vectorcall(ufunc, arrays, count, NULL);
    }
    Py_XDECREF(arrays[0]);
    Py_XDECREF(arrays[1]);
    return result;
}

PyObject *
complex_scalar_binary(int which, PyObject *a, PyObject *b)
{
    const ComplexRule *rule = &complex_rules[which];
    Operand x, y;
    Number *number = NULL;
    if (is_array_like(a) || is_array_like(b)) {
        PyObject *operands[2] = {a, b};
        return call_ufunc(rule->ufunc, operands, 2);
    }
    int status = read_operands(a, b, &x, &y, &number);
    if (status == 0) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *result = status < 0 ? NULL : scalar_new(number);
    if (result != NULL) {
        ComplexDerivatives d;
        fp_restore(0);
        const Complex f = value_of_two(which, x.value, y.value);
        unsigned flags = fp_flags();
        rule->two(x.value, y.value, f, number->pairs > 0, &d);
        double *out = lanes_of(result);
        if (x.scalar != NULL && y.scalar != NULL) {
            complex_chain_two(number, out, &d, lanes_of(x.scalar), lanes_of(y.scalar));
        }
        else if (x.scalar != NULL) {
            complex_chain_one(number, out, &d, lanes_of(x.scalar));
        }
        else {
            d.a = d.b;
            d.aa = d.bb;
            complex_chain_one(number, out, &d, lanes_of(y.scalar));
        }
        set_complex_value(number, out, f);
        if (flags != 0 && give_errors(rule->name, flags) < 0) {
            Py_CLEAR(result);
        }
    }
    if (status > 0) {
        Py_XDECREF(x.scalar);
        Py_XDECREF(y.scalar);
    }
    return result;
}

PyObject *
complex_scalar_named(const char *name, PyObject *a, PyObject *b)
{
    Number *number = number_of_scalar(a) != NULL ? number_of_scalar(a) : number_of_scalar(b);
    if (number == NULL || number_complex(number) == NULL) { /* the tables are filled with the first one */
        if (number != NULL) {
            return NULL;
        }
        Py_RETURN_NOTIMPLEMENTED;
    }
    for (int i = 0; i < COMPLEX_RULE_COUNT; i++) {
        if (complex_rules[i].nin == 2 && strcmp(complex_rules[i].name, name) == 0) {
            return complex_scalar_binary(i, a, b);
        }
    }
    PyErr_Format(PyExc_TypeError, "np.%s is not defined for complex numbers, dual ones or not", name);
    return NULL;
}

/* ---- functions of one argument ------------------------------------------------------------------------------- */

static Number *
number_to_use(PyObject *a)
{
    Number *number = number_of_scalar(a);
    if (number == NULL || !number->key.is_complex) {
        PyErr_SetString(PyExc_TypeError, "a ComplexDual is expected");
        return NULL;
    }
    return number_refuse_closed(number) < 0 ? NULL : number;
}

PyObject *
complex_scalar_unary(int which, PyObject *a)
{
    const ComplexRule *rule = &complex_rules[which];
    Number *number = number_to_use(a);
    PyObject *result = number == NULL ? NULL : scalar_new(number);
    if (result == NULL) {
        return NULL;
    }
    const Complex z = complex_value(number, lanes_of(a));
    fp_restore(0);
    const Complex f = complex_loop_1(&rule->value, z);
    unsigned flags = fp_flags();
    ComplexDerivatives d;
    rule->one(z, f, rule->aux >= 0 ? complex_loop_1(&complex_rules[rule->aux].value, z) : z, &d);
    complex_chain_one(number, lanes_of(result), &d, lanes_of(a));
    set_complex_value(number, lanes_of(result), f);
    if (flags != 0 && give_errors(rule->name, flags) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

/* abs(z) is hypot, which NumPy's loop need not be. */
static PyObject *
map_of_scalar(int map, PyObject *a, int by_operator)
{
    const int real = map == COMPLEX_MAP_absolute;
    Number *number = number_to_use(a);
    PyObject *result = number == NULL ? NULL : scalar_new(real ? number->twin : number);
    if (result == NULL) {
        return NULL;
    }
    fp_restore(0);
    const Complex z = complex_value(number, lanes_of(a));
    Complex f = by_operator ? cx(hypot(z.re, z.im), 0.0) : complex_loop_1(&complex_maps[map].value, z);
    unsigned flags = fp_flags();
    if (complex_map_element(map, number, lanes_of(result), f, lanes_of(a)) < 0 ||
        (flags != 0 && give_errors(complex_maps[map].name, flags) < 0)) {
        Py_CLEAR(result);
    }
    return result;
}

PyObject *
complex_scalar_abs(PyObject *a)
{
    return map_of_scalar(COMPLEX_MAP_absolute, a, 1);
}

PyObject *
complex_scalar_part(PyObject *a, int imaginary)
{
    Number *number = number_to_use(a);
    return number == NULL ? NULL
                          : scalar_from_element(number->twin, lanes_of(a) + (imaginary ? part_width(number) : 0));
}

/* ---- comparison: by the value --------------------------------------------------------------------------------- */

PyObject *
complex_scalar_compare(PyObject *a, PyObject *b, int op)
{
    PyObject *operands[2] = {a, b}, *plain[2] = {NULL, NULL}, *result = NULL;
    for (int i = 0; i < 2; i++) {
        Number *number = number_of_scalar(operands[i]);
        if (number == NULL) {
            plain[i] = PyArray_Check(operands[i]) ? NULL : Py_NewRef(operands[i]);
        }
        else if (number_refuse_closed(number) == 0) {
            plain[i] = PyArrayScalar_New(CDouble);
            if (plain[i] != NULL) {
                const double *element = lanes_of(operands[i]);
                const Complex z = number->key.is_complex ? complex_value(number, element) : cx(element[0], 0.0);
                memcpy(&PyArrayScalar_VAL(plain[i], CDouble), &z, sizeof z);
            }
        }
        if (plain[i] == NULL) {
            break;
        }
    }
    if (plain[0] != NULL && plain[1] != NULL) {
        result = PyObject_RichCompare(plain[0], plain[1], op);
    }
    else if (!PyErr_Occurred()) { /* an array */
        PyObject *array = dual_array_from_scalar(number_of_scalar(a), a);
        result = array == NULL ? NULL : PyObject_RichCompare(array, b, op);
        Py_XDECREF(array);
    }
    Py_XDECREF(plain[0]);
    Py_XDECREF(plain[1]);
    return result;
}

/* ---- ufuncs of scalars, methods --------------------------------------------------------------------------------- */

PyObject *
complex_apply_to_scalars(PyObject *ufunc, PyObject *const *inputs, Py_ssize_t nin)
{
    const int rule = complex_rule_of_ufunc(ufunc);
    if (rule >= 0 && complex_rules[rule].nin == nin) {
        return nin == 2 ? complex_scalar_binary(rule, inputs[0], inputs[1]) : complex_scalar_unary(rule, inputs[0]);
    }
    const int map = nin == 1 ? complex_map_of_ufunc(ufunc) : -1;
    if (map >= 0) {
        return map_of_scalar(map, inputs[0], 0);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

#define HOLOMORPHIC1(name, ...)                                                                    \
    static PyObject *name##_method(PyObject *self, PyObject *Py_UNUSED(ignored))                   \
    {                                                                                              \
        return complex_scalar_unary(COMPLEX_##name, self);                                         \
    }
#define HOLOMORPHIC2(name, ...)
#include "rules/complex_rules.def"
#define ROW(name)                                                                                  \
    static PyObject *name##_method(PyObject *self, PyObject *Py_UNUSED(ignored))                   \
    {                                                                                              \
        return map_of_scalar(COMPLEX_MAP_##name, self, 0);                                         \
    }
COMPLEX_MAPS(ROW)
#undef ROW

static PyMethodDef methods[] = {
    {"__array_ufunc__", (PyCFunction)(void (*)(void))scalar_array_ufunc, METH_FASTCALL | METH_KEYWORDS, NULL},
#define HOLOMORPHIC1(name, ...) {#name, name##_method, METH_NOARGS, "np." #name " of this number."},
#define HOLOMORPHIC2(name, ...)
#include "rules/complex_rules.def"
#define ROW(name) {#name, name##_method, METH_NOARGS, "np." #name " of this number."},
    COMPLEX_MAPS(ROW)
#undef ROW
        {"conj", conjugate_method, METH_NOARGS, "np.conjugate of this number."},
};

int
complex_scalar_add_methods(PyTypeObject *type)
{
    return scalar_add_method_list(type, methods, sizeof methods / sizeof *methods);
}

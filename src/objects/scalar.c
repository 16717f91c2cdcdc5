#include "objects/scalar.h"

#include <numpy/arrayscalars.h>

#include <float.h>

#include "loops/chain2.h"
#include "objects/complex_scalar.h"
#include "registration/dtype.h"
#include "objects/dual_array.h"
#include "loops/fp_errors.h"
#include "objects/operators.h"
#include "loops/rule_table.h"

/* ---- operands -------------------------------------------------------------------------------------- */

/* One operand: a number of ours (lanes != NULL) or a plain one. */
typedef struct {
    Number *number;
    const double *lanes;
    double value;
} Operand;

/* 1: read; 0: nothing that can be combined with a dual number here; -1: exception. */
static int
read_operand(PyObject *object, Operand *operand)
{
    operand->number = number_of_scalar(object);
    if (operand->number != NULL && operand->number->key.is_complex) {
        return 0;
    }
    if (operand->number != NULL) {
        operand->lanes = lanes_of(object) + 1;
        operand->value = lanes_of(object)[0];
        return number_refuse_closed(operand->number) < 0 ? -1 : 1;
    }
    operand->lanes = NULL;
    return plain_double(object, &operand->value);
}

/* Fraction and the like: exact numbers that are Real, but know nothing of dual numbers. */
static int
read_real(PyObject *object, Operand *operand)
{
    static PyObject *Real = NULL;
    if (PyArray_Check(object)) {
        return 0;
    }
    if (PyErr_Occurred()) { /* NumPy's dot of objects goes on after one; its last call must not hide the first */
        return -1;
    }
    if (Real == NULL) {
        PyObject *module = PyImport_ImportModule("numbers");
        Real = module == NULL ? NULL : PyObject_GetAttrString(module, "Real");
        Py_XDECREF(module);
        if (Real == NULL) {
            return -1;
        }
    }
    int real = PyObject_IsInstance(object, Real);
    if (real <= 0) {
        return real;
    }
    PyObject *converted = PyNumber_Float(object);
    if (converted == NULL) {
        return -1;
    }
    operand->value = PyFloat_AS_DOUBLE(converted);
    Py_DECREF(converted);
    return 1;
}

#define TWO_LEVELS 2

/* Both operands of an operator.  0: not for us; TWO_LEVELS: they have to be joined first. */
static int
read_operands(PyObject *a, PyObject *b, Operand *x, Operand *y, Number **number)
{
    int status = read_operand(a, x);
    if (status == 1) {
        status = read_operand(b, y);
        if (status == 0) {
            status = read_real(b, y);
        }
    }
    else if (status == 0 && (status = read_operand(b, y)) == 1) {
        status = read_real(a, x);
    }
    if (status != 1) {
        return status;
    }
    *number = x->number != NULL ? x->number : y->number;
    if (*number == NULL) {
        return 0;
    }
    if (x->number != NULL && y->number != NULL && x->number != y->number) {
        return TWO_LEVELS;
    }
    return 1;
}

static PyObject *
embedded(PyObject *scalar, const Number *joined)
{
    Number *number = number_of_scalar(scalar);
    if (number == joined) {
        return Py_NewRef(scalar);
    }
    PyObject *result = scalar_new((Number *)joined);
    if (result != NULL) {
        number_embed(number, lanes_of(scalar), joined, lanes_of(result));
    }
    return result;
}

/* Numbers of two levels become numbers of both: new references, or -1 with an exception. */
static int
join_scalars(PyObject **a, PyObject **b)
{
    const Number *joined = number_joined(number_of_scalar(*a), number_of_scalar(*b));
    *a = joined == NULL ? NULL : embedded(*a, joined);
    *b = *a == NULL ? NULL : embedded(*b, joined);
    if (*b == NULL) {
        Py_CLEAR(*a);
        return -1;
    }
    return 0;
}

/* With __array_ufunc__ = None a class (numpy.polynomial's are such) wants to be asked itself. */
static int
knows_ufuncs(PyObject *object)
{
    PyObject *protocol = PyObject_GetAttrString((PyObject *)Py_TYPE(object), "__array_ufunc__");
    if (protocol == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(protocol);
    return protocol != NULL && protocol != Py_None;
}

/* Arrays, sequences, and what knows ufuncs (a pandas Series). */
static int
is_array_like(PyObject *object)
{
    return PyArray_Check(object) || PyList_Check(object) || PyTuple_Check(object) ||
           (number_of_scalar(object) == NULL && !PyArray_IsAnyScalar(object) && knows_ufuncs(object));
}

/* With an array, the ufunc takes over; with anything else Python asks the other operand. */
static PyObject *
hand_over(int rule, PyObject *a, PyObject *b)
{
    if (is_array_like(a) || is_array_like(b)) {
        PyObject *operands[2] = {a, b}, *result = operate(rule, a, b);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
        result = NULL;
        for (int i = 0; i < 2; i++) {
            Number *number = number_of_scalar(operands[i]);
            operands[i] = number != NULL ? dual_array_from_scalar(number, operands[i]) : Py_NewRef(operands[i]);
        }
        if (operands[0] != NULL && operands[1] != NULL) {
            result = PyObject_Vectorcall(rule_table[rule].ufunc, operands, 2, NULL);
        }
        Py_XDECREF(operands[0]);
        Py_XDECREF(operands[1]);
        return result;
    }
    if (is_complex_scalar(a) || is_complex_scalar(b)) {
        return complex_scalar_named(rule_info[rule].name, a, b);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

/* ---- results ----------------------------------------------------------------------------------------- */

/* The second derivatives in d are looked at in second order only. */
static inline PyObject *
chain(Number *number, double f, const Derivatives2 *d, const Operand *x, const Operand *y)
{
    const double dx = d->a, dy = d->b;
    PyObject *result = scalar_new(number);
    if (result == NULL) {
        return NULL;
    }
    double *lanes = lanes_of(result);
    const npy_intp n = number->n;
    lanes[0] = f;
    lanes++;
    if (number->pairs > 0) {
        if (y->lanes == NULL) {
            chain2_one(number, lanes, d->a, d->aa, x->lanes);
        }
        else if (x->lanes == NULL) {
            chain2_one(number, lanes, d->b, d->bb, y->lanes);
        }
        else {
            chain2_two(number, lanes, d, x->lanes, y->lanes, d->ab != 0.0, d->aa != 0.0 || d->bb != 0.0);
        }
        return result;
    }
    if (y->lanes == NULL) {
        both_finite(dx, 0.0) ? chain_one(lanes, dx, x->lanes, n) : chain_one_masked(lanes, dx, x->lanes, n);
    }
    else if (x->lanes == NULL) {
        both_finite(dy, 0.0) ? chain_one(lanes, dy, y->lanes, n) : chain_one_masked(lanes, dy, y->lanes, n);
    }
    else if (both_finite(dx, dy)) {
        chain_two(lanes, dx, x->lanes, dy, y->lanes, n);
    }
    else {
        chain_two_masked(lanes, dx, x->lanes, dy, y->lanes, n);
    }
    return result;
}

static PyObject *
quotient(Number *number, double f, double dx, double dy, const Operand *x, const Operand *y)
{
    PyObject *result = scalar_new(number);
    if (result == NULL) {
        return NULL;
    }
    double *lanes = lanes_of(result);
    lanes[0] = f;
    if (number->pairs > 0) {
        chain2_quotient(number, lanes + 1, f, y->value, dx, dy, x->lanes, y->lanes);
    }
    else {
        chain_quotient(lanes + 1, f, y->value, x->lanes, y->lanes, number->n);
    }
    return result;
}

/* ---- arithmetic: the EXACT rows ------------------------------------------------------------------------ */

/* The flags are looked at only where a result can have raised one. */
static inline int
is_ordinary(double f)
{
    return fabs(f) >= DBL_MIN && fabs(f) <= DBL_MAX;
}

static int
errors_of(int rule, const char *name, double x, double y)
{
    fp_restore(0);
    (void)float_loop_2(&rule_table[rule].value, x, y);
    return give_errors(name, fp_flags());
}

static PyObject *
in_both_levels(binaryfunc operator, PyObject *a, PyObject *b)
{
    if (join_scalars(&a, &b) < 0) {
        return NULL;
    }
    PyObject *result = operator(a, b);
    Py_DECREF(a);
    Py_DECREF(b);
    return result;
}

#define ARITHMETIC(name)                                                                           \
    PyObject *scalar_##name(PyObject *a, PyObject *b)                                              \
    {                                                                                              \
        Operand x, y;                                                                              \
        Number *number = number_of_scalar(a);                                                      \
        if (number != NULL && Py_TYPE(a) == Py_TYPE(b) && !number->closed) {                       \
            x = (Operand){number, lanes_of(a) + 1, lanes_of(a)[0]};                                \
            y = (Operand){number, lanes_of(b) + 1, lanes_of(b)[0]};                                \
        }                                                                                          \
        else {                                                                                     \
            int status = read_operands(a, b, &x, &y, &number);                                     \
            if (status == TWO_LEVELS) {                                                            \
                return in_both_levels(scalar_##name, a, b);                                        \
            }                                                                                      \
            if (status != 1) {                                                                     \
                return status < 0 ? NULL : hand_over(RULE_##name, a, b);                           \
            }                                                                                      \
        }                                                                                          \
        double f = rule_##name##_value(x.value, y.value);                                          \
        if (!is_ordinary(f) && errors_of(RULE_##name, "scalar " #name, x.value, y.value) < 0) {    \
            return NULL;                                                                           \
        }                                                                                          \
        Derivatives2 d = {rule_##name##_dx(x.value, y.value, f), rule_##name##_dy(x.value, y.value, f)}; \
        if (number->pairs > 0) {                                                                   \
            d.aa = rule_##name##_dxx(x.value, y.value, f);                                         \
            d.ab = rule_##name##_dxy(x.value, y.value, f);                                         \
            d.bb = rule_##name##_dyy(x.value, y.value, f);                                         \
        }                                                                                          \
        if (RULE_##name == RULE_divide && y.lanes != NULL &&                                       \
            (quotient_left_range(f, y.value, number->pairs > 0 ? d.bb : d.b) ||                    \
             (number->pairs > 0 && quotient_left_range(f, y.value, d.ab)))) {                      \
            return quotient(number, f, d.a, d.b, &x, &y);                                          \
        }                                                                                          \
        return chain(number, f, &d, &x, &y);                                                       \
    }
ARITHMETIC(add)
ARITHMETIC(subtract)
ARITHMETIC(multiply)
ARITHMETIC(divide)

/* ---- all other rules --------------------------------------------------------------------------------------- */

static PyObject *
binary(int rule, const char *name, double (*value)(double, double), PyObject *a, PyObject *b)
{
    const RuleEntry *entry = &rule_table[rule];
    Operand x, y;
    Number *number;
    int status = read_operands(a, b, &x, &y, &number);
    if (status == TWO_LEVELS) {
        if (join_scalars(&a, &b) < 0) {
            return NULL;
        }
        PyObject *result = binary(rule, name, value, a, b);
        Py_DECREF(a);
        Py_DECREF(b);
        return result;
    }
    if (status != 1) {
        return status < 0 ? NULL : hand_over(rule, a, b);
    }
    fp_restore(0);
    double f = value != NULL ? value(x.value, y.value) : float_loop_2(&entry->value, x.value, y.value);
    unsigned flags = fp_flags();
    Derivatives2 d = {0.0, 0.0, 0.0, 0.0, 0.0};
    if (x.lanes != NULL) {
        entry->dx(1, &x.value, &y.value, &f, &d.a);
    }
    if (y.lanes != NULL) {
        entry->dy(1, &x.value, &y.value, &f, &d.b);
    }
    if (number->pairs > 0 && x.lanes != NULL) {
        entry->dxx(1, &x.value, &y.value, &f, &d.aa);
    }
    if (number->pairs > 0 && y.lanes != NULL) {
        entry->dyy(1, &x.value, &y.value, &f, &d.bb);
    }
    if (number->pairs > 0 && x.lanes != NULL && y.lanes != NULL) {
        entry->dxy(1, &x.value, &y.value, &f, &d.ab);
    }
    PyObject *result = chain(number, f, &d, &x, &y);
    if (result != NULL && flags != 0 && give_errors(name, flags) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

PyObject *
scalar_binary(int rule, PyObject *a, PyObject *b)
{
    return binary(rule, rule_info[rule].name, NULL, a, b);
}

PyObject *
scalar_power(PyObject *a, PyObject *b, PyObject *modulus)
{
    if (modulus != Py_None) {
        PyErr_SetString(PyExc_TypeError, "pow() of dual numbers takes no third argument");
        return NULL;
    }
    return binary(RULE_power, "scalar power", pow, a, b); /* np.float64's way */
}

/* The chain rule at a number whose function value f is known. */
static PyObject *
chain_unary(int rule, PyObject *a, double f)
{
    const RuleEntry *entry = &rule_table[rule];
    const int aux = rule_info[rule].aux;
    Number *number = number_of_scalar(a);
    const Operand x = {number, lanes_of(a) + 1, lanes_of(a)[0]}, none = {NULL, NULL, 0.0};
    Derivatives2 d = {0.0, 0.0, 0.0, 0.0, 0.0};
    double auxiliary = 0.0;
    if (aux >= 0) {
        rule_auxiliary(aux, 1, &x.value, &auxiliary);
    }
    entry->d1(1, &x.value, &f, &auxiliary, &d.a);
    if (number->pairs > 0) {
        entry->d2(1, &x.value, &f, &auxiliary, &d.a, &d.aa);
    }
    if (rule == RULE_reciprocal && quotient_left_range(f, x.value, number->pairs > 0 ? d.aa : d.a)) {
        return quotient(number, f, 0.0, d.a, &none, &x);
    }
    if (number->pairs > 0) {
        const double p = rule_left_range(d.a, d.aa) ? rule_d2_by_d1(rule, x.value, f) : 0.0;
        if (p != 0.0) {
            PyObject *result = scalar_new(number);
            if (result != NULL) {
                lanes_of(result)[0] = f;
                chain2_one_factored(number, lanes_of(result) + 1, d.a, p, x.lanes);
            }
            return result;
        }
    }
    return chain(number, f, &d, &x, &none);
}

PyObject *
scalar_unary_with_value(int rule, PyObject *a, double f)
{
    return number_refuse_closed(number_of_scalar(a)) < 0 ? NULL : chain_unary(rule, a, f);
}

PyObject *
scalar_unary(int rule, PyObject *a)
{
    Number *number = number_of_scalar(a);
    if (number == NULL) {
        PyErr_SetString(PyExc_TypeError, "a Dual is expected");
        return NULL;
    }
    if (number_refuse_closed(number) < 0) {
        return NULL;
    }
    fp_restore(0);
    double f = float_loop_1(&rule_table[rule].value, lanes_of(a)[0]);
    unsigned flags = fp_flags();
    PyObject *result = chain_unary(rule, a, f);
    if (flags != 0 && result != NULL && give_errors(rule_info[rule].ufunc, flags) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

/* ---- comparison: by the value --------------------------------------------------------------------------------- */

/* np.float64(value) compared with another number. */
static PyObject *
compare_value(double value, PyObject *b, int op)
{
    if (PyFloat_Check(b)) {
        double y = PyFloat_AS_DOUBLE(b);
        Py_RETURN_RICHCOMPARE(value, y, op);
    }
    PyObject *x = PyArrayScalar_New(Double), *result = NULL;
    if (x != NULL) {
        PyArrayScalar_ASSIGN(x, Double, value);
        result = PyObject_RichCompare(x, b, op);
        Py_DECREF(x);
    }
    return result;
}

PyObject *
scalar_compare(PyObject *a, PyObject *b, int op)
{
    Number *of_a = number_of_scalar(a), *of_b = number_of_scalar(b);
    if ((of_a != NULL && number_refuse_closed(of_a) < 0) || (of_b != NULL && number_refuse_closed(of_b) < 0)) {
        return NULL;
    }
    if (of_b != NULL ? of_b->key.is_complex : !PyFloat_Check(b) && is_complex_scalar(b)) {
        return complex_scalar_compare(a, b, op);
    }
    if (of_a != NULL && of_b != NULL) {
        double x = lanes_of(a)[0], y = lanes_of(b)[0];
        Py_RETURN_RICHCOMPARE(x, y, op);
    }
    if (PyArray_Check(b) || PyList_Check(b) || PyTuple_Check(b)) {
        PyObject *array = dual_array_from_scalar(of_a, a);
        PyObject *result = array == NULL ? NULL : PyObject_RichCompare(array, b, op);
        Py_XDECREF(array);
        return result;
    }
    if (!PyFloat_Check(b) && !PyLong_Check(b) && !PyArray_IsScalar(b, Number) && !PyArray_IsScalar(b, Bool)) {
        Operand real;
        int status = read_real(b, &real);
        if (status <= 0) {
            return status < 0 ? NULL : Py_NewRef(Py_NotImplemented);
        }
    }
    return compare_value(lanes_of(a)[0], b, op);
}

#include "registration/foreign.h"

#include "loops/chain2.h"
#include "loops/elementwise.h"
#include "loops/fp_errors.h"
#include "registration/ufuncs.h"

/* Never freed, and written before it is linked: loops read the list without the GIL. */
typedef struct Foreign {
    struct Foreign *next;
    PyObject *ufunc;
    int nin;
    FloatLoop value;
    DualadRule rule;
} Foreign;

static Foreign *foreigners;

static const Foreign *
find(const void *ufunc)
{
    const Foreign *foreign = foreigners;
    while (foreign != NULL && (const void *)foreign->ufunc != ufunc) {
        foreign = foreign->next;
    }
    return foreign;
}

static int
fail(PyObject *exception, const char *message, const void *ufunc)
{
    NPY_ALLOW_C_API_DEF
    NPY_ALLOW_C_API;
    PyErr_Format(exception, message, ((const PyUFuncObject *)ufunc)->name);
    NPY_DISABLE_C_API;
    return -1;
}

/* ---- one element ------------------------------------------------------------------------------------ */

static void
store_one(const Number *number, double *out, double f, double d, double d2, const double *x)
{
    if (number->pairs > 0) {
        chain2_one(number, out + 1, d, d2, x + 1);
    }
    else if (both_finite(d, 0.0)) {
        chain_one(out + 1, d, x + 1, number->n);
    }
    else {
        chain_one_masked(out + 1, d, x + 1, number->n);
    }
    out[0] = f;
}

static void
store_two(const Number *number, double *out, double f, const Derivatives2 *d, const double *x, const double *y)
{
    if (number->pairs > 0) {
        chain2_two(number, out + 1, d, x + 1, y + 1, 1, 1);
    }
    else if (both_finite(d->a, d->b)) {
        chain_two(out + 1, d->a, x + 1, d->b, y + 1, number->n);
    }
    else {
        chain_two_masked(out + 1, d->a, x + 1, d->b, y + 1, number->n);
    }
    out[0] = f;
}

/* Operands that are float64 have no number; `in` are the elements, `x` their values. */
static void
store(const Foreign *foreign, const Number *const *of, double *out, double f, const double *x, const double *const *in)
{
    const DualadRule *rule = &foreign->rule;
    const Number *number = of[0] != NULL ? of[0] : of[1];
    const int second = number->pairs > 0;
#define DERIVATIVE(which) rule->which(x, f, rule->data)
    if (foreign->nin == 1 || of[1] == NULL) {
        store_one(number, out, f, DERIVATIVE(first[0]), second ? DERIVATIVE(second[0]) : 0.0, in[0]);
    }
    else if (of[0] == NULL) {
        store_one(number, out, f, DERIVATIVE(first[1]), second ? DERIVATIVE(second[2]) : 0.0, in[1]);
    }
    else {
        Derivatives2 d = {DERIVATIVE(first[0]), DERIVATIVE(first[1]), 0.0, 0.0, 0.0};
        if (second) {
            d.aa = DERIVATIVE(second[0]);
            d.ab = DERIVATIVE(second[1]);
            d.bb = DERIVATIVE(second[2]);
        }
        store_two(number, out, f, &d, in[0], in[1]);
    }
#undef DERIVATIVE
}

/* ---- the loop --------------------------------------------------------------------------------------- */

static int
foreign_loop(PyArrayMethod_Context *context, char *const *data, const npy_intp *dimensions, const npy_intp *strides,
             NpyAuxData *NPY_UNUSED(aux_data))
{
    const Foreign *foreign = find(context->caller);
    if (foreign == NULL) {
        return fail(PyExc_RuntimeError, "the derivatives of ufunc '%s' could not be registered", context->caller);
    }
    const int nin = foreign->nin;
    const Number *of[2] = {number_of_descr(context->descriptors[0]),
                           nin == 2 ? number_of_descr(context->descriptors[1]) : NULL};
    const Number *number = of[0] != NULL ? of[0] : of[1];
    if (number->pairs > 0 && foreign->rule.second[0] == NULL) {
        return fail(PyExc_TypeError,
                    "ufunc '%s' has been given no second derivatives (DualadRule.second of dualad's C interface): "
                    "only first derivatives can be taken through it",
                    context->caller);
    }
    npy_intp sizes[3] = {sizeof(double), sizeof(double), sizeof(double)};
    for (int k = 0; k < nin; k++) {
        sizes[k] = of[k] != NULL ? number->itemsize : (npy_intp)sizeof(double);
    }
    sizes[nin] = number->itemsize;
    /* Where results feed later elements, one after the other, as NumPy's own loops of doubles do it. */
    const npy_intp step = loop_shape(nin, 1, data, strides, dimensions[0], sizes) == ELEMENTWISE ? BLOCK : 1;
    double x[2][BLOCK], f[BLOCK];
    const char *in[2] = {data[0], data[1]};
    char *out = data[nin];
    fp_restore(0);
    for (npy_intp n = dimensions[0]; n > 0;) {
        npy_intp m = n < step ? n : step;
        char *operands[3] = {(char *)x[0], (char *)x[1], (char *)f};
        operands[nin] = (char *)f;
        npy_intp steps[3] = {sizeof(double), sizeof(double), sizeof(double)};
        for (int k = 0; k < nin; k++) {
            gather_values(x[k], in[k], strides[k], m);
        }
        foreign->value.call(operands, &m, steps, foreign->value.data);
        const unsigned flags = fp_flags(); /* the values' alone, as in the float program */
        for (npy_intp i = 0; i < m; i++, out += strides[nin]) {
            const double at[2] = {x[0][i], nin == 2 ? x[1][i] : 0.0};
            const double *const elements[2] = {(const double *)in[0], (const double *)in[1]};
            store(foreign, of, (double *)out, f[i], at, elements);
            in[0] += strides[0];
            in[1] += nin == 2 ? strides[1] : 0;
        }
        fp_restore(flags);
        n -= m;
    }
    const unsigned flags = fp_flags();
    if (flags == 0) {
        return 0;
    }
    NPY_ALLOW_C_API_DEF
    NPY_ALLOW_C_API;
    int status = give_errors(((const PyUFuncObject *)context->caller)->name, flags);
    NPY_DISABLE_C_API;
    return status;
}

/* ---- registration ------------------------------------------------------------------------------------ */

static int
register_one(const Foreign *foreign, const Number *number)
{
    const char *name = ((PyUFuncObject *)foreign->ufunc)->name;
    if (number->key.is_complex) {
        return 0;
    }
    if (foreign->nin == 2) {
        return ufuncs_add_binary_loops(foreign->ufunc, name, number, number->dtype, foreign_loop,
                                       NPY_METH_NO_FLOATINGPOINT_ERRORS, 0);
    }
    PyArray_DTypeMeta *operands[2] = {number->dtype, number->dtype};
    return ufuncs_add_loop(foreign->ufunc, name, 1, 1, operands, foreign_loop, NPY_METH_NO_FLOATINGPOINT_ERRORS);
}

int
foreign_register_number(const Number *number)
{
    for (const Foreign *foreign = foreigners; foreign != NULL; foreign = foreign->next) {
        if (register_one(foreign, number) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
check_rule(PyObject *ufunc, const DualadRule *rule)
{
    if (!PyObject_TypeCheck(ufunc, &PyUFunc_Type)) {
        PyErr_Format(PyExc_TypeError, "a rule belongs to a ufunc, not to %s", Py_TYPE(ufunc)->tp_name);
        return -1;
    }
    const int nin = ((PyUFuncObject *)ufunc)->nin, nout = ((PyUFuncObject *)ufunc)->nout;
    const char *name = ((PyUFuncObject *)ufunc)->name;
    if (nin < 1 || nin > 2 || nout != 1 || ((PyUFuncObject *)ufunc)->core_enabled) {
        PyErr_Format(PyExc_ValueError,
                     "ufunc '%s' has %d arguments and %d results; rules are for elementwise "
                     "functions of one or two arguments and with one result",
                     name, nin, nout);
        return -1;
    }
    if (rule_of_ufunc(ufunc) >= 0 || find(ufunc) != NULL) {
        PyErr_Format(PyExc_ValueError, "ufunc '%s' has derivatives already", name);
        return -1;
    }
    const int seconds = 2 * nin - 1;
    int given = 0;
    for (int k = 0; k < seconds; k++) {
        given += rule->second[k] != NULL;
    }
    if (rule->first[0] == NULL || rule->first[nin - 1] == NULL || (given != 0 && given != seconds)) {
        PyErr_Format(PyExc_ValueError,
                     "the rule of ufunc '%s' is not complete: %d first derivatives, and all of "
                     "%d second ones or none",
                     name, nin, seconds);
        return -1;
    }
    return 0;
}

int
foreign_add_rule(PyObject *ufunc, const DualadRule *rule)
{
    if (check_rule(ufunc, rule) < 0) {
        return -1;
    }
    const int nin = ((PyUFuncObject *)ufunc)->nin;
    FloatLoop value = float_loop(ufunc, nin == 1 ? "d->d" : "dd->d");
    if (value.call == NULL) {
        PyErr_Format(PyExc_TypeError, "ufunc '%s' has no float64 loop in its table, which values come from",
                     ((PyUFuncObject *)ufunc)->name);
        return -1;
    }
    Foreign *foreign = PyMem_RawCalloc(1, sizeof *foreign);
    if (foreign == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    *foreign = (Foreign){.next = foreigners, .ufunc = ufunc, .nin = nin, .value = value, .rule = *rule};
    for (int i = 0; i < number_count; i++) {
        if (numbers[i]->key.n > 0 && !numbers[i]->key.is_complex && register_one(foreign, numbers[i]) < 0) {
            PyMem_RawFree(foreign); /* the loops that are there will not find it */
            return -1;
        }
    }
    Py_INCREF(ufunc);
    foreigners = foreign;
    return 0;
}

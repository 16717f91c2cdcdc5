#include "registration/ufuncs.h"

#include "registration/complex_ufuncs.h"
#include "loops/elementwise.h"
#include "registration/foreign.h"
#include "loops/predicates.h"
#include "loops/products.h"
#include "registration/promotion.h"
#include "loops/several.h"

#include <string.h>

/* ---- how NumPy sees a loop ----------------------------------------------------------------------- */

static int
refuse_output(const PyArray_Descr *descr)
{
    if (descr->type_num == NPY_OBJECT || number_of_descr(descr) != NULL) {
        return 0;
    }
    number_refuse_float();
    return -1;
}

/* Loops work on native, aligned elements of exactly their own dtypes. */
static NPY_CASTING
resolve(int nin, int nargs, PyArray_DTypeMeta *const *dtypes, PyArray_Descr *const *given, PyArray_Descr **loop_descrs)
{
    int done = 0;
    for (; done < nargs; done++) {
        if (given[done] != NULL && NPY_DTYPE(given[done]) == dtypes[done] &&
            PyArray_IsNativeByteOrder(given[done]->byteorder)) {
            Py_INCREF(given[done]);
            loop_descrs[done] = given[done];
        }
        else if (done > 0 && dtypes[done] == dtypes[0] && number_of_descr(loop_descrs[0]) != NULL) {
            Py_INCREF(loop_descrs[0]); /* the usual result; saves the question below */
            loop_descrs[done] = loop_descrs[0];
        }
        else {
            loop_descrs[done] = PyArray_GetDefaultDescr(dtypes[done]);
            if (loop_descrs[done] == NULL) {
                goto fail;
            }
        }
        const Number *number = number_of_descr(loop_descrs[done]);
        if (number != NULL && (number_refuse_closed(number) < 0 ||
                               (done >= nin && given[done] != NULL && refuse_output(given[done]) < 0))) {
            Py_CLEAR(loop_descrs[done]); /* NumPy gives back what it finds there */
            goto fail;
        }
    }
    return NPY_NO_CASTING;
fail:
    while (done-- > 0) {
        Py_CLEAR(loop_descrs[done]);
    }
    return (NPY_CASTING)-1;
}

#define RESOLVE(nin, nout)                                                                         \
    static NPY_CASTING resolve_##nin##_##nout(                                                     \
        struct PyArrayMethodObject_tag *NPY_UNUSED(method), PyArray_DTypeMeta *const *dtypes,      \
        PyArray_Descr *const *given, PyArray_Descr **loop_descrs, npy_intp *NPY_UNUSED(view_offset)) \
    {                                                                                              \
        return resolve(nin, nin + nout, dtypes, given, loop_descrs);                               \
    }
RESOLVE(1, 1)
RESOLVE(1, 2)
RESOLVE(2, 1)
RESOLVE(2, 2)
RESOLVE(3, 1)

static void *
resolver(int nin, int nout)
{
    if (nin == 3) {
        return (void *)resolve_3_1;
    }
    if (nin == 2) {
        return nout == 2 ? (void *)resolve_2_2 : (void *)resolve_2_1;
    }
    return nout == 2 ? (void *)resolve_1_2 : (void *)resolve_1_1;
}

/* np.sum([-0.0]) is 0.0 or -0.0, as the NumPy version has it. */
static double zero_of_sum = 0.0;

static int
reduction_initial(PyArrayMethod_Context *context, npy_bool empty, void *initial)
{
    const PyUFuncObject *ufunc = (const PyUFuncObject *)context->caller;
    double identity;
    switch (ufunc->identity) {
    case PyUFunc_Zero: identity = 0.0; break;
    case PyUFunc_One: identity = 1.0; break;
    case PyUFunc_IdentityValue:
        if (!PyFloat_Check(ufunc->identity_value) && !PyLong_Check(ufunc->identity_value)) {
            return 0; /* None: reorderable, but empty reductions are an error */
        }
        identity = PyFloat_AsDouble(ufunc->identity_value);
        break;
    default: return 0;
    }
    if (!empty && strcmp(ufunc->name, "add") == 0) {
        identity = zero_of_sum;
    }
    const Number *number = number_of_descr(context->descriptors[0]);
    if (number == NULL) {
        return 0;
    }
    memset(initial, 0, number->itemsize);
    *(double *)initial = identity;
    return 1;
}

int
ufuncs_add_loop(PyObject *ufunc, const char *name, int nin, int nout, PyArray_DTypeMeta **dtypes,
                PyArrayMethod_StridedLoop *loop, int flags)
{
    int identity = ((PyUFuncObject *)ufunc)->identity;
    PyType_Slot slots[] = {
        {NPY_METH_resolve_descriptors, resolver(nin, nout)},
        {NPY_METH_strided_loop, (void *)loop},
        {NPY_METH_get_reduction_initial, (void *)reduction_initial},
        {0, NULL},
    };
    if (nin != 2 || nout != 1) {
        slots[2].slot = 0;
    }
    PyArrayMethod_Spec spec = {
        .name = name,
        .nin = nin,
        .nout = nout,
        .casting = NPY_NO_CASTING,
        .flags = flags | (identity == PyUFunc_None ? 0 : NPY_METH_IS_REORDERABLE),
        .dtypes = dtypes,
        .slots = slots,
    };
    return PyUFunc_AddLoopFromSpec(ufunc, &spec);
}

/* ---- the list -------------------------------------------------------------------------------------- */

static PyObject *predicate_ufuncs[PREDICATE_COUNT], *several_ufuncs[SEVERAL_COUNT];
static PyObject *product_ufuncs[PRODUCT_COUNT];

static int
is_scipy(int rule)
{
    return rule_info[rule].kind == RULE_KIND_SPECIAL1 || rule_info[rule].kind == RULE_KIND_SPECIAL2;
}

int
ufuncs_add_binary_loops(PyObject *ufunc, const char *name, const Number *number, PyArray_DTypeMeta *out,
                        PyArrayMethod_StridedLoop *loop, int flags, int mixed_flags)
{
    PyArray_DTypeMeta *d = number->dtype, *f = &PyArray_DoubleDType;
    PyArray_DTypeMeta *operands[3][3] = {{d, d, out}, {d, f, out}, {f, d, out}};
    for (int i = 0; i < 3; i++) {
        if (ufuncs_add_loop(ufunc, name, 2, 1, operands[i], loop, i == 0 ? flags : flags | mixed_flags) < 0) {
            return -1;
        }
    }
    return add_promoters(ufunc, TO_DOUBLE, number, 2, 3);
}

static int
register_rule(int rule, const Number *number)
{
    PyObject *ufunc = rule_table[rule].ufunc;
    if (ufunc == NULL) {
        return 0;
    }
    PyArrayMethod_StridedLoop *loop = elementwise_loop(rule);
    const int flags = NPY_METH_NO_FLOATINGPOINT_ERRORS; /* they do it themselves */
    if (rule_info[rule].nin == 2) {
        return ufuncs_add_binary_loops(ufunc, rule_info[rule].name, number, number->dtype, loop, 0, flags);
    }
    PyArray_DTypeMeta *operands[2] = {number->dtype, number->dtype};
    return ufuncs_add_loop(ufunc, rule_info[rule].name, 1, 1, operands, loop, flags);
}

static int
register_predicate(int which, const Number *number)
{
    const Predicate *predicate = &predicates[which];
    PyObject *ufunc = predicate_ufuncs[which];
    PyArray_DTypeMeta *d = number->dtype, *b = &PyArray_BoolDType;
    const int flags = NPY_METH_NO_FLOATINGPOINT_ERRORS;
    if (predicate->nin == 1) {
        PyArray_DTypeMeta *operands[2] = {d, b};
        return ufuncs_add_loop(ufunc, predicate->name, 1, 1, operands, predicate->loop, flags);
    }
    return ufuncs_add_binary_loops(ufunc, predicate->name, number, b, predicate->loop, flags, 0);
}

static int
register_several(int which, const Number *number)
{
    const Several *entry = &several[which];
    PyArray_DTypeMeta *operands[MAX_OPERANDS];
    int nargs = 0, nin = 0;
    for (const char *code = entry->types; *code; code++) {
        switch (*code) {
        case 'D': operands[nargs++] = number->dtype; break;
        case 'i': operands[nargs++] = &PyArray_IntDType; break;
        case 'l': operands[nargs++] = &PyArray_LongDType; break;
        case '>': nin = nargs; break;
        default: break;
        }
    }
    PyObject *ufunc = several_ufuncs[which];
    if (ufuncs_add_loop(ufunc, entry->name, nin, nargs - nin, operands, entry->loop, 0) < 0) {
        return -1;
    }
    switch (which) {
    case SEVERAL_divmod:
    case SEVERAL_clip: return add_promoters(ufunc, TO_NUMBER, number, nin, nargs);
    case SEVERAL_ldexp:
        operands[1] = (PyArray_DTypeMeta *)&PyArrayDescr_Type;
        operands[2] = NULL;
        return add_promoter(ufunc, TO_LONG, operands, nargs);
    default: return 0;
    }
}

int
ufuncs_register_number(const Number *number)
{
    if (number->key.is_complex) {
        return complex_ufuncs_register(number);
    }
    for (int rule = 0; rule < RULE_COUNT; rule++) {
        if (register_rule(rule, number) < 0) {
            return -1;
        }
    }
    for (int i = 0; i < PREDICATE_COUNT; i++) {
        if (register_predicate(i, number) < 0) {
            return -1;
        }
    }
    for (int i = 0; i < SEVERAL_COUNT; i++) {
        if (register_several(i, number) < 0) {
            return -1;
        }
    }
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        if (product_ufuncs[i] != NULL && ufuncs_add_binary_loops(product_ufuncs[i], products[i].name, number,
                                                                 number->dtype, products[i].loop, 0, 0) < 0) {
            return -1;
        }
    }
    return foreign_register_number(number);
}

/* ---- finding the ufuncs ------------------------------------------------------------------------------ */

/* A new reference to a module's ufunc with a float64 loop; NULL when it has none, without an exception but
 * for others than that the name is missing. */
static PyObject *
find_ufunc(PyObject *module, const char *name, const char *types, FloatLoop *loop)
{
    PyObject *ufunc = PyObject_GetAttrString(module, name);
    if (ufunc == NULL) {
        if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Clear();
        }
        return NULL;
    }
    if (Py_TYPE(ufunc) == &PyUFunc_Type) {
        *loop = float_loop(ufunc, types);
        if (loop->call != NULL) {
            return ufunc;
        }
    }
    Py_DECREF(ufunc);
    return NULL;
}

/* Rules by their ufunc's address: a hash table that holds 1 + rule, 0 where free. */
#define PLACES 1024
static short rule_places[PLACES];

static size_t
place_of(const PyObject *ufunc)
{
    return ((size_t)ufunc >> 4) % PLACES;
}

static void
remember_rule(int rule)
{
    size_t i = place_of(rule_table[rule].ufunc);
    while (rule_places[i] != 0) {
        i = (i + 1) % PLACES;
    }
    rule_places[i] = (short)(1 + rule);
}

static int
find_rules(PyObject *module, int scipy)
{
    for (int rule = 0; rule < RULE_COUNT; rule++) {
        if (is_scipy(rule) != scipy || rule_info[rule].kind == RULE_KIND_FUNCTION1 || rule_table[rule].ufunc != NULL) {
            continue;
        }
        RuleEntry *entry = &rule_table[rule];
        entry->ufunc =
            find_ufunc(module, rule_info[rule].ufunc, rule_info[rule].nin == 1 ? "d->d" : "dd->d", &entry->value);
        if (PyErr_Occurred()) {
            return -1;
        }
        if (entry->ufunc == NULL && !scipy) {
            PyErr_Format(PyExc_ImportError, "this NumPy has no float64 loop for np.%s", rule_info[rule].ufunc);
            return -1;
        }
        if (entry->ufunc != NULL) {
            remember_rule(rule);
        }
        for (int i = 0; scipy && entry->ufunc != NULL && i < number_count; i++) {
            if (numbers[i]->key.n > 0 && !numbers[i]->key.is_complex && register_rule(rule, numbers[i]) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

int
ufuncs_setup(PyObject *numpy, PyObject *umath)
{
    if (find_rules(numpy, 0) < 0) {
        return -1;
    }
    for (int i = 0; i < PREDICATE_COUNT; i++) {
        predicate_ufuncs[i] =
            find_ufunc(numpy, predicates[i].name, predicates[i].nin == 1 ? "d->?" : "dd->?", &predicates[i].value);
        if (predicate_ufuncs[i] == NULL && !PyErr_Occurred()) {
            PyErr_Format(PyExc_ImportError, "this NumPy has no float64 loop for np.%s", predicates[i].name);
        }
        if (predicate_ufuncs[i] == NULL) {
            return -1;
        }
    }
    for (int i = 0; i < SEVERAL_COUNT; i++) {
        const char *name = i == SEVERAL_ldexp_long ? "ldexp" : several[i].name;
        several_ufuncs[i] = find_ufunc(umath, name, several[i].float_types, &several[i].value);
        if (several_ufuncs[i] == NULL && !PyErr_Occurred()) {
            PyErr_Format(PyExc_ImportError, "this NumPy has no float64 loop for %s", name);
        }
        if (several_ufuncs[i] == NULL) {
            return -1;
        }
    }
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        product_ufuncs[i] = find_ufunc(numpy, products[i].name, "dd->d", &products[i].value);
        if (PyErr_Occurred()) {
            return -1;
        }
    }
    if (promotion_setup() < 0) {
        return -1;
    }
    PyObject *sum = PyObject_CallMethod(rule_table[RULE_add].ufunc, "reduce", "[d]", -0.0);
    if (sum == NULL) {
        return -1;
    }
    zero_of_sum = PyFloat_AsDouble(sum);
    Py_DECREF(sum);
    return 0;
}

int
ufuncs_setup_scipy(PyObject *scipy_special)
{
    return find_rules(scipy_special, 1);
}

int
rule_of_ufunc(PyObject *ufunc)
{
    for (size_t i = place_of(ufunc); rule_places[i] != 0; i = (i + 1) % PLACES) {
        if (rule_table[rule_places[i] - 1].ufunc == ufunc) {
            return rule_places[i] - 1;
        }
    }
    return -1;
}

static int
append_name(PyObject *list, PyObject *ufunc)
{
    if (ufunc == NULL) {
        return 0;
    }
    PyObject *name = PyUnicode_FromString(((PyUFuncObject *)ufunc)->name);
    int status = name == NULL ? -1 : PyList_Append(list, name);
    Py_XDECREF(name);
    return status;
}

PyObject *
ufuncs_known(void)
{
    PyObject *list = PyList_New(0);
    int failed = list == NULL;
    for (int i = 0; !failed && i < RULE_COUNT; i++) {
        failed = append_name(list, rule_table[i].ufunc) < 0;
    }
    for (int i = 0; !failed && i < PREDICATE_COUNT; i++) {
        failed = append_name(list, predicate_ufuncs[i]) < 0;
    }
    for (int i = 0; !failed && i < SEVERAL_COUNT; i++) {
        failed = append_name(list, several_ufuncs[i]) < 0;
    }
    static const char *const by_cast[] = {"logical_and", "logical_or", "logical_xor"};
    for (int i = 0; !failed && i < 3; i++) {
        PyObject *name = PyUnicode_FromString(by_cast[i]);
        failed = name == NULL || PyList_Append(list, name) < 0;
        Py_XDECREF(name);
    }
    for (int i = 0; !failed && i < PRODUCT_COUNT; i++) {
        failed = append_name(list, product_ufuncs[i]) < 0;
    }
    if (failed) {
        Py_CLEAR(list);
    }
    return list;
}

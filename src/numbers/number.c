#include "numbers/number.h"

#include <string.h>

#include "registration/casts.h"
#include "registration/dtype.h"
#include "numbers/levels.h"
#include "numbers/pattern.h"
#include "registration/ufuncs.h"

PyTypeObject *NumberMeta = NULL;
Number *number_of_type_num[MAX_USER_TYPES];
Number *numbers[MAX_NUMBERS];
int number_count = 0;

static PyTypeObject *classes[4]; /* Dual, HyperDual, and the same of complex numbers */

void
number_refuse_float(void)
{
    if (PyErr_Occurred()) {
        return;
    }
    PyObject *lost = PyImport_ImportModule("dualad.lost");
    PyObject *message = lost == NULL ? NULL : PyObject_CallMethod(lost, "message", NULL);
    if (message != NULL) {
        PyErr_SetObject(PyExc_TypeError, message);
    }
    Py_XDECREF(lost);
    Py_XDECREF(message);
}

const char *const LOST_IN_COMPLEX =
    "a complex dual number cannot become a plain or a real one: its derivatives, or its imaginary part, would be "
    "lost. Write results into an array of its own dtype (np.zeros_like(z), or dtype=z.dtype), take z.real, z.imag "
    "or abs(z) where a real number is meant, and dualad.value(z) where only the value is wanted; call ufuncs without "
    "dtype=complex. dualad.adopt(function) lets buffers and dtypes in code be as they are";

PyObject *
scalar_new(Number *number)
{
    PyObject *self = number->free_scalars;
    if (self != NULL) {
        number->free_scalars = *(PyObject **)lanes_of(self);
        number->free_count--;
        Py_SET_REFCNT(self, 1);
    }
    else {
        self = PyObject_Malloc(offsetof(Scalar, lanes) + number->itemsize);
        if (self == NULL) {
            return PyErr_NoMemory();
        }
        (void)PyObject_Init(self, number->scalar);
    }
    number->alive++;
    return self;
}

static void
scalar_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Number *number = ((NumberType *)type)->number;
    number->alive--;
    if (number->free_count < FREE_SCALARS) {
        /* The object keeps its reference to the type. */
        *(PyObject **)lanes_of(self) = number->free_scalars;
        number->free_scalars = self;
        number->free_count++;
    }
    else {
        PyObject_Free(self);
        Py_DECREF(type);
    }
}

int
number_is_closed(void)
{
    PyErr_SetString(PyExc_TypeError,
                    "this dual number has outlived the derivative call that made it, so its partials have "
                    "lost their meaning. Return what you need from the differentiated function, or keep "
                    "only dualad.value(x)");
    return -1;
}

static int
refuse_meeting(const Number *a, const Number *b)
{
    if (number_refuse_closed(a) < 0 || number_refuse_closed(b) < 0) {
        return -1;
    }
    if ((a->key.slot == 0) != (b->key.slot == 0)) {
        PyErr_SetString(PyExc_TypeError,
                        "a number made by hand (Dual, HyperDual, seed) meets one of a derivative call of second "
                        "order: derivatives are of second order at most. Use dualad.value(x) of the one made by hand");
    }
    else if (a->key.pattern == NO_PAIRS && b->key.pattern == NO_PAIRS) {
        PyErr_Format(PyExc_TypeError,
                     "a dual number with %zd directions meets one with %zd: which direction would be which? "
                     "Seed all inputs together (dualad.seed), or give every Dual the same number of partials",
                     (Py_ssize_t)a->n, (Py_ssize_t)b->n);
    }
    else if (a->key.slot == b->key.slot && a->key.inner_slot == b->key.inner_slot) {
        PyErr_SetString(PyExc_TypeError,
                        "hyper-dual numbers of two patterns, or numbers of first and of second order, meet in one "
                        "operation. Make all of them in one way: dualad.seed(x, order=2) of all inputs together, or "
                        "HyperDual(value, eps1, eps2, eps12)");
    }
    else {
        PyErr_SetString(PyExc_TypeError,
                        "numbers of more than two derivative calls, or of two where one is of second order "
                        "already, meet in one operation: derivatives are of second order at most");
    }
    return -1;
}

int
number_refuse_meeting(const Number *a, const Number *b)
{
    a = real_number(a);
    b = real_number(b);
    if (a == b || is_part(a, b) || is_part(b, a)) {
        return 0;
    }
    const int dual = a->key.pattern == NO_PAIRS && b->key.pattern == NO_PAIRS;
    return dual && a->key.slot != b->key.slot ? 0 : refuse_meeting(a, b);
}

static Number *
find_joined(const Number *a, const Number *b)
{
    for (int i = 0; i < number_count; i++) {
        if (numbers[i]->key.n > 0 && is_part(a, numbers[i]) && is_part(b, numbers[i])) {
            return numbers[i];
        }
    }
    return NULL;
}

static Number *(*make_number)(const NumberKey *key) = number_get;

Number *
number_complex(const Number *number)
{
    if (number->key.is_complex) {
        return numbers[number->index];
    }
    if (number->twin != NULL && number->twin->idle_references > 0) {
        return number->twin;
    }
    NumberKey key = number->key;
    key.is_complex = 1;
    return make_number(&key);
}

Number *
number_joined(const Number *a, const Number *b)
{
    if (number_refuse_meeting(a, b) < 0) {
        return NULL;
    }
    if (a->key.is_complex || b->key.is_complex) {
        a = real_number(a);
        b = real_number(b);
        const Number *real = a == b ? a : number_joined(a, b);
        return real == NULL ? NULL : number_complex(real);
    }
    if (is_part(a, b) || is_part(b, a)) {
        return numbers[is_part(a, b) ? b->index : a->index];
    }
    Number *joined = find_joined(a, b);
    if (joined != NULL && joined->idle_references > 0) {
        return joined;
    }
    const Number *first = a->key.slot < b->key.slot ? a : b, *second = first == a ? b : a;
    const NumberKey key = {first->n + second->n, RECTANGULAR, first->n, first->key.slot, second->key.slot, 0};
    return make_number(&key);
}

/* NumPy remembers which number two others have met in, and a number's complex one, so they are theirs for
 * ever, also when they come to serve other levels. */
static void
twin_follows(Number *number)
{
    if (number->twin != NULL) {
        number->twin->key = number->key;
        number->twin->key.is_complex = 1;
        number->twin->closed = number->closed;
    }
}

static void
follow(const Number *part)
{
    for (int i = 0; i < number_count; i++) {
        Number *joined = numbers[i];
        if (is_part(part, joined)) {
            joined->key.slot = joined->parts[0]->key.slot;
            joined->key.inner_slot = joined->parts[1]->key.slot;
            joined->closed = levels_have_ended(&joined->key);
            twin_follows(joined);
        }
    }
}

void
number_embed(const Number *from, const double *element, const Number *to, double *out)
{
    const Number *of_from = real_number(from), *of_to = real_number(to);
    const npy_intp offset = of_from == of_to || of_from == of_to->parts[0] ? 0 : to->key.size;
    memset(out, 0, to->itemsize);
    for (int part = 0; part <= from->key.is_complex; part++) {
        out[0] = element[0];
        memcpy(out + 1 + offset, element + 1, from->lanes * sizeof *out);
        element += part_width(from);
        out += part_width(to);
    }
}

int
number_in_use(const Number *number)
{
    if (number->idle_references == 0) {
        return number->alive > 0; /* not finished when it was made: no array can have it */
    }
    /* A descriptor that NumPy has copied (other byte order, metadata) holds the scalar type. */
    return number->alive > 0 || Py_REFCNT(number->descr) > number->idle_references ||
           Py_REFCNT(number->scalar) - number->free_count > number->idle_type_references;
}

static PyObject *
scalar_name(const NumberKey *key)
{
    Py_ssize_t n = key->n, size = key->size;
    const char *prefix = key->is_complex ? "Complex" : "";
    switch (key->pattern) {
    case NO_PAIRS: return PyUnicode_FromFormat("%sDual%zd", prefix, n);
    case TRIANGULAR: return PyUnicode_FromFormat("%sHyperDual%zd", prefix, n);
    case DIAGONAL: return PyUnicode_FromFormat("%sHyperDualDiagonal%zd", prefix, n);
    case GIVEN: return PyUnicode_FromFormat("%sHyperDual%zdWith%zdPairs", prefix, n, size);
    default: return PyUnicode_FromFormat("%sHyperDual%zdx%zd", prefix, size, n - size);
    }
}

/*
 * The scalar type, made as a class statement would make it, then given our memory layout.
 * (PyType_FromMetaclass would do, but is not in Python 3.11.)
 */
static PyTypeObject *
make_scalar_type(Number *number)
{
    PyTypeObject *base = classes[2 * number->key.is_complex + (number->key.pattern != NO_PAIRS)];
    PyObject *arguments = Py_BuildValue("N(O){s:(),s:s,s:s}", scalar_name(&number->key), (PyObject *)base, "__slots__",
                                        "__module__", "dualad", "__doc__", base->tp_doc ? base->tp_doc : "");
    PyTypeObject *type = arguments == NULL ? NULL : (PyTypeObject *)PyType_Type.tp_new(NumberMeta, arguments, NULL);
    Py_XDECREF(arguments);
    if (type == NULL) {
        return NULL;
    }
    ((NumberType *)type)->number = number;
    type->tp_basicsize = offsetof(Scalar, lanes) + number->itemsize;
    type->tp_flags &= ~(Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE);
    type->tp_dealloc = scalar_dealloc;
    type->tp_free = PyObject_Free;
    /* What a class statement puts here looks every operator up by name. */
    *type->tp_as_number = *base->tp_as_number;
    type->tp_richcompare = base->tp_richcompare;
    type->tp_hash = base->tp_hash;
    type->tp_repr = base->tp_repr;
    type->tp_str = base->tp_str;
    type->tp_new = base->tp_new;
    return type;
}

Number *
number_find(const NumberKey *key)
{
    for (int i = 0; i < number_count; i++) {
        const NumberKey *there = &numbers[i]->key;
        if (there->n == key->n && there->slot == key->slot && there->pattern == key->pattern &&
            there->size == key->size && there->inner_slot == key->inner_slot && there->is_complex == key->is_complex) {
            numbers[i]->lent = 1;
            return numbers[i];
        }
    }
    return NULL;
}

/* More lanes than this are a mistake, or work for chunks. */
#define MOST_LANES (1 << 22)

static int
check_size(const NumberKey *key)
{
    double n = (double)key->n, pairs = key->pattern == TRIANGULAR    ? n * (n + 1) / 2
                                       : key->pattern == RECTANGULAR ? key->size * (n - key->size)
                                       : key->pattern == GIVEN       ? (double)key->size
                                                                     : n;
    if (key->n >= 1 && n + pairs <= MOST_LANES) {
        return 0;
    }
    PyErr_Format(PyExc_ValueError,
                 key->n < 1
                     ? "a dual number has at least 1 direction, not %zd"
                     : "%zd directions are too many for one number; take them in chunks (chunk_size of the transforms)",
                 (Py_ssize_t)key->n);
    return -1;
}

/* Has nothing this number, its complex one, nor one in which it has met another level's? */
static int
is_idle(const Number *number)
{
    int idle = number->idle_references > 0 && !number_in_use(number);
    for (int i = 0; i < number_count && idle; i++) {
        const Number *of_it = real_number(numbers[i]);
        idle = (of_it != number && !is_part(number, of_it)) || !number_in_use(numbers[i]);
    }
    return idle;
}

/* A number of the same make that no level has: it can serve for another one.  (That its slot is open does
 * not matter: else each of many threads would come to have all sizes of its own.) */
static Number *
reuse_idle(const NumberKey *key)
{
    for (int i = 0; i < number_count && key->slot > 0 && key->inner_slot < 0; i++) {
        Number *number = numbers[i];
        if (number->key.n == key->n && number->key.pattern == key->pattern && number->key.size == key->size &&
            number->key.slot > 0 && number->key.inner_slot < 0 && !number->lent && !number->key.is_complex &&
            is_idle(number)) {
            number->key = *key;
            number->lent = 1;
            number->closed = levels_have_ended(key);
            twin_follows(number);
            follow(number);
            return number;
        }
    }
    return NULL;
}

static Number *
find_dual(npy_intp n, int slot)
{
    const NumberKey key = {n, NO_PAIRS, 0, slot, -1, 0};
    return number_find(&key);
}

Number *
number_get(const NumberKey *key)
{
    Number *number, *parts[2] = {NULL, NULL}, *real = NULL;
    if (key->is_complex) {
        NumberKey of_real = *key;
        of_real.is_complex = 0;
        real = make_number(&of_real);
        if (real == NULL) {
            return NULL;
        }
        number = real->twin;
    }
    else if (key->inner_slot >= 0) {
        parts[0] = find_dual(key->size, key->slot);
        parts[1] = find_dual(key->n - key->size, key->inner_slot);
        number = find_joined(parts[0], parts[1]);
    }
    else {
        number = number_find(key);
    }
    if (number == NULL && real == NULL) {
        number = reuse_idle(key);
    }
    if (number != NULL) {
        return number;
    }
    if (check_size(key) < 0) {
        return NULL;
    }
    if (number_count == MAX_NUMBERS) {
        PyErr_Format(PyExc_RuntimeError,
                     "%d different kinds of dual number are in use in this process; no more can be made", MAX_NUMBERS);
        return NULL;
    }
    /* Never freed, also after an error: NumPy may have kept the address. */
    number = PyMem_Calloc(1, sizeof(Number));
    if (number == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    number->key = *key;
    number->closed = levels_have_ended(key);
    number->lent = 1;
    memcpy(number->parts, parts, sizeof parts);
    number->twin = real;
    number->index = number_count;
    numbers[number->index] = number;
    if (pattern_lay_out(number) < 0) {
        return NULL;
    }
    number->scalar = make_scalar_type(number);
    if (number->scalar == NULL) {
        return NULL;
    }
    number_count++; /* also after a failure: NumPy may call the functions of this index */
    if (dtype_register(number) < 0 || ufuncs_register_number(number) < 0 ||
        (parts[0] != NULL && casts_register_embedding(number) < 0)) {
        number->key.n = -1; /* never found again */
        return NULL;
    }
    if (real != NULL) {
        real->twin = number;
    }
    return number;
}

static PyObject *
refuse_type(PyTypeObject *Py_UNUSED(meta), PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs))
{
    PyErr_SetString(PyExc_TypeError, "the types of dual numbers are made by dualad.dual_dtype(n), not by hand");
    return NULL;
}

/* Cython sets the flag for a class whose base is external, whatever no_gc says; NumPy's scalars are
 * not tracked, and our memory has no room for the collector's head. */
static void
take_from_collector(PyTypeObject *type)
{
    type->tp_flags &= ~Py_TPFLAGS_HAVE_GC;
    type->tp_traverse = NULL;
    type->tp_clear = NULL;
}

int
number_setup(PyTypeObject *const given[4], Number *(*make)(const NumberKey *key))
{
    PyType_Slot slots[] = {{Py_tp_new, (void *)refuse_type}, {0, NULL}};
    PyType_Spec spec = {
        .name = "dualad._core.NumberType",
        .basicsize = sizeof(NumberType),
        .flags = Py_TPFLAGS_DEFAULT,
        .slots = slots,
    };
    PyObject *bases = PyTuple_Pack(1, (PyObject *)&PyType_Type);
    if (bases == NULL) {
        return -1;
    }
    NumberMeta = (PyTypeObject *)PyType_FromSpecWithBases(&spec, bases);
    Py_DECREF(bases);
    make_number = make;
    for (int i = 0; i < 4; i++) {
        classes[i] = given[i];
        take_from_collector(classes[i]);
    }
    return NumberMeta == NULL ? -1 : 0;
}

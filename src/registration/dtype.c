#include "registration/dtype.h"
#include "registration/casts.h"
#include "registration/common_dtype.h"
#include "registration/complex_dtype.h"
#include "registration/sorting.h"
#include "numbers/element.h"

#include <string.h>

/* ---- one element -------------------------------------------------------------------------- */

PyObject *
scalar_from_element(Number *number, const double *element)
{
    PyObject *self = scalar_new(number);
    if (self != NULL) {
        memcpy(lanes_of(self), element, number->itemsize);
    }
    return self;
}

int
plain_double(PyObject *object, double *value)
{
    if (PyLong_Check(object)) {
        *value = PyLong_AsDouble(object);
        return *value == -1.0 && PyErr_Occurred() ? -1 : 1;
    }
    if (PyFloat_Check(object)) { /* np.float64 too; slower to find out than the other */
        *value = PyFloat_AS_DOUBLE(object);
        return 1;
    }
    if (number_of_scalar(object) != NULL || PyArray_IsScalar(object, ComplexFloating)) {
        return 0;
    }
    if (PyArray_IsScalar(object, Number) || PyArray_IsScalar(object, Bool)) {
        PyObject *converted = PyNumber_Float(object);
        if (converted == NULL) {
            return -1;
        }
        *value = PyFloat_AS_DOUBLE(converted);
        Py_DECREF(converted);
        return 1;
    }
    return 0;
}

int
element_from_object(const Number *number, PyObject *object, double *element)
{
    Number *given = number_of_scalar(object);
    if (given == number) {
        memcpy(element, lanes_of(object), number->itemsize);
        return 0;
    }
    if (given != NULL) {
        if (given->key.is_complex && !number->key.is_complex) {
            PyErr_SetString(PyExc_TypeError, LOST_IN_COMPLEX);
            return -1;
        }
        if (number_refuse_meeting(given, number) < 0) {
            return -1;
        }
        if (!can_embed(given, number)) {
            PyErr_SetString(PyExc_TypeError,
                            "a dual number of one derivative call cannot be stored in an array of another one's: "
                            "derivatives would be lost. Make the array from the values that go into it "
                            "(np.stack, np.concatenate), or with their dtype");
            return -1;
        }
        number_embed(given, lanes_of(object), number, element);
        return 0;
    }
    if (PyArray_Check(object) && PyArray_NDIM((PyArrayObject *)object) == 0) {
        PyObject *item = PyArray_ToScalar(PyArray_DATA((PyArrayObject *)object), (PyArrayObject *)object);
        if (item == NULL) {
            return -1;
        }
        int status = -1;
        if (PyArray_Check(item)) { /* an array in an array of objects, which may be itself */
            PyErr_SetString(PyExc_TypeError, "a dual number holds real numbers; an array of objects cannot be one");
        }
        else {
            status = element_from_object(number, item, element);
        }
        Py_DECREF(item);
        return status;
    }
    if (number->key.is_complex) {
        return complex_element_from_plain(number, object, element);
    }
    double value;
    int plain = plain_double(object, &value);
    if (plain == 0 && !PyComplex_Check(object) && !PyUnicode_Check(object) && !PyBytes_Check(object) &&
        PyNumber_Check(object) && !PyArray_Check(object)) { /* Fraction, Decimal, ... */
        PyObject *converted = PyNumber_Float(object);
        if (converted != NULL) {
            value = PyFloat_AS_DOUBLE(converted);
            Py_DECREF(converted);
            plain = 1;
        }
        else {
            plain = -1;
        }
    }
    if (plain == 0) {
        PyErr_Format(PyExc_TypeError, "a dual number holds real numbers; %.100s cannot be one",
                     Py_TYPE(object)->tp_name);
    }
    if (plain != 1) {
        return -1;
    }
    memset(element, 0, number->itemsize);
    element[0] = value;
    return 0;
}

/* ---- NumPy's element functions ------------------------------------------------------------ */

static inline double
value_at(const void *data)
{
    double value;
    memcpy(&value, data, sizeof value);
    return value;
}

static void
swap_bytes(char *data, npy_intp doubles)
{
    for (npy_intp k = 0; k < doubles; k++, data += sizeof(double)) {
        for (int i = 0; i < 4; i++) {
            char byte = data[i];
            data[i] = data[7 - i];
            data[7 - i] = byte;
        }
    }
}

static inline npy_intp
doubles_of(const Number *number)
{
    return number->itemsize / (npy_intp)sizeof(double);
}

static inline int
is_swapped(const void *array)
{
    return array != NULL && PyArray_ISBYTESWAPPED((const PyArrayObject *)array);
}

static void
copyswap(const Number *number, void *destination, const void *source, int swap)
{
    if (source != NULL) {
        memmove(destination, source, number->itemsize);
    }
    if (swap) {
        swap_bytes(destination, doubles_of(number));
    }
}

static void
copyswapn(const Number *number, char *to, npy_intp to_step, const char *from, npy_intp from_step, npy_intp n, int swap)
{
    for (npy_intp i = 0; i < n; i++) {
        copyswap(number, to, from, swap);
        to += to_step;
        from = from == NULL ? NULL : from + from_step;
    }
}

static PyObject *
getitem(Number *number, const void *data, const void *array)
{
    PyObject *self = scalar_new(number);
    if (self != NULL) {
        memcpy(lanes_of(self), data, number->itemsize);
        if (is_swapped(array)) {
            swap_bytes((char *)lanes_of(self), doubles_of(number));
        }
    }
    return self;
}

static int
setitem(PyObject *item, void *data, void *array)
{
    Number *number = number_of_array(array);
    if (number_of_scalar(item) == number) {
        memcpy(data, lanes_of(item), number->itemsize);
    }
    else {
        double *element = PyMem_Malloc(number->itemsize);
        if (element == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        int status = element_from_object(number, item, element);
        if (status == 0) {
            memcpy(data, element, number->itemsize);
        }
        PyMem_Free(element);
        if (status < 0) {
            return -1;
        }
    }
    if (is_swapped(array)) {
        swap_bytes(data, doubles_of(number));
    }
    return 0;
}

static npy_bool
nonzero(void *data, void *array)
{
    if (is_swapped(array)) {
        char value[sizeof(double)];
        memcpy(value, data, sizeof value);
        swap_bytes(value, 1);
        return value_at(value) != 0.0;
    }
    return value_at(data) != 0.0;
}

static int
compare(const void *a, const void *b, void *NPY_UNUSED(array))
{
    return compare_values(value_at(a), value_at(b));
}

/* The first element that no other goes before; a NaN goes before all. */
static int
arg_extreme(const char *data, npy_intp n, npy_intp size, npy_intp *index, int sign)
{
    double best = value_at(data);
    *index = 0;
    for (npy_intp i = 1; i < n && best == best; i++) {
        double value = value_at(data + i * size);
        if (value != value || sign * compare_values(value, best) > 0) {
            best = value;
            *index = i;
        }
    }
    return 0;
}

static int
argmax(void *data, npy_intp n, npy_intp *index, void *array)
{
    return arg_extreme(data, n, PyArray_ITEMSIZE((PyArrayObject *)array), index, 1);
}

static int
argmin(void *data, npy_intp n, npy_intp *index, void *array)
{
    return arg_extreme(data, n, PyArray_ITEMSIZE((PyArrayObject *)array), index, -1);
}

/* np.arange: the first two elements are given. */
static int
fill(void *data, npy_intp length, void *array)
{
    npy_intp width = PyArray_ITEMSIZE((PyArrayObject *)array) / (npy_intp)sizeof(double);
    double *first = data, *second = first + width;
    for (npy_intp i = 2; i < length; i++) {
        for (npy_intp k = 0; k < width; k++) {
            first[i * width + k] = first[k] + i * (second[k] - first[k]);
        }
    }
    return 0;
}

/* ---- dot, and functions of one dtype ------------------------------------------------------------------------------------ */

/* np.vdot hands over arrays that are not aligned. */
static inline double
double_at(const char *element, npy_intp k)
{
    double value;
    memcpy(&value, element + k * (npy_intp)sizeof value, sizeof value);
    return value;
}

static void
dot(const Number *number, const char *a, npy_intp a_step, const char *b, npy_intp b_step, double *out, npy_intp n)
{
    memset(out, 0, number->itemsize);
    if (number->closed || number->key.is_complex) {
        NPY_ALLOW_C_API_DEF
        NPY_ALLOW_C_API;
        number->closed ? (void)number_is_closed() : complex_refuse_dot();
        NPY_DISABLE_C_API;
        return;
    }
    for (npy_intp i = 0; i < n; i++, a += a_step, b += b_step) {
        const double x = double_at(a, 0), y = double_at(b, 0);
        out[0] += x * y;
        for (npy_intp k = 1; k <= number->lanes; k++) {
            out[k] += lane_product(y, double_at(a, k)) + lane_product(x, double_at(b, k));
        }
        double *pair = out + 1 + number->n;
        for (npy_intp s = 0; s < number->segment_count; s++) {
            const Segment run = number->segments[s];
            for (npy_intp k = 0; k < run.count; k++) {
                const npy_intp i = 1 + run.i + k * run.slant, j = 1 + run.j + k;
                *pair++ += product_or_zero(double_at(a, i), double_at(b, j)) +
                           product_or_zero(double_at(b, i), double_at(a, j));
            }
        }
    }
}

/* NumPy calls some functions without an array that would tell the dtype, so each Number has its own,
 * named by its index abc in octal. */
typedef struct {
    PyArray_GetItemFunc *getitem;
    PyArray_CopySwapFunc *copyswap;
    PyArray_CopySwapNFunc *copyswapn;
    PyArray_DotFunc *dot;
} OwnFunctions;

#define OWN(a, b, c) numbers[64 * a + 8 * b + c]
#define FUNCTIONS(a, b, c)                                                                         \
    static PyObject *getitem_##a##b##c(void *data, void *array)                                    \
    {                                                                                              \
        return getitem(OWN(a, b, c), data, array);                                                 \
    }                                                                                              \
    static void copyswap_##a##b##c(void *to, void *from, int swap, void *NPY_UNUSED(array))        \
    {                                                                                              \
        copyswap(OWN(a, b, c), to, from, swap);                                                    \
    }                                                                                              \
    static void copyswapn_##a##b##c(void *to, npy_intp to_step, void *from, npy_intp from_step,    \
                                    npy_intp n, int swap, void *NPY_UNUSED(array))                 \
    {                                                                                              \
        copyswapn(OWN(a, b, c), to, to_step, from, from_step, n, swap);                            \
    }                                                                                              \
    static void dot_##a##b##c(void *x, npy_intp x_step, void *y, npy_intp y_step, void *out,       \
                              npy_intp n, void *NPY_UNUSED(array))                                 \
    {                                                                                              \
        dot(OWN(a, b, c), x, x_step, y, y_step, out, n);                                           \
    }
#define ROW(a, b, c) {getitem_##a##b##c, copyswap_##a##b##c, copyswapn_##a##b##c, dot_##a##b##c},
#define EIGHT(M, a, b) M(a, b, 0) M(a, b, 1) M(a, b, 2) M(a, b, 3) M(a, b, 4) M(a, b, 5) M(a, b, 6) M(a, b, 7)
#define SIXTY_FOUR(M, a)                                                                           \
    EIGHT(M, a, 0) EIGHT(M, a, 1) EIGHT(M, a, 2) EIGHT(M, a, 3)                                    \
    EIGHT(M, a, 4) EIGHT(M, a, 5) EIGHT(M, a, 6) EIGHT(M, a, 7)
#define ALL(M)                                                                                     \
    SIXTY_FOUR(M, 0) SIXTY_FOUR(M, 1) SIXTY_FOUR(M, 2) SIXTY_FOUR(M, 3)                            \
    SIXTY_FOUR(M, 4) SIXTY_FOUR(M, 5) SIXTY_FOUR(M, 6) SIXTY_FOUR(M, 7)
ALL(FUNCTIONS)
static const OwnFunctions own_functions[MAX_NUMBERS] = {ALL(ROW)};

/* ---- registration ----------------------------------------------------------------------------- */

int
dtype_register(Number *number)
{
    PyArray_ArrFuncs *functions = &number->functions;
    PyArray_InitArrFuncs(functions);
    const OwnFunctions *own = &own_functions[number->index];
    functions->getitem = own->getitem;
    functions->setitem = setitem;
    functions->copyswap = own->copyswap;
    functions->copyswapn = own->copyswapn;
    functions->compare = compare;
    functions->nonzero = nonzero;
    functions->argmax = argmax;
    functions->argmin = argmin;
    functions->fill = fill;
    functions->dotfunc = own->dot;
    sorting_functions(functions);
    if (number->key.is_complex) {
        complex_dtype_functions(functions);
    }

    PyArray_DescrProto proto = {0}; /* NumPy copies it */
    Py_SET_TYPE((PyObject *)&proto, &PyArrayDescr_Type);
    Py_SET_REFCNT((PyObject *)&proto, 1);
    Py_INCREF(number->scalar);
    proto.typeobj = number->scalar;
    proto.kind = number->key.is_complex ? 'c' : 'f'; /* what np.issubdtype and much other code ask for */
    proto.type = 'O';                                /* no code of a built-in float; makes np.vectorize work */
    proto.byteorder = '=';
    /* NEEDS_PYAPI makes NumPy look for the exception that refuse_cast sets. */
    proto.flags = NPY_USE_GETITEM | NPY_USE_SETITEM | NPY_NEEDS_PYAPI;
    proto.elsize = (int)number->itemsize;
    proto.alignment = sizeof(double);
    proto.f = functions;
    proto.hash = -1;
    number->type_num = PyArray_RegisterDataType(&proto);
    if (number->type_num < 0) {
        return -1;
    }
    if (number->type_num - FIRST_USER_TYPE >= MAX_USER_TYPES) {
        PyErr_SetString(PyExc_RuntimeError, "too many user dtypes in this process");
        return -1;
    }
    number_of_type_num[number->type_num - FIRST_USER_TYPE] = number;
    number->descr = PyArray_DescrFromType(number->type_num);
    number->dtype = NPY_DTYPE(number->descr);
    common_dtype_register(number);
    return casts_register(number);
}

#include "registration/casts.h"

#include <string.h>

#include "numbers/element.h"

#define CAST_FROM(name, type, to_double)                                                           \
    static void cast_from_##name(void *from, void *to, npy_intp n, void *NPY_UNUSED(from_array),   \
                                 void *to_array)                                                   \
    {                                                                                              \
        npy_intp width = PyArray_ITEMSIZE((PyArrayObject *)to_array) / (npy_intp)sizeof(double);   \
        const type *given = from;                                                                  \
        double *element = to;                                                                      \
        for (npy_intp i = 0; i < n; i++, element += width) {                                       \
            memset(element, 0, width * sizeof(double));                                            \
            element[0] = to_double(given[i]);                                                      \
        }                                                                                          \
    }
CAST_FROM(bool, npy_bool, (double))
CAST_FROM(byte, npy_byte, (double))
CAST_FROM(ubyte, npy_ubyte, (double))
CAST_FROM(short, npy_short, (double))
CAST_FROM(ushort, npy_ushort, (double))
CAST_FROM(int, npy_int, (double))
CAST_FROM(uint, npy_uint, (double))
CAST_FROM(long, npy_long, (double))
CAST_FROM(ulong, npy_ulong, (double))
CAST_FROM(longlong, npy_longlong, (double))
CAST_FROM(ulonglong, npy_ulonglong, (double))
CAST_FROM(half, npy_half, half_to_double)
CAST_FROM(float, npy_float, (double))
CAST_FROM(double, npy_double, )
CAST_FROM(longdouble, npy_longdouble, (double))

/* Complex numbers come from them as well; their element's second half starts with the imaginary part. */
#define CAST_FROM_COMPLEX(name, part)                                                              \
    static void cast_from_##name(void *from, void *to, npy_intp n, void *NPY_UNUSED(from_array),   \
                                 void *to_array)                                                   \
    {                                                                                              \
        npy_intp width = PyArray_ITEMSIZE((PyArrayObject *)to_array) / (npy_intp)sizeof(double);   \
        const part *given = from;                                                                  \
        double *element = to;                                                                      \
        for (npy_intp i = 0; i < n; i++, element += width) {                                       \
            memset(element, 0, width * sizeof(double));                                            \
            element[0] = (double)given[2 * i];                                                     \
            element[width / 2] = (double)given[2 * i + 1];                                         \
        }                                                                                          \
    }
CAST_FROM_COMPLEX(cfloat, npy_float)
CAST_FROM_COMPLEX(cdouble, npy_double)
CAST_FROM_COMPLEX(clongdouble, npy_longdouble)

/* What text says, as NumPy has Python read it: float(text), complex(text). */
static Py_complex
read_text(PyObject *text, int is_complex)
{
    Py_complex value = {-1.0, 0.0};
    if (!is_complex) {
        PyObject *number = PyFloat_FromString(text);
        value.real = number == NULL ? -1.0 : PyFloat_AS_DOUBLE(number);
        Py_XDECREF(number);
        return value;
    }
    PyObject *decoded = PyBytes_Check(text) ? PyUnicode_FromEncodedObject(text, NULL, NULL) : Py_NewRef(text);
    PyObject *number = decoded == NULL ? NULL : PyObject_CallOneArg((PyObject *)&PyComplex_Type, decoded);
    value = number == NULL ? value : PyComplex_AsCComplex(number);
    Py_XDECREF(decoded);
    Py_XDECREF(number);
    return value;
}

static void
cast_from_text(void *from, void *to, npy_intp n, void *from_array, void *to_array)
{
    NPY_ALLOW_C_API_DEF
    NPY_ALLOW_C_API;
    const npy_intp length = PyArray_ITEMSIZE((PyArrayObject *)from_array);
    const npy_intp width = PyArray_ITEMSIZE((PyArrayObject *)to_array) / (npy_intp)sizeof(double);
    const Number *number = number_of_array(to_array);
    const int is_complex = number != NULL && number->key.is_complex;
    double *element = to;
    for (npy_intp i = 0; i < n && !PyErr_Occurred(); i++, element += width) {
        PyObject *text = PyArray_Scalar((char *)from + i * length, PyArray_DESCR((PyArrayObject *)from_array),
                                        (PyObject *)from_array);
        const Py_complex value = text == NULL ? (Py_complex){-1.0, 0.0} : read_text(text, is_complex);
        Py_XDECREF(text);
        if (!PyErr_Occurred()) {
            memset(element, 0, width * sizeof(double));
            element[0] = value.real;
            element[is_complex ? width / 2 : 0] = is_complex ? value.imag : value.real;
        }
    }
    NPY_DISABLE_C_API;
}

/* Only when asked for: x.astype(float) in adopted code. */
static const struct {
    int type_num;
    PyArray_VectorUnaryFunc *from;
} unsafe_casts[] = {{NPY_STRING, cast_from_text},
                    {NPY_UNICODE, cast_from_text},
                    {NPY_DATETIME, cast_from_longlong}, /* of any unit, NaT too: NumPy's floats are the integers */
                    {NPY_TIMEDELTA, cast_from_longlong}};

static void
cast_to_bool(void *from, void *to, npy_intp n, void *from_array, void *NPY_UNUSED(to_array))
{
    npy_intp size = PyArray_ITEMSIZE((PyArrayObject *)from_array);
    for (npy_intp i = 0; i < n; i++) {
        ((npy_bool *)to)[i] = *(const double *)((char *)from + i * size) != 0.0;
    }
}

static void
complex_to_bool(void *from, void *to, npy_intp n, void *from_array, void *NPY_UNUSED(to_array))
{
    npy_intp width = PyArray_ITEMSIZE((PyArrayObject *)from_array) / (npy_intp)sizeof(double);
    const double *element = from;
    for (npy_intp i = 0; i < n; i++, element += width) {
        ((npy_bool *)to)[i] = element[0] != 0.0 || element[width / 2] != 0.0;
    }
}

/* Where NumPy would drop the derivatives, with unsafe casting. */
static void
refuse_cast(void *NPY_UNUSED(from), void *NPY_UNUSED(to), npy_intp NPY_UNUSED(n), void *from_array,
            void *NPY_UNUSED(to_array))
{
    NPY_ALLOW_C_API_DEF
    NPY_ALLOW_C_API;
    const Number *number = number_of_array(from_array);
    if (number != NULL && number->key.is_complex) {
        PyErr_SetString(PyExc_TypeError, LOST_IN_COMPLEX);
    }
    else {
        number_refuse_float();
    }
    NPY_DISABLE_C_API;
}

static const struct {
    int type_num;
    PyArray_VectorUnaryFunc *from;
} casts[] = {
    {NPY_BOOL, cast_from_bool},         {NPY_BYTE, cast_from_byte},           {NPY_UBYTE, cast_from_ubyte},
    {NPY_SHORT, cast_from_short},       {NPY_USHORT, cast_from_ushort},       {NPY_INT, cast_from_int},
    {NPY_UINT, cast_from_uint},         {NPY_LONG, cast_from_long},           {NPY_ULONG, cast_from_ulong},
    {NPY_LONGLONG, cast_from_longlong}, {NPY_ULONGLONG, cast_from_ulonglong}, {NPY_HALF, cast_from_half},
    {NPY_FLOAT, cast_from_float},       {NPY_DOUBLE, cast_from_double},       {NPY_LONGDOUBLE, cast_from_longdouble},
};

/* ---- numbers that others are parts of --------------------------------------------------------------- */

static void
embed(void *from, void *to, npy_intp n, void *from_array, void *to_array)
{
    const Number *part = number_of_array(from_array), *whole = number_of_array(to_array);
    for (npy_intp i = 0; i < n; i++) {
        number_embed(part, (const double *)((char *)from + i * part->itemsize), whole,
                     (double *)((char *)to + i * whole->itemsize));
    }
}

static int
register_embedding(const Number *part, const Number *whole)
{
    return PyArray_RegisterCastFunc(part->descr, whole->type_num, embed) < 0 ||
                   PyArray_RegisterCanCast(part->descr, whole->type_num, NPY_NOSCALAR) < 0
               ? -1
               : 0;
}

int
casts_register_embedding(const Number *joined)
{
    return register_embedding(joined->parts[0], joined) < 0 || register_embedding(joined->parts[1], joined) < 0 ? -1
                                                                                                                : 0;
}

/* ---- registration ------------------------------------------------------------------------------------ */

/* From plain complex numbers and from the real number, and back to that one: refused. */
static int
register_complex_casts(Number *number)
{
    static const struct {
        int type_num;
        PyArray_VectorUnaryFunc *from;
    } sources[] = {
        {NPY_CFLOAT, cast_from_cfloat}, {NPY_CDOUBLE, cast_from_cdouble}, {NPY_CLONGDOUBLE, cast_from_clongdouble}};
    for (int i = 0; i < 3; i++) {
        PyArray_Descr *plain = PyArray_DescrFromType(sources[i].type_num);
        int failed = PyArray_RegisterCastFunc(plain, number->type_num, sources[i].from) < 0 ||
                     PyArray_RegisterCanCast(plain, number->type_num, NPY_NOSCALAR) < 0;
        Py_DECREF(plain);
        if (failed) {
            return -1;
        }
    }
    const Number *real = number->twin;
    if (register_embedding(real, number) < 0 ||
        PyArray_RegisterCastFunc(number->descr, real->type_num, refuse_cast) < 0) {
        return -1;
    }
    /* Numbers of two levels, complex or not, that it is a part of or has for its parts. */
    for (int i = 0; i < number_count; i++) {
        const Number *other = numbers[i];
        if (other == number || other->key.n < 0) {
            continue;
        }
        if ((is_part(real_number(other), real) && register_embedding(other, number) < 0) ||
            (is_part(real, real_number(other)) && other->key.is_complex && register_embedding(number, other) < 0)) {
            return -1;
        }
    }
    return 0;
}

int
casts_register(Number *number)
{
    for (size_t i = 0; i < sizeof casts / sizeof *casts; i++) {
        PyArray_Descr *plain = PyArray_DescrFromType(casts[i].type_num);
        int failed = PyArray_RegisterCastFunc(plain, number->type_num, casts[i].from) < 0 ||
                     PyArray_RegisterCanCast(plain, number->type_num, NPY_NOSCALAR) < 0;
        Py_DECREF(plain);
        PyArray_VectorUnaryFunc *to_bool = number->key.is_complex ? complex_to_bool : cast_to_bool;
        PyArray_VectorUnaryFunc *back = casts[i].type_num == NPY_BOOL ? to_bool : refuse_cast;
        if (!failed && casts[i].type_num == NPY_LONGDOUBLE && number->itemsize == sizeof(npy_longdouble)) {
            /* NumPy takes a cast between floats of one size for a safe one, and would promote to the
             * plain type.  It refuses by itself where no cast is known. */
            continue;
        }
        if (failed || PyArray_RegisterCastFunc(number->descr, casts[i].type_num, back) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < sizeof unsafe_casts / sizeof *unsafe_casts; i++) {
        PyArray_Descr *plain = PyArray_DescrFromType(unsafe_casts[i].type_num);
        int failed = PyArray_RegisterCastFunc(plain, number->type_num, unsafe_casts[i].from) < 0;
        Py_DECREF(plain);
        if (failed) {
            return -1;
        }
    }
    static const int complex_types[] = {NPY_CFLOAT, NPY_CDOUBLE, NPY_CLONGDOUBLE};
    for (int i = 0; i < 3; i++) {
        const int same_size = complex_types[i] == NPY_CLONGDOUBLE && number->key.is_complex &&
                              number->itemsize == 2 * sizeof(npy_longdouble);
        if (!same_size && PyArray_RegisterCastFunc(number->descr, complex_types[i], refuse_cast) < 0) {
            return -1;
        }
    }
    return number->key.is_complex ? register_complex_casts(number) : 0;
}

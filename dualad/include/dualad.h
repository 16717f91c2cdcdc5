/*
 * dualad for C: read and write arrays of dual numbers, make them, and give a ufunc its derivatives.
 *
 *     #include <dualad.h>                        // -I `python -c "import dualad; print(dualad.get_include())"`
 *     if (import_dualad() < 0) return NULL;      // once in each file, in the module's init function
 *
 * docs/practice/c-interface.md shows it at work; `cimport dualad` is the same for Cython.
 *
 * An element is doubles that follow each other: the value, one partial derivative for each direction, and in
 * second order one second derivative for each pair of directions.  A complex number has two such parts, the
 * real and the imaginary one.
 *
 *     real       e[0]  e[1 .. directions]  e[1 + directions .. width - 1]        width = 1 + directions + pairs
 *     complex    the same, and again from e[width] on
 *
 * All functions want the GIL and give -1 or NULL with an exception set, unless they say otherwise.
 */
#ifndef DUALAD_H
#define DUALAD_H

#include <Python.h>

/* Grows with every addition at the end of DualadAPI; what is there stays as it is. */
#define DUALAD_API_VERSION 1

typedef struct {
    Py_ssize_t directions; /* partial derivatives of a number */
    Py_ssize_t pairs;      /* second derivatives; 0 in first order */
    Py_ssize_t width;      /* doubles of a real or imaginary part */
    int order;             /* 1 or 2 */
    int is_complex;
} DualadKind;

/*
 * A derivative of a function of x[0] (and x[1]), whose value there is f.  Called without the GIL, by many
 * threads at once.
 */
typedef double DualadDerivative(const double *x, double f, void *data);

/* The derivatives of a ufunc with one or two float64 arguments and one float64 result. */
typedef struct {
    DualadDerivative *first[2];  /* f_x, f_y */
    DualadDerivative *second[3]; /* f_xx, f_xy, f_yy; all NULL: numbers of second order are refused */
    void *data;                  /* handed to each; has to live as long as the process */
} DualadRule;

typedef struct {
    int version;

    /* What an array, a dtype or a scalar holds: 1, or 0 where that are no dual numbers.  -1 with TypeError
     * when the call of the derivative function that they belong to has ended. */
    int (*describe)(PyObject *object, DualadKind *kind);

    /* The NumPy dtype of numbers with so many directions: a new reference. */
    PyObject *(*dtype)(Py_ssize_t directions, int order, int is_complex);

    /* A scalar of a dual dtype with these doubles, which are copied: a new reference. */
    PyObject *(*scalar)(PyObject *dtype, const double *element);

    /* The doubles of a scalar, for as long as it lives.  Scalars do not change: do not write here. */
    const double *(*element)(PyObject *scalar);

    /* The directions (i, j) of each second derivative of an array, dtype or scalar: `pairs` of each are written. */
    int (*pairs)(PyObject *object, Py_ssize_t *i, Py_ssize_t *j);

    /* From now on this ufunc takes dual numbers, of all kinds but complex ones.  Values come from its own
     * loop for float64; it has to be a ufunc with a table of loops (PyUFunc_FromFuncAndData, @cython.ufunc). */
    int (*add_rule)(PyObject *ufunc, const DualadRule *rule);
} DualadAPI;

static const DualadAPI *dualad_api = NULL;

#define Dualad_Describe(object, kind) dualad_api->describe(object, kind)
#define Dualad_Dtype(directions, order, is_complex) dualad_api->dtype(directions, order, is_complex)
#define Dualad_Scalar(dtype, element) dualad_api->scalar(dtype, element)
#define Dualad_Element(scalar) dualad_api->element(scalar)
#define Dualad_Pairs(object, i, j) dualad_api->pairs(object, i, j)
#define Dualad_AddRule(ufunc, rule) dualad_api->add_rule(ufunc, rule)

/* -1 with ImportError when dualad is not there, or older than this header. */
static inline int
import_dualad(void)
{
    const DualadAPI *found = (const DualadAPI *)PyCapsule_Import("dualad._core._C_API", 0);
    if (found == NULL) {
        return -1;
    }
    if (found->version < DUALAD_API_VERSION) {
        PyErr_Format(PyExc_ImportError,
                     "this module was built for version %d of dualad's C interface, and the dualad that is "
                     "installed has version %d: install a newer dualad",
                     DUALAD_API_VERSION, found->version);
        return -1;
    }
    dualad_api = found;
    return 0;
}

#endif

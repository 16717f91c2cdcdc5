/* dualad from C: elements, scalars, dtypes, and ufuncs with derivatives. */
#include <dualad.h>
#include <math.h>
#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>

/* describe(object): None, or (directions, order, is complex, [(i, j) of each second derivative]). */
static PyObject *
describe(PyObject *Py_UNUSED(self), PyObject *object)
{
    DualadKind kind;
    int is_dual = Dualad_Describe(object, &kind);
    if (is_dual <= 0) {
        return is_dual < 0 ? NULL : Py_NewRef(Py_None);
    }
    Py_ssize_t *i = PyMem_Malloc((2 * kind.pairs + 1) * sizeof *i);
    if (i == NULL || Dualad_Pairs(object, i, i + kind.pairs) < 0) {
        PyMem_Free(i);
        return i == NULL ? PyErr_NoMemory() : NULL;
    }
    PyObject *list = PyList_New(kind.pairs);
    for (Py_ssize_t k = 0; list != NULL && k < kind.pairs; k++) {
        PyList_SET_ITEM(list, k, Py_BuildValue("nn", i[k], i[kind.pairs + k]));
    }
    PyMem_Free(i);
    return Py_BuildValue("niON", kind.directions, kind.order, kind.is_complex ? Py_True : Py_False, list);
}

/* sum_of_squares(array): a scalar, of a real array of one dimension and first order, whatever its stride. */
static PyObject *
sum_of_squares(PyObject *Py_UNUSED(self), PyObject *object)
{
    DualadKind kind;
    int is_dual = Dualad_Describe(object, &kind);
    if (is_dual < 0) {
        return NULL;
    }
    if (!is_dual || kind.order != 1 || kind.is_complex || !PyArray_Check(object) ||
        PyArray_NDIM((PyArrayObject *)object) != 1 || !PyArray_ISBEHAVED_RO((PyArrayObject *)object)) {
        PyErr_SetString(PyExc_TypeError, "sum_of_squares takes a vector of dual numbers of first order");
        return NULL;
    }
    PyArrayObject *array = (PyArrayObject *)object;
    double *total = PyMem_Calloc(kind.width, sizeof *total);
    if (total == NULL) {
        return PyErr_NoMemory();
    }
    for (npy_intp i = 0; i < PyArray_DIM(array, 0); i++) {
        const double *e = (const double *)PyArray_GETPTR1(array, i);
        total[0] += e[0] * e[0];
        for (Py_ssize_t k = 1; k <= kind.directions; k++) {
            total[k] += 2.0 * e[0] * e[k];
        }
    }
    PyObject *scalar = Dualad_Scalar((PyObject *)PyArray_DESCR(array), total);
    PyMem_Free(total);
    return scalar;
}

/* variables(values): an array of numbers with a direction each, made here. */
static PyObject *
variables(PyObject *Py_UNUSED(self), PyObject *values)
{
    PyArrayObject *from = (PyArrayObject *)PyArray_FROMANY(values, NPY_DOUBLE, 1, 1, NPY_ARRAY_IN_ARRAY);
    if (from == NULL) {
        return NULL;
    }
    npy_intp n = PyArray_DIM(from, 0);
    PyObject *dtype = Dualad_Dtype(n, 1, 0);
    PyObject *array = dtype == NULL ? NULL : PyArray_Zeros(1, &n, (PyArray_Descr *)dtype, 0); /* takes dtype */
    for (npy_intp i = 0; array != NULL && i < n; i++) {
        double *e = (double *)PyArray_GETPTR1((PyArrayObject *)array, i);
        e[0] = *(double *)PyArray_GETPTR1(from, i);
        e[1 + i] = 1.0;
    }
    Py_DECREF(from);
    return array;
}

/* doubles(scalar): what it is made of. */
static PyObject *
doubles(PyObject *Py_UNUSED(self), PyObject *scalar)
{
    DualadKind kind;
    const double *e = Dualad_Element(scalar);
    if (e == NULL || Dualad_Describe(scalar, &kind) < 0) {
        return NULL;
    }
    Py_ssize_t count = kind.width * (1 + kind.is_complex);
    PyObject *list = PyList_New(count);
    for (Py_ssize_t k = 0; list != NULL && k < count; k++) {
        PyList_SET_ITEM(list, k, PyFloat_FromDouble(e[k]));
    }
    return list;
}

/* ---- softplus(x) = log(1 + exp(x)); swing(x, y) = y*y sin(x); half_known(x) = x*x, without f'' ---- */

static double
softplus(double x)
{
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}
static double
swing(double x, double y)
{
    return y * y * sin(x);
}
static double
half_known(double x)
{
    return x * x;
}

#define DERIVATIVE(name, expression)                                                               \
    static double name(const double *x, double f, void *data)                                     \
    {                                                                                              \
        (void)x; (void)f; (void)data;                                                              \
        return (expression);                                                                       \
    }
DERIVATIVE(softplus_x, 1.0 / (1.0 + exp(-x[0])))
DERIVATIVE(softplus_xx, 0.25 / (cosh(0.5 * x[0]) * cosh(0.5 * x[0])))
DERIVATIVE(swing_x, x[1] * x[1] * cos(x[0]))
DERIVATIVE(swing_y, 2.0 * x[1] * sin(x[0]))
DERIVATIVE(swing_xx, -f)
DERIVATIVE(swing_xy, 2.0 * x[1] * cos(x[0]))
DERIVATIVE(swing_yy, 2.0 * sin(x[0]))
DERIVATIVE(half_known_x, *(const double *)data *x[0])

static const double two = 2.0;
static const DualadRule softplus_rule = {{softplus_x}, {softplus_xx}, NULL};
static const DualadRule swing_rule = {{swing_x, swing_y}, {swing_xx, swing_xy, swing_yy}, NULL};
static const DualadRule half_known_rule = {{half_known_x}, {NULL}, (void *)&two};
static const DualadRule incomplete_rule = {{NULL, swing_y}, {NULL}, NULL};

static PyUFuncGenericFunction one_argument[1], two_arguments[1];
static const char types[] = {NPY_DOUBLE, NPY_DOUBLE, NPY_DOUBLE};

static int
add_ufunc(PyObject *module, const char *name, int nin, void **function, const DualadRule *rule)
{
    PyObject *ufunc = PyUFunc_FromFuncAndData(nin == 1 ? one_argument : two_arguments, function, types, 1, nin, 1,
                                              PyUFunc_None, name, "", 0);
    if (ufunc == NULL || (rule != NULL && Dualad_AddRule(ufunc, rule) < 0) ||
        PyModule_AddObjectRef(module, name, ufunc) < 0) {
        Py_XDECREF(ufunc);
        return -1;
    }
    Py_DECREF(ufunc);
    return 0;
}

/* give_rule(ufunc, which): where it must be refused. */
static PyObject *
give_rule(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *ufunc;
    int complete;
    if (!PyArg_ParseTuple(args, "Op", &ufunc, &complete) ||
        Dualad_AddRule(ufunc, complete ? &softplus_rule : &incomplete_rule) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"describe", describe, METH_O, NULL},         {"sum_of_squares", sum_of_squares, METH_O, NULL},
    {"variables", variables, METH_O, NULL},       {"doubles", doubles, METH_O, NULL},
    {"give_rule", give_rule, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL},
};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "from_c", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC
PyInit_from_c(void)
{
    import_array();
    import_umath();
    one_argument[0] = PyUFunc_d_d;
    two_arguments[0] = PyUFunc_dd_d;
    PyObject *module = PyModule_Create(&definition);
    static void *const functions[] = {(void *)softplus, (void *)swing, (void *)half_known};
    if (module == NULL || import_dualad() < 0 ||
        add_ufunc(module, "softplus", 1, (void **)&functions[0], &softplus_rule) < 0 ||
        add_ufunc(module, "swing", 2, (void **)&functions[1], &swing_rule) < 0 ||
        add_ufunc(module, "half_known", 1, (void **)&functions[2], &half_known_rule) < 0 ||
        add_ufunc(module, "unknown", 1, (void **)&functions[2], NULL) < 0) {
        Py_XDECREF(module);
        return NULL;
    }
    return module;
}

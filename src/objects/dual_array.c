#include "objects/dual_array.h"

#include <stdlib.h>
#include <string.h>

#include "objects/given.h"
#include "objects/operators.h"

PyTypeObject *DualArray = NULL;

/*
 * glibc gives memory back to the system as soon as 128 kB are free at the heap's end, and takes larger
 * blocks from the system one by one: each temporary array of the user's function would be new pages,
 * which take ten times as long as what is computed (a Hessian by 50 inputs: 890 us against 120).
 * A large block that is freed raises both limits, for this process and for good; arrays of `bytes` stay
 * on the heap from then on, and twice KEPT of them (4 to 32 MB) may stay when they are freed.
 */
static void
keep_heap(size_t bytes)
{
#if defined(__GLIBC__)
    enum { KEPT = 8, AT_LEAST = 1 << 21, AT_MOST = 1 << 24 };
    static size_t kept = 0;
    const size_t size = bytes < AT_LEAST / KEPT ? AT_LEAST : bytes < AT_MOST / KEPT ? KEPT * bytes : AT_MOST;
    if (size > kept) {
        kept = size;
        void *volatile block = malloc(size); /* volatile: or the compiler sees that it is for nothing */
        free(block);
    }
#else
    (void)bytes;
#endif
}

/* NumPy would look for an __array_finalize__ of ours; the type adds nothing to ndarray's memory, so a
 * fresh array that nobody else holds is retyped instead. */
static PyObject *
retype(PyObject *fresh)
{
    if (fresh != NULL) {
        keep_heap(PyArray_NBYTES((PyArrayObject *)fresh));
        Py_INCREF(DualArray);
        Py_SET_TYPE(fresh, DualArray);
    }
    return fresh;
}

PyObject *
dual_array_new(const Number *number, int ndim, const npy_intp *shape)
{
    Py_INCREF(number->descr);
    return retype(PyArray_NewFromDescr(&PyArray_Type, number->descr, ndim, shape, NULL, NULL, 0, NULL));
}

PyObject *
dual_array_from_scalar(const Number *number, PyObject *scalar)
{
    PyObject *array = dual_array_new(number, 0, NULL);
    if (array != NULL) {
        memcpy(PyArray_DATA((PyArrayObject *)array), lanes_of(scalar), number->itemsize);
    }
    return array;
}

static PyObject *
component_view(PyArrayObject *array, npy_intp first_lane, npy_intp lanes)
{
    npy_intp shape[NPY_MAXDIMS + 1], strides[NPY_MAXDIMS + 1];
    int ndim = PyArray_NDIM(array);
    for (int i = 0; i < ndim; i++) {
        shape[i] = PyArray_DIM(array, i);
        strides[i] = PyArray_STRIDE(array, i);
    }
    if (lanes > 0) {
        if (ndim == NPY_MAXDIMS) {
            PyErr_Format(PyExc_ValueError, "an array of %d dimensions has no room for an axis of partials", ndim);
            return NULL;
        }
        shape[ndim] = lanes;
        strides[ndim++] = sizeof(double);
    }
    PyArray_Descr *descr = PyArray_DescrFromType(NPY_DOUBLE);
    if (!PyArray_ISNOTSWAPPED(array)) {
        PyArray_Descr *swapped = PyArray_DescrNewByteorder(descr, NPY_SWAP);
        Py_DECREF(descr);
        descr = swapped;
    }
    if (descr == NULL) {
        return NULL;
    }
    char *data = (char *)PyArray_DATA(array) + first_lane * sizeof(double);
    PyObject *view = PyArray_NewFromDescr(&PyArray_Type, descr, ndim, shape, strides, data,
                                          PyArray_ISWRITEABLE(array) ? NPY_ARRAY_WRITEABLE : 0, NULL);
    if (view == NULL) {
        return NULL;
    }
    PyArray_UpdateFlags((PyArrayObject *)view, NPY_ARRAY_UPDATE_ALL);
    if (PyArray_SetBaseObject((PyArrayObject *)view, Py_NewRef((PyObject *)array)) < 0) {
        Py_DECREF(view);
        return NULL;
    }
    return view;
}

PyObject *
dual_array_part(PyObject *object, int imaginary)
{
    PyArrayObject *array = (PyArrayObject *)object;
    const Number *number = number_of_array(object);
    PyArray_Descr *descr = number->twin->descr;
    if (PyArray_ISNOTSWAPPED(array)) {
        Py_INCREF(descr);
    }
    else if ((descr = PyArray_DescrNewByteorder(descr, NPY_SWAP)) == NULL) {
        return NULL;
    }
    char *data = (char *)PyArray_DATA(array) + (imaginary ? part_width(number) * sizeof(double) : 0);
    PyObject *view = PyArray_NewFromDescr(Py_TYPE(object) == DualArray ? DualArray : &PyArray_Type, descr,
                                          PyArray_NDIM(array), PyArray_DIMS(array), PyArray_STRIDES(array), data,
                                          PyArray_ISWRITEABLE(array) ? NPY_ARRAY_WRITEABLE : 0, NULL);
    if (view == NULL) {
        return NULL;
    }
    PyArray_UpdateFlags((PyArrayObject *)view, NPY_ARRAY_UPDATE_ALL);
    if (PyArray_SetBaseObject((PyArrayObject *)view, Py_NewRef(object)) < 0) {
        Py_DECREF(view);
        return NULL;
    }
    return view;
}

PyObject *
dual_array_values(PyObject *array)
{
    return component_view((PyArrayObject *)array, 0, 0);
}

PyObject *
dual_array_partials(PyObject *array)
{
    return component_view((PyArrayObject *)array, 1, number_of_array(array)->n);
}

PyObject *
dual_array_pairs(PyObject *array)
{
    const Number *number = number_of_array(array);
    if (number->pairs == 0) {
        PyErr_SetString(PyExc_TypeError, "dual numbers of first order have no second derivatives");
        return NULL;
    }
    return component_view((PyArrayObject *)array, 1 + number->n, number->pairs);
}

PyObject *
dual_array_like(const Number *number, PyArrayObject *prototype)
{
    Py_INCREF(number->descr);
    return retype(PyArray_NewLikeArray(prototype, NPY_KEEPORDER, number->descr, 0));
}

PyObject *
dual_array_lift(Number *number, PyObject *values)
{
    PyArrayObject *prototype = (PyArrayObject *)values;
    PyObject *plain = dual_array_like(number, prototype);
    if (plain == NULL) {
        return NULL;
    }
    memset(PyArray_DATA((PyArrayObject *)plain), 0, PyArray_NBYTES((PyArrayObject *)plain));
    PyObject *to = dual_array_values(plain);
    int status = to == NULL ? -1 : PyArray_CopyInto((PyArrayObject *)to, prototype);
    Py_XDECREF(to);
    if (status < 0) {
        Py_DECREF(plain);
        return NULL;
    }
    return plain;
}

void
dual_array_seed(PyObject *object, npy_intp start, npy_intp stop, npy_intp direction)
{
    PyArrayObject *array = (PyArrayObject *)object;
    for (npy_intp flat = start; flat < stop; flat++) {
        char *data = PyArray_DATA(array);
        npy_intp rest = flat;
        for (int i = PyArray_NDIM(array) - 1; i >= 0; i--) {
            data += rest % PyArray_DIM(array, i) * PyArray_STRIDE(array, i);
            rest /= PyArray_DIM(array, i);
        }
        ((double *)data)[1 + direction + flat - start] = 1.0;
    }
}

/*
 * What NumPy hands back from a ufunc.  A view would be a second array, and cost twice the call; the
 * fresh array is retyped instead.
 * Python callers (who give no context) may hold the array elsewhere, so they get a view.
 */
static PyObject *
array_wrap(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs < 1 || !PyArray_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "__array_wrap__ expects an array");
        return NULL;
    }
    PyArrayObject *array = (PyArrayObject *)args[0];
    if (nargs > 2 && args[2] == Py_True && PyArray_NDIM(array) == 0) {
        return PyArray_ToScalar(PyArray_DATA(array), array);
    }
    if (number_of_array(args[0]) != NULL && PyArray_CheckExact(array)) {
        if (nargs < 2 || args[1] == Py_None) {
            return PyArray_View(array, NULL, DualArray);
        }
        retype(args[0]);
    }
    return Py_NewRef(args[0]);
}

/* ---- real and imag ---------------------------------------------------------------------------------------- */

/* ndarray's own, which take complex dual numbers for real ones. */
static PyGetSetDef numpys[2], parts[3];

static int
has_parts(PyObject *self)
{
    const Number *number = number_of_array(self);
    return number != NULL && number->key.is_complex;
}

static PyObject *
get_part(PyObject *self, void *imaginary)
{
    const PyGetSetDef *of_numpy = &numpys[imaginary != NULL];
    return has_parts(self) ? dual_array_part(self, imaginary != NULL) : of_numpy->get(self, of_numpy->closure);
}

static int
set_part(PyObject *self, PyObject *value, void *imaginary)
{
    const PyGetSetDef *of_numpy = &numpys[imaginary != NULL];
    if (!has_parts(self)) {
        return of_numpy->set(self, value, of_numpy->closure);
    }
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "the parts of an array cannot be deleted");
        return -1;
    }
    PyObject *part = dual_array_part(self, imaginary != NULL);
    int status = part == NULL ? -1 : PyArray_CopyObject((PyArrayObject *)part, value);
    Py_XDECREF(part);
    return status;
}

static PyGetSetDef *
numpys_definition(const char *name)
{
    PyObject *descriptor = PyObject_GetAttrString((PyObject *)&PyArray_Type, name);
    PyGetSetDef *definition = NULL;
    if (descriptor != NULL && Py_TYPE(descriptor) == &PyGetSetDescr_Type) {
        definition = ((PyGetSetDescrObject *)descriptor)->d_getset;
    }
    else if (descriptor != NULL) {
        PyErr_Format(PyExc_ImportError, "this NumPy's ndarray.%s is a %s", name, Py_TYPE(descriptor)->tp_name);
    }
    Py_XDECREF(descriptor);
    return definition;
}

static int
find_parts(void)
{
    static const char *const names[2] = {"real", "imag"};
    for (int i = 0; i < 2; i++) {
        const PyGetSetDef *definition = numpys_definition(names[i]);
        if (definition == NULL) {
            return -1;
        }
        numpys[i] = *definition;
        parts[i] = *definition;
        parts[i].get = get_part;
        parts[i].set = set_part;
        parts[i].closure = i == 0 ? NULL : parts;
    }
    return 0;
}

/*
 * The same for plain arrays, from the first complex number on: for them ndarray.imag would be zeros, a
 * derivative lost in silence, and ndarray.real the whole number.
 */
int
dual_array_teach_ndarray(void)
{
    for (int i = 0; i < 2; i++) {
        PyGetSetDef *definition = numpys_definition(parts[i].name);
        if (definition == NULL) {
            return -1;
        }
        definition->get = parts[i].get;
        definition->set = parts[i].set;
        definition->closure = parts[i].closure;
    }
    return 0;
}

static PyMethodDef array_wrap_method = {"__array_wrap__", (PyCFunction)(void (*)(void))array_wrap, METH_FASTCALL, NULL};

/* self is (constructor, instead). */
static PyObject *
keep(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    PyObject *constructor = PyTuple_GET_ITEM(self, 0);
    PyObject *array = PyObject_Vectorcall(constructor, args, nargs, kwnames);
    if (array == NULL && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        Py_ssize_t count = nargs + (kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames));
        PyObject **moved = PyMem_New(PyObject *, count + 1);
        if (moved == NULL) {
            return PyErr_NoMemory();
        }
        moved[0] = constructor;
        memcpy(moved + 1, args, count * sizeof(PyObject *));
        array = PyObject_Vectorcall(PyTuple_GET_ITEM(self, 1), moved, nargs + 1, kwnames);
        PyMem_Free(moved);
    }
    if (array != NULL && PyArray_CheckExact(array) && number_of_array(array) != NULL) {
        PyObject *plain = array;
        array = PyArray_View((PyArrayObject *)plain, NULL, DualArray);
        Py_DECREF(plain);
    }
    return array;
}

static PyMethodDef keep_method = {"keeping", (PyCFunction)(void (*)(void))keep, METH_FASTCALL | METH_KEYWORDS, NULL};

PyObject *
dual_array_keeping(PyObject *constructor, PyObject *instead)
{
    PyObject *both = PyTuple_Pack(2, constructor, instead);
    PyObject *made = both == NULL ? NULL : PyCFunction_New(&keep_method, both);
    Py_XDECREF(both);
    return made;
}

/*
 * Methods with a dtype=, which for dual numbers may be float: it means "as floats", and they are, as in
 * x.astype(float).  The position of dtype among their arguments is 1.
 */
static PyObject *
in_floats(PyObject *method, PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    const Number *number = number_of_array(self);
    const Py_ssize_t names = kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames);
    Py_ssize_t at = nargs > 1 ? 1 : -1;
    for (Py_ssize_t i = 0; i < names; i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(kwnames, i), "dtype") == 0) {
            at = nargs + i;
        }
    }
    enum { MOST = 8 };
    PyObject *all[1 + MOST] = {self};
    if (nargs + names > MOST) {
        PyErr_SetString(PyExc_TypeError, "too many arguments");
        return NULL;
    }
    if (nargs + names > 0) {
        memcpy(all + 1, args, (nargs + names) * sizeof *args);
    }
    if (at >= 0 && number != NULL && is_real(number) && args[at] != Py_None) {
        PyArray_Descr *descr;
        if (!PyArray_DescrConverter(args[at], &descr)) {
            return NULL;
        }
        if (descr->type_num == NPY_DOUBLE) {
            all[1 + at] = Py_None;
        }
        Py_DECREF(descr);
    }
    return PyObject_Vectorcall(method, all, nargs + 1, kwnames);
}

#define METHODS_IN_FLOATS(X) X(sum) X(prod) X(mean) X(std) X(var) X(cumsum) X(cumprod)

#define DEFINE(name)                                                                                          \
    static PyObject *numpys_##name = NULL;                                                                    \
    static PyObject *name##_in_floats(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names) \
    {                                                                                                         \
        return in_floats(numpys_##name, self, args, nargs, names);                                            \
    }
METHODS_IN_FLOATS(DEFINE)
#undef DEFINE

#define ROW(name) {#name, (PyCFunction)(void (*)(void))name##_in_floats, METH_FASTCALL | METH_KEYWORDS, NULL},
static PyMethodDef methods[] = {METHODS_IN_FLOATS(ROW){NULL, NULL, 0, NULL}};
#undef ROW

static int
find_numpys_methods(void)
{
    PyObject **const places[] = {
#define PLACE(name) &numpys_##name,
        METHODS_IN_FLOATS(PLACE)
#undef PLACE
    };
    for (int i = 0; methods[i].ml_name != NULL; i++) {
        *places[i] = PyObject_GetAttrString((PyObject *)&PyArray_Type, methods[i].ml_name);
        if (*places[i] == NULL) {
            return -1;
        }
        methods[i].ml_doc = ((PyMethodDescrObject *)*places[i])->d_method->ml_doc;
    }
    return 0;
}

static void
dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyArray_Type.tp_dealloc(self);
    Py_DECREF(type);
}

/* memoryview, np.frombuffer and the like would take partials for values. */
static int
refuse_buffer(PyObject *self, Py_buffer *view, int flags)
{
    if (number_of_array(self) == NULL) {
        return PyArray_Type.tp_as_buffer->bf_getbuffer(self, view, flags);
    }
    PyErr_SetString(PyExc_TypeError,
                    "the memory of a dual array cannot be taken for plain numbers: its derivatives would be lost. "
                    "Use dualad.value(x) and dualad.partials(x), which are float64 views");
    view->obj = NULL;
    return -1;
}

PyTypeObject *
dual_array_setup(void)
{
    static const char doc[] =
        "An array of dual numbers: a `numpy.ndarray` whose dtype carries derivatives.\n\n"
        "Functions under differentiation are given one; `dualad.seed` makes one. Everything that\n"
        "NumPy does through ufuncs, indexing and assignment works as for float64; NumPy's other\n"
        "functions have rules of their own. `dualad.value` and `dualad.partials` show the parts.";
    if (find_parts() < 0 || find_numpys_methods() < 0) {
        return NULL;
    }
    PyType_Slot slots[64] = {{Py_tp_dealloc, (void *)dealloc},
                             {Py_tp_doc, (void *)doc},
                             {Py_tp_getset, (void *)parts},
                             {Py_tp_methods, (void *)methods},
                             {Py_bf_getbuffer, (void *)refuse_buffer}};
    for (int i = 0; operator_slots[i].slot != 0; i++) {
        slots[5 + i] = operator_slots[i];
    }
    PyType_Spec spec = {
        .name = "dualad.DualArray",
        .basicsize = (int)PyArray_Type.tp_basicsize,
        .flags = Py_TPFLAGS_DEFAULT,
        .slots = slots,
    };
    operators_mend_numpy_2_0();
    PyObject *bases = PyTuple_Pack(1, (PyObject *)&PyArray_Type);
    if (bases == NULL) {
        return NULL;
    }
    DualArray = (PyTypeObject *)PyType_FromSpecWithBases(&spec, bases);
    Py_DECREF(bases);
    if (DualArray == NULL) {
        return NULL;
    }
    /* A built-in function is no descriptor: looking it up on an array makes no bound method. */
    PyObject *wrap = PyCFunction_New(&array_wrap_method, NULL);
    /* ndarray's priority, but found without making a float of it each time. */
    PyObject *priority = PyFloat_FromDouble(NPY_PRIORITY);
    int failed = wrap == NULL || PyObject_SetAttrString((PyObject *)DualArray, "__array_wrap__", wrap) < 0 ||
                 priority == NULL || PyObject_SetAttrString((PyObject *)DualArray, "__array_priority__", priority) < 0;
    Py_XDECREF(wrap);
    Py_XDECREF(priority);
    return failed ? NULL : DualArray;
}

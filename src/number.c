#include "number.h"
#include "dtype.h"
#include "ufuncs.h"

PyTypeObject *NumberMeta = NULL;
Number *number_of_type_num[MAX_USER_TYPES];
Number *numbers[MAX_NUMBERS];
int number_count = 0;

static PyTypeObject *Base = NULL;    /* dualad.Dual */

const char *const LOST_IN_FLOAT =
    "a dual number cannot become a plain float: its derivatives would be lost. "
    "Write results into an array of x's own dtype (np.zeros_like(x), or dtype=x.dtype), call NumPy's "
    "functions (np.sin, not math.sin), and use dualad.value(x) where only the value is wanted";

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

int
number_refuse_mixing(const Number *a, const Number *b)
{
    if (a->slot == b->slot) {
        PyErr_Format(PyExc_TypeError,
                     "a dual number with %zd directions meets one with %zd: which direction would be which? "
                     "Seed all inputs together (dualad.seed), or give every Dual the same number of partials",
                     (Py_ssize_t)a->n, (Py_ssize_t)b->n);
    }
    else {
        PyErr_SetString(PyExc_TypeError,
                        "dual numbers of two different derivative calls meet in one operation. "
                        "A derivative inside a derivative (second order) is not supported by this version");
    }
    return -1;
}

int
number_in_use(const Number *number)
{
    return number->alive > 0 || Py_REFCNT(number->descr) > number->idle_references;
}

/*
 * The scalar type, made as a class statement would make it, then given our memory layout.
 * (PyType_FromMetaclass would do, but is not in Python 3.11.)
 */
static PyTypeObject *
make_scalar_type(Number *number)
{
    PyObject *arguments = Py_BuildValue("N(O){s:(),s:s,s:s}",
                                        PyUnicode_FromFormat("Dual%zd", (Py_ssize_t)number->n),
                                        (PyObject *)Base, "__slots__", "__module__", "dualad", "__doc__",
                                        Base->tp_doc ? Base->tp_doc : "");
    PyTypeObject *type =
        arguments == NULL ? NULL : (PyTypeObject *)PyType_Type.tp_new(NumberMeta, arguments, NULL);
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
    *type->tp_as_number = *Base->tp_as_number;
    type->tp_richcompare = Base->tp_richcompare;
    type->tp_hash = Base->tp_hash;
    type->tp_repr = Base->tp_repr;
    type->tp_str = Base->tp_str;
    type->tp_new = Base->tp_new;
    return type;
}

static Number *
number_find(npy_intp n, int slot)
{
    for (int i = 0; i < number_count; i++) {
        if (numbers[i]->n == n && numbers[i]->slot == slot) {
            return numbers[i];
        }
    }
    return NULL;
}

Number *
number_get(npy_intp n, int slot)
{
    Number *number = number_find(n, slot);
    if (number != NULL) {
        return number;
    }
    if (n < 1 || n > (NPY_MAX_INT / (npy_intp)sizeof(double)) - 1) {
        PyErr_Format(PyExc_ValueError, "a dual number has at least 1 direction and at most %d, not %zd",
                     NPY_MAX_INT / (int)sizeof(double) - 1, (Py_ssize_t)n);
        return NULL;
    }
    if (number_count == MAX_NUMBERS) {
        PyErr_Format(PyExc_RuntimeError,
                     "%d different numbers of directions are in use in this process; no more can be made",
                     MAX_NUMBERS);
        return NULL;
    }
    /* Never freed, also after an error: NumPy may have kept the address. */
    number = PyMem_Calloc(1, sizeof(Number));
    if (number == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    number->n = n;
    number->slot = slot;
    number->itemsize = (1 + n) * (npy_intp)sizeof(double);
    number->index = number_count;
    numbers[number->index] = number;
    number->scalar = make_scalar_type(number);
    if (number->scalar == NULL || dtype_register(number) < 0 || ufuncs_register_number(number) < 0) {
        return NULL;
    }
    number_count++;
    return number;
}

static PyObject *
refuse_type(PyTypeObject *Py_UNUSED(meta), PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs))
{
    PyErr_SetString(PyExc_TypeError, "the types of dual numbers are made by dualad.dual_dtype(n), not by hand");
    return NULL;
}

int
number_setup(PyTypeObject *base)
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
    Base = base;
    /* Cython sets the flag for a class whose base is external, whatever no_gc says; NumPy's scalars
     * are not tracked, and our memory has no room for the collector's head. */
    base->tp_flags &= ~Py_TPFLAGS_HAVE_GC;
    base->tp_traverse = NULL;
    base->tp_clear = NULL;
    return NumberMeta == NULL ? -1 : 0;
}

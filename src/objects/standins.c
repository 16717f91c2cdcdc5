#include "objects/standins.h"

#include <structmember.h>

#include "numbers/context.h"
#include "registration/dtype.h"
#include "objects/given.h"

static inline int
is_plain(PyObject *x)
{
    return PyFloat_CheckExact(x) || PyLong_CheckExact(x);
}

/* Are there only plain numbers in this argument, for sure? */
static int
has_plain_numbers(PyObject *x)
{
    if (is_plain(x)) {
        return 1;
    }
    if (PyArray_Check(x)) {
        return PyTypeNum_ISNUMBER(PyArray_DESCR((PyArrayObject *)x)->type_num);
    }
    if (!PyList_CheckExact(x) && !PyTuple_CheckExact(x)) {
        return PyArray_IsScalar(x, Float64) || PyArray_IsScalar(x, Integer);
    }
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(x); i++) {
        if (!is_plain(PySequence_Fast_GET_ITEM(x, i))) {
            return 0;
        }
    }
    return 1;
}

/* ---- callables ----------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *original;
    PyObject *rule;
    PyCFunction function;  /* the original in C and its first argument, where it takes one more */
    _PyCFunctionFast fast; /* the same, where it takes any number */
    PyObject *module;
} StandIn;

static PyTypeObject *StandInType = NULL;

/* What a stand-in stands for (a borrowed reference); NULL for anything else. */
static PyObject *standin_original(PyObject *object);

/* As the interpreter calls functions in C. */
static inline PyObject *
call_original(StandIn *standin, PyObject *const *args, size_t nargsf, PyObject *names)
{
    if (names == NULL && standin->function != NULL && PyVectorcall_NARGS(nargsf) == 1) {
        return standin->function(standin->module, args[0]);
    }
    if (names == NULL && standin->fast != NULL) {
        return standin->fast(standin->module, args, PyVectorcall_NARGS(nargsf));
    }
    return PyObject_Vectorcall(standin->original, args, nargsf, names);
}

#define COUNT(nargsf, names) (PyVectorcall_NARGS(nargsf) + ((names) != NULL ? PyTuple_GET_SIZE(names) : 0))

static PyObject *
call_while_differentiating(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    int differentiating = is_differentiating();
    if (differentiating < 0) {
        return NULL;
    }
    StandIn *standin = (StandIn *)self;
    return differentiating ? PyObject_Vectorcall(standin->rule, args, nargsf, names)
                           : call_original(standin, args, nargsf, names);
}

static PyObject *
call_given_duals(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    StandIn *standin = (StandIn *)self;
    int duals = any_is_dual(args, COUNT(nargsf, names));
    return duals ? PyObject_Vectorcall(standin->rule, args, nargsf, names)
                 : call_original(standin, args, nargsf, names);
}

static PyObject *
call_given_sequences(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    StandIn *standin = (StandIn *)self;
    int plain = 1;
    for (Py_ssize_t i = 0; plain && i < COUNT(nargsf, names); i++) {
        plain = has_plain_numbers(args[i]);
    }
    return plain ? call_original(standin, args, nargsf, names)
                 : PyObject_Vectorcall(standin->rule, args, nargsf, names);
}

/* Are there dual numbers in this list or tuple, at any depth? */
static int
holds_duals(PyObject *sequence, int depth)
{
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence); i++) {
        PyObject *item = PySequence_Fast_GET_ITEM(sequence, i);
        if (is_plain(item)) {
            continue;
        }
        if (is_dual(item)) {
            return 1;
        }
        if ((PyList_Check(item) || PyTuple_Check(item)) && depth < NPY_MAXDIMS && holds_duals(item, depth + 1)) {
            return 1;
        }
    }
    return 0;
}

static inline int
has_lost_its_rules(PyObject *x)
{
    if (PyList_Check(x) || PyTuple_Check(x)) {
        return holds_duals(x, 0);
    }
    return PyArray_CheckExact(x) && number_of_array(x) != NULL;
}

static PyObject *
call_given_duals_within(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    StandIn *standin = (StandIn *)self;
    for (Py_ssize_t i = 0; i < COUNT(nargsf, names); i++) {
        if (has_lost_its_rules(args[i])) {
            return PyObject_Vectorcall(standin->rule, args, nargsf, names);
        }
    }
    return call_original(standin, args, nargsf, names);
}

PyObject *
standin_new(PyObject *original, PyObject *rule, StandInCase when)
{
    static const vectorcallfunc calls[] = {call_while_differentiating, call_given_duals, call_given_sequences,
                                           call_given_duals_within};
    StandIn *self = PyObject_GC_New(StandIn, StandInType);
    if (self == NULL) {
        return NULL;
    }
    self->vectorcall = calls[when];
    self->original = Py_NewRef(original);
    self->rule = Py_NewRef(rule);
    int flags = PyCFunction_Check(original) ? PyCFunction_GET_FLAGS(original) : 0;
    self->function = flags == METH_O ? PyCFunction_GET_FUNCTION(original) : NULL;
    self->fast = flags == METH_FASTCALL ? (_PyCFunctionFast)(void (*)(void))PyCFunction_GET_FUNCTION(original) : NULL;
    self->module = flags == METH_O || flags == METH_FASTCALL ? PyCFunction_GET_SELF(original) : NULL;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static int
standin_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((StandIn *)self)->original);
    Py_VISIT(((StandIn *)self)->rule);
    return 0;
}

static int
standin_clear(PyObject *self)
{
    Py_CLEAR(((StandIn *)self)->rule);
    return 0;
}

static void
standin_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((StandIn *)self)->rule);
    Py_CLEAR(((StandIn *)self)->original);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

/* All attributes are the original's: its name, its documentation, its signature. */
static PyObject *
standin_getattro(PyObject *self, PyObject *name)
{
    static const char *const own[] = {"__call__", "__get__", "__reduce__", "__reduce_ex__",
                                      "__eq__",   "__ne__",  "__hash__",   "_original"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (PyUnicode_CompareWithASCIIString(name, own[i]) == 0) {
            return PyObject_GenericGetAttr(self, name);
        }
    }
    return PyObject_GetAttr(((StandIn *)self)->original, name);
}

/* As a class attribute it is a method where the original is one. */
static PyObject *
standin_descr_get(PyObject *self, PyObject *object, PyObject *Py_UNUSED(type))
{
    if (object == NULL || object == Py_None || Py_TYPE(((StandIn *)self)->original)->tp_descr_get == NULL) {
        return Py_NewRef(self);
    }
    return PyMethod_New(self, object);
}

static PyObject *
standin_repr(PyObject *self)
{
    return PyObject_Repr(((StandIn *)self)->original);
}

static Py_hash_t
hash_of_original(PyObject *self)
{
    return PyObject_Hash(standin_original(self));
}

/* Equal to the original, as a key of a dict too. */
static PyObject *
compare_originals(PyObject *self, PyObject *other, int op)
{
    if (op != Py_EQ && op != Py_NE) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *theirs = standin_original(other);
    int same = standin_original(self) == (theirs != NULL ? theirs : other);
    if (!same && theirs == NULL) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyBool_FromLong(same == (op == Py_EQ));
}

/* Pickled as the original, of which the stand-in is found again. */
static PyObject *
standin_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *module = PyImport_ImportModule("dualad.adoption.mapping");
    PyObject *find = module == NULL ? NULL : PyObject_GetAttrString(module, "standin_for");
    Py_XDECREF(module);
    return find == NULL ? NULL : Py_BuildValue("N(O)", find, ((StandIn *)self)->original);
}

static PyMemberDef standin_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(StandIn, vectorcall), READONLY, NULL},
    {"_original", T_OBJECT, offsetof(StandIn, original), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef standin_methods[] = {
    {"__reduce__", standin_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot standin_slots[] = {
    {Py_tp_dealloc, (void *)standin_dealloc},
    {Py_tp_traverse, (void *)standin_traverse},
    {Py_tp_clear, (void *)standin_clear},
    {Py_tp_call, (void *)PyVectorcall_Call},
    {Py_tp_getattro, (void *)standin_getattro},
    {Py_tp_descr_get, (void *)standin_descr_get},
    {Py_tp_repr, (void *)standin_repr},
    {Py_tp_hash, (void *)hash_of_original},
    {Py_tp_richcompare, (void *)compare_originals},
    {Py_tp_members, standin_members},
    {Py_tp_methods, standin_methods},
    {0, NULL},
};

/* ---- types --------------------------------------------------------------------------------------------------- */

typedef struct {
    PyHeapTypeObject heap_type;
    PyObject *original;
    PyObject *rule;  /* the constructor, for arrays and sequences; may be NULL */
    PyObject *dtype; /* the original's */
    int meaning;
} TypeStandIn;

static PyTypeObject *TypeStandInType = NULL;

/* float(x) of a class that has adopted code in __float__, which may give a dual number; NULL where it
 * does not (with an exception where it failed). */
static PyObject *
dual_of_its_own(PyObject *x)
{
    if (!(Py_TYPE(x)->tp_flags & Py_TPFLAGS_HEAPTYPE) || PyFloat_Check(x) || PyArray_Check(x) ||
        is_differentiating() <= 0) {
        return NULL;
    }
    PyObject *method = PyObject_GetAttrString((PyObject *)Py_TYPE(x), "__float__");
    if (method == NULL) {
        PyErr_Clear();
        return NULL;
    }
    PyObject *result = PyObject_CallOneArg(method, x);
    Py_DECREF(method);
    if (result != NULL && number_of_scalar(result) == NULL) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
construct(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    TypeStandIn *type = (TypeStandIn *)self;
    if ((type->meaning == 'c' || type->meaning == 'd') && any_is_dual(args, COUNT(nargsf, names))) {
        return PyObject_Vectorcall(type->rule, args, nargsf, names);
    }
    if (PyVectorcall_NARGS(nargsf) == 1 && names == NULL && !is_plain(args[0])) {
        PyObject *x = args[0], *dual = NULL;
        if (type->rule != NULL && (PyArray_Check(x) || PyList_Check(x) || PyTuple_Check(x))) {
            int use = is_dual(x) ? 1 : is_differentiating();
            if (use < 0) {
                return NULL;
            }
            return PyObject_Vectorcall(use ? type->rule : type->original, args, nargsf, names);
        }
        dual = type->meaning == 'c' || type->meaning == 'd' ? NULL : one_dual(x);
        if (dual == NULL && !PyErr_Occurred() && type->meaning == 'f') {
            dual = dual_of_its_own(x);
        }
        if (dual == NULL && PyErr_Occurred()) {
            return NULL;
        }
        if (dual != NULL && type->meaning == 'i') {
            PyObject *whole = PyFloat_FromDouble(lanes_of(dual)[0]);
            Py_SETREF(dual, whole == NULL ? NULL : PyObject_CallOneArg(type->original, whole));
            Py_XDECREF(whole);
            return dual;
        }
        if (dual != NULL) {
            return dual;
        }
    }
    return PyObject_Vectorcall(type->original, args, nargsf, names);
}

PyObject *
type_standin_new(PyObject *original, PyObject *rule, int meaning)
{
    PyTypeObject *base = PyType_IsSubtype((PyTypeObject *)original, &PyFloat_Type)  ? &PyFloat_Type
                         : PyType_IsSubtype((PyTypeObject *)original, &PyLong_Type) ? &PyLong_Type
                                                                                    : &PyBaseObject_Type;
    PyObject *module = PyObject_GetAttrString(original, "__module__");
    PyObject *doc = module == NULL ? NULL : PyObject_GetAttrString(original, "__doc__");
    PyObject *name = doc == NULL ? NULL : PyObject_GetAttrString(original, "__name__");
    PyObject *arguments = name == NULL ? NULL
                                       : Py_BuildValue("O(O){s:(),s:O,s:O}", name, (PyObject *)base, "__slots__",
                                                       "__module__", module, "__doc__", doc);
    PyObject *type = arguments == NULL ? NULL : PyType_Type.tp_new(TypeStandInType, arguments, NULL);
    if (type != NULL) {
        ((TypeStandIn *)type)->original = Py_NewRef(original);
        ((TypeStandIn *)type)->rule = rule == Py_None ? NULL : Py_NewRef(rule);
        ((TypeStandIn *)type)->meaning = meaning;
        ((TypeStandIn *)type)->dtype = PyObject_CallOneArg((PyObject *)&PyArrayDescr_Type, original);
        ((PyTypeObject *)type)->tp_vectorcall = construct;
        if (((TypeStandIn *)type)->dtype == NULL) {
            Py_CLEAR(type);
        }
    }
    Py_XDECREF(module);
    Py_XDECREF(doc);
    Py_XDECREF(name);
    Py_XDECREF(arguments);
    return type;
}

/* A class statement with stand-ins among the bases makes a subclass of the originals. */
static PyObject *
make_subclass(PyTypeObject *Py_UNUSED(meta), PyObject *args, PyObject *kwargs)
{
    PyObject *name, *bases, *namespace;
    if (!PyArg_ParseTuple(args, "OO!O", &name, &PyTuple_Type, &bases, &namespace)) {
        return NULL;
    }
    PyObject *originals = PyTuple_New(PyTuple_GET_SIZE(bases));
    for (Py_ssize_t i = 0; originals != NULL && i < PyTuple_GET_SIZE(bases); i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i), *original = standin_original(base);
        PyTuple_SET_ITEM(originals, i, Py_NewRef(original != NULL ? original : base));
    }
    PyObject *arguments = originals == NULL ? NULL : Py_BuildValue("ONO", name, originals, namespace);
    PyObject *types = arguments == NULL ? NULL : PyImport_ImportModule("types");
    PyObject *find = types == NULL ? NULL : PyObject_GetAttrString(types, "_calculate_meta");
    PyObject *metaclass =
        find == NULL ? NULL : PyObject_CallFunctionObjArgs(find, (PyObject *)&PyType_Type, originals, NULL);
    PyObject *made = metaclass == NULL ? NULL : PyObject_Call(metaclass, arguments, kwargs);
    Py_XDECREF(arguments);
    Py_XDECREF(types);
    Py_XDECREF(find);
    Py_XDECREF(metaclass);
    return made;
}

static PyObject *
type_instancecheck(PyObject *self, PyObject *x)
{
    TypeStandIn *type = (TypeStandIn *)self;
    const Number *number = number_of_scalar(x);
    if (number != NULL && type->meaning == (number->key.is_complex ? 'c' : 'f')) {
        Py_RETURN_TRUE;
    }
    int yes = PyObject_IsInstance(x, type->original);
    return yes < 0 ? NULL : PyBool_FromLong(yes);
}

static PyObject *
type_subclasscheck(PyObject *self, PyObject *other)
{
    TypeStandIn *type = (TypeStandIn *)self;
    if (Py_TYPE(other) == NumberMeta && type->meaning == (is_real(((NumberType *)other)->number) ? 'f' : 'c')) {
        Py_RETURN_TRUE;
    }
    PyObject *theirs = standin_original(other);
    int yes = PyObject_IsSubclass(theirs != NULL ? theirs : other, type->original);
    return yes < 0 ? NULL : PyBool_FromLong(yes);
}

/* type(x) == float is true for a dual number, as isinstance(x, float) is. */
static PyObject *
type_compare(PyObject *self, PyObject *other, int op)
{
    if ((op == Py_EQ || op == Py_NE) && Py_TYPE(other) == NumberMeta &&
        ((TypeStandIn *)self)->meaning == (is_real(((NumberType *)other)->number) ? 'f' : 'c')) {
        return PyBool_FromLong(op == Py_EQ);
    }
    return compare_originals(self, other, op);
}

/* What NumPy asks where a dtype is wanted. */
static PyObject *
type_dtype(PyObject *self, void *Py_UNUSED(closure))
{
    TypeStandIn *type = (TypeStandIn *)self;
    if (type->dtype == NULL) {
        PyErr_SetString(PyExc_AttributeError, "dtype");
        return NULL;
    }
    return Py_NewRef(type->dtype);
}

static PyObject *
type_getattro(PyObject *self, PyObject *name)
{
    PyObject *found = PyType_Type.tp_getattro(self, name);
    TypeStandIn *type = (TypeStandIn *)self;
    if (found == NULL && type->original != NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        found = PyObject_GetAttr(type->original, name);
    }
    return found;
}

static PyObject *
type_get_original(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(((TypeStandIn *)self)->original);
}

static PyGetSetDef type_getset[] = {
    {"dtype", type_dtype, NULL, NULL, NULL},
    {"_original", type_get_original, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef type_methods[] = {
    {"__instancecheck__", type_instancecheck, METH_O, NULL},
    {"__subclasscheck__", type_subclasscheck, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef type_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(PyTypeObject, tp_vectorcall), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot type_slots[] = {
    {Py_tp_new, (void *)make_subclass},
    {Py_tp_call, (void *)PyVectorcall_Call},
    {Py_tp_getattro, (void *)type_getattro},
    {Py_tp_hash, (void *)hash_of_original},
    {Py_tp_richcompare, (void *)type_compare},
    {Py_tp_getset, type_getset},
    {Py_tp_methods, type_methods},
    {Py_tp_members, type_members},
    {0, NULL},
};

/* ---- both --------------------------------------------------------------------------------------------------------- */

static PyObject *
standin_original(PyObject *object)
{
    if (Py_TYPE(object) == StandInType) {
        return ((StandIn *)object)->original;
    }
    return Py_TYPE(object) == TypeStandInType ? ((TypeStandIn *)object)->original : NULL;
}

PyObject *
standins_setup(void)
{
    PyType_Spec spec = {
        .name = "dualad._core.StandIn",
        .basicsize = sizeof(StandIn),
        .flags =
            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION,
        .slots = standin_slots,
    };
    PyType_Spec meta = {
        .name = "dualad._core.TypeStandIn",
        .basicsize = sizeof(TypeStandIn),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL,
        .slots = type_slots,
    };
    StandInType = (PyTypeObject *)PyType_FromSpec(&spec);
    PyObject *bases = StandInType == NULL ? NULL : PyTuple_Pack(1, (PyObject *)&PyType_Type);
    TypeStandInType = bases == NULL ? NULL : (PyTypeObject *)PyType_FromSpecWithBases(&meta, bases);
    Py_XDECREF(bases);
    return TypeStandInType == NULL ? NULL : Py_BuildValue("OO", StandInType, TypeStandInType);
}

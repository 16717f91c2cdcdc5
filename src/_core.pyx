# cython: language_level=3, binding=False, embedsignature=True
"""The compiled core of dualad: numbers, their dtypes, and what is done to whole arrays of them."""

cimport cython
from cpython.contextvars cimport PyContextVar_Get, PyContextVar_Reset, PyContextVar_Set
from cpython.object cimport PyObject, PyTypeObject
from cpython.ref cimport Py_DECREF
from libc.math cimport isfinite
from libc.string cimport memcpy, memset

import os
import threading

cdef extern from *:
    """
    #define DUALAD_IMPORTS_NUMPY
    #include "numbers/numpy_api.h"

    /* Cython wants a name of its own for each class's struct. */
    typedef PyObject ComplexFloatingObject;

    /* What Cython 3.3 makes of [... for ...] gives an element up twice where the list cannot grow. */
    #if CYTHON_HEX_VERSION >= 0x03030000
    static inline int
    append_or_keep(PyObject *list, PyObject *item)
    {
        const int status = PyList_Append(list, item);
        if (status < 0) {
            Py_INCREF(item);
        }
        return status;
    }
    #define PyList_Append append_or_keep
    #endif

    #define set_tp_new(type, function) ((type)->tp_new = (newfunc)(function))
    """
    void set_tp_new(PyTypeObject *type, void *function)
    Py_ssize_t Py_REFCNT(void *object)

cimport numpy as cnp
import numpy as np

cdef extern from "loops/trig.h":
    const char *trig_instructions()

cdef extern from "numbers/number.h":
    int MAX_SLOTS
    int MAX_NUMBERS
    int FREE_SCALARS
    ctypedef enum Pattern:
        NO_PAIRS
        TRIANGULAR
        DIAGONAL
        RECTANGULAR
        GIVEN
    ctypedef struct Segment:
        Py_ssize_t i
        Py_ssize_t j
        Py_ssize_t count
        Py_ssize_t slant
    ctypedef struct NumberKey:
        Py_ssize_t n
        Pattern pattern
        Py_ssize_t size
        int slot
        int inner_slot
        int is_complex
    ctypedef struct Number:
        NumberKey key
        int closed
        Py_ssize_t n
        Py_ssize_t pairs
        Py_ssize_t lanes
        Py_ssize_t itemsize
        Number *twin
        Segment *segments
        Py_ssize_t segment_count
        PyTypeObject *scalar
        void *descr
        Py_ssize_t alive
        int free_count
        Py_ssize_t idle_references
        Py_ssize_t idle_type_references
    bint number_has_slot(const Number *number, int slot)
    bint number_in_use(const Number *number)
    Number *number_find(const NumberKey *key)
    Number *number_joined(const Number *a, const Number *b) except NULL
    PyTypeObject *NumberMeta
    Number *numbers[]
    int number_count
    Number *number_of_array(object array)
    Number *number_of_descr(cnp.dtype descr)
    Number *number_of_scalar(object scalar)
    double *lanes_of(object scalar)
    Number *number_get(const NumberKey *key) except NULL
    object scalar_new(Number *number)
    Number *number_complex(const Number *number) except NULL
    Py_ssize_t part_width(const Number *number)
    int number_setup(PyTypeObject **classes, Number *(*make)(const NumberKey *key) except NULL) except -1
    int number_refuse_closed(const Number *number) except -1
    void number_refuse_float() except *
    const char *LOST_IN_COMPLEX

cdef extern from "numbers/pattern.h":
    int pattern_give_pairs(Number *number, const Segment *given, Py_ssize_t count) except -1

cdef extern from "numbers/levels.h":
    int level_open()
    void level_close(int slot)
    int level_is_open(int slot)

cdef extern from "registration/dtype.h":
    int plain_double(object object, double *value) except -1
    int element_from_object(const Number *number, object object, double *element) except -1
    object scalar_from_element(Number *number, const double *element)

cdef extern from "objects/dual_array.h":
    PyTypeObject *dual_array_setup() except NULL
    object dual_array_lift(Number *number, object values)
    void dual_array_seed(object array, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t direction)
    object dual_array_values(object array)
    object dual_array_partials(object array)
    object dual_array_pairs(object array)
    object dual_array_part(object array, int imaginary)
    object dual_array_keeping(object constructor, object instead)

cdef extern from "registration/ufuncs.h":
    int ufuncs_setup(object numpy, object umath) except -1
    int ufuncs_setup_scipy(object scipy_special) except -1
    object ufuncs_known()

cdef extern from "numbers/context.h":
    PyObject *innermost_level
    int context_setup() except -1
    int is_differentiating() except -1

cdef extern from "objects/standins.h":
    int WHILE_DIFFERENTIATING
    int GIVEN_DUALS
    int GIVEN_SEQUENCES
    int GIVEN_DUALS_WITHIN
    object standins_setup()
    ctypedef int StandInCase
    object standin_new(object original, object rule, StandInCase when)
    object math_standin_new(object module, object original, object rule, int table_row)
    object type_standin_new(object original, object rule, int meaning)

cdef extern from "objects/scalar.h":
    object scalar_add(object a, object b)
    object scalar_subtract(object a, object b)
    object scalar_multiply(object a, object b)
    object scalar_divide(object a, object b)
    object scalar_power(object a, object b, object modulus)
    object scalar_binary(int rule, object a, object b)
    object scalar_unary(int rule, object a)
    object scalar_compare(object a, object b, int op)
    int scalar_add_methods(PyTypeObject *type) except -1

cdef extern from "loops/stacks.h":
    object stack_of_array(object array)
    object values_of_array(object array)
    object array_of_parts(const Number *number, cnp.ndarray values, cnp.ndarray lanes)

cdef extern from "objects/complex_scalar.h":
    enum:
        COMPLEX_add
        COMPLEX_subtract
        COMPLEX_multiply
        COMPLEX_divide
        COMPLEX_power
        COMPLEX_negative
    object complex_scalar_binary(int rule, object a, object b)
    object complex_scalar_unary(int rule, object a)
    object complex_scalar_abs(object a)
    object complex_scalar_compare(object a, object b, int op)
    object complex_scalar_part(object a, int imaginary)
    int complex_scalar_add_methods(PyTypeObject *type) except -1

cdef extern from "loops/rule_table.h":
    enum:
        RULE_COUNT
        RULE_negative
        RULE_absolute
        RULE_remainder
        RULE_floor_divide
    ctypedef struct RuleInfo "struct rule_info":
        const char *name
        const char *ufunc
        int kind
        int nin
        int aux
    const RuleInfo *rule_info
    int rule_evaluate(int rule, const double *inputs, double f, double a, double *out)
    ctypedef struct RuleEntry:
        PyObject *ufunc
    RuleEntry *rule_table
    void rule_table_setup()
    void rule_auxiliary(int aux, Py_ssize_t n, const double *x, double *a)

cdef extern from "numpy/arrayobject.h":
    ctypedef class numpy.floating [object PyObject, check_size ignore]:
        pass
    ctypedef class numpy.complexfloating [object ComplexFloatingObject, check_size ignore]:
        pass

cnp.import_array()
cnp.import_umath()
context_setup()


include "dual.pxi"
include "arrays.pxi"
include "transforms.pxi"
include "standins.pxi"
include "c_api.pxi"

# What dualad/include/dualad.h promises, as a capsule.

from cpython.pycapsule cimport PyCapsule_New

cdef extern from "registration/foreign.h":
    int DUALAD_API_VERSION
    ctypedef struct DualadKind:
        Py_ssize_t directions
        Py_ssize_t pairs
        Py_ssize_t width
        int order
        int is_complex
    ctypedef struct DualadRule:
        pass
    ctypedef struct DualadAPI:
        int version
        int (*describe)(object of, DualadKind *kind) except -1
        object (*dtype)(Py_ssize_t directions, int order, int is_complex)
        object (*scalar)(object dtype, const double *element)
        const double *(*element)(object scalar) except NULL
        int (*pairs)(object of, Py_ssize_t *i, Py_ssize_t *j) except -1
        int (*add_rule)(object ufunc, const DualadRule *rule) except -1
    int foreign_add_rule(object ufunc, const DualadRule *rule) except -1


cdef Number *_number_of_any(object of) except? NULL:
    """NULL without an exception where it has no dual numbers."""
    cdef Number *number = NULL
    if isinstance(of, np.ndarray):
        number = number_of_array(of)
    elif isinstance(of, np.dtype):
        number = number_of_descr(of)
    else:
        number = number_of_scalar(of)
    if number != NULL:
        number_refuse_closed(number)
    return number


cdef Number *_number_of(object of) except NULL:
    cdef Number *number = _number_of_any(of)
    if number == NULL:
        raise TypeError(f"an array, a dtype or a scalar of dual numbers was expected, not {_described(of)}")
    return number


cdef str _described(object of):
    if isinstance(of, np.ndarray):
        return f"an array of {of.dtype}"
    return f"dtype {of}" if isinstance(of, np.dtype) else type(of).__name__


cdef int _api_describe(object of, DualadKind *kind) except -1:
    cdef Number *number = _number_of_any(of)
    if number == NULL:
        return 0
    kind.directions = number.n
    kind.pairs = number.pairs
    kind.width = part_width(number)
    kind.order = 2 if number.pairs > 0 else 1
    kind.is_complex = number.key.is_complex
    return 1


cdef object _api_dtype(Py_ssize_t directions, int order, int is_complex):
    dtype = dual_dtype(directions, order)
    if not is_complex:
        return dtype
    return <object><PyObject *>number_complex(number_of_descr(dtype)).descr


cdef object _api_scalar(object dtype, const double *element):
    return scalar_from_element(_number_of(dtype), element)


cdef const double *_api_element(object scalar) except NULL:
    if isinstance(scalar, (np.ndarray, np.dtype)):
        raise TypeError(f"a dual scalar was expected, not {_described(scalar)}")
    _number_of(scalar)
    return lanes_of(scalar)


cdef int _api_pairs(object of, Py_ssize_t *i, Py_ssize_t *j) except -1:
    cdef Number *number = _number_of(of)
    cdef Py_ssize_t at = 0, run, k
    for run in range(number.segment_count):
        for k in range(number.segments[run].count):
            i[at] = number.segments[run].i + k * number.segments[run].slant
            j[at] = number.segments[run].j + k
            at += 1
    return 0


cdef int _api_add_rule(object ufunc, const DualadRule *rule) except -1:
    with _making:           # a number that is being made gets its loops once
        return foreign_add_rule(ufunc, rule)


cdef DualadAPI _api
_api.version = DUALAD_API_VERSION
_api.describe = _api_describe
_api.dtype = _api_dtype
_api.scalar = _api_scalar
_api.element = _api_element
_api.pairs = _api_pairs
_api.add_rule = _api_add_rule
_C_API = PyCapsule_New(&_api, "dualad._core._C_API", NULL)

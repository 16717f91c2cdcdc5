"""dualad from Cython: an array read and written, a scalar made, a ufunc with derivatives."""

cimport cython
cimport numpy as cnp
from dualad cimport (
    Dualad_AddRule, Dualad_Describe, Dualad_Dtype, Dualad_Element, Dualad_Scalar, DualadKind, DualadRule, import_dualad,
)
from libc.math cimport exp

cnp.import_array()
import_dualad()


@cython.ufunc
cdef double logistic(double x) noexcept nogil:
    return 1 / (1 + exp(-x))


cdef double logistic_x(const double *x, double f, void *data) noexcept nogil:
    return f * f * exp(-x[0])


cdef double logistic_xx(const double *x, double f, void *data) noexcept nogil:
    return f * f * exp(-x[0]) * (1 - 2 * f)


cdef DualadRule rule
rule.first[0] = logistic_x
rule.second[0] = logistic_xx
Dualad_AddRule(logistic, &rule)


def directions(of):
    """How many; 0 for what is not dual."""
    cdef DualadKind kind
    return kind.directions if Dualad_Describe(of, &kind) else 0


def scale(cnp.ndarray array, double factor):
    """Multiply an array of dual numbers by a number, in place."""
    cdef DualadKind kind
    if not Dualad_Describe(array, &kind) or not cnp.PyArray_ISBEHAVED(array):
        raise TypeError("scale takes a writable array of dual numbers")
    cdef Py_ssize_t k, doubles = kind.width * (1 + kind.is_complex)
    cdef cnp.flatiter each = cnp.PyArray_IterNew(array)
    cdef double *element
    while cnp.PyArray_ITER_NOTDONE(each):
        element = <double *>cnp.PyArray_ITER_DATA(each)
        for k in range(doubles):
            element[k] *= factor
        cnp.PyArray_ITER_NEXT(each)


def variable(double x):
    """A number with one direction."""
    cdef double[2] element = [x, 1.0]
    return Dualad_Scalar(Dualad_Dtype(1, 1, False), element)


def slope(number):
    """Its first partial derivative."""
    return Dualad_Element(number)[1]

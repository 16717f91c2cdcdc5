# dualad for Cython: `cimport dualad`, with include_dirs=[dualad.get_include()]; dualad.h says what each is.
# Call import_dualad() once, at the head of the module.

cdef extern from "dualad.h":
    int DUALAD_API_VERSION

    ctypedef struct DualadKind:
        Py_ssize_t directions
        Py_ssize_t pairs
        Py_ssize_t width
        int order
        bint is_complex

    ctypedef double DualadDerivative(const double *x, double f, void *data) noexcept nogil

    ctypedef struct DualadRule:
        DualadDerivative *first[2]
        DualadDerivative *second[3]
        void *data

    int import_dualad() except -1
    bint Dualad_Describe(object of, DualadKind *kind) except -1
    object Dualad_Dtype(Py_ssize_t directions, int order, bint is_complex)
    object Dualad_Scalar(object dtype, const double *element)
    const double *Dualad_Element(object scalar) except NULL
    int Dualad_Pairs(object of, Py_ssize_t *i, Py_ssize_t *j) except -1
    int Dualad_AddRule(object ufunc, const DualadRule *rule) except -1

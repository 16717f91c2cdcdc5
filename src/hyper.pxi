# HyperDual, the scalar of second order.

cdef class HyperDual(Dual):
    """HyperDual(value, partials, second)

    A hyper-dual number: a value, its partial derivatives, and second derivatives.

    ``HyperDual(value, eps1, eps2, eps12)`` is the classical form.

    Arithmetic, functions, comparison and refusals are those of `Dual`.

    Parameters
    ----------
    value : float
        The value.
    partials : array_like of float, shape (n,)
        The partial derivatives.
    second : array_like of float, shape (n, n), symmetric
        The second derivatives.
    eps1, eps2, eps12 : float
        In the classical form (Fike and Alonso 2011) the parts of the two infinitesimals and of their
        product. With eps1 = eps2 = 1 and eps12 = 0 to begin with, the result's eps12 is the second
        derivative.

    Attributes
    ----------
    value : numpy.float64
    partials : numpy.ndarray of float64, shape (n,)
    second : numpy.ndarray of float64, shape (n, n)
        0 for pairs that the number does not carry.
    eps1, eps2, eps12 : numpy.float64
        Of numbers in the classical form.

    Examples
    --------
    >>> from dualad import HyperDual
    >>> x = HyperDual(3.0, 1.0, 1.0, 0.0)
    >>> (x**3).eps12
    np.float64(18.0)
    >>> y = HyperDual(2.0, [0.0, 1.0], [[0.0, 0.0], [0.0, 0.0]])
    >>> (HyperDual(3.0, [1.0, 0.0], [[0.0, 0.0], [0.0, 0.0]]) * y).second
    array([[0., 1.],
           [1., 0.]])
    """

    @property
    def second(self):
        """The second derivatives: a new symmetric float64 array of shape (n, n)."""
        cdef Number *number = number_of_scalar(self)
        matrix = np.zeros((number.n, number.n))
        _unpack(number, lanes_of(self) + 1 + number.n, matrix)
        return matrix

    @property
    def eps1(self):
        """The part of the first infinitesimal."""
        return np.float64(_classical(self)[0])

    @property
    def eps2(self):
        """The part of the second infinitesimal."""
        return np.float64(_classical(self)[1])

    @property
    def eps12(self):
        """The part of the product of both."""
        return np.float64(_classical(self)[2])

    def __repr__(self):
        return _hyper_text(self, repr)

    def __format__(self, spec):
        return _hyper_text(self, (lambda x: format(x, spec)) if spec else repr)

    def __reduce__(self):
        cdef Number *number = number_of_scalar(self)
        if number.key.slot != 0 or number.key.inner_slot > 0:
            raise TypeError(
                "a number of a running derivative call cannot be pickled: its directions mean nothing "
                "elsewhere. Ship dualad.value(x) instead")
        lanes = np.empty(1 + number.lanes)
        memcpy(cnp.PyArray_DATA(lanes), lanes_of(self), number.itemsize)
        return _hyper_from_lanes, (type(self).__name__, lanes)


cdef bint _is_classical(Number *number):
    return number.key.pattern == RECTANGULAR and number.n == 2


cdef double *_classical(object x) except NULL:
    if not _is_classical(number_of_scalar(x)):
        raise AttributeError("eps1, eps2 and eps12 belong to the classical form HyperDual(x, 1, 1, 0); this number "
                             "has .partials and .second")
    return lanes_of(x) + 1


cdef _unpack(Number *number, const double *pair, object matrix):
    """Fill both halves of a symmetric (n, n) float64 array from the pairs."""
    cdef double[:, :] to = matrix
    cdef Py_ssize_t s, k, i, j
    cdef Segment run
    for s in range(number.segment_count):
        run = number.segments[s]
        for k in range(run.count):
            i, j = run.i + k * run.slant, run.j + k
            to[i, j] = to[j, i] = pair[0]
            pair += 1


cdef str _hyper_text(object x, object text):
    value = text(float(x.value))
    if _is_classical(number_of_scalar(x)):
        return f"HyperDual({value}, {', '.join([text(_classical(x)[k]) for k in range(3)])})"
    partials = ", ".join([text(p) for p in x.partials.tolist()])
    rows = ", ".join(["[" + ", ".join([text(p) for p in row]) + "]" for row in x.second.tolist()])
    return f"HyperDual({value}, [{partials}], [{rows}])"


def _hyper_from_lanes(str name, lanes):
    """A hyper-dual number from a pickle."""
    cls = scalar_type(name)
    cdef Number *number = (<NumberTypeHead *>cls).number
    lanes = np.ascontiguousarray(lanes, dtype=np.float64)
    if lanes.shape != (1 + number.lanes,):
        raise ValueError(f"{name} has {number.lanes} lanes, not {lanes.size - 1}")
    return scalar_from_element(number, <double *>cnp.PyArray_DATA(lanes))


cdef object _new_hyper_dual(PyTypeObject *cls, object args, PyObject *kwargs):
    """HyperDual.__new__: the instance's type is the one for its pattern."""
    cdef Number *number = NULL
    if kwargs != NULL and <object>kwargs:
        raise TypeError("HyperDual takes its parts by position: (value, partials, second) or "
                        "(value, eps1, eps2, eps12)")
    if <PyObject *>cls != <PyObject *>HyperDual:
        if type(<object>cls) is not <object>NumberMeta:
            raise TypeError("HyperDual cannot be subclassed: results of arithmetic would not be of the subclass. "
                            "Hold one in an attribute of a class of your own")
        number = (<NumberTypeHead *>cls).number
    if len(args) == 1 and number != NULL:
        element = np.empty(1 + number.lanes)
        element_from_object(number, args[0], <double *>cnp.PyArray_DATA(element))
        return scalar_from_element(number, <double *>cnp.PyArray_DATA(element))
    if len(args) == 4 and (number == NULL or _is_classical(number)):
        element = np.array([_plain(part, "part", "HyperDual") for part in args])
        return scalar_from_element(_number(2, 0, RECTANGULAR, 1), <double *>cnp.PyArray_DATA(element))
    if len(args) != 3:
        raise TypeError(f"HyperDual takes (value, partials, second) or (value, eps1, eps2, eps12), not {len(args)} "
                        f"argument{'s' if len(args) != 1 else ''}")
    value, partials, second = args
    return _hyper_from_parts(number, value, partials, second)


cdef object _hyper_from_parts(Number *number, object value, object partials, object second):
    """A number of the triangular pattern, or of the one of `number` where it is given."""
    cdef Py_ssize_t s, k, at
    cdef Segment run
    first = np.asarray(_as_array(partials), dtype=np.float64)
    matrix = np.asarray(_as_array(second), dtype=np.float64)
    if first.ndim != 1 or first.size == 0 or matrix.shape != (first.size, first.size):
        raise ValueError(f"HyperDual's partials have shape (n,) and its second derivatives (n, n), not {first.shape} "
                         f"and {matrix.shape}")
    if not np.array_equal(matrix, matrix.T, equal_nan=True):
        raise ValueError("HyperDual's second derivatives must be symmetric")
    if number == NULL:
        number = _number(first.size, 0, TRIANGULAR)
    name = (<object><PyObject *>number.scalar).__name__
    if number.n != first.size:
        raise ValueError(f"{name} takes {number.n} partials, not {first.size}")
    element = np.empty(1 + number.lanes)
    element[0] = _plain(value, "value", "HyperDual")
    element[1:1 + number.n] = first
    at = 1 + number.n
    for s in range(number.segment_count):
        run = number.segments[s]
        for k in range(run.count):
            element[at] = matrix[run.i + k * run.slant, run.j + k]
            at += 1
    carried = np.zeros_like(matrix)
    _unpack(number, <double *>cnp.PyArray_DATA(element) + 1 + number.n, carried)
    if not np.array_equal(carried, matrix, equal_nan=True):
        raise ValueError(f"{name} does not carry all pairs of directions; second derivatives of the others must be 0")
    return scalar_from_element(number, <double *>cnp.PyArray_DATA(element))


def second(x):
    """The second derivatives of hyper-dual numbers.

    Parameters
    ----------
    x : HyperDual or array of hyper-dual numbers, shape (...)

    Returns
    -------
    numpy.ndarray of float64, shape (..., n, n)
        Symmetric; 0 for pairs that the numbers do not carry. A copy. Of complex numbers complex128.

    Raises
    ------
    TypeError
        When x holds no hyper-dual numbers.

    See Also
    --------
    value, partials

    Examples
    --------
    >>> import numpy as np, dualad
    >>> x = dualad.seed([1.0, 2.0], order=2)
    >>> dualad.second(x[0] ** 2 * x[1])
    array([[4., 2.],
           [2., 0.]])
    """
    if number_of_scalar(x) != NULL and isinstance(x, (HyperDual, ComplexHyperDual)):
        return x.second
    array = _as_array(x, True)
    cdef Number *number = number_of_array(array)
    if number == NULL or number.pairs == 0:
        raise TypeError("second derivatives are carried by hyper-dual numbers only (HyperDual, seed(x, order=2))")
    if number.key.is_complex:
        return _complex(second(dual_array_part(array, False)), second(dual_array_part(array, True)))
    pairs = np.array(dual_array_pairs(array), dtype=np.float64, order="C").reshape(-1, number.pairs)    # aligned
    matrices = np.zeros((len(pairs), number.n, number.n))
    cdef double *pair = <double *>cnp.PyArray_DATA(pairs)
    for matrix in matrices:
        _unpack(number, pair, matrix)
        pair += number.pairs
    return matrices.reshape(array.shape + (number.n, number.n))


def second_parts(cnp.ndarray x not None):
    """(pairs, segments) of an array of hyper-dual numbers.

    Pairs are a float64 view with one axis more, the last (of complex numbers a complex128 copy). A segment (i, j, count) stands for the pairs
    (i, j), (i, j + 1), ... (i, j + count - 1), which follow each other; segments follow each other, too.
    """
    cdef Number *number = number_of_array(x)
    cdef Segment run
    cdef Py_ssize_t s, k
    if number == NULL or number.pairs == 0:
        raise TypeError("second derivatives are carried by hyper-dual numbers only (HyperDual, seed(x, order=2))")
    segments = []
    for s in range(number.segment_count):
        run = number.segments[s]
        if run.slant:
            segments += [(run.i + k, run.j + k, 1) for k in range(run.count)]
        else:
            segments.append((run.i, run.j, run.count))
    if number.key.is_complex:
        return _complex(dual_array_pairs(dual_array_part(x, False)), dual_array_pairs(dual_array_part(x, True))), segments
    return dual_array_pairs(x), segments

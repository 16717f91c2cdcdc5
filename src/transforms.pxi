# One evaluation of a function with dual numbers, as the transforms need it: a level, the arguments
# lifted into it, the parts of what comes back.

cdef extern from "levels.h":
    int level_is_open(int slot)


def is_open(int slot):
    """Whether the call that has this slot is still running."""
    return bool(level_is_open(slot))


cdef class Level:
    """Level()

    A level for one evaluation: its slot is open until `close`, at the latest until this object dies.
    """
    cdef readonly int slot
    cdef bint is_open

    def __cinit__(self):
        self.is_open = False
        self.slot = open_level()
        self.is_open = True

    def __dealloc__(self):
        self.close()

    cpdef close(self):
        """From now on operations on this level's numbers raise."""
        if self.is_open:
            self.is_open = False
            level_close(self.slot)

    def seeded(self, tuple args, list points, Py_ssize_t n, Py_ssize_t start, Py_ssize_t stop):
        """The arguments, with fresh dual numbers of n directions in place of the points.

        Points are (position, float64 array, whether a scalar is wanted). Their elements, counted
        through all of them, each in C order, have directions 0.. from the one with number `start`
        to the one before `stop`.
        """
        cdef Number *number = _number(n, self.slot)
        cdef list lifted = list(args)
        cdef tuple point
        cdef Py_ssize_t size
        for point in points:
            size = cnp.PyArray_SIZE(point[1])
            lifted[<Py_ssize_t>point[0]] = _lifted(number, point[1], point[2], start, min(stop, size))
            start -= size
            stop -= size
        return lifted

    def along(self, tuple args, list points, list tangents):
        """The arguments, with fresh dual numbers of the one direction that the tangents give."""
        cdef Number *number = _number(1, self.slot)
        cdef list lifted = list(args)
        cdef Py_ssize_t k
        for (position, x, scalar), tangent in zip(points, tangents):
            dual = _lifted(number, x, scalar, 0, 0)
            if scalar:
                lanes_of(dual)[1] = tangent
            elif cnp.PyArray_ISCARRAY_RO(tangent) and cnp.PyArray_ISCARRAY_RO(dual):
                for k in range(cnp.PyArray_SIZE(tangent)):
                    (<double *>cnp.PyArray_DATA(dual))[2 * k + 1] = (<double *>cnp.PyArray_DATA(tangent))[k]
            else:
                dual_array_partials(dual)[..., 0] = tangent
            lifted[position] = dual
        return lifted

    def parts(self, out, Py_ssize_t count, bint with_value=True):
        """(value, partials in the first `count` directions) of this level's numbers, as fresh floats.

        The partials have one axis more, the last. None when `out` is anything but a number or an
        array of this level, or a list or tuple of such numbers and of floats.
        """
        cdef Number *number = number_of_scalar(out)
        if number != NULL:
            if number.key.slot != self.slot:
                return None
            lanes = cnp.PyArray_SimpleNew(1, <cnp.npy_intp *>&count, cnp.NPY_DOUBLE)
            memcpy(cnp.PyArray_DATA(lanes), lanes_of(out) + 1, count * sizeof(double))
            return (np.float64(lanes_of(out)[0]) if with_value else None), lanes
        if type(out) is list or type(out) is tuple:
            return _parts_of_sequence(self.slot, tuple(out), count)
        if not isinstance(out, np.ndarray):
            return None
        number = number_of_array(out)
        if number == NULL or number.key.slot != self.slot:
            return None
        value = None
        if with_value:
            value = cnp.PyArray_NewCopy(dual_array_values(out), cnp.NPY_CORDER)
            if cnp.PyArray_NDIM(out) == 0:
                value = value[()]
        return value, _lanes(number, out, count)


cdef object _lifted(Number *number, object x, bint scalar, Py_ssize_t start, Py_ssize_t stop):
    """Fresh numbers with x's values; element k of start..stop has a one in direction k - start."""
    cdef Py_ssize_t first = max(start, 0)
    if scalar:
        dual = _constant(number, (<double *>cnp.PyArray_DATA(x))[0])
        if first < stop:
            lanes_of(dual)[1 + first - start] = 1.0
        return dual
    dual = dual_array_lift(number, x)
    if first < stop:
        _seed(dual, start, first, stop)
    return dual


cdef void _seed(object dual, Py_ssize_t start, Py_ssize_t first, Py_ssize_t stop):
    cdef int axis, ndim = cnp.PyArray_NDIM(dual)
    cdef Py_ssize_t k, rest
    cdef char *data
    for k in range(first, stop):
        data = <char *>cnp.PyArray_DATA(dual)
        rest = k
        for axis in range(ndim - 1, -1, -1):
            data += rest % cnp.PyArray_DIM(dual, axis) * cnp.PyArray_STRIDE(dual, axis)
            rest //= cnp.PyArray_DIM(dual, axis)
        (<double *>data)[1 + k - start] = 1.0


cdef object _lanes(Number *number, object out, Py_ssize_t count):
    """A C-ordered float64 copy of the first partials, of shape out.shape + (count,)."""
    cdef Py_ssize_t k
    cdef double *to
    cdef double *element
    cdef cnp.npy_intp shape[65]                  # NumPy's most and one
    cdef int axis, ndim = cnp.PyArray_NDIM(out)
    for axis in range(ndim):
        shape[axis] = cnp.PyArray_DIM(out, axis)
    shape[ndim] = count
    lanes = cnp.PyArray_EMPTY(ndim + 1, shape, cnp.NPY_DOUBLE, 0)
    if not cnp.PyArray_ISCARRAY_RO(out):
        lanes[...] = dual_array_partials(out)[..., :count]
        return lanes
    to = <double *>cnp.PyArray_DATA(lanes)
    element = <double *>cnp.PyArray_DATA(out)
    for k in range(cnp.PyArray_SIZE(out)):
        memcpy(to, element + 1, count * sizeof(double))
        to += count
        element += 1 + number.lanes
    return lanes


cdef object _parts_of_sequence(int slot, tuple out, Py_ssize_t count):
    """What `parts` gives for numbers in a list or tuple, as right-hand sides of differential equations return."""
    cdef cnp.npy_intp shape[2]
    cdef Py_ssize_t k
    cdef Number *number
    cdef double *to
    shape[0], shape[1] = len(out), count
    value = cnp.PyArray_EMPTY(1, shape, cnp.NPY_DOUBLE, 0)
    lanes = cnp.PyArray_ZEROS(2, shape, cnp.NPY_DOUBLE, 0)
    to = <double *>cnp.PyArray_DATA(value)
    for k, item in enumerate(out):
        number = number_of_scalar(item)
        if number != NULL and number.key.slot == slot:
            to[k] = lanes_of(item)[0]
            memcpy(<double *>cnp.PyArray_DATA(lanes) + k * count, lanes_of(item) + 1, count * sizeof(double))
        elif type(item) is float:
            to[k] = item
        else:
            return None
    return value, lanes

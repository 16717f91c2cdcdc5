# One evaluation of a function with dual numbers, as the transforms need it: a level, the arguments
# lifted into it, the parts of what comes back.


def is_open(int slot):
    """Whether the call that has this slot is still running."""
    return 0 <= slot < MAX_SLOTS and bool(level_is_open(slot))


def kind_of(x):
    """(slot, inner slot or -1, whether of second order, whether a level of its has ended); None for no numbers of ours."""
    cdef Number *number = number_of_scalar(x)
    if number == NULL and isinstance(x, np.ndarray):
        number = number_of_array(x)
    if number == NULL:
        return None
    return number.key.slot, number.key.inner_slot, number.pairs > 0, number.closed != 0


def joined_dtype(a, b):
    """The dtype in which the dual numbers of two dtypes can meet."""
    cdef Number *first = _dual_number(np.dtype(a))
    cdef Number *second = _dual_number(np.dtype(b))
    if first == second:
        return a
    number_refuse_closed(first)
    number_refuse_closed(second)
    return <object><PyObject *>number_joined(first, second).descr


def pairs_of(cnp.ndarray array not None):
    """A view of the second-order lanes of an array: one axis more."""
    _dual_number(array.dtype)
    return dual_array_pairs(array)


def pair_indices(cnp.ndarray array not None):
    """The pattern of an array's numbers: two arrays, i and j of each pair."""
    cdef Number *number = _dual_number(array.dtype)
    cdef Py_ssize_t s, k
    cdef list rows = [], columns = []
    for s in range(number.segment_count):
        for k in range(number.segments[s].count):
            rows.append(number.segments[s].i + k * number.segments[s].slant)
            columns.append(number.segments[s].j + k)
    return np.array(rows, np.intp), np.array(columns, np.intp)


cdef class Scope:
    """What a context knows of a Level: stand-ins ask it. It does not keep the level open."""
    cdef bint is_open
    cdef Number *number              # the level's own numbers, without those of outer calls
    cdef Scope outer                 # of the call in whose context this one is made
    cdef object allocates            # the dtype for floats made by adopted code
    cdef dict kept
    cdef list calls

    @property
    def memo(self):
        """What caches of adopted code keep until the level closes."""
        if self.kept is None:
            self.kept = {}
        return self.kept

    @property
    def at_close(self):
        """What is called then, without arguments."""
        if self.calls is None:
            self.calls = []
        return self.calls

    def __reduce__(self):
        return _no_scope, ()         # a call's numbers, and so its level, stay in its process


cdef class Level:
    """Level(outer=None)

    A level for one evaluation: its slot is open until `close`, at the latest until this object dies.
    `outer` is the Scope of the call around it, where the context does not know.
    """
    cdef readonly int slot
    cdef bint is_open
    cdef Scope scope
    cdef object token

    def __cinit__(self, Scope outer=None):
        self.is_open = False
        self.scope = Scope.__new__(Scope)
        self.scope.outer = outer
        self.slot = open_level()
        self.is_open = True

    cdef _enter(self, Number *number):
        """From now on, until `close`, this is the innermost level of this context."""
        cdef Scope scope = self.scope
        scope.number = number
        if scope.outer is None:
            scope.outer = innermost()
        self.token = PyContextVar_Set(<object>innermost_level, scope)
        scope.is_open = True

    def __dealloc__(self):
        self.close()

    cpdef close(self):
        """From now on operations on this level's numbers raise."""
        if not self.is_open:
            return
        self.is_open = False
        level_close(self.slot)
        cdef Scope scope = self.scope
        if not scope.is_open:
            return
        scope.is_open = False
        scope.allocates = scope.kept = None
        calls, scope.calls = scope.calls, None
        token, self.token = self.token, None
        try:
            PyContextVar_Reset(<object>innermost_level, token)
        except ValueError:           # closed by the collector, in another context
            pass
        finally:
            if calls is not None:
                for call in calls:
                    call()

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
        self._enter(number)
        return lifted

    def seeded_second(self, tuple args, list points, str pattern, Py_ssize_t n, Py_ssize_t size, list blocks,
                      runs=None):
        """The arguments, with fresh hyper-dual numbers in place of the points.

        `pattern` is "triangular", "diagonal" or "rectangular" (then `size` directions are in its
        first block) or "given" (then there is room for `size` pairs, which the rows (i, j, count, slant)
        of `runs` name: (i + k slant, j + k) for k < count, none in the last direction). Blocks are
        (start, stop, direction): elements start..stop, counted as in `seeded`, have directions from this
        one on.
        """
        cdef Number *number = _number(n, self.slot, _pattern(pattern), size)
        if number.key.pattern == GIVEN:
            _give_pairs(number, runs)
        cdef list lifted = list(args)
        cdef Py_ssize_t before = 0, count, low, high
        for position, x, scalar in points:
            count = cnp.PyArray_SIZE(x)
            dual = dual_array_lift(number, x)
            for start, stop, direction in blocks:
                low, high = max(start - before, 0), min(stop - before, count)
                if low < high:
                    dual_array_seed(dual, low, high, direction + low - (start - before))
            before += count
            lifted[position] = dual[()] if scalar else dual
        self._enter(number)
        return lifted

    def hessian(self, out, Py_ssize_t n):
        """(value, gradient, Hessian) in the first n directions of this level's numbers with the triangular pattern.

        One or two axes more, the last. None for anything else.
        """
        cdef Number *number = number_of_scalar(out)
        cdef cnp.npy_intp shape[2]
        cdef const double *element
        cdef const double *pair
        cdef double *to
        cdef double *gradients
        cdef Py_ssize_t k, i, j, size = 1, m
        if number != NULL and number.key.is_complex:
            return None
        if number != NULL:
            element = lanes_of(out)
            shape[0] = shape[1] = n
            result = np.float64(element[0])
        else:
            if not _is_array(out):
                return None
            number = number_of_array(out)
        if (number == NULL or number.key.slot != self.slot or number.key.pattern != TRIANGULAR
                or number.key.is_complex):
            return None
        if isinstance(out, np.ndarray):
            out = _native(number, out)
            size = cnp.PyArray_SIZE(out)
            result = np.array(dual_array_values(out), order="C")[()]
            if not cnp.PyArray_ISCARRAY_RO(out):               # in another order, or not aligned
                out = np.array(out, <object><PyObject *>number.descr, order="C")
            element = <double *>cnp.PyArray_DATA(out)
            gradient, matrix = np.empty(out.shape + (n,)), np.empty(out.shape + (n, n))
        else:
            gradient = cnp.PyArray_SimpleNew(1, shape, cnp.NPY_DOUBLE)
            matrix = cnp.PyArray_SimpleNew(2, shape, cnp.NPY_DOUBLE)
        gradients = <double *>cnp.PyArray_DATA(gradient)
        to = <double *>cnp.PyArray_DATA(matrix)
        m = number.n
        for k in range(size):
            memcpy(gradients, element + 1, n * sizeof(double))
            pair = element + 1 + m
            for i in range(n):
                for j in range(i, n):
                    to[i * n + j] = to[j * n + i] = pair[j - i]
                pair += m - i
            gradients += n
            to += n * n
            element += 1 + number.lanes
        return result, gradient, matrix

    def parts_second(self, out):
        """(value, partials, pairs) of this level's hyper-dual numbers, as fresh floats; None for anything else.

        The partials and the pairs have one axis more, the last; pairs are in the order of the pattern.
        """
        array = np.asarray(out) if isinstance(out, Dual) or _is_array(out) else None
        if array is None:
            return None
        cdef Number *number = number_of_array(array)
        if number == NULL or number.key.slot != self.slot or number.pairs == 0 or number.key.is_complex:
            return None
        array = _native(number, array)
        return (np.array(dual_array_values(array), order="C")[()], np.array(dual_array_partials(array), order="C"),
                np.array(dual_array_pairs(array), order="C"))

    # -- a call inside another one: lanes of both levels -------------------------------------------------

    def seeded_inside(self, tuple args, list points, Py_ssize_t n, Py_ssize_t start, Py_ssize_t stop):
        """As `seeded`, where points may be dual arrays of an outer level, whose lanes are kept."""
        cdef Number *inner = _number(n, self.slot)
        cdef Number *number
        cdef list lifted = list(args)
        cdef Py_ssize_t size, first
        for position, x, scalar in points:
            size = cnp.PyArray_SIZE(x)
            first = max(start, 0)
            number = number_of_array(x)
            if number == NULL:
                lifted[position] = _lifted(inner, x, scalar, start, min(stop, size))
            else:
                number_refuse_closed(number)
                number = number_joined(number, inner)
                dual = x.astype(<object><PyObject *>number.descr).view(DualArray)
                if first < min(stop, size):
                    dual_array_seed(dual, first, min(stop, size), first - start + _offset(number, self.slot))
                lifted[position] = dual[()] if scalar else dual
            start -= size
            stop -= size
        self._enter(inner)
        return lifted

    def parts_inside(self, out, Py_ssize_t count):
        """(value, lanes) with this level taken off numbers of two levels: dual arrays of the outer one.

        The lanes have one axis more, the last, of `count` directions. None for anything but numbers
        and arrays of this level and another one.
        """
        array = np.asarray(out) if isinstance(out, Dual) or _is_array(out) else None
        if array is None:
            return None
        cdef Number *number = number_of_array(array)
        if (number == NULL or number.key.inner_slot < 0 or not number_has_slot(number, self.slot)
                or number.key.is_complex):
            return None
        number_refuse_closed(number)
        cdef bint first = number.key.slot == self.slot      # is this level's block the first one?
        cdef Py_ssize_t mine = number.key.size if first else number.n - number.key.size
        cdef Number *outer = _number(number.n - mine, number.key.inner_slot if first else number.key.slot)
        flat = np.ascontiguousarray(array).reshape(-1)
        own, others = _offset(number, self.slot), 0 if not first else mine
        given, pairs = np.asarray(dual_array_partials(flat)), dual_array_pairs(flat)
        theirs = pairs.shape[1] // mine
        pairs = (pairs.reshape(len(flat), mine, theirs) if first
                 else pairs.reshape(len(flat), theirs, mine).swapaxes(1, 2))
        dtype = <object><PyObject *>outer.descr
        values = np.zeros(len(flat), dtype)
        value(values)[...] = value(flat)
        partials(values)[...] = given[:, others:others + outer.n]
        lanes = np.zeros((len(flat), count), dtype)
        value(lanes)[...] = given[:, own:own + count]
        partials(lanes)[...] = pairs[:, :count]
        return (values.reshape(array.shape).view(DualArray)[()],
                lanes.reshape(array.shape + (count,)).view(DualArray))

    def along_inside(self, tuple args, list points, list tangents):
        """As `along`, where points and tangents may be dual arrays of an outer level, whose lanes are kept."""
        cdef Number *inner = _number(1, self.slot)
        cdef Number *number = inner
        cdef Number *part
        cdef Py_ssize_t own, others
        cdef list lifted = list(args)
        for array in [point[1] for point in points] + tangents:
            part = number_of_array(array)
            if part != NULL and part != number:
                number_refuse_closed(part)
                number = number_joined(part, number)
        own = _offset(number, self.slot)
        others = 0 if own else 1
        dtype = <object><PyObject *>number.descr
        for (position, x, scalar), tangent in zip(points, tangents):
            dual = np.zeros(x.shape, dtype).view(DualArray)
            if number_of_array(x) == NULL:
                value(dual)[...] = x
            else:
                value(dual)[...] = value(x)
                partials(dual)[..., others:others + number.n - 1] = partials(x)
            if number_of_array(tangent) == NULL:
                partials(dual)[..., own] = tangent
            else:
                partials(dual)[..., own] = value(tangent)
                dual_array_pairs(dual)[...] = partials(tangent)
            lifted[position] = dual[()] if scalar else dual
        self._enter(inner)
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
        self._enter(number)
        return lifted

    def parts(self, out, Py_ssize_t count, bint with_value=True):
        """(value, partials in the first `count` directions) of this level's numbers, as fresh floats.

        The partials have one axis more, the last. None when `out` is anything but a number or an
        array of this level, or a list or tuple of such numbers and of floats.
        """
        cdef Number *number = number_of_scalar(out)
        if number != NULL:
            if number.key.slot != self.slot or number.pairs > 0 or number.key.is_complex:
                return None                                           # another level's lanes would be dropped
            lanes = cnp.PyArray_SimpleNew(1, <cnp.npy_intp *>&count, cnp.NPY_DOUBLE)
            memcpy(cnp.PyArray_DATA(lanes), lanes_of(out) + 1, count * sizeof(double))
            return (np.float64(lanes_of(out)[0]) if with_value else None), lanes
        if type(out) is list or type(out) is tuple:
            return _parts_of_sequence(self.slot, tuple(out), count)
        if not _is_array(out):
            return None
        number = number_of_array(out)
        if number == NULL or number.key.slot != self.slot or number.pairs > 0 or number.key.is_complex:
            return None
        out = _native(number, out)
        value = None
        if with_value:
            value = cnp.PyArray_NewCopy(dual_array_values(out), cnp.NPY_CORDER)
            if cnp.PyArray_NDIM(out) == 0:
                value = value[()]
        return value, _lanes(number, out, count)


cdef bint _is_array(object out):
    """Is out an array, and no subclass of others, whose elements may be masked or mean something else?"""
    return type(out) is DualArray or cnp.PyArray_CheckExact(out)


cdef Py_ssize_t _offset(Number *number, int slot):
    """The first of a level's directions in a number of two levels."""
    return 0 if number.key.slot == slot else number.key.size


cdef Pattern _pattern(str name) except *:
    if name == "triangular":
        return TRIANGULAR
    if name == "diagonal":
        return DIAGONAL
    if name == "rectangular":
        return RECTANGULAR
    if name == "given":
        return GIVEN
    raise ValueError(f"no pattern {name!r}: triangular, diagonal, rectangular and given are there")


cdef _give_pairs(Number *number, runs):
    given = np.ascontiguousarray(runs, dtype=np.intp)
    if given.ndim != 2 or given.shape[1] != 4:
        raise ValueError(f"runs of pairs have shape (m, 4), not {given.shape}")
    pattern_give_pairs(number, <Segment *>cnp.PyArray_DATA(given), len(given))


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
        dual_array_seed(dual, first, stop, first - start)
    return dual


cdef object _native(Number *number, object array):
    """The array, in this machine's byte order."""
    return array if cnp.PyArray_ISNOTSWAPPED(array) else array.astype(<object><PyObject *>number.descr)


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
        if number != NULL and number.key.slot == slot and number.pairs == 0 and not number.key.is_complex:
            to[k] = lanes_of(item)[0]
            memcpy(<double *>cnp.PyArray_DATA(lanes) + k * count, lanes_of(item) + 1, count * sizeof(double))
        elif type(item) is float:
            to[k] = item
        else:
            return None
    return value, lanes

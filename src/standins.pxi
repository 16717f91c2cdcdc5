# The context that stand-ins ask about, and stand-ins themselves (standins.c).

def _no_scope():
    return None


cpdef Scope innermost():
    """The Scope of the innermost derivative call that runs in this context, or None."""
    cdef PyObject *found = NULL
    cdef Scope scope
    PyContextVar_Get(<object>innermost_level, NULL, &found)
    if found == NULL:
        return None
    scope = <Scope?>(<object>found) if <object>found is not None else None
    Py_DECREF(<object>found)
    return _open(scope)


cdef Scope _open(Scope scope):
    """The scope, or where its call is over (a task has outlived it) the next one outside that is not."""
    while scope is not None and not scope.is_open:
        scope = scope.outer
    return scope


def float_dtype():
    """The dtype for floats that code makes in this context: of all calls that run in it; None without any."""
    cdef Scope scope = innermost(), outer
    if scope is None:
        return None
    if scope.allocates is None:
        scope.allocates = <object><PyObject *>scope.number.descr
        outer = _open(scope.outer)
        if outer is not None and outer.number.pairs == 0 and scope.number.pairs == 0:
            scope.allocates = <object><PyObject *>number_joined(outer.number, scope.number).descr
    return scope.allocates


class without_derivatives:
    """A context in which no derivative call runs, for with statements: floats are made as usual."""

    def __enter__(self):
        self.token = PyContextVar_Set(<object>innermost_level, None)

    def __exit__(self, *exception):
        PyContextVar_Reset(<object>innermost_level, self.token)


#: The dtype of integers that dual numbers may be truncated to; DualArray.astype looks for its metadata.
TRUNCATING = {"dualad": "truncates"}


cdef class AsType:
    """AsType(original)

    What stands for a type in ``x.astype(float)``: NumPy asks for its `dtype`. In derivative calls that of dual
    numbers, and for an integer type one by which DualArray.astype knows that it may truncate.

    (A type stand-in does not do that: memory must not be read as dual numbers, as by ``x.view(float)``.)
    """
    cdef object plain, truncating

    def __init__(self, original):
        self.plain = np.dtype(original)
        self.truncating = np.dtype(self.plain, metadata=TRUNCATING) if self.plain.kind in "iu" else None

    @property
    def dtype(self):
        if not is_differentiating() or innermost() is None:
            return self.plain
        if self.truncating is not None:
            return self.truncating
        return complex_dtype(float_dtype()) if self.plain.kind == "c" else float_dtype()


StandIn, TypeStandIn = standins_setup()

_CASES = {"differentiating": WHILE_DIFFERENTIATING, "duals": GIVEN_DUALS, "sequences": GIVEN_SEQUENCES,
          "duals within": GIVEN_DUALS_WITHIN}


def stand_in(original, rule, when):
    """A callable in the place of another one, which it calls but `when` its rule has to be.

    Parameters
    ----------
    original : callable
    rule : callable
        With the original's arguments.
    when : {"differentiating", "duals", "sequences", "duals within"}
        In contexts where a derivative call runs; where an argument is a dual number or array; where an
        argument may have some in it; where a list, a tuple or an array of no subclass has some in it.

    Returns
    -------
    StandIn
        With the original's attributes; equal to it.
    """
    return standin_new(original, rule, _CASES[when])


def math_stand_in(module, original, rule):
    """A function of `module` in the place of one of math's, for dual numbers too.

    The rule is called with the same arguments; or it is the name of a row of the table of rules.
    """
    if isinstance(rule, str):
        return math_standin_new(module, original, None, [row["name"] for row in RULES].index(rule))
    return math_standin_new(module, original, rule, 0)


def type_stand_in(original, rule=None, str meaning="e"):
    """A type in the place of another one.

    Parameters
    ----------
    original : type
    rule : callable, optional
        The constructor for arrays, lists and tuples.
    meaning : {"f", "e", "c", "d", "i"}
        "f": dual numbers are instances; it hands them back. "e": it does, but they are not. "c" and "d":
        the same for complex numbers. "i": an integer type, which truncates them.
    """
    return type_standin_new(original, rule, ord(meaning))


def one_number(x):
    """The number in an array of one element; TypeError where there are several. All else as it is."""
    if number_of_scalar(x) != NULL or not isinstance(x, np.ndarray) or number_of_array(x) == NULL:
        return x
    if x.size != 1:
        raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
    return x.reshape(-1)[0]


def with_value(x, double value):
    """A Dual with another value; of anything else the value as a float."""
    cdef Number *number = number_of_scalar(x)
    if number == NULL:
        return value
    result = scalar_new(number)
    memcpy(lanes_of(result), lanes_of(x), number.itemsize)
    lanes_of(result)[0] = value
    return result


def with_complex_value(x, double complex value):
    """A ComplexDual with another value."""
    cdef Number *number = number_of_scalar(x)
    result = scalar_new(number)
    memcpy(lanes_of(result), lanes_of(x), number.itemsize)
    lanes_of(result)[0] = value.real
    lanes_of(result)[part_width(number)] = value.imag
    return result


def lanes_of_number(x):
    """The bytes of a Dual, value and all lanes; None for anything else."""
    cdef Number *number = number_of_scalar(x)
    return None if number == NULL else (<char *>lanes_of(x))[:number.itemsize]


cdef class Undoable:
    """For with statements: `do` at their begin and `undo` at their end, which an interrupt does not leave half done.

    In a method of Python it could come before the first line; so it can in `undo`, which is called again then.
    """

    def __enter__(self):
        try:
            self.do()
        except BaseException:
            _undo(self)
            raise
        return self

    def __exit__(self, *exception):
        _undo(self)


cdef _undo(undoable):
    try:
        undoable.undo()
    except BaseException:
        undoable.undo()
        raise

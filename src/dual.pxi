# Dual, the scalar.  Arithmetic is in scalar.c; here is what Python sees of it.

@cython.no_gc              # NumPy's scalars are not tracked; a subtype that is corrupts memory
@cython.c_api_binop_methods(True)
cdef class Dual(floating):
    """Dual(value, partials)

    A dual number: a value and its partial derivatives in n directions.

    Arithmetic with other dual numbers, Python numbers and NumPy numbers follows the rules of
    differentiation; the value is what ``np.float64`` would give, to the last bit. NumPy's ufuncs
    take dual numbers. Comparison is by the value alone.

    Parameters
    ----------
    value : float
        The value.
    partials : array_like of float, shape (n,) or scalar
        The partial derivatives. All numbers that meet in an operation have the same n. May be
        left out for the types ``Dual1``, ``Dual2``, ... of fixed n: then they are zero.

    Attributes
    ----------
    value : numpy.float64
    partials : numpy.ndarray of float64, shape (n,)
        A copy.

    Raises
    ------
    TypeError
        When turned into a plain number (``float(x)``, ``math.sin(x)``), where the derivatives
        would be lost, and when numbers of different derivative calls meet.

    Examples
    --------
    >>> from dualad import Dual
    >>> x = Dual(3.0, [1.0, 0.0])
    >>> y = Dual(2.0, [0.0, 1.0])
    >>> x * y
    Dual(6.0, [2.0, 3.0])
    >>> import numpy as np
    >>> np.exp(Dual(0.0, [1.0]))
    Dual(1.0, [1.0])
    """

    # -- arithmetic ---------------------------------------------------------------------------

    def __add__(a, b):
        return scalar_add(a, b)

    def __sub__(a, b):
        return scalar_subtract(a, b)

    def __mul__(a, b):
        return scalar_multiply(a, b)

    def __truediv__(a, b):
        return scalar_divide(a, b)

    def __floordiv__(a, b):
        return scalar_binary(RULE_floor_divide, a, b)

    def __mod__(a, b):
        return scalar_binary(RULE_remainder, a, b)

    def __divmod__(a, b):
        quotient = scalar_binary(RULE_floor_divide, a, b)
        if quotient is NotImplemented:
            return quotient
        return quotient, scalar_binary(RULE_remainder, a, b)

    def __pow__(a, b, modulus):
        return scalar_power(a, b, modulus)

    def __neg__(self):
        return scalar_unary(RULE_negative, self)

    def __pos__(self):
        return self

    def __abs__(self):
        return scalar_unary(RULE_absolute, self)

    def __richcmp__(self, other, int op):
        return scalar_compare(self, other, op)

    def __bool__(self):
        return lanes_of(self)[0] != 0.0

    # NumPy's scalars would hand these to ufuncs, which would hand them back, without end.

    def __and__(a, b):
        return NotImplemented

    def __or__(a, b):
        return NotImplemented

    def __xor__(a, b):
        return NotImplemented

    def __lshift__(a, b):
        return NotImplemented

    def __rshift__(a, b):
        return NotImplemented

    def __invert__(self):
        raise TypeError("bitwise operations take integers, not dual numbers")

    # -- rounding: derivative 0, so an integer loses nothing --------------------------------------

    def __round__(self, ndigits=None):
        rounded = round(self.value, ndigits)
        return rounded if ndigits is None else _constant(number_of_scalar(self), rounded)

    def __trunc__(self):
        return self.value.__trunc__()

    def __floor__(self):
        return self.value.__floor__()

    def __ceil__(self):
        return self.value.__ceil__()

    def is_integer(self):
        """Whether the value is an integer."""
        return self.value.is_integer()

    # -- parts ----------------------------------------------------------------------------------

    @property
    def value(self):
        """The value, a numpy.float64."""
        return np.float64(lanes_of(self)[0])

    @property
    def partials(self):
        """The partial derivatives: a new float64 array of shape (n,)."""
        cdef Number *number = number_of_scalar(self)
        cdef cnp.npy_intp n = number.n
        copy = cnp.PyArray_SimpleNew(1, &n, cnp.NPY_DOUBLE)
        memcpy(cnp.PyArray_DATA(copy), lanes_of(self) + 1, n * sizeof(double))
        return copy

    # -- what would lose the derivatives ------------------------------------------------------------

    def __float__(self):
        number_refuse_float()

    def __int__(self):
        number_refuse_float()

    def __complex__(self):
        number_refuse_float()

    def __hash__(self):
        raise TypeError(
            "a dual number is not hashable: a cache or dict keyed by its value would hand back results "
            "without derivatives. Use dualad.value(x) as the key if only the value matters")

    # -- printing and copying -----------------------------------------------------------------------

    def __repr__(self):
        return f"Dual({float(self.value)!r}, {self.partials.tolist()!r})"

    def __str__(self):
        return repr(self)

    def _repr_html_(self):
        return in_notebook("html", self)

    def _repr_latex_(self):
        return in_notebook("latex", self)

    def __format__(self, spec):
        if not spec:
            return repr(self)
        partials = ", ".join([format(p, spec) for p in self.partials.tolist()])
        return f"Dual({format(float(self.value), spec)}, [{partials}])"

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        if number_of_scalar(self).key.slot != 0 or number_of_scalar(self).key.inner_slot > 0:
            raise TypeError(
                "a number of a running derivative call cannot be pickled: its directions mean nothing "
                "elsewhere. Ship dualad.value(x) instead")
        return Dual, (float(self.value), self.partials)


def in_notebook(str form, x):
    """What a notebook shows of x: HTML or LaTeX."""
    from dualad.arrayfunctions import notebook
    return getattr(notebook, form)(x)


cdef object _constant(Number *number, double value):
    self = scalar_new(number)
    memset(lanes_of(self), 0, number.itemsize)
    lanes_of(self)[0] = value
    return self


cdef object _plain(object x, str what, str name="Dual"):
    cdef double value
    if plain_double(x, &value) == 1:
        return value
    if isinstance(x, (str, bytes, complex, np.complexfloating, Dual)):
        raise TypeError(f"{name}'s {what} must be a real number, not {type(x).__name__}")
    return float(x)


cdef object _new_dual(PyTypeObject *cls, object args, PyObject *kwargs):
    """Dual.__new__: the instance's type is the one for its number of directions."""
    cdef Number *number
    value, partials = _dual_arguments(*args, **(<object>kwargs if kwargs != NULL else {}))
    if <PyObject *>cls != <PyObject *>Dual and type(<object>cls) is not <object>NumberMeta:
        raise TypeError("Dual cannot be subclassed: results of arithmetic would not be of the subclass. Hold a "
                        "Dual in an attribute of a class of your own")
    if <PyObject *>cls == <PyObject *>Dual:
        if partials is None:
            if isinstance(value, Dual):
                return value
            raise TypeError("Dual(value, partials): partials are missing; for a constant give zeros, one for "
                            "each direction")
        number = NULL
    else:
        number = (<NumberTypeHead *>cls).number
        if partials is None:
            if isinstance(value, Dual) and number_of_scalar(value) == number:
                return value
            element = np.empty(number.n + 1)
            element_from_object(number, value, <double *>cnp.PyArray_DATA(element))
            return scalar_from_element(number, <double *>cnp.PyArray_DATA(element))
    value = _plain(value, "value")
    given = np.asarray(partials)
    if given.dtype.kind not in "fiub" or number_of_array(given) != NULL:
        raise TypeError(f"Dual's partials must be real numbers, not {given.dtype}")
    if given.ndim > 1 or given.size == 0:
        raise ValueError(f"Dual's partials must be a number or a sequence of at least one, not of shape "
                         f"{given.shape}")
    given = np.ascontiguousarray(given, dtype=np.float64).reshape(-1)
    if number == NULL:
        number = _number(given.size, 0)
    elif number.n != given.size:
        raise ValueError(f"{(<object>cls).__name__} takes {number.n} partials, not {given.size}")
    self = scalar_new(number)
    lanes_of(self)[0] = value
    memcpy(lanes_of(self) + 1, cnp.PyArray_DATA(given), number.n * sizeof(double))
    return self


def _dual_arguments(value, partials=None):
    return value, partials


cdef extern from "numbers/number.h":
    ctypedef struct NumberTypeHead "NumberType":
        Number *number


# -- kinds of number ---------------------------------------------------------------------------------

_making = threading.RLock()
if hasattr(os, "register_at_fork"):         # else it may be a thread's that the new process does not have
    os.register_at_fork(after_in_child=_making._at_fork_reinit)
_on_new_dtype = []          # functions (dtype, scalar type), called once for each kind of number


cdef Number *_make(const NumberKey *key) except NULL:
    cdef Number *number = number_find(key)
    if number != NULL and number.idle_references > 0:        # all are told of it
        return number
    _making.acquire()       # making one runs Python code, so another thread may come
    try:                    # (a with statement wants memory for its end, and Cython's crashes without it)
        number = number_get(key)
        if number.idle_references == 0:
            for tell in _on_new_dtype:
                tell(<object><PyObject *>number.descr, <object>number.scalar)
            number.idle_type_references = Py_REFCNT(number.scalar) - number.alive - number.free_count
            number.idle_references = Py_REFCNT(number.descr)
    finally:
        _making.release()
    return number


cdef Number *_number(Py_ssize_t n, int slot, Pattern pattern=NO_PAIRS, Py_ssize_t size=0) except NULL:
    cdef NumberKey key
    key.n, key.pattern, key.size, key.slot, key.inner_slot, key.is_complex = n, pattern, size, slot, -1, 0
    return _make(&key)


def expect_references(cls, Py_ssize_t more):
    """Somebody keeps a scalar type from now on: that does not mean that its numbers are in use."""
    if type(cls) is not <object>NumberMeta:
        raise TypeError(f"a type of dual numbers is expected, not {cls!r}")
    (<NumberTypeHead *>cls).number.idle_type_references += more


def dual_dtype(n, order=1):
    """The NumPy dtype of dual numbers with exactly n directions.

    Parameters
    ----------
    n : int
        Directions, at least 1. The item size is 8 (1 + n) bytes.
    order : {1, 2}
        2 for hyper-dual numbers with all n (n + 1) / 2 second derivatives.

    Returns
    -------
    numpy.dtype

    Examples
    --------
    >>> import numpy as np, dualad
    >>> x = np.zeros(3, dtype=dualad.dual_dtype(2))
    >>> x[0] = dualad.Dual(1.0, [0.5, 0.0])
    >>> x.dtype.itemsize
    24
    """
    if order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, not {order!r}")
    return <object><PyObject *>_number(_index(n, "n"), 0, NO_PAIRS if order == 1 else TRIANGULAR).descr


cdef Py_ssize_t _index(object n, str what) except? -1:
    if isinstance(n, (bool, np.bool_)) or not hasattr(n, "__index__") or isinstance(n, Dual):
        raise TypeError(f"{what} must be an integer, not {type(n).__name__}")
    try:
        return n.__index__()
    except OverflowError:
        raise ValueError(f"{what} is at least 1 and at most some millions, not a number of "
                         f"{n.__index__().bit_length()} bits") from None


def scalar_type(str name):
    """Dual<n>, HyperDual<n>, ... by its name, as pickles ask for it."""
    import re
    if name.startswith("Complex"):
        real = scalar_type(name[7:])
        return <object>number_complex((<NumberTypeHead *>real).number).scalar
    match = re.fullmatch(r"(Hyper)?Dual(Diagonal)?([1-9][0-9]*)(?:x([1-9][0-9]*))?", name)
    if match is None or (match[1] is None and (match[2] or match[4])) or (match[2] and match[4]):
        raise AttributeError(name)
    n = int(match[3])
    if match[1] is None:
        return <object>_number(n, 0).scalar
    if match[4]:
        return <object>_number(n + int(match[4]), 0, RECTANGULAR, n).scalar
    return <object>_number(n, 0, DIAGONAL if match[2] else TRIANGULAR).scalar


include "hyper.pxi"
include "complex.pxi"

cdef PyTypeObject *_classes[4]
_classes[0] = <PyTypeObject *>Dual
_classes[1] = <PyTypeObject *>HyperDual
_classes[2] = <PyTypeObject *>ComplexDual
_classes[3] = <PyTypeObject *>ComplexHyperDual
set_tp_new(_classes[0], <void *>_new_dual)
set_tp_new(_classes[1], <void *>_new_hyper_dual)
set_tp_new(_classes[2], <void *>_new_complex_dual)
set_tp_new(_classes[3], <void *>_new_complex_dual)
number_setup(_classes, _make)
scalar_add_methods(_classes[0])
complex_scalar_add_methods(_classes[2])
rule_table_setup()
ufuncs_setup(np, np._core.umath)
DualArray = <object>dual_array_setup()


# -- the rules, for tests ---------------------------------------------------------------------------------

_KINDS = ("EXACT1", "UNARY", "FUNCTION1", "SPECIAL1", "EXACT2", "BINARY", "SPECIAL2")

RULES = [
    {"name": rule_info[i].name.decode(), "ufunc": rule_info[i].ufunc.decode(),
     "kind": _KINDS[rule_info[i].kind], "nin": rule_info[i].nin}
    for i in range(RULE_COUNT)
]


def rule_derivatives(name, *args):
    """The table's derivatives of one function: (f', f'') or (fx, fy, fxx, fxy, fyy).

    Values come from the ufunc, as in the loops.
    """
    cdef double inputs[2]
    cdef double out[5]
    cdef double auxiliary = 0.0
    cdef double f = 0.0
    cdef int rule = [row["name"] for row in RULES].index(name)
    if len(args) != rule_info[rule].nin:
        raise TypeError(f"{name} takes {rule_info[rule].nin} numbers, not {len(args)}")
    for i, x in enumerate(args):
        inputs[i] = x
    with np.errstate(all="ignore"):
        f = _value_of_rule(rule, args)
        if rule_info[rule].aux >= 0:
            rule_auxiliary(rule_info[rule].aux, 1, inputs, &auxiliary)
    count = rule_evaluate(rule, inputs, f, auxiliary, out)
    return tuple([out[i] for i in range(count)])


cdef double _value_of_rule(int rule, tuple args) except? -1:
    if rule_table[rule].ufunc != NULL:
        return (<object>rule_table[rule].ufunc)(*args)
    return getattr(np, RULES[rule]["ufunc"])(*args)


def known_ufuncs():
    """Names of the ufuncs that take dual numbers."""
    return ufuncs_known()


def register_scipy(special):
    """Let scipy.special's ufuncs take dual numbers."""
    with _making:
        ufuncs_setup_scipy(special)

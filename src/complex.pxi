# ComplexDual and ComplexHyperDual, the scalars.  Arithmetic is in complex_scalar.c.

cdef object COMPLEX_LOST = LOST_IN_COMPLEX.decode()


@cython.no_gc
@cython.c_api_binop_methods(True)
cdef class ComplexDual(complexfloating):
    """ComplexDual(value, partials)

    A complex dual number: a complex value and its partial derivatives in n real directions.

    It comes about where dual numbers meet complex ones, ``np.exp(1j * x)``; functions under
    differentiation need not make it. Everything said of `Dual` holds; order is NumPy's, by the
    real part first. ``z.real``, ``z.imag`` and ``abs(z)`` are real dual numbers.

    Parameters
    ----------
    value : complex
    partials : array_like of complex, shape (n,) or scalar

    Attributes
    ----------
    value : numpy.complex128
    partials : numpy.ndarray of complex128, shape (n,)
        A copy.
    real, imag : Dual

    Raises
    ------
    TypeError
        When turned into a plain number (``complex(z)``, ``abs(complex(z))``), where the derivatives
        would be lost, and when numbers of different derivative calls meet.

    Examples
    --------
    >>> from dualad import Dual
    >>> z = Dual(3.0, [1.0]) + 4j
    >>> z
    ComplexDual((3+4j), [(1+0j)])
    >>> abs(z)
    Dual(5.0, [0.6])
    """

    def __add__(a, b):
        return complex_scalar_binary(COMPLEX_add, a, b)

    def __sub__(a, b):
        return complex_scalar_binary(COMPLEX_subtract, a, b)

    def __mul__(a, b):
        return complex_scalar_binary(COMPLEX_multiply, a, b)

    def __truediv__(a, b):
        return complex_scalar_binary(COMPLEX_divide, a, b)

    def __pow__(a, b, modulus):
        if modulus is not None:
            raise TypeError("pow() of dual numbers takes no third argument")
        return complex_scalar_binary(COMPLEX_power, a, b)

    def __floordiv__(a, b):
        raise TypeError("complex numbers have no floor division; take z.real, z.imag or abs(z)")

    def __mod__(a, b):
        raise TypeError("complex numbers have no remainder; take z.real, z.imag or abs(z)")

    def __divmod__(a, b):
        raise TypeError("complex numbers have no remainder; take z.real, z.imag or abs(z)")

    def __neg__(self):
        return complex_scalar_unary(COMPLEX_negative, self)

    def __pos__(self):
        return self

    def __abs__(self):
        return complex_scalar_abs(self)

    def __richcmp__(self, other, int op):
        return complex_scalar_compare(self, other, op)

    def __bool__(self):
        return lanes_of(self)[0] != 0.0 or lanes_of(self)[part_width(number_of_scalar(self))] != 0.0

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

    @property
    def value(self):
        """The value, a numpy.complex128."""
        cdef const double *element = lanes_of(self)
        return np.complex128(complex(element[0], element[part_width(number_of_scalar(self))]))

    @property
    def partials(self):
        """The partial derivatives: a new complex128 array of shape (n,)."""
        cdef Number *number = number_of_scalar(self)
        return _complex_lanes(number, lanes_of(self), 1, number.n)

    @property
    def real(self):
        """The real part, a Dual."""
        return complex_scalar_part(self, 0)

    @property
    def imag(self):
        """The imaginary part, a Dual."""
        return complex_scalar_part(self, 1)

    def round(self, decimals=0, out=None):
        """np.round: each part for itself."""
        return np.asarray(self).view(DualArray).round(decimals, out)[()]

    def __float__(self):
        raise TypeError(COMPLEX_LOST)

    def __int__(self):
        raise TypeError(COMPLEX_LOST)

    def __complex__(self):
        raise TypeError(COMPLEX_LOST)

    def __hash__(self):
        raise TypeError(
            "a dual number is not hashable: a cache or dict keyed by its value would hand back results "
            "without derivatives. Use dualad.value(x) as the key if only the value matters")

    def __repr__(self):
        return f"ComplexDual({complex(self.value)!r}, {self.partials.tolist()!r})"

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
        return f"ComplexDual({format(complex(self.value), spec)}, [{partials}])"

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        cdef Number *number = number_of_scalar(self)
        if number.key.slot != 0 or number.key.inner_slot > 0:
            raise TypeError(
                "a number of a running derivative call cannot be pickled: its directions mean nothing "
                "elsewhere. Ship dualad.value(x) instead")
        lanes = np.empty(number.itemsize // 8)
        memcpy(cnp.PyArray_DATA(lanes), lanes_of(self), number.itemsize)
        return _complex_from_lanes, (type(self).__name__, lanes)


cdef class ComplexHyperDual(ComplexDual):
    """A complex hyper-dual number: as `ComplexDual`, with second derivatives.

    Attributes
    ----------
    value : numpy.complex128
    partials : numpy.ndarray of complex128, shape (n,)
    second : numpy.ndarray of complex128, shape (n, n)
        0 for pairs that the number does not carry.
    real, imag : HyperDual
    """

    @property
    def second(self):
        """The second derivatives: a new symmetric complex128 array of shape (n, n)."""
        return _complex(self.real.second, self.imag.second)

    def __repr__(self):
        return f"ComplexHyperDual({complex(self.value)!r}, {self.partials.tolist()!r}, {self.second.tolist()!r})"

    def __format__(self, spec):
        if not spec:
            return repr(self)
        partials, *rows = [", ".join([format(x, spec) for x in row]) for row in (self.partials, *self.second)]
        return (f"ComplexHyperDual({format(complex(self.value), spec)}, [{partials}], "
                f"[{', '.join([f'[{row}]' for row in rows])}])")


cdef object _complex(real, imag):
    """A complex128 array of two float64 ones."""
    result = np.empty(np.shape(real), np.complex128)
    result.real = real
    result.imag = imag
    return result


cdef object _complex_lanes(Number *number, const double *element, Py_ssize_t first, Py_ssize_t count):
    cdef Py_ssize_t k, width = part_width(number)
    lanes = np.empty(count, np.complex128)
    cdef double *to = <double *>cnp.PyArray_DATA(lanes)
    for k in range(count):
        to[2 * k] = element[first + k]
        to[2 * k + 1] = element[width + first + k]
    return lanes


def _complex_from_lanes(str name, lanes):
    """A complex dual number from a pickle."""
    cls = scalar_type(name)
    cdef Number *number = (<NumberTypeHead *>cls).number
    lanes = np.ascontiguousarray(lanes, dtype=np.float64)
    if lanes.shape != (number.itemsize // 8,):
        raise ValueError(f"{name} has {number.itemsize // 8} parts, not {lanes.size}")
    return scalar_from_element(number, <double *>cnp.PyArray_DATA(lanes))


cdef object _new_complex_dual(PyTypeObject *cls, object args, PyObject *kwargs):
    """ComplexDual.__new__ and ComplexHyperDual.__new__: the instance's type is the one for its lanes."""
    cdef Number *number = NULL
    value, partials = _dual_arguments(*args, **(<object>kwargs if kwargs != NULL else {}))
    if type(<object>cls) is <object>NumberMeta:
        number = (<NumberTypeHead *>cls).number
    elif <PyObject *>cls != <PyObject *>ComplexDual:
        raise TypeError("complex hyper-dual numbers are made by computing with hyper-dual and complex ones, for "
                        "instance HyperDual(x, 1, 1, 0) + 0j; and a subclass would be lost in arithmetic")
    if partials is None:
        if number == NULL:
            if isinstance(value, ComplexDual):
                return value
            raise TypeError("ComplexDual(value, partials): partials are missing; for a constant give zeros, one for "
                            "each direction")
        if isinstance(value, ComplexDual) and number_of_scalar(value) == number:
            return value
        element = np.empty(number.itemsize // 8)
        element_from_object(number, value, <double *>cnp.PyArray_DATA(element))
        return scalar_from_element(number, <double *>cnp.PyArray_DATA(element))
    given = np.asarray(partials)
    if given.dtype.kind not in "fiubc" or number_of_array(given) != NULL:
        raise TypeError(f"ComplexDual's partials must be complex numbers, not {given.dtype}")
    if given.ndim > 1 or given.size == 0:
        raise ValueError(f"ComplexDual's partials must be a number or a sequence of at least one, not of shape "
                         f"{given.shape}")
    given = np.atleast_1d(given)
    if number == NULL:
        number = number_complex(_number(given.size, 0))
    elif number.n != given.size or number.pairs > 0:
        raise ValueError(f"{(<object>cls).__name__} does not take {given.size} partials")
    value = complex(value)
    element = np.array([value.real, *given.real, value.imag, *given.imag], dtype=np.float64)
    return scalar_from_element(number, <double *>cnp.PyArray_DATA(element))


# -- arrays --------------------------------------------------------------------------------------------------

#: the scalar types of all dual numbers, and of those of second order
NUMBERS = (Dual, ComplexDual)
SECOND_ORDER = (HyperDual, ComplexHyperDual)


def complex_array(real, imag):
    """A complex array, or number, of its parts: two float64 ones, or two of dual numbers of one dtype."""
    if number_of_scalar(real) != NULL or number_of_array(np.asarray(real)) != NULL:
        result = np.zeros(np.shape(real), complex_dtype(real.dtype)).view(DualArray)
        result.real = real
        result.imag = imag
        return result if isinstance(real, np.ndarray) else result[()]
    return _complex(real, imag)[()]


cdef Number *_dual_number(cnp.dtype dtype) except NULL:
    cdef Number *number = number_of_descr(dtype)
    if number == NULL:
        raise TypeError(f"dual numbers are expected, not {dtype}")
    return number


def complex_dtype(dtype):
    """The dtype of complex numbers with the lanes of the given one of dual numbers."""
    return <object><PyObject *>number_complex(_dual_number(np.dtype(dtype))).descr


def real_dtype(dtype):
    """The dtype of real numbers with the lanes of the given one of dual numbers."""
    cdef Number *number = _dual_number(np.dtype(dtype))
    return <object><PyObject *>(number.twin if number.key.is_complex else number).descr


def is_complex(x):
    """Is x a complex dual number, or an array or dtype of them?"""
    if isinstance(x, np.dtype):
        return issubclass(x.type, ComplexDual)
    cdef Number *number = number_of_scalar(x)
    if number == NULL and isinstance(x, np.ndarray):
        number = number_of_array(x)
    return number != NULL and number.key.is_complex != 0


cdef object _complex_values(array):
    values = np.empty_like(array, dtype=np.complex128, subok=False)
    values.real = dual_array_values(dual_array_part(array, False))
    values.imag = dual_array_values(dual_array_part(array, True))
    return values


cdef object _complex_partials(array):
    return _complex(dual_array_partials(dual_array_part(array, False)), dual_array_partials(dual_array_part(array, True)))


def stacked(cnp.ndarray x not None):
    """The values and the lanes of dual numbers, stacked: float64 (of complex numbers complex128), (1 + lanes, ...)."""
    number_refuse_closed(_dual_number(x.dtype))
    return stack_of_array(x)


def values_copied(cnp.ndarray x not None):
    """The values of dual numbers, a float64 (complex128) array in the memory order of x."""
    _dual_number(x.dtype)
    return values_of_array(x)


def assembled(cnp.dtype dtype not None, cnp.ndarray values not None, cnp.ndarray lanes):
    """The DualArray with these values, in their memory order, and lanes, shape (lanes, ...), or None for zeros.

    Its numbers have the lanes of `dtype`, and are complex where the parts are.
    """
    return array_of_parts(_dual_number(dtype), values, lanes)

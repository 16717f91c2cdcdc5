# Whole arrays: their parts, seeds, levels.

cdef object _as_array(object x, bint complex_too=False):
    """x as an array: a dual one if there is a dual number in it, else float64 (or complex128)."""
    array = x if isinstance(x, np.ndarray) else np.asarray(x)
    if number_of_array(array) != NULL:
        return array
    if array.dtype.kind == "O":
        found = {type(item) for item in array.flat if isinstance(item, (Dual, ComplexDual))}
        if len(found) > 1:
            found = {type(sum([item for item in array.flat if isinstance(item, (Dual, ComplexDual))]))}
        if found:
            return array.astype(found.pop())
    if array.dtype.kind == "c" and complex_too:
        return array.astype(np.complex128, copy=False)
    if array.dtype.kind not in "fiub":
        if array.dtype.kind == "O" and not any([isinstance(item, (str, bytes, type(None))) for item in array.flat]):
            return array.astype(np.float64)
        raise TypeError(f"real numbers or dual numbers are expected, not {array.dtype}")
    return array.astype(np.float64, copy=False)


def value(x):
    """The value of dual numbers, and of plain numbers themselves.

    Parameters
    ----------
    x : Dual, array_like of dual or plain numbers
        Of any shape (...).

    Returns
    -------
    numpy.float64 or numpy.ndarray of float64, shape (...)
        For an array of dual numbers a view: writing to it writes the values. A copy where x had
        to be turned into an array. Of complex numbers complex128, and always a copy: their real and
        imaginary parts lie apart. (Views are ``value(z.real)`` and ``value(z.imag)``.)

    Raises
    ------
    TypeError
        When x holds anything but numbers and dual numbers.

    See Also
    --------
    partials

    Examples
    --------
    >>> import numpy as np, dualad
    >>> dualad.value(dualad.seed([1.0, 2.0]))
    array([1., 2.])
    >>> dualad.value(3)
    np.float64(3.0)
    """
    cdef Number *number = number_of_scalar(x)
    if number != NULL:
        return x.value if number.key.is_complex else np.float64(lanes_of(x)[0])
    array = _as_array(x, True)
    number = number_of_array(array)
    if number != NULL:
        array = _complex_values(array) if number.key.is_complex else dual_array_values(array)
    return array if isinstance(x, np.ndarray) or array.ndim else array[()]


def partials(x):
    """The partial derivatives of dual numbers.

    Parameters
    ----------
    x : Dual, array_like of dual or plain real numbers
        Of any shape (...).

    Returns
    -------
    numpy.ndarray of float64, shape (..., n)
        For an array of dual numbers a view: writing to it writes the partials. For plain numbers
        n is 0. Of complex numbers a complex128 copy.

    Raises
    ------
    TypeError
        When x holds anything but numbers and dual numbers.

    See Also
    --------
    value

    Examples
    --------
    >>> import numpy as np, dualad
    >>> dualad.partials(np.sin(dualad.seed([0.0, np.pi])))
    array([[ 1.,  0.],
           [ 0., -1.]])
    """
    if number_of_scalar(x) != NULL:
        return x.partials
    array = _as_array(x, True)
    cdef Number *number = number_of_array(array)
    if number != NULL:
        return _complex_partials(array) if number.key.is_complex else dual_array_partials(array)
    return np.zeros(array.shape + (0,))


def seed(x, directions=None, *, order=1):
    """Dual numbers for doing forward mode by hand.

    Parameters
    ----------
    x : array_like of real numbers
        The point, of any shape.
    directions : array_like of float, shape x.shape + (k,), optional
        Seeds: entry [..., j] is the tangent of x in direction j. Without it the identity: as many
        directions as x has elements (in C order), each seeded in its own.

    Returns
    -------
    DualArray of x's shape, or Dual where x is a scalar and has no directions of its own array

    Raises
    ------
    TypeError
        When x is not real, or holds dual numbers already.
    ValueError
        When directions has another shape, or there is nothing to seed.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> x = dualad.seed([1.0, 2.0])
    >>> dualad.partials(x[0] * x[1])
    array([2., 1.])
    """
    if order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, not {order!r}")
    cdef Pattern pattern = NO_PAIRS if order == 1 else TRIANGULAR
    array = _as_array(x)
    if number_of_array(array) != NULL:
        raise TypeError("seed takes plain numbers; these are dual numbers already")
    if directions is None:
        if array.size > 1000:
            from dualad.transforms.room import check_lifted
            check_lifted(array.size, array.size, order, "Give directions of shape x.shape + (k,), or take dualad.jacobian "
                         "or dualad.jvp, which go through f in chunks")
        lifted = dual_array_lift(_number(array.size, 0, pattern), array)
        dual_array_seed(lifted, 0, array.size, 0)
        return lifted
    directions = _as_array(directions)
    if number_of_array(directions) != NULL:
        raise TypeError("directions must be plain numbers")
    if directions.shape[:-1] != array.shape or directions.ndim != array.ndim + 1:
        raise ValueError(f"directions must have the shape of x and one more axis, {array.shape + ('k',)}, "
                         f"not {directions.shape}")
    lifted = dual_array_lift(_number(directions.shape[directions.ndim - 1], 0, pattern), array)
    partials(lifted)[...] = directions
    return lifted


def apply_rule(str name, x, f):
    """A function of the table that is no ufunc: the values f are given, the chain rule is ours.

    Parameters
    ----------
    name : str
        The rule's name, for instance "sinc".
    x : numpy.ndarray of dual numbers
    f : numpy.ndarray of float64
        The function's values at x, of the same shape.

    Returns
    -------
    DualArray
    """
    cdef double derivatives[5]
    cdef int rule = [row["name"] for row in RULES].index(name)
    cdef Py_ssize_t i
    cdef bint second_order = _dual_number(x.dtype).pairs > 0
    if f.shape != x.shape:
        raise ValueError(f"values of shape {x.shape} are expected, not {f.shape}")
    d = np.empty(x.shape)
    half_d2 = np.empty(x.shape) if second_order else d
    given, values = (np.array(part, np.float64, order="C") for part in (value(x), f))
    cdef const double *points = <const double *>cnp.PyArray_DATA(given)
    cdef const double *at = <const double *>cnp.PyArray_DATA(values)
    for i in range(d.size):
        rule_evaluate(rule, points + i, at[i], 0.0, derivatives)
        (<double *>cnp.PyArray_DATA(d))[i] = derivatives[0]
        if second_order:
            (<double *>cnp.PyArray_DATA(half_d2))[i] = 0.5 * derivatives[1]
    # The lanes of f + d (x - x0) + d2 / 2 (x - x0)^2 are the ones wanted; its values are replaced.
    result = np.asarray(np.multiply(x, d))
    if second_order:
        moved = np.array(x, copy=True, subok=False)
        value(moved)[...] = 0.0
        result = result + half_d2 * (moved * moved)
    value(result)[...] = values.reshape(x.shape)
    return result.view(DualArray)


def keeping(constructor, instead):
    """An array constructor of NumPy's that makes a DualArray where NumPy's makes a plain array of dual numbers.

    Where it raises a TypeError, ``instead(constructor, *args, **kwargs)`` is called. It is on the way of plain
    numbers, too, and costs them 30 ns.
    """
    return dual_array_keeping(constructor, instead)


# -- levels: what the transforms build on ------------------------------------------------------------------

cdef Py_ssize_t _untracked = -1         # references to a scalar type of which there is nothing but its dtype


def _references_elsewhere():
    """For each kind of number the references to its scalar type from where the garbage collector does not look."""
    import gc
    cdef int i
    types = [<object>numbers[i].scalar for i in range(number_count)]
    held = dict.fromkeys(map(id, types), 0)
    for container in gc.get_referrers(*types):
        for item in gc.get_referents(container):
            if id(item) in held:
                held[id(item)] += 1
    item = container = None
    return [Py_REFCNT(numbers[i].scalar) - numbers[i].free_count - held[<size_t>numbers[i].scalar]
            for i in range(number_count)]


def _expect_containers():
    """Let references to scalar types from containers, such as caches keyed by type, not count as use.

    What counts are those from elsewhere: of scalars, and of copies of a descriptor. How many there are without any
    is seen from a number that nobody has had yet.
    """
    global _untracked
    cdef NumberKey key
    cdef int i
    if _untracked < 0:
        key.n, key.pattern, key.size, key.slot, key.inner_slot, key.is_complex = 1, NO_PAIRS, 0, 0, -1, 0
        while number_find(&key) != NULL:
            key.n += 1
        _make(&key)
        _untracked = _references_elsewhere()[-1]
    for i, references in enumerate(_references_elsewhere()):
        if numbers[i].idle_references > 0 and numbers[i].alive == 0 and references == _untracked:
            numbers[i].idle_type_references = Py_REFCNT(numbers[i].scalar) - numbers[i].free_count


def _garbage_is_collected():
    """Collect garbage; False where Python has not, since it is at it already, in a finalizer or in another thread."""
    import gc
    before = gc.get_stats()[2]["collections"]
    gc.collect()
    return gc.get_stats()[2]["collections"] > before


cdef unsigned long long _opened = 0     # levels so far


def open_level():
    """A slot for one derivative call; close_level ends it."""
    global _opened
    cdef int slot = level_open()
    if slot < 0:
        slot = _open_after_collection()
    _opened += 1
    return slot


cdef int _open_after_collection() except -1:
    """A slot that only reference cycles have kept from being free, or types in containers."""
    import time
    cdef int slot, in_vain = 0      # twice: the first collection may have been another thread's, begun before
    cdef unsigned long long before
    for _ in range(10_000):      # ten seconds; on a busy machine longer, for the other threads wait there as well
        before = _opened
        in_vain = in_vain + 1 if _garbage_is_collected() else 0
        slot = level_open()
        if _opened != before:
            in_vain = 0
        if slot >= 0 or in_vain == 2:
            break
        time.sleep(0.001)        # other threads are at it: they collect, or have taken what this one has found
    if slot < 0:
        _expect_containers()
        slot = level_open()
    if slot < 0:
        running = sum(level_is_open(slot) for slot in range(1, MAX_SLOTS))
        left = {(<type><object>numbers[i].scalar).__name__ for i in range(number_count)
                if numbers[i].closed and number_in_use(numbers[i])}
        raise RuntimeError(
            "too many derivative calls are running or have left dual numbers behind. Do not keep dual numbers "
            "after the call that made them (in lists, caches, attributes, or in exceptions, whose tracebacks hold "
            "the function's variables): keep dualad.value(x), and str(error). "
            f"{running} calls are running, {MAX_SLOTS - 1 - running} have left numbers behind"
            + (f" ({', '.join(sorted(left)[:3])})" if left else ""))
    return slot


def close_level(int slot):
    """From now on operations on this level's numbers raise."""
    _check_slot(slot)
    level_close(slot)


cdef _check_slot(int slot):
    if not 0 < slot < MAX_SLOTS:
        raise ValueError(f"{slot} is no slot of a level; they are 1 to {MAX_SLOTS - 1}")


def lift(cnp.ndarray x not None, Py_ssize_t n, int slot, Py_ssize_t start=0, Py_ssize_t stop=0):
    """Fresh dual numbers of a level with the values of a float64 array.

    Elements start..stop (in C order) are seeded, the first in direction 0. Of shape (): a Dual.
    """
    _check_slot(slot)
    if not 0 <= start <= stop <= min(x.size, start + n):
        raise ValueError(f"elements {start} to {stop} of {x.size} cannot be seeded in {n} directions")
    lifted = dual_array_lift(_number(n, slot), x)
    dual_array_seed(lifted, start, stop, 0)
    return lifted


def slot_of(x):
    """The slot of a dual array or scalar; -1 for anything else."""
    cdef Number *number = number_of_scalar(x)
    if number == NULL and isinstance(x, np.ndarray):
        number = number_of_array(x)
    return -1 if number == NULL else max(number.key.slot, number.key.inner_slot)


def address(cnp.ndarray x not None):
    """Where an array's first element lies."""
    return <size_t>cnp.PyArray_DATA(x)


def all_finite(cnp.ndarray x not None):
    """Is everything in an array of float64 or complex128 finite?"""
    cdef const double *item
    cdef Py_ssize_t i
    cdef bint finite = True
    if (cnp.PyArray_TYPE(x) not in (cnp.NPY_DOUBLE, cnp.NPY_CDOUBLE) or cnp.PyArray_SIZE(x) > 4096
            or not x.flags.forc or not cnp.PyArray_ISBEHAVED_RO(x)):
        return bool(np.isfinite(x).all())                    # with wider instructions
    item = <const double *>cnp.PyArray_DATA(x)
    for i in range(cnp.PyArray_NBYTES(x) // <Py_ssize_t>sizeof(double)):
        finite &= isfinite(item[i])
    return finite


def refuse_closed(cnp.dtype dtype not None):
    """A TypeError where a level of these dual numbers has ended."""
    cdef Number *number = number_of_descr(dtype)
    if number != NULL:
        number_refuse_closed(number)


def build_info():
    """What the core was built with, as a dict."""
    return {
        "compiler": COMPILER.decode(),
        "simd": SIMD.decode(),
        "simd_of_sin_and_cos": trig_instructions().decode(),
        "numpy_built_against": NUMPY_VERSION.decode(),
        "dtypes_at_most": MAX_NUMBERS,
        "levels_at_most": MAX_SLOTS - 1,
        "scalars_kept_for_reuse": FREE_SCALARS,
    }


cdef extern from "build_info.h":
    const char *COMPILER
    const char *SIMD
    const char *NUMPY_VERSION

"""What SciPy's solvers ask for besides a plain Jacobian."""

import threading

import numpy as np

from .._core import slot_of
from .transform import Jacobian, ValueAndJacobian, carry_name


class _Unpacked:
    """f(xdata, *params) as a function of the parameters' vector."""

    def __init__(self, f):
        self.f = f

    def __call__(self, params, xdata):
        out = self.f(xdata, *params)
        return out.reshape(-1) if isinstance(out, np.ndarray) else out


class CurveFitJacobian:
    """What `curve_fit_jac` returns."""

    def __init__(self, f):
        carry_name(self, f, "curve_fit_jac")
        self.f = f
        self._jacobian = Jacobian(_Unpacked(f))

    def __call__(self, xdata, *params):
        if not params:
            raise TypeError("curve_fit_jac's function was given no parameters; call it as "
                            "scipy.optimize.curve_fit does, jac(xdata, a, b, ...)")
        return self._jacobian(list(params), xdata)

    def __reduce__(self):
        return CurveFitJacobian, (self.f,)

    def __repr__(self):
        return f"<curve_fit_jac of {self.f!r}>"


def curve_fit_jac(f):
    """The Jacobian of a model, as `scipy.optimize.curve_fit` asks for it.

    Parameters
    ----------
    f : callable
        The model, f(xdata, a, b, ...), returning M values.

    Returns
    -------
    callable
        jac(xdata, a, b, ...), an array of shape (M, k) for k parameters, to be given as
        ``curve_fit(f, xdata, ydata, jac=...)``.

    Raises
    ------
    TypeError
        When called with no parameters, or with what is not a real number.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> def model(t, height, rate):
    ...     return height * np.exp(-rate * t)
    >>> dualad.curve_fit_jac(model)(np.array([0.0, 1.0]), 2.0, 0.0)
    array([[ 1.,  0.],
           [ 1., -2.]])
    """
    return CurveFitJacobian(f)


class _Memo:
    """One evaluation of a function with its Jacobian, remembered for each thread."""

    def __init__(self, f, chunk_size=None, map=None):
        carry_name(self, f, "memoized")
        self.options = f, chunk_size, map
        self.evaluate = ValueAndJacobian(f, chunk_size=chunk_size, map=map)
        self.last = threading.local()

    def __call__(self, args, kwargs):
        key = [_fingerprint(args), _fingerprint(kwargs)]
        known = getattr(self.last, "entry", None)
        if known is None or known[0] != key:
            known = key, self.evaluate(*args, **kwargs)
            # numbers of an outer derivative call lose their meaning with its end
            if all([type(part) is np.ndarray or type(part) is np.float64 for part in known[1]]):
                self.last.entry = known
        return known[1]

    def __reduce__(self):
        return _Memo, self.options


class _Part:
    """The value or the Jacobian out of a memo, as the caller's own copy."""

    def __init__(self, memo, index):
        carry_name(self, memo.options[0], "memoized")
        self.memo = memo
        self.index = index

    def __call__(self, *args, **kwargs):
        if self.index == 0 and any([slot_of(x) >= 0 for x in args]):
            # Inside a derivative call, which may be of second order: then there is no Jacobian to remember.
            return self.memo.options[0](*args, **kwargs)
        part = self.memo(args, kwargs)[self.index]
        return part.copy() if isinstance(part, np.ndarray) else part

    def __reduce__(self):
        return _Part, (self.memo, self.index)

    def __repr__(self):
        return f"<memoized {('value', 'Jacobian')[self.index]} of {self.memo.options[0]!r}>"


class _Same:
    """Compared by identity; keeps its object alive, so that the identity stays its own."""

    def __init__(self, held):
        self.held = held

    def __eq__(self, other):
        return type(other) is _Same and self.held is other.held


def _fingerprint(x):
    """Equal for arguments that must give the same result; what can be changed in place is copied."""
    if isinstance(x, np.ndarray) and not x.dtype.hasobject:
        return type(x), x.shape, x.dtype, np.asarray(x).tobytes()     # a DualArray does not give its bytes
    if isinstance(x, (np.generic, float, int, complex, str, bytes)) or x is None:
        return type(x), repr(x)              # tells 0.0 from -0.0, and NaN equals NaN
    if type(x) in (tuple, list):
        return type(x), [_fingerprint(item) for item in x]
    if type(x) is dict:
        return dict, [(_fingerprint(key), _fingerprint(item)) for key, item in x.items()]
    return _Same(x)


def memoized(f, chunk_size=None, map=None):
    """A function and its Jacobian, which share one evaluation at the same point.

    SciPy's solvers ask for the value and then, often at the same point, for the Jacobian. One
    evaluation with dual numbers gives both.

    Parameters
    ----------
    f : callable
        A function that `jacobian` can differentiate with respect to its first argument.
    chunk_size, map
        As for `jacobian`.

    Returns
    -------
    value_fn, jac_fn : callable
        They take f's arguments. The last evaluation of each thread is remembered, under the
        contents of numbers, arrays, strings, and lists, tuples and dicts of them; an argument
        of another kind is the same when it is the same object, so it must not change between
        calls. What is returned is the caller's own.

    Raises
    ------
    TypeError, ValueError
        As from `jacobian`; f's own exceptions pass through. After an exception nothing is
        remembered.

    Notes
    -----
    A call for the value alone costs an evaluation with dual numbers. Where a solver asks for many
    values between Jacobians, f itself and ``jacobian(f)`` are cheaper.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> value, jac = dualad.memoized(lambda p: np.array([p[0] * p[1], p[1] ** 2]))
    >>> value(np.array([3.0, 2.0]))
    array([6., 4.])
    >>> jac(np.array([3.0, 2.0]))       # no further evaluation
    array([[2., 3.],
           [0., 4.]])
    """
    memo = _Memo(f, chunk_size, map)
    return _Part(memo, 0), _Part(memo, 1)

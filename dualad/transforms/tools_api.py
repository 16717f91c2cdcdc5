"""Derivatives that the user writes, and derivatives checked."""

from .check import check
from .custom import CustomJVP


def custom_jvp(f):
    """A function whose derivative you write, for functions that call compiled code. Usable as a decorator.

    Parameters
    ----------
    f : callable
        A function of numbers, arrays, and whatever else, as positional arguments. It returns a real
        number or array, or a tuple of them.

    Returns
    -------
    callable
        It works as f does. Where its arguments are dual numbers, its rule is used, which
        ``defjvp(rule)`` sets: ``rule(primals, tangents)`` is given two tuples with one entry for each
        argument, and returns (out, tangent_out): f's output, and its derivative along the tangents.

    Raises
    ------
    TypeError
        When it is differentiated without a rule, when the rule returns no such pair or uses dual
        numbers through a closure, and at second order where the rule cannot itself be differentiated.
    ValueError
        When tangent_out has another shape than out.

    Notes
    -----
    At first order the rule is given floats, once for each direction. At second order (`hessian`, or
    one derivative inside another) the rule itself is differentiated: it is given dual numbers. It
    then has to calculate with NumPy and with functions that have rules, f itself among them.

    A tangent is 0 for an argument that is not differentiated, and None for one that is no real
    number or array. The rule must be linear in the tangents, and is not called where all are 0.

    Examples
    --------
    >>> import math, dualad
    >>> @dualad.custom_jvp
    ... def sine(x):
    ...     return math.sin(x)              # refuses dual numbers
    >>> @dualad.custom_jvp
    ... def cosine(x):
    ...     return math.cos(x)
    >>> rule = sine.defjvp(lambda primals, tangents: (sine(*primals), cosine(*primals) * tangents[0]))
    >>> rule = cosine.defjvp(lambda primals, tangents: (cosine(*primals), -sine(*primals) * tangents[0]))
    >>> dualad.derivative(lambda x: sine(2 * x))(0.0)
    np.float64(2.0)
    >>> dualad.second_derivative(lambda x: cosine(2 * x))(0.0)
    np.float64(-4.0)
    """
    return CustomJVP(f)


def check_grads(f, args, order=2, rtol=None, atol=None):
    """Compare a function's derivatives with numerical limits.

    Parameters
    ----------
    f : callable
        As for `jvp`.
    args : tuple or list
        All arguments of f, real numbers or arrays of them: where to compare.
    order : {1, 2}
        The derivatives up to this order.
    rtol, atol : float, optional
        Allowed difference, atol + rtol * abs(expected). 1e-6 by default, where atol counts in units
        of the largest expected derivative, at least 1.

    Raises
    ------
    AssertionError
        Where a derivative differs from the limit; it names the argument, its entry, the output's
        entry, what was expected and what was found.
    TypeError, ValueError
        As from `jvp`, and for another order.

    Notes
    -----
    The limits are central differences, extrapolated to the step 0 (Richardson), along random
    directions, the same ones in each call. Second derivatives are compared with limits of first
    ones. Only where a difference shows are the entries compared one by one.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> dualad.check_grads(lambda x, a: np.sin(a * x), (np.array([0.5, 1.0]), 2.0))
    >>> wrong = dualad.custom_jvp(lambda x: x**2)
    >>> rule = wrong.defjvp(lambda primals, tangents: (primals[0] ** 2, 3 * primals[0] * tangents[0]))
    >>> dualad.check_grads(wrong, (1.0,), order=1)
    Traceback (most recent call last):
        ...
    AssertionError: the derivative by argument 0 is wrong: output: expected 2.0, found 3.0
    """
    check(f, args, order, rtol, atol)

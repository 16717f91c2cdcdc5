"""Root finders of scipy.optimize: the root by SciPy, its derivative by the implicit function theorem."""

import functools

import numpy as np
from scipy import optimize

from .duals import Values, as_numbers, dtype_in, one_or_tuple, stripped
from .implicit import lifted, undefined


def _first(f, pairs):
    """f, or the first of several things that it returns."""
    return (lambda *args: f(*args)[0]) if pairs else f


def _root(f, x, args, converged=True, elementwise=False):
    """The root x, found for the values, with the derivatives it has through args and f's closure."""
    def residual(at):
        return f(at, *args)

    dtype = dtype_in(args)
    if elementwise and np.any(converged):
        x = lifted(residual, x, dtype, elementwise)
    elif np.all(converged):
        return lifted(residual, x, dtype)
    return undefined(x, dtype_in(residual(x), args), np.logical_not(converged))


def _changed(options, named, position, name, setting):
    """(options, named) with one of SciPy's options set, which may have been given by position."""
    if len(options) > position:
        return (*options[:position], setting, *options[position + 1:]), named
    return options, {**named, name: setting}


def _raises(options, named, position):
    """Does a solver raise where it does not converge?"""
    return options[position] if len(options) > position else named.get("disp", True)


def _bracketing(solver, f, a, b, args, options, named, first_option=3):
    args = one_or_tuple(args)
    values = Values(f)
    given = values, stripped(a), stripped(b), stripped(args)
    options, named = stripped(options), stripped(named)
    found = solver(*given, *options, **named)
    if values.dtype is None and dtype_in(args) is None:
        return found
    if isinstance(found, tuple):
        x, result = found
        result.root = _root(f, x, args, result.converged)
        return result.root, result
    converged = True
    if not _raises(options, named, first_option + 1):
        options, named = _changed(options, named, first_option, "full_output", True)
        converged = solver(*given, *options, **named)[1].converged
    return _root(f, found, args, converged)


def _compiled(rule):
    """SciPy's compiled solver, and the rule where it fails for f(a) is a dual number: floats run at full speed."""
    scipys = getattr(optimize, rule.__name__)

    @functools.wraps(rule)
    def first_scipys(f, a, b, args=(), *options, **named):
        try:
            return scipys(f, a, b, args, *options, **named)
        except Exception:
            if dtype_in(a, b, args, options, named) is None and dtype_in(f(a, *one_or_tuple(args))) is None:
                raise
        return rule(f, a, b, args, *options, **named)
    return first_scipys


@_compiled
def bisect(f, a, b, args=(), *options, **named):
    """scipy.optimize.bisect; the root carries derivatives."""
    return _bracketing(optimize.bisect, f, a, b, args, options, named)


@_compiled
def brenth(f, a, b, args=(), *options, **named):
    """scipy.optimize.brenth; the root carries derivatives."""
    return _bracketing(optimize.brenth, f, a, b, args, options, named)


@_compiled
def brentq(f, a, b, args=(), *options, **named):
    """scipy.optimize.brentq; the root carries derivatives.

    Parameters
    ----------
    f, a, b, args, *options, **named
        As SciPy's. Dual numbers may come through args and through f's closure; the interval and the
        tolerances do not move the root, and their derivatives are not looked at.

    Returns
    -------
    float or Dual
        SciPy's result, to the last bit; its derivative is -f_p / f_x. Where f_x = 0 that is infinite.
        Where SciPy did not converge, and was told not to raise, it is NaN.

    Examples
    --------
    >>> import dualad
    >>> from dualad.scipy.optimize import brentq
    >>> slope = dualad.derivative(lambda c: brentq(lambda x: x**3 - c, 0.0, 3.0))(8.0)
    >>> round(slope, 12)                                        # 1 / (3 * 2**2)
    np.float64(0.083333333333)
    """
    return _bracketing(optimize.brentq, f, a, b, args, options, named)


@_compiled
def ridder(f, a, b, args=(), *options, **named):
    """scipy.optimize.ridder; the root carries derivatives."""
    return _bracketing(optimize.ridder, f, a, b, args, options, named)


def toms748(f, a, b, args=(), k=1, *options, **named):
    """scipy.optimize.toms748; the root carries derivatives."""
    return _bracketing(optimize.toms748, f, a, b, args, (k, *options), named, 4)


def newton(func, x0, fprime=None, args=(), *options, **named):
    """scipy.optimize.newton, for one equation or an array of them; the roots carry derivatives.

    Where it is not told to, the last of SciPy's methods to evaluate the derivative, fprime, is used for
    the values only.
    """
    args = tuple(args)
    values = Values(func)
    fprime = None if fprime is None else Values(fprime)
    options = tuple([Values(item) if callable(item) else stripped(item) for item in options])
    named = {key: Values(item) if callable(item) else stripped(item) for key, item in named.items()}
    given = values, stripped(x0), fprime, stripped(args)
    found = optimize.newton(*given, *options, **named)
    if values.dtype is None and dtype_in(args) is None:
        return found
    several = np.size(stripped(x0)) > 1
    if isinstance(found, tuple):
        if several:
            return found._replace(root=_root(func, found.root, args, found.converged, elementwise=True))
        x, result = found
        result.root = _root(func, x, args, result.converged)
        return result.root, result
    converged = True
    if several or not _raises(options, named, 6):
        options, named = _changed(options, named, 5, "full_output", True)
        again = optimize.newton(*given, *options, **named)
        converged = again.converged if several else again[1].converged
    return _root(func, found, args, converged, elementwise=several)


def root_scalar(f, args=(), method=None, bracket=None, fprime=None, fprime2=None, *options, **named):
    """scipy.optimize.root_scalar; the result's root carries derivatives."""
    args = one_or_tuple(args)
    values = Values(f)
    given = {"method": method, "bracket": stripped(bracket), **stripped(named)}
    for name, slope in (("fprime", fprime), ("fprime2", fprime2)):
        given[name] = Values(slope) if callable(slope) else slope
    found = optimize.root_scalar(values, stripped(args), *stripped(options), **given)
    if values.dtype is not None or dtype_in(args) is not None:
        pairs = (fprime is not None and not callable(fprime) and bool(fprime)) or (
            fprime2 is not None and not callable(fprime2) and bool(fprime2))
        found.root = _root(_first(f, pairs), found.root, args, found.converged)
    return found


#: What MINPACK's hybrd says of a root: found, or found to rounding, so that xtol was too small to be met.
FOUND = 1, 3


def fsolve(func, x0, args=(), fprime=None, *options, **named):
    """scipy.optimize.fsolve; the root carries derivatives."""
    args = one_or_tuple(args)
    values = Values(func)
    fprime = None if fprime is None else Values(fprime)
    given = values, stripped(x0), stripped(args), fprime
    options, named = stripped(options), stripped(named)
    found = optimize.fsolve(*given, *options, **named)
    if values.dtype is None and dtype_in(args) is None:
        return found
    if isinstance(found, tuple):
        return _root(func, found[0], args, found[2] in FOUND), *found[1:]
    options, named = _changed(options, named, 0, "full_output", True)        # else SciPy only warns
    return _root(func, found, args, optimize.fsolve(*given, *options, **named)[2] in FOUND)


def root(fun, x0, args=(), method="hybr", jac=None, tol=None, callback=None, options=None):
    """scipy.optimize.root; the result's x carries derivatives."""
    args = one_or_tuple(args)
    values = Values(fun)
    found = optimize.root(values, stripped(x0), stripped(args), method, Values(jac) if callable(jac) else jac,
                          stripped(tol), callback, stripped(options))
    if values.dtype is not None or dtype_in(args) is not None:
        pairs = bool(jac) and not callable(jac)
        to_rounding = method == "hybr" and found.status in FOUND
        found.x = _root(_first(fun, pairs), found.x, args, found.success or to_rounding)
    return found


def fixed_point(func, x0, args=(), *options, **named):
    """scipy.optimize.fixed_point; the fixed points carry derivatives."""
    args = tuple(args)
    values = Values(func)
    found = optimize.fixed_point(values, stripped(x0), stripped(args), *stripped(options), **stripped(named))
    if values.dtype is None and dtype_in(args) is None:
        return found

    def step(x, *args):
        return as_numbers(func(x, *args)) - x

    return _root(step, found, args, elementwise=True)

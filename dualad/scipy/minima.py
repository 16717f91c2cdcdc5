"""Minimisers of scipy.optimize: the minimum by SciPy, its derivative by the equation that the gradient is 0 there."""

import numpy as np
from scipy import optimize

from ..arrayfunctions.undefined import Undefined
from .duals import Values, as_numbers, dtype_in, joint, lanes_in, one_or_tuple, order_of, stripped, with_lanes
from .implicit import lifted, undefined

REMEDY = "Give the whole minimisation a rule with dualad.custom_jvp, or minimise dualad.value(...)"


def _refuse(name, because):
    raise TypeError(f"{name} with dual numbers: {because}. {REMEDY}")


def _real(values, slopes, at_solution, *others):
    """The dtype of the dual numbers that enter; a function that is differentiated by complex steps has met others."""
    if values.dtype is not None or getattr(slopes, "dtype", None) is not None:
        return joint(dtype_in(at_solution(), *others), slopes.dtype if isinstance(slopes, Values) else None)
    return dtype_in(*others) if dtype_in(*others) is None else joint(dtype_in(at_solution(), *others))


def _gradient(name, f, dtype, jac=None):
    """The gradient of f at numbers of this dtype, or of any at first order."""
    if order_of(dtype) == 2:
        if callable(jac):
            return jac
        _refuse(name, "second derivatives of the minimum would need third ones of the function. A callable jac=, the "
                      "gradient, is differentiated instead where it is given")
    from .. import grad
    return grad(f)


def _free(name, x, bounds):
    """Raise where a bound holds the solution back."""
    if bounds is None:
        return
    if not isinstance(bounds, optimize.Bounds):
        pairs = [[b if b is not None else sign * np.inf for b, sign in zip(pair, (-1, 1))] for pair in bounds]
        bounds = optimize.Bounds(*np.transpose(pairs))
    size = 1e-8 * np.maximum(1.0, abs(x))
    if np.any((x - bounds.lb < size) | (bounds.ub - x < size)):
        _refuse(name, "the solution lies on a bound, where it does not follow from its gradient")


def minimize(fun, x0, args=(), method=None, jac=None, hess=None, hessp=None, bounds=None, constraints=(), tol=None,
             callback=None, options=None):
    """scipy.optimize.minimize; the place of the minimum and its value carry derivatives.

    Parameters
    ----------
    fun, x0, args, ...
        As SciPy's. Dual numbers may come through args and the closures of fun and jac; where the search
        starts does not matter to where it ends.

    Returns
    -------
    OptimizeResult
        SciPy's, with its numbers to the last bit. x and fun carry derivatives, those of the minimum that
        Newton's method reaches from x; x is NaN in all of them where SciPy did not converge.

    Raises
    ------
    TypeError
        With constraints, or where a bound holds the solution back. At second order without a callable jac.
    numpy.linalg.LinAlgError
        Where the Hessian is singular: the minimum is not a single point.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> from dualad.scipy.optimize import minimize
    >>> def place(p):
    ...     return minimize(lambda x: (x[0] - p[0])**2 + (x[1] - x[0] * p[1])**2, [0.0, 0.0]).x
    >>> np.round(dualad.jacobian(place)([1.0, 3.0]), 6)
    array([[1., 0.],
           [3., 1.]])
    """
    args = one_or_tuple(args)
    values, slopes = Values(fun), Values(jac) if callable(jac) else jac
    others = [Values(item) if callable(item) else item for item in (hess, hessp)]
    found = optimize.minimize(values, stripped(x0), stripped(args), method, slopes, *others, stripped(bounds),
                              constraints, stripped(tol), callback, stripped(options))
    dtype = _real(values, slopes, lambda: fun(found.x, *args), args)
    if dtype is None:
        return found
    if constraints:
        _refuse("minimize", "constraints have no rule")
    _free("minimize", found.x, stripped(bounds))
    pairs = bool(jac) and not callable(jac)

    def f(x):
        out = fun(x, *args)
        return np.reshape(as_numbers(out[0] if pairs else out), ())[()]

    given = (lambda x: jac(x, *args)) if callable(jac) else (lambda x: fun(x, *args)[1]) if pairs else None
    return _moved_minimum("minimize", found, f, dtype, given)


def _moved_minimum(name, found, f, dtype, jac=None, farthest=np.inf):
    """An OptimizeResult whose x and fun carry derivatives."""
    if not found.success:
        found.x, found.fun = undefined(found.x, dtype, True), undefined(found.fun, dtype, True)
        return found
    if np.ndim(found.x):
        gradient = _gradient(name, f, dtype, jac)
    else:
        from .. import derivative
        gradient = derivative(f) if order_of(dtype) == 1 else _gradient(name, f, dtype, jac)
    found.x = lifted(gradient, found.x, dtype, farthest=farthest)
    at = f(found.x)
    found.fun = with_lanes(dtype, stripped(found.fun), lanes_in(dtype, at))
    return found


def minimize_scalar(fun, bracket=None, bounds=None, args=(), method=None, tol=None, options=None):
    """scipy.optimize.minimize_scalar; the place of the minimum and its value carry derivatives."""
    args = one_or_tuple(args)
    values = Values(fun)
    found = optimize.minimize_scalar(values, stripped(bracket), stripped(bounds), stripped(args), method,
                                     stripped(tol), stripped(options))
    dtype = joint(values.dtype, dtype_in(args))
    if dtype is None:
        return found
    width = np.inf if bounds is None else np.subtract(*stripped(bounds)[::-1])
    return _moved_minimum("minimize_scalar", found, lambda x: fun(x, *args), dtype, farthest=1e-3 * width)


# -- least squares -----------------------------------------------------------------------------------------------

def _normal_equations(name, residuals, dtype, jac=None):
    """x -> J(x)^T r(x), half the gradient of the sum of squares."""
    if jac is None:
        if order_of(dtype) == 2:
            _refuse(name, "second derivatives of the solution would need third ones of the residuals. A callable "
                          "jac= is differentiated instead where it is given")
        from .. import jacobian
        jac = jacobian(residuals)

    def equations(x):
        return np.matmul(np.swapaxes(as_numbers(jac(x)), -1, -2), as_numbers(residuals(x)))
    return equations


def least_squares(fun, x0, jac="2-point", bounds=(-np.inf, np.inf), method="trf", *options, args=(), kwargs=None,
                  **named):
    """scipy.optimize.least_squares; x, cost and fun of the result carry derivatives."""
    args = tuple(args)
    kwargs = {} if kwargs is None else kwargs
    values, slopes = Values(fun), Values(jac) if callable(jac) else jac
    found = optimize.least_squares(values, stripped(x0), slopes, stripped(bounds), method, *stripped(options),
                                   args=stripped(args), kwargs=stripped(kwargs), **stripped(named))
    dtype = _real(values, slopes, lambda: fun(found.x, *args, **kwargs), args, kwargs)
    if dtype is None:
        return found
    loss = named.get("loss", options[4] if len(options) > 4 else "linear")
    if loss != "linear":
        _refuse("least_squares", f"loss={loss!r} has no rule")
    if np.any(found.active_mask):
        _refuse("least_squares", "the solution lies on a bound, where it does not follow from its gradient")
    if not found.success:
        found.x = undefined(found.x, dtype, True)
        return found

    def residuals(x):
        return np.atleast_1d(as_numbers(fun(x, *args, **kwargs)))

    given = (lambda x: np.atleast_2d(as_numbers(jac(x, *args, **kwargs)))) if callable(jac) else None
    found.x = lifted(_normal_equations("least_squares", residuals, dtype, given), found.x, dtype)
    at = residuals(found.x)
    found.fun = with_lanes(dtype, found.fun, lanes_in(dtype, at))
    found.cost = with_lanes(dtype, found.cost, lanes_in(dtype, np.sum(at * at) / 2))
    return found


def curve_fit(f, xdata, ydata, p0=None, sigma=None, absolute_sigma=False, check_finite=None, bounds=(-np.inf, np.inf),
              method=None, jac=None, *, full_output=False, nan_policy=None, **kwargs):
    """scipy.optimize.curve_fit; the parameters and their covariance carry derivatives.

    Dual numbers may be in xdata, ydata, sigma and f's closure. The covariance's are of first order only.
    """
    values, slopes = Values(f), Values(jac) if callable(jac) else jac
    values.__wrapped__ = f                          # SciPy counts the parameters of its signature
    found = optimize.curve_fit(values, stripped(xdata), stripped(ydata), stripped(p0), stripped(sigma),
                               absolute_sigma, check_finite, stripped(bounds), method, slopes,
                               full_output=full_output, nan_policy=nan_policy, **stripped(kwargs))
    x = as_numbers(xdata) if isinstance(xdata, (list, tuple, np.ndarray)) else xdata
    dtype = _real(values, slopes, lambda: f(x, *found[0]), ydata, sigma)
    if dtype is None:
        return found
    popt, pcov = found[:2]
    if nan_policy is not None and np.isnan(stripped(as_numbers(ydata))).any():
        _refuse("curve_fit", "missing data have no rule")
    if np.ndim(sigma) == 2:
        _refuse("curve_fit", "a covariance matrix for sigma has no rule")
    low, high = (bounds.lb, bounds.ub) if isinstance(bounds, optimize.Bounds) else bounds
    _free("curve_fit", popt, optimize.Bounds(*np.broadcast_arrays(low, high, popt)[:2]))
    y = as_numbers(ydata)
    weight = 1.0 if sigma is None else 1.0 / as_numbers(sigma)

    def residuals(p):
        return np.reshape((as_numbers(f(x, *p)) - y) * weight, -1)

    def weighted(p):
        return as_numbers(jac(x, *p)) * np.reshape(weight * np.ones(y.shape), (-1, 1))

    from .. import jacobian
    moved = lifted(_normal_equations("curve_fit", residuals, dtype, weighted if callable(jac) else None), popt, dtype)
    if order_of(dtype) == 1 and np.isfinite(pcov).all():
        slopes = (weighted if callable(jac) else jacobian(residuals))(moved)
        covariance = np.linalg.inv(np.matmul(np.swapaxes(as_numbers(slopes), 0, 1), slopes))
        if not absolute_sigma:
            left = residuals(moved)
            covariance = covariance * np.sum(left * left) / (y.size - popt.size)
        pcov = with_lanes(dtype, pcov, lanes_in(dtype, covariance))
    elif order_of(dtype) == 2:
        pcov = Undefined(pcov, True, "curve_fit: second derivatives of pcov have no rule; popt's do. " + REMEDY)
    return moved, pcov, *found[2:]


def _refusing(name):
    """A solver without a rule, which says so where dual numbers enter it."""
    solver = getattr(optimize, name)

    def refusing(*args, **kwargs):
        watched = [Values(item) if callable(item) else item for item in args]
        named = {key: Values(item) if callable(item) else item for key, item in kwargs.items()}
        if dtype_in(args, kwargs) is not None:
            _refuse(name, "it has no rule")
        found = solver(*watched, **named)
        if any([item.dtype is not None for item in (*watched, *named.values()) if isinstance(item, Values)]):
            _refuse(name, "it has no rule")
        return found

    refusing.__name__ = refusing.__qualname__ = name
    refusing.__doc__ = f"scipy.optimize.{name}; refuses dual numbers by name."
    return refusing


basinhopping = _refusing("basinhopping")
brute = _refusing("brute")
differential_evolution = _refusing("differential_evolution")
dual_annealing = _refusing("dual_annealing")
linprog = _refusing("linprog")
milp = _refusing("milp")
shgo = _refusing("shgo")

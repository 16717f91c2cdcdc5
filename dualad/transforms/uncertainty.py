"""Uncertainties through a function, to first and to second order."""

from collections import namedtuple

import numpy as np

from .._core import slot_of
from .inputs import as_real
from .second import Hessian
from .transform import ValueAndJacobian

#: How far, beside 1, correlations may be from symmetric and from consistent: the rounding of float32.
TOLERANCE = 1e-6


class Propagated(namedtuple("Propagated", "value cov")):
    """What `propagate` returns: the value, its covariance, and from it `std`."""

    __slots__ = ()

    @property
    def std(self):
        """The standard uncertainties, of the value's shape: the roots of the covariance's diagonal."""
        shape = np.shape(self.value)
        size = int(np.prod(shape))
        return np.sqrt(self.cov.reshape(size, size)[np.arange(size), np.arange(size)]).reshape(shape)[()]


def propagate(f, x, cov=None, std=None, args=(), order=1):
    """The value of a function of uncertain quantities, and the covariance of what it returns.

    Parameters
    ----------
    f : callable
        A function of x, ``f(x, *args)``, that `jacobian` can differentiate; its output may have any shape.
        For a function g(a, b, ...) of several quantities give ``lambda x: g(*x)``.
    x : number or array_like
        The best estimates of the inputs.
    cov : number or array_like, optional
        Their covariance, of shape x.shape + x.shape or (x.size, x.size), as `scipy.optimize.curve_fit`
        returns it; or of x's shape, the variances of inputs that are not correlated (the diagonal alone,
        as in `scipy.stats.multivariate_normal`). For a number x the variance, a standard uncertainty
        squared.
    std : number or array_like, optional
        In place of cov: standard uncertainties of x's shape, of inputs that are not correlated.
    args : tuple
        Further arguments of f.
    order : {1, 2}
        2 adds what the curvature of f does to inputs that are normally distributed.

    Returns
    -------
    Propagated
        A named tuple (value, cov), of shapes out.shape and out.shape + out.shape; its ``std`` has the
        standard uncertainties, of shape out.shape.

    Raises
    ------
    TypeError
        When not exactly one of cov and std is given, when one is not real, and as from `jacobian`.
    ValueError
        When the shape does not fit, or when no quantities can have such a covariance: entries that are
        not finite, negative variances, an asymmetric matrix, correlations beyond 1 or against each other.

    Notes
    -----
    To first order, with the Jacobian J of f at x, the covariance is J cov J^T: the law of propagation of
    uncertainty, JCGM 100:2008 (the "GUM"), 5.2.2 and H.2.3; for several outputs JCGM 102:2011, 6.2.1.
    It is exact where f is linear, and good where f is nearly linear over a few standard deviations.

    With ``order=2`` f is replaced by its Taylor polynomial of second order. For normally distributed
    inputs, and with the Hessian H_a of output a, its mean and covariance are exactly

        f_a + tr(H_a cov) / 2   and   J_a cov J_b^T + tr(H_a cov H_b cov) / 2

    The note to 5.1.2 of the GUM has, for one output and inputs that are not correlated, the same second
    term, and beside it one with third derivatives, which is not taken into account here.

    An input with variance 0 takes no part, whatever the derivative.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> def resistance(q):
    ...     voltage, current = q
    ...     return voltage / current
    >>> value, cov = dualad.propagate(resistance, [10.0, 2.0], std=[0.1, 0.04])
    >>> float(value), round(float(cov), 6)
    (5.0, 0.0125)

    The same two with a correlation of 0.5, which makes the quotient more certain:

    >>> cov = np.array([[0.1**2, 0.5 * 0.1 * 0.04], [0.5 * 0.1 * 0.04, 0.04**2]])
    >>> round(float(dualad.propagate(resistance, [10.0, 2.0], cov).std), 6)
    0.086603

    Several results are correlated with each other, for they come from the same inputs:

    >>> dualad.propagate(lambda q: np.array([q[0] + q[1], q[0] - q[1]]), [5.0, 3.0], [4.0, 1.0]).cov
    array([[5., 3.],
           [3., 5.]])
    """
    if not callable(f):
        raise TypeError(f"propagate takes a function, not {type(f).__name__}: write propagate(f, x, cov)")
    if order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, not {order!r}: derivatives are of second order at most")
    if not isinstance(args, (tuple, list)):
        raise TypeError(f"args must be a tuple of further arguments, not {type(args).__name__}; with one "
                        "write args=(a,)")
    array, _ = as_real(x, "x")
    root = _root(cov, std, array.shape)
    value, jacobian = ValueAndJacobian(f)(x, *args)
    if np.iscomplexobj(value):
        raise TypeError("propagate is for real results; return the real and the imaginary part, "
                        "np.stack([z.real, z.imag])")
    shape, size = np.shape(value), array.size
    count = int(np.prod(shape))
    slopes = _along(jacobian.reshape(count, size), root)
    covariance = slopes @ slopes.T
    if order == 2:
        bends = Hessian(f)(x, *args).reshape(count, size, size)
        bends = _along(np.swapaxes(_along(bends, root), 1, 2), root)         # root^T H root
        value = value + np.trace(bends, axis1=1, axis2=2).reshape(shape)[()] / 2
        flat = bends.reshape(count, size * size)
        covariance = covariance + flat @ flat.T / 2
    covariance = (covariance + covariance.T) / 2                             # to the last bit
    return Propagated(value, covariance.reshape(shape + shape)[()])


def _along(rows, root):
    """rows @ diag(std) @ A for the root (std, A) of a covariance."""
    std, mixing = root
    scaled = np.where(std == 0, 0.0, rows) * std
    return scaled if mixing is None else scaled @ mixing


def _root(cov, std, shape):
    """(std, A) with cov = diag(std) A A^T diag(std); A is None where the inputs are not correlated.

    Products with a root make covariances without negative variances. The scales stand apart, for
    parameters of a fit may differ by many orders of magnitude.
    """
    if (cov is None) == (std is None):
        raise TypeError("propagate takes the uncertainty of x as cov (variances and covariances) or as std "
                        f"(standard deviations): {'both' if cov is not None else 'neither'} given")
    if std is not None:
        std = _of_shape(std, "std", shape)
        _refuse_negative(std, "standard deviation")
        return std.reshape(-1), None
    size = int(np.prod(shape))
    cov = _of_shape(cov, "cov", shape, [shape + shape, (size, size)])
    if slot_of(cov) >= 0:
        raise TypeError("propagate cannot be differentiated by cov, only by standard deviations: "
                        "give std, and write correlated inputs as functions of ones that are not")
    if cov.shape == shape:
        _refuse_negative(cov, "variance")
        return np.sqrt(cov.reshape(-1)), None
    cov = cov.reshape(size, size)
    variances = cov.diagonal()
    _refuse_negative(variances.reshape(shape), "variance")
    std = np.sqrt(variances)
    scale = std[:, None] * std
    _refuse_impossible(cov, scale, shape)
    if np.count_nonzero(cov) == np.count_nonzero(variances):                 # a diagonal matrix
        return std, None
    correlations = (cov + cov.T) / 2 / np.where(scale == 0, 1.0, scale)
    weights, axes = np.linalg.eigh(correlations)
    if weights[0] < -TOLERANCE * size:
        raise ValueError("cov belongs to no set of quantities: its correlations contradict each other (the "
                         f"smallest eigenvalue of the correlation matrix is {weights[0]:.2g}; it must not be "
                         "negative). Where they were rounded, give them with more digits")
    noise = weights[-1] * size * np.finfo(float).eps                         # as np.linalg.matrix_rank has it
    return std, axes * np.sqrt(np.where(weights > noise, weights, 0.0))


def _of_shape(given, name, shape, matrices=()):
    """The uncertainties as an array of this shape or of one of these matrices' shapes, all finite."""
    array, _ = as_real(given, name)
    if array.shape != shape and array.shape not in matrices:
        expected = f"{shape} ({'variances' if matrices else 'standard deviations'})"
        for matrix in dict.fromkeys(matrices):
            expected += f" or {matrix}" if matrix != shape else ""
        hint = "" if array.ndim else f". If all are alike, write np.full({shape}, {name})"
        raise ValueError(f"{name} has shape {array.shape}; for x of shape {shape} it must have {expected}"
                         f"{hint}")
    if not np.all(np.isfinite(array)):
        index = _first(~np.isfinite(array))
        raise ValueError(f"{name}{_at(index)} is {array[index]}; only finite numbers are expected. (scipy's "
                         "curve_fit gives inf where the data do not determine the parameters)")
    return array


def _refuse_negative(uncertainties, what):
    if np.any(uncertainties < 0):
        index = _first(uncertainties < 0)
        raise ValueError(f"the {what} of x{_at(index)} is {uncertainties[index]:g}; it must not be negative")


def _refuse_impossible(cov, scale, shape):
    """ValueError where a covariance is not that of (j, i) too, or stands for a correlation beyond 1."""
    wrong = np.abs(cov - cov.T) > TOLERANCE * np.maximum(scale, np.abs(cov))
    if np.any(wrong):
        i, j = _first(wrong)
        raise ValueError(f"cov is not symmetric: {cov[i, j]:g} for {_pair(i, j, shape)}, {cov[j, i]:g} the "
                         "other way round. If it is a triangle, give cov + cov.T - np.diag(np.diag(cov))")
    wrong = np.abs(cov) > (1 + TOLERANCE) * scale
    if np.any(wrong):
        i, j = _first(wrong)
        raise ValueError(f"the covariance of {_pair(i, j, shape)} is {cov[i, j]:g}, beyond the product of "
                         f"their standard deviations, {scale[i, j]:g}: a correlation larger than 1")


def _first(wrong):
    return tuple([int(i) for i in np.argwhere(wrong)[0]])


def _pair(i, j, shape):
    return " and ".join([f"x{_at(np.unravel_index(k, shape))}" for k in (i, j)])


def _at(index):
    return f"[{', '.join([str(i) for i in index])}]" if index else ""

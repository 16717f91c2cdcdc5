"""The transforms of second order, as functions of a function."""

from .inputs import check_primals
from .second import (
    Hessian,
    HessP,
    Laplacian,
    SecondDerivative,
    ValueGradAndHessian,
    hessian_vector_product,
)


def hessian(f, argnums=0, has_aux=False, chunk_size=None, map=None, pattern=None):
    """The Hessian of a function: its second derivatives, exact to rounding.

    Parameters
    ----------
    f : callable
        A function of real scalars and arrays that calculates with NumPy, as for `jacobian`.
    argnums : int or tuple of int
        Positions of the arguments to differentiate by.
    has_aux : bool
        f returns a pair (output, aux).
    chunk_size : int, optional
        Directions in one block. Up to 64 elements go through f in one call by default; more are cut
        into blocks of 24, and each pair of blocks of the symmetric half takes one call of f.
    map : callable, optional
        An engine that computes the pairs of blocks, as for `jacobian`.
    pattern : list of (int, int), or a boolean or sparse matrix, optional
        Only these second derivatives are computed, (i, j) together with (j, i); the result is 0
        elsewhere. Indices count the elements of the argument in C order (through all of them, where
        argnums is a tuple). All pairs go through f in one call, as long as the argument with its
        derivatives takes no more than 4 MB; with chunk_size each block of so many rows and columns in
        one. The pattern is read when the transform is made.

    Returns
    -------
    callable
        It takes f's arguments and returns a float64 array of shape in.shape + in.shape where f
        returns a number, and out.shape + in.shape + in.shape otherwise; with a tuple as argnums a
        tuple of tuples of them; (hessian, aux) with has_aux. It is symmetric to the last bit, and
        SciPy's ``hess=`` as it is.

    Raises
    ------
    TypeError
        As from `jacobian`; inside another derivative call where its numbers take part (third order).
    ValueError
        As from `jacobian`, and when the pattern does not fit.

    See Also
    --------
    hvp, hessp : products with a vector, at the cost of a gradient
    laplacian : the trace alone

    Examples
    --------
    >>> import numpy as np, dualad
    >>> def rosenbrock(x):
    ...     return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    >>> dualad.hessian(rosenbrock)(np.array([1.0, 1.0]))
    array([[ 802., -400.],
           [-400.,  200.]])
    >>> dualad.hessian(rosenbrock, pattern=[(0, 0), (1, 1)])(np.array([1.0, 1.0]))
    array([[802.,   0.],
           [  0., 200.]])
    """
    return Hessian(f, argnums, has_aux, chunk_size, map, pattern)


def value_grad_and_hessian(f, argnums=0, has_aux=False, chunk_size=None, map=None):
    """A function that returns one number, with its gradient and Hessian, from the same evaluation.

    Parameters
    ----------
    f : callable
        Returns a real number, or an array of size 1.
    argnums, has_aux, chunk_size, map
        As for `hessian`.

    Returns
    -------
    callable
        It takes f's arguments and returns (value, gradient, hessian); ((value, aux), gradient,
        hessian) with has_aux.

    Raises
    ------
    TypeError, ValueError
        As for `hessian`, and when f returns more than one number.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> dualad.value_grad_and_hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
    (np.float64(3.0), array([6., 1.]), array([[6., 2.],
           [2., 0.]]))
    """
    return ValueGradAndHessian(f, argnums, has_aux, chunk_size, map)


def second_derivative(f, argnum=0):
    """The second derivative of a function of a scalar.

    Parameters
    ----------
    f : callable
        Takes a real number as argument ``argnum``; may return a number or an array of any shape.
    argnum : int
        Position of the argument, counted from the end where negative.

    Returns
    -------
    callable
        It takes f's arguments and returns numpy.float64, or a float64 array of the shape that f
        returns.

    Raises
    ------
    TypeError
        When called with an array for the scalar, and as for `hessian`.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> dualad.second_derivative(lambda t: t**3)(2.0)
    np.float64(12.0)
    >>> dualad.second_derivative(lambda t: np.array([t, t**2]))(2.0)
    array([0., 2.])
    """
    return SecondDerivative(f, argnum)


def laplacian(f, argnum=0, chunk_size=None, map=None):
    """The sum of a function's unmixed second derivatives, the trace of its Hessian.

    Parameters
    ----------
    f : callable
        As for `hessian`.
    argnum : int
        Position of the argument, counted from the end where negative.
    chunk_size : int, optional
        Directions in one call of f, whose numbers are then 1 + 2 chunk_size floats long. By default
        so few that little memory is held at once, in at most 16 calls (more beyond 4096 elements). With
        x.size it is one call: up to three times as fast, and Python loops gain most.
    map : callable, optional
        As for `jacobian`.

    Returns
    -------
    callable
        It takes f's arguments and returns numpy.float64, or a float64 array of the shape that f
        returns. The mixed derivatives are never computed.

    Raises
    ------
    TypeError, ValueError
        As for `hessian`.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> dualad.laplacian(lambda x: np.sum(x**2) + x[0] * x[1])(np.array([1.0, 2.0, 3.0]))
    np.float64(6.0)
    """
    return Laplacian(f, argnum, chunk_size, map)


def hvp(f, primals, tangents):
    """The product of a function's Hessian with a vector, without the Hessian.

    Parameters
    ----------
    f : callable
        Returns a real number, or an array of size 1.
    primals : tuple or list
        All arguments of f, real numbers or arrays of them.
    tangents : tuple or list
        The vector: for each argument a number or array of its shape.

    Returns
    -------
    numpy.float64, numpy.ndarray, or a tuple of them
        Of the argument's shape; with several arguments a tuple with one entry for each.

    Raises
    ------
    TypeError, ValueError
        As for `jvp` and `hessian`, and when f returns more than one number.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, 0.0])
    >>> dualad.hvp(lambda x: x[0] ** 2 * x[1], (x,), (v,))
    array([4., 2.])
    """
    check_primals("hvp", f, primals, tangents)
    return hessian_vector_product(f, primals, tangents)


def hessp(f):
    """The product of the Hessian with a vector, as `scipy.optimize.minimize` asks for it.

    Parameters
    ----------
    f : callable
        Returns a real number, or an array of size 1; the derivatives are by its first argument.

    Returns
    -------
    callable
        ``hessp(x, p, *args)``, the product of the Hessian at x with p, of x's shape, to be given as
        ``minimize(f, x0, hessp=...)``.

    Raises
    ------
    TypeError, ValueError
        As for `hvp`.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> dualad.hessp(lambda x, a: a * x[0] ** 2 * x[1])(np.array([1.0, 2.0]), np.array([1.0, 0.0]), 10.0)
    array([40., 20.])
    """
    return HessP(f)

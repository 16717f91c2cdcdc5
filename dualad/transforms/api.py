"""The transforms."""

from .inputs import as_real, check_primals
from .levels import evaluate_along
from .transform import Derivative, Grad, Jacobian, ValueAndGrad, ValueAndJacobian


def derivative(f, argnum=0):
    """The derivative of a function of a scalar.

    Parameters
    ----------
    f : callable
        Takes a real number as argument ``argnum``; may return a number or an array of any shape.
    argnum : int
        Position of the argument, counted from the end where negative.

    Returns
    -------
    callable
        It takes f's arguments and returns df/dx: numpy.float64, or a float64 array of the shape
        that f returns.

    Raises
    ------
    TypeError
        When called with an array for the scalar, or with what is not a real number, or when f
        returns what has no derivative.

    See Also
    --------
    jacobian : for arrays
    jvp : for functions applied element by element

    Examples
    --------
    >>> import numpy as np, dualad
    >>> dualad.derivative(np.sin)(0.0)
    np.float64(1.0)
    >>> dualad.derivative(lambda t, a: np.array([t, a * t**2]))(3.0, 2.0)
    array([ 1., 12.])
    """
    return Derivative(f, argnum)


def grad(f, argnums=0, has_aux=False, chunk_size=None, map=None, progress=False):
    """The gradient of a function that returns one number.

    Parameters
    ----------
    f : callable
        Returns a real number, or an array of size 1.
    argnums, has_aux, chunk_size, map, progress
        As for `jacobian`.

    Returns
    -------
    callable
        It takes f's arguments and returns the gradient, of the argument's shape; (gradient, aux)
        with has_aux.

    Raises
    ------
    TypeError
        When f returns more than one number (use `jacobian`), and as for `jacobian`.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> def rosenbrock(x):
    ...     return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    >>> dualad.grad(rosenbrock)(np.array([1.0, 2.0]))
    array([-400.,  200.])
    """
    return Grad(f, argnums, has_aux, chunk_size, map, progress)


def value_and_grad(f, argnums=0, has_aux=False, chunk_size=None, map=None, progress=False):
    """A function that returns one number, together with its gradient, from the same evaluation.

    Parameters
    ----------
    f : callable
        Returns a real number, or an array of size 1.
    argnums, has_aux, chunk_size, map, progress
        As for `jacobian`.

    Returns
    -------
    callable
        It takes f's arguments and returns (value, gradient); ((value, aux), gradient) with
        has_aux. ``scipy.optimize.minimize(value_and_grad(f), x0, jac=True)`` uses it.

    Raises
    ------
    TypeError
        As for `grad`.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> dualad.value_and_grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
    (np.float64(5.0), array([2., 4.]))
    """
    return ValueAndGrad(f, argnums, has_aux, chunk_size, map, progress)


def jacobian(f, argnums=0, has_aux=False, chunk_size=None, map=None, progress=False):
    """The Jacobian of a function of any shape, by forward mode. Also named `jacfwd`.

    Parameters
    ----------
    f : callable
        A function of real scalars and arrays that calculates with NumPy. It may return a number,
        an array of any shape, or lists and tuples of numbers; what does not depend on the
        arguments has derivative 0.
    argnums : int or tuple of int
        Positions of the arguments to differentiate by, counted from the end where negative. (In
        a method argument 0 is self.)
    has_aux : bool
        f returns a pair (output, aux). Aux is handed back, with values in place of the dual
        numbers in it, through dicts, lists, tuples and arrays.
    chunk_size : int, optional
        Directions (elements of the arguments) in one call of f. Without it, from a measured
        table: 128 for up to 512 elements, 48 up to 2048, 24 beyond, and fewer where the lifted
        arguments would take more than 64 MB. Chunks are rounded up to 1, 2, 3, 4, 6, 8, 12, 16,
        24, ... directions inside.
    map : callable, optional
        An engine that computes the chunks: any function used as the built-in map is,
        ``map(function, items)``, that gives back the results: a thread or process pool's
        ``executor.map``, or ``lambda f, xs: client.gather(client.map(f, xs))`` for dask. The
        tasks pickle when f does; floats go out and come back. Give chunk_size to say how much
        one task does.
    progress : bool
        Show tqdm's bar over the chunks, where tqdm is installed.

    Returns
    -------
    callable
        It takes f's arguments, keywords too, and returns a float64 array of the output's shape
        followed by the argument's; numpy.float64 when both are scalar; a tuple of them when
        argnums is a tuple; (jacobian, aux) with has_aux. It pickles when f does, and binds as a
        method.

    Raises
    ------
    TypeError
        When an argument is no real number (bool, complex, object, strings), when f returns what
        has no derivative (None, a function, complex numbers, ...), and at third order: a derivative
        inside a derivative inside a derivative.
    ValueError
        When argnums names an argument twice, or when f returns different values for different
        chunks (random numbers, changed state).

    Notes
    -----
    f is called with dual numbers: a scalar argument becomes a `Dual`; lists, tuples, and what
    NumPy can make an array of become a `DualArray`; arrays keep their shape and memory order.
    Integers and float32 become float64. Each call of f gets fresh memory, so the caller's arrays
    are never written.

    The time is that of one call of f, for each chunk, with numbers 1 + n times as long. For
    thousands of inputs and one output, reverse mode (in other packages) is faster.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> t = np.array([0.0, 1.0, 2.0])
    >>> def residuals(p):
    ...     return p[0] * t**2 + p[1] * t - 1
    >>> dualad.jacobian(residuals)(np.array([1.0, 2.0]))
    array([[0., 0.],
           [1., 1.],
           [4., 2.]])

    The layout is output by input; the other one is a transpose:

    >>> dualad.jacobian(residuals)([1.0, 2.0]).T.shape
    (2, 3)

    By two arguments:

    >>> dx, dy = dualad.jacobian(lambda x, y: x * y, argnums=(0, 1))(np.array([1.0, 2.0]), 3.0)
    >>> dx
    array([[3., 0.],
           [0., 3.]])
    >>> dy
    array([1., 2.])
    """
    return Jacobian(f, argnums, has_aux, chunk_size, map, progress)


def value_and_jacobian(f, argnums=0, has_aux=False, chunk_size=None, map=None, progress=False):
    """A function together with its Jacobian, from the same evaluation.

    Parameters
    ----------
    f, argnums, has_aux, chunk_size, map, progress
        As for `jacobian`.

    Returns
    -------
    callable
        It takes f's arguments and returns (value, jacobian); ((value, aux), jacobian) with
        has_aux. The value has the bits that f gives for floats.

    Raises
    ------
    TypeError, ValueError
        As for `jacobian`.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> value, jac = dualad.value_and_jacobian(lambda x: x**2)(np.array([1.0, 3.0]))
    >>> value
    array([1., 9.])
    >>> jac
    array([[2., 0.],
           [0., 6.]])
    """
    return ValueAndJacobian(f, argnums, has_aux, chunk_size, map, progress)


def jvp(f, primals, tangents, has_aux=False):
    """The value of a function and its derivative along a direction (Jacobian times vector).

    Parameters
    ----------
    f : callable
        As for `jacobian`.
    primals : tuple or list
        All arguments of f, real numbers or arrays of them.
    tangents : tuple or list
        The direction: for each argument a number or array of its shape.
    has_aux : bool
        f returns a pair (output, aux).

    Returns
    -------
    value, tangent : numpy.float64 or numpy.ndarray
        Both of the shape that f returns; followed by aux with has_aux.

    Raises
    ------
    TypeError
        When primals and tangents are not tuples of one length, and as for `jacobian`.
    ValueError
        When a tangent has another shape than its argument.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> dualad.jvp(np.sin, (0.0,), (2.0,))
    (np.float64(0.0), np.float64(2.0))

    The derivative of a function that is applied element by element:

    >>> x = np.array([1.0, 2.0, 3.0])
    >>> dualad.jvp(lambda x: x**2, (x,), (np.ones_like(x),))[1]
    array([2., 4., 6.])
    """
    check_primals("jvp", f, primals, tangents)
    points, directions = [], []
    for position, (x, tangent) in enumerate(zip(primals, tangents)):
        array, scalar = as_real(x, f"primal {position}")
        direction, _ = as_real(tangent, f"tangent {position}")
        if direction.shape != array.shape:
            raise ValueError(f"tangent {position} must have its primal's shape {array.shape}, not "
                             f"{direction.shape}")
        points.append((position, array, scalar))
        directions.append(direction)
    value, lanes, aux = evaluate_along(f, tuple(primals), points, directions, has_aux)
    tangent = lanes.reshape(lanes.shape[:-1])[()]
    return (value, tangent, aux) if has_aux else (value, tangent)

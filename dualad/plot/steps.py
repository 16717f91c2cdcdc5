"""The error of differences against their step."""

import warnings

import numpy as np

import dualad

from .axes import axes_of

#: No result of float64 arithmetic is known to be better: half a unit in the last place.
ROUNDING = 2.0**-53


def step_errors(f, x, v=None, *, steps=None, exact=None, ax=None):
    """Draw the errors of finite differences against their step, beside dualad's exact derivative.

    Forward and central differences, and the complex step where ``f`` takes complex numbers and returns them.

    Parameters
    ----------
    f : callable
        A function of a number or an array; it returns real numbers, of any shape.
    x : float or array_like
        Where it is differentiated.
    v : float or array_like, shape of x, optional
        The direction of the derivative. By default all ones.
    steps : array_like of float, shape (k,), optional
        The steps h: the function is called at ``x + h*v``. By default 97 from 1e-16 to 1, times the largest
        absolute value in ``x`` where that is not (nearly) 0.
    exact : float or array_like, optional
        The derivative along ``v`` from elsewhere, with which all are compared, dualad too. By default it is dualad's.
    ax : matplotlib.axes.Axes, optional
        Where to draw. By default on a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        With lines labelled 'forward difference', 'central difference', 'complex step' and 'dualad'. The error is
        the norm of the difference, relative to the norm of the derivative (absolute where that is 0); half a unit
        in the last place, 2**-53, stands for anything less.

    Raises
    ------
    ImportError
        Where matplotlib is not installed.
    TypeError
        When ``x`` or what ``f`` returns are no real numbers.
    ValueError
        When a step is not positive, x or v is not finite, or a shape is wrong.

    Notes
    -----
    A step too small to change x gives no difference, and is left out. What is divided by is the step as it is in
    float64, ``(x + h) - x``, for a scalar ``x``.

    References
    ----------
    W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40
    (1998), 110-112: the complex step.

    Examples
    --------
    >>> import numpy as np, dualad.plot
    >>> axes = dualad.plot.step_errors(np.exp, 1.0)
    >>> [line.get_label() for line in axes.lines]
    ['forward difference', 'central difference', 'complex step', 'dualad']
    """
    v = np.ones(np.shape(x)) if v is None else v
    if np.shape(v) != np.shape(x):
        raise ValueError(f"the direction v has shape {np.shape(v)}, and x has {np.shape(x)}")
    ours = np.asarray(dualad.jvp(f, (x,), (v,))[1])
    x, v = (np.asarray(part, np.float64)[()] for part in (x, v))
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(v))):
        raise ValueError(f"steps from x along v are expected to be finite: x is {x}, and v is {v}")
    scale = float(np.max(np.abs(x), initial=0.0))
    if scale < 1e-290:                    # whose smallest step would be 0
        scale = 1.0
    steps = np.logspace(-16, 0, 97) * scale if steps is None else np.asarray(steps, np.float64)
    if steps.ndim != 1 or not np.all((steps > 0) & np.isfinite(steps)):
        raise ValueError(f"steps are expected to be a sequence of positive finite numbers, not {steps}")
    exact = ours if exact is None else np.asarray(exact, np.float64)
    if exact.shape != ours.shape:
        raise ValueError(f"the exact derivative has shape {exact.shape}, and that of f {ours.shape}")

    def error(found):
        size = np.linalg.norm(exact.ravel())
        return max(np.linalg.norm((found - exact).ravel()) / (size or 1.0), ROUNDING)

    axes = axes_of(ax)
    with np.errstate(all="ignore"):
        for label, estimate in _estimates(f, x, v).items():
            axes.loglog(steps, [error(estimate(h)) for h in steps], label=label, linewidth=1.2)
        axes.axhline(error(ours), color="tab:red", label="dualad")
    axes.set(xlabel="step h", ylabel="relative error" if exact.any() else "absolute error")
    axes.set_ylim(bottom=ROUNDING / 8)
    axes.legend()
    return axes


def _estimates(f, x, v):
    """{label: derivative along v as a function of the step}."""

    def at(point):
        return np.asarray(f(point))

    def between(a, b, h):
        """The difference quotient from x + a*h*v to x + b*h*v."""
        left, right = x + a * h * v, x + b * h * v
        if np.array_equal(left, right):
            return np.full(np.shape(f(x)), np.nan)
        # The step as float64 has it, so that it carries no rounding error itself.
        h = (right - left) / (v * (b - a)) if np.ndim(x) == 0 else h
        return (at(right) - at(left)) / ((b - a) * h)

    found = {
        "forward difference": lambda h: between(0, 1, h),
        "central difference": lambda h: between(-1, 1, h),
    }
    if _takes_complex(at, x):
        found["complex step"] = lambda h: at(x + 1j * h * v).imag / h
    return found


def _takes_complex(f, x):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            return f(x + 0j).dtype.kind == "c" and f(x).dtype.kind != "c"
    except Exception:                     # somebody's code, and whatever it says of complex numbers
        return False

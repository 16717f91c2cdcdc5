"""A Jacobian as a picture."""

import numpy as np

import dualad

from ..arrayfunctions.components import is_dual
from .axes import axes_of

#: More rows or columns are drawn in blocks, each as its largest entry: single ones would fall between the pixels.
MOST = 250


def jacobian(J, x=None, *, ax=None, rows=None, columns=None, colorbar=True, cmap="viridis"):
    """Draw the sparsity and the magnitudes of a Jacobian.

    The colour is the absolute value, on a logarithmic scale. Entries that are exactly 0 are left blank, NaN and
    infinity are crossed in red.

    Parameters
    ----------
    J : array_like or SciPy sparse matrix, shape (m, n), or callable
        The Jacobian. An array of shape (n,), a gradient, is one row. Of a function of ``x`` the Jacobian is
        `dualad.jacobian` of it at ``x``, with a row for each number that it returns and a column for each number
        of ``x``.
    x : array_like, optional
        Where the function is differentiated.
    ax : matplotlib.axes.Axes, optional
        Where to draw. By default on a new figure.
    rows, columns : sequence of str, optional
        Names of the m outputs and n inputs, instead of numbers.
    colorbar : bool
        Whether to draw the scale of colours beside it.
    cmap : str or matplotlib.colors.Colormap
        The colours.

    Returns
    -------
    matplotlib.axes.Axes
        Its ``images[0]`` holds the absolute values, 0 masked.

    Raises
    ------
    ImportError
        Where matplotlib is not installed.
    TypeError, ValueError
        When ``J`` is no matrix, ``x`` is missing for a function or given with an array, or names are too many or few.

    Examples
    --------
    >>> import numpy as np, dualad.plot
    >>> axes = dualad.plot.jacobian(np.diff, np.arange(5.0))
    >>> int(axes.images[0].get_array().count())
    8
    """
    size = _magnitudes(J, x)
    for names, count, what in (rows, size.shape[0], "outputs"), (columns, size.shape[1], "inputs"):
        if names is not None and len(names) != count:
            raise ValueError(f"{len(names)} names were given for {count} {what}")
    axes = axes_of(ax)
    finite = np.isfinite(size)
    there = finite & (size > 0)
    blocks = np.ma.masked_equal(_largest_of_blocks(np.where(there, size, 0.0)), 0.0)
    m, n = size.shape
    options = {"cmap": cmap, "interpolation": "nearest", "extent": (-0.5, n - 0.5, m - 0.5, -0.5)}
    if there.any():
        from matplotlib.colors import LogNorm
        options["norm"] = LogNorm(*_limits(size[there]))
    image = axes.imshow(blocks, aspect="equal" if max(m, n) <= 10 * min(m, n) else "auto", **options)
    if not finite.all():
        row, column = np.nonzero(~finite)
        axes.plot(column, row, "x", color="tab:red", label="not finite")
    if colorbar and there.any():
        axes.figure.colorbar(image, ax=axes, label="absolute value")
    axes.set(xlabel="input", ylabel="output")
    for axis, names in (axes.xaxis, columns), (axes.yaxis, rows):
        if names is None:
            from matplotlib.ticker import MaxNLocator
            axis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))
        else:
            axis.set_ticks(range(len(names)), [str(name) for name in names], parse_math=False)
    return axes


def _magnitudes(J, x):
    """The absolute values, as a matrix."""
    if callable(J):
        if x is None:
            raise TypeError("plot.jacobian(f, x): x is missing, the point at which f is differentiated")
        J = np.asarray(dualad.jacobian(J)(x))
        inputs = np.size(x)
        J = J.reshape(J.size // max(inputs, 1), inputs)
    elif x is not None:
        raise TypeError("plot.jacobian(J) of an array takes no x; to differentiate, give the function")
    if is_dual(J):
        raise TypeError("plot.jacobian expects a matrix of numbers: of dual numbers give dualad.partials(x)")
    if isinstance(J, np.ma.MaskedArray):
        raise TypeError("plot.jacobian cannot show a masked array: give J.filled(0) to leave masked entries blank")
    J = np.asarray(J.toarray() if hasattr(J, "toarray") else J)
    if J.dtype.kind not in "fiubc":
        raise TypeError(f"plot.jacobian expects a matrix of numbers or a function, not {J.dtype}")
    if J.ndim > 2:
        raise ValueError(f"plot.jacobian expects a matrix, not shape {J.shape}: write J.reshape(outputs, inputs)")
    if not J.size:
        raise ValueError(f"plot.jacobian has nothing to draw: the Jacobian has shape {J.shape}")
    return np.abs(np.atleast_2d(J).astype(np.complex128 if J.dtype.kind == "c" else np.float64))


def _largest_of_blocks(size):
    for axis, count in enumerate(size.shape):
        if count > MOST:
            size = np.maximum.reduceat(size, np.arange(MOST) * count // MOST, axis)
    return size


def _limits(entries):
    """The ends of the scale; a single magnitude gets room on both sides.

    Matplotlib cannot divide the scale when it reaches the ends of float64: what is beyond is drawn as the end.
    """
    low, high = np.clip((entries.min(), entries.max()), 1e-150, 1e150)
    return (low, high) if low < high else (low / 2, high * 2)

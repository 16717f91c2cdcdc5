"""Interpolation in tables: interp1d, and grids of several variables."""

from itertools import product

import numpy as np
from scipy import interpolate

from .duals import as_numbers, dtype_in, is_ordinary, joint, lanes_in, nilpotent, order_of, stripped, value, with_lanes
from .splines import lanes_last, plain_knots

SPLINES = ("zero", "slinear", "quadratic", "cubic")


class interp1d(interpolate.interp1d):
    """scipy.interpolate.interp1d; x and the data may be dual numbers, with kind='linear' the knots as well.

    Parameters
    ----------
    x, y, kind, axis, copy, bounds_error, fill_value, assume_sorted
        As SciPy's. Dual numbers may be in y and fill_value; in x where kind is 'linear'.

    Raises
    ------
    TypeError
        For dual knots of another kind of interpolation.

    Examples
    --------
    >>> import numpy as np, dualad
    >>> from dualad.scipy.interpolate import interp1d
    >>> table = interp1d([0.0, 1.0, 2.0], [0.0, 1.0, 4.0])
    >>> dualad.jacobian(table)(np.array([0.5, 1.5]))
    array([[1., 0.],
           [0., 3.]])
    """

    _dual_y = None

    def __init__(self, x, y, kind="linear", axis=-1, copy=True, bounds_error=None, fill_value=np.nan,
                 assume_sorted=False):
        if kind != "linear":
            x = plain_knots(f"interp1d with kind={kind!r}", x)
        plain = np.asarray(stripped(as_numbers(x)))
        super().__init__(plain, stripped(y), kind, axis, copy, bounds_error, stripped(fill_value), assume_sorted)
        self._duals = dtype_in(x, y, fill_value)
        self._linear = kind == "linear"
        moves = dtype_in(y) is not None
        if self._linear or moves:
            order = slice(None) if assume_sorted else np.argsort(plain, kind="mergesort")
            self._knots, self._rows = as_numbers(x)[order], np.moveaxis(as_numbers(y), axis, 0)[order]
        if moves:
            self._dual_y = np.moveaxis(self._rows, 0, axis)
        if self._duals is not None:
            self._lanes = interpolate.interp1d(
                plain, lanes_last(self._duals, y), kind, axis % np.ndim(y), True, False,
                self._fill_lanes(fill_value), assume_sorted)

    @property
    def y(self):
        """The data, dual numbers where they were given as such."""
        return self._plain_y if self._dual_y is None else self._dual_y

    @y.setter
    def y(self, data):
        self._plain_y = data

    def _call_linear_np(self, x_new):
        return np.interp(x_new, self.x, self._plain_y)

    def _fill_lanes(self, fill_value):
        if isinstance(fill_value, str):
            return fill_value
        pair = fill_value if isinstance(fill_value, tuple) and len(fill_value) == 2 else (fill_value, fill_value)
        return tuple([lanes_last(self._duals, part) for part in pair])

    def __call__(self, x):
        if self._duals is None and is_ordinary(x):
            return super().__call__(x)
        dtype = joint(self._duals, dtype_in(x))
        if dtype is None:
            return super().__call__(x)
        at = np.asarray(stripped(as_numbers(x)), float)
        values = super().__call__(at)
        lanes = 0.0 if self._duals is None else np.moveaxis(self._lanes(at), -1, 0)
        if dtype is not self._duals and self._duals is not None:
            lanes = lanes_in(dtype, with_lanes(self._duals, np.zeros(values.shape), lanes))
        inside = np.ones(at.shape, bool) if self._extrapolate else (at >= self.x[0]) & (at <= self.x[-1])
        if self._linear:
            moved = _on_segments(as_numbers(x).reshape(-1), self._knots, self._rows).reshape(
                at.shape + self._rows.shape[1:])
            within = lanes_in(dtype, self._placed(moved, at.ndim))
        elif hasattr(self, "_spline") and dtype_in(x) is not None:
            move = nilpotent(as_numbers(x)).reshape(at.shape + (1,) * (self.y.ndim - 1))
            moved = sum(self._slope(at, k) * move**k / k for k in range(1, order_of(dtype) + 1))
            within = lanes + lanes_in(dtype, self._placed(moved, at.ndim))
        else:
            return with_lanes(dtype, values, np.broadcast_to(lanes, (len(lanes_in(dtype, 0.0)), *values.shape)))
        where = self._placed(np.broadcast_to(inside.reshape(at.shape + (1,) * (self.y.ndim - 1)),
                                             at.shape + tuple(np.delete(self.y.shape, self.axis))), at.ndim)
        return with_lanes(dtype, values, np.where(where, within, lanes))

    def _slope(self, at, k):
        """The k-th derivative, of at.shape + the rest."""
        values = self._spline(at.reshape(-1), k).reshape(at.shape + tuple(np.delete(self.y.shape, self.axis)))
        if self._duals is None:
            return values
        spline = self._lanes._spline(at.reshape(-1), k)
        return with_lanes(self._duals, values, np.moveaxis(spline.reshape(*values.shape, -1), -1, 0))

    def _placed(self, result, ndim):
        """Move the axes of x to where the interpolated one was."""
        return np.moveaxis(result, range(ndim), range(self.axis, self.axis + ndim)) if ndim else result


def _on_segments(x, knots, rows):
    """Straight lines between the rows: (x.size, ...). A knot belongs to the segment on its left, as in SciPy."""
    high = np.clip(np.searchsorted(value(knots), value(x)), 1, len(knots) - 1)
    low = high - 1
    behind = (-1,) + (1,) * (rows.ndim - 1)
    slope = (rows[high] - rows[low]) / (knots[high] - knots[low]).reshape(behind)
    return slope * (x - knots[low]).reshape(behind) + rows[low]


# -- grids -------------------------------------------------------------------------------------------------------

class RegularGridInterpolator(interpolate.RegularGridInterpolator):
    """scipy.interpolate.RegularGridInterpolator; with method='linear' points and values may be dual numbers."""

    def __init__(self, points, values, method="linear", bounds_error=True, fill_value=np.nan, **options):
        points = [plain_knots("RegularGridInterpolator", axis) for axis in points]
        super().__init__(points, stripped(values), method, bounds_error, stripped(fill_value), **options)
        self._duals = dtype_in(values, fill_value)
        self._table = as_numbers(values) if self._duals is not None else self.values
        self._outside = fill_value

    def __call__(self, xi, method=None, **options):
        dtype = joint(self._duals, dtype_in(xi))
        if dtype is None:
            return super().__call__(xi, method, **options)
        chosen = self.method if method is None else method
        if chosen not in ("linear", "nearest"):
            raise TypeError(f"RegularGridInterpolator: method={chosen!r} has no rule for dual numbers; "
                            "'linear' and 'nearest' have")
        found = super().__call__(stripped(xi), method, **options)
        points = _coordinates(xi).reshape(-1, len(self.grid))
        moved = _multilinear(points, self.grid, self._grid_order(), chosen == "nearest")
        lanes = lanes_in(dtype, moved.reshape(found.shape))
        if not self.bounds_error and self._outside is not None:
            at = value(points)
            outside = np.any([(at[:, k] < g[0]) | (at[:, k] > g[-1]) for k, g in enumerate(self.grid)], axis=0)
            behind = self.values.ndim - len(self.grid)
            outside = outside.reshape(found.shape[:found.ndim - behind] + (1,) * behind)
            fill = lanes_in(dtype, self._outside).reshape(-1, *[1] * found.ndim)
            lanes = np.where(outside, fill, lanes)
        return with_lanes(dtype, found, lanes)

    def _grid_order(self):
        """The values in the order of the grid, which SciPy turns round where it descends."""
        if self._duals is None or not getattr(self, "_descending_dimensions", ()):
            return self.values if self._duals is None else self._table
        return np.flip(self._table, axis=self._descending_dimensions)


def _coordinates(xi):
    """(..., dimensions) of an array, or of a tuple of coordinates."""
    return as_numbers(np.stack(np.broadcast_arrays(*map(as_numbers, xi)), axis=-1) if isinstance(xi, tuple) else xi)


def _multilinear(x, grid, values, nearest):
    """The product of straight lines, corner by corner of each cell; or the nearest corner."""
    low, part = [], []
    for k, knots in enumerate(grid):
        knots = np.asarray(knots, float)
        at = np.clip(np.searchsorted(knots, value(x[:, k]), side="right") - 1, 0, max(len(knots) - 2, 0))
        width = np.diff(knots)[at] if len(knots) > 1 else np.ones(at.shape)
        low.append(at)
        part.append((x[:, k] - knots[at]) / width)
    behind = (-1,) + (1,) * (values.ndim - len(grid))
    if nearest:
        chosen = tuple([np.where(value(p) <= 0.5, i, i + 1) for i, p in zip(low, part)])
        return values[chosen] + 0 * part[0].reshape(behind)
    total = 0.0
    for corner in product((0, 1), repeat=len(grid)):
        weight = 1.0
        for p, high in zip(part, corner):
            weight = weight * (p if high else 1 - p)
        total = total + weight.reshape(behind) * values[tuple([
            np.minimum(i + high, len(g) - 1) for i, g, high in zip(low, grid, corner)])]
    return total


def interpn(points, values, xi, method="linear", bounds_error=True, fill_value=np.nan):
    """scipy.interpolate.interpn; with method='linear' xi and values may be dual numbers."""
    if dtype_in(points, values, xi, fill_value) is None:
        return interpolate.interpn(points, values, xi, method, bounds_error, fill_value)
    return RegularGridInterpolator(points, values, method, bounds_error, fill_value)(_coordinates(xi))

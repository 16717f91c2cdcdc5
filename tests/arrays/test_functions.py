"""NumPy's functions on a DualArray: the float program's value, and the derivative by differences."""

import numpy as np
import pytest
from support.tangents import same_bits, tangents_by_differences

import dualad

RNG = np.random.default_rng(20)
V = RNG.normal(size=7)
W = RNG.normal(size=7)
M = RNG.normal(size=(4, 5))
S = RNG.normal(size=(4, 4))
T = RNG.normal(size=(2, 3, 4))
GRID = np.sort(RNG.normal(size=7))

CASES = {
    # name: (function, argument)
    "where": (lambda x: np.where(x > 0, x**2, 3.0), V),
    "concatenate": (lambda x: np.concatenate([x, W, 2 * x]), V),
    "stack": (lambda x: np.stack([x, W, x * x], axis=1), V),
    "vstack": (lambda x: np.vstack([x, W]), V),
    "hstack": (lambda x: np.hstack([x, 1.0]), V),
    "dstack": (lambda x: np.dstack([x, W]), V),
    "column_stack": (lambda x: np.column_stack([x, W]), V),
    "block": (lambda x: np.block([[x, W], [W, x * x]]), V),
    "append": (lambda x: np.append(x, 3.0), V),
    "insert": (lambda x: np.insert(x, 2, 5.0), V),
    "delete": (lambda x: np.delete(x, [1, 3]), V),
    "split": (lambda x: np.concatenate(np.split(x, [2, 4])[::-1]), V),
    "array_split": (lambda x: np.array_split(x, 3)[0], V),
    "tile": (lambda x: np.tile(x, 2), V),
    "repeat": (lambda x: np.repeat(x, 3), V),
    "roll": (lambda x: np.roll(x, 2), V),
    "fftshift": (lambda x: np.fft.fftshift(x), V),
    "flip": (lambda x: np.flip(x), V),
    "rot90": (lambda x: np.rot90(x), M),
    "transpose": (lambda x: np.transpose(x), M),
    "moveaxis": (lambda x: np.moveaxis(x, 0, -1), T),
    "rollaxis": (lambda x: np.rollaxis(x, 2), T),
    "swapaxes": (lambda x: np.swapaxes(x, 0, 2), T),
    "expand_dims": (lambda x: np.expand_dims(x, 1), V),
    "squeeze": (lambda x: np.squeeze(x[:1]), M),
    "atleast_2d": (lambda x: np.atleast_2d(x), V),
    "broadcast_to": (lambda x: np.broadcast_to(x, (3, 7)), V),
    "broadcast_arrays": (lambda x: np.broadcast_arrays(x, np.zeros((2, 7)))[0], V),
    "meshgrid": (lambda x: np.meshgrid(x, W)[0], V),
    "ravel": (lambda x: np.ravel(x, order="F"), M),
    "reshape": (lambda x: np.reshape(x, (5, 4)), M),
    "resize": (lambda x: np.resize(x, (3, 4)), V),
    "triu": (lambda x: np.triu(x), S),
    "tril": (lambda x: np.tril(x, -1), S),
    "diag": (lambda x: np.diag(x), V),
    "diag of matrix": (lambda x: np.diag(x), S),
    "diagflat": (lambda x: np.diagflat(x), V),
    "diagonal": (lambda x: np.diagonal(x), S),
    "trace": (lambda x: np.trace(x), S),
    "fill_diagonal": (lambda x: _inplace(np.fill_diagonal, x, 2.0), S),
    "sort": (lambda x: np.sort(x), V),
    "argsort": (lambda x: x[np.argsort(x)], V),
    "lexsort": (lambda x: x[np.lexsort((x,))], V),
    "partition": (lambda x: np.partition(x, 3), V),
    "argpartition": (lambda x: x[np.argpartition(x, 3)], V),
    "median": (lambda x: np.median(x), V),
    "median axis": (lambda x: np.median(x, axis=1), M),
    "nanmedian": (lambda x: np.nanmedian(x), V),
    "percentile": (lambda x: np.percentile(x, 30), V),
    "nanpercentile": (lambda x: np.nanpercentile(x, [30, 99.5], axis=1), M),
    "percentile list": (lambda x: np.percentile(x, [10, 90], axis=0), M),
    "quantile": (lambda x: np.quantile(x, 0.3, method="hazen"), V),
    "nanquantile": (lambda x: np.nanquantile(x, 0.3), V),
    "unique": (lambda x: np.unique(x), V),
    "searchsorted": (lambda x: x[np.searchsorted(GRID, x) % 7], V),
    "digitize": (lambda x: x * np.digitize(x, GRID), V),
    "sliding_window_view": (lambda x: np.lib.stride_tricks.sliding_window_view(x, 3), V),
    "sliding_window_view backwards": (
        lambda x: np.lib.stride_tricks.sliding_window_view(x[::-1, ::2], (2, 2)), M),
    "pad": (lambda x: np.pad(x, 2), V),
    "pad edge": (lambda x: np.pad(x, 2, mode="edge"), V),
    "pad reflect": (lambda x: np.pad(x, 2, mode="reflect"), V),
    "pad wrap": (lambda x: np.pad(x, 2, mode="wrap"), V),
    "pad mean": (lambda x: np.pad(x, 2, mode="mean"), V),
    "pad linear_ramp": (lambda x: np.pad(x, 2, mode="linear_ramp"), V),
    "pad maximum": (lambda x: np.pad(x, 2, mode="maximum"), V),
    "select": (lambda x: np.select([x > 1, x < 0], [x, x**2], 3.0), V),
    "choose": (lambda x: np.choose([0, 1, 0, 1, 1, 0, 0], [x, W]), V),
    "piecewise": (lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda t: t**2, lambda t: 3 * t]), V),
    "place": (lambda x: _inplace(np.place, x, V > 0, [3.0]), V),
    "putmask": (lambda x: _inplace(np.putmask, x, V > 0, W), V),
    "put": (lambda x: _inplace(np.put, x, [0, 2], [1.0, 2.0]), V),
    "copyto": (lambda x: _inplace(np.copyto, x, W, where=V > 0), V),
    "put_along_axis": (lambda x: _inplace(np.put_along_axis, x, np.array([[0], [1], [2], [3]]), 9.0, 1), M),
    "take": (lambda x: np.take(x, [3, 3, 0]), V),
    "take_along_axis": (lambda x: np.take_along_axis(x, np.argsort(x, axis=1), 1), M),
    "compress": (lambda x: np.compress(V > 0, x), V),
    "extract": (lambda x: np.extract(V > 0, x), V),
    "diff": (lambda x: np.diff(x), V),
    "diff 2": (lambda x: np.diff(x, n=2, prepend=1.0), V),
    "ediff1d": (lambda x: np.ediff1d(x, to_end=2.0), V),
    "gradient": (lambda x: np.gradient(x), V),
    "gradient 2": (lambda x: np.gradient(x, 0.5, axis=1, edge_order=2), M),
    "gradient uneven": (lambda x: np.gradient(x, GRID), V),
    "cumsum": (lambda x: np.cumsum(x), V),
    "cumprod": (lambda x: np.cumprod(x, axis=1), M),
    "nancumsum": (lambda x: np.nancumsum(x), V),
    "cumulative_sum": (lambda x: np.cumulative_sum(x) if hasattr(np, "cumulative_sum") else x, V),
    "sum": (lambda x: np.sum(x, axis=0), M),
    "prod": (lambda x: np.prod(x, axis=(0, 1)), M),
    "nansum": (lambda x: np.nansum(x), M),
    "nanprod": (lambda x: np.nanprod(x), V),
    "max": (lambda x: np.max(x, axis=1), M),
    "min": (lambda x: np.min(x), M),
    "nanmax": (lambda x: np.nanmax(x), M),
    "mean": (lambda x: np.mean(x, axis=1), M),
    "nanmean": (lambda x: np.nanmean(x), M),
    "average": (lambda x: np.average(x, weights=abs(W)), V),
    "average, weights move": (lambda x: np.average(W, weights=x * x), V),
    "var": (lambda x: np.var(x, axis=0, ddof=1), M),
    "std": (lambda x: np.std(x), M),
    "nanstd": (lambda x: np.nanstd(x), M),
    "nanvar": (lambda x: np.nanvar(x, axis=0), M),
    "ptp": (lambda x: np.ptp(x, axis=1), M),
    "cov": (lambda x: np.cov(x), M),
    "corrcoef": (lambda x: np.corrcoef(x), M),
    "trapezoid": (lambda x: np.trapezoid(x, GRID), V),
    "trapezoid, grid moves": (lambda x: np.trapezoid(W, x), V),
    "cross": (lambda x: np.cross(x[:3], x[3:6]), V),
    "kron": (lambda x: np.kron(x[:2], x[2:4]), V),
    "outer": (lambda x: np.outer(x, W), V),
    "interp": (lambda x: np.interp(x, GRID, W), V),
    "linspace": (lambda x: np.linspace(x, 2.0, 5), V),
    "linspace scalar": (lambda x: np.linspace(x[0], x[1], 5), V),
    "geomspace": (lambda x: np.geomspace(x[0] ** 2 + 1, 8.0, 4), V),
    "logspace": (lambda x: np.logspace(x[0], 1.0, 4), V),
    "full_like": (lambda x: np.full_like(x, x[1]), V),
    "zeros_like": (lambda x: np.zeros_like(x) + x, V),
    "ones_like": (lambda x: np.ones_like(x) * x, V),
    "empty_like": (lambda x: _inplace(np.copyto, np.empty_like(x), x), V),
    "copy": (lambda x: np.copy(x), V),
    "clip": (lambda x: np.clip(x, -0.5, 0.5), V),
    "nan_to_num": (lambda x: np.nan_to_num(x), V),
    "sinc": (lambda x: np.sinc(x), V),
    "round": (lambda x: x + np.round(x, 1), V),
    "around": (lambda x: x + np.around(x), V),
    "fix": (lambda x: x + np.fix(x), V),
    "unwrap": (lambda x: np.unwrap(5 * x), V),
    "real": (lambda x: np.real(x), V),
    "imag": (lambda x: x + np.imag(x), V),
    "real_if_close": (lambda x: np.real_if_close(x), V),
    "conj": (lambda x: np.conj(x), V),
    "angle": (lambda x: x + np.angle(x), V),
    "polyval": (lambda x: np.polyval([1.0, 2.0, 3.0], x), V),
    "polyval, coefficients move": (lambda x: np.polyval(x, 1.5), V),
    "polyadd": (lambda x: np.polyadd(x, [1.0, 2.0]), V),
    "polymul": (lambda x: np.polymul(x, [1.0, 2.0]), V),
    "polyder": (lambda x: np.polyder(x), V),
    "polyint": (lambda x: np.polyint(x), V),
    "vander": (lambda x: np.vander(x, 4), V),
    "convolve": (lambda x: np.convolve(x, x[:3]), V),
    "correlate": (lambda x: np.correlate(x, W, mode="same"), V),
    "apply_along_axis": (lambda x: np.apply_along_axis(lambda row: row.sum(), 1, x), M),
    "apply_over_axes": (lambda x: np.apply_over_axes(np.sum, x, [0]), M),
    "nan functions": (lambda x: x[np.nanargmax(x)] * x[np.argmin(x)], V),
    "ix_": (lambda x: x[np.ix_([0, 2], [1, 3])], M),
    "tri": (lambda x: np.tri(4) * x, S),
    "matrix_power": (lambda x: np.linalg.matrix_power(x, 3), S),
    "matrix_power negative": (lambda x: np.linalg.matrix_power(x, -2), S),
    "multi_dot": (lambda x: np.linalg.multi_dot([x, M, M.T]), S),
    "tensorsolve": (lambda x: np.linalg.tensorsolve(x.reshape(2, 2, 4), np.ones((2, 2))), S),
    "tensorinv": (lambda x: np.linalg.tensorinv(x.reshape(4, 2, 2), ind=1), S),
    "linalg.trace": (lambda x: np.linalg.trace(x), S),
    "linalg.cross": (lambda x: np.linalg.cross(x[:3], x[3:6]), V),
    "linalg.outer": (lambda x: np.linalg.outer(x, W), V),
    "vector_norm": (lambda x: np.linalg.vector_norm(x, axis=0), M),
    "matrix_norm": (lambda x: np.linalg.matrix_norm(x), M),
    "vecdot": (lambda x: np.vecdot(x, W), V),
    "matmul": (lambda x: np.matmul(x, M), S),
    "astype": (lambda x: x.astype(float) * 2, V),
    "np.astype": (lambda x: np.astype(x, float) if hasattr(np, "astype") else x, V),
    "sum of a list": (lambda x: sum(list(x)), V),
    "ndarray methods": (lambda x: x.copy().flatten().reshape(1, 7).squeeze().take([1, 2]).repeat(2), V),
    "methods that reduce": (lambda x: x.mean() + x.std() + x.var() + x.max() + x.cumsum()[-1] + x.prod(), V),
    "sort in place": (lambda x: _inplace(np.ndarray.sort, x.copy()), V),
    "partition in place": (lambda x: _inplace(np.ndarray.partition, x.copy(), 3), V),
}


def _inplace(function, x, *args, **kwargs):
    x = x.copy()
    function(x, *args, **kwargs)
    return x


@pytest.mark.parametrize("name", CASES)
def test_function(name):
    function, x = CASES[name]
    directions = np.random.default_rng(5).normal(size=(*x.shape, 3))
    result = function(dualad.seed(x, directions))
    assert same_bits(dualad.value(result), function(x.copy())), "value"
    expected = tangents_by_differences(function, x, directions, step=1e-3, levels=5)
    np.testing.assert_allclose(dualad.partials(result), expected, rtol=1e-7, atol=1e-8)
    assert type(result) is dualad.DualArray or isinstance(result, dualad.Dual)


def test_functions_without_array_arguments_give_plain_arrays():
    x = dualad.seed(V)
    for result in (np.full(3, x[0]), np.array([x[0], x[1], 2.0]), np.vectorize(lambda t: t * t)(x)):
        assert dualad.partials(result).any()
        assert dualad.partials(np.stack([result, x[:len(result)]])).any()


def test_arange_is_refused():
    x = dualad.seed(V)
    with pytest.raises(TypeError, match="plain float"):
        np.arange(x[0], x[0] + 2.2, 0.5)


def test_arrays_of_other_dtypes_that_stem_from_dual_arrays():
    x = dualad.seed(V)
    order = x.argsort()
    assert np.result_type(order, 1.0) == np.float64
    assert np.dot(order, order) == 91 and order.dot(order) == 91
    assert np.einsum("i,i", order, order) == 91
    assert np.linalg.norm(order) == np.sqrt(91)
    assert np.clip(order, 1, 2).max() == 2 and np.nan_to_num(order).max() == 6
    assert np.interp(order, [0, 6], [0, 1]).max() == 1
    assert np.sinc(order).max() == 1

"""Counting by value: bincount and the histograms, with derivatives in weights and in edges; digitize."""

import numpy as np

from .._core import DualArray, value
from .components import common_dtype, float_copy, is_dual, with_duals, without_subclass
from .multilinear import multilinear
from .registry import handles


def _values(x):
    """Dual numbers as their values, anything else as it is."""
    dual = with_duals(x)
    if dual is None:
        return without_subclass(x)
    common_dtype([dual])                                                # refuses closed levels
    return float_copy(dual) if dual.ndim else value(dual)[()]


def _weighted(count, weights):
    """count(weights), which is linear in them."""
    return multilinear(count, (weights,), lambda k, floats, lanes: np.stack([count(lane) for lane in lanes]))


@handles(np.bincount)
def bincount(x, /, weights=None, minlength=0):
    """np.bincount."""
    x = without_subclass(x)
    if with_duals(x) is not None:
        raise TypeError("np.bincount counts integers; dual numbers carry derivatives in its weights only")
    return _weighted(lambda weights: np.bincount(x, weights, minlength), weights)


@handles(np.digitize)
def digitize(x, bins, right=False):
    """np.digitize."""
    return np.digitize(_values(x), _values(bins), right)


# -- edges -------------------------------------------------------------------------------------------------

def _edges(floats, a, bins, limits):
    """The edges of bins, given their values: bins themselves, or evenly spaced between limits or a's extremes."""
    if not isinstance(bins, str) and np.ndim(bins) == 1:
        dual = with_duals(bins)
        return floats if dual is None else np.array(dual).view(DualArray)
    if limits is None:
        dual = with_duals(a)
        if dual is None or dual.size == 0:
            return floats
        limits = dual.min(), dual.max()
    first, last = limits
    if not (is_dual(first) or is_dual(last)):
        return floats
    edges = np.linspace(first, last, len(floats))
    value(edges)[...] = floats
    return edges


@handles(np.histogram_bin_edges)
def histogram_bin_edges(a, bins=10, range=None, weights=None):
    """np.histogram_bin_edges: edges move with the bins, the range or the extremes that they are made of."""
    floats = np.histogram_bin_edges(_values(a), _values(bins), _values(range), _values(weights))
    return _edges(floats, a, bins, range)


# -- histograms --------------------------------------------------------------------------------------------

@handles(np.histogram)
def histogram(a, bins=10, range=None, density=None, weights=None):
    """np.histogram."""
    floats, their_bins, limits = _values(a), _values(bins), _values(range)
    counts = _weighted(lambda weights: np.histogram(floats, their_bins, limits, weights=weights)[0], weights)
    edges = histogram_bin_edges(a, bins, range, weights)
    return (counts / np.diff(edges) / counts.sum() if density else counts), edges


@handles(np.histogramdd)
def histogramdd(sample, bins=10, range=None, density=None, weights=None):
    """np.histogramdd."""
    if np.ndim(sample) != 2 or not isinstance(sample, np.ndarray):
        sample = np.atleast_2d(with_duals(sample) if with_duals(sample) is not None else sample).T
    count = sample.shape[1]
    bins = list(bins) if np.iterable(bins) else [bins] * count
    limits = [None] * count if range is None else list(range)
    floats, their_bins, their_limits = _values(sample), [_values(b) for b in bins], [_values(r) for r in limits]

    def counted(weights):
        return np.histogramdd(floats, their_bins, their_limits, weights=weights)[0]

    counts = _weighted(counted, weights)
    values = np.histogramdd(floats, their_bins, their_limits)[1]
    edges = [_edges(values[k], sample[:, k], bins[k], limits[k]) for k in np.arange(count)]
    if density:
        total = counts.sum()
        for k, widths in enumerate(map(np.diff, edges)):
            counts = counts / np.expand_dims(widths, [i for i in np.arange(count) if i != k])
        counts = counts / total
    return counts, type(values)(edges)

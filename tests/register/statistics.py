"""numpy: sums, extremes, quantiles, histograms."""

import numpy as np

from .rows import KEYS, UP, M, P, S, T, Table, V, W, alone

QUANTILES = ("inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen weibull "
             "linear median_unbiased normal_unbiased lower higher midpoint nearest").split()
WEIGHTS = np.array([0.5, 1.5, 2.0, 0.75, 1.0, 0.25, 3.0])


def _with_gaps(f, x, *args, **kwargs):
    """A nan-function, of x with NaNs in it."""
    return f(np.where(np.arange(x.size).reshape(x.shape) % 3 == 1, np.nan, x), *args, **kwargs)


def _every_method(f, x, scale):
    return [f(x, [0.31 * scale, 0.8 * scale], axis=1, method=method) for method in QUANTILES]


TABLE = Table(
    "numpy", "Sums, extremes, quantiles, histograms",
    rule=[
        ("cov", lambda f, x: [f(x), f(x, x[::-1] * 2, rowvar=False), f(x, bias=True), f(x, ddof=2), f(x[0])], M),
        ("cov", lambda f, x: [f(x, fweights=[1, 2, 1, 3]), f(x, aweights=[1.0, 0.5, 2, 1]),
                              f(x, aweights=x[2] + 3, fweights=[1, 2, 1, 1], ddof=0)], M),
        ("quantile", lambda f, x: _every_method(f, x, 1), M, "q itself must be plain"),
        ("percentile", lambda f, x: _every_method(f, x, 100), M, "q itself must be plain"),
        ("quantile", lambda f, x: [f(x, 0.3, weights=WEIGHTS, method="inverted_cdf"), f(x, 0.5, keepdims=True)], V),
        ("percentile", lambda f, x: f(x, 30, weights=WEIGHTS, method="inverted_cdf"), V),
        ("nanquantile", lambda f, x: [_with_gaps(f, x, [0.2, 0.7], axis=1, method=m) for m in QUANTILES], M),
        ("nanpercentile", lambda f, x: [_with_gaps(f, x, [20, 70], axis=1), _with_gaps(f, x, 45.0)], M),
        ("histogram", lambda f, x: f(V, bins=4, weights=x**2), W, "bins by value; derivative in the weights"),
        ("histogram", lambda f, x: [f(V, [-3.0, 0.0, 3.0], weights=x**2, density=True),
                                    f(x, 3), f(x, bins=5, range=(-2, 2))], W),
        ("histogram_bin_edges", lambda f, x: [f(x, 3), f(x, "sturges"),
                                              f(V, 4, range=(x[6] - 1, x[2] + 1)), f(V, np.sort(x))], V,
         "bins by value"),
        ("histogramdd", lambda f, x: f(np.c_[V, W], 3, weights=x, density=True), UP + 2,
         "bins by value; derivative in the weights"),
        ("bincount", lambda f, x: [f(KEYS, x), f(KEYS, weights=x**2, minlength=6)], V, "derivative in the weights"),
    ],
    own=[
        ("histogram2d", lambda f, x: f(V, W, 3, weights=x), V, "bins by value; derivative in the weights"),
        ("corrcoef", lambda f, x: [f(x), f(x, x * x), f(x, rowvar=False), f(x[0], x[1])], M),
        ("sum prod mean cumsum cumprod max min amax amin ptp median", alone, M),
        ("sum prod mean max min amax amin ptp median var std", lambda f, x: f(x, axis=0, keepdims=True), M),
        ("sum prod max min", lambda f, x: f(x, axis=1, initial=1.5), M),
        ("sum mean var std", lambda f, x: f(x, axis=1, where=M > -1), M),
        ("cumsum cumprod cumulative_sum cumulative_prod", lambda f, x: f(x, axis=1), M),
        ("cumulative_sum cumulative_prod", lambda f, x: f(x, axis=1, include_initial=True), M),
        ("var std", lambda f, x: [f(x), f(x, axis=1, ddof=1)], M),
        ("nansum nanprod nanmean nanvar nanstd nanmax nanmin nanmedian nancumsum nancumprod", _with_gaps, M),
        ("nansum nanprod nanmean nanvar nanstd nanmax nanmin nanmedian nancumsum nancumprod",
         lambda f, x: _with_gaps(f, x, axis=1), M),
        ("average", lambda f, x: [f(x), f(x, axis=0), f(x, 1, weights=np.arange(1.0, 5)), f(x, weights=P.sum() * x**2),
                                  *f(x, axis=1, weights=x[0] ** 2, returned=True), f(M, axis=1, weights=x[0] ** 2)], M),
        ("trace", lambda f, x: f(x) + f(x, 1), S),
        ("sum mean std", lambda f, x: f(x, axis=(0, 2)), T),
    ],
    plain=[
        ("argmax argmin nanargmax nanargmin count_nonzero", alone, V),
        ("all any", lambda f, x: f(x, axis=0), M),
    ],
)

"""scipy.spatial.distance, with derivatives where a rule is known; all other names are SciPy's own.

Where two points coincide, the Euclidean distance has the derivative 0, as the norm has.
"""

import numpy as np
from scipy.spatial import distance as _scipys

from ..linear_maps import on_duals
from ..namespace import forward

_METRICS = {
    "chebyshev": lambda a, b: np.max(abs(a - b), axis=-1),
    "cityblock": lambda a, b: np.sum(abs(a - b), axis=-1),
    "correlation": lambda a, b: _cosine(a - np.mean(a, axis=-1, keepdims=True), b - np.mean(b, axis=-1, keepdims=True)),
    "cosine": lambda a, b: _cosine(a, b),
    "euclidean": lambda a, b: np.linalg.norm(a - b, axis=-1),
    "sqeuclidean": lambda a, b: np.sum((a - b) ** 2, axis=-1),
}


def _cosine(a, b):
    return 1 - np.sum(a * b, axis=-1) / (np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1))


def _metric(name, metric, options):
    if metric not in _METRICS or options:
        raise TypeError(f"{name} of dual numbers knows the metrics {', '.join(_METRICS)} without options, not "
                        f"{metric!r}: write the distance in NumPy, with x[:, None] - y")
    return _METRICS[metric]


def _cdist(XA, XB, metric="euclidean", *, out=None, **options):
    return _metric("cdist", metric, options)(XA[:, None], XB[None, :])


def _pdist(X, metric="euclidean", *, out=None, **options):
    first, second = np.triu_indices(len(X), 1)
    return _metric("pdist", metric, options)(X[first], X[second])


cdist = on_duals(_scipys.cdist, _cdist)
pdist = on_duals(_scipys.pdist, _pdist)
chebyshev = on_duals(_scipys.chebyshev, _METRICS["chebyshev"])
cityblock = on_duals(_scipys.cityblock, _METRICS["cityblock"])
correlation = on_duals(_scipys.correlation, _METRICS["correlation"])
cosine = on_duals(_scipys.cosine, _METRICS["cosine"])
euclidean = on_duals(_scipys.euclidean, _METRICS["euclidean"])
sqeuclidean = on_duals(_scipys.sqeuclidean, _METRICS["sqeuclidean"])

__all__ = ["cdist", "chebyshev", "cityblock", "correlation", "cosine", "euclidean", "pdist", "sqeuclidean"]
__getattr__, __dir__ = forward("scipy.spatial.distance")

"""Distances of points."""

import numpy as np
import pytest
from support.of_parameters import check_numerically

import dualad

pytest.importorskip("scipy")
distance = pytest.importorskip("dualad.scipy.spatial.distance")

POINTS = np.random.default_rng(4).normal(size=(4, 3))
METRICS = ["chebyshev", "cityblock", "correlation", "cosine", "euclidean", "sqeuclidean"]


@pytest.mark.parametrize("metric", METRICS)
def test_metrics(metric):
    check_numerically(lambda x: distance.cdist(x[:2], x[2:] ** 2, metric), POINTS, rtol=1e-7, atol=1e-8, step=0.01)
    check_numerically(lambda x: distance.pdist(x, metric), POINTS, order=1, rtol=1e-8, step=0.01)
    check_numerically(lambda x: getattr(distance, metric)(x, POINTS[1]), POINTS[0], rtol=1e-7, atol=1e-8, step=0.01)


def test_edges():
    assert not dualad.jacobian(lambda x: distance.cdist(x[None], x[None] + 0.0))(POINTS[0]).any()
    with pytest.raises(TypeError, match="knows the metrics"):
        dualad.jacobian(lambda x: distance.pdist(x, "canberra"))(POINTS)

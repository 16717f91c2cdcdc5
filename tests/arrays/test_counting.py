"""Histograms, bincount, digitize: what is counted, by value; what moves, weights and edges."""

import numpy as np
import pytest
from support.compare import same_bits
from support.paths import along_paths, hyper_at

import dualad

RNG = np.random.default_rng(12)
X = RNG.normal(size=40)
W = RNG.uniform(0.5, 2.0, size=40)
PLACES = RNG.integers(0, 6, size=40)


def test_bincount_is_linear_in_its_weights():
    found = np.bincount(PLACES, dualad.seed(W), minlength=8)
    assert np.array_equal(dualad.partials(found), (PLACES == np.arange(8)[:, None]).astype(float))
    same_bits(dualad.value(found), np.bincount(PLACES, W, minlength=8))
    assert not dualad.second(np.bincount(PLACES, dualad.seed(W, order=2))).any()


@pytest.mark.parametrize("bins", [5, 1, np.array([-2.0, -0.5, 0.1, 3.0])], ids=str)
@pytest.mark.parametrize("density", [False, True])
@pytest.mark.parametrize("limits", [None, (-1.0, 1.5)])
def test_histogram_of_moving_weights(bins, density, limits):
    w = dualad.seed(W)
    counts, edges = np.histogram(X, bins, limits, density, w)
    expected = np.histogram(X, bins, limits, density, W)
    same_bits(dualad.value(counts), expected[0])
    same_bits(edges, expected[1])
    alone = np.stack([np.histogram(X, expected[1], weights=row)[0] for row in np.eye(40)], axis=-1)
    if density:
        plain, width = np.histogram(X, expected[1], weights=W)[0], np.diff(expected[1])
        total = plain.sum()
        alone = (alone / total - np.outer(plain, alone.sum(axis=0)) / total**2) / width[:, None]
    np.testing.assert_allclose(dualad.partials(counts), alone, rtol=1e-12, atol=1e-14)


def test_edges_move_with_the_extremes_the_range_and_the_bins():
    x = dualad.seed(X, np.eye(40)[:, [X.argmin(), X.argmax()]])
    counts, edges = np.histogram(x, 4)
    assert np.array_equal(counts, np.histogram(X, 4)[0]) and counts.dtype.kind == "i"
    np.testing.assert_allclose(dualad.partials(edges), [[1, 0], [0.75, 0.25], [0.5, 0.5], [0.25, 0.75], [0, 1]])
    same_bits(dualad.value(edges), np.histogram(X, 4)[1])
    density = np.histogram(x, 4, density=True)[0]
    width, share = np.ptp(X) / 4, counts / 40
    np.testing.assert_allclose(dualad.partials(density), np.outer(share / width**2, [0.25, -0.25]))
    limits = dualad.seed([-3.0, 3.0])
    edges = np.histogram_bin_edges(x, 3, (limits[0], limits[1]))
    np.testing.assert_allclose(dualad.partials(edges), [[1, 0], [2 / 3, 1 / 3], [1 / 3, 2 / 3], [0, 1]])
    bins = dualad.seed([-3.0, 0.1, 3.0])
    assert np.array_equal(dualad.partials(np.histogram(X, bins)[1]), np.eye(3))
    assert np.histogram(dualad.seed(np.zeros(0), np.zeros((0, 2))))[1][-1] == 1.0
    lone = np.histogram(dualad.seed([2.0]), 2)[1]
    assert dualad.value(lone).tolist() == [1.5, 2.0, 2.5] and (dualad.partials(lone) == 1).all()


@pytest.mark.parametrize("density", [False, True])
def test_histograms_of_several_dimensions(density):
    y, z = RNG.normal(size=(2, 40))

    def both(w):
        return np.histogram2d(X, y, (3, np.array([-3.0, 0.1, 2.0])), [None, None], density, w**2)

    def several(w):
        counts, edges = np.histogramdd(np.stack([X, y, z], axis=-1), (2, 3, 2), density=density, weights=w**2)
        return [counts, *edges]

    for function in (both, several):
        x = hyper_at(W)
        found, expected = function(x), function(W)
        for part, values in zip(found, expected, strict=True):
            same_bits(dualad.value(part), values)
        first, second = along_paths(function, x)[0]
        np.testing.assert_allclose(dualad.partials(found[0]), first, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(dualad.second(found[0]), second, rtol=1e-9, atol=1e-9)


def test_edges_of_several_dimensions():
    x = dualad.seed(X, np.eye(40)[:, [X.argmin(), X.argmax()]])
    counts, edges = np.histogramdd([x, W], (2, 3))
    assert np.array_equal(counts, np.histogramdd([X, W], (2, 3))[0])
    np.testing.assert_allclose(dualad.partials(edges[0]), [[1, 0], [0.5, 0.5], [0, 1]])
    assert not dualad.partials(edges[1]).any()
    density = np.histogramdd([x, W], (2, 3), density=True)[0]
    np.testing.assert_allclose(dualad.partials(density), np.multiply.outer(dualad.value(density), [1, -1]) / np.ptp(X))


def test_errors_are_numpys():
    x = dualad.seed(X)
    for call in (lambda t: np.histogram(t, weights=W[:3]), lambda t: np.histogram(t, [3.0, 1.0]),
                 lambda t: np.histogram(t * np.nan), lambda t: np.bincount(PLACES[:3], t),
                 lambda t: np.histogramdd([t, t], [2, 3, 4]), lambda t: np.histogramdd([t], range=[(0, 1)] * 2),
                 lambda t: np.digitize(t, [1.0, 3.0, 2.0])):
        with pytest.raises(ValueError) as plain:
            call(X)
        with pytest.raises(ValueError) as dual:
            call(x)
        assert str(dual.value) == str(plain.value)
    with pytest.raises(TypeError, match="counts integers"):
        np.bincount(x)


def test_digitize_by_value():
    x, bins = dualad.seed(X), np.sort(RNG.normal(size=5))
    for right in (False, True):
        expected = np.digitize(X, bins, right)
        assert np.array_equal(np.digitize(x, bins, right), expected)
        assert np.array_equal(np.digitize(X, dualad.seed(bins), right), expected)

"""sin and cos as derivatives have a vector loop of their own: against mpmath, over all that it takes."""

import mpmath
import numpy as np
import pytest

import dualad

RNG = np.random.default_rng(7)
POINTS = np.concatenate([
    RNG.uniform(-7, 7, 400),
    RNG.uniform(-1e6, 1e6, 400),
    10.0 ** RNG.uniform(-300, 0, 100) * RNG.choice([-1, 1], 100),
    np.arange(-300, 300) * (np.pi / 2),                    # next to the zeros
    np.nextafter(np.arange(-50, 50) * (np.pi / 2), 0),
    np.arange(630_000, 630_050) * (np.pi / 2),
    [0.0, -0.0, 1e6, -1e6, 1.5707963267948966, 0.7853981633974483],
])


@pytest.mark.parametrize("ufunc, derivative", [(np.sin, mpmath.cos), (np.cos, lambda x: -mpmath.sin(x))])
def test_within_two_ulp(ufunc, derivative):
    found = dualad.partials(ufunc(dualad.seed(POINTS, np.ones((POINTS.size, 1)))))[:, 0]
    with mpmath.workdps(60):
        for x, d in zip(POINTS.tolist(), found.tolist(), strict=True):
            true = derivative(mpmath.mpf(x))
            assert abs(true - mpmath.mpf(d)) <= 2 * mpmath.mpf(float(np.spacing(abs(float(true))))), x


def test_large_arguments_and_none_go_to_numpy():
    x = np.array([1e22, 1.0, np.nan, np.inf, -3e7])
    with np.errstate(all="ignore"):
        found = dualad.partials(np.sin(dualad.seed(x, np.ones((5, 1)))))[:, 0]
        np.testing.assert_allclose(found, np.cos(x), rtol=4e-16)

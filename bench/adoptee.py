"""Code as packages have it, which makes float arrays and calls ``math``; the group `adopt` adopts a copy of it."""

import math
from functools import cache

import numpy as np


def orbit(p, steps=50):
    """Positions on a Kepler orbit, by math; p: semi-major axis, eccentricity, period."""
    axis, eccentricity, period = (float(x) for x in p)
    places = []
    for k in range(steps):
        mean = 2.0 * math.pi * k / steps / period
        anomaly = mean
        for _ in range(6):
            anomaly -= (anomaly - eccentricity * math.sin(anomaly) - mean) / (1.0 - eccentricity * math.cos(anomaly))
        places.append(axis * (math.cos(anomaly) - eccentricity))
        places.append(axis * math.sqrt(1.0 - eccentricity**2) * math.sin(anomaly))
    return np.array(places)


def heat(p, n=30):
    """A rod's temperatures by the Thomas algorithm, in arrays filled element by element; p: conductivity, two ends."""
    conductivity, left, right = p
    lower, diagonal, upper, given = np.zeros(n), np.ones(n), np.zeros(n), np.zeros(n)
    given[0], given[-1] = left, right
    for i in range(1, n - 1):
        lower[i] = upper[i] = -conductivity
        diagonal[i] = 1.0 + 2.0 * conductivity
        given[i] = math.exp(-((i - n / 2) ** 2) / n)
    for i in range(1, n):
        factor = lower[i] / diagonal[i - 1]
        diagonal[i] -= factor * upper[i - 1]
        given[i] -= factor * given[i - 1]
    result = np.empty(n)
    result[-1] = given[-1] / diagonal[-1]
    for i in range(n - 2, -1, -1):
        result[i] = (given[i] - upper[i] * result[i + 1]) / diagonal[i]
    return result


@cache
def binomial(n, k):
    return math.comb(n, k)


def checked(x):
    if not isinstance(x, (int, float)):
        raise TypeError(f"a number is expected, not {type(x).__name__}")
    return float(x)


def mixture(p, n=8):
    """Mixing rules of an equation of state, in small arrays; p: temperature, pressure."""
    temperature, pressure = checked(p[0]), checked(p[1])
    a, b = np.zeros(n), np.array([0.02 + 0.003 * k for k in range(n)])
    for k in range(n):
        a[k] = binomial(n, k) * (1.0 - math.sqrt(temperature / (300.0 + 20.0 * k))) ** 2
    mixed = np.sum(np.sqrt(np.outer(a, a))) / n**2
    return np.asarray([mixed, pressure * np.mean(b)], dtype=float)


CASES = {
    "Kepler orbits, by math": (orbit, (1.5, 0.3, 1.0)),
    "Thomas algorithm, element by element": (heat, (0.4, 1.0, 2.0)),
    "mixing rules, small arrays": (mixture, (320.0, 1.2)),
}

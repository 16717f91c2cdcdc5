"""The page with a maximum-likelihood fit."""

import json
import math

import numpy as np
import pytest

from dualad.cli import main
from dualad.cli.likelihood import INTERVALS, fit_lifetimes


def test_the_data_have_the_published_mean():
    assert INTERVALS.size == 30 and INTERVALS.mean() == 59.6


def test_the_estimates_are_scipys():
    stats = pytest.importorskip("scipy.stats")
    shape, _, scale = stats.weibull_min.fit(INTERVALS, floc=0)
    np.testing.assert_allclose(fit_lifetimes().p, [shape, scale], rtol=1e-4)


def test_the_errors_are_those_of_the_information_in_closed_form():
    found = fit_lifetimes()
    k, scale = found.p
    z, logs = INTERVALS / scale, np.log(INTERVALS / scale)
    kk = math.fsum(1 / k**2 + z**k * logs**2)
    ks = math.fsum(1 / scale - z**k / scale * (1 + k * logs))
    ss = math.fsum(-k / scale**2 + k * (k + 1) / scale**2 * z**k)
    expected = np.sqrt(np.diag(np.linalg.inv([[kk, ks], [ks, ss]])))
    np.testing.assert_allclose(found.errors, expected, rtol=1e-12)
    np.testing.assert_allclose(found.from_differences[1e-4], expected, rtol=1e-5)


def test_the_page(capsys):
    assert main(["likelihood"]) == 0
    text = capsys.readouterr().out
    assert "shape" in text and "Proschan" in text and "finite differences" in text
    assert main(["likelihood", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert set(data["parameters"]) == {"shape", "scale/h"}

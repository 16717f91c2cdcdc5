"""``python -m dualad check``: it passes here, and notices what is wrong."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

import dualad
from dualad.cli import selftest


def test_passes(run):
    begin = time.perf_counter()
    code, out, err = run("check")
    assert time.perf_counter() - begin < 20
    assert (code, err) == (0, "") and f"{len(selftest.CHECKS)} checks passed" in out and "FAILED" not in out
    found = json.loads(run("check", "--json")[1])
    assert found["passed"] and len(found["checks"]) == len(selftest.CHECKS)


def wrong_by(relative):
    def change(original):
        return lambda *args, **options: (
            lambda *x: np.asarray(original(*args, **options)(*x)) * (1 + relative))
    return change


@pytest.mark.parametrize(
    ("name", "change", "noticed"),
    [
        ("derivative", wrong_by(1e-12), "first derivatives"),
        ("second_derivative", wrong_by(1e-6), "second derivatives"),
        ("jacobian", wrong_by(1e-12), "a program with arrays"),
        ("hessian", wrong_by(1e-13), "a Hessian"),
        ("derivative", lambda _: lambda f: lambda x: float("nan"), "first derivatives"),
        ("derivative", lambda _: lambda f: lambda x: 1.0, "refusals"),
        ("value", lambda original: lambda x: np.nextafter(original(x), np.inf), "values, bit for bit"),
        ("jacobian", lambda _: lambda f: 1 / 0, "eight threads"),
    ],
)
def test_notices(monkeypatch, run, name, change, noticed):
    monkeypatch.setattr(dualad, name, change(getattr(dualad, name)))
    code, out, err = run("check")
    assert (code, err) == (1, "")
    (line,) = [line for line in out.splitlines() if noticed in line]
    assert line.startswith("  FAILED")
    assert "checks failed" in out and "python -m dualad info" in out
    code, out, _ = run("check", "--json")
    assert code == 1 and not json.loads(out)["passed"]

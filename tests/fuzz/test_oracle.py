"""The fuzz sees what it is there to see: operations with a fault each."""

import numpy as np
import pytest

import dualad
from fuzz import program
from fuzz.operations import Operation
from fuzz.oracle import is_dual


def changed(x, partials):
    made = np.array(x, subok=True)
    dualad.partials(made)[...] = partials(dualad.partials(made))
    return made


def only_for_duals(error):
    def call(c, x):
        if is_dual(x):
            raise error
        return x
    return call


def only_for_floats(c, x):
    if not is_dual(x):
        raise ValueError("floats cannot")
    return x


FAULTS = {
    "values differ": lambda c, x: x * (1.0 + 1e-15) if is_dual(x) else x * 1.0,
    "derivatives are lost": lambda c, x: np.array(dualad.value(x)),
    "derivatives differ": lambda c, x: changed(x, lambda p: 3.0 * p) if is_dual(x) else x,
    "not linear": lambda c, x: changed(x, np.square) if is_dual(x) else x,
    "layout": lambda c, x: changed(x, lambda p: p * x.strides[0]) if is_dual(x) else x,
    "floats do it": only_for_duals(ValueError("not so")),
    "floats raise": only_for_floats,
    "SystemError": only_for_duals(SystemError("bad call")),
    "results, floats have": lambda c, x: (x, x) if is_dual(x) else x,
    "shape": lambda c, x: x[:1] if is_dual(x) else x,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_found(fault, monkeypatch):
    monkeypatch.setattr(program, "OPERATIONS", [Operation("faulty", FAULTS[fault], 1, elementwise=True)])
    wide_vector = [0, 0, 2, 0, 0, 3, 1]                         # of three numbers between 0.5 and 2
    for family in range(16):
        with pytest.raises(program.Finding, match=fault) as raised:
            program.run(bytes([family, *wide_vector, *[0] * (program.WIDTH - len(wide_vector)), 24]))
        assert raised.value.signature.startswith("faulty: ") and "input(" in str(raised.value)


def test_refusals_and_correct_operations_are_none(monkeypatch):
    for call in (only_for_duals(TypeError("use value(x)")), lambda c, x: np.sin(x), lambda c, x: x[::-1]):
        monkeypatch.setattr(program, "OPERATIONS", [Operation("right", call, 1, elementwise=True)])
        assert len(program.run(bytes([3, *[0] * program.WIDTH, 24]))) == 2

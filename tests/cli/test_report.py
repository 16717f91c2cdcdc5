"""How numbers are written."""

from __future__ import annotations

import io
import json
import math

import pytest

from dualad.cli.info import shown
from dualad.cli.report import pairs, with_error, write_json


@pytest.mark.parametrize(
    ("value", "error", "expected"),
    [
        (212.68374, 6.94715, ("212.684", "6.947")),
        (0.0641213, 0.00828095, ("0.064121", "0.008281")),
        (5.5015643181e-04, 7.2668688436e-06, ("5.50156e-04", "7.267e-06")),
        (423.937, 42.1541, ("423.94", "42.15")),
        (-1.5, 0.25, ("-1.5000", "0.2500")),
        (123456.0, 2345.0, ("123456", "2345")),
        (123456.0, 23456.0, ("1.2346e+05", "2.346e+04")),
        (1.6e-19, 3e-21, ("1.60000e-19", "3.000e-21")),
        (0.001, 5.0, ("0.001", "5.000")),
        (0.0, 0.5, ("0.0000", "0.5000")),
        (2.0, 1e-17, ("2.00000000000000e+00", "1.000e-17")),
        (2.0, math.nan, ("2", "-")),
        (2.0, 0.0, ("2", "0")),
        (2.0, math.inf, ("2", "inf")),
    ],
)
def test_an_estimate_and_its_error(value, error, expected):
    assert with_error(value, error) == expected


def test_json_is_standard():
    stream = io.StringIO()
    write_json({"a": math.nan, 2: [math.inf, (True, None)], "c": {1.5}}, stream)
    assert json.loads(stream.getvalue()) == {"a": None, "2": [None, [True, None]], "c": "{1.5}"}


def test_values_of_info_in_one_line():
    assert shown({"a": [1, 2], "b": True, "c": {}}) == "a: 1, 2; b: yes; c: "
    assert pairs([("a", "1"), ("long", "2")], 1) == " a     1\n long  2"

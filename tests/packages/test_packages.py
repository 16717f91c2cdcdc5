"""Each case does what is expected of it: derivatives against limits of difference quotients.

Run by `nox -s packages`, which installs the packages.
"""

import pytest

from .case import ADOPTED, CANNOT, outcome, second_deviation
from .fields import CASES
from .page import PAGE, with_table


@pytest.mark.packages
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    kind, found = outcome(case)
    assert kind == case.expected, found
    if kind == CANNOT:
        assert case.error in str(found)
    elif case.second:
        assert second_deviation(case) < 1e-6


def test_the_page_lists_the_cases():
    text = PAGE.read_text("utf-8")
    assert text == with_table(text), "write it anew: python -m tests.packages"


def test_the_cases_are_those_of_the_extra():
    """Every package of a case is pinned in pyproject.toml, and nothing else is."""
    import tomllib
    extras = tomllib.loads((PAGE.parents[2] / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    pinned = [line.split("==") for line in extras["packages"]]
    assert {name for name, version in pinned} == {case.package for case in CASES}
    assert all(version for name, version in pinned)


def test_the_survey_is_no_selection():
    """Nine packages in ten run, and of each that does not the reason is given."""
    packages = {case.package for case in CASES}
    failing = {case.package for case in CASES if case.expected == CANNOT}
    assert len(packages) >= 30 and len(failing) <= len(packages) / 5
    assert all(bool(case.reason) == (case.expected == CANNOT) for case in CASES)
    assert any(case.expected == ADOPTED for case in CASES)

"""Fixtures of the tests of adoption."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def each_test_gives_its_slots_back(no_level_is_lost):
    """For all tests of this folder."""

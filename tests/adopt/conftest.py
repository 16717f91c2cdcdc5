"""Fixtures of the transforms' tests."""

from __future__ import annotations

import gc

import pytest

from dualad import _core


@pytest.fixture
def idle_slot():
    """The slot that the next call gets: 1 where no call is running and none has left numbers."""
    def look():
        slot = _core.open_level()
        _core.close_level(slot)
        return slot
    return look


@pytest.fixture(autouse=True)
def no_slot_is_lost(idle_slot):
    gc.collect()
    before = idle_slot()
    yield
    gc.collect()
    assert idle_slot() == before

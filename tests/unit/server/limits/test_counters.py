"""What counters are asked and answer: values that nobody changes."""

from __future__ import annotations

import dataclasses

import pytest

from server.limits.counters import Counters, Tally, Want
from server.limits.counters_memory import MemoryCounters
from tests.support.manual_clock import ManualClock


def test_what_was_asked_and_answered_cannot_be_changed() -> None:
    want = Want("login:1", 3, 900_000, strict=True)
    tally = Tally(True, 5, (), ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        want.limit = 4  # pyright: ignore[reportAttributeAccessIssue] - that is the point
    with pytest.raises(dataclasses.FrozenInstanceError):
        tally.allowed = False  # pyright: ignore[reportAttributeAccessIssue] - that is the point


async def test_memory_keeps_the_contract() -> None:
    counters: Counters = MemoryCounters(ManualClock())
    want = Want("login:1", 1, 900_000, strict=True)
    tally = await counters.take([want])
    assert (tally.allowed, tally.limits, counters.keys) == (True, (1,), 1)
    assert not (await counters.look(want)).allowed
    await counters.forget(want.key)
    assert counters.keys == 0

"""Long work, one piece at a time."""

from __future__ import annotations

import asyncio

import pytest

from server.rooms.pace import WAITING_MAX, Pace
from storage.errors import StorageUnavailable
from tests.support.manual_clock import ManualClock


async def test_SV5_pieces_take_turns_and_rest_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ManualClock()
    pace, rests, busy = Pace(clock, rest=3.0), list[float](), 0

    async def sleep(seconds: float) -> None:
        rests.append(seconds)
        clock.advance(seconds)

    monkeypatch.setattr("server.rooms.pace.asyncio.sleep", sleep)

    async def work() -> int:
        nonlocal busy
        busy += 1
        assert busy == 1
        clock.advance(2.0)
        busy -= 1
        return 7

    assert await asyncio.gather(*(pace.run(work) for _ in range(3))) == [7, 7, 7]
    assert rests == [6.0, 6.0]
    clock.advance(100.0)
    await pace.run(work)
    assert len(rests) == 2, "whoever asks after the rest does not wait"


async def test_SV5_too_many_that_wait_are_refused_and_failures_count_as_work() -> None:
    pace, opened = Pace(ManualClock(), rest=1.0), asyncio.Event()
    waiting = [asyncio.ensure_future(pace.run(opened.wait)) for _ in range(WAITING_MAX)]
    await asyncio.sleep(0)
    with pytest.raises(StorageUnavailable):
        await pace.run(opened.wait)
    for one in waiting[1:]:
        one.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    opened.set()
    assert await waiting[0]

    async def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        await pace.run(fail)
    assert await pace.run(opened.wait)

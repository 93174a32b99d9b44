"""How late the loop is, by a clock and a sleep that the test moves."""

from __future__ import annotations

import asyncio

import pytest

from server.limits.adaptive import LoadFactor
from server.loop_lag import EVERY_S, watch_lag
from tests.support.manual_clock import ManualClock


async def test_AD16_lag_is_what_a_timer_took_longer_and_never_negative() -> None:
    clock, told = ManualClock(), list[float]()
    late = iter([0.0, 0.5, -0.01])

    async def sleep(seconds: float) -> None:
        assert seconds == EVERY_S <= 0.25
        try:
            clock.advance(seconds + next(late))
        except StopIteration:
            raise asyncio.CancelledError from None

    with pytest.raises(asyncio.CancelledError):
        await watch_lag(clock, told.append, sleep=sleep)
    assert told == pytest.approx([0.0, 0.5, 0.0])


async def test_AD16_limits_shrink_while_the_loop_is_late_and_recover() -> None:
    clock = ManualClock()
    load = LoadFactor(clock)
    turns = iter([0.5] * 20 + [0.0] * 300)
    lowest = 1.0

    async def sleep(seconds: float) -> None:
        nonlocal lowest
        lowest = min(lowest, load.factor)
        late = next(turns, None)
        if late is None:
            raise asyncio.CancelledError
        clock.advance(seconds + late)

    with pytest.raises(asyncio.CancelledError):
        await watch_lag(clock, load.observe, sleep=sleep)
    assert lowest == pytest.approx(0.1)
    assert load.factor == pytest.approx(1.0)

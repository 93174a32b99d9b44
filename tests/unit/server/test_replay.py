"""A recorded game, played as it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from protocol.feed import Report
from server.readers.game_reports import Step
from server.replay import play_back
from tests.support.manual_clock import ManualClock


async def test_FP13_steps_come_when_they_are_due_and_together_when_late() -> None:
    clock = ManualClock()
    began_s = clock.monotonic()
    sent: list[tuple[float, int]] = []

    async def wait(seconds: float) -> None:
        clock.advance(seconds)

    async def send(reports: Sequence[Report]) -> None:
        sent.append((round(clock.monotonic() - began_s, 3), len(reports)))
        if len(sent) == 2:
            clock.advance(5)  # a slow answer

    one: Any = object()
    steps = [Step(at_ms, (one,)) for at_ms in (0, 20_000, 30_000, 60_000, 200_000)]
    await play_back(steps, send, speed=10, clock=clock, wait=wait)
    assert sent == [(0, 1), (2, 1), (7, 2), (20, 1)]

"""Plays a recorded game as it went: each of its steps when it is due. Knows a clock and steps, not
who is told. SPEC: FP13.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from protocol.feed import Report
from server.clock import Clock
from server.readers.game_reports import Step, due

PACE_MIN_S = 0.001
PACE_MAX_S = 0.5
"""A replay looks at its clock at least so often."""


async def play_back(
    steps: Sequence[Step],
    send: Callable[[Sequence[Report]], Awaitable[None]],
    *,
    speed: float,
    clock: Clock,
    wait: Callable[[float], Awaitable[None]],
) -> None:
    """Sends each step when it is due, counted from now on: whoever is late catches up, and nothing
    drifts. What is due together goes together."""
    began_s = clock.monotonic()
    at = 0
    while at < len(steps):
        played_ms = (clock.monotonic() - began_s) * speed * 1000
        count = due(steps, at, played_ms)
        if count:
            await send([one for step in steps[at : at + count] for one in step.reports])
            at += count
        else:
            left_s = (steps[at].at_ms - played_ms) / 1000 / speed
            await wait(min(max(left_s, PACE_MIN_S), PACE_MAX_S))

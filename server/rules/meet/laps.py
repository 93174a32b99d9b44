"""How far runners of a long race are: laps, and who was lapped. Pure. SPEC: AT22."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from protocol.meet import MeetEvent, Result


def passings(result: Result, event: MeetEvent) -> Sequence[int]:
    """When somebody passed the finish line, ms since the start, rising; the end is the time that
    was measured, if it is known."""
    laps = result.splits[: event.laps]
    if result.time is not None and len(laps) >= event.laps - 1:
        return (*laps[: event.laps - 1], result.time)
    return laps


def front_of(everybody: Iterable[Sequence[int]]) -> list[int]:
    """When whoever was first passed the finish line for the first, the second time, and so on."""
    passed = list(everybody)
    most = max((len(one) for one in passed), default=0)
    return [min(one[lap] for one in passed if len(one) > lap) for lap in range(most)]


def lapped(own: Sequence[int], front: Sequence[int], *, running: bool) -> int:
    """How often somebody was overtaken by a whole lap: who was first had passed so much more often
    when oneself passed, or is more than a lap further now."""
    behind = len(front) - len(own) - 1 if running else 0
    for laps, at in enumerate(own, 1):
        behind = max(behind, bisect_right(front, at) - laps)
    return max(0, behind)

"""Hours in which clocks stand still, in local time, over changes of daylight saving. Pure: the
offset of the zone is asked of a function that is given. SPEC: DR24.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from protocol.draft import QuietHours

Offset = Callable[[int], int]
"""UTC ms → what is added to get local ms."""

MINUTE_MS = 60_000
DAY_MS = 1_440 * MINUTE_MS
STEPS_MAX = 2_000
"""Stretches that one walk takes: two weeks of clock with eight windows a day are a tenth of it."""


def covered_minutes(quiet: Sequence[QuietHours]) -> int:
    """Minutes of a day that are quiet."""
    return sum(_is_quiet(minute, quiet) for minute in range(1_440))


def _is_quiet(minute: int, quiet: Sequence[QuietHours]) -> bool:
    for one in quiet:
        if one.start <= one.end:
            if one.start <= minute < one.end:
                return True
        elif minute >= one.start or minute < one.end:
            return True
    return False


def _stretch(at: int, quiet: Sequence[QuietHours], offset: Offset) -> tuple[int, bool]:
    """Until when what holds at `at` holds (at most a day), and whether it is quiet."""
    local = at + offset(at)
    day_ms = local % DAY_MS
    edges = [edge * MINUTE_MS for one in quiet for edge in (one.start, one.end)]
    after = min((edge - day_ms) % DAY_MS or DAY_MS for edge in edges)
    end = at + after
    if offset(end) != offset(at):  # the zone changes its offset on the way: stop there
        low, high = at, end
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == offset(at) else (low, middle)
        end = high
    return end, _is_quiet(day_ms // MINUTE_MS, quiet)


def add_active(at: int, duration: int, quiet: Sequence[QuietHours], offset: Offset) -> int:
    """When a clock of `duration` ms that is started at `at` has run out."""
    if not quiet:
        return at + duration
    left = duration
    for _ in range(STEPS_MAX):
        end, is_quiet = _stretch(at, quiet, offset)
        if not is_quiet:
            if at + left <= end:
                return at + left
            left -= end - at
        at = end
    return at + left


def active_between(start: int, end: int, quiet: Sequence[QuietHours], offset: Offset) -> int:
    """How many ms a clock runs from `start` to `end`; none if that is not later."""
    if not quiet:
        return max(0, end - start)
    run, at = 0, start
    for _ in range(STEPS_MAX):
        if at >= end:
            return run
        edge, is_quiet = _stretch(at, quiet, offset)
        edge = min(edge, end)
        run += 0 if is_quiet else edge - at
        at = edge
    return run + max(0, end - at)

"""Clocks that stand still at night."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from protocol.draft import QuietHours
from server.rules.draft.quiet import active_between, add_active, covered_minutes
from server.zones import offset_ms

HOUR = 3_600_000
NIGHT = (QuietHours(120, 300),)
"""2 to 5 o'clock."""
NEW_YORK = partial(offset_ms, "America/New_York")


def at(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type] - a date


def test_DR24_a_clock_stands_still_between_two_and_five() -> None:
    utc = partial(offset_ms, "UTC")
    one = at(2026, 7, 1, 1)
    assert add_active(one, HOUR // 2, NIGHT, utc) == one + HOUR // 2
    assert add_active(one, HOUR, NIGHT, utc) == one + HOUR
    assert add_active(one, 2 * HOUR, NIGHT, utc) == one + 5 * HOUR
    assert add_active(at(2026, 7, 1, 3), HOUR, NIGHT, utc) == at(2026, 7, 1, 6)
    assert add_active(one, HOUR, (), utc) == one + HOUR
    assert active_between(one, one + 5 * HOUR, NIGHT, utc) == 2 * HOUR
    assert active_between(one, one - 1, NIGHT, utc) == 0
    assert active_between(one, one + 9, (), utc) == 9


def test_DR24_windows_go_over_midnight() -> None:
    utc = partial(offset_ms, "UTC")
    night = (QuietHours(1_380, 420),)
    assert add_active(at(2026, 7, 1, 22), 2 * HOUR, night, utc) == at(2026, 7, 2, 8)
    assert covered_minutes(night) == 480


def test_DR24_in_spring_the_night_is_an_hour_shorter() -> None:
    """8 March 2026: at 2 o'clock it is 3. Quiet is 3 to 5, two hours."""
    one = at(2026, 3, 8, 6)  # 1 o'clock there
    assert add_active(one, 2 * HOUR, NIGHT, NEW_YORK) == one + 4 * HOUR
    assert active_between(one, one + 4 * HOUR, NIGHT, NEW_YORK) == 2 * HOUR


def test_DR24_in_autumn_the_hour_that_comes_twice_is_quiet_twice() -> None:
    """1 November 2026: after 1:59 it is 1 o'clock again."""
    window = (QuietHours(60, 180),)
    midnight = at(2026, 11, 1, 4)
    assert add_active(midnight, 2 * HOUR, window, NEW_YORK) == midnight + 5 * HOUR


def test_DR24_adding_and_measuring_are_inverse() -> None:
    start = at(2026, 10, 30, 12)
    for hours in range(1, 90):
        end = add_active(start, hours * HOUR, NIGHT, NEW_YORK)
        assert active_between(start, end, NIGHT, NEW_YORK) == hours * HOUR


def test_DR24_a_day_that_is_quiet_all_through_does_not_hang() -> None:
    always = (QuietHours(0, 720), QuietHours(720, 0))
    assert covered_minutes(always) == 1_440
    start = at(2026, 1, 1)
    assert add_active(start, HOUR, always, NEW_YORK) > start
    assert active_between(start, start + 10**12, always, NEW_YORK) >= 0

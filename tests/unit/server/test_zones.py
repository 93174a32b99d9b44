"""Zones by name."""

from server.zones import offset_ms, zone_named


def test_DR24_an_offset_follows_the_calendar_there() -> None:
    winter, summer = 1_767_268_800_000, 1_782_907_200_000
    assert offset_ms("America/New_York", winter) == -5 * 3_600_000
    assert offset_ms("America/New_York", summer) == -4 * 3_600_000
    assert offset_ms("UTC", winter) == 0


def test_a_zone_that_is_none_counts_as_utc() -> None:
    assert zone_named("Nowhere/At_All") is None
    assert zone_named("../etc/passwd") is None
    assert offset_ms("Nowhere/At_All", 0) == 0

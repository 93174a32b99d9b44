"""Points of combined events, against published totals."""

import pytest

from protocol.meet import Discipline, MeetEvent, ScoringTable, Timing
from server.rules.meet.combined import SORTS, TABLES, counted, points

DECATHLON: tuple[tuple[Discipline, int, int], ...] = (
    ("100", 10_230, 1_040), ("LJ", 7_880, 1_030), ("SP", 14_520, 760), ("HJ", 2_010, 813),
    ("400", 45_000, 1_060), ("110H", 13_690, 1_015), ("DT", 43_340, 733), ("PV", 5_200, 972),
    ("JT", 63_630, 793), ("1500", 257_520, 829),
)  # fmt: skip
HEPTATHLON: tuple[tuple[Discipline, int, int], ...] = (
    ("100H", 12_690, 1_172), ("HJ", 1_860, 1_054), ("SP", 15_800, 915), ("200", 22_560, 1_123),
    ("LJ", 7_270, 1_264), ("JT", 45_660, 776), ("800", 128_510, 987),
)  # fmt: skip


@pytest.mark.parametrize(
    ("table", "marks", "total"),
    [("men", DECATHLON, 9_045), ("women", HEPTATHLON, 7_291)],
    ids=["decathlon of Beijing 2015", "heptathlon of Seoul 1988"],
)
def test_AT24_two_records_of_the_world_are_what_was_published(
    table: ScoringTable, marks: tuple[tuple[Discipline, int, int], ...], total: int
) -> None:
    found = [points(table, discipline, value) for discipline, value, _ in marks]
    assert found == [expected for *_, expected in marks]
    assert sum(found) == total


def test_AT24_what_is_worse_than_the_table_begins_with_is_no_points() -> None:
    assert points("men", "100", 18_000) == points("men", "100", 25_000) == 0
    assert points("women", "SP", 1_500) == points("women", "HJ", 700) == 0


def test_AT24_times_by_hand_are_counted_longer() -> None:
    def race(metres: int, timing: Timing = "hand") -> MeetEvent:
        return MeetEvent(id="e", name="E", sort="track", metres=metres, timing=timing)

    assert counted(race(100), "100", 10_500) == 10_740
    assert counted(race(110), "110H", 14_000) == 14_240
    assert counted(race(400), "400", 48_000) == 48_140
    assert counted(race(1_500), "1500", 270_000) == 270_000
    assert counted(race(100, "photo"), "100", 10_500) == 10_500


def test_AT24_each_discipline_of_a_table_is_of_some_sort_of_event() -> None:
    assert {one for table in TABLES.values() for one in table} == set(SORTS)

"""Places by the rules of athletics, by examples worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from protocol.meet import (
    Athlete,
    Attempt,
    Entry,
    Heat,
    Lane,
    MeetEvent,
    MeetSettings,
    Race,
    Record,
    Result,
    SetEvent,
    SetResult,
    SetWind,
    StartList,
    Trials,
)
from server.rules.meet.ranking import final_order, is_out, official_mark, official_time, ranking
from server.rules.meet.state import HeldResult, Meet
from tests.support.meets import MeetRoom, the_meet


def placed(event: MeetEvent, *results: Result, wind: int | None = None) -> list[tuple[Any, ...]]:
    meet = Meet(MeetSettings())
    meet.events[event.id] = event
    for one in results:
        meet.athletes[one.athlete] = Athlete(id=one.athlete, name=one.athlete)
        meet.entries[f"e/{one.athlete}"] = Entry(event="e", athlete=one.athlete)
        meet.results[f"e/{one.athlete}"] = HeldResult(one)
    lanes = tuple(Lane(lane=n, athlete=one.athlete) for n, one in enumerate(results, 1))
    meet.start_lists["e"] = StartList(event="e", heats=(Heat(number=1, lanes=lanes),))
    meet.races["e/1"] = Race(event="e", heat=1, started=True, wind=wind)
    return [(one.place, one.athlete, one.value or one.status, *one.records) for one in ranking(
        meet, event
    )]  # fmt: skip


def race(**more: Any) -> MeetEvent:
    return MeetEvent(id="e", name="E", sort="track", **more)


def field(**more: Any) -> MeetEvent:
    return MeetEvent(id="e", name="E", sort="distance", **more)


def ran(athlete: str, time: int | None = None, **more: Any) -> Result:
    return Result(event="e", athlete=athlete, time=time, **more)


def threw(athlete: str, *marks: int | None, wind: int | None = None, **more: Any) -> Result:
    attempts = tuple(Attempt(mark=mark, wind=wind if mark else None) for mark in marks)
    return Result(event="e", athlete=athlete, attempts=attempts, **more)


def jumped(athlete: str, *tries: str) -> Result:
    trials = tuple(Trials(height=1_700 + 50 * n, tries=one) for n, one in enumerate(tries) if one)
    return Result(event="e", athlete=athlete, trials=trials)


@pytest.mark.parametrize(
    ("ms", "event", "official"),
    [
        (11_521, race(metres=100), 11_530),
        (11_520, race(metres=100), 11_520),
        (1_663_411, race(metres=10_000), 1_663_420),
        (3_400_011, race(metres=20_000), 3_400_100),
        (11_521, race(timing="hand"), 11_600),
        (7_500_001, race(timing="road", metres=42_195), 7_501_000),
    ],
)
def test_AT10_times_are_rounded_up(ms: int, event: MeetEvent, official: int) -> None:
    assert official_time(ms, event) == official


def test_AT10_marks_are_rounded_down_to_the_centimetre() -> None:
    assert (official_mark(7_459), official_mark(7_460)) == (7_450, 7_460)


def test_AT11_races_are_told_apart_by_thousandths_of_the_photo_finish() -> None:
    found = placed(
        race(), ran("b", 11_523), ran("a", 11_521), ran("c", 11_523), ran("d", status="DNS"),
        ran("e", status="DQ", rule="TR16.8"), ran("f", 11_600), ran("g", status="DNF"),
    )  # fmt: skip
    assert found == [
        (1, "a", 11_530), (2, "b", 11_530), (2, "c", 11_530), (4, "f", 11_600),
        (None, "g", "DNF"), (None, "d", "DNS"), (None, "e", "DQ"),
    ]  # fmt: skip
    by_hand = placed(race(timing="hand"), ran("a", 11_521), ran("b", 11_540))
    assert [row[0] for row in by_hand] == [1, 1]


def test_AT12_ties_of_distances_are_broken_by_the_second_best_and_so_on() -> None:
    found = placed(
        field(), threw("a", 7_500, 7_300, None), threw("b", 7_500, 7_400, 7_000),
        threw("c", None, 7_300, 7_509), threw("d", None, None, None), threw("e", 7_400),
    )  # fmt: skip
    assert found == [
        (1, "b", 7_500), (2, "a", 7_500), (2, "c", 7_500), (4, "e", 7_400), (None, "d", "NM"),
    ]  # fmt: skip


def test_AT13_ties_of_heights_are_broken_by_failures_at_the_last_and_then_by_all() -> None:
    found = placed(
        MeetEvent(id="e", name="E", sort="height"),
        jumped("a", "o", "xo", "xxx"),
        jumped("b", "xo", "o", "xxx"),
        jumped("c", "o", "o", "xxx"),
        jumped("d", "xo", "o", "x-", "xx"),
        jumped("e", "xxx"),
        jumped("f", "-", "o", "o", "xxx"),
    )
    assert found == [
        (1, "f", 1_800), (2, "c", 1_750), (3, "b", 1_750), (3, "d", 1_750), (5, "a", 1_750),
        (None, "e", "NH"),
    ]  # fmt: skip


def test_AT13_three_failures_in_a_row_end_it_over_however_many_heights() -> None:
    assert is_out(jumped("a", "o", "x-", "xx").trials)
    assert not is_out(jumped("a", "xxo", "xx").trials)
    assert is_out(jumped("a", "xr").trials)


@pytest.mark.parametrize(("wind", "records"), [(20, ("MR",)), (21, ()), (None, ()), (-30, ("MR",))])
def test_AT14_a_record_needs_a_wind_of_two_metres_at_most(
    wind: int | None, records: tuple[str, ...]
) -> None:
    event = race(wind=True, records=(Record(name="MR", value=11_000),))
    assert placed(event, ran("a", 11_000), wind=wind)[0][3:] == records
    assert placed(event, ran("a", 11_001), wind=wind)[0][3:] == ()


def test_AT14_of_jumps_the_longest_that_is_legal_counts_for_a_record() -> None:
    event = field(wind=True, records=(Record(name="MR", value=7_900),))
    attempts = (Attempt(mark=8_100, wind=25), Attempt(mark=7_950, wind=10))
    jumper = Result(event="e", athlete="a", attempts=attempts)
    assert placed(event, jumper) == [(1, "a", 8_100, "MR")]
    aided = Result(event="e", athlete="a", attempts=attempts[:1])
    assert placed(event, aided) == [(1, "a", 8_100)]


VAULT = MeetEvent(id="e", name="E", sort="height", heights=(1_700, 1_750, 1_800))


def off(result: Result, *rounds: str) -> Result:
    told = tuple(Trials(height=1_780 + 20 * n, tries=one) for n, one in enumerate(rounds))
    return replace(result, jump_off=told)


def test_AT25_a_jump_off_decides_first_place_alone() -> None:
    tied = jumped("a", "o", "o", "xxx"), jumped("b", "o", "o", "xxx"), jumped("c", "xo", "o", "xxx")
    assert [row[:2] for row in placed(VAULT, *tied)] == [(1, "a"), (1, "b"), (3, "c")]
    found = placed(VAULT, off(tied[0], "x", "x"), off(tied[1], "x", "o"), off(tied[2], "o", "o"))
    assert found == [(1, "b", 1_800), (2, "a", 1_750), (3, "c", 1_800)]
    # Who does not jump again has lost to who does.
    assert placed(VAULT, off(tied[0], "r"), off(tied[1], "x"))[0][:2] == (1, "b")
    # One round has not told them apart.
    both = placed(VAULT, off(tied[0], "x"), off(tied[1], "x"))
    assert [row[0] for row in both] == [1, 1]


def test_AT22_while_a_race_runs_who_is_further_is_first_without_a_place() -> None:
    running = race(laps=4)
    found = placed(
        running, ran("a", splits=(61, 121)), ran("b", splits=(60, 122)), ran("c", splits=(59,)),
        ran("d", status="DNF", splits=(50, 100, 150)),
    )  # fmt: skip
    assert [row[:2] for row in found] == [(None, "a"), (None, "b"), (None, "c"), (None, "d")]


def test_AT26_the_best_eight_go_on_and_who_leads_comes_last() -> None:
    meet = Meet(MeetSettings())
    meet.events["e"] = event = field()
    for number in range(10):
        name = f"a{number}"
        marks = (50_000 + 100 * number, None, 40_000)
        meet.entries[f"e/{name}"] = Entry(event="e", athlete=name)
        meet.results[f"e/{name}"] = HeldResult(threw(name, *marks))
    assert final_order(meet, event) == [f"a{number}" for number in range(2, 10)]
    meet.results["e/a9"] = HeldResult(threw("a9", 50_900, None))
    assert final_order(meet, event) == [], "the third round is not over"
    meet.results["e/a9"] = HeldResult(threw("a9", 50_900, None, status="r"))
    assert final_order(meet, event) == [f"a{number}" for number in range(1, 9)]
    # Tied for the last of the places: both go on.
    meet.results["e/a0"] = HeldResult(threw("a0", 50_100, None, 40_000))
    assert set(final_order(meet, event)) == {f"a{number}" for number in range(9)}
    # A foul three times is no mark, and no final while others have one.
    meet.results["e/a0"] = HeldResult(threw("a0", None, None, None))
    assert "a0" not in final_order(meet, event)
    assert final_order(meet, replace(event, finalists=0))[0] == "a0"
    assert final_order(meet, replace(event, attempts=3)) == []


def test_AT24_a_total_grows_and_who_does_not_start_gives_up() -> None:
    room = MeetRoom(the_meet())
    event = room.state.events["heptathlon-w"]
    first, *_, last = ranking(room.state, event)
    assert (first.place, first.points[-2:], sum(one or 0 for one in first.points)) == (
        1, (None, None), first.value,
    )  # fmt: skip
    throw = threw(last.athlete, 70_000)
    room.told(SetResult(replace(throw, event="hep-6-JT")))
    found = ranking(room.state, event)
    assert found[0].athlete == last.athlete
    assert found[0].records == ()
    room.told(SetResult(Result(event="hep-7-800", athlete=last.athlete, status="DNS")))
    gone = ranking(room.state, event)[-1]
    assert (gone.athlete, gone.place, gone.status) == (last.athlete, None, "DNF")
    room.told(SetResult(Result(event="hep-7-800", athlete=last.athlete, status="DQ")))
    back = ranking(room.state, event)[0]
    assert (back.athlete, back.points[-1]) == (last.athlete, 0)
    calm = replace(event, records=(Record(name="MR", value=3_000),))
    room.told(SetEvent(calm))
    assert ranking(room.state, calm)[0].records == ("MR",)
    for part in ("hep-1-100H", "hep-4-200"):
        room.told(SetWind(part, 1, 60))
    assert ranking(room.state, calm)[0].records == ()

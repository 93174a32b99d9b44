"""What each office may change in a meet, and what a correction is."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from protocol.feed import SetDelay
from protocol.meet import (
    Athlete,
    Attempt,
    ChangeAll,
    ClearResult,
    Entry,
    Official,
    PublishStartList,
    RecordLap,
    Result,
    ResultChanged,
    SetAthlete,
    SetEntry,
    SetEvent,
    SetOfficial,
    SetResult,
    SetWind,
    StartRace,
    Trials,
    WithdrawEntry,
)
from server.rules.kind import Rejected
from server.rules.meet.kind import MEET
from tests.support.meets import MeetRoom, the_meet

FORBIDDEN = Rejected("forbidden")


@pytest.fixture
def room() -> MeetRoom:
    made = MeetRoom(the_meet())
    made.give_offices()
    return made


def opened(room: MeetRoom, event: str = "400m-m", phase: Any = "registration") -> None:
    room.told(SetEvent(replace(room.state.events[event], phase=phase)))


def of_club(room: MeetRoom, club: str, *, own: bool = True) -> Athlete:
    return next(one for one in room.state.athletes.values() if (one.club == club) is own)


def test_AT6_a_coach_registers_the_own_club_while_registration_is_open(room: MeetRoom) -> None:
    mine, other = of_club(room, "Northside"), of_club(room, "Northside", own=False)
    entry = SetEntry(Entry(event="400m-m", athlete=mine.id, seed=47_000))
    assert room.told(entry, "carl") == ["settled"]
    opened(room)
    assert room.told(entry, "carl") == ["entry.changed"]
    assert room.decide(SetEntry(Entry(event="400m-m", athlete=other.id)), "carl") == FORBIDDEN
    assert room.decide(WithdrawEntry("400m-m", other.id), "carl") == FORBIDDEN
    assert room.told(WithdrawEntry("400m-m", mine.id), "carl") == ["entry.changed"]
    assert room.told(WithdrawEntry("400m-m", mine.id), "carl") == ["nothing_changes"]
    new = Athlete(id="new", name="New", club="Northside")
    assert room.told(SetAthlete(new), "carl") == ["athlete.changed"]
    assert room.decide(SetAthlete(replace(new, club="Old Mill")), "carl") == FORBIDDEN
    assert room.decide(SetAthlete(replace(other, club="Northside")), "carl") == FORBIDDEN


def test_AT6_an_athlete_registers_oneself(room: MeetRoom) -> None:
    room.told(SetOfficial(Official(account="ada", office="athlete", athlete="a1")))
    opened(room)
    assert room.told(SetEntry(Entry(event="400m-m", athlete="a1")), "ada") == ["entry.changed"]
    assert room.decide(SetEntry(Entry(event="400m-m", athlete="a2")), "ada") == FORBIDDEN
    me = room.state.athletes["a1"]
    assert room.told(SetAthlete(replace(me, name="Ada")), "ada") == ["athlete.changed"]
    assert room.decide(SetAthlete(replace(me, club="Another")), "ada") == FORBIDDEN


def test_AT2_AT3_offices_are_the_chief_registrars_to_give(room: MeetRoom) -> None:
    given = SetOfficial(Official(account="vic", office="starter"))
    assert room.decide(given, "rita") == FORBIDDEN
    assert room.told(ChangeAll((given,)), "rita") == ["forbidden"]
    assert room.told(given) == ["official.changed"]
    assert room.told(SetOfficial(Official(account="who", office="starter"))) == ["unknown_member"]
    lost = room.decide(SetOfficial(Official(account="vic", office="athlete", athlete="zz")))
    assert lost == Rejected("bad_property", {"property": "athlete"})
    assert room.told(SetDelay(30), "nobody") == ["delay.changed"]
    assert MEET.delay_s(room.state, "nobody") == 30


def test_AT3_a_starter_starts_and_takes_out_and_touches_no_result(room: MeetRoom) -> None:
    assert room.told(StartRace("400m-m", 1), "stan") == ["race.changed"]
    assert room.told(StartRace("400m-m", 1), "stan") == ["nothing_changes"]
    assert room.decide(SetWind("100m-w", 1, 5), "stan") == FORBIDDEN
    lane = room.state.start_lists["400m-m"].heats[0].lanes[0].athlete
    out = Result(event="400m-m", athlete=lane, status="DQ", rule="TR16.8")
    assert room.told(SetResult(out), "stan") == ["result.changed"]
    timed = Result(event="400m-m", athlete=lane, time=46_000)
    assert room.decide(SetResult(timed), "stan") == FORBIDDEN
    assert room.decide(SetResult(replace(out, time=46_000)), "stan") == FORBIDDEN
    official = next(one.athlete for one in the_meet().results if one.event == "100m-w" and one.time)
    before = room.state.results[f"100m-w/{official}"].result
    late = SetResult(replace(before, status="DQ"))
    assert room.decide(late, "stan") == Rejected("settled")
    assert room.decide(StartRace("400m-m", 2)) == Rejected("bad_property", {"property": "heat"})


def test_AT9_a_change_of_an_official_result_is_a_correction(room: MeetRoom) -> None:
    key = "shot-put-w"
    result = next(one for one in the_meet().results if one.event == key and one.attempts)
    better = replace(result, attempts=(Attempt(mark=16_600), *result.attempts[1:]))
    assert room.told(SetResult(better), "rita") == ["result.changed"]
    event = room.events[-1]
    assert isinstance(event, ResultChanged)
    assert (event.was, event.now, event.corrected) == (result, better, True)
    held = room.state.results[f"{key}/{result.athlete}"]
    assert (held.result, held.was, held.corrected_at) == (better, result, 1_000 * room.entries)
    assert room.told(SetResult(better), "rita") == ["nothing_changes"]
    opened(room, key, "started")
    room.told(SetResult(result), "rita")
    assert not room.events[-1].corrected
    assert room.decide(ClearResult(key, result.athlete), "rita") == FORBIDDEN
    assert room.told(ClearResult(key, result.athlete)) == ["result.changed"]


@pytest.mark.parametrize(
    ("result", "wrong"),
    [
        (Result(event="none", athlete="a1"), "event"),
        (Result(event="100m-w", athlete="a9"), "athlete"),
        (Result(event="shot-put-w", athlete="a25", time=1), "time"),
        (Result(event="100m-w", athlete="a1", time=1, status="DNS"), "time"),
        (Result(event="100m-w", athlete="a1", attempts=(Attempt(),)), "attempts"),
        (Result(event="shot-put-w", athlete="a25", attempts=(Attempt(mark=1, wind=1),)),
         "attempts"),
        (Result(event="long-jump-m", athlete="a17", attempts=(Attempt(mark=1, passed=True),)),
         "attempts"),
        (Result(event="high-jump-w", athlete="a33", trials=(Trials(height=1_701, tries="o"),)),
         "trials"),
        (Result(event="100m-w", athlete="a1", rule="TR16.8"), "rule"),
    ],
)  # fmt: skip
def test_AT7_what_cannot_be_is_refused(room: MeetRoom, result: Result, wrong: str) -> None:
    assert room.decide(SetResult(result)) == Rejected("bad_property", {"property": wrong})


def test_AT8_a_start_list_has_each_entered_athlete_once(room: MeetRoom) -> None:
    good = room.state.start_lists["100m-w"]
    (heat,) = good.heats
    lane = heat.lanes[0]
    for lanes, wrong in (
        ((lane, replace(lane, lane=2)), "athlete"),
        ((lane, replace(heat.lanes[1], lane=1)), "lane"),
        ((replace(lane, athlete="a9"),), "entry"),
    ):
        made = replace(good, heats=(replace(heat, lanes=lanes),))
        refused = room.decide(PublishStartList(made))
        assert refused == Rejected("bad_property", {"property": wrong})
    fewer = replace(good, heats=(replace(heat, lanes=heat.lanes[:4]),))
    assert room.told(PublishStartList(fewer), "rita") == ["start_list.published"]
    assert room.events[-1].was == good


def test_AT5_many_changes_are_all_or_none(room: MeetRoom) -> None:
    before = MEET.view(room.state)
    good = SetResult(Result(event="100m-w", athlete="a1", time=11_111))
    bad = SetResult(Result(event="100m-w", athlete="a9", time=11_111))
    refused = room.decide(ChangeAll((good, bad)))
    assert refused == Rejected("bad_property", {"property": "athlete", "change": 1})
    assert MEET.view(room.state) == before
    assert room.told(ChangeAll((good, good)), "rita") == ["result.changed"]
    assert room.told(ChangeAll((good,)), "rita") == ["nothing_changes"]
    assert room.decide(ChangeAll((good,)), "vic") == FORBIDDEN


def test_AT22_two_who_count_laps_count_each_once(room: MeetRoom) -> None:
    lap = RecordLap("10000m-w", "a58", 15, 2_000_000)
    assert room.decide(lap, "carl") == FORBIDDEN
    assert room.told(lap, "rita") == ["result.changed"]
    assert room.told(replace(lap, time=2_000_300)) == ["nothing_changes"]
    held = room.state.results["10000m-w/a58"].result
    assert (len(held.splits), held.splits[-1]) == (15, 2_000_000)
    for wrong in (replace(lap, lap=17, time=2_100_000), replace(lap, lap=16, time=1_999_999)):
        assert room.decide(wrong) == Rejected("bad_property", {"property": "lap"})
    assert room.decide(replace(lap, event="100m-w", athlete="a1")) == Rejected(
        "bad_property", {"property": "event"}
    )
    assert room.decide(replace(lap, athlete="a1")) == Rejected(
        "bad_property", {"property": "athlete"}
    )
    assert room.told(replace(lap, event="5000m-m", athlete="a49", lap=13)) == ["settled"]


def test_AT22_a_lap_without_a_time_is_counted_from_the_start_that_was_told(room: MeetRoom) -> None:
    room.told(SetEvent(replace(room.state.events["400m-m"], laps=2)))
    athlete = next(iter(room.state.heats_of("400m-m")))
    lap = RecordLap("400m-m", athlete, 1)
    assert room.decide(lap) == Rejected("bad_property", {"property": "heat"})
    room.now = 50_000
    room.told(StartRace("400m-m", 1), "stan")
    room.now = 110_500
    room.told(lap)
    assert room.state.results[f"400m-m/{athlete}"].result.splits == (60_500,)


def test_AT23_a_coach_says_who_of_the_own_club_runs(room: MeetRoom) -> None:
    opened(room, "4x100m-w")
    team = next(
        one for one in room.state.entries.values()
        if one.event == "4x100m-w" and room.state.athletes[one.athlete].club == "Northside"
    )  # fmt: skip
    turned = replace(team, members=team.members[::-1])
    assert room.told(SetEntry(turned), "carl") == ["entry.changed"]
    stranger = of_club(room, "Northside", own=False).id
    mixed = replace(team, members=(*team.members[:3], stranger))
    assert room.decide(SetEntry(mixed), "carl") == FORBIDDEN
    assert room.decide(
        SetAthlete(replace(room.state.athletes[team.athlete], team=False))
    ) == Rejected("bad_property", {"property": "team"})


def test_AT24_who_is_entered_for_a_combined_event_is_in_its_parts(room: MeetRoom) -> None:
    assert room.told(SetResult(Result(event="hep-7-800", athlete="a83", time=131_000))) == [
        "result.changed"
    ]
    room.told(WithdrawEntry("heptathlon-w", "a83"))
    assert room.decide(
        SetResult(Result(event="hep-7-800", athlete="a83", time=130_000))
    ) == Rejected("bad_property", {"property": "athlete"})

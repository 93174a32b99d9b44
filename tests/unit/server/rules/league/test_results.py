"""Weeks get results, results are corrected, and become official."""

import json

import msgspec

from protocol.league import CORRECTED_MAX, Cause, CorrectedResult, CorrectWeek, Result, SettleWeek
from protocol.membership import Outage, WakeUp
from server.rules.league.locks import HOUR_MS, MINUTE_MS, next_deadline
from server.rules.league.state import Corrected, restore, snapshot, view
from tests.support.leagues import MONDAY, LeagueRoom, a_league

FIRST = (Result(100, 90), Result(0, 0))
FLIPPED = (Result(80, 90), Result(0, 0))
CAUSE = Cause("r_feed", 7, 9, "correction", "p", 100, 80, 946)


def settled() -> LeagueRoom:
    room = a_league()
    room.now = MONDAY
    return room.do(SettleWeek(1, FIRST, {"r_feed": 5}))


def test_LE13_a_week_is_settled_once_at_positions() -> None:
    room = settled()
    found = room.state.parts.settled[1]
    assert (found.results, found.positions) == (FIRST, {"r_feed": 5})
    assert found.official_at == MONDAY + HOUR_MS
    assert room.told(SettleWeek(1, FIRST, {})) == ["settled"]
    assert room.told(SettleWeek(2, FIRST, {})) == ["changed_since"]
    assert view(room.state)["standings"][0].team == 1


def test_LE14_a_correction_says_old_and_new_and_that_it_flips() -> None:
    room = settled()
    assert room.told(CorrectWeek(1, FLIPPED, {"r_feed": 7}, (CAUSE,))) == ["week.corrected"]
    event = room.events[-1]
    assert event.changes == (CorrectedResult(1, FIRST[0], FLIPPED[0], flipped=True),)
    assert event.causes == (CAUSE,)
    found = room.state.parts.settled[1]
    assert (found.results, found.positions) == (FLIPPED, {"r_feed": 7})
    assert view(room.state)["standings"][0].team == 2
    smaller = (Result(79, 90), Result(0, 0))
    room.do(CorrectWeek(1, smaller, {"r_feed": 8}))
    assert room.events[-1].changes[0].flipped is False


def test_LE17_what_corrections_changed_stands_beside_the_results() -> None:
    room = settled()
    room.now += 5
    room.do(CorrectWeek(1, FLIPPED, {"r_feed": 7}, (CAUSE,)))
    week = view(room.state)["weeks"][1]
    assert week["corrected"] == [
        Corrected(1, FIRST[0], FLIPPED[0], flipped=True, at=MONDAY + 5),
    ]
    for number in range(CORRECTED_MAX):
        room.do(CorrectWeek(1, (Result(number, 90), FLIPPED[1]), {"r_feed": 8 + number}))
    week = view(restore(json.loads(msgspec.json.encode(snapshot(room.state)))))["weeks"][1]
    assert [one.now.home for one in week["corrected"]] == list(range(CORRECTED_MAX))


def test_LE14_what_is_the_same_or_older_changes_nothing() -> None:
    room = settled()
    assert room.told(CorrectWeek(1, FIRST, {"r_feed": 9})) == ["nothing_changes"]
    assert room.told(CorrectWeek(1, FLIPPED, {"r_feed": 4})) == ["nothing_changes"]
    assert room.told(CorrectWeek(1, FLIPPED, {})) == ["nothing_changes"]
    assert room.told(CorrectWeek(2, FLIPPED, {})) == ["settled"]


def test_LE16_a_minute_is_left_to_look_for_corrections_however_late_it_is() -> None:
    room = settled()
    at = room.state.parts.settled[1].official_at
    room.now = at + HOUR_MS
    assert room.told(WakeUp(at)) == ["week.closing"]
    assert next_deadline(room.state) == room.now + MINUTE_MS
    assert room.told(CorrectWeek(1, FLIPPED, {"r_feed": 7})) == ["week.corrected"]
    room.now += MINUTE_MS
    assert room.told(WakeUp(room.now)) == ["week.official"]


def test_LE16_after_the_window_it_is_official_and_stays() -> None:
    room = settled()
    at = room.state.parts.settled[1].official_at
    assert at - HOUR_MS == MONDAY
    room.now = at
    assert room.told(WakeUp(at)) == ["week.closing"]
    assert room.told(WakeUp(at)) == ["nothing_changes"]
    assert room.told(WakeUp(at + MINUTE_MS)) == ["week.official"]
    assert room.state.week_state(1) == "official"
    assert room.told(CorrectWeek(1, FLIPPED, {"r_feed": 7})) == ["settled"]
    assert room.told(Outage(0, 5)) == ["nothing_changes"]

"""A league's state: its view, its snapshot, and a fork that leaves it alone."""

import msgspec

from protocol.league import SetTeam
from server.rules.kind import Stamp
from server.rules.league.apply import apply
from server.rules.league.state import places, restore, snapshot, view
from tests.support.gsis_games import CATCHER, PASSER
from tests.support.leagues import SETTINGS, a_league, line_up


def test_LE2_the_view_has_everything() -> None:
    room = a_league()
    room.do(line_up(1, 1, PASSER, CATCHER))
    shown = msgspec.json.decode(msgspec.json.encode(view(room.state)))
    assert shown["teams"]["1"] == {"name": "Ones", "owners": ["ann"]}
    assert shown["rosters"]["1"] == [PASSER, CATCHER, "late", "hurt"]
    assert shown["line_ups"]["1"]["1"] == {"starters": [PASSER, CATCHER]}
    assert shown["schedule"]["1"] == [[1, 2], [3, 4]]
    assert shown["rules"] == {"preset": "standard"}
    assert [one["team"] for one in shown["standings"]] == [1, 2, 3, 4]


def test_LE1_a_snapshot_brings_everything_back() -> None:
    room = a_league().do(line_up(1, 1, PASSER, CATCHER))
    kept = msgspec.json.encode(snapshot(room.state))
    again = restore(msgspec.json.decode(kept))
    assert msgspec.json.encode(snapshot(again)) == kept
    assert view(again) == view(room.state)


def test_KD1_a_fork_leaves_the_league_alone() -> None:
    room = a_league()
    before = msgspec.json.encode(snapshot(room.state))
    fork = room.state.fork()
    for event in room.events:
        apply(fork, event, Stamp(99, 99, "eve", "", 0))
    assert msgspec.json.encode(snapshot(room.state)) == before
    assert room.decide(SetTeam(1, "Others"))
    assert msgspec.json.encode(snapshot(room.state)) == before


def test_LE5_a_slot_has_as_many_places_as_it_counts() -> None:
    assert [slot.name for slot in places(SETTINGS, "start")] == ["QB", "FLEX"]
    assert len(places(SETTINGS, "bench")) == 3

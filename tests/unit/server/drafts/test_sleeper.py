"""Sleeper's shape: what is given, read again, and given again."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from protocol.draft import DraftSettings, RosterSlot
from protocol.draft_commands import LoadDraft, NameTeam, SetOrder, SetSeat, Trade
from server.drafts.sleeper import sleeper_draft
from server.readers.report import Fault
from server.readers.sleeper_draft import read_sleeper_draft
from server.rules.draft.presets import PRESETS
from server.rules.draft.verify import verify
from tests.support.drafts import BOSS, START, DraftRoom, manager, pool_of, started
from tests.support.held_drafts import a_league, held


def given(room: DraftRoom) -> dict[str, Any]:
    return sleeper_draft("r_x", "Ours", held(room), now_ms=START)


def again(file: dict[str, Any]) -> DraftRoom:
    """The room that a file makes."""
    read = read_sleeper_draft(msgspec.json.encode(file))
    assert not isinstance(read, Fault), read
    assert read.name == "Ours"
    room = DraftRoom(read.settings, [], managed=False)
    room.must(BOSS, read.load)
    for seat, name in read.seats.items():
        room.must(BOSS, SetSeat(seat, name))
    return room


def plain(file: dict[str, Any]) -> Any:
    return msgspec.json.decode(msgspec.json.encode(file))


def ordered() -> DraftRoom:
    room = DraftRoom(DraftSettings(teams=4, rounds=3, reversal=3), pool_of(60))
    room.must(BOSS, SetOrder((3, 1, 4, 2)))
    room.must(manager(2), NameTeam("Zwei"))
    return room


def auction() -> DraftRoom:
    return started(DraftSettings(type="auction", teams=3)).play_out()


SOCCER = DraftSettings(teams=2, rounds=5, slots=PRESETS["soccer"], needs="any", maxima={"GK": 1})


@pytest.mark.parametrize(
    "room",
    [
        a_league().play_out(),
        a_league(needs="warn").play_out(),
        ordered(),
        ordered().start().play_out(),
        auction(),
        DraftRoom(SOCCER, pool_of(40, ("GK", "DEF", "MID", "FWD"))).start().play_out(),
    ],
)
def test_DR75_given_read_and_given_again_is_equal(room: DraftRoom) -> None:
    first = given(room)
    made = again(first)
    assert plain(given(made)) == plain(first)
    assert made.state.phase == room.state.phase
    assert verify(made.settings, made.log).faults == []


def test_DR75_a_running_draft_comes_in_paused_at_the_same_turn() -> None:
    room = a_league()
    made = again(given(room))
    assert (room.state.phase, made.state.phase) == ("live", "paused")
    assert (made.turn.n, made.turn.seat) == (room.turn.n, room.turn.seat)
    first, second = plain(given(room)), plain(given(made))
    assert (first["draft"].pop("status"), second["draft"].pop("status")) == ("drafting", "paused")
    assert second == first


def test_DR73_slots_rosters_and_traded_picks_are_those_of_the_shape() -> None:
    room = ordered().start().play_out()
    file = given(room)
    assert file["draft"]["slot_to_roster_id"] == {"1": 3, "2": 1, "3": 4, "4": 2}
    assert [(one["draft_slot"], one["roster_id"]) for one in file["picks"][:5]] == [
        (1, 3),
        (2, 1),
        (3, 4),
        (4, 2),
        (4, 2),
    ]
    assert file["draft"]["draft_order"][manager(3)] == 1
    assert msgspec.json.decode(file["draft"]["metadata"]["team_names"]) == {"2": "Zwei"}
    (row,) = given(a_league())["traded_picks"]
    assert {**row, "season": ""} == {
        "season": "",
        "round": 3,
        "roster_id": 1,
        "previous_owner_id": 1,
        "owner_id": 3,
    }


CUSTOM = DraftSettings(type="custom", teams=2, rounds=3, matrix=((2, 1, 1), (2,), (1, 2)))


def test_DR73_an_order_of_ones_own_stands_beside_the_shape_and_comes_back() -> None:
    room = DraftRoom(CUSTOM, pool_of(20))
    room.start()
    room.must(BOSS, Trade(1, 2, a_cells=(3,), b_cells=(4,)))
    room.play_out()
    file = given(room)
    assert file["draft"]["type"] == "linear"
    assert msgspec.json.decode(file["draft"]["metadata"]["matrix"]) == [[2, 1, 1], [2], [1, 2]]
    made = again(file)
    assert (made.settings.type, made.settings.matrix) == ("custom", CUSTOM.matrix)
    assert made.state.owners == room.state.owners == {3: 2, 4: 1}
    assert plain(given(made)) == plain(file)
    assert verify(made.settings, made.log).faults == []


@pytest.mark.parametrize("owners", ['{"7":1}', '{"0":1}', '{"3":9}', '{"x":1}', "[]"])
def test_DR73_owners_of_an_order_of_ones_own_that_cannot_be_are_told(owners: str) -> None:
    file = given(DraftRoom(CUSTOM, pool_of(20)))
    file["draft"]["metadata"]["owners"] = owners
    read = read_sleeper_draft(msgspec.json.encode(file))
    assert isinstance(read, Fault)
    assert read.path == "$.draft.metadata.owners"


def test_DR73_places_of_other_positions_are_told_beside_their_counts() -> None:
    slots = (RosterSlot("FLEX", ("QB", "K"), 2), RosterSlot("BN", (), 1, bench=True))
    room = DraftRoom(replace(DraftSettings(teams=2, rounds=3), slots=slots))
    file = given(room)
    assert file["draft"]["settings"]["slots_flex"] == 2
    assert again(file).settings.slots == slots


def test_DR74_a_load_is_for_rooms_in_which_nothing_was_done() -> None:
    room = a_league()
    assert room.refused(BOSS, LoadDraft((1, 2, 3, 4))).code == "started"

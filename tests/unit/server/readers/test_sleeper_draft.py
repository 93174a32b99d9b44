"""Drafts as Sleeper's public API answers them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.draft import RosterSlot
from server.readers.report import Fault
from server.readers.sleeper_draft import read_sleeper_draft, slots_of

DRAFT: dict[str, Any] = {
    "type": "snake",
    "status": "complete",
    "sport": "nfl",
    "settings": {
        "teams": 2,
        "rounds": 3,
        "slots_qb": 1,
        "slots_flex": 1,
        "slots_bn": 1,
        "reversal_round": 0,
        "pick_timer": 0,
        "enforce_position_limits": 1,
    },
    "draft_order": {"u9": 1, "u8": 2},
    "slot_to_roster_id": {"1": 2, "2": 1},
    "metadata": {"name": "Sunday"},
    "creators": None,
}


def pick(n: int, roster: Any, player: str, **more: Any) -> dict[str, Any]:
    about = {"first_name": player, "last_name": "X", "position": "QB", "team": "BUF"}
    return {"pick_no": n, "roster_id": roster, "player_id": player, "metadata": about, **more}


def read(**file: Any) -> Any:
    return read_sleeper_draft(msgspec.json.encode({"draft": DRAFT, **file}))


def test_DR75_settings_order_managers_and_picks_are_read() -> None:
    found = read(picks=[pick(1, 2, "p1", picked_by="u9"), pick(2, "1", "p2", is_keeper=True)])
    assert (found.name, found.settings.teams, found.settings.rounds) == ("Sunday", 2, 3)
    assert found.settings.clock.pick_s is None
    assert found.load.order == (2, 1)
    assert found.load.managers == (("u8",), ("u9",))
    assert [(one.n, one.seat, one.by, one.keeper) for one in found.load.picks] == [
        (1, 2, "u9", False),
        (2, 1, "", True),
    ]
    assert [one.name for one in found.load.players] == ["p1 X", "p2 X"]
    assert found.load.phase == "ended"


def test_DR75_a_mock_without_rosters_has_those_of_its_slots() -> None:
    found = read(picks=[pick(1, None, "p1", draft_slot=1), pick(4, None, "p2")])
    assert [one.seat for one in found.load.picks] == [2, 2]


def test_DR75_rows_of_other_seasons_rounds_are_passed_over() -> None:
    rows = [
        {"round": 9, "roster_id": 1, "owner_id": 2},
        {"round": 2, "roster_id": 1, "owner_id": 2},
    ]
    assert read(traded_picks=rows).load.owners == ((3, 2),)


def test_DR75_more_rounds_than_places_are_bench() -> None:
    short = {**DRAFT, "settings": {"teams": 2, "rounds": 5, "slots_qb": 1, "slots_ir": 2}}
    assert read(draft=short).settings.slots == (
        RosterSlot("QB", ("QB",)),
        RosterSlot("BN", (), 4, bench=True),
    )


def test_DR75_places_by_their_names() -> None:
    assert slots_of({"slots_super_flex": 1, "slots_bn": 0, "slots_lb": 2, "teams": 4}) == (
        RosterSlot("SUPER_FLEX", ("QB", "RB", "WR", "TE")),
        RosterSlot("LB", ("LB",), 2),
    )


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ({"draft": {**DRAFT, "type": "lottery"}}, "$.draft.type"),
        ({"draft": {**DRAFT, "settings": {"teams": 99}}}, "$.draft.settings"),
        ({"draft": {**DRAFT, "slot_to_roster_id": {"1": 2}}}, "$.draft.slot_to_roster_id"),
        ({"draft": {**DRAFT, "draft_order": {"u": 7}}}, "$.draft.draft_order"),
        ({"draft": {**DRAFT, "metadata": {"slots": "{"}}}, "$.draft.metadata.slots"),
        ({"picks": [pick(1, 7, "p1")]}, "$.picks[0].roster_id"),
        ({"picks": [pick(1, 1, "")]}, "$.picks"),
        ({"picks": [{"pick_no": 1, "roster_id": 1, "player_id": "p"}]}, "$.picks"),
        (
            {"picks": [pick(1, 1, "p"), {"pick_no": 2, "roster_id": 1, "player_id": "q"}]},
            "$.picks[1].metadata",
        ),
        ({"picks": [{"pick_no": "1"}]}, "$.picks[0].pick_no"),
        (
            {"traded_picks": [{"round": 1, "roster_id": 1, "owner_id": 7}]},
            "$.traded_picks[0].owner_id",
        ),
        ({"players": {"1": {"team": "X"}}}, "$.players"),
    ],
)
def test_DR75_what_is_wrong_is_told_with_its_path(file: dict[str, Any], path: str) -> None:
    found = read(**file)
    assert isinstance(found, Fault), found
    assert found.path == path


def test_DR75_what_is_no_json_is_told() -> None:
    found = read_sleeper_draft(b"{")
    assert isinstance(found, Fault)
    assert found.why.startswith("not JSON")


def test_DR75_a_pick_of_another_roster_than_its_slots_was_traded() -> None:
    found = read(picks=[pick(1, 1, "p1"), pick(2, 1, "p2")])
    assert found.load.owners == ((1, 1),)
    said = {"round": 1, "roster_id": 2, "owner_id": 1}
    assert read(picks=[pick(1, 1, "p1")], traded_picks=[said]).load.owners == ((1, 1),)
    mock = {**DRAFT, "slot_to_roster_id": None}
    assert read(draft=mock, picks=[pick(1, 2, "p1")]).load.owners == ()


def test_DR75_a_draft_that_goes_on_needs_players_who_are_left() -> None:
    running = {**DRAFT, "status": "drafting"}
    found = read(draft=running, picks=[pick(1, 2, "p1")])
    assert isinstance(found, Fault)
    assert found.path == "$.players"
    left = {"p2": {"player_id": "p2", "full_name": "B X", "position": "QB"}}
    assert read(draft=running, picks=[pick(1, 2, "p1")], players=left).load.phase == "paused"

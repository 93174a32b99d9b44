"""What a draft is, kept and shown."""

from __future__ import annotations

import json

import msgspec

from protocol.draft import AuctionSettings, DraftSettings
from protocol.draft_commands import MakePick, Nominate, SetLists, SetProxy, Skip, Trade
from server.rules.draft import state as draft_state
from server.rules.draft.kind import DRAFT
from tests.support.drafts import BOSS, manager, player_id, started


def played():
    room = started(DraftSettings(teams=4, rounds=3))
    room.must(BOSS, Trade(1, 2, a_cells=(8,)))
    room.must(manager(1), MakePick(room.v, player_id(1)))
    room.must(BOSS, Skip(room.v, back=True))
    room.must(BOSS, Skip(room.v, back=False))
    room.must(manager(4), SetLists(queue=(player_id(44),)))
    return room


def test_DR2_the_view_shows_the_draft_and_nothing_of_lists() -> None:
    view = json.loads(msgspec.json.encode(DRAFT.view(played().state)))
    assert (view["phase"], view["turn"]["n"], view["turn"]["seat"]) == ("live", 4, 4)
    assert view["seats"]["1"][:2] == ["Team 1", [manager(1)]]
    assert (view["skipped"], view["returning"]) == ([[3, "office", 1]], [[2, "office", 1]])
    assert (view["owners"], view["rosters"]["1"]) == ({"8": 2}, [player_id(1)])
    assert view["pool"][player_id(1)][:3] == [player_id(1), "Player 1", ["RB"]]
    assert {"lists", "proxies"}.isdisjoint(view)
    assert view["money"] == {}


def test_DR4_a_private_view_is_the_accounts_own() -> None:
    state = played().state
    assert DRAFT.private(state, manager(1)) is None
    own = json.loads(msgspec.json.encode(DRAFT.private(state, manager(4))))
    assert own == {"lists": {"queue": [player_id(44)]}, "proxies": {}}


def test_a_snapshot_gives_everything_again_also_in_the_middle_of_a_sale() -> None:
    sale = started(DraftSettings(type="auction", auction=AuctionSettings(auto_percent=0)))
    sale.must(manager(1), Nominate(sale.v, player_id(1), 5))
    sale.must(manager(2), SetProxy(sale.v, 30))
    for room in (played(), sale):
        kept = msgspec.json.encode(draft_state.snapshot(room.state))
        again = draft_state.restore(msgspec.json.decode(kept))
        assert msgspec.json.encode(draft_state.snapshot(again)) == kept
        assert (again.held, again.spent, again.by_cell) == (
            room.state.held,
            room.state.spent,
            room.state.by_cell,
        )
        assert DRAFT.view(again) == DRAFT.view(room.state)


def test_a_fork_leaves_the_original_alone() -> None:
    room = played()
    before = msgspec.json.encode(draft_state.snapshot(room.state))
    fork = room.state.fork()
    fork.rosters[1].append("x")
    fork.picks.clear()
    fork.seats.clear()
    fork.acts.clear()
    assert msgspec.json.encode(draft_state.snapshot(room.state)) == before


def test_what_is_read_off_it() -> None:
    state = played().state
    assert (state.owner(8), state.owner(9), state.open_cells(2)) == (2, 1, 4)
    assert list(state.cell_of_round(2, 2)) == [7, 8]
    assert state.seat_of(manager(3)) == 3
    assert state.seat_of(BOSS) is None
    assert state.ranked()[:2] == [player_id(1), player_id(2)]
    assert state.pick_of_player("nobody") is None

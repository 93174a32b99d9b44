"""The commissioner and picks: what goes wrong can be put right."""

from __future__ import annotations

from msgspec.structs import replace

from protocol.draft import AuctionSettings, Bid, DraftSettings, Player, RosterSlot
from protocol.draft_commands import (
    BidFor,
    DeleteSale,
    MakePick,
    Nominate,
    Pause,
    PickFor,
    ReplacePick,
    SetKeeper,
    Skip,
    Trade,
    UndoTo,
)
from protocol.draft_events import OfficeActed
from tests.support.drafts import BOSS, DraftRoom, manager, player_id, started

TWO = DraftSettings(teams=2, rounds=3)
SALE = DraftSettings(type="auction", teams=2, auction=AuctionSettings(auto_percent=0))


def picked(count: int, settings: DraftSettings = TWO) -> DraftRoom:
    """So many picks, by rank."""
    room = started(settings)
    for n in range(1, count + 1):
        room.must(manager(room.turn.seat), MakePick(room.v, player_id(n)))
    return room


def sold(*prices: int) -> DraftRoom:
    """Sales to whoever nominated."""
    room = started(SALE)
    for n, price in enumerate(prices, start=1):
        room.must(manager(room.turn.seat), Nominate(room.v, player_id(n), price))
        room.wake()
    return room


def test_DR56_undo_of_the_latest_pick() -> None:
    room = picked(3)
    events = room.must(BOSS, UndoTo(reason="wrong button"))
    assert isinstance(events[0], OfficeActed)
    assert events[0].after == {"picks": 2, "undone": [[3, 2, player_id(3)]]}
    assert (room.turn.n, room.turn.seat, room.v) == (3, 2, room.version)
    assert player_id(3) not in room.state.held


def test_DR56_undo_to_a_pick_takes_all_that_came_after() -> None:
    room = picked(5)
    room.must(BOSS, UndoTo(2))
    assert ([one.n for one in room.state.picks], room.turn.n) == ([1], 2)
    assert room.refused(BOSS, UndoTo(5)).code == "unknown_pick"
    assert started(TWO).refused(BOSS, UndoTo()).code == "unknown_pick"


def test_DR56_money_comes_back_and_the_nomination_too() -> None:
    room = sold(50, 60, 70)
    room.must(BOSS, UndoTo(2))
    assert [room.state.money(seat) for seat in (1, 2)] == [150, 200]
    assert (room.turn.sort, room.turn.seat, room.turn.n) == ("nominate", 2, 2)


def test_DR56_a_skipped_turn_comes_back_with_undo() -> None:
    room = started(TWO)
    room.must(BOSS, Skip(room.v, back=False))
    room.must(manager(2), MakePick(room.v, player_id(1)))
    room.must(BOSS, UndoTo(1))
    assert (room.turn.n, room.state.skipped, room.state.picks) == (1, {}, [])


def test_DR56_an_ended_draft_is_paused_when_a_pick_goes() -> None:
    room = picked(6)
    assert room.state.phase == "ended"
    room.must(BOSS, UndoTo())
    assert (room.state.phase, room.turn.n, room.turn.left) == ("paused", 6, 90_000)


def test_DR56_trades_that_came_after_go_back() -> None:
    room = picked(2)
    room.must(BOSS, Trade(1, 2, a_players=(player_id(1),), b_cells=(3,)))
    assert (room.state.held[player_id(1)], room.turn.seat) == (2, 1)
    room.must(manager(1), MakePick(room.v, player_id(3)))
    room.must(BOSS, UndoTo(2))
    assert (room.state.held[player_id(1)], room.state.owners, room.state.trades) == (1, {}, [])


def test_DR56_a_trade_stays_where_its_player_has_no_place_any_more() -> None:
    slots = (RosterSlot("RB", ("RB",)), RosterSlot("QB", ("QB",)))
    ones = [("r1", "RB"), ("q1", "QB"), ("r2", "RB"), ("q2", "QB")]
    pool = [Player(id_, id_, (position,), rank=n) for n, (id_, position) in enumerate(ones, 1)]
    room = started(DraftSettings(teams=2, rounds=2, slots=slots), pool=pool)
    room.must(manager(1), MakePick(room.v, "r1"))
    room.must(manager(2), MakePick(room.v, "q1"))
    room.must(BOSS, Trade(1, 2, a_players=("r1",), b_players=("q1",)))
    room.must(BOSS, SetKeeper(1, "r2", round=2))
    room.must(BOSS, UndoTo(2))
    assert (room.state.rosters, room.state.trades) == ({1: ["r2"], 2: ["r1"]}, [])
    assert room.turn.seat == 2


def test_DR57_replace_leaves_later_picks_alone() -> None:
    room = picked(3)
    turn = room.v
    room.must(BOSS, ReplacePick(1, player_id(7), "meant the other one"))
    assert (room.state.rosters[1], room.v) == ([player_id(7)], turn)
    assert [one.player for one in room.state.picks] == [player_id(n) for n in (7, 2, 3)]
    assert room.refused(BOSS, ReplacePick(1, player_id(2))).code == "player_taken"
    assert room.refused(BOSS, ReplacePick(9, player_id(8))).code == "unknown_pick"
    narrow = picked(1, replace(TWO, rounds=1, slots=(RosterSlot("RB", ("RB",)),)))
    assert narrow.refused(BOSS, ReplacePick(1, player_id(2))).code == "no_legal_slot"


def test_DR58_the_commissioner_picks_for_others_also_while_paused_and_late() -> None:
    room = started(TWO)
    room.must(BOSS, Pause())
    room.must(BOSS, PickFor(room.v, player_id(1)), now=room.now + 10**7)
    assert (room.last.how, room.last.by, room.last.seat) == ("office", BOSS, 1)
    assert room.refused(BOSS, PickFor(room.v, player_id(1))).code == "player_taken"
    assert room.refused(BOSS, PickFor(0, player_id(2))).code == "too_late"
    narrow = started(replace(TWO, rounds=1, slots=(RosterSlot("RB", ("RB",)),)))
    assert narrow.refused(BOSS, PickFor(narrow.v, player_id(2))).code == "no_legal_slot"


def test_DR58_the_commissioner_nominates_and_bids_for_others() -> None:
    room = started(SALE)
    assert room.refused(BOSS, PickFor(room.v, player_id(1), 900)).code == "over_max_bid"
    room.must(BOSS, PickFor(room.v, player_id(1)))
    assert room.state.bid == Bid(1, 1)
    assert room.refused(BOSS, BidFor(room.v, 9, 2)).code == "no_seat"
    assert room.refused(BOSS, BidFor(room.v, 2, 1)).code == "not_higher"
    assert room.refused(BOSS, BidFor(0, 2, 2)).code == "too_late"
    room.must(BOSS, BidFor(room.v, 2, 2))
    assert room.state.bid == Bid(2, 2)


def test_DR59_cells_change_their_owner_also_the_one_on_the_clock() -> None:
    room = started(TWO)
    before = room.v
    room.must(BOSS, Trade(1, 2, a_cells=(1,), b_cells=(2,)))
    assert (room.turn.seat, room.turn.n) == (2, 1)
    assert room.v > before
    assert room.state.owners == {1: 2, 2: 1}
    room.must(BOSS, Trade(2, 1, a_cells=(1,), b_cells=(2,)))
    assert room.state.owners == {}


def test_DR59_what_cannot_be_exchanged_is_named() -> None:
    room = picked(2)
    one, two = (player_id(1),), (player_id(2),)

    def why(*given: object, **more: object) -> object:
        refused = room.refused(BOSS, Trade(*given, **more))  # type: ignore[arg-type] - as told
        return refused.detail["why"] if refused.code == "bad_trade" else refused.code

    assert why(1, 1, a_cells=(4,)) == "seats"
    assert why(1, 3, a_cells=(4,)) == "seats"
    assert why(1, 2) == "nothing"
    assert why(1, 2, a_cells=(1,)) == "cells"
    assert why(1, 2, a_cells=(3,)) == "cells"
    assert why(1, 2, a_cells=(4, 4)) == "cells"
    assert why(1, 2, a_players=two) == "players"
    assert why(1, 2, a_players=one + one) == "players"


def test_DR59_rosters_and_budgets_stay_legal() -> None:
    tight = replace(TWO, rounds=2, slots=(RosterSlot("ALL", (), 2),))
    room = picked(3, tight)
    full = room.refused(BOSS, Trade(1, 2, a_players=(player_id(1),)))
    assert full.detail == {"why": "full", "seat": 2}
    kinds = (RosterSlot("RB", ("RB",)), RosterSlot("WR", ("WR",)))
    room = picked(2, replace(TWO, rounds=2, slots=kinds))
    room.must(manager(2), MakePick(room.v, player_id(5)))
    slot = room.refused(BOSS, Trade(1, 2, a_players=(player_id(1),), b_players=(player_id(2),)))
    assert slot.detail == {"why": "slot", "seat": 2}
    most = picked(2, replace(TWO, maxima={"WR": 0 + 1}))
    most.must(manager(2), MakePick(most.v, player_id(5)))
    most.must(manager(1), MakePick(most.v, player_id(4)))
    over = most.refused(BOSS, Trade(1, 2, a_players=(player_id(4),)))
    assert over.detail == {"why": "maximum", "seat": 2}
    poor = sold(186, 1)
    money = poor.refused(BOSS, Trade(1, 2, a_players=(player_id(1),)))
    assert money.detail == {"why": "money", "seat": 1}
    poor.must(manager(1), Nominate(poor.v, player_id(3), 1))
    assert poor.refused(BOSS, Trade(1, 2, a_players=(player_id(1),))).code == "bidding"


def test_DR60_one_sale_is_taken_back_and_later_ones_stay() -> None:
    room = sold(50, 60, 70)
    room.must(BOSS, DeleteSale(1, "wrong player"))
    assert [room.state.money(seat) for seat in (1, 2)] == [130, 140]
    assert player_id(1) not in room.state.held
    assert room.refused(BOSS, DeleteSale(1)).code == "unknown_pick"
    assert picked(1).refused(BOSS, DeleteSale(1)).code == "unknown_pick"
    room.must(BOSS, Trade(1, 2, a_players=(player_id(3),)))
    assert room.refused(BOSS, DeleteSale(3)).detail == {"why": "traded"}
    room.play_out()
    room.must(BOSS, DeleteSale(2))
    assert (room.state.phase, room.turn.sort) == ("paused", "nominate")

"""What comes after a turn."""

from __future__ import annotations

from msgspec.structs import replace

from protocol.draft import AuctionSettings, Bid, DraftSettings, RosterSlot
from protocol.draft_commands import MakePick, Nominate, SetKeeper, SetSeat, Skip
from protocol.draft_events import BidMade, DraftMoved, ProxyChanged, TurnSkipped
from server.rules.draft.flow import next_sale
from server.rules.draft.kind import DRAFT
from tests.support.drafts import BOSS, DraftRoom, manager, player_id, pool_of, started

TWO = DraftSettings(teams=2, rounds=2)


def test_DR15_cells_come_in_order_filled_ones_take_no_time() -> None:
    room = DraftRoom(TWO)
    room.must(BOSS, SetKeeper(2, player_id(30), round=1))
    room.start()
    seen: list[int] = []
    while room.state.phase != "ended":
        seen.append(room.turn.n)
        room.wake()
    assert seen == [1, 3, 4]


def test_DR15_those_that_come_back_follow_in_their_order() -> None:
    room = started(TWO)
    room.must(BOSS, Skip(room.v, back=True))
    room.must(BOSS, Skip(room.v, back=True))
    room.play_out()
    assert [one.n for one in room.state.picks] == [3, 4, 1, 2]
    assert room.state.turn is None


def test_DR13_a_full_roster_and_an_empty_pool_are_passed_over() -> None:
    room = DraftRoom(TWO, pool=pool_of(2))
    room.must(BOSS, SetSeat(2, room=1))
    room.start()
    room.must(manager(1), MakePick(room.v, player_id(1)))
    events = room.must(manager(2), MakePick(room.v, player_id(2)))
    assert [one for one in events if isinstance(one, TurnSkipped)] == [
        TurnSkipped(3, 2, "roster_full"),
        TurnSkipped(4, 1, "no_legal_player"),
    ]
    assert events[-1] == DraftMoved("ended")


def test_DR30_teams_that_cannot_buy_are_passed_over_and_then_it_ends() -> None:
    slots = (RosterSlot("RB", ("RB",)), RosterSlot("ANY", ()))
    settings = DraftSettings(type="auction", teams=3, slots=slots)
    room = DraftRoom(settings, pool=pool_of(40))
    room.must(BOSS, SetSeat(2, room=1))
    room.start()
    nominated: list[int] = []
    while room.state.phase != "ended":
        if room.turn.sort == "nominate":
            nominated.append(room.turn.seat)
        room.wake()
    assert nominated == [1, 2, 3, 1, 3]
    assert next_sale(room.state) == 6


def test_DR43_teams_that_are_picked_for_bid_up_to_a_players_value() -> None:
    settings = DraftSettings(type="auction", teams=3, auction=AuctionSettings(auto_percent=50))
    room = DraftRoom(settings)
    room.must(BOSS, SetSeat(2, auto=True))
    room.start()
    value = room.state.pool[player_id(1)].value or 0
    events = room.must(manager(1), Nominate(room.v, player_id(1), 3))
    hidden = [one for one in events if isinstance(one, ProxyChanged)]
    assert hidden == [ProxyChanged("", 2, value // 2)]
    assert [DRAFT.audience(one) for one in hidden] == [[]]
    assert BidMade(2, 4, proxy=True) in events
    room.wake()
    room.wake()
    assert room.turn.seat == 2
    assert room.state.bid == Bid(2, 1)
    none = DraftRoom(replace(settings, auction=AuctionSettings(auto_percent=0)))
    none.must(BOSS, SetSeat(2, auto=True))
    none.start()
    none.must(manager(1), Nominate(none.v, player_id(1), 3))
    assert none.state.bid == Bid(1, 3)

"""Nominations, bids, maxima."""

from __future__ import annotations

from msgspec.structs import replace

from protocol.draft import AuctionSettings, Bid, ClockSettings, DraftSettings, RosterSlot
from protocol.draft_commands import Nominate, PlaceBid, SetKeeper, SetProxy, SetSeat
from protocol.draft_events import BidMade, ClockChanged, PickMade, ProxyChanged, TurnOpened
from server.rules.draft.kind import DRAFT
from tests.support.drafts import BOSS, START, DraftRoom, manager, player_id, pool_of, started
from tests.support.memberships import account

SALE = DraftSettings(type="auction", teams=3, auction=AuctionSettings(auto_percent=0))
STAR = player_id(1)


def on_the_block(settings: DraftSettings = SALE, price: int = 1) -> DraftRoom:
    room = started(settings)
    room.must(manager(1), Nominate(room.v, STAR, price))
    return room


def test_DR30_the_price_named_is_the_first_bid() -> None:
    room = on_the_block(price=7)
    assert (room.turn.sort, room.turn.player, room.state.bid) == ("bid", STAR, Bid(1, 7))
    room.wake()
    assert (room.last.seat, room.last.price, room.state.money(1)) == (1, 7, 193)
    assert (room.turn.sort, room.turn.seat) == ("nominate", 2)


def test_DR30_a_nomination_needs_the_turn_the_money_and_a_place() -> None:
    room = started(SALE)
    assert room.refused(manager(2), Nominate(room.v, STAR, 1)).code == "not_your_turn"
    assert room.refused(manager(1), Nominate(room.v, STAR, 0)).code == "not_higher"
    assert room.refused(manager(1), Nominate(room.v, STAR, 187)).code == "over_max_bid"
    assert room.refused(manager(1), Nominate(room.v, "nobody", 1)).code == "unknown_player"
    narrow = started(replace(SALE, slots=(RosterSlot("QB", ("QB",), 2),)))
    assert narrow.refused(manager(1), Nominate(narrow.v, STAR, 1)).code == "no_legal_slot"


def test_DR30_the_winner_nominates_next() -> None:
    settings = replace(SALE, auction=AuctionSettings(nominations="winner", auto_percent=0))
    room = on_the_block(settings)
    room.must(manager(3), PlaceBid(room.v, 2))
    room.wake()
    assert room.turn.seat == 3


def test_DR32_a_bid_beats_the_standing_one_within_its_means() -> None:
    settings = replace(SALE, auction=AuctionSettings(increment=5, auto_percent=0))
    room = on_the_block(settings, price=10)
    low = room.refused(manager(2), PlaceBid(room.v, 14))
    assert (low.code, low.detail["least"]) == ("not_higher", 15)
    high = room.refused(manager(2), PlaceBid(room.v, 187))
    assert (high.code, high.detail["most"]) == ("over_max_bid", 186)
    assert room.refused(manager(1), PlaceBid(room.v, 20)).code == "nothing_changes"
    assert room.refused(BOSS, PlaceBid(room.v, 20)).code == "no_seat"
    room.must(manager(2), PlaceBid(room.v, 15))
    equal = room.refused(manager(3), PlaceBid(room.v, 15))
    assert (equal.code, equal.detail["seat"]) == ("not_higher", 2)


def test_DR32_a_player_must_have_a_place() -> None:
    slots = (RosterSlot("RB", ("RB",)), RosterSlot("WR", ("WR",)))
    room = started(replace(SALE, slots=slots))
    room.must(manager(1), Nominate(room.v, STAR, 1))
    room.wake()
    other = next(one.id for one in pool_of(40)[1:] if one.positions == ("RB",))
    room.must(manager(2), Nominate(room.v, other, 1))
    refused = room.refused(manager(1), PlaceBid(room.v, 2))
    assert (refused.code, refused.detail["why"]) == ("no_legal_slot", "slot")


def test_DR33_a_maximum_bids_for_its_owner() -> None:
    room = on_the_block()
    room.must(manager(2), SetProxy(room.v, 80))
    assert room.state.bid == Bid(2, 2)
    events = room.must(manager(3), SetProxy(room.v, 70))
    assert [one for one in events if isinstance(one, BidMade)] == [
        BidMade(3, 70, proxy=True),
        BidMade(2, 71, proxy=True),
    ]
    events = room.must(manager(3), PlaceBid(room.v, 75))
    assert room.state.bid == Bid(2, 76)
    room.must(manager(3), PlaceBid(room.v, 80))
    assert room.state.bid == Bid(3, 80)


def test_DR33_a_maximum_must_beat_the_standing_bid() -> None:
    room = on_the_block(price=10)
    assert room.refused(manager(2), SetProxy(room.v, 10)).code == "not_higher"
    assert room.refused(manager(2), SetProxy(room.v, 187)).code == "over_max_bid"
    assert room.refused(manager(2), SetProxy(room.v, None)).code == "nothing_changes"
    assert room.refused(BOSS, SetProxy(room.v, 20)).code == "no_seat"
    room.must(manager(1), SetProxy(room.v, 10))
    assert room.state.bid == Bid(1, 10)


def test_DR34_a_maximum_is_told_to_its_owner_and_ends_with_the_sale() -> None:
    room = on_the_block()
    events = room.must(manager(2), SetProxy(room.v, 80))
    hidden = [one for one in events if isinstance(one, ProxyChanged)]
    assert [DRAFT.audience(one) for one in hidden] == [[manager(2)]]
    assert events[-1:] == hidden
    assert DRAFT.private(room.state, manager(2))["proxies"] == {"2": 80}
    assert DRAFT.private(room.state, BOSS) is None
    room.must(manager(2), SetProxy(room.v, None))
    assert room.state.bid == Bid(2, 2)
    room.must(manager(2), SetProxy(room.v, 60))
    room.wake()
    assert room.state.proxies == {}


def test_DR34_a_second_manager_cannot_find_out_the_firsts_maximum() -> None:
    room = started(SALE)
    second = account("second")
    room.names[second] = "Second"
    room.must(BOSS, SetSeat(2, managers=(manager(2), second)))
    room.must(manager(1), Nominate(room.v, STAR, 1))
    room.must(manager(2), SetProxy(room.v, 80))
    assert DRAFT.private(room.state, second) is None
    room.must(second, SetProxy(room.v, 80))


def test_DR35_a_bid_leaves_ten_seconds_also_one_within_the_grace() -> None:
    room = on_the_block()
    assert room.turn.deadline == START + 30_000
    events = room.must(manager(2), PlaceBid(room.v, 2), now=START + 5_000)
    assert not any(isinstance(one, ClockChanged) for one in events)
    room.must(manager(3), PlaceBid(room.v, 3), now=START + 31_500)
    assert room.turn.deadline == START + 41_500
    late = room.refused(manager(2), PlaceBid(room.v, 4), now=START + 43_501)
    assert late.code == "too_late"


def test_DR36_at_zero_the_sale_and_the_next_nomination_are_one_entry() -> None:
    room = on_the_block(replace(SALE, clock=ClockSettings(at_zero="nothing")))
    turn = room.v
    events = room.wake()
    assert [type(one) for one in events] == [PickMade, TurnOpened]
    late = room.refused(manager(2), PlaceBid(turn, 9))
    assert (late.code, late.detail["seat"]) == ("already_picked", 1)


def test_DR14_a_keepers_price_is_gone_from_the_budget() -> None:
    room = DraftRoom(SALE)
    room.must(BOSS, SetKeeper(1, STAR, price=40))
    room.start()
    assert (room.state.money(1), room.state.rosters[1]) == (160, [STAR])
    room.must(manager(1), Nominate(room.v, player_id(2), 1))
    assert room.refused(BOSS, SetKeeper(2, player_id(3), price=1)).code == "bidding"

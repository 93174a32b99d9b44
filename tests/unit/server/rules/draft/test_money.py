"""What may be bid, and what maxima come to."""

from __future__ import annotations

import random

from protocol.draft import AuctionSettings, Bid, DraftSettings
from server.rules.draft.money import max_bid, most_for, settle
from tests.support.drafts import started


def test_DR31_the_most_that_may_be_bid_is_exact() -> None:
    """The published examples: 200 and 20 places, 200 and 8; and one site's that reserves more."""
    auction = AuctionSettings()
    assert most_for(auction, 200, 20) == 181
    assert most_for(auction, 200, 8) == 193
    assert most_for(AuctionSettings(reserve_all=True), 200, 10) == 190
    assert most_for(AuctionSettings(min_bid=2), 10, 3) == 6
    assert most_for(auction, 3, 9) == 0


def test_DR31_a_full_team_may_bid_nothing() -> None:
    room = started(DraftSettings(type="auction", teams=2))
    assert max_bid(room.state, 1) == 186
    room.state.rosters[1] += ["x"] * 15
    assert max_bid(room.state, 1) == 0


def test_DR33_the_highest_maximum_wins_at_one_over_the_second() -> None:
    assert settle(Bid(1, 1), [(2, 80), (3, 70)], 1) == [Bid(3, 70), Bid(2, 71)]
    assert settle(Bid(1, 1), [(2, 80)], 1) == [Bid(2, 2)]
    assert settle(Bid(2, 5), [(2, 80)], 1) == []
    assert settle(Bid(2, 5), [(2, 80), (3, 5)], 1) == []
    assert settle(Bid(1, 90), [(2, 80)], 1) == []
    assert settle(Bid(1, 1), [], 1) == []


def test_DR33_of_equal_maxima_the_earlier_wins() -> None:
    assert settle(Bid(1, 1), [(2, 80), (3, 80)], 1) == [Bid(2, 80)]
    assert settle(Bid(1, 1), [(3, 80), (2, 80)], 1) == [Bid(3, 80)]


def test_DR33_maxima_come_to_what_a_second_price_auction_comes_to() -> None:
    dice = random.Random(3)
    for _ in range(3_000):
        seats = dice.sample(range(1, 8), dice.randint(1, 5))
        caps = [(seat, dice.randint(1, 40)) for seat in seats]
        standing, step = Bid(1, dice.randint(1, 40)), dice.choice((1, 1, 2, 5))
        called = settle(standing, caps, step)
        assert (called[-1] if called else standing) == _expected(standing, caps, step)
        before = standing
        for bid in called:
            assert bid.price >= before.price + (1 if bid.seat == before.seat else step)
            before = bid


def _expected(standing: Bid, caps: list[tuple[int, int]], step: int) -> Bid:
    """By sorting: whoever can outbid comes in, the best of them pays one step over the second."""
    offers = [(most, -place, seat) for place, (seat, most) in enumerate(caps)]
    best, _, seat = max(offers)
    if seat != standing.seat and best < standing.price + step:
        return standing
    others = [most for most, _, who in offers if who != seat and most >= standing.price + step]
    if seat == standing.seat and not others:
        return standing
    return Bid(seat, min(best, max([standing.price, *others]) + step))

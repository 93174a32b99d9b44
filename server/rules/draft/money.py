"""The money of an auction: what a team may bid, and what maxima that the system bids up to come to.
Whole dollars, exact. Pure. SPEC: DR31 to DR34.
"""

from __future__ import annotations

from collections.abc import Sequence

from protocol.draft import AuctionSettings, Bid
from server.rules.draft.state import Draft


def most_for(auction: AuctionSettings, left: int, open_places: int) -> int:
    """DR31: what may be bid so that the smallest bid is left for every other open place; below 0
    counts as 0."""
    others = open_places if auction.reserve_all else open_places - 1
    return max(0, left - others * auction.min_bid)


def max_bid(state: Draft, seat: int) -> int:
    """The most that a team may bid now; 0: nothing."""
    open_places = state.room(seat) - len(state.rosters[seat])
    if open_places <= 0:
        return 0
    return most_for(state.settings.auction, state.money(seat), open_places)


def settle(high: Bid, caps: Sequence[tuple[int, int]], increment: int) -> list[Bid]:
    """DR33: what maxima (`[seat, most]`, earliest first) make of a standing bid.

    The highest maximum wins at one increment more than the second highest, never above itself; of
    equal ones the earlier. The bids are those that a clerk would call out, the last one stands."""
    if not caps:
        return []
    top_seat, top = max(caps, key=lambda one: one[1])  # of equal ones, the first
    rivals = [one for one in caps if one[0] != top_seat and one[1] >= high.price + increment]
    rival_seat, second = max(rivals, key=lambda one: one[1], default=(0, high.price))
    if top_seat == high.seat:
        if not rivals:
            return []
    elif top < high.price + increment:
        return []
    price = min(top, second + increment)
    if top_seat == high.seat and price <= high.price:
        return []
    called: list[Bid] = []
    if rivals and price - second >= increment:
        called.append(Bid(rival_seat, second))
    return [*called, Bid(top_seat, price)]

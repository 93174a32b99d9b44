"""What managers ask at an auction: nominations, bids, maxima. Pure. SPEC: DR30 to DR36."""

from __future__ import annotations

from protocol.draft import Turn
from protocol.draft_commands import Nominate, PlaceBid, SetProxy
from protocol.draft_events import BidMade, ProxyChanged
from server.rules.draft import flow
from server.rules.draft.checks import fit_or_why, free_or_why
from server.rules.draft.money import max_bid
from server.rules.draft.state import Draft
from server.rules.draft.turns import now_or_why, turn_for
from server.rules.draft.work import Work
from server.rules.kind import Context, Decision, Rejected


def decide_nominate(state: Draft, command: Nominate, context: Context) -> Decision:
    """DR30: the nominator's price is its first bid."""
    turn = turn_for(state, command.turn, "nominate")
    if isinstance(turn, Rejected):
        return turn
    if state.seat_of(context.account) != turn.seat:
        return Rejected("not_your_turn", {"seat": turn.seat})
    refused = check_nomination(state, turn, command.player, command.price, context.now)
    if refused is not None:
        return refused
    work = Work(state, context)
    flow.open_lot(work, command.player, command.price, account=context.account)
    return work.done()


def check_nomination(
    state: Draft, turn: Turn, player: str, price: int, now: int | None
) -> Rejected | None:
    """Why a player cannot be put on the block for this team at this price; None: he can. `now`
    None: whatever the clock says."""
    refused = free_or_why(state, player)
    if now is not None:
        refused = now_or_why(state, turn, now) or refused
    if refused is not None:
        return refused
    least = state.settings.auction.min_bid
    if price < least:
        return Rejected("not_higher", {"least": least})
    return _affordable(state, turn.seat, player, price)


def _affordable(state: Draft, seat: int, player: str, price: int) -> Rejected | None:
    """DR31, DR32: money for the rest is kept, and the player has a legal place."""
    fit = fit_or_why(state, seat, player)
    if isinstance(fit, Rejected):
        return fit
    most = max_bid(state, seat)
    return Rejected("over_max_bid", {"most": most, "seat": seat}) if price > most else None


def check_bid(state: Draft, turn: Turn, seat: int, price: int, now: int) -> Rejected | None:
    """Why a team cannot bid this; None: it can (DR32)."""
    refused = now_or_why(state, turn, now)
    if refused is not None:
        return refused
    high = state.bid
    assert high is not None
    least = high.price + state.settings.auction.increment
    if high.seat == seat:
        return Rejected("nothing_changes", {"seat": seat, "price": high.price})
    if price < least:
        return Rejected("not_higher", {"least": least, "seat": high.seat, "price": high.price})
    return _affordable(state, seat, turn.player, price)


def decide_bid(state: Draft, command: PlaceBid, context: Context) -> Decision:
    """DR32, DR35."""
    turn = turn_for(state, command.turn, "bid")
    if isinstance(turn, Rejected):
        return turn
    seat = state.seat_of(context.account)
    if seat is None:
        return Rejected("no_seat")
    refused = check_bid(state, turn, seat, command.price, context.now)
    if refused is not None:
        return refused
    work = Work(state, context)
    place(work, seat, command.price, context.account)
    return work.done()


def place(work: Work, seat: int, price: int, account: str) -> None:
    """A bid stands, and maxima answer it."""
    work.emit(BidMade(seat, price, account))
    flow.call_out(work)


def decide_proxy(state: Draft, command: SetProxy, context: Context) -> Decision:
    """DR33, DR34: known to its owner only; what it makes the system bid is for all."""
    turn = turn_for(state, command.turn, "bid")
    if isinstance(turn, Rejected):
        return turn
    seat = state.seat_of(context.account)
    if seat is None:
        return Rejected("no_seat")
    refused = now_or_why(state, turn, context.now)
    if refused is not None:
        return refused
    high, most = state.bid, command.most
    assert high is not None
    author, there = state.proxies.get(seat, (context.account, None))
    if author == context.account and there == most:  # of another manager's, nothing is told
        return Rejected("nothing_changes")
    if most is not None:
        least = high.price + state.settings.auction.increment
        least = high.price if high.seat == seat else least
        if most < least:
            return Rejected("not_higher", {"least": least, "seat": high.seat, "price": high.price})
        refused = _affordable(state, seat, turn.player, most)
        if refused is not None:
            return refused
    work = Work(state, context)
    work.hide(ProxyChanged(context.account, seat, most))
    if most is not None:
        flow.call_out(work, fresh=False)
    return work.done()

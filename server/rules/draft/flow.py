"""What comes after a turn: the next cell or nomination, a planned pause, the end. Pure. SPEC: DR15
to DR17, DR30.
"""

from __future__ import annotations

from collections.abc import Iterable

from protocol.draft import How, Turn, TurnSort
from protocol.draft_events import (
    BidMade,
    DraftMoved,
    PausePlanned,
    PickMade,
    ProxyChanged,
    TurnSkipped,
)
from server.rules.draft import clock
from server.rules.draft.autopick import Choice, choose, has_choice, rolls
from server.rules.draft.checks import fit_or_why
from server.rules.draft.money import max_bid, settle
from server.rules.draft.orders import nominator
from server.rules.draft.state import Draft
from server.rules.draft.work import Work
from server.rules.kind import Rejected

CPU_DOUBT = 0.4
"""A computer's team values a player between 0.8 and 1.2 times what the list says."""


def advance(work: Work, nomination: int | None = None) -> None:
    """Opens what is next. At an auction `nomination` is the count of nominations before it; without
    one it is the next after the turn that there was."""
    if work.state.is_auction:
        if nomination is None:
            nomination = work.state.turn.nomination + 1 if work.state.turn else 0
        _next_nomination(work, nomination)
    else:
        _next_cell(work)


def _next_cell(work: Work) -> None:
    state = work.state
    numbers = range(1, len(state.cells) + 1)
    for n in _then(
        (n for n in numbers if n not in state.by_cell and n not in state.skipped), state
    ):
        seat = state.owner(n)
        if len(state.rosters[seat]) >= state.room(seat):
            work.emit(TurnSkipped(n, seat, "roster_full"))
        elif not has_choice(state, seat):
            work.emit(TurnSkipped(n, seat, "no_legal_player"))
        else:
            _open(work, "pick", n, seat)
            return
    work.emit(DraftMoved("ended"))


def _then(cells: Iterable[int], state: Draft) -> Iterable[int]:
    """Open cells in order, then those that come back."""
    returning = list(state.returning)
    yield from (n for n in cells if n not in state.returning)
    yield from returning


def can_nominate(state: Draft, seat: int) -> bool:
    """Whether a team has room, money and somebody to bid for."""
    return max_bid(state, seat) >= state.settings.auction.min_bid and has_choice(state, seat)


def next_sale(state: Draft) -> int:
    """The number of the next sale."""
    return max(state.by_cell, default=0) + 1


def _next_nomination(work: Work, nomination: int) -> None:
    state = work.state
    order = state.order
    able = {seat for seat in order if can_nominate(state, seat)}
    if not able:
        work.emit(DraftMoved("ended"))
        return
    if state.settings.auction.nominations == "winner":
        start = order.index(state.picks[-1].seat) if state.picks else 0
        turned = [*order[start:], *order[:start]]
        seat = next(one for one in turned if one in able)
    else:
        while (seat := nominator(state.settings, order, nomination)) not in able:
            nomination += 1
    _open(work, "nominate", next_sale(state), seat, nomination)


def _open(work: Work, sort: TurnSort, n: int, seat: int, nomination: int = 0) -> None:
    state = work.state
    if state.pause_before is not None and n >= state.pause_before and state.phase == "live":
        work.emit(DraftMoved("paused"))
        work.emit(PausePlanned())
    work.emit(clock.opened(state, sort, n, seat, work.at, nomination=nomination))


# --- what ends a turn


def pick(work: Work, player: str, how: How, choice: Choice | None = None) -> None:
    """The running turn's cell gets a player, and the next one comes up."""
    state, turn = work.state, work.state.turn
    assert turn is not None
    work.emit(
        PickMade(
            turn.n,
            turn.seat,
            player,
            how,
            turn.version,
            source=choice.source if choice else None,
            warned=choice.warned if choice else False,
            bank_ms=clock.bank_used(state, turn, work.at),
        )
    )
    advance(work)


def auto_pick(work: Work) -> None:
    """The running turn is picked for, or passed over where nobody is legal."""
    state, turn = work.state, work.state.turn
    assert turn is not None
    choice = choose(state, turn.seat, work.context.dice)
    if choice is None:
        skip(work, "no_legal_player")
        return
    pick(work, choice.player, auto_how(state, turn), choice)


def auto_how(state: Draft, turn: Turn) -> How:
    """How an automatic choice of this turn's team is marked."""
    return "cpu" if state.seats[turn.seat].cpu else "auto"


def skip(work: Work, reason: str, *, back: bool = False) -> None:
    """Passes over the running turn."""
    turn = work.state.turn
    assert turn is not None
    if turn.sort == "nominate":
        advance(work)
        return
    work.emit(TurnSkipped(turn.n, turn.seat, reason, back))
    advance(work)


def open_lot(work: Work, player: str, price: int, *, account: str = "") -> None:
    """A player is on the block; teams that are picked for say how far they go."""
    turn = work.state.turn
    assert turn is not None
    nomination = turn.nomination
    event = clock.opened(
        work.state, "bid", turn.n, turn.seat, work.at, nomination=nomination, player=player
    )
    work.emit(event)
    work.emit(BidMade(turn.seat, price, account))
    _auto_maxima(work, player)
    call_out(work)


def _auto_maxima(work: Work, player: str) -> None:
    """DR43: what teams that are picked for bid at most; nobody is told."""
    state = work.state
    value, percent = state.pool[player].value, state.settings.auction.auto_percent
    if not value or not percent:
        return
    for seat, roll in zip(state.order, rolls(work.context.dice), strict=False):
        if not state.is_auto(seat):
            continue
        doubt = 1 + CPU_DOUBT * (roll - 0.5) if state.seats[seat].cpu else 1.0
        most = min(int(value * percent * doubt / 100), max_bid(state, seat))
        if most > 0 and not isinstance(fit_or_why(state, seat, player), Rejected):
            work.hide(ProxyChanged("", seat, most))


def call_out(work: Work, *, fresh: bool = True) -> None:
    """Maxima are bid up to, as far as they go; the clock follows every bid. `fresh`: the standing
    bid is of this entry."""
    state, turn, high = work.state, work.state.turn, work.state.bid
    assert turn is not None
    assert high is not None
    caps = [
        (seat, min(most, max_bid(state, seat)))
        for seat, (_, most) in state.proxies.items()
        if not isinstance(fit_or_why(state, seat, turn.player), Rejected)
    ]
    called = settle(high, caps, state.settings.auction.increment)
    for bid in called:
        work.emit(BidMade(bid.seat, bid.price, proxy=True))
    event = clock.after_bid(state, turn, work.at) if called or fresh else None
    if event is not None and state.phase == "live":
        work.emit(event)


def sell(work: Work) -> None:
    """The player on the block goes to the standing bid, and the next nomination comes up."""
    state = work.state
    turn, high = state.turn, state.bid
    assert turn is not None
    assert high is not None
    bidder = state.seats[high.seat]
    how: How = "cpu" if bidder.cpu else "auto" if bidder.auto else "manual"
    work.emit(
        PickMade(
            turn.n,
            high.seat,
            turn.player,
            how,
            turn.version,
            price=high.price,
            nomination=turn.nomination,
        )
    )
    advance(work)

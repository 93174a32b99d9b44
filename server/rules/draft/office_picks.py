"""What the commissioner asks of picks: undo, replace, pick or bid for a team, trade, take back a
sale. Pure decisions, each announced to all. SPEC: DR50, DR56 to DR60.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from protocol.draft import Pick, TradeRow, Turn
from protocol.draft_commands import BidFor, DeleteSale, PickFor, ReplacePick, Trade, UndoTo
from protocol.draft_events import DraftMoved, PickReplaced, PicksUndone, TradeMade
from server.rules.draft import auction, flow
from server.rules.draft.checks import fit_or_why, free_or_why, hammer_or_why
from server.rules.draft.legality import is_legal_roster
from server.rules.draft.money import max_bid
from server.rules.draft.state import Draft
from server.rules.draft.turns import by_hand, turn_for
from server.rules.draft.work import Work
from server.rules.kind import Context, Decision, Rejected

UNDONE_SHOWN = 60
"""Picks that the announcement of an undo names; the event names all."""


def decide_undo(state: Draft, command: UndoTo, context: Context) -> Decision:
    """DR56: everything from that pick on, in the order in which it was made."""
    first = _first_undone(state, command.to)
    if first is None:
        return Rejected("unknown_pick")
    gone = state.picks[first:]
    skips = [
        n
        for n, skipped in (*state.skipped.items(), *state.returning.items())
        if skipped.after > first or (skipped.after == first and n == command.to)
    ]
    work = Work(state, context)
    work.announce(
        command,
        before={"picks": len(state.picks)},
        after={
            "picks": first,
            "undone": [[one.n, one.seat, one.player] for one in gone[:UNDONE_SHOWN]],
        },
    )
    work.emit(PicksUndone([one.n for one in gone], skips))
    _untrade(work, first)
    _reopen(work, gone)
    return work.done()


def _first_undone(state: Draft, to: int | None) -> int | None:
    """Index of the first pick that goes; None: there is none."""
    if to is None:
        return len(state.picks) - 1 if state.picks else None
    for index, pick in enumerate(state.picks):
        if pick.n == to:
            return index
    skipped = state.skipped.get(to) or state.returning.get(to)
    return None if skipped is None else skipped.after


def _untrade(work: Work, first: int) -> None:
    """Trades that came after go back, latest first, as far as what was traded is still there, and
    both rosters stay legal: somebody who was kept since may have taken the place."""
    while work.state.trades and work.state.trades[-1].after > first:
        back = _back(work.state, work.state.trades[-1])
        bare = replace(back, a_players=[], b_players=[])
        nothing = TradeMade(back.a, back.b, undo=True)
        work.emit(next(one for one in (back, bare, nothing) if _stays_legal(work, one)))


def _back(state: Draft, trade: TradeRow) -> TradeMade:
    def cells(given: Sequence[int], holder: int) -> list[int]:
        return [n for n in given if state.is_open(n) and state.owner(n) == holder]

    def players(given: Sequence[str], holder: int) -> list[str]:
        return [one for one in given if state.held.get(one) == holder]

    return TradeMade(
        trade.b,
        trade.a,
        cells(trade.a_cells, trade.b),
        cells(trade.b_cells, trade.a),
        players(trade.a_players, trade.b),
        players(trade.b_players, trade.a),
        undo=True,
    )


def _stays_legal(work: Work, trade: TradeMade) -> bool:
    """Whether no roster is wrong by it that was not before; where nothing is given none is."""
    tried = Work(work.state, work.context)
    tried.emit(trade)
    return all(
        _wrong_roster(tried.state, seat) is None or _wrong_roster(work.state, seat) is not None
        for seat in (trade.a, trade.b)
    )


def _reopen(work: Work, gone: Sequence[Pick]) -> None:
    """Whoever is first now is on the clock, with a fresh one; an ended draft is paused."""
    if work.state.phase == "ended":
        work.emit(DraftMoved("paused"))
    if gone:
        flow.advance(work, gone[0].nomination)
    else:
        turn = work.state.turn
        flow.advance(work, turn.nomination if turn else len(work.state.picks))


def decide_replace(state: Draft, command: ReplacePick, context: Context) -> Decision:
    """DR57: the team that has the old player gets the new one in his place."""
    pick = state.by_cell.get(command.n)
    if pick is None:
        return Rejected("unknown_pick")
    refused = hammer_or_why(state) or free_or_why(state, command.player)
    if refused is not None:
        return refused
    seat = state.held[pick.player]
    fit = fit_or_why(state, seat, command.player, without=pick.player)
    if isinstance(fit, Rejected):
        return fit
    work = Work(state, context)
    work.announce(command, seat=seat, before=pick.player, after=command.player)
    work.emit(PickReplaced(command.n, pick.player, command.player))
    return work.done()


def decide_pick_for(state: Draft, command: PickFor, context: Context) -> Decision:
    """DR58: also where the draft is paused, and when the time is over but nobody has picked yet."""
    turn = turn_for(state, command.turn, "pick", "nominate")
    if isinstance(turn, Rejected):
        return turn
    if turn.sort == "nominate":
        price = state.settings.auction.min_bid if command.price is None else command.price
        refused = auction.check_nomination(state, turn, command.player, price, None)
        if refused is not None:
            return refused
        work = Work(state, context)
        work.announce(command, seat=turn.seat, after=[command.player, price])
        flow.open_lot(work, command.player, price)
        return work.done()
    refused = free_or_why(state, command.player)
    if refused is not None:
        return refused
    warned = fit_or_why(state, turn.seat, command.player)
    if isinstance(warned, Rejected):
        return warned
    work = Work(state, context)
    work.announce(command, seat=turn.seat, before=turn.n, after=command.player)
    flow.pick(work, command.player, "office", by_hand(command.player, warned=warned))
    return work.done()


def decide_bid_for(state: Draft, command: BidFor, context: Context) -> Decision:
    """DR58: in time, like any bid."""
    turn = turn_for(state, command.turn, "bid")
    if isinstance(turn, Rejected):
        return turn
    if command.seat not in state.seats:
        return Rejected("no_seat")
    refused = auction.check_bid(state, turn, command.seat, command.price, context.now)
    if refused is not None:
        return refused
    before = None if state.bid is None else state.bid.price
    work = Work(state, context)
    work.announce(command, seat=command.seat, before=before, after=command.price)
    auction.place(work, command.seat, command.price, context.account)
    return work.done()


def decide_unsell(state: Draft, command: DeleteSale, context: Context) -> Decision:
    """DR60."""
    pick = state.by_cell.get(command.n)
    if pick is None or not state.is_auction:
        return Rejected("unknown_pick")
    if state.held[pick.player] != pick.seat:
        return Rejected("bad_trade", {"why": "traded"})
    work = Work(state, context)
    work.announce(command, seat=pick.seat, before=[pick.player, pick.price])
    work.emit(PicksUndone([command.n]))
    if state.phase == "ended":
        work.emit(DraftMoved("paused"))
        flow.advance(work, pick.nomination)
    return work.done()


# --- trades


def decide_trade(state: Draft, command: Trade, context: Context) -> Decision:
    """DR59: cells keep their place and change their owner; both rosters stay legal."""
    refused = hammer_or_why(state)
    if refused is not None:
        return refused
    why = _why_no_trade(state, command)
    if why is not None:
        return Rejected("bad_trade", {"why": why})
    work = Work(state, context)
    given = [list(command.a_cells), list(command.a_players)]
    work.announce(
        command, seat=command.a, before=given, after=[*command.b_cells, *command.b_players]
    )
    work.emit(
        TradeMade(
            command.a,
            command.b,
            list(command.a_cells),
            list(command.b_cells),
            list(command.a_players),
            list(command.b_players),
        )
    )
    for seat in (command.a, command.b):
        wrong = _wrong_roster(work.state, seat)
        if wrong is not None:
            return Rejected("bad_trade", {"why": wrong, "seat": seat})
    turn = work.state.turn
    if turn is not None and not _may_have_it(work.state, turn):
        flow.advance(work, turn.nomination)
    return work.done()


def _wrong_roster(state: Draft, seat: int) -> str | None:
    """Why a team may not have whom it has; None: it may."""
    has, settings = state.positions(seat), state.settings
    if len(has) > state.room(seat):
        return "full"
    for position, most in settings.maxima.items():
        if sum(one[0] == position for one in has) > most:
            return "maximum"
    if settings.needs == "refuse" and not is_legal_roster(settings.slots, has):
        return "slot"
    return None if _can_pay(state, seat) else "money"


def _may_have_it(state: Draft, turn: Turn) -> bool:
    """Whether the running turn is still that team's."""
    if turn.sort == "pick":
        return state.owner(turn.n) == turn.seat and len(state.rosters[turn.seat]) < state.room(
            turn.seat
        )
    return flow.can_nominate(state, turn.seat)


def _can_pay(state: Draft, seat: int) -> bool:
    """Whether the smallest bid is left for every open place."""
    full = len(state.rosters[seat]) >= state.room(seat)
    return not state.is_auction or full or max_bid(state, seat) >= state.settings.auction.min_bid


def _why_no_trade(state: Draft, command: Trade) -> str | None:
    """What cannot be exchanged; None: everything can."""
    if command.a == command.b or not {command.a, command.b} <= state.seats.keys():
        return "seats"
    if not (command.a_cells or command.b_cells or command.a_players or command.b_players):
        return "nothing"
    for seat, cells in ((command.a, command.a_cells), (command.b, command.b_cells)):
        for n in cells:
            if n > len(state.cells) or not state.is_open(n) or state.owner(n) != seat:
                return "cells"
        if len(set(cells)) < len(cells):
            return "cells"
    for seat, players in ((command.a, command.a_players), (command.b, command.b_players)):
        if any(state.held.get(one) != seat for one in players):
            return "players"
        if len(set(players)) < len(players):
            return "players"
    return None

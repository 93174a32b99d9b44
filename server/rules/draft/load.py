"""A draft that was held elsewhere, or was exported, in a room in which nothing was done yet: teams,
pool, order, traded cells, keepers and picks in one entry. Pure decisions.

Its picks are facts of another place: cells, owners, players, room and money are checked here, other
rules' places and needs are not. SPEC: DR74, DR75.
"""

from __future__ import annotations

from msgspec.structs import replace

from protocol.draft import Keeper
from protocol.draft_commands import LoadDraft, LoadedPick
from protocol.draft_events import (
    DraftMoved,
    KeeperChanged,
    OrderChanged,
    PickMade,
    PlayersAdded,
    SeatChanged,
    TradeMade,
    TurnOpened,
    TurnSkipped,
)
from server.rules.draft import flow
from server.rules.draft.orders import origins, round_of
from server.rules.draft.setup import problems_of
from server.rules.draft.state import Draft
from server.rules.draft.work import Work
from server.rules.kind import Context, Decision, Rejected


def decide_load(state: Draft, command: LoadDraft, context: Context) -> Decision:
    """DR74."""
    if state.phase != "waiting" or state.pool or state.keepers or state.trades:
        return Rejected("started")
    problems = problems_of(state.settings)
    if sorted(command.order) != sorted(state.seats):
        problems.append("order_is_no_order")
    if len(command.managers) > len(state.seats):
        problems.append("more_managers_than_seats")
    if problems:
        return Rejected("bad_settings", {"problems": problems})
    work = Work(state, context)
    work.state.pool = {}  # forks share it, and this one may come to nothing
    work.announce(command, after={"picks": len(command.picks)})
    _set_up(work, command)
    refused = _trade(work, command) or _keep(work, command)
    if refused is not None:
        return refused
    if command.phase == "waiting":
        made = next((one for one in command.picks if not one.keeper), None)
        return work.done() if made is None else _bad(made, "not_started")
    work.emit(DraftMoved("paused"))
    made_picks = [one for one in command.picks if not one.keeper]
    refused = _sell(work, command) if state.is_auction else _pick(work, command)
    if refused is not None:
        return refused
    if command.phase == "ended":
        work.emit(DraftMoved("ended"))
    else:
        flow.advance(work, len(made_picks))
    return work.done()


def _bad(pick: LoadedPick, why: str) -> Rejected:
    return Rejected("bad_pick", {"n": pick.n, "player": pick.player, "why": why})


def _set_up(work: Work, command: LoadDraft) -> None:
    for seat, managers in enumerate(command.managers, start=1):
        if managers:
            team = replace(work.state.seats[seat], managers=tuple(dict.fromkeys(managers)))
            work.emit(SeatChanged(seat, team))
    if command.players:
        work.emit(PlayersAdded(list(command.players)))
    order = list(command.order)
    if order != work.state.order:
        work.emit(OrderChanged(order, origins(work.state.settings, order), []))


def _trade(work: Work, command: LoadDraft) -> Rejected | None:
    state = work.state
    for n, owner in command.owners:
        if n > len(state.cells) or owner not in state.seats:
            return Rejected("bad_trade", {"why": "cells", "n": n})
        if state.owner(n) != owner:
            work.emit(TradeMade(state.owner(n), owner, [n]))
    return None


def _keep(work: Work, command: LoadDraft) -> Rejected | None:
    """Keepers are wishes before the start; in a draft that has begun they are on their teams."""
    state = work.state
    for one in (pick for pick in command.picks if pick.keeper):
        if one.player not in state.pool:
            return _bad(one, "unknown_player")
        if one.player in state.keepers:
            return _bad(one, "player_taken")
        n = 0 if state.is_auction else one.n
        if not state.is_auction:
            refused = _cell(work, one)
            if refused is not None:
                return refused
        number = None if state.is_auction else round_of(state.settings, n)
        price = (one.price or 0) if state.is_auction else None
        work.emit(KeeperChanged(one.player, Keeper(one.seat, one.player, number, price)))
        if command.phase != "waiting":
            refused = _room(work, one)
            if refused is not None:
                return refused
            work.emit(PickMade(n, one.seat, one.player, "keeper", price=price))
    return None


def _cell(work: Work, pick: LoadedPick) -> Rejected | None:
    state = work.state
    if not 0 < pick.n <= len(state.cells):
        return _bad(pick, "no_cell")
    if not state.is_open(pick.n):
        return _bad(pick, "already_picked")
    return None if state.owner(pick.n) == pick.seat else _bad(pick, "not_your_turn")


def _room(work: Work, pick: LoadedPick) -> Rejected | None:
    """Whether the player is free, and the team has room and money for him."""
    state = work.state
    if pick.player not in state.pool:
        return _bad(pick, "unknown_player")
    if pick.player in state.held:
        return _bad(pick, "player_taken")
    if pick.seat not in state.seats:
        return _bad(pick, "no_seat")
    if len(state.rosters[pick.seat]) >= state.room(pick.seat):
        return _bad(pick, "full")
    if state.is_auction and (pick.price or 0) > state.money(pick.seat):
        return _bad(pick, "money")
    return None


def _pick(work: Work, command: LoadDraft) -> Rejected | None:
    """Every cell in order: its pick, or that it was passed over; of a draft that goes on, no
    further than its latest pick."""
    by_cell: dict[int, LoadedPick] = {}
    for one in command.picks:
        if not one.keeper:
            if one.n in by_cell or not 0 < one.n <= len(work.state.cells):
                return _bad(one, "already_picked" if one.n in by_cell else "no_cell")
            by_cell[one.n] = one
    ended = command.phase == "ended"
    last = len(work.state.cells) if ended else max(by_cell, default=0)
    for n in range(1, last + 1):
        one = by_cell.get(n)
        if one is None:
            if work.state.is_open(n):
                work.emit(TurnSkipped(n, work.state.owner(n), "office"))
            continue
        refused = _cell(work, one) or _room(work, one)
        if refused is not None:
            return refused
        work.emit(TurnOpened("pick", n, one.seat, work.at))
        _made(work, one, command.at)
    return None


def _sell(work: Work, command: LoadDraft) -> Rejected | None:
    sales = sorted((one for one in command.picks if not one.keeper), key=lambda one: one.n)
    for nomination, one in enumerate(sales):
        refused = _room(work, one)
        if refused is not None:
            return refused
        if one.n in work.state.by_cell or one.n < 1:
            return _bad(one, "already_picked" if one.n else "no_cell")
        event = TurnOpened(
            "bid", one.n, one.seat, work.at, nomination=nomination, player=one.player
        )
        work.emit(event)
        _made(work, one, command.at, nomination)
    return None


def _made(work: Work, pick: LoadedPick, at: int, nomination: int = 0) -> None:
    managers = work.state.seats[pick.seat].managers
    by_manager = "manual" if pick.by in managers else "office"
    price = (pick.price or 0) if work.state.is_auction else None
    work.emit(
        PickMade(
            pick.n,
            pick.seat,
            pick.player,
            by_manager if pick.by else "auto",
            work.context.version,
            price=price,
            nomination=nomination,
            by=pick.by,
            at=at or work.at,
        )
    )

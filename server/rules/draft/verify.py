"""Replays a draft from its log, and says of every pick, sale, bid and trade whether it was legal at
that moment. Pure. SPEC: DR61.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from protocol.draft import DraftSettings
from protocol.draft_events import BidMade, PickMade, PickReplaced
from server.rules.draft.apply import apply
from server.rules.draft.checks import fit_or_why
from server.rules.draft.legality import is_legal_roster
from server.rules.draft.money import max_bid
from server.rules.draft.state import Draft
from server.rules.kind import Rejected, Stamp


@dataclass
class Report:
    """What a replay found. `faults`: each with the version of its entry; empty: all is legal."""

    entries: int = 0
    picks: int = 0
    bids: int = 0
    ended: bool = False
    faults: list[str] = field(default_factory=list[str])


def verify(settings: DraftSettings, log: Iterable[tuple[Stamp, Sequence[Any]]]) -> Report:
    """Replays events of a draft, hidden ones or not. Every fault is said; only an event that cannot
    follow at all ends it."""
    state, report = Draft(settings), Report()
    for stamp, events in log:
        report.entries += 1
        for event in events:
            report.picks += isinstance(event, PickMade)
            report.bids += isinstance(event, BidMade)
            try:
                why = _why_illegal(state, event, stamp)
                apply(state, event, stamp)
            except (LookupError, ValueError, AssertionError):
                tag = event.__struct_config__.tag
                report.faults.append(f"entry {stamp.version}: no {tag} can follow what was before")
                return report
            if why is not None:
                report.faults.append(f"entry {stamp.version}: {why}")
    report.ended = state.phase == "ended"
    if report.ended:
        report.faults += _left_over(state)
    return report


def _why_illegal(state: Draft, event: Any, stamp: Stamp) -> str | None:
    """What is wrong with an event in the state before it; None: nothing."""
    if isinstance(event, PickMade):
        return _why_no_pick(state, event, stamp)
    if isinstance(event, BidMade):
        assert state.turn is not None
        if event.price > max_bid(state, event.seat):
            return f"seat {event.seat} bids {event.price}, more than it may"
        if isinstance(fit_or_why(state, event.seat, state.turn.player), Rejected):
            return f"seat {event.seat} bids for {state.turn.player}, who does not fit"
    if isinstance(event, PickReplaced):
        if event.player in state.held or event.player not in state.pool:
            return f"{event.player} was not free"
        seat = state.held[event.was]
        if isinstance(fit_or_why(state, seat, event.player, without=event.was), Rejected):
            return f"{event.player} does not fit seat {seat}"
    return None


def _why_no_pick(state: Draft, event: PickMade, stamp: Stamp) -> str | None:
    if event.player not in state.pool or event.player in state.held:
        return f"{event.player} was not free"
    if event.n in state.by_cell:
        return f"cell {event.n} had its pick"
    if event.how == "keeper":
        if event.n and state.owner(event.n) != event.seat:
            return f"cell {event.n} was not seat {event.seat}'s"
        return None
    turn = state.turn
    if turn is None or (turn.version, turn.n) != (event.turn, event.n):
        return f"cell {event.n} was not on the clock"
    if event.by is not None:  # loaded: decided elsewhere, by other rules
        return _why_not_loaded(state, event)
    if state.is_auction:
        if state.bid is None or (state.bid.seat, state.bid.price) != (event.seat, event.price):
            return f"sale {event.n} was not to the standing bid"
        return None
    if event.seat != state.owner(event.n):
        return f"cell {event.n} was not seat {event.seat}'s"
    if event.how == "manual" and stamp.by not in state.seats[event.seat].managers:
        return f"cell {event.n} was picked by somebody else"
    if isinstance(fit_or_why(state, event.seat, event.player), Rejected):
        return f"{event.player} does not fit seat {event.seat}"
    return None


def _why_not_loaded(state: Draft, event: PickMade) -> str | None:
    if len(state.rosters[event.seat]) >= state.room(event.seat):
        return f"seat {event.seat} had no room for {event.player}"
    if state.is_auction:
        dear = (event.price or 0) > state.money(event.seat)
        return f"seat {event.seat} could not pay for {event.player}" if dear else None
    foreign = event.seat != state.owner(event.n)
    return f"cell {event.n} was not seat {event.seat}'s" if foreign else None


def _left_over(state: Draft) -> list[str]:
    """What an ended draft lacks."""
    faults = [f"cell {n} has no end" for n in range(1, len(state.cells) + 1) if state.is_open(n)]
    for seat in state.seats:
        if len(state.rosters[seat]) > state.room(seat):
            faults.append(f"seat {seat} has too many players")
        if state.settings.needs == "refuse" and not is_legal_roster(
            state.settings.slots, state.positions(seat)
        ):
            faults.append(f"seat {seat} has no legal roster")
        if state.is_auction and state.money(seat) < 0:
            faults.append(f"seat {seat} spent more than it had")
    return faults

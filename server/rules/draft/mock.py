"""A whole draft among computer teams, on a time that runs as fast as it can. Pure: the seed decides
everything. SPEC: DR64.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from protocol.draft import DraftSettings, Player, Seat
from protocol.draft_commands import Start
from protocol.draft_events import PlayersAdded, SeatChanged
from protocol.membership import WakeUp
from server.rules.draft.autopick import rolls
from server.rules.draft.kind import DRAFT
from server.rules.draft.state import Draft
from server.rules.kind import Accepted, Context, Rejected, Stamp

Log = list[tuple[Stamp, Sequence[Any]]]


class CannotStart(ValueError):
    """These settings and this pool make no draft; `problems` says why."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = list(problems)


def play(settings: DraftSettings, players: Sequence[Player], seed: int) -> tuple[Draft, Log]:
    """The draft at its end, and its log. Raises CannotStart."""
    state: Draft = DRAFT.initial(settings)
    log: Log = []
    dice = (int(roll * 2**53) for roll in rolls(seed))
    seats = [SeatChanged(n, Seat(team.name, cpu=True)) for n, team in state.seats.items()]
    _keep(state, log, 0, [PlayersAdded(list(players)), *seats])
    started = _say(state, log, 0, Start(), dice)
    if isinstance(started, Rejected):
        raise CannotStart(started.detail["problems"])
    while (deadline := DRAFT.next_deadline(state)) is not None:
        _say(state, log, deadline, WakeUp(deadline), dice)
    return state, log


def _say(
    state: Draft, log: Log, now: int, command: Struct, dice: Iterator[int]
) -> Accepted | Rejected:
    version = len(log) + 1
    context = Context("", "", "owner", "", 0, version, now, version, {}, dice=next(dice))
    decision = DRAFT.decide(state, command, context)
    if isinstance(decision, Accepted):
        _keep(state, log, now, decision.events)
    return decision


def _keep(state: Draft, log: Log, now: int, events: Sequence[Any]) -> None:
    stamp = Stamp(len(log) + 1, now, "", "", 0)
    for event in events:
        DRAFT.apply(state, event, stamp)
    log.append((stamp, events))

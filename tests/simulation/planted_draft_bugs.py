"""Bugs planted into drafts and their clocks: what finds them is a draft under faults, or a race. As
planted_bugs.py."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from protocol.draft import Turn
from protocol.membership import WakeUp
from server.rules.draft import auction, clock, kind, turns, wake
from server.rules.draft.legality import Roster
from server.rules.kind import Rejected
from tests.simulation.draft_game import DraftGame
from tests.simulation.game import MakeGame
from tests.simulation.planted_bugs import Planted
from tests.simulation.race_game import RaceGame
from tests.simulation.world import simulate


def rules_act_at_zero() -> Generator[None]:
    """The deadline is the deadline."""

    def acts_at(_settings: Any, _sort: Any, deadline: int) -> int:
        return deadline

    with patch.object(clock, "acts_at", acts_at):
        yield


def no_grace() -> Generator[None]:
    """What comes after the deadline is late."""

    def in_time(_state: Any, turn: Turn, now: int) -> bool:
        return turn.deadline is None or turn.auto or now <= turn.deadline

    with patch.object(clock, "in_time", in_time):
        yield


def losers_are_told_nothing() -> Generator[None]:
    """The page will show who was picked."""

    def winner_of(_pick: Any) -> dict[str, object]:
        return {}

    with patch.object(turns, "winner_of", winner_of):
        yield


def any_turn_will_do() -> Generator[None]:
    """Whoever sends a pick means the turn that is on."""
    original = turns.turn_for

    def turn_for(state: Any, version: int, *sorts: Any) -> Any:
        return original(state, state.turn.version if state.turn else version, *sorts)

    with patch.object(turns, "turn_for", turn_for), patch.object(auction, "turn_for", turn_for):
        yield


def rosters_take_anybody() -> Generator[None]:
    """A pick is a pick."""

    def why_not(_self: Roster, _positions: Any) -> None:
        return None

    with patch.object(Roster, "why_not", why_not):
        yield


def outages_are_the_managers_problem() -> Generator[None]:
    """Whoever is away is away."""

    def decide(_state: Any, _command: Any, _context: Any) -> Rejected:
        return Rejected("nothing_changes")

    with (
        patch.object(kind.wake, "decide_outage", decide),
        patch.object(clock, "LATE_MS", 10**12),
        patch.object(wake.clock, "LATE_MS", 10**12),
    ):
        yield


def timers_end_whichever_turn_is_on() -> Generator[None]:
    """The timer was set for this turn, so this is the turn."""
    original = wake.decide_wake

    def decide(state: Any, command: WakeUp, context: Any) -> Any:
        due = wake.next_deadline(state)
        return original(state, command if due is None else WakeUp(due), context)

    with patch.object(kind.wake, "decide_wake", decide):
        yield


WITHIN = 100
"""Seeds within which each must be found."""
SEEDS: dict[Callable[[], Generator[None]], tuple[MakeGame, int]] = {
    rules_act_at_zero: (RaceGame, 0),
    no_grace: (RaceGame, 0),
    losers_are_told_nothing: (RaceGame, 0),
    any_turn_will_do: (RaceGame, 0),
    rosters_take_anybody: (DraftGame, 35),
    outages_are_the_managers_problem: (DraftGame, 0),
    timers_end_whichever_turn_is_on: (DraftGame, 1),
}
DRAFT_BUGS = {
    bug.__name__: (game, Planted(contextmanager(bug), seed)) for bug, (game, seed) in SEEDS.items()
}
"""By name, with the game that finds it."""


def find_draft_bug(name: str) -> tuple[int | None, int]:
    """The seed that finds a bug, the known one first, and how many were tried."""
    game, bug = DRAFT_BUGS[name]
    with bug.plant():
        for tried, seed in enumerate((bug.seed, *range(WITHIN)), 1):
            try:
                simulate(seed, game)
            except Exception:  # noqa: BLE001 - found
                return seed, tried
    return None, WITHIN

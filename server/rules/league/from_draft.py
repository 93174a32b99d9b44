"""What a league takes over from a draft: its teams with their managers, the players who were
picked, and the rosters. Pure. SPEC: LI13."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from protocol.draft import Player, Seat
from protocol.league import (
    OWNERS_MAX,
    PLAYERS_AT_ONCE,
    AddPlayers,
    ChangeRosters,
    LeagueCommand,
    LeaguePlayer,
    RosterChange,
    SetTeam,
)

DEFENCES = frozenset({"DEF", "DST", "D/ST"})
"""Positions that a D/ST goes by; here it is DEF."""


class BadDraft(ValueError):
    """This is no draft that has ended; the message says why."""


class _Draft(Struct, frozen=True):
    phase: str
    seats: dict[int, Seat]
    pool: dict[str, Player]
    rosters: dict[int, list[str]]


def commands_from(view: Any) -> list[LeagueCommand]:
    """What is to be said in the league, in this order, given the draft's view (`state.kind`).
    Raises BadDraft."""
    try:
        draft = msgspec.convert(view, _Draft, strict=False)
    except msgspec.ValidationError as error:
        raise BadDraft(f"not a draft: {error}") from None
    if draft.phase != "ended":
        raise BadDraft("the draft has not ended")
    picked = [player for roster in draft.rosters.values() for player in roster]
    players = [_player(draft.pool[one]) for one in picked]
    commands: list[LeagueCommand] = [
        SetTeam(number, seat.name or f"Team {number}", seat.managers[:OWNERS_MAX])
        for number, seat in sorted(draft.seats.items())
    ]
    for at in range(0, len(players), PLAYERS_AT_ONCE):
        commands.append(AddPlayers(tuple(players[at : at + PLAYERS_AT_ONCE])))
    changes = [RosterChange(team, tuple(has)) for team, has in sorted(draft.rosters.items()) if has]
    if changes:
        commands.append(ChangeRosters(tuple(changes)))
    return commands


def _player(one: Player) -> LeaguePlayer:
    positions = tuple("DEF" if name in DEFENCES else name for name in one.positions)
    return LeaguePlayer(one.id, one.name, positions, one.team, one.status)

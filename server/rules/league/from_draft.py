"""What a league takes over from a draft: its teams with their managers, the players who were
picked, and the rosters. Pure. SPEC: LI13."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from protocol.draft import Player, Seat
from protocol.league import (
    OWNERS_MAX,
    PLAYERS_AT_ONCE,
    PLAYERS_MAX,
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
    ranks = _ranks(draft.pool.values())
    players = [_player(draft.pool[one], ranks.get(one, 0)) for one in picked]
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


def _ranks(pool: Iterable[Player]) -> dict[str, int]:
    """Players to their places at their first position, by the pool's ranks, else by average draft
    position; who has neither has none."""
    found: dict[str, int] = {}
    reached: Counter[str] = Counter()
    order = [(one.rank == 0, one.rank or one.adp or 0, one) for one in pool if one.rank or one.adp]
    for _, _, one in sorted(order, key=lambda place: (*place[:2], place[2].id)):
        position = _position(one.positions[0])
        reached[position] += 1
        found[one.id] = min(reached[position], PLAYERS_MAX)
    return found


def _position(name: str) -> str:
    return "DEF" if name in DEFENCES else name


def _player(one: Player, rank: int) -> LeaguePlayer:
    positions = tuple(map(_position, one.positions))
    return LeaguePlayer(one.id, one.name, positions, one.team, one.status, rank)

"""Profiles of a feed: which items and scoreboard a sport has, and what is right in them. A profile
is a value, data types and a few functions, as a kind is; football, whose plays have stat lines, has
rules of its own (feed.py). Pure. SPEC: PF1 to PF6."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from protocol.feed import SourceField
from protocol.feed_items import (
    GenericItem,
    GenericScoreboard,
    ProfileName,
    SoccerEvent,
    SoccerScoreboard,
)

KICKS = 5
"""The period of kicks from the penalty mark, whose goals are no part of the score (Laws of the
Game, Law 10)."""


@dataclass(frozen=True, eq=False)
class Profile:
    """What is allowed in feeds of one sport. Its functions are called with its own types only."""

    name: ProfileName
    sources: tuple[SourceField, ...]
    """Who may report where the feed's settings do not say otherwise, best first."""
    item: type[Struct]
    scoreboard: type[Struct]
    wrong_item: Callable[[Any, Any], str | None]
    """scoreboard or None, item → the property that cannot be so; None: it can."""
    wrong_scoreboard: Callable[[Any, Any], str | None]
    """scoreboard of before or None, the one that is to be → the property that cannot be so."""
    points: Callable[[Any], Mapping[str, int]]
    """What an item adds to the score, by side."""
    scores: Callable[[Any], Mapping[str, int] | None]
    """The scoreboard's score by side; None: it does not add up from items."""


def _wrong_event(board: SoccerScoreboard | None, event: SoccerEvent) -> str | None:
    if not 1 <= event.period <= KICKS:
        return "period"
    if board is None or not board.players:
        return None
    known = {player.key for player in board.players}
    for name, who in (("player", event.player), ("to_player", event.to_player)):
        if who and who not in known:
            return name
    return None


def _wrong_match(before: SoccerScoreboard | None, now: SoccerScoreboard) -> str | None:
    if now.home == now.away:
        return "away"
    if before is not None and (before.home, before.away) != (now.home, now.away):
        return "home"
    keys = [player.key for player in now.players]
    return "players" if len(set(keys)) < len(keys) else None


def _goals(event: SoccerEvent) -> Mapping[str, int]:
    return {event.goal_for: 1} if event.goal_for and event.period != KICKS else {}


def _match_score(board: SoccerScoreboard) -> Mapping[str, int]:
    return {"home": board.home_score, "away": board.away_score}


def _wrong_generic_item(board: GenericScoreboard | None, item: GenericItem) -> str | None:
    if item.points and not item.side:
        return "side"
    if board is not None and item.side and all(one.key != item.side for one in board.sides):
        return "side"
    return None


def _wrong_sides(before: GenericScoreboard | None, now: GenericScoreboard) -> str | None:
    keys = [side.key for side in now.sides]
    if len(set(keys)) < len(keys):
        return "sides"
    if before is not None and not {side.key for side in before.sides} <= set(keys):
        return "sides"
    return None


def _points(item: GenericItem) -> Mapping[str, int]:
    return {item.side: item.points} if item.points else {}


def _scores(board: GenericScoreboard) -> Mapping[str, int] | None:
    return {side.key: side.score for side in board.sides} if board.adds_up else None


PROFILES: Mapping[ProfileName, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            "soccer",
            ("statsbomb", "metrica", "kloppy", "manual"),
            SoccerEvent,
            SoccerScoreboard,
            _wrong_event,
            _wrong_match,
            _goals,
            _match_score,
        ),
        Profile(
            "generic",
            ("official", "manual"),
            GenericItem,
            GenericScoreboard,
            _wrong_generic_item,
            _wrong_sides,
            _points,
            _scores,
        ),
    )
}
"""All but football; there is no registration."""


def profile_of(name: ProfileName) -> Profile | None:
    """The profile; None: football."""
    return PROFILES.get(name)

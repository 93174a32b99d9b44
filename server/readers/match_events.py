"""What happened in a match, whoever recorded it: passes, carries, shots and the rest with places
and outcomes; and the choice of a passage. Pure; knows no provider and no board. SPEC: RD14."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from server.readers.coordinates import Point
from server.readers.line_up import LineUp
from server.readers.tracking import Side

EventSort = Literal[
    "pass",
    "carry",
    "dribble",
    "shot",
    "pressure",
    "recovery",
    "loss",
    "out",
    "challenge",
    "foul",
    "set_piece",
    "keeper",
    "substitution",
    "card",
    "other",
]

Card = Literal["", "yellow", "second_yellow", "red"]

EVENTS_MAX = 20_000
"""Events of one match; a usual one has 2,000 to 4,000."""
PASSAGE_MAX = 40
"""Events of one passage on a board."""


@dataclass(frozen=True, slots=True)
class MatchEvent:
    """One event. Times are ms from the start of its period; places as on a board on which home
    attacks along x where the provider turns them, else as on the pitch."""

    index: int
    period: int
    at_ms: int
    sort: EventSort
    word: str
    """The provider's name for it."""
    side: Side | None
    player: str | None
    to_player: str | None
    start: Point | None
    end: Point | None
    outcome: str | None
    success: bool | None
    """None: not said, or not that kind of thing."""
    is_goal: bool = False
    possession: int | None = None
    card: Card = ""
    """What the referee shows `player`."""


@dataclass(frozen=True, slots=True)
class MatchEvents:
    """All events of a match in their order, and who is who in them."""

    line_up: LineUp
    events: tuple[MatchEvent, ...]
    attack: Mapping[str, int]
    """In the first period; equal in all of them where `turned`."""
    turned: bool
    """The provider gives every team's events in its own direction of play."""


def passage(
    match: MatchEvents,
    period: int | None = None,
    from_ms: int | None = None,
    to_ms: int | None = None,
) -> tuple[MatchEvent, ...]:
    """The events of a stretch of time, PASSAGE_MAX at most; if none is named, the one that ends
    with the first goal, else with the first shot, else the first one."""
    drawn = [e for e in match.events if e.start is not None]
    if period is not None or from_ms is not None or to_ms is not None:
        begin, end = from_ms or 0, to_ms if to_ms is not None else (from_ms or 0) + 20_000
        named = [e for e in drawn if e.period == (period or 1) and begin <= e.at_ms <= end]
        return tuple(named[:PASSAGE_MAX])
    last = next((e for e in drawn if e.is_goal), None)
    last = last or next((e for e in drawn if e.sort == "shot"), None)
    if last is None:
        return tuple(drawn[:PASSAGE_MAX])
    before = drawn[: drawn.index(last) + 1]
    chosen: list[MatchEvent] = []
    for event in reversed(before):
        far = event.period != last.period or last.at_ms - event.at_ms > 30_000
        other = event.possession is not None and event.possession != last.possession
        if far or other or len(chosen) >= PASSAGE_MAX:
            break
        chosen.append(event)
    return tuple(reversed(chosen))


def numbered(events: list[MatchEvent]) -> tuple[MatchEvent, ...]:
    """In order of period and time, and in that order numbered from 1."""
    ordered = sorted(events, key=lambda e: (e.period, e.at_ms, e.index))
    return tuple(replace(event, index=n) for n, event in enumerate(ordered, 1))

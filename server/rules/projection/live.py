"""What somebody is likely to have in the end: what he has, and his share of what is left of the
game. Pure. SPEC: PJ3 to PJ5."""

from __future__ import annotations

import re
from typing import NamedTuple

from protocol.feed import Header
from server.rules.projection.expected import Pregame
from server.rules.projection.tiers import tiers_at
from server.rules.scoring.ruleset import Ruleset

QUARTER_S = 900
QUARTERS = 4
GAME_S = QUARTER_S * QUARTERS
OVERTIME_S = 600
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


class Outlook(NamedTuple):
    """What is likely in the end."""

    points: int
    """Hundredths, those made already included."""
    variance: float
    """Of what is to come, squared hundredths."""


def remaining_share(header: Header | None) -> float:
    """PJ3: how much of a game is left, of its 3,600 seconds: 1 before it, 0 when it is over.
    Overtime is what is left on its clock."""
    if header is None or header.phase == "pregame":
        return 1.0
    if header.phase == "final":
        return 0.0
    if header.quarter == 0:
        return 1.0
    overtime = header.quarter > QUARTERS
    whole = OVERTIME_S if overtime else QUARTER_S
    said = _CLOCK.fullmatch(header.clock)
    clock = min(whole, int(said[1]) * 60 + int(said[2])) if said else whole
    rest = 0 if overtime else (QUARTERS - header.quarter) * QUARTER_S
    return (rest + clock) / GAME_S


def player_outlook(actual: int, pregame: Pregame, share: float) -> Outlook:
    """`actual` in hundredths. With nothing left it is what he has."""
    return Outlook(actual + round(pregame.points * share), pregame.variance * share)


def defence_outlook(
    actual: int,
    tiers: int,
    allowed: tuple[int, int],
    pregame: Pregame,
    share: float,
    rules: Ruleset,
) -> Outlook:
    """Of a D/ST: its events as a player's, its tiers at the projected final. `tiers`: hundredths of
    `actual` that they give now; `allowed`: points and yards."""
    against = pregame.against
    if against is None or share <= 0:
        return player_outlook(actual, pregame, share)
    final = tiers_at(rules, against.later(*allowed, share))
    points = actual - tiers + pregame.points * share + final
    return Outlook(round(points), pregame.variance * share)

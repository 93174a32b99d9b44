"""What a player is likely to make in a whole game: by rank at his position, scored by the league's
rules.

A rank has a stat line, that of the first of the position times a share that falls with the rank; so
one table serves every league that gives points for such quantities. Bonuses for bands of yards are
not foreseen; whole steps (`every`) are counted evenly. Pure. SPEC: PJ1 to PJ3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from server.rules.projection.curve import Curve
from server.rules.projection.table import CURVES, GROUPS
from server.rules.projection.tiers import Against, tiers_at
from server.rules.scoring.keys import BY_POSITION
from server.rules.scoring.ruleset import RATE, Rate, Ruleset, read_rules
from server.rules.scoring.totals import HALVES

DEFENCE = "DEF"
"""Position of a D/ST."""
SHRINK_GAMES = 3
"""A player's own games are averaged with so many of a player at replacement level."""


class Pregame(NamedTuple):
    """What is expected of a whole game."""

    points: float
    """Hundredths. Of a D/ST without what tiers give: that follows from the projected final."""
    variance: float
    """Of what it comes to in the end, squared hundredths."""
    against: Against | None = None
    """Of a D/ST: what it is expected to allow."""

    def whole(self, rules: Ruleset) -> float:
        """Hundredths of the whole game, tiers included."""
        return self.points + (0.0 if self.against is None else tiers_at(rules, self.against))


NOTHING = Pregame(0.0, 0.0)


class Expected:
    """The table as one league's rules score it."""

    def __init__(self, rules: Ruleset, curves: Mapping[str, Curve] = CURVES) -> None:
        self.rules = rules
        self._curves = curves
        self._by_rank: dict[tuple[str, int], Pregame] = {}

    def by_rank(self, position: str, rank: int) -> Pregame:
        """PJ1: of whoever has this rank at the position, from 1."""
        found = self._by_rank.get((position, rank))
        if found is None:
            found = self._by_rank[position, rank] = self._made(position, rank)
        return found

    def _made(self, position: str, rank: int) -> Pregame:
        curve = self._curve(position)
        if curve is None:
            return NOTHING
        top = self._linear(curve, position)
        points = top * curve.share(rank)
        if position != DEFENCE:
            return Pregame(points, curve.spread * max(points, 0.0) * max(top, 0.0))
        found = Pregame(points, 0.0, curve.allowed(rank))
        return found._replace(variance=curve.spread * found.whole(self.rules) ** 2)

    def without_rank(self, position: str, played: Sequence[int]) -> Pregame:
        """PJ2: of whoever has none: the mean of the games played (hundredths each) and of
        SHRINK_GAMES at replacement level."""
        curve = self._curve(position)
        base = NOTHING if curve is None else self.by_rank(position, curve.replacement)
        if not played:
            return base
        level = base.whole(self.rules)
        mean = (sum(played) + SHRINK_GAMES * level) / (len(played) + SHRINK_GAMES)
        # A D/ST's tiers stay those of its projected final.
        points = base.points + mean - level
        if curve is None or base.against is not None or level <= 0:
            return base._replace(points=points)
        return Pregame(points, base.variance * max(points, 0.0) / level)

    def _curve(self, position: str) -> Curve | None:
        return self._curves.get(GROUPS.get(position, position))

    def _linear(self, curve: Curve, position: str) -> float:
        """Hundredths of the first of the position, of what is given for each unit."""
        rates = self.rules.rates.items()
        return sum(_per_unit(key, rate, curve, position) for key, rate in rates)


def _per_unit(key: str, rate: Rate, curve: Curve, position: str) -> float:
    of = (key,)
    if key in BY_POSITION:
        whose, of = BY_POSITION[key]
        if whose != position:
            return 0.0
    found = sum(curve.line.get(name, 0.0) for name in of)
    return found * rate.millionths * 100 / RATE / rate.every / (2 if key in HALVES else 1)


@lru_cache(maxsize=256)
def expected_by(key: str) -> Expected:
    """By a document of rules in JSON, the key of server.rules.league.book.LeagueRules: leagues with
    the same rules have one."""
    return Expected(read_rules("league", msgspec.json.decode(key)))

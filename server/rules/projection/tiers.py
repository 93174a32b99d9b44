"""What the tiers of a D/ST are likely to give: by the points and yards that it has allowed, and a
normal distribution of those that it will allow yet. Pure. SPEC: PJ4."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from server.rules.scoring.keys import BANDS
from server.rules.scoring.points import Part
from server.rules.scoring.ruleset import RATE, Ruleset

ALLOWED = ("pts_allow", "yds_allow")
"""Quantities that tiers look at."""


class Against(NamedTuple):
    """What a D/ST has allowed, and is expected to in what is left."""

    points: float
    yards: float
    points_sd: float
    yards_sd: float
    points_now: int = 0
    yards_now: int = 0

    def later(self, points: int, yards: int, share: float) -> Against:
        """With `share` of the game left, of whoever was expected to allow this in all of it."""
        return Against(
            points + self.points * share, yards + self.yards * share,
            self.points_sd * math.sqrt(share), self.yards_sd * math.sqrt(share), points, yards,
        )  # fmt: skip


def tier_points(parts: Iterable[Part]) -> int:
    """Hundredths that tiers give now, of points made of these parts."""
    return sum(part.points for part in parts if part.key.startswith(ALLOWED))


def tiers_at(rules: Ruleset, against: Against) -> float:
    """Hundredths that tiers are expected to give at the end."""
    ends = (
        (ALLOWED[0], against.points, against.points_sd, against.points_now),
        (ALLOWED[1], against.yards, against.yards_sd, against.yards_now),
    )
    found = 0.0
    for key, mean, sd, now in ends:
        for least, most, worth in _segments(rules, key):
            found += worth * _within(least, most, mean, sd, now)
    return found


def _segments(rules: Ruleset, key: str) -> Iterator[tuple[float, float, float]]:
    """From, to (both included), hundredths."""
    for name, band in BANDS.items():
        rate = rules.rates.get(name)
        if band.of == (key,) and rate is not None and rate.millionths:
            most = math.inf if band.most is None else band.most
            least = -math.inf if band.least <= 0 else band.least
            yield least, most, rate.millionths * 100 / RATE
    steps = rules.tiers.get(key, ())
    for number, step in enumerate(steps):
        most = steps[number + 1].least - 1 if number + 1 < len(steps) else math.inf
        yield step.least, most, step.millionths * 100 / RATE


def _within(least: float, most: float, mean: float, sd: float, now: int) -> float:
    """How likely the final is in there: it is not below what there is now."""
    if sd <= 0:
        return float(least <= round(mean) <= most)
    if most < now:
        return 0.0
    below = 0.0 if least <= now else _normal((least - 0.5 - mean) / sd)
    return max(0.0, _normal((most + 0.5 - mean) / sd) - below)


@lru_cache(maxsize=8_192)
def _normal(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2

"""Points of a player or a D/ST: a league's rules on what was summed up, part by part, in whole
hundredths. Pure; SPEC: SC12, SC13, SC16, SC18."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from server.rules.scoring.keys import BANDS, BY_POSITION, Band
from server.rules.scoring.ruleset import RATE, Rate, Ruleset
from server.rules.scoring.totals import HALVES

_HUNDREDTH = RATE // 100


class Part(Struct, frozen=True, gc=False):
    """What one key gave."""

    key: str
    halves: int
    """Twice the quantity, for there are half sacks."""
    points: int
    """Hundredths."""


def parts_of(quantities: Mapping[str, int], rules: Ruleset, position: str = "") -> tuple[Part, ...]:
    """Every part that is not nought points, by key. `position` is a player's, for bonuses that
    only some have."""
    parts: list[Part] = []
    for key, rate in rules.rates.items():
        found = _quantity(key, quantities, position)
        halves = found if key in HALVES else 2 * found
        points = _rounded(rate.millionths * _counted(halves, rate))
        if points:
            parts.append(Part(key, halves, points))
    for key, steps in rules.tiers.items():
        if key not in quantities:
            continue
        halves = quantities[key] * (1 if key in HALVES else 2)
        reached = [step for step in steps if 2 * step.least <= halves]
        points = _rounded(2 * reached[-1].millionths) if reached else 0
        if points:
            parts.append(Part(f"{key}_tier", halves, points))
    return tuple(sorted(parts, key=lambda part: part.key))


def total_of(parts: Iterable[Part]) -> int:
    """Hundredths."""
    return sum(part.points for part in parts)


def hundredths(points: int) -> str:
    """As people write it: `-2.00`."""
    whole, rest = divmod(abs(points), 100)
    return f"{'-' if points < 0 else ''}{whole}.{rest:02}"


def _quantity(key: str, quantities: Mapping[str, int], position: str) -> int:
    band = BANDS.get(key)
    if band is not None:
        return _reached(band, quantities)
    if key in BY_POSITION:
        whose, of = BY_POSITION[key]
        return sum(quantities.get(name, 0) for name in of) if position == whose else 0
    return quantities.get(key, 0)


def _reached(band: Band, quantities: Mapping[str, int]) -> int:
    if not any(name in quantities for name in band.of):
        return 0
    found = sum(quantities.get(name, 0) for name in band.of)
    return int(band.least <= found and (band.most is None or found <= band.most))


def _counted(halves: int, rate: Rate) -> int:
    """Halves of `every`: whole steps only where there is one, towards nought."""
    if rate.every == 1:
        return halves
    steps = abs(halves) // (2 * rate.every)
    return 2 * steps if halves >= 0 else -2 * steps


def _rounded(millionths_of_halves: int) -> int:
    """Hundredths, a half of one away from nought."""
    unit = 2 * _HUNDREDTH
    rounded = (abs(millionths_of_halves) + unit // 2) // unit
    return rounded if millionths_of_halves >= 0 else -rounded

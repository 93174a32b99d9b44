"""Fits the table of expected stat lines (server/rules/projection/table.py) to one real week by
likelihood, and prints it as the module that ships."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from server.rules.projection.curve import Allowed, Curve
from server.rules.projection.expected import Expected
from server.rules.projection.tiers import ALLOWED
from server.rules.scoring.keys import PLAYER, TEAM
from server.rules.scoring.points import parts_of, total_of
from server.rules.scoring.ruleset import preset
from server.rules.scoring.totals import Totals
from tests.support.real_weeks import Ranked, RealWeek, positions_of, real_week

FIT_WEEK = 1
FIT_RULES = "half_ppr"
LAST = {"QB": 32, "RB": 72, "WR": 96, "TE": 40, "K": 32, "DEF": 32}
"""Ranks that are fitted: whoever a league of twelve to fourteen teams might have."""
REPLACEMENT = {"QB": 20, "RB": 48, "WR": 60, "TE": 18, "K": 16, "DEF": 16}
"""Our choice: the first whom a league of twelve with a bench leaves."""
INDIVIDUAL = {
    "LB": ("LB", "OLB", "ILB", "MLB"),
    "DL": ("DL", "DE", "DT", "NT"),
    "DB": ("DB", "CB", "FS", "SS", "SAF", "S"),
}
"""Defenders, of whom there are no ranks: the mean of whoever had a stat line."""
DECAYS = [float(number) for number in range(2, 121)]
LEAST = 0.0005
"""Quantities below this are left out."""


def points_of(one: Ranked, rules: str = FIT_RULES) -> int:
    """What he made, hundredths."""
    return total_of(parts_of(one.quantities, preset(rules), one.position))


def fitted(shared: Path) -> dict[str, Curve]:
    """The whole table."""
    week = real_week(shared, FIT_WEEK)
    found = {position: _curve(week, position) for position in LAST}
    return {**found, **_individual(week, shared)}


def at(week: RealWeek, position: str) -> list[Ranked]:
    """Those of the position whose ranks are fitted."""
    return [one for one in week.ranked if one.position == position and one.rank <= LAST[position]]


def _curve(week: RealWeek, position: str) -> Curve:
    people = at(week, position)
    events = [_events(one) for one in people]
    decay = min(DECAYS, key=lambda tried: _unlikely(people, tried))
    shares = [math.exp(-(one.rank - 1) / decay) for one in people]
    keys = sorted({key for line in events for key in line})
    line = {key: _first([got.get(key, 0) for got in events], shares) for key in keys}
    curve = Curve(
        line={key: round(value, 4) for key, value in line.items() if abs(value) >= LEAST},
        decay=decay, last=LAST[position], replacement=REPLACEMENT[position], spread=0.0,
        allows=_allows(people) if position == "DEF" else None,
    )  # fmt: skip
    return _with_spread(curve, people)


def _events(one: Ranked) -> dict[str, int]:
    keys = TEAM - {*ALLOWED} if one.position == "DEF" else PLAYER
    return {key: value for key, value in one.quantities.items() if key in keys}


def _unlikely(people: Sequence[Ranked], decay: float) -> float:
    """Minus the log likelihood of a curve of this decay, where points are spread as their
    expectation is: what projections take variances for."""
    shares = [math.exp(-(one.rank - 1) / decay) for one in people]
    made = [points_of(one) for one in people]
    first = _first(made, shares)
    pairs = zip(made, shares, strict=True)
    spread = statistics.fmean((got - first * share) ** 2 / share for got, share in pairs)
    return len(people) * math.log(spread) / 2 + sum(math.log(share) for share in shares) / 2


def _first(values: Sequence[float], shares: Sequence[float]) -> float:
    """Of `value = first * share` with a variance that rises with the share: the best estimate is
    unbiased over everybody."""
    return sum(values) / sum(shares)


def _allows(people: Sequence[Ranked]) -> Allowed:
    found: list[float] = []
    for key in ALLOWED:
        values = [float(one.quantities[key]) for one in people]
        ranks = [float(one.rank) for one in people]
        slope, start = statistics.linear_regression(ranks, values)
        rest = [got - start - slope * rank for got, rank in zip(values, ranks, strict=True)]
        middle = (1 + LAST["DEF"]) / 2
        found += [start + slope * middle, slope, statistics.pstdev(rest)]
    return Allowed(*(round(one, 2) for one in found))


def _with_spread(curve: Curve, people: Sequence[Ranked]) -> Curve:
    """The mean square of the residues over what the model takes it for."""
    position = people[0].position
    expected = _expected(position, curve)
    squares = model = 0.0
    top = expected.by_rank(position, 1).points
    for one in people:
        pregame = expected.by_rank(position, one.rank)
        whole = pregame.whole(expected.rules)
        squares += (points_of(one) - whole) ** 2
        model += whole * whole if position == "DEF" else max(0.0, whole) * top
    return _replaced(curve, round(squares / model, 3))


def _expected(position: str, curve: Curve) -> Expected:
    return Expected(preset(FIT_RULES), {position: curve})


def _replaced(curve: Curve, spread: float) -> Curve:
    return Curve(
        line=curve.line, decay=curve.decay, last=curve.last, replacement=curve.replacement,
        spread=spread, allows=curve.allows,
    )  # fmt: skip


def _individual(week: RealWeek, shared: Path) -> dict[str, Curve]:
    """Flat: of no rank anybody knows more."""
    positions = positions_of(shared)
    lines = _lines(week)
    found: dict[str, Curve] = {}
    for group, names in INDIVIDUAL.items():
        people = [line for who, line in sorted(lines.items()) if positions.get(who) in names]
        keys = sorted({key for line in people for key in line if key.startswith("idp_")})
        means = {key: sum(line.get(key, 0) for line in people) / len(people) for key in keys}
        tackles = [line.get("idp_tkl", 0) for line in people]
        spread = statistics.pvariance(tackles) / statistics.fmean(tackles) ** 2
        found[group] = Curve(
            line={key: round(value, 4) for key, value in means.items() if value >= LEAST},
            decay=0.0, last=0, replacement=1, spread=round(spread, 3),
        )  # fmt: skip
    return found


def _lines(week: RealWeek) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for game in week.games.values():
        found.update(Totals(game.plays).everybody())
    return found


def source_of(table: Mapping[str, Curve]) -> str:
    """The module that ships."""
    rows = "".join(_row(position, curve) for position, curve in table.items())
    groups = [(name, group) for group, names in INDIVIDUAL.items() for name in names]
    said = "".join(f'    "{name}": "{group}",\n' for name, group in groups if name != group)
    curves = f"CURVES: Mapping[str, Curve] = {{\n{rows}}}\n"
    return f"{_HEAD}\n{curves}\nGROUPS: Mapping[str, str] = {{\n{said}}}\n{_TAIL}"


def _row(position: str, curve: Curve) -> str:
    line = _wrapped(f'"{key}": {value},' for key, value in curve.line.items())
    said = curve.allows
    allows = "" if said is None else f"        allows=Allowed(\n{_named(said)}        ),\n"
    return (
        f'    "{position}": Curve(\n        line={{\n{line}        }},\n'
        f"        decay={curve.decay},\n"
        f"        last={curve.last},\n        replacement={curve.replacement},\n"
        f"        spread={curve.spread},\n{allows}    ),\n"
    )


def _named(said: Allowed) -> str:
    return "".join(
        f"            {name}={getattr(said, name)},\n" for name in said.__struct_fields__
    )


def _wrapped(parts: Iterable[str]) -> str:
    return "".join(f"            {part}\n" for part in parts)


_HEAD = '''"""Expected stat lines by position and rank: facts computed from 2019's first week.
`python -m tests.projection fit` has written this module; how far it is off stands in
server/decisions/0013-projections.md. Pure. SPEC: PJ1.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.rules.projection.curve import Allowed, Curve
'''
_TAIL = '"""Positions of individual defenders to the row that they share."""\n'

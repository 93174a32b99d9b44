"""Points by adding up plays, from nothing but their stat lines: what servers are judged by.

It shares no code with server/rules/scoring/ and keeps nothing between two sums. Presets are read
from the table that the specification publishes; what each quantity counts is said here once more,
quantity by quantity, as the league's own list of stat ids has it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import msgspec

from protocol.feed import Header, Play, StatLine

SPEC = Path(__file__).resolve().parents[2] / "protocol" / "SPEC.md"
DEFENCE = "DEF"

KICKS = frozenset(
    {2, 69, 70, 71, 72, 73, 74, 86, 87, 88, 96, 102, 107, 108, 201, 301, 405, 406, 410}
    | set(range(29, 52))
)
"""Stat ids of punts, kick-offs, field goals and extra points."""

COUNTS: Mapping[str, tuple[int, ...]] = {
    "pass_td": (16, 18), "pass_int": (19,), "pass_2pt": (77,),
    "rush_td": (11, 13), "rush_2pt": (75,),
    "rec": (21, 22), "rec_td": (22, 24), "rec_2pt": (104,),
    "fum_lost": (106,), "fgmiss": (69, 71), "xpm": (72,), "xpmiss": (73, 74),
    "fum_rec_td": (56, 58), "st_td": (34, 36, 46, 48, 108),
    "idp_int": (25, 26), "idp_def_td": (26, 28), "idp_pass_def": (85,),
    "idp_blk_kick": (86, 87, 88),
}  # fmt: skip
"""What a player has one more of, on kicks and elsewhere."""
YARDS: Mapping[str, tuple[int, ...]] = {
    "pass_yd": (15, 16, 17, 18), "rush_yd": (10, 11, 12, 13), "rec_yd": (21, 22, 23, 24),
    "pr_yd": (33, 34, 35, 36), "kr_yd": (45, 46, 47, 48),
}  # fmt: skip
ELSEWHERE: Mapping[str, tuple[int, ...]] = {
    "fum_rec_td": (64,), "idp_tkl_solo": (79, 80), "idp_tkl_ast": (82,), "idp_ff": (91,),
    "idp_fum_rec": (59, 60), "idp_def_td": (60, 62),
}  # fmt: skip
ON_KICKS: Mapping[str, tuple[int, ...]] = {
    "st_td": (60, 62, 64), "st_ff": (91,), "st_fum_rec": (59, 60),
}  # fmt: skip
TEAM_COUNTS: Mapping[str, tuple[int, ...]] = {
    "int": (25, 26), "blk_kick": (86, 87, 88), "def_st_td": (34, 36, 46, 48, 108),
}  # fmt: skip
TEAM_ELSEWHERE: Mapping[str, tuple[int, ...]] = {
    "fum_rec": (59, 60), "def_td": (26, 28, 60, 62), "ff": (91,),
}  # fmt: skip
TEAM_ON_KICKS: Mapping[str, tuple[int, ...]] = {
    "def_st_fum_rec": (59, 60), "def_st_td": (26, 28, 56, 58, 60, 62, 64), "def_st_ff": (91,),
}  # fmt: skip
RETURNED_TRY = (404, 406, 420)
GAINED = (10, 11, 12, 13, 15, 16, 17, 18, 20, 103)
BONUSES: Mapping[str, tuple[str, int, int]] = {
    "bonus_pass_yd_300": ("pass_yd", 300, 399),
    "bonus_rush_yd_100": ("rush_yd", 100, 199),
    "bonus_rec_yd_100": ("rec_yd", 100, 199),
}
ALLOWED: Mapping[str, tuple[int, int]] = {
    "pts_allow_0": (0, 0), "pts_allow_1_6": (1, 6), "pts_allow_7_13": (7, 13),
    "pts_allow_14_20": (14, 20), "pts_allow_21_27": (21, 27), "pts_allow_28_34": (28, 34),
    "pts_allow_35p": (35, 999),
}  # fmt: skip

Tally = dict[str, dict[str, Decimal]]


@dataclass(frozen=True)
class StepRate:
    """Points for each `every` whole ones; 0: for each, and parts of them."""

    points: float
    every: int = 0


@dataclass(frozen=True)
class Rules:
    """What a league gives points for."""

    name: str
    rates: Mapping[str, Decimal]
    every: Mapping[str, int] = field(default_factory=dict[str, int])
    """Quantities that count in whole steps only."""
    tiers: Mapping[str, tuple[tuple[int, Decimal], ...]] = field(
        default_factory=dict[str, tuple[tuple[int, Decimal], ...]]
    )
    leaves_out_defence: bool = False

    def but(self, name: str, points: Mapping[str, Any]) -> Rules:
        """With other values for some keys, as a league's own rules say them."""
        rates, every = dict(self.rates), dict(self.every)
        for key, value in points.items():
            step = msgspec.convert(
                value if isinstance(value, dict) else {"points": value}, StepRate
            )
            rates[key] = Decimal(str(step.points))
            if step.every:
                every[key] = step.every
        return Rules(name, rates, every, self.tiers, self.leaves_out_defence)


def presets() -> dict[str, Rules]:
    """Those of the specification's table, by name."""
    text = SPEC.read_text(encoding="utf-8").partition("### Presets")[2]
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in re.findall(r"^\|.*\|$", text.partition("\n## ")[0], re.MULTILINE)
    ]
    names = rows[0][1:]
    found: dict[str, Rules] = {}
    for column, name in enumerate(names, 1):
        rates: dict[str, Decimal] = {}
        tiers: dict[str, tuple[tuple[int, Decimal], ...]] = {}
        leaves_out = False
        for key, *cells in rows[2:]:
            cell = cells[column - 1]
            if key.startswith("tiers of "):
                steps = re.findall(r"(-?\d+): (-?\d+)", cell)
                tiers[key.removeprefix("tiers of `")] = tuple(
                    (int(least), Decimal(points)) for least, points in steps
                )
            elif key == "points_allowed":
                leaves_out = cell != "all"
            else:
                rates[key] = Decimal(cell)
        found[name] = Rules(name, rates, {}, tiers, leaves_out)
    return found


def tally(plays: Iterable[Play]) -> Tally:
    """Quantities of every player (by id) and team (by abbreviation, its defence's)."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for play in plays:
        there = Counter(line.stat for line in play.stats)
        kick = bool(KICKS & there.keys())
        for line in play.stats:
            if line.player:
                _add_player(found[line.player], line, kick=kick)
            _add_team(found[line.team], line, there, kick=kick)
    return {who: {key: Decimal(n) / 2 for key, n in of.items()} for who, of in found.items()}


def _add_player(of: Counter[str], line: StatLine, *, kick: bool) -> None:
    """In halves, for sacks are shared."""
    for table in (COUNTS, ON_KICKS if kick else ELSEWHERE):
        for key, stats in table.items():
            of[key] += 2 * (line.stat in stats)
    for key, stats in YARDS.items():
        of[key] += 2 * line.yards * (line.stat in stats)
    if line.stat == 70:
        tens = max(1, min(5, line.yards // 10))
        made = {1: "fgm_0_19", 2: "fgm_20_29", 3: "fgm_30_39", 4: "fgm_40_49", 5: "fgm_50p"}
        of[made[tens]] += 2
    of["idp_sack"] += {83: 2, 84: 1}.get(line.stat, 0)


def _add_team(of: Counter[str], line: StatLine, there: Mapping[int, int], *, kick: bool) -> None:
    for table in (TEAM_COUNTS, TEAM_ON_KICKS if kick else TEAM_ELSEWHERE):
        for key, stats in table.items():
            of[key] += 2 * (line.stat in stats)
    of["sack"] += {83: 2, 84: 1}.get(line.stat, 0)
    of["safe"] += {89: 2, 90: 1}.get(line.stat, 0)
    if line.stat in RETURNED_TRY:
        first = min(stat for stat in RETURNED_TRY if stat in there)
        of["def_2pt"] += 2 * (line.stat == first)  # written by two ids it is one
    of["gained"] += 2 * line.yards * (line.stat in GAINED)


def points_of(who: str, position: str, sums: Tally, header: Header | None, rules: Rules) -> int:
    """Hundredths of a player, or (position DEF) of a team's defence."""
    has = dict(sums.get(who, {}))
    if position == DEFENCE:
        if header is None or header.phase == "pregame" or who not in {header.home, header.away}:
            return 0
        has |= _allowed(who, sums, header, rules)
    total = Decimal(0)
    for key, rate in rules.rates.items():
        total += _rounded(rate * _times(key, has, rules))
    for key, steps in rules.tiers.items():
        reached = [points for least, points in steps if key in has and has[key] >= least]
        total += reached[-1] if reached else 0
    return int(total * 100)


def _allowed(who: str, sums: Tally, header: Header, rules: Rules) -> dict[str, Decimal]:
    home = who == header.home
    other = sums.get(header.away if home else header.home, {})
    points = Decimal(header.away_score if home else header.home_score)
    if rules.leaves_out_defence:
        by_defence = 6 * other.get("def_td", Decimal(0)) + 2 * other.get("safe", Decimal(0))
        points = max(Decimal(0), points - by_defence)
    return {"pts_allow": points, "yds_allow": other.get("gained", Decimal(0))}


def _times(key: str, has: Mapping[str, Decimal], rules: Rules) -> Decimal:
    """How often a key's points are given."""
    if key in ALLOWED:
        least, most = ALLOWED[key]
        return Decimal("pts_allow" in has and least <= has["pts_allow"] <= most)
    if key in BONUSES:
        of, least, most = BONUSES[key]
        return Decimal(least <= has.get(of, Decimal(0)) <= most)
    count = has.get(key, Decimal(0))
    return Decimal(int(count / rules.every[key])) if key in rules.every else count


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)

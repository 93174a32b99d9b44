"""A league's scoring as data: points per quantity by Sleeper's keys, steps, tiers, what counts as
points allowed; and the published presets. Pure; SPEC: SC10 to SC14.

Rates are kept in millionths of a point, so that a third of a point per ten yards is near enough;
points are whole hundredths (server/rules/scoring/points.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, cast

from msgspec import Struct
from msgspec.structs import replace

from server.rules.scoring.keys import KEYS

RATE = 1_000_000
RATE_MAX = 1_000
"""Points of one unit."""
STEPS_MAX = 20

PointsAllowed = Literal["all", "exclude_def_td_and_safety"]
POINTS_ALLOWED: tuple[PointsAllowed, ...] = ("all", "exclude_def_td_and_safety")


class Rate(Struct, frozen=True, gc=False):
    """Points for each whole `every` of a quantity."""

    millionths: int
    every: int = 1


class Step(Struct, frozen=True, gc=False):
    """From this quantity on it is these points, until the next step."""

    least: int
    millionths: int


class Ruleset(Struct, frozen=True):
    """What one league gives points for."""

    name: str
    rates: Mapping[str, Rate]
    tiers: Mapping[str, tuple[Step, ...]] = {}
    """By quantity, steps rising: the highest that is reached counts, alone."""
    points_allowed: PointsAllowed = "all"


class BadRules(ValueError):
    """Rules that cannot be; the message names the key and what is wrong with it."""


_OFFENCE: Mapping[str, float] = {
    "pass_yd": 0.04, "pass_td": 4, "pass_int": -2, "pass_2pt": 2,
    "rush_yd": 0.1, "rush_td": 6, "rush_2pt": 2,
    "rec": 0, "rec_yd": 0.1, "rec_td": 6, "rec_2pt": 2,
    "fum_lost": -2, "fum_rec_td": 6, "st_td": 6,
}  # fmt: skip
_KICKING: Mapping[str, float] = {
    "fgm_0_19": 3, "fgm_20_29": 3, "fgm_30_39": 3, "fgm_40_49": 4, "fgm_50p": 5,
    "fgmiss": -1, "xpm": 1, "xpmiss": 0,
}  # fmt: skip
_DEFENCE: Mapping[str, float] = {
    "sack": 1, "int": 2, "fum_rec": 2, "def_st_fum_rec": 2, "safe": 2, "blk_kick": 2,
    "def_td": 6, "def_st_td": 6, "def_2pt": 2,
    "pts_allow_0": 10, "pts_allow_1_6": 7, "pts_allow_7_13": 4, "pts_allow_14_20": 1,
    "pts_allow_21_27": 0, "pts_allow_28_34": -1, "pts_allow_35p": -4,
}  # fmt: skip
_STANDARD = {**_OFFENCE, **_KICKING, **_DEFENCE}
_NO_POINTS = dict.fromkeys([key for key in _DEFENCE if key.startswith("pts_allow")], 0.0)

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "standard": {"points": _STANDARD},
    "half_ppr": {"points": {**_STANDARD, "rec": 0.5}},
    "ppr": {"points": {**_STANDARD, "rec": 1}},
    "yahoo": {"points": {**_STANDARD, "rec": 0.5, "pass_int": -1, "fgmiss": 0}},
    "nfl": {"points": {**_STANDARD, "rec": 1, "fgm_40_49": 3, "fgmiss": 0, "blk_kick": 0}},
    "sleeper": {
        "points": {
            **_STANDARD, "rec": 1, "pass_int": -1, "xpmiss": -1, "ff": 1, "def_st_ff": 1,
            "def_st_fum_rec": 1, "st_ff": 1, "st_fum_rec": 1,
        },
    },
    "espn": {
        "points": {**_STANDARD, **_NO_POINTS, "rec": 1},
        "tiers": {
            "pts_allow": [[0, 5], [1, 4], [7, 3], [14, 1], [18, 0], [28, -1], [35, -3], [46, -5]],
            "yds_allow": [
                [-999, 5], [100, 3], [200, 2], [300, 0], [350, -1], [400, -3], [450, -5],
                [500, -6], [550, -7],
            ],
        },
        "points_allowed": "exclude_def_td_and_safety",
    },
}  # fmt: skip
"""The published table. Interceptions are -2 except where the site says -1; ESPN's values between
the ends of its tiers vary by page."""


def preset(name: str) -> Ruleset:
    """A preset by its name, a key of PRESETS."""
    return read_rules(name, PRESETS[name])


def read_rules(name: str, found: object) -> Ruleset:
    """Rules from a document's value: `{preset, points, tiers, points_allowed}`, or a plain object
    of keys, or a league as Sleeper gives it (`scoring_settings`). Raises BadRules."""
    said = _object("rules", found)
    if "scoring_settings" in said:
        return Ruleset(name, _rates(said["scoring_settings"], of_sleeper=True))
    if not {"preset", "points", "tiers", "points_allowed"} & said.keys():
        return Ruleset(name, _rates(said, of_sleeper=True))
    unknown = said.keys() - {"name", "preset", "points", "tiers", "points_allowed"}
    if unknown:
        raise BadRules(f"{sorted(unknown)[0]}: there is no such part of rules")
    basis = Ruleset(name, {})
    if "preset" in said:
        named = said["preset"]
        if not isinstance(named, str) or named not in PRESETS:
            raise BadRules(f"preset: one of {', '.join(PRESETS)}")
        basis = preset(named)
    tiers = {
        key: _steps(key, steps) for key, steps in _object("tiers", said.get("tiers", {})).items()
    }
    return Ruleset(
        name,
        {**basis.rates, **_rates(said.get("points", {}))},
        {**basis.tiers, **tiers},
        _points_allowed(said.get("points_allowed", basis.points_allowed)),
    )


def with_setting(rules: Ruleset, key: str, value: str) -> Ruleset:
    """The rules with one value changed, as the command line has it: a number for a key, or
    `points_allowed=…`. Raises BadRules."""
    if key == "points_allowed":
        return replace(rules, points_allowed=_points_allowed(value))
    _known(key)
    try:
        number = float(value)
    except ValueError:
        raise BadRules(f"{key}: {value!r} is not a number") from None
    return replace(rules, rates={**rules.rates, key: Rate(_millionths(key, number))})


def _object(where: str, found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise BadRules(f"{where}: an object is expected")
    return cast("dict[str, Any]", found)


def _rates(found: object, *, of_sleeper: bool = False) -> dict[str, Rate]:
    """Sleeper's leagues name hundreds of keys, nearly all of them at nought: those count for
    nothing whether we know them or not."""
    rates: dict[str, Rate] = {}
    for key, value in _object("points", found).items():
        if of_sleeper and key not in KEYS and value == 0:
            continue
        _known(key)
        rates[key] = _rate(key, value)
    return rates


def _rate(key: str, value: object) -> Rate:
    if not isinstance(value, dict):
        return Rate(_millionths(key, value))
    said = _object(key, cast("object", value))
    every = said.get("every")
    if said.keys() != {"every", "points"} or not isinstance(every, int) or not 1 < every <= 1_000:
        raise BadRules(f'{key}: {{"every": 2 to 1000, "points": number}} is expected')
    return Rate(_millionths(key, said["points"]), every)


def _steps(key: str, found: object) -> tuple[Step, ...]:
    _known(key)
    rows = cast("list[object]", found) if isinstance(found, list) else []
    if not 1 <= len(rows) <= STEPS_MAX:
        raise BadRules(f"{key}: 1 to {STEPS_MAX} steps [from, points] are expected")
    steps: list[Step] = []
    for row in rows:
        pair = cast("list[Any]", row) if isinstance(row, list) else []
        if len(pair) != 2 or not _is_whole(pair[0]) or abs(pair[0]) > 100_000:
            raise BadRules(f"{key}: a step is [from, points]")
        if steps and pair[0] <= steps[-1].least:
            raise BadRules(f"{key}: steps rise")
        steps.append(Step(int(pair[0]), _millionths(key, pair[1])))
    return tuple(steps)


def _known(key: str) -> None:
    if key not in KEYS:
        raise BadRules(f"{key[:40]!r}: no league gives points for that")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _millionths(key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadRules(f"{key}: a number is expected")
    if abs(value) > RATE_MAX:
        raise BadRules(f"{key}: {-RATE_MAX:,} to {RATE_MAX:,} points")
    return round(value * RATE)


def _points_allowed(value: object) -> PointsAllowed:
    for known in POINTS_ALLOWED:
        if value == known:
            return known
    raise BadRules(f"points_allowed: one of {', '.join(POINTS_ALLOWED)}")

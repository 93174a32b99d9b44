"""What a play is for questions about it: where it stood, what it was, what came of it, who had a
part in it. Pure; from the plays that count in a feed, in their order, with their official lines.

Success: a run, pass or sack that is no turnover and gains 40 % of what was to go on first down,
60 % on second, all of it on third and fourth, or scores; the usual rule, the same for every source.
SPEC: QY1, QY2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from protocol.asking import RESULTS, ROLES, Kind, PlayerRole, Result
from protocol.feed import Header, Play
from server.readers.game import team_among
from server.rules.feed_state import Feed
from server.rules.scoring import stat_ids as ids
from storage.play_rows import Part, PlayRow

FIELD_YARDS: Final = 100
BIG_RUN, BIG_PASS = 10, 20
"""Yards."""
_NEEDED: Final = {1: 40, 2: 60, 3: 100, 4: 100}
"""Down to the part of the way, %, that is a success."""
_PUNTS: Final = ids.PUNT | {2, 30}
_KICKOFFS: Final = frozenset({41, 42, 43, 44, 102})
_FIELD_GOALS: Final = frozenset({ids.FG_GOOD, ids.FG_MISSED, ids.FG_BLOCKED})
_EXTRA: Final = frozenset({ids.XP_GOOD, ids.XP_FAILED, ids.XP_BLOCKED, 301})
_TWO: Final = frozenset({75, 76, 77, 78, 104, 105})
_PENALTY: Final = 93

_KINDS: Final[Sequence[tuple[Kind, frozenset[int]]]] = (
    ("two_point", _TWO),
    ("extra_point", _EXTRA),
    ("field_goal", _FIELD_GOALS),
    ("punt", _PUNTS),
    ("kickoff", _KICKOFFS),
    ("sack", ids.SACKED),
    ("pass", ids.PASS),
    ("run", ids.RUSH),
    ("penalty", frozenset({_PENALTY})),
)
"""The first that has one of the play's stat ids."""
_SCRIMMAGE: Final = frozenset({"run", "pass", "sack"})

_RESULTS: Final[Mapping[Result, frozenset[int]]] = {
    "touchdown": ids.TOUCHDOWNS,
    "interception": frozenset({ids.INTERCEPTED}),
    "fumble_lost": frozenset({ids.FUMBLE_LOST}),
    "fumble": ids.FUMBLE,
    "sack": ids.SACKED,
    "first_down": frozenset({ids.FIRST_DOWN_RUSH, ids.FIRST_DOWN_PASS, ids.FIRST_DOWN_PENALTY}),
    "penalty": frozenset({_PENALTY}),
    "safety": frozenset({ids.SAFETY, ids.HALF_SAFETY}),
    "field_goal_good": frozenset({ids.FG_GOOD}),
    "field_goal_missed": frozenset({ids.FG_MISSED, ids.FG_BLOCKED}),
    "downs": frozenset({ids.FOURTH_DOWN_FAILED}),
    "complete": ids.COMPLETE,
    "blocked": ids.BLOCK | {2, ids.FG_BLOCKED, ids.XP_BLOCKED},
}
_ROLES: Final[Mapping[PlayerRole, frozenset[int]]] = {
    "passer": ids.PASS | ids.SACKED | {17, 18, 77, 78},
    "rusher": ids.RUSH_YARDS | {75, 76},
    "receiver": ids.CATCH_YARDS | {104, 105, 115},
    "kicker": _PUNTS | _KICKOFFS | _FIELD_GOALS | _EXTRA,
    "returner": ids.PUNT_RETURN_YARDS | ids.KICK_RETURN_YARDS,
    "defender": ids.INTERCEPTION_YARDS
    | ids.RECOVERY_YARDS
    | ids.TACKLE
    | ids.BLOCK
    | {ids.ASSIST, ids.SACK, ids.HALF_SACK, ids.PASS_DEFENDED, ids.SAFETY, ids.HALF_SAFETY}
    | {ids.FORCED_FUMBLE, ids.QB_HIT, ids.TACKLE_FOR_LOSS, 402, 403, 404},
}
_TURNED: Final = frozenset({ids.INTERCEPTED, ids.FUMBLE_LOST})
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d\d)")
_YARD_LINE: Final = re.compile(r"([A-Z]{2,3})? ?(\d{1,2})")


def bits(names: Iterable[str], order: Sequence[str]) -> int:
    """The names as a sum of bits."""
    return sum(1 << order.index(name) for name in set(names))


def named(mask: int, order: Sequence[str]) -> list[str]:
    """The names of a sum of bits."""
    return [name for place, name in enumerate(order) if mask >> place & 1]


def facts_of(feed: Feed) -> list[PlayRow]:
    """Every play of the feed that counts, each as it is found."""
    counting = sorted(feed.counting(), key=lambda play: (play.order, play.id))
    teams = _teams(feed.header, counting)
    points = dict.fromkeys(teams, 0)
    found: list[PlayRow] = []
    for play in counting:
        found.append(_row(play, teams, points))
        for team, scored in ids.team_points([play]).items():
            points[team] = points.get(team, 0) + scored
    return found


def _teams(header: Header | None, plays: Iterable[Play]) -> tuple[str, ...]:
    """Both teams, home first; as far as lines name them where there is no header."""
    if header is not None:
        return header.home, header.away
    return tuple(sorted({line.team for play in plays for line in play.stats})[:2])


def _row(play: Play, teams: Sequence[str], points: Mapping[str, int]) -> PlayRow:
    there = frozenset(line.stat for line in play.stats)
    offence = team_among(play.possession, teams) or "" if play.possession else ""
    defence = next((team for team in teams if offence and team != offence), "")
    kind = next((name for name, of in _KINDS if of & there), "other")
    yards = _yards(play) if kind in _SCRIMMAGE else None
    touchdown = _scored(play, offence)
    turned = bool(_TURNED & there)
    results = {name for name, of in _RESULTS.items() if of & there}
    if yards is not None and yards >= (BIG_RUN if kind == "run" else BIG_PASS):
        results.add("big")
    if "no huddle" in play.text.lower():
        results.add("no_huddle")
    if ids.team_points([play]).total():
        results.add("points")
    values: dict[str, int | str | None] = {
        "quarter": play.quarter,
        "clock": clock_s(play.clock),
        "down": play.down,
        "to_go": play.to_go,
        "field": field_of(play.yard_line, offence, teams),
        "drive": play.drive,
        "offence": offence,
        "defence": defence,
        "score": points[offence] - points[defence] if offence and defence else None,
        "kind": kind,
        "results": bits(results, RESULTS),
        "yards": yards,
        "success": _success(play, yards, touchdown=touchdown, turned=turned),
        "epa": play.epa,
        "formation": _formation(play),
        "personnel": play.personnel.strip(),
    }
    return PlayRow(play.id, tuple(values.values()), play.text, _parts(play))


def clock_s(said: str) -> int | None:
    """Seconds left, of `mm:ss`."""
    found = _CLOCK.fullmatch(said)
    return None if found is None else 60 * int(found[1]) + int(found[2])


def field_of(yard_line: str, offence: str, teams: Sequence[str]) -> int | None:
    """Yards to the other goal line, of `DAL 20`, `MID 50` or `50`; None: not said."""
    found = _YARD_LINE.fullmatch(yard_line.strip())
    if found is None or not offence:
        return None
    yards = int(found[2])
    if yards > FIELD_YARDS // 2:
        return None
    if yards == FIELD_YARDS // 2:
        return yards
    side = team_among(found[1] or "", teams)
    if side is None:
        return None
    return FIELD_YARDS - yards if side == offence else yards


def _yards(play: Play) -> int:
    """What the offence gained: a pass once, by whoever threw it."""
    gained = ids.RUSH_YARDS | ids.PASS_YARDS | ids.SACKED_YARDS
    total = sum(line.yards for line in play.stats if line.stat in gained)
    return max(-FIELD_YARDS, min(FIELD_YARDS, total))


def _scored(play: Play, offence: str) -> bool:
    return any(line.stat in ids.TOUCHDOWNS and line.team == offence for line in play.stats)


def _success(play: Play, yards: int | None, *, touchdown: bool, turned: bool) -> int | None:
    if yards is None or not play.down or not play.to_go:
        return None
    if turned:
        return 0
    return int(touchdown or 100 * yards >= _NEEDED[play.down] * play.to_go)


def _formation(play: Play) -> str:
    """As the source calls it, in one spelling; else what the words of the play begin with."""
    said = play.formation.strip().upper().replace(" ", "_")
    return said or ("SHOTGUN" if "shotgun)" in play.text.lower() else "")


def _parts(play: Play) -> tuple[Part, ...]:
    people: dict[str, Part] = {}
    for line in play.stats:
        if line.player:
            roles = bits((name for name, of in _ROLES.items() if line.stat in of), ROLES)
            before = people.get(line.player)
            roles |= 0 if before is None else before.roles
            name = line.name if before is None else max(before.name, line.name)
            people[line.player] = Part(line.player, name, line.team, roles)
    return tuple(people[player] for player in sorted(people))

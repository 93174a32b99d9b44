"""GSIS stat ids in the groups that points are made of. Knows no league rule. Pure; SPEC: SC1, SC2.

Names and comments of all 119 ids are published with nflfastR (`stat_ids`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from protocol.feed import Play

KNOWN = frozenset(
    {*range(1, 65), *range(68, 92), 93, 95, 96, 99, 100, 102, 103, 104, 105, 106, 107, 108}
    | {110, 111, 112, 113, 115, 120, 201, 211, 212, 213, 301, 401, 402, 403, 404, 405, 406}
    | {410, 420}
)
"""Every id that has a name."""

FIRST_DOWN_RUSH, FIRST_DOWN_PASS, FIRST_DOWN_PENALTY = 3, 4, 5
FOURTH_DOWN_FAILED = 9
RUSH = frozenset({10, 11})
RUSH_YARDS = frozenset({10, 11, 12, 13})
RUSH_TD = frozenset({11, 13})
PASS = frozenset({14, 15, 16, 19})
COMPLETE = frozenset({15, 16})
PASS_YARDS = frozenset({15, 16, 17, 18})
PASS_TD = frozenset({16, 18})
INTERCEPTED = 19
SACKED = frozenset({20})
SACKED_YARDS = frozenset({20, 103})
CATCH = frozenset({21, 22})
CATCH_YARDS = frozenset({21, 22, 23, 24})
"""23 and 24 are yards after a lateral: no reception."""
CATCH_TD = frozenset({22, 24})
INTERCEPTION = frozenset({25, 26})
INTERCEPTION_YARDS = frozenset({25, 26, 27, 28})
INTERCEPTION_TD = frozenset({26, 28})
PUNT = frozenset({29, 31, 32})
PUNT_RETURN = frozenset({33, 34})
PUNT_RETURN_YARDS = frozenset({33, 34, 35, 36})
PUNT_RETURN_TD = frozenset({34, 36})
KICK_RETURN = frozenset({45, 46})
KICK_RETURN_YARDS = frozenset({45, 46, 47, 48})
KICK_RETURN_TD = frozenset({46, 48})
FUMBLE = frozenset({52, 53})
"""54, out of bounds, is only an addition to one of them."""
FUMBLE_LOST = 106
OWN_RECOVERY = frozenset({55, 56})
OWN_RECOVERY_TD = frozenset({56, 58})
RECOVERY = frozenset({59, 60})
RECOVERY_YARDS = frozenset({59, 60, 61, 62})
RECOVERY_TD = frozenset({60, 62})
MISC_TD = 64
OWN_KICKOFF_TD = 108
FG_GOOD, FG_MISSED, FG_BLOCKED = 70, 69, 71
XP_GOOD, XP_FAILED, XP_BLOCKED = 72, 73, 74
TWO_RUSH, TWO_PASS, TWO_CATCH = 75, 77, 104
TACKLE = frozenset({79, 80})
"""80, a tackle with an assist by others, is one too."""
ASSIST = 82
SACK, HALF_SACK = 83, 84
PASS_DEFENDED = 85
BLOCK = frozenset({86, 87, 88})
SAFETY, HALF_SAFETY = 89, 90
FORCED_FUMBLE = 91
QB_HIT, TACKLE_FOR_LOSS = 110, 120
TOUCHDOWNS = (
    RUSH_TD | PASS_TD | CATCH_TD | INTERCEPTION_TD | PUNT_RETURN_TD | KICK_RETURN_TD
    | OWN_RECOVERY_TD | RECOVERY_TD | {MISC_TD, OWN_KICKOFF_TD}
)  # fmt: skip
DEFENSIVE_TWO = frozenset({404, 406, 420})

KICKS = frozenset(
    {2, *range(29, 52), 69, 70, 71, 72, 73, 74, 86, 87, 88, 102, 107, 108, 301, 410}
    | {96, 201, 405, 406}
)
"""A play with one of these is a kick: punt, kick-off, field goal, extra point. A fake is none."""

_SCORED = {
    **dict.fromkeys(RUSH_TD | CATCH_TD | INTERCEPTION_TD | PUNT_RETURN_TD | KICK_RETURN_TD, 6),
    **dict.fromkeys(OWN_RECOVERY_TD | RECOVERY_TD | {MISC_TD, OWN_KICKOFF_TD}, 6),
    FG_GOOD: 3,
    XP_GOOD: 1,
    TWO_RUSH: 2,
    TWO_PASS: 2,
    SAFETY: 2,
    HALF_SAFETY: 1,
    **dict.fromkeys(DEFENSIVE_TWO, 2),
    **dict.fromkeys((96, 99, 100), 1),
}
"""What a team has on the scoreboard for a stat line. A pass for a touchdown or for two counts once:
where it was caught the touchdown, where it was thrown the two."""


def is_kick(play: Play) -> bool:
    """Whether it was a play of the special teams."""
    return any(line.stat in KICKS for line in play.stats)


def points_of(stat: int, there: Collection[int]) -> int:
    """Points on the scoreboard for whichever team has this stat line, beside the others of its
    play: a try that was returned counts once, by whichever of its ids it is written."""
    return 0 if is_said_again(stat, there) else _SCORED.get(stat, 0)


def is_said_again(stat: int, there: Collection[int]) -> bool:
    """Whether it is a second id for a returned try."""
    return stat in DEFENSIVE_TWO and stat > min(DEFENSIVE_TWO.intersection(there))


def team_points(plays: Iterable[Play]) -> Counter[str]:
    """Team → points on the scoreboard, as the stat lines of these plays have them."""
    points: Counter[str] = Counter()
    for play in plays:
        if play.deleted:
            continue
        there = {line.stat for line in play.stats}
        for line in play.stats:
            points[line.team] += points_of(line.stat, there)
    return points

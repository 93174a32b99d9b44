"""The official lines of a box score, rebuilt from stat lines: what a league's own box score is
compared with. Names of tables and numbers as GSIS files have them. Pure; SPEC: SC3."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from protocol.feed import Play, StatLine
from server.rules.scoring import stat_ids as ids

Lines = list[StatLine]
Number = float
Box = dict[str, dict[str, dict[str, Number]]]
"""Table → player (or, in `team`, team) → name of the number → number."""
_Rebuilt = Callable[[Lines], Number]


def _count(stats: Iterable[int]) -> _Rebuilt:
    wanted = frozenset(stats)
    return lambda lines: sum(line.stat in wanted for line in lines)


def _yards(stats: Iterable[int]) -> _Rebuilt:
    wanted = frozenset(stats)
    return lambda lines: sum(line.yards for line in lines if line.stat in wanted)


def _longest(stats: Iterable[int]) -> _Rebuilt:
    wanted = frozenset(stats)
    return lambda lines: max((line.yards for line in lines if line.stat in wanted), default=0)


def _average(stats: frozenset[int], counted: frozenset[int]) -> _Rebuilt:
    yards, count = _yards(stats), _count(counted)
    return lambda lines: int(yards(lines) / (count(lines) or 1))


def _times(factor: float, stat: int) -> _Rebuilt:
    return lambda lines: factor * sum(line.stat == stat for line in lines)


def _returns(yards: frozenset[int], counted: frozenset[int], td: frozenset[int]) -> _Table:
    return {
        "ret": _count(counted),
        "avg": _average(yards, counted),
        "tds": _count(td),
        "lng": _longest(yards),
        "lngtd": _longest(td),
    }


_Table = Mapping[str, _Rebuilt]
_NET = _yards(ids.RUSH_YARDS | ids.PASS_YARDS | ids.SACKED_YARDS)

TABLES: Mapping[str, _Table] = {
    "passing": {
        "att": _count(ids.PASS),
        "cmp": _count(ids.COMPLETE),
        "yds": _yards(ids.PASS_YARDS),
        "tds": _count(ids.PASS_TD),
        "ints": _count({ids.INTERCEPTED}),
        "twopta": _count({77, 78}),
        "twoptm": _count({77}),
    },
    "rushing": {
        "att": _count(ids.RUSH),
        "yds": _yards(ids.RUSH_YARDS),
        "tds": _count(ids.RUSH_TD),
        "lng": _longest(ids.RUSH_YARDS),
        "lngtd": _longest(ids.RUSH_TD),
        "twopta": _count({75, 76}),
        "twoptm": _count({75}),
    },
    "receiving": {
        "rec": _count(ids.CATCH),
        "yds": _yards(ids.CATCH_YARDS),
        "tds": _count(ids.CATCH_TD),
        "lng": _longest(ids.CATCH_YARDS),
        "lngtd": _longest(ids.CATCH_TD),
        "twopta": _count({104, 105}),
        "twoptm": _count({104}),
    },
    "fumbles": {
        "tot": _count(ids.FUMBLE),
        "rcv": _count(ids.OWN_RECOVERY),
        "trcv": _count(ids.OWN_RECOVERY | ids.RECOVERY),
        "yds": _yards({*range(55, 63)}),
        "lost": _count({ids.FUMBLE_LOST}),
    },
    "kicking": {
        "fgm": _count({ids.FG_GOOD}),
        "fga": _count({ids.FG_GOOD, ids.FG_MISSED, ids.FG_BLOCKED}),
        "fgyds": _longest({ids.FG_GOOD}),
        "totpfg": _times(3, ids.FG_GOOD),
        "xpmade": _count({ids.XP_GOOD}),
        "xpmissed": _count({ids.XP_FAILED}),
        "xpa": _count({ids.XP_GOOD, ids.XP_FAILED}),
        "xpb": _count({ids.XP_BLOCKED}),
        "xptot": _count({ids.XP_GOOD}),
    },
    "punting": {
        "pts": _count(ids.PUNT),
        "yds": _yards(ids.PUNT),
        "i20": _count({30}),
        "lng": _longest(ids.PUNT),
    },
    "kickret": _returns(ids.KICK_RETURN_YARDS, ids.KICK_RETURN, ids.KICK_RETURN_TD),
    "puntret": _returns(ids.PUNT_RETURN_YARDS, ids.PUNT_RETURN, ids.PUNT_RETURN_TD),
    "defense": {
        "tkl": _count(ids.TACKLE),
        "ast": _count({ids.ASSIST}),
        "sk": lambda lines: _count({ids.SACK})(lines) + _times(0.5, ids.HALF_SACK)(lines),
        "int": _count(ids.INTERCEPTION),
        "ffum": _count({ids.FORCED_FUMBLE}),
    },
    "team": {
        "totfd": _count({ids.FIRST_DOWN_RUSH, ids.FIRST_DOWN_PASS, ids.FIRST_DOWN_PENALTY}),
        "totyds": _NET,
        "pyds": _yards(ids.PASS_YARDS | ids.SACKED_YARDS),
        "ryds": _yards(ids.RUSH_YARDS),
        "pen": _count({93}),
        "penyds": _yards({93}),
        "trnovr": _count({ids.INTERCEPTED, ids.FUMBLE_LOST}),
        "pt": _count(ids.PUNT | {2}),
        "ptyds": _yards(ids.PUNT),
    },
}
"""Table → number → how it follows from stat lines. `fgyds` is the longest, `xpmissed` and `xpa`
leave blocked ones out, as `pts` does and `pt` does not; `defense` leaves out kicks."""


def box_of(plays: Iterable[Play]) -> Box:
    """Every table of whoever has a stat line; deleted plays count for nothing."""
    by_player: dict[str, Lines] = defaultdict(list)
    by_team: dict[str, Lines] = defaultdict(list)
    on_defence: dict[str, Lines] = defaultdict(list)
    for play in plays:
        if play.deleted:
            continue
        kick = ids.is_kick(play)
        for line in play.stats:
            by_team[line.team].append(line)
            if line.player:
                by_player[line.player].append(line)
                if not kick:
                    on_defence[line.player].append(line)
    of = {table: by_player for table in TABLES} | {"team": by_team, "defense": on_defence}
    return {
        table: {
            who: {name: rebuilt(lines) for name, rebuilt in numbers.items()}
            for who, lines in of[table].items()
        }
        for table, numbers in TABLES.items()
    }


def differences(
    official: Mapping[str, Mapping[str, Mapping[str, Number]]], plays: Iterable[Play]
) -> tuple[int, list[tuple[str, str, str, Number, Number]]]:
    """How many official numbers could be rebuilt or not, and those that differ: table, who, number,
    official, rebuilt."""
    rebuilt = box_of(plays)
    compared = 0
    differing: list[tuple[str, str, str, Number, Number]] = []
    for table, numbers in TABLES.items():
        nothing = {name: make([]) for name, make in numbers.items()}
        for who, line in official.get(table, {}).items():
            ours = rebuilt[table].get(who, nothing)
            for name in numbers:
                if name not in line:
                    continue
                compared += 1
                if ours[name] != line[name]:
                    differing.append((table, who, name, line[name], ours[name]))
    return compared, differing

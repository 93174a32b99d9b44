"""What is odd about the plays of a game, by the defects that real archives have: rows and plays
that are there twice, order, what a reversal should have taken away, quarters that are missing, and
sums that do not make the header. Changes only what is certainly there twice. Pure; SPEC: FD6 to
FD11."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from protocol.feed import Play, StatLine
from server.readers.game import Game
from server.readers.report import Report
from server.rules.scoring.box import differences
from server.rules.scoring.stat_ids import KNOWN, TOUCHDOWNS, team_points

MAY_REPEAT = frozenset({12, 23, 27, 35, 47, *range(52, 64), 79, 80, 82, 85, 91, 93, 110, 113})
"""Stat ids that one player may have twice in one play: yards after laterals, fumbles, recoveries,
tackles, penalties."""
_REVERSED = re.compile(r"\bREVERSED\b")


def once(
    lines: Sequence[tuple[float | None, StatLine]], where: str, report: Report
) -> tuple[StatLine, ...]:
    """Stat lines with their numbers in the play, without those that a correction has left twice.

    A line with the number of an equal one goes; so does one that nobody can have twice in a play,
    and then every other repeated line of that play with it. Others stay, and are told.
    """
    kept: list[StatLine] = []
    numbered: set[tuple[float, StatLine]] = set()
    repeated = 0
    for number, line in lines:
        if number is not None:
            if (number, line) in numbered:
                repeated += 1
                continue
            numbered.add((number, line))
        kept.append(line)
    times = Counter(kept)
    twice = [line for line, n in times.items() if n > 1]
    if any(line.stat not in MAY_REPEAT for line in twice) or (repeated and twice):
        repeated += len(kept) - len(times)
        kept = list(times)
    elif twice:
        report.odd("stat_twice", where, len(twice))
    if repeated:
        report.odd("stat_repeated", where, repeated)
    return tuple(kept)


def of_two(before: Play, play: Play) -> Play:
    """The later of two forms of a play, in the place of the first."""
    same = (before.stats, before.text, before.deleted) == (play.stats, play.text, play.deleted)
    return before if same else replace(play, order=before.order, version=before.version + 1)


def look_over(path: str, game: Game, report: Report) -> None:
    """Tells what is odd about a game that has been read."""
    plays = [play for play in game.plays if not play.deleted]
    _order(path, plays, report)
    _twice(path, plays, report)
    for play in plays:
        where = f"{path}: play {play.id}"
        unknown = {line.stat for line in play.stats} - KNOWN
        if unknown:
            report.odd("stat_unknown", f"{where}, stat {min(unknown)}", len(unknown))
        if _is_taken_back(play) and any(line.stat in TOUCHDOWNS for line in play.stats):
            report.odd("reversed_touchdown_counted", where)
    if game.phase == "final":
        seen = {play.quarter for play in plays}
        missing = [quarter for quarter in (1, 2, 3, 4) if quarter not in seen]
        if missing:
            report.odd("quarters_missing", f"{path}: quarter {missing[0]}", len(missing))
    for told in score_differences(game):
        report.odd("score_against_plays", f"{path}: {told}")
    _, differing = differences(game.box, game.plays)
    for table, who, name, official, ours in differing:
        told = f"{table}.{who}.{name} is {official:g}, plays make {ours:g}"
        report.odd("box_against_plays", f"{path}: {told}")


def score_differences(game: Game) -> list[str]:
    """Each team whose score in the header is not what its plays add up to, in words; empty where
    the game is consistent or has no score."""
    points = team_points(game.plays)
    return [
        f"{side.team} has {side.score}, plays make {points[side.team]}"
        for side in game.sides()
        if side.score is not None and side.score != points[side.team]
    ]


def _order(path: str, plays: Sequence[Play], report: Report) -> None:
    before: Play | None = None
    for play in plays:
        if before is not None and play.id < before.id:
            report.odd("out_of_order", f"{path}: play {play.id} after {before.id}")
        if before is not None and 0 < play.quarter < before.quarter:
            report.odd("quarter_goes_back", f"{path}: play {play.id}")
        before = play


def _twice(path: str, plays: Sequence[Play], report: Report) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for play in plays:
        if not play.text or not any(line.player for line in play.stats):
            continue
        key = (play.quarter, play.clock, play.text, tuple(sorted(play.stats)))
        first = seen.setdefault(key, play.id)
        if first != play.id:
            report.odd("play_twice", f"{path}: play {play.id} is {first} again")


def _is_taken_back(play: Play) -> bool:
    """Whether a reversal took a touchdown away: what is written after it names none."""
    parts = _REVERSED.split(play.text)
    return len(parts) > 1 and "TOUCHDOWN" in parts[0] and "TOUCHDOWN" not in parts[-1]

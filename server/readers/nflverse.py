"""Games as nflverse play-by-play CSV (372 columns), or as nflscrapR wrote them before it. Pure;
SPEC: FD1 to FD4, FD13."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from protocol.feed import PLAY_ID_MAX, PLAYS_MAX, POINTS_MAX, STATS_MAX, Play
from server.readers.game import Game, TeamSide, team_among
from server.readers.game_oddities import look_over, of_two, once
from server.readers.nflverse_stats import Row, stats_of, value
from server.readers.report import Fault, Reading, Report
from server.readers.source import number, rows_of, text_of, whole
from server.readers.strict_tree import Unreadable, situation

COLUMNS = (
    "play_id", "game_id", "home_team", "away_team", "posteam", "defteam", "qtr", "down", "time",
    "yrdln", "ydstogo", "desc", "yards_gained", "complete_pass", "interception", "sack",
    "rush_attempt", "fumble_lost", "field_goal_result", "extra_point_result",
    "two_point_conv_result", "passer_player_id", "receiver_player_id", "rusher_player_id",
)  # fmt: skip
GAMES_MAX = 400
"""Of one file: a season and its play-offs have 285."""
_LOST = {"truncated", "unreadable_row", "too_many_rows", "cells_missing", "cells_over"}
"""Oddities of a table in which rows are not there."""
_TEAM = re.compile(r"[A-Z]{2,3}")
_GAME = re.compile(r"\d{10}")


def read_nflverse(path: str, content: bytes) -> Reading[tuple[Game, ...]] | Fault:
    """Every game of a file, as they come."""
    report = Report()
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    rows = rows_of(path, text, COLUMNS, report)
    if isinstance(rows, Fault):
        return rows
    games: dict[str, _Reading] = {}
    for line, row in rows:
        where = f"{path}:{line}"
        found = games.get(row["game_id"])
        if found is None:
            teams = (value(row, "home_team"), value(row, "away_team"))
            if not all(_TEAM.fullmatch(team) for team in teams) or teams[0] == teams[1]:
                return Fault(f"{where} home_team, away_team", "two teams are expected")
            if len(games) == GAMES_MAX:
                return Fault(where, f"more than {GAMES_MAX} games")
            found = games[row["game_id"]] = _Reading(path, report, teams, row)
        fault = found.take(where, row)
        if fault is not None:
            return fault
    lost = report.oddities().keys() & _LOST
    if lost:
        return Fault(report.oddities()[min(lost)].examples[0], f"a row is lost: {min(lost)}")
    if not games:
        return Fault(path, "no rows below the header")
    read = tuple(reading.game() for reading in games.values())
    for game in read:
        look_over(path, game, report)
    return Reading(read, report.oddities())


@dataclass(slots=True)
class _Reading:
    """One game while its rows come."""

    path: str
    report: Report
    teams: tuple[str, str]
    first: Row
    plays: dict[int, Play] = field(default_factory=dict[int, Play])
    is_over: bool = False

    def take(self, where: str, row: Row) -> Fault | None:
        """One more row; what cannot be one is a fault."""
        play = whole(value(row, "play_id"))
        if play is None or not 0 < play <= PLAY_ID_MAX:
            return Fault(f"{where} play_id", f"a play's number, 1 to {PLAY_ID_MAX:,}, is expected")
        if len(self.plays) == PLAYS_MAX:
            return Fault(where, f"more than {PLAYS_MAX:,} plays of one game")
        try:
            lines = stats_of(row, self.teams)
        except Unreadable as error:
            return Fault(f"{where} {error.where}", error.why)
        for line in lines:
            if team_among(line.team, self.teams) is None:
                return Fault(where, f"{line.team[:8]!r} is neither of the two teams")
        if len(lines) > STATS_MAX:
            return Fault(where, f"more than {STATS_MAX} stat lines")
        lines.sort()
        read = Play(
            id=play,
            order=_small(row, "order_sequence", 9_999_999) or play,
            stats=once([(None, line) for line in lines], where, self.report),
            drive=_small(row, "drive", 200),
            quarter=self._situation(row, "qtr", 20, where),
            clock=value(row, "time")[:5],
            down=self._situation(row, "down", 4, where),
            to_go=self._situation(row, "ydstogo", 100, where),
            yard_line=value(row, "yrdln")[:8],
            possession=value(row, "posteam")[:3],
            text=value(row, "desc")[:2_000],
            formation=(value(row, "offense_formation") or _shotgun(row))[:32],
            personnel=value(row, "offense_personnel")[:64],
            epa=_thousandths(value(row, "epa")),
            note=(value(row, "play_type_nfl") or value(row, "play_type"))[:32],
            at_ms=_time(value(row, "time_of_day")),
            deleted=value(row, "play_deleted") in {"1", "1.0"},
        )
        before = self.plays.get(play)
        if before is not None:
            self.report.odd("play_repeated", where)
            read = of_two(before, read)
        self.plays[play] = read
        self.is_over = self.is_over or read.text.upper().startswith("END GAME")
        return None

    def _situation(self, row: Row, column: str, most: int, where: str) -> int:
        return situation(value(row, column), f"{where} {column}", most, self.report)

    def game(self) -> Game:
        """The game, when all rows are in."""
        home, away = self.teams
        plays = sorted(self.plays.values(), key=lambda play: play.order)
        scores = _score(self.first, "home_score"), _score(self.first, "away_score")
        return Game(
            id=_number(self.first),
            source="nflverse",
            home=TeamSide(home, scores[0]),
            away=TeamSide(away, scores[1]),
            phase="final" if self.is_over or None not in scores else "live",
            plays=tuple(plays),
            box={},
        )


def _number(row: Row) -> str:
    found = value(row, "old_game_id")
    return found if _GAME.fullmatch(found) else value(row, "game_id")[:40]


def _score(row: Row, column: str) -> int | None:
    found = whole(value(row, column))
    return found if found is not None and 0 <= found <= POINTS_MAX else None


def _small(row: Row, column: str, most: int) -> int:
    found = whole(value(row, column))
    return found if found is not None and 0 <= found <= most else 0


def _shotgun(row: Row) -> str:
    return "SHOTGUN" if value(row, "shotgun") in {"1", "1.0"} else ""


def _thousandths(said: str) -> int | None:
    """Expected points, where they can be read and are any."""
    found = number(said)
    if found is None or not -POINTS_MAX / 2 <= found <= POINTS_MAX / 2:
        return None
    return round(1_000 * found)


def _time(said: str) -> int | None:
    try:
        read = datetime.fromisoformat(said)
        return max(0, round(read.replace(tzinfo=read.tzinfo or UTC).timestamp() * 1000))
    except (ValueError, OverflowError):
        return None

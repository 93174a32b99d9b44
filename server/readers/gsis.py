"""Games as NFL GameCenter (GSIS) JSON: drives of plays with official stat ids, scores and box
lines. Pure; SPEC: FD1 to FD7.

`players["0"]` is a team's own line. There is no wall clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from protocol.feed import (
    PLAY_ID_MAX,
    PLAYS_MAX,
    POINTS_MAX,
    STATS_MAX,
    YARDS_MAX,
    Phase,
    Play,
    StatLine,
)
from server.readers.game import Game, TeamSide, team_among
from server.readers.game_oddities import look_over, of_two, once
from server.readers.report import Fault, Reading, Report
from server.readers.source import number, text_of, tree_of, whole
from server.readers.strict_tree import (
    Node,
    Unreadable,
    list_of,
    node_of,
    object_of,
    short,
    situation,
    whole_in,
)
from server.readers.tree import at, text_at
from server.rules.scoring.box import TABLES, Box

TEAM_LINE = "0"
DRIVES_MAX = 999
_GAME_ID = re.compile(r"\d{10}")
_TEAM = re.compile(r"[A-Z]{2,3}")
_PLAYER = re.compile(r"\S{1,40}")


def read_gsis(path: str, content: bytes) -> Reading[Game] | Fault:
    """One game."""
    report = Report()
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    tree = tree_of(path, text)
    if isinstance(tree, Fault):
        return tree
    try:
        game = _game(path, tree, report)
    except Unreadable as error:
        return Fault(f"{path}: {error.where}", error.why)
    look_over(path, game, report)
    return Reading(game, report.oddities())


def is_gsis(tree: object) -> bool:
    """Whether a JSON document looks like one."""
    return any(_GAME_ID.fullmatch(key) for key in node_of(tree) or {})


def _game(path: str, tree: object, report: Report) -> Game:
    document = object_of(tree, "$")
    games = [key for key in document if _GAME_ID.fullmatch(key)]
    if len(games) != 1:
        raise Unreadable("$", "one game, by its number of ten digits, is expected")
    where = f"$.{games[0]}"
    node = object_of(document[games[0]], where)
    home, away = _side(node, "home", where), _side(node, "away", where)
    if home.team == away.team:
        raise Unreadable(f"{where}.away.abbr", "both teams are the same")
    reading = _Plays(path, frozenset({home.team, away.team}), report)
    plays = tuple(reading.of(node, where))
    if len(plays) > PLAYS_MAX:
        raise Unreadable(f"{where}.drives", f"more than {PLAYS_MAX:,} plays")
    return Game(
        id=games[0],
        source="gsis",
        home=home,
        away=away,
        phase=_phase(node.get("qtr")),
        plays=plays,
        box=_box(path, node, where, report),
    )


def _side(game: Node, side: str, where: str) -> TeamSide:
    node = object_of(game.get(side), f"{where}.{side}")
    team = text_at(node, "abbr") or ""
    if not _TEAM.fullmatch(team):
        raise Unreadable(f"{where}.{side}.abbr", "a team's abbreviation is expected")
    if node.get("score") is None:
        return TeamSide(team, None)
    score = object_of(node["score"], f"{where}.{side}.score")
    quarters = [whole_in(score.get(q), f"{where}.{side}.score.{q}", 0, POINTS_MAX) for q in "12345"]
    total = score.get("T")
    if total is None:
        return TeamSide(team, None, tuple(quarters))
    return TeamSide(
        team, whole_in(total, f"{where}.{side}.score.T", 0, POINTS_MAX), tuple(quarters)
    )


def _phase(quarter: object) -> Phase:
    said = str(quarter).lower() if quarter is not None else "pregame"
    if said.startswith("final"):
        return "final"
    return "pregame" if said == "pregame" else "live"


@dataclass(frozen=True, slots=True)
class _Plays:
    """Reads the plays of one game."""

    path: str
    teams: frozenset[str]
    report: Report

    def of(self, game: Node, where: str) -> Iterator[Play]:
        """In order of drives; of one that is there twice the later form, at the first one's
        place."""
        drives = object_of(game.get("drives") or {}, f"{where}.drives")
        numbered: list[tuple[int, str]] = []
        for key in drives:
            drive = whole(key)
            if drive is not None and 0 <= drive <= DRIVES_MAX:
                numbered.append((drive, key))
            elif key != "crntdrv":
                raise Unreadable(
                    f"{where}.drives.{key[:20]}",
                    f"a drive's number, 0 to {DRIVES_MAX}, is expected",
                )
        found: dict[int, Play] = {}
        for drive, key in sorted(numbered):
            at_drive = f"{where}.drives.{key[:20]}"
            plays = object_of(object_of(drives[key], at_drive).get("plays"), f"{at_drive}.plays")
            for name, node in plays.items():
                at_play = f"{at_drive}.plays.{name[:20]}"
                play = self._play(name, node, drive, len(found), at_play)
                before = found.get(play.id)
                if before is not None:
                    self.report.odd("play_repeated", f"{self.path}: {at_play}")
                    play = of_two(before, play)
                found[play.id] = play
        yield from found.values()

    def _play(self, name: str, found: object, drive: int, order: int, where: str) -> Play:
        node = object_of(found, where)
        play = whole(name)
        if play is None or not 0 < play <= PLAY_ID_MAX:
            raise Unreadable(where, f"a play's number, 1 to {PLAY_ID_MAX:,}, is expected")
        place = f"{self.path}: {where}"
        lines: list[tuple[float | None, StatLine]] = []
        players = node.get("players")
        if players is None:
            self.report.odd("no_players", place)
        for player, rows in object_of(_or_none(players), f"{where}.players").items():
            at_player = f"{where}.players.{player[:20]}"
            for index, row in enumerate(list_of(rows, at_player, STATS_MAX)):
                lines.append(self._stat(player, row, f"{at_player}[{index}]"))
        if len(lines) > STATS_MAX:
            raise Unreadable(f"{where}.players", f"more than {STATS_MAX} stat lines")
        lines.sort(key=lambda numbered: (numbered[0] or 0, numbered[1]))
        return Play(
            id=play,
            order=order,
            stats=once(lines, place, self.report),
            drive=drive,
            quarter=situation(node.get("qtr"), f"{place}.qtr", 20, self.report),
            clock=short(node, "time", 5),
            down=situation(node.get("down"), f"{place}.down", 4, self.report),
            to_go=situation(node.get("ydstogo"), f"{place}.ydstogo", 100, self.report),
            yard_line=short(node, "yrdln", 8),
            possession=short(node, "posteam", 3),
            text=short(node, "desc", 2_000),
            note=short(node, "note", 32),
        )

    def _stat(self, player: str, found: object, where: str) -> tuple[float | None, StatLine]:
        """A stat line with its number in the play."""
        node = object_of(found, where)
        stat = whole_in(node.get("statId"), f"{where}.statId", 1, 999)
        yards = whole_in(node.get("yards"), f"{where}.yards", -YARDS_MAX, YARDS_MAX)
        named = text_at(node, "clubcode") or ""
        team = team_among(named, self.teams)
        if team is None:
            raise Unreadable(f"{where}.clubcode", "neither of the two teams")
        if team != named:
            self.report.odd("team_by_another_name", f"{self.path}: {where}")
        if not _PLAYER.fullmatch(player):
            raise Unreadable(where, "a player's id is expected")
        who = "" if player == TEAM_LINE else player
        name = short(node, "playerName", 64) if who else ""
        return number(node.get("sequence")), StatLine(stat, team, who, name, yards)


def _or_none(players: object) -> object:
    """A play without lines, as an object."""
    none: dict[str, object] = {}
    return none if players is None else players


def _box(path: str, game: Node, where: str, report: Report) -> Box:
    """What the file says of players and teams; a number that cannot be read is left out."""
    box: Box = {}
    for side in ("home", "away"):
        stats = at(game, side, "stats")
        for table, wanted in TABLES.items():
            rows = node_of(at(stats, table))
            if rows is None:
                continue
            lines = {str(at(game, side, "abbr")): rows} if table == "team" else rows
            for who, line in lines.items():
                read = {name: number(at(line, name)) for name in wanted}
                numbers = {name: n for name, n in read.items() if n is not None}
                if not numbers:
                    place = f"{path}: {where}.{side}.stats.{table}.{who[:20]}"
                    report.odd("box_unreadable", place)
                box.setdefault(table, {})[who] = numbers
    return box

"""Games as the NFL API's `gameDetail` JSON, with a wall clock, deleted plays and stat ids. Pure;
SPEC: FD1 to FD7, FD12.

Players go by the API's own ids, of which some hold the GSIS id; the others are matched by whoever
has the same plays from another source (server/readers/game_merge.py). Members of members may be
written with a dot, as tables make them (`team.abbreviation`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

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
from server.readers.source import text_of, tree_of
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

_TEAM = re.compile(r"[A-Z]{2,3}")
_GAME = re.compile(r"1001(\d{4})-(\d{4})-(\d\d)")
"""The league's number of a game is inside of the API's."""
_PLAYER = re.compile(r"32013[0-9a-f]{2}[0-9a-f-]{12,30}")
_GSIS = re.compile(r"\d\d-\d{7}")
_GROUPS = ("Q1", "Q2", "Q3", "Q4", "OvertimeTotal")


def read_nfl_api(path: str, content: bytes) -> Reading[Game] | Fault:
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


def is_nfl_api(tree: object) -> bool:
    """Whether a JSON document looks like one."""
    node, _ = _detail(tree)
    return node is not None and {"homeTeam", "visitorTeam", "plays"} <= node.keys()


def gsis_id(given: str) -> str:
    """The GSIS id inside of an API id, else the id as it is."""
    if _PLAYER.fullmatch(given):
        found = bytes.fromhex(given.replace("-", "")[4:24]).decode("latin-1")
        if _GSIS.fullmatch(found):
            return found
    return given


def _detail(tree: object) -> tuple[Node | None, str]:
    """The game's object, bare or as the API wraps it, and where it is."""
    for path in ((), ("data", "viewer", "gameDetail"), ("gameDetail",)):
        node = node_of(at(tree, *path))
        if node is not None and "plays" in node:
            return node, ".".join(("$", *path))
    return node_of(tree), "$"


def _game(path: str, tree: object, report: Report) -> Game:
    node, where = _detail(object_of(tree, "$"))
    node = object_of(node, where)
    home, away = _side(node, "home", where), _side(node, "visitor", where)
    if home.team == away.team:
        raise Unreadable(f"{where}.visitorTeam.abbreviation", "both teams are the same")
    plays = _Plays(path, frozenset({home.team, away.team}), report).of(node, where)
    return Game(
        id=_number(short(node, "id", 40)),
        source="nfl_api",
        home=home,
        away=away,
        phase=_phase(short(node, "phase", 32)),
        plays=tuple(plays),
        box={},
    )


def _number(given: str) -> str:
    found = _GAME.match(given)
    return "".join(found.groups()) if found else given


def _side(game: Node, side: str, where: str) -> TeamSide:
    team = text_at(game, f"{side}Team", "abbreviation") or ""
    if not _TEAM.fullmatch(team):
        raise Unreadable(f"{where}.{side}Team.abbreviation", "a team's abbreviation is expected")
    names = [f"{side}Points{group}" for group in _GROUPS]
    quarters = tuple(whole_in(game.get(name), f"{where}.{name}", 0, POINTS_MAX) for name in names)
    total = game.get(f"{side}PointsTotal")
    if total is None:
        return TeamSide(team, None, quarters)
    name = f"{where}.{side}PointsTotal"
    return TeamSide(team, whole_in(total, name, 0, POINTS_MAX), quarters)


def _phase(said: str) -> Phase:
    if said.upper().startswith("FINAL"):
        return "final"
    return "pregame" if said.upper() in {"", "PREGAME"} else "live"


def _inner(node: Node, name: str, member: str) -> str:
    """A member of a member, nested or written with a dot."""
    return text_at(node, name, member) or text_at(node, f"{name}.{member}") or ""


@dataclass(frozen=True, slots=True)
class _Plays:
    """Reads the plays of one game."""

    path: str
    teams: frozenset[str]
    report: Report

    def of(self, game: Node, where: str) -> Iterator[Play]:
        """By `orderSequence`, which mends the order of ids; of one that is there twice the later
        form."""
        found: dict[int, Play] = {}
        for index, node in enumerate(list_of(game.get("plays"), f"{where}.plays", PLAYS_MAX)):
            at_play = f"{where}.plays[{index}]"
            play = self._play(node, at_play)
            before = found.get(play.id)
            if before is not None:
                self.report.odd("play_repeated", f"{self.path}: {at_play}")
                play = of_two(before, play)
            found[play.id] = play
        yield from sorted(found.values(), key=lambda play: play.order)

    def _play(self, found: object, where: str) -> Play:
        node = object_of(found, where)
        place = f"{self.path}: {where}"
        lines = [
            (None, self._stat(row, f"{where}.playStats[{index}]"))
            for index, row in enumerate(
                list_of(node.get("playStats") or [], f"{where}.playStats", STATS_MAX)
            )
        ]
        lines.sort(key=lambda numbered: numbered[1])
        play = whole_in(node.get("playId"), f"{where}.playId", 1, PLAY_ID_MAX)
        order = whole_in(node.get("orderSequence") or play, f"{where}.orderSequence", 0, 9_999_999)
        drive = situation(
            node.get("driveSequenceNumber"), f"{place}.driveSequenceNumber", 999, self.report
        )
        return Play(
            id=play,
            order=order,
            stats=once(lines, place, self.report),
            drive=drive,
            quarter=situation(node.get("quarter"), f"{place}.quarter", 20, self.report),
            clock=short(node, "clockTime", 5),
            down=situation(node.get("down"), f"{place}.down", 4, self.report),
            to_go=situation(node.get("yardsToGo"), f"{place}.yardsToGo", 100, self.report),
            yard_line=short(node, "yardLine", 8),
            possession=_inner(node, "possessionTeam", "abbreviation")[:3],
            text=short(node, "playDescription", 2_000),
            note=short(node, "playType", 32),
            at_ms=self._time(node.get("timeOfDay"), where),
            deleted=node.get("playDeleted") is True,
        )

    def _time(self, said: object, where: str) -> int | None:
        if said is None or said == "":
            return None
        try:
            read = datetime.fromisoformat(str(said))
            at_ms = round(read.replace(tzinfo=read.tzinfo or UTC).timestamp() * 1000)
            if at_ms >= 0:
                return at_ms
        except (ValueError, OverflowError):
            pass
        self.report.odd("no_time", f"{self.path}: {where}.timeOfDay")
        return None

    def _stat(self, found: object, where: str) -> StatLine:
        node = object_of(found, where)
        stat = whole_in(node.get("statId"), f"{where}.statId", 1, 999)
        yards = whole_in(node.get("yards"), f"{where}.yards", -YARDS_MAX, YARDS_MAX)
        named = _inner(node, "team", "abbreviation")
        team = team_among(named, self.teams)
        if team is None:
            raise Unreadable(f"{where}.team.abbreviation", "neither of the two teams")
        if team != named:
            self.report.odd("team_by_another_name", f"{self.path}: {where}")
        player = gsis_id(_inner(node, "gsisPlayer", "id")[:40])
        name = short(node, "playerName", 64) if player else ""
        return StatLine(stat, team, player, name, yards)

"""StatsBomb open data: line-ups and events as JSON. Every team's events come in its own direction
of play; here the away side's are turned, so that home attacks along x. Pure; SPEC: RD12, RD14."""

from __future__ import annotations

from typing import NamedTuple

from protocol.text import clean_name
from server.readers.coordinates import SOCCER, Point, is_near, to_millimetres, turned
from server.readers.line_up import PLAYERS_MAX, SLOTS, LinePlayer, LineUp
from server.readers.match_events import (
    EVENTS_MAX,
    Card,
    EventSort,
    MatchEvent,
    MatchEvents,
    numbered,
)
from server.readers.report import Fault, Reading, Report
from server.readers.source import number, text_of, tree_of
from server.readers.tracking import Side
from server.readers.tree import at, list_at, pair_at, text_at, whole_at

SOURCE = "StatsBomb"

SORTS: dict[str, EventSort] = {
    "Pass": "pass",
    "Carry": "carry",
    "Dribble": "dribble",
    "Shot": "shot",
    "Pressure": "pressure",
    "Ball Recovery": "recovery",
    "Interception": "recovery",
    "Dispossessed": "loss",
    "Miscontrol": "loss",
    "Clearance": "out",
    "Duel": "challenge",
    "50/50": "challenge",
    "Dribbled Past": "challenge",
    "Block": "challenge",
    "Foul Committed": "foul",
    "Foul Won": "foul",
    "Goal Keeper": "keeper",
    "Substitution": "substitution",
    "Bad Behaviour": "card",
}
_CARDS: dict[str, Card] = {
    "Yellow Card": "yellow",
    "Second Yellow": "second_yellow",
    "Red Card": "red",
}
_NOTHING = frozenset({"Half Start", "Half End", "Ball Receipt*", "Starting XI", "Camera On"})
_SLOT_BY_ID = dict(enumerate(SLOTS, 1))
"""Their positions are numbered from goalkeeper to second striker, as SLOTS is ordered."""


class _Teams(NamedTuple):
    sides: dict[int, Side]
    names: dict[str, str]


def read_statsbomb(
    path: str, content: bytes, line_up_path: str = "", line_up: bytes | None = None
) -> Reading[MatchEvents] | Fault:
    """The events, with the line-up file beside them where there is one: it has short names and the
    bench."""
    report = Report()
    events = _list(path, content, report)
    if isinstance(events, Fault):
        return events
    named: list[object] = []
    if line_up is not None:
        found = _list(line_up_path, line_up, report)
        if isinstance(found, Fault):
            return found
        named = found
    known = _line_up(path, named, events, report)
    if isinstance(known, Fault):
        return known
    teams, players = known
    read: list[MatchEvent] = []
    for index, event in enumerate(events[:EVENTS_MAX]):
        taken = _event(event, index, teams.sides, report, f"{path}: $[{index}]")
        if taken is not None:
            read.append(taken)
    if len(events) > EVENTS_MAX:
        report.odd("too_many_rows", f"{path}: $[{EVENTS_MAX}]", len(events) - EVENTS_MAX)
    if not read:
        return Fault(path, "no event in it can be read")
    value = MatchEvents(players, numbered(read), {"home": 1, "away": -1}, turned=True)
    return Reading(value, report.oddities())


def read_statsbomb_line_up(path: str, content: bytes) -> Reading[LineUp] | Fault:
    """A line-up file alone: names and numbers, without roles nobody knows who starts."""
    report = Report()
    named = _list(path, content, report)
    if isinstance(named, Fault):
        return named
    known = _line_up(path, named, [], report)
    return known if isinstance(known, Fault) else Reading(known[1], report.oddities())


def _list(path: str, content: bytes, report: Report) -> list[object] | Fault:
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    tree = tree_of(path, text)
    if isinstance(tree, Fault):
        return tree
    found = list_at(tree)
    return found or Fault(f"{path}: $", "not a list of anything")


def _line_up(
    path: str, named: list[object], events: list[object], report: Report
) -> tuple[_Teams, LineUp] | Fault:
    """Who starts where is said by the events, who is there by either."""
    sides: dict[int, Side] = {}
    names: dict[str, str] = {}
    players: dict[str, LinePlayer] = {}
    starts = [event for event in events if text_at(event, "type", "name") == "Starting XI"]
    teams = [(whole_at(t, "team_id"), text_at(t, "team_name")) for t in named]
    teams += [(whole_at(s, "team", "id"), text_at(s, "team", "name")) for s in starts]
    for team, name in teams:
        if team is None or team in sides or len(sides) == 2:
            continue
        sides[team] = "away" if sides else "home"
        names[sides[team]] = clean_name((name or "Team")[:64]) or "Team"
    if not sides:
        return Fault(path, "it names no team")
    for index, team in enumerate(named):
        side = sides.get(whole_at(team, "team_id") or 0)
        for place, one in enumerate(list_at(team, "lineup")):
            where = f"{path}: $[{index}].lineup[{place}]"
            _player(players, one, "player_id", side, report, where)
    for start in starts:
        side = sides.get(whole_at(start, "team", "id") or 0)
        for place, one in enumerate(list_at(start, "tactics", "lineup")):
            _starter(players, one, side, report, f"{path}: Starting XI, {place + 1}")
    name = " – ".join(names.values())[:64]
    line_up = LineUp(name, SOURCE, "soccer", SOCCER, names, {}, tuple(players.values()))
    return _Teams(sides, names), line_up


def _player(
    players: dict[str, LinePlayer],
    one: object,
    id_name: str,
    side: Side | None,
    report: Report,
    where: str,
) -> str | None:
    number_of = whole_at(one, id_name)
    if number_of is None or side is None or len(players) >= PLAYERS_MAX:
        report.odd("nobody" if number_of is None else "no_side", where)
        return None
    key = str(number_of)
    if key in players:
        report.odd("repeated", where)
        return key
    shirt = whole_at(one, "jersey_number")
    if shirt is not None and not 0 <= shirt <= 99:
        report.odd("number_unusable", where)
        shirt = None
    name = text_at(one, "player_nickname") or text_at(one, "player_name") or ""
    players[key] = LinePlayer(key, side, shirt, clean_name(name[:64]), None, None, starts=False)
    return key


def _starter(
    players: dict[str, LinePlayer], one: object, side: Side | None, report: Report, where: str
) -> None:
    key = str(whole_at(one, "player", "id"))
    known = players.get(key)
    if known is None:
        told = {
            "player_id": at(one, "player", "id"),
            "player_name": at(one, "player", "name"),
            "jersey_number": at(one, "jersey_number"),
        }
        if _player(players, told, "player_id", side, report, where) is None:
            return
        known = players[key]
    slot = _SLOT_BY_ID.get(whole_at(one, "position", "id") or 0)
    if slot is None:
        report.odd("role_unknown", where)
    players[key] = LinePlayer(
        key,
        known.side,
        known.number,
        known.name,
        slot,
        slot,
        starts=True,
        is_keeper=slot == "GK",
    )


def _event(
    event: object, index: int, sides: dict[int, Side], report: Report, where: str
) -> MatchEvent | None:
    word = text_at(event, "type", "name")
    if word is None:
        report.odd("unreadable_row", where)
        return None
    if word in _NOTHING:
        return None
    at_ms, period = _time(at(event, "timestamp")), whole_at(event, "period")
    if at_ms is None or period is None or not 1 <= period <= 5:
        report.odd("no_time", where)
        return None
    side = sides.get(whole_at(event, "team", "id") or 0)
    if side is None:
        report.odd("no_side", where)
    sort = SORTS.get(word, "other")
    detail = at(event, word.lower())
    outcome = text_at(detail, "outcome", "name")
    player = whole_at(event, "player", "id")
    receiver = whole_at(detail, "recipient", "id") or whole_at(detail, "replacement", "id")
    shown = text_at(event, word.lower().replace(" ", "_"), "card", "name")
    return MatchEvent(
        index=whole_at(event, "index") or index,
        period=period,
        at_ms=at_ms,
        sort=sort,
        word=word,
        side=side,
        player=None if player is None else str(player),
        to_player=None if receiver is None else str(receiver),
        start=_place(event, "location", side, report, where),
        end=_place(detail, "end_location", side, report, where),
        outcome=outcome,
        success=_success(sort, outcome),
        is_goal=sort == "shot" and outcome == "Goal",
        possession=whole_at(event, "possession"),
        card=_CARDS.get(shown or "", ""),
    )


def _success(sort: EventSort, outcome: str | None) -> bool | None:
    """A pass without an outcome arrived."""
    if sort == "pass":
        return outcome is None
    if sort == "shot":
        return outcome == "Goal"
    return outcome == "Complete" if sort == "dribble" else None


def _place(node: object, name: str, side: Side | None, report: Report, where: str) -> Point | None:
    if at(node, name) is None:
        return None
    pair = pair_at(node, name)
    if pair is None:
        report.odd("no_position", where)
        return None
    place = to_millimetres("statsbomb", *pair, SOCCER)
    if not is_near(place, SOCCER):
        report.odd("off_the_pitch", where)
        return None
    return turned(place) if side == "away" else place


def _time(text: object) -> int | None:
    """`00:04:45.973` within its period."""
    parts = text.split(":") if isinstance(text, str) else []
    if len(parts) != 3:
        return None
    hours, minutes, seconds = (number(part) for part in parts)
    if hours is None or minutes is None or seconds is None:
        return None
    at_ms = round(((hours * 60 + minutes) * 60 + seconds) * 1000)
    return at_ms if 0 <= at_ms < 14_400_000 else None

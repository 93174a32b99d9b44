"""Metrica's events, as CSV and as JSON with the XML beside it: shares of the pitch as it lies;
teams change ends. Pure; SPEC: RD14."""

from __future__ import annotations

from collections.abc import Iterator

from protocol.text import clean_name
from server.readers.coordinates import SOCCER, Pitch, Point, is_near, to_millimetres
from server.readers.line_up import PLAYERS_MAX, LinePlayer, LineUp
from server.readers.match_events import (
    EVENTS_MAX,
    Card,
    EventSort,
    MatchEvent,
    MatchEvents,
    numbered,
)
from server.readers.metrica_metadata import Metadata, read_metadata
from server.readers.report import Fault, Reading, Report
from server.readers.source import number, rows_of, text_of, tree_of, whole
from server.readers.tracking import Side
from server.readers.tree import at, list_at, number_at, text_at, whole_at

SOURCE = "Metrica Sports"
COLUMNS = (
    "Team",
    "Type",
    "Subtype",
    "Period",
    "Start Time [s]",
    "From",
    "To",
    "Start X",
    "Start Y",
    "End X",
    "End Y",
)
SORTS: dict[str, EventSort] = {
    "PASS": "pass",
    "CARRY": "carry",
    "SHOT": "shot",
    "RECOVERY": "recovery",
    "BALL LOST": "loss",
    "BALL OUT": "out",
    "CHALLENGE": "challenge",
    "FAULT RECEIVED": "foul",
    "SET PIECE": "set_piece",
    "CARD": "card",
}
_CARDS: dict[str, Card] = {
    "YELLOW": "yellow",
    "SECOND YELLOW": "second_yellow",
    "RED": "red",
}
_SIDES: dict[str, Side] = {"Home": "home", "Away": "away"}


class _Squad:
    """Who is named, in the order of being named."""

    def __init__(self) -> None:
        self.players: dict[str, LinePlayer] = {}

    def key(self, side: Side | None, name: str) -> str | None:
        clean = clean_name(name[:64])
        if side is None or clean is None:
            return None
        key = f"{side}:{clean}"
        if key not in self.players and len(self.players) < PLAYERS_MAX:
            digits = "".join(c for c in clean if c in "0123456789")[-3:]
            shirt = whole(digits)
            number_of = shirt if shirt is not None and shirt <= 99 else None
            self.players[key] = LinePlayer(key, side, number_of, clean, None, None, starts=True)
        return key if key in self.players else None


def read_metrica_csv(path: str, content: bytes) -> Reading[MatchEvents] | Fault:
    """The events of a sample match, on 105 x 68 m."""
    report = Report()
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    rows = rows_of(path, text, COLUMNS, report)
    if isinstance(rows, Fault):
        return rows
    squad = _Squad()
    read = list(_rows(path, rows, squad, report))
    if not read:
        return Fault(path, "no event in it can be read")
    teams = {"home": "Home", "away": "Away"}
    line_up = LineUp(
        "Home – Away", SOURCE, "soccer", SOCCER, teams, {}, tuple(squad.players.values())
    )
    return Reading(MatchEvents(line_up, numbered(read), {}, turned=False), report.oddities())


def _rows(
    path: str, rows: Iterator[tuple[int, dict[str, str]]], squad: _Squad, report: Report
) -> Iterator[MatchEvent]:
    for line, row in rows:
        where = f"{path}:{line}"
        if line > EVENTS_MAX:
            report.odd("too_many_rows", where)
            return
        side = _SIDES.get(row["Team"].strip().capitalize())
        event = _event(
            line,
            (row["Type"], row["Subtype"]),
            (whole(row["Period"]), number(row["Start Time [s]"])),
            side,
            (squad.key(side, row["From"]), squad.key(side, row["To"])),
            _place(row["Start X"], row["Start Y"], SOCCER, report, where),
            _place(row["End X"], row["End Y"], SOCCER, report, where),
            report,
            where,
        )
        if event is not None:
            yield event


def read_metrica_json(
    path: str, content: bytes, metadata_path: str, metadata: bytes
) -> Reading[MatchEvents] | Fault:
    """The events of a match whose teams and players an XML names."""
    report = Report()
    known = read_metadata(metadata_path, metadata, report)
    if isinstance(known, Fault):
        return known
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    tree = tree_of(path, text)
    if isinstance(tree, Fault):
        return tree
    read: list[MatchEvent] = []
    for index, node in enumerate(list_at(tree, "data")[:EVENTS_MAX]):
        event = _node(node, index, known, report, f"{path}: $.data[{index}]")
        if event is not None:
            read.append(event)
    if not read:
        return Fault(f"{path}: $.data", "no event in it can be read")
    players = tuple(
        LinePlayer(
            a.key, a.side, a.number, a.name, a.role, None, starts=True, is_keeper=a.is_keeper
        )
        for a in known.actors.values()
        if a.side is not None
    )[:PLAYERS_MAX]
    name = " – ".join(known.teams.get(side, side) for side in ("home", "away"))[:64]
    line_up = LineUp(name, SOURCE, "soccer", known.pitch, known.teams, {}, players)
    value = MatchEvents(line_up, numbered(read), known.attack, turned=False)
    return Reading(value, report.oddities())


def _node(
    node: object, index: int, known: Metadata, report: Report, where: str
) -> MatchEvent | None:
    side = known.sides.get(text_at(node, "team", "id") or "")
    who = [text_at(node, end, "id") for end in ("from", "to")]
    kinds = [text_at(one, "name") for one in (at(node, "subtypes"), *list_at(node, "subtypes"))]
    return _event(
        whole_at(node, "index") or index,
        (text_at(node, "type", "name") or "", "-".join(kind for kind in kinds if kind)),
        (whole_at(node, "period"), number_at(node, "start", "time")),
        "home" if side == "home" else "away" if side == "away" else None,
        (who[0], who[1]),
        _place(at(node, "start", "x"), at(node, "start", "y"), known.pitch, report, where),
        _place(at(node, "end", "x"), at(node, "end", "y"), known.pitch, report, where),
        report,
        where,
    )


def _event(
    index: int,
    kind: tuple[str, str],
    when: tuple[int | None, float | None],
    side: Side | None,
    who: tuple[str | None, str | None],
    start: Point | None,
    end: Point | None,
    report: Report,
    where: str,
) -> MatchEvent | None:
    word, detail = kind[0].strip().upper(), kind[1].strip().upper()
    period, seconds = when
    if not word:
        report.odd("unreadable_row", where)
        return None
    if period is None or not 1 <= period <= 5 or seconds is None or not 0 <= seconds < 14_400:
        report.odd("no_time", where)
        return None
    if side is None:
        report.odd("no_side", where)
    sort = SORTS.get(word, "other")
    goal = sort == "shot" and detail.endswith("GOAL")
    return MatchEvent(
        index=index,
        period=period,
        at_ms=round(seconds * 1000),
        sort=sort,
        word=word,
        side=side,
        player=who[0],
        to_player=who[1],
        start=start,
        end=end,
        outcome=clean_name(detail[:64]),
        success=True if sort == "pass" else goal if sort == "shot" else None,
        is_goal=goal,
        card=_CARDS.get(detail, "") if sort == "card" else "",
    )


def _place(x: object, y: object, pitch: Pitch, report: Report, where: str) -> Point | None:
    """Many events have no place: that is not odd."""
    along, across = number(x), number(y)
    if along is None or across is None:
        return None
    place = to_millimetres("metrica", along, across, pitch)
    if not is_near(place, pitch):
        report.odd("off_the_pitch", where)
        return None
    return place

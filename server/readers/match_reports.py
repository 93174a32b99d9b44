"""A match of soccer as the reports that make a feed of it, and what a feed has of it as a match
again. Pure; knows no provider and no room. SPEC: PF7 to PF9."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from protocol.feed import DeletePlay, Report, ReportItem, ReportScoreboard
from protocol.feed_items import (
    ITEMS_MAX,
    PLACE_MAX_MM,
    Phase,
    Place,
    SoccerEvent,
    SoccerPlayer,
    SoccerScoreboard,
    SoccerSide,
)
from server.readers.coordinates import Pitch, Point
from server.readers.game_reports import Step
from server.readers.line_up import LinePlayer, LineUp
from server.readers.match_events import PASSAGE_MAX, MatchEvent, MatchEvents
from server.rules.feed_profiles import KICKS

OWN_GOAL = "own goal for"
"""StatsBomb's word for the event of the side that is given the goal; its own side of it, `Own Goal
Against`, counts for nothing."""
BREAK_MS: Mapping[int, int] = {2: 900_000, 3: 300_000, 4: 60_000, 5: 300_000}
"""Before a period: half-time of at most 15 minutes, a drinks break of one minute at half-time of
extra time (Laws of the Game, Law 7); five minutes before extra time and kicks, as matches go."""
SPELL_MS = 30_000
"""A passage is at most so long."""

_SOURCES: Mapping[str, str] = {"StatsBomb": "statsbomb", "Metrica Sports": "metrica"}


class Recorded(NamedTuple):
    """A match as a feed keeps it."""

    source: str
    scoreboard: SoccerScoreboard
    """As it is in the end."""
    items: tuple[SoccerEvent, ...]


def recorded(match: MatchEvents) -> Recorded:
    """The events by their numbers, times from the start of each period also where the file counts
    on through half-time, and the score that goals make."""
    starts = _starts(match.events)
    line_up = match.line_up
    known = {player.key for player in line_up.players}
    items = tuple(
        _item(event, starts[event.period], known)
        for event in match.events[:ITEMS_MAX]
        if event.at_ms >= starts[event.period]
    )
    board = SoccerScoreboard(
        home=_name(line_up, "home"),
        away=_name(line_up, "away"),
        length_mm=line_up.pitch.length,
        width_mm=line_up.pitch.width,
        turned=match.turned,
        players=tuple(
            SoccerPlayer(
                player.key,
                "away" if player.side == "away" else "home",
                player.name or "",
                player.number,
                (player.role or "")[:8],
                player.starts,
                player.is_keeper,
            )
            for player in line_up.players
            if player.side in {"home", "away"}
        ),
    )
    return Recorded(_SOURCES.get(line_up.source, "kloppy"), _scored(board, items, "final"), items)


def _name(line_up: LineUp, side: str) -> str:
    return line_up.teams.get(side) or side.capitalize()


def _starts(events: Iterable[MatchEvent]) -> dict[int, int]:
    """When each period begins on the file's clock: 0 where it starts anew, else the first event of
    it, where that is after the last one of the period before."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for event in events:
        first[event.period] = min(first.get(event.period, event.at_ms), event.at_ms)
        last[event.period] = max(last.get(event.period, 0), event.at_ms)
    starts: dict[int, int] = {}
    for period in sorted(first):
        before = [last[one] for one in sorted(first) if one < period]
        starts[period] = first[period] if before and first[period] >= before[-1] > 0 else 0
    return starts


def _item(event: MatchEvent, start_ms: int, known: set[str]) -> SoccerEvent:
    side: SoccerSide = "home" if event.side == "home" else "away" if event.side == "away" else ""
    scored = event.is_goal or event.word.lower() == OWN_GOAL
    return SoccerEvent(
        id=event.index,
        order=event.index,
        period=event.period,
        at_ms=event.at_ms - start_ms,
        sort=event.sort,
        word=event.word[:64],
        side=side,
        player=event.player if event.player in known else "",
        to_player=event.to_player if event.to_player in known else "",
        at=_near(event.start),
        to=_near(event.end),
        outcome=(event.outcome or "")[:64],
        success=event.success,
        goal_for=side if scored else "",
        card=event.card,
        possession=max(0, min(99_999, event.possession or 0)),
    )


def _near(place: Point | None) -> Place | None:
    if place is None:
        return None
    x, y = (max(-PLACE_MAX_MM, min(PLACE_MAX_MM, one)) for one in place)
    return x, y


def _scored(
    board: SoccerScoreboard, items: Iterable[SoccerEvent], phase: Phase
) -> SoccerScoreboard:
    """The scoreboard after these events."""
    goals, kicks, period = Counter[str](), Counter[str](), 0
    for item in items:
        period = max(period, item.period)
        if item.goal_for:
            (kicks if item.period == KICKS else goals)[item.goal_for] += 1
    return replace(
        board,
        home_score=goals["home"],
        away_score=goals["away"],
        home_kicks=kicks["home"],
        away_kicks=kicks["away"],
        phase=phase,
        period=period,
    )


def lacking(
    match: Recorded,
    known: Mapping[int, tuple[SoccerEvent, str]],
    board: SoccerScoreboard | None,
    revision: int,
) -> list[Report]:
    """What a feed must be told to have the match as its file has it: `known` is what it has of an
    id, and whose word that is. Line-ups come first, as events name players."""
    reports: list[Report] = []
    if match.scoreboard != board:
        reports.append(ReportScoreboard(match.source, revision, match.scoreboard))
    for item in match.items:
        held = known.get(item.id)
        if held is None or held[1] != match.source or replace(held[0], version=1) != item:
            reports.append(ReportItem(match.source, revision, item))
    there = {item.id for item in match.items}
    for number, (item, source) in sorted(known.items()):
        if number not in there and source == match.source and not item.deleted:
            reports.append(DeletePlay(match.source, revision, number))
    return reports


def steps_of(match: Recorded) -> list[Step]:
    """The match event by event as it went: line-ups before it begins, the scoreboard again with
    each goal and each period, and at last the final whistle."""
    bare = _scored(match.scoreboard, (), "live")
    revision = 1
    board = replace(bare, phase="pregame")
    steps = [Step(0, (ReportScoreboard(match.source, revision, board),))]
    offset, ended, period = 0, 0, 0
    for number, item in enumerate(match.items):
        if item.period != period:
            offset = ended + BREAK_MS.get(item.period, 0) if period else 0
            period = item.period
        ended = max(ended, offset + item.at_ms)
        reports: list[Report] = [ReportItem(match.source, 1, item)]
        if item.goal_for or item.period != board.period:
            revision += 1
            board = _scored(bare, match.items[: number + 1], "live")
            reports.append(ReportScoreboard(match.source, revision, board))
        steps.append(Step(offset + item.at_ms, tuple(reports)))
    steps.append(Step(ended, (ReportScoreboard(match.source, revision + 1, match.scoreboard),)))
    return steps


# --- and back


def match_of(board: SoccerScoreboard, items: Sequence[SoccerEvent], source: str) -> MatchEvents:
    """What readers of boards take, of what a feed has: events that count, in their order."""
    players = tuple(
        LinePlayer(
            one.key, one.side, one.number, one.name or None, one.role or None, None,
            starts=one.starts, is_keeper=one.keeper,
        )
        for one in board.players
    )  # fmt: skip
    line_up = LineUp(
        f"{board.home} – {board.away}"[:64],
        source,
        "soccer",
        Pitch(board.length_mm, board.width_mm),
        {"home": board.home, "away": board.away},
        {},
        players,
    )
    events = tuple(_event(item) for item in items)
    return MatchEvents(line_up, events, {}, turned=board.turned)


def _event(item: SoccerEvent) -> MatchEvent:
    side: Any = item.side or None
    return MatchEvent(
        index=item.id,
        period=item.period,
        at_ms=item.at_ms,
        sort=item.sort,
        word=item.word or item.sort,
        side=side,
        player=item.player or None,
        to_player=item.to_player or None,
        start=item.at,
        end=item.to,
        outcome=item.outcome or None,
        success=item.success,
        is_goal=bool(item.goal_for),
        possession=item.possession or None,
        card=item.card,
    )


def passage_to(match: MatchEvents, last: int) -> tuple[MatchEvent, ...]:
    """The events that lead to one, by its number: of the same spell with the ball where the source
    tells spells, at most SPELL_MS before it and PASSAGE_MAX of them. Empty: it has no place."""
    number = next((n for n, event in enumerate(match.events) if event.index == last), None)
    if number is None or match.events[number].start is None:
        return ()
    end = match.events[number]
    chosen: list[MatchEvent] = []
    for event in reversed(match.events[: number + 1]):
        far = event.period != end.period or end.at_ms - event.at_ms > SPELL_MS
        told = None not in {event.possession, end.possession}
        other = event.possession != end.possession if told else event.side not in {end.side, None}
        if far or other or len(chosen) >= PASSAGE_MAX:
            break
        if event.start is not None:
            chosen.append(event)
    return tuple(reversed(chosen))

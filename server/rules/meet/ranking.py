"""Places in an event, by the field's rules: official times and marks, ties, wind, records. Pure.

The rules are World Athletics' Technical Rules (Book C2.1) and, for records, its Competition Rules
(Book C1.1). SPEC: AT10 to AT15, AT22, AT24 to AT26.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from protocol.meet import (
    HEIGHTS_MAX,
    Attempt,
    MeetEvent,
    Part,
    Result,
    ScoringTable,
    Status,
    Trials,
)
from server.rules.meet.combined import counted, points
from server.rules.meet.laps import front_of, lapped, passings
from server.rules.meet.state import Meet, row_of

WIND_MAX = 20
"""Tenths of m/s from behind up to which a mark may be a record."""
LONG_RACE_M = 10_000
CENTIMETRE = 10
FIRST_ATTEMPTS = 3
"""Which everybody has."""


class Ranked(Struct, frozen=True, omit_defaults=True):
    """One row of a leaderboard."""

    athlete: str
    place: int | None = None
    """Null: without a place (DNS, DNF, DQ, NM, NH)."""
    value: int | None = None
    """Official time in ms, or mark in mm."""
    status: Status = ""
    wind: int | None = None
    records: tuple[str, ...] = ()
    """Names of records that it equals or beats."""
    wind_aided: bool = False
    laps: int = 0
    """How often it has passed the finish line, where laps are counted."""
    lapped: int = 0
    """How often it was overtaken by a whole lap."""
    points: tuple[int | None, ...] = ()
    """Of a combined event: of each part; null: not yet."""


def official_time(ms: int, event: MeetEvent) -> int:
    """Photo finish up to 10,000 m to the next longer 0.01 s, beyond on the track to 0.1 s;
    by hand to 0.1 s; partly or wholly outside the stadium to the whole second. In ms."""
    step = 10
    if event.timing == "road":
        step = 1_000
    elif event.timing == "hand" or event.metres > LONG_RACE_M:
        step = 100
    return -(-ms // step) * step


def official_mark(mm: int) -> int:
    """The whole centimetre below, in mm."""
    return mm // CENTIMETRE * CENTIMETRE


def ranking(meet: Meet, event: MeetEvent) -> list[Ranked]:
    """Everybody with a result in an event, best first; those without a place last, who still runs
    before who is out."""
    if event.sort == "combined":
        return _combined(meet, event)
    results = [held.result for held in meet.results.values() if held.result.event == event.id]
    heats = meet.heats_of(event.id)

    def wind_of(result: Result) -> int | None:
        heat = heats.get(result.athlete)
        return None if heat is None else meet.race(event.id, heat).wind

    rank = {"track": _track, "distance": _distance, "height": _height}[event.sort]
    rows = [rank(event, result, wind_of(result)) for result in results]
    by_athlete = {result.athlete: result for result in results}
    found = [
        _with_records(event, row, by_athlete[row.athlete], place)
        for place, row in _placed(rows, by_athlete if event.sort == "height" else {})
    ]
    others = [row for key, row in rows if key is None]
    others.sort(key=lambda row: (_LAST.index(row.status), *_reached(by_athlete[row.athlete])))
    return _with_laps(event, found + others, by_athlete, heats)


def _placed(rows: Iterable[_Row], jump_offs: Mapping[str, Result]) -> list[tuple[int, Ranked]]:
    """Places of those who have one; who is tied to the end has the same, and the next is left
    out. AT25: first place alone is decided by a jump-off."""
    placed = sorted((row for row in rows if row[0] is not None), key=lambda row: row[0] or ())
    best = placed[0][0] if placed else None
    keyed = [
        ((*(key or ()), *(_jumped_off(jump_offs.get(row.athlete)) if key == best else ())), row)
        for key, row in placed
    ]
    keyed.sort(key=lambda one: one[0])
    found: list[tuple[int, Ranked]] = []
    for number, (key, row) in enumerate(keyed, 1):
        same = number > 1 and keyed[number - 2][0] == key
        found.append((found[-1][0] if same else number, row))
    return found


def _jumped_off(result: Result | None) -> tuple[int, ...]:
    """Round by round: cleared, failed, not there any more."""
    if result is None:
        return ()
    rounds = [_ROUNDS[one.tries] for one in result.jump_off]
    return (*rounds, *[_ROUNDS["r"]] * (HEIGHTS_MAX - len(rounds)))


_ROUNDS = {"o": 0, "x": 1, "r": 2}


def _reached(result: Result) -> tuple[int, int, str]:
    """Of those without a place: who has passed more often, then who passed first."""
    splits = result.splits
    return -len(splits), splits[-1] if splits else 0, result.athlete


def _with_laps(
    event: MeetEvent, rows: list[Ranked], results: Mapping[str, Result], heats: Mapping[str, int]
) -> list[Ranked]:
    """AT22: how far everybody is in the own heat."""
    if not event.laps:
        return rows
    passed = {athlete: passings(result, event) for athlete, result in results.items()}
    by_heat: dict[int | None, list[Sequence[int]]] = {}
    for athlete, own in passed.items():
        by_heat.setdefault(heats.get(athlete), []).append(own)
    fronts = {heat: front_of(everybody) for heat, everybody in by_heat.items()}
    found: list[Ranked] = []
    for row in rows:
        own = passed[row.athlete]
        running = not row.status and row.value is None
        behind = lapped(own, fronts[heats.get(row.athlete)], running=running)
        found.append(replace(row, laps=len(own), lapped=behind))
    return found


def _combined(meet: Meet, event: MeetEvent) -> list[Ranked]:
    """AT24: totals of points; who did not start in a part has given up, and has no place."""
    assert event.table is not None, "expected a combined event with its tables"
    in_parts = [
        {row.athlete: row for row in ranking(meet, meet.events[part.event])} for part in event.parts
    ]
    rows: list[_Row] = []
    for entry in meet.entries.values():
        if entry.event != event.id:
            continue
        there = [rows_of.get(entry.athlete) for rows_of in in_parts]
        scored = tuple(
            None if row is None else _part(meet.events[part.event], part, row, event.table)
            for part, row in zip(event.parts, there, strict=True)
        )
        held = meet.results.get(row_of(event.id, entry.athlete))
        status: Status = "" if held is None else held.result.status
        if not status and any(row is not None and row.status == "DNS" for row in there):
            status = "DNF"
        if not status and all(one is None for one in scored):
            continue
        total = sum(one for one in scored if one is not None)
        row = Ranked(entry.athlete, value=total, status=status, points=scored)
        rows.append((None, replace(row, value=None)) if status else ((-total,), row))
    aided = {one.athlete for _, one in rows if not _calm(meet, event, one.athlete, in_parts)}
    found = [
        replace(row, place=place, records=() if row.athlete in aided else _beaten(event, row.value))
        for place, row in _placed(rows, {})
    ]
    others = [row for key, row in rows if key is None]
    return found + sorted(others, key=lambda row: (_LAST.index(row.status), row.athlete))


def _part(event: MeetEvent, part: Part, row: Ranked, table: ScoringTable) -> int | None:
    """Points of one part; none for who has no mark; null while it may still come."""
    if row.value is None or row.status in {"DQ", "DNS"}:
        return 0 if row.status else None
    return points(table, part.discipline, counted(event, part.discipline, row.value))


def _calm(
    meet: Meet, event: MeetEvent, athlete: str, in_parts: Sequence[Mapping[str, Ranked]]
) -> bool:
    """Whether the mean of the winds of all parts where it is measured allows a record."""
    winds = [
        rows[athlete].wind
        for part, rows in zip(event.parts, in_parts, strict=True)
        if meet.events[part.event].wind and athlete in rows
    ]
    known = [one for one in winds if one is not None]
    return len(known) == len(winds) and sum(known) <= WIND_MAX * len(known)


def final_order(meet: Meet, event: MeetEvent) -> list[str]:
    """AT26: who has more than three attempts, in the order of the fourth: the best last. Empty
    until everybody has had three, and where there are no more."""
    if event.sort != "distance" or event.attempts <= FIRST_ATTEMPTS:
        return []
    field = list(meet.heats_of(event.id)) or [
        one.athlete for one in meet.entries.values() if one.event == event.id
    ]
    results = {one: meet.results.get(row_of(event.id, one)) for one in field}
    there = [
        held.result if held is not None else Result(event=event.id, athlete=one)
        for one, held in results.items()
        if held is None or held.result.status not in {"DNS", "DQ", "r"}
    ]
    if not there or any(len(one.attempts) < FIRST_ATTEMPTS for one in there):
        return []
    firsts = [replace(one, attempts=one.attempts[:FIRST_ATTEMPTS], status="") for one in there]
    placed = _placed([_distance(event, one, None) for one in firsts], {})
    most = event.finalists or len(firsts)
    without = (
        [] if len(firsts) > most else [one.athlete for one in firsts if not best_of(one.attempts)]
    )
    return without + [row.athlete for place, row in reversed(placed) if place <= most]


_LAST: Sequence[Status] = ("", "NH", "NM", "r", "DNF", "DNS", "DQ")

_Row = tuple[tuple[Any, ...] | None, Ranked]


def _track(event: MeetEvent, result: Result, wind: int | None) -> _Row:
    if result.status or result.time is None:
        return None, Ranked(result.athlete, status=result.status, wind=wind)
    # What is equal in the official time is told apart by the thousandths of photo finish.
    exact = result.time if event.timing == "photo" else 0
    time = official_time(result.time, event)
    return (time, exact), Ranked(result.athlete, value=time, wind=wind)


def best_of(attempts: Iterable[Attempt]) -> list[int]:
    """Official marks of valid attempts, the longest first."""
    return sorted((official_mark(one.mark) for one in attempts if one.mark), reverse=True)


def _distance(event: MeetEvent, result: Result, _wind: int | None) -> _Row:
    marks = best_of(result.attempts)
    if result.status in {"DNS", "DQ"} or not marks:
        tried = len(result.attempts) >= 3 or (result.attempts and event.phase == "official")
        return None, Ranked(result.athlete, status=result.status or ("NM" if tried else ""))
    # By the best, then by the second best, and so on.
    key = tuple(-mark for mark in (*marks, *[0] * (6 - len(marks))))
    wind = next(
        (one.wind for one in result.attempts if one.mark and official_mark(one.mark) == marks[0]),
        None,
    )
    return key, Ranked(result.athlete, value=marks[0], status=result.status, wind=wind)


def is_out(trials: Sequence[Trials]) -> bool:
    """Three failures in a row, over however many heights, or retired."""
    failures = 0
    for one in sorted(trials, key=lambda row: row.height):
        for sign in one.tries:
            failures = failures + 1 if sign == "x" else 0 if sign == "o" else failures
            if failures >= 3 or sign == "r":
                return True
    return False


def _height(event: MeetEvent, result: Result, _wind: int | None) -> _Row:
    trials = sorted(result.trials, key=lambda row: row.height)
    cleared = [one for one in trials if one.tries.endswith("o")]
    if result.status in {"DNS", "DQ"} or not cleared:
        out = is_out(trials) or (bool(trials) and event.phase == "official")
        return None, Ranked(result.athlete, status=result.status or ("NH" if out else ""))
    best = cleared[-1]
    until = [one for one in trials if one.height <= best.height]
    # The fewest failures at the height last cleared, then up to and including it.
    failures = sum(one.tries.count("x") for one in until)
    key = (-best.height, best.tries.count("x"), failures)
    # AT25: what is cleared in a jump-off counts as a height, and decides nothing but first place.
    highest = max([best.height, *(one.height for one in result.jump_off if one.tries == "o")])
    return key, Ranked(result.athlete, value=official_mark(highest), status=result.status)


def _with_records(event: MeetEvent, row: Ranked, result: Result, place: int | None) -> Ranked:
    """AT14: of wind-legal marks alone, so of jumps the longest that is one."""
    value = row.value if _is_legal(event, row.wind) else None
    if event.sort == "distance" and event.wind:
        legal = [one for one in result.attempts if _is_legal(event, one.wind)]
        value = next(iter(best_of(legal)), None)
    records = _beaten(event, value)
    aided = event.wind and row.wind is not None and row.wind > WIND_MAX
    return replace(row, place=place, records=records, wind_aided=aided)


def _beaten(event: MeetEvent, value: int | None) -> tuple[str, ...]:
    return tuple(
        one.name
        for one in event.records
        if value is not None
        and (value <= one.value if event.sort == "track" else value >= one.value)
    )


def _is_legal(event: MeetEvent, wind: int | None) -> bool:
    """Whether a mark with this wind may be a record; unknown wind: no."""
    return not event.wind or (wind is not None and wind <= WIND_MAX)

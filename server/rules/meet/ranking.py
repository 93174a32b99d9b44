"""Places in an event, by the field's rules: official times and marks, ties, wind, records. Pure.

Sources are World Athletics' Book of Rules, Technical Rules (TR) and Competition Rules (CR) as
amended to 2022: TR 17 wind, TR 19 timing, TR 21 ties in races, TR 25 field events and ties in them,
TR 26 vertical jumps, CR 31 records. SPEC: AT10 to AT15.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from protocol.meet import Attempt, MeetEvent, Result, Status, Trials
from server.rules.meet.state import Meet

WIND_MAX = 20
"""Tenths of m/s from behind up to which a mark may be a record (CR 31)."""
LONG_RACE_M = 10_000
CENTIMETRE = 10


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


def official_time(ms: int, event: MeetEvent) -> int:
    """TR 19: photo finish up to 10,000 m to the next longer 0.01 s, beyond on the track to 0.1 s;
    by hand to 0.1 s; partly or wholly outside the stadium to the whole second. In ms."""
    step = 10
    if event.timing == "road":
        step = 1_000
    elif event.timing == "hand" or event.metres > LONG_RACE_M:
        step = 100
    return -(-ms // step) * step


def official_mark(mm: int) -> int:
    """TR 25 and 26: the whole centimetre below, in mm."""
    return mm // CENTIMETRE * CENTIMETRE


def ranking(meet: Meet, event: MeetEvent) -> list[Ranked]:
    """Everybody with a result in an event, best first; those without a place last, by status."""
    results = [held.result for held in meet.results.values() if held.result.event == event.id]
    heats = meet.heats_of(event.id)

    def wind_of(result: Result) -> int | None:
        heat = heats.get(result.athlete)
        return None if heat is None else meet.race(event.id, heat).wind

    rank = {"track": _track, "distance": _distance, "height": _height}[event.sort]
    rows = [rank(event, result, wind_of(result)) for result in results]
    by_athlete = {result.athlete: result for result in results}
    placed = sorted((row for row in rows if row[0] is not None), key=lambda row: row[0] or ())
    found: list[Ranked] = []
    before: tuple[Any, ...] | None = None
    for number, (key, row) in enumerate(placed, 1):
        # Who is tied to the end has the same place, and the next place is left out.
        place = found[-1].place if key == before else number
        before = key
        found.append(_with_records(event, row, by_athlete[row.athlete], place))
    others = [row for key, row in rows if key is None]
    return found + sorted(others, key=lambda row: (_LAST.index(row.status), row.athlete))


_LAST: Sequence[Status] = ("", "NH", "NM", "r", "DNF", "DNS", "DQ")

_Row = tuple[tuple[Any, ...] | None, Ranked]


def _track(event: MeetEvent, result: Result, wind: int | None) -> _Row:
    if result.status or result.time is None:
        return None, Ranked(result.athlete, status=result.status, wind=wind)
    # TR 21: what is equal in the official time is told apart by the thousandths of photo finish.
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
    # TR 25: by the best, then by the second best, and so on.
    key = tuple(-mark for mark in (*marks, *[0] * (6 - len(marks))))
    wind = next(
        (one.wind for one in result.attempts if one.mark and official_mark(one.mark) == marks[0]),
        None,
    )
    return key, Ranked(result.athlete, value=marks[0], status=result.status, wind=wind)


def is_out(trials: Sequence[Trials]) -> bool:
    """Three failures in a row, over however many heights (TR 26), or retired."""
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
    # TR 26: the fewest failures at the height last cleared, then up to and including it.
    failures = sum(one.tries.count("x") for one in until)
    key = (-best.height, best.tries.count("x"), failures)
    return key, Ranked(result.athlete, value=official_mark(best.height), status=result.status)


def _with_records(event: MeetEvent, row: Ranked, result: Result, place: int | None) -> Ranked:
    """AT14: of wind-legal marks alone, so of jumps the longest that is one."""
    value = row.value if _is_legal(event, row.wind) else None
    if event.sort == "distance" and event.wind:
        legal = [one for one in result.attempts if _is_legal(event, one.wind)]
        value = next(iter(best_of(legal)), None)
    records = tuple(
        one.name
        for one in event.records
        if value is not None
        and (value <= one.value if event.sort == "track" else value >= one.value)
    )
    aided = event.wind and row.wind is not None and row.wind > WIND_MAX
    return Ranked(row.athlete, place, row.value, row.status, row.wind, records, aided)


def _is_legal(event: MeetEvent, wind: int | None) -> bool:
    """Whether a mark with this wind may be a record; unknown wind: no (CR 31)."""
    return not event.wind or (wind is not None and wind <= WIND_MAX)

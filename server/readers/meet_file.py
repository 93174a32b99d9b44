"""A whole meet as a file, and what a meet lacks of it. Everything that cannot be is a fault with
its JSON path, or line. Pure; knows no room. SPEC: AT16 to AT18."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from protocol import meet as words
from protocol.meet import Change, ChangeAll, MeetFile, Race
from server.readers.report import Fault, Report
from server.readers.source import text_of
from server.rules.kind import Accepted, Context, Stamp
from server.rules.meet.kind import MEET
from server.rules.meet.state import Meet, row_of

FORMAT = "touchline.meet"
_MARK = b'"touchline.meet"'

_read = msgspec.json.Decoder(MeetFile)


def is_meet(content: bytes) -> bool:
    """Whether a file says that it is one, right at its beginning."""
    return content.lstrip().startswith(b"{") and _MARK in content[:2_000]


def read_meet(path: str, content: bytes) -> MeetFile | Fault:
    """The meet of a file, if a meet can be so."""
    text = text_of(path, content, Report())
    if isinstance(text, Fault):
        return text
    try:
        file = _read.decode(text)
    except msgspec.ValidationError as error:
        return _placed(path, str(error))
    except (msgspec.DecodeError, RecursionError) as error:
        return Fault(f"{path}:{_line_of(text, str(error))}", str(error))
    twice = _repeated(path, file)
    if twice is not None:
        return twice
    meet, faults = Meet(words.MeetSettings()), list[Fault]()
    for where, change in _numbered(file):
        wrong = _take(meet, change)
        if wrong is not None:
            faults.append(Fault(f"{path}: {where}", wrong))
            break
    return faults[0] if faults else file


def _placed(path: str, said: str) -> Fault:
    """Msgspec says where at the end: "… - at `$.events[0].id`"."""
    why, _, where = said.partition(" - at `")
    return Fault(f"{path}: {where.rstrip('`') or '$'}", why)


def _line_of(text: str, said: str) -> int:
    """The line of the byte that JSON stops at; the last one where it is not said."""
    digits = said.rpartition("(byte ")[2].rstrip(")")
    at = int(digits) if digits.isdigit() else len(text.encode())
    return text.encode()[:at].count(b"\n") + 1


def _repeated(path: str, file: MeetFile) -> Fault | None:
    """A row that is there twice, whose second form would silently count."""
    for name, keys in (
        ("athletes", [one.id for one in file.athletes]),
        ("events", [one.id for one in file.events]),
        ("entries", [row_of(one.event, one.athlete) for one in file.entries]),
        ("start_lists", [one.event for one in file.start_lists]),
        ("races", [row_of(one.event, one.heat) for one in file.races]),
        ("results", [row_of(one.event, one.athlete) for one in file.results]),
    ):
        seen = set[str]()
        for number, key in enumerate(keys):
            if key in seen:
                return Fault(f"{path}: $.{name}[{number}]", f"{key} is there twice")
            seen.add(key)
    return None


def _numbered(file: MeetFile) -> Iterator[tuple[str, Change]]:
    """Every row as the change that puts it, with where it stands."""
    yield "$.meet", words.SetMeet(file.meet)
    for name, rows, change in (
        ("athletes", file.athletes, words.SetAthlete),
        ("events", file.events, words.SetEvent),
        ("entries", file.entries, words.SetEntry),
        ("start_lists", file.start_lists, words.PublishStartList),
    ):
        make: Any = change
        numbered: list[tuple[int, Any]] = list(enumerate(rows))
        for number, row in sorted(numbered, key=lambda one: _is_combined(one[1])):
            yield f"$.{name}[{number}]", make(row)
    for number, race in enumerate(file.races):
        for one in _of_race(Race(event=race.event, heat=race.heat), race):
            yield f"$.races[{number}]", one
    for number, result in enumerate(file.results):
        yield f"$.results[{number}]", words.SetResult(result)


def _is_combined(row: Any) -> bool:
    """A combined event comes last, as it is of events that are there already (AT24)."""
    return isinstance(row, words.MeetEvent) and row.sort == "combined"


def _of_race(was: Race, now: Race) -> list[Change]:
    changes: list[Change] = []
    if now.started and not was.started:
        changes.append(words.StartRace(now.event, now.heat))
    if now.wind != was.wind:
        changes.append(words.SetWind(now.event, now.heat, now.wind))
    return changes


_CHIEF = Context("file", "", "owner", "", 0, 0, 0, 1, {"file": ""})


def _take(meet: Meet, change: Struct) -> str | None:
    """Puts a row into a meet by its rules; why it cannot be."""
    decision = MEET.decide(meet, change, _CHIEF)
    if isinstance(decision, Accepted):
        for event in decision.events:
            MEET.apply(meet, event, _STAMP)
        return None
    if decision.code == "nothing_changes":
        return None
    about: dict[str, Any] = decision.detail or {}
    return f"{decision.code}: {', '.join(str(one) for one in about.values())}".rstrip(": ")


_STAMP = Stamp(0, 0, "", "", 0)


def file_of(view: Any) -> MeetFile:
    """The file of a meet, from its view (or another file's parts)."""
    parts = {name: view[name] for name in _PARTS}
    results = [one.get("result", one) for one in view["results"]]
    # When a start was told belongs to the room, not to the meet.
    told: list[dict[str, Any]] = msgspec.to_builtins(view["races"])
    races = [{key: race[key] for key in race if key != "started_at"} for race in told]
    whole = {"format": FORMAT, "version": 1, "meet": view["meet"]}
    return msgspec.convert(whole | parts | {"races": races, "results": results}, MeetFile)


_PARTS = ("athletes", "events", "entries", "start_lists")


def written(file: MeetFile) -> bytes:
    """As it is kept: one row a line, in an order that does not depend on how it came about."""
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def lacking(file: MeetFile, known: MeetFile) -> list[Change]:
    """What a meet must be told to be as a file says: rows that it lacks or has otherwise; entries
    and results that the file has no more are taken away."""
    had = dict(_keyed(known))
    races = {row_of(one.event, one.heat): one for one in known.races}
    changes: list[Change] = []
    results = {row_of(one.event, one.athlete) for one in file.results}
    for one in known.results:
        if row_of(one.event, one.athlete) not in results:
            changes.append(words.ClearResult(one.event, one.athlete))
    for key, change in _keyed(file):
        if had.get(key) != change:
            changes.append(change)
    for race in file.races:
        was = races.get(row_of(race.event, race.heat)) or Race(event=race.event, heat=race.heat)
        changes += _of_race(was, race)
    same = {row_of(one.event, one.athlete): one for one in known.results}
    changes += [
        words.SetResult(one)
        for one in file.results
        if same.get(row_of(one.event, one.athlete)) != one
    ]
    entries = {row_of(one.event, one.athlete) for one in file.entries}
    changes += [
        words.WithdrawEntry(one.event, one.athlete)
        for one in known.entries
        if row_of(one.event, one.athlete) not in entries
    ]
    return changes


def _keyed(file: MeetFile) -> Iterator[tuple[str, Change]]:
    yield "meet", words.SetMeet(file.meet)
    for athlete in file.athletes:
        yield f"athlete {athlete.id}", words.SetAthlete(athlete)
    for event in sorted(file.events, key=_is_combined):
        yield f"event {event.id}", words.SetEvent(event)
    for entry in file.entries:
        yield f"entry {entry.event}/{entry.athlete}", words.SetEntry(entry)
    for start_list in file.start_lists:
        yield f"start list {start_list.event}", words.PublishStartList(start_list)


BATCH_BYTES = 12_000
"""A request of the HTTP side has at most 16,384 B as it ships."""


def batches(changes: Sequence[Change]) -> Iterator[ChangeAll]:
    """The changes in their order, as many together as one request takes."""
    together: list[Change] = []
    size = 0
    for change in changes:
        more = len(msgspec.json.encode(change)) + 1
        full = size + more > BATCH_BYTES or len(together) == words.CHANGES_MAX // 2
        if together and full:
            yield ChangeAll(tuple(together))
            together, size = [], 0
        together.append(change)
        size += more
    if together:
        yield ChangeAll(tuple(together))

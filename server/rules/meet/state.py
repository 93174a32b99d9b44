"""What a meet is at one version: its rows by key. Snapshot, restore and view of it. SPEC: AT1."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from protocol.meet import (
    Athlete,
    Entry,
    MeetEvent,
    MeetInfo,
    MeetSettings,
    Official,
    Race,
    Result,
    StartList,
)


class HeldResult(NamedTuple):
    """A result, and what its last correction changed it from (AT9)."""

    result: Result
    was: Result | None = None
    corrected_at: int = 0


class Meet:
    """The state of one meet."""

    __slots__ = (
        "athletes", "delays", "entries", "events", "info", "officials", "races", "results",
        "start_lists",
    )  # fmt: skip

    def __init__(self, settings: MeetSettings) -> None:
        self.info = MeetInfo(name="Meet", place=settings.place, date=settings.date)
        self.athletes: dict[str, Athlete] = {}
        self.events: dict[str, MeetEvent] = {}
        self.entries: dict[str, Entry] = {}
        """By `row_of`."""
        self.start_lists: dict[str, StartList] = {}
        self.races: dict[str, Race] = {}
        self.results: dict[str, HeldResult] = {}
        self.officials: dict[str, Official] = {}
        self.delays: dict[str, int] = {}

    def copy(self) -> Meet:
        """Another one with the same rows, which are never changed in place."""
        other = Meet(MeetSettings())
        other.info = self.info
        for name in _TABLES:
            setattr(other, name, dict(getattr(self, name)))
        return other

    def heats_of(self, event: str) -> dict[str, int]:
        """Athlete to number of heat, as the start list has them."""
        found = self.start_lists.get(event)
        return {
            lane.athlete: heat.number
            for heat in (found.heats if found else ())
            for lane in heat.lanes
        }

    def has_entries(self, event: str) -> bool:
        """Whether anybody is registered for an event itself."""
        return any(one.event == event for one in self.entries.values())

    def is_entered(self, event: str, athlete: str) -> bool:
        """Whether somebody is registered for an event, or for a combined one that it is part of."""
        return row_of(event, athlete) in self.entries or any(
            row_of(one.id, athlete) in self.entries
            for one in self.events.values()
            if any(part.event == event for part in one.parts)
        )

    def race(self, event: str, heat: int) -> Race:
        """What is known of a heat."""
        return self.races.get(row_of(event, heat)) or Race(event=event, heat=heat)


_TABLES = tuple(name for name in Meet.__slots__ if name != "info")


def row_of(event: str, other: object) -> str:
    """The key of an entry, a race or a result."""
    return f"{event}/{other}"


class _Kept(Struct):
    info: MeetInfo
    athletes: dict[str, Athlete]
    events: dict[str, MeetEvent]
    entries: dict[str, Entry]
    start_lists: dict[str, StartList]
    races: dict[str, Race]
    results: dict[str, HeldResult]
    officials: dict[str, Official]
    delays: dict[str, int]


def snapshot(state: Meet) -> Any:
    """The state's own parts: to be encoded before it changes."""
    return _Kept(**{name: getattr(state, name) for name in _Kept.__struct_fields__})


def restore(data: Any) -> Meet:
    """From what `snapshot` gave, after a trip through JSON."""
    kept = msgspec.convert(data, _Kept, strict=False)
    state = Meet(MeetSettings())
    for name in _Kept.__struct_fields__:
        setattr(state, name, getattr(kept, name))
    return state


def view(state: Meet) -> dict[str, Any]:
    """AT1: what every member may see; rows in the order in which they came."""
    return {
        "meet": state.info,
        "athletes": list(state.athletes.values()),
        "events": list(state.events.values()),
        "entries": list(state.entries.values()),
        "start_lists": list(state.start_lists.values()),
        "races": list(state.races.values()),
        "results": [
            {"result": held.result}
            | ({"was": held.was, "corrected_at": held.corrected_at} if held.was else {})
            for held in state.results.values()
        ],
        "officials": list(state.officials.values()),
        "delays": dict(state.delays),
    }

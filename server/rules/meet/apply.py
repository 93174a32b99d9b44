"""What each event does to a meet: it puts a row, or takes it away. Total. SPEC: AT1, AT9."""

from __future__ import annotations

from typing import Any

from protocol.feed import DelayChanged
from protocol.meet import (
    AthleteChanged,
    EntryChanged,
    EventChanged,
    MeetChanged,
    OfficialChanged,
    RaceChanged,
    ResultChanged,
    StartListPublished,
)
from server.rules.kind import Stamp
from server.rules.meet.state import HeldResult, Meet, row_of


def apply(state: Meet, event: Any, stamp: Stamp) -> None:
    """Changes the state; refuses nothing."""
    match event:
        case MeetChanged(now=now):
            state.info = now
        case AthleteChanged(now=now):
            state.athletes[now.id] = now
        case EventChanged(now=now):
            state.events[now.id] = now
        case EntryChanged():
            _put(state.entries, event)
        case StartListPublished(now=now):
            state.start_lists[now.event] = now
        case RaceChanged(now=now):
            state.races[row_of(now.event, now.heat)] = now
        case ResultChanged():
            _put_result(state, event, stamp.at)
        case OfficialChanged(now=now):
            state.officials[now.account] = now
        case DelayChanged(seconds=seconds):
            state.delays.pop(stamp.by, None)
            if seconds:
                state.delays[stamp.by] = seconds
        case _:
            raise AssertionError(f"expected an event of a meet, got {event!r}")


def _put(entries: dict[str, Any], event: EntryChanged) -> None:
    row = event.now or event.was
    assert row is not None, "expected a row that came or went"
    entries.pop(row_of(row.event, row.athlete), None)
    if event.now is not None:
        entries[row_of(row.event, row.athlete)] = event.now


def _put_result(state: Meet, event: ResultChanged, at: int) -> None:
    row = event.now or event.was
    assert row is not None, "expected a result that came or went"
    key = row_of(row.event, row.athlete)
    if event.now is None:
        state.results.pop(key, None)
    elif event.corrected and event.was is not None:
        state.results[key] = HeldResult(event.now, event.was, at)
    else:
        before = state.results.get(key)
        was, corrected_at = (before.was, before.corrected_at) if before else (None, 0)
        state.results[key] = HeldResult(event.now, was, corrected_at)

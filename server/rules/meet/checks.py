"""What cannot be so in a meet: the property that is wrong in an event, an entry or a result. Pure.
SPEC: AT7, AT22 to AT25."""

from __future__ import annotations

from itertools import pairwise

from protocol.meet import Entry, MeetEvent, Result
from server.rules.meet.combined import SORTS, TABLES
from server.rules.meet.state import Meet


def wrong_event(meet: Meet, event: MeetEvent) -> str | None:
    """The property of an event that cannot be so; None: it can."""
    was = meet.events.get(event.id)
    if was is not None and was.sort != event.sort:
        return "sort"
    if list(event.heights) != sorted(set(event.heights)):
        return "heights"
    if event.laps and (event.sort != "track" or event.legs):
        return "laps"
    if event.legs and (event.sort != "track" or event.legs == 1):
        return "legs"
    if was is not None and bool(was.legs) != bool(event.legs) and meet.has_entries(event.id):
        return "legs"
    return _wrong_parts(meet, event)


def _wrong_parts(meet: Meet, event: MeetEvent) -> str | None:
    if event.sort != "combined":
        return "parts" if event.parts else "table" if event.table else None
    if event.table is None:
        return "table"
    if not event.parts or len({one.event for one in event.parts}) < len(event.parts):
        return "parts"
    for part in event.parts:
        known = meet.events.get(part.event)
        if known is None or known.legs or part.discipline not in TABLES[event.table]:
            return "parts"
        if known.sort != SORTS[part.discipline]:
            return "parts"
    return None


def wrong_entry(meet: Meet, entry: Entry) -> str | None:
    """The same of a registration."""
    event, athlete = meet.events.get(entry.event), meet.athletes.get(entry.athlete)
    if event is None:
        return "event"
    if athlete is None or athlete.team != bool(event.legs):
        return "athlete"
    members = [meet.athletes.get(one) for one in entry.members]
    if entry.members and (
        len(entry.members) != event.legs
        or len(set(entry.members)) < len(entry.members)
        or any(one is None or one.team for one in members)
    ):
        return "members"
    return None


def wrong_result(meet: Meet, result: Result) -> str | None:
    """The same of a result."""
    event = meet.events.get(result.event)
    if event is None:
        return "event"
    if not meet.is_entered(result.event, result.athlete):
        return "athlete"
    if result.rule and result.status != "DQ":
        return "rule"
    if result.changeover is not None and (result.status != "DQ" or result.changeover >= event.legs):
        return "changeover"
    return _wrong_time(event, result) or _wrong_marks(event, result)


def _wrong_time(event: MeetEvent, result: Result) -> str | None:
    if result.time is not None and (event.sort != "track" or result.status in {"DNS", "DNF"}):
        return "time"
    splits, most = result.splits, event.laps or event.legs
    if len(splits) > most or any(later <= sooner for sooner, later in pairwise(splits)):
        return "splits"
    # The last one is the end itself, which timing knows better than who counts laps.
    if result.time is not None and any(one >= result.time for one in splits[: most - 1]):
        return "splits"
    return None


def _wrong_marks(event: MeetEvent, result: Result) -> str | None:
    if result.attempts and (
        event.sort != "distance"
        or len(result.attempts) > event.attempts
        or any(one.mark is not None and one.passed for one in result.attempts)
        or (not event.wind and any(one.wind is not None for one in result.attempts))
    ):
        return "attempts"
    heights = [one.height for one in result.trials]
    if result.trials and (
        event.sort != "height"
        or heights != sorted(set(heights))
        or (event.heights and not set(heights) <= set(event.heights))
    ):
        return "trials"
    if result.jump_off and (
        event.sort != "height" or any(one.tries not in {"o", "x", "r"} for one in result.jump_off)
    ):
        return "jump_off"
    return None

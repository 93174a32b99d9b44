"""A meet as a kind of room: what each office may change, which event that is. Pure. SPEC: AT."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from protocol import meet as words
from protocol.feed import DelayChanged, SetDelay
from protocol.meet import Office, Race, Result
from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind, Stamp
from server.rules.meet import state as states
from server.rules.meet.apply import apply
from server.rules.meet.checks import wrong_entry, wrong_event, wrong_result
from server.rules.meet.offices import TABLE, may
from server.rules.meet.state import Meet, row_of
from server.rules.rights import EVERYBODY, ROLES, Right

_BY_OFFICE = Right(
    frozenset(ROLES), {"editor": "by office", "annotator": "by office", "viewer": "by office"}
)
"""AT2: owners are chief registrars; everybody else is what the chief registrar has said."""

_STALE = Rejected("nothing_changes")
_FORBIDDEN = Rejected("forbidden")


def _wrong(name: str) -> Rejected:
    return Rejected("bad_property", {"property": name})


def _full(limit: str) -> Rejected:
    return Rejected("limit_reached", {"limit": limit})


def office_of(meet: Meet, context: Context) -> Office:
    """What somebody is in this meet."""
    if context.role == "owner":
        return "chief_registrar"
    found = meet.officials.get(context.account)
    return "viewer" if found is None else found.office


def _own(meet: Meet, context: Context, bound: str, athlete: str) -> bool:
    """Whether a coach's or an athlete's bound holds an athlete."""
    official = meet.officials.get(context.account)
    if bound == "yes" or official is None:
        return bound == "yes"
    if bound == "oneself":
        return official.athlete == athlete
    known = meet.athletes.get(athlete)
    return bound == "own club" and known is not None and known.club == official.club != ""


_Decide = Callable[[Meet, Any, Context, str], Decision]


def _set_meet(meet: Meet, command: words.SetMeet, _context: Context, _bound: str) -> Decision:
    if command.meet == meet.info:
        return _STALE
    return Accepted([words.MeetChanged(meet.info, command.meet)])


def _set_official(
    meet: Meet, command: words.SetOfficial, context: Context, _bound: str
) -> Decision:
    official = command.official
    if official.account not in context.names:
        return Rejected("unknown_member")
    was = meet.officials.get(official.account)
    if official == was:
        return _STALE
    if official.office == "athlete" and official.athlete not in meet.athletes:
        return _wrong("athlete")
    if was is None and len(meet.officials) >= words.OFFICIALS_MAX:
        return _full("officials_max")
    return Accepted([words.OfficialChanged(official, was)])


def _set_athlete(meet: Meet, command: words.SetAthlete, context: Context, bound: str) -> Decision:
    athlete, was = command.athlete, meet.athletes.get(command.athlete.id)
    if bound != "yes":
        official = meet.officials[context.account]
        mine = bound == "own club" and athlete.club == official.club != ""
        if bound == "oneself":
            mine = was is not None and (athlete.id, athlete.club) == (official.athlete, was.club)
        if not mine or (was is not None and not _own(meet, context, bound, athlete.id)):
            return _FORBIDDEN
    if athlete == was:
        return _STALE
    if was is not None and was.team != athlete.team:
        return _wrong("team")
    if was is None and len(meet.athletes) >= words.ATHLETES_MAX:
        return _full("athletes_max")
    return Accepted([words.AthleteChanged(athlete, was)])


def _set_event(meet: Meet, command: words.SetEvent, _context: Context, _bound: str) -> Decision:
    event, was = command.event, meet.events.get(command.event.id)
    if event == was:
        return _STALE
    wrong = wrong_event(meet, event)
    if wrong is not None:
        return _wrong(wrong)
    if was is None and len(meet.events) >= words.EVENTS_MAX:
        return _full("events_max")
    return Accepted([words.EventChanged(event, was)])


def _set_entry(meet: Meet, command: words.SetEntry, context: Context, bound: str) -> Decision:
    entry = command.entry
    event, was = meet.events.get(entry.event), meet.entries.get(row_of(entry.event, entry.athlete))
    wrong = wrong_entry(meet, entry)
    if event is None or wrong is not None:
        return _wrong(wrong or "event")
    if not all(_own(meet, context, bound, one) for one in (entry.athlete, *entry.members)):
        return _FORBIDDEN
    if bound != "yes" and event.phase != "registration":
        return Rejected("settled")
    if entry == was:
        return _STALE
    if was is None and len(meet.entries) >= words.ENTRIES_MAX:
        return _full("entries_max")
    return Accepted([words.EntryChanged(entry, was)])


def _withdraw(meet: Meet, command: words.WithdrawEntry, context: Context, bound: str) -> Decision:
    was = meet.entries.get(row_of(command.event, command.athlete))
    if not _own(meet, context, bound, command.athlete):
        return _FORBIDDEN
    if was is None:
        return _STALE
    if bound != "yes" and meet.events[command.event].phase != "registration":
        return Rejected("settled")
    return Accepted([words.EntryChanged(None, was)])


def _publish(
    meet: Meet, command: words.PublishStartList, _context: Context, _bound: str
) -> Decision:
    start_list, was = command.start_list, meet.start_lists.get(command.start_list.event)
    event = meet.events.get(start_list.event)
    if event is None:
        return _wrong("event")
    athletes = [lane.athlete for heat in start_list.heats for lane in heat.lanes]
    numbers = [heat.number for heat in start_list.heats]
    if len(set(athletes)) < len(athletes):
        return _wrong("athlete")
    if event.sort == "combined" or not all(meet.is_entered(event.id, one) for one in athletes):
        return _wrong("entry")
    if any(len({lane.lane for lane in heat.lanes}) < len(heat.lanes) for heat in start_list.heats):
        return _wrong("lane")
    if len(set(numbers)) < len(numbers):
        return _wrong("heat")
    if start_list == was:
        return _STALE
    events: list[Struct] = [words.StartListPublished(start_list, was)]
    return Accepted(events)


def _race(meet: Meet, event: str, heat: int) -> Race | None:
    found = meet.start_lists.get(event)
    known = found is not None and any(one.number == heat for one in found.heats)
    return meet.race(event, heat) if known else None


def _start(meet: Meet, command: words.StartRace, context: Context, _bound: str) -> Decision:
    race = _race(meet, command.event, command.heat)
    if race is None:
        return _wrong("heat")
    if race.started:
        return _STALE
    was = meet.races.get(row_of(command.event, command.heat))
    now = replace(race, started=True, started_at=context.now)
    return Accepted([words.RaceChanged(now, was)])


def _wind(meet: Meet, command: words.SetWind, _context: Context, _bound: str) -> Decision:
    race = _race(meet, command.event, command.heat)
    if race is None or not meet.events[command.event].wind:
        return _wrong("heat" if race is None else "wind")
    if race.wind == command.wind:
        return _STALE
    was = meet.races.get(row_of(command.event, command.heat))
    now = replace(race, wind=command.wind)
    return Accepted([words.RaceChanged(now, was)])


def _record_lap(meet: Meet, command: words.RecordLap, context: Context, _bound: str) -> Decision:
    event = meet.events.get(command.event)
    heat = meet.heats_of(command.event).get(command.athlete)
    if event is None or not event.laps:
        return _wrong("event")
    if heat is None:
        return _wrong("athlete")
    if event.phase == "official":
        return Rejected("settled")
    held = meet.results.get(row_of(command.event, command.athlete))
    was = Result(event=command.event, athlete=command.athlete) if held is None else held.result
    if command.lap <= len(was.splits):
        return _STALE
    started_at = meet.race(event.id, heat).started_at
    if command.time is None and started_at is None:
        return _wrong("heat")
    time = command.time or max(1, context.now - (started_at or 0))
    now = replace(was, splits=(*was.splits, time))
    if command.lap != len(now.splits) or was.status:
        return _wrong("lap")
    wrong = wrong_result(meet, now)
    if wrong is not None:
        return _wrong("lap" if wrong == "splits" else wrong)
    return Accepted([words.ResultChanged(now, held and held.result)])


def _set_result(meet: Meet, command: words.SetResult, _context: Context, bound: str) -> Decision:
    result = command.result
    held = meet.results.get(row_of(result.event, result.athlete))
    was = None if held is None else held.result
    if bound != "yes":  # a starter takes somebody out, and touches nothing else
        bare = Result(event=result.event, athlete=result.athlete)
        same = replace(result, status="", rule="") == replace(was or bare, status="", rule="")
        if result.status not in {"DNS", "DQ"} or not same:
            return _FORBIDDEN
        if was is not None and meet.events[result.event].phase == "official":
            return Rejected("settled")
    wrong = wrong_result(meet, result)
    if wrong is not None:
        return _wrong(wrong)
    if result == was:
        return _STALE
    corrected = meet.events[result.event].phase == "official" and was is not None
    return Accepted([words.ResultChanged(result, was, corrected)])


def _clear(meet: Meet, command: words.ClearResult, _context: Context, _bound: str) -> Decision:
    held = meet.results.get(row_of(command.event, command.athlete))
    if held is None:
        return _STALE
    corrected = meet.events[command.event].phase == "official"
    return Accepted([words.ResultChanged(None, held.result, corrected)])


_DECIDE: dict[type[Struct], _Decide] = {
    words.SetMeet: _set_meet,
    words.SetOfficial: _set_official,
    words.SetEvent: _set_event,
    words.SetAthlete: _set_athlete,
    words.SetEntry: _set_entry,
    words.WithdrawEntry: _withdraw,
    words.PublishStartList: _publish,
    words.StartRace: _start,
    words.SetWind: _wind,
    words.RecordLap: _record_lap,
    words.SetResult: _set_result,
    words.ClearResult: _clear,
}


def _tag(command: type[Struct]) -> str:
    return str(command.__struct_config__.tag)


def _decide_one(meet: Meet, command: Struct, context: Context) -> Decision:
    decide = _DECIDE.get(type(command))
    if decide is None:
        return Rejected("bad_command")
    bound = may(office_of(meet, context), _tag(type(command)))
    return _FORBIDDEN if bound == "no" else decide(meet, command, context, bound)


def _decide_all(meet: Meet, command: words.ChangeAll, context: Context) -> Decision:
    """AT5: one after the other, each on what those before it leave."""
    after, events = meet.copy(), list[Struct]()
    for number, change in enumerate(command.changes):
        decision = _decide_one(after, change, context)
        if isinstance(decision, Accepted):
            for event in decision.events:
                apply(after, event, _UNSTAMPED)
            events.extend(decision.events)
        elif decision != _STALE:
            return Rejected(decision.code, {**(decision.detail or {}), "change": number})
    return Accepted(events) if events else _STALE


_UNSTAMPED = Stamp(0, 0, "", "", 0)


def _decide(meet: Meet, command: Struct, context: Context) -> Decision:
    if context.role not in ROLES:
        return _FORBIDDEN
    if isinstance(command, SetDelay):
        if command.seconds == meet.delays.get(context.account, 0):
            return _STALE
        return Accepted([DelayChanged(command.seconds)])
    if isinstance(command, words.ChangeAll):
        if may(office_of(meet, context), "changes") == "no":
            return _FORBIDDEN
        return _decide_all(meet, command, context)
    return _decide_one(meet, command, context)


MEET: RoomKind[Meet] = RoomKind(
    name="meet",
    settings=words.MeetSettings,
    command=words.MeetCommand,
    event=words.MeetRoomEvent,
    presence=words.MeetPresence,
    initial=Meet,
    decide=_decide,
    apply=apply,
    snapshot=states.snapshot,
    restore=states.restore,
    view=states.view,
    may=dict.fromkeys(TABLE, _BY_OFFICE) | {_tag(SetDelay): EVERYBODY},
    delay_s=lambda meet, account: meet.delays.get(account, 0),
    delayed_by=(_tag(DelayChanged),),
)
"""The kind."""

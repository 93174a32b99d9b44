"""What is said in an athletics meet: schedule, registrations, start lists, races, attempts, results
and their corrections. Types and their bounds only; rules are server/rules/meet/. SPEC: AT.

The state is rows, each whole and named by its key; every command puts a row, and every event has
the row as it was (`was`, null: there was none) and as it is (`now`, null: it is gone). The view
(`state.kind` of a snapshot) is

    {"meet": {…}, "athletes": [{…}], "events": [{…}], "entries": [{…}], "start_lists": [{…}],
     "races": [{…}], "results": [{"result": {…}, "was": {…}, "corrected_at": 1759…}],
     "officials": [{…}], "delays": {"a_…": 30}}

Times are ms, marks and heights mm, wind is tenths of a metre a second, all as they were measured;
what they come to officially is worked out by ranking.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from protocol.feed import DelayChanged, SetDelay

EVENTS_MAX = 200
ATHLETES_MAX = 2_000
ENTRIES_MAX = 5_000
OFFICIALS_MAX = 500
HEATS_MAX = 40
LANES_MAX = 60
ATTEMPTS_MAX = 6
HEIGHTS_MAX = 40
LAPS_MAX = 125
"""Of 50 km on a track."""
LEGS_MAX = 10
PARTS_MAX = 20
CHANGES_MAX = 200

Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,40}$", max_length=40)]
Words = Annotated[str, Meta(max_length=64)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
Milliseconds = Annotated[int, Meta(ge=1, le=86_400_000)]
Millimetres = Annotated[int, Meta(ge=1, le=200_000)]
WindField = Annotated[int, Meta(ge=-200, le=200)]
HeatField = Annotated[int, Meta(ge=1, le=HEATS_MAX)]
LogTime = Annotated[int, Meta(ge=0, le=2**53 - 1)]

Sort = Literal["track", "distance", "height", "combined"]
"""By time; by the longest of attempts; by the highest height cleared; by points of other events."""
Discipline = Literal[
    "60", "100", "200", "400", "800", "1000", "1500", "60H", "100H", "110H",
    "LJ", "HJ", "PV", "SP", "DT", "JT",
]  # fmt: skip
"""By which scoring table a part of a combined event is counted: metres of a race, H: hurdles."""
ScoringTable = Literal["men", "women"]
Timing = Literal["photo", "hand", "road"]
Status = Literal["", "DNS", "DNF", "DQ", "NM", "NH", "r"]
"""World Athletics' abbreviations; NM and NH follow from attempts, r: retired."""
Office = Literal["chief_registrar", "registrar", "starter", "coach", "athlete", "viewer"]
Phase = Literal["registration", "closed", "started", "official"]


class _Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class MeetInfo(_Row, frozen=True):
    """The meet itself."""

    name: Name
    place: Words = ""
    date: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$", max_length=10)] = ""


class Athlete(_Row, frozen=True):
    """Somebody who may be entered."""

    id: Key
    name: Name
    club: Words = ""
    bib: Annotated[int, Meta(ge=1, le=99_999)] | None = None
    born: Annotated[int, Meta(ge=1900, le=2100)] | None = None
    team: bool = False
    """Whether it is a relay team, whose members are said by its entry."""


class Record(_Row, frozen=True):
    """A mark to beat."""

    name: Annotated[str, Meta(min_length=1, max_length=8)]
    """`WR`, `NR`, `MR`."""
    value: Annotated[int, Meta(ge=1, le=86_400_000)]
    """ms or mm."""


class Part(_Row, frozen=True):
    """One event of a combined one."""

    event: Key
    discipline: Discipline


class MeetEvent(_Row, frozen=True):
    """One event, or one round of it."""

    id: Key
    name: Name
    sort: Sort
    starts: Annotated[str, Meta(pattern=r"^(\d{2}:\d{2})?$", max_length=5)] = ""
    """Time of day in the schedule."""
    round: Words = ""
    timing: Timing = "photo"
    metres: Annotated[int, Meta(ge=0, le=200_000)] = 0
    """Of a race; how times are rounded depends on it."""
    wind: bool = False
    """Whether wind is measured: sprints to 200 m, long and triple jump."""
    attempts: Annotated[int, Meta(ge=1, le=ATTEMPTS_MAX)] = 6
    heights: Annotated[tuple[Millimetres, ...], Meta(max_length=HEIGHTS_MAX)] = ()
    """Of vertical jumps, rising."""
    records: Annotated[tuple[Record, ...], Meta(max_length=8)] = ()
    laps: Annotated[int, Meta(ge=0, le=LAPS_MAX)] = 0
    """How often a runner passes the finish line, the end included; 0: laps are not counted."""
    legs: Annotated[int, Meta(ge=0, le=LEGS_MAX)] = 0
    """Of a relay; 0: it is none."""
    finalists: Annotated[int, Meta(ge=0, le=LANES_MAX)] = 8
    """Of throws and long jumps, who have more than the first three attempts; 0: everybody."""
    table: ScoringTable | None = None
    parts: Annotated[tuple[Part, ...], Meta(max_length=PARTS_MAX)] = ()
    """Of a combined event, in their order."""
    phase: Phase = "registration"
    """`official`: results stand, and what changes them is a correction."""


class Entry(_Row, frozen=True):
    """An athlete's registration for an event."""

    event: Key
    athlete: Key
    seed: Annotated[int, Meta(ge=1, le=86_400_000)] | None = None
    """Best mark of before: ms or mm; points of a combined event."""
    members: Annotated[tuple[Key, ...], Meta(max_length=LEGS_MAX)] = ()
    """Of a relay team, in the order in which they run; empty: not said yet."""


class Lane(_Row, frozen=True):
    """Where an athlete starts."""

    lane: Annotated[int, Meta(ge=1, le=LANES_MAX)]
    """Or the place in the order of attempts."""
    athlete: Key


class Heat(_Row, frozen=True):
    """Who starts together."""

    number: HeatField
    lanes: Annotated[tuple[Lane, ...], Meta(min_length=1, max_length=LANES_MAX)]


class StartList(_Row, frozen=True):
    """Who starts where."""

    event: Key
    heats: Annotated[tuple[Heat, ...], Meta(min_length=1, max_length=HEATS_MAX)]


class Race(_Row, frozen=True):
    """What is known of one heat besides its results."""

    event: Key
    heat: HeatField
    started: bool = False
    wind: WindField | None = None
    started_at: LogTime | None = None
    """When its start was told; laps are counted from here."""


class Attempt(_Row, frozen=True):
    """One throw or horizontal jump: a mark, a foul (x) or a pass (-)."""

    mark: Millimetres | None = None
    passed: bool = False
    wind: WindField | None = None


class Trials(_Row, frozen=True):
    """What somebody did at one height: `o`, `xo`, `xxo`, `x-`, `xxx`, `-`, `r`."""

    height: Millimetres
    tries: Annotated[str, Meta(pattern=r"^(x{0,2}o|x{1,3}|x{0,2}-|x{0,2}r)$", max_length=3)]


class Result(_Row, frozen=True):
    """What an athlete has achieved in an event so far, whole."""

    event: Key
    athlete: Key
    time: Milliseconds | None = None
    attempts: Annotated[tuple[Attempt, ...], Meta(max_length=ATTEMPTS_MAX)] = ()
    trials: Annotated[tuple[Trials, ...], Meta(max_length=HEIGHTS_MAX)] = ()
    jump_off: Annotated[tuple[Trials, ...], Meta(max_length=HEIGHTS_MAX)] = ()
    """One attempt a round, `o`, `x` or `r`, at heights that go up and down."""
    splits: Annotated[tuple[Milliseconds, ...], Meta(max_length=LAPS_MAX)] = ()
    """Time since the start at the end of each lap, or of each leg of a relay."""
    status: Status = ""
    rule: Annotated[str, Meta(max_length=16)] = ""
    """Of a disqualification, like `TR16.8`."""
    changeover: Annotated[int, Meta(ge=1, le=LEGS_MAX)] | None = None
    """Of a relay, after which leg the disqualification came about."""


class Official(_Row, frozen=True):
    """Whose office in the meet is what: a coach's club, an athlete's own row."""

    account: Annotated[str, Meta(min_length=1, max_length=64)]
    office: Office
    club: Words = ""
    athlete: Annotated[str, Meta(max_length=40)] = ""


class MeetSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a meet is made with."""

    place: Words = ""
    date: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$", max_length=10)] = ""


class MeetFile(_Row, frozen=True):
    """A whole meet as a file; SPEC section Meets names every part."""

    format: Literal["touchline.meet"]
    version: Literal[1]
    meet: MeetInfo
    athletes: Annotated[tuple[Athlete, ...], Meta(max_length=ATHLETES_MAX)] = ()
    events: Annotated[tuple[MeetEvent, ...], Meta(max_length=EVENTS_MAX)] = ()
    entries: Annotated[tuple[Entry, ...], Meta(max_length=ENTRIES_MAX)] = ()
    start_lists: Annotated[tuple[StartList, ...], Meta(max_length=EVENTS_MAX)] = ()
    races: Annotated[tuple[Race, ...], Meta(max_length=EVENTS_MAX * HEATS_MAX)] = ()
    results: Annotated[tuple[Result, ...], Meta(max_length=ENTRIES_MAX)] = ()


# --- commands


class _Command(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class SetMeet(_Command, frozen=True, tag="meet.set"):
    """The meet's own row."""

    meet: MeetInfo


class SetAthlete(_Command, frozen=True, tag="athlete.set"):
    """An athlete, new or changed."""

    athlete: Athlete


class SetEvent(_Command, frozen=True, tag="event.set"):
    """An event, new or changed; its phase too."""

    event: MeetEvent


class SetEntry(_Command, frozen=True, tag="entry.set"):
    """Registers an athlete for an event."""

    entry: Entry


class WithdrawEntry(_Command, frozen=True, tag="entry.withdraw"):
    """Takes a registration back."""

    event: Key
    athlete: Key


class PublishStartList(_Command, frozen=True, tag="start_list.publish"):
    """An event's start list, or another one in its place."""

    start_list: StartList


class StartRace(_Command, frozen=True, tag="race.start"):
    """A heat is on its way."""

    event: Key
    heat: HeatField


class SetWind(_Command, frozen=True, tag="wind.set"):
    """Wind of a heat; null: not measured."""

    event: Key
    heat: HeatField
    wind: WindField | None


class RecordLap(_Command, frozen=True, tag="lap.record"):
    """A runner has passed the finish line. Of two who count the same lap the first is taken."""

    event: Key
    athlete: Key
    lap: Annotated[int, Meta(ge=1, le=LAPS_MAX)]
    time: Milliseconds | None = None
    """Since the start; null: now."""


class SetResult(_Command, frozen=True, tag="result.set"):
    """A result, whole: new or corrected."""

    result: Result


class ClearResult(_Command, frozen=True, tag="result.clear"):
    """There is no such result."""

    event: Key
    athlete: Key


class SetOfficial(_Command, frozen=True, tag="official.set"):
    """Whose office is what."""

    official: Official


Change = (
    SetMeet | SetAthlete | SetEvent | SetEntry | WithdrawEntry | PublishStartList | StartRace
    | SetWind | RecordLap | SetResult | ClearResult | SetOfficial
)  # fmt: skip


class ChangeAll(_Command, frozen=True, tag="changes"):
    """Several changes as one entry: all, or none where one is refused. Those that change nothing
    are passed over."""

    changes: Annotated[tuple[Change, ...], Meta(min_length=1, max_length=CHANGES_MAX)]


MeetCommand = (
    SetMeet | SetAthlete | SetEvent | SetEntry | WithdrawEntry | PublishStartList | StartRace
    | SetWind | RecordLap | SetResult | ClearResult | SetOfficial | ChangeAll | SetDelay
)  # fmt: skip


# --- events


class _Event(Struct, frozen=True, omit_defaults=True):
    pass


class MeetChanged(_Event, frozen=True, tag="meet.changed"):
    """`meet.set`."""

    was: MeetInfo
    now: MeetInfo


class AthleteChanged(_Event, frozen=True, tag="athlete.changed"):
    """`athlete.set`."""

    now: Athlete
    was: Athlete | None = None


class EventChanged(_Event, frozen=True, tag="event.changed"):
    """`event.set`."""

    now: MeetEvent
    was: MeetEvent | None = None


class EntryChanged(_Event, frozen=True, tag="entry.changed"):
    """`entry.set`, `entry.withdraw`."""

    now: Entry | None = None
    was: Entry | None = None


class StartListPublished(_Event, frozen=True, tag="start_list.published"):
    """`start_list.publish`."""

    now: StartList
    was: StartList | None = None


class RaceChanged(_Event, frozen=True, tag="race.changed"):
    """`race.start`, `wind.set`."""

    now: Race
    was: Race | None = None


class ResultChanged(_Event, frozen=True, tag="result.changed"):
    """`corrected`: the results of the event were official."""

    now: Result | None = None
    was: Result | None = None
    corrected: bool = False


class OfficialChanged(_Event, frozen=True, tag="official.changed"):
    """`official.set`."""

    now: Official
    was: Official | None = None


MeetRoomEvent = (
    MeetChanged | AthleteChanged | EventChanged | EntryChanged | StartListPublished | RaceChanged
    | ResultChanged | OfficialChanged | DelayChanged
)  # fmt: skip


class LookAtEvent(Struct, frozen=True, forbid_unknown_fields=True, tag="look", gc=False):
    """Presence: the event that somebody looks at; null: the schedule."""

    event: Key | None


MeetPresence = LookAtEvent

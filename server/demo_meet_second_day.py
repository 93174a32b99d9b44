"""The second day of the meet that never was (demo_meet.py): a long race that is over, another that
is run, with somebody lapped; a relay with a changeover outside its zone; a heptathlon after five of
seven events; a throw of which the final is to come; a pole vault with a jump-off. Pure. SPEC: AT19.
"""

from __future__ import annotations

import random
from itertools import accumulate
from typing import Any

from protocol.meet import (
    Athlete,
    Attempt,
    Discipline,
    Entry,
    Heat,
    Lane,
    MeetEvent,
    MeetFile,
    Part,
    Race,
    Record,
    Result,
    StartList,
    Trials,
)

RUNNERS = 9
THROWERS = 10
LAPS_RUN = 14
"""Of the race that is under way."""
LEGS = 4
TEAMS = ("Harbour AC", "Northside", "Riverside", "Summit TF")
VAULT = (3_800, 4_000, 4_200, 4_400, 4_500, 4_600)

_LONG: tuple[dict[str, Any], ...] = (
    {"id": "5000m-m", "name": "5000 m men", "metres": 5_000, "laps": 13, "starts": "17:30"},
    {"id": "10000m-w", "name": "10,000 m women", "metres": 10_000, "laps": 25, "starts": "19:40"},
)
_PARTS: tuple[tuple[Discipline, dict[str, Any], tuple[int, ...]], ...] = (
    ("100H", {"name": "100 m hurdles", "sort": "track", "metres": 100, "wind": True,
              "starts": "10:00"}, (13_520, 13_870, 14_050, 14_610)),
    ("HJ", {"name": "High jump", "sort": "height", "starts": "10:40",
            "heights": (1_620, 1_650, 1_680, 1_710, 1_740, 1_770)}, (1_770, 1_710, 1_740, 1_680)),
    ("SP", {"name": "Shot put", "sort": "distance", "attempts": 3, "starts": "12:10"},
     (13_120, 14_060, 12_310, 11_870)),
    ("200", {"name": "200 m", "sort": "track", "metres": 200, "wind": True, "starts": "13:20"},
     (24_310, 24_880, 24_790, 25_640)),
    ("LJ", {"name": "Long jump", "sort": "distance", "attempts": 3, "wind": True,
            "starts": "15:00"}, (6_230, 5_910, 6_110, 5_720)),
    ("JT", {"name": "Javelin throw", "sort": "distance", "attempts": 3, "starts": "16:10"}, ()),
    ("800", {"name": "800 m", "sort": "track", "metres": 800, "starts": "20:10"}, ()),
)  # fmt: skip


class _Day:
    """What the day comes to, part by part."""

    def __init__(self, seed: int, first_bib: int) -> None:
        self.dice = random.Random(seed + 1)  # noqa: S311 - a made-up meet, always the same
        self.bib = first_bib
        self.athletes: list[Athlete] = []
        self.events: list[MeetEvent] = []
        self.entries: list[Entry] = []
        self.lists: list[StartList] = []
        self.races: list[Race] = []
        self.results: list[Result] = []

    def athlete(self, names: tuple[str, ...], families: tuple[str, ...], club: str) -> str:
        """Somebody new; returns the id."""
        self.bib += 1
        name = f"{self.dice.choice(names)} {self.dice.choice(families)}"
        self.athletes.append(Athlete(id=f"a{self.bib}", name=name, club=club, bib=100 + self.bib))
        return f"a{self.bib}"

    def event(self, event: MeetEvent, field: list[str], *, entered: bool = True) -> None:
        """An event with its entries and a start list of one heat, which has begun."""
        self.events.append(event)
        if entered:
            self.entries += [Entry(event=event.id, athlete=one) for one in field]
        lanes = tuple(Lane(lane=n, athlete=one) for n, one in enumerate(field, 1))
        heats = (Heat(number=1, lanes=lanes),)
        self.lists.append(StartList(event=event.id, heats=heats))
        if event.sort == "track" and event.phase in {"started", "official"}:
            wind = self.dice.randint(-9, 18) if event.wind else None
            self.races.append(Race(event=event.id, heat=1, started=True, wind=wind))


def with_second_day(
    first: MeetFile, seed: int, names: tuple[str, ...], families: tuple[str, ...]
) -> MeetFile:
    """A meet with its second day."""
    day = _Day(seed, len(first.athletes))

    def some(count: int) -> list[str]:
        return [day.athlete(names, families, day.dice.choice(TEAMS)) for _ in range(count)]

    _run_long(day, some(RUNNERS), running=False)
    _run_long(day, some(RUNNERS), running=True)
    _run_relay(day, names, families)
    _heptathlon(day, some(LEGS))
    _throw(day, some(THROWERS))
    _vault(day, some(5))
    return MeetFile(
        format=first.format,
        version=first.version,
        meet=first.meet,
        athletes=(*first.athletes, *day.athletes),
        # A combined event is of events that are there already.
        events=(*first.events, *sorted(day.events, key=lambda one: one.sort == "combined")),
        entries=(*first.entries, *day.entries),
        start_lists=(*first.start_lists, *day.lists),
        races=(*first.races, *day.races),
        results=(*first.results, *day.results),
    )


def _run_long(day: _Day, field: list[str], *, running: bool) -> None:
    told = _LONG[running]
    event = MeetEvent(**told, sort="track", phase="started" if running else "official")
    day.event(event, field)
    part = event.metres / event.laps / 400
    until = LAPS_RUN if running else event.laps
    leader = 0
    for number, athlete in enumerate(field):
        # The last of the field is so slow that the leader comes by again.
        pace = (66_500 + 900 * number + 8_000 * (number == RUNNERS - 1)) * part
        laps = [round(pace) + day.dice.randint(-900, 900) for _ in range(event.laps)]
        splits = tuple(accumulate(laps))
        leader = leader or splits[until - 1] + 20_000
        who: dict[str, Any] = {"event": event.id, "athlete": athlete}
        if running:
            day.results.append(
                Result(**who, splits=tuple(one for one in splits[:until] if one <= leader))
            )
        elif number == RUNNERS - 2:
            day.results.append(Result(**who, splits=splits[:7], status="DNF"))
        else:
            day.results.append(Result(**who, splits=splits[:-1], time=splits[-1]))


def _run_relay(day: _Day, names: tuple[str, ...], families: tuple[str, ...]) -> None:
    event = MeetEvent(
        id="4x100m-w", name="4 x 100 m women", sort="track", metres=400, legs=LEGS, starts="20:30",
        phase="official", records=(Record(name="MR", value=44_900),),
    )  # fmt: skip
    teams: list[str] = []
    for number, club in enumerate(TEAMS, 1):
        members = tuple(day.athlete(names, families, club) for _ in range(LEGS))
        team = f"team{number}"
        day.athletes.append(Athlete(id=team, name=club, club=club, team=True))
        day.entries.append(Entry(event=event.id, athlete=team, members=members))
        teams.append(team)
    day.event(event, teams, entered=False)
    for number, team in enumerate(teams):
        who: dict[str, Any] = {"event": event.id, "athlete": team}
        legs = tuple(accumulate(11_400 + day.dice.randint(-350, 450) for _ in range(LEGS)))
        if number == LEGS - 1:
            day.results.append(Result(**who, splits=legs[:2], status="DQ", changeover=2))
        else:
            day.results.append(Result(**who, splits=legs[:-1], time=legs[-1]))


def _heptathlon(day: _Day, field: list[str]) -> None:
    for number, (discipline, told, values) in enumerate(_PARTS, 1):
        phase: Any = "official" if values else "closed"
        name = f"Heptathlon: {told['name']}"
        told_of: dict[str, Any] = {
            **told,
            "id": f"hep-{number}-{discipline}",
            "name": name,
            "phase": phase,
        }
        event = MeetEvent(**told_of)
        day.event(event, field, entered=False)
        for athlete, value in zip(field, values, strict=False):
            day.results.append(_in_part(day, event, athlete, value))
    parts = tuple(
        Part(event=f"hep-{n}-{one}", discipline=one) for n, (one, *_) in enumerate(_PARTS, 1)
    )
    event = MeetEvent(
        id="heptathlon-w", name="Heptathlon women", sort="combined", starts="10:00", table="women",
        parts=parts, phase="started", records=(Record(name="MR", value=6_100),),
    )  # fmt: skip
    day.events.append(event)
    day.entries += [Entry(event=event.id, athlete=one) for one in field]


def _in_part(day: _Day, event: MeetEvent, athlete: str, value: int) -> Result:
    who: dict[str, Any] = {"event": event.id, "athlete": athlete}
    if event.sort == "track":
        return Result(**who, time=value - day.dice.randint(0, 9))
    if event.sort == "distance":
        others = (value - day.dice.randint(80, 400), value)
        wind = day.dice.randint(-5, 18) if event.wind else None
        marks = tuple(Attempt(mark=one, wind=wind) for one in others)
        return Result(**who, attempts=(*marks, Attempt()))
    cleared = [Trials(height=one, tries="o") for one in event.heights if one <= value]
    beyond = [Trials(height=one, tries="xxx") for one in event.heights if one > value][:1]
    return Result(**who, trials=(*cleared, *beyond))


def _throw(day: _Day, field: list[str]) -> None:
    event = MeetEvent(
        id="discus-m", name="Discus throw men", sort="distance", starts="19:10", phase="started",
        records=(Record(name="MR", value=62_400),),
    )  # fmt: skip
    day.event(event, field)
    for athlete in field:
        marks = [50_000 + day.dice.randint(0, 9_000) for _ in range(3)]
        attempts = tuple(Attempt(mark=one) if one % 5 else Attempt() for one in marks)
        day.results.append(Result(event=event.id, athlete=athlete, attempts=attempts))


def _vault(day: _Day, field: list[str]) -> None:
    event = MeetEvent(
        id="pole-vault-m", name="Pole vault men", sort="height", heights=VAULT, starts="18:20",
        phase="official",
    )  # fmt: skip
    day.event(event, field)
    for athlete, tries, jump_off in zip(
        field,
        (
            ("o", "o", "xo", "o", "xxx"),
            ("o", "xo", "o", "o", "xxx"),
            ("o", "o", "o", "xo", "xxx"),
            ("xo", "o", "o", "xo", "xxx"),
            ("-", "xxx"),
        ),
        (((4_500, "x"), (4_450, "o"), (4_500, "o")), ((4_500, "x"), (4_450, "o"), (4_500, "x")),
         (), (), ()),
        strict=True,
    ):  # fmt: skip
        trials = tuple(
            Trials(height=height, tries=one) for height, one in zip(VAULT, tries, strict=False)
        )
        rounds = tuple(Trials(height=height, tries=one) for height, one in jump_off)
        day.results.append(Result(event=event.id, athlete=athlete, trials=trials, jump_off=rounds))

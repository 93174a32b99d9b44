"""A meet that never was, drawn from a seed: athletes, schedule, start lists and results of a track
and field evening, with a false start, a wind-aided jump, ties and a record, and a second day with
whatever else there is in athletics (demo_meet_second_day.py). Pure. SPEC: AT19."""

from __future__ import annotations

import random
from typing import Any

from msgspec.structs import replace

from protocol.meet import (
    Athlete,
    Attempt,
    Entry,
    Heat,
    Lane,
    MeetEvent,
    MeetFile,
    MeetInfo,
    Race,
    Record,
    Result,
    StartList,
    Trials,
)
from server.demo_meet_second_day import with_second_day

SEED = 1896
GIVEN = ("Ada", "Bea", "Cleo", "Dana", "Esi", "Femi", "Gil", "Hana", "Ida", "Jo", "Kim", "Lin")
FAMILY = ("Ashe", "Birch", "Cole", "Dunn", "Ekow", "Frost", "Gray", "Hale", "Ives", "Juna", "Kerr")
CLUBS = ("Harbour AC", "Northside", "Old Mill", "Riverside", "Summit TF", "University")
FIELD = 8
"""Athletes of one event."""
HEIGHTS = tuple(range(1_700, 2_010, 50))

_EVENTS: tuple[dict[str, Any], ...] = (
    {"id": "100m-w", "name": "100 m women", "sort": "track", "metres": 100, "wind": True,
     "starts": "18:30", "records": (Record(name="MR", value=11_480),)},
    {"id": "1500m-m", "name": "1500 m men", "sort": "track", "metres": 1_500, "starts": "18:50",
     "records": (Record(name="MR", value=221_000),)},
    {"id": "long-jump-m", "name": "Long jump men", "sort": "distance", "wind": True,
     "starts": "18:00", "records": (Record(name="MR", value=7_900),)},
    {"id": "shot-put-w", "name": "Shot put women", "sort": "distance", "starts": "18:10",
     "records": (Record(name="MR", value=16_500),)},
    {"id": "high-jump-w", "name": "High jump women", "sort": "height", "heights": HEIGHTS,
     "starts": "18:05", "records": (Record(name="MR", value=1_980),)},
    {"id": "400m-m", "name": "400 m men", "sort": "track", "metres": 400, "starts": "19:20"},
)  # fmt: skip


def made_up_meet(seed: int = SEED) -> MeetFile:
    """The meet with everything in it."""
    return with_second_day(_evening(seed), seed, GIVEN, FAMILY)


def correction_of(meet: MeetFile) -> Result:
    """The photo finish of the first race, read again once its results were official."""
    first = next(one for one in meet.results if one.event == "100m-w" and one.time)
    return replace(first, time=(first.time or 0) - 60)


def _evening(seed: int) -> MeetFile:
    """Its first day; the last event of it has entries and a start list only."""
    dice = random.Random(seed)  # noqa: S311 - a made-up meet, the same whenever it is made
    athletes: list[Athlete] = []
    entries: list[Entry] = []
    lists: list[StartList] = []
    races: list[Race] = []
    results: list[Result] = []
    events: list[MeetEvent] = []
    for number, told in enumerate(_EVENTS):
        last = number == len(_EVENTS) - 1
        event = MeetEvent(**told, phase="closed" if last else "official")
        field = [_athlete(dice, FIELD * number + n + 1) for n in range(FIELD)]
        events.append(event)
        athletes += field
        entries += [Entry(event=event.id, athlete=one.id) for one in field]
        lanes = tuple(Lane(lane=n, athlete=one.id) for n, one in enumerate(field, 1))
        lists.append(StartList(event=event.id, heats=(Heat(number=1, lanes=lanes),)))
        if last:
            continue
        if event.sort == "track":
            wind = dice.randint(-12, 19) if event.wind else None
            races.append(Race(event=event.id, heat=1, started=True, wind=wind))
        results += [_result(dice, event, one.id, n) for n, one in enumerate(field)]
    return MeetFile(
        format="touchline.meet",
        version=1,
        meet=MeetInfo(name="Evening meet", place="Harbour stadium", date="2026-06-12"),
        athletes=tuple(athletes),
        events=tuple(events),
        entries=tuple(entries),
        start_lists=tuple(lists),
        races=tuple(races),
        results=tuple(results),
    )


def _athlete(dice: random.Random, bib: int) -> Athlete:
    name = f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"
    return Athlete(id=f"a{bib}", name=name, club=dice.choice(CLUBS), bib=100 + bib)


def _result(dice: random.Random, event: MeetEvent, athlete: str, number: int) -> Result:
    who: dict[str, Any] = {"event": event.id, "athlete": athlete}
    if number == FIELD - 1:
        return Result(**who, status="DNS")
    if event.sort == "track":
        if number == FIELD - 2 and event.metres <= 400:
            return Result(**who, status="DQ", rule="TR16.8")
        if number == FIELD - 2:
            return Result(**who, status="DNF")
        base = {100: 11_300, 1_500: 219_000}.get(event.metres, 46_000)
        return Result(**who, time=base + dice.randint(0, base // 15))
    if event.sort == "distance":
        base = 6_900 if event.wind else 14_200
        attempts = tuple(_attempt(dice, base, wind=event.wind) for _ in range(event.attempts))
        return Result(**who, attempts=attempts)
    return Result(**who, trials=_trials(dice, event.heights))


def _attempt(dice: random.Random, base: int, *, wind: bool) -> Attempt:
    if dice.random() < 0.2:
        return Attempt()
    mark = base + dice.randint(0, base // 8)
    return Attempt(mark=mark, wind=dice.randint(-15, 30) if wind else None)


def _trials(dice: random.Random, heights: tuple[int, ...]) -> tuple[Trials, ...]:
    """Up to the height at which somebody fails three times."""
    made: list[Trials] = []
    ability = dice.randint(heights[0], heights[-1])
    for height in heights:
        near = 0.85 if height <= ability else 0.12
        tries = ""
        while len(tries) < 3 and not tries.endswith("o"):
            tries += "o" if dice.random() < near else "x"
        made.append(Trials(height=height, tries=tries))
        if not tries.endswith("o"):
            break
    return tuple(made)

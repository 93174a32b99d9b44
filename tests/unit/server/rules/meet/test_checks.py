"""What cannot be so in a meet."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from protocol.meet import Entry, MeetEvent, Part, Result, Trials
from server.rules.meet.checks import wrong_entry, wrong_event, wrong_result
from tests.support.meets import MeetRoom, the_meet

MEET = MeetRoom(the_meet()).state
HEPTATHLON = MEET.events["heptathlon-w"]
TEAM = MEET.entries["4x100m-w/team1"]


def new(**more: Any) -> MeetEvent:
    told: dict[str, Any] = {"id": "new", "name": "New", "sort": "track", **more}
    return MeetEvent(**told)


@pytest.mark.parametrize(
    ("event", "wrong"),
    [
        (new(laps=25), None),
        (new(sort="distance", laps=2), "laps"),
        (new(laps=4, legs=4), "laps"),
        (new(sort="height", legs=4), "legs"),
        (new(legs=1), "legs"),
        (new(sort="height", heights=(2, 1)), "heights"),
        (new(parts=HEPTATHLON.parts), "parts"),
        (new(table="men"), "table"),
        (replace(HEPTATHLON, table=None), "table"),
        (replace(HEPTATHLON, parts=()), "parts"),
        (replace(HEPTATHLON, parts=HEPTATHLON.parts[:1] * 2), "parts"),
        (replace(HEPTATHLON, parts=(Part(event="nowhere", discipline="100"),)), "parts"),
        (replace(HEPTATHLON, parts=(Part(event="100m-w", discipline="HJ"),)), "parts"),
        (replace(HEPTATHLON, parts=(Part(event="100m-w", discipline="110H"),)), "parts"),
        (replace(HEPTATHLON, parts=(Part(event="4x100m-w", discipline="400"),)), "parts"),
        (replace(HEPTATHLON, sort="track"), "sort"),
        (replace(MEET.events["4x100m-w"], legs=0), "legs"),
    ],
)
def test_AT22_AT24_events(event: MeetEvent, wrong: str | None) -> None:
    assert wrong_event(MEET, event) == wrong


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        (TEAM, None),
        (replace(TEAM, members=()), None),
        (replace(TEAM, members=TEAM.members[:3]), "members"),
        (replace(TEAM, members=TEAM.members[:1] * 4), "members"),
        (replace(TEAM, members=(*TEAM.members[:3], "team2")), "members"),
        (replace(TEAM, members=(*TEAM.members[:3], "nobody")), "members"),
        (Entry(event="100m-w", athlete="a2", members=TEAM.members), "members"),
        (Entry(event="100m-w", athlete="team1"), "athlete"),
        (Entry(event="4x100m-w", athlete="a2"), "athlete"),
        (Entry(event="nowhere", athlete="a2"), "event"),
    ],
)
def test_AT23_entries(entry: Entry, wrong: str | None) -> None:
    assert wrong_entry(MEET, entry) == wrong


def of(event: str, athlete: str, **more: Any) -> Result:
    return Result(event=event, athlete=athlete, **more)


@pytest.mark.parametrize(
    ("result", "wrong"),
    [
        (of("5000m-m", "a49", splits=(1, 2, 3)), None),
        (of("5000m-m", "a49", splits=(1, 1)), "splits"),
        (of("5000m-m", "a49", splits=tuple(range(1, 15))), "splits"),
        (of("5000m-m", "a49", splits=(1, 9), time=5), "splits"),
        (of("100m-w", "a1", splits=(1,)), "splits"),
        (of("4x100m-w", "team1", status="DQ", changeover=3), None),
        (of("4x100m-w", "team1", status="DQ", changeover=4), "changeover"),
        (of("4x100m-w", "team1", changeover=1), "changeover"),
        (of("100m-w", "a1", status="DQ", changeover=1), "changeover"),
        (of("pole-vault-m", "a97", jump_off=(Trials(height=9, tries="xo"),)), "jump_off"),
        (of("discus-m", "a87", jump_off=(Trials(height=9, tries="o"),)), "jump_off"),
        (of("heptathlon-w", "a83", status="DNF"), None),
        (of("heptathlon-w", "a83", time=5), "time"),
        (of("hep-6-JT", "a83"), None),
        (of("hep-6-JT", "a1"), "athlete"),
    ],
)
def test_AT7_AT22_AT25_results(result: Result, wrong: str | None) -> None:
    assert wrong_result(MEET, result) == wrong

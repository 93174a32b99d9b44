"""The meet's model and places of the client against the server's rules: random meets, changed at
random by every office, must come to the same view and the same places, whenever one joins."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from protocol.feed import SetDelay
from protocol.meet import (
    Attempt,
    ClearResult,
    MeetFile,
    Result,
    SetEntry,
    SetEvent,
    SetOfficial,
    SetResult,
    SetWind,
    Trials,
    WithdrawEntry,
)
from server.demo_meet import made_up_meet
from server.readers.meet_file import batches, lacking
from server.rules.meet.kind import MEET
from server.rules.meet.ranking import ranking
from tests.support.meets import EMPTY, OFFICES, MeetRoom
from tests.support.node import run_node

MEETS = 20
CHANGES = 120


def plain(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


def changes(meet: MeetFile, dice: random.Random) -> Iterator[Any]:
    yield from batches(lacking(meet, EMPTY))
    yield from (SetOfficial(one) for one in OFFICES)
    for _ in range(CHANGES):
        event = dice.choice(meet.events)
        entry = dice.choice([one for one in meet.entries if one.event == event.id])
        yield dice.choice(
            (
                SetResult(_result(dice, event.sort, entry.event, entry.athlete, wind=event.wind)),
                SetResult(_result(dice, event.sort, entry.event, entry.athlete, wind=event.wind)),
                SetEvent(replace(event, phase=dice.choice(("started", "official")))),
                SetWind(event.id, 1, dice.randint(-20, 40)),
                SetEntry(replace(entry, seed=dice.randint(1, 99))),
                WithdrawEntry(entry.event, entry.athlete),
                ClearResult(entry.event, entry.athlete),
                SetDelay(dice.choice((0, 30))),
            )
        )


def _result(dice: random.Random, sort: str, event: str, athlete: str, *, wind: bool) -> Result:
    status: Any = dice.choice(("", "", "", "DNS", "DQ", "DNF"))
    if sort == "track":
        time = None if status in {"DNS", "DNF"} else dice.choice((11_471, 11_480, 11_480, 11_502))
        return Result(event=event, athlete=athlete, time=time, status=status)
    if sort == "distance":
        marks = (None, 7_500, 7_509, 7_400, 7_920)
        attempts = tuple(
            Attempt(mark=mark, wind=dice.choice((None, 5, 20, 21)) if wind and mark else None)
            for mark in (dice.choice(marks) for _ in range(dice.randint(0, 6)))
        )
        return Result(event=event, athlete=athlete, attempts=attempts)
    tries = ("o", "xo", "xxo", "xxx", "x-", "-", "xxr")
    trials = tuple(
        Trials(height=height, tries=dice.choice(tries)) for height in range(1_700, 2_010, 50)
    )
    return Result(event=event, athlete=athlete, trials=trials[: dice.randint(0, 7)])


def played(seed: int) -> dict[str, Any]:
    dice, room = random.Random(seed), MeetRoom()
    view, turns = plain(MEET.view(room.state)), list[dict[str, Any]]()
    for command in changes(made_up_meet(seed), dice):
        before = len(room.events)
        room.told(command)
        if len(room.events) == before:
            continue
        events = plain(room.events[before:])
        entry = {"v": room.entries, "at": 1_000 * room.entries, "by": "chief", "events": events}
        turns.append({"entry": entry, "view": plain(MEET.view(room.state))})
    places = {
        event.id: [
            [one.athlete, one.place, one.value, one.status, one.wind, list(one.records),
             one.wind_aided]
            for one in ranking(room.state, event)
        ]
        for event in room.state.events.values()
    }  # fmt: skip
    return {"view": view, "turns": turns, "places": places}


def test_AT1_AT10_AT15_the_client_comes_to_the_view_and_the_places_of_the_rules() -> None:
    meets = [played(seed) for seed in range(MEETS)]
    done = run_node("tests/js/replay_meet.mjs", said="\n".join(map(json.dumps, meets)))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"][:2] == []
    assert found["entries"] > 1_000
    rows = [row for meet in meets for event in meet["places"].values() for row in event]
    # A comparison of nothing would be right as well.
    assert {row[3] for row in rows} >= {"", "DNS", "DQ", "DNF", "NM", "NH"}
    assert any(row[5] for row in rows)
    assert any(row[6] for row in rows)

"""The meet's model and places of the client against the server's rules: random meets, changed at
random by every office, must come to the same view and the same places, whenever one joins."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import msgspec
from msgspec.structs import replace

from protocol.feed import SetDelay
from protocol.meet import (
    Attempt,
    ClearResult,
    MeetEvent,
    MeetFile,
    RecordLap,
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
from server.rules.meet.ranking import final_order, ranking
from tests.support.meets import EMPTY, OFFICES, MeetRoom
from tests.support.node import run_node

MEETS = 10
CHANGES = 120


def plain(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


def changes(meet: MeetFile, dice: random.Random) -> Iterator[Any]:
    yield from batches(lacking(meet, EMPTY))
    yield from (SetOfficial(one) for one in OFFICES)
    for _ in range(CHANGES):
        event = dice.choice(meet.events)
        entries = [one for one in meet.entries if one.event == event.id]
        inside = [one for one in meet.entries if one.event == "heptathlon-w"]
        entry = dice.choice(entries or inside)
        yield dice.choice(
            (
                SetResult(_result(dice, event, entry.athlete)),
                SetResult(_result(dice, event, entry.athlete)),
                RecordLap(event.id, entry.athlete, dice.randint(1, 15), dice.randint(1, 2_000_000)),
                SetEvent(replace(event, phase=dice.choice(("started", "official")))),
                SetWind(event.id, 1, dice.randint(-20, 40)),
                SetEntry(replace(entry, seed=dice.randint(1, 99))),
                WithdrawEntry(entry.event, entry.athlete),
                ClearResult(event.id, entry.athlete),
                SetDelay(dice.choice((0, 30))),
            )
        )


def _result(dice: random.Random, event: MeetEvent, athlete: str) -> Result:
    who: dict[str, Any] = {"event": event.id, "athlete": athlete}
    status: Any = dice.choice(("", "", "", "DNS", "DQ", "DNF"))
    if event.sort == "combined":
        return Result(**who, status=status)
    if event.sort == "track":
        time = None if status in {"DNS", "DNF"} else dice.choice((11_471, 11_480, 11_480, 11_502))
        most = dice.randint(0, event.laps or event.legs)
        splits = tuple(accumulate(dice.randint(1, 900) for _ in range(most)))
        return Result(**who, time=time, status=status, splits=splits)
    if event.sort == "distance":
        marks = (None, 7_500, 7_509, 7_400, 7_920)
        attempts = tuple(
            Attempt(mark=mark, wind=dice.choice((None, 5, 20, 21)) if event.wind and mark else None)
            for mark in (dice.choice(marks) for _ in range(dice.randint(0, event.attempts)))
        )
        return Result(**who, attempts=attempts)
    tries = ("o", "xo", "xxo", "xxx", "x-", "-", "xxr")
    trials = tuple(Trials(height=height, tries=dice.choice(tries)) for height in event.heights)
    rounds = tuple(
        Trials(height=2_000, tries=dice.choice(("o", "x", "r"))) for _ in range(dice.randint(0, 3))
    )
    return Result(**who, trials=trials[: dice.randint(0, 7)], jump_off=rounds)


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
             one.wind_aided, one.laps, one.lapped, list(one.points)]
            for one in ranking(room.state, event)
        ]
        for event in room.state.events.values()
    }  # fmt: skip
    finals = {event.id: final_order(room.state, event) for event in room.state.events.values()}
    return {"view": view, "turns": turns, "places": places, "finals": finals}


def test_AT1_AT10_AT15_the_client_comes_to_the_view_and_the_places_of_the_rules() -> None:
    meets = [played(seed) for seed in range(MEETS)]
    done = run_node("tests/js/replay_meet.mjs", said="\n".join(map(json.dumps, meets)))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"][:2] == []
    assert found["entries"] > 500
    rows = [row for meet in meets for event in meet["places"].values() for row in event]
    # A comparison of nothing would be right as well.
    assert {row[3] for row in rows} >= {"", "DNS", "DQ", "DNF", "NM", "NH"}
    assert any(row[5] for row in rows)
    assert any(row[6] for row in rows)
    assert max(row[8] for row in rows) > 0
    assert any(None in row[9] and any(row[9]) for row in rows)
    assert any(order for meet in meets for order in meet["finals"].values())

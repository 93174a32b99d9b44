"""Meets as files: the same again, what a meet lacks, and what cannot be by its place."""

from __future__ import annotations

import random

import msgspec
import pytest
from msgspec.structs import replace

from protocol.meet import ClearResult, MeetFile, Result, SetResult, WithdrawEntry
from server.readers.meet_file import batches, file_of, is_meet, lacking, read_meet, written
from server.readers.report import Fault
from server.rules.meet.kind import MEET
from tests.support.meets import EMPTY, MeetRoom, the_meet

MUTATIONS = 1_000


def test_AT16_a_meet_that_is_written_is_read_the_same() -> None:
    meet = the_meet()
    content = written(meet)
    assert is_meet(content)
    assert read_meet("meet.json", content) == meet
    room = MeetRoom(meet)
    plain = msgspec.json.decode(msgspec.json.encode(MEET.view(room.state)))
    assert file_of(plain) == meet


def test_AT17_what_a_meet_has_is_not_said_again_and_a_correction_is() -> None:
    meet = the_meet()
    assert lacking(meet, meet) == []
    first, *others = meet.results
    other = replace(first, time=11_999)
    assert lacking(replace(meet, results=(other, *others)), meet) == [SetResult(other)]
    entry = meet.entries[-1]
    fewer = replace(meet, results=tuple(others), entries=meet.entries[:-1])
    assert lacking(fewer, meet) == [
        ClearResult(first.event, first.athlete),
        WithdrawEntry(entry.event, entry.athlete),
    ]
    assert sum(len(one.changes) for one in batches(lacking(meet, EMPTY))) > 150


@pytest.mark.parametrize(
    ("was", "now", "where", "why"),
    [
        ('"sort": "track"', '"sort": "trick"', "$.events[0].sort", "Invalid enum value"),
        ('"id": "a1"', '"id": "a2"', "$.athletes[1]", "a2 is there twice"),
        ('"id": "a1"', '"id": "zz"', "$.entries[0]", "bad_property: athlete"),
        ('"status": "DNS"', '"status": "DNS", "time": 5', "$.results[7]", "bad_property: time"),
        ('"version": 1', '"version": 2', "$.version", "Invalid enum value"),
        ('"name": "Evening meet"', '"name": ""', "$.meet.name", "Expected `str` of length >= 1"),
    ],
)
def test_AT18_what_cannot_be_is_named_by_its_path(was: str, now: str, where: str, why: str) -> None:
    spoilt = written(the_meet()).decode().replace(was, now, 1).encode()
    read = read_meet("meet.json", spoilt)
    assert isinstance(read, Fault)
    assert read.path == f"meet.json: {where}"
    assert why in read.why


def test_AT18_what_is_no_json_is_named_by_its_line() -> None:
    lines = written(the_meet()).decode().splitlines()
    lines[41] = lines[41] + " ]["
    read = read_meet("meet.json", "\n".join(lines).encode())
    assert isinstance(read, Fault)
    assert read.path == "meet.json:42"
    assert isinstance(read_meet("meet.json", b"\xff\xfe\x00"), Fault)
    assert isinstance(read_meet("meet.json", b'{"format":' + b"[" * 100_000), Fault)


def test_AT18_mutated_files_are_a_meet_or_a_named_fault() -> None:
    content = written(the_meet())
    outcomes: set[str] = set()
    for seed in range(MUTATIONS):
        read = read_meet("meet.json", _mutated(content, random.Random(seed)))
        if isinstance(read, Fault):
            assert read.path.startswith("meet.json")
            assert read.why
            outcomes.add("fault")
        else:
            assert isinstance(read, MeetFile)
            assert MeetRoom(read).state.events
            outcomes.add("meet")
    assert outcomes == {"fault", "meet"}


def _mutated(content: bytes, dice: random.Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(spoilt))
        match dice.randrange(4):
            case 0:
                spoilt[at] = dice.randrange(256)
            case 1:
                del spoilt[at : at + dice.randint(1, 40)]
            case 2:
                spoilt[at:at] = spoilt[at : at + dice.randint(1, 40)]
            case _:
                digit = next((n for n in range(at, len(spoilt)) if 48 <= spoilt[n] <= 57), at)
                spoilt[digit] = dice.choice(b"0123456789")
    return bytes(spoilt)


def test_AT17_a_batch_fits_a_request_however_long_the_races_are() -> None:
    splits = tuple(1_000_000 + 70_000 * lap for lap in range(100))
    long = [SetResult(Result(event="e", athlete=f"a{n}", splits=splits)) for n in range(150)]
    made = list(batches(long))
    assert [one for batch in made for one in batch.changes] == long
    assert all(len(msgspec.json.encode(batch)) < 16_384 for batch in made)
    few = [SetResult(Result(event="e", athlete=f"a{n}")) for n in range(150)]
    assert [len(batch.changes) for batch in batches(few)] == [100, 50]

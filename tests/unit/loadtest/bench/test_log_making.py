"""Copies of boards: other rooms, people and days, and a chain of their own."""

from __future__ import annotations

import struct
from itertools import pairwise

import pytest

from loadtest.bench.log_making import (
    DAY_MS,
    DAYS,
    KNOWN_EVERY,
    MIX,
    Model,
    copies,
    copy_of,
    length_of,
    room_id,
)
from protocol.entries import chain
from protocol.identifiers import ROOT_TAG, Tag

ANA, KNOWN = "a_" + "A" * 22, "a_" + "K" * 22
AT = 1_795_337_983_956


def record(version: int, by: str) -> bytes:
    return b'{"v":%d,"at":%d,"by":"%s"}\n{"seq":%d}' % (version, AT + version, by.encode(), version)


@pytest.fixture
def model() -> Model:
    runs = [
        (1, 1, AT + 1, [record(1, ANA)]),
        (2, 3, AT + 3, [record(2, KNOWN), record(3, ANA)]),
    ]
    state = b'{"at":%d,"members":{"%s":"owner"},"number":12345}' % (AT + 3, ANA.encode())
    return Model(3, AT + 1, AT + 3, {ANA: "owner", KNOWN: "editor"}, runs, [(3, state)])


def test_a_copy_chains_by_itself_and_has_people_of_its_own(model: Model) -> None:
    copy = copy_of(model, 7, KNOWN)
    tag = ROOT_TAG
    for (_, first, last, at, before, after, blob), (_, _, wanted_at, records) in zip(
        copy.runs, model.runs, strict=True
    ):
        assert (before, at, last - first + 1) == (tag, wanted_at, len(records))
        count, *lengths = struct.unpack_from(f"<{len(records) + 1}I", blob)
        assert (count, lengths) == (len(records), [*map(len, records)])
        place = 4 * (count + 1)
        for length in lengths:
            tag = chain(Tag(tag), blob[place : place + length])
            place += length
        assert (after, place) == (tag, len(blob))
        assert ANA.encode() not in blob
        assert KNOWN.encode() not in blob
    assert copy.room[:2] == (room_id(7), 7)
    assert copy.room[5] == tag
    ((number, version, stored, state),) = copy.snapshots
    assert (number, version, stored) == (7, 3, tag)
    assert ANA.encode() not in state
    assert {room for _, room, _ in copy.members} == {room_id(7)}
    assert [role for _, _, role in copy.members] == ["owner", "editor"]
    assert copy.runs != copy_of(model, 8, KNOWN).runs


def test_the_member_of_the_measurements_is_in_every_tenth_room(model: Model) -> None:
    there = [
        number
        for number in range(30)
        if KNOWN in {account for account, _, _ in copy_of(model, number, KNOWN).members}
    ]
    assert there == [*range(0, 30, KNOWN_EVERY)]


def test_an_earlier_one_is_earlier_in_every_place_and_nothing_else(model: Model) -> None:
    earlier = model.earlier(1_000)
    assert (earlier.created_at, earlier.updated_at) == (AT - 999, AT - 997)
    _, _, at, records = earlier.runs[1]
    assert at == AT - 997
    assert records[0] == record(2, KNOWN).replace(b"%d" % (AT + 2), b"%d" % (AT - 998))
    assert earlier.snapshots[0][1] == model.snapshots[0][1].replace(
        b"%d" % (AT + 3), b"%d" % (AT - 997)
    )


def test_rooms_lie_over_two_years_the_first_the_oldest(model: Model) -> None:
    of_each = [model] * len(MIX)
    rooms = [copy.room[7] for copy in copies(of_each, range(0, 100, 10), 100, KNOWN)]
    assert rooms[0] == AT + 3 - DAYS * DAY_MS
    assert all(one < two for one, two in pairwise(rooms))


def test_rooms_have_two_hundred_entries_in_the_mean_and_ids_of_their_own() -> None:
    lengths = [length_of(number) for number in range(20_000)]
    assert set(lengths) == {length for length, _ in MIX}
    assert 190 < sum(lengths) / len(lengths) < 212
    assert len({room_id(number) for number in range(20_000)}) == 20_000
    assert len(room_id(3)) == 24

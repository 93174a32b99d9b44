"""Where a client stands: entries that continue, gaps that are explained, and gaps that are not."""

from __future__ import annotations

import random

import pytest
from msgspec import Raw

from protocol.client_events import ServerMisbehaved, VersionsBroken
from protocol.client_messages import EVERYTHING
from protocol.client_outbox import Outbox
from protocol.client_room import ClientRoom
from protocol.codec import JSON, MSGPACK, Codec
from protocol.identifiers import Position
from protocol.server_messages import Entries

ROOM = "r_" + "a" * 22
FORMATS = pytest.mark.parametrize("codec", [JSON, MSGPACK], ids=["json", "msgpack"])


def tag(version: int) -> str:
    return f"{version:016x}"


def at(version: int) -> Position:
    return Position("0123456789abcdef", version, tag(version))


def told(codec: Codec, first: int, versions: list[int], skipped_to: int | None = None) -> Entries:
    entries = [codec.raw({"v": v, "at": 5, "by": "", "events": [], "gone": [7]}) for v in versions]
    last = skipped_to if skipped_to is not None else first + len(versions) - 1
    return Entries(ROOM, first, tag(last), entries, skipped_to)


def room_at(version: int, codec: Codec = JSON, *, filtered: bool = True) -> ClientRoom:
    room = ClientRoom(ROOM, None, Outbox(ROOM))
    if filtered:
        assert room.want(codec.raw({"whats": ["scoring"]}))
    room.position, room.anew = at(version), False
    return room


def versions_of(codec: Codec, entries: list[Raw]) -> list[int]:
    return [codec.decode_as(raw, dict[str, object])["v"] for raw in entries]


@FORMATS
def test_CL52_without_a_filter_every_version_comes(codec: Codec) -> None:
    room = room_at(3, codec, filtered=False)
    assert versions_of(codec, room.move(told(codec, 4, [4, 5]), codec)) == [4, 5]
    assert room.position == at(5)
    for wrong in (told(codec, 7, [7]), told(codec, 5, [5, 6]), told(codec, 6, [6, 8])):
        with pytest.raises(VersionsBroken):
            room.move(wrong, codec)
    assert room.position == at(5)


@FORMATS
def test_CL66_a_gap_that_is_explained_is_gone_over(codec: Codec) -> None:
    room = room_at(3, codec)
    assert versions_of(codec, room.move(told(codec, 4, [6, 9], 11), codec)) == [6, 9]
    assert room.position == at(11)
    assert room.move(told(codec, 12, [], 20), codec) == []
    assert room.position == at(20)


@FORMATS
def test_CL66_what_is_known_is_passed_over_and_the_tag_stays(codec: Codec) -> None:
    room = room_at(8, codec)
    assert versions_of(codec, room.move(told(codec, 4, [6, 8, 9], 9), codec)) == [9]
    assert room.position == at(9)
    assert room.move(told(codec, 4, [6], 7), codec) == []
    assert room.position == at(9)


@pytest.mark.parametrize(
    "wrong",
    [
        told(JSON, 5, [6], 7),
        told(JSON, 4, [6, 6], 7),
        told(JSON, 4, [6, 5], 7),
        told(JSON, 4, [8], 7),
        told(JSON, 4, [3, 5], 7),
        told(JSON, 5, [5]),
        told(JSON, 4, [4, 6]),
    ],
)
def test_CL66_a_gap_without_a_word_is_a_gap_with_a_filter_too(wrong: Entries) -> None:
    room = room_at(3)
    with pytest.raises(VersionsBroken):
        room.move(wrong, JSON)
    assert room.position == at(3)


def test_CL66_FX5_a_room_that_was_asked_for_whole_may_be_told_that_something_was_passed_over() -> (
    None
):
    room = room_at(3, filtered=False)
    room.move(told(JSON, 4, [5], 6), JSON)
    assert room.position == at(6)


def test_CL65_another_filter_starts_over_the_same_goes_on() -> None:
    room = room_at(3)
    assert room.resumed == at(3)
    assert not room.want(JSON.raw({"whats": ["scoring"]}))
    assert room.resumed == at(3)
    assert room.want(JSON.raw({"downs": [3]}))
    assert (room.resumed, room.position) == (None, at(3))
    assert room.want(EVERYTHING)
    assert room.resumed is None, "nothing of it has come since"


@pytest.mark.parametrize("seed", range(50))
def test_CL66_whatever_the_pieces_what_is_wanted_comes_once(seed: int) -> None:
    """Pieces that begin at or before where the client stands, as after a return; and one that is
    lost, which is noticed at the next."""
    dice = random.Random(seed)
    room = room_at(0)
    wanted = [version for version in range(1, 301) if dice.random() < 0.2]
    came: list[int] = []
    while (known := room.position.version if room.position else 0) < 300:
        first = dice.randint(max(1, known - 5), known + 1)
        last = min(300, max(first, known) + dice.randint(0, 30))
        piece = [version for version in wanted if first <= version <= last]
        came += versions_of(JSON, room.move(told(JSON, first, piece, last), JSON))
        lost = dice.randint(2, 9)
        here = room.position
        with pytest.raises(ServerMisbehaved):
            room.move(told(JSON, last + lost + 5, [], last + lost + 9), JSON)
        assert room.position == here
    assert came == wanted

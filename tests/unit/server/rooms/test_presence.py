"""Who is in a room and what they point at."""

from __future__ import annotations

from typing import Any

import msgspec

from server.rooms.presence import RoomPresence


def plain(message: Any) -> dict[str, Any]:
    return msgspec.json.decode(msgspec.json.encode(message), type=dict[str, Any])


def presence(*, listed_max: int = 3, keys_max: int = 2) -> RoomPresence:
    return RoomPresence("r_1", listed_max=listed_max, keys_max=keys_max)


def test_PR2_only_the_latest_value_of_a_key_is_told() -> None:
    room = presence()
    room.enter(1, "a_ana")
    room.take()
    assert not room.dirty
    for x in range(5):
        assert room.put(1, "cursor", {"x": x}, 100)
    assert plain(room.take())["values"] == [[1, "cursor", {"x": 4}]]
    assert not room.dirty


def test_PR2_null_ends_a_key_and_leaving_ends_them_all() -> None:
    room = presence()
    room.enter(1, "a_ana")
    room.put(1, "cursor", {"x": 1}, 100)
    room.take()
    room.put(1, "cursor", None, 0)
    assert plain(room.take())["values"] == [[1, "cursor", None]]
    assert room.put(1, "cursor", None, 0), "ending what is not there is no mistake"
    assert not room.dirty
    room.put(1, "cursor", {"x": 2}, 100)
    room.leave(1)
    told = plain(room.take())
    assert told["here"] == [[1, None]]
    assert "values" not in told
    room.leave(1)
    assert not room.dirty
    room.expire(1_000)
    assert not room.dirty


def test_PR3_what_nobody_renews_ends() -> None:
    room = presence()
    room.enter(1, "a_ana")
    room.put(1, "cursor", {"x": 1}, 100)
    room.put(1, "hold", {"ids": []}, 200)
    room.take()
    room.expire(99)
    assert not room.dirty
    room.expire(100)
    assert plain(room.take())["values"] == [[1, "cursor", None]]
    assert plain(room.full())["values"] == [[1, "hold", {"ids": []}]]


def test_PR4_beyond_the_limit_connections_are_only_counted() -> None:
    room = presence(listed_max=2)
    for number in range(1, 5):
        room.enter(number, f"a_{number}")
    told = plain(room.take())
    assert told["here"] == [[1, "a_1"], [2, "a_2"]]
    assert told["count"] == room.count == 4
    assert not room.put(3, "cursor", {"x": 1}, 100)
    room.leave(1)
    room.enter(5, "a_5")
    assert plain(room.full())["here"] == [[2, "a_2"], [5, "a_5"]]


def test_PR5_a_connection_has_a_limited_number_of_keys() -> None:
    room = presence(keys_max=2)
    room.enter(1, "a_ana")
    assert room.put(1, "a", 1, 100)
    assert room.put(1, "b", 1, 100)
    assert not room.put(1, "c", 1, 100)
    assert room.put(1, "a", 2, 100)
    assert not room.put(9, "a", 1, 100), "somebody who is not here"


def test_PR2_one_that_came_and_went_between_two_looks_is_told_gone() -> None:
    room = presence()
    room.enter(1, "a_ana")
    room.leave(1)
    assert plain(room.take())["here"] == [[1, None]]
    assert plain(room.full()) == {"type": "presence", "room": "r_1", "all": True}

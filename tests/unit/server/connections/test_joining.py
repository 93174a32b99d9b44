"""What may come of asking a room."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from protocol.identifiers import Position
from server.rooms.directory import RoomFull, RoomUnreadable, StorageUnavailable
from tests.support.fake_rooms import ROOM, Bench, FakeFollower, close_code, heard, say
from tests.support.served import member, opened, serving
from tests.support.wire import new_client_id


def raising(error: Exception) -> Any:
    def answer(_room: str) -> FakeFollower:
        raise error

    return answer


def test_a_join_hands_on_what_was_asked_and_verifies_the_link() -> None:
    bench = Bench()
    connection, _ = bench.welcome()
    position = ["0" * 16, 3, "f" * 16]
    invite = bench.invitations.secret_part(ROOM, "i_0123456789A")
    join = {"type": "join", "room": ROOM, "position": position, "ref": 9, "invite": invite}
    say(connection, join)
    assert bench.rooms.asked == [(ROOM, Position("0" * 16, 3, "f" * 16), "i_0123456789A", 9)]
    assert set(connection.session.rooms) == {ROOM}


@pytest.mark.parametrize("invite", ["", "i_0123456789A.wrong", "x"])
def test_a_link_that_is_none_is_as_if_there_were_none(invite: str) -> None:
    bench = Bench()
    connection, _ = bench.welcome()
    say(connection, {"type": "join", "room": ROOM, "ref": 1, "invite": invite})
    assert bench.rooms.asked == [(ROOM, None, None, 1)]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            StorageUnavailable("away"),
            {"type": "error", "code": "unavailable", "retry": True, "ref": 1, "room": ROOM},
        ),
        (
            RoomUnreadable(ROOM, "77"),
            {"type": "closed", "room": ROOM, "reason": "failed", "incident": "77"},
        ),
    ],
)
def test_MS9_what_the_room_cannot_do_is_told(error: Exception, told: dict[str, Any]) -> None:
    bench = Bench()
    connection, transport = bench.welcome()
    bench.rooms.answer = raising(error)
    say(connection, {"type": "join", "room": ROOM, "ref": 1})
    assert heard(connection, transport) == [told]
    assert not connection.session.rooms


@pytest.mark.parametrize("profile", ["soccer", "generic"])
async def test_FF1_a_filter_of_a_feed_that_has_none_is_a_bad_message(profile: str) -> None:
    async with serving() as served, member(served) as fan:
        feed = await served.directory.create("feed", "Match", fan.identity, {"profile": profile})
        asked = {"room": feed, "filter": {"whats": ["scoring"]}}
        fan.wire.say({"type": "join", "ref": 1, **asked})
        told = await fan.wire.hear_type("error", "joined")
        assert (told["type"], told["code"]) == ("error", "bad_message")
        assert (told["ref"], told["room"]) == (1, feed)
        fan.wire.say({"type": "join", "ref": 2, "room": feed})
        joined = await fan.wire.hear_type("error", "joined")
        assert (joined["type"], joined.get("filtered")) == ("joined", None)


async def test_FF1_a_filter_of_football_comes_by_hello_and_by_join() -> None:
    async with serving() as served, opened(served) as wire:
        token, identity = served.token()
        feeds = [await served.directory.create("feed", "Game", identity, {}) for _ in range(2)]
        asked = [{"room": feed, "filter": {"whats": ["scoring"]}} for feed in feeds]
        client = new_client_id()
        wire.say({"type": "hello", "token": token, "client": client, "rooms": asked[:1]})
        assert (await wire.hear_type("error", "joined"))["filtered"] is True
        wire.say({"type": "join", "ref": 1, **asked[1]})
        assert (await wire.hear_type("error", "joined"))["filtered"] is True


def test_C11_failed_joins_are_counted_by_address() -> None:
    bench = Bench(failed_joins_per_min=1)
    bench.rooms.answer = lambda room: None
    first, transport = bench.welcome()
    say(first, {"type": "join", "room": ROOM, "ref": 1})
    assert heard(first, transport)[0]["code"] == "not_found"
    second, transport = bench.welcome()
    say(second, {"type": "join", "room": ROOM, "ref": 1})
    assert close_code(transport.take()) == 4429


def test_MS18_who_may_come_in_is_told_that_the_room_is_full_and_has_not_failed() -> None:
    bench = Bench(failed_joins_per_min=1)
    bench.rooms.answer = raising(RoomFull("takes nobody more"))
    connection, transport = bench.welcome()
    for ref in (1, 2, 3):
        say(connection, {"type": "join", "room": ROOM, "ref": ref})
        told = {"type": "error", "code": "room_full", "ref": ref, "room": ROOM}
        assert heard(connection, transport) == [told]
        assert not connection.session.rooms


def test_C19_a_bug_in_joining_ends_the_connection() -> None:
    bench = Bench()
    connection, transport = bench.welcome()
    bench.rooms.answer = raising(ZeroDivisionError("planted"))
    with capture_logs():
        say(connection, {"type": "join", "room": ROOM, "ref": 1})
    assert close_code(transport.take()) == 1011


def test_MS7_who_has_gone_meanwhile_is_taken_out_again() -> None:
    bench = Bench()
    connection, transport = bench.welcome()

    def vanish(room: str) -> FakeFollower:
        connection.eof_received()
        return FakeFollower(room)

    bench.rooms.answer = vanish
    say(connection, {"type": "join", "room": ROOM, "ref": 1})
    assert bench.rooms.followers[ROOM].calls == ["leave"]
    assert transport.take() == b""

"""What a well-behaved client and the server say to each other, over real sockets and real rooms."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec import Raw

from protocol.identifiers import Position
from server.connections.outbox import REPLIES_BYTES_MAX
from server.rooms.directory import RoomUnreadable, StorageUnavailable
from server.rooms.follower import Follower
from server.rooms.recipient import Recipient
from tests.support.served import (
    NO_ROOM,
    Member,
    Served,
    all_read,
    arrived,
    member,
    opened,
    serving,
)
from tests.support.wire import (
    BINARY,
    CONT,
    JSON_NAME,
    MSGPACK_NAME,
    PING,
    PONG,
    TEXT,
    Wire,
    frame_out,
    new_client_id,
    request,
)

BOTH = pytest.mark.parametrize("subprotocol", [JSON_NAME, MSGPACK_NAME])


@pytest.fixture
async def served() -> AsyncGenerator[Served]:
    async with serving() as found:
        yield found


@BOTH
async def test_HS9_welcome_says_who_and_what_to_keep_to(served: Served, subprotocol: str) -> None:
    settings = served.settings
    async with member(served, subprotocol=subprotocol) as ann:
        assert ann.welcome == {
            "type": "welcome",
            "protocol": 1,
            "node": "test",
            "account": ann.identity.account,
            "name": "Ann",
            "server_now": served.clock.now_ms(),
            "expires": ann.identity.expires_ms,
            "limits": {
                "rate_per_s": settings.command_rate_per_s,
                "burst": settings.command_burst,
                "in_flight_max": settings.in_flight_max,
                "message_bytes_max": settings.message_bytes_max,
                "presence_rate_per_s": settings.presence_rate_per_s,
                "presence_bytes_max": settings.presence_bytes_max,
                "heartbeat_s": settings.heartbeat_s,
            },
        }


@BOTH
async def test_HS11_rooms_in_hello_are_joined_without_the_joins_rate(subprotocol: str) -> None:
    async with serving(join_rate_per_min=1.0) as served:
        token, identity = served.token()
        rooms = [await served.room(identity) for _ in range(5)]
        async with opened(served, subprotocol) as wire:
            asked = [{"room": room} for room in rooms]
            hello = {"type": "hello", "token": token, "client": new_client_id()}
            wire.say({**hello, "rooms": [*asked, asked[0]]})
            assert (await wire.hear())["type"] == "welcome"
            # the one that is named twice, before any room was asked
            assert (await wire.hear())["code"] == "out_of_phase"
            joined = [(await wire.hear_type("joined"))["room"] for _ in rooms]
            assert sorted(joined) == sorted(rooms)


@BOTH
async def test_HS6_fragments_and_control_frames_between_them_are_one_message(
    served: Served, subprotocol: str
) -> None:
    opcode = BINARY if subprotocol == MSGPACK_NAME else TEXT
    async with member(served, subprotocol=subprotocol) as ann:
        ping = ann.wire.encode({"type": "ping", "n": 5})
        wire = ann.wire
        wire.send(
            frame_out(opcode, ping[:3], fin=False)
            + frame_out(PING, b"one")
            + frame_out(CONT, ping[3:5], fin=False)
            + frame_out(PONG, b"unasked")
            + frame_out(CONT, b"", fin=False)
            + frame_out(CONT, ping[5:])
            + frame_out(opcode, ann.wire.encode({"type": "ping", "n": 6}))
        )
        found = [await wire.frame() for _ in range(3)]
        assert [one.payload for one in found if one.opcode == PONG] == [b"one"]
        decoded = [wire.decode(one.payload)["n"] for one in found if one.opcode == opcode]
        assert decoded == [5, 6]


async def test_HS6_a_frame_may_come_byte_by_byte(served: Served) -> None:
    async with member(served) as ann:
        for byte in frame_out(TEXT, b'{"type":"ping","n":5}') + frame_out(PING, b"x"):
            ann.wire.send(bytes((byte,)))
            await all_read(served)
        assert (await ann.wire.hear())["n"] == 5
        assert (await ann.wire.frame()).payload == b"x"


@pytest.mark.parametrize("size", [0, 1, 124, 125])
async def test_HS6_a_ping_of_any_length_comes_back(served: Served, size: int) -> None:
    async with member(served) as ann:
        ann.wire.send(frame_out(PING, bytes(range(size))))
        assert (await ann.wire.frame()).payload == bytes(range(size))


@pytest.mark.parametrize("size", [0, 1, 60, 125, 126, 127, 128, 65_000, 65_535, 65_536])
async def test_HS6_messages_of_every_length_of_header_are_read(served: Served, size: int) -> None:
    async with member(served) as ann:
        ping = b'{"type":"ping","n":5}'
        ann.wire.say_raw(ping + b" " * max(0, size - len(ping)))
        assert (await ann.wire.hear())["n"] == 5


async def test_HS6_a_flood_of_pings_in_one_segment_is_answered_in_order(served: Served) -> None:
    async with member(served) as ann:
        ann.wire.send(b"".join(frame_out(PING, b"%d" % n) for n in range(50)))
        answers = [(await ann.wire.frame()).payload for _ in range(50)]
        assert answers == [b"%d" % n for n in range(50)]


@BOTH
async def test_MS1_both_formats_tell_the_same_story(served: Served, subprotocol: str) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    async with (
        member(served, room, token=owner, subprotocol=subprotocol) as ann,
        member(served, room, token=owner, subprotocol=MSGPACK_NAME) as b,
        member(served, room, token=owner, subprotocol=JSON_NAME) as c,
    ):
        ann.say_in_chat(room, "grüße")
        heard = [await found.wire.hear_type("entries") for found in (b, c)]
        assert heard[0] == heard[1]


async def test_MS15_views_are_the_same_key_for_key(served: Served) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    snapshots: list[dict[str, Any]] = []
    for subprotocol in (JSON_NAME, MSGPACK_NAME):
        async with opened(served, subprotocol) as wire:
            hello = {"type": "hello", "token": owner[0], "client": new_client_id()}
            wire.say({**hello, "rooms": [{"room": room}]})
            snapshots.append(await wire.hear_type("snapshot"))
    assert snapshots[0] == snapshots[1]


async def test_MS7_leave_is_answered_whether_the_room_was_followed_or_not(served: Served) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    async with member(served, room, token=owner) as ann:
        for asked in (room, room, NO_ROOM):
            ann.wire.say({"type": "leave", "room": asked})
            closed = await ann.wire.hear_type("closed")
            assert closed == {"type": "closed", "room": asked, "reason": "left"}
        assert not served.directory.open_rooms[room].audience.followers
        ann.wire.say({"type": "join", "room": room, "ref": 8})
        assert (await ann.wire.hear_type("joined"))["ref"] == 8


class SlowRooms:
    """The directory, but joins wait for `go`, or fail as told."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.fails: Exception | None = None
        self.inner: Any = None

    async def join(
        self,
        recipient: Recipient,
        room_id: str,
        *,
        position: Position | None = None,
        invitation: str | None = None,
        ref: int | None = None,
        wanted: Raw | None = None,
    ) -> Follower | None:
        await self.go.wait()
        if self.fails is not None:
            raise self.fails
        found: Follower | None = await self.inner.join(
            recipient, room_id, position=position, invitation=invitation, ref=ref
        )
        return found


async def test_MS7_MS8_MS10_while_a_join_is_under_way() -> None:
    rooms = SlowRooms()
    async with serving(rooms=rooms) as served:
        rooms.inner = served.directory
        owner = served.token()
        room = await served.room(owner[1])
        async with member(served, token=owner) as ann:
            ann.wire.say({"type": "join", "room": room, "ref": 1})
            ann.say_in_chat(room)
            rejected = await ann.wire.hear()
            assert (rejected["code"], rejected["final"]) == ("busy", False)
            ann.wire.say({"type": "join", "room": room, "ref": 2})
            error = await ann.wire.hear()
            assert (error["code"], error["ref"]) == ("out_of_phase", 2)
            ann.wire.say({"type": "leave", "room": room})
            ann.wire.say({"type": "ping", "n": 1})
            assert (await ann.wire.hear())["type"] == "pong"
            rooms.go.set()
            assert (await ann.wire.hear_type("joined"))["ref"] == 1
            closed = await ann.wire.hear_type("closed")
            assert closed["reason"] == "left"
            assert not served.directory.open_rooms[room].audience.followers
            # and one that comes to nothing
            rooms.go.clear()
            ann.wire.say({"type": "join", "room": NO_ROOM, "ref": 3})
            ann.wire.say({"type": "leave", "room": NO_ROOM})
            await all_read(served)
            rooms.go.set()
            assert (await ann.wire.hear_type("error"))["ref"] == 3
            assert (await ann.wire.hear())["reason"] == "left"


async def test_MS7_who_is_gone_before_the_join_is_through_leaves_nothing_behind() -> None:
    rooms = SlowRooms()
    async with serving(rooms=rooms) as served:
        rooms.inner = served.directory
        owner = served.token()
        room = await served.room(owner[1])
        async with member(served, token=owner) as ann:
            ann.wire.say({"type": "join", "room": room, "ref": 1})
            await all_read(served)
        await arrived(served, 0)
        rooms.go.set()
        await all_read(served)
        opened_room = await served.directory.open(room)
        assert opened_room is not None
        assert not opened_room.audience.followers


async def test_MS8_a_connection_follows_a_limited_number_of_rooms() -> None:
    async with serving(rooms_per_connection_max=1) as served:
        owner = served.token()
        room = await served.room(owner[1])
        async with member(served, room, token=owner) as ann:
            ann.wire.say({"type": "join", "room": NO_ROOM, "ref": 1})
            error = await ann.wire.hear_type("error")
            assert (error["code"], error["ref"]) == ("too_many_rooms", 1)
            ann.wire.say({"type": "join", "room": room, "ref": 2})
            assert (await ann.wire.hear_type("error"))["code"] == "out_of_phase"


async def test_MS9_a_join_that_cannot_be_served_says_so() -> None:
    rooms = SlowRooms()
    rooms.go.set()
    async with serving(rooms=rooms) as served, member(served) as ann:
        rooms.fails = StorageUnavailable("away")
        ann.wire.say({"type": "join", "room": NO_ROOM, "ref": 1})
        assert await ann.wire.hear() == {
            "type": "error",
            "code": "unavailable",
            "retry": True,
            "ref": 1,
            "room": NO_ROOM,
        }
        rooms.fails = RoomUnreadable(NO_ROOM, "1a2b")
        ann.wire.say({"type": "join", "room": NO_ROOM, "ref": 2})
        assert await ann.wire.hear() == {
            "type": "closed",
            "room": NO_ROOM,
            "reason": "failed",
            "incident": "1a2b",
        }


async def test_MS10_a_command_for_a_room_that_is_not_followed_is_not_found(served: Served) -> None:
    async with member(served) as ann:
        ann.say_in_chat(NO_ROOM)
        assert await ann.wire.hear() == {
            "type": "rejected",
            "room": NO_ROOM,
            "seq": 1,
            "code": "not_found",
            "final": True,
        }


def cursor(room: str, x: int, key: str = "cursor") -> dict[str, Any]:
    at: list[Any] = [x, 0]
    value = {"type": key, "at": at} if key == "cursor" else {"type": "select", "ids": at[:0]}
    return {"type": "presence", "room": room, "key": key, "value": value}


@BOTH
async def test_MS11_presence_beyond_the_rate_is_conflated_not_lost(subprotocol: str) -> None:
    async with serving(presence_rate_per_s=2.0, presence_tick_ms=1) as served:
        owner = served.token()
        room = await served.room(owner[1])
        async with (
            member(served, room, token=owner, subprotocol=subprotocol) as ann,
            member(served, room, token=owner) as b,
        ):
            for x in range(20):
                ann.wire.say(cursor(room, x))
            ann.wire.say(cursor(room, 0, "select"))
            await all_read(served)
            session = _session_of(served, ann)
            assert {key for _, key in session.held_presence} == {"cursor", "select"}
            served.clock.advance(2.0)
            shown: dict[str, Any] = {}
            while "select" not in shown or shown["cursor"]["at"] != [19, 0]:
                for _, key, value in (await b.wire.hear_type("presence")).get("values", []):
                    shown[key] = value
            assert session.held_presence is None


async def test_MS11_presence_of_a_room_that_is_not_followed_is_passed_over(served: Served) -> None:
    async with member(served) as ann:
        ann.wire.say(cursor(NO_ROOM, 1))
        ann.wire.say({"type": "ping", "n": 1})
        assert (await ann.wire.hear())["type"] == "pong"


async def test_MS12_presence_that_the_kind_does_not_know_is_a_bad_message(served: Served) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    async with member(served, room, token=owner) as ann:
        for value in ({"type": "nonsense"}, {"type": "cursor", "at": "x" * 3_000}):
            ann.wire.say({"type": "presence", "room": room, "key": "cursor", "value": value})
            assert (await ann.wire.hear_type("error"))["code"] == "bad_message"


async def test_MS12_presence_that_waited_for_its_turn_is_held_to_the_same() -> None:
    async with serving(presence_rate_per_s=1.0) as served:
        owner = served.token()
        room = await served.room(owner[1])
        async with member(served, room, token=owner) as ann:
            ann.wire.say(cursor(room, 1))
            bad = {"type": "presence", "room": room, "key": "cursor", "value": {"type": "nonsense"}}
            ann.wire.say(bad)
            await all_read(served)
            served.clock.advance(1.0)
            assert (await ann.wire.hear_type("error"))["code"] == "bad_message"


async def test_MS14_ping_brings_the_servers_time(served: Served) -> None:
    async with member(served) as ann:
        served.clock.advance(2.5)
        ann.wire.say({"type": "ping", "n": 2**31 - 1})
        assert await ann.wire.hear() == {
            "type": "pong",
            "n": 2**31 - 1,
            "server_now": served.clock.now_ms(),
        }


# --- slow readers ---------------------------------------------------------------------------------

SLOW: dict[str, Any] = {
    "write_high_bytes": 16_384,
    "write_low_bytes": 4_096,
    "send_buffer_bytes": 4_096,
    "command_rate_per_s": 1e6,
    "command_burst": 1_000_000,
}
"""Buffers small enough that a reader who does not read is noticed after some kilobytes."""


@asynccontextmanager
async def slow_member(served: Served, room: str, token: str) -> AsyncGenerator[Wire]:
    """A member whose socket takes little, and which reads only when asked to."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    sock.settimeout(0)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(sock, ("127.0.0.1", served.port))
    reader, writer = await asyncio.open_connection(sock=sock, limit=1_024)
    wire = Wire(reader, writer)
    try:
        wire.send(request())
        assert (await wire.answer()).status == 101
        hello = {"type": "hello", "token": token, "client": new_client_id()}
        wire.say({**hello, "rooms": [{"room": room}]})
        await wire.hear_type("joined")
        yield wire
    finally:
        await wire.close()


async def talk_until_it_lags(served: Served, room: str, ann: Member) -> int:
    """Chat until the slow member's transport is paused. Returns how many lines it took."""
    lines = 0
    while not any(one.paused for one in served.listener.registry.opened):
        for _ in range(16):
            ann.say_in_chat(room, "x" * 900)
        lines += 16
        done = 0
        while done < 16:
            done += len((await ann.wire.hear_type("accepted"))["done"])
        assert lines < 5_000, "it never lagged"
    return lines


async def test_C16_a_slow_reader_lags_and_gets_everything_once_when_it_reads_again() -> None:
    async with serving(**SLOW) as served:
        owner = served.token()
        room = await served.room(owner[1])
        async with (
            member(served, room, token=owner) as ann,
            slow_member(served, room, owner[0]) as slow,
        ):
            lines = await talk_until_it_lags(served, room, ann)
            for _ in range(50):
                ann.say_in_chat(room, "while it was away")
            last = lines + 51
            while (await ann.wire.hear_type("accepted"))["done"][-1][1] != last:
                pass
            versions: list[int] = []
            while not versions or versions[-1] < last:
                entries = await slow.hear_type("entries")
                versions += [entry["v"] for entry in entries["entries"]]
            assert versions == list(range(2, last + 1))
            assert served.metrics.lags >= 1
            # in sync again: the next entry comes by itself
            ann.say_in_chat(room)
            assert (await slow.hear_type("entries"))["first"] == last + 1


async def test_C16_a_long_absence_is_caught_up_without_keeping_it_all_in_memory() -> None:
    async with serving(**SLOW, tail_bytes_max=8_388_608) as served:  # else a snapshot is shorter
        owner = served.token()
        room = await served.room(owner[1])
        async with (
            member(served, room, token=owner) as ann,
            slow_member(served, room, owner[0]) as slow,
        ):
            lines = await talk_until_it_lags(served, room, ann)
            (connection,) = [one for one in served.listener.registry.opened if one.paused]
            for _ in range(60):
                for _ in range(16):
                    ann.say_in_chat(room, "x" * 990)
                done = 0
                while done < 16:
                    done += len((await ann.wire.hear_type("accepted"))["done"])
            last = lines + 60 * 16 + 1
            versions: list[int] = []
            most = 0
            while not versions or versions[-1] < last:
                entries = await slow.hear_type("entries")
                versions += [entry["v"] for entry in entries["entries"]]
                most = max(most, connection.bytes_kept)
            assert versions == list(range(2, last + 1))
            # one piece of about 256 KiB at a time, of more than a MiB that was missed
            assert most < 400_000


async def test_C16_who_takes_nothing_at_all_is_evicted() -> None:
    async with serving(**SLOW) as served:
        owner = served.token()
        room = await served.room(owner[1])
        async with (
            member(served, room, token=owner) as ann,
            slow_member(served, room, owner[0]) as slow,
        ):
            slow.pause()
            await talk_until_it_lags(served, room, ann)
            (connection,) = [one for one in served.listener.registry.opened if one.paused]
            await served.advance(served.settings.slow_consumer_s - 0.5)
            assert connection in served.listener.registry.opened
            ann.wire.say({"type": "ping", "n": 1})
            await ann.wire.hear_type("pong")
            await served.advance(1.0)
            assert connection not in served.listener.registry.opened
            assert served.metrics.closes[1013] == 1
            assert served.metrics.evictions == 1
            await served.advance(served.settings.abort_s + 0.5)
            await arrived(served, 1)


async def test_MS16_answers_to_who_lags_are_kept_in_order_and_come_first() -> None:
    async with serving(**SLOW) as served:
        owner = served.token()
        room = await served.room(owner[1])
        async with (
            member(served, room, token=owner) as ann,
            slow_member(served, room, owner[0]) as slow,
        ):
            lines = await talk_until_it_lags(served, room, ann)
            for n in range(20):
                slow.say({"type": "ping", "n": n})
            await all_read(served)
            pongs: list[int] = []
            versions: list[int] = []
            while len(pongs) < 20 or versions[-1] < lines + 1:
                message = await slow.hear_type("pong", "entries")
                if message["type"] == "pong":
                    pongs.append(message["n"])
                else:
                    versions += [entry["v"] for entry in message["entries"]]
            assert pongs == list(range(20))
            assert versions == list(range(2, lines + 2))


async def test_MS17_who_does_not_take_answers_is_not_read_from() -> None:
    async with serving(**SLOW, heartbeat_s=1.0) as served:
        owner = served.token()
        room = await served.room(owner[1])
        async with (
            member(served, room, token=owner) as ann,
            slow_member(served, room, owner[0]) as slow,
        ):
            slow.pause()
            await talk_until_it_lags(served, room, ann)
            (connection,) = [one for one in served.listener.registry.opened if one.paused]
            asked = 0
            while connection.reads:
                for _ in range(100):
                    slow.say({"type": "ping", "n": asked})
                    asked += 1
                await all_read(served)
                assert asked * 50 < 4 * REPLIES_BYTES_MAX, "it was read from all the time"
            # its silence is ours: heartbeats are not missed by it
            served.clock.advance(5.0)
            connection.tick(served.clock.monotonic())
            assert connection in served.listener.registry.opened
            slow.resume()
            for n in range(asked):
                assert (await slow.hear_type("pong"))["n"] == n
            assert connection.reads


def _session_of(served: Served, found: Member) -> Any:
    """The session behind a member, to see what it holds back."""
    (connection,) = [one for one in served.listener.registry.opened if one.client == found.client]
    return connection.session

"""What a connection is told when something is wrong: the C rows, over real sockets and real
rooms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest
from msgspec import Raw
from structlog.testing import capture_logs

from protocol.codes import CloseCode
from protocol.identifiers import Position
from server.rooms.follower import Follower
from server.rooms.recipient import Recipient
from storage.room_log import Outcome, RoomAppend
from storage.room_log_memory import MemoryRoomLog
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
    CLOSE,
    CONT,
    JSON_NAME,
    MSGPACK_NAME,
    PING,
    PONG,
    TEXT,
    frame_out,
    new_client_id,
)

BOTH = pytest.mark.parametrize("subprotocol", [JSON_NAME, MSGPACK_NAME])


@pytest.fixture
async def served() -> AsyncGenerator[Served]:
    async with serving() as found:
        yield found


async def invited(
    served: Served, owner: Member, room: str, role: str, *, name: str = "Bob"
) -> tuple[str, dict[str, Any]]:
    """A token of somebody else, and the join that brings them in with this role."""
    invitation = "i_" + role[:1] * 11
    owner.submit(room, {"type": "invitation.create", "id": invitation, "role": role})
    await owner.wire.hear_type("accepted")
    token, _ = served.token(name)
    return token, {"room": room, "invite": served.invitations.secret_part(room, invitation)}


# --- C1, C2: ends that are nobody's fault ---------------------------------------------------------


async def test_C1_a_close_by_the_client_is_answered_with_its_code(served: Served) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    async with member(served, room, token=owner) as ann:
        ann.wire.send(frame_out(CLOSE, b"\x03\xe8bye"))
        assert await ann.wire.closed() == (1000, "bye")
    await arrived(served, 0)
    assert served.metrics.closes == {1000: 1}
    assert not served.directory.open_rooms[room].audience.followers


async def test_HS7_what_is_said_after_the_close_is_not_read(served: Served) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    async with member(served, room, token=owner) as ann:
        ann.wire.send(frame_out(CLOSE, b"\x03\xe8"))
        ann.say_in_chat(room)
        assert (await ann.wire.closed())[0] == 1000
    assert served.directory.open_rooms[room].replica.version == 1


async def test_HS7_a_peer_that_does_not_answer_the_close_is_cut_off(served: Served) -> None:
    async with opened(served) as wire:
        served.listener.registry.close_all(CloseCode.TRY_AGAIN_LATER, "unavailable")
        assert (await wire.close_frame()).close_code == 1013
        await served.advance(1.5)
        assert served.listener.registry.sockets
        await served.advance(1.0)
        await arrived(served, 0)


async def test_C2_HS15_draining_tells_when_and_closes_in_slots(served: Served) -> None:
    async with (
        member(served) as first,
        member(served) as second,
        opened(served) as silent,
    ):
        now = served.clock.now_ms()
        served.listener.drain(9.0, lambda _: "ws://other/ws")
        for found, wait_ms in ((first, 2_000), (second, 5_000)):
            notice = await found.wire.hear()
            assert notice == {
                "type": "notice",
                "code": "restarting",
                "when": now + wait_ms,
                "where": "ws://other/ws",
            }
        await served.advance(2.5)
        assert await first.wire.closed() == (1012, "restart")
        second.wire.say({"type": "ping", "n": 1})
        assert (await second.wire.hear())["type"] == "pong"
        await served.advance(3.0)
        assert await second.wire.closed() == (1012, "restart")
        await served.advance(1.5)
        # one that never said hello is told by its close alone
        assert await silent.closed() in {(1012, "restart"), (3008, "no hello within 5 s")}
    await arrived(served, 0)


# --- C3 to C6: frames -----------------------------------------------------------------------------

BROKEN_FRAMES = {
    "reserved bit 1": frame_out(TEXT, b"{}", rsv=4),
    "reserved bit 2": frame_out(TEXT, b"{}", rsv=2),
    "reserved bit 3": frame_out(PING, b"", rsv=1),
    "opcode 3": frame_out(3, b"{}"),
    "opcode 11": frame_out(11, b"{}"),
    "not masked": frame_out(TEXT, b'{"type":"ping","n":1}', mask=None),
    "not masked and short": frame_out(TEXT, b"", mask=None),
    "a fragmented ping": frame_out(PING, b"", fin=False),
    "a long ping": frame_out(PING, bytes(126)),
    "a long close": frame_out(CLOSE, b"\x03\xe8" + b"a" * 124),
    "a close of one byte": frame_out(CLOSE, b"\x03"),
    "a close with a code that may not be sent": frame_out(CLOSE, (1005).to_bytes(2, "big")),
    "a continuation of nothing": frame_out(CONT, b"{}"),
    "a message within a message": frame_out(TEXT, b"{", fin=False) + frame_out(TEXT, b"}"),
}


@pytest.mark.parametrize("what", BROKEN_FRAMES)
async def test_C3_a_broken_frame_is_1002(served: Served, what: str) -> None:
    async with member(served) as ann:
        ann.wire.send(BROKEN_FRAMES[what])
        assert (await ann.wire.closed())[0] == 1002
    assert served.metrics.closes[1002] == 1


async def test_C3_a_close_whose_reason_is_no_text_is_1007(served: Served) -> None:
    async with member(served) as ann:
        ann.wire.send(frame_out(CLOSE, b"\x03\xe8\xff"))
        assert (await ann.wire.closed())[0] == 1007


@pytest.mark.parametrize(("subprotocol", "wrong"), [(JSON_NAME, BINARY), (MSGPACK_NAME, TEXT)])
@pytest.mark.parametrize("fin", [True, False])
async def test_C4_the_other_type_of_message_is_1003(
    served: Served, subprotocol: str, wrong: int, fin: bool
) -> None:
    async with member(served, subprotocol=subprotocol) as ann:
        ann.wire.send(frame_out(wrong, b"{}", fin=fin))
        assert (await ann.wire.closed())[0] == 1003


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff",
        b'{"type":"auth","token":"\xc3\x28"}',
        b'{"type":"auth","token":"\xed\xa0\x80"}',
        b'{"type":"presence","room":"r_0000000000000000000000","key":"a","value":"\xff"}',
    ],
)
async def test_C5_text_that_is_not_utf_8_is_1007(served: Served, payload: bytes) -> None:
    async with member(served) as ann:
        ann.wire.say_raw(payload)
        assert (await ann.wire.closed())[0] == 1007
    async with member(served) as ann:
        ann.wire.send(frame_out(TEXT, payload[:1], fin=False) + frame_out(CONT, payload[1:]))
        assert (await ann.wire.closed())[0] == 1007


@BOTH
async def test_C6_a_message_that_is_too_long_is_1009_before_it_has_come(
    served: Served, subprotocol: str
) -> None:
    limit = served.settings.message_bytes_max
    opcode = BINARY if subprotocol == MSGPACK_NAME else TEXT
    async with member(served, subprotocol=subprotocol) as ann:
        ann.wire.say_raw(b" " * limit if opcode == TEXT else b"\xc0" * limit)
        assert (await ann.wire.hear())["code"] == "bad_message"
        ann.wire.send(frame_out(opcode, b"", length=limit + 1))
        assert (await ann.wire.closed())[0] == 1009


async def test_C6_fragments_that_are_too_long_together_are_1009(served: Served) -> None:
    half = b" " * (served.settings.message_bytes_max // 2 + 1)
    async with member(served) as ann:
        ann.wire.send(frame_out(TEXT, half, fin=False) + frame_out(CONT, half))
        assert (await ann.wire.closed())[0] == 1009


async def test_C6_a_length_beyond_any_memory_is_1009(served: Served) -> None:
    async with member(served) as ann:
        ann.wire.send(frame_out(TEXT, b"", length=2**62))
        assert (await ann.wire.closed())[0] == 1009


async def test_HS8_a_hello_that_is_too_long_is_1009(served: Served) -> None:
    async with opened(served) as wire:
        wire.send(frame_out(TEXT, b"", length=served.settings.hello_bytes_max + 1))
        assert (await wire.closed())[0] == 1009


# --- C7: messages ---------------------------------------------------------------------------------

BAD_MESSAGES: dict[str, bytes] = {
    "nothing": b"",
    "not json": b"{",
    "not an object": b"[]",
    "no type": b"{}",
    "an unknown type": b'{"type":"submits"}',
    "a server's type": b'{"type":"pong","n":1,"server_now":1}',
    "an unknown field": b'{"type":"ping","n":1,"x":1}',
    "a missing field": b'{"type":"ping"}',
    "a wrong type": b'{"type":"ping","n":"1"}',
    "a number with a point": b'{"type":"ping","n":1.0}',
    "true for a number": b'{"type":"ping","n":true}',
    "out of range": b'{"type":"ping","n":-1}',
    "a huge number": b'{"type":"ping","n":%s}' % (b"9" * 400),
    "not a number": b'{"type":"ping","n":NaN}',
    "too deep": b'{"type":"presence","room":"%s","key":"a","value":%s}'
    % (NO_ROOM.encode(), b"[" * 40 + b"]" * 40),
    "a lone surrogate": b'{"type":"auth","token":"\\ud800"}',
    "bytes after the end": b'{"type":"ping","n":1} x',
    "a byte order mark": b'\xef\xbb\xbf{"type":"ping","n":1}',
    "a room that is none": b'{"type":"leave","room":"r_1"}',
    "a seq beyond 2^53": b'{"type":"submit","room":"%s","seq":9007199254740992,"made":'
    b'["0000000000000000",1],"command":{}}' % NO_ROOM.encode(),
    "a fraction too many": b'{"type":"presence","room":"r_0","key":"a","value":1e999}',
}


@pytest.mark.parametrize("what", BAD_MESSAGES)
async def test_C7_MS2_MS3_MS4_MS5_a_bad_message_is_told_and_the_connection_stays(
    served: Served, what: str
) -> None:
    async with member(served) as ann:
        ann.wire.say_raw(BAD_MESSAGES[what])
        error = await ann.wire.hear()
        assert (error["type"], error["code"]) == ("error", "bad_message")
        assert 0 < len(error["detail"]) <= 200
        ann.wire.say({"type": "ping", "n": 7})
        assert (await ann.wire.hear())["n"] == 7
    assert served.metrics.bad_messages == 1


@BOTH
async def test_C7_the_third_bad_message_in_a_minute_is_1008(
    served: Served, subprotocol: str
) -> None:
    async with member(served, subprotocol=subprotocol) as ann:
        for _ in range(3):
            ann.wire.say({"type": "nonsense"})
        for _ in range(3):
            assert (await ann.wire.hear())["code"] == "bad_message"
        assert await ann.wire.closed() == (1008, "bad_message")


async def test_C7_bad_messages_of_a_minute_ago_are_forgotten(served: Served) -> None:
    async with member(served) as ann:
        for _ in range(4):
            ann.wire.say({"type": "nonsense"})
            assert (await ann.wire.hear())["code"] == "bad_message"
            served.clock.advance(31.0)


async def test_HS8_nothing_but_hello_may_come_first(served: Served) -> None:
    async with opened(served) as wire:
        wire.say({"type": "ping", "n": 1})
        assert (await wire.hear())["code"] == "out_of_phase"
        wire.say({"type": "leave", "room": NO_ROOM})
        assert (await wire.hear())["code"] == "out_of_phase"
        wire.say({"type": "auth", "token": served.token()[0]})
        assert await wire.closed() == (1008, "out_of_phase")


async def test_HS8_hello_comes_once(served: Served) -> None:
    async with member(served) as ann:
        ann.wire.say({"type": "hello", "token": "x", "client": new_client_id()})
        assert (await ann.wire.hear())["code"] == "out_of_phase"


@BOTH
@pytest.mark.parametrize("more", [{"protocol": 2}, {"protocol": 0}, {"protocol": 2, "shiny": [1]}])
async def test_HS10_another_version_is_told_and_closed_with_4426(
    served: Served, subprotocol: str, more: dict[str, Any]
) -> None:
    async with opened(served, subprotocol) as wire:
        wire.say({"type": "hello", "token": "x", "client": new_client_id(), **more})
        error = await wire.hear()
        assert error["code"] == "version_unsupported"
        assert "1" in error["detail"]
        assert (await wire.closed())[0] == 4426


# --- C8, C9: time and tokens ----------------------------------------------------------------------


async def test_C8_without_hello_it_is_3008(served: Served) -> None:
    async with opened(served) as wire:
        await served.advance(4.5)
        wire.send(frame_out(PING, b"still here"))
        assert (await wire.frame()).opcode == PONG
        await served.advance(0.5)
        assert (await wire.closed())[0] == 3008


async def test_C8_two_missed_heartbeats_are_3008(served: Served) -> None:
    beat = served.settings.heartbeat_s
    async with member(served) as silent, member(served) as ann, member(served) as library:
        for n in range(3):
            await served.advance(beat / 2)
            ann.wire.say({"type": "ping", "n": n})
            assert await ann.wire.hear() == {
                "type": "pong",
                "n": n,
                "server_now": served.clock.now_ms(),
            }
            # HS14: a control frame is one too
            library.wire.send(frame_out(PONG, b""))
            await all_read(served)
        await served.advance(beat / 2 + 0.5)
        assert await silent.wire.closed() == (3008, "two heartbeats missed")
        for found in (ann, library):
            found.wire.say({"type": "ping", "n": 9})
            assert (await found.wire.hear())["n"] == 9


async def test_HS14_control_frames_are_heartbeats(served: Served) -> None:
    async with member(served) as ann:
        for _ in range(4):
            await served.advance(served.settings.heartbeat_s)
            ann.wire.send(frame_out(PING, b"x"))
            assert (await ann.wire.frame()).payload == b"x"


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
async def test_C9_a_bad_token_in_hello_is_3000(served: Served, token: str) -> None:
    async with opened(served) as wire:
        wire.say({"type": "hello", "token": token, "client": new_client_id()})
        assert await wire.closed() == (3000, "invalid_token")


async def test_C9_a_token_that_ends_while_connected_is_3000() -> None:
    async with serving(guest_token_h=0.01) as served, member(served) as ann:
        for n in range(2):
            await served.advance(17.5)
            ann.wire.say({"type": "ping", "n": n})
            await ann.wire.hear()
        await served.advance(1.0)
        assert await ann.wire.closed() == (3000, "invalid_token")


async def test_C9_a_command_after_the_tokens_end_is_not_executed() -> None:
    async with serving(guest_token_h=0.01) as served:
        owner = served.token()
        room = await served.room(owner[1])
        async with member(served, room, token=owner) as ann:
            served.clock.advance(36.0)  # and no sweep yet
            ann.say_in_chat(room)
            assert await ann.wire.closed() == (3000, "invalid_token")
        assert served.directory.open_rooms[room].replica.version == 1


async def test_C9_presence_after_the_tokens_end_is_3000() -> None:
    async with serving(guest_token_h=0.01) as served, member(served) as ann:
        served.clock.advance(36.0)
        ann.wire.say({"type": "presence", "room": NO_ROOM, "key": "cursor", "value": None})
        assert await ann.wire.closed() == (3000, "invalid_token")


async def test_HS12_a_fresh_token_lets_the_connection_live_on() -> None:
    async with serving(guest_token_h=0.01) as served:
        token, identity = served.token()
        async with member(served, token=(token, identity)) as ann:
            served.clock.advance(30.0)
            ann.wire.say({"type": "auth", "token": served.tokens.renew(token).token})
            await all_read(served)
            await served.advance(30.0)
            ann.wire.say({"type": "ping", "n": 1})
            assert (await ann.wire.hear())["n"] == 1
            await served.advance(6.0)
            assert (await ann.wire.closed())[0] == 3000


async def test_C9_auth_with_a_bad_token_or_somebody_elses_is_3000(served: Served) -> None:
    for token in ("", "x", served.token("Bob")[0]):
        async with member(served) as ann:
            ann.wire.say({"type": "auth", "token": token})
            assert await ann.wire.closed() == (3000, "invalid_token")


# --- C10 to C12: rights ---------------------------------------------------------------------------


@BOTH
async def test_C10_who_is_removed_is_told_and_may_do_nothing_more(
    served: Served, subprotocol: str
) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    async with member(served, room, token=owner) as ann:
        token, join = await invited(served, ann, room, "editor")
        async with opened(served, subprotocol) as bob:
            bob.say({"type": "hello", "token": token, "client": new_client_id(), "rooms": [join]})
            account = (await bob.hear())["account"]
            joined = await bob.hear_type("joined")
            ann.submit(room, {"type": "member.remove", "member": account})
            closed = await bob.hear_type("closed")
            assert closed == {"type": "closed", "room": room, "reason": "removed"}
            command = {"type": "chat.say", "text": "still here?"}
            made = joined["position"][:2]
            bob.say({"type": "submit", "room": room, "seq": 1, "made": made, "command": command})
            rejected = await bob.hear_type("rejected")
            assert (rejected["code"], rejected["final"]) == ("not_found", True)
            bob.say({"type": "join", "room": room, "ref": 5})
            assert await bob.hear_type("error") == not_found(room, 5)


def not_found(room: str, ref: int) -> dict[str, Any]:
    return {"type": "error", "code": "not_found", "ref": ref, "room": room}


@BOTH
async def test_C11_absent_and_not_permitted_are_the_same_bytes(
    served: Served, subprotocol: str
) -> None:
    _, somebody = served.token("Somebody")
    room = await served.room(somebody)
    async with member(served, subprotocol=subprotocol) as ann:
        answers: list[bytes] = []
        for asked in (room, NO_ROOM):
            ann.wire.say({"type": "join", "room": asked, "ref": 1})
            answers.append((await ann.wire.frame()).payload.replace(asked.encode(), b"ROOM"))
        assert answers[0] == answers[1]
        # nor does a link that is none help
        ann.wire.say({"type": "join", "room": room, "ref": 2, "invite": "i_00000000000.secret"})
        assert await ann.wire.hear() == not_found(room, 2)


async def test_C11_too_many_failed_joins_of_an_address_are_4429() -> None:
    async with serving(failed_joins_per_min=3) as served:
        async with member(served) as ann:
            for ref in range(3):
                ann.wire.say({"type": "join", "room": NO_ROOM, "ref": ref})
                assert (await ann.wire.hear())["code"] == "not_found"
            ann.wire.say({"type": "join", "room": NO_ROOM, "ref": 3})
            assert await ann.wire.closed() == (4429, "failed joins")
        async with member(served) as again:
            again.wire.say({"type": "join", "room": NO_ROOM, "ref": 4})
            assert (await again.wire.closed())[0] == 4429
        served.clock.advance(20.0)
        async with member(served) as later:
            later.wire.say({"type": "join", "room": NO_ROOM, "ref": 5})
            assert (await later.wire.hear())["code"] == "not_found"


async def test_C12_a_command_without_right_is_forbidden_by_the_role_of_the_moment(
    served: Served,
) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    async with member(served, room, token=owner) as ann:
        token, join = await invited(served, ann, room, "viewer")
        async with opened(served) as wire:
            wire.say({"type": "hello", "token": token, "client": new_client_id(), "rooms": [join]})
            account = (await wire.hear())["account"]
            generation, version, _ = (await wire.hear_type("joined"))["position"]
            bob = Member(wire, ann.identity, "", {}, generation, version)
            token_of_board = {
                "id": "o_00000001",
                "sort": "ball",
                "props": {"at": [0, 0]},
            }
            add = {"type": "objects.add", "objects": [token_of_board]}
            bob.submit(room, add)
            assert (await wire.hear_type("rejected"))["code"] == "forbidden"
            ann.submit(room, {"type": "member.role", "member": account, "role": "editor"})
            entries = await wire.hear_type("entries")
            assert entries["entries"][-1]["events"][0]["type"] == "member.role_set"
            bob.submit(room, add)
            assert (await wire.hear_type("accepted", "rejected"))["type"] == "accepted"


# --- C14, C15: too much ---------------------------------------------------------------------------


async def test_C14_commands_beyond_rate_and_burst_are_not_executed_and_told_how_long_to_wait() -> (
    None
):
    async with serving(command_rate_per_s=2.0, command_burst=3) as served:
        owner = served.token()
        room = await served.room(owner[1])
        async with member(served, room, token=owner) as ann:
            seq = [ann.say_in_chat(room) for _ in range(4)][-1]
            rejected = await ann.wire.hear_type("rejected")
            assert rejected == {
                "type": "rejected",
                "room": room,
                "seq": seq,
                "code": "rate_limited",
                "final": False,
                "detail": {"wait_ms": 500},
            }
            served.clock.advance(0.5)
            ann.submit(room, {"type": "chat.say", "text": "again"}, seq=seq, again=True)
            accepted = await ann.wire.hear_type("accepted")
            while [seq, 5] not in accepted["done"]:
                accepted = await ann.wire.hear_type("accepted")
        assert served.directory.open_rooms[room].replica.version == 5


@BOTH
async def test_C14_ten_refusals_within_ten_seconds_are_4429(subprotocol: str) -> None:
    async with (
        serving(command_rate_per_s=0.001, command_burst=1) as served,
        member(served, subprotocol=subprotocol) as ann,
    ):
        for _ in range(11):
            ann.say_in_chat(NO_ROOM)
        assert await ann.wire.closed() == (4429, "rate_limited")


async def test_MS13_joins_have_a_rate_of_their_own() -> None:
    async with serving(join_rate_per_min=2.0) as served, member(served) as ann:
        for ref in range(2):
            ann.wire.say({"type": "join", "room": NO_ROOM, "ref": ref})
            assert (await ann.wire.hear())["code"] == "not_found"
        ann.wire.say({"type": "join", "room": NO_ROOM, "ref": 2})
        assert await ann.wire.hear() == {
            "type": "error",
            "code": "rate_limited",
            "retry": True,
            "ref": 2,
            "room": NO_ROOM,
            "wait_ms": 30_000,
        }


async def test_C15_a_flood_of_bytes_is_4429() -> None:
    async with (
        serving(flood_bytes_per_s=10_000) as served,
        member(served) as flooding,
        member(served) as ann,
    ):
        for n in range(4):
            for _ in range(8):
                flooding.wire.send(frame_out(PONG, bytes(125)) * 10)
            ann.wire.say({"type": "ping", "n": n})
            assert (await ann.wire.hear())["n"] == n
            await all_read(served)
            await served.advance(0.5)
        assert (await flooding.wire.closed())[0] == 4429
        ann.wire.say({"type": "ping", "n": 9})
        assert (await ann.wire.hear())["n"] == 9


class StuckLog(MemoryRoomLog):
    """Appends to existing rooms wait for `go`."""

    def __init__(self) -> None:
        super().__init__(exclusive=True)
        self.go = asyncio.Event()

    async def append(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        if any(one.kind is None for one in batch):
            await self.go.wait()
        return await super().append(batch)


async def test_C15_too_many_unanswered_commands_are_4429() -> None:
    log = StuckLog()
    async with serving(log=log, in_flight_max=8) as served:
        owner = served.token()
        room = await served.room(owner[1])
        async with member(served, room, token=owner) as ann, member(served, room, token=owner) as b:
            for _ in range(8):
                ann.say_in_chat(room)
                b.say_in_chat(room)
            ann.say_in_chat(room)
            assert (await ann.wire.closed())[0] == 4429
            # who keeps to it has all of them answered
            log.go.set()
            done: list[int] = []
            while len(done) < 8:
                done += [seq for seq, _ in (await b.wire.hear_type("accepted"))["done"]]
            assert done == list(range(1, 9))
            for _ in range(8):
                b.say_in_chat(room)
            while len(done) < 16:
                done += [seq for seq, _ in (await b.wire.hear_type("accepted"))["done"]]


# --- C17 to C22 -----------------------------------------------------------------------------------


async def test_C17_the_same_client_again_replaces_the_older_connection(served: Served) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    client = new_client_id()
    async with member(served, room, token=owner, client=client) as older:
        async with member(served, room, token=owner, client=client) as newer:
            assert await older.wire.closed() == (4409, "replaced")
            newer.say_in_chat(room)
            assert (await newer.wire.hear_type("accepted"))["done"] == [[1, 2]]
        # somebody else's client id is not one's own to replace
        async with (
            member(served, token=owner, client=client) as mine,
            member(served, token=served.token("Bob"), client=client),
        ):
            mine.wire.say({"type": "ping", "n": 1})
            assert (await mine.wire.hear())["n"] == 1


async def test_C18_a_command_of_another_generation_is_session_expired(served: Served) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    async with member(served, room, token=owner) as ann:
        ann.generation = "f" * 16
        ann.say_in_chat(room)
        rejected = await ann.wire.hear_type("rejected")
        assert (rejected["code"], rejected["final"]) == ("session_expired", True)
        ann.wire.say({"type": "ping", "n": 1})
        assert (await ann.wire.hear())["n"] == 1


class BuggyRooms:
    """Rooms whose join is a bug."""

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
        raise ZeroDivisionError("planted")


async def test_C19_a_bug_in_one_connection_is_1011_with_its_incident() -> None:
    with capture_logs() as logs:
        async with (
            serving(rooms=BuggyRooms()) as served,
            member(served) as ann,
            member(served) as b,
        ):
            ann.wire.say({"type": "join", "room": NO_ROOM, "ref": 1})
            code, reason = await ann.wire.closed()
            b.wire.say({"type": "ping", "n": 1})
            assert (await b.wire.hear())["n"] == 1
    assert code == 1011
    (logged,) = logs
    assert (logged["log_level"], logged["event"]) == ("error", "connection failed")
    assert reason == f"incident {logged['incident']}"
    assert isinstance(logged["exc_info"], ZeroDivisionError)


async def test_C20_a_node_that_is_cut_off_sends_everybody_away(served: Served) -> None:
    async with member(served) as ann, opened(served) as silent:
        served.listener.registry.close_all(CloseCode.TRY_AGAIN_LATER, "unavailable")
        assert await ann.wire.closed() == (1013, "unavailable")
        assert await silent.closed() == (1013, "unavailable")


@pytest.mark.parametrize("seq", [0, -1])
async def test_C21_a_seq_that_is_not_positive_is_bad_and_the_second_is_1008(
    served: Served, seq: int
) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    async with member(served, room, token=owner) as ann:
        command = {"type": "chat.say", "text": "x"}
        ann.submit(room, command, seq=seq)
        rejected = await ann.wire.hear_type("rejected")
        assert (rejected["code"], rejected["final"]) == ("bad_seq", True)
        ann.submit(room, command, seq=seq)
        assert await ann.wire.closed() == (1008, "bad_seq")


async def test_C21_a_seq_of_somebody_elses_client_is_bad_and_the_second_is_1008(
    served: Served,
) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    client = new_client_id()
    async with member(served, room, token=owner, client=client) as ann:
        ann.say_in_chat(room)
        await ann.wire.hear_type("accepted")
        token, join = await invited(served, ann, room, "editor")
        async with opened(served) as wire:
            wire.say({"type": "hello", "token": token, "client": client, "rooms": [join]})
            generation, version, _ = (await wire.hear_type("joined"))["position"]
            bob = Member(wire, ann.identity, client, {}, generation, version)
            for _ in range(2):
                bob.say_in_chat(room)
                assert (await wire.hear_type("rejected"))["code"] == "bad_seq"
            assert await wire.closed() == (1008, "bad_seq")


@pytest.mark.parametrize("text", ["\u202eevil", "\u200b\u200b", "a\x00b", "   "])
async def test_C22_text_that_deceives_is_refused(served: Served, text: str) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    async with member(served, room, token=owner) as ann:
        ann.say_in_chat(room, text)
        assert (await ann.wire.hear_type("rejected"))["code"] == "bad_command"


async def test_C22_text_is_kept_in_nfc(served: Served) -> None:
    owner = served.token()
    room = await served.room(owner[1])
    async with member(served, room, token=owner) as ann:
        ann.say_in_chat(room, "Mu\u0308ller")
        entries = await ann.wire.hear_type("entries")
        assert entries["entries"][0]["events"][0]["text"] == "M\u00fcller"

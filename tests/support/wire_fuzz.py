"""Almost valid messages on live connections: only listed codes may come back, and another member of
the room must notice nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from protocol.codes import ERRORS, NOTICES, REJECTIONS, CloseCode
from tests.support.message_fuzz import MessageFuzz, whole
from tests.support.served import Member, Served, member, opened, serving
from tests.support.wire import (
    CLOSE,
    JSON_NAME,
    MSGPACK_NAME,
    PING,
    PONG,
    Wire,
    frame_out,
    new_client_id,
)

PER_CONNECTION = 40

GENEROUS: dict[str, Any] = {
    "bad_messages_max": 1_000_000,
    "command_rate_per_s": 1e9,
    "command_burst": 1_000_000_000,
    "join_rate_per_min": 1e9,
    "failed_joins_per_min": 1e9,
    "presence_rate_per_s": 1e9,
    "flood_bytes_per_s": 1 << 40,
    "connections_per_account_max": 1_000,
    "connections_per_address_max": 1_000,
}
"""No rate ends a connection before its messages are read; the rates have tests of their own."""


ENDS = {None, CloseCode.INVALID_UTF8, CloseCode.POLICY, CloseCode.TOO_BIG, CloseCode.UNAUTHORIZED}
"""What a payload in a good frame may come to: no text, wrong seqs, too long, a bad `auth`."""


async def until_quiet(wire: Wire, mark: int) -> int | None:
    """Reads until the pong with this number (0: our side of the stream has ended, there is none to
    wait for), or the close, whose code is returned. Fails at
    anything that is not listed."""
    while True:
        try:
            found = await wire.frame()
        except asyncio.IncompleteReadError:
            return 1006
        if found.opcode == CLOSE:
            if mark:
                wire.send(frame_out(CLOSE, found.payload[:2]))
            await wire.ended()
            return found.close_code
        if found.opcode in {PING, PONG}:
            continue
        message = wire.decode(found.payload)
        match message["type"]:
            case "error":
                assert message["code"] in ERRORS, message
            case "rejected":
                assert message["code"] in REJECTIONS, message
                assert message["final"] == REJECTIONS[message["code"]].final, message
                assert message["code"] != "internal", message
            case "notice":
                assert message["code"] in NOTICES, message
            case "closed":
                assert message["reason"] in {"left", "removed"}, message
            case "pong" if message["n"] == mark:
                return None
            case kind:
                known = {"snapshot", "entries", "joined", "accepted", "presence", "pong"}
                assert kind in known, message


class Witness:
    """An owner in the same room, who must notice nothing but entries, each once and in order."""

    def __init__(self, owner: Member, room: str) -> None:
        self._owner = owner
        self._room = room
        self._version = owner.version

    async def check(self) -> None:
        """Says something, and sees it accepted, with every entry before it."""
        seq = self._owner.say_in_chat(self._room, "still here")
        accepted = None
        while accepted is None or self._version < accepted:
            message = await self._owner.wire.hear_type("accepted", "entries", "rejected", "closed")
            assert message["type"] in {"accepted", "entries"}, message
            for found_seq, version in message.get("done", []):
                assert found_seq == seq
                accepted = version
            for entry in message.get("entries", []):
                assert entry["v"] == self._version + 1
                self._version += 1


async def one_connection(
    served: Served, fuzz: MessageFuzz, hello: dict[str, Any], subprotocol: str
) -> None:
    async with opened(served, subprotocol) as wire:
        wire.say({**hello, "client": new_client_id()})
        assert (await wire.hear())["type"] == "welcome"
        for _ in range(PER_CONNECTION - 1):
            wire.send(whole(wire, fuzz.payload(wire)))
        wire.say({"type": "ping", "n": 77})
        code = await until_quiet(wire, 77)
        assert code in ENDS, code
        if code is not None:
            return
        wire.send(fuzz.frame(wire))
        # a frame that claims more than it brings waits for the rest: end the stream
        wire.writer.write_eof()
        code = await until_quiet(wire, 0)
        assert code in {int(one) for one in CloseCode} | {1006}, code
        assert code != CloseCode.INTERNAL


@dataclass(frozen=True)
class Report:
    """What a run did."""

    mutations: int
    """Messages that were read."""
    connections: int
    bad_messages: int
    closes: dict[int, int]


async def fuzz_the_wire(
    mutations: int, seed: int, progress: Callable[[int], None] = lambda _: None
) -> Report:
    """So many mutations against a node of its own. Raises AssertionError, with the seed that
    repeats it, at the first answer that is not listed."""
    async with serving(**GENEROUS) as served:
        owner = served.token()
        room = await served.room(owner[1])
        async with member(served, room, token=owner) as ann:
            ann.submit(room, {"type": "invitation.create", "id": "i_00000000000", "role": "editor"})
            ann.version = (await ann.wire.hear_type("accepted"))["done"][0][1]
            await ann.wire.hear_type("entries")
            invite = served.invitations.secret_part(room, "i_00000000000")
            witness = Witness(ann, room)
            bob = served.token("Bob")[0]
            connections = 0
            # Counted where they are read: what follows a close is not.
            while served.metrics.received_messages < mutations:
                number = connections * PER_CONNECTION
                fuzz = MessageFuzz(seed + number, room, ann.generation)
                rooms = [{"room": room, "invite": invite}]
                hello = {"type": "hello", "token": bob, "rooms": rooms}
                subprotocol = (JSON_NAME, MSGPACK_NAME)[connections % 2]
                try:
                    await one_connection(served, fuzz, hello, subprotocol)
                    await witness.check()
                except BaseException as failure:
                    failure.add_note(f"repeat with seed {seed + number}")
                    raise
                served.clock.advance(0.1)
                connections += 1
                progress(served.metrics.received_messages)
        metrics = served.metrics
        assert metrics.closes[CloseCode.INTERNAL] == 0, "a bug in a connection"
        assert metrics.rooms_failed == 0, "a bug in a room"
        return Report(
            mutations=metrics.received_messages,
            connections=metrics.accepted_connections,
            bad_messages=metrics.bad_messages,
            closes=dict(metrics.closes),
        )

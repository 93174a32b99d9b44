"""Rooms that do as a test says, and a transport without a socket: for connections alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, cast

from msgspec import Raw

from protocol.client_messages import PresenceUpdate, Submit
from protocol.codec import CODECS
from protocol.identifiers import Position
from server.audit import Origin
from server.config import Settings
from server.connections.authentication import Authentication, Issuers
from server.connections.connection import Connection
from server.connections.registry import Registry
from server.connections.surroundings import (
    Surroundings,
    handshake_rules,
    session_limits,
    told_limits,
)
from server.identity import Identity
from server.invitations import Invitations
from server.logs import get_logger
from server.metrics import Metrics
from server.rooms.follower import Follower
from server.rooms.recipient import Recipient
from server.secrets import KeyRing
from server.tokens import Tokens
from tests.support.access import Kept, access_over
from tests.support.manual_clock import ManualClock
from tests.support.recording_recipient import split_frames
from tests.support.wire import (
    BINARY,
    JSON_NAME,
    TEXT,
    frame_out,
    new_client_id,
    request,
)

ROOM = "r_" + "a" * 22
OTHER = "r_" + "b" * 22


class FakeFollower:
    """What a connection calls of a follower, in order."""

    def __init__(self, room_id: str) -> None:
        self.room_id = room_id
        self.pending = 0
        self.calls: list[str] = []
        self.on_call: Callable[[str], None] = lambda _: None

    def _called(self, name: str) -> None:
        self.calls.append(name)
        self.on_call(name)

    def submit(self, message: Submit) -> None:
        self._called(f"submit {message.seq}")

    def presence(self, message: PresenceUpdate) -> None:
        self._called(f"presence {message.key}")

    def leave(self) -> None:
        self._called("leave")

    def revoke(self) -> None:
        self._called("revoke")

    def lag(self) -> None:
        self._called("lag")

    def catch_up(self) -> None:
        self._called("catch_up")


class FakeRooms:
    """Lets everybody into every room, at once, and keeps the followers."""

    def __init__(self) -> None:
        self.followers: dict[str, FakeFollower] = {}
        self.asked: list[tuple[str, Position | None, str | None, int | None]] = []
        self.answer: Callable[[str], FakeFollower | None] = FakeFollower

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
        self.asked.append((room_id, position, invitation, ref))
        found = self.answer(room_id)
        if found is not None:
            self.followers[room_id] = found
        return cast("Follower | None", found)


class FakeTransport:
    """A transport whose peer takes what the test says. Raises as uvloop's does."""

    def __init__(self, *, half_close: bool = True) -> None:
        self.written = bytearray()
        self.owed = 0
        self.ended = self.closed = self.aborted = False
        self.reading = True
        self.broken = False
        self.limits: tuple[int, int] | None = None
        self._half_close = half_close
        self.on_write: Callable[[], None] = lambda: None

    def write(self, frames: bytes) -> None:
        if self.broken or self.ended or self.closed or self.aborted:
            raise RuntimeError("the handler is closed")
        self.written += frames
        self.on_write()

    def take(self) -> bytes:
        """What was written since the last call."""
        found = bytes(self.written)
        self.written.clear()
        return found

    def set_write_buffer_limits(self, high: int, low: int) -> None:
        self.limits = (high, low)

    def get_write_buffer_size(self) -> int:
        return self.owed

    def get_extra_info(self, name: str) -> Any:
        return ("192.0.2.7", 4711) if name == "peername" else self

    def fileno(self) -> int:
        return -1

    def is_closing(self) -> bool:
        return self.closed or self.aborted

    def can_write_eof(self) -> bool:
        return self._half_close

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


class RecordingWitness:
    """Writes down whatever it is told."""

    def __init__(self) -> None:
        self.who_came: list[tuple[Identity, str]] = []
        self.closes: list[tuple[str, str, int, str]] = []

    def came(self, identity: Identity, origin: Origin) -> None:
        self.who_came.append((identity, origin.address))

    def closed(self, account: str, address: str, code: int, reason: str) -> None:
        self.closes.append((account, address, code, reason))


class Bench:
    """A node's surroundings without a loop: what is spawned runs at once, what is called later
    waits for `run_later`."""

    def __init__(self, **settings: Any) -> None:
        self.clock = ManualClock()
        self.metrics = Metrics()
        self.rooms = FakeRooms()
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.witness = RecordingWitness()
        self.tokens = Tokens(
            KeyRing((b"only for tests, long enough",)), self.clock, guest_token_h=1
        )
        self.invitations = Invitations(KeyRing((b"only for tests, long enough",)))
        chosen = Settings(**settings)
        self.kept = Kept()
        self.access = access_over(self.kept, self.clock, self.metrics, chosen)
        self.authentication = authentication = self.authenticating()
        self.registry = Registry(chosen)
        self.registry.follow(self.access)
        self.around = Surroundings(
            settings=chosen,
            limits=session_limits(chosen),
            welcome_limits=told_limits(chosen),
            rules=handshake_rules(chosen, authentication, ()),
            node="n1",
            clock=self.clock,
            metrics=self.metrics,
            registry=self.registry,
            authentication=authentication,
            invitations=self.invitations,
            rooms=self.rooms,
            logger=get_logger("connections"),
            draw_incident=lambda: "1a2b3c",
            spawn=self._spawn,
            call_later=lambda delay, callback: self.later.append((delay, callback)),
            witness=self.witness,
        )

    def authenticating(self, issuers: Issuers | None = None) -> Authentication:
        """Authentication that believes these issuers too."""
        return Authentication(self.tokens, self.access, self.clock, self.metrics, issuers=issuers)

    @staticmethod
    def _spawn(work: Coroutine[Any, Any, None]) -> None:
        try:
            work.send(None)
        except StopIteration:
            return
        raise AssertionError("fake rooms never wait")

    def run_later(self) -> None:
        """What was to be called later is."""
        waiting, self.later = self.later, []
        for _, callback in waiting:
            callback()

    def with_rooms(self, rooms: Any) -> Surroundings:
        """The same, but other rooms."""
        return replace(self.around, rooms=rooms)

    def connect(self, transport: FakeTransport | None = None) -> tuple[Connection, FakeTransport]:
        """A socket that has said nothing."""
        transport = transport or FakeTransport()
        connection = Connection(self.around)
        connection.connection_made(cast("asyncio.Transport", transport))
        return connection, transport

    def open(
        self, transport: FakeTransport | None = None, *, subprotocol: str = JSON_NAME
    ) -> tuple[Connection, FakeTransport]:
        """A connection after its handshake."""
        connection, transport = self.connect(transport)
        connection.data_received(request(subprotocols=[subprotocol]))
        assert transport.take().startswith(b"HTTP/1.1 101 ")
        return connection, transport

    def welcome(
        self,
        *rooms: str,
        transport: FakeTransport | None = None,
        token: tuple[str, Identity] | None = None,
        client: str | None = None,
        subprotocol: str = JSON_NAME,
    ) -> tuple[Connection, FakeTransport]:
        """A connection after hello, in these rooms."""
        connection, transport = self.open(transport, subprotocol=subprotocol)
        issued = self.tokens.issue_guest("Ann")
        hello = {
            "type": "hello",
            "token": token[0] if token else issued.token,
            "client": client or new_client_id(),
            "rooms": [{"room": room} for room in rooms],
        }
        say(connection, hello)
        assert heard(connection, transport)[0]["type"] == "welcome"
        return connection, transport


def say(connection: Connection, message: Any) -> None:
    """A message from the peer."""
    opcode = BINARY if connection.codec.binary else TEXT
    connection.data_received(frame_out(opcode, connection.codec.encode(message)))


def heard(connection: Connection, transport: FakeTransport) -> list[dict[str, Any]]:
    """The messages written since the last call."""
    codec = CODECS[connection.codec.subprotocol]
    decode = codec.decode_as
    return [decode(payload, dict[str, Any]) for payload in split_frames(transport.take())]


def close_code(written: bytes) -> int:
    """The code of a close frame at the end of what was written."""
    at = written.rindex(b"\x88")
    return int.from_bytes(written[at + 2 : at + 4], "big")

"""The WebSocket side of a node as it is shipped, on loopback: listener, rooms, memory log; the
clock is the test's."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from protocol.codec import CODECS
from server.accounts.access import Access
from server.config import Settings
from server.connections.authentication import Authentication
from server.connections.listener import Listener, listen
from server.connections.surroundings import Rooms
from server.identity import Identity
from server.invitations import Invitations
from server.metrics import Metrics
from server.rooms.directory import Directory
from server.rules.catalogue import KINDS
from server.secrets import KeyRing
from server.tokens import Tokens
from storage.room_log import RoomLog
from storage.room_log_memory import MemoryRoomLog
from tests.support.access import Kept, access_over
from tests.support.manual_clock import ManualClock
from tests.support.wire import JSON_NAME, WAIT_S, Wire, dial, new_client_id, request

NO_ROOM = "r_" + "0" * 22


@dataclass
class Served:
    """A node without its HTTP side."""

    clock: ManualClock
    settings: Settings
    metrics: Metrics
    tokens: Tokens
    invitations: Invitations
    directory: Directory
    listener: Listener
    port: int
    authentication: Authentication
    access: Access
    kept: Kept
    """What other nodes wrote into the database."""
    bugs: list[Exception] = field(default_factory=list[Exception])

    @property
    def url(self) -> str:
        """Where a client of a library connects."""
        return f"ws://127.0.0.1:{self.port}/ws"

    def token(self, name: str = "Ann") -> tuple[str, Identity]:
        """A guest's token."""
        issued = self.tokens.issue_guest(name)
        return issued.token, issued.identity

    async def room(self, owner: Identity, kind: str = "board") -> str:
        """A new room."""
        return await self.directory.create(kind, "Saturday", owner, {})

    async def advance(self, seconds: float) -> None:
        """Time passes, and the sweeper notices, step by step as it would."""
        while seconds > 0:
            step = min(0.5, seconds)
            self.clock.advance(step)
            seconds -= step
            await self.listener.sweeper.sweep()


@asynccontextmanager
async def serving(
    *,
    log: RoomLog | None = None,
    rooms: Rooms | None = None,
    sockets: Sequence[socket.socket] | None = None,
    tls: ssl.SSLContext | None = None,
    **settings: Any,
) -> AsyncGenerator[Served]:
    """A node on a free port. `rooms` stands in for the directory."""
    clock = ManualClock()
    chosen = Settings(host="127.0.0.1", ws_port=0, **settings)
    metrics = Metrics()
    ring = KeyRing((b"a secret that only these tests know of",))
    tokens = Tokens(ring, clock, guest_token_h=chosen.guest_token_h)
    invitations = Invitations(ring)
    kept = Kept()
    access = access_over(kept, clock, metrics, chosen)
    authentication = Authentication(tokens, access, clock, metrics)
    bugs: list[Exception] = []
    directory = Directory(
        log=log or MemoryRoomLog(exclusive=True),
        clock=clock,
        settings=chosen,
        metrics=metrics,
        kinds=KINDS,
        on_bug=bugs.append,
    )
    directory.start()
    try:
        async with listen(
            settings=chosen,
            clock=clock,
            metrics=metrics,
            authentication=authentication,
            invitations=invitations,
            rooms=rooms or directory,
            node="test",
            addresses=(),
            sockets=sockets,
            tls=tls,
        ) as listener:
            yield Served(
                clock=clock,
                settings=chosen,
                metrics=metrics,
                tokens=tokens,
                invitations=invitations,
                directory=directory,
                listener=listener,
                port=listener.ports[0],
                authentication=authentication,
                access=access,
                kept=kept,
                bugs=bugs,
            )
    finally:
        await directory.stop()
    assert not bugs, bugs


@asynccontextmanager
async def opened(served: Served, subprotocol: str = JSON_NAME, **more: str) -> AsyncGenerator[Wire]:
    """A connection after its handshake, before hello."""
    async with dial(served.port) as wire:
        wire.send(request(subprotocols=[subprotocol], **more))
        answer = await wire.answer()
        assert answer.status == 101, answer
        wire.binary = CODECS[subprotocol].binary
        yield wire


@dataclass
class Member:
    """Somebody who said hello, and is in a room if one was given."""

    wire: Wire
    identity: Identity
    client: str
    welcome: dict[str, Any]
    generation: str = "0" * 16
    version: int = 0
    seq: int = 0

    def submit(self, room: str, command: Any, *, seq: int | None = None, **more: Any) -> int:
        """A command with the next seq (or the given one), made at what this member last saw."""
        if seq is None:
            self.seq += 1
            seq = self.seq
        self.wire.say(
            {
                "type": "submit",
                "room": room,
                "seq": seq,
                "made": [self.generation, self.version],
                "command": command,
                **more,
            }
        )
        return seq

    def say_in_chat(self, room: str, text: str = "hello") -> int:
        """The smallest command there is."""
        return self.submit(room, {"type": "chat.say", "text": text})


@asynccontextmanager
async def member(
    served: Served,
    room: str | None = None,
    *,
    token: tuple[str, Identity] | None = None,
    client: str | None = None,
    subprotocol: str = JSON_NAME,
    name: str = "Ann",
) -> AsyncGenerator[Member]:
    """A connection that has said hello; where a room is given, until it has joined."""
    text, identity = token or served.token(name)
    client = client or new_client_id()
    async with opened(served, subprotocol) as wire:
        rooms = [{"room": room}] if room else []
        wire.say({"type": "hello", "token": text, "client": client, "rooms": rooms})
        found = Member(wire, identity, client, await wire.hear())
        assert found.welcome["type"] == "welcome", found.welcome
        if room:
            joined = await wire.hear_type("joined", "error")
            assert joined["type"] == "joined", joined
            found.generation, found.version, _ = joined["position"]
        yield found


async def all_read(served: Served) -> None:
    """Waits until the server has read what was sent before this call: a later request is
    answered."""
    async with dial(served.port) as wire:
        wire.send(request(path="/"))
        assert (await wire.answer()).status == 404


async def arrived(served: Served, count: int) -> None:
    """Waits until the server has so many sockets."""
    async with asyncio.timeout(WAIT_S):
        while len(served.listener.registry.sockets) != count:  # noqa: ASYNC110 - sockets signal nobody
            await asyncio.sleep(0)

"""A Python client on a real socket, for tests: ClientSession over the `websockets` library, which
is not what the server's fast path is made of.

Tests wait for what they want to see (`until`, `outcome`), within a limit; nothing here sleeps.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from protocol.client_events import Applied, ClientEvent, Live, Refused, Settled, StartedOver
from protocol.client_session import ClientSession
from protocol.codec import JSON, Codec
from protocol.identifiers import Position
from protocol.server_messages import Pong, ServerMessage
from tests.support.timeouts import MS

LIMIT_MS = 10_000
E = TypeVar("E")


class Client:
    """One client id, over any number of connections, one after the other. Everything that it was
    told is in `events`."""

    def __init__(self, url: str, token: str, *, codec: Codec = JSON, client: str = "") -> None:
        self.url, self.token, self.codec = url, token, codec
        self.session = ClientSession(codec, client or "test-" + secrets.token_hex(12), agent="test")
        self.events: list[ClientEvent] = []
        self.fault: Exception | None = None
        """Why the client gave the connection up, if it did."""
        self.close_code: int | None = None
        """Of the last connection; None while it is open."""
        self.close_reason = ""
        self.deaf = False
        """What arrives is lost on its last yard: it goes to `unheard`, never to the session."""
        self.unheard: list[ServerMessage] = []
        self._pings = self._ponged = 0
        self._connection: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self._tasks: asyncio.TaskGroup

    # ---------------------------------------------------------------- the connection

    async def connect(self, **options: Any) -> None:
        """Opens a connection and says hello. `options` go to the library."""
        self._connection = await connect(
            self.url,
            subprotocols=[Subprotocol(self.codec.subprotocol)],
            compression=None,
            max_size=None,
            ping_interval=None,
            **options,
        )
        self.close_code = None
        self.session.advance(asyncio.get_running_loop().time())
        self.session.connected(self.token)
        self._reader = self._tasks.create_task(self._read(self._connection))
        await self._say()

    async def drop(self) -> None:
        """The network is gone: no closing handshake."""
        assert self._connection is not None, "not connected"
        self._connection.transport.abort()
        await self._ended()

    async def close(self) -> None:
        """An orderly end."""
        if self._connection is not None:
            await self._connection.close()
            await self._ended()

    async def closed(self) -> int:
        """Waits until the server has closed; the code."""
        await self._ended()
        assert self.close_code is not None, "a connection that ended has a code"
        return self.close_code

    async def back(self, **options: Any) -> None:
        """Drops the connection, if there is one, opens another, and is live again in every room."""
        rooms = [room for room in self.rooms if self.session.is_live(room)]
        if self._connection is not None:
            await self.drop()
        await self.connect(**options)
        await self.until(lambda: all(self.session.is_live(room) for room in rooms))

    # ---------------------------------------------------------------- rooms

    @property
    def rooms(self) -> list[str]:
        """Rooms that it has been live in."""
        return list(dict.fromkeys(e.room for e in self.events if isinstance(e, Live)))

    async def join(self, room: str, *, invite: str | None = None) -> None:
        """Follows a room, and waits until it is live if there is a connection."""
        self.session.join(room, invite=invite)
        if self._connection is not None:
            await self._say()
            await self.until(lambda: self.session.is_live(room))

    async def submit(self, room: str, command: Any) -> int:
        """Puts a command on its way; its seq."""
        seq = self.session.submit(room, command)
        await self._say()
        return seq

    async def outcome(self, room: str, seq: int) -> Settled | Refused:
        """The end of a command."""

        def ended() -> Settled | Refused | None:
            for event in reversed(self.events):
                if isinstance(event, (Settled, Refused)) and (event.room, event.seq) == (room, seq):
                    return event
            return None

        await self.until(lambda: ended() is not None)
        found = ended()
        assert found is not None, "until() saw it"
        return found

    async def do(self, room: str, command: Any) -> int:
        """Submits and waits until it is durable; the version. Fails where it is refused."""
        outcome = await self.outcome(room, await self.submit(room, command))
        assert isinstance(outcome, Settled), f"refused: {outcome}"
        return outcome.version

    def compose(self, room: str, commands: Iterable[Any]) -> list[int]:
        """Puts commands in the outbox, all made at what it sees now; their seqs. `say` sends
        them."""
        return [self.session.submit(room, command) for command in commands]

    async def say(self) -> None:
        """Sends what the session has to say, and waits until the server has read it."""
        self._pings += 1
        number = self._pings
        self.session.ping(number)
        await self._say()
        await self.until(lambda: self._ponged >= number)

    async def presence(self, room: str, key: str, value: Any) -> None:
        """Says something passing."""
        self.session.presence(room, key, value)
        await self._say()

    async def send(self, payload: bytes | str) -> None:
        """Raw words, past the session."""
        assert self._connection is not None, "not connected"
        await self._connection.send(payload)

    def position(self, room: str) -> Position:
        """Where it stands."""
        position = self.session.position(room)
        assert position is not None, f"never live in {room}"
        return position

    def entries(self, room: str) -> dict[int, Any]:
        """Entries since the last time it started over, by version, decoded."""
        found: dict[int, Any] = {}
        for event in self.events:
            if isinstance(event, StartedOver) and event.room == room:
                found.clear()
            elif isinstance(event, Applied) and event.room == room:
                for offset, raw in enumerate(event.entries):
                    found[event.first + offset] = self.codec.decode_as(raw, Any)
        return found

    def told(self, kind: type[E]) -> list[E]:
        """Every event of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, holds: Callable[[], bool], *, limit_ms: float = LIMIT_MS) -> None:
        """Waits until it holds. Fails at the limit, or where the client gave up."""
        try:
            async with asyncio.timeout(limit_ms * MS), self._changed:
                await self._changed.wait_for(lambda: holds() or self.fault is not None)
        except TimeoutError:
            seen = f"closed {self.close_code} {self.close_reason!r}, last {self.events[-3:]}"
            raise AssertionError(f"did not come to hold in {limit_ms:.0f} ms: {seen}") from None
        if self.fault is not None:
            raise self.fault

    # ---------------------------------------------------------------- inside

    async def _say(self) -> None:
        payloads = self.session.data_to_send()
        with suppress(ConnectionClosed):
            for payload in payloads:
                assert self._connection is not None, "not connected"
                await self._connection.send(payload if self.codec.binary else payload.decode())

    async def _read(self, connection: ClientConnection) -> None:
        try:
            async for message in connection:
                self.session.advance(asyncio.get_running_loop().time())
                payload = message.encode() if isinstance(message, str) else message
                self._hear(payload)
                await self._say()
                await self._tell()
        except ConnectionClosed:
            pass  # its code is looked at below
        except Exception as fault:  # noqa: BLE001 - whatever it is, the test that waits must see it
            self.fault = fault
            connection.transport.abort()
        self.close_code = connection.close_code
        self.close_reason = connection.close_reason or ""
        self.session.disconnected()
        self._connection = None
        await self._tell()

    def _hear(self, payload: bytes) -> None:
        if self.deaf:
            message = self.codec.decode_server(payload)
            self.unheard.append(message)
            self._note_pong(message)
        else:
            events = self.session.receive(payload)
            self.events += events
            for event in events:
                self._note_pong(event)

    def _note_pong(self, heard: object) -> None:
        if isinstance(heard, Pong):
            self._ponged = heard.n

    async def _ended(self) -> None:
        async with asyncio.timeout(LIMIT_MS * MS):
            if self._reader is not None:
                await asyncio.wait([self._reader])

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def within(self, tasks: asyncio.TaskGroup) -> Client:
        """Its reading is a task of somebody's group, who drops it at the end."""
        self._tasks = tasks
        return self

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Client]:
        """Owns the task that reads; a connection that is still open at the end is closed."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                yield self
            finally:
                if self._connection is not None:
                    self._connection.transport.abort()


@asynccontextmanager
async def client(
    url: str,
    token: str,
    *rooms: str,
    invite: str | None = None,
    codec: Codec = JSON,
    client_id: str = "",
) -> AsyncGenerator[Client]:
    """A client that is live in these rooms."""
    async with Client(url, token, codec=codec, client=client_id).running() as one:
        for room in rooms:
            await one.join(room, invite=invite)
        await one.connect()
        await one.until(lambda: all(one.session.is_live(room) for room in rooms))
        yield one

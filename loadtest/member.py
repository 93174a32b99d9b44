"""A member as a careful client: ClientSession on a socket of the swarm, everything it is told is
checked and counted.

Latency is from `submit` to the answer. Entries are kept (as bytes) where the caller wants to
compare them. A broken promise is a fault: recorded, the connection abandoned, the run fails. It
must not decide when to reconnect; scenarios do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from loadtest.connection import Connection
from loadtest.swarm import Swarm
from loadtest.wire import WireError
from protocol.client_events import (
    Applied,
    ClientEvent,
    Live,
    Postponed,
    Refused,
    Settled,
    StartedOver,
)
from protocol.client_session import ClientSession
from protocol.codec import JSON, Codec
from protocol.errors import RemoteProtocolError
from protocol.server_messages import ErrorMessage, Welcome

HEARTBEATS_PER_LIMIT = 2
"""A silent member pings twice as often as the server asks for, so that one late ping costs
nothing."""


class Member:
    """One client id that follows rooms. The `on_…` calls are the scenario's to replace before
    `connect`."""

    def __init__(
        self,
        swarm: Swarm,
        port: int,
        *,
        client: str,
        token: str,
        codec: Codec = JSON,
        receive_buffer: int = 0,
        keep_entries: bool = False,
    ) -> None:
        self.swarm, self.port, self.token, self.codec = swarm, port, token, codec
        self.session = ClientSession(codec, client, agent="loadtest")
        self.rooms: list[str] = []
        self.faults: list[str] = []
        self.errors: list[str] = []
        self.latencies: list[tuple[float, float]] = []
        """When a command was answered, and after how many seconds."""
        self.sent_at: dict[int, float] = {}
        """Version of an own entry to when its command was submitted, with `keep_times`."""
        self.arrivals: list[tuple[float, int, int]] = []
        """When entries came, their first version and how many, with `keep_times`."""
        self.keep_times = False
        self.accepted: dict[str, dict[int, int]] = {}
        """Room to seq to version."""
        self.refused: list[Refused] = []
        self.postponed = 0
        self.entries_seen = 0
        self.resets = 0
        self.entries: dict[str, dict[int, bytes]] = {}
        """Room to version to entry, with `keep_entries`."""
        self.live_at = 0.0
        self.reconnections = 0
        self.on_event: Callable[[ClientEvent], None] = _nothing
        """Sees every event, before the member counts it."""
        self.on_live: Callable[[str], None] = _nothing
        self.on_answer: Callable[[str], None] = _nothing
        self.on_gone: Callable[[int], None] = _nothing
        self._keep = keep_entries
        self._receive_buffer = receive_buffer
        self._sent_at: dict[tuple[str, int], float] = {}
        self._pings = 0
        self._greeted = False
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The latest."""
        assert self._connection is not None, "call connect() first"
        return self._connection

    @property
    def live(self) -> bool:
        """Whether it follows every room that it wants to."""
        return bool(self.rooms) and all(self.session.is_live(room) for room in self.rooms)

    def join(self, room: str, *, invite: str | None = None) -> None:
        """Follows a room, from the next hello on or at once."""
        self.rooms.append(room)
        self.session.join(room, invite=invite)
        self.say()

    def connect(self) -> None:
        """Opens a connection; the hello follows when it stands. An earlier one ends: it may have
        been closed by a write, of which no read has told yet."""
        if self._connection is not None and not self._connection.closed:
            self._connection.abandon()
        if self._greeted:
            self.session.disconnected()
            self._greeted = False
        self._connection = Connection(
            self.port, self.codec.subprotocol, receive_buffer=self._receive_buffer
        )
        self.swarm.add(self)

    def take_over(self, connection: Connection) -> None:
        """Goes on with this connection, which stands already, instead of the present one. The swarm
        must not watch it yet."""
        self.connection.abandon()
        self.session.disconnected()
        self._connection = connection
        self.session.connected(self.token)
        self._greeted = True
        self.swarm.add(self)
        self.say()

    def submit(self, room: str, command: Any) -> int:
        """Puts a command on its way; returns its seq."""
        now = time.perf_counter()
        self.session.advance(now)
        seq = self.session.submit(room, command)
        self._sent_at[room, seq] = now
        self.say()
        return seq

    def presence(self, room: str, key: str, value: Any) -> None:
        """Says something passing."""
        self.session.presence(room, key, value)
        self.say()

    def say(self) -> None:
        """Sends what the session wants said."""
        payloads = self.session.data_to_send()
        if payloads:
            self.connection.send(payloads)
            self.swarm.touch(self)

    def drop(self) -> None:
        """The network is gone: no closing handshake, nothing more is read."""
        self.connection.abandon()
        self._lost()

    def leave(self) -> None:
        """Goes for good, without a word; nobody is told."""
        self.on_gone = _nothing
        if self._connection is not None:
            self._connection.abandon()

    def ready(self) -> None:
        """Reads what has come. Called by the swarm."""
        if self.connection.closed and not self._greeted:
            self._lost()
            return
        try:
            payloads = self.connection.receive()
        except WireError as broken:
            self._give_up(broken)
            return
        self.session.advance(time.perf_counter())
        if self.connection.upgraded and not self._greeted:
            self._greeted = True
            self.session.connected(self.token)
            self.say()
        for payload in payloads:
            if not self.take(payload):
                return
        self.say()
        if self.connection.closed:
            self._lost()

    def take(self, payload: bytes) -> bool:
        """One message of the server. False: it broke a promise, and the connection was given up."""
        try:
            for event in self.session.receive(payload):
                self._note(event)
        except RemoteProtocolError as broken:
            self._give_up(broken)
            return False
        return True

    def beat(self, interval_s: float, connection: Connection) -> None:
        """Pings that often, for as long as this very connection lasts."""

        def ping() -> None:
            if self.connection is connection and not connection.closed and self._greeted:
                self._pings += 1
                self.session.ping(self._pings)
                self.say()
                self.swarm.after(interval_s, ping)

        self.swarm.after(interval_s, ping)

    def _give_up(self, broken: Exception) -> None:
        self.faults.append(f"{type(broken).__name__}: {broken}")
        self.connection.abandon()
        self._lost()

    def _lost(self) -> None:
        if self._greeted:
            self.session.disconnected()
            self._greeted = False
        code = self.connection.close_code
        self.on_gone(1006 if code is None else code)

    def _note(self, event: ClientEvent) -> None:
        self.on_event(event)
        match event:
            case Applied():
                self.entries_seen += len(event.entries)
                if self.keep_times:
                    self.arrivals.append((time.perf_counter(), event.first, len(event.entries)))
                if self._keep:
                    kept = self.entries.setdefault(event.room, {})
                    for offset, raw in enumerate(event.entries):
                        kept[event.first + offset] = bytes(raw)
            case StartedOver():
                self.resets += 1
            case Settled():
                self._answered(event.room, event.seq, event.version)
                self.accepted.setdefault(event.room, {})[event.seq] = event.version
                self.on_answer(event.room)
            case Refused():
                self._answered(event.room, event.seq)
                self.refused.append(event)
                self.on_answer(event.room)
            case Postponed():
                self.postponed += 1
                self.swarm.after(event.wait_ms / 1000, lambda: self._retry(event.room))
            case Live():
                self.live_at = time.perf_counter()
                self.on_live(event.room)
            case Welcome():
                self.beat(event.limits.heartbeat_s / HEARTBEATS_PER_LIMIT, self.connection)
            case ErrorMessage():
                self.errors.append(event.code)
            case _:
                pass

    def _answered(self, room: str, seq: int, version: int | None = None) -> None:
        now = time.perf_counter()
        sent = self._sent_at.pop((room, seq), None)
        if sent is not None:
            self.latencies.append((now, now - sent))
            if self.keep_times and version is not None:
                self.sent_at[version] = sent

    def _retry(self, room: str) -> None:
        if self.session.is_live(room):
            self.session.retry(room)
            self.say()


def _nothing(_: Any) -> None:
    """Nobody wants to know."""

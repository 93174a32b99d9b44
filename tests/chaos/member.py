"""A member of one room who writes, whatever happens, at whichever node lets it in, and records
everything it is told.

ClientSession on a WebSocket; pings every second, and leaves a node that is silent. Its replica is
made of the entries that came, by models written from the SPEC.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from protocol.client_events import (
    Applied,
    ClientEvent,
    Postponed,
    Refused,
    Settled,
    StartedOver,
)
from protocol.client_session import ClientSession
from protocol.codec import JSON
from protocol.errors import RemoteProtocolError
from protocol.server_messages import ErrorMessage, RoomClosed
from tests.chaos.recording import AWAY, Recording, digest
from tests.crash.player import OF_THE_ROOM
from tests.support.board_model import apply_entry
from tests.support.kinds.counting import follow

WINDOW = 6
"""Commands of one member that are unanswered at most."""
PACE_S = (0.05, 0.25)
"""Between two commands."""
PING_S = 1.0
SILENT_S = 5.0
"""A node that has said nothing for so long, in spite of pings, is dead."""
STUCK_S = 20.0
"""A connection without a sign of life for so long is left to itself: its member wanted to be gone
from it long ago."""
CONNECT_S = 5.0
"""On a busy machine a handshake takes seconds; whoever gives up too soon only adds to it."""
AGAIN_S = (0.05, 1.5)
"""Before another attempt: full jitter below a bound that doubles from one to the other."""
ASK_AGAIN_S = 0.3
"""Before a room is asked for again that a node would not open."""
BLAMED = frozenset({1002, 1003, 1007, 1008, 1009, 1011, 3000, 3003, 4409, 4429})
"""Closes that say that the client or the server is broken: no member here gives reason for one."""


class Member:
    """One client id. `ports` are where nodes are reached; `home` is the node it prefers."""

    def __init__(
        self,
        recording: Recording,
        *,
        kind: str,
        token: str,
        invite: str | None,
        ports: Sequence[int],
        home: int,
        shared: str,
        draw: random.Random,
    ) -> None:
        self.recording, self.kind, self.home = recording, kind, home
        self.session = ClientSession(JSON, recording.client, agent="chaos")
        self.session.join(recording.room, invite=invite)
        self.node = home
        """Where it is, or tries to be."""
        self.playing = False
        self.leaving = False
        self.heard_from: dict[str, int] = {}
        """Account to the log time, in ms, of its last entry that came here."""
        self._token, self._ports, self._shared, self._draw = token, ports, shared, draw
        self._own = f"o_own{recording.client[-10:]}"
        self._view: dict[str, Any] = {}
        self._failures = 0
        self._placed = False
        self._connection: ClientConnection | None = None
        self._awake = asyncio.Event()
        self._pings = 0
        self._sign = 0.0
        """When its connection began, or last heard something; seconds of time.monotonic()."""

    # ---------------------------------------------------------------- how it is

    @property
    def live(self) -> bool:
        """Whether it follows its room now."""
        return self.session.is_live(self.recording.room)

    @property
    def unanswered(self) -> int:
        """Commands that have not ended."""
        return len(self.session.pending(self.recording.room))

    def __str__(self) -> str:
        postponed = dict(self.recording.postponed)
        return (
            f"{self.recording.client} (node{self.node}, {'live' if self.live else 'away'}, "
            f"{self.unanswered} unanswered, postponed {postponed}, {self._failures} failures)"
        )

    def finish(self) -> None:
        """Writes down where it stands."""
        position = self.session.position(self.recording.room)
        if position is not None:
            self.recording.position = (position.version, position.tag)
        self.recording.digest = digest(self._view)

    # ---------------------------------------------------------------- connections

    async def run(self) -> None:
        """Stays somewhere, and goes elsewhere when that ends, until `leaving`."""
        while not self.leaving:
            began = time.monotonic()
            try:
                await self._visit_or_leave()
            except* (OSError, TimeoutError, WebSocketException, RemoteProtocolError) as errors:
                self._blame(errors)
            self.session.disconnected()
            self._connection = None
            self.recording.stay(time.time(), AWAY)
            stayed = time.monotonic() - began
            self._failures = 0 if stayed > SILENT_S * 2 else self._failures + 1
            if not self.leaving:
                await self._before_another()

    async def _before_another(self) -> None:
        self.node = (self.node + 1) % len(self._ports)
        least, most = AGAIN_S
        await asyncio.sleep(self._draw.uniform(0, min(most, least * 2**self._failures)))

    def drop(self) -> None:
        """Loses its connection, without a word."""
        if self._connection is not None:
            self._connection.transport.abort()

    def go_home(self) -> None:
        """Leaves a node that is not its own."""
        if self.node != self.home:
            self.node = self.home - 1  # the one before the next that it tries
            self.drop()

    def leave(self) -> None:
        """For good."""
        self.leaving = True
        self.drop()

    async def _visit_or_leave(self) -> None:
        """One connection; where closing it does not end, it is left to itself: a client that hangs
        says nothing about the server."""
        self._sign = time.monotonic()
        visit = asyncio.create_task(self._visit())
        try:
            while not visit.done():
                await asyncio.wait({visit}, timeout=PING_S)
                if not visit.done() and time.monotonic() - self._sign > STUCK_S:
                    self.recording.stuck.append(stack_of(visit))
                    return
            visit.result()
        finally:
            visit.cancel()

    async def _visit(self) -> None:
        """One connection, from its first byte to its last."""
        node = self.node
        async with (
            asyncio.timeout(CONNECT_S) as limit,
            connect(
                f"ws://127.0.0.1:{self._ports[node]}/ws",
                subprotocols=[Subprotocol(JSON.subprotocol)],
                compression=None,
                max_size=None,
                ping_interval=None,
                close_timeout=1,
                open_timeout=None,
            ) as connection,
        ):
            limit.reschedule(None)
            self._sign = time.monotonic()
            self._connection = connection
            self.recording.stay(time.time(), node)
            self.session.advance(time.monotonic())
            self.session.connected(self._token)
            async with asyncio.TaskGroup() as tasks:
                saying = tasks.create_task(self._keep_saying(connection))
                try:
                    await self._listen(connection, tasks)
                finally:
                    saying.cancel()
                    connection.transport.abort()

    async def _listen(self, connection: ClientConnection, tasks: asyncio.TaskGroup) -> None:
        while True:
            try:
                async with asyncio.timeout(SILENT_S):
                    message = await connection.recv(decode=False)
            except WebSocketException:
                if connection.close_code is not None:
                    self._closed(connection.close_code, connection.close_reason or "")
                return
            self._sign = time.monotonic()
            self.session.advance(self._sign)
            for event in self.session.receive(message):
                self._told(event, tasks)
            self._awake.set()

    def _closed(self, code: int, reason: str) -> None:
        self.recording.closes.append(code)
        if code in BLAMED:
            self.recording.wrong.append(f"was closed with {code} {reason!r}")

    def _blame(self, errors: BaseExceptionGroup[BaseException]) -> None:
        """What a network does is nobody's fault; a broken promise is."""
        broken, _ = errors.split(RemoteProtocolError)
        refused, _ = errors.split(InvalidStatus)
        for one in () if broken is None else broken.exceptions:
            self.recording.wrong.append(f"{type(one).__name__}: {one}")
        for one in () if refused is None else refused.exceptions:
            if isinstance(one, InvalidStatus):
                self.recording.closes.append(one.response.status_code)

    async def _keep_saying(self, connection: ClientConnection) -> None:
        """Commands at its pace, pings, and whatever else the session wants said."""
        ping_at = command_at = 0.0
        while True:
            now = time.monotonic()
            self.session.advance(now)
            if now >= ping_at:
                ping_at = now + PING_S
                self._pings += 1
                self.session.ping(self._pings)
            if now >= command_at:
                command_at = now + self._draw.uniform(*PACE_S)
                self._compose()
            for payload in self.session.data_to_send():
                await connection.send(payload, text=True)
            self._awake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, min(ping_at, command_at) - time.monotonic())):
                    await self._awake.wait()

    # ---------------------------------------------------------------- what it says

    def _compose(self) -> None:
        if not (self.playing and self.live and self.unanswered < WINDOW):
            return
        marks = self.recording.marks
        mark = f"mark-{self.recording.client[-10:]}-{len(marks)}"
        seq = self.session.submit(self.recording.room, self._command(mark))
        marks[seq] = mark

    def _command(self, mark: str) -> dict[str, Any]:
        if self.kind == "counting":
            return {"type": "count", "mark": mark}
        draw = self._draw
        if not self._placed:
            self._placed = True
            props = {"at": [0, 0], "name": mark, "side": "home"}
            one = {"id": self._own, "sort": "token", "props": props}
            return {"type": "objects.add", "objects": [one]}
        if draw.random() < 0.1:
            return {"type": "chat.say", "text": mark}
        at = [draw.randrange(-50_000, 50_000), draw.randrange(-30_000, 30_000)]
        changes = [{"id": self._own, "set": {"at": at, "name": mark}}]
        if draw.random() < 0.3:
            changes.append({"id": self._shared, "set": {"at": at}})
        return {"type": "objects.set", "changes": changes}

    # ---------------------------------------------------------------- what it is told

    def _told(self, event: ClientEvent, tasks: asyncio.TaskGroup) -> None:
        recording = self.recording
        match event:
            case StartedOver():
                recording.started(event.position.version, new_generation=event.new_generation)
                self._view = msgspec.json.decode(bytes(event.state))["kind"]
            case Applied():
                now = time.time()
                for offset, raw in enumerate(event.entries):
                    self._entry(event.first + offset, bytes(raw), now)
            case Settled():
                recording.end(event.seq, event.version)
            case Refused():
                recording.end(event.seq, None, event.code)
            case Postponed():
                recording.postponed[event.code] += 1
                tasks.create_task(self._later(event.wait_ms / 1000, self._retry))
            case ErrorMessage() | RoomClosed() if not self.live:
                tasks.create_task(self._later(ASK_AGAIN_S, self._ask_again))
            case _:
                pass

    def _entry(self, version: int, line: bytes, now: float) -> None:
        self.recording.entry(version, line, now)
        entry = msgspec.json.decode(line)
        self.heard_from[entry["by"]] = entry["at"]
        events = [one for one in entry.get("events", ()) if not one["type"].startswith(OF_THE_ROOM)]
        try:
            self._follow({**entry, "events": events})
        except (AssertionError, LookupError) as error:
            self.recording.wrong.append(f"entry {version} does not fit its replica: {error!r}")

    def _follow(self, entry: dict[str, Any]) -> None:
        if self.kind == "counting":
            for one in entry["events"]:
                follow(self._view, one)
        else:
            apply_entry(self._view, entry)

    async def _later(self, seconds: float, what: Any) -> None:
        await asyncio.sleep(seconds)
        what()
        self._awake.set()

    def _retry(self) -> None:
        if self.live:
            self.session.retry(self.recording.room)

    def _ask_again(self) -> None:
        if not self.live:
            self.session.join(self.recording.room)


def stack_of(task: asyncio.Task[None]) -> str:
    """Where it waits, outermost first: `file:line function`."""
    found: list[str] = []
    at: Any = task.get_coro()
    while at is not None:
        frame = getattr(at, "cr_frame", None) or getattr(at, "ag_frame", None)
        if frame is not None:
            code = frame.f_code
            found.append(f"{Path(code.co_filename).name}:{frame.f_lineno} {code.co_name}")
        at = getattr(at, "cr_await", None) or getattr(at, "ag_await", None)
    return " > ".join(found)

"""Appends to PostgreSQL: what waits goes out together, as one statement, on one of a few
connections of its own.

Knows statements and their fates; makes an outcome of each. It must never answer Appended for a
statement whose commit it has not heard of, and never cancels or repeats one that may have
committed. SPEC rules LG2, LG4, LG5, LG9, LG22.

    submit --- waiting ---> an idle appender takes all that waits
                            one statement = one transaction
                            heads that differ, rooms that are locked
    future <--------------- locked ones wait a little and go again
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from storage import entry_packing
from storage import postgres_statements as sql
from storage.errors import StorageError
from storage.postgres_connection import (
    STATEMENT_ERRORS,
    Connection,
    Fault,
    described,
    is_warning,
    judge,
    let_go,
)
from storage.room_log import (
    Appended,
    Conflict,
    Head,
    Outcome,
    Refused,
    RoomAppend,
    Unknown,
)

STATEMENT_BYTES_MAX = 16 * 1024 * 1024
"""Far below the server's limit of 1 GiB, and at 160 MB/s of the disk a tenth of a second."""
STATEMENT_ROOMS_MAX = 256
"""Rooms are held until the commit: a hundred of them with ten entries each took 3 ms."""
LOCKED_PAUSE_S = 0.001
LOCKED_PAUSE_MAX_S = 0.05
LOCKED_LIMIT_S = 2.0
"""How long a room may stay locked by others before its append is refused: as the server's own
lock_timeout."""
RESERVED_MS = 50
"""How long a room is kept for who was outrun in it: to read what came and append once more takes
three round trips."""
AWAY_LIMIT_S = 1.0
"""How long an append waits for a connection before it is refused (design 3.3: within a second)."""
RECONNECT_PAUSE_S = 0.05
RECONNECT_PAUSE_MAX_S = 1.0
APPEND_LIMIT_S = 15.0
"""A server that has not answered by then, three times its own statement_timeout, is out of reach:
the connection is dropped and the outcome unknown."""

_APPENDED = Appended()
_UNKNOWN = Unknown()


class _Call:
    """What one caller waits for: an outcome for each of its rooms."""

    __slots__ = ("future", "left", "outcomes")

    def __init__(self, rooms: int, loop: asyncio.AbstractEventLoop) -> None:
        self.outcomes: list[Outcome] = [_UNKNOWN] * rooms
        self.left = rooms
        self.future: asyncio.Future[list[Outcome]] = loop.create_future()
        if not rooms:
            self.future.set_result([])


class _Waiting:
    """One room's append, until it has an outcome."""

    __slots__ = ("call", "change", "first_locked", "pause", "place", "size")

    def __init__(self, change: RoomAppend, call: _Call, place: int) -> None:
        self.change = change
        self.call = call
        self.place = place
        self.size = sum(map(len, change.records))
        self.first_locked: float | None = None
        self.pause = LOCKED_PAUSE_S

    def settle(self, outcome: Outcome) -> None:
        """The last room to be settled wakes the caller, unless it was cancelled meanwhile."""
        call = self.call
        call.outcomes[self.place] = outcome
        call.left -= 1
        if not call.left and not call.future.done():
            call.future.set_result(call.outcomes)


class Appender:
    """Owns its connections and the tasks that use them, from `start` to `close`."""

    def __init__(
        self,
        generation: str,
        connect: Callable[[], Awaitable[Connection]],
        *,
        connections: int,
    ) -> None:
        self._generation = generation
        self._writer = secrets.token_hex(8)
        """Who has a room reserved: this appender and no other of any process."""
        self._connect = connect
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[_Waiting] = deque()
        self._locked = 0
        """Rooms that wait for others to unlock them, beside `_waiting`."""
        self._idle: deque[asyncio.Future[None]] = deque()
        self._live = 0
        self._away = "not connected yet"
        self._patience: asyncio.TimerHandle | None = None
        self._failure: str | None = None
        self.outlived = False
        """The database has begun another generation, which is the failure."""
        self._closing = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def failure(self) -> str | None:
        """Why nothing is appended any more, if so."""
        return self._failure

    def start(self, first: Connection) -> None:
        """Begins to append on `first`, and on others as soon as they are connected."""
        for number in range(self._connections):
            work = self._work(first if number == 0 else None)
            self._tasks.append(self._loop.create_task(work, name=f"touchline-append-{number}"))

    def submit(self, batch: Sequence[RoomAppend]) -> asyncio.Future[list[Outcome]]:
        """Queues a batch for the next statement. Cancelling the future cancels nothing else."""
        call = _Call(len(batch), self._loop)
        rooms = [_Waiting(change, call, place) for place, change in enumerate(batch)]
        refusal = "the log is closed" if self._closing.is_set() else self._failure
        if refusal is not None:
            _settle(rooms, Refused(refusal))
        else:
            self._enqueue(rooms)
        return call.future

    async def close(self) -> None:
        """Ends what was submitted, then lets the connections go."""
        self._closing.set()
        self._wake_all()
        await asyncio.gather(*self._tasks)

    # ------------------------------------------------------------ waiting

    def _enqueue(self, rooms: Sequence[_Waiting]) -> None:
        self._waiting.extend(rooms)
        if self._idle:
            _wake(self._idle.popleft())
        elif not self._live and self._patience is None:
            self._patience = self._loop.call_later(AWAY_LIMIT_S, self._lose_patience)

    def _lose_patience(self) -> None:
        self._patience = None
        if not self._live:
            self._refuse_waiting(self._away)

    def _refuse_waiting(self, reason: str) -> None:
        _settle(self._waiting, Refused(reason))
        self._waiting.clear()

    def _wake_all(self) -> None:
        while self._idle:
            _wake(self._idle.popleft())

    def _take(self) -> list[_Waiting]:
        """The oldest, as many as one statement may hold, each room once."""
        taken: dict[str, _Waiting] = {}
        later: list[_Waiting] = []
        size = 0
        while self._waiting and len(taken) < STATEMENT_ROOMS_MAX:
            room = self._waiting[0]
            if taken and size + room.size > STATEMENT_BYTES_MAX:
                break
            self._waiting.popleft()
            if room.change.room in taken:
                later.append(room)
            else:
                taken[room.change.room] = room
                size += room.size
        self._waiting.extendleft(reversed(later))
        return [*taken.values()]

    def _wait_for_unlocking(self, room: _Waiting) -> None:
        now = self._loop.time()
        if room.first_locked is None:
            room.first_locked = now
        if now - room.first_locked > LOCKED_LIMIT_S:
            room.settle(Refused("another process holds the room"))
            return
        self._locked += 1
        pause = room.pause * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret
        room.pause = min(2 * room.pause, LOCKED_PAUSE_MAX_S)
        self._loop.call_later(pause, self._try_again, room)

    def _try_again(self, room: _Waiting) -> None:
        self._locked -= 1
        if self._failure is None:
            self._enqueue([room])
        else:
            room.settle(Refused(self._failure))

    # ------------------------------------------------------------ one connection

    async def _work(self, connection: Connection | None) -> None:
        warnings: list[str] = []
        pause = RECONNECT_PAUSE_S
        try:
            if connection is not None:
                self._greet(connection, warnings)
            while self._waiting or self._locked or not self._closing.is_set():
                if connection is None or connection.is_closed():
                    connection = await self._reconnect(warnings, pause)
                    pause = (
                        RECONNECT_PAUSE_S if connection else min(2 * pause, RECONNECT_PAUSE_MAX_S)
                    )
                elif self._waiting:
                    await self._append(connection, warnings, self._take())
                else:
                    await self._rest()
        except BaseException as bug:
            # This task is about to die of a bug: nobody must wait for it for ever.
            self._fail(f"an appender stopped: {bug!r}")
            raise
        finally:
            self._wake_all()
            if connection is not None:
                await let_go(connection)

    def _greet(self, connection: Connection, warnings: list[str]) -> None:
        self._live += 1

        def heard(_connection: object, message: Any) -> None:
            if is_warning(message):
                warnings.append(str(message))

        def ended(_connection: object) -> None:
            self._live -= 1
            self._away = "the connection to PostgreSQL was lost"
            self._wake_all()

        connection.add_log_listener(heard)
        connection.add_termination_listener(ended)

    async def _reconnect(self, warnings: list[str], pause: float) -> Connection | None:
        """A new connection, or None after the pause that follows a failure."""
        try:
            connection = await self._connect()
        except StorageError as error:
            self._away = str(error)
            if not self._live:
                self._refuse_waiting(self._away)
            # Full jitter: nodes that lost the server together do not come back together.
            with suppress(TimeoutError):
                async with asyncio.timeout(random.uniform(0, pause)):  # noqa: S311 - jitter
                    await self._closing.wait()
            return None
        self._greet(connection, warnings)
        return connection

    async def _rest(self) -> None:
        awoken: asyncio.Future[None] = self._loop.create_future()
        self._idle.append(awoken)
        await awoken

    async def _append(
        self, connection: Connection, warnings: list[str], rooms: Sequence[_Waiting]
    ) -> None:
        """One statement, or by halves where the server does not take its values."""
        warnings.clear()
        watchdog = self._loop.call_later(APPEND_LIMIT_S, connection.terminate)
        try:
            rows = await connection.fetch(
                sql.APPEND, self._generation, *_arguments(rooms, self._writer)
            )
        except STATEMENT_ERRORS as error:
            watchdog.cancel()
            await self._answer_error(connection, warnings, rooms, error)
            return
        except BaseException:
            _settle(rooms, _UNKNOWN)
            raise
        finally:
            watchdog.cancel()
        if warnings:
            # A commit that does not wait for its standby any more, because somebody cancelled the
            # wait, is answered like any other, with a warning before it.
            _settle(rooms, _UNKNOWN)
        else:
            self._answer(rooms, rows)

    async def _answer_error(
        self,
        connection: Connection,
        warnings: list[str],
        rooms: Sequence[_Waiting],
        error: BaseException,
    ) -> None:
        match judge(error):
            case Fault.LOST:
                _settle(rooms, _UNKNOWN)
                connection.terminate()
            case Fault.AWAY:
                _settle(rooms, Refused(described(error)))
            case Fault.LOCKED:
                for room in rooms:
                    self._wait_for_unlocking(room)
            case Fault.ANOTHER_GENERATION:
                _settle(rooms, Refused(described(error)))
                self.outlived = True
                self._fail("the database has another generation")
            case Fault.REFUSED if len(rooms) == 1:
                _settle(rooms, Refused(described(error), poisoned=True))
            case Fault.REFUSED:
                middle = len(rooms) // 2
                for half in (rooms[:middle], rooms[middle:]):
                    if connection.is_closed():
                        self._waiting.extendleft(reversed(half))
                    else:
                        await self._append(connection, warnings, half)

    def _answer(self, rooms: Sequence[_Waiting], rows: Sequence[Any]) -> None:
        """What the statement did not mention has happened."""
        said = {room: (outcome, version, tag) for room, outcome, version, tag in rows}
        for room in rooms:
            if room.change.room not in said:
                room.settle(_APPENDED)
                continue
            outcome, version, tag = said[room.change.room]
            head = None if version is None else Head(version, tag)
            if outcome == "locked":
                self._wait_for_unlocking(room)
            elif outcome == "head" and head == room.change.expected:
                room.settle(_APPENDED)
            else:
                room.settle(Conflict(head))

    def _fail(self, reason: str) -> None:
        self._failure = self._failure or reason
        self._refuse_waiting(self._failure)


def _arguments(rooms: Sequence[_Waiting], writer: str) -> list[object]:
    """Arrays with one element for each room: an element costs asyncpg a check of its type."""
    writes = [room.change for room in rooms if room.change.records]
    looks = [room.change.room for room in rooms if not room.change.records]
    reserving = [room.change for room in rooms if room.change.reserve]
    kinds = [change.kind for change in writes]
    listings = [(change.room, change.listing) for change in writes if change.listing is not None]
    changed = [
        (room, account, role)
        for room, listing in listings
        for account, role in listing.members.items()
    ]
    named = any(listing.name is not None for _, listing in listings)
    return [
        [change.room for change in writes],
        [change.expected.version for change in writes],
        [change.expected.tag for change in writes],
        [change.head.version for change in writes],
        [change.head.tag for change in writes],
        [change.at for change in writes],
        [change.due_at for change in writes],
        [entry_packing.pack(change.records) for change in writes],
        kinds if any(kind is not None for kind in kinds) else None,
        [change.listing and change.listing.name for change in writes] if named else None,
        [room for room, _, _ in changed] or None,
        [account for _, account, _ in changed] or None,
        [role for _, _, role in changed] if changed else None,
        looks or None,
        writer,
        [change.room for change in reserving] or None,
        [change.expected.version for change in reserving] if reserving else None,
        RESERVED_MS,
    ]


def _settle(rooms: Iterable[_Waiting], outcome: Outcome) -> None:
    for room in rooms:
        room.settle(outcome)


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)

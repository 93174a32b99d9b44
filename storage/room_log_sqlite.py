"""The log in a SQLite file: the default on one machine. One process, held by a lock file.

Says in SQL what the contract says in words; threads, commits and checkpoints are in the modules it
stands on. Nothing here blocks the event loop. SPEC rules LG1 to LG17.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from storage import sqlite_schema
from storage import sqlite_statements as statements
from storage.append_rules import check_batch
from storage.errors import (
    OutcomeUnknown,
    RoomArchived,
    StorageError,
    StorageFailed,
    StorageUnavailable,
)
from storage.room_log import (
    Appended,
    Conflict,
    Head,
    Listed,
    Outcome,
    Page,
    Refused,
    RoomAppend,
    RoomRow,
    StoredRun,
    StoredSnapshot,
    Unknown,
)
from storage.sqlite_checkpoints import LOG_FILE_BYTES_MAX, Checkpoints
from storage.sqlite_files import (
    LockFile,
    check_settings,
    connect,
    private_folder,
    read_generation,
    sync_folder,
    translated,
)
from storage.sqlite_writer import Done, Lost, NotDone, Result, Writer

T = TypeVar("T")

_UNKNOWN = Unknown()


class SqliteRoomLog:
    """Opened by `open`, let go by `close`. Appends wait for the writer's thread only, reads for the
    reader's."""

    def __init__(
        self, lock: LockFile, database: Path, connections: list[sqlite3.Connection]
    ) -> None:
        self._lock = lock
        self._connections = connections
        writing, checkpointing, self._reading = connections
        self._generation = read_generation(writing)
        self._checkpoints = Checkpoints(writing, checkpointing)
        self._writer = Writer(writing, self._generation, self._checkpoints)
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="touchline-sqlite-reader")
        self._database = database
        self._closed = False

    @classmethod
    async def open(
        cls, database: Path, *, allow_unsafe: bool = False, migrate: bool = True
    ) -> SqliteRoomLog:
        """Opens or makes the database.

        Raises StorageBusy where another process has it, SchemaOutdated where it is newer than this
        code (or older, and `migrate` is off), UnsafeSettings, StorageUnavailable, StorageFailed.
        """
        return await asyncio.to_thread(_open, database, allow_unsafe=allow_unsafe, migrate=migrate)

    @property
    def exclusive(self) -> bool:
        """The lock file keeps every other process out."""
        return True

    @property
    def generation(self) -> str:
        """Read at the opening; every transaction compares it."""
        return self._generation

    # ------------------------------------------------------------ writing

    async def append(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        """Appends with everything else that waits at the moment, in one transaction."""
        check_batch(batch)
        size = sum(len(record) for change in batch for record in change.records)
        results = await self._writer.submit(
            [statements.Append(change) for change in batch], size=size
        )
        return [_outcome(result) for result in results]

    async def barrier(self) -> None:
        """Waits for a transaction of its own words."""
        await self._write(statements.touch, size=0)

    async def save_snapshot(self, room: str, snapshot: StoredSnapshot) -> bool:
        """Keeps it where its position may be on the chain."""
        return await self._write(
            lambda connection: statements.save_snapshot(connection, room, snapshot),
            size=len(snapshot.blob),
        )

    async def drop_snapshots(self, room: str, versions: Sequence[int]) -> None:
        """Forgets these."""
        rows = [(room, version) for version in versions]
        await self._write(
            lambda connection: (
                connection.executemany(
                    "DELETE FROM snapshot WHERE room = (SELECT number FROM room WHERE id = ?)"
                    " AND version = ?",
                    rows,
                ).rowcount
            ),
            size=0,
        )

    async def prune(self, room: str, before: int) -> int:
        """Says first from where on entries are kept, and deletes the others piece by piece.

        If it is interrupted, they are as good as gone, and the next prune deletes them.
        """
        pruned = await self._write(
            lambda connection: statements.begin_prune(connection, room, before), size=0
        )
        if isinstance(pruned, RoomArchived):
            raise pruned
        if pruned is None:
            raise ValueError(f"expected a snapshot of {room} at {before - 1} or {before}")
        while await self._write(
            lambda connection: statements.delete_runs(connection, pruned), size=0
        ):
            continue
        return pruned.gone

    async def put_away(self, room: str, head: Head, archive: str) -> bool:
        """Says first that they are in the file, and deletes them piece by piece."""
        if not await self._write(
            lambda connection: statements.mark_archived(connection, room, head, archive), size=0
        ):
            return False
        while await self._write(
            lambda connection: statements.delete_archived(connection, room, archive), size=0
        ):
            continue
        return True

    async def take_back(
        self,
        room: str,
        archive: str,
        runs: Sequence[StoredRun],
        snapshots: Sequence[StoredSnapshot],
    ) -> bool:
        """Puts a piece back."""
        size = sum(len(one.blob) for one in (*runs, *snapshots))
        return await self._write(
            lambda connection: statements.take_back(connection, room, archive, runs, snapshots),
            size=size,
        )

    async def end_archive(self, room: str, archive: str) -> bool:
        """Everything was taken back."""
        return await self._write(
            lambda connection: statements.end_archive(connection, room, archive), size=0
        )

    async def postpone(self, room: str, retry_at: int) -> None:
        """Not before `retry_at`, and not before the room is due."""
        await self._write(
            lambda connection: (
                connection.execute(
                    "UPDATE room SET wake_at = max(due_at, ?) WHERE id = ? AND due_at IS NOT NULL",
                    (retry_at, room),
                ).rowcount
            ),
            size=0,
        )

    async def _write(self, work: Callable[[sqlite3.Connection], T], *, size: int) -> T:
        """One unit that is no append. Raises StorageFailed, StorageUnavailable."""
        value: list[T] = []

        def unit(connection: sqlite3.Connection) -> None:
            value[:] = [work(connection)]

        (result,) = await self._writer.submit([unit], size=size)
        match result:
            case Done():
                return value[0]
            case NotDone(reason):
                raise self._fault(reason)
            case Lost(reason):
                raise OutcomeUnknown(reason)

    # ------------------------------------------------------------ for what is not a room

    async def written(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `work` in the next commit. Raises StorageFailed, StorageUnavailable."""
        return await self._write(work, size=0)

    async def asked(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `question` in the reader's thread. Raises StorageUnavailable, StorageFailed."""
        return await self._read(question)

    def _fault(self, reason: str) -> StorageError:
        failure = self._writer.failure
        return StorageUnavailable(reason) if failure is None else StorageFailed(failure)

    # ------------------------------------------------------------ reading

    async def rooms(self, ids: Sequence[str]) -> dict[str, RoomRow]:
        """The rows of those that exist."""
        question = (json.dumps([*ids]),)
        rows = await self._read(
            lambda connection: connection.execute(statements.ROOMS, question).fetchall()
        )
        return {row[0]: statements.room_row(row) for row in rows}

    async def heads(self, ids: Sequence[str]) -> dict[str, Head]:
        """The heads of those that exist."""
        question = (json.dumps([*ids]),)
        rows = await self._read(
            lambda connection: connection.execute(statements.HEADS, question).fetchall()
        )
        return {room: Head(version, tag) for room, version, tag in rows}

    async def read(
        self, room: str, first: int, *, last: int | None = None, bytes_max: int = 4_194_304
    ) -> Page:
        """Records from `first` on."""
        assert first >= 1, f"expected a version from 1 on, got {first}"
        return await self._read(
            lambda connection: statements.page(connection, room, first, last, bytes_max)
        )

    async def snapshot(self, room: str, *, at_most: int | None = None) -> StoredSnapshot | None:
        """The latest snapshot, at or below `at_most` if given."""
        return await self._read(lambda connection: statements.snapshot(connection, room, at_most))

    async def snapshots(self, room: str) -> list[int]:
        """Versions that have a snapshot."""
        return await self._read(lambda connection: statements.snapshots(connection, room))

    async def runs(self, room: str, first: int, *, bytes_max: int = 4_194_304) -> list[StoredRun]:
        """Whole runs that begin at `first` or later."""
        return await self._read(
            lambda connection: statements.runs(connection, room, first, bytes_max)
        )

    async def due(self, at: int, limit: int) -> list[str]:
        """Rooms to be woken, the longest due first."""
        return await self._read(lambda connection: statements.due(connection, at, limit))

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        """The rooms of an account."""
        question = (account, after or "", limit)
        rows = await self._read(
            lambda connection: connection.execute(statements.LISTED, question).fetchall()
        )
        return [Listed(statements.room_row(row), row[-1]) for row in rows]

    async def all_rooms(
        self, *, limit: int, after: str | None = None, kind: str | None = None
    ) -> list[RoomRow]:
        """Every room."""
        question = (after or "", limit) if kind is None else (kind, after or "", limit)
        asked = statements.ALL_ROOMS if kind is None else statements.ROOMS_OF_KIND
        rows = await self._read(lambda connection: connection.execute(asked, question).fetchall())
        return [statements.room_row(row) for row in rows]

    async def sizes(self, room: str) -> tuple[int, int]:
        """Bytes of the records and of the snapshots."""
        return await self._read(lambda connection: statements.sizes(connection, room))

    async def check(self) -> None:
        """Asks the database, and says what the writer has met."""
        if self._writer.failure is not None:
            raise StorageFailed(self._writer.failure)
        await self._read(read_generation)

    async def _read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Asks in the reader's thread. Raises StorageUnavailable, StorageFailed."""
        if self._closed:
            raise StorageUnavailable("the log is closed")
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._reader, question, self._reading)
        except sqlite3.Error as error:
            raise translated(error, f"cannot read {self._database}") from error

    async def close(self) -> None:
        """Ends the appends under way, then lets the next process in. May be called again."""
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        await asyncio.to_thread(self._let_go)

    def _let_go(self) -> None:
        self._checkpoints.close()
        self._reader.shutdown()
        # The writing connection last: it moves the log file into the database and removes it.
        for connection in reversed(self._connections):
            connection.close()
        self._lock.release()


def _open(database: Path, *, allow_unsafe: bool, migrate: bool) -> SqliteRoomLog:
    try:
        private_folder(database.parent)
        lock = LockFile(database)
    except OSError as error:
        raise StorageUnavailable(f"cannot open {database}: {error}") from error
    connections: list[sqlite3.Connection] = []
    try:
        writing = connect(database)
        connections.append(writing)
        if not allow_unsafe:
            check_settings(writing)
        if migrate:
            sqlite_schema.apply_missing(writing)
        sqlite_schema.report(writing).require_current()
        # What the last process left in the log file may never have been synced. Everything is moved
        # into the database file and synced there before anything is shown or stands on it.
        writing.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        writing.execute(f"PRAGMA journal_size_limit = {LOG_FILE_BYTES_MAX}").fetchone()
        sync_folder(database.parent)
        connections.append(connect(database))
        connections.append(connect(database, read_only=True))
        return SqliteRoomLog(lock, database, connections)
    except (sqlite3.Error, OSError, StorageError) as error:
        for connection in connections:
            connection.close()
        lock.release()
        if isinstance(error, sqlite3.Error):
            raise translated(error, f"cannot open {database}") from error
        if isinstance(error, OSError):
            raise StorageFailed(f"cannot open {database}: {error}") from error
        raise


def _outcome(result: Result) -> Outcome:
    match result:
        case Done(value):
            assert isinstance(value, Appended | Conflict), "what an append's unit returns"
            return value
        case NotDone(reason, poisoned):
            return Refused(reason, poisoned=poisoned)
        case Lost():
            return _UNKNOWN

"""The log in PostgreSQL: for several nodes, each of which may write any room.

Says in SQL what the contract says in words; appends have connections of their own
(postgres_appender.py), everything else shares a small pool. Reads from the primary only: a standby
may be behind, and may show commits in another order. SPEC rules LG1 to LG14.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from storage import entry_packing, postgres_schema
from storage.append_rules import check_batch
from storage.errors import CorruptEntry, StorageFailed, StorageUnavailable
from storage.postgres_appender import Appender
from storage.postgres_connection import (
    CONNECT_ERRORS,
    Connection,
    Fault,
    Pool,
    PostgresOptions,
    connect,
    described,
    judge,
    make_pool,
    require_primary,
    require_safe,
)
from storage.room_log import (
    Head,
    Listed,
    Outcome,
    Page,
    RoomAppend,
    RoomRow,
    StoredSnapshot,
)

CLOSE_LIMIT_S = 10.0
"""Reads under way end within the statement_timeout of 5 s, or their connections are dropped."""
RUNS_PER_QUERY = 4_096
"""Runs of one entry each of 1 KiB fill a page of 4 MiB."""
RUNS_PER_DELETE = 5_000
"""About 50 ms, far from the statement_timeout."""

_ROOMS = """
SELECT id, kind, version, tag, due_at, name, created_at, updated_at, pruned_before
FROM room WHERE id = ANY ($1::text[])
"""
_ALL_ROOMS = """
SELECT id, kind, version, tag, due_at, name, created_at, updated_at, pruned_before
FROM room WHERE id > $1 ORDER BY id LIMIT $2
"""
_LISTED = """
SELECT r.id, r.kind, r.version, r.tag, r.due_at, r.name, r.created_at, r.updated_at,
    r.pruned_before, m.role
FROM member m JOIN room r ON r.id = m.room
WHERE m.account = $1 AND m.room > $2 ORDER BY m.room LIMIT $3
"""
_HEADS = "SELECT id, version, tag FROM room WHERE id = ANY ($1::text[])"
_PLACE = """
SELECT r.version, r.tag, r.pruned_before,
    (SELECT u.tag_before FROM run u
     WHERE u.room = r.number AND u.first = greatest($2, r.pruned_before))
FROM room r WHERE r.id = $1
"""
# `before` are the bytes of the runs in front: as many runs as reach the page's size, and no more.
_RUNS = """
SELECT sized.first, sized.records FROM (
    SELECT u.first, u.records,
        sum(octet_length(u.records)) OVER (ORDER BY u.first) - octet_length(u.records) AS before
    FROM run u JOIN room r ON u.room = r.number
    WHERE r.id = $1 AND u.first <= $3 AND u.first >= (
        SELECT max(v.first) FROM run v WHERE v.room = r.number AND v.first <= $2)
    ORDER BY u.first LIMIT $5
) sized
WHERE sized.before < $4 ORDER BY sized.first
"""
_SNAPSHOT = """
SELECT s.version, s.tag, s.state FROM snapshot s JOIN room r ON s.room = r.number
WHERE r.id = $1 AND ($2::bigint IS NULL OR s.version <= $2) ORDER BY s.version DESC LIMIT 1
"""
_SNAPSHOTS = """
SELECT s.version FROM snapshot s JOIN room r ON s.room = r.number
WHERE r.id = $1 ORDER BY s.version
"""
# The tag is compared where a run ends or begins; inside a run the log does not know it.
_SAVE_SNAPSHOT = """
INSERT INTO snapshot (room, version, tag, state)
SELECT r.number, $2, $3, $4 FROM room r
WHERE r.id = $1 AND $2 <= r.version AND $3 = coalesce(
    CASE WHEN r.version = $2 THEN r.tag END,
    (SELECT u.tag_before FROM run u WHERE u.room = r.number AND u.first = $2 + 1),
    $3)
ON CONFLICT (room, version) DO UPDATE SET tag = excluded.tag, state = excluded.state
RETURNING version
"""
_DROP_SNAPSHOTS = """
DELETE FROM snapshot s USING room r
WHERE s.room = r.number AND r.id = $1 AND s.version = ANY ($2::bigint[])
"""
_DELETE_RUNS = """
DELETE FROM run WHERE room = $1 AND first IN (
    SELECT first FROM run WHERE room = $1 AND first < $2 ORDER BY first LIMIT $3)
RETURNING first
"""
_DUE = "SELECT id FROM room WHERE wake_at <= $1 ORDER BY wake_at, id LIMIT $2"
_POSTPONE = """
UPDATE room SET wake_at = greatest(due_at, $2) WHERE id = $1 AND due_at IS NOT NULL
"""
_SIZES = """
SELECT
    (SELECT coalesce(sum(u.last - u.first + 1), 0) FROM run u WHERE u.room = r.number)::bigint,
    (SELECT count(*) FROM run u WHERE u.room = r.number),
    (SELECT coalesce(sum(octet_length(u.records)), 0) FROM run u
     WHERE u.room = r.number)::bigint,
    (SELECT coalesce(sum(octet_length(s.state)), 0) FROM snapshot s
     WHERE s.room = r.number)::bigint
FROM room r WHERE r.id = $1
"""
# A message in the write-ahead log: it touches no row, and its commit is synced like any other.
_BARRIER = "SELECT pg_logical_emit_message(true, 'touchline', '')"
_NOW = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
_GENERATION = "SELECT value FROM meta WHERE name = 'generation'"


class PostgresRoomLog:
    """Opened by `open`, let go by `close`."""

    def __init__(self, generation: str, appender: Appender, pool: Pool) -> None:
        self._generation = generation
        self._appender = appender
        self._pool = pool
        self._closed = False

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        allow_unsafe: bool = False,
        migrate: bool = False,
        options: PostgresOptions | None = None,
    ) -> PostgresRoomLog:
        """Opens the database at a URL as PostgreSQL's own tools take it, TLS included.

        Raises SchemaOutdated where migrations are missing (`migrate` applies them), UnsafeSettings,
        StorageUnavailable.
        """
        options = options or PostgresOptions()

        async def connected() -> Connection:
            connection = await connect(url, options)
            try:
                await require_primary(connection)
                if not allow_unsafe:
                    await require_safe(connection)
            except BaseException as error:
                connection.terminate()
                if isinstance(error, CONNECT_ERRORS):
                    raise StorageUnavailable(described(error)) from error
                raise
            return connection

        first = await connected()
        try:
            if migrate:
                await postgres_schema.apply_missing(first)
            (await postgres_schema.report(first)).require_current()
            ((generation,),) = await first.fetch(_GENERATION)
            pool = await make_pool(url, options)
        except BaseException as error:
            first.terminate()
            if isinstance(error, CONNECT_ERRORS):
                raise StorageUnavailable(described(error)) from error
            raise
        appender = Appender(generation, connected, connections=options.append_connections)
        appender.start(first)
        return cls(generation, appender, pool)

    @property
    def exclusive(self) -> bool:
        """Other processes may write the same rooms."""
        return False

    @property
    def generation(self) -> str:
        """Read at the opening; every append compares it."""
        return self._generation

    # ------------------------------------------------------------ writing

    async def append(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        """Appends with everything else that waits at the moment, in one transaction."""
        check_batch(batch)
        return await self._appender.submit(batch)

    async def barrier(self) -> None:
        """Waits for a commit that touches no row."""
        if self._appender.failure is not None:
            raise StorageFailed(self._appender.failure)
        await self._ask(_BARRIER)

    async def save_snapshot(self, room: str, snapshot: StoredSnapshot) -> bool:
        """Keeps it where its position may be on the chain."""
        head = snapshot.head
        return bool(await self._ask(_SAVE_SNAPSHOT, room, head.version, head.tag, snapshot.blob))

    async def drop_snapshots(self, room: str, versions: Sequence[int]) -> None:
        """Forgets these."""
        await self._ask(_DROP_SNAPSHOTS, room, [*versions])

    async def prune(self, room: str, before: int) -> int:
        """Says first from where on entries are kept, and deletes the others without a lock.

        If it is interrupted, they are as good as gone, and the next prune deletes them.
        """
        rows = await self._ask("SELECT * FROM begin_prune($1, $2)", room, before)
        if not rows:
            raise ValueError(f"expected a snapshot of {room} at {before - 1} or {before}")
        ((number, kept, gone),) = rows
        while await self._ask(_DELETE_RUNS, number, kept, RUNS_PER_DELETE):
            continue
        return gone

    async def postpone(self, room: str, retry_at: int) -> None:
        """Not before `retry_at`, and not before the room is due."""
        await self._ask(_POSTPONE, room, retry_at)

    # ------------------------------------------------------------ reading

    async def rooms(self, ids: Sequence[str]) -> dict[str, RoomRow]:
        """The rows of those that exist."""
        return {row[0]: _room_row(row) for row in await self._ask(_ROOMS, [*ids])}

    async def heads(self, ids: Sequence[str]) -> dict[str, Head]:
        """The heads of those that exist."""
        rows = await self._ask(_HEADS, [*ids])
        return {room: Head(version, tag) for room, version, tag in rows}

    async def read(
        self, room: str, first: int, *, last: int | None = None, bytes_max: int = 4_194_304
    ) -> Page:
        """Records from `first` on."""
        assert first >= 1, f"expected a version from 1 on, got {first}"
        rows = await self._ask(_PLACE, room, first)
        if not rows:
            return Page(first, [], None)
        version, tag, pruned_before, tag_before = rows[0]
        start = max(first, pruned_before)
        if start == version + 1:
            tag_before = tag
        if first < pruned_before:
            return Page(pruned_before, [], tag_before)
        end = version if last is None else min(last, version)
        return await self._page(room, first, end, bytes_max, tag_before)

    async def _page(
        self, room: str, first: int, end: int, bytes_max: int, tag_before: str | None
    ) -> Page:
        """As many queries as the page's bytes need; a prune may come between two of them."""
        records: list[bytes] = []
        size = 0
        while first + len(records) <= end:
            wanted, left = first + len(records), max(bytes_max - size, 1)
            runs = await self._ask(_RUNS, room, wanted, end, left, RUNS_PER_QUERY)
            if not runs or runs[0][0] > wanted:
                ((_, _, pruned_before, border),) = await self._ask(_PLACE, room, wanted)
                if pruned_before <= wanted:
                    raise CorruptEntry(f"expected version {wanted} of room {room}, got none")
                if not records:
                    return Page(pruned_before, [], border)
                break
            for record in _consecutive(room, wanted, end, runs):
                size += len(record)
                if records and size > bytes_max:
                    return Page(first, records, tag_before)
                records.append(record)
        return Page(first, records, tag_before)

    async def snapshot(self, room: str, *, at_most: int | None = None) -> StoredSnapshot | None:
        """The latest snapshot, at or below `at_most` if given."""
        rows = await self._ask(_SNAPSHOT, room, at_most)
        return StoredSnapshot(Head(rows[0][0], rows[0][1]), rows[0][2]) if rows else None

    async def snapshots(self, room: str) -> list[int]:
        """Versions that have a snapshot."""
        return [version for (version,) in await self._ask(_SNAPSHOTS, room)]

    async def due(self, at: int, limit: int) -> list[str]:
        """Rooms to be woken, the longest due first."""
        return [room for (room,) in await self._ask(_DUE, at, limit)]

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        """The rooms of an account."""
        rows = await self._ask(_LISTED, account, after or "", limit)
        return [Listed(_room_row(row), row[9]) for row in rows]

    async def all_rooms(self, *, limit: int, after: str | None = None) -> list[RoomRow]:
        """Every room."""
        return [_room_row(row) for row in await self._ask(_ALL_ROOMS, after or "", limit)]

    async def sizes(self, room: str) -> tuple[int, int]:
        """Bytes of the records and of the snapshots."""
        rows = await self._ask(_SIZES, room)
        if not rows:
            return 0, 0
        entries, runs, stored, snapshots = rows[0]
        return stored - entry_packing.overhead(entries=entries, runs=runs), snapshots

    async def check(self) -> None:
        """Asks the database, and says what the appender has met."""
        if self._appender.failure is not None:
            raise StorageFailed(self._appender.failure)
        ((generation,),) = await self._ask(_GENERATION)
        if generation != self._generation:
            raise StorageFailed(f"expected generation {self._generation}, got {generation}")

    async def now_ms(self) -> int:
        """What the server's clock says, ms since 1970. Raises StorageUnavailable."""
        ((now,),) = await self._ask(_NOW)
        return now

    async def close(self) -> None:
        """Ends the appends under way, then lets the connections go. May be called again."""
        if self._closed:
            return
        self._closed = True
        await self._appender.close()
        try:
            async with asyncio.timeout(CLOSE_LIMIT_S):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    async def _ask(self, query: str, *args: object) -> list[Any]:
        """Statements that may be repeated: asked once more, on a fresh connection, after a loss.

        Raises StorageUnavailable.
        """
        if self._closed:
            raise StorageUnavailable("the log is closed")
        try:
            return await self._pool.fetch(query, *args)
        except CONNECT_ERRORS as error:
            if judge(error) is not Fault.LOST:
                raise StorageUnavailable(described(error)) from error
            # After a restart of the server every pooled connection would fail, one by one.
            await self._pool.expire_connections()
        try:
            return await self._pool.fetch(query, *args)
        except CONNECT_ERRORS as error:
            raise StorageUnavailable(described(error)) from error


def _consecutive(room: str, wanted: int, end: int, runs: Sequence[Any]) -> list[bytes]:
    """The records from `wanted` to `end` that the runs hold, at least one. Raises CorruptEntry."""
    records: list[bytes] = []
    for run_first, blob in runs:
        here = wanted + len(records)
        if run_first > here:
            raise CorruptEntry(f"expected version {here} of room {room}, got {run_first}")
        records += entry_packing.unpack(blob)[here - run_first : end - run_first + 1]
    if not records:
        raise CorruptEntry(f"expected version {wanted} of room {room}, got none")
    return records


def _room_row(row: Sequence[Any]) -> RoomRow:
    return RoomRow(
        id=row[0],
        kind=row[1],
        head=Head(row[2], row[3]),
        due_at=row[4],
        name=row[5],
        created_at=row[6],
        updated_at=row[7],
        pruned_before=row[8],
    )

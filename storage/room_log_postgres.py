"""The log in PostgreSQL: for several nodes, each of which may write any room.

Appends have connections of their own
(postgres_appender.py), everything else shares a small pool. Reads from the primary only: a standby
may be behind, and may show commits in another order. SPEC rules LG1 to LG17, LG23, LG25.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from storage import entry_packing, postgres_schema
from storage import postgres_statements as sql
from storage.append_rules import check_batch
from storage.errors import (
    CorruptEntry,
    GenerationChanged,
    RoomArchived,
    StorageFailed,
    StorageUnavailable,
)
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
    StoredRun,
    StoredSnapshot,
)
from storage.standby_proofs import StandbyProofs

CLOSE_LIMIT_S = 10.0
"""Reads under way end within the statement_timeout of 5 s, or their connections are dropped."""
RUNS_PER_QUERY = 4_096
"""Runs of one entry each of 1 KiB fill a page of 4 MiB."""
RUNS_PER_DELETE = 5_000
"""About 50 ms, far from the statement_timeout."""


class PostgresRoomLog:
    """Opened by `open`, let go by `close`."""

    def __init__(self, generation: str, appender: Appender, pool: Pool) -> None:
        self._generation = generation
        self._appender = appender
        self._pool = pool
        self._proofs = StandbyProofs(pool)
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
        ServerTooOld, StorageUnavailable.
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
            ((generation,),) = await first.fetch(sql.GENERATION)
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
        """Waits for a commit that touches no row, and for the standby where there is one."""
        self._require_sound()
        if self._closed:
            raise StorageUnavailable("the log is closed")
        await self._proofs.prove()

    async def save_snapshot(self, room: str, snapshot: StoredSnapshot) -> bool:
        """Keeps it where its position may be on the chain."""
        head = snapshot.head
        return bool(await self._ask(sql.SAVE_SNAPSHOT, room, head.version, head.tag, snapshot.blob))

    async def drop_snapshots(self, room: str, versions: Sequence[int]) -> None:
        """Forgets these."""
        await self._ask(sql.DROP_SNAPSHOTS, room, [*versions])

    async def prune(self, room: str, before: int) -> int:
        """Says first from where on entries are kept, and deletes the others without a lock.

        If it is interrupted, they are as good as gone, and the next prune deletes them.
        """
        rows = await self._ask(sql.BEGIN_PRUNE, room, before)
        if not rows:
            await self._require_here(room)
            raise ValueError(f"expected a snapshot of {room} at {before - 1} or {before}")
        ((number, kept, gone),) = rows
        while await self._ask(sql.DELETE_RUNS, number, kept, RUNS_PER_DELETE):
            continue
        return gone

    async def put_away(self, room: str, head: Head, archive: str) -> bool:
        """Says first that they are in the file, and deletes them piece by piece."""
        await self._ask(sql.MARK_ARCHIVED, room, head.version, head.tag, archive)
        row = (await self.rooms([room])).get(room)
        if row is None or row.archive != archive:
            return False
        while await self._ask(sql.DELETE_ARCHIVED_RUNS, room, archive, RUNS_PER_DELETE):
            continue
        await self._ask(sql.DELETE_ARCHIVED_SNAPSHOTS, room, archive)
        return True

    async def take_back(
        self,
        room: str,
        archive: str,
        runs: Sequence[StoredRun],
        snapshots: Sequence[StoredSnapshot],
    ) -> bool:
        """Puts a piece back."""
        rows = await self._ask(
            sql.TAKE_BACK,
            room,
            archive,
            [one.first for one in runs],
            [one.last for one in runs],
            [one.at for one in runs],
            [one.tag_before for one in runs],
            [one.tag for one in runs],
            [one.blob for one in runs],
            [one.head.version for one in snapshots],
            [one.head.tag for one in snapshots],
            [one.blob for one in snapshots],
        )
        return bool(rows)

    async def end_archive(self, room: str, archive: str) -> bool:
        """Everything was taken back."""
        return bool(await self._ask(sql.END_ARCHIVE, room, archive))

    async def postpone(self, room: str, retry_at: int) -> None:
        """Not before `retry_at`, and not before the room is due."""
        await self._ask(sql.POSTPONE, room, retry_at)

    # ------------------------------------------------------------ reading

    async def rooms(self, ids: Sequence[str]) -> dict[str, RoomRow]:
        """The rows of those that exist."""
        return {row[0]: _room_row(row) for row in await self._ask(sql.ROOMS, [*ids])}

    async def heads(self, ids: Sequence[str]) -> dict[str, Head]:
        """The heads of those that exist."""
        rows = await self._ask(sql.HEADS, [*ids])
        return {room: Head(version, tag) for room, version, tag in rows}

    async def read(
        self, room: str, first: int, *, last: int | None = None, bytes_max: int = 4_194_304
    ) -> Page:
        """Records from `first` on; where commits wait for a standby, such as are on it."""
        assert first >= 1, f"expected a version from 1 on, got {first}"
        rows = await self._place(room, first)
        if not rows:
            return Page(first, [], None)
        version, tag, pruned_before, archive, tag_before, proven = rows[0]
        if archive is not None:
            raise RoomArchived(room, archive)
        start = max(first, pruned_before)
        if start == version + 1:
            tag_before = tag
        if first < pruned_before:
            return Page(pruned_before, [], tag_before)
        end = version if last is None else min(last, version)
        page = await self._page(room, first, end, bytes_max, tag_before)
        if page.records and not proven:
            await self._proofs.prove()
        return page

    async def _place(self, room: str, first: int) -> list[Any]:
        proof = self._proofs.latest
        return await self._ask(sql.PLACE, room, first, proof.life, proof.xid)

    async def _page(
        self, room: str, first: int, end: int, bytes_max: int, tag_before: str | None
    ) -> Page:
        """As many queries as the page's bytes need; a prune may come between two of them."""
        records: list[bytes] = []
        size = 0
        while first + len(records) <= end:
            wanted, left = first + len(records), max(bytes_max - size, 1)
            runs = await self._ask(sql.RUNS, room, wanted, end, left, RUNS_PER_QUERY)
            if not runs or runs[0][0] > wanted:
                ((_, _, pruned_before, archive, border, _),) = await self._place(room, wanted)
                if archive is not None:
                    raise RoomArchived(room, archive)
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
        rows = await self._ask(sql.SNAPSHOT, room, 2**63 - 1 if at_most is None else at_most)
        if not rows:
            return None
        ((archive, version, tag, state),) = rows
        if archive is not None:
            raise RoomArchived(room, archive)
        return None if version is None else StoredSnapshot(Head(version, tag), state)

    async def snapshots(self, room: str) -> list[int]:
        """Versions that have a snapshot."""
        rows = await self._ask(sql.SNAPSHOTS, room)
        if rows and rows[0][0] is not None:
            raise RoomArchived(room, rows[0][0])
        return [version for _, version in rows if version is not None]

    async def runs(self, room: str, first: int, *, bytes_max: int = 4_194_304) -> list[StoredRun]:
        """Whole runs that begin at `first` or later."""
        rows = await self._ask(sql.STORED_RUNS, room, first, bytes_max, RUNS_PER_QUERY)
        return [StoredRun(*row) for row in rows]

    async def _require_here(self, room: str) -> None:
        row = (await self.rooms([room])).get(room)
        if row is not None and row.archive is not None:
            raise RoomArchived(room, row.archive)

    async def due(self, at: int, limit: int) -> list[str]:
        """Rooms to be woken, the longest due first."""
        return [room for (room,) in await self._ask(sql.DUE, at, limit)]

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        """The rooms of an account."""
        rows = await self._ask(sql.LISTED, account, after or "", limit)
        return [Listed(_room_row(row), row[11]) for row in rows]

    async def all_rooms(
        self, *, limit: int, after: str | None = None, kind: str | None = None
    ) -> list[RoomRow]:
        """Every room."""
        if kind is None:
            rows = await self._ask(sql.ALL_ROOMS, after or "", limit)
        else:
            rows = await self._ask(sql.ROOMS_OF_KIND, kind, after or "", limit)
        return [_room_row(row) for row in rows]

    async def sizes(self, room: str) -> tuple[int, int]:
        """Bytes of the records and of the snapshots."""
        rows = await self._ask(sql.SIZES, room)
        if not rows:
            return 0, 0
        entries, runs, stored, snapshots = rows[0]
        return stored - entry_packing.overhead(entries=entries, runs=runs), snapshots

    async def check(self) -> None:
        """Asks the database, and says what the appender has met."""
        self._require_sound()
        ((generation,),) = await self._ask(sql.GENERATION)
        if generation != self._generation:
            raise GenerationChanged(f"expected generation {self._generation}, got {generation}")

    def _require_sound(self) -> None:
        """Raises StorageFailed, GenerationChanged."""
        if self._appender.outlived:
            raise GenerationChanged(f"generation {self._generation} is over")
        if self._appender.failure is not None:
            raise StorageFailed(self._appender.failure)

    async def now_ms(self) -> int:
        """What the server's clock says, ms since 1970. Raises StorageUnavailable."""
        ((now,),) = await self._ask(sql.NOW)
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
        archive=row[9],
        archived_to=row[10] or 0,
    )

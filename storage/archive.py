"""Rooms out of the database into files, and back: the order of steps in which nothing is lost and
nothing is there twice.

    out:   write the file, sync it, read it back  ->  mark the room  ->  delete from the database
    back:  check the file  ->  put back piece by piece  ->  take the mark away

Whatever dies between two steps: before the mark the database has everything, and the file is one
that nobody refers to; after it the file has everything, and what the database still or already
holds is not read. Files stay when their room has come back, for backups of before. Knows logs and
files; must not know what stands in a record. SPEC rule LG18.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from storage.archive_file import ArchiveReader, ArchiveWriter, Header, Piece, open_archive
from storage.errors import ArchiveDamaged, RoomArchived, StorageError
from storage.room_log import RoomLog, RoomRow

T = TypeVar("T")

PIECE_BYTES = 1_048_576
"""Taken back in one transaction: some 20 ms, in which no append of the room is written."""

Threads = Callable[..., Awaitable[Any]]
"""Calls a function that blocks with the arguments after it: `asyncio.to_thread`, or like it."""


async def put_into_file(
    log: RoomLog,
    row: RoomRow,
    folder: Path,
    *,
    prove: Callable[[ArchiveReader], None] | None = None,
) -> Path | None:
    """Archives a room that is at `row.head`; None: it moved on meanwhile, and nothing was done.

    `prove` looks at what was read back, and raises where it must not replace the original. Raises
    ArchiveDamaged where what was read back is not the room, StorageError."""
    head = row.head
    header = Header(log.generation, row.id, row.kind, row.pruned_before, head.version, head.tag)
    writer = await asyncio.to_thread(ArchiveWriter, folder, header)
    try:
        await _fill(log, row, writer)
        path = await asyncio.to_thread(writer.finish)
        await asyncio.to_thread(_read_back, path, writer, prove)
    except StorageError as error:
        await asyncio.to_thread(writer.abandon)
        changed = isinstance(error, ArchiveDamaged | RoomArchived)
        if changed and (await log.rooms([row.id])).get(row.id) != row:
            return None
        raise
    finally:
        writer.close()
    # From here on only a clear "no" lets the file go: a lost answer may mean that it is needed.
    if not await log.put_away(row.id, head, path.name):
        await asyncio.to_thread(writer.abandon)
        return None
    return path


async def take_from_file(
    log: RoomLog,
    room: str,
    archive: str,
    path: Path,
    *,
    thread: Threads = asyncio.to_thread,
) -> bool:
    """Puts a room back into the database from `path`, which is the file `archive` or a copy of it.
    False: the room was not in that archive any more. Several may do it at once.

    Raises ArchiveDamaged, StorageError."""
    reader: ArchiveReader = await thread(open_archive, path)
    if reader.header.room != room:
        raise ArchiveDamaged(f"{path.name} holds room {reader.header.room}, expected {room}")
    row = (await log.rooms([room])).get(room)
    if row is None or row.archive != archive:
        return False
    if reader.header.version != row.archived_to:
        raise ArchiveDamaged(
            f"{path.name} ends at version {reader.header.version}, expected {row.archived_to}"
        )
    pieces = reader.pieces()
    while True:
        piece: Piece | None = await thread(next, pieces, None)
        if piece is None:
            break
        if not await log.take_back(room, archive, piece.runs, piece.stored()):
            return False
    with suppress(OSError):
        # How long the room has been back is how old the file is.
        await thread(os.utime, path)
    await log.end_archive(room, archive)
    return True


async def _fill(log: RoomLog, row: RoomRow, writer: ArchiveWriter) -> None:
    for version in await log.snapshots(row.id):
        stored = await log.snapshot(row.id, at_most=version)
        if stored is not None and stored.head.version == version <= row.head.version:
            await asyncio.to_thread(writer.add, [], [stored])
    first = row.pruned_before
    while first <= row.head.version:
        runs = await log.runs(row.id, first, bytes_max=PIECE_BYTES)
        if not runs or runs[-1].last > row.head.version:
            # pruned to the end, or moved on: what is read back will say so
            break
        await asyncio.to_thread(writer.add, runs, [])
        first = runs[-1].last + 1


def _read_back(
    path: Path, writer: ArchiveWriter, prove: Callable[[ArchiveReader], None] | None
) -> None:
    reader = open_archive(path)
    for _ in reader.pieces():
        continue
    if reader.contents.digest() != writer.contents.digest():
        raise ArchiveDamaged(f"{path.name}: what was read back is not what was written")
    if prove is not None:
        prove(reader)

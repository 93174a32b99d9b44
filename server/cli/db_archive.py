"""`touchline db archive`: rooms in which nothing happened for long go into files; and one of them
back by hand.

Chooses and reports; in which order it is done without losing anything is storage/archive.py. SPEC
rule OP29.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from protocol.entries import chain
from protocol.identifiers import Tag
from server.cli.asking import run
from server.cli.at_once import at_once
from server.cli.log_check import every_room
from server.cli.options import ConfigOption, DatabaseOption, DataOption, settings_for
from server.cli.screen import Exit, fail, notes, print_rows, progress
from server.clock import SystemClock
from server.config import Settings
from server.data_folder import archive_folder, database_path
from server.databases import open_log
from storage import entry_packing
from storage.archive import put_into_file, take_from_file
from storage.archive_file import ArchiveReader, header_of
from storage.errors import ArchiveDamaged, CorruptEntry
from storage.room_log import RoomLog, RoomRow

DAY_MS = 86_400_000
DAYS_MIN = 1


@dataclass(slots=True)
class _Done:
    rooms: int = 0
    entries: int = 0
    stored: int = 0
    written: int = 0
    left: int = 0


def archive(
    *,
    days: Annotated[
        int, typer.Option("--days", help="Rooms that rest for so many days.", min=DAYS_MIN)
    ] = 90,
    limit: Annotated[
        int | None, typer.Option("--limit", help="No more rooms than this.", min=1)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what.")] = False,
    data_dir: DataOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Take rooms that rest out of the database, each into a file of the archive folder. They come
    back by themselves when somebody opens them.

    PostgreSQL may be in use meanwhile; a SQLite database must not be held by a server.
    """
    settings = settings_for(config, data_dir=data_dir, database=database)
    require_database(settings)
    run(_archive(settings, days, limit, yes=yes))


def require_database(settings: Settings) -> None:
    """Makes no database where there is none."""
    path = database_path(settings)
    if not settings.database and not path.is_file():
        fail(f"{path} does not exist", Exit.UNAVAILABLE)


def restore_archives(settings: Settings, sources: Sequence[Path]) -> None:
    """Puts the room of each file back; ends with 1 where one could not be."""
    require_database(settings)
    run(_restore(settings, sources))


async def _archive(settings: Settings, days: int, limit: int | None, *, yes: bool) -> None:
    folder = archive_folder(settings)
    before = SystemClock().now_ms() - days * DAY_MS
    done = _Done()
    log = await open_log(settings, migrate=False)
    try:
        with progress("archiving rooms") as bar:

            async def one(row: RoomRow) -> None:
                if row.archive is not None:
                    await _finish(log, row, row.archive)
                else:
                    await _one(log, row, folder, done, yes=yes)
                bar.update(bar.task_ids[0], completed=done.rooms)

            await at_once(_resting(log, before, limit, begun=yes), one)
    finally:
        await log.close()
    if not yes:
        notes().print(
            f"{done.rooms:,} rooms with {done.stored:,} bytes rest for {days} days: with --yes they"
            f" go to {folder}"
        )
        return
    notes().print(
        f"{done.rooms:,} rooms with {done.stored:,} bytes archived in {done.written:,} bytes"
    )
    if done.left:
        fail(f"{done.left:,} rooms were left where they are: `touchline db verify` says more")


async def _resting(
    log: RoomLog, before: int, limit: int | None, *, begun: bool
) -> AsyncIterator[RoomRow]:
    """Rooms that are to go; and with `begun` those that are in their files already, of which an
    archive that was interrupted may have left something."""
    found = 0
    async for row in every_room(log):
        if row.archive is not None:
            if begun:
                yield row
        elif row.due_at is None and row.updated_at < before:
            if found == limit:
                return
            found += 1
            yield row


async def _finish(log: RoomLog, row: RoomRow, archive: str) -> None:
    """Takes out what an archive that was interrupted left in the database."""
    left = await log.runs(row.id, row.pruned_before, bytes_max=1)
    if left and left[0].first <= row.archived_to:
        await log.put_away(row.id, row.head, archive)


async def _one(log: RoomLog, row: RoomRow, folder: Path, done: _Done, *, yes: bool) -> None:
    stored = sum(await log.sizes(row.id))
    if yes:
        try:
            path = await put_into_file(log, row, folder, prove=_chains)
        except CorruptEntry as error:
            notes().print(f"{row.id}: {error}", markup=False)
            done.left += 1
            return
        if path is None:
            return
        done.written += path.stat().st_size
        print_rows(["", ""], [[row.id, path.name]])
    else:
        print_rows(["", ""], [[row.id, row.name]])
    done.rooms += 1
    done.stored += stored


def _chains(reader: ArchiveReader) -> None:
    """Raises ArchiveDamaged where the records do not give the tags: what is damaged stays where
    somebody looks at it."""
    for piece in reader.pieces():
        for one in piece.runs:
            tag = Tag(one.tag_before)
            for record in entry_packing.unpack(one.blob):
                tag = chain(tag, record)
            if tag != one.tag:
                raise ArchiveDamaged(f"entry {one.last} does not lead to its tag")


async def _restore(settings: Settings, sources: Sequence[Path]) -> None:
    log = await open_log(settings, migrate=False)
    kept: list[str] = []
    try:
        with progress("putting rooms back") as bar:
            bar.update(bar.task_ids[0], total=len(sources))

            async def one(source: Path) -> None:
                problem = await _put_back(log, source)
                if problem is not None:
                    kept.append(problem)
                bar.advance(bar.task_ids[0])

            await at_once(_each(sources), one)
    finally:
        await log.close()
    if len(kept) == 1 == len(sources):
        fail(kept[0])
    if kept:
        for problem in kept:
            notes().print(problem, markup=False)
        fail(f"{len(kept):,} of {len(sources):,} files changed nothing")


async def _each(sources: Sequence[Path]) -> AsyncIterator[Path]:
    for source in sources:
        yield source


async def _put_back(log: RoomLog, source: Path) -> str | None:
    """Why the file changed nothing, if so. Raises StorageUnavailable."""
    try:
        room = header_of(source).room
        row = (await log.rooms([room])).get(room)
        if row is None:
            return f"there is no room {room}"
        if row.archive is None:
            return f"room {room} is in the database: nothing was changed"
        await take_from_file(log, room, row.archive, source)
    except ArchiveDamaged as error:
        return str(error)
    notes().print(f"room {room} is in the database again")
    return None

"""`touchline db prune`: old entries below snapshots, and files of archived rooms that nobody refers
to.

Entries are members' history: they go only when an operator asks for it by age, only what a snapshot
covers, and never what is younger than answers are remembered. Sessions, receipts and audit records
have a time of their own (`touchline admin cleanup`). SPEC rule OP30.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from protocol.entries import RawEntry, split_record
from server.cli.asking import run
from server.cli.at_once import at_once
from server.cli.db_archive import DAY_MS, require_database
from server.cli.log_check import every_room
from server.cli.options import ConfigOption, DatabaseOption, DataOption, settings_for
from server.cli.screen import notes, print_rows, progress
from server.clock import SystemClock
from server.config import Settings
from server.data_folder import archive_folder
from server.databases import open_log
from storage.archive_file import SUFFIX, UNFINISHED, header_of
from storage.errors import CorruptEntry
from storage.room_log import RoomLog, RoomRow

DAYS_MIN = 2
"""Commands may come back for 48 h (CM): what they were made on is kept so long."""
UNFINISHED_MS = DAY_MS
"""A file that is still written is younger than this."""


def prune(
    *,
    older_than: Annotated[
        int | None,
        typer.Option(
            "--older-than", help="Entries of before so many days, for ever.", min=DAYS_MIN
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what.")] = False,
    data_dir: DataOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Forget entries that a snapshot covers, if asked to by age, and files of rooms that have been
    back in the database for longer than archive_keep_days.

    PostgreSQL may be in use meanwhile; a SQLite database must not be held by a server. Archived
    rooms keep all they have.
    """
    settings = settings_for(config, data_dir=data_dir, database=database)
    require_database(settings)
    run(_prune(settings, older_than, yes=yes))


async def _prune(settings: Settings, older_than: int | None, *, yes: bool) -> None:
    now = SystemClock().now_ms()
    log = await open_log(settings, migrate=False)
    entries = 0
    try:
        if older_than is not None:
            entries = await _prune_entries(log, now - older_than * DAY_MS, yes=yes)
        files = await _prune_files(log, settings, now, yes=yes)
    finally:
        await log.close()
    did = "gone" if yes else "would go with --yes"
    notes().print(f"{entries:,} entries and {files:,} files {did}")


async def _prune_entries(log: RoomLog, before: int, *, yes: bool) -> int:
    gone = 0
    with progress("pruning rooms") as bar:

        async def one(row: RoomRow) -> None:
            nonlocal gone
            border = await _border(log, row, before)
            if border < row.pruned_before:
                return
            count = border + 1 - row.pruned_before
            if yes:
                count = await log.prune(row.id, border + 1)
            if count:
                print_rows(["", ""], [[row.id, f"{count}"]])
            gone += count
            bar.update(bar.task_ids[0], completed=gone)

        await at_once(_old(log, before), one)
    return gone


async def _old(log: RoomLog, before: int) -> AsyncIterator[RoomRow]:
    async for row in every_room(log):
        if row.archive is None and row.created_at < before:
            yield row


async def _border(log: RoomLog, row: RoomRow, before: int) -> int:
    """The latest version with a snapshot whose entry, and so every earlier one, is of before; 0
    where there is none."""
    for version in reversed(await log.snapshots(row.id)):
        if version < row.pruned_before:
            break
        page = await log.read(row.id, version, last=version)
        if page.first == version and page.records and _time_of(page.records[0]) < before:
            return version
    return 0


def _time_of(record: bytes) -> int:
    try:
        return msgspec.json.decode(split_record(record)[0], type=RawEntry).at
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CorruptEntry(f"an entry cannot be read ({error})") from error


async def _prune_files(log: RoomLog, settings: Settings, now: int, *, yes: bool) -> int:
    """Only files of rooms that this database has: those of another are not ours to judge."""
    gone = 0
    keep_ms = settings.archive_keep_days * DAY_MS
    for path, age_ms in await asyncio.to_thread(_files, archive_folder(settings), now):
        if path.name.endswith(UNFINISHED):
            if age_ms < UNFINISHED_MS:
                continue
        elif age_ms < keep_ms or not await _is_left(log, path):
            continue
        if yes:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        print_rows(["", ""], [["file", path.name]])
        gone += 1
    return gone


async def _is_left(log: RoomLog, path: Path) -> bool:
    """Whether the file's room is here, and is not in this file."""
    try:
        room = (await asyncio.to_thread(header_of, path)).room
    except CorruptEntry as error:
        notes().print(str(error), markup=False)
        return False
    row = (await log.rooms([room])).get(room)
    return row is not None and row.archive != path.name


def _files(folder: Path, now: int) -> list[tuple[Path, int]]:
    """Those that archives write, with their age in ms."""
    if not folder.is_dir():
        return []
    return [
        (path, now - int(path.stat().st_mtime * 1000))
        for path in sorted(folder.iterdir())
        if path.name.endswith((SUFFIX, SUFFIX + UNFINISHED))
    ]

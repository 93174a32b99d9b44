"""Copies of a SQLite database: made while a server writes it, and put back while none does.

A copy is one moment of the database. Putting one back begins a new generation, so that nobody
resumes from a history that this database no longer has. Knows files; knows no room. SPEC rules OP12
to OP14, OP31.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from storage.errors import CorruptEntry, StorageError, StorageFailed, StorageUnavailable
from storage.migrations_on_disk import SchemaState
from storage.sqlite_files import (
    LockFile,
    connect,
    make_private,
    private_folder,
    read_generation,
    sync_folder,
    translated,
)
from storage.sqlite_schema import apply_missing, report

PAGES_AT_ONCE = 2_048
"""8 MiB of 4 KiB pages: between two pieces the server's writes go on."""
PROBLEMS_MAX = 100

Progress = Callable[[int, int], None]
"""Pages copied so far, pages in all."""


def back_up(database: Path, target: Path, progress: Progress) -> None:
    """Writes one moment of `database` to `target`, which must not exist, and syncs it.

    Raises StorageUnavailable where either cannot be opened, FileExistsError.
    """
    if not database.is_file():
        raise StorageUnavailable(f"{database} does not exist")
    if target.exists():
        raise FileExistsError(target)
    source = connect(database, read_only=True)
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        _copy(source, unfinished, progress)
    finally:
        source.close()
    unfinished.replace(target)
    sync_folder(target.absolute().parent)


def put_back(backup: Path, database: Path, progress: Progress) -> tuple[str, Path | None]:
    """Makes `database` what `backup` is, under a new generation. What was there is set aside.

    Returns the generation, and where the earlier database now lies. Raises StorageBusy where a
    server holds it, SchemaOutdated where the backup is newer than this code, StorageFailed where it
    is damaged.
    """
    if not backup.is_file():
        raise StorageUnavailable(f"{backup} does not exist")
    problems = damage(backup)
    if problems:
        raise StorageFailed(f"{backup} is damaged ({problems[0]}): nothing was changed")
    private_folder(database.parent)
    lock = LockFile(database)
    try:
        unfinished = database.with_name(database.name + ".unfinished")
        unfinished.unlink(missing_ok=True)
        source = connect(backup, read_only=True)
        try:
            verdict = report(source)
            if verdict.state is not SchemaState.OUTDATED:
                verdict.require_current()
            _copy(source, unfinished, progress)
        finally:
            source.close()
        generation = _begin_generation(unfinished)
        aside = _set_aside(database)
        unfinished.replace(database)
        sync_folder(database.absolute().parent)
    finally:
        lock.release()
    return generation, aside


def damage(database: Path) -> list[str]:
    """What SQLite itself finds wrong with the file; nothing for a sound one."""
    try:
        connection = connect(database, read_only=True)
    except StorageFailed as error:
        return [str(error)]
    try:
        rows = connection.execute(f"PRAGMA integrity_check({PROBLEMS_MAX})").fetchall()
    except sqlite3.DatabaseError as error:
        return [str(error)]
    finally:
        connection.close()
    return [str(row[0]) for row in rows if row[0] != "ok"]


def _copy(source: sqlite3.Connection, target: Path, progress: Progress) -> None:
    try:
        make_private(target)
        copy = sqlite3.connect(target)
        try:
            # One moment for all pieces: without it the copy would begin anew after every commit of
            # a server, and never end under load.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(
                copy,
                pages=PAGES_AT_ONCE,
                progress=lambda _status, left, total: progress(total - left, total),
            )
        finally:
            copy.close()
    except sqlite3.Error as error:
        raise translated(error, f"cannot copy to {target}") from error
    except OSError as error:
        raise StorageUnavailable(f"cannot copy to {target}: {error}") from error
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _begin_generation(database: Path) -> str:
    """Of a copy that an earlier version made, after its schema was brought up to date."""
    connection = connect(database)
    try:
        apply_missing(connection)
        earlier = read_generation(connection)
        connection.execute(
            "UPDATE meta SET value = lower(hex(randomblob(8))) WHERE name = 'generation'"
        )
        generation = read_generation(connection)
        if generation == earlier:
            raise CorruptEntry(f"expected another generation than {earlier}")
        # The write-ahead log must not be left behind when the file is renamed.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    return generation


def _set_aside(database: Path) -> Path | None:
    """Gives the earlier database, sound or not, a second name that is free, and leaves it under its
    own until another file takes that: whatever dies on the way, there is one. Of a sound one all
    committed pages are in it. Its write-ahead log goes with it: left behind, SQLite would play it
    into whatever lies there next."""
    with contextlib.suppress(StorageError, sqlite3.Error):  # damaged: it goes as it is
        if database.exists():
            with contextlib.closing(connect(database)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    wal = database.with_name(f"{database.name}-wal")
    aside, aside_wal = _free_names(database)
    was_there = database.exists()
    if was_there:
        _second_name(database, aside)
    if wal.exists():
        _second_name(wal, aside_wal)
    sync_folder(database.absolute().parent)
    # From here to the rename of what is put back, a log that a damaged database had is aside only.
    wal.unlink(missing_ok=True)
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    return aside if was_there else None


def _free_names(database: Path) -> tuple[Path, Path]:
    number = 1
    while True:
        aside = database.with_name(f"{database.name}.before-restore-{number}")
        aside_wal = aside.with_name(f"{aside.name}-wal")
        if database.exists() and aside.exists() and aside.samefile(database):
            # a restore that died had got so far; what it was to set aside is still in use
            aside.unlink()
            aside_wal.unlink(missing_ok=True)
        if not (aside.exists() or aside_wal.exists()):
            return aside, aside_wal
        number += 1


def _second_name(path: Path, other: Path) -> None:
    """A link, or a copy where the file system has none."""
    try:
        other.hardlink_to(path)
    except OSError:
        unfinished = other.with_name(f"{other.name}.unfinished")
        shutil.copy2(path, unfinished)
        with unfinished.open("rb") as copied:
            os.fsync(copied.fileno())
        unfinished.replace(other)

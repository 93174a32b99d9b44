"""Opens a SQLite database so that what it acknowledges is on the disk, and keeps other processes
out.

Knows connections, settings, the lock file and the schema's table of values; knows no room. SPEC
rules LG9, LG10, LG13, SE17.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import stat
from pathlib import Path

from storage.errors import (
    StorageBusy,
    StorageError,
    StorageFailed,
    StorageUnavailable,
    UnsafeSettings,
)

BUSY_TIMEOUT_MS = 2_000
"""How long a statement waits for another program (a backup, a shell) that holds the file."""
OLDEST_SQLITE = (3, 37, 0)
"""Strict tables came with this one; Debian 12 has 3.40."""
_SYNCHRONOUS_FULL = 2
_OTHERS = 0o077

_BROKEN = {
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
}
"""After these the database's word is worth nothing any more."""


class LockFile:
    """Held: this process alone writes the database. The kernel lets go when the process dies."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise StorageBusy(
                f"{database} is held by another process (pid {holder}). Stop it, or give this one"
                " a data folder of its own. Several processes on one database need PostgreSQL."
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Lets the next process in. The file stays: unlinking it would let two in at once."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def connect(database: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection that commits only when told, and then durably.

    It may be used from any thread, by one at a time. Raises StorageUnavailable.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise UnsafeSettings(
            f"expected SQLite {'.'.join(map(str, OLDEST_SQLITE))} or later,"
            f" got {sqlite3.sqlite_version}"
        )
    mode = "ro" if read_only else "rwc"
    try:
        if not read_only:
            make_private(database)
        connection = sqlite3.connect(
            f"{database.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _settle(connection, read_only=read_only)
        except sqlite3.Error:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise translated(error, f"cannot open {database}") from error
    except OSError as error:
        raise StorageUnavailable(f"cannot open {database}: {error}") from error
    return connection


def make_private(database: Path) -> None:
    """Sees to it that the file is there and, with its log, for its owner alone (SE17). SQLite makes
    a log with the mode of its database. Files of another owner are left. Raises OSError."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    for name in (database.name, f"{database.name}-wal", f"{database.name}-shm"):
        # A log comes and goes with the connections of others.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            path = database.with_name(name)
            if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
                path.chmod(0o600)


def private_folder(folder: Path) -> None:
    """Makes the folder, for its owner alone; one that is there stays as it is: it may hold more
    than ours. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _settle(connection: sqlite3.Connection, *, read_only: bool) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    # Checkpoints inside commits made the slowest answers nearly twice as slow: see Checkpoints.
    connection.execute("PRAGMA wal_autocheckpoint = 0")


def check_settings(connection: sqlite3.Connection) -> None:
    """Raises UnsafeSettings where a commit would not be synced."""
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    if journal != "wal":
        raise UnsafeSettings(
            f"expected journal_mode wal, got {journal}: the file system of the database cannot"
            " share memory between connections. Move the data folder to a local disk."
        )
    if synchronous < _SYNCHRONOUS_FULL:
        raise UnsafeSettings(f"expected synchronous FULL, got {synchronous}")


def sync_folder(folder: Path) -> None:
    """Makes the names of new files as durable as their bytes."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_broken(error: sqlite3.Error) -> bool:
    """Whether the database cannot keep its word any more."""
    return primary_code(error) in _BROKEN


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code, or 0 for what Python's module found by itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def translated(error: sqlite3.Error, doing: str) -> StorageError:
    """Our name for what went wrong."""
    message = f"{doing}: {error} ({getattr(error, 'sqlite_errorname', 'no code')})"
    return StorageFailed(message) if is_broken(error) else StorageUnavailable(message)


def read_generation(connection: sqlite3.Connection) -> str:
    """The generation of a migrated database."""
    row = connection.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()
    assert row is not None, "the migration wrote a generation"
    return row[0]

"""What can go wrong with what is remembered.

    StorageError
    ├── StorageUnavailable   the database is away; nothing was executed
    │   └── OutcomeUnknown   the answer was lost: it may have happened
    ├── StorageFailed        the database cannot keep what it promised; this process appends no more
    │   └── GenerationChanged    it was restored, or has gone back: everything is to be opened anew
    ├── StorageBusy          another process holds the database
    ├── UnsafeSettings       the database would not really sync
    ├── ServerTooOld         the database is of a release that is not supported
    ├── SchemaOutdated       migrations are missing, or the database is newer than this code
    ├── RoomArchived         the room's entries are in a file
    └── CorruptEntry         what was read does not chain
        └── ArchiveDamaged   a room's file is missing, or is not what was written

A conflict is not here: it is an outcome (room_log.py).
"""

from __future__ import annotations


class StorageError(Exception):
    """The world says no."""


class StorageUnavailable(StorageError):
    """The database is away. Nothing of the request was executed; it may be sent again."""


class OutcomeUnknown(StorageUnavailable):
    """The answer of a write was lost: it may have happened. Only what is safe to repeat is
    repeated."""


class StorageFailed(StorageError):
    """The database could not sync, or is damaged. This process must not append again."""


class GenerationChanged(StorageFailed):
    """The database has begun another generation. What this process has in memory is of an earlier
    one; opened anew, it may append again."""


class StorageBusy(StorageError):
    """Another process holds the database."""


class UnsafeSettings(StorageError):
    """The database would lose what it acknowledged."""


class ServerTooOld(StorageError):
    """The database server is older than what this code is tested with."""


class SchemaOutdated(StorageError):
    """The database's schema is older or newer than this code knows."""


class CorruptEntry(StorageError):
    """What was read does not chain onto what came before."""


class ArchiveDamaged(CorruptEntry):
    """The file that holds a room's entries is missing, or is not what was written."""


class RoomArchived(StorageError):
    """The entries of `room` are in the file `archive`, to be brought back before they are read."""

    def __init__(self, room: str, archive: str) -> None:
        super().__init__(f"room {room} is in the archive {archive}")
        self.room = room
        self.archive = archive

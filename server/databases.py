"""Which log the settings mean, opened. With server/node.py the only place that names
implementations."""

from __future__ import annotations

from server.config import Settings
from server.data_folder import database_path
from storage.room_log import RoomLog
from storage.room_log_postgres import PostgresRoomLog
from storage.room_log_sqlite import SqliteRoomLog


async def open_log(settings: Settings, *, migrate: bool = True) -> RoomLog:
    """The log; where `migrate` is on, with the schema of this code. Raises StorageError."""
    if settings.database:
        return await PostgresRoomLog.open(
            settings.database, allow_unsafe=settings.allow_unsafe, migrate=migrate
        )
    path = database_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    return await SqliteRoomLog.open(path, allow_unsafe=settings.allow_unsafe, migrate=migrate)

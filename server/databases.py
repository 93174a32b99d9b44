"""Which log the settings mean, opened. With server/node.py the only place that names
implementations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from server.config import Settings, listed
from server.data_folder import archive_folder, database_path
from storage.relay_redis import RedisRelay
from storage.returning_log import ReturningLog
from storage.room_log import RoomLog
from storage.room_log_postgres import PostgresRoomLog
from storage.room_log_sqlite import SqliteRoomLog
from storage.sqlite_files import private_folder
from storage.tables import Tables
from storage.tables_postgres import PostgresTables
from storage.tables_reading import SqliteReading, postgres_reading
from storage.tables_sqlite import SqliteTables


@dataclass(frozen=True, slots=True)
class Databases:
    """The log of rooms, and the tables of everything else, in one database."""

    log: RoomLog
    tables: Tables
    reading: PostgresTables | SqliteReading
    """The same tables for questions that may take long; they may follow those that are written."""

    @property
    def ask_time(self) -> Callable[[], Awaitable[int]] | None:
        """What the database's clock says, ms since 1970; raises StorageError. None: the database
        has no clock but this machine's."""
        return self.log.now_ms if isinstance(self.log, PostgresRoomLog) else None

    async def close(self) -> None:
        """Ends what is under way, tables first: in SQLite they write through the log's file."""
        await self.reading.close()
        if isinstance(self.tables, PostgresTables):
            await self.tables.close()
        await self.log.close()


async def open_databases(settings: Settings, *, migrate: bool = True) -> Databases:
    """Both; archived rooms come back when they are read. Raises StorageError."""
    log = await open_log(settings, migrate=migrate)
    rooms = ReturningLog(log, archive_folder(settings))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(log.close)
        if isinstance(log, SqliteRoomLog):
            reading = SqliteReading(database_path(settings))
            databases = Databases(rooms, SqliteTables(log), reading)
        else:
            tables = await PostgresTables.open(settings.database)
            stack.push_async_callback(tables.close)
            questions = await postgres_reading(settings.ask_database or settings.database)
            databases = Databases(rooms, tables, questions)
        stack.pop_all()
    return databases


def open_relay(settings: Settings, log: RoomLog, *, node: str) -> RedisRelay | None:
    """The relay between the nodes that share the log, to be started and run; None where no other
    process can write to it, or no Redis is set. Raises InvalidRedisUrl."""
    urls = listed(settings.redis)
    if log.exclusive or not urls:
        return None
    return RedisRelay(urls, node=node, generation=log.generation)


async def open_log(settings: Settings, *, migrate: bool = True) -> RoomLog:
    """The log as it lies, archived rooms away; where `migrate` is on, with the schema of this code.
    Raises StorageError."""
    if settings.database:
        return await PostgresRoomLog.open(
            settings.database, allow_unsafe=settings.allow_unsafe, migrate=migrate
        )
    path = database_path(settings)
    private_folder(path.parent)
    return await SqliteRoomLog.open(path, allow_unsafe=settings.allow_unsafe, migrate=migrate)

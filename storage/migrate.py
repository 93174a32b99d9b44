"""What `touchline db migrate` and `touchline db check` do: either database, named by its URL or
path.

Chooses the backend; how a schema is brought up to date is in the two modules it chooses from. SPEC
rule LG13.
"""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from storage import postgres_schema, sqlite_schema
from storage.errors import StorageUnavailable
from storage.migrations_on_disk import SchemaReport
from storage.postgres_connection import CONNECT_ERRORS, PostgresOptions, connect, described, let_go
from storage.sqlite_files import LockFile, private_folder, translated
from storage.sqlite_files import connect as connect_file


def is_postgres(database: str) -> bool:
    """Whether a setting means PostgreSQL rather than a file."""
    return database.startswith(("postgresql://", "postgres://"))


async def migrate(database: str) -> list[str]:
    """Applies what is missing, each migration once, and returns the names.

    Raises SchemaOutdated for a database that is newer than this code, StorageBusy for a file that a
    server holds, StorageUnavailable.
    """
    if not is_postgres(database):
        return await asyncio.to_thread(_migrate_file, Path(database))
    connection = await connect(database, PostgresOptions())
    try:
        return await postgres_schema.apply_missing(connection)
    except CONNECT_ERRORS as error:
        raise StorageUnavailable(f"cannot migrate: {described(error)}") from error
    finally:
        await let_go(connection)


async def check(database: str) -> SchemaReport:
    """How the schema compares with this code; changes nothing, and needs no lock."""
    if not is_postgres(database):
        return await asyncio.to_thread(_check_file, Path(database))
    connection = await connect(database, PostgresOptions())
    try:
        return await postgres_schema.report(connection)
    except CONNECT_ERRORS as error:
        raise StorageUnavailable(f"cannot check: {described(error)}") from error
    finally:
        await let_go(connection)


async def renew_generation(database: str, *, after: str | None = None) -> str:
    """Begins another generation of a PostgreSQL database and returns it: after `pg_restore`, or
    where a node finds that it has gone back. Where another than `after` is there already, if that
    is given, it stays.

    Nodes that have it open append no more; clients start over from snapshots. Raises
    StorageUnavailable.
    """
    connection = await connect(database, PostgresOptions())
    try:
        await connection.fetch(
            "UPDATE meta SET value = left(replace(gen_random_uuid()::text, '-', ''), 16)"
            " WHERE name = 'generation' AND value = coalesce($1::text, value)",
            after,
        )
        rows = await connection.fetch("SELECT value FROM meta WHERE name = 'generation'")
    except CONNECT_ERRORS as error:
        raise StorageUnavailable(f"cannot begin a generation: {described(error)}") from error
    finally:
        await let_go(connection)
    return rows[0][0]


def _migrate_file(database: Path) -> list[str]:
    private_folder(database.parent)
    lock = LockFile(database)
    try:
        connection = connect_file(database)
        try:
            return sqlite_schema.apply_missing(connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise translated(error, f"cannot migrate {database}") from error
    finally:
        lock.release()


def _check_file(database: Path) -> SchemaReport:
    if not database.is_file():
        raise StorageUnavailable(f"{database} does not exist")
    connection = connect_file(database, read_only=True)
    try:
        return sqlite_schema.report(connection)
    except sqlite3.Error as error:
        raise translated(error, f"cannot check {database}") from error
    finally:
        connection.close()

import asyncio
import sqlite3
from pathlib import Path

import pytest

from storage.errors import SchemaOutdated, StorageBusy, StorageFailed, StorageUnavailable
from storage.migrate import check, is_postgres, migrate, renew_generation
from storage.migrations_on_disk import SchemaState
from storage.postgres_connection import PostgresOptions, connect, let_go
from storage.sqlite_files import LockFile

NOBODY_THERE = "postgresql://postgres@127.0.0.1:1/postgres"


@pytest.mark.parametrize(
    ("database", "postgres"),
    [
        ("postgresql://u@h/db", True),
        ("postgres://u@h/db?sslmode=verify-full", True),
        ("data/touchline.db", False),
        ("/var/lib/postgresql.db", False),
    ],
)
def test_a_url_means_postgresql_and_a_path_a_file(database: str, postgres: bool) -> None:
    assert is_postgres(database) is postgres


async def test_LG13_a_file_is_migrated_once_and_checked(tmp_path: Path) -> None:
    database = str(tmp_path / "new" / "touchline.db")
    with pytest.raises(StorageUnavailable, match="does not exist"):
        await check(database)
    names = await migrate(database)
    assert names
    assert await migrate(database) == []
    assert (await check(database)).state is SchemaState.CURRENT


async def test_LG13_a_file_that_a_server_holds_is_checked_but_not_migrated(tmp_path: Path) -> None:
    database = tmp_path / "touchline.db"
    await migrate(str(database))
    lock = LockFile(database)
    with pytest.raises(StorageBusy):
        await migrate(str(database))
    assert (await check(str(database))).state is SchemaState.CURRENT
    lock.release()


async def test_LG13_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    database = tmp_path / "touchline.db"
    database.write_bytes(b"a letter to a friend" * 100)
    for question in (migrate, check):
        with pytest.raises(StorageFailed, match="NOTADB"):
            await question(str(database))
    LockFile(database).release()


@pytest.mark.postgres
async def test_LG13_a_postgresql_database_is_migrated_once_and_checked(
    empty_postgres_url: str,
) -> None:
    verdict = await check(empty_postgres_url)
    assert verdict.state is SchemaState.EMPTY
    assert await migrate(empty_postgres_url) == verdict.names
    assert await migrate(empty_postgres_url) == []
    assert (await check(empty_postgres_url)).state is SchemaState.CURRENT


@pytest.mark.postgres
async def test_LG13_two_that_migrate_at_once_apply_each_step_once(empty_postgres_url: str) -> None:
    applied = await asyncio.gather(*(migrate(empty_postgres_url) for _ in range(3)))
    assert sorted(map(len, applied))[:2] == [0, 0]
    assert (await check(empty_postgres_url)).state is SchemaState.CURRENT


@pytest.mark.postgres
async def test_LG13_a_newer_postgresql_database_is_left_alone(empty_postgres_url: str) -> None:
    await migrate(empty_postgres_url)
    connection = await connect(empty_postgres_url, PostgresOptions())
    await connection.execute("INSERT INTO schema_migration VALUES ('9999_future', 'x')")
    await let_go(connection)
    assert (await check(empty_postgres_url)).state is SchemaState.NEWER
    with pytest.raises(SchemaOutdated, match="9999_future"):
        await migrate(empty_postgres_url)


@pytest.mark.postgres
async def test_LG13_a_restored_database_gets_another_generation(postgres_url: str) -> None:
    one, two = await renew_generation(postgres_url), await renew_generation(postgres_url)
    assert one != two
    assert len(one) == len(two) == 16


@pytest.mark.postgres
async def test_LG13_where_the_schema_is_missing_there_is_no_generation(
    empty_postgres_url: str,
) -> None:
    with pytest.raises(StorageUnavailable, match="cannot begin a generation"):
        await renew_generation(empty_postgres_url)


@pytest.mark.postgres
async def test_LG13_without_the_right_to_make_tables_nothing_is_migrated(
    empty_postgres_url: str,
) -> None:
    url = f"{empty_postgres_url}?options=-c%20default_transaction_read_only%3Don"
    with pytest.raises(StorageUnavailable, match="cannot migrate"):
        await migrate(url)
    assert (await check(empty_postgres_url)).state is SchemaState.EMPTY


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    for question in (migrate, check, renew_generation):
        with pytest.raises(StorageUnavailable, match="cannot connect"):
            await question(NOBODY_THERE)


@pytest.mark.postgres
async def test_a_table_that_is_not_ours_is_said_so(empty_postgres_url: str) -> None:
    connection = await connect(empty_postgres_url, PostgresOptions())
    await connection.execute("CREATE TABLE schema_migration (something integer)")
    await let_go(connection)
    with pytest.raises(StorageUnavailable, match="cannot check"):
        await check(empty_postgres_url)


def a_table_of_somebody_else(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE schema_migration (something INTEGER)")
    connection.close()


async def test_a_file_of_another_program_is_said_so(tmp_path: Path) -> None:
    database = tmp_path / "touchline.db"
    a_table_of_somebody_else(database)
    with pytest.raises(StorageUnavailable, match="cannot check"):
        await check(str(database))
    with pytest.raises(StorageUnavailable, match="cannot migrate"):
        await migrate(str(database))

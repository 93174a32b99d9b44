from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import migrations_on_disk, postgres_schema
from storage.migrations_on_disk import SchemaState
from storage.postgres_connection import (
    Connection,
    PostgresError,
    PostgresOptions,
    connect,
    let_go,
)

pytestmark = pytest.mark.postgres


@pytest.fixture
async def connection(empty_postgres_url: str) -> AsyncIterator[Connection]:
    connection = await connect(empty_postgres_url, PostgresOptions())
    yield connection
    await let_go(connection)


async def tables(connection: Connection) -> list[str]:
    rows = await connection.fetch("SELECT relname FROM pg_stat_user_tables ORDER BY relname")
    return [name for (name,) in rows]


async def test_LG13_an_empty_database_is_brought_up_to_date_once(connection: Connection) -> None:
    assert (await postgres_schema.report(connection)).state is SchemaState.EMPTY
    names = await postgres_schema.apply_missing(connection)
    assert names
    assert await postgres_schema.apply_missing(connection) == []
    assert (await postgres_schema.report(connection)).state is SchemaState.CURRENT
    assert {"meta", "member", "room", "run", "snapshot"} <= set(await tables(connection))


async def test_LG13_a_migration_that_fails_leaves_nothing_of_any_step(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations" / "postgres"
    folder.mkdir(parents=True)
    (folder / "0001_one.sql").write_text("CREATE TABLE one (x integer);")
    (folder / "0002_two.sql").write_text("CREATE TABLE two (x integer); CREATE TABLE one ();")
    monkeypatch.setattr(migrations_on_disk, "FOLDER", tmp_path / "migrations")
    with pytest.raises(PostgresError, match="already exists"):
        await postgres_schema.apply_missing(connection)
    assert await tables(connection) == []
    (folder / "0002_two.sql").write_text("CREATE TABLE two (x integer);")
    assert await postgres_schema.apply_missing(connection) == ["0001_one", "0002_two"]
    assert await tables(connection) == ["one", "schema_migration", "two"]


async def test_LG13_a_connection_that_is_lost_is_not_asked_to_roll_back(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose(lost: Connection) -> None:
        lost.terminate()
        raise ConnectionResetError

    monkeypatch.setattr(postgres_schema, "report", lose)
    with pytest.raises(ConnectionResetError):
        await postgres_schema.apply_missing(connection)

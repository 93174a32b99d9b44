import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import migrations_on_disk, sqlite_schema
from storage.errors import SchemaOutdated
from storage.migrations_on_disk import SchemaState
from storage.sqlite_files import connect, read_generation


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "touchline.db")
    yield connection
    connection.close()


@pytest.fixture
def two_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of migrations whose second step fails half-way."""
    folder = tmp_path / "migrations" / "sqlite"
    folder.mkdir(parents=True)
    (folder / "0001_one.sql").write_text("CREATE TABLE one (x INTEGER);")
    (folder / "0002_two.sql").write_text("CREATE TABLE two (x INTEGER); CREATE TABLE one (y);")
    monkeypatch.setattr(migrations_on_disk, "FOLDER", tmp_path / "migrations")
    return folder


def tables(connection: sqlite3.Connection) -> set[str]:
    return {
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }


def test_LG13_an_empty_database_is_brought_up_to_date_once(connection: sqlite3.Connection) -> None:
    assert sqlite_schema.report(connection).state is SchemaState.EMPTY
    names = sqlite_schema.apply_missing(connection)
    assert names
    generation = read_generation(connection)
    assert sqlite_schema.apply_missing(connection) == []
    assert sqlite_schema.report(connection).state is SchemaState.CURRENT
    assert read_generation(connection) == generation


def test_LG13_two_databases_have_two_generations(tmp_path: Path) -> None:
    found: set[str] = set()
    for name in ("one.db", "two.db"):
        connection = connect(tmp_path / name)
        sqlite_schema.apply_missing(connection)
        found.add(read_generation(connection))
        connection.close()
    assert len(found) == 2


@pytest.mark.usefixtures("two_steps")
def test_LG13_a_step_that_fails_leaves_nothing_of_itself(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="one already exists"):
        sqlite_schema.apply_missing(connection)
    assert tables(connection) == {"schema_migration", "one"}
    assert not connection.in_transaction
    verdict = sqlite_schema.report(connection)
    assert (verdict.state, verdict.names) == (SchemaState.OUTDATED, ["0002_two"])


def test_LG13_a_step_that_was_repaired_is_applied(
    connection: sqlite3.Connection, two_steps: Path
) -> None:
    with pytest.raises(sqlite3.OperationalError):
        sqlite_schema.apply_missing(connection)
    (two_steps / "0002_two.sql").write_text("CREATE TABLE two (x INTEGER);")
    assert sqlite_schema.apply_missing(connection) == ["0002_two"]
    assert tables(connection) == {"schema_migration", "one", "two"}


def test_LG13_a_newer_or_altered_database_is_left_alone(connection: sqlite3.Connection) -> None:
    sqlite_schema.apply_missing(connection)
    connection.execute("INSERT INTO schema_migration VALUES ('9999_future', 'x', 0)")
    with pytest.raises(SchemaOutdated, match="9999_future"):
        sqlite_schema.apply_missing(connection)
    connection.execute("DELETE FROM schema_migration WHERE name = '9999_future'")
    connection.execute("UPDATE schema_migration SET checksum = 'x'")
    with pytest.raises(SchemaOutdated, match="differ"):
        sqlite_schema.apply_missing(connection)

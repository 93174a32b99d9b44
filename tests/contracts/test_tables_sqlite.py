from pathlib import Path

import pytest

from storage.errors import StorageError, StorageUnavailable
from storage.migrate import check
from storage.migrations_on_disk import known
from storage.room_log_sqlite import SqliteRoomLog
from storage.sqlite_backup import back_up, put_back
from storage.tables import Asking, Rows, Tables
from storage.tables_sqlite import SqliteTables, memory_tables


def nonsense() -> Asking[None]:
    yield "SELECT 1 FROM nowhere", ()


async def test_TB1_statements_that_sqlite_does_not_know_are_storage_errors(tmp_path: Path) -> None:
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    both: list[Tables] = [SqliteTables(log), memory_tables()]
    for tables in both:
        for ask in (tables.write, tables.read):
            with pytest.raises(StorageError, match="nowhere"):
                await ask(nonsense)
    await log.close()


async def test_TB3_a_closed_file_has_done_nothing(tmp_path: Path) -> None:
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    await log.close()
    for ask in (SqliteTables(log).write, SqliteTables(log).read):
        with pytest.raises(StorageUnavailable, match="closed"):
            await ask(nonsense)


async def test_TB1_a_backup_holds_the_tables_and_a_check_knows_their_migration(
    tmp_path: Path,
) -> None:
    database, backup = tmp_path / "touchline.db", tmp_path / "backup.db"
    log = await SqliteRoomLog.open(database)
    await SqliteTables(log).write(put)
    back_up(database, backup, lambda _done, _all: None)
    await SqliteTables(log).write(take_out)
    await log.close()
    put_back(backup, database, lambda _done, _all: None)
    (await check(str(database))).require_current()
    names_of = {kind: [one.name for one in known(kind)] for kind in ("sqlite", "postgres")}
    assert names_of["sqlite"] == names_of["postgres"], "both databases have the same steps"
    assert names_of["sqlite"][:2] == ["0001_room_log", "0002_accounts"]
    assert len(names_of["sqlite"]) > 2, "this database is one of many steps"
    log = await SqliteRoomLog.open(database)
    assert await SqliteTables(log).read(names) == [("Reds",)]
    await log.close()


def put() -> Asking[None]:
    yield "INSERT INTO team (id, name, created_at) VALUES ('t_1', 'Reds', 0)", ()


def take_out() -> Asking[None]:
    yield "DELETE FROM team", ()


def names() -> Asking[Rows]:
    return (yield "SELECT name FROM team", ())

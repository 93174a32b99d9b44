from pathlib import Path

import pytest

from storage.errors import StorageError, StorageUnavailable
from storage.room_log_sqlite import SqliteRoomLog
from storage.sqlite_backup import back_up
from storage.tables import Asking, Tables
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

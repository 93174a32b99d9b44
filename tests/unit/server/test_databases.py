from pathlib import Path

import pytest

from server.config import Settings
from server.databases import open_log
from storage.errors import SchemaOutdated, StorageUnavailable
from storage.room_log_sqlite import SqliteRoomLog


async def test_without_a_database_url_it_is_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    log = await open_log(Settings(data_dir=str(tmp_path / "new" / "folder")))
    assert isinstance(log, SqliteRoomLog)
    await log.close()
    assert (tmp_path / "new" / "folder" / "touchline.db").exists()


async def test_a_schema_is_made_only_where_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SchemaOutdated):
        await open_log(Settings(data_dir=str(tmp_path)), migrate=False)


async def test_a_database_url_means_postgresql() -> None:
    with pytest.raises(StorageUnavailable):
        await open_log(Settings(database="postgresql://nobody@127.0.0.1:9/none"))

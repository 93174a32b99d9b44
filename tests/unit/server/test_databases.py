from pathlib import Path

import pytest

from server.config import Settings
from server.data_folder import archive_folder
from server.databases import open_databases, open_log, open_relay
from storage.archive import put_into_file
from storage.errors import SchemaOutdated, StorageUnavailable
from storage.returning_log import ReturningLog
from storage.room_log_memory import MemoryRoomLog
from storage.room_log_postgres import PostgresRoomLog
from storage.room_log_sqlite import SqliteRoomLog
from storage.tables import Asking
from tests.support.room_writer import RoomWriter, every_record


async def test_without_a_database_url_it_is_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    log = await open_log(Settings(data_dir=str(tmp_path / "new" / "folder")))
    assert isinstance(log, SqliteRoomLog)
    await log.close()
    assert (tmp_path / "new" / "folder" / "touchline.db").exists()


async def test_SE17_a_data_folder_that_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    log = await open_log(Settings(data_dir=str(tmp_path / "data")))
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in (tmp_path / "data").iterdir()} == {0o600}
    await log.close()


async def test_a_schema_is_made_only_where_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SchemaOutdated):
        await open_log(Settings(data_dir=str(tmp_path)), migrate=False)


async def test_a_database_url_means_postgresql() -> None:
    with pytest.raises(StorageUnavailable):
        await open_log(Settings(database="postgresql://nobody@127.0.0.1:9/none"))


def put() -> Asking[int]:
    yield "INSERT INTO team (id, name, created_at) VALUES ('t_1', 'Reds', 0)", ()
    rows = yield "SELECT count(*) FROM team", ()
    return int(rows[0][0])


async def test_log_and_tables_are_in_one_file_and_closed_together(tmp_path: Path) -> None:
    both = await open_databases(Settings(data_dir=str(tmp_path)))
    assert await both.tables.write(put) == 1
    await both.close()
    with pytest.raises(StorageUnavailable, match="closed"):
        await both.tables.read(put)
    with pytest.raises(StorageUnavailable, match="closed"):
        await both.log.read("r_1", 1)


async def test_tables_are_made_only_where_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SchemaOutdated):
        await open_databases(Settings(data_dir=str(tmp_path)), migrate=False)


async def test_LG20_an_archived_room_comes_back_from_the_folder_that_is_set(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=str(tmp_path / "data"), archive_dir=str(tmp_path / "cold"))
    assert archive_folder(Settings(data_dir="x")) == Path("x/archive")
    both = await open_databases(settings)
    room = RoomWriter()
    await room.create(both.log)
    row = (await both.log.rooms([room.room]))[room.room]
    assert await put_into_file(both.log, row, tmp_path / "cold") is not None
    assert await every_record(both.log, room.room) == [b"created"]
    await both.close()


@pytest.mark.postgres
async def test_log_and_tables_are_in_one_postgresql_and_closed_together(postgres_url: str) -> None:
    both = await open_databases(Settings(database=postgres_url))
    assert isinstance(both.log, ReturningLog)
    assert isinstance(both.log.inner, PostgresRoomLog)
    assert await both.tables.write(put) == 1
    await both.close()
    with pytest.raises(StorageUnavailable):
        await both.tables.write(put)


async def test_RL8_a_relay_is_only_where_others_may_write_and_a_redis_is_set(
    tmp_path: Path,
) -> None:
    two = Settings(data_dir=str(tmp_path), redis="redis://127.0.0.1:1/0, redis://127.0.0.1:1/1")
    alone = await open_log(two)
    assert open_relay(two, alone, node="n") is None
    await alone.close()
    shared = MemoryRoomLog(exclusive=False)
    assert open_relay(Settings(), shared, node="n") is None
    relay = open_relay(two, shared, node="n")
    assert relay is not None
    assert len(relay.states) == 2
    await relay.close()

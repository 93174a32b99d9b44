import asyncio
import os
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import room_log_sqlite, sqlite_files, sqlite_statements
from storage.errors import (
    CorruptEntry,
    SchemaOutdated,
    StorageBusy,
    StorageError,
    StorageFailed,
    StorageUnavailable,
    UnsafeSettings,
)
from storage.migrate import migrate
from storage.room_log import Appended, Refused, RoomLog, StoredSnapshot
from storage.room_log_sqlite import SqliteRoomLog
from storage.sqlite_files import LockFile
from tests.contracts.room_log_contract import RoomLogContract
from tests.support.room_writer import RoomWriter, every_record
from tests.support.timeouts import MS

ROOT = Path(__file__).resolve().parents[2]


class OneFile:
    """One process may have the database: whoever opens it gets the same log."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._log: SqliteRoomLog | None = None

    async def another(self) -> RoomLog:
        if self._log is None:
            self._log = await SqliteRoomLog.open(self._database)
        return self._log

    async def reopen(self) -> RoomLog:
        await self.close()
        return await self.another()

    async def close(self) -> None:
        if self._log is not None:
            await self._log.close()
            self._log = None


class TestSqliteRoomLog(RoomLogContract):
    @pytest.fixture
    async def logs(self, tmp_path: Path) -> AsyncIterator[OneFile]:
        logs = OneFile(tmp_path / "touchline.db")
        yield logs
        await logs.close()

    @pytest.fixture
    async def log(self, logs: OneFile) -> RoomLog:
        return await logs.another()


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[SqliteRoomLog]:
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    yield log
    await log.close()


def raw(database: Path) -> sqlite3.Connection:
    """A connection beside the log's, as a shell would have."""
    return sqlite3.connect(database, isolation_level=None)


async def test_LG13_a_second_log_on_the_same_file_is_refused_and_the_first_goes_on(
    opened: SqliteRoomLog, tmp_path: Path
) -> None:
    with pytest.raises(StorageBusy, match=r"held by another process \(pid \d+\)"):
        await SqliteRoomLog.open(tmp_path / "touchline.db")
    await RoomWriter().create(opened)
    assert opened.exclusive


HOLDER = """
import asyncio, pathlib, sys
from storage.room_log_sqlite import SqliteRoomLog
async def main():
    await SqliteRoomLog.open(pathlib.Path(sys.argv[1]))
    print("open", flush=True)
    sys.stdin.read()
asyncio.run(main())
"""


async def test_LG13_another_process_is_refused_until_the_holder_is_dead(tmp_path: Path) -> None:
    database = tmp_path / "touchline.db"
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, str(database), stdin=PIPE, stdout=PIPE, cwd=ROOT
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"open\n"
    with pytest.raises(StorageBusy, match=f"pid {holder.pid}"):
        await SqliteRoomLog.open(database)
    holder.kill()
    await holder.communicate()
    log = await SqliteRoomLog.open(database)
    await log.check()
    await log.close()


LEAVER = """
import asyncio, pathlib, sys
from storage.room_log_sqlite import SqliteRoomLog
from tests.support.room_writer import RoomWriter
async def main():
    log = await SqliteRoomLog.open(pathlib.Path(sys.argv[1]))
    await RoomWriter("r_1").create(log)
asyncio.run(main())
"""


async def test_LG2_a_process_that_ends_without_closing_ends_and_loses_nothing(
    tmp_path: Path,
) -> None:
    database = tmp_path / "touchline.db"
    leaver = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LEAVER, str(database), cwd=ROOT
    )
    async with asyncio.timeout(30_000 * MS):
        assert await leaver.wait() == 0
    log = await SqliteRoomLog.open(database)
    assert await every_record(log, "r_1") == [b"created"]
    await log.close()


async def test_LG13_an_empty_database_is_not_migrated_where_that_is_not_wanted(
    tmp_path: Path,
) -> None:
    database = tmp_path / "touchline.db"
    with pytest.raises(SchemaOutdated, match="touchline db migrate"):
        await SqliteRoomLog.open(database, migrate=False)
    assert await migrate(str(database))
    await (await SqliteRoomLog.open(database, migrate=False)).close()


async def test_LG13_a_newer_database_is_refused_and_let_go(tmp_path: Path) -> None:
    database = tmp_path / "touchline.db"
    await (await SqliteRoomLog.open(database)).close()
    shell = raw(database)
    shell.execute("INSERT INTO schema_migration VALUES ('9999_future', 'x', 0)")
    with pytest.raises(SchemaOutdated, match="9999_future"):
        await SqliteRoomLog.open(database)
    shell.execute("DELETE FROM schema_migration WHERE name = '9999_future'")
    shell.close()
    await (await SqliteRoomLog.open(database)).close()


async def test_LG13_another_generation_ends_the_log(opened: SqliteRoomLog, tmp_path: Path) -> None:
    room = RoomWriter()
    await room.create(opened)
    shell = raw(tmp_path / "touchline.db")
    shell.execute("UPDATE meta SET value = '0123456789abcdef' WHERE name = 'generation'")
    shell.close()
    (outcome,) = await opened.append([room.append(b"x")])
    assert isinstance(outcome, Refused)
    assert not outcome.poisoned
    for question in (opened.check, opened.barrier):
        with pytest.raises(StorageFailed, match="0123456789abcdef"):
            await question()


async def test_LG10_reads_do_not_wait_for_commits(opened: SqliteRoomLog, tmp_path: Path) -> None:
    room = RoomWriter()
    await room.create(opened)
    shell = raw(tmp_path / "touchline.db")
    shell.execute("BEGIN IMMEDIATE")
    waiting = asyncio.ensure_future(opened.append([room.append(b"x")]))
    assert await every_record(opened, room.room) == [b"created"]
    assert not waiting.done()
    shell.execute("ROLLBACK")
    shell.close()
    assert await waiting == [Appended()]


async def test_LG5_a_file_that_somebody_holds_refuses_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_files, "BUSY_TIMEOUT_MS", 1)
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    room = RoomWriter()
    await room.create(log)
    shell = raw(tmp_path / "touchline.db")
    shell.execute("BEGIN IMMEDIATE")
    assert await log.append([room.append(b"x")]) == [Refused("database is locked")]
    with pytest.raises(StorageUnavailable, match="locked"):
        await log.barrier()
    shell.execute("ROLLBACK")
    shell.close()
    await room.add(log, b"x")
    await log.check()
    await log.close()


async def test_LG10_a_closed_log_refuses_and_closes_again(tmp_path: Path) -> None:
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    room = RoomWriter()
    await room.create(log)
    await log.close()
    await log.close()
    assert await log.append([room.append(b"x")]) == [Refused("the log is closed")]
    for question in (log.check(), log.barrier(), log.read(room.room, 1)):
        with pytest.raises(StorageUnavailable, match="closed"):
            await question
    assert sorted(os.listdir(tmp_path)) == ["touchline.db", "touchline.db.lock"]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM run WHERE first = 2",
        "DELETE FROM run WHERE first = 3",
        "UPDATE run SET records = x'02000000' WHERE first = 2",
    ],
)
async def test_LG7_a_hole_and_a_damaged_run_are_found_when_read(
    opened: SqliteRoomLog, tmp_path: Path, damage: str
) -> None:
    room = RoomWriter()
    await room.create(opened)
    await room.add(opened, b"x")
    await room.add(opened, b"y")
    shell = raw(tmp_path / "touchline.db")
    shell.execute(damage)
    shell.close()
    with pytest.raises(CorruptEntry):
        await opened.read(room.room, 1)


@pytest.mark.parametrize("what", ["a folder", "not a database"])
async def test_a_file_that_cannot_be_opened_is_said_so_and_let_go(
    tmp_path: Path, what: str
) -> None:
    database = tmp_path / "touchline.db"
    if what == "a folder":
        database.mkdir()
    else:
        database.write_bytes(b"a letter to a friend" * 100)
    with pytest.raises(StorageError, match=r"cannot open .*touchline\.db"):
        await SqliteRoomLog.open(database)
    LockFile(database).release()


async def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable, match="cannot open"):
        await SqliteRoomLog.open(tmp_path / "file" / "touchline.db")


async def test_LG9_unsafe_settings_are_refused_unless_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_connection: sqlite3.Connection) -> None:
        raise UnsafeSettings("expected journal_mode wal, got delete")

    monkeypatch.setattr(room_log_sqlite, "check_settings", refuse)
    with pytest.raises(UnsafeSettings):
        await SqliteRoomLog.open(tmp_path / "touchline.db")
    await (await SqliteRoomLog.open(tmp_path / "touchline.db", allow_unsafe=True)).close()


async def test_LG11_a_long_history_is_pruned_piece_by_piece(
    opened: SqliteRoomLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_statements, "RUNS_PER_DELETE", 7)
    room = RoomWriter()
    await room.create(opened)
    for _ in range(30):
        await room.add(opened, b"x")
    assert await opened.save_snapshot(room.room, StoredSnapshot(room.head, b"state"))
    assert await opened.prune(room.room, 31) == 30
    assert await opened.sizes(room.room) == (1, 5)

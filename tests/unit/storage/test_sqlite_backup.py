import os
from pathlib import Path
from typing import Any

import pytest

from storage import sqlite_schema
from storage.errors import StorageBusy, StorageFailed, StorageUnavailable
from storage.migrations_on_disk import Migration, SchemaState, known
from storage.room_log import EMPTY, Appended, Head, RoomAppend
from storage.room_log_sqlite import SqliteRoomLog
from storage.sqlite_backup import back_up, damage, put_back
from storage.sqlite_files import connect

ROOM = "r_" + "a" * 22
TAGS = ("1" * 16, "2" * 16)


def nobody_watches(_done: int, _total: int) -> None:
    """Progress for whom it does not matter."""


async def write(log: SqliteRoomLog, version: int) -> None:
    expected = EMPTY if version == 1 else Head(version - 1, TAGS[version - 2])
    append = RoomAppend(
        ROOM, expected, [b"entry %d" % version], Head(version, TAGS[version - 1]), at=version
    )
    if version == 1:
        append = RoomAppend(ROOM, expected, [b"entry 1"], Head(1, TAGS[0]), kind="board", at=1)
    assert await log.append([append]) == [Appended()]


def set_aside_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.before-restore-*[0-9]"))


async def versions(database: Path) -> int:
    log = await SqliteRoomLog.open(database)
    try:
        return (await log.heads([ROOM]))[ROOM].version
    finally:
        await log.close()


async def test_OP12_a_backup_is_made_while_a_server_writes(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    await write(log, 1)
    back_up(
        tmp_path / "touchline.db",
        tmp_path / "copy.db",
        lambda done, total: seen.append((done, total)),
    )
    await write(log, 2)
    await log.close()
    assert await versions(tmp_path / "copy.db") == 1
    assert seen
    assert seen[-1][0] == seen[-1][1]


async def test_SE17_a_backup_and_what_is_put_back_are_for_their_owner_alone(tmp_path: Path) -> None:
    database, copy = tmp_path / "touchline.db", tmp_path / "copy.db"
    log = await SqliteRoomLog.open(database)
    await write(log, 1)
    await log.close()
    back_up(database, copy, nobody_watches)
    copy.chmod(0o644)  # as backups of before
    _, aside = put_back(copy, database, nobody_watches)
    assert aside is not None
    back_up(database, tmp_path / "second.db", nobody_watches)
    for made in (database, aside, tmp_path / "second.db"):
        assert made.stat().st_mode & 0o777 == 0o600


def test_OP12_nothing_is_overwritten_by_a_backup(tmp_path: Path) -> None:
    (tmp_path / "touchline.db").touch()
    (tmp_path / "copy.db").touch()
    with pytest.raises(FileExistsError):
        back_up(tmp_path / "touchline.db", tmp_path / "copy.db", nobody_watches)


def test_OP12_a_database_that_does_not_exist_is_not_made_by_a_backup(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="does not exist"):
        back_up(tmp_path / "none.db", tmp_path / "copy.db", nobody_watches)
    assert not list(tmp_path.iterdir())


async def test_OP13_putting_a_backup_back_begins_a_new_generation(tmp_path: Path) -> None:
    database, copy = tmp_path / "touchline.db", tmp_path / "copy.db"
    log = await SqliteRoomLog.open(database)
    before = log.generation
    await write(log, 1)
    back_up(database, copy, nobody_watches)
    await write(log, 2)
    await log.close()
    generation, aside = put_back(copy, database, nobody_watches)
    assert generation != before
    assert await versions(database) == 1
    assert aside is not None
    assert await versions(aside) == 2
    log = await SqliteRoomLog.open(database)
    assert log.generation == generation
    await log.close()


async def test_OP13_a_second_restore_keeps_what_the_first_set_aside(tmp_path: Path) -> None:
    database, copy = tmp_path / "touchline.db", tmp_path / "copy.db"
    log = await SqliteRoomLog.open(database)
    await write(log, 1)
    await log.close()
    back_up(database, copy, nobody_watches)
    aside = [put_back(copy, database, nobody_watches)[1] for _ in range(2)]
    assert aside[0] != aside[1]
    assert all(path is not None and path.exists() for path in aside)


async def test_OP13_a_backup_is_put_back_into_an_empty_folder(tmp_path: Path) -> None:
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    await write(log, 1)
    await log.close()
    back_up(tmp_path / "touchline.db", tmp_path / "copy.db", nobody_watches)
    elsewhere = tmp_path / "new" / "touchline.db"
    assert put_back(tmp_path / "copy.db", elsewhere, nobody_watches)[1] is None
    assert await versions(elsewhere) == 1


async def test_OP13_a_database_that_a_server_holds_is_not_replaced(tmp_path: Path) -> None:
    database, copy = tmp_path / "touchline.db", tmp_path / "copy.db"
    log = await SqliteRoomLog.open(database)
    await write(log, 1)
    back_up(database, copy, nobody_watches)
    with pytest.raises(StorageBusy):
        put_back(copy, database, nobody_watches)
    await log.close()
    assert await versions(database) == 1


@pytest.mark.parametrize("damaged", ["unreadable", "cut", "emptied", "gone"])
@pytest.mark.parametrize("killed", [False, True])
async def test_OP31_a_backup_is_put_back_over_a_damaged_database(
    tmp_path: Path, damaged: str, *, killed: bool
) -> None:
    """What was there is set aside with its write-ahead log, which a killed server leaves: nothing
    of it may be played into what was put back."""
    database, copy = tmp_path / "touchline.db", tmp_path / "copy.db"
    log = await SqliteRoomLog.open(database)
    await write(log, 1)
    back_up(database, copy, nobody_watches)
    await write(log, 2)
    wal = tmp_path / "touchline.db-wal"
    left_behind = wal.read_bytes()
    assert left_behind, "what was committed since stands in the log alone"
    await log.close()
    if killed:
        wal.write_bytes(left_behind)
    match damaged:
        case "unreadable":
            size = database.stat().st_size
            database.write_bytes(b"\xff" * size)
        case "cut":
            os.truncate(database, database.stat().st_size // 2)
        case "emptied":
            os.truncate(database, 0)
        case _:
            database.unlink()
    _, aside = put_back(copy, database, nobody_watches)
    assert damage(database) == []
    assert await versions(database) == 1
    assert (aside is None) == (damaged == "gone")


async def test_OP31_a_backup_of_an_earlier_version_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who upgrades can still put back what was copied before."""
    database, copy = tmp_path / "touchline.db", tmp_path / "copy.db"
    log = await SqliteRoomLog.open(database)
    await write(log, 1)
    await log.close()
    back_up(database, copy, nobody_watches)
    later = Migration("9999_later", "CREATE TABLE later (one INTEGER) STRICT;")
    upgraded = [*known("sqlite"), later]

    def known_since(_backend: str) -> list[Migration]:
        return upgraded

    monkeypatch.setattr(sqlite_schema, "known", known_since)
    put_back(copy, database, nobody_watches)
    connection = connect(database, read_only=True)
    assert sqlite_schema.report(connection).state is SchemaState.CURRENT
    assert connection.execute("SELECT * FROM later").fetchall() == []
    connection.close()


async def test_OP14_a_damaged_backup_changes_nothing(tmp_path: Path) -> None:
    database, copy = tmp_path / "touchline.db", tmp_path / "copy.db"
    log = await SqliteRoomLog.open(database)
    await write(log, 1)
    await log.close()
    copy.write_bytes(b"SQLite format 3\x00" + b"\xff" * 8_000)
    assert damage(database) == []
    assert damage(copy) != []
    with pytest.raises(StorageFailed, match="damaged"):
        put_back(copy, database, nobody_watches)
    assert await versions(database) == 1


def test_OP14_a_backup_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match=r"none\.db does not exist"):
        put_back(tmp_path / "none.db", tmp_path / "touchline.db", nobody_watches)


async def test_OP12_a_backup_under_a_busy_writer_ends_and_is_one_moment(tmp_path: Path) -> None:
    """SQLite begins a copy anew after every commit of somebody else, unless it holds on to one
    moment: under load it would never end."""
    database = tmp_path / "touchline.db"
    await (await SqliteRoomLog.open(database)).close()
    writer = connect(database)
    writer.execute("CREATE TABLE weight (x BLOB)")
    for _ in range(12):
        writer.execute("INSERT INTO weight VALUES (zeroblob(2000000))")
    left: list[int] = []

    def write_meanwhile(done: int, total: int) -> None:
        left.append(total - done)
        writer.execute("INSERT INTO weight VALUES (zeroblob(10))")

    back_up(database, tmp_path / "copy.db", write_meanwhile)
    writer.close()
    assert len(left) > 2
    assert left == sorted(left, reverse=True)
    copy = connect(tmp_path / "copy.db")
    assert copy.execute("SELECT count(*) FROM weight").fetchone() == (12,)
    copy.close()


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("killed", [False, True])
async def test_OP33_a_restore_that_dies_leaves_the_old_database_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, killed: bool, linked: bool
) -> None:
    """It dies before each step that changes a name, and is then done again. `killed`: the server of
    before was, and left its write-ahead log."""
    database, copy = tmp_path / "touchline.db", tmp_path / "copy.db"
    log = await SqliteRoomLog.open(database)
    await write(log, 1)
    back_up(database, copy, nobody_watches)
    await write(log, 2)
    left_behind = (tmp_path / "touchline.db-wal").read_bytes()
    await log.close()
    if killed:
        (tmp_path / "touchline.db-wal").write_bytes(left_behind)

    class Died(Exception):
        pass

    steps = 0
    for name in ("hardlink_to", "unlink", "replace"):
        original = getattr(Path, name)

        def step(self: Path, *args: Any, original: Any = original, **options: Any) -> Any:
            nonlocal steps
            if ".unfinished" not in self.name or original.__name__ == "replace":
                steps -= 1
                if steps < 0:
                    raise Died
            if original.__name__ == "hardlink_to" and not linked:
                raise OSError
            return original(self, *args, **options)

        monkeypatch.setattr(Path, name, step)
    seen: list[int] = []
    while True:
        steps = len(seen)
        try:
            put_back(copy, database, nobody_watches)
        except Died:
            steps = 1_000
            seen.append(await versions(database))
        else:
            break
    monkeypatch.undo()
    assert len(seen) >= 3
    assert set(seen) == {2}, "until the last rename it is the one of before"
    assert await versions(database) == 1
    aside = set_aside_in(tmp_path)
    assert {await versions(path) for path in aside} == {2}
    if linked:
        assert len(aside) == 1, "names that a restore left behind when it died are used again"

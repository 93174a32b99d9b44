"""Archives on every database, and what is left when they die between any two steps."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from storage import archive, archive_file, room_log_postgres, sqlite_statements
from storage.archive import put_into_file, take_from_file
from storage.archive_file import ArchiveReader, header_of
from storage.errors import ArchiveDamaged, RoomArchived, StorageUnavailable
from storage.returning_log import ReturningLog
from storage.room_log import Head, RoomLog, RoomRow, StoredRun, StoredSnapshot
from storage.room_log_memory import MemoryRoomLog
from storage.room_log_postgres import PostgresRoomLog
from storage.room_log_sqlite import SqliteRoomLog
from tests.support.postgres_server import Databases
from tests.support.room_writer import RoomWriter, every_record

SQL = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RoomLog]:
    match cast("str", request.param):
        case "memory":
            yield MemoryRoomLog()
        case "sqlite":
            file = await SqliteRoomLog.open(tmp_path / "touchline.db")
            yield file
            await file.close()
        case _:
            databases = cast("Databases", request.getfixturevalue("postgres_databases"))
            async with databases.fresh() as url:
                server = await PostgresRoomLog.open(url)
                yield server
                await server.close()


every_log = pytest.mark.parametrize("log", ["memory", *SQL], indirect=True)


class Room:
    """A room of several runs and two snapshots, as it was before anything happened to it."""

    def __init__(self, writer: RoomWriter, runs: list[StoredRun], states: list[StoredSnapshot]):
        self.id = writer.room
        self.writer = writer
        self.runs = runs
        self.states = states

    @classmethod
    async def made(cls, log: RoomLog) -> Room:
        writer = RoomWriter()
        await writer.create(log)
        states: list[StoredSnapshot] = []
        for number in range(4):
            await writer.add(log, *(b"%d of %d" % (k, number) for k in range(number + 1)))
            if number in {1, 3}:
                states.append(StoredSnapshot(writer.head, b"state %d" % number * 50))
                assert await log.save_snapshot(writer.room, states[-1])
        return cls(writer, await log.runs(writer.room, 1), states)

    async def row(self, log: RoomLog) -> RoomRow:
        return (await log.rooms([self.id]))[self.id]

    async def is_whole(self, log: RoomLog) -> None:
        """Everything is there, once, and chains."""
        assert await log.runs(self.id, 1) == self.runs
        assert len(await every_record(log, self.id)) == self.runs[-1].last
        assert await log.snapshots(self.id) == [one.head.version for one in self.states]
        for one in self.states:
            assert await log.snapshot(self.id, at_most=one.head.version) == one


async def archived(log: RoomLog, folder: Path) -> tuple[Room, Path]:
    room = await Room.made(log)
    path = await put_into_file(log, await room.row(log), folder)
    assert path is not None
    return room, path


@every_log
async def test_LG18_a_room_goes_into_a_file_and_comes_back(log: RoomLog, tmp_path: Path) -> None:
    room, path = await archived(log, tmp_path / "archive")
    header = header_of(path)
    assert (header.room, header.kind, header.head) == (room.id, "board", room.writer.head)
    assert header.generation == log.generation
    row = await room.row(log)
    assert (row.archive, row.archived_to) == (path.name, room.writer.head.version)
    assert await log.runs(room.id, 1) == []
    with pytest.raises(RoomArchived):
        await log.read(room.id, 1)
    assert await take_from_file(log, room.id, path.name, path)
    await room.is_whole(log)
    assert not await take_from_file(log, room.id, path.name, path)
    assert path.exists()
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@every_log
async def test_LG18_a_room_whose_history_was_pruned_goes_as_it_is(
    log: RoomLog, tmp_path: Path
) -> None:
    room = await Room.made(log)
    await log.prune(room.id, room.states[0].head.version + 1)
    before = await log.runs(room.id, 1)
    path = await put_into_file(log, await room.row(log), tmp_path)
    assert path is not None
    assert header_of(path).first == before[0].first > 1
    assert await take_from_file(log, room.id, path.name, path)
    assert await log.runs(room.id, 1) == before
    assert (await room.row(log)).pruned_before == before[0].first


@every_log
async def test_LG18_a_room_that_moves_meanwhile_stays(log: RoomLog, tmp_path: Path) -> None:
    room = await Room.made(log)
    stale = await room.row(log)
    await room.writer.add(log, b"meanwhile")
    assert await put_into_file(log, stale, tmp_path / "archive") is None
    assert [*(tmp_path / "archive").iterdir()] == []
    assert (await log.read(room.id, 1)).records[-1] == b"meanwhile"


@every_log
async def test_LG18_a_room_that_somebody_else_archives_meanwhile_is_left_to_them(
    log: RoomLog, tmp_path: Path
) -> None:
    room = await Room.made(log)
    row = await room.row(log)
    path = await put_into_file(log, row, tmp_path / "archive")
    assert await put_into_file(log, row, tmp_path / "archive") is None
    assert [*(tmp_path / "archive").iterdir()] == [path]


@every_log
async def test_LG18_what_is_read_back_wrong_replaces_nothing(
    log: RoomLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await Room.made(log)
    row = await room.row(log)
    finish = archive_file.ArchiveWriter.finish

    def finish_badly(writer: archive_file.ArchiveWriter) -> Path:
        path = finish(writer)
        damaged = bytearray(path.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        path.write_bytes(damaged)
        return path

    monkeypatch.setattr(archive_file.ArchiveWriter, "finish", finish_badly)
    with pytest.raises(ArchiveDamaged):
        await put_into_file(log, row, tmp_path / "archive")
    monkeypatch.undo()

    def refuse(_: ArchiveReader) -> None:
        raise ArchiveDamaged("not what it should be")

    with pytest.raises(ArchiveDamaged, match="not what it should be"):
        await put_into_file(log, row, tmp_path / "archive", prove=refuse)
    assert [*(tmp_path / "archive").iterdir()] == []
    await room.is_whole(log)


@every_log
async def test_LG18_a_folder_that_cannot_be_written_changes_nothing(
    log: RoomLog, tmp_path: Path
) -> None:
    room = await Room.made(log)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageUnavailable):
        await put_into_file(log, await room.row(log), tmp_path / "file")
    await room.is_whole(log)


@every_log
async def test_LG18_the_file_of_another_room_is_not_taken(log: RoomLog, tmp_path: Path) -> None:
    one, path = await archived(log, tmp_path)
    other, elsewhere = await archived(log, tmp_path)
    with pytest.raises(ArchiveDamaged, match="expected"):
        await take_from_file(log, one.id, path.name, elsewhere)
    assert await take_from_file(log, one.id, path.name, path)
    await one.is_whole(log)
    assert (await other.row(log)).archive == elsewhere.name


@every_log
async def test_LG18_a_file_that_ends_elsewhere_is_not_taken(log: RoomLog, tmp_path: Path) -> None:
    room, early = await archived(log, tmp_path)
    assert await take_from_file(log, room.id, early.name, early)
    await room.writer.add(log, b"later")
    late = await put_into_file(log, await room.row(log), tmp_path)
    assert late is not None
    with pytest.raises(ArchiveDamaged, match="ends at version"):
        await take_from_file(log, room.id, late.name, early)
    assert await take_from_file(log, room.id, late.name, late)


class Killed(BaseException):
    """The process ended here."""


class Steps:
    """Every step that reaches the disk or the database, and the one at which the process dies."""

    def __init__(self) -> None:
        self.left: int | None = None

    def _step(self) -> None:
        if self.left is not None:
            if not self.left:
                raise Killed
            self.left -= 1

    def blocking(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*arguments: Any, **named: Any) -> Any:
            self._step()
            return work(*arguments, **named)

        return stepping

    def waiting(self, work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def stepping(*arguments: Any, **named: Any) -> Any:
            self._step()
            return await work(*arguments, **named)

        return stepping

    async def survive(self, number: int, work: Callable[[], Awaitable[object]]) -> bool:
        """Runs until the process dies before step `number`; True: it ended before that."""
        self.left = number
        try:
            await work()
        except Killed:
            return False
        finally:
            self.left = None
        return True


@pytest.fixture
def steps(log: RoomLog, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """With pieces so small that each of them takes several steps."""
    steps = Steps()
    for name in ("_ask", "_write", "_read"):
        if hasattr(log, name):
            monkeypatch.setattr(log, name, steps.waiting(getattr(log, name)))
    monkeypatch.setattr(os, "fsync", steps.blocking(os.fsync))
    monkeypatch.setattr(Path, "replace", steps.blocking(Path.replace))
    monkeypatch.setattr(archive_file, "sync_folder", steps.blocking(archive_file.sync_folder))
    monkeypatch.setattr(archive, "PIECE_BYTES", 1)
    monkeypatch.setattr(room_log_postgres, "RUNS_PER_DELETE", 2)
    monkeypatch.setattr(sqlite_statements, "RUNS_PER_DELETE", 2)
    return steps


every_sql = pytest.mark.parametrize("log", SQL, indirect=True)
STEPS_MIN = 6


@every_sql
async def test_LG18_whoever_dies_on_the_way_out_loses_and_doubles_nothing(
    log: RoomLog, steps: Steps, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    number, ended = 0, False
    while not ended:
        room = await Room.made(log)
        row = await room.row(log)
        ended = await steps.survive(number, lambda: put_into_file(log, row, folder))  # noqa: B023 - awaited here
        number += 1
        now = await room.row(log)
        assert now.head == room.writer.head
        if now.archive is None:
            await room.is_whole(log)
            # tried again, as the next run of the command does
            assert await put_into_file(log, now, folder) is not None
        else:
            # nobody is shown what the database still holds
            with pytest.raises(RoomArchived):
                await log.read(room.id, 1)
            assert await log.put_away(room.id, now.head, now.archive)
        assert await log.runs(room.id, 1) == []
        returning = ReturningLog(log, folder)
        await every_record(returning, room.id)
        await room.is_whole(log)
    assert number > STEPS_MIN


@every_sql
async def test_LG18_half_of_what_went_comes_back_beside_what_stayed(
    log: RoomLog, steps: Steps, tmp_path: Path
) -> None:
    """The way back begins right where the way out died."""
    folder = tmp_path / "archive"
    number, ended = 0, False
    while not ended:
        room = await Room.made(log)
        row = await room.row(log)
        ended = await steps.survive(number, lambda: put_into_file(log, row, folder))  # noqa: B023 - awaited here
        number += 1
        await every_record(ReturningLog(log, folder), room.id)
        await room.is_whole(log)
        assert (await room.row(log)).archive is None


@every_sql
async def test_LG18_whoever_dies_on_the_way_back_loses_and_doubles_nothing(
    log: RoomLog, steps: Steps, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    number, ended = 0, False
    while not ended:
        room, path = await archived(log, folder)
        ended = await steps.survive(
            number,
            lambda: take_from_file(log, room.id, path.name, path),  # noqa: B023 - awaited here
        )
        number += 1
        if not ended:
            with pytest.raises(RoomArchived):
                await log.read(room.id, 1)
        await every_record(ReturningLog(log, folder), room.id)
        await room.is_whole(log)
    assert number > STEPS_MIN


@every_sql
async def test_LG18_an_archiver_who_slept_deletes_nothing_of_a_room_that_is_back(
    log: RoomLog, steps: Steps, tmp_path: Path
) -> None:
    room, path = await archived(log, tmp_path)
    assert await take_from_file(log, room.id, path.name, path)
    # its next piece comes only now
    for attempt in ("_DELETE", "again"):
        if isinstance(log, SqliteRoomLog):
            await log.written(
                lambda connection: sqlite_statements.delete_archived(connection, room.id, path.name)
            )
        else:
            assert not await log.put_away(room.id, Head(1, attempt), path.name)
        await room.is_whole(log)

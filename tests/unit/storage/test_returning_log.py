import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from storage import returning_log
from storage.archive import put_into_file
from storage.errors import ArchiveDamaged, RoomArchived, StorageUnavailable
from storage.returning_log import ReturningLog
from storage.room_log import RoomLog, StoredRun, StoredSnapshot
from storage.room_log_memory import MemoryRoomLog
from tests.support.eventually import eventually
from tests.support.room_writer import RoomWriter, every_record


async def until(so: Callable[[], bool]) -> None:
    async def is_so() -> bool:
        return so()

    await eventually(is_so)


async def archived(log: RoomLog, folder: Path) -> tuple[RoomWriter, Path]:
    room = RoomWriter()
    await room.create(log, b"one", b"two")
    path = await put_into_file(log, (await log.rooms([room.room]))[room.room], folder)
    assert path is not None
    return room, path


async def test_LG20_a_room_that_is_read_comes_back(tmp_path: Path) -> None:
    inside = MemoryRoomLog()
    log = ReturningLog(inside, tmp_path)
    room, _ = await archived(inside, tmp_path)
    assert await log.heads([room.room]) == {room.room: room.head}
    assert await log.listed("a_1", limit=1) == []
    assert (await log.rooms([room.room]))[room.room].archive
    assert log.returned == 0
    assert await every_record(log, room.room) == [b"one", b"two"]
    assert log.returned == 1
    assert await every_record(inside, room.room) == [b"one", b"two"]
    await log.close()


async def test_LG20_whatever_needs_entries_brings_them_back(tmp_path: Path) -> None:
    inside = MemoryRoomLog()
    log = ReturningLog(inside, tmp_path)
    room, _ = await archived(inside, tmp_path)
    assert await log.snapshot(room.room) is None
    room, _ = await archived(inside, tmp_path)
    assert await log.snapshots(room.room) == []
    room, _ = await archived(inside, tmp_path)
    with pytest.raises(ValueError, match="snapshot"):
        await log.prune(room.room, 2)
    assert log.returned == 3


class Slow(MemoryRoomLog):
    """Takes a room back when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.pieces = 0

    async def take_back(
        self,
        room: str,
        archive: str,
        runs: Sequence[StoredRun],
        snapshots: Sequence[StoredSnapshot],
    ) -> bool:
        self.pieces += 1
        await self.go.wait()
        return await super().take_back(room, archive, runs, snapshots)


async def test_LG20_one_brings_it_back_for_all_who_ask(tmp_path: Path) -> None:
    inside = Slow()
    log = ReturningLog(inside, tmp_path)
    room, _ = await archived(inside, tmp_path)
    asking = [asyncio.create_task(log.read(room.room, 1)) for _ in range(20)]
    await until(lambda: inside.pieces == 1)
    inside.go.set()
    pages = await asyncio.gather(*asking)
    assert all(page.records == [b"one", b"two"] for page in pages)
    assert (inside.pieces, log.returned) == (1, 1)


async def test_LG20_who_gives_up_does_not_take_it_from_the_others(tmp_path: Path) -> None:
    inside = Slow()
    log = ReturningLog(inside, tmp_path)
    room, _ = await archived(inside, tmp_path)
    first = asyncio.create_task(log.read(room.room, 1))
    await until(lambda: inside.pieces == 1)
    second = asyncio.create_task(log.read(room.room, 1))
    first.cancel()
    inside.go.set()
    assert (await second).records == [b"one", b"two"]
    assert inside.pieces == 1


async def test_LG20_who_waited_enough_is_told_to_come_again(tmp_path: Path) -> None:
    inside = Slow()
    log = ReturningLog(inside, tmp_path, limit_s=0.001)
    room, _ = await archived(inside, tmp_path)
    with pytest.raises(StorageUnavailable, match="is coming back"):
        await log.read(room.room, 1)
    inside.go.set()
    await until(lambda: log.returned == 1)
    assert (await log.read(room.room, 1)).records == [b"one", b"two"]


async def test_LG20_a_damaged_file_is_the_error_of_its_room_alone(tmp_path: Path) -> None:
    inside = MemoryRoomLog()
    log = ReturningLog(inside, tmp_path)
    sound, _ = await archived(inside, tmp_path)
    bad, path = await archived(inside, tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"\x00\x00")
    for _ in range(3):
        with pytest.raises(ArchiveDamaged, match="digest"):
            await log.read(bad.room, 1)
    with pytest.raises(RoomArchived):
        await inside.read(bad.room, 1)
    assert await every_record(log, sound.room) == [b"one", b"two"]
    path.unlink()
    with pytest.raises(ArchiveDamaged, match="missing"):
        await log.read(bad.room, 1)
    # the file comes back from a backup
    path.write_bytes(whole)
    assert await every_record(log, bad.room) == [b"one", b"two"]


async def test_LG20_a_folder_that_hangs_holds_up_no_other_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = MemoryRoomLog()
    log = ReturningLog(inside, tmp_path, limit_s=0.001)
    here = RoomWriter()
    await here.create(inside, b"here")
    rooms = [(await archived(inside, tmp_path))[0] for _ in range(returning_log.AT_ONCE + 1)]
    go = threading.Event()
    opened = returning_log.take_from_file.__globals__["open_archive"]

    def hang(path: Path) -> object:
        go.wait()
        return opened(path)

    monkeypatch.setitem(returning_log.take_from_file.__globals__, "open_archive", hang)
    try:
        for room in rooms[:-1]:
            with pytest.raises(StorageUnavailable, match="is coming back"):
                await log.read(room.room, 1)
        with pytest.raises(StorageUnavailable, match="as many"):
            await log.read(rooms[-1].room, 1)
        assert await every_record(log, here.room) == [b"here"]
        # other work in threads goes on as well
        assert await asyncio.to_thread(lambda: 7) == 7
    finally:
        go.set()
    await until(lambda: log.returned == returning_log.AT_ONCE)
    assert [await every_record(inside, one.room) for one in rooms[:-1]] == (
        [[b"one", b"two"]] * returning_log.AT_ONCE
    )
    await log.close()


async def test_LG20_a_room_that_is_archived_again_and_again_ends_with_an_error(
    tmp_path: Path,
) -> None:
    class Restless(MemoryRoomLog):
        async def end_archive(self, room: str, archive: str) -> bool:
            return True

    inside = Restless()
    log = ReturningLog(inside, tmp_path)
    room, _ = await archived(inside, tmp_path)
    with pytest.raises(StorageUnavailable, match="archived again"):
        await log.read(room.room, 1)


async def test_LG20_closing_ends_what_is_under_way(tmp_path: Path) -> None:
    inside = Slow()
    log = ReturningLog(inside, tmp_path)
    room, _ = await archived(inside, tmp_path)
    asking = asyncio.create_task(log.read(room.room, 1))
    await until(lambda: inside.pieces == 1)
    await log.close()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_LG20_everything_else_is_as_inside(tmp_path: Path) -> None:
    inside = MemoryRoomLog(exclusive=True)
    log = ReturningLog(inside, tmp_path)
    assert (log.exclusive, log.generation) == (True, inside.generation)
    room = RoomWriter()
    await room.create(log, due_at=5)
    assert await log.due(5, 1) == [room.room]
    await log.postpone(room.room, 9)
    assert await log.due(5, 1) == []
    assert [row.id for row in await log.all_rooms(limit=5)] == [room.room]
    snapshot = StoredSnapshot(room.head, b"state")
    assert await log.save_snapshot(room.room, snapshot)
    assert await log.sizes(room.room) == (7, 5)
    await log.drop_snapshots(room.room, [1])
    assert await log.snapshots(room.room) == []
    runs = await log.runs(room.room, 1)
    assert await log.put_away(room.room, room.head, "file")
    assert await log.take_back(room.room, "file", runs, [])
    assert await log.end_archive(room.room, "file")
    assert await every_record(log, room.room) == [b"created"]
    await log.barrier()
    await log.check()
    await log.close()

"""A disk that fails to sync: nothing unsynced is answered Appended, and appending stops."""

from __future__ import annotations

import asyncio
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from storage import postgres_appender
from storage.room_log import Appended, Conflict, Refused, Unknown
from storage.room_log_postgres import PostgresRoomLog
from storage.room_log_sqlite import SqliteRoomLog
from tests.support.postgres_server import PostgresServer
from tests.support.room_writer import RoomWriter, every_record
from tests.support.strace import failing_syncs, processes_of, recorded
from tests.support.timeouts import MS

ROOT = Path(__file__).resolve().parents[2]
ROOM = "r_1"

# Appends the lines it is given, one by one, and says what became of each.
APPENDING = """
import asyncio, pathlib, sys
from storage.errors import StorageError
from storage.room_log_sqlite import SqliteRoomLog
from tests.support.room_writer import RoomWriter

async def main():
    log = await SqliteRoomLog.open(pathlib.Path(sys.argv[1]))
    room = RoomWriter(sys.argv[2])
    await room.create(log)
    print("open", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line == "check\\n":
            try:
                await log.check()
            except StorageError as error:
                print(type(error).__name__, flush=True)
            continue
        wanted = room.append(line.strip().encode())
        (outcome,) = await log.append([wanted])
        print(type(outcome).__name__, flush=True)
        if type(outcome).__name__ == "Appended":
            room.head = wanted.head
    await log.close()

asyncio.run(main())
"""


class Child:
    """A process with the SQLite log."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.pid = process.pid

    async def hear(self) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(20_000 * MS):
            return (await self._process.stdout.readline()).decode().strip()

    async def ask(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        return await self.hear()

    async def end(self) -> None:
        await self._process.communicate(b"")
        assert self._process.returncode == 0


@asynccontextmanager
async def appending(database: Path) -> AsyncGenerator[Child]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", APPENDING, str(database), ROOM, stdin=PIPE, stdout=PIPE, cwd=ROOT
    )
    try:
        child = Child(process)
        assert await child.hear() == "open"
        yield child
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def records(database: Path) -> list[bytes]:
    log = await SqliteRoomLog.open(database)
    try:
        return await every_record(log, ROOM)
    finally:
        await log.close()


async def test_LG9_sqlite_answers_nothing_unsynced_and_appends_no_more(tmp_path: Path) -> None:
    database = tmp_path / "touchline.db"
    async with appending(database) as child:
        assert await child.ask("synced") == "Appended"
        async with failing_syncs([child.pid]):
            assert await child.ask("not synced") == "Unknown"
            assert await child.ask("late") == "Refused"
            assert await child.ask("check") == "StorageFailed"
        # A disk that syncs again does not say what became of the pages that it lost.
        assert await child.ask("later") == "Refused"
        assert await child.ask("check") == "StorageFailed"
        await child.end()
    found = await records(database)
    assert found[:2] == [b"created", b"synced"]
    assert found[2:] in ([], [b"not synced"])


async def test_LG2_sqlite_answers_after_the_sync_and_not_before(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    async with appending(tmp_path / "touchline.db") as child:
        async with recorded(child.pid, "fsync,fdatasync,write", calls):
            for number in range(20):
                assert await child.ask(f"entry {number}") == "Appended"
        await child.end()
    events = re.findall(
        r"(sync)\(\d+\)\s+= 0|(sync) resumed.*= 0|write\(1, \"(Appended)", calls.read_text()
    )
    told = ["answer" if answer else "sync" for _, _, answer in events]
    assert told.count("answer") == 20
    assert told[0] == "sync"
    # Between two answers lies at least one sync that has ended well.
    assert all(pair != ("answer", "answer") for pair in pairwise(told))


@pytest.mark.postgres
async def test_LG9_postgresql_answers_nothing_unsynced_and_appends_no_more_until_it_recovered(
    own_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_appender, "AWAY_LIMIT_S", 0.05)
    log = await PostgresRoomLog.open(own_postgres.url(), migrate=True)
    rooms = [RoomWriter() for _ in range(5)]
    for room in rooms:
        await room.create(log, b"synced")
    wanted = [room.append(b"not synced") for room in rooms]
    async with failing_syncs(processes_of(own_postgres.pid)):
        outcomes = await log.append(wanted)
        assert outcomes == [Unknown()] * 5
        for _ in range(10):
            for outcome in await log.append(wanted):
                assert isinstance(outcome, Refused | Unknown)
    assert "PANIC" in own_postgres.log
    with suppress(CalledProcessError):  # it may have given up by itself
        await asyncio.to_thread(own_postgres.halt, "immediate")
    await asyncio.to_thread(own_postgres.start)
    async with asyncio.timeout(20_000 * MS):
        outcomes = await log.append(wanted)
        while not all(isinstance(outcome, Appended | Conflict) for outcome in outcomes):
            outcomes = await log.append(wanted)
    for room, change, outcome in zip(rooms, wanted, outcomes, strict=True):
        # Either the lost append had happened, or its copy has: never both.
        assert outcome in (Appended(), Conflict(change.head))
        assert await every_record(log, room.room) == [b"synced", b"not synced"]
    await log.close()

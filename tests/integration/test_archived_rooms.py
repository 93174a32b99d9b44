"""Rooms of a node that lie in files: they come back when somebody opens them, each on its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from protocol.membership import Say
from server.cli.log_check import Findings, check_room
from server.clock import SystemClock
from server.config import Settings
from server.data_folder import archive_folder
from server.databases import open_databases
from server.identity import Identity
from server.metrics import Metrics
from server.rooms.directory import Directory, RoomUnreadable
from server.rules.catalogue import KINDS
from storage.archive import put_into_file
from storage.returning_log import ReturningLog

ANA = Identity("a_" + "a" * 22, "Ana", expires_ms=2**53)


@asynccontextmanager
async def node(settings: Settings) -> AsyncGenerator[tuple[Directory, ReturningLog]]:
    """The rooms of a node, without sockets."""
    databases = await open_databases(settings)
    assert isinstance(databases.log, ReturningLog)
    bugs: list[Exception] = []
    directory = Directory(
        log=databases.log,
        clock=SystemClock(),
        settings=settings,
        metrics=Metrics(),
        kinds=KINDS,
        on_bug=bugs.append,
    )
    directory.start()
    yield directory, databases.log
    await directory.stop()
    await databases.close()
    assert bugs == []


async def archived(settings: Settings, rooms: int) -> tuple[list[str], list[Path]]:
    """Boards on which something was said, in files."""
    made: list[str] = []
    async with node(settings) as (directory, _):
        for number in range(rooms):
            made.append(await directory.create("board", f"Board {number}", ANA, {}))
            assert (await directory.execute(made[-1], ANA, Say("hello"))).code is None
    paths: list[Path] = []
    async with node(settings) as (_, log):
        for room in made:
            row = (await log.rooms([room]))[room]
            path = await put_into_file(log, row, archive_folder(settings))
            assert path is not None
            paths.append(path)
    return made, paths


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return Settings(data_dir=str(tmp_path))
    url = str(request.getfixturevalue("postgres_url"))
    return Settings(data_dir=str(tmp_path), database=url)


async def test_LG20_an_archived_room_is_opened_once_for_all_who_come(settings: Settings) -> None:
    (room,), _ = await archived(settings, 1)
    async with node(settings) as (directory, log):
        opened = await asyncio.gather(*(directory.open(room) for _ in range(30)))
        assert len({id(one) for one in opened}) == 1
        assert log.returned == 1
        assert (await directory.execute(room, ANA, Say("back"))).code is None
        findings = Findings()
        row = (await log.rooms([room]))[room]
        await check_room(log.inner, row, findings, archive_folder(settings), replay=True)
        assert (findings.entries, findings.archived, findings.problems) == (3, 0, [])


async def test_LG20_history_comes_back_without_opening_the_room(settings: Settings) -> None:
    (room,), _ = await archived(settings, 1)
    async with node(settings) as (directory, log):
        assert len(await directory.entries(room, 1, 10)) == 2
        assert room not in directory.open_rooms
        assert log.returned == 1


async def test_LG20_SV3_a_damaged_file_makes_its_room_unreadable_and_no_other(
    settings: Settings,
) -> None:
    (bad, good, here), paths = await archived(settings, 3)
    whole = paths[0].read_bytes()
    paths[0].write_bytes(whole[:-40])
    async with node(settings) as (directory, log):
        assert await directory.open(here) is not None
        for _ in range(3):
            with pytest.raises(RoomUnreadable, match="incident"):
                await directory.open(bad)
        assert set(directory.unreadable) == {bad}
        assert "digest" in directory.unreadable[bad]
        assert (await directory.execute(here, ANA, Say("unmoved"))).code is None
        assert await directory.open(good) is not None
        paths[0].write_bytes(whole)
        assert await directory.open(bad) is not None
        assert directory.unreadable == {}
        assert log.returned == 3

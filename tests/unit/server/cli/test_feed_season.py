"""`touchline feed archive` and `restore`, as they are typed."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from server.config import Settings
from server.databases import open_databases
from storage.play_rows import PlayRows
from storage.play_seasons import PlaySeasons
from tests.support.cold_rooms import on
from tests.support.play_model import random_play

SEASON = 2019
ROOM = "r_" + "1" * 22


def worked(folder: Path, version: int, plays: int) -> None:
    """A feed with so many plays, at a version of its room."""

    async def fill() -> None:
        databases = await open_databases(Settings(data_dir=str(folder)))
        rows, dice = PlayRows(databases.tables), random.Random(version)
        await rows.file(ROOM, game="g", season=SEASON, week=1, open_=True)
        await rows.put(ROOM, version, [random_play(dice, n) for n in range(1, plays + 1)])
        await databases.close()

    asyncio.run(fill())


def count(folder: Path) -> int:
    async def counted() -> int:
        databases = await open_databases(Settings(data_dir=str(folder)))
        _, plays = await PlaySeasons(databases.tables).plays(ROOM)
        await databases.close()
        return len(plays)

    return asyncio.run(counted())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    worked(tmp_path, 4, 30)
    return tmp_path


def test_XP20_a_season_goes_into_its_file_and_comes_back(folder: Path) -> None:
    done = on(folder, "feed", "archive", "--season", str(SEASON))
    assert (done.status, done.rows()) == (0, [["1", "30"]])
    (file,) = folder.rglob("season-2019.plays")
    assert count(folder) == 0
    # What was broken off is done again by doing it again.
    assert on(folder, "feed", "archive", "--season", str(SEASON)).rows() == [["1", "0"]]
    back = on(folder, "feed", "restore", file)
    assert (back.status, back.rows()) == (0, [["1", "30"]])
    assert count(folder) == 30


def test_XP20_a_feed_that_has_gone_on_is_told_and_stays(folder: Path) -> None:
    on(folder, "feed", "archive", "--season", str(SEASON))
    worked(folder, 5, 3)
    (file,) = folder.rglob("season-2019.plays")
    for command in (("archive", "--season", str(SEASON)), ("restore", file)):
        done = on(folder, "feed", *command)
        assert done.rows() == [["0", "0"]]
        assert "1 feeds have gone on since" in done.err
    assert count(folder) == 3


def test_XP21_of_a_damaged_file_nothing_is_believed(folder: Path) -> None:
    file = folder / "s.plays"
    on(folder, "feed", "archive", "--season", str(SEASON), "--file", file)
    whole = file.read_bytes()
    file.write_bytes(whole[:-40] + b"x" + whole[-39:])
    for command in (("restore", file), ("archive", "--season", str(SEASON), "--file", file)):
        done = on(folder, "feed", *command)
        assert done.status == 1
        assert "nothing was done" in done.err
    assert count(folder) == 0
    file.write_bytes(whole)
    assert on(folder, "feed", "restore", file).rows() == [["1", "30"]]


def test_XP20_what_there_is_not_is_said(folder: Path) -> None:
    done = on(folder, "feed", "archive", "--season", "1999")
    assert done.status != 0
    assert "season 1999 has no plays" in done.err
    assert list(folder.rglob("*.plays")) == []
    on(folder, "feed", "archive", "--season", str(SEASON), "--file", folder / "s.plays")
    done = on(folder, "feed", "archive", "--season", "1999", "--file", folder / "s.plays")
    assert "holds season 2019" in done.err
    assert on(folder, "feed", "restore", folder / "none.plays").status != 0

"""The file of a season: what is written is read, and what was not written is not believed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from storage.errors import ArchiveDamaged
from storage.play_rows import FeedRow
from storage.season_file import SeasonFeed, SeasonFile, SeasonHeader, write_season
from tests.support.play_model import random_feeds

SEASON = 2019


def season_feeds(count: int = 3) -> list[SeasonFeed]:
    return [
        SeasonFeed(
            FeedRow(0, one.room, one.game, SEASON, one.week, one.open, 7 + number), one.plays
        )
        for number, one in enumerate(random_feeds(random.Random(4), count, 25))
    ]


def test_XP20_what_was_written_is_read(tmp_path: Path) -> None:
    path, feeds = tmp_path / "s.plays", season_feeds()
    assert write_season(path, SEASON, feeds) == SeasonHeader(SEASON, 3, 75)
    read = SeasonFile(path)
    assert read.header == SeasonHeader(SEASON, 3, 75)
    assert list(read.feeds()) == feeds
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["s.plays"]
    write_season(path, SEASON, [])
    assert list(SeasonFile(path).feeds()) == []


def test_XP21_no_byte_of_it_can_be_another_one_and_none_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "s.plays"
    write_season(path, SEASON, season_feeds())
    whole, dice = path.read_bytes(), random.Random(1)
    for at in [*range(24), *(dice.randrange(len(whole)) for _ in range(200)), len(whole) - 1]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << dice.randrange(8)]) + whole[at + 1 :])
        with pytest.raises(ArchiveDamaged):
            SeasonFile(path)
    for end in [*range(60), *(dice.randrange(len(whole)) for _ in range(60))]:
        path.write_bytes(whole[:end])
        with pytest.raises(ArchiveDamaged):
            SeasonFile(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(ArchiveDamaged):
        SeasonFile(path)


def test_XP20_a_writing_that_died_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "s.plays"
    write_season(path, SEASON, season_feeds(2))

    def dies() -> object:
        yield season_feeds(1)[0]
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        write_season(path, SEASON, dies())  # pyright: ignore[reportArgumentType] - yields feeds
    assert SeasonFile(path).header.feeds == 2

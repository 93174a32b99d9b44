"""`touchline feed archive` and `touchline feed restore`: the plays of a season that can be asked
about go into a file, and come back from it.

Chooses and reports; what a file is, and what happens to a feed, is storage/season_file.py and
storage/play_seasons.py. SPEC: XP20, XP21.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from protocol.asking import SEASON_MAX
from server.cli.asking import run
from server.cli.db_archive import require_database
from server.cli.options import ConfigOption, DatabaseOption, DataOption, settings_for
from server.cli.screen import Exit, fail, notes, print_rows
from server.config import Settings
from server.data_folder import archive_folder
from server.databases import open_databases
from storage.errors import ArchiveDamaged
from storage.play_seasons import PlaySeasons
from storage.season_file import SUFFIX, SeasonFeed, SeasonFile, write_season
from storage.sqlite_files import private_folder


def archive(
    *,
    season: Annotated[int, typer.Option("--season", help="Which.", min=0, max=SEASON_MAX)],
    file: Annotated[
        Path | None, typer.Option("--file", help="Where to; else in the archive folder.")
    ] = None,
    data_dir: DataOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Put the plays of a season into a file and take them out of what can be asked about. The
    feeds themselves stay as they are; one that goes on, or `feed index --rebuild`, brings its plays
    back. Where the file is there already it is gone on with. Prints feeds and plays.

    PostgreSQL may be in use meanwhile; a SQLite database must not be held by a server.
    """
    settings = settings_for(config, data_dir=data_dir, database=database)
    require_database(settings)
    path = file or archive_folder(settings) / f"season-{season}{SUFFIX}"
    run(_archive(settings, season, path, go_on=path.exists()))


def restore(
    file: Annotated[Path, typer.Argument(help="As `feed archive` wrote it.")],
    *,
    data_dir: DataOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Bring the plays of a season back from its file, which is checked as a whole before. Feeds
    that have gone on since stay as they are. Prints feeds and plays.

    PostgreSQL may be in use meanwhile; a SQLite database must not be held by a server.
    """
    settings = settings_for(config, data_dir=data_dir, database=database)
    require_database(settings)
    if not file.is_file():
        fail(f"{file} does not exist", Exit.USAGE)
    run(_restore(settings, file))


async def _archive(settings: Settings, season: int, path: Path, *, go_on: bool) -> None:
    databases = await open_databases(settings, migrate=False)
    try:
        seasons = PlaySeasons(databases.tables)
        if not go_on:
            feeds = [
                SeasonFeed(*(await seasons.plays(one.room))) for one in await seasons.feeds(season)
            ]
            if not any(one.plays for one in feeds):
                fail(f"season {season} has no plays", Exit.USAGE)
            private_folder(path.parent)
            await asyncio.to_thread(write_season, path, season, feeds)
        written = await asyncio.to_thread(_checked, path)
        if written.header.season != season:
            fail(f"{path} holds season {written.header.season}", Exit.USAGE)
        done = [0, 0, 0]
        for one in written.feeds():
            taken = await seasons.take_out(one.feed)
            done = [done[0] + 1, done[1] + (taken or 0), done[2] + (taken is None)]
        _tell(done, path)
    finally:
        await databases.close()


async def _restore(settings: Settings, path: Path) -> None:
    written = await asyncio.to_thread(_checked, path)
    databases = await open_databases(settings, migrate=False)
    try:
        seasons, done = PlaySeasons(databases.tables), [0, 0, 0]
        for one in written.feeds():
            back = await seasons.put_back(one.feed, one.plays)
            done = [done[0] + 1, done[1] + (back or 0), done[2] + (back is None)]
        _tell(done, path)
    finally:
        await databases.close()


def _checked(path: Path) -> SeasonFile:
    """The file, of which every feed can be read."""
    try:
        written = SeasonFile(path)
        _exhaust(written.feeds())
    except ArchiveDamaged as error:
        fail(f"{error}: nothing was done", Exit.FAILED)
    return written


def _exhaust(feeds: Iterator[SeasonFeed]) -> None:
    for _ in feeds:
        pass


def _tell(done: list[int], path: Path) -> None:
    print_rows(["feeds", "plays"], [[str(done[0] - done[2]), str(done[1])]])
    if done[2]:
        notes().print(f"{done[2]:,} feeds have gone on since {path.name}, and stay", markup=False)

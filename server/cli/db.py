"""`touchline db`: the database's schema, soundness, copies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from server.cli.asking import run
from server.cli.log_check import Findings, check_room, every_room
from server.cli.options import ConfigOption, DatabaseOption, DataOption, require_file, settings_for
from server.cli.screen import Exit, fail, notes, progress
from server.config import Settings
from server.data_folder import database_path
from server.databases import open_log
from storage.errors import StorageError
from storage.room_log import RoomLog
from storage.room_log_sqlite import SqliteRoomLog
from storage.sqlite_backup import Progress, back_up, damage, put_back

app = typer.Typer(no_args_is_help=True, help="The database: schema, soundness, copies.")

PROBLEMS_SHOWN = 50

FileOption = Annotated[
    Path | None, typer.Option("--file", help="A SQLite file elsewhere, for example a backup.")
]


@app.command("migrate")
def migrate(
    data_dir: DataOption = None, database: DatabaseOption = None, config: ConfigOption = None
) -> None:
    """Bring the schema up to date with this version. Does nothing where it is."""
    settings = settings_for(config, data_dir=data_dir, database=database)

    async def migrated() -> None:
        log = await open_log(settings, migrate=True)
        await log.close()

    run(migrated())
    notes().print("the schema is up to date")


@app.command("check")
def check(
    file: FileOption = None,
    data_dir: DataOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Read everything and say what does not hold together. Ends with 1 where something is wrong.

    On SQLite no server may hold the database; check a backup instead (`db backup`, `--file`).
    """
    settings = settings_for(config, data_dir=data_dir, database=database)
    findings = Findings()
    path = require_file(file) if file else database_path(settings)
    if file is None and settings.database:
        run(_check(lambda: open_log(settings, migrate=False), findings))
    else:
        if not path.is_file():
            fail(f"{path} does not exist", Exit.UNAVAILABLE)
        findings.problems += _damage(path)
        if not findings.problems:
            run(_check(lambda: SqliteRoomLog.open(path, migrate=False), findings))
    for problem in findings.problems[:PROBLEMS_SHOWN]:
        notes().print(problem, markup=False)
    if findings.problems:
        fail(f"{len(findings.problems)} problems in {findings.rooms:,} rooms")
    notes().print(f"sound: {findings.rooms:,} rooms, {findings.entries:,} entries")


@app.command("backup")
def backup(
    target: Annotated[Path, typer.Argument(help="File to write; it must not exist.")],
    data_dir: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Copy the SQLite database as it is at one moment, while a server may go on writing."""
    settings = _sqlite(settings_for(config, data_dir=data_dir), "pg_dump")
    try:
        with _pages("copying") as copied, _storage_errors():
            back_up(database_path(settings), target, copied)
    except FileExistsError:
        fail(f"{target} exists; name another file", Exit.USAGE)
    notes().print(f"{target}: {target.stat().st_size:,} bytes")


@app.command("restore")
def restore(
    source: Annotated[Path, typer.Argument(help="A file that backup wrote.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data_dir: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Put a backup back. What is there now is set aside, and a new generation begins: clients start
    over, and what they had not sent is shown to them."""
    settings = _sqlite(settings_for(config, data_dir=data_dir), "pg_restore")
    path = database_path(settings)
    if not yes and not typer.confirm(f"Replace {path} by {source}?"):
        raise typer.Exit(Exit.FAILED)
    with _pages("copying") as copied, _storage_errors():
        generation, aside = put_back(require_file(source), path, copied)
    notes().print(f"{path} is {source} again, in generation {generation}")
    if aside is not None:
        notes().print(f"what was there: {aside}")


async def _check(opening: Callable[[], Awaitable[RoomLog]], findings: Findings) -> None:
    log = await opening()
    try:
        with progress("checking rooms") as bar:
            async for row in every_room(log):
                await check_room(log, row, findings)
                bar.update(bar.task_ids[0], completed=findings.rooms)
    finally:
        await log.close()


def _damage(path: Path) -> list[str]:
    with _storage_errors():
        return damage(path)


def _sqlite(settings: Settings, instead: str) -> Settings:
    if settings.database:
        fail(f"this is for SQLite; for PostgreSQL use {instead}", Exit.USAGE)
    return settings


@contextmanager
def _pages(doing: str) -> Generator[Progress]:
    """A bar that a copy moves."""
    with progress(doing) as bar:
        yield lambda done, total: bar.update(bar.task_ids[0], completed=done, total=total)


@contextmanager
def _storage_errors() -> Generator[None]:
    """The world says no: told, with its exit code."""
    try:
        yield
    except StorageError as error:
        fail(str(error), Exit.UNAVAILABLE)

"""`touchline db`: the database's schema, soundness, copies, and what leaves it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from server.cli import db_archive, db_prune
from server.cli.asking import run
from server.cli.at_once import at_once
from server.cli.db_archive import restore_archives
from server.cli.log_check import Findings, Problem, check_room, drawn_rooms, every_room
from server.cli.options import ConfigOption, DatabaseOption, DataOption, require_file, settings_for
from server.cli.screen import Exit, fail, notes, print_rows, progress
from server.config import Settings
from server.data_folder import archive_folder, database_path
from server.databases import open_log
from storage import migrate as schema
from storage.archive_file import is_archive
from storage.errors import StorageBusy, StorageError
from storage.room_log import RoomLog, RoomRow
from storage.room_log_sqlite import SqliteRoomLog
from storage.sqlite_backup import Progress, back_up, damage, put_back
from storage.sqlite_files import private_folder

app = typer.Typer(no_args_is_help=True, help="The database: schema, soundness, copies, cold rooms.")

app.command("archive")(db_archive.archive)
app.command("prune")(db_prune.prune)

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

    target = _target(settings)
    if not settings.database:
        private_folder(database_path(settings).parent)

    async def migrated() -> None:
        names = await schema.migrate(target)
        notes().print(f"applied: {', '.join(names)}" if names else "the schema was up to date")

    run(migrated())


@app.command("check")
def check(
    file: FileOption = None,
    data_dir: DataOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Read everything and say what does not hold together; ends with 1 where something is wrong.

    A SQLite database that a server holds is copied for it, into the data folder.
    """
    settings = settings_for(config, data_dir=data_dir, database=database)
    findings = _read_all(settings, file, replay=False, which=every_room)
    for problem in findings.problems[:PROBLEMS_SHOWN]:
        notes().print(str(problem), markup=False)
    _conclude(findings)


@app.command("verify")
def verify(
    file: FileOption = None,
    room: Annotated[
        str | None, typer.Option("--room", help="This room alone.", metavar="ROOM")
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option("--sample", help="So many rooms, drawn anew each time.", min=1),
    ] = None,
    data_dir: DataOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Like check, and replay every room by its rules: each snapshot must be what its entries give.

    A line for each thing that does not hold: room, version, name, what it is. Ends with 1 where
    there is one.
    """
    if room is not None and sample is not None:
        fail("--room and --sample are two questions: give one", Exit.USAGE)
    settings = settings_for(config, data_dir=data_dir, database=database)
    findings = _read_all(settings, file, replay=True, which=_chosen(room, sample))
    print_rows(
        ["room", "version", "problem", ""],
        [[one.room, str(one.version), one.name, one.text] for one in findings.problems],
    )
    _conclude(findings)


Which = Callable[[RoomLog], AsyncIterator[RoomRow]]
"""The rooms that are read."""


def _chosen(room: str | None, sample: int | None) -> Which:
    if room is not None:
        return lambda log: _one_room(log, room)
    if sample is not None:
        return lambda log: drawn_rooms(log, sample)
    return every_room


def _read_all(settings: Settings, file: Path | None, *, replay: bool, which: Which) -> Findings:
    findings = Findings()

    async def read(log: RoomLog) -> None:
        await _check_log(log, findings, settings, replay=replay, which=which)

    if file is None and settings.database:
        run(_check_postgres(settings, read, listed=not replay))
    else:
        path = require_file(file) if file else database_path(settings)
        if not path.is_file():
            fail(f"{path} does not exist", Exit.UNAVAILABLE)
        with _storage_errors():
            problems = damage(path)
        findings.problems += [Problem("", 0, "file", problem) for problem in problems]
        if not problems:
            run(_check_file(path, read, listed=not replay))
    return findings


def _conclude(findings: Findings) -> None:
    if findings.problems:
        fail(f"{len(findings.problems)} problems in {findings.rooms:,} rooms")
    archived = f", {findings.archived:,} of them archived" if findings.archived else ""
    snapshots = f", {findings.snapshots:,} snapshots compared" if findings.snapshots else ""
    notes().print(
        f"sound: {findings.rooms:,} rooms{archived}, {findings.entries:,} entries{snapshots}"
    )


@app.command("backup")
def backup(
    target: Annotated[Path, typer.Argument(help="File to write; it must not exist.")],
    data_dir: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Copy the SQLite database as it is at one moment, while a server may go on writing.

    Archived rooms are files beside it: the archive folder is copied as well, after this."""
    settings = _sqlite(settings_for(config, data_dir=data_dir), "pg_dump")
    try:
        with _pages("copying") as copied, _storage_errors():
            back_up(database_path(settings), target, copied)
    except FileExistsError:
        fail(f"{target} exists; name another file", Exit.USAGE)
    notes().print(f"{target}: {target.stat().st_size:,} bytes")
    folder = archive_folder(settings)
    if folder.is_dir():
        notes().print(f"archived rooms are not in it: copy {folder} now as well", markup=False)


@app.command("restore")
def restore(
    sources: Annotated[
        list[Path],
        typer.Argument(
            help="A file that backup wrote, or files of archived rooms.", metavar="FILE…"
        ),
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data_dir: DataOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Put a backup back. What is there now is set aside, and a new generation begins: clients start
    over, and what they had not sent is shown to them.

    The file of an archived room, or a copy of it, puts that room back and changes nothing else; on
    its own it comes back when somebody opens it. Of those, several may be named."""
    settings = settings_for(config, data_dir=data_dir, database=database)
    if all(map(is_archive, sources)):
        restore_archives(settings, sources)
        return
    if len(sources) > 1:
        fail("only files of archived rooms can be put back together", Exit.USAGE)
    (source,) = sources
    settings = _sqlite(settings, "pg_restore")
    path = database_path(settings)
    if not yes and not typer.confirm(f"Replace {path} by {source}?"):
        raise typer.Exit(Exit.FAILED)
    with _pages("copying") as copied, _storage_errors():
        generation, aside = put_back(require_file(source), path, copied)
    notes().print(f"{path} is {source} again, in generation {generation}")
    if aside is not None:
        notes().print(f"what was there: {aside}")


@app.command("new-generation")
def new_generation(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Begin a new generation of a PostgreSQL database, after it was put back by pg_restore."""
    settings = settings_for(config, database=database)
    if not settings.database:
        fail("this is for PostgreSQL; on SQLite `db restore` does it", Exit.USAGE)
    if not yes and not typer.confirm("Begin a new generation? Every client starts over."):
        raise typer.Exit(Exit.FAILED)

    async def renewed() -> None:
        notes().print(f"generation {await schema.renew_generation(settings.database)}")

    run(renewed())


Reading = Callable[[RoomLog], Awaitable[None]]


async def _check_schema(target: str, *, listed: bool) -> None:
    """Lists the migrations, if asked to. Raises SchemaOutdated."""
    found = await schema.check(target)
    if listed:
        print_rows(["migration", "state"], found.rows())
    found.require_current()


async def _check_postgres(settings: Settings, read: Reading, *, listed: bool) -> None:
    await _check_schema(settings.database, listed=listed)
    await read(await open_log(settings, migrate=False))


async def _check_file(path: Path, read: Reading, *, listed: bool) -> None:
    await _check_schema(str(path), listed=listed)
    try:
        log = await SqliteRoomLog.open(path, migrate=False)
    except StorageBusy:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="check-") as folder:
            copy = Path(folder) / path.name
            with _pages("copying") as copied:
                await asyncio.to_thread(back_up, path, copy, copied)
            await read(await SqliteRoomLog.open(copy, migrate=False))
        return
    await read(log)


async def _check_log(
    log: RoomLog, findings: Findings, settings: Settings, *, replay: bool, which: Which
) -> None:
    folder = archive_folder(settings)
    try:
        with progress("checking rooms") as bar:

            async def one(row: RoomRow) -> None:
                await check_room(log, row, findings, folder, replay=replay)
                bar.update(bar.task_ids[0], completed=findings.rooms)

            await at_once(which(log), one)
    finally:
        await log.close()
    findings.problems.sort(key=lambda problem: (problem.room, problem.version))


async def _one_room(log: RoomLog, room: str) -> AsyncIterator[RoomRow]:
    row = (await log.rooms([room])).get(room)
    if row is None:
        fail(f"there is no room {room}")
    yield row


def _target(settings: Settings) -> str:
    """What storage calls the database: its URL or its path."""
    return settings.database or str(database_path(settings))


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

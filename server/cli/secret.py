"""`touchline secret`: the signing secrets: which there are, a new one, one fewer.

A running server takes a change up by itself, so nothing here asks for a restart. Never prints a
secret. SPEC: SE8, SE12 to SE16.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from server.accounts.sealed_values import SealedValues
from server.cli.asking import run
from server.cli.options import ConfigOption, DatabaseOption, DataOption, settings_for
from server.cli.screen import Exit, fail, notes, print_rows
from server.clock import SystemClock
from server.config import Settings
from server.data_folder import database_path, secret_path
from server.secret_rotation import Held, NotRotated, held, retire, rotate, still_needed
from server.secrets import open_ring
from storage import migrate as schema
from storage.errors import StorageUnavailable
from storage.sqlite_files import connect
from storage.tables import Tables
from storage.tables_postgres import PostgresTables
from storage.tables_sqlite import SqliteTables

app = typer.Typer(no_args_is_help=True, help="Secrets that sign tokens and links, and their order.")

T = TypeVar("T")

ForceOption = Annotated[
    bool, typer.Option("--force", help="Although something will stop working, which is told.")
]


@app.command("status")
def status(
    data_dir: DataOption = None, database: DatabaseOption = None, config: ConfigOption = None
) -> None:
    """Show every secret by its public id: since when it signs, and how many sealed values need
    it."""
    settings = settings_for(config, data_dir=data_dir, database=database)

    async def shown() -> None:
        ring = _ring(settings)
        sealed = await _sealed(settings)
        rows = [
            [
                one.key,
                "signs" if one.signs else "verifies",
                _when(one.since_ms),
                _when(one.until_ms),
                str(sealed.get(one.key, 0)),
            ]
            for one in ring
        ]
        print_rows(["key", "it", "since", "until", "sealed values"], rows)

    run(shown())


@app.command("rotate")
def rotate_secret(data_dir: DataOption = None, config: ConfigOption = None) -> None:
    """Put a fresh secret in front. Nobody is signed out: the earlier ones go on to verify."""
    settings = settings_for(config, data_dir=data_dir)
    path = _file(
        settings,
        "put the new one behind the others and restart node after node, then in front of them and"
        " again",
    )

    async def rotated() -> None:
        ring = _tried(lambda: rotate(path, SystemClock().now_ms()))
        notes().print(
            f"{ring.ids()[0]} signs from now on; a running server takes it up within seconds",
            markup=False,
        )

    run(rotated())


@app.command("retire")
def retire_secret(
    *,
    force: ForceOption = False,
    data_dir: DataOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Drop the oldest secret, if nothing that it signed or sealed is needed any more."""
    settings = settings_for(config, data_dir=data_dir, database=database)
    path = _file(settings, "leave the oldest one out, and restart node after node")

    async def retired() -> None:
        ring = held(path)
        oldest = ring[-1].key
        if len(ring) > 1:
            reasons = still_needed(
                ring,
                now_ms=SystemClock().now_ms(),
                changed_ms=path.stat().st_mtime_ns // 1_000_000,
                guest_token_h=settings.guest_token_h,
                sealed=(await _sealed(settings)).get(oldest, 0),
            )
            _weigh(oldest, reasons, force=force)
        _tried(lambda: retire(path, oldest))
        notes().print(f"{oldest} is retired", markup=False)

    run(retired())


def _weigh(oldest: str, reasons: list[str], *, force: bool) -> None:
    """Ends the command where something speaks against it, unless that was accepted."""
    for reason in reasons:
        notes().print(f"without {oldest}: {reason}", markup=False)
    if reasons and not force:
        fail(
            f"{oldest} is still needed. A running server seals anew what it sealed, within a minute"
            " of its start and of every rotation; for the rest wait, or accept it by --force"
        )


def _ring(settings: Settings) -> list[Held]:
    if settings.secret:
        return [Held(key, None, None, n == 0) for n, key in enumerate(open_ring(settings).ids())]
    return held(secret_path(settings))


def _file(settings: Settings, instead: str) -> Path:
    if settings.secret:
        fail(f"the secrets stand in the setting secret, not in a file: {instead}", Exit.USAGE)
    return secret_path(settings)


def _tried(change: Callable[[], T]) -> T:
    try:
        return change()
    except NotRotated as error:
        fail(str(error))
    except OSError as error:
        fail(f"the file cannot be replaced ({error.strerror})", Exit.UNAVAILABLE)


def _when(ms: int | None) -> str:
    return (
        "" if ms is None else datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")
    )


async def _sealed(settings: Settings) -> Mapping[str, int]:
    """Sealed values by key. Works while a server holds the database: it only reads."""
    if not settings.database and not database_path(settings).is_file():
        return {}
    (await schema.check(settings.database or str(database_path(settings)))).require_current()
    async with _tables(settings) as tables:
        return await SealedValues(tables).count()


@asynccontextmanager
async def _tables(settings: Settings) -> AsyncGenerator[Tables]:
    """Tables to read from."""
    if settings.database:
        opened = await PostgresTables.open(settings.database)
        try:
            yield opened
        finally:
            await opened.close()
        return
    connection = connect(database_path(settings), read_only=True)
    try:
        yield SqliteTables(_ReadOnly(connection))
    finally:
        connection.close()


class _ReadOnly:
    """A SQLite file beside the server that writes it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def asked(self, question: Callable[[sqlite3.Connection], T]) -> T:
        return question(self._connection)

    async def written(self, work: Callable[[sqlite3.Connection], T]) -> T:
        raise StorageUnavailable("opened for reading")

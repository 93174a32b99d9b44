"""Rooms in a data folder, aged and looked at behind the command line's back."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from server.rooms.replica import Replica
from server.rules.catalogue import KINDS
from storage.room_log import StoredSnapshot
from storage.room_log_sqlite import SqliteRoomLog
from tests.support.command_line import Ran, touchline


def on(folder: Path, *arguments: str | Path, typed: str | None = None) -> Ran:
    """A command on this data folder."""
    return touchline(*arguments, "--data-dir", folder, typed=typed)


def kept_files(folder: Path) -> list[Path]:
    """The archives that lie there."""
    return sorted((folder / "archive").glob("*.room"))


def aged(folder: Path, days: int) -> None:
    """As if nothing had happened in any room for so long."""
    with sqlite3.connect(folder / "touchline.db") as connection:
        connection.execute("UPDATE room SET updated_at = updated_at - ?", (days * 86_400_000,))
    connection.close()


def records_of(folder: Path) -> list[tuple[object, ...]]:
    """Every row of entries."""
    with sqlite3.connect(folder / "touchline.db") as connection:
        found = connection.execute("SELECT * FROM run ORDER BY room, first").fetchall()
    connection.close()
    return found


def snapshot_of(folder: Path, room: str, version: int) -> bytes:
    """Makes one of the room's head, as a node would."""

    async def make() -> bytes:
        log = await SqliteRoomLog.open(folder / "touchline.db")
        row = (await log.rooms([room]))[room]
        replica = Replica(KINDS[row.kind], tail_bytes_max=1_000_000)
        replica.ingest((await log.read(room, 1)).records)
        assert replica.version == version
        base = replica.rebase()
        assert await log.save_snapshot(room, StoredSnapshot(base.head, base.blob))
        await log.close()
        return base.blob

    return asyncio.run(make())

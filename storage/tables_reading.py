"""Tables for questions that may take long: on connections of their own, so that nobody who joins a
room waits behind somebody who counts.

A question that takes longer than ASK_S_MAX is given up by the database. In PostgreSQL these
connections use an index wherever one can be used, whatever the planner believes of tables that were
just filled; they may lead to another server that follows the first. SPEC: QY9, QY10.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from storage.errors import StorageUnavailable
from storage.postgres_connection import PostgresOptions
from storage.sqlite_files import connect, translated
from storage.tables_postgres import PostgresTables
from storage.tables_sqlite import SqliteTables

R = TypeVar("R")

ASK_S_MAX = 5.0
"""As every statement to PostgreSQL has it."""
POOL_SIZE = 2
SESSION = (("enable_seqscan", "off"), ("max_parallel_workers_per_gather", "0"))
"""An index wherever one can be used; and one core for a question at most."""
_STEPS = 10_000
"""Of SQLite's machine, between two looks at the clock."""


class _File:
    """A database file that is only read, by one thread."""

    def __init__(self, database: Path, now: Callable[[], float]) -> None:
        self._connection = connect(database, read_only=True)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="touchline-sqlite-questions")
        self._now = now
        self._until = 0.0
        self._connection.set_progress_handler(self._is_late, _STEPS)

    def _is_late(self) -> int:
        return int(self._now() > self._until)

    async def written(self, work: Callable[[sqlite3.Connection], R]) -> R:
        raise StorageUnavailable(f"these tables are only read, not by {work}")

    async def asked(self, question: Callable[[sqlite3.Connection], R]) -> R:
        def ask() -> R:
            self._until = self._now() + ASK_S_MAX
            try:
                return question(self._connection)
            except sqlite3.Error as error:
                raise translated(error, "cannot answer a question") from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, ask)

    def close(self) -> None:
        self._thread.shutdown()
        self._connection.close()


class SqliteReading(SqliteTables):
    """The tables of a file that somebody else writes."""

    def __init__(self, database: Path, now: Callable[[], float] = time.monotonic) -> None:
        """Raises StorageUnavailable."""
        self._own = _File(database, now)
        super().__init__(self._own)

    async def close(self) -> None:
        """Waits for the question under way."""
        await asyncio.to_thread(self._own.close)


async def postgres_reading(url: str) -> PostgresTables:
    """Tables of a server, the one that is written to or one that follows it. Raises
    StorageUnavailable."""
    options = PostgresOptions(read_connections=POOL_SIZE, session=SESSION)
    return await PostgresTables.open(url, options)

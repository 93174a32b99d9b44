"""Tables in the SQLite file that holds the rooms: written by the same writer, in the same commits.

Knows transactions, no table. SPEC rules TB1 to TB6.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from storage import sqlite_schema
from storage.sqlite_files import translated
from storage.tables import Work

T = TypeVar("T")
R = TypeVar("R")


class SqliteFile(Protocol):
    """Who runs a function on the connection that writes, or on the one that reads."""

    def written(self, work: Callable[[sqlite3.Connection], R]) -> Awaitable[R]:
        """Inside a transaction of the writer."""
        ...

    def asked(self, question: Callable[[sqlite3.Connection], R]) -> Awaitable[R]:
        """In the reader's thread."""
        ...


@dataclass(frozen=True, slots=True)
class _Raised:
    """What the work raised: told to its caller, not to the writer that serves others too."""

    error: Exception


class SqliteTables:
    """One writer there is, so transactions do run one after the other."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def write(self, work: Work[T]) -> T:
        """One unit of the next commit, undone alone if it raises."""
        answer = await asyncio.shield(self._file.written(lambda conn: _in_savepoint(conn, work)))
        if isinstance(answer, _Raised):
            raise answer.error
        return answer

    async def read(self, work: Work[T]) -> T:
        """One read transaction."""

        def question(connection: sqlite3.Connection) -> T | _Raised:
            connection.execute("BEGIN")
            try:
                return _caught(connection, work)
            finally:
                connection.execute("ROLLBACK")

        answer = await self._file.asked(question)
        if isinstance(answer, _Raised):
            raise answer.error
        return answer


def _in_savepoint(connection: sqlite3.Connection, work: Work[T]) -> T | _Raised:
    connection.execute("SAVEPOINT work")
    answer = _caught(connection, work)
    if isinstance(answer, _Raised):
        connection.execute("ROLLBACK TO work")
    connection.execute("RELEASE work")
    return answer


def _caught(connection: sqlite3.Connection, work: Work[T]) -> T | _Raised:
    try:
        return _run(connection, work)
    except (sqlite3.IntegrityError, sqlite3.DataError) as error:
        return _Raised(ValueError(f"SQLite refused: {error}"))
    except sqlite3.Error:
        raise  # the database's own: the writer knows what it means
    except Exception as error:  # noqa: BLE001 - handed on to whoever asked, see _Raised
        return _Raised(error)


def _run(connection: sqlite3.Connection, work: Work[T]) -> T:
    asking = work()
    try:
        statement, values = next(asking)
        while True:
            rows = connection.execute(statement, _named(values)).fetchall()
            statement, values = asking.send(rows)
    except StopIteration as ended:
        answer: T = ended.value
        return answer
    finally:
        asking.close()


def _named(values: Any) -> dict[str, Any]:
    """`$1` is a named parameter here, whose name is 1."""
    return {str(number): value for number, value in enumerate(values, 1)}


class _InMemory:
    """One connection, asked in the caller's own thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def written(self, work: Callable[[sqlite3.Connection], R]) -> R:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            answer = work(self._connection)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise translated(error, "cannot write to memory") from error
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        return answer

    async def asked(self, question: Callable[[sqlite3.Connection], R]) -> R:
        try:
            return question(self._connection)
        except sqlite3.Error as error:
            raise translated(error, "cannot read from memory") from error


def memory_tables() -> SqliteTables:
    """Tables that are gone with this value, for tests and simulations."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    sqlite_schema.apply_missing(connection)
    return SqliteTables(_InMemory(connection))

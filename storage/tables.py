"""Contract of what is remembered beside the rooms: rows in tables, read and written in whole
transactions.

One text of SQL serves both databases, so that every rule of accounts, teams and keys is written
once. What is asked is a generator: it yields a statement, is sent its rows, and returns its answer.

    def work():
        rows = yield "SELECT name FROM team WHERE id = $1", (team,)
        return rows[0][0] if rows else None

    name = await tables.read(work)

Common ground of the dialects: `$1`, `$2` … for values; text, integers, bytes and null; 0 and 1
instead of booleans; `ON CONFLICT`, `RETURNING` and `CAST($1 AS text)` (where a value may be null).
SPEC rules TB1 to TB6.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Value = str | int | float | bytes | None
Statement = tuple[str, Sequence[Value]]
Rows = list[tuple[Any, ...]]
Asking = Generator[Statement, Rows, T]
Work = Callable[[], Asking[T]]
"""May be called again after a conflict: whatever it draws or reads must be drawn or read before."""


class Tables(Protocol):
    """Transactions, as if they ran one after the other."""

    async def write(self, work: Work[T]) -> T:
        """Runs `work` in one transaction, committed and synced when this returns.

        An exception of `work` undoes it and is raised. Raises StorageUnavailable where nothing was
        done, OutcomeUnknown where the answer was lost, StorageFailed, and ValueError for values or
        rows that no database would take (undone). Cancelling the caller never cancels a
        commit."""
        ...

    async def read(self, work: Work[T]) -> T:
        """Runs `work`, which only reads, on one state of the tables. Raises StorageUnavailable,
        StorageFailed."""
        ...

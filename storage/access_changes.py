"""What every node must hear of soon: an ended session, a closed account, a changed key, block or
team. Written in the transaction of what it tells, read by number.

Numbers are drawn before a commit: on PostgreSQL a lower one may come to light after a higher one,
so readers ask for an overlap of time as well. Knows rows; must not know what they mean. SPEC: AS9,
AS10, IS10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from storage.tables import Asking, Tables

FOR_GOOD: Final = "for good"
"""Detail of an account's change: closed, and of an issuer that goes on to give it tokens."""

Kind = Literal["session", "account", "key", "block", "team"]


@dataclass(frozen=True, slots=True)
class AccessChange:
    """One row. `at` is ms of log time of whoever wrote it."""

    number: int
    kind: Kind
    subject: str
    detail: str
    at: int


def changed(kind: Kind, subject: str, detail: str, at: int) -> Asking[None]:
    """Tells a change, inside the transaction that makes it; for `yield from`."""
    yield (
        "INSERT INTO access_change (kind, subject, detail, at) VALUES ($1, $2, $3, $4)",
        (kind, subject, detail, at),
    )


class AccessChanges:
    """Reads what was told."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def since(self, number: int, at_least: int) -> list[AccessChange]:
        """Those above `number`, and those at or after `at_least` again, in their order."""

        def work() -> Asking[list[AccessChange]]:
            rows = yield (
                "SELECT number, kind, subject, detail, at FROM access_change"
                " WHERE number > $1 OR at >= $2 ORDER BY number",
                (number, at_least),
            )
            return [AccessChange(*row) for row in rows]

        return await self._tables.read(work)

    async def closed_for_good(self) -> list[str]:
        """The accounts of issuers that were closed, by id: their endings are never forgotten
        (IS10)."""

        def work() -> Asking[list[str]]:
            rows = yield (
                "SELECT id FROM account WHERE closed_at IS NOT NULL AND origin <> 'password'"
                " ORDER BY id",
                (),
            )
            return [row[0] for row in rows]

        return await self._tables.read(work)

    async def cleanup(self, before: int) -> int:
        """Forgets those of before this time. Returns how many."""

        def work() -> Asking[int]:
            rows = yield "DELETE FROM access_change WHERE at < $1 RETURNING number", (before,)
            return len(rows)

        return await self._tables.write(work)

"""The audit trail: records that are appended, numbered and read, and never changed.

Two statements beside INSERT exist: an erased person's addresses are blanked, and records beyond the
time that they are kept are forgotten. Knows rows; must not know what acts mean. SPEC: AS8, AS12.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from storage.tables import Asking, Tables, Value

_COLUMNS: Final = "at, action, account, address, node, request, object, detail"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what; `detail` is plain data without secrets."""

    at: int
    action: str
    account: str | None = None
    address: str = ""
    node: str = ""
    request: str = ""
    object: str = ""
    detail: Mapping[str, str | int | bool | None] = field(
        default_factory=dict[str, "str | int | bool | None"]
    )


class AuditTrail:
    """All records, numbered from 1 in the order in which they came."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def append(self, records: Sequence[AuditRecord]) -> None:
        """Appends them in their order. A repeated append after a lost answer records twice."""

        def work() -> Asking[None]:
            for one in records:
                yield (
                    f"INSERT INTO audit ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    (
                        one.at,
                        one.action,
                        one.account,
                        one.address,
                        one.node,
                        one.request,
                        one.object,
                        json.dumps(dict(one.detail), separators=(",", ":")),
                    ),
                )

        await self._tables.write(work)

    async def page(
        self,
        *,
        limit: int,
        before: int | None = None,
        after: int | None = None,
        account: str | None = None,
        action: str | None = None,
        object: str | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> list[tuple[int, AuditRecord]]:
        """Records with their numbers: the newest first, or ascending where `after` is given. Those
        of an account are what it did and what was done to it."""
        conditions: list[str] = []
        values: list[Value] = []

        def only(text: str, value: Value) -> None:
            if value is not None:
                values.append(value)
                conditions.append(text.replace("?", f"${len(values)}"))

        only("number < ?", before)
        only("number > ?", after)
        only("(account = ? OR object = ?)", account)
        only("action = ?", action)
        only("object = ?", object)
        only("at >= ?", since)
        only("at < ?", until)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        order = "DESC" if after is None else "ASC"
        values.append(limit)
        question = (
            f"SELECT number, {_COLUMNS} FROM audit{where}"
            f" ORDER BY number {order} LIMIT ${len(values)}"
        )

        def work() -> Asking[list[tuple[int, AuditRecord]]]:
            rows = yield question, values
            return [(row[0], _record(row[1:])) for row in rows]

        return await self._tables.read(work)

    async def cleanup(self, before: int) -> int:
        """Forgets records of before this time. Returns how many."""

        def work() -> Asking[int]:
            rows = yield "DELETE FROM audit WHERE at < $1 RETURNING number", (before,)
            return len(rows)

        return await self._tables.write(work)

    async def blank_erased(self) -> int:
        """Takes out the addresses that came after their account was erased: another node may have
        held the record. Returns of how many."""

        def work() -> Asking[int]:
            rows = yield (
                "UPDATE audit SET address = '' WHERE address <> '' AND account IN"
                " (SELECT id FROM account WHERE close_reason = 'deleted') RETURNING number",
                (),
            )
            return len(rows)

        return await self._tables.write(work)


def blank(account: str) -> Asking[None]:
    """Takes the addresses out of an erased account's records, inside its transaction: that
    something was done stays, from where it was done goes."""
    yield "UPDATE audit SET address = '' WHERE account = $1", (account,)


def _record(row: tuple[Any, ...]) -> AuditRecord:
    return AuditRecord(*row[:-1], detail=json.loads(row[-1]))

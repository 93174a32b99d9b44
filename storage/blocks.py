"""Blocks: who may not come in for a while, or until somebody lifts it, and why.

Knows rows; must not know how addresses are compared. Every method is one transaction. SPEC: AS13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from storage.access_changes import changed
from storage.tables import Asking, Tables

_COLUMNS: Final = 'id, kind, value, reason, "by", created_at, ends_at, lifted_at, lifted_by'


@dataclass(frozen=True, slots=True)
class Block:
    """One block. Times are ms of log time."""

    id: str
    """Begins with its time in hexadecimal, so that the order of ids is that of time."""
    kind: str
    """account, address or key."""
    value: str
    reason: str
    by: str
    """Account of the administrator; empty: the operator."""
    created_at: int
    ends_at: int | None = None
    lifted_at: int | None = None
    lifted_by: str | None = None


class Blocks:
    """All blocks there ever were."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, block: Block) -> None:
        """It holds from now on."""

        def work() -> Asking[None]:
            yield (
                f"INSERT INTO block ({_COLUMNS}) VALUES"
                " ($1, $2, $3, $4, $5, $6, $7, NULL, NULL) ON CONFLICT (id) DO NOTHING",
                (
                    block.id,
                    block.kind,
                    block.value,
                    block.reason,
                    block.by,
                    block.created_at,
                    block.ends_at,
                ),
            )
            yield from changed("block", block.id, "set", block.created_at)

        await self._tables.write(work)

    async def lift(self, id_: str, *, by: str, at: int) -> bool:
        """It holds no more. False: there is none, or it was lifted before."""

        def work() -> Asking[bool]:
            rows = yield (
                "UPDATE block SET lifted_at = $2, lifted_by = $3"
                " WHERE id = $1 AND lifted_at IS NULL RETURNING id",
                (id_, at, by),
            )
            if rows:
                yield from changed("block", id_, "lifted", at)
            return bool(rows)

        return await self._tables.write(work)

    async def active(self, at: int) -> list[Block]:
        """All that hold at a time."""

        def work() -> Asking[list[Block]]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM block WHERE lifted_at IS NULL"
                " AND (ends_at IS NULL OR ends_at > $1) ORDER BY id",
                (at,),
            )
            return [Block(*row) for row in rows]

        return await self._tables.read(work)

    async def page(self, *, limit: int, before: str | None = None) -> list[Block]:
        """The newest first, below the given id."""

        def work() -> Asking[list[Block]]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM block"
                " WHERE (CAST($1 AS text) IS NULL OR id < $1) ORDER BY id DESC LIMIT $2",
                (before, limit),
            )
            return [Block(*row) for row in rows]

        return await self._tables.read(work)

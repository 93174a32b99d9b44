"""What is remembered of libraries beside their rooms: which are public, and how often their items
were read and opened.

Knows ids and numbers; must not know what a library holds, nor who asks. Every method is one
transaction. SPEC: LB40, LB41, LB50, LB51.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from storage.tables import Asking, Tables

Counted = Literal["views", "opens"]

_COUNT: Final = (
    "INSERT INTO library_count (room, item, views, opens, last_at) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (room, item) DO UPDATE SET views = library_count.views + $3,"
    " opens = library_count.opens + $4,"
    " last_at = CASE WHEN library_count.last_at > $5 THEN library_count.last_at ELSE $5 END"
)


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """How often an item was read, and how often a board was made from it; when last, in ms of log
    time."""

    views: int = 0
    opens: int = 0
    last_at: int = 0


class Libraries:
    """Libraries, as far as the tables know them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def set_public(self, room: str, *, on: bool, at: int) -> bool:
        """Whether everybody may read it from now on. False: nothing changes."""

        def work() -> Asking[bool]:
            if on:
                rows = yield (
                    "INSERT INTO library_public (room, since) VALUES ($1, $2)"
                    " ON CONFLICT (room) DO NOTHING RETURNING room",
                    (room, at),
                )
            else:
                rows = yield "DELETE FROM library_public WHERE room = $1 RETURNING room", (room,)
            return bool(rows)

        return await self._tables.write(work)

    async def public_among(self, rooms: Sequence[str]) -> set[str]:
        """Those of them that everybody may read."""

        def work() -> Asking[set[str]]:
            found: set[str] = set()
            for room in rooms:
                rows = yield "SELECT room FROM library_public WHERE room = $1", (room,)
                found.update(row[0] for row in rows)
            return found

        return await self._tables.read(work)

    async def public(self, *, limit: int, after: str | None = None) -> list[str]:
        """The libraries that everybody may read, by id, after the given one."""

        def work() -> Asking[list[str]]:
            rows = yield (
                "SELECT room FROM library_public WHERE room > $1 ORDER BY room LIMIT $2",
                (after or "", limit),
            )
            return [row[0] for row in rows]

        return await self._tables.read(work)

    async def count(self, room: str, item: str, what: Counted, *, at: int) -> None:
        """It was read, or opened, once more."""

        def work() -> Asking[None]:
            views, opens = (1, 0) if what == "views" else (0, 1)
            yield _COUNT, (room, item, views, opens, at)

        await self._tables.write(work)

    async def counts(self, room: str) -> dict[str, ItemCounts]:
        """By item; who is not in it was never read."""

        def work() -> Asking[dict[str, ItemCounts]]:
            rows = yield (
                "SELECT item, views, opens, last_at FROM library_count WHERE room = $1",
                (room,),
            )
            return {item: ItemCounts(views, opens, at) for item, views, opens, at in rows}

        return await self._tables.read(work)

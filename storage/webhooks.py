"""Addresses that are told what happens in a room: how far each was told, who tells it now, and how
the latest attempts went.

Deals in versions, times and sealed bytes; knows no entry and no HTTP. Every method is one
transaction. Who delivers holds the row until a time that it gives, so that one process at a time
does; the row moves only for its holder. SPEC: WH20 to WH24.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from storage.tables import Asking, Rows, Tables

ATTEMPTS_KEPT: Final = 50
"""Attempts of each address that are remembered."""

_COLUMNS: Final = (
    "id, room, url, sealed_secret, created_by, created_at, version, told, attempts,"
    " failing_since, next_at, off_at, off_why"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One address. Times are ms of log time."""

    id: str
    room: str
    url: str = field(repr=False)
    """It may hold a secret of whoever receives."""
    sealed_secret: bytes = field(repr=False)
    created_by: str
    created_at: int
    version: int
    """The last entry of which everything was delivered."""
    told: int = 0
    """How many deliveries of the next entry were made."""
    attempts: int = 0
    """In vain, one after the other."""
    failing_since: int | None = None
    next_at: int = 0
    """Not tried before."""
    off_at: int | None = None
    """Since when it is told nothing any more; None: it is."""
    off_why: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery that was tried. `status` is that of the answer; None: none came, and `problem`
    is a word for why."""

    message: str
    """The id that the receiver saw."""
    type: str
    at: int
    took_ms: int
    status: int | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a webhook stands after an attempt."""

    version: int
    told: int
    attempts: int = 0
    failing_since: int | None = None
    next_at: int = 0
    off_why: str = ""
    """Not empty: it is off from now on."""


class Webhooks:
    """All of them. Invariant: `version` and `told` never go back."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, hook: Webhook, *, most: int) -> bool:
        """False: the room has `most` already."""

        def work() -> Asking[bool]:
            ((count,),) = yield "SELECT count(*) FROM webhook WHERE room = $1", (hook.room,)
            if count >= most:
                return False
            yield (
                "INSERT INTO webhook (id, room, url, sealed_secret, created_by, created_at,"
                " version) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                (
                    hook.id,
                    hook.room,
                    hook.url,
                    hook.sealed_secret,
                    hook.created_by,
                    hook.created_at,
                    hook.version,
                ),
            )
            return True

        return await self._tables.write(work)

    async def remove(self, room: str, id_: str) -> bool:
        """With its attempts. False: the room has no such one."""

        def work() -> Asking[bool]:
            rows = yield "DELETE FROM webhook WHERE id = $1 AND room = $2 RETURNING id", (id_, room)
            if rows:
                yield "DELETE FROM webhook_attempt WHERE hook = $1", (id_,)
            return bool(rows)

        return await self._tables.write(work)

    async def of_room(self, room: str) -> list[Webhook]:
        """The oldest first."""

        def work() -> Asking[list[Webhook]]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM webhook WHERE room = $1 ORDER BY created_at, id",
                (room,),
            )
            return [_webhook(row) for row in rows]

        return await self._tables.read(work)

    async def attempts(self, id_: str, *, limit: int) -> list[Attempt]:
        """The latest first."""

        def work() -> Asking[list[Attempt]]:
            rows = yield (
                "SELECT message, type, at, took_ms, status, problem FROM webhook_attempt"
                " WHERE hook = $1 ORDER BY number DESC LIMIT $2",
                (id_, limit),
            )
            return [Attempt(*row) for row in rows]

        return await self._tables.read(work)

    async def due(self, at: int) -> list[tuple[str, str, int]]:
        """Id, room and version of all that are on, may be tried and are held by nobody."""

        def work() -> Asking[Rows]:
            return (
                yield (
                    "SELECT id, room, version FROM webhook"
                    " WHERE off_at IS NULL AND next_at <= $1 AND held_until <= $1 ORDER BY id",
                    (at,),
                )
            )

        return [(row[0], row[1], row[2]) for row in await self._tables.read(work)]

    async def claim(self, id_: str, holder: str, *, at: int, until: int) -> Webhook | None:
        """Takes it until a time, as it stands. None: somebody else has it, or it is off, gone or
        not to be tried yet."""

        def work() -> Asking[Rows]:
            return (
                yield (
                    "UPDATE webhook SET holder = $2, held_until = $4 WHERE id = $1"
                    " AND off_at IS NULL AND next_at <= $3 AND (held_until <= $3 OR holder = $2)"
                    f" RETURNING {_COLUMNS}",
                    (id_, holder, at, until),
                )
            )

        rows = await self._tables.write(work)
        return _webhook(rows[0]) if rows else None

    async def moved(
        self,
        id_: str,
        holder: str,
        progress: Progress,
        attempt: Attempt | None,
        *,
        at: int,
        until: int,
    ) -> bool:
        """Writes where it stands now and what was tried, and holds it until a time. False: nothing
        was written, somebody else has taken it over, it went further, is off or gone."""

        def work() -> Asking[bool]:
            rows = yield (
                "UPDATE webhook SET version = $3, told = $4, attempts = $5, failing_since = $6,"
                " next_at = $7, off_at = $8, off_why = $9, held_until = $10"
                " WHERE id = $1 AND holder = $2 AND off_at IS NULL"
                " AND (version < $3 OR (version = $3 AND told <= $4)) RETURNING id",
                (
                    id_,
                    holder,
                    progress.version,
                    progress.told,
                    progress.attempts,
                    progress.failing_since,
                    progress.next_at,
                    at if progress.off_why else None,
                    progress.off_why,
                    until,
                ),
            )
            if rows and attempt is not None:
                yield from _noted(id_, attempt)
            return bool(rows)

        return await self._tables.write(work)

    async def note(self, id_: str, attempt: Attempt) -> None:
        """An attempt that moves nothing: somebody tried it out."""

        def work() -> Asking[None]:
            rows = yield "SELECT id FROM webhook WHERE id = $1", (id_,)
            if rows:
                yield from _noted(id_, attempt)

        await self._tables.write(work)

    async def release(self, id_: str, holder: str) -> None:
        """Whoever comes next may have it at once."""

        def work() -> Asking[None]:
            yield (
                "UPDATE webhook SET held_until = 0 WHERE id = $1 AND holder = $2",
                (id_, holder),
            )

        await self._tables.write(work)

    async def turn_on(self, room: str, id_: str) -> bool:
        """It is told again, from where it was; what waits is tried at once. False: the room has no
        such one."""

        def work() -> Asking[bool]:
            rows = yield (
                "UPDATE webhook SET off_at = NULL, off_why = '', attempts = 0,"
                " failing_since = NULL, next_at = 0 WHERE id = $1 AND room = $2 RETURNING id",
                (id_, room),
            )
            return bool(rows)

        return await self._tables.write(work)


def _noted(id_: str, one: Attempt) -> Asking[None]:
    ((latest,),) = yield (
        "SELECT coalesce(max(number), 0) FROM webhook_attempt WHERE hook = $1",
        (id_,),
    )
    yield (
        "INSERT INTO webhook_attempt (hook, number, message, type, at, took_ms, status, problem)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        (id_, latest + 1, one.message, one.type, one.at, one.took_ms, one.status, one.problem),
    )
    yield (
        "DELETE FROM webhook_attempt WHERE hook = $1 AND number <= $2",
        (id_, latest + 1 - ATTEMPTS_KEPT),
    )


def _webhook(row: Sequence[Any]) -> Webhook:
    return Webhook(
        id=row[0],
        room=row[1],
        url=row[2],
        sealed_secret=bytes(row[3]),
        created_by=row[4],
        created_at=row[5],
        version=row[6],
        told=row[7],
        attempts=row[8],
        failing_since=row[9],
        next_at=row[10],
        off_at=row[11],
        off_why=row[12],
    )

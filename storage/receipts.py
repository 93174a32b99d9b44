"""Receipts of signed requests: the first answer to each id, for whoever sends it again.

Knows ids, digests and answers; must not know signatures. Every method is one transaction. SPEC:
AK20, AK21 (A11).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.tables import Asking, Tables


@dataclass(frozen=True, slots=True)
class New:
    """Never seen: it is being worked on now."""


@dataclass(frozen=True, slots=True)
class Again:
    """Seen before. `answer` None: whoever worked on it never said how it ended, and `status` is
    what it noted at the beginning."""

    status: int
    answer: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class OtherBody:
    """The same id came with another body."""


class Receipts:
    """What was answered to whom."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def begin(
        self, key: str, id_: str, digest: bytes, *, at: int, made: int
    ) -> New | Again | OtherBody:
        """Remembers that it came, and a number that belongs to it; or says what it was
        answered."""

        def work() -> Asking[New | Again | OtherBody]:
            fresh = yield (
                "INSERT INTO receipt (key, id, digest, status, answer, at)"
                " VALUES ($1, $2, $3, $5, NULL, $4) ON CONFLICT (key, id) DO NOTHING"
                " RETURNING id",
                (key, id_, digest, at, made),
            )
            if fresh:
                return New()
            rows = yield (
                "SELECT digest, status, answer FROM receipt WHERE key = $1 AND id = $2",
                (key, id_),
            )
            before, status, answer = rows[0]
            return Again(status, answer) if before == digest else OtherBody()

        return await self._tables.write(work)

    async def finish(self, key: str, id_: str, status: int, answer: bytes) -> None:
        """How it ended. The first end stays."""

        def work() -> Asking[None]:
            yield (
                "UPDATE receipt SET status = $3, answer = $4"
                " WHERE key = $1 AND id = $2 AND answer IS NULL",
                (key, id_, status, answer),
            )

        await self._tables.write(work)

    async def cleanup(self, before: int) -> int:
        """Forgets those of before this time. Returns how many."""

        def work() -> Asking[int]:
            rows = yield "DELETE FROM receipt WHERE at < $1 RETURNING id", (before,)
            return len(rows)

        return await self._tables.write(work)

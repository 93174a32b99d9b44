"""Receipts of signed requests: the first answer to each id, for whoever sends it again.

Knows ids, digests and answers; must not know signatures. Every method is one transaction. SPEC:
AK20 to AK23 (A11).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from storage.tables import Asking, Tables


@dataclass(frozen=True, slots=True)
class New:
    """Never seen: it is being worked on now."""

    number: int
    """Which of the key's requests it is, from 1 on."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Seen before, and whoever worked on it has not said how it ended."""

    number: int
    made: int
    """What was noted when it came first."""


@dataclass(frozen=True, slots=True)
class Again:
    """Answered before."""

    status: int
    answer: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OtherBody:
    """The same id came with another body."""


Seen = New | Unfinished | Again | OtherBody


@dataclass(slots=True)
class _Turn:
    """Whose turn it is among the requests of one key."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: int = 0


class Receipts:
    """What was answered to whom. Invariant: no two requests of a key have the same number, however
    long ago one of them was forgotten.

    Requests of one key take turns within a process: they share the row of their count, so that
    serialisable transactions at once would only collide, and of 32 some never came through."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._turns: dict[str, _Turn] = {}
        """Of keys that somebody is at work for, or waits."""

    @property
    def waiting(self) -> int:
        """Keys with requests under way."""
        return len(self._turns)

    @asynccontextmanager
    async def _turn(self, key: str) -> AsyncGenerator[None]:
        turn = self._turns.setdefault(key, _Turn())
        turn.wanted += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.wanted -= 1
            if turn.wanted == 0:
                del self._turns[key]

    async def begin(self, key: str, id_: str, digest: bytes, *, at: int, made: int) -> Seen:
        """Remembers that it came, numbers it and notes `made`; or says what it was answered."""

        def work() -> Asking[Seen]:
            rows = yield (
                "SELECT digest, number, made, status, answer FROM receipt"
                " WHERE key = $1 AND id = $2",
                (key, id_),
            )
            if rows:
                before, number, noted, status, answer = rows[0]
                if before != digest:
                    return OtherBody()
                return Unfinished(number, noted) if answer is None else Again(status, answer)
            ((number,),) = yield (
                "INSERT INTO receipt_count (key, number) VALUES ($1, 1) ON CONFLICT (key)"
                " DO UPDATE SET number = receipt_count.number + 1 RETURNING number",
                (key,),
            )
            yield (
                "INSERT INTO receipt (key, id, digest, made, number, at)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                (key, id_, digest, made, number, at),
            )
            return New(number)

        async with self._turn(key):
            return await self._tables.write(work)

    async def finish(self, key: str, id_: str, status: int, answer: bytes) -> None:
        """How it ended. The first end stays."""

        def work() -> Asking[None]:
            yield (
                "UPDATE receipt SET status = $3, answer = $4"
                " WHERE key = $1 AND id = $2 AND answer IS NULL",
                (key, id_, status, answer),
            )

        async with self._turn(key):
            await self._tables.write(work)

    async def cleanup(self, before: int) -> int:
        """Forgets those of before this time. Returns how many."""

        def work() -> Asking[int]:
            rows = yield "DELETE FROM receipt WHERE at < $1 RETURNING id", (before,)
            return len(rows)

        return await self._tables.write(work)

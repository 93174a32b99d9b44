"""What is sealed in the tables: counted by the secret that opens it, and sealed anew by the newest,
so that an old secret can be retired.

Knows where sealed values lie; must not know what they are for. A value that changes meanwhile is
left to whoever changed it. SPEC: SE14, SE15.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.accounts.sealed import CannotOpen, Purpose, Seals
from server.logs import get_logger
from server.secret_rotation import SealedUse
from server.secrets import KeyRing, LiveRing
from storage.errors import StorageError
from storage.tables import Asking, Rows, Tables

RETRY_S = 30.0
PAGE = 100
"""Rows sealed anew in one transaction: a few milliseconds of the writer."""


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of seals. `account` names the column whose value they are bound to."""

    table: str
    column: str
    account: str
    purpose: Purpose


RENEWED: tuple[SealedColumn, ...] = (
    SealedColumn("account", "totp_secret", "id", "totp"),
    SealedColumn("account", "totp_pending", "id", "totp"),
    SealedColumn("api_key", "sealed_secret", "id", "key-signing"),
    SealedColumn("api_key", "sealed_previous", "id", "key-signing"),
    SealedColumn("webhook", "sealed_secret", "id", "webhook"),
)
"""Kept for good, so sealed anew after a rotation. Every table has a text `id`."""
SHORT_LIVED: tuple[tuple[str, str], ...] = (("link", "payload"),)
"""Gone within days by themselves: counted only."""
FORGOTTEN: tuple[tuple[str, str], ...] = (("session", "sealed_successor"),)
"""Good for 10 s (RF4): nobody asks for them when a secret is retired."""


class SealedValues:
    """Answers as server/secret_rotation.py's `SealedUse`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def count(self) -> Mapping[str, int]:
        """Sealed values by the id of the secret that opens them. Raises StorageError."""
        return await self._tables.read(_counted)

    async def renew(self, ring: KeyRing) -> int:
        """Seals with the newest secret what older ones sealed; how many were. What no secret of the
        ring opens is left as it is. Raises StorageError."""
        seals, newest = Seals(ring), bytes.fromhex(ring.ids()[0])
        renewed = 0
        for place in RENEWED:
            after = ""
            while rows := await self._page(place, newest, after):
                after = str(rows[-1][0])
                changes = list(_changes(seals, place, rows))
                renewed += await self._tables.write(lambda p=place, c=changes: _changed(p, c))
        return renewed

    async def _page(self, place: SealedColumn, newest: bytes, after: str) -> Rows:
        def work() -> Asking[Rows]:
            return (
                yield (
                    f"SELECT id, {place.account}, {place.column} FROM {place.table}"  # noqa: S608 - names of our own table
                    f" WHERE {place.column} IS NOT NULL AND substr({place.column}, 2, 4) <> $1"
                    f" AND id > $2 ORDER BY id LIMIT {PAGE}",
                    (newest, after),
                )
            )

        return await self._tables.read(work)


class Renewal:
    """Seals everything anew when the node starts and whenever another secret signs."""

    def __init__(self, values: SealedUse, live: LiveRing, *, retry_s: float = RETRY_S) -> None:
        self._values = values
        self._live = live
        self._retry_s = retry_s
        self._changed = asyncio.Event()
        self._log = get_logger("secrets")
        live.follow(lambda _: self._changed.set())

    async def run(self) -> None:
        """Works until it is cancelled. A database that is away is asked again."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if not await self._once():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._retry_s):
                        await self._changed.wait()
                self._changed.set()

    async def _once(self) -> bool:
        try:
            renewed = await self._values.renew(self._live.ring)
        except StorageError as error:
            self._log.warning("what is sealed could not be sealed anew", why=str(error))
            return False
        if renewed:
            self._log.info("sealed anew", values=renewed)
        return True


@dataclass(frozen=True, slots=True)
class _Change:
    row: str
    before: bytes
    after: bytes


def _changes(seals: Seals, place: SealedColumn, rows: Rows) -> Sequence[_Change]:
    found: list[_Change] = []
    for row, account, sealed in rows:
        before = bytes(sealed)
        try:
            after = seals.renew(before, account=account, purpose=place.purpose)
        except CannotOpen:
            continue
        found.append(_Change(row, before, after))
    return found


def _changed(place: SealedColumn, changes: Sequence[_Change]) -> Asking[int]:
    done = 0
    for change in changes:
        rows = yield (
            f"UPDATE {place.table} SET {place.column} = $1"  # noqa: S608 - names of our own table
            f" WHERE id = $2 AND {place.column} = $3 RETURNING id",
            (change.after, change.row, change.before),
        )
        done += len(rows)
    return done


def _counted() -> Asking[Mapping[str, int]]:
    counts: Counter[str] = Counter()
    places = [*((place.table, place.column) for place in RENEWED), *SHORT_LIVED]
    for table, column in places:
        rows = yield (
            f"SELECT substr({column}, 2, 4), count(*) FROM {table}"  # noqa: S608 - names of our own table
            f" WHERE {column} IS NOT NULL GROUP BY substr({column}, 2, 4)",
            (),
        )
        for key, number in rows:
            counts[bytes(key).hex()] += int(number)
    return counts

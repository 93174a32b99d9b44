"""Sessions: who is signed in, on which device, and the one refresh token of each that counts.

Deals in digests and sealed bytes; knows no token, no clock. Every method is one transaction. SPEC:
AS2, AS3, AS6, AS7, AS9, AS16.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Any, Final

from storage.access_changes import changed
from storage.links import void_address
from storage.tables import Asking, Tables

GRACE_MS: Final = 10_000
"""How long a rotated refresh token still gets the same successor (A7)."""
PAGE_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Session:
    """One device that is signed in, as a refresh family. Digests are SHA-256, times ms."""

    id: str
    """Public: what lists show, and what ends it."""
    account: str
    family: str = field(repr=False)
    """Stands in the refresh token."""
    current: bytes = field(repr=False)
    created_at: int
    used_at: int
    expires_at: int
    device: str = ""
    address: str = ""
    fingerprint: str = ""
    """A hint at whether the device is a known one; it proves nothing."""
    previous: bytes | None = field(default=None, repr=False)
    rotated_at: int | None = None
    sealed_successor: bytes | None = field(default=None, repr=False)
    ended_at: int | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Rotated:
    """The successor is the current token now."""


@dataclass(frozen=True, slots=True)
class Grace:
    """Rotated a moment ago: the same successor again, sealed."""

    sealed_successor: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reused:
    """An old token: the session was ended in the same step."""


@dataclass(frozen=True, slots=True)
class UnknownFamily:
    """No such family, or its session has ended or expired."""


Rotation = Rotated | Grace | Reused | UnknownFamily

_COLUMNS: Final = (
    'id, account, family, "current", created_at, used_at, expires_at, device, address,'
    " fingerprint, previous, rotated_at, sealed_successor, ended_at, end_reason"
)


class Sessions:
    """All sessions of the site."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(
        self, session: Session, *, limit: int, proved_at: int | None = None
    ) -> list[str] | None:
        """Opens it; of the account's others the longest unused end, so that `limit` are open.

        Returns the ids of those that ended. None, and nothing written: there is no such account, it
        is closed, or, where `proved_at` is given, its password is not the one of that time any more
        (`password_changed_at`, -1 for none): whoever proved the old one stays out."""

        def work() -> Asking[list[str] | None]:
            rows = yield (
                "SELECT COALESCE(password_changed_at, -1) FROM account"
                " WHERE id = $1 AND closed_at IS NULL",
                (session.account,),
            )
            if not rows or proved_at not in {None, rows[0][0]}:
                return None
            yield (
                f"INSERT INTO session ({_COLUMNS}) VALUES"
                " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, NULL, NULL, NULL, NULL)",
                (
                    session.id,
                    session.account,
                    session.family,
                    session.current,
                    session.created_at,
                    session.used_at,
                    session.expires_at,
                    session.device,
                    session.address,
                    session.fingerprint,
                ),
            )
            rows = yield (
                "SELECT id FROM session WHERE account = $1 AND ended_at IS NULL AND id <> $2"
                " ORDER BY used_at DESC, id LIMIT $3 OFFSET $4",
                (session.account, session.id, PAGE_MAX, limit - 1),
            )
            ended = [row[0] for row in rows]
            for one in ended:
                yield from _end(one, "limit", session.created_at)
            return ended

        return await self._tables.write(work)

    async def session(self, id_: str) -> Session | None:
        """By its public id, ended ones too."""
        return await self._one("id", id_)

    async def by_family(self, family: str) -> Session | None:
        """By what stands in the refresh token."""
        return await self._one("family", family)

    async def _one(self, column: str, value: str) -> Session | None:
        def work() -> Asking[Session | None]:
            rows = yield f"SELECT {_COLUMNS} FROM session WHERE {column} = $1", (value,)
            return Session(*rows[0]) if rows else None

        return await self._tables.read(work)

    async def of_account(self, account: str, *, now: int = 0) -> list[Session]:
        """Those that have neither ended nor expired by `now`, by id."""

        def work() -> Asking[list[Session]]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM session"
                " WHERE account = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY id",
                (account, now),
            )
            return [Session(*row) for row in rows]

        return await self._tables.read(work)

    async def rotate(
        self,
        family: str,
        presented: bytes,
        *,
        successor: bytes,
        sealed: bytes,
        at: int,
        expires_at: int,
    ) -> Rotation:
        """One compare-and-swap: of parallel uses of the current token one puts its successor in,
        and the others get the same. Any other token of the family ends the session here."""

        def work() -> Asking[Rotation]:
            rows = yield f"SELECT {_COLUMNS} FROM session WHERE family = $1", (family,)
            found = Session(*rows[0]) if rows else None
            if found is None or found.ended_at is not None or found.expires_at <= at:
                return UnknownFamily()
            if hmac.compare_digest(found.current, presented):
                yield (
                    'UPDATE session SET previous = "current", "current" = $2, rotated_at = $3,'
                    " sealed_successor = $4, used_at = $3, expires_at = $5 WHERE family = $1",
                    (family, successor, at, sealed, expires_at),
                )
                return Rotated()
            if (
                found.previous is not None
                and found.sealed_successor is not None
                and hmac.compare_digest(found.previous, presented)
                and 0 <= at - (found.rotated_at or 0) <= GRACE_MS
            ):
                return Grace(found.sealed_successor)
            yield from _end(found.id, "reuse", at)
            return Reused()

        return await self._tables.write(work)

    async def end(self, id_: str, *, account: str | None = None, reason: str, at: int) -> bool:
        """Ends it; where `account` is given, only one of its own. False: there is none, or it had
        ended."""

        def work() -> Asking[bool]:
            rows = yield (
                "SELECT id FROM session WHERE id = $1 AND ended_at IS NULL"
                " AND (CAST($2 AS text) IS NULL OR account = $2)",
                (id_, account),
            )
            if rows:
                yield from _end(id_, reason, at)
            return bool(rows)

        return await self._tables.write(work)

    async def end_all(
        self, account: str, *, keep: str | None = None, reason: str, at: int
    ) -> list[str]:
        """Ends all of an account but `keep`; returns their ids. A change of address that waits for
        its link to be opened is void in the same step."""

        def work() -> Asking[list[str]]:
            yield from void_address(account)
            return (yield from end_sessions(account, keep=keep, reason=reason, at=at))

        return await self._tables.write(work)

    async def cleanup(self, *, ended_before: int, now: int) -> int:
        """Forgets sessions that ended before, or expired before. Returns how many."""

        def work() -> Asking[int]:
            rows = yield (
                "DELETE FROM session WHERE ended_at < $1 OR (expires_at < $1 AND expires_at < $2)"
                " RETURNING id",
                (ended_before, now),
            )
            return len(rows)

        return await self._tables.write(work)


def end_sessions(account: str, *, keep: str | None, reason: str, at: int) -> Asking[list[str]]:
    """Ends all sessions of an account but `keep`, inside a transaction of something else."""
    rows = yield (
        "SELECT id FROM session WHERE account = $1 AND ended_at IS NULL ORDER BY id",
        (account,),
    )
    ended: list[Any] = [row[0] for row in rows if row[0] != keep]
    for one in ended:
        yield from _end(one, reason, at)
    return ended


def _end(id_: str, reason: str, at: int) -> Asking[None]:
    yield (
        "UPDATE session SET ended_at = $2, end_reason = $3, sealed_successor = NULL WHERE id = $1",
        (id_, at, reason),
    )
    yield from changed("session", id_, reason, at)

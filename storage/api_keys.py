"""Keys of programs: digests of secrets, scopes, and until when.

Deals in digests and sealed bytes; knows no secret and no clock. Every method is one transaction.
SPEC: AK15 to AK19 (A12).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from storage.access_changes import changed
from storage.tables import Asking, Tables

_COLUMNS: Final = (
    "k.id, k.account, k.team, k.name, k.digest, k.previous_digest, k.previous_until,"
    " k.sealed_secret, k.sealed_previous, k.scopes, k.rooms, k.created_at, k.expires_at,"
    " k.used_at, k.revoked_at, k.revoke_reason"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key. Digests are SHA-256; signing secrets are sealed; times are ms of log time."""

    id: str
    account: str
    """Who made it, and as whom it acts."""
    team: str | None = None
    name: str
    digest: bytes = field(repr=False)
    previous_digest: bytes | None = field(default=None, repr=False)
    previous_until: int | None = None
    sealed_secret: bytes | None = field(default=None, repr=False)
    sealed_previous: bytes | None = field(default=None, repr=False)
    scopes: frozenset[str]
    rooms: frozenset[str] | None = None
    """The only ones it may touch; None: all of its account's."""
    created_at: int
    expires_at: int | None = None
    used_at: int | None = None
    revoked_at: int | None = None
    revoke_reason: str | None = None


_USED_AT_ONCE: Final = 1_000
"""Keys in one statement: databases count the values in one."""


class ApiKeys:
    """All keys of the site, revoked ones too."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, key: ApiKey, *, most: int) -> bool:
        """False: the account is closed, is not in the key's team, or has `most` keys that
        hold."""

        def work() -> Asking[bool]:
            rows = yield (
                "SELECT (SELECT count(*) FROM api_key WHERE account = $1 AND revoked_at IS NULL"
                " AND (expires_at IS NULL OR expires_at > $2))"
                " FROM account WHERE id = $1 AND closed_at IS NULL",
                (key.account, key.created_at),
            )
            if not rows or rows[0][0] >= most:
                return False
            if key.team is not None:
                rows = yield (
                    "SELECT role FROM team_member WHERE team = $1 AND account = $2"
                    " AND role <> 'removed'",
                    (key.team, key.account),
                )
                if not rows:
                    return False
            yield (
                "INSERT INTO api_key (id, account, team, name, digest, sealed_secret, scopes,"
                " rooms, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                (
                    key.id,
                    key.account,
                    key.team,
                    key.name,
                    key.digest,
                    key.sealed_secret,
                    " ".join(sorted(key.scopes)),
                    None if key.rooms is None else json.dumps(sorted(key.rooms)),
                    key.created_at,
                    key.expires_at,
                ),
            )
            yield from changed("key", key.id, "created", key.created_at)
            return True

        return await self._tables.write(work)

    async def rotate(
        self,
        id_: str,
        *,
        digest: bytes,
        sealed_secret: bytes | None,
        previous_until: int,
        at: int,
    ) -> ApiKey | None:
        """Another secret; the present one is good until `previous_until`. None: no such key, or
        it was revoked."""

        def work() -> Asking[ApiKey | None]:
            rows = yield (
                "UPDATE api_key SET previous_digest = digest, digest = $2,"
                " sealed_previous = sealed_secret, sealed_secret = $3, previous_until = $4"
                " WHERE id = $1 AND revoked_at IS NULL"
                " AND (expires_at IS NULL OR expires_at > $5) RETURNING id",
                (id_, digest, sealed_secret, previous_until, at),
            )
            if not rows:
                return None
            yield from changed("key", id_, "rotated", at)
            rows = yield f"SELECT {_COLUMNS} FROM api_key k WHERE k.id = $1", (id_,)
            return _key(rows[0])

        return await self._tables.write(work)

    async def revoke(self, id_: str, *, at: int, reason: str) -> bool:
        """False: no such key, or revoked before."""

        def work() -> Asking[bool]:
            rows = yield (
                "UPDATE api_key SET revoked_at = $2, revoke_reason = $3"
                " WHERE id = $1 AND revoked_at IS NULL RETURNING id",
                (id_, at, reason),
            )
            if rows:
                yield from changed("key", id_, "revoked", at)
            return bool(rows)

        return await self._tables.write(work)

    async def key(self, id_: str) -> ApiKey | None:
        """By its public id."""
        found = await self._where("k.id = $1", id_)
        return found[0] if found else None

    async def of_account(self, account: str) -> list[ApiKey]:
        """Those that it made, by id."""
        return await self._where("k.account = $1", account)

    async def of_team(self, team: str) -> list[ApiKey]:
        """Those of a team, by id."""
        return await self._where("k.team = $1", team)

    async def _where(self, condition: str, value: str) -> list[ApiKey]:
        def work() -> Asking[list[ApiKey]]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM api_key k WHERE {condition} ORDER BY k.id",
                (value,),
            )
            return [_key(row) for row in rows]

        return await self._tables.read(work)

    async def page(
        self, *, limit: int, after: str | None = None, account: str | None = None
    ) -> list[ApiKey]:
        """All keys, or all of an account, by id, after the given one."""

        def work() -> Asking[list[ApiKey]]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM api_key k WHERE k.id > $1"
                " AND (CAST($2 AS text) IS NULL OR k.account = $2) ORDER BY k.id LIMIT $3",
                (after or "", account, limit),
            )
            return [_key(row) for row in rows]

        return await self._tables.read(work)

    async def live(self, at: int, id_: str | None = None) -> list[tuple[ApiKey, str]]:
        """Keys that hold, or the one, each with its account's name."""

        def work() -> Asking[list[tuple[ApiKey, str]]]:
            rows = yield (
                f"SELECT {_COLUMNS}, a.name FROM api_key k JOIN account a ON a.id = k.account"
                " WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $1)"
                " AND (CAST($2 AS text) IS NULL OR k.id = $2)",
                (at, id_),
            )
            return [(_key(row[:-1]), row[-1]) for row in rows]

        return await self._tables.read(work)

    async def used(self, at: Mapping[str, int]) -> None:
        """When each was last used, in one statement for every thousand; an earlier time changes
        nothing."""
        pairs = sorted(at.items())
        chunks = [pairs[n : n + _USED_AT_ONCE] for n in range(0, len(pairs), _USED_AT_ONCE)]

        def work() -> Asking[None]:
            for chunk in chunks:
                rows = ", ".join(
                    f"(${2 * n + 1}, CAST(${2 * n + 2} AS bigint))" for n in range(len(chunk))
                )
                yield (
                    # Both databases call the columns of VALUES column1 and column2.
                    f"UPDATE api_key SET used_at = v.column2 FROM (VALUES {rows}) AS v"
                    " WHERE api_key.id = v.column1"
                    " AND (api_key.used_at IS NULL OR api_key.used_at < v.column2)",
                    [value for pair in chunk for value in pair],
                )

        if chunks:
            await self._tables.write(work)


def revoke_of(team: str, account: str | None, reason: str, at: int) -> Asking[None]:
    """Revokes a team's keys, or those that one account made for it, inside a transaction."""
    rows = yield (
        "UPDATE api_key SET revoked_at = $3, revoke_reason = $4 WHERE team = $1"
        " AND (CAST($2 AS text) IS NULL OR account = $2) AND revoked_at IS NULL RETURNING id",
        (team, account, at, reason),
    )
    for (key,) in rows:
        yield from changed("key", key, "revoked", at)


def _key(row: tuple[Any, ...]) -> ApiKey:
    return ApiKey(
        id=row[0],
        account=row[1],
        team=row[2],
        name=row[3],
        digest=row[4],
        previous_digest=row[5],
        previous_until=row[6],
        sealed_secret=row[7],
        sealed_previous=row[8],
        scopes=frozenset(row[9].split()),
        rooms=None if row[10] is None else frozenset(json.loads(row[10])),
        created_at=row[11],
        expires_at=row[12],
        used_at=row[13],
        revoked_at=row[14],
        revoke_reason=row[15],
    )

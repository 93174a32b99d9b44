"""Passkeys: public keys of people's devices, each with the counter that tells a copied one.

Knows rows; must not know WebAuthn. Every method is one transaction. SPEC: PK6, PK7.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from storage.tables import Asking, Tables

_COLUMNS: Final = "id, account, public_key, sign_count, name, transports, created_at, used_at"


@dataclass(frozen=True, slots=True)
class Passkey:
    """One credential; `id` is base64url."""

    id: str
    account: str
    public_key: bytes = field(repr=False)
    sign_count: int
    name: str
    transports: str
    """Comma-separated hints for the browser."""
    created_at: int
    used_at: int | None = None


class Passkeys:
    """All passkeys of the site."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, passkey: Passkey, *, most: int) -> bool:
        """False: the credential is known already, the account is closed, or has `most`."""

        def work() -> Asking[bool]:
            rows = yield (
                "SELECT (SELECT count(*) FROM passkey WHERE account = $1) FROM account"
                " WHERE id = $1 AND closed_at IS NULL",
                (passkey.account,),
            )
            if not rows or rows[0][0] >= most:
                return False
            rows = yield (
                f"INSERT INTO passkey ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)"
                " ON CONFLICT (id) DO NOTHING RETURNING id",
                (
                    passkey.id,
                    passkey.account,
                    passkey.public_key,
                    passkey.sign_count,
                    passkey.name,
                    passkey.transports,
                    passkey.created_at,
                ),
            )
            return bool(rows)

        return await self._tables.write(work)

    async def of_account(self, account: str) -> list[Passkey]:
        """By id."""

        def work() -> Asking[list[Passkey]]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM passkey WHERE account = $1 ORDER BY id",
                (account,),
            )
            return [Passkey(*row) for row in rows]

        return await self._tables.read(work)

    async def passkey(self, id_: str) -> Passkey | None:
        """By the credential's id."""

        def work() -> Asking[Passkey | None]:
            rows = yield f"SELECT {_COLUMNS} FROM passkey WHERE id = $1", (id_,)
            return Passkey(*rows[0]) if rows else None

        return await self._tables.read(work)

    async def used(self, id_: str, *, before: int, count: int, at: int) -> bool:
        """The counter goes on from `before`. False: it does not, because the credential was copied,
        or somebody else used it meanwhile. A device that does not count says 0 every time."""
        if count <= before and (before or count):
            return False

        def work() -> Asking[bool]:
            rows = yield (
                "UPDATE passkey SET sign_count = $3, used_at = $4"
                " WHERE id = $1 AND sign_count = $2 RETURNING id",
                (id_, before, count, at),
            )
            return bool(rows)

        return await self._tables.write(work)

    async def remove(self, account: str, id_: str) -> bool:
        """False: the account has no such passkey."""

        def work() -> Asking[bool]:
            rows = yield (
                "DELETE FROM passkey WHERE id = $1 AND account = $2 RETURNING id",
                (id_, account),
            )
            return bool(rows)

        return await self._tables.write(work)

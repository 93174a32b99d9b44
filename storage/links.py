"""One-time links: known by the SHA-256 of their secret, for one purpose, until they expire. And
what was used up without having been remembered before.

Knows digests and sealed bytes; must not know what a link is for. Every method is one transaction.
SPEC: AS5, PK8, SU17.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from storage.tables import Asking, Tables

MAKER_MAY: Final = (
    ' AND (link."by" = \'\' OR EXISTS (SELECT 1 FROM account a WHERE a.id = link."by"'
    " AND a.closed_at IS NULL AND (a.site_role = 'admin' OR a.origin <> 'password')))"
)
"""An invitation to the site holds as long as its maker is an administrator. Of one of
another issuer only its tokens tell: while the account is open."""
_COLUMNS: Final = 'digest, purpose, subject, payload, created_at, expires_at, "by"'
Purpose = Literal["sign_up", "verify_email", "reset", "site_invitation", "ceremony"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was not used yet. `subject` is an account or an e-mail address."""

    digest: bytes = field(repr=False)
    purpose: Purpose
    subject: str
    payload: bytes | None = field(repr=False)
    created_at: int
    expires_at: int
    by: str | None = None
    """Of an invitation to the site: who made it; empty: whoever runs the server."""


def void_invitations(account: str) -> Asking[None]:
    """Voids the invitations to the site that an account made, inside the transaction by which it
    may not invite any more."""
    yield "DELETE FROM link WHERE purpose = 'site_invitation' AND \"by\" = $1", (account,)


def void(account: str) -> Asking[None]:
    """Voids the links that would change an account's password or address, inside the transaction
    that did: whoever asked for them before may be somebody else."""
    yield (
        "DELETE FROM link WHERE subject = $1 AND purpose IN ('reset', 'verify_email')",
        (account,),
    )


def void_address(account: str) -> Asking[None]:
    """Voids the links to another address of an account, inside the transaction that signs it out:
    one of its devices, that of a thief maybe, has asked for them."""
    yield "DELETE FROM link WHERE subject = $1 AND purpose = 'verify_email'", (account,)


class Links:
    """All links that are out."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, link: Link) -> None:
        """Remembers it until it is used or expires."""

        def work() -> Asking[None]:
            yield (
                f"INSERT INTO link ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                (
                    link.digest,
                    link.purpose,
                    link.subject,
                    link.payload,
                    link.created_at,
                    link.expires_at,
                    link.by,
                ),
            )

        await self._tables.write(work)

    async def use_up(
        self, digest: bytes, purpose: Purpose, subject: str, *, at: int, until: int
    ) -> bool:
        """Uses up what nobody has written down, because it says itself what it is good for: True
        exactly once, on all nodes together. It has to be refused by whoever asks from `until` on,
        because it is forgotten then."""

        def work() -> Asking[bool]:
            rows = yield (
                "INSERT INTO link (digest, purpose, subject, payload, created_at, expires_at)"
                " VALUES ($1, $2, $3, NULL, $4, $5) ON CONFLICT (digest) DO NOTHING"
                " RETURNING digest",
                (digest, purpose, subject, at, until),
            )
            return bool(rows)

        return await self._tables.write(work)

    async def use(self, digest: bytes, purpose: Purpose, *, at: int) -> Link | None:
        """The link, exactly once, for its own purpose and before it expires."""

        def work() -> Asking[Link | None]:
            rows = yield (
                "DELETE FROM link WHERE digest = $1 AND purpose = $2 AND expires_at > $3"
                f" RETURNING {_COLUMNS}",
                (digest, purpose, at),
            )
            return Link(*rows[0]) if rows else None

        return await self._tables.write(work)

    async def peek(self, digest: bytes, purpose: Purpose, *, at: int) -> Link | None:
        """The same without using it."""

        def work() -> Asking[Link | None]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM link"
                " WHERE digest = $1 AND purpose = $2 AND expires_at > $3",
                (digest, purpose, at),
            )
            return Link(*rows[0]) if rows else None

        return await self._tables.read(work)

    async def invitations(self, at: int) -> list[Link]:
        """The invitations to the site that hold at a time, the oldest first."""

        def work() -> Asking[list[Link]]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM link WHERE purpose = 'site_invitation'"
                f" AND expires_at > $1{MAKER_MAY} ORDER BY created_at, digest",
                (at,),
            )
            return [Link(*row) for row in rows]

        return await self._tables.read(work)

    async def invitation(self, digest: bytes, at: int) -> Link | None:
        """The invitation to the site, if it holds at a time."""

        def work() -> Asking[Link | None]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM link WHERE digest = $1"
                f" AND purpose = 'site_invitation' AND expires_at > $2{MAKER_MAY}",
                (digest, at),
            )
            return Link(*rows[0]) if rows else None

        return await self._tables.read(work)

    async def revoke(self, digest: bytes, purpose: Purpose) -> bool:
        """Voids one. False: there is none."""

        def work() -> Asking[bool]:
            rows = yield (
                "DELETE FROM link WHERE digest = $1 AND purpose = $2 RETURNING digest",
                (digest, purpose),
            )
            return bool(rows)

        return await self._tables.write(work)

    async def revoke_for(self, subject: str, purpose: Purpose) -> int:
        """Voids all of a subject. Returns how many."""

        def work() -> Asking[int]:
            rows = yield (
                "DELETE FROM link WHERE subject = $1 AND purpose = $2 RETURNING digest",
                (subject, purpose),
            )
            return len(rows)

        return await self._tables.write(work)

    async def cleanup(self, now: int) -> int:
        """Forgets those that have expired. Returns how many."""

        def work() -> Asking[int]:
            rows = yield "DELETE FROM link WHERE expires_at <= $1 RETURNING digest", (now,)
            return len(rows)

        return await self._tables.write(work)

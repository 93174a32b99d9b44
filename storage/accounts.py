"""Accounts: who can sign in, and what proves it.

Deals in ids, hashes and sealed bytes; knows no password, no token, no clock and no HTTP. Times are
ms of log time and are given by the caller. Every method is one transaction. SPEC: AS1, AS4 to AS7,
AS9, AS14, AS15.

An unknown outcome raises OutcomeUnknown. To repeat is safe: creations bring their own ids, endings
are idempotent, and what is good once (steps, recovery codes) may be lost to a repetition and is
never good twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from storage.access_changes import FOR_GOOD, changed
from storage.audit import blank
from storage.links import MAKER_MAY, void, void_invitations
from storage.sessions import end_sessions
from storage.tables import Asking, Tables, Work
from storage.team_rows import heirs_of

_COLUMNS: Final = (
    "id, name, created_at, email, password_hash, password_changed_at, site_role, origin,"
    " closed_at, close_reason, totp_secret, totp_since, totp_step, totp_pending"
)


@dataclass(frozen=True, slots=True)
class Account:
    """One person. `email` is verified, in the caller's one spelling, and nobody else's."""

    id: str
    name: str
    created_at: int
    email: str | None = None
    password_hash: str | None = field(default=None, repr=False)
    password_changed_at: int | None = None
    site_role: str | None = None
    """`staff` or `admin`."""
    origin: str = "password"
    """Or the issuer whose tokens speak for the account."""
    closed_at: int | None = None
    close_reason: str | None = None
    totp_secret: bytes | None = field(default=None, repr=False)
    """Sealed; there is one: the second factor is on."""
    totp_since: int | None = None
    totp_step: int = -1
    """The last accepted step of the second factor; -1 before the first."""
    totp_pending: bytes | None = field(default=None, repr=False)
    """Sealed; offered, and not confirmed by a code yet."""


@dataclass(frozen=True, slots=True)
class Closed:
    """An account is closed, and these own the teams that it owned alone."""

    heirs: tuple[tuple[str, str], ...]
    """Team and new owner."""


class _NotLet(Exception):
    """A link is not there any more, whoever invited may not invite any more, or the account's id or
    address is taken."""


class Accounts:
    """All accounts of the site."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    # --- there ----------------------------------------------------------------------------------

    async def create(self, account: Account) -> bool:
        """False, and nothing written: the id or the address is taken. A guest's tokens end: the
        account has sessions now."""

        def work() -> Asking[bool]:
            return (yield from _create(account))

        return await self._tables.write(work)

    async def create_by_link(
        self, account: Account, digest: bytes, invitation: bytes | None, *, at: int
    ) -> bool:
        """Makes the account of a `sign_up` link, and uses up the link, the invitation to the site
        and every other such link of the address, all in one step. False, and nothing written: one
        of the two is not there any more, whoever made the invitation may not invite any more, or
        the id or the address is taken."""

        def work() -> Asking[bool]:
            wanted = [(digest, "sign_up", "")]
            if invitation is not None:
                wanted.append((invitation, "site_invitation", MAKER_MAY))
            for one, purpose, condition in wanted:
                rows = yield (
                    "DELETE FROM link WHERE digest = $1 AND purpose = $2 AND expires_at > $3"
                    f"{condition} RETURNING digest",
                    (one, purpose, at),
                )
                if not rows:
                    raise _NotLet
            if not (yield from _create(account)):
                raise _NotLet
            yield "DELETE FROM link WHERE subject = $1 AND purpose = 'sign_up'", (account.email,)
            return True

        try:
            return await self._tables.write(work)
        except _NotLet:
            return False

    async def account(self, id_: str) -> Account | None:
        """By id, closed ones too."""
        return await self._one("id = $1", id_)

    async def by_email(self, email: str) -> Account | None:
        """By verified address, closed ones too until somebody else has verified it."""
        return await self._one("email = $1", email)

    async def _one(self, condition: str, value: str) -> Account | None:
        def work() -> Asking[Account | None]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM account WHERE {condition}",
                (value,),
            )
            return Account(*rows[0]) if rows else None

        return await self._tables.read(work)

    async def search(self, text: str, *, limit: int, after: str | None = None) -> list[Account]:
        """Those whose name or address holds the text, or whose id begins with it, in any case of
        letters, by id."""
        part = text.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

        def work() -> Asking[list[Account]]:
            rows = yield (
                f"SELECT {_COLUMNS} FROM account WHERE id > $1"
                " AND (folded LIKE $2 ESCAPE '\\' OR email LIKE $2 ESCAPE '\\'"
                " OR lower(id) LIKE $3 ESCAPE '\\') ORDER BY id LIMIT $4",
                (after or "", f"%{part}%", f"{part}%", limit),
            )
            return [Account(*row) for row in rows]

        return await self._tables.read(work)

    async def counts(self, now: int) -> dict[str, int]:
        """How many there are of each, for an overview."""

        def work() -> Asking[dict[str, int]]:
            rows = yield (
                "SELECT (SELECT count(*) FROM account WHERE closed_at IS NULL),"
                " (SELECT count(*) FROM account WHERE closed_at IS NOT NULL),"
                " (SELECT count(*) FROM team),"
                " (SELECT count(*) FROM session WHERE ended_at IS NULL AND expires_at > $1),"
                " (SELECT count(*) FROM api_key WHERE revoked_at IS NULL),"
                " (SELECT count(*) FROM block WHERE lifted_at IS NULL"
                "  AND (ends_at IS NULL OR ends_at > $1))",
                (now,),
            )
            names = ("accounts", "closed", "teams", "sessions", "keys", "blocks")
            return dict(zip(names, rows[0], strict=True))

        return await self._tables.read(work)

    # --- changed --------------------------------------------------------------------------------

    async def rename(self, account: str, name: str, *, at: int) -> bool:
        """Also in its teams. False: no such account, or closed."""

        def work() -> Asking[bool]:
            rows = yield (
                "UPDATE account SET name = $2, folded = $3"
                " WHERE id = $1 AND closed_at IS NULL RETURNING id",
                (account, name, name.casefold()),
            )
            if rows:
                yield (
                    "UPDATE team_member SET name = $2 WHERE account = $1 AND role <> 'removed'",
                    (account, name),
                )
                yield from changed("account", account, "renamed", at)
            return bool(rows)

        return await self._tables.write(work)

    async def set_email(self, account: str, email: str, *, proved_at: int | None = None) -> bool:
        """Voids the links that lead to another password or address. False: no such account,
        closed, the address is somebody else's by now who is there, or, where `proved_at` is given,
        the password is not the one of that time any more (as `Sessions.add` has it)."""

        def work() -> Asking[bool]:
            there = yield (
                "SELECT id FROM account WHERE id = $1 AND closed_at IS NULL",
                (account,),
            )
            if not there:
                return False
            yield from _set_free(email)
            taken = yield (
                "SELECT id FROM account WHERE email = $1 AND id <> $2",
                (email, account),
            )
            if taken:
                return False
            rows = yield (
                "UPDATE account SET email = $2 WHERE id = $1 AND closed_at IS NULL"
                " AND COALESCE(password_changed_at, -1)"
                " = COALESCE(CAST($3 AS bigint), password_changed_at, -1) RETURNING id",
                (account, email, proved_at),
            )
            if rows:
                yield from void(account)
            return bool(rows)

        return await self._tables.write(work)

    async def set_password(
        self, account: str, hash_: str, *, keep: str | None, at: int
    ) -> list[str] | None:
        """Ends all sessions but `keep` in the same step and returns their ids; voids the links that
        lead to another password or address. `password_changed_at` rises with every change, also of
        one millisecond. None: no such account, or closed."""

        def work() -> Asking[list[str] | None]:
            rows = yield (
                "UPDATE account SET password_hash = $2, password_changed_at ="
                " CASE WHEN password_changed_at >= $3 THEN password_changed_at + 1 ELSE $3 END"
                " WHERE id = $1 AND closed_at IS NULL RETURNING id",
                (account, hash_, at),
            )
            if not rows:
                return None
            yield from void(account)
            return (yield from end_sessions(account, keep=keep, reason="password", at=at))

        return await self._tables.write(work)

    async def rehash(self, account: str, old: str, new: str) -> bool:
        """The same password at another cost. False: it was changed meanwhile."""
        return await self._changed(
            "UPDATE account SET password_hash = $3 WHERE id = $1 AND password_hash = $2"
            " RETURNING id",
            account,
            old,
            new,
        )

    async def set_site_role(self, account: str, role: str | None) -> bool:
        """`staff`, `admin` or none. Whoever is no administrator any more has no invitations to the
        site out. False: no such account, or closed."""

        def work() -> Asking[bool]:
            rows = yield (
                "UPDATE account SET site_role = $2"
                " WHERE id = $1 AND closed_at IS NULL RETURNING id",
                (account, role),
            )
            if rows and role != "admin":
                yield from void_invitations(account)
            return bool(rows)

        return await self._tables.write(work)

    async def close(self, account: str, *, at: int, reason: str) -> Closed | None:
        """Also ends all sessions, revokes the keys and voids the invitations that it made, and
        hands on the teams that it owned alone. None: no such account, or closed before."""

        def work() -> Asking[Closed | None]:
            return (yield from _close(account, at, reason))

        return await self._tables.write(work)

    async def erase(self, account: str, *, at: int) -> bool:
        """Closes it and takes out what is personal: a row without name, address and proofs is
        left, so that the id is never somebody else's. False: no such account."""

        def work() -> Asking[bool]:
            rows = yield "SELECT email FROM account WHERE id = $1", (account,)
            if not rows:
                return False
            ((email,),) = rows
            yield from _close(account, at, "deleted")
            yield (
                "UPDATE account SET name = '', folded = '', email = NULL, password_hash = NULL,"
                " password_changed_at = NULL, site_role = NULL, totp_secret = NULL,"
                " totp_since = NULL, totp_pending = NULL WHERE id = $1",
                (account,),
            )
            yield "DELETE FROM recovery_code WHERE account = $1", (account,)
            yield "DELETE FROM passkey WHERE account = $1", (account,)
            yield "DELETE FROM session WHERE account = $1", (account,)
            yield (
                "DELETE FROM link WHERE subject = $1 OR subject = CAST($2 AS text)",
                (account, email),
            )
            yield "DELETE FROM team_invitation WHERE email = CAST($1 AS text)", (email,)
            yield "UPDATE team_member SET name = '' WHERE account = $1", (account,)
            yield (
                "DELETE FROM receipt WHERE key IN (SELECT id FROM api_key WHERE account = $1)",
                (account,),
            )
            yield (
                "UPDATE api_key SET name = '', previous_digest = NULL, sealed_secret = NULL,"
                " sealed_previous = NULL WHERE account = $1",
                (account,),
            )
            yield from blank(account)
            return True

        return await self._tables.write(work)

    # --- second factor --------------------------------------------------------------------------

    async def begin_totp(self, account: str, sealed: bytes) -> bool:
        """Offers a second factor. False: there is one already, or no such account."""
        return await self._changed(
            "UPDATE account SET totp_pending = $2"
            " WHERE id = $1 AND closed_at IS NULL AND totp_secret IS NULL RETURNING id",
            account,
            sealed,
        )

    async def confirm_totp(
        self,
        account: str,
        pending: bytes,
        *,
        step: int,
        at: int,
        recovery_digests: Sequence[bytes],
    ) -> bool:
        """The offered one is on, and these recovery codes are good. False: another one was offered
        meanwhile, or one is on."""

        def work() -> Asking[bool]:
            rows = yield (
                "UPDATE account SET totp_secret = totp_pending, totp_pending = NULL,"
                " totp_since = $3, totp_step = $4"
                " WHERE id = $1 AND totp_pending = $2 AND totp_secret IS NULL"
                " AND closed_at IS NULL RETURNING id",
                (account, pending, at, step),
            )
            if rows:
                yield from _set_codes(account, recovery_digests)
            return bool(rows)

        return await self._tables.write(work)

    async def remove_totp(self, account: str) -> bool:
        """Also the recovery codes. False: there was none."""

        def work() -> Asking[bool]:
            rows = yield (
                "UPDATE account SET totp_secret = NULL, totp_pending = NULL, totp_since = NULL"
                " WHERE id = $1 AND totp_secret IS NOT NULL RETURNING id",
                (account,),
            )
            yield "DELETE FROM recovery_code WHERE account = $1", (account,)
            return bool(rows)

        return await self._tables.write(work)

    async def accept_step(self, account: str, step: int) -> bool:
        """True once for each step, and only above the last accepted."""
        return await self._changed(
            "UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2"
            " AND closed_at IS NULL RETURNING id",
            account,
            step,
        )

    async def set_recovery_codes(self, account: str, digests: Sequence[bytes]) -> None:
        """Replaces all of them."""

        def work() -> Asking[None]:
            yield from _set_codes(account, digests)

        await self._tables.write(work)

    async def use_recovery_code(self, account: str, digest: bytes) -> bool:
        """True exactly once."""
        return await self._changed(
            "DELETE FROM recovery_code WHERE account = $1 AND digest = $2 RETURNING account",
            account,
            digest,
        )

    async def recovery_codes_left(self, account: str) -> int:
        """How many are still good."""

        def work() -> Asking[int]:
            rows = yield "SELECT count(*) FROM recovery_code WHERE account = $1", (account,)
            return int(rows[0][0])

        return await self._tables.read(work)

    async def sealed_values(self) -> list[bytes]:
        """Everything sealed that is kept for longer than a day: what a secret must stay for."""

        def work() -> Asking[list[bytes]]:
            rows = yield (
                "SELECT totp_secret FROM account WHERE totp_secret IS NOT NULL"
                " UNION ALL SELECT sealed_secret FROM api_key"
                " WHERE sealed_secret IS NOT NULL AND revoked_at IS NULL",
                (),
            )
            return [row[0] for row in rows]

        return await self._tables.read(work)

    async def _changed(self, statement: str, *values: Any) -> bool:
        def work() -> Asking[bool]:
            rows = yield statement, values
            return bool(rows)

        asked: Work[bool] = work
        return await self._tables.write(asked)


def _set_free(email: str | None) -> Asking[None]:
    """A closed account keeps its address, for administrators, until somebody verifies it anew."""
    yield "UPDATE account SET email = NULL WHERE email = $1 AND closed_at IS NOT NULL", (email,)


def _create(account: Account) -> Asking[bool]:
    taken = yield "SELECT id FROM account WHERE id = $1", (account.id,)
    if taken:
        return False
    yield from _set_free(account.email)
    rows = yield (
        f"INSERT INTO account ({_COLUMNS}, folded) VALUES"
        " ($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL, NULL, NULL, -1, NULL, $9)"
        " ON CONFLICT DO NOTHING RETURNING id",
        (
            account.id,
            account.name,
            account.created_at,
            account.email,
            account.password_hash,
            account.password_changed_at,
            account.site_role,
            account.origin,
            account.name.casefold(),
        ),
    )
    if rows:
        yield from changed("account", account.id, "claimed", account.created_at)
    return bool(rows)


def _close(account: str, at: int, reason: str) -> Asking[Closed | None]:
    rows = yield (
        "UPDATE account SET closed_at = $2, close_reason = $3"
        " WHERE id = $1 AND closed_at IS NULL RETURNING origin",
        (account, at, reason),
    )
    if not rows:
        return None
    ((origin,),) = rows
    yield from end_sessions(account, keep=None, reason=reason, at=at)
    yield from void_invitations(account)
    yield 'DELETE FROM team_invitation WHERE "by" = $1', (account,)
    heirs = yield from heirs_of(account, at)
    keys = yield (
        "UPDATE api_key SET revoked_at = $2, revoke_reason = $3"
        " WHERE account = $1 AND revoked_at IS NULL RETURNING id",
        (account, at, reason),
    )
    for (key,) in keys:
        yield from changed("key", key, "revoked", at)
    yield from changed("account", account, reason if origin == "password" else FOR_GOOD, at)
    return Closed(tuple(heirs))


def _set_codes(account: str, digests: Sequence[bytes]) -> Asking[None]:
    yield "DELETE FROM recovery_code WHERE account = $1", (account,)
    for digest in digests:
        yield (
            "INSERT INTO recovery_code (account, digest) VALUES ($1, $2)",
            (account, digest),
        )

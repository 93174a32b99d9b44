"""Contract of the accounts' security state: accounts, sessions, second factors and one-time links.

Deals in ids, hashes and sealed bytes; knows no password, no token, no clock and no HTTP. Times are
ms of log time and are given by the caller. Every method is one atomic step. SPEC rules AS1 to AS8.

An unknown outcome raises StorageUnavailable. To repeat is safe: creations bring their own ids,
endings are idempotent, a repeated audit
record only stands twice, a repeated rotation meets the grace; what is good once (steps, recovery
codes, links) may be lost to a repetition, and is never good twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

GRACE_MS = 10_000
"""How long a rotated refresh token still gets the same successor (A7)."""

Purpose = Literal["reset", "verify", "invite"]


@dataclass(frozen=True, slots=True)
class Account:
    """One person; `email` is normalised by the caller, and unique among the verified."""

    id: str
    name: str
    created_at: int
    email: str | None = None
    email_verified_at: int | None = None
    password_hash: str | None = field(default=None, repr=False)
    password_changed_at: int | None = None
    closed_at: int | None = None
    totp_step: int = -1
    """The last accepted step of the second factor; -1 before the first."""


@dataclass(frozen=True, slots=True)
class Session:
    """A refresh family. Hashes are SHA-256, `sealed_successor` is encrypted."""

    id: str
    account: str
    created_at: int
    used_at: int
    current: bytes = field(repr=False)
    device: str = ""
    previous: bytes | None = field(default=None, repr=False)
    rotated_at: int | None = None
    sealed_successor: bytes | None = field(default=None, repr=False)
    ended_at: int | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link, known by its SHA-256; `subject` is an account or an e-mail address."""

    digest: bytes = field(repr=False)
    purpose: Purpose
    subject: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what; `detail` is plain data without secrets."""

    at: int
    action: str
    account: str | None = None
    address: str = ""
    node: str = ""
    request: str = ""
    object: str = ""
    detail: Mapping[str, str | int | bool | None] = field(
        default_factory=dict[str, str | int | bool | None]
    )


@dataclass(frozen=True, slots=True)
class Rotated:
    """The successor is the current token now."""


@dataclass(frozen=True, slots=True)
class Grace:
    """Rotated a moment ago: the same successor again, sealed."""

    sealed_successor: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reused:
    """An old token: the family was ended in the same step."""


@dataclass(frozen=True, slots=True)
class UnknownFamily:
    """No such family, or it has ended."""


Rotation = Rotated | Grace | Reused | UnknownFamily


class Accounts(Protocol):
    """Who there is, and what proves it."""

    async def create(self, account: Account) -> bool:
        """False, and nothing written: the id or the verified e-mail is taken."""
        ...

    async def account(self, id_: str) -> Account | None:
        """By id."""
        ...

    async def by_email(self, email: str) -> Account | None:
        """By verified e-mail."""
        ...

    async def change_password(self, account: str, hash_: str, *, keep: str | None, at: int) -> bool:
        """Also ends all sessions but `keep`. False: no such account, or closed."""
        ...

    async def close_account(self, account: str, *, at: int) -> bool:
        """Also ends all sessions. False: no such account."""
        ...

    async def accept_step(self, account: str, step: int) -> bool:
        """True once for each step, and only above the last accepted."""
        ...

    async def set_recovery_codes(self, account: str, digests: list[bytes]) -> None:
        """Replaces all of them."""
        ...

    async def use_recovery_code(self, account: str, digest: bytes) -> bool:
        """True exactly once."""
        ...

    async def add_session(self, session: Session) -> bool:
        """False: no such account, closed, or the id is taken."""
        ...

    async def sessions(self, account: str) -> list[Session]:
        """Those that have not ended, by id."""
        ...

    async def rotate(
        self, family: str, presented: bytes, *, successor: bytes, sealed: bytes, at: int
    ) -> Rotation:
        """One compare-and-swap: of parallel uses one gives the successor to all."""
        ...

    async def end_session(self, session: str, *, reason: str, at: int) -> bool:
        """False: it had ended, or never was."""
        ...

    async def end_sessions(self, account: str, *, keep: str | None, reason: str, at: int) -> int:
        """All but `keep`; answers how many."""
        ...

    async def add_link(self, link: Link) -> None:
        """Remembers it until it is used."""
        ...

    async def use_link(self, digest: bytes, purpose: Purpose, *, at: int) -> Link | None:
        """The link, exactly once, for its own purpose and before it expires."""
        ...

    async def append_audit(self, record: AuditRecord) -> None:
        """Nothing changes or deletes it afterwards."""
        ...

    async def audit(
        self, *, limit: int, after: int = 0, account: str | None = None
    ) -> list[tuple[int, AuditRecord]]:
        """Records with their numbers (from 1), ascending, after the given number."""
        ...

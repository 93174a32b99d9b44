"""Accounts in memory, for tests and demos: forgotten when the process ends.

Nothing here awaits, so every method is one atomic step of the event loop. SPEC rules AS1 to AS8.
"""

from __future__ import annotations

from dataclasses import replace
from hmac import compare_digest

from storage.accounts import (
    GRACE_MS,
    Account,
    AuditRecord,
    Grace,
    Link,
    Purpose,
    Reused,
    Rotated,
    Rotation,
    Session,
    UnknownFamily,
)


class MemoryAccounts:
    """Implements Accounts for one event loop."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._sessions: dict[str, Session] = {}
        self._codes: dict[str, set[bytes]] = {}
        self._links: dict[bytes, Link] = {}
        self._audit: list[AuditRecord] = []

    async def create(self, account: Account) -> bool:
        """Unless the id or the verified e-mail is taken."""
        taken = account.email_verified_at is not None and any(
            other.email == account.email and other.email_verified_at is not None
            for other in self._accounts.values()
        )
        if taken or account.id in self._accounts:
            return False
        self._accounts[account.id] = account
        return True

    async def account(self, id_: str) -> Account | None:
        """By id."""
        return self._accounts.get(id_)

    async def by_email(self, email: str) -> Account | None:
        """By verified e-mail."""
        for account in self._accounts.values():
            if account.email == email and account.email_verified_at is not None:
                return account
        return None

    async def change_password(self, account: str, hash_: str, *, keep: str | None, at: int) -> bool:
        """And ends all sessions but `keep`."""
        row = self._open(account)
        if row is None:
            return False
        self._accounts[account] = replace(row, password_hash=hash_, password_changed_at=at)
        self._end(account, keep, "password", at)
        return True

    async def close_account(self, account: str, *, at: int) -> bool:
        """And ends all sessions; the first closing's time stays."""
        row = self._accounts.get(account)
        if row is None:
            return False
        if row.closed_at is None:
            self._accounts[account] = replace(row, closed_at=at)
        self._end(account, None, "closed", at)
        return True

    async def accept_step(self, account: str, step: int) -> bool:
        """Only above the last."""
        row = self._open(account)
        if row is None or step <= row.totp_step:
            return False
        self._accounts[account] = replace(row, totp_step=step)
        return True

    async def set_recovery_codes(self, account: str, digests: list[bytes]) -> None:
        """Replaces all of them."""
        self._codes[account] = set(digests)

    async def use_recovery_code(self, account: str, digest: bytes) -> bool:
        """Once."""
        codes = self._codes.get(account, set[bytes]())
        if self._open(account) is None or digest not in codes:
            return False
        codes.remove(digest)
        return True

    async def add_session(self, session: Session) -> bool:
        """For an account that is open."""
        if self._open(session.account) is None or session.id in self._sessions:
            return False
        self._sessions[session.id] = session
        return True

    async def sessions(self, account: str) -> list[Session]:
        """Those that have not ended."""
        rows = [s for s in self._sessions.values() if s.account == account and s.ended_at is None]
        return sorted(rows, key=lambda session: session.id)

    async def rotate(
        self, family: str, presented: bytes, *, successor: bytes, sealed: bytes, at: int
    ) -> Rotation:
        """Compares with the current token, then with the previous one."""
        row = self._sessions.get(family)
        if row is None or row.ended_at is not None:
            return UnknownFamily()
        if compare_digest(row.current, presented):
            self._sessions[family] = replace(
                row,
                current=successor,
                previous=presented,
                rotated_at=at,
                used_at=at,
                sealed_successor=sealed,
            )
            return Rotated()
        if (
            row.previous is not None
            and row.rotated_at is not None
            and row.sealed_successor is not None
            and compare_digest(row.previous, presented)
            and at - row.rotated_at <= GRACE_MS
        ):
            return Grace(row.sealed_successor)
        self._sessions[family] = replace(row, ended_at=at, end_reason="reused")
        return Reused()

    async def end_session(self, session: str, *, reason: str, at: int) -> bool:
        """Once."""
        row = self._sessions.get(session)
        if row is None or row.ended_at is not None:
            return False
        self._sessions[session] = replace(row, ended_at=at, end_reason=reason)
        return True

    async def end_sessions(self, account: str, *, keep: str | None, reason: str, at: int) -> int:
        """All but `keep`."""
        return self._end(account, keep, reason, at)

    async def add_link(self, link: Link) -> None:
        """Until it is used."""
        self._links[link.digest] = link

    async def use_link(self, digest: bytes, purpose: Purpose, *, at: int) -> Link | None:
        """Once, for its purpose, in time."""
        link = self._links.get(digest)
        if link is None or link.purpose != purpose or at >= link.expires_at:
            return None
        return self._links.pop(digest)

    async def append_audit(self, record: AuditRecord) -> None:
        """With a copy of its detail: the caller's may change."""
        self._audit.append(replace(record, detail=dict(record.detail)))

    async def audit(
        self, *, limit: int, after: int = 0, account: str | None = None
    ) -> list[tuple[int, AuditRecord]]:
        """In the order in which they came."""
        rows = [
            (number, replace(record, detail=dict(record.detail)))
            for number, record in enumerate(self._audit, 1)
            if number > after and (account is None or record.account == account)
        ]
        return rows[:limit]

    def _open(self, account: str) -> Account | None:
        row = self._accounts.get(account)
        return row if row is not None and row.closed_at is None else None

    def _end(self, account: str, keep: str | None, reason: str, at: int) -> int:
        ending = [
            s
            for s in self._sessions.values()
            if s.account == account and s.id != keep and s.ended_at is None
        ]
        for session in ending:
            self._sessions[session.id] = replace(session, ended_at=at, end_reason=reason)
        return len(ending)

"""Signing in and staying signed in: password, second factor, refresh tokens, signing out.

Knows the order in which things are asked, so that whoever guesses learns nothing: limits before
hashing, a hash for unknown people too, one answer for every wrong one. Must not know HTTP, cookies
or sockets. SPEC: SI1 to SI12 (A1 to A8).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from server.accounts import recovery_codes, refresh_tokens, totp
from server.accounts.access import Access
from server.accounts.passwords import PasswordRefused, Passwords, PasswordsBusy, Place
from server.accounts.sealed import CannotOpen, Seals
from server.audit import Auditor, Origin
from server.clock import Clock
from server.limits.failed_logins import FailedLogins
from server.limits.limiter import Limiter, Taken, headers
from server.logs import get_logger
from server.mail import normalised_email
from server.tokens import InvalidToken, IssuedToken, MfaClaim, Tokens
from storage.accounts import Account, Accounts
from storage.errors import StorageError
from storage.sessions import Grace, Reused, Rotated, Session, Sessions

DAY_MS: Final = 86_400_000


class InvalidCredentials(Exception):
    """Wrong password, nobody of that name, a closed or blocked account: nobody is told which."""


class InvalidCode(Exception):
    """A wrong, late or used code, or an mfa token that is none."""


class NotSignedIn(Exception):
    """The refresh token is none of ours, or its session has ended."""


class TooMany(Exception):
    """A limit, or the delay after failures. Nothing was looked at. `told` are the headers that say
    how the limit stands."""

    def __init__(
        self, retry_after_s: int, *, limit: str, told: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(limit)
        self.retry_after_s = retry_after_s
        self.limit = limit
        self.told = dict(told or {})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An open session: its access token, and the refresh token that renews it."""

    access: IssuedToken
    session: str
    refresh: str = field(repr=False)
    life_ms: int = 0
    """How long the refresh token is good, if it is not used."""


@dataclass(frozen=True, slots=True)
class FactorAwaited:
    """The password was right; a second factor is on."""

    mfa_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Device:
    """What a client says of itself: a name to recognise it by, and a fingerprint that is no more
    than a hint."""

    name: str = ""
    fingerprint: str = ""


class SignIn:
    """One for a node. Every method is safe to repeat."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        sessions: Sessions,
        tokens: Tokens,
        passwords: Passwords,
        seals: Seals,
        access: Access,
        limiter: Limiter,
        failed: FailedLogins,
        audit: Auditor,
        clock: Clock,
        session_days: float,
        sessions_max: int,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._tokens = tokens
        self._passwords = passwords
        self._seals = seals
        self._access = access
        self._limiter = limiter
        self._failed = failed
        self._audit = audit
        self._clock = clock
        self._life_ms = int(session_days * DAY_MS)
        self._sessions_max = sessions_max

    # --- password -------------------------------------------------------------------------------

    async def with_password(
        self, email: str, password: str, device: Device, origin: Origin
    ) -> SignedIn | FactorAwaited:
        """Raises TooMany, InvalidCredentials, PasswordsBusy, StorageUnavailable."""
        with self._passwords.place() as place:
            counted = await self.take("login", origin.address)
            known = normalised_email(email)
            subject = known or email.strip().lower()[:254]
            attempt = await self._failed.attempt(subject)
            if not attempt.allowed:
                self._audit.note("login.delayed", None, origin, failures=attempt.consecutive)
                raise TooMany(attempt.retry_after_s, limit="failed_login")
            try:
                usable = await self._judge(known, subject, password, origin, place)
            except StorageError:
                await self._failed.withdrawn(subject)
                raise
        if (await self._limiter.take(("login_returned", usable.id))).allowed:
            # It was no guess. Bounded, because each costs a hash, and nobody else's go back.
            await self._limiter.give_back(counted)
        if usable.totp_secret is not None:
            proved = password_at(usable)
            return FactorAwaited(self._tokens.issue_mfa(usable.id, password_at=proved))
        return await self.open_session(usable, device, origin, how="password")

    async def _judge(
        self, known: str | None, subject: str, password: str, origin: Origin, place: Place
    ) -> Account:
        """The open account whose address and password these are."""
        found = None if known is None else await self._accounts.by_email(known)
        usable = found if found is not None and self._is_open(found) else None
        try:
            verdict = await self._passwords.verify(
                None if usable is None else usable.password_hash, password, place=place
            )
        except PasswordRefused:
            verdict = None
        if usable is None or verdict is None or not verdict.right:
            self._audit.note("login.failed", None if found is None else found.id, origin)
            raise InvalidCredentials
        await self._failed.succeeded(subject)
        if verdict.rehash and usable.password_hash is not None:
            # Whoever is in a queue already is not sent away for the sake of a better hash.
            with suppress(PasswordsBusy):
                fresh = await self._passwords.rehash(password)
                await self._accounts.rehash(usable.id, usable.password_hash, fresh)
        return usable

    async def forgive(self, email: str) -> None:
        """Whoever reads the mailbox has set another password: failures with the old one do not
        hold them up."""
        await self._failed.succeeded(email)

    async def check_password(self, account: Account, password: str, origin: Origin) -> None:
        """Asks the password of somebody who is signed in, before something grave. Raises
        TooMany, InvalidCredentials, PasswordsBusy."""
        await self.take("password", account.id)
        try:
            verdict = await self._passwords.verify(account.password_hash, password)
        except PasswordRefused:
            verdict = None
        if verdict is None or not verdict.right:
            self._audit.note("login.failed", account.id, origin, about="password asked again")
            raise InvalidCredentials

    # --- second factor --------------------------------------------------------------------------

    async def with_code(
        self, mfa_token: str, device: Device, origin: Origin, *, code: str = "", recovery: str = ""
    ) -> SignedIn:
        """The second factor after a right password, which must not have been changed meanwhile.
        Raises TooMany, InvalidCode."""
        claim = self._claim(mfa_token)
        await self.take("mfa_token", claim.token_id)
        account = await self._accounts.account(claim.account)
        if (
            account is None
            or not self._is_open(account)
            or claim.password_at != password_at(account)
        ):
            raise InvalidCode
        await self.check_factor(account, origin, code=code, recovery=recovery)
        try:
            return await self.open_session(
                account, device, origin, how="recovery" if recovery else "totp"
            )
        except InvalidCredentials:
            raise InvalidCode from None

    async def check_factor(
        self, account: Account, origin: Origin, *, code: str = "", recovery: str = ""
    ) -> None:
        """A code of the authenticator, or a recovery code; each counts once. Raises TooMany,
        InvalidCode."""
        await self.take("mfa", account.id)
        if recovery:
            good = await self._use_recovery(account, recovery)
            if good:
                self._audit.note("mfa.recovery_used", account.id, origin)
        else:
            good = await self._use_code(account, code)
        if not good:
            self._audit.note("login.failed", account.id, origin, about="second factor")
            raise InvalidCode
        await self.forgive_codes(account.id)

    async def forgive_codes(self, account: str) -> None:
        """A code was right: the wrong ones before it do not count any more."""
        await self._limiter.forget("mfa", account)

    async def _use_code(self, account: Account, code: str) -> bool:
        if account.totp_secret is None:
            return False
        try:
            secret = self._seals.open(account.totp_secret, account=account.id, purpose="totp")
        except CannotOpen:
            get_logger("touchline.accounts").error(
                "a second factor cannot be read: was a secret retired?", account=account.id
            )
            return False
        step = totp.accepted_step(
            secret.decode(),
            code,
            now_ms=self._clock.now_ms(),
            last_accepted_step=account.totp_step,
        )
        return step is not None and await self._accounts.accept_step(account.id, step)

    async def _use_recovery(self, account: Account, typed: str) -> bool:
        digest = recovery_codes.code_hash(typed)
        return digest is not None and await self._accounts.use_recovery_code(account.id, digest)

    def _claim(self, mfa_token: str) -> MfaClaim:
        try:
            return self._tokens.verify_mfa(mfa_token)
        except InvalidToken:
            raise InvalidCode from None

    # --- passkey --------------------------------------------------------------------------------

    async def with_passkey(self, account: Account, device: Device, origin: Origin) -> SignedIn:
        """A session for whoever's device has proved that they are `account`, with the second factor
        in it. Raises InvalidCredentials where the account is closed or blocked."""
        if not self._is_open(account):
            raise InvalidCredentials
        return await self.open_session(account, device, origin, how="passkey")

    # --- sessions -------------------------------------------------------------------------------

    async def open_session(
        self, account: Account, device: Device, origin: Origin, *, how: str
    ) -> SignedIn:
        """A session for somebody who has proved that they are `account`, as it was read for that;
        the longest unused one beyond the limit ends. Raises InvalidCredentials where the account
        was closed or got another password meanwhile: what was proved is worth nothing then."""
        refresh = refresh_tokens.new_family()
        now = self._clock.now_ms()
        session = Session(
            id=f"s_{secrets.token_urlsafe(12)}",
            account=account.id,
            family=refresh.family,
            current=refresh.hash,
            created_at=now,
            used_at=now,
            expires_at=now + self._life_ms,
            device=device.name[:120],
            address=origin.address,
            fingerprint=device.fingerprint[:64],
        )
        ended = await self._sessions.add(
            session, limit=self._sessions_max, proved_at=password_at(account)
        )
        if ended is None:
            raise InvalidCredentials
        for one in ended:
            self._access.note("session", one, "limit", now)
            self._audit.note("session.ended", account.id, origin, about=one, reason="limit")
        self._audit.note("login.ok", account.id, origin, about=session.id, how=how)
        return self._signed_in(account, session.id, refresh.text)

    async def refresh(self, text: str, origin: Origin) -> SignedIn:
        """A fresh access token and the next refresh token. Raises TooMany, NotSignedIn."""
        presented = refresh_tokens.parse(text)
        if presented is None:
            raise NotSignedIn
        await self.take("refresh", origin.address)
        following = refresh_tokens.successor(presented)
        session = await self._sessions.by_family(presented.family)
        if session is None:
            raise NotSignedIn
        # Before the rotation: what fails after it would cost an honest client its session.
        account = await self._accounts.account(session.account)
        if account is None or not self._is_open(account):
            raise NotSignedIn
        now = self._clock.now_ms()
        sealed = self._seals.seal(
            following.text.encode(), account=session.account, purpose="refresh-successor"
        )
        rotation = await self._sessions.rotate(
            presented.family,
            presented.hash,
            successor=following.hash,
            sealed=sealed,
            at=now,
            expires_at=now + self._life_ms,
        )
        match rotation:
            case Rotated():
                successor = following.text
            case Grace(kept):
                successor = self._opened(kept, session.account)
            case Reused():
                self._access.note("session", session.id, "reuse", now)
                self._audit.note("refresh.reused", session.account, origin, about=session.id)
                raise NotSignedIn
            case _:
                raise NotSignedIn
        return self._signed_in(account, session.id, successor)

    async def session_of(self, text: str) -> Session | None:
        """The open session whose current or just replaced refresh token this is."""
        presented = refresh_tokens.parse(text)
        if presented is None:
            return None
        session = await self._sessions.by_family(presented.family)
        if session is None:
            return None
        known = [
            hmac.compare_digest(one, presented.hash)
            for one in (session.current, session.previous or b"")
        ]
        return session if any(known) else None

    async def end_session(
        self, account: str, session: str, origin: Origin, *, reason: str = "signed out"
    ) -> bool:
        """Ends it: its refresh token is worth nothing, its sockets close. False: there is no such
        session of this account, or it has ended."""
        now = self._clock.now_ms()
        if not await self._sessions.end(session, account=account, reason=reason, at=now):
            return False
        self._access.note("session", session, reason, now)
        self._audit.note("session.ended", account, origin, about=session, reason=reason)
        return True

    async def end_sessions(
        self, account: str, origin: Origin, *, keep: str | None = None, reason: str = "signed out"
    ) -> int:
        """Ends all but `keep`. Returns how many."""
        now = self._clock.now_ms()
        ended = await self._sessions.end_all(account, keep=keep, reason=reason, at=now)
        for session in ended:
            self._access.note("session", session, reason, now)
            self._audit.note("session.ended", account, origin, about=session, reason=reason)
        return len(ended)

    def _signed_in(self, account: Account, session: str, refresh: str) -> SignedIn:
        access = self._tokens.issue_access(account.id, account.name, session=session)
        return SignedIn(access, session, refresh, self._life_ms)

    def _opened(self, sealed: bytes, account: str) -> str:
        try:
            return self._seals.open(sealed, account=account, purpose="refresh-successor").decode()
        except CannotOpen:
            raise NotSignedIn from None

    def _is_open(self, account: Account) -> bool:
        blocked = self._access.blocks.find("account", account.id, self._clock.now_ms())
        return account.closed_at is None and blocked is None

    async def take(self, limit: str, subject: str) -> Taken:
        """Counts one attempt against a limit, and says how to give it back. Raises TooMany."""
        taken = await self._limiter.take((limit, subject))
        if not taken.allowed:
            raise TooMany(taken.retry_after_s, limit=limit, told=headers(taken))
        return taken


def password_at(account: Account) -> int:
    """What tells an account's password from the one after it: ms, -1 for none."""
    return -1 if account.password_changed_at is None else account.password_changed_at

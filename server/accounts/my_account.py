"""What people do with their own account: name, password, second factor, their data, the end.

Whatever is grave asks for the password again; to remove the second factor, or the account, asks for
a code of it too. Knows rules and stores; must not know HTTP. SPEC: MA1 to MA10 (A6, A8).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import segno

from server.accounts import recovery_codes, totp
from server.accounts.access import Access
from server.accounts.passwords import LENGTH_MIN, Passwords
from server.accounts.sealed import CannotOpen, Seals
from server.accounts.sign_in import InvalidCode, SignIn
from server.audit import Auditor, Origin
from server.clock import Clock
from server.config import Settings
from storage.accounts import Account, Accounts
from storage.api_keys import ApiKeys
from storage.audit import AuditRecord, AuditTrail
from storage.passkeys import Passkeys
from storage.room_log import Listed
from storage.sessions import Sessions
from storage.teams import Teams

ROOMS_AT_ONCE: Final = 100
AUDIT_AT_ONCE: Final = 200


class NoAccount(Exception):
    """The token's account is not there, or was closed."""


class FactorIsOn(Exception):
    """There is a second factor already: it is removed first."""


class FactorIsOff(Exception):
    """There is no second factor, or none that waits for its first code."""


class LastOwner(Exception):
    """Teams would be left without an owner: they are handed over or deleted first."""

    def __init__(self, teams: list[str]) -> None:
        super().__init__(f"the last owner of {len(teams)} teams")
        self.teams = teams


@dataclass(frozen=True, slots=True)
class FactorOffered:
    """A second factor to be set up: shown once, on until it is confirmed only as an offer."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    svg: str = field(repr=False)


class Listings(Protocol):
    """The rooms of an account."""

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        """By id, after the given one."""
        ...


class MyAccount:
    """One for a node."""

    def __init__(
        self,
        *,
        settings: Settings,
        accounts: Accounts,
        sessions: Sessions,
        passkeys: Passkeys,
        teams: Teams,
        keys: ApiKeys,
        trail: AuditTrail,
        passwords: Passwords,
        seals: Seals,
        sign_in: SignIn,
        access: Access,
        audit: Auditor,
        clock: Clock,
        listings: Listings,
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._sessions = sessions
        self._passkeys = passkeys
        self._teams = teams
        self._keys = keys
        self._trail = trail
        self._passwords = passwords
        self._seals = seals
        self._sign_in = sign_in
        self._access = access
        self._audit = audit
        self._clock = clock
        self._listings = listings

    async def find(self, account: str) -> Account:
        """The account. Raises NoAccount."""
        found = await self._accounts.account(account)
        if found is None or found.closed_at is not None:
            raise NoAccount
        return found

    async def rename(self, account: str, name: str, origin: Origin) -> Account:
        """Another name, clean already. Tokens carry it from the next refresh on."""
        now = self._clock.now_ms()
        if not await self._accounts.rename(account, name, at=now):
            raise NoAccount
        self._access.note("account", account, "renamed", now)
        self._audit.note("account.renamed", account, origin)
        return await self.find(account)

    # --- password -------------------------------------------------------------------------------

    async def change_password(
        self, account: str, current: str, new: str, *, keep: str, origin: Origin
    ) -> None:
        """Another password; every other session ends. Accounts of another issuer get none here: it
        would outlive what the issuer says of them. Raises TooMany, InvalidCredentials,
        PasswordRefused, PasswordsBusy, NoAccount."""
        found = await self.find(account)
        await self._sign_in.check_password(found, current, origin)
        least = max(LENGTH_MIN, self._settings.password_length_min)
        hashed = await self._passwords.hash(new, length_min=least)
        now = self._clock.now_ms()
        ended = await self._accounts.set_password(account, hashed, keep=keep, at=now)
        if ended is None:
            raise NoAccount
        for session in ended:
            self._access.note("session", session, "password", now)
        self._audit.note("account.password", account, origin, how="changed")

    # --- second factor --------------------------------------------------------------------------

    async def begin_totp(self, account: str, password: str, origin: Origin) -> FactorOffered:
        """A fresh secret, on as soon as a code of it is brought. Raises FactorIsOn, and as
        `change_password`."""
        found = await self.find(account)
        await self._sign_in.check_password(found, password, origin)
        secret = totp.new_secret()
        sealed = self._seals.seal(secret.encode(), account=account, purpose="totp")
        if not await self._accounts.begin_totp(account, sealed):
            raise FactorIsOn
        uri = totp.otpauth_uri(secret, found.email or found.name)
        return FactorOffered(secret, uri, drawn(uri))

    async def confirm_totp(self, account: str, code: str, origin: Origin) -> tuple[str, ...]:
        """Sets it up for good and returns ten recovery codes. Raises TooMany, InvalidCode,
        FactorIsOff, FactorIsOn."""
        found = await self.find(account)
        if found.totp_secret is not None:
            raise FactorIsOn
        if found.totp_pending is None:
            raise FactorIsOff
        await self._sign_in.take("mfa", account)
        try:
            secret = self._seals.open(found.totp_pending, account=account, purpose="totp")
        except CannotOpen:
            raise FactorIsOff from None
        now = self._clock.now_ms()
        step = totp.accepted_step(secret.decode(), code, now_ms=now)
        if step is None:
            raise InvalidCode
        codes = recovery_codes.new_codes()
        done = await self._accounts.confirm_totp(
            account, found.totp_pending, step=step, at=now, recovery_digests=_digests(codes)
        )
        if not done:
            raise FactorIsOff
        await self._sign_in.forgive_codes(account)
        self._audit.note("mfa.on", account, origin)
        return codes

    async def remove_totp(
        self, account: str, password: str, code: str, origin: Origin, *, recovery: str = ""
    ) -> None:
        """Removes the second factor, with the password and a code. Raises FactorIsOff, TooMany,
        InvalidCredentials, InvalidCode."""
        found = await self.find(account)
        if found.totp_secret is None:
            raise FactorIsOff
        await self._sign_in.check_password(found, password, origin)
        await self._sign_in.check_factor(found, origin, code=code, recovery=recovery)
        if not await self._accounts.remove_totp(account):
            raise FactorIsOff
        self._audit.note("mfa.off", account, origin)

    async def renew_recovery_codes(
        self, account: str, password: str, code: str, origin: Origin
    ) -> tuple[str, ...]:
        """Ten fresh ones; the old ones are void. Raises as `remove_totp`."""
        found = await self.find(account)
        if found.totp_secret is None:
            raise FactorIsOff
        await self._sign_in.check_password(found, password, origin)
        await self._sign_in.check_factor(found, origin, code=code)
        codes = recovery_codes.new_codes()
        await self._accounts.set_recovery_codes(account, _digests(codes))
        self._audit.note("mfa.recovery_codes", account, origin)
        return codes

    async def recovery_codes_left(self, account: str) -> int:
        """How many are still good."""
        return await self._accounts.recovery_codes_left(account)

    # --- one's data -----------------------------------------------------------------------------

    async def exported(self, account: str, origin: Origin) -> dict[str, Any]:
        """Everything that is kept of the account, but secrets and hashes. What one did in rooms
        is in the rooms' own exports. Raises TooMany, NoAccount."""
        await self._sign_in.take("export", account)
        found = await self.find(account)
        keys = await self._keys.of_account(account)
        self._audit.note("account.exported", account, origin)
        return {
            "format": "touchline.account",
            "version": 1,
            "exported_at": self._clock.now_ms(),
            "account": {
                "id": found.id,
                "name": found.name,
                "email": found.email,
                "created_at": found.created_at,
                "password_changed_at": found.password_changed_at,
                "second_factor_since": found.totp_since,
                "site_role": found.site_role,
            },
            "sessions": [
                {
                    "id": one.id,
                    "device": one.device,
                    "address": one.address,
                    "created_at": one.created_at,
                    "used_at": one.used_at,
                }
                for one in await self._sessions.of_account(account, now=self._clock.now_ms())
            ],
            "passkeys": [
                {"name": one.name, "created_at": one.created_at, "used_at": one.used_at}
                for one in await self._passkeys.of_account(account)
            ],
            "teams": [
                {"id": team.id, "name": team.name, "role": role}
                for team, role in await self._teams.of_account(account)
            ],
            "keys": [
                {
                    "id": one.id,
                    "name": one.name,
                    "scopes": sorted(one.scopes),
                    "created_at": one.created_at,
                    "used_at": one.used_at,
                    "revoked_at": one.revoked_at,
                }
                for one in keys
            ],
            "rooms": await self._rooms_of(account),
            "activity": await self._activity_of(account),
        }

    async def _rooms_of(self, account: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = await self._listings.listed(account, limit=ROOMS_AT_ONCE, after=after)
            found.extend(
                {
                    "id": one.row.id,
                    "kind": one.row.kind,
                    "name": one.row.name,
                    "role": one.role,
                    "created_at": one.row.created_at,
                }
                for one in page
            )
            if len(page) < ROOMS_AT_ONCE:
                return found
            after = page[-1].row.id

    async def _activity_of(self, account: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        before: int | None = None
        while True:
            page = await self._trail.page(limit=AUDIT_AT_ONCE, before=before, account=account)
            found.extend(
                {
                    "at": record.at,
                    "action": record.action,
                    "address": shown_address(record, account),
                    "about": record.object,
                    "detail": dict(record.detail),
                }
                for _, record in page
            )
            if len(page) < AUDIT_AT_ONCE:
                return found
            before = page[-1][0]

    async def delete(
        self, account: str, password: str, code: str, origin: Origin, *, recovery: str = ""
    ) -> None:
        """The end: sessions, keys, passkeys, codes, name and address go; what was done in rooms
        stays there under the name that it was done by, because it is other people's history too.
        Accounts of another issuer have no password to ask for. Raises LastOwner, TooMany,
        InvalidCredentials, InvalidCode."""
        found = await self.find(account)
        if found.password_hash is not None:
            await self._sign_in.check_password(found, password, origin)
        if found.totp_secret is not None:
            await self._sign_in.check_factor(found, origin, code=code, recovery=recovery)
        alone = await self._teams.only_owner_of(account)
        if alone:
            raise LastOwner(alone)
        now = self._clock.now_ms()
        # Somebody else may have left a team just now: then it has no other owner after all.
        alone = await self._teams.remove_everywhere(account, now)
        if alone:
            raise LastOwner(alone)
        await self._audit.flush()  # so that the addresses in records that wait are erased too
        await self._accounts.erase(account, at=now)
        self._access.note("account", account, "deleted", now)
        nowhere = Origin(request=origin.request)
        self._audit.note("account.closed", account, nowhere, how="deleted")


def shown_address(record: AuditRecord, account: str) -> str:
    """Where an act on an account came from, as its owner is told: not for what others did in their
    own right, such as administrators."""
    return record.address if record.account == account else ""


def drawn(text: str) -> str:
    """The text as a QR code in SVG: error correction M, four modules of quiet zone, black on
    white, because some readers take nothing else."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=1, border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True
    )
    return out.getvalue().decode().strip()


def _digests(codes: tuple[str, ...]) -> list[bytes]:
    found = [recovery_codes.code_hash(code) for code in codes]
    return [digest for digest in found if digest is not None]

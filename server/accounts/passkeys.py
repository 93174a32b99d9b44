"""Passkeys: a key pair in somebody's device, added to an account and used to sign in with.

Knows the order of a ceremony; must not know requests, nor what devices' bytes mean. A ceremony is
begun with a sealed challenge that the page carries, so that any node may finish it, and nothing is
remembered of those that nobody finishes. SPEC: PK1 to PK5, PK8, PK10, PK11.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
import webauthn
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from server.accounts.device_answers import (
    ALGORITHMS,
    Asked,
    NotWhole,
    bytes_of,
    judge_made,
    judge_used,
    text_of,
)
from server.accounts.sealed import CannotOpen, Seals
from server.accounts.sign_in import Device, InvalidCredentials, SignedIn, SignIn
from server.audit import Auditor, Origin
from server.clock import Clock
from server.hosts import LOCAL
from storage.accounts import Account, Accounts
from storage.links import Links
from storage.passkeys import Passkey, Passkeys

LIFE_MS: Final = 300_000
"""How long a person may take over one ceremony."""
CHALLENGE_BYTES: Final = 32
PASSKEYS_MAX: Final = 20
"""Of one account."""
SKEW_MS: Final = 60_000
"""How much longer a finished ceremony is remembered: clocks of nodes differ."""

Act = Literal["add", "sign-in"]


class PasskeyRefused(Exception):
    """What the device said does not belong to this ceremony, or is not whole."""


class TooManyPasskeys(Exception):
    """The account has PASSKEYS_MAX."""


class PasskeyKnown(Exception):
    """The credential belongs to an account already."""


class InsecureOrigin(Exception):
    """Browsers keep passkeys for pages behind TLS, and for those of their own machine."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the page is: what a device binds its answer to."""

    origin: str
    """Scheme, host and port."""
    host: str

    @classmethod
    def of(cls, origin: str | None) -> Site:
        """Of a page that is known to be one of ours; None: it is not. Raises InsecureOrigin."""
        parts = urlsplit(origin or "")
        host = parts.hostname or ""
        if not host or (parts.scheme != "https" and host not in LOCAL):
            raise InsecureOrigin
        return cls(origin or "", host)


@dataclass(frozen=True, slots=True)
class Begun:
    """What a page hands to the browser, and what it brings back with the answer."""

    ceremony: str
    options: Mapping[str, Any]
    """PublicKeyCredentialCreationOptions or …RequestOptions, as JSON has them."""


class _Challenge(msgspec.Struct, frozen=True, array_like=True):
    challenge: bytes
    account: str
    expires_ms: int


class PasskeyServices:
    """One for a node. Invariant: a ceremony is finished at most once, on all nodes together."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        passkeys: Passkeys,
        links: Links,
        sign_in: SignIn,
        seals: Seals,
        audit: Auditor,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._passkeys = passkeys
        self._links = links
        self._sign_in = sign_in
        self._seals = seals
        self._audit = audit
        self._clock = clock

    # --- one's own ------------------------------------------------------------------------------

    async def of_account(self, account: str) -> Sequence[Passkey]:
        """All of them, the newest first."""
        found = await self._passkeys.of_account(account)
        return sorted(found, key=lambda one: -one.created_at)

    async def begin_adding(
        self,
        account: Account,
        password: str,
        origin: Origin,
        site: Site,
        *,
        code: str = "",
        recovery: str = "",
    ) -> Begun:
        """Asks the password, and a code where there is a second factor: a passkey stands for both.
        Raises TooMany, InvalidCredentials, InvalidCode, PasswordsBusy, TooManyPasskeys."""
        await self._sign_in.check_password(account, password, origin)
        if account.totp_secret is not None:
            await self._sign_in.check_factor(account, origin, code=code, recovery=recovery)
        known = await self._passkeys.of_account(account.id)
        if len(known) >= PASSKEYS_MAX:
            raise TooManyPasskeys
        challenge, ceremony = self._challenge("add", account.id)
        options = webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name="Touchline",
            user_id=account.id.encode(),
            user_name=account.email or account.name,
            user_display_name=account.name,
            challenge=challenge,
            timeout=LIFE_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            supported_pub_key_algs=list(ALGORITHMS),
            exclude_credentials=[_descriptor(one) for one in known],
        )
        return Begun(ceremony, msgspec.json.decode(webauthn.options_to_json(options)))

    async def finish_adding(
        self,
        account: str,
        ceremony: str,
        credential: Mapping[str, Any],
        name: str,
        origin: Origin,
        site: Site,
    ) -> Passkey:
        """Raises PasskeyRefused, PasskeyKnown, TooManyPasskeys."""
        kept = self._opened("add", account, ceremony)
        try:
            made = judge_made(credential, Asked(kept.challenge, site.origin, site.host))
        except NotWhole as error:
            raise PasskeyRefused from error
        if not await self._use_up(kept, account):
            raise PasskeyRefused
        passkey = Passkey(
            id=made.id,
            account=account,
            public_key=made.public_key,
            sign_count=made.count,
            name=name,
            transports=",".join(made.transports),
            created_at=self._clock.now_ms(),
        )
        if not await self._passkeys.add(passkey, most=PASSKEYS_MAX):
            full = len(await self._passkeys.of_account(account)) >= PASSKEYS_MAX
            raise TooManyPasskeys if full else PasskeyKnown
        self._audit.note("passkey.added", account, origin, about=passkey.id)
        return passkey

    async def remove(self, account: str, id_: str, origin: Origin) -> bool:
        """False: the account has no such passkey. Sessions that it opened stay."""
        done = await self._passkeys.remove(account, id_)
        if done:
            self._audit.note("passkey.removed", account, origin, about=id_)
        return done

    # --- signing in -----------------------------------------------------------------------------

    def begin(self, site: Site) -> Begun:
        """For whoever it may be: the device knows which accounts it has here."""
        challenge, ceremony = self._challenge("sign-in", "")
        options = webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=challenge,
            timeout=LIFE_MS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return Begun(ceremony, msgspec.json.decode(webauthn.options_to_json(options)))

    async def finish(
        self,
        ceremony: str,
        credential: Mapping[str, Any],
        device: Device,
        origin: Origin,
        site: Site,
    ) -> SignedIn:
        """The device checked the person (finger, face, PIN), so it stands for password and second
        factor. Raises TooMany, InvalidCredentials for everything else that is wrong."""
        await self._sign_in.take("login", origin.address)
        passkey = await self._passkeys.passkey(str(credential["id"]))
        account = None if passkey is None else await self._accounts.account(passkey.account)
        if passkey is None or account is None:
            self._audit.note("login.failed", None, origin, about="passkey")
            raise InvalidCredentials
        try:
            await self._prove(passkey, ceremony, credential, site)
            return await self._sign_in.with_passkey(account, device, origin)
        except InvalidCredentials:
            self._audit.note("login.failed", account.id, origin, about="passkey")
            raise
        except _CounterStands:
            # Two devices with one key: its owner should look at this.
            self._audit.note("login.failed", account.id, origin, about="passkey", reason="counter")
            raise InvalidCredentials from None

    async def _prove(
        self, passkey: Passkey, ceremony: str, credential: Mapping[str, Any], site: Site
    ) -> None:
        """The device has the key, said so just now, and not before. Raises InvalidCredentials,
        _CounterStands."""
        try:
            kept = self._opened("sign-in", "", ceremony)
            count = judge_used(
                credential,
                Asked(kept.challenge, site.origin, site.host),
                public_key=passkey.public_key,
                account=passkey.account,
            )
        except (NotWhole, PasskeyRefused):
            raise InvalidCredentials from None
        if not await self._use_up(kept, passkey.account):
            raise InvalidCredentials
        at = self._clock.now_ms()
        if not await self._passkeys.used(passkey.id, before=passkey.sign_count, count=count, at=at):
            raise _CounterStands

    # --- challenges -----------------------------------------------------------------------------

    def _challenge(self, act: Act, account: str) -> tuple[bytes, str]:
        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        kept = _Challenge(challenge, account, self._clock.now_ms() + LIFE_MS)
        sealed = self._seals.seal(
            msgspec.msgpack.encode(kept), account=_bound(act, account), purpose="passkey"
        )
        return challenge, text_of(sealed)

    def _opened(self, act: Act, account: str, ceremony: str) -> _Challenge:
        """Raises PasskeyRefused for a ceremony that has run out, or was begun for something
        else."""
        try:
            opened = self._seals.open(
                bytes_of(ceremony), account=_bound(act, account), purpose="passkey"
            )
        except (CannotOpen, ValueError) as error:
            raise PasskeyRefused from error
        kept = msgspec.msgpack.decode(opened, type=_Challenge)
        if kept.expires_ms <= self._clock.now_ms():
            raise PasskeyRefused
        return kept

    async def _use_up(self, kept: _Challenge, account: str) -> bool:
        """After all that is wrong was refused: nobody but the key's owner makes the database write.
        False: it was finished before, here or on another node."""
        digest = hashlib.sha256(kept.challenge).digest()
        until = kept.expires_ms + SKEW_MS
        return await self._links.use_up(
            digest, "ceremony", account, at=self._clock.now_ms(), until=until
        )


class _CounterStands(Exception):
    """The device's counter did not go on."""


def _descriptor(one: Passkey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(name) for name in one.transports.split(",") if name]
    return PublicKeyCredentialDescriptor(id=bytes_of(one.id), transports=transports or None)


def _bound(act: Act, account: str) -> str:
    return f"{act} {account}"

"""Passkeys: a key pair in somebody's device, added to an account and used to sign in with.

Knows WebAuthn by the library that judges what devices say; must not know requests. A ceremony is
begun with a sealed challenge that the page carries, so that any node may finish it. SPEC: PK1 to
PK5.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec
import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from server.accounts.sealed import CannotOpen, Seals
from server.accounts.sign_in import Device, InvalidCredentials, SignedIn, SignIn
from server.audit import Auditor, Origin
from server.clock import Clock
from storage.accounts import Account, Accounts
from storage.passkeys import Passkey, Passkeys

LIFE_MS: Final = 300_000
"""How long a person may take over one ceremony."""
CHALLENGE_BYTES: Final = 32
PASSKEYS_MAX: Final = 20
"""Of one account."""
USED_MAX: Final = 10_000
"""Finished ceremonies that a node remembers: 33 a second."""

Act = Literal["add", "sign-in"]


class PasskeyRefused(Exception):
    """What the device said does not belong to this ceremony, or is not whole."""


class TooManyPasskeys(Exception):
    """The account has PASSKEYS_MAX."""


class PasskeyKnown(Exception):
    """The credential belongs to an account already."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the page is: what a device binds its answer to."""

    origin: str
    """Scheme, host and port."""
    host: str


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
    """One for a node. Invariant: a ceremony is finished at most once here."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        passkeys: Passkeys,
        sign_in: SignIn,
        seals: Seals,
        audit: Auditor,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._passkeys = passkeys
        self._sign_in = sign_in
        self._seals = seals
        self._audit = audit
        self._clock = clock
        self._used: dict[bytes, int] = {}

    # --- one's own ------------------------------------------------------------------------------

    async def of_account(self, account: str) -> Sequence[Passkey]:
        """All of them, the newest first."""
        found = await self._passkeys.of_account(account)
        return sorted(found, key=lambda one: -one.created_at)

    async def begin_adding(
        self, account: Account, password: str, origin: Origin, site: Site
    ) -> Begun:
        """Asks the password, as everything grave. Raises TooMany, InvalidCredentials,
        PasswordsBusy, TooManyPasskeys."""
        await self._sign_in.check_password(account, password, origin)
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
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=_bytes_of(one.id)) for one in known
            ],
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
        expected = self._take("add", account, ceremony)
        try:
            verified = webauthn.verify_registration_response(
                credential=dict(credential),
                expected_challenge=expected.challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError) as error:
            raise PasskeyRefused from error
        passkey = Passkey(
            id=_text_of(verified.credential_id),
            account=account,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            name=name,
            transports="",
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
        try:
            if passkey is None or account is None:
                raise InvalidCredentials
            count = self._judged(passkey, ceremony, credential, site)
            at = self._clock.now_ms()
            if not await self._passkeys.used(
                passkey.id, before=passkey.sign_count, count=count, at=at
            ):
                raise InvalidCredentials
            return await self._sign_in.with_passkey(account, device, origin)
        except InvalidCredentials:
            known = None if passkey is None else passkey.account
            self._audit.note("login.failed", known, origin, about="passkey")
            raise

    def _judged(
        self, passkey: Passkey, ceremony: str, credential: Mapping[str, Any], site: Site
    ) -> int:
        """The device's counter, if all is right."""
        try:
            verified = webauthn.verify_authentication_response(
                credential=dict(credential),
                expected_challenge=self._take("sign-in", "", ceremony).challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, PasskeyRefused):
            raise InvalidCredentials from None
        return verified.new_sign_count

    # --- challenges -----------------------------------------------------------------------------

    def _challenge(self, act: Act, account: str) -> tuple[bytes, str]:
        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        kept = _Challenge(challenge, account, self._clock.now_ms() + LIFE_MS)
        sealed = self._seals.seal(
            msgspec.msgpack.encode(kept), account=_bound(act, account), purpose="passkey"
        )
        return challenge, _text_of(sealed)

    def _take(self, act: Act, account: str, ceremony: str) -> _Challenge:
        """Uses the ceremony up. Raises PasskeyRefused for one that was finished here, has run out,
        or was begun for something else."""
        now = self._clock.now_ms()
        try:
            opened = self._seals.open(
                _bytes_of(ceremony), account=_bound(act, account), purpose="passkey"
            )
        except (CannotOpen, ValueError) as error:
            raise PasskeyRefused from error
        kept = msgspec.msgpack.decode(opened, type=_Challenge)
        digest = hashlib.sha256(kept.challenge).digest()
        if kept.expires_ms <= now or digest in self._used:
            raise PasskeyRefused
        self._remember(digest, kept.expires_ms, now)
        return kept

    def _remember(self, digest: bytes, expires_ms: int, now: int) -> None:
        for old, until in list(self._used.items()):
            if until > now and len(self._used) < USED_MAX:
                break
            del self._used[old]
        self._used[digest] = expires_ms


def _bound(act: Act, account: str) -> str:
    return f"{act} {account}"


def _text_of(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes_of(text: str) -> bytes:
    """Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

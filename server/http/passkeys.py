"""Passkeys over HTTP: added to one's account, listed, removed; and signing in with one.

What is decided, server/accounts/passkeys.py decides. SPEC: PK1 to PK5, PK9 to PK11.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from protocol.membership import NameField
from protocol.text import clean_name
from server.accounts.passkeys import (
    PASSKEYS_MAX,
    Begun,
    InsecureOrigin,
    PasskeyKnown,
    PasskeyRefused,
    Site,
    TooManyPasskeys,
)
from server.http.account import FactorAgain, known
from server.http.authentication import identity_of
from server.http.documentation import refusals
from server.http.refusals import Asked, Refusal, invalid, not_found
from server.http.sign_in import (
    Deliver,
    SignedInAnswer,
    accounts_of,
    answered,
    device_of,
    origin_of,
    signed_in,
)
from storage.passkeys import Passkey

PasskeyPath = Annotated[str, PathParameter(description="The passkey's id.")]
Base64Url = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]+$", max_length=8_192)]
Transport = Annotated[str, Meta(max_length=32)]
CeremonyField = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]+$", max_length=1_024)]


class PasskeyBegun(Struct, frozen=True):
    """What the page hands to the browser."""

    ceremony: str
    """To be brought back with the answer, within five minutes."""
    options: dict[str, Any]
    """Options of `navigator.credentials`, in WebAuthn's JSON."""


class Attestation(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What a device says when it makes a key pair."""

    client_data_json: Base64Url = msgspec.field(name="clientDataJSON")
    attestation_object: Base64Url
    transports: Annotated[list[Transport], Meta(max_length=16)] = []
    """How the browser may reach the device again; those that we do not know are passed over."""


class Assertion(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What a device says when it signs in."""

    client_data_json: Base64Url = msgspec.field(name="clientDataJSON")
    authenticator_data: Base64Url
    signature: Base64Url
    user_handle: Base64Url | None = None


class NewCredential(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A credential as WebAuthn's JSON has it, when it was made."""

    id: Base64Url
    raw_id: Base64Url
    response: Attestation
    type: Literal["public-key"] = "public-key"


class UsedCredential(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A credential as WebAuthn's JSON has it, when it was used."""

    id: Base64Url
    raw_id: Base64Url
    response: Assertion
    type: Literal["public-key"] = "public-key"


class NewPasskey(Struct, frozen=True, forbid_unknown_fields=True):
    """The device's answer, and what to call it."""

    ceremony: CeremonyField
    credential: NewCredential
    name: NameField


class PasskeySignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The device's answer."""

    ceremony: CeremonyField
    credential: UsedCredential
    refresh: Deliver = "cookie"
    device: Annotated[str, Meta(max_length=120)] = ""


class PasskeyCard(Struct, frozen=True):
    """One of one's passkeys."""

    id: str
    name: str
    created_at: int
    used_at: int | None


class PasskeyList(Struct, frozen=True):
    """All of them, the newest first: there are few."""

    passkeys: list[PasskeyCard]


@get(
    "/account/passkeys",
    operation_id="listPasskeys",
    tags=["account"],
    summary="List my passkeys",
)
async def list_passkeys(request: Asked) -> PasskeyList:
    """What signs in without the password."""
    found = await accounts_of(request).passkeys.of_account(identity_of(request).account)
    return PasskeyList([_card(one) for one in found])


@post(
    "/account/passkeys/begin",
    operation_id="beginPasskey",
    tags=["account"],
    status_code=200,
    summary="Begin to add a passkey",
    responses=refusals(401, 409, 429, 503),
)
async def begin_passkey(request: Asked, data: JSONBody[FactorAgain]) -> PasskeyBegun:
    """What the browser asks a device for. With the password and, where it is on, a second
    factor: the passkey will stand for both."""
    accounts = accounts_of(request)
    with known(), answered(), _told():
        account = await accounts.mine.find(identity_of(request).account)
        begun = await accounts.passkeys.begin_adding(
            account,
            data.password,
            origin_of(request),
            _site(request),
            code=data.code,
            recovery=data.recovery_code,
        )
    return _begun(begun)


@post(
    "/account/passkeys/finish",
    operation_id="finishPasskey",
    tags=["account"],
    summary="Add a passkey",
    responses=refusals(409, 422),
)
async def finish_passkey(request: Asked, data: JSONBody[NewPasskey]) -> PasskeyCard:
    """The device made a key pair: its public half is kept."""
    name = clean_name(data.name)
    if name is None:
        raise invalid("name: not empty, and no control, direction or invisible-only characters")
    with _told():
        made = await accounts_of(request).passkeys.finish_adding(
            identity_of(request).account,
            data.ceremony,
            msgspec.to_builtins(data.credential),
            name,
            origin_of(request),
            _site(request),
        )
    return _card(made)


@delete(
    "/account/passkeys/{passkey_id:str}",
    operation_id="removePasskey",
    tags=["account"],
    status_code=204,
    summary="Remove a passkey",
    responses=refusals(404),
)
async def remove_passkey(request: Asked, passkey_id: PasskeyPath) -> None:
    """It signs in no more; sessions that it opened stay, and are ended as any."""
    account = identity_of(request).account
    if not await accounts_of(request).passkeys.remove(account, passkey_id, origin_of(request)):
        raise not_found()


@post(
    "/auth/passkey/begin",
    operation_id="beginPasskeySignIn",
    tags=["signing in"],
    status_code=200,
    summary="Begin to sign in with a passkey",
    responses=refusals(409),
)
async def begin_passkey_sign_in(request: Asked) -> PasskeyBegun:
    """What the browser asks a device for, whoever it may be."""
    with _told():
        return _begun(accounts_of(request).passkeys.begin(_site(request)))


@post(
    "/auth/passkey/finish",
    operation_id="finishPasskeySignIn",
    tags=["signing in"],
    status_code=200,
    summary="Sign in with a passkey",
    responses=refusals(401, 409, 429),
)
async def finish_passkey_sign_in(
    request: Asked, data: JSONBody[PasskeySignIn]
) -> Response[SignedInAnswer]:
    """The device checked the person: it stands for password and second factor. Whatever is wrong
    has one answer."""
    with answered(), _told():
        opened = await accounts_of(request).passkeys.finish(
            data.ceremony,
            msgspec.to_builtins(data.credential),
            device_of(request, data.device),
            origin_of(request),
            _site(request),
        )
    return signed_in(request, opened, data.refresh)


@contextmanager
def _told() -> Generator[None]:
    """Gives what passkeys raise its answers."""
    try:
        yield
    except PasskeyRefused:
        raise Refusal(422, "passkey_refused") from None
    except PasskeyKnown:
        raise Refusal(409, "passkey_known") from None
    except InsecureOrigin:
        raise Refusal(409, "insecure_origin") from None
    except TooManyPasskeys:
        raise Refusal(409, "limit_reached", about={"max": PASSKEYS_MAX}) from None


def _site(request: Asked) -> Site:
    """Where the page is, by the gate's list of our origins. Raises InsecureOrigin."""
    return Site.of(request.scope["state"]["page_origin"])


def _begun(begun: Begun) -> PasskeyBegun:
    return PasskeyBegun(begun.ceremony, dict(begun.options))


def _card(one: Passkey) -> PasskeyCard:
    return PasskeyCard(one.id, one.name, one.created_at, one.used_at)

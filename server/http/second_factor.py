"""One's second factor over HTTP: offered, confirmed by a code, removed; recovery codes.

What is decided, server/accounts decides; a secret and codes are told once. SPEC: A6, MA4 to MA7.
"""

from __future__ import annotations

from litestar import post
from litestar.params import JSONBody
from msgspec import Struct

from server.http.account import CodeField, FactorAgain, TypedPassword, known
from server.http.authentication import identity_of
from server.http.documentation import refusals
from server.http.refusals import Asked
from server.http.sign_in import accounts_of, answered, origin_of


class PasswordAgain(Struct, frozen=True, forbid_unknown_fields=True):
    """The password, asked again."""

    password: TypedPassword

    def __repr__(self) -> str:
        return "PasswordAgain(…)"


class CodeAgain(Struct, frozen=True, forbid_unknown_fields=True):
    """Password and a code of the authenticator, asked again."""

    password: TypedPassword
    code: CodeField

    def __repr__(self) -> str:
        return "CodeAgain(…)"


class TotpOffer(Struct, frozen=True):
    """A second factor to set up: shown once."""

    secret: str
    uri: str
    svg: str

    def __repr__(self) -> str:
        return "TotpOffer(…)"


class TotpCode(Struct, frozen=True, forbid_unknown_fields=True):
    """The first code of the authenticator."""

    code: CodeField

    def __repr__(self) -> str:
        return "TotpCode(…)"


class RecoveryCodes(Struct, frozen=True):
    """Ten codes, shown once."""

    recovery_codes: list[str]

    def __repr__(self) -> str:
        return "RecoveryCodes(…)"


@post(
    "/account/totp",
    operation_id="beginTotp",
    tags=["account"],
    status_code=200,
    summary="Set up a second factor",
    responses=refusals(401, 409, 429, 503),
)
async def begin_totp(request: Asked, data: JSONBody[PasswordAgain]) -> TotpOffer:
    """A secret for an authenticator, as text and drawn. It counts once a code of it is brought."""
    with known(), answered():
        offer = await accounts_of(request).mine.begin_totp(
            identity_of(request).account, data.password, origin_of(request)
        )
    return TotpOffer(offer.secret, offer.uri, offer.svg)


@post(
    "/account/totp/confirm",
    operation_id="confirmTotp",
    tags=["account"],
    status_code=200,
    summary="Confirm the second factor",
    responses=refusals(401, 409, 429),
)
async def confirm_totp(request: Asked, data: JSONBody[TotpCode]) -> RecoveryCodes:
    """The first code was right: the second factor is on. Ten recovery codes, shown once."""
    with known(), answered():
        codes = await accounts_of(request).mine.confirm_totp(
            identity_of(request).account, data.code, origin_of(request)
        )
    return RecoveryCodes(list(codes))


@post(
    "/account/totp/disable",
    operation_id="disableTotp",
    tags=["account"],
    status_code=204,
    summary="Remove the second factor",
    responses=refusals(401, 409, 429, 503),
)
async def disable_totp(request: Asked, data: JSONBody[FactorAgain]) -> None:
    """With the password and a code."""
    with known(), answered():
        await accounts_of(request).mine.remove_totp(
            identity_of(request).account,
            data.password,
            data.code,
            origin_of(request),
            recovery=data.recovery_code,
        )


@post(
    "/account/recovery-codes",
    operation_id="newRecoveryCodes",
    tags=["account"],
    status_code=200,
    summary="Make new recovery codes",
    responses=refusals(401, 409, 429, 503),
)
async def new_recovery_codes(request: Asked, data: JSONBody[CodeAgain]) -> RecoveryCodes:
    """Ten fresh ones, shown once; the old ones are void."""
    with known(), answered():
        codes = await accounts_of(request).mine.renew_recovery_codes(
            identity_of(request).account, data.password, data.code, origin_of(request)
        )
    return RecoveryCodes(list(codes))

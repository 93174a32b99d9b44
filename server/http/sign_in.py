"""Signing in over HTTP: password, second factor, refresh, signing out, and what only a mailbox may
know.

Turns failures into the exact answers of A1 to A8; what is decided, server/accounts decides.
Browsers keep the refresh token in a cookie that scripts cannot read, programs ask for it in the
body.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from litestar import Response, post
from litestar.params import JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from protocol.membership import NameField
from protocol.text import clean_name
from server.accounts.passwords import PasswordRefused, PasswordsBusy
from server.accounts.services import AccountServices
from server.accounts.sign_in import (
    Device,
    FactorAwaited,
    InvalidCode,
    InvalidCredentials,
    NotSignedIn,
    SignedIn,
    TooMany,
)
from server.accounts.sign_up import InvitationNeeded, SignUpClosed, Texts, UnknownLink, digest_of
from server.audit import Origin
from server.http.authentication import bearer_of, identity_of, services_of, unauthorized
from server.http.cookies import forget_cookie, refresh_cookie, set_cookie
from server.http.documentation import refusals
from server.http.refusals import Asked, Refusal, invalid, request_id, unavailable
from server.mail import MailBusy, normalised_email

PasswordField = Annotated[str, Meta(min_length=1, max_length=2_048)]
EmailField = Annotated[str, Meta(min_length=3, max_length=320)]
LinkField = Annotated[str, Meta(min_length=8, max_length=256)]
Deliver = Literal["cookie", "body"]


class SignUpRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Who wants an account. A guest's bearer may come along: its rooms and history go on."""

    email: EmailField
    name: NameField
    invitation: Annotated[str, Meta(max_length=256)] = ""
    """The part of an invitation's link behind `invitation=`, where the server asks for one."""
    team_invitation: Annotated[str, Meta(max_length=256)] = ""
    """The secret of an invitation to a team: it opens a server that is by invitation."""

    def __repr__(self) -> str:
        return "SignUpRequest(…)"


class Sent(Struct, frozen=True):
    """A message is on its way, or would be if the address were known."""

    sent: bool


class ConfirmRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of a link, and the password to have."""

    token: LinkField
    password: PasswordField
    refresh: Deliver = "cookie"

    def __repr__(self) -> str:
        return "ConfirmRequest(…)"


class LoginRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """An e-mail address and a password."""

    email: Annotated[str, Meta(max_length=320)]
    password: Annotated[str, Meta(max_length=16_384)]
    """Whatever a body may hold: one that is too long is wrong like any other (A3)."""
    refresh: Deliver = "cookie"
    device: Annotated[str, Meta(max_length=120)] = ""
    """A name for the list of devices; made of the User-Agent where it is not given."""

    def __repr__(self) -> str:
        return "LoginRequest(…)"


class FactorRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The second factor: a code, or a recovery code."""

    mfa_token: Annotated[str, Meta(max_length=4_096)]
    code: Annotated[str, Meta(max_length=16)] = ""
    recovery_code: Annotated[str, Meta(max_length=64)] = ""
    refresh: Deliver = "cookie"
    device: Annotated[str, Meta(max_length=120)] = ""

    def __repr__(self) -> str:
        return "FactorRequest(…)"


class RefreshRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A refresh token; without one, the cookie counts."""

    refresh_token: Annotated[str, Meta(max_length=4_096)] = ""

    def __repr__(self) -> str:
        return "RefreshRequest(…)"


class SignedInAnswer(Struct, frozen=True, omit_defaults=True):
    """An open session."""

    token: str
    """Access token of ten minutes."""
    account: str
    name: str
    expires: int
    """Log time in ms at which the access token ends."""
    session: str
    refresh_token: str | UnsetType = UNSET
    """Where it was asked for in the body."""

    def __repr__(self) -> str:
        return f"SignedInAnswer({self.account}, {self.session})"


class LoginAnswer(Struct, frozen=True, omit_defaults=True):
    """An open session (as after every other way of signing in), or the demand for a second
    factor."""

    mfa: Literal["required"] | UnsetType = UNSET
    mfa_token: str | UnsetType = UNSET
    """For five minutes and five attempts, and good for nothing else."""
    methods: list[Literal["totp", "recovery"]] | UnsetType = UNSET
    token: str | UnsetType = UNSET
    account: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    expires: int | UnsetType = UNSET
    session: str | UnsetType = UNSET
    refresh_token: str | UnsetType = UNSET

    def __repr__(self) -> str:
        return "LoginAnswer(…)"


class ResetRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose password was forgotten."""

    email: EmailField


class NewPasswordRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of a link, and the password to have."""

    token: LinkField
    password: PasswordField

    def __repr__(self) -> str:
        return "NewPasswordRequest(…)"


class EmailLinkRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of a link."""

    token: LinkField

    def __repr__(self) -> str:
        return "EmailLinkRequest(…)"


@post(
    "/auth/sign-up",
    operation_id="signUp",
    tags=["signing in"],
    status_code=202,
    summary="Ask for an account",
    responses=refusals(403, 422, 429, 503),
)
async def sign_up(request: Asked, data: JSONBody[SignUpRequest]) -> Sent:
    """A message with a link that makes the account. The answer is the same where the address has
    one already: only its mailbox is told."""
    accounts = accounts_of(request)
    email, name = clean_email(data.email), clean_name(data.name)
    if name is None:
        raise invalid("name: not empty, and no control, direction or invisible-only characters")
    invited = bool(data.team_invitation) and await _is_team_invitation(
        accounts, data.team_invitation, email, services_of(request).clock.now_ms()
    )
    with answered():
        await accounts.sign_up.ask(
            email,
            name,
            texts_of(request),
            origin_of(request),
            guest=_guest(request),
            invitation=data.invitation,
            invited_to_team=invited,
        )
    return Sent(sent=True)


@post(
    "/auth/sign-up/confirm",
    operation_id="confirmSignUp",
    tags=["signing in"],
    status_code=200,
    summary="Make the account",
    responses=refusals(404, 422, 429, 503),
)
async def confirm_sign_up(
    request: Asked, data: JSONBody[ConfirmRequest]
) -> Response[SignedInAnswer]:
    """The link was opened, and a password chosen: the account is there, and one is signed in."""
    with answered():
        opened = await accounts_of(request).sign_up.confirm(
            data.token, data.password, device_of(request), origin_of(request)
        )
    return signed_in(request, opened, data.refresh)


@post(
    "/auth/login",
    operation_id="logIn",
    tags=["signing in"],
    status_code=200,
    summary="Sign in",
    responses=refusals(401, 429, 503),
)
async def log_in(request: Asked, data: JSONBody[LoginRequest]) -> Response[Any]:
    """A session, or the demand for a second factor. Every wrong password, unknown address and
    closed account has the same answer."""
    with answered():
        done = await accounts_of(request).sign_in.with_password(
            data.email, data.password, device_of(request, data.device), origin_of(request)
        )
    if isinstance(done, FactorAwaited):
        return Response(LoginAnswer("required", done.mfa_token, ["totp", "recovery"]))
    return signed_in(request, done, data.refresh)


@post(
    "/auth/mfa",
    operation_id="secondFactor",
    tags=["signing in"],
    status_code=200,
    summary="Bring the second factor",
    responses=refusals(401, 429),
)
async def second_factor(request: Asked, data: JSONBody[FactorRequest]) -> Response[SignedInAnswer]:
    """A code of the authenticator, or a recovery code. Each counts once."""
    if bool(data.code) == bool(data.recovery_code):
        raise invalid("code, recovery_code: one of them")
    with answered():
        opened = await accounts_of(request).sign_in.with_code(
            data.mfa_token,
            device_of(request, data.device),
            origin_of(request),
            code=data.code,
            recovery=data.recovery_code,
        )
    return signed_in(request, opened, data.refresh)


@post(
    "/auth/refresh",
    operation_id="refreshToken",
    tags=["signing in"],
    status_code=200,
    summary="Renew the access token",
    responses=refusals(401, 429),
)
async def refresh(request: Asked, data: JSONBody[RefreshRequest]) -> Response[SignedInAnswer]:
    """Another access token, and another refresh token: the old one is good for ten more seconds,
    for whoever lost this answer. Used later, it ends the session."""
    token = data.refresh_token or refresh_cookie(request)
    if not token:
        raise unauthorized()
    with answered():
        opened = await accounts_of(request).sign_in.refresh(token, origin_of(request))
    return signed_in(request, opened, "body" if data.refresh_token else "cookie")


@post(
    "/auth/logout",
    operation_id="logOut",
    tags=["signing in"],
    status_code=204,
    summary="Sign out",
    responses=refusals(401),
)
async def log_out(request: Asked, data: JSONBody[RefreshRequest]) -> Response[None]:
    """Ends the session of the refresh token, of the cookie, or of the bearer token, and closes its
    connections."""
    sign_in = accounts_of(request).sign_in
    token = data.refresh_token or refresh_cookie(request)
    session = None if token is None else await sign_in.session_of(token)
    if session is not None:
        await sign_in.end_session(session.account, session.id, origin_of(request))
    else:
        identity = services_of(request).authentication.identify(bearer_of(request), "http")
        if identity is None or not identity.session or identity.kind != "account":
            raise unauthorized()
        await sign_in.end_session(identity.account, identity.session, origin_of(request))
    return Response(None, status_code=204, headers={"Set-Cookie": forget_cookie(request)})


@post(
    "/auth/reset",
    operation_id="requestReset",
    tags=["signing in"],
    status_code=202,
    summary="Forgot the password",
    responses=refusals(422, 503),
)
async def request_reset(request: Asked, data: JSONBody[ResetRequest]) -> Sent:
    """A message with a link, if the address has an account. The answer does not say so."""
    email = clean_email(data.email)
    with answered():
        await accounts_of(request).sign_up.ask_reset(email, texts_of(request), origin_of(request))
    return Sent(sent=True)


@post(
    "/auth/reset/confirm",
    operation_id="resetPassword",
    tags=["signing in"],
    status_code=204,
    summary="Choose another password",
    responses=refusals(404, 422, 503),
)
async def reset_password(request: Asked, data: JSONBody[NewPasswordRequest]) -> None:
    """The link was opened: another password. One is signed out everywhere."""
    with answered():
        await accounts_of(request).sign_up.reset(
            data.token, data.password, texts_of(request), origin_of(request)
        )


@post(
    "/auth/email/confirm",
    operation_id="confirmEmail",
    tags=["signing in"],
    status_code=204,
    summary="Confirm an e-mail address",
    responses=refusals(401, 404),
)
async def confirm_email(request: Asked, data: JSONBody[EmailLinkRequest]) -> None:
    """The link was opened by whoever is signed in with the account that asked for it: the address
    is theirs. Nobody else's opening gives an account their mailbox."""
    with answered():
        await accounts_of(request).sign_up.confirm_email(
            identity_of(request).account, data.token, origin_of(request)
        )


# --- shared by what signs in, and by one's account ------------------------------------------------


def accounts_of(request: Asked) -> AccountServices:
    """What there is of accounts."""
    return services_of(request).accounts


def origin_of(request: Asked) -> Origin:
    """Where the request comes from, for limits and the audit trail."""
    return Origin(str(request.scope["state"]["address"]), request_id(request))


def texts_of(request: Asked) -> Texts:
    """How links in messages begin."""
    return Texts(link_origin_of(request))


def link_origin_of(request: Asked) -> str:
    """How every link to our pages begins (HT19), as the gate has decided it."""
    return str(request.scope["state"]["links"])


def clean_email(text: str) -> str:
    """The address as it is kept."""
    email = normalised_email(text)
    if email is None:
        raise Refusal(422, "email_invalid")
    return email


def signed_in(request: Asked, opened: SignedIn, deliver: Deliver) -> Response[SignedInAnswer]:
    """The session, with its refresh token where it was asked for."""
    identity = opened.access.identity
    answer = SignedInAnswer(
        opened.access.token,
        identity.account,
        identity.name,
        identity.expires_ms,
        opened.session,
        opened.refresh if deliver == "body" else UNSET,
    )
    if deliver == "body":
        return Response(answer)
    cookie = set_cookie(request, opened.refresh, opened.life_ms)
    return Response(answer, headers={"Set-Cookie": cookie})


_GUESSES = frozenset({"login", "failed_login", "password", "mfa", "mfa_token"})
"""Limits on guesses at a secret; others are on use."""


@contextmanager
def answered() -> Generator[None]:
    """Gives what accounts raise the answers that A1 to A8 name."""
    try:
        yield
    except TooMany as error:
        code = "too_many_attempts" if error.limit in _GUESSES else "rate_limited"
        told = {**error.told, "retry-after": str(error.retry_after_s)}
        raise Refusal(429, code, headers=told) from None
    except InvalidCredentials:
        raise Refusal(401, "invalid_credentials") from None
    except InvalidCode:
        raise Refusal(401, "invalid_code") from None
    except NotSignedIn:
        raise unauthorized() from None
    except UnknownLink:
        raise Refusal(404, "unknown_link") from None
    except SignUpClosed:
        raise Refusal(403, "sign_up_closed") from None
    except InvitationNeeded:
        raise Refusal(403, "invitation_needed") from None
    except PasswordRefused as error:
        raise Refusal(422, "weak_password", about=error.reason) from None
    except PasswordsBusy as error:
        raise unavailable("busy", error.retry_after_s) from None
    except MailBusy:
        raise unavailable("busy") from None


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def device_of(request: Asked, name: str = "") -> Device:
    """What the client says it is: enough to tell one's devices apart, and to notice a new one."""
    agent = request.headers.get("user-agent", "")[:512]
    browser = next((label for sign, label in _BROWSERS if sign in agent), "")
    system = next((label for sign, label in _SYSTEMS if sign in agent), "")
    told = " on ".join(part for part in (browser, system) if part)
    shown = clean_name(name) or told or _CONTROL.sub("", agent.partition(" ")[0])[:60] or "Program"
    return Device(shown, f"{browser}/{system}")


def _guest(request: Asked) -> str | None:
    """The guest's account, where a valid bearer came along."""
    bearer = bearer_of(request)
    if not bearer:
        return None
    identity = services_of(request).authentication.identify(bearer, "http")
    if identity is None or identity.kind != "guest":
        raise unauthorized()
    return identity.account


async def _is_team_invitation(accounts: AccountServices, secret: str, email: str, at: int) -> bool:
    found = await accounts.stores.teams.invitation_by(digest_of(secret), at)
    return found is not None and found.email in {None, email}

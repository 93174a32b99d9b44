"""One's own account over HTTP: name, password, second factor, devices, data, the end.

What is decided, server/accounts decides; what is grave asks for the password again.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from protocol.membership import NameField
from protocol.text import clean_name
from server.accounts.my_account import (
    FactorIsOff,
    FactorIsOn,
    LastOwner,
    NoAccount,
    shown_address,
)
from server.http.authentication import identity_of, services_of, unauthorized
from server.http.cookies import forget_cookie
from server.http.documentation import refusals
from server.http.paging import LIMIT_DEFAULT, CursorQuery, LimitQuery, cursor_after, version_after
from server.http.refusals import Asked, Refusal, invalid, not_found
from server.http.sign_in import (
    EmailField,
    PasswordField,
    Sent,
    accounts_of,
    answered,
    clean_email,
    origin_of,
    texts_of,
)
from storage.accounts import Account

SessionPath = Annotated[str, PathParameter(description="The session's id.")]
TypedPassword = Annotated[str, Meta(max_length=8_192)]
CodeField = Annotated[str, Meta(max_length=16)]
RecoveryField = Annotated[str, Meta(max_length=64)]


class AccountView(Struct, frozen=True):
    """One's account."""

    account: str
    name: str
    email: str | None
    created_at: int
    password: bool
    """Whether there is one; accounts of another issuer have none."""
    password_changed_at: int | None
    totp: bool
    recovery_codes_left: int
    site_role: str | None


class AccountChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Another name."""

    name: NameField


class PasswordChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The password one has, and the one to have."""

    current: TypedPassword
    new: PasswordField

    def __repr__(self) -> str:
        return "PasswordChange(…)"


class EmailChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Another address, and the password; one of the two codes where there is a factor."""

    email: EmailField
    password: TypedPassword
    code: CodeField = ""
    recovery_code: RecoveryField = ""

    def __repr__(self) -> str:
        return "EmailChange(…)"


class FactorAgain(Struct, frozen=True, forbid_unknown_fields=True):
    """Password and second factor, asked again; one of the two codes where there is a factor."""

    password: TypedPassword
    code: CodeField = ""
    recovery_code: RecoveryField = ""

    def __repr__(self) -> str:
        return "FactorAgain(…)"


class SessionCard(Struct, frozen=True):
    """One device that is signed in."""

    id: str
    device: str
    address: str
    created_at: int
    used_at: int
    current: bool
    """The one that asks."""
    new_device: bool
    """No older session that is still open looks like it: a hint, no more."""


class SessionList(Struct, frozen=True):
    """All of them: there are few."""

    sessions: list[SessionCard]


class EndSessions(Struct, frozen=True, forbid_unknown_fields=True):
    """Which ones."""

    all: bool = False
    """Also the one that asks."""


class Ended(Struct, frozen=True):
    """How many sessions ended."""

    ended: int


class ActivityRecord(Struct, frozen=True):
    """Something that was done with one's account."""

    at: int
    action: str
    address: str
    about: str


class ActivityPage(Struct, frozen=True):
    """The newest first."""

    activity: list[ActivityRecord]
    next: str | None


@get(
    "/account",
    operation_id="showAccount",
    tags=["account"],
    summary="Show my account",
)
async def show_account(request: Asked) -> AccountView:
    """Name, address, and how one signs in."""
    accounts = accounts_of(request)
    with known():
        found = await accounts.mine.find(identity_of(request).account)
    return await _view(request, found)


@patch(
    "/account",
    operation_id="changeAccount",
    tags=["account"],
    status_code=200,
    summary="Change my name",
)
async def change_account(request: Asked, data: JSONBody[AccountChange]) -> AccountView:
    """Another name, from the next refresh of the access token on."""
    name = clean_name(data.name)
    if name is None:
        raise invalid("name: not empty, and no control, direction or invisible-only characters")
    with known():
        found = await accounts_of(request).mine.rename(
            identity_of(request).account, name, origin_of(request)
        )
    return await _view(request, found)


@post(
    "/account/password",
    operation_id="changePassword",
    tags=["account"],
    status_code=204,
    summary="Change my password",
    responses=refusals(401, 422, 429, 503),
)
async def change_password(request: Asked, data: JSONBody[PasswordChange]) -> None:
    """Another password. Every other session ends."""
    identity = identity_of(request)
    with known(), answered():
        await accounts_of(request).mine.change_password(
            identity.account,
            data.current,
            data.new,
            keep=identity.session,
            origin=origin_of(request),
        )


@post(
    "/account/email",
    operation_id="changeEmail",
    tags=["account"],
    status_code=202,
    summary="Change my e-mail address",
    responses=refusals(401, 422, 429, 503),
)
async def change_email(request: Asked, data: JSONBody[EmailChange]) -> Sent:
    """With the password and, where it is on, a second factor: a message with a link to the new
    address. The old one holds until it is opened."""
    accounts, origin = accounts_of(request), origin_of(request)
    email = clean_email(data.email)
    with known(), answered():
        found = await accounts.mine.find(identity_of(request).account)
        await accounts.sign_in.check_password(found, data.password, origin)
        if found.totp_secret is not None:
            await accounts.sign_in.check_factor(
                found, origin, code=data.code, recovery=data.recovery_code
            )
        await accounts.sign_up.ask_email(found, email, texts_of(request), origin)
    return Sent(sent=True)


# --- devices --------------------------------------------------------------------------------------


@get(
    "/account/sessions",
    operation_id="listSessions",
    tags=["account"],
    summary="List my devices",
)
async def list_sessions(request: Asked) -> SessionList:
    """Every session that has not ended."""
    identity = identity_of(request)
    found = await accounts_of(request).stores.sessions.of_account(
        identity.account, now=services_of(request).clock.now_ms()
    )
    cards = [
        SessionCard(
            one.id,
            one.device,
            one.address,
            one.created_at,
            one.used_at,
            one.id == identity.session,
            not any(
                other.fingerprint == one.fingerprint and other.created_at < one.created_at
                for other in found
            )
            and one.created_at != min(other.created_at for other in found),
        )
        for one in found
    ]
    return SessionList(sorted(cards, key=lambda card: -card.used_at))


@delete(
    "/account/sessions/{session_id:str}",
    operation_id="endSession",
    tags=["account"],
    status_code=204,
    summary="End a session",
    responses=refusals(404),
)
async def end_session(request: Asked, session_id: SessionPath) -> None:
    """Signs that device out: its connections close."""
    done = await accounts_of(request).sign_in.end_session(
        identity_of(request).account, session_id, origin_of(request), reason="ended by its owner"
    )
    if not done:
        raise not_found()


@post(
    "/account/sessions/end",
    operation_id="endSessions",
    tags=["account"],
    status_code=200,
    summary="Sign out elsewhere, or everywhere",
)
async def end_sessions(request: Asked, data: JSONBody[EndSessions]) -> Response[Ended]:
    """Every other session, or all."""
    identity = identity_of(request)
    count = await accounts_of(request).sign_in.end_sessions(
        identity.account,
        origin_of(request),
        keep=None if data.all else identity.session,
        reason="signed out everywhere",
    )
    headers = {"Set-Cookie": forget_cookie(request)} if data.all else {}
    return Response(Ended(count), headers=headers)


# --- one's data -----------------------------------------------------------------------------------


@get(
    "/account/activity",
    operation_id="listActivity",
    tags=["account"],
    summary="List what was done with my account",
)
async def list_activity(
    request: Asked, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
) -> ActivityPage:
    """Sign-ins, changes and refusals, the newest first."""
    page = await accounts_of(request).stores.trail.page(
        limit=limit + 1,
        before=version_after("activity", cursor),
        account=identity_of(request).account,
    )
    shown = page[:limit]
    mine = identity_of(request).account
    records = [
        ActivityRecord(one.at, one.action, shown_address(one, mine), one.object) for _, one in shown
    ]
    more = cursor_after("activity", shown[-1][0]) if len(page) > limit else None
    return ActivityPage(records, more)


class AccountFile(Struct, frozen=True):
    """Everything that is kept of an account, but secrets and hashes."""

    format: str
    version: int
    exported_at: int
    account: dict[str, Any]
    sessions: list[dict[str, Any]]
    passkeys: list[dict[str, Any]]
    teams: list[dict[str, Any]]
    keys: list[dict[str, Any]]
    rooms: list[dict[str, Any]]
    activity: list[dict[str, Any]]


@get(
    "/account/export",
    operation_id="exportAccount",
    tags=["account"],
    summary="Take my data",
)
async def export_account(request: Asked) -> Response[AccountFile]:
    """A file with everything that is kept of the account, but secrets."""
    with known(), answered():
        data: dict[str, Any] = await accounts_of(request).mine.exported(
            identity_of(request).account, origin_of(request)
        )
    headers = {"Content-Disposition": 'attachment; filename="touchline-account.json"'}
    return Response(msgspec.convert(data, AccountFile), headers=headers)


@post(
    "/account/delete",
    operation_id="deleteAccount",
    tags=["account"],
    status_code=204,
    summary="Delete my account",
    responses=refusals(401, 409, 429, 503),
)
async def delete_account(request: Asked, data: JSONBody[FactorAgain]) -> Response[None]:
    """For good, with the password and, where it is on, a second factor."""
    with known(), answered():
        await accounts_of(request).mine.delete(
            identity_of(request).account,
            data.password,
            data.code,
            origin_of(request),
            recovery=data.recovery_code,
        )
    return Response(None, status_code=204, headers={"Set-Cookie": forget_cookie(request)})


# --- shared ---------------------------------------------------------------------------------------


@contextmanager
def known() -> Generator[None]:
    """Gives what one's account raises its answers."""
    try:
        yield
    except NoAccount:
        raise unauthorized() from None
    except FactorIsOn:
        raise Refusal(409, "totp_on") from None
    except FactorIsOff:
        raise Refusal(409, "totp_off") from None
    except LastOwner as error:
        raise Refusal(409, "last_owner", about={"teams": error.teams}) from None


async def _view(request: Asked, found: Account) -> AccountView:
    left = await accounts_of(request).mine.recovery_codes_left(found.id)
    return AccountView(
        found.id,
        found.name,
        found.email,
        found.created_at,
        found.password_hash is not None,
        found.password_changed_at,
        found.totp_secret is not None,
        left,
        found.site_role,
    )

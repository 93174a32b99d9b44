"""What administrators of the site see and do with people: search, sign out, close, invite, teams.

Staff may read; what changes something is for administrators and for the operator, and each act is
recorded. A page and the command line use the same operations. SPEC: AD1, AD2.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Literal

from litestar import delete, get, post, put
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta, Struct

from server.http.authentication import actor_of, services_of
from server.http.documentation import refusals
from server.http.paging import (
    LIMIT_DEFAULT,
    CursorQuery,
    LimitQuery,
    cursor_after,
    key_after,
)
from server.http.refusals import Asked, Refusal, not_found
from server.http.sign_in import Sent, accounts_of, answered, origin_of, texts_of
from storage.accounts import Account
from storage.blocks import Block

SiteRole = Literal["staff", "admin"]
SearchQuery = Annotated[
    str,
    QueryParameter(
        max_length=128, description="Part of a name or address, or an id.", required=False
    ),
]
UserPath = Annotated[str, PathParameter(description="The account's id.")]
SessionPath = Annotated[str, PathParameter(description="The session's id.")]


class UserCard(Struct, frozen=True):
    """Somebody in a list."""

    id: str
    name: str
    email: str | None
    created_at: int
    site_role: str | None
    totp: bool
    closed_at: int | None
    origin: str


class UserPage(Struct, frozen=True):
    """Some people, by id."""

    users: list[UserCard]
    next: str | None


class AdminSession(Struct, frozen=True):
    """A device that is signed in."""

    id: str
    account: str
    device: str
    address: str
    created_at: int
    used_at: int


class AdminSessions(Struct, frozen=True):
    """The sessions of one account."""

    sessions: list[AdminSession]


class UserView(Struct, frozen=True):
    """Everything about one account that is not secret."""

    user: UserCard
    sessions: list[AdminSession]
    teams: list[dict[str, str]]
    keys: list[AdminKey]
    blocked: str | None
    """Why, if the account is blocked."""
    block: str | None
    """The id of that block."""


class AdminKey(Struct, frozen=True):
    """A key of a program, without its secret."""

    id: str
    name: str
    account: str
    team: str | None
    scopes: list[str]
    created_at: int
    expires_at: int | None
    used_at: int | None
    revoked_at: int | None


class SiteRoleChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody may do on the whole site; null: nothing more than everybody."""

    role: SiteRole | None


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """Why, for the records."""

    reason: Annotated[str, Meta(max_length=200)] = ""


class Counted(Struct, frozen=True):
    """How many."""

    count: int


class AdminTeam(Struct, frozen=True):
    """A team in a list."""

    id: str
    name: str
    created_at: int


class AdminTeams(Struct, frozen=True):
    """Some teams, by id."""

    teams: list[AdminTeam]
    next: str | None


class AdminMember(Struct, frozen=True):
    """Somebody in a team."""

    account: str
    name: str
    role: str
    joined_at: int


class AdminTeamView(Struct, frozen=True):
    """A team, its people and its first rooms."""

    team: AdminTeam
    members: list[AdminMember]
    rooms: list[str]


@get("/admin/users", operation_id="adminListUsers", tags=["admin"], summary="Search people")
async def list_users(
    request: Asked,
    q: SearchQuery = "",
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> UserPage:
    """By a part of the name or address, or by id."""
    found = await accounts_of(request).stores.accounts.search(
        q, limit=limit + 1, after=key_after("users", cursor)
    )
    shown = [_user(one) for one in found[:limit]]
    return UserPage(shown, cursor_after("users", shown[-1].id) if len(found) > limit else None)


@get(
    "/admin/users/{account_id:str}",
    operation_id="adminShowUser",
    tags=["admin"],
    summary="Show somebody",
)
async def show_user(request: Asked, account_id: UserPath) -> UserView:
    """Sessions, teams, keys, and whether they are blocked."""
    accounts = accounts_of(request)
    stores, now = accounts.stores, services_of(request).clock.now_ms()
    found = await account_of_path(request, account_id)
    block = accounts.access.blocks.find("account", account_id, now)
    return UserView(
        _user(found),
        [_session(one) for one in await stores.sessions.of_account(account_id)],
        [
            {"id": team.id, "name": team.name, "role": role}
            for team, role in await stores.teams.of_account(account_id)
        ],
        [key_card(one) for one in await stores.keys.of_account(account_id)],
        None if block is None else block.reason,
        None if block is None else block.id,
    )


@post(
    "/admin/users/{account_id:str}/sessions/end",
    operation_id="adminEndUserSessions",
    tags=["admin"],
    status_code=200,
    summary="Sign somebody out everywhere",
)
async def end_user_sessions(request: Asked, account_id: UserPath) -> Counted:
    """Every session; their connections close."""
    await account_of_path(request, account_id)
    count = await accounts_of(request).sign_in.end_sessions(
        account_id, origin_of(request), reason="ended by an administrator"
    )
    note_act(request, "sessions ended", about=account_id, count=count)
    return Counted(count)


@put(
    "/admin/users/{account_id:str}/site-role",
    operation_id="adminSetSiteRole",
    tags=["admin"],
    status_code=200,
    summary="Change what somebody may do on the site",
    responses=refusals(409),
)
async def set_site_role(
    request: Asked, account_id: UserPath, data: JSONBody[SiteRoleChange]
) -> UserCard:
    """Staff may read, administrators may do; nobody takes it from themselves, so that one is
    left."""
    if actor_of(request) == account_id:
        raise Refusal(409, "own_role")
    await account_of_path(request, account_id)
    await accounts_of(request).stores.accounts.set_site_role(account_id, data.role)
    note_act(request, "site role", about=account_id, role=data.role)
    return _user(await account_of_path(request, account_id))


@post(
    "/admin/users/{account_id:str}/close",
    operation_id="adminCloseUser",
    tags=["admin"],
    status_code=204,
    summary="Close somebody's account",
    responses=refusals(409),
)
async def close_user(request: Asked, account_id: UserPath, data: JSONBody[Reason]) -> None:
    """For good: sessions and keys end, invitations are void, and a team that they owned alone goes
    to an admin or a member. To keep somebody out for a while, block them."""
    accounts, now = accounts_of(request), services_of(request).clock.now_ms()
    await account_of_path(request, account_id)
    if actor_of(request) == account_id:
        raise Refusal(409, "own_role")
    closed = await accounts.stores.accounts.close(account_id, at=now, reason="closed")
    accounts.access.note("account", account_id, "closed", now)
    for team, heir in closed.heirs if closed is not None else ():
        note_act(request, "team inherited", about=team, member=heir, role="owner")
    accounts.team_rooms.changed()
    accounts.audit.note(
        "account.closed", actor_of(request), origin_of(request), about=account_id, why=data.reason
    )


@post(
    "/admin/users/{account_id:str}/reset",
    operation_id="adminResetUser",
    tags=["admin"],
    status_code=202,
    summary="Send somebody a link for another password",
    responses=refusals(409, 429, 503),
)
async def reset_user(request: Asked, account_id: UserPath) -> Sent:
    """To the address of the account; the administrator never sees the link."""
    found = await account_of_path(request, account_id)
    if found.email is None:
        raise Refusal(409, "no_email")
    with answered():
        await accounts_of(request).sign_up.send_reset(
            found.email, texts_of(request), origin_of(request), actor_of(request)
        )
    note_act(request, "password reset sent", about=account_id)
    return Sent(sent=True)


@post(
    "/admin/users/{account_id:str}/totp/remove",
    operation_id="adminRemoveTotp",
    tags=["admin"],
    status_code=204,
    summary="Remove somebody's second factor",
    responses=refusals(409),
)
async def remove_totp(request: Asked, account_id: UserPath, data: JSONBody[Reason]) -> None:
    """For who lost phone and recovery codes. Every session ends. One's own is removed with
    password and code, or by another administrator."""
    accounts = accounts_of(request)
    if actor_of(request) == account_id:
        # Whoever has come by an administrator's token must not get rid of the factor with it.
        raise Refusal(409, "own_role")
    await account_of_path(request, account_id)
    await accounts.stores.accounts.remove_totp(account_id)
    await accounts.sign_in.end_sessions(
        account_id, origin_of(request), reason="second factor removed by an administrator"
    )
    accounts.audit.note(
        "mfa.off", actor_of(request), origin_of(request), about=account_id, why=data.reason
    )


@get("/admin/sessions", operation_id="adminListSessions", tags=["admin"], summary="List sessions")
async def list_sessions(
    request: Asked, account: Annotated[str, QueryParameter(max_length=64)]
) -> AdminSessions:
    """Of one account."""
    found = await accounts_of(request).stores.sessions.of_account(account)
    return AdminSessions([_session(one) for one in found])


@delete(
    "/admin/sessions/{session_id:str}",
    operation_id="adminEndSession",
    tags=["admin"],
    status_code=204,
    summary="End a session",
)
async def end_session(request: Asked, session_id: SessionPath) -> None:
    """Signs that device out."""
    accounts = accounts_of(request)
    found = await accounts.stores.sessions.session(session_id)
    if found is None or not await accounts.sign_in.end_session(
        found.account, session_id, origin_of(request), reason="ended by an administrator"
    ):
        raise not_found()
    note_act(request, "session ended", about=session_id)


@get("/admin/teams", operation_id="adminListTeams", tags=["admin"], summary="Search teams")
async def list_teams(
    request: Asked,
    q: SearchQuery = "",
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> AdminTeams:
    """By a part of the name, or by id."""
    found = await accounts_of(request).stores.teams.search(
        q, limit=limit + 1, after=key_after("teams", cursor)
    )
    shown = [AdminTeam(one.id, one.name, one.created_at) for one in found[:limit]]
    return AdminTeams(shown, cursor_after("teams", shown[-1].id) if len(found) > limit else None)


@get("/admin/teams/{id:str}", operation_id="adminShowTeam", tags=["admin"], summary="Show a team")
async def show_team(
    request: Asked,
    id: Annotated[str, PathParameter(description="The team's id.")],
) -> AdminTeamView:
    """Its people, and how many rooms it has of the first hundred."""
    teams = accounts_of(request).stores.teams
    team = await teams.team(id)
    if team is None:
        raise not_found()
    members = [
        AdminMember(one.account, one.name, one.role, one.joined_at)
        for one in await teams.members(id)
    ]
    rooms = await teams.rooms(id, limit=100)
    return AdminTeamView(AdminTeam(team.id, team.name, team.created_at), members, rooms)


async def account_of_path(request: Asked, account_id: str) -> Account:
    """The account that the path names, closed ones too."""
    found = await accounts_of(request).stores.accounts.account(account_id)
    if found is None:
        raise not_found()
    return found


async def add_block(
    request: Asked, kind: str, value: str, reason: str, ends_at: int | None
) -> Block:
    """Keeps somebody out from now on, on this node at once."""
    accounts, now = accounts_of(request), services_of(request).clock.now_ms()
    made = Block(
        id=f"b_{now:011x}{secrets.token_hex(4)}",
        kind=kind,
        value=value,
        reason=reason,
        by=actor_of(request),
        created_at=now,
        ends_at=ends_at,
    )
    await accounts.stores.blocks.add(made)
    accounts.access.note("block", made.id, "set", now)
    await accounts.access.refresh()
    return made


def note_act(request: Asked, what: str, *, about: str = "", **detail: str | int | None) -> None:
    """Records what an administrator did."""
    accounts_of(request).audit.note(
        "admin.act", actor_of(request), origin_of(request), about=about or what, what=what, **detail
    )


def _user(one: Account) -> UserCard:
    return UserCard(
        one.id,
        one.name,
        one.email,
        one.created_at,
        one.site_role,
        one.totp_secret is not None,
        one.closed_at,
        one.origin,
    )


def _session(one: Any) -> AdminSession:
    return AdminSession(one.id, one.account, one.device, one.address, one.created_at, one.used_at)


def key_card(one: Any) -> AdminKey:
    """A key as lists show it."""
    return AdminKey(
        one.id,
        one.name,
        one.account,
        one.team,
        sorted(one.scopes),
        one.created_at,
        one.expires_at,
        one.used_at,
        one.revoked_at,
    )

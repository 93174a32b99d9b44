"""What administrators of the site see and do: people, sessions, teams, keys, blocks, limits,
records, cleanup.

Staff may read; what changes something is for administrators and for the operator, and each act is
recorded. A page and the command line use the same operations.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
from litestar import delete, get, post, put
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.response import Stream
from msgspec import Meta, Struct

from server.audit import ACTIONS
from server.http.authentication import actor_of, services_of
from server.http.documentation import refusals
from server.http.paging import (
    LIMIT_DEFAULT,
    CursorQuery,
    LimitQuery,
    cursor_after,
    key_after,
    version_after,
)
from server.http.refusals import Asked, Refusal, invalid, not_found
from server.http.sign_in import accounts_of, answered, clean_email, origin_of, texts_of
from server.limits.blocks import InvalidBlock, canonical
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
BlockPath = Annotated[str, PathParameter(description="The block's id.")]
TextQuery = Annotated[str | None, QueryParameter(max_length=128, required=False)]
TimeQuery = Annotated[
    int | None, QueryParameter(ge=0, le=2**53 - 1, description="Log time, ms.", required=False)
]
LimitPath = Annotated[str, PathParameter(description="The limit's name.")]
SubjectQuery = Annotated[
    str, QueryParameter(min_length=1, max_length=400, description="Whom the limit counts.")
]
EXPORT_AT_ONCE = 500


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


class AdminKeys(Struct, frozen=True):
    """Some keys, by id."""

    keys: list[AdminKey]
    next: str | None


class SiteRoleChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody may do on the whole site; null: nothing more than everybody."""

    role: SiteRole | None


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """Why, for the records."""

    reason: Annotated[str, Meta(max_length=200)] = ""


class SiteInvitation(Struct, frozen=True, forbid_unknown_fields=True):
    """Who may sign up; without an address, whoever has the link."""

    email: Annotated[str, Meta(max_length=320)] = ""
    site_role: SiteRole | None = None


class InvitationLink(Struct, frozen=True):
    """The address to send."""

    link: str

    def __repr__(self) -> str:
        return "InvitationLink(…)"


class Counted(Struct, frozen=True):
    """How many."""

    count: int


class BlockRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to keep out, why, and until when."""

    kind: Literal["account", "address", "key"]
    value: Annotated[str, Meta(min_length=1, max_length=64)]
    """An account, a key's id, an address or a network (192.0.2.0/24)."""
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    ends_at: int | None = None
    """Log time in ms; null: until it is lifted."""


class BlockCard(Struct, frozen=True):
    """Somebody who is kept out, or was."""

    id: str
    kind: str
    value: str
    reason: str
    by: str
    created_at: int
    ends_at: int | None
    lifted_at: int | None


class BlockPage(Struct, frozen=True):
    """The newest first."""

    blocks: list[BlockCard]
    next: str | None


class AuditCard(Struct, frozen=True):
    """A record."""

    number: int
    at: int
    action: str
    account: str | None
    address: str
    node: str
    request: str
    about: str
    detail: dict[str, Any]


class AuditPage(Struct, frozen=True):
    """The newest first."""

    records: list[AuditCard]
    next: str | None


class LimitCard(Struct, frozen=True):
    """One row of the table of limits."""

    name: str
    per: str
    limit: int
    window_s: int
    strict: bool
    """Never looser while the shared store is away, and not shrunk by load."""
    about: str
    refused: int
    """By this node, since its start."""


class LimitsView(Struct, frozen=True):
    """The table, and how this node keeps it."""

    limits: list[LimitCard]
    store: str
    """memory, redis, or `away`: Redis is set and does not answer."""
    nodes: int
    """That count together."""
    load_factor: float
    """What is left of the limits that shrink while the node is overloaded; 1: all."""
    lag_s: float
    keys: int


class LimitState(Struct, frozen=True):
    """What one subject has used."""

    name: str
    subject: str
    used: int
    limit: int
    reset_s: int
    retry_after_s: int


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


class Overview(Struct, frozen=True):
    """How the site stands."""

    accounts: int
    closed: int
    teams: int
    sessions: int
    keys: int
    blocks: int
    connections: int
    mail: str
    sign_up: str
    audit_lost: int


class CleanedUp(Struct, frozen=True):
    """What went because it had expired."""

    sessions: int
    links: int
    receipts: int
    audit: int
    changes: int


# --- people ---------------------------------------------------------------------------------------


@get("/admin/overview", operation_id="adminOverview", tags=["admin"], summary="How the site stands")
async def overview(request: Asked) -> Overview:
    """Counts of what there is, and what this node has to say."""
    services, accounts = services_of(request), accounts_of(request)
    counts = await accounts.stores.accounts.counts(services.clock.now_ms())
    return Overview(
        **counts,
        connections=services.counts().connections,
        mail=accounts.mail.kind,
        sign_up=services.settings.sign_up,
        audit_lost=accounts.audit.lost,
    )


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
    found = await _account(request, account_id)
    block = accounts.access.blocks.find("account", account_id, now)
    return UserView(
        _user(found),
        [_session(one) for one in await stores.sessions.of_account(account_id)],
        [
            {"id": team.id, "name": team.name, "role": role}
            for team, role in await stores.teams.of_account(account_id)
        ],
        [_key(one) for one in await stores.keys.of_account(account_id)],
        None if block is None else block.reason,
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
    await _account(request, account_id)
    count = await accounts_of(request).sign_in.end_sessions(
        account_id, origin_of(request), reason="ended by an administrator"
    )
    _note(request, "sessions ended", about=account_id, count=count)
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
    await _account(request, account_id)
    await accounts_of(request).stores.accounts.set_site_role(account_id, data.role)
    _note(request, "site role", about=account_id, role=data.role)
    return _user(await _account(request, account_id))


@post(
    "/admin/users/{account_id:str}/close",
    operation_id="adminCloseUser",
    tags=["admin"],
    status_code=204,
    summary="Close somebody's account",
    responses=refusals(409),
)
async def close_user(request: Asked, account_id: UserPath, data: JSONBody[Reason]) -> None:
    """For good: sessions and keys end. To keep somebody out for a while, block them."""
    accounts, now = accounts_of(request), services_of(request).clock.now_ms()
    found = await _account(request, account_id)
    if actor_of(request) == account_id:
        raise Refusal(409, "own_role")
    await accounts.stores.accounts.close(account_id, at=now, reason="closed")
    accounts.access.note("account", account_id, "closed", now)
    if found.origin != "password":
        # Its issuer goes on to give it tokens, for longer than endings are remembered.
        await _add_block(request, "account", account_id, data.reason or "closed", None)
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
async def reset_user(request: Asked, account_id: UserPath) -> None:
    """To the address of the account; the administrator never sees the link."""
    found = await _account(request, account_id)
    if found.email is None:
        raise Refusal(409, "no_email")
    with answered():
        await accounts_of(request).sign_up.ask_reset(
            found.email, texts_of(request), origin_of(request)
        )
    _note(request, "password reset sent", about=account_id)


@post(
    "/admin/users/{account_id:str}/totp/remove",
    operation_id="adminRemoveTotp",
    tags=["admin"],
    status_code=204,
    summary="Remove somebody's second factor",
)
async def remove_totp(request: Asked, account_id: UserPath, data: JSONBody[Reason]) -> None:
    """For who lost phone and recovery codes. Every session ends."""
    accounts = accounts_of(request)
    await _account(request, account_id)
    await accounts.stores.accounts.remove_totp(account_id)
    await accounts.sign_in.end_sessions(
        account_id, origin_of(request), reason="second factor removed by an administrator"
    )
    accounts.audit.note(
        "mfa.off", actor_of(request), origin_of(request), about=account_id, why=data.reason
    )


@post(
    "/admin/invitations",
    operation_id="adminInvite",
    tags=["admin"],
    summary="Invite somebody to the site",
    responses=refusals(503),
)
async def invite(request: Asked, data: JSONBody[SiteInvitation]) -> InvitationLink:
    """A link by which one person may sign up, whatever the setting says. Mailed, where an address
    is given."""
    email = clean_email(data.email) if data.email else ""
    with answered():
        link = await accounts_of(request).sign_up.invite(
            email, data.site_role, texts_of(request), origin_of(request), actor_of(request)
        )
    return InvitationLink(link)


# --- sessions and keys ----------------------------------------------------------------------------


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
    _note(request, "session ended", about=session_id)


@get("/admin/keys", operation_id="adminListKeys", tags=["admin"], summary="List keys")
async def list_keys(
    request: Asked,
    account: TextQuery = None,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> AdminKeys:
    """All of them, or those that one account made; revoked ones too."""
    found = await accounts_of(request).stores.keys.page(
        limit=limit + 1, after=key_after("keys", cursor), account=account
    )
    shown = [_key(one) for one in found[:limit]]
    return AdminKeys(shown, cursor_after("keys", shown[-1].id) if len(found) > limit else None)


@delete(
    "/admin/keys/{key_id:str}",
    operation_id="adminRevokeKey",
    tags=["admin"],
    status_code=204,
    summary="Revoke a key",
)
async def revoke_key(
    request: Asked, key_id: Annotated[str, PathParameter(description="The key's id.")]
) -> None:
    """Nobody comes in by it any more; its connections close."""
    accounts, now = accounts_of(request), services_of(request).clock.now_ms()
    if not await accounts.stores.keys.revoke(key_id, at=now, reason="revoked by an administrator"):
        raise not_found()
    accounts.access.note("key", key_id, "revoked", now)
    accounts.audit.note("key.revoked", actor_of(request), origin_of(request), about=key_id)


# --- blocks ---------------------------------------------------------------------------------------


@get("/admin/blocks", operation_id="adminListBlocks", tags=["admin"], summary="List blocks")
async def list_blocks(
    request: Asked, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
) -> BlockPage:
    """Those that hold and those that ended, the newest first."""
    found = await accounts_of(request).stores.blocks.page(
        limit=limit + 1, before=key_after("blocks", cursor)
    )
    shown = [_block(one) for one in found[:limit]]
    more = cursor_after("blocks", shown[-1].id) if len(found) > limit else None
    return BlockPage(shown, more)


@post(
    "/admin/blocks",
    operation_id="adminBlock",
    tags=["admin"],
    summary="Keep somebody out",
    responses=refusals(409),
)
async def block(request: Asked, data: JSONBody[BlockRequest]) -> BlockCard:
    """An account, a key, or an address or network: nothing new comes in, and what is open
    closes."""
    services, accounts = services_of(request), accounts_of(request)
    now = services.clock.now_ms()
    try:
        value = canonical(data.kind, data.value)
    except InvalidBlock as error:
        raise invalid(f"value: {error}") from None
    if data.ends_at is not None and data.ends_at <= now:
        raise invalid("ends_at: in the past")
    if data.kind == "account" and value == actor_of(request):
        raise Refusal(409, "own_role")
    made = await _add_block(request, data.kind, value, data.reason, data.ends_at)
    accounts.audit.note(
        "block.set", actor_of(request), origin_of(request), about=value, kind=data.kind
    )
    return _block(made)


@delete(
    "/admin/blocks/{block_id:str}",
    operation_id="adminLiftBlock",
    tags=["admin"],
    status_code=204,
    summary="Let somebody in again",
)
async def lift_block(request: Asked, block_id: BlockPath) -> None:
    """The block ends now."""
    services, accounts = services_of(request), accounts_of(request)
    now = services.clock.now_ms()
    if not await accounts.stores.blocks.lift(block_id, at=now, by=actor_of(request)):
        raise not_found()
    accounts.access.note("block", block_id, "lifted", now)
    await accounts.access.refresh()
    accounts.audit.note("block.lifted", actor_of(request), origin_of(request), about=block_id)


# --- records --------------------------------------------------------------------------------------


@get("/admin/audit", operation_id="adminReadAudit", tags=["admin"], summary="Read the records")
async def read_audit(
    request: Asked,
    account: TextQuery = None,
    action: TextQuery = None,
    about: TextQuery = None,
    since: TimeQuery = None,
    until: TimeQuery = None,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> AuditPage:
    """The newest first; by who did it, what it was, whom it was done to, and when."""
    if action is not None and action not in ACTIONS:
        raise invalid(f"action: one of {', '.join(ACTIONS)}")
    found = await accounts_of(request).stores.trail.page(
        limit=limit + 1,
        before=version_after("audit", cursor),
        account=account,
        action=action,
        object=about,
        since=since,
        until=until,
    )
    shown = [_record(number, one) for number, one in found[:limit]]
    more = cursor_after("audit", shown[-1].number) if len(found) > limit else None
    return AuditPage(shown, more)


@get(
    "/admin/audit/export",
    operation_id="adminExportAudit",
    tags=["admin"],
    summary="Export the records",
    media_type="application/x-ndjson",
)
async def export_audit(request: Asked, since: TimeQuery = None, until: TimeQuery = None) -> Stream:
    """All of them, a line each, oldest first."""
    _note(request, "audit exported")
    trail = accounts_of(request).stores.trail

    async def lines() -> AsyncIterator[bytes]:
        after = 0
        while True:
            found = await trail.page(limit=EXPORT_AT_ONCE, after=after, since=since, until=until)
            if found:
                records = [msgspec.json.encode(_record(number, one)) for number, one in found]
                yield b"\n".join(records) + b"\n"
                after = found[-1][0]
            if len(found) < EXPORT_AT_ONCE:
                return

    return Stream(lines(), media_type="application/x-ndjson")


# --- limits ---------------------------------------------------------------------------------------


@get("/admin/limits", operation_id="adminShowLimits", tags=["admin"], summary="Show the limits")
async def show_limits(request: Asked) -> LimitsView:
    """The table that holds, and how this node keeps it."""
    limits, refused = accounts_of(request).limits, services_of(request).metrics.limit_refusals
    state = limits.state()
    rows = [
        LimitCard(
            row.name,
            str(row.per),
            row.limit,
            row.window_s,
            row.strict,
            row.about,
            refused.get(row.name, 0),
        )
        for row in limits.limiter.limits.values()
    ]
    return LimitsView(rows, state.store, state.nodes, state.load_factor, state.lag_s, state.keys)


@get(
    "/admin/limits/{name:str}",
    operation_id="adminShowLimit",
    tags=["admin"],
    summary="How a limit stands for somebody",
)
async def show_limit(request: Asked, name: LimitPath, subject: SubjectQuery) -> LimitState:
    """For an address, an account, an e-mail address …, as the table says."""
    limiter = accounts_of(request).limits.limiter
    if name not in limiter.limits:
        raise not_found()
    one = await limiter.look(name, subject)
    return LimitState(
        name, subject, one.limit - one.remaining, one.limit, one.reset_s, one.retry_after_s
    )


@delete(
    "/admin/limits/{name:str}",
    operation_id="adminResetLimit",
    tags=["admin"],
    status_code=204,
    summary="Let somebody start over with a limit",
)
async def reset_limit(request: Asked, name: LimitPath, subject: SubjectQuery) -> None:
    """What was counted is forgotten; for `failed_login`, the delays too."""
    limits = accounts_of(request).limits
    if name not in limits.limiter.limits:
        raise not_found()
    await limits.forget(name, subject)
    _note(request, "limit reset", about=name)


# --- teams ----------------------------------------------------------------------------------------


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


@post(
    "/admin/cleanup",
    operation_id="adminCleanUp",
    tags=["admin"],
    status_code=200,
    summary="Forget what has expired",
)
async def clean_up(request: Asked) -> CleanedUp:
    """Ended sessions, used links, old receipts and records: every node does so once an hour by
    itself."""
    done = await accounts_of(request).cleanup.run_once()
    _note(request, "cleaned up")
    return CleanedUp(**done)


# --- shared ---------------------------------------------------------------------------------------


async def _add_block(
    request: Asked, kind: str, value: str, reason: str, ends_at: int | None
) -> Block:
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


async def _account(request: Asked, account_id: str) -> Account:
    found = await accounts_of(request).stores.accounts.account(account_id)
    if found is None:
        raise not_found()
    return found


def _note(request: Asked, what: str, *, about: str = "", **detail: str | int | None) -> None:
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


def _key(one: Any) -> AdminKey:
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


def _block(one: Block) -> BlockCard:
    return BlockCard(
        one.id,
        one.kind,
        one.value,
        one.reason,
        one.by,
        one.created_at,
        one.ends_at,
        one.lifted_at,
    )


def _record(number: int, one: Any) -> AuditCard:
    return AuditCard(
        number,
        one.at,
        one.action,
        one.account,
        one.address,
        one.node,
        one.request,
        one.object,
        dict(one.detail),
    )

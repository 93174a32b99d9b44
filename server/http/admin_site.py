"""What administrators see and do with the site as a whole: keys, blocks, limits, records, cleanup.

As server/http/admin.py, for everything that is not one person. SPEC: AD3 to AD6.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.response import Stream
from msgspec import Meta, Struct

from server.audit import ACTIONS
from server.http.admin import AdminKey, add_block, key_card, note_act
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
from server.http.sign_in import accounts_of, origin_of
from server.limits.blocks import InvalidBlock, canonical, covers
from storage.blocks import Block

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


class AdminKeys(Struct, frozen=True):
    """Some keys, by id."""

    keys: list[AdminKey]
    next: str | None


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


class AuditActions(Struct, frozen=True):
    """Acts that are recorded."""

    actions: dict[str, str]
    """Name → what it means."""


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


class Overview(Struct, frozen=True):
    """How the site stands."""

    may: Literal["read", "change"]
    """What whoever asks may do here: staff reads."""
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
    note_act(request, "cleaned up")
    return CleanedUp(**done)


@get("/admin/overview", operation_id="adminOverview", tags=["admin"], summary="How the site stands")
async def overview(request: Asked) -> Overview:
    """Counts of what there is, and what this node has to say."""
    services, accounts = services_of(request), accounts_of(request)
    counts = await accounts.stores.accounts.counts(services.clock.now_ms())
    return Overview(
        may="read" if request.scope["state"].get("role") == "staff" else "change",
        **counts,
        connections=services.counts().connections,
        mail=accounts.mail.kind,
        sign_up=services.settings.sign_up,
        audit_lost=accounts.audit.lost,
    )


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
    shown = [key_card(one) for one in found[:limit]]
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
    address = origin_of(request).address
    if data.kind == "address" and covers(value, address):
        raise Refusal(409, "own_address")
    made = await add_block(request, data.kind, value, data.reason, data.ends_at)
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
    note_act(request, "limit reset", about=name)


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
    "/admin/audit/actions",
    operation_id="adminListActions",
    tags=["admin"],
    summary="List what is recorded",
    sync_to_thread=False,
)
def list_actions() -> AuditActions:
    """Every kind of act that has records, in words."""
    return AuditActions(dict(ACTIONS))


@get(
    "/admin/audit/export",
    operation_id="adminExportAudit",
    tags=["admin"],
    summary="Export the records",
    media_type="application/x-ndjson",
)
async def export_audit(request: Asked, since: TimeQuery = None, until: TimeQuery = None) -> Stream:
    """All of them, a line each, oldest first."""
    note_act(request, "audit exported")
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

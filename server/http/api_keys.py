"""Keys of programs over HTTP: made, listed, given another secret, revoked. A secret is told once.

SPEC: AK10 to AK14 (A12).
"""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from protocol.identifiers import RoomIdField
from protocol.membership import NameField, TimeField
from protocol.text import clean_name
from server.accounts import signatures
from server.accounts.live_keys import new_key, with_new_secret
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.refusals import Asked, Refusal, invalid, not_found
from server.http.sign_in import accounts_of, answered, origin_of
from server.http.teams import TeamPath
from storage.api_keys import ApiKey

KeyPath = Annotated[str, PathParameter(description="The key's id.")]
ScopeField = Literal["rooms:read", "rooms:write", "teams:read", "feeds:read", "feeds:publish"]
KEYS_MAX = 100
OVERLAP_H_MAX = 168
HOUR_MS = 3_600_000


class KeyRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be made."""

    name: NameField
    scopes: Annotated[list[ScopeField], Meta(min_length=1, max_length=8)]
    team: Annotated[str, Meta(max_length=64)] | None = None
    """A team that it belongs to: its admins see and revoke it."""
    rooms: Annotated[list[RoomIdField], Meta(min_length=1, max_length=200)] | None = None
    """The only rooms and feeds it may touch; null: all of one's own."""
    expires: TimeField | None = None
    signing: bool = False
    """Whether requests must be signed (Standard Webhooks)."""


class KeyCard(Struct, frozen=True):
    """A key, without its secret."""

    id: str
    name: str
    account: str
    team: str | None
    scopes: list[str]
    rooms: list[str] | None
    signing: bool
    created_at: int
    expires_at: int | None
    used_at: int | None
    revoked_at: int | None
    previous_until: int | None
    """Until when the secret before the last one is still good."""


class KeyMade(Struct, frozen=True, omit_defaults=True):
    """A key and its secrets: told once."""

    card: KeyCard
    key: str
    signing_secret: str | UnsetType = UNSET

    def __repr__(self) -> str:
        return f"KeyMade({self.card.id})"


class KeyList(Struct, frozen=True):
    """All keys, the newest first: there are few."""

    keys: list[KeyCard]


class Rotation(Struct, frozen=True, forbid_unknown_fields=True):
    """How long the old secret stays good."""

    overlap_h: Annotated[float, Meta(ge=0, le=OVERLAP_H_MAX)] = 24.0


@post(
    "/keys",
    operation_id="createKey",
    tags=["keys"],
    summary="Make a key for a program",
    responses=refusals(404, 409, 429),
)
async def create_key(request: Asked, data: JSONBody[KeyRequest]) -> KeyMade:
    """It acts as oneself, within its scopes and rooms. The secret is told once."""
    accounts, identity = accounts_of(request), identity_of(request)
    name = clean_name(data.name)
    if name is None:
        raise invalid("name: not empty, and no control, direction or invisible-only characters")
    now = services_of(request).clock.now_ms()
    if data.expires is not None and data.expires <= now:
        raise invalid("expires: in the past")
    if data.team is not None:
        role = await accounts.stores.teams.role(data.team, identity.account)
        if role is None:
            raise not_found()
        if role not in {"owner", "admin"}:
            raise Refusal(403, "forbidden")
    with answered():
        await accounts.sign_in.take("create_key", identity.account)
    made = new_key()
    signing = signatures.new_secret() if data.signing else None
    key = ApiKey(
        id=made.id,
        account=identity.account,
        team=data.team,
        name=name,
        digest=made.digest,
        sealed_secret=_sealed(request, made.id, signing),
        scopes=frozenset(data.scopes),
        rooms=None if data.rooms is None else frozenset(data.rooms),
        created_at=now,
        expires_at=data.expires,
    )
    if not await accounts.stores.keys.add(key, most=KEYS_MAX):
        raise Refusal(409, "limit_reached", about={"max": KEYS_MAX})
    accounts.access.note("key", key.id, "created", now)
    await accounts.access.refresh()
    accounts.audit.note("key.created", identity.account, origin_of(request), about=key.id)
    return KeyMade(_card(key), made.text, signing or UNSET)


@get("/keys", operation_id="listKeys", tags=["keys"], summary="List my keys")
async def list_keys(request: Asked) -> KeyList:
    """Also those that were revoked or have expired."""
    found = await accounts_of(request).stores.keys.of_account(identity_of(request).account)
    return KeyList(_newest_first(found))


@get(
    "/teams/{team_id:str}/keys",
    operation_id="listTeamKeys",
    tags=["keys"],
    summary="List a team's keys",
)
async def list_team_keys(request: Asked, team_id: TeamPath) -> KeyList:
    """Whoever made them."""
    found = await accounts_of(request).stores.keys.of_team(team_id)
    return KeyList(_newest_first(found))


@post(
    "/keys/{key_id:str}/rotate",
    operation_id="rotateKey",
    tags=["keys"],
    status_code=200,
    summary="Give a key another secret",
    responses=refusals(404, 409, 429),
)
async def rotate_key(request: Asked, key_id: KeyPath, data: JSONBody[Rotation]) -> KeyMade:
    """The old secret stays good for a while, so that programs can be changed one by one."""
    accounts, identity = accounts_of(request), identity_of(request)
    present = await _own(request, key_id)
    if present.account != identity.account:
        raise Refusal(403, "forbidden")
    now = services_of(request).clock.now_ms()
    if present.revoked_at is not None or (present.expires_at or now + 1) <= now:
        raise Refusal(409, "key_ended")
    with answered():
        await accounts.sign_in.take("create_key", identity.account)
    fresh = with_new_secret(key_id)
    signing = signatures.new_secret() if present.sealed_secret is not None else None
    rotated = await accounts.stores.keys.rotate(
        key_id,
        digest=fresh.digest,
        sealed_secret=_sealed(request, key_id, signing),
        previous_until=now + int(data.overlap_h * HOUR_MS),
        at=now,
    )
    if rotated is None:
        raise Refusal(409, "key_ended")
    accounts.access.note("key", key_id, "rotated", now)
    await accounts.access.refresh()
    accounts.audit.note("key.rotated", identity.account, origin_of(request), about=key_id)
    return KeyMade(_card(rotated), fresh.text, signing or UNSET)


@delete(
    "/keys/{key_id:str}",
    operation_id="revokeKey",
    tags=["keys"],
    status_code=204,
    summary="Revoke a key",
    responses=refusals(404),
)
async def revoke_key(request: Asked, key_id: KeyPath) -> None:
    """Its connections close. For who made it, and for admins of its team."""
    accounts = accounts_of(request)
    await _own(request, key_id)
    now = services_of(request).clock.now_ms()
    if await accounts.stores.keys.revoke(key_id, at=now, reason="revoked"):
        accounts.audit.note(
            "key.revoked", identity_of(request).account, origin_of(request), about=key_id
        )
    accounts.access.note("key", key_id, "revoked", now)


async def _own(request: Asked, key_id: str) -> ApiKey:
    """The key, for whoever made it or is an admin of its team; to others it does not exist."""
    accounts, identity = accounts_of(request), identity_of(request)
    found = await accounts.stores.keys.key(key_id)
    if found is not None and found.account == identity.account:
        return found
    if found is not None and found.team is not None:
        role = await accounts.stores.teams.role(found.team, identity.account)
        if role in {"owner", "admin"}:
            return found
    raise not_found()


def _sealed(request: Asked, key_id: str, signing: str | None) -> bytes | None:
    if signing is None:
        return None
    return accounts_of(request).seals.seal(signing.encode(), account=key_id, purpose="key-signing")


def _newest_first(found: list[ApiKey]) -> list[KeyCard]:
    return [_card(one) for one in sorted(found, key=lambda one: -one.created_at)]


def _card(one: ApiKey) -> KeyCard:
    return KeyCard(
        one.id,
        one.name,
        one.account,
        one.team,
        sorted(one.scopes),
        None if one.rooms is None else sorted(one.rooms),
        one.sealed_secret is not None,
        one.created_at,
        one.expires_at,
        one.used_at,
        one.revoked_at,
        one.previous_until,
    )

"""Webhooks of a draft over HTTP, for its commissioner: made, listed with how their latest
deliveries went, tried out, turned on again, removed. A secret is told once.

Must not know when and how something is delivered. SPEC: WH25 to WH30.
"""

from __future__ import annotations

import secrets
from typing import Annotated

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from server.accounts import signatures
from server.hooks.addresses import URL_MAX, BadAddress, target_of
from server.hooks.messages import message_id
from server.hooks.post import PROBLEMS
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.paging import RoomPath
from server.http.refusals import Asked, Refusal, invalid, not_found
from server.http.rooms import row_of
from server.http.services import Services
from server.http.sign_in import origin_of
from storage.webhooks import Attempt, Webhook

HooksPath = Annotated[str, PathParameter(description="The webhook's id.")]
HOOKS_MAX = 5
"""Of one draft."""
ATTEMPTS_SHOWN = 20


class HookRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A webhook to be made."""

    url: Annotated[str, Meta(min_length=1, max_length=URL_MAX)]


class DeliveryCard(Struct, frozen=True):
    """One attempt to deliver a message."""

    id: str
    """`webhook-id` of the request: the same for every attempt of one message."""
    type: str
    at: int
    """Log time, ms."""
    took_ms: int
    status: int | None
    """Of the answer; null: none came."""
    problem: str
    """In words, why none came; empty where one did."""


class HookCard(Struct, frozen=True):
    """A webhook, without its secret."""

    id: str
    url: str
    created_at: int
    version: int
    """The last entry of the room of which everything was delivered."""
    waits: bool
    """Whether there are entries after it."""
    attempts: int
    """In vain, one after the other."""
    next_at: int | None
    """When it is tried again, in log time; null: nothing went wrong."""
    off_at: int | None
    """Since when it is told nothing any more; null: it is."""
    off_why: str
    """In words."""
    deliveries: list[DeliveryCard]
    """The latest first."""


class HookMade(Struct, frozen=True):
    """A webhook and its secret: told once."""

    card: HookCard
    secret: str

    def __repr__(self) -> str:
        return f"HookMade({self.card.id})"


class HookList(Struct, frozen=True):
    """All of them, the oldest first."""

    webhooks: list[HookCard]


@post(
    "/drafts/{room_id:str}/webhooks",
    operation_id="createHook",
    tags=["drafts"],
    summary="Have an address told what happens in a draft",
    responses=refusals(401, 404, 409),
)
async def create_hook(request: Asked, room_id: RoomPath, data: JSONBody[HookRequest]) -> HookMade:
    """Commissioner: picks, sales, what is undone, and the end are sent there as signed JSON
    (Standard Webhooks), from now on. The secret is told once."""
    services, identity = services_of(request), identity_of(request)
    version = await _version(services, room_id)
    try:
        target_of(data.url, private=services.settings.hooks_private)
    except BadAddress as error:
        raise invalid(f"url: {error}") from None
    id_ = f"wh_{secrets.token_urlsafe(12)}"
    secret = signatures.new_secret()
    hook = Webhook(
        id=id_,
        room=room_id,
        url=data.url,
        sealed_secret=services.accounts.seals.seal(secret.encode(), account=id_, purpose="webhook"),
        created_by=identity.account,
        created_at=services.clock.now_ms(),
        version=version,
    )
    if not await services.hooks.store.add(hook, most=HOOKS_MAX):
        raise Refusal(409, "limit_reached", about={"max": HOOKS_MAX})
    services.accounts.audit.note(
        "hook.created", identity.account, origin_of(request), about=room_id, hook=id_
    )
    return HookMade(_card(hook, version, []), secret)


@get(
    "/drafts/{room_id:str}/webhooks",
    operation_id="listHooks",
    tags=["drafts"],
    summary="List a draft's webhooks",
    responses=refusals(401, 404),
)
async def list_hooks(request: Asked, room_id: RoomPath) -> HookList:
    """Commissioner: how far each was told, and how the latest deliveries went."""
    return await _listed(services_of(request), room_id)


@post(
    "/drafts/{room_id:str}/webhooks/{hook_id:str}/test",
    operation_id="testHook",
    tags=["drafts"],
    status_code=200,
    summary="Try a webhook out",
    responses=refusals(401, 404),
)
async def try_hook(request: Asked, room_id: RoomPath, hook_id: HooksPath) -> DeliveryCard:
    """Commissioner: a message of type `test` is sent at once, whether or not it is on."""
    services = services_of(request)
    version = await _version(services, room_id)
    hook = next((h for h in await services.hooks.store.of_room(room_id) if h.id == hook_id), None)
    if hook is None:
        raise not_found()
    id_ = f"{message_id(hook_id, version, 0)}-test-{secrets.token_hex(4)}"
    return _delivery(await services.hooks.try_out(hook, version, id_))


@post(
    "/drafts/{room_id:str}/webhooks/{hook_id:str}/on",
    operation_id="turnHookOn",
    tags=["drafts"],
    status_code=200,
    summary="Turn a webhook on again",
    responses=refusals(401, 404),
)
async def turn_hook_on(request: Asked, room_id: RoomPath, hook_id: HooksPath) -> HookList:
    """Commissioner: it goes on where it stopped, at once, without waiting for the next attempt."""
    services = services_of(request)
    if not await services.hooks.store.turn_on(room_id, hook_id):
        raise not_found()
    return await _listed(services, room_id)


@delete(
    "/drafts/{room_id:str}/webhooks/{hook_id:str}",
    operation_id="deleteHook",
    tags=["drafts"],
    status_code=204,
    summary="Remove a webhook",
    responses=refusals(401, 404),
)
async def delete_hook(request: Asked, room_id: RoomPath, hook_id: HooksPath) -> None:
    """Commissioner: nothing more is sent there, and its deliveries are forgotten."""
    services, identity = services_of(request), identity_of(request)
    if not await services.hooks.store.remove(room_id, hook_id):
        raise not_found()
    services.accounts.audit.note(
        "hook.removed", identity.account, origin_of(request), about=room_id, hook=hook_id
    )


async def _version(services: Services, room_id: str) -> int:
    """Of a draft; what is none, is as if it were not there."""
    row = await row_of(services, room_id)
    if row.kind != "draft":
        raise not_found()
    return row.head.version


async def _listed(services: Services, room_id: str) -> HookList:
    version = await _version(services, room_id)
    store = services.hooks.store
    return HookList(
        [
            _card(one, version, await store.attempts(one.id, limit=ATTEMPTS_SHOWN))
            for one in await store.of_room(room_id)
        ]
    )


def _card(one: Webhook, head: int, attempts: list[Attempt]) -> HookCard:
    return HookCard(
        one.id,
        one.url,
        one.created_at,
        one.version,
        head > one.version,
        one.attempts,
        one.next_at or None,
        one.off_at,
        _off_words(one.off_why),
        [_delivery(attempt) for attempt in attempts],
    )


def _off_words(why: str) -> str:
    """Why it is off: `gone`, a problem's word, or `status 500`."""
    if why == "gone":
        return "the receiver answered 410: it wants no more"
    told = PROBLEMS.get(why) or (f"the answer was {why}" if why else "")
    return f"nothing was accepted for a day: {told}" if told else ""


def _delivery(one: Attempt) -> DeliveryCard:
    return DeliveryCard(
        one.message, one.type, one.at, one.took_ms, one.status, PROBLEMS.get(one.problem, "")
    )

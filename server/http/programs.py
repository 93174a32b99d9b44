"""What programs do in rooms over HTTP: one command at a time, signed where the key asks for it, and
executed once however often it is sent.

A signed request has an id: the first answer is kept for two days and given again. Between the
command and its receipt a crash may happen: so every key is one client of the room, its requests are
numbered, and by the number the room itself knows what it has answered already. SPEC: SG6 to SG13
(A11).
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from litestar import Response, post
from litestar.params import JSONBody
from msgspec import Raw, Struct

from protocol.codes import REJECTIONS
from protocol.membership import RemoveMember, SetRole
from server.accounts.sealed import CannotOpen
from server.accounts.signatures import BadSignature, Signed, check, secret_bytes
from server.http.authentication import identity_of, services_of, unauthorized
from server.http.documentation import refusals
from server.http.paging import RoomPath
from server.http.refusals import (
    Asked,
    ErrorBody,
    Refusal,
    not_found,
    rejected,
    request_id,
)
from server.http.rooms import Done
from server.http.sign_in import accounts_of, origin_of
from server.identity import Identity
from server.rooms.pending import Ended
from storage.api_keys import ApiKey
from storage.receipts import Again, New, OtherBody, Unfinished


class CommandRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A command of the room's kind, as in the protocol's `submit`."""

    command: Raw


@post(
    "/rooms/{room_id:str}/commands",
    operation_id="runCommand",
    tags=["keys"],
    status_code=200,
    summary="Send a command into a room",
    responses=refusals(401, 404, 409, 422, 429, 503),
)
async def run_command(
    request: Asked, room_id: RoomPath, data: JSONBody[CommandRequest]
) -> Response[Any]:
    """Answered when it is durable. A key with a signing secret signs each request (Standard
    Webhooks); the same id gets the first answer again."""
    identity = identity_of(request)
    command = bytes(data.command)
    if identity.grant is not None and not identity.grant.may_send(_type_of(command), room_id):
        raise Refusal(403, "forbidden")
    return await carry_out(request, room_id, identity, command)


async def carry_out(
    request: Asked, room_id: str, identity: Identity, command: bytes, *, may_repeat: bool = False
) -> Response[Any]:
    """A command to its end and its answer; once, where the key signs. Whoever may send it was
    looked at before. With `may_repeat`, what the room knows already is done."""
    key = await _signing_key(request, identity)
    if key is None:
        ended = await services_of(request).directory.execute(room_id, identity, command)
        if ended.code is None:
            _note_role(request, identity, room_id, command)
        return _answer(request, await _settled(request, room_id, ended, may_repeat=may_repeat))
    signed = await _checked(request, key)
    return await _once(request, room_id, identity, command, signed, may_repeat=may_repeat)


async def _settled(request: Asked, room_id: str, ended: Ended, *, may_repeat: bool) -> Ended:
    directory = services_of(request).directory
    if may_repeat and ended.code == "nothing_changes":
        ended = Ended(await directory.version_of(room_id) or 0)
    if ended.code is not None:
        return ended
    reach = await directory.reach(room_id, identity_of(request).account)
    return ended if reach is None else Ended(min(ended.version, reach.version))


async def _once(
    request: Asked,
    room_id: str,
    identity: Identity,
    command: bytes,
    signed: Signed,
    *,
    may_repeat: bool,
) -> Response[Any]:
    services, receipts = services_of(request), accounts_of(request).stores.receipts
    assert identity.grant is not None, "only keys sign"
    key = identity.grant.key
    made = await services.directory.version_of(room_id)
    if made is None:
        raise not_found()
    digest = hashlib.sha256(f"{room_id}\n".encode() + await request.body()).digest()
    seen = await receipts.begin(key, signed.id, digest, at=services.clock.now_ms(), made=made)
    match seen:
        case OtherBody():
            raise Refusal(409, "other_body")
        case Again(status, answer):
            return _stored(status, answer)
        case Unfinished(seq, made):
            pass
        case New(seq):
            pass
    ended = await services.directory.execute(
        room_id, identity, command, client=_client_of(key), seq=seq, made=made
    )
    if ended.code is not None and not REJECTIONS[ended.code].final:
        return _answer(request, ended)  # not decided: it may be sent again under the same id
    ended = await _settled(request, room_id, ended, may_repeat=may_repeat)
    response = _answer(request, ended)
    body = msgspec.json.encode(response.content)
    await receipts.finish(key, signed.id, response.status_code or 200, body)
    return _stored(response.status_code or 200, body)


async def _signing_key(request: Asked, identity: Identity) -> ApiKey | None:
    """The key, where it signs its requests; None: bearers that do not."""
    if identity.grant is None:
        return None
    key = await accounts_of(request).stores.keys.key(identity.grant.key)
    return key if key is not None and key.sealed_secret is not None else None


async def _checked(request: Asked, key: ApiKey) -> Signed:
    """The signature's headers, if it is right. Every reason for it not to be has one answer."""
    services = services_of(request)
    signed = Signed.of(request.headers)
    if signed is None:
        raise unauthorized()
    now = services.clock.now_ms()
    sealed = [key.sealed_secret]
    if key.previous_until is not None and now < key.previous_until:
        sealed.append(key.sealed_previous)
    seals = accounts_of(request).seals
    try:
        secrets = [
            secret_bytes(seals.open(one, account=key.id, purpose="key-signing").decode())
            for one in sealed
            if one is not None
        ]
        check(signed, await request.body(), secrets, now_s=now / 1000)
    except (BadSignature, CannotOpen):
        services.metrics.authentication_failures["signature"] += 1
        raise unauthorized() from None
    return signed


def _client_of(key: str) -> str:
    """The one client that a key is in every room: more of them would push the ones of the
    account's own devices out of the room's memory."""
    return hashlib.blake2b(f"signed requests of {key}".encode(), digest_size=16).hexdigest()


class _Typed(Struct, frozen=True):
    type: str = ""


def _type_of(command: bytes) -> str:
    try:
        return msgspec.json.decode(command, type=_Typed).type
    except msgspec.MsgspecError:
        return ""


def _note_role(request: Asked, identity: Identity, room_id: str, command: bytes) -> None:
    """Records that somebody's role in the room was changed, or taken."""
    try:
        done = _read_role_command.decode(command)
    except msgspec.MsgspecError:
        return  # it was about something else
    role = done.role if isinstance(done, SetRole) else None
    accounts_of(request).audit.note(
        "room.role",
        identity.account,
        origin_of(request),
        about=room_id,
        member=done.member,
        role=role,
    )


_read_role_command = msgspec.json.Decoder(SetRole | RemoveMember)


def _answer(request: Asked, ended: Ended) -> Response[Any]:
    if ended.code is None:
        return Response(Done(ended.version), status_code=200)
    refusal = rejected(ended)
    return Response(
        ErrorBody(refusal.code, request_id(request), refusal.about),
        status_code=refusal.status_code,
        headers=refusal.headers,
    )


def _stored(status: int, body: bytes) -> Response[Any]:
    return Response(Raw(body), status_code=status, media_type="application/json")

"""Invitation links of a room, for its owners: list with links, create, revoke, rotate.

The room keeps ids, roles and limits; the links' secrets are derived here, for owners alone, and
stored nowhere.
"""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from protocol.membership import (
    CreateInvitation,
    LinkRole,
    RevokeInvitation,
    RotateInvitation,
    TimeField,
)
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.paging import InvitationPath, RoomPath
from server.http.refusals import Asked, Refusal, invalid
from server.http.rooms import execute, row_of
from server.http.services import Services
from server.http.sign_in import link_origin_of
from server.invitations import new_invitation_id


class InvitationRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A link to be made."""

    role: LinkRole
    expires: TimeField | None = None
    """Log time in ms; null: never."""
    uses: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    """How many accounts may come in by it; null: any number. Not of `watch`."""


class InvitationCard(Struct, frozen=True):
    """A link and what it gives."""

    id: str
    role: LinkRole
    expires: int | None
    uses: int | None
    """How many are left."""
    link: str
    """The address to send to a colleague."""
    secret: str
    """The part of the link behind `invite=`, for programs."""


class InvitationList(Struct, frozen=True):
    """The room's links that hold."""

    invitations: list[InvitationCard]


class Known(Struct, frozen=True):
    """An invitation in the room's view."""

    id: str
    role: LinkRole
    expires: int | None = None
    uses: int | None = None


class _Invitations(Struct, frozen=True):
    invitations: list[Known] = []


class _InvitationsOfView(Struct, frozen=True):
    room: _Invitations = _Invitations()


_ID = re.compile(r"i_[A-Za-z0-9_-]{11}")
_read_invitations = msgspec.json.Decoder(_InvitationsOfView)


@get(
    "/rooms/{room_id:str}/invitations",
    operation_id="listInvitations",
    tags=["invitations"],
    summary="List a room's links",
    responses=refusals(401, 403, 404),
)
async def list_invitations(request: Asked, room_id: RoomPath) -> InvitationList:
    """Owner: the links that hold. A room has few; the list is whole. Who is an owner by the team
    alone is not told those that make owners."""
    services = services_of(request)
    known = await invitations_in(services, room_id)
    kind = (await row_of(services, room_id)).kind
    if await services.directory.owns_by_team(room_id, identity_of(request).account):
        known = [one for one in known if one.role != "owner"]
    return InvitationList([_card(request, room_id, kind, one) for one in known])


@post(
    "/rooms/{room_id:str}/invitations",
    operation_id="createInvitation",
    tags=["invitations"],
    summary="Create a link",
    responses=refusals(401, 403, 404, 409),
)
async def create_invitation(
    request: Asked, room_id: RoomPath, data: JSONBody[InvitationRequest]
) -> InvitationCard:
    """Owner: a link that gives a role, or (`watch`) shows the board and lets nobody in."""
    services = services_of(request)
    identity = identity_of(request)
    kind = (await row_of(services, room_id)).kind
    if data.role == "watch" and kind != "board":
        raise invalid("role: `watch` is of boards")
    one = Known(new_invitation_id(), data.role, data.expires, data.uses)
    await execute(
        services, room_id, identity, CreateInvitation(one.id, one.role, one.expires, one.uses)
    )
    return _card(request, room_id, kind, one)


@delete(
    "/rooms/{room_id:str}/invitations/{invitation_id:str}",
    operation_id="revokeInvitation",
    tags=["invitations"],
    summary="Revoke a link",
    responses=refusals(401, 404),
)
async def revoke_invitation(
    request: Asked, room_id: RoomPath, invitation_id: InvitationPath
) -> None:
    """Owner: the link is void. Members who came by it stay."""
    _check_spelling(invitation_id)
    services = services_of(request)
    identity = identity_of(request)
    await execute(services, room_id, identity, RevokeInvitation(invitation_id))


@post(
    "/rooms/{room_id:str}/invitations/{invitation_id:str}/rotate",
    operation_id="rotateInvitation",
    tags=["invitations"],
    summary="Replace a link",
    responses=refusals(401, 403, 404),
)
async def rotate_invitation(
    request: Asked, room_id: RoomPath, invitation_id: InvitationPath
) -> InvitationCard:
    """Owner: the link is void, and a new one with the same role, expiry and uses takes its
    place."""
    _check_spelling(invitation_id)
    services = services_of(request)
    identity = identity_of(request)
    new = new_invitation_id()
    await execute(services, room_id, identity, RotateInvitation(invitation_id, new))
    known = await invitations_in(services, room_id)
    fresh = next((one for one in known if one.id == new), None)
    if fresh is None:
        raise Refusal(404, "unknown_invitation")  # revoked by another owner in the same moment
    return _card(request, room_id, (await row_of(services, room_id)).kind, fresh)


async def invitations_in(services: Services, room_id: str) -> list[Known]:
    """The invitations in the room's state, without secrets."""
    _, view = await services.directory.view(room_id, None)
    return _read_invitations.decode(view).room.invitations


def _check_spelling(invitation_id: str) -> None:
    """What is no invitation's id at all is as unknown as one that is."""
    if _ID.fullmatch(invitation_id) is None:
        raise Refusal(404, "unknown_invitation", about={"id": invitation_id})


def _card(request: Asked, room_id: str, kind: str, one: Known) -> InvitationCard:
    invitations = services_of(request).invitations
    if one.role == "watch":
        kind = "play"
    return InvitationCard(
        one.id,
        one.role,
        one.expires,
        one.uses,
        invitations.link(link_origin_of(request), room_id, one.id, kind=kind),
        invitations.secret_part(room_id, one.id),
    )

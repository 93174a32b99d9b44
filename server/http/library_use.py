"""What items are for: copied into a library, shared by a link, opened as a board.

A board is made with everything that is on it, so that an item which no board would take leaves none
behind. SPEC: LB60 to LB66.
"""

from __future__ import annotations

from typing import Annotated

from litestar import post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from protocol.board import BoardSettings, Properties
from protocol.board_commands import NewObject
from protocol.library import AddItem, FormationContent, FormationSlot, ItemProperties
from protocol.membership import CreateInvitation, TimeField
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.library_access import role_in_library
from server.http.library_items import MadeItem, item_of, new_item_id, run
from server.http.library_shelf import StoredItem
from server.http.paging import ItemPath, RoomPath
from server.http.refusals import Asked, Refusal, not_found
from server.http.rooms import (
    RoomCard,
    RoomRequest,
    card,
    check_may_give,
    execute,
    make_room,
    row_of,
)
from server.http.sign_in import link_origin_of
from server.http.transfer import loading, plain_settings
from server.invitations import new_invitation_id
from server.rules import pitch
from server.rules.board_copies import cleaned
from server.rules.library_content import ContentFault, read_content


class CopyRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Which item shall be copied into the library of the path."""

    item: Annotated[str, Meta(max_length=64)]
    library: Annotated[str, Meta(max_length=64)] | None = None
    """Where it is; null: in the same library."""
    name: Annotated[str, Meta(max_length=64)] | None = None
    """What the copy is called; null: as the item."""


class ShareRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A link to be made."""

    expires: TimeField | None = None
    """Log time in ms; null: never."""
    uses: Annotated[int, Meta(ge=1, le=100_000)] | None = None


class SharedItem(Struct, frozen=True):
    """A link that lets somebody read the library, beginning with the item."""

    invitation: str
    """Its id, by which it is revoked."""
    link: str


class OpenRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The board to be made."""

    name: Annotated[str, Meta(max_length=64)] | None = None
    """Null: as the item."""
    team: Annotated[str, Meta(max_length=64)] | None = None


@post(
    "/libraries/{room_id:str}/copies",
    operation_id="copyItem",
    tags=["libraries"],
    summary="Copy an item into a library",
    responses=refusals(409),
)
async def copy_item(request: Asked, room_id: RoomPath, data: JSONBody[CopyRequest]) -> MadeItem:
    """For editors of the library of the path who may read the one where the item is."""
    services, identity = services_of(request), identity_of(request)
    source = data.library or room_id
    if await role_in_library(services, source, identity) is None:
        raise not_found()
    item = await item_of(services, source, data.item)
    props = item.props
    copy = ItemProperties(
        name=data.name or props.name,
        tags=tuple(props.tags or ()),
        folder=props.folder if source == room_id else None,
        sport=props.sport,
        players=props.players,
        notes=props.notes,
        content=props.content,
    )
    item_id = new_item_id()
    done = await run(services, room_id, identity, AddItem(item_id, item.sort, copy))
    return MadeItem(item_id, done)


@post(
    "/libraries/{room_id:str}/items/{item_id:str}/share",
    operation_id="shareItem",
    tags=["libraries"],
    summary="Share an item by link",
    responses=refusals(409),
)
async def share_item(
    request: Asked, room_id: RoomPath, item_id: ItemPath, data: JSONBody[ShareRequest]
) -> SharedItem:
    """Owner: a link that makes whoever has it a viewer of the library, at this item. It is an
    invitation of the room like any other, listed and revoked with them."""
    services, identity = services_of(request), identity_of(request)
    await item_of(services, room_id, item_id)
    one = new_invitation_id()
    invitation = CreateInvitation(one, "viewer", data.expires, data.uses)
    await execute(services, room_id, identity, invitation)
    link = services.invitations.link(link_origin_of(request), room_id, one, kind="library")
    return SharedItem(one, f"{link}&item={item_id}")


@post(
    "/libraries/{room_id:str}/items/{item_id:str}/board",
    operation_id="openItem",
    tags=["libraries"],
    summary="Make a board from an item",
    responses=refusals(409),
)
async def open_item(
    request: Asked, room_id: RoomPath, item_id: ItemPath, data: JSONBody[OpenRequest]
) -> RoomCard:
    """A new board that the caller owns, with everything of the item on it."""
    services, identity = services_of(request), identity_of(request)
    grant = identity.grant
    if grant is not None and grant.rooms is not None:
        raise Refusal(403, "forbidden")  # what it made would not be in its grant
    await check_may_give(services, data.team, identity)
    item = await item_of(services, room_id, item_id)
    settings, objects = board_of(item)
    wanted = RoomRequest("board", data.name or item.props.name, plain_settings(settings))
    board = await make_room(services, identity, wanted, loading(objects))
    now, stores = services.clock.now_ms(), services.accounts.stores
    if data.team is not None and not await stores.teams.set_room_team(board, data.team, at=now):
        raise not_found()
    await stores.libraries.count(room_id, item_id, "opens", at=now)
    return card(await row_of(services, board), "owner")


def board_of(item: StoredItem) -> tuple[BoardSettings, list[NewObject]]:
    """The board that an item makes: its document, or its places as tokens of the home side."""
    content = read_content(item.sort, item.props.content)
    if isinstance(content, ContentFault):
        # Kept by rules that took more than these do.
        raise Refusal(409, "bad_content", about=content._asdict())
    if not isinstance(content, FormationContent):
        return content.settings, cleaned(content.settings, content.objects)
    sport = item.props.sport or "soccer"
    length, width = pitch.usual(sport, 0, 0)
    tokens = [
        _token(number, slot, length // 2, width // 2)
        for number, slot in enumerate(content.slots, 1)
    ]
    return BoardSettings(sport=sport), tokens


def _token(number: int, slot: FormationSlot, half_length: int, half_width: int) -> NewObject:
    at = (slot.x * half_length // 1_000, slot.y * half_width // 1_000)
    props = Properties(at=at, number=slot.number, role=slot.role or None, side="home")
    return NewObject(f"o_slot{number:08d}", "token", props)

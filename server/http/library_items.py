"""Items of a library over HTTP: find, read, make, change, delete, look back and roll back.

Changes are commands of the room, so that whoever follows it sees them at once. What a role may do
is the room's; reading is also for whoever is no member where the library is public. SPEC: LB44 to
LB57.
"""

from __future__ import annotations

import re
import secrets
from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from protocol.board import SportName
from protocol.identifiers import VersionField
from protocol.library import (
    SLOTS_MAX,
    AddItem,
    DeleteItem,
    FolderField,
    ItemIdField,
    ItemProperties,
    ItemSort,
    RenameFolder,
    RestoreItem,
    SetItem,
)
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.libraries import check_library
from server.http.library_shelf import (
    ItemCard,
    ItemView,
    Order,
    StoredItem,
    Wanted,
    page_of,
    shelf_of,
    view_of_item,
)
from server.http.paging import (
    LIMIT_DEFAULT,
    CursorQuery,
    ItemPath,
    LimitQuery,
    RoomPath,
    cursor_after,
    version_after,
)
from server.http.refusals import Asked, Refusal, not_found, rejected
from server.http.rooms import Done, HistoryEntry, history_of
from server.http.services import Services
from server.identity import Identity

SCANNED_MAX = 1_000
"""Entries of a room that one request for an item's versions looks through."""
_SCANNED_AT_ONCE = 100
_ID = re.compile(r"i_[A-Za-z0-9_-]{8,20}")


def _asked(about: str, **bounds: Any) -> Any:
    return QueryParameter(description=about, required=False, **bounds)


TextQuery = Annotated[
    str | None, _asked("Words that name, notes, folder or tags hold.", max_length=100)
]
TagQuery = Annotated[str | None, _asked("A tag.", max_length=32)]
SportQuery = Annotated[SportName | None, _asked("A sport.")]
PlayersQuery = Annotated[int | None, _asked("Players a side.", ge=1, le=SLOTS_MAX)]
SortQuery = Annotated[ItemSort | None, _asked("A sort.")]
FolderQuery = Annotated[str | None, _asked("A folder, with those below it.", max_length=122)]
ArchivedQuery = Annotated[bool, _asked("Archived ones instead of the others.")]
OrderQuery = Annotated[Order, _asked("By name, or the greatest first.")]


class ItemPage(Struct, frozen=True):
    """Some items of a library."""

    items: list[ItemCard]
    next: str | None


class ItemValues(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Values of an item; what is absent is not spoken of, null is none."""

    name: Annotated[str, Meta(max_length=64)] | UnsetType | None = UNSET
    tags: (
        Annotated[list[Annotated[str, Meta(max_length=32)]], Meta(max_length=12)] | UnsetType | None
    ) = UNSET
    folder: FolderField | UnsetType | None = UNSET
    sport: SportName | UnsetType | None = UNSET
    players: Annotated[int, Meta(ge=1, le=SLOTS_MAX)] | UnsetType | None = UNSET
    notes: Annotated[str, Meta(min_length=1, max_length=2_000)] | UnsetType | None = UNSET
    content: dict[str, Any] | UnsetType | None = UNSET
    """Of a formation `{"slots": […]}`, else a board's document."""
    archived: bool | UnsetType | None = UNSET


class NewItem(ItemValues, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item to be made; name and content are needed."""

    sort: ItemSort
    id: ItemIdField | UnsetType = UNSET
    """Chosen by whoever wants to send the request again without making two."""


class ItemChange(Struct, frozen=True, forbid_unknown_fields=True):
    """New values of an item."""

    set: ItemValues
    made: VersionField | None = None
    """The room's version on which they are based; null: now."""


class MadeItem(Struct, frozen=True):
    """An item that is durable, as the entry `version`."""

    id: str
    version: int


class ItemVersions(Struct, frozen=True):
    """Entries that changed one item, newest first."""

    entries: list[HistoryEntry]
    next: str | None


class Rollback(Struct, frozen=True, forbid_unknown_fields=True):
    """Which version the item shall be as again."""

    version: VersionField


class FolderChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A folder, and what it shall be called; null: its content goes to the top."""

    folder: FolderField
    to: FolderField | None


@get(
    "/libraries/{room_id:str}/items",
    operation_id="listItems",
    tags=["libraries"],
    summary="Find items of a library",
)
async def list_items(
    request: Asked,
    room_id: RoomPath,
    text: TextQuery = None,
    tag: TagQuery = None,
    sport: SportQuery = None,
    players: PlayersQuery = None,
    sort: SortQuery = None,
    folder: FolderQuery = None,
    *,
    archived: ArchivedQuery = False,
    order: OrderQuery = "name",
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> ItemPage:
    """All that fit every question, by name, or with the latest, most read or most opened first."""
    services = services_of(request)
    shelf = await shelf_of(services, room_id)
    counts = await services.accounts.stores.libraries.counts(room_id)
    wanted = Wanted(text, tag, sport, players, sort, folder, archived, order)
    cards, more = page_of(shelf, wanted, counts, limit=limit, cursor=cursor)
    return ItemPage(cards, more)


@post(
    "/libraries/{room_id:str}/items",
    operation_id="createItem",
    tags=["libraries"],
    summary="Make an item",
    responses=refusals(409),
)
async def create_item(request: Asked, room_id: RoomPath, data: JSONBody[NewItem]) -> MadeItem:
    """A new item, for editors."""
    item_id = new_item_id() if isinstance(data.id, UnsetType) else data.id
    command = AddItem(item_id, data.sort, _properties(data))
    done = await run(services_of(request), room_id, identity_of(request), command)
    return MadeItem(item_id, done)


@get(
    "/libraries/{room_id:str}/items/{item_id:str}",
    operation_id="readItem",
    tags=["libraries"],
    summary="Read an item",
)
async def read_item(request: Asked, room_id: RoomPath, item_id: ItemPath) -> ItemView:
    """The item with its content. It counts as a view."""
    services = services_of(request)
    item = await item_of(services, room_id, item_id)
    libraries = services.accounts.stores.libraries
    await libraries.count(room_id, item_id, "views", at=services.clock.now_ms())
    return view_of_item(item_id, item, await libraries.counts(room_id))


@patch(
    "/libraries/{room_id:str}/items/{item_id:str}",
    operation_id="updateItem",
    tags=["libraries"],
    summary="Change an item",
    responses=refusals(409),
)
async def update_item(
    request: Asked, room_id: RoomPath, item_id: ItemPath, data: JSONBody[ItemChange]
) -> Done:
    """New values, all or none, for editors."""
    services, identity = services_of(request), identity_of(request)
    command = SetItem(spelt(item_id), _properties(data.set))
    return Done(await run(services, room_id, identity, command, made=data.made))


@delete(
    "/libraries/{room_id:str}/items/{item_id:str}",
    operation_id="deleteItem",
    tags=["libraries"],
    summary="Delete an item",
)
async def delete_item(request: Asked, room_id: RoomPath, item_id: ItemPath) -> None:
    """For editors. A rollback to a version at which it was there brings it back."""
    await run(services_of(request), room_id, identity_of(request), DeleteItem(spelt(item_id)))


@get(
    "/libraries/{room_id:str}/items/{item_id:str}/versions",
    operation_id="listItemVersions",
    tags=["libraries"],
    summary="List an item's versions",
)
async def list_versions(
    request: Asked,
    room_id: RoomPath,
    item_id: ItemPath,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> ItemVersions:
    """For members: who changed it how and when, newest first. A page may be short, or empty,
    before the last: so many entries are looked through at once."""
    services = services_of(request)
    await check_library(services, room_id)
    below = version_after("item-versions", cursor)
    found: list[HistoryEntry] = []
    scanned = 0
    before = None if below is None else cursor_after("history", below)
    while True:
        page = await history_of(services, room_id, _SCANNED_AT_ONCE, before)
        scanned += len(page.entries)
        for entry in page.entries:
            if _touches(entry, item_id):
                found.append(entry)
                if len(found) == limit:
                    last = page.next is None and entry is page.entries[-1]
                    more = None if last else cursor_after("item-versions", entry.version)
                    return ItemVersions(found, more)
        before = page.next
        if before is None:
            break
        if scanned >= SCANNED_MAX:
            return ItemVersions(found, cursor_after("item-versions", page.entries[-1].version))
    if not found and below is None:
        raise not_found()
    return ItemVersions(found, None)


@post(
    "/libraries/{room_id:str}/items/{item_id:str}/restore",
    operation_id="restoreItem",
    tags=["libraries"],
    status_code=200,
    summary="Roll an item back",
    responses=refusals(409),
)
async def restore_item(
    request: Asked, room_id: RoomPath, item_id: ItemPath, data: JSONBody[Rollback]
) -> Done:
    """Makes one item what it was at a version, as a new entry, also where it was deleted since."""
    command = RestoreItem(spelt(item_id), data.version)
    return Done(await run(services_of(request), room_id, identity_of(request), command))


@post(
    "/libraries/{room_id:str}/folders",
    operation_id="renameFolder",
    tags=["libraries"],
    status_code=200,
    summary="Rename a folder",
    responses=refusals(409),
)
async def rename_folder(request: Asked, room_id: RoomPath, data: JSONBody[FolderChange]) -> Done:
    """Moves everything in it, and in those below it."""
    command = RenameFolder(data.folder, data.to)
    return Done(await run(services_of(request), room_id, identity_of(request), command))


# --- shared ---------------------------------------------------------------------------------------


def new_item_id() -> str:
    """`i_` and 96 random bits."""
    return f"i_{secrets.token_urlsafe(12)}"


def spelt(item_id: str) -> str:
    """The id from a path. What is no item's id at all is as unknown as one that is."""
    if _ID.fullmatch(item_id) is None:
        raise not_found()
    return item_id


async def item_of(services: Services, library: str, item_id: str) -> StoredItem:
    """An item that is there."""
    item = (await shelf_of(services, library)).items.get(item_id)
    if item is None:
        raise not_found()
    return item


async def run(
    services: Services,
    library: str,
    identity: Identity,
    command: Struct,
    *,
    made: int | None = None,
) -> int:
    """A command to its end; an item that is not there is not found. Returns its version."""
    ended = await services.directory.execute(library, identity, command, made=made)
    if ended.code == "unknown_object":
        raise not_found()
    if ended.code == "deleted":
        raise Refusal(404, "deleted", about=ended.detail)
    if ended.code is not None:
        raise rejected(ended)
    return ended.version


def _properties(values: ItemValues) -> ItemProperties:
    """As the room's commands have them: the content as a text."""
    given = {
        name: value
        for name in ItemValues.__struct_fields__
        if (value := getattr(values, name)) is not UNSET
    }
    if isinstance(given.get("content"), dict):
        given["content"] = msgspec.json.encode(given["content"]).decode()
    if isinstance(given.get("tags"), list):
        given["tags"] = tuple(given["tags"])
    return ItemProperties(**given)


def _touches(entry: HistoryEntry, item_id: str) -> bool:
    """Whether the entry changed the item."""
    for event in entry.events:
        about: Any = msgspec.json.decode(event) if isinstance(event, msgspec.Raw) else event
        if about.get("id") == item_id:
            return str(about.get("type", "")).startswith("item.")
        if any(one.get("id") == item_id for one in about.get("moved", ())):
            return True
    return False

"""What is in a library, as lists and single items show it: read from the room, or from what comes
with the server; searched, ordered and paged.

Knows no requests. Must not tell who wrote what: whoever reads a public library is no member.
SPEC: LB44 to LB49.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec
from msgspec import Raw, Struct

from protocol.board import SportName
from protocol.library import ItemSort
from server.http.built_in_items import built_in_items
from server.http.library_access import BUILT_IN
from server.http.paging import cursor_after, key_after
from server.http.refusals import invalid
from server.http.services import Services
from storage.libraries import ItemCounts

Order = Literal["name", "updated", "views", "opens"]
_NEVER: Final = ItemCounts()


class StoredProps(Struct, frozen=True):
    """The properties of an item in a library's view."""

    name: str
    content: str
    tags: list[str] | None = None
    folder: str | None = None
    sport: SportName | None = None
    players: int | None = None
    notes: str | None = None
    archived: bool | None = None


class StoredItem(Struct, frozen=True):
    """An item in a library's view."""

    sort: ItemSort
    at: int
    props: StoredProps
    v: dict[str, int] = {}


class _Deleted(Struct, frozen=True):
    name: str


class Shelf(Struct, frozen=True):
    """A library's items, in the order in which they came."""

    items: Mapping[str, StoredItem] = {}
    deleted: Mapping[str, _Deleted] = {}


class _View(Struct, frozen=True):
    kind: Shelf


_read_view = msgspec.json.Decoder(_View)


class ItemCard(Struct, frozen=True):
    """An item in a list."""

    id: str
    sort: ItemSort
    name: str
    tags: list[str]
    folder: str | None
    sport: SportName | None
    players: int | None
    notes: str | None
    archived: bool
    version: int
    """The entry that changed it last."""
    updated_at: int
    """Log time in ms."""
    views: int
    """How often it was read alone, by HTTP."""
    opens: int
    """How many boards were made from it."""
    last_at: int | None
    """When it was last read or opened; null: never."""


class ItemView(ItemCard, frozen=True):
    """One item with what it holds."""

    content: Any
    """Of a formation `{"slots": […]}`, else a board's document."""


class Wanted(Struct, frozen=True):
    """What a list is asked for. Null: whatever."""

    text: str | None = None
    tag: str | None = None
    sport: str | None = None
    players: int | None = None
    sort: str | None = None
    folder: str | None = None
    archived: bool = False
    order: Order = "name"


async def shelf_of(services: Services, library: str) -> Shelf:
    """What is in the library now."""
    if library == BUILT_IN:
        return Shelf(built_in_shelf())
    _, view = await services.directory.view(library, None)
    return _read_view.decode(view).kind


def built_in_shelf() -> dict[str, StoredItem]:
    """What comes with the server, as a library would have it."""
    return {
        one.id: StoredItem(
            "formation",
            0,
            StoredProps(
                one.name,
                msgspec.json.encode(one.content).decode(),
                list(one.tags),
                None,
                one.sport,
                len(one.content.slots),
            ),
        )
        for one in built_in_items()
    }


def card_of(item_id: str, item: StoredItem, counts: Mapping[str, ItemCounts]) -> ItemCard:
    """An item as a list shows it."""
    return ItemCard(**_fields(item_id, item, counts))


def view_of_item(item_id: str, item: StoredItem, counts: Mapping[str, ItemCounts]) -> ItemView:
    """An item with its content."""
    content = Raw(item.props.content.encode())
    return ItemView(**_fields(item_id, item, counts), content=content)


def _fields(item_id: str, item: StoredItem, counts: Mapping[str, ItemCounts]) -> dict[str, Any]:
    props, counted = item.props, counts.get(item_id, _NEVER)
    return {
        "id": item_id,
        "sort": item.sort,
        "name": props.name,
        "tags": props.tags or [],
        "folder": props.folder,
        "sport": props.sport,
        "players": props.players,
        "notes": props.notes,
        "archived": props.archived or False,
        "version": max(item.v.values(), default=0),
        "updated_at": item.at,
        "views": counted.views,
        "opens": counted.opens,
        "last_at": counted.last_at or None,
    }


def _fits(item: StoredItem, wanted: Wanted) -> bool:
    props = item.props
    if (props.archived or False) != wanted.archived:
        return False
    if wanted.sort is not None and item.sort != wanted.sort:
        return False
    if wanted.sport is not None and props.sport != wanted.sport:
        return False
    if wanted.players is not None and props.players != wanted.players:
        return False
    if wanted.tag is not None and wanted.tag.strip().lower() not in (props.tags or []):
        return False
    folder = props.folder or ""
    if wanted.folder is not None and not f"{folder}/".startswith(f"{wanted.folder}/"):
        return False
    if wanted.text is None:
        return True
    said = " ".join((props.name, props.notes or "", folder, *(props.tags or []))).casefold()
    return all(word in said for word in wanted.text.casefold().split())


Key = tuple[int, str, str]
"""What items are ordered by: a number, a name, the id. Equal for no two items."""


def _key(item_id: str, item: StoredItem, order: Order, counts: Mapping[str, ItemCounts]) -> Key:
    if order == "name":
        return 0, item.props.name.casefold(), item_id
    counted = counts.get(item_id, _NEVER)
    number = {"updated": item.at, "views": counted.views, "opens": counted.opens}[order]
    return -number, "", item_id


def _key_of_cursor(shelf: Shelf, order: Order, cursor: str | None) -> Key | None:
    """Where the page before ended. Of a name only the id is carried: it is looked up, also where
    the item has been deleted since."""
    key = key_after(f"items-{order}", cursor)
    if key is None:
        return None
    number, _, item_id = key.partition(":")
    if not item_id or not number.lstrip("-").isdecimal():
        raise invalid("cursor: not one that this list gave")
    if order != "name":
        return int(number), "", item_id
    named = shelf.items.get(item_id)
    gone = shelf.deleted.get(item_id)
    if named is None and gone is None:
        raise invalid("cursor: the item it names is gone for good; begin again")
    name = named.props.name if named is not None else gone.name if gone is not None else ""
    return 0, name.casefold(), item_id


def page_of(
    shelf: Shelf,
    wanted: Wanted,
    counts: Mapping[str, ItemCounts],
    *,
    limit: int,
    cursor: str | None,
) -> tuple[list[ItemCard], str | None]:
    """The items that fit, in the wanted order, and the cursor of the next page."""
    order = wanted.order
    after = _key_of_cursor(shelf, order, cursor)
    found = sorted(
        (_key(item_id, item, order, counts), item_id)
        for item_id, item in shelf.items.items()
        if _fits(item, wanted)
    )
    rest = [(key, item_id) for key, item_id in found if after is None or key > after]
    cards = [card_of(item_id, shelf.items[item_id], counts) for _, item_id in rest[:limit]]
    if len(rest) <= limit:
        return cards, None
    (number, _, item_id), _ = rest[limit - 1]
    return cards, cursor_after(f"items-{order}", f"{number}:{item_id}")

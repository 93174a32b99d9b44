"""What a library is at one version: items with who wrote what, and remembered deletions. Snapshot,
restore and view of it.

Data and its bookkeeping only: what is allowed is in library_edits.py, what an event does in
library_apply.py. Nothing here is ever iterated in another order than that of events, so that equal
histories give equal bytes. SPEC: LB1 to LB4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias, cast

from msgspec import UNSET, Struct
from msgspec.structs import astuple

from protocol.board import ConflictPolicy
from protocol.library import ITEM_PROPERTIES, ItemProperties, ItemSort, LibrarySettings

Value: TypeAlias = "int | str | bool | tuple[str, ...] | None"
"""What a property can hold. Immutable, so that snapshots may share it."""

Written: TypeAlias = tuple[int, str, str]
"""(version, account, client) of the entry that wrote a property."""


def written(properties: ItemProperties) -> list[tuple[str, Any]]:
    """The properties that are spoken of, with their values, in the order of the table."""
    pairs = zip(ITEM_PROPERTIES, astuple(properties), strict=True)
    return [(name, value) for name, value in pairs if value is not UNSET]


def properties_of(values: Mapping[str, Any]) -> ItemProperties:
    """The other way round. The values have been checked when they came in."""
    return ItemProperties(**values)


def bytes_of(value: Value) -> int:
    """What a content weighs, as UTF-8."""
    return len(value.encode()) if isinstance(value, str) else 0


class Item(Struct, array_like=True, eq=False, gc=False):
    """One item, as snapshots hold it. `props` and `wrote` have the same keys."""

    sort: ItemSort
    at: int
    """Log time of its latest change, ms."""
    props: dict[str, Value]
    wrote: dict[str, Written]

    def weight(self) -> int:
        """Bytes of its content."""
        return bytes_of(self.props.get("content"))


class Grave(NamedTuple):
    """A deleted item, as far as it is remembered."""

    sort: ItemSort
    name: str
    version: int
    by: str
    at: int


class Library:
    """The state of one library. Invariants: no id is both in `items` and in `graves`; `bytes` is
    the sum of the items' weights."""

    __slots__ = ("bytes", "conflicts", "graves", "items")

    def __init__(self, settings: LibrarySettings) -> None:
        self.items: dict[str, Item] = {}
        self.graves: dict[str, Grave] = {}
        """Oldest first, bounded."""
        self.bytes = 0
        self.conflicts: ConflictPolicy = settings.conflicts


# --- snapshot, restore, view


def snapshot(state: Library) -> dict[str, Any]:
    """The state's own parts: to be encoded before it changes."""
    return {"conflicts": state.conflicts, "items": state.items, "graves": state.graves}


def restore(data: Any) -> Library:
    """From what `snapshot` gave, after a trip through JSON."""
    state = Library(LibrarySettings(data["conflicts"]))
    for item_id, (sort, at, props, wrote) in data["items"].items():
        item = Item(
            sort,
            at,
            {name: _value_in(value) for name, value in props.items()},
            {name: tuple(mark) for name, mark in wrote.items()},
        )
        state.items[item_id] = item
        state.bytes += item.weight()
    for item_id, row in data["graves"].items():
        state.graves[item_id] = Grave(*row)
    return state


def _value_in(value: Any) -> Value:
    """JSON knows lists only; in the state tags are a tuple, as a decoded command has them."""
    return tuple(cast("list[str]", value)) if isinstance(value, list) else value


def view(state: Library) -> dict[str, Any]:
    """LB1: what every member may see. Client ids stay here."""
    return {
        "settings": {"conflicts": state.conflicts},
        "items": {item_id: _item_view(item) for item_id, item in state.items.items()},
        "deleted": {item_id: grave._asdict() for item_id, grave in state.graves.items()},
        "bytes": state.bytes,
    }


def _item_view(item: Item) -> dict[str, Any]:
    return {
        "sort": item.sort,
        "at": item.at,
        "props": dict(item.props),
        "v": {name: mark[0] for name, mark in item.wrote.items()},
        "by": {name: mark[1] for name, mark in item.wrote.items()},
    }

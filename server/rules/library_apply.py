"""What each event of a library does to its state. Total: an event is a fact, never refused here.

Must decide nothing: what an event does follows from the event and the state alone, on every node
and on every replay. SPEC: LB30 to LB34.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from protocol.library import (
    GRAVES_MAX,
    FolderRenamed,
    ItemAdded,
    ItemDeleted,
    ItemProperties,
    ItemRestored,
    ItemSet,
    ItemSort,
    LibraryConfigured,
)
from server.rules.kind import Stamp
from server.rules.library_state import Grave, Item, Library, bytes_of, properties_of, written


def _put(state: Library, item_id: str, sort: ItemSort, props: ItemProperties, stamp: Stamp) -> None:
    values = dict(written(props))
    mark = (stamp.version, stamp.by, stamp.client)
    item = Item(sort, stamp.at, values, dict.fromkeys(values, mark))
    state.items[item_id] = item
    state.bytes += item.weight()
    state.graves.pop(item_id, None)


def _write(state: Library, item_id: str, props: ItemProperties, stamp: Stamp) -> None:
    item = state.items[item_id]
    item.at = stamp.at
    mark = (stamp.version, stamp.by, stamp.client)
    for name, value in written(props):
        if name == "content":
            state.bytes += bytes_of(value) - item.weight()
        item.props[name] = value
        item.wrote[name] = mark


def _added(state: Library, event: ItemAdded, stamp: Stamp) -> None:
    _put(state, event.id, event.sort, event.props, stamp)


def _set(state: Library, event: ItemSet, stamp: Stamp) -> None:
    _write(state, event.id, event.set, stamp)


def _deleted(state: Library, event: ItemDeleted, stamp: Stamp) -> None:
    gone = state.items.pop(event.id)
    state.bytes -= gone.weight()
    graves = state.graves
    name = str(gone.props["name"])
    graves[event.id] = Grave(gone.sort, name, stamp.version, stamp.by, stamp.at)
    if len(graves) > GRAVES_MAX:
        del graves[next(iter(graves))]


def _restored(state: Library, event: ItemRestored, stamp: Stamp) -> None:
    if event.id in state.items:
        _write(state, event.id, event.set, stamp)
    else:
        _put(state, event.id, event.sort, event.set, stamp)


def _renamed(state: Library, event: FolderRenamed, stamp: Stamp) -> None:
    for one in event.moved:
        _write(state, one.id, properties_of({"folder": one.folder}), stamp)


def _configured(state: Library, event: LibraryConfigured, _stamp: Stamp) -> None:
    state.conflicts = event.conflicts


APPLIERS: dict[type[Any], Callable[[Library, Any, Stamp], None]] = {
    ItemAdded: _added,
    ItemSet: _set,
    ItemDeleted: _deleted,
    ItemRestored: _restored,
    FolderRenamed: _renamed,
    LibraryConfigured: _configured,
}
"""Event to what it does."""

"""Adding, setting, deleting, restoring items, renaming folders, configuring. Pure decisions; a
command is all or nothing. SPEC: LB5 to LB24.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from protocol.board import ConflictPolicy
from protocol.library import (
    FOLDER_DEPTH_MAX,
    FOLDER_NAME_MAX,
    ITEM_NOTES_MAX,
    ITEM_PROPERTIES,
    ITEM_REQUIRED,
    ITEMS_MAX,
    LIBRARY_BYTES_MAX,
    TAG_MAX,
    AddItem,
    ConfigureLibrary,
    DeleteItem,
    FolderRenamed,
    ItemAdded,
    ItemDeleted,
    ItemOverridden,
    ItemProperties,
    ItemRestored,
    ItemSet,
    ItemSort,
    LibraryConfigured,
    Moved,
    RenameFolder,
    RestoreItem,
    SetItem,
)
from protocol.text import clean_name, clean_text
from server.rules.kind import Accepted, Context, Decision, Rejected
from server.rules.library_content import ContentFault, read_content
from server.rules.library_state import (
    Item,
    Library,
    Value,
    Written,
    bytes_of,
    properties_of,
    written,
)


def bad_property(item_id: str, name: str, why: str, **more: str | int) -> Rejected:
    """The refusal of one value."""
    return Rejected("bad_property", {"id": item_id, "property": name, "why": why, **more})


def missing(state: Library, item_id: str) -> Rejected:
    """LB16: why there is no such item."""
    grave = state.graves.get(item_id)
    if grave is None:
        return Rejected("unknown_object", {"id": item_id})
    return Rejected("deleted", {"id": item_id, "by": grave.by, "version": grave.version})


def clean_folder(path: str) -> str | None:
    """LB11: a folder's path as it is kept; None: refused."""
    names = [clean_name(name, FOLDER_NAME_MAX) for name in path.split("/")]
    if len(names) > FOLDER_DEPTH_MAX or None in names:
        return None
    return "/".join(name for name in names if name is not None)


def clean_tags(tags: tuple[str, ...]) -> tuple[str, ...] | None:
    """LB10: tags as they are kept: clean, in lower case, each once. None: refused."""
    kept: dict[str, None] = {}
    for tag in tags:
        clean = clean_name(tag.lower(), TAG_MAX)
        if clean is None:
            return None
        kept[clean] = None
    return tuple(kept)


def _clean(name: str, value: Any) -> Value:
    match name:
        case "name":
            return clean_name(value)
        case "notes":
            return clean_text(value, ITEM_NOTES_MAX)
        case "folder":
            return clean_folder(value)
        case "tags":
            return clean_tags(value)
        case _:
            return value


def check_values(
    item_id: str, sort: ItemSort, properties: ItemProperties
) -> dict[str, Value] | Rejected:
    """The values as they are kept, or why one of them is refused (LB9 to LB14)."""
    kept: dict[str, Value] = {}
    for name, value in written(properties):
        if value is None:
            if name in ITEM_REQUIRED:
                return bad_property(item_id, name, "required")
            kept[name] = None
            continue
        clean = _clean(name, value)
        if clean is None:
            return bad_property(item_id, name, "text")
        if name == "content":
            fault = read_content(sort, value)
            if isinstance(fault, ContentFault):
                return bad_property(item_id, name, "content", path=fault.path, fault=fault.why)
        kept[name] = clean
    return kept


def over_limits(state: Library, items: int, content: int) -> Rejected | None:
    """LB8: whether so many more items and bytes are too many. Fewer are always welcome."""
    if items > 0 and len(state.items) + items > ITEMS_MAX:
        return Rejected("limit_reached", {"limit": "ITEMS_MAX", "max": ITEMS_MAX})
    if content > 0 and state.bytes + content > LIBRARY_BYTES_MAX:
        return Rejected("limit_reached", {"limit": "LIBRARY_BYTES_MAX", "max": LIBRARY_BYTES_MAX})
    return None


class _Stale(NamedTuple):
    """A property that somebody else has written since."""

    id: str
    property: str
    theirs: Value
    mine: Value
    by: str
    version: int

    def overridden(self) -> ItemOverridden:
        theirs = None if self.property == "content" else self.theirs
        return ItemOverridden(self.id, self.property, theirs, self.by, self.version)


def _unseen(mark: Written, context: Context) -> bool:
    """LB17: written after the base, by another client. Requests over HTTP have no client id: each
    is another."""
    return mark[0] > context.made and (mark[2] != context.client or not context.client)


def _stale(item_id: str, item: Item, values: dict[str, Value], context: Context) -> list[_Stale]:
    """What this command overwrites unseen, and not with the same."""
    found: list[_Stale] = []
    for name, value in values.items():
        mark = item.wrote.get(name)
        if mark is not None and _unseen(mark, context) and item.props.get(name) != value:
            found.append(_Stale(item_id, name, item.props.get(name), value, mark[1], mark[0]))
    return found


def _policy(conflicts: ConflictPolicy, stale: list[_Stale]) -> list[ItemOverridden] | Rejected:
    """LB18 and LB19."""
    if stale and conflicts == "ask":
        return Rejected("conflict", {"conflicts": [one._asdict() for one in stale]})
    return [one.overridden() for one in stale]


def decide_add(state: Library, command: AddItem, _context: Context) -> Decision:
    """LB15."""
    if command.id in state.items or command.id in state.graves:
        return Rejected("exists", {"id": command.id})
    values = check_values(command.id, command.sort, command.props)
    if isinstance(values, Rejected):
        return values
    for name in ITEM_REQUIRED:
        if name not in values:
            return bad_property(command.id, name, "required")
    refused = over_limits(state, 1, bytes_of(values["content"]))
    if refused is not None:
        return refused
    return Accepted([ItemAdded(command.id, command.sort, properties_of(values))])


def decide_set(state: Library, command: SetItem, context: Context) -> Decision:
    """LB16 to LB19."""
    item = state.items.get(command.id)
    if item is None:
        return missing(state, command.id)
    values = check_values(command.id, item.sort, command.set)
    if isinstance(values, Rejected):
        return values
    if not values:
        return Rejected("nothing_changes")
    if "content" in values:
        refused = over_limits(state, 0, bytes_of(values["content"]) - item.weight())
        if refused is not None:
            return refused
    overrode = _policy(state.conflicts, _stale(command.id, item, values, context))
    if isinstance(overrode, Rejected):
        return overrode
    return Accepted([ItemSet(command.id, properties_of(values), overrode)])


def decide_delete(state: Library, command: DeleteItem, context: Context) -> Decision:
    """LB20."""
    item = state.items.get(command.id)
    if item is None:
        return missing(state, command.id)
    stale = [
        _Stale(command.id, name, item.props[name], None, mark[1], mark[0])
        for name, mark in item.wrote.items()
        if _unseen(mark, context)
    ]
    overrode = _policy(state.conflicts, stale)
    if isinstance(overrode, Rejected):
        return overrode
    return Accepted([ItemDeleted(command.id, overrode)])


def decide_restore(state: Library, command: RestoreItem, context: Context) -> Decision:
    """LB21 and LB22. Needs the state at that version in `context.past`; without it there is no
    such version."""
    past = context.past
    if not isinstance(past, Library) or command.version >= context.version:
        return Rejected("unknown_version", {"version": command.version})
    was = past.items.get(command.id)
    if was is None:
        return Rejected("unknown_object", {"id": command.id, "version": command.version})
    now = state.items.get(command.id)
    if now is not None and now.sort != was.sort:
        return Rejected("exists", {"id": command.id, "sort": now.sort})
    if now is None:
        values = {name: value for name, value in was.props.items() if value is not None}
        refused = over_limits(state, 1, was.weight())
    else:
        values = {
            name: was.props.get(name)
            for name in ITEM_PROPERTIES
            if was.props.get(name) != now.props.get(name)
        }
        if not values:
            return Rejected("nothing_changes")
        refused = over_limits(state, 0, was.weight() - now.weight())
    if refused is not None:
        return refused
    restored = ItemRestored(command.id, command.version, was.sort, properties_of(values))
    return Accepted([restored])


def decide_rename(state: Library, command: RenameFolder, _context: Context) -> Decision:
    """LB23."""
    folder = clean_folder(command.folder)
    to = None if command.to is None else clean_folder(command.to)
    if folder is None or (to is None and command.to is not None):
        return Rejected("bad_property", {"property": "folder", "why": "text"})
    moved: list[Moved] = []
    for item_id, item in state.items.items():
        at = item.props.get("folder")
        if not isinstance(at, str) or (at != folder and not at.startswith(f"{folder}/")):
            continue
        rest = at[len(folder) + 1 :]
        new = "/".join(part for part in (to, rest) if part) or None
        if new is not None and new.count("/") >= FOLDER_DEPTH_MAX:
            return bad_property(item_id, "folder", "deep", max=FOLDER_DEPTH_MAX)
        moved.append(Moved(item_id, new))
    if not moved or folder == to:
        return Rejected("nothing_changes")
    return Accepted([FolderRenamed(folder, to, moved)])


def decide_settings(state: Library, command: ConfigureLibrary, _context: Context) -> Decision:
    """LB24."""
    if command.conflicts == state.conflicts:
        return Rejected("nothing_changes")
    return Accepted([LibraryConfigured(command.conflicts)])

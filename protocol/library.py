"""What is said in a library: commands, events, presence, settings and the view. Types and their
bounds only; which of it is allowed is server/rules/library*.py. SPEC: section LB.

A library keeps things that boards are made from: formations, whole boards, set pieces, drills. Each
is an item: a keyed record of typed properties with, per property, the version and the author of
what it holds, as on boards.

The view (`state.kind` of a snapshot) is

    {"settings": {"conflicts": "latest"},
     "items": {"i_…": {"sort": "formation", "at": 1719…,      log time of its latest change, ms
                       "props": {"name": "4-3-3", "tags": ["press"], "content": "{…}"},
                       "v": {"name": 3, …},                   entry that wrote it
                       "by": {"name": "a_…", …}}},
     "deleted": {"i_…": {"sort", "name", "version", "by", "at"}},        latest last, bounded
     "bytes": 4182}                                           of all contents together

Items are in the order in which they came. A property that is null counts as not there. How a model
applies an event of an entry {v, at, by} to this view (SPEC LB30 to LB34):

    item.added       put {sort, at, props, v: every property → v, by: …} in, at the end; `deleted`
                     loses the id
    item.set         props, v and by of what is set; at
    item.deleted     take it out; deleted[id] = {sort, name, version: v, by, at}, at the end; beyond
                     GRAVES_MAX the first one goes
    item.restored    as item.set where the item is there, else as item.added
    folder.renamed   as item.set {folder} for each of `moved`
    library.configured   settings

`content` is JSON in a text, so that both encodings carry it unchanged: of a formation
`FormationContent`, of others a board's document. Bounds may only be widened.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from protocol.board import ConflictPolicy, SportName
from protocol.identifiers import VersionField

# --- limits (SPEC LB8)

ITEMS_MAX = 500
"""Items of one library."""
CONTENT_BYTES_MAX = 65_536
"""Bytes of one content, as UTF-8. Over a socket a message is smaller than that; HTTP takes all."""
LIBRARY_BYTES_MAX = 4_194_304
"""Bytes of all contents of a library together."""
GRAVES_MAX = 500
"""Deleted items that are remembered, with who and when."""
TAGS_MAX = 12
TAG_MAX = 32
"""Characters of a tag."""
FOLDER_DEPTH_MAX = 3
FOLDER_NAME_MAX = 40
"""Characters of one level of a folder's path."""
FOLDER_MAX = FOLDER_DEPTH_MAX * (FOLDER_NAME_MAX + 1) - 1
ITEM_NOTES_MAX = 2_000
SLOTS_MAX = 30
"""Places of one formation: a rugby union team is 15, an American football one 11."""

ItemSort = Literal["formation", "board", "set_piece", "drill"]
ItemIdField = Annotated[str, Meta(pattern=r"^i_[A-Za-z0-9_-]{8,20}$", max_length=22)]
"""Made by the client that adds the item."""
FolderField = Annotated[str, Meta(min_length=1, max_length=FOLDER_MAX)]
"""`a/b/c`: at most three names with strokes between."""
Thousandths = Annotated[int, Meta(ge=-1_000, le=1_000)]
"""Of half the pitch, from its centre."""


class FormationSlot(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One place of a formation that attacks towards +x: x from the own goal line (-1000) to the
    other (1000), y from left to right, both in thousandths of half the pitch."""

    x: Thousandths
    y: Thousandths
    number: Annotated[int, Meta(ge=0, le=99)] | None = None
    role: Annotated[str, Meta(max_length=16)] | None = None


class FormationContent(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The content of a formation."""

    slots: Annotated[list[FormationSlot], Meta(min_length=1, max_length=SLOTS_MAX)]


class ItemProperties(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Every property an item can have. Absent: not spoken of. Null: none; `name` and `content` are
    never null."""

    name: Annotated[str, Meta(max_length=64)] | UnsetType | None = UNSET
    tags: (
        Annotated[tuple[Annotated[str, Meta(max_length=TAG_MAX)], ...], Meta(max_length=TAGS_MAX)]
        | UnsetType
        | None
    ) = UNSET
    """Kept in lower case, each once."""
    folder: FolderField | UnsetType | None = UNSET
    sport: SportName | UnsetType | None = UNSET
    players: Annotated[int, Meta(ge=1, le=SLOTS_MAX)] | UnsetType | None = UNSET
    """How many a side it is for."""
    notes: Annotated[str, Meta(min_length=1, max_length=ITEM_NOTES_MAX)] | UnsetType | None = UNSET
    content: Annotated[str, Meta(max_length=CONTENT_BYTES_MAX)] | UnsetType | None = UNSET
    archived: bool | UnsetType | None = UNSET


ITEM_PROPERTIES: tuple[str, ...] = ItemProperties.__struct_fields__
"""Names of all properties, in the order in which they are written."""
ITEM_REQUIRED: tuple[str, ...] = ("name", "content")
"""Given with the item and never null."""


class LibrarySettings(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """What a library is made with."""

    conflicts: ConflictPolicy = "latest"


# --- commands


class _Command(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    pass


class AddItem(_Command, frozen=True, tag="item.add"):
    """A new item."""

    id: ItemIdField
    sort: ItemSort
    props: ItemProperties


class SetItem(_Command, frozen=True, tag="item.set"):
    """New values, all or none. The version they are based on is the command's `made`."""

    id: ItemIdField
    set: ItemProperties


class DeleteItem(_Command, frozen=True, tag="item.delete"):
    """Takes an item away; `item.restore` brings it back."""

    id: ItemIdField


class RestoreItem(_Command, frozen=True, tag="item.restore"):
    """Makes one item what it was at `version`, as a new entry, also where it was deleted since."""

    id: ItemIdField
    version: VersionField


class RenameFolder(_Command, frozen=True, tag="folder.rename"):
    """Moves everything in a folder, and in those below it; null: to the top."""

    folder: FolderField
    to: FolderField | None


class ConfigureLibrary(_Command, frozen=True, tag="library.configure"):
    """Owner: other settings."""

    conflicts: ConflictPolicy


LibraryCommand = AddItem | SetItem | DeleteItem | RestoreItem | RenameFolder | ConfigureLibrary


# --- events


class _Event(Struct, frozen=True, omit_defaults=True, gc=False):
    pass


class ItemOverridden(Struct, frozen=True, omit_defaults=True, gc=False):
    """A value that `by` had written at `version`, unseen by whoever has now overwritten or deleted
    it. Contents are not repeated: their value is null here, and stands in the version before."""

    id: str
    property: str
    value: Any
    by: str
    version: int


class ItemAdded(_Event, frozen=True, tag="item.added"):
    """An item that was not there."""

    id: str
    sort: ItemSort
    props: ItemProperties


class ItemSet(_Event, frozen=True, tag="item.set"):
    """New values. `overrode`: what others lose by it (policy `latest`)."""

    id: str
    set: ItemProperties
    overrode: list[ItemOverridden] = []


class ItemDeleted(_Event, frozen=True, tag="item.deleted"):
    """It is gone. `overrode`: what others had changed on it, unseen."""

    id: str
    overrode: list[ItemOverridden] = []


class ItemRestored(_Event, frozen=True, tag="item.restored"):
    """The item is as at `version` again. `set`: what differs, or all of it where it was gone."""

    id: str
    version: int
    sort: ItemSort
    set: ItemProperties


class Moved(Struct, frozen=True, gc=False):
    """An item and the folder in which it is now."""

    id: str
    folder: str | None


class FolderRenamed(_Event, frozen=True, tag="folder.renamed"):
    """Every item that was in the folder or below it, where it is now."""

    folder: str
    to: str | None
    moved: list[Moved]


class LibraryConfigured(_Event, frozen=True, tag="library.configured"):
    """All settings as they are from now on."""

    conflicts: ConflictPolicy


LibraryEvent = ItemAdded | ItemSet | ItemDeleted | ItemRestored | FolderRenamed | LibraryConfigured


class Look(Struct, frozen=True, forbid_unknown_fields=True, tag="look", gc=False):
    """Presence: the item that somebody has open; null: none."""

    item: ItemIdField | None


LibraryPresence = Look

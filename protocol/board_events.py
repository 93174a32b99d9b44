"""What has happened on a board: the events of its log. Types only; what each does to the view is in
protocol/board.py. SPEC: section BD.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from protocol.board import (
    ConflictPolicy,
    LayerName,
    PitchPart,
    Properties,
    Sort,
    SportName,
    Units,
    ZoneGrid,
)
from protocol.board_commands import Change, NewObject


class _Event(Struct, frozen=True, omit_defaults=True, gc=False):
    pass


class Overridden(Struct, frozen=True, omit_defaults=True, gc=False):
    """A value that `by` had written at `version`, unseen by whoever has now overwritten or deleted
    it."""

    id: str
    property: str
    value: Any
    by: str
    version: int


class ObjectRecord(Struct, frozen=True, omit_defaults=True, gc=False):
    """An object that comes back as it was: like in the view, with its id."""

    id: str
    sort: Sort
    props: Properties
    v: dict[str, int]
    by: dict[str, str]
    locked: str | None = None


class ObjectsAdded(_Event, frozen=True, tag="objects.added"):
    """A step."""

    objects: list[NewObject]
    forgot: list[str] = []
    """Accounts whose undo history no longer fits (UNDO_WEIGHT_MAX)."""


class PropertiesSet(_Event, frozen=True, tag="objects.set"):
    """A step. `overrode`: what others lose by it (policy `latest`)."""

    changes: list[Change]
    overrode: list[Overridden] = []
    forgot: list[str] = []


class ObjectsDeleted(_Event, frozen=True, tag="objects.deleted"):
    """A step. `overrode`: what others had changed on it, unseen."""

    ids: list[str]
    overrode: list[Overridden] = []
    forgot: list[str] = []


class ObjectsLocked(_Event, frozen=True, tag="objects.locked"):
    """`on`: each object's `locked` becomes the author of the entry; off: it goes."""

    ids: list[str]
    on: bool


class BoardLocked(_Event, frozen=True, tag="board.locked"):
    """`on`: the view's `locked` becomes the author of the entry; off: null."""

    on: bool


class BoardConfigured(_Event, frozen=True, tag="board.configured"):
    """All settings as they are from now on."""

    sport: SportName
    length_mm: int
    width_mm: int
    conflicts: ConflictPolicy
    part: PitchPart = "full"
    portrait: bool = False
    stripes: bool = True
    zones: ZoneGrid = "none"
    units: Units = "auto"


class ObjectsPut(_Event, frozen=True, tag="objects.put"):
    """What was added and what was changed. A step unless `step` is false (too large to keep)."""

    objects: list[NewObject] = []
    changes: list[Change] = []
    overrode: list[Overridden] = []
    step: bool = True
    forgot: list[str] = []


class LayerLocked(_Event, frozen=True, tag="layer.locked"):
    """`on`: the layer's lock is the author's; off: it goes."""

    layer: LayerName
    on: bool


class VersionNamed(_Event, frozen=True, tag="version.named"):
    """A version has a name; null: no longer."""

    version: int
    name: str | None


class PlaybackSet(_Event, frozen=True, tag="playback.set"):
    """Where everybody is in the phases: at `at_ms` when log time was `since`."""

    at_ms: int
    since: int
    playing: bool
    speed: int = 100
    loop: bool = False
    from_ms: int | None = None
    to_ms: int | None = None


class PlaybackStopped(_Event, frozen=True, tag="playback.stopped"):
    """Everybody is by themselves again."""


class Presenting(_Event, frozen=True, tag="presenting"):
    """`on`: the author of the entry presents; off: nobody."""

    on: bool


class Chosen(Struct, frozen=True, omit_defaults=True, gc=False):
    """One decided conflict: against the value that `by` wrote at `version`."""

    id: str
    property: str
    choice: Literal["mine", "theirs", "between"]
    by: str
    version: int


class ConflictResolved(_Event, frozen=True, tag="conflict.resolved"):
    """What was decided, and what it writes and deletes. A step unless `step` is false (everything
    stayed theirs)."""

    choices: list[Chosen]
    deleted: list[str] = []
    changes: list[Change] = []
    step: bool = True
    forgot: list[str] = []


class Undone(_Event, frozen=True, tag="undone"):
    """The step of the entry `of`, taken back."""

    of: int
    deleted: list[str] = []
    added: list[ObjectRecord] = []
    changes: list[Change] = []


class Redone(_Event, frozen=True, tag="redone"):
    """The step of the entry `of`, done again."""

    of: int
    deleted: list[str] = []
    added: list[ObjectRecord] = []
    changes: list[Change] = []


class VersionRestored(_Event, frozen=True, tag="history.restored"):
    """The objects of `version` again, as differences from what was. A step unless `step` is false
    (too large to keep)."""

    version: int
    deleted: list[str] = []
    objects: list[NewObject] = []
    changes: list[Change] = []
    step: bool = True
    forgot: list[str] = []


BoardEvent = (
    ObjectsAdded
    | ObjectsPut
    | LayerLocked
    | VersionNamed
    | PlaybackSet
    | PlaybackStopped
    | Presenting
    | PropertiesSet
    | ObjectsDeleted
    | ObjectsLocked
    | BoardLocked
    | BoardConfigured
    | ConflictResolved
    | Undone
    | Redone
    | VersionRestored
)

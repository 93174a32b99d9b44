"""What members ask of a board. Types and their bounds only; which of it is allowed is
server/rules/board*.py. SPEC: section BD.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from protocol.board import (
    CHANGES_MAX,
    OBJECTS_MAX,
    ConflictPolicy,
    LayerName,
    ObjectIdField,
    PitchPart,
    PlaybackMs,
    Properties,
    PropertyName,
    Sort,
    SportName,
    Units,
    ZoneGrid,
)
from protocol.identifiers import VersionField


class _Command(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    pass


class NewObject(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An object to be: its id is the client's choice, so that it can be edited before the server
    has answered."""

    id: ObjectIdField
    sort: Sort
    props: Properties


class Change(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """New values for some properties of one object."""

    id: ObjectIdField
    set: Properties


IdList = Annotated[list[ObjectIdField], Meta(min_length=1, max_length=CHANGES_MAX)]


class AddObjects(_Command, frozen=True, tag="objects.add"):
    """New objects, all or none."""

    objects: Annotated[list[NewObject], Meta(min_length=1, max_length=CHANGES_MAX)]


class SetProperties(_Command, frozen=True, tag="objects.set"):
    """New values, all or none; each object is named once. The version that a value is based on is
    the command's `made`."""

    changes: Annotated[list[Change], Meta(min_length=1, max_length=CHANGES_MAX)]


class DeleteObjects(_Command, frozen=True, tag="objects.delete"):
    """Objects to take away; those that somebody has deleted already are passed over."""

    ids: IdList


class LockObjects(_Command, frozen=True, tag="objects.lock"):
    """While locked, only owners of the room and whoever locked it may touch an object."""

    ids: IdList
    on: bool


class LockBoard(_Command, frozen=True, tag="board.lock"):
    """While locked, only owners of the room and whoever locked it may touch anything."""

    on: bool


class ConfigureBoard(_Command, frozen=True, tag="board.configure"):
    """Owner: other settings; what is absent stays. Another sport without lengths brings its usual
    ones."""

    sport: SportName | UnsetType = UNSET
    length_mm: Annotated[int, Meta(ge=0, le=200_000)] | UnsetType = UNSET
    width_mm: Annotated[int, Meta(ge=0, le=200_000)] | UnsetType = UNSET
    conflicts: ConflictPolicy | UnsetType = UNSET
    part: PitchPart | UnsetType = UNSET
    portrait: bool | UnsetType = UNSET
    stripes: bool | UnsetType = UNSET
    zones: ZoneGrid | UnsetType = UNSET
    units: Units | UnsetType = UNSET


class Choice(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What a person decided about one conflict. `theirs` is the version of the value it was decided
    against."""

    id: ObjectIdField
    property: PropertyName | Literal["*"]
    """`*`: the whole object, where one wanted to delete what the other had changed; `mine` deletes
    it."""
    choice: Literal["mine", "theirs", "between"]
    theirs: VersionField
    set: Properties = Properties()
    """With `mine` and `between`: exactly this property, with the chosen value."""


class ResolveConflict(_Command, frozen=True, tag="conflict.resolve"):
    """The answers to a `conflict`, all or none."""

    choices: Annotated[list[Choice], Meta(min_length=1, max_length=CHANGES_MAX)]


class Undo(_Command, frozen=True, tag="undo"):
    """Takes back the author's latest step, or the one that the entry `of` made."""

    of: VersionField | None = None


class Redo(_Command, frozen=True, tag="redo"):
    """Does the author's latest undone step again."""


class RestoreVersion(_Command, frozen=True, tag="history.restore"):
    """Makes the objects what they were at `version`, as a new entry. Settings and locks stay."""

    version: VersionField
    ids: IdList | UnsetType = UNSET
    """Only these objects, and what refers to them."""


class PutObjects(_Command, frozen=True, tag="objects.put"):
    """Objects that shall be so: those that are not there are added, those that are there get the
    given values. All or none."""

    objects: Annotated[list[NewObject], Meta(min_length=1, max_length=CHANGES_MAX)]


class LoadBoard(_Command, frozen=True, tag="board.load"):
    """Everything of a document, as one entry; all of it new."""

    objects: Annotated[list[NewObject], Meta(min_length=1, max_length=OBJECTS_MAX)]


class LockLayer(_Command, frozen=True, tag="layer.lock"):
    """While locked, only owners of the room and whoever locked it may touch or add what is in the
    layer."""

    layer: LayerName
    on: bool


class NameVersion(_Command, frozen=True, tag="version.name"):
    """Gives a past version a name; null takes it away."""

    version: VersionField
    name: Annotated[str, Meta(max_length=64)] | None


class SetPlayback(_Command, frozen=True, tag="playback.set"):
    """Plays the phases for all, or holds them at a moment."""

    at_ms: PlaybackMs
    playing: bool
    speed: Annotated[int, Meta(ge=25, le=400)] = 100
    """Percent."""
    loop: bool = False
    from_ms: PlaybackMs | None = None
    to_ms: PlaybackMs | None = None


class StopPlayback(_Command, frozen=True, tag="playback.stop"):
    """Everybody goes back to their own."""


class Present(_Command, frozen=True, tag="present"):
    """Others see what the presenter sees, unless they look elsewhere."""

    on: bool


BoardCommand = (
    AddObjects
    | PutObjects
    | LoadBoard
    | LockLayer
    | NameVersion
    | SetPlayback
    | StopPlayback
    | Present
    | SetProperties
    | DeleteObjects
    | LockObjects
    | LockBoard
    | ConfigureBoard
    | ResolveConflict
    | Undo
    | Redo
    | RestoreVersion
)

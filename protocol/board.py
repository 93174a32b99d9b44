"""What is said in a board: commands, events, presence, settings and the view. Types and their
bounds only; which of it is allowed is server/rules/board*.py. SPEC: section BD.

Objects are keyed records: a sort, typed properties, and per property the version and the author of
what it holds. Lengths are millimetres; the origin is the centre of the pitch, x along its length, y
across.

The view (`state.kind` of a snapshot) is

    {"settings": {"sport": "soccer", "length_mm": 105000, "width_mm": 68000, "conflicts": "latest"},
     "locked": null,                        account that locked the board
     "objects": {"o_…": {"sort": "token",
                         "props": {"at": [0, 0], "number": 9, "name": null},
                         "v": {"at": 12, "number": 3, "name": 7},       entry that wrote it
                         "by": {"at": "a_…", "number": "a_…", "name": "a_…"},
                         "locked": "a_…"}},                             only while it is locked
     "undo": {"a_…": [undoable, redoable]}}

Objects are in the order in which they came. A property that is null counts as not there. How a
model applies an event of an entry {v, by} to this view, in this order within one event, everything
by assignment (SPEC BD40 to BD43):

    forgot          delete undo[account] for each
    deleted / ids   take the object out
    added           put the record in as it stands, at the end
    objects         put {sort, props, v: every property → v, by: every property → by} in, at the end
    changes         props[name] = value, v[name] = v, by[name] = by
    a step          undo[by] = [min(100, undoable + 1), 0]; `undone` moves one to redoable, `redone`
                    moves one back

One `Properties` and one `Change` serve commands and events. So they stay strict in the log too: a
node whose rules do not know a property must refuse the room, for if it dropped the property its
state would be another. Bounds may only be widened.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from msgspec import UNSET, Meta, Struct, UnsetType

from protocol.identifiers import VersionField

# --- limits (SPEC BD8): over them is `limit_reached` or, inside one command, `bad_command`

OBJECTS_MAX = 2_000
"""Objects of one board: 22 players, and a whole season of set pieces drawn over each other."""
POINTS_MAX = 500
"""Points of one mark: a freehand stroke of 8 s at 60 Hz."""
BOARD_POINTS_MAX = 50_000
"""Points of all marks of a board together, so that the largest board stays near 1 MB."""
TEXT_MAX = 500
CHANGES_MAX = 200
"""Objects that one command touches."""
UNDO_STEPS_MAX = 100
"""Steps that one account can take back."""
UNDO_WEIGHT_MAX = 120_000
"""Values and points that all undo steps of a board hold together; the account longest without a
step is forgotten first."""
STEP_WEIGHT_MAX = 60_000
"""Values and points of one step. Any command of CHANGES_MAX fits; a restored version may not, and
is then no step."""
TOMBSTONES_MAX = 2_000
"""Deleted ids that are remembered, with who and when."""
DRAG_MAX = 50
"""Objects in one presence value: with ids of up to 18 characters that fits its limit of 2,048
bytes; what a client drags beyond it, it sends as a command only."""

NAMES_MAX = 200
"""Named versions of a board."""
NOTES_MAX = 2_000
"""Characters of a phase's notes."""
PHOTO_MAX = 8_192
"""Characters of a photo: about 96 x 96 pixels."""
PHOTO = r"^data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$"
ENDS_MAX = 11
"""Objects that one link joins: a team."""
LASER_MAX = 32
"""Points of a laser's trail in one presence value."""

COORDINATE_MAX = 1_000_000
"""Type bound of a coordinate, mm; the rules ask for the pitch and its margin, which is far less."""

Sort = Literal[
    "token",
    "ball",
    "line",
    "arrow",
    "zone",
    "text",
    "equipment",
    "link",
    "measure",
    "comment",
    "phase",
    "stop",
]
PropertyName = Literal[
    "at",
    "number",
    "name",
    "role",
    "side",
    "fill",
    "ink",
    "trim",
    "facing",
    "scale",
    "points",
    "size",
    "shape",
    "turn",
    "stroke",
    "width",
    "curve",
    "head",
    "opacity",
    "text",
    "layer",
    "group",
    "phase",
    "captain",
    "keeper",
    "photo",
    "item",
    "ends",
    "measure",
    "pin",
    "done",
    "rank",
    "duration",
    "easing",
    "notes",
    "of",
    "carrier",
    "flight",
    "sampled",
]
ConflictPolicy = Literal["latest", "ask"]
PitchPart = Literal["full", "half", "third"]
ZoneGrid = Literal["none", "thirds", "lanes", "zones18"]
Units = Literal["auto", "m", "yd", "ft"]
SportName = Literal[
    "soccer",
    "american_football",
    "soccer_9",
    "soccer_7",
    "soccer_5",
    "futsal",
    "basketball_nba",
    "basketball_fiba",
    "handball",
    "field_hockey",
    "ice_hockey",
    "ice_hockey_nhl",
    "rugby_union",
    "rugby_league",
    "lacrosse",
    "volleyball",
    "blank",
]
LayerName = Literal["players", "equipment", "marks", "phases"]
"""What can be locked together; which sorts are in it says LAYERS."""

ObjectIdField = Annotated[str, Meta(pattern=r"^o_[A-Za-z0-9_-]{8,41}$", max_length=43)]
"""Made by the client that adds the object; the id of a stop is made of those of its phase and of
what it moves (BD52)."""
ItemName = Literal[
    "cone",
    "disc",
    "goal",
    "mini_goal",
    "mannequin",
    "pole",
    "ladder",
    "hoop",
    "hurdle",
    "flag",
    "rebounder",
]
GroupIdField = Annotated[str, Meta(pattern=r"^g_[A-Za-z0-9_-]{8,20}$", max_length=22)]
Coordinate = Annotated[int, Meta(ge=-COORDINATE_MAX, le=COORDINATE_MAX)]
Point = tuple[Coordinate, Coordinate]
Length = Annotated[int, Meta(ge=100, le=200_000)]
Extent = tuple[Length, Length]
PlaybackMs = Annotated[int, Meta(ge=0, le=14_400_000)]
"""Time on the line of all phases, which is four hours long at most."""
Colour = Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}$", max_length=7)]
Degrees = Annotated[int, Meta(ge=0, le=359)]


class Properties(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Every property an object can have. Absent: not spoken of. Null: none (`SORTS` says where that
    is refused)."""

    at: Point | UnsetType | None = UNSET
    """Where it is; the points of a mark are relative to it, so that moving and reshaping a mark
    merge."""
    number: Annotated[int, Meta(ge=0, le=99)] | UnsetType | None = UNSET
    name: Annotated[str, Meta(max_length=64)] | UnsetType | None = UNSET
    role: Annotated[str, Meta(max_length=16)] | UnsetType | None = UNSET
    side: Literal["home", "away", "neutral", "official"] | UnsetType | None = UNSET
    fill: Colour | UnsetType | None = UNSET
    """Shirt of a token, inside of a zone."""
    ink: Colour | UnsetType | None = UNSET
    """Number on a shirt, stroke of a mark, letters of a text."""
    trim: Colour | UnsetType | None = UNSET
    """Second colour of a kit."""
    facing: Degrees | UnsetType | None = UNSET
    """Clockwise from the direction of x; null: no arrow."""
    scale: Annotated[int, Meta(ge=25, le=400)] | UnsetType | None = UNSET
    """Percent of the usual size."""
    points: (
        Annotated[tuple[Point, ...], Meta(min_length=1, max_length=POINTS_MAX)] | UnsetType | None
    ) = UNSET
    """Of a line, an arrow or a polygon, relative to `at`."""
    size: Extent | UnsetType | None = UNSET
    """Length along x and y of a zone, centred on `at`."""
    shape: Literal["rect", "ellipse", "polygon"] | UnsetType | None = UNSET
    turn: Degrees | UnsetType | None = UNSET
    """Rotation of a zone or a text, clockwise."""
    stroke: Literal["solid", "dashed", "wavy", "dotted", "double", "zigzag"] | UnsetType | None = (
        UNSET
    )
    """By convention a run, a pass, a dribble."""
    width: Annotated[int, Meta(ge=20, le=2_000)] | UnsetType | None = UNSET
    """Of a stroke, mm."""
    curve: bool | UnsetType | None = UNSET
    """Whether the points are joined by a smooth curve."""
    head: Literal["end", "both", "bar"] | UnsetType | None = UNSET
    opacity: Annotated[int, Meta(ge=5, le=100)] | UnsetType | None = UNSET
    text: Annotated[str, Meta(min_length=1, max_length=TEXT_MAX)] | UnsetType | None = UNSET
    layer: Annotated[int, Meta(ge=-1_000, le=1_000)] | UnsetType | None = UNSET
    """Higher is drawn over lower; equal ones in the order of the view."""
    group: GroupIdField | UnsetType | None = UNSET
    """Objects of one group are selected and moved together."""
    phase: ObjectIdField | UnsetType | None = UNSET
    """Of a stop: its phase. Of others: the only phase in which it is shown; null: always."""
    captain: bool | UnsetType | None = UNSET
    keeper: bool | UnsetType | None = UNSET
    photo: Annotated[str, Meta(pattern=PHOTO, max_length=PHOTO_MAX)] | UnsetType | None = UNSET
    """A small picture, as a data URL."""
    item: ItemName | UnsetType | None = UNSET
    """Which piece of equipment it is."""
    ends: (
        Annotated[tuple[ObjectIdField, ...], Meta(min_length=2, max_length=ENDS_MAX)]
        | UnsetType
        | None
    ) = UNSET
    """Objects that a link joins, in this order, and follows."""
    measure: bool | UnsetType | None = UNSET
    """Whether a link shows how long it is."""
    pin: ObjectIdField | UnsetType | None = UNSET
    """What a comment is about; another comment: what it answers."""
    done: bool | UnsetType | None = UNSET
    rank: Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{1,32}$")] | UnsetType | None = UNSET
    """Phases are ordered by it as text, then by id."""
    duration: Annotated[int, Meta(ge=100, le=120_000)] | UnsetType | None = UNSET
    """Of a phase, ms."""
    easing: Literal["linear", "in", "out", "in_out"] | UnsetType | None = UNSET
    notes: Annotated[str, Meta(min_length=1, max_length=NOTES_MAX)] | UnsetType | None = UNSET
    of: ObjectIdField | UnsetType | None = UNSET
    """What a stop moves."""
    carrier: ObjectIdField | UnsetType | None = UNSET
    """The token that has the ball: now, or, of a stop, at the end of its phase."""
    flight: Literal["ground", "lofted"] | UnsetType | None = UNSET
    sampled: bool | UnsetType | None = UNSET
    """The points of a stop are samples of a recording, evenly spaced over its phase."""


PROPERTIES: tuple[str, ...] = Properties.__struct_fields__
"""Names of all properties, in the order in which they are written."""


class SortRules(NamedTuple):
    """Which properties a sort has. What is required is given with the object and never null."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


_SHOWN: tuple[PropertyName, ...] = ("layer", "group", "phase")
"""What everything on the pitch has."""

SORTS: dict[Sort, SortRules] = {
    "token": SortRules(
        ("at",),
        (
            "number",
            "name",
            "role",
            "side",
            "fill",
            "ink",
            "trim",
            "facing",
            "scale",
            "captain",
            "keeper",
            "photo",
            *_SHOWN,
        ),
    ),
    "ball": SortRules(("at",), ("fill", "ink", "scale", "carrier", *_SHOWN)),
    "line": SortRules(("at", "points"), ("ink", "stroke", "width", "curve", "opacity", *_SHOWN)),
    "arrow": SortRules(
        ("at", "points"), ("ink", "stroke", "width", "curve", "head", "opacity", *_SHOWN)
    ),
    "zone": SortRules(
        ("at", "size"),
        ("shape", "points", "fill", "ink", "stroke", "width", "turn", "opacity", *_SHOWN),
    ),
    "text": SortRules(("at", "text"), ("fill", "ink", "scale", "turn", "opacity", *_SHOWN)),
    "equipment": SortRules(("at", "item"), ("fill", "ink", "scale", "turn", *_SHOWN)),
    "link": SortRules(
        ("ends",), ("ink", "stroke", "width", "fill", "head", "measure", "opacity", *_SHOWN)
    ),
    "measure": SortRules(("at", "points"), ("ink", "width", *_SHOWN)),
    "comment": SortRules(("at", "text"), ("pin", "done", "layer")),
    "phase": SortRules(("rank", "duration"), ("name", "notes", "easing")),
    "stop": SortRules(
        ("phase", "of", "at"), ("points", "curve", "sampled", "facing", "carrier", "flight")
    ),
}
"""The one table sort × property."""

MARKS: tuple[Sort, ...] = ("line", "arrow", "zone", "text", "link", "measure", "comment")
"""What annotators may add, change and delete."""

LAYERS: dict[LayerName, tuple[Sort, ...]] = {
    "players": ("token", "ball"),
    "equipment": ("equipment",),
    "marks": ("line", "arrow", "zone", "text", "link", "measure"),
    "phases": ("phase", "stop"),
}
"""What a layer lock holds. Comments are in none: whoever may draw may say something."""


class Origin(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The room and version that a board was forked from."""

    room: Annotated[str, Meta(max_length=64)]
    version: VersionField


class BoardSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What a board is made with. A length of 0 is the sport's usual one; others are brought into
    the sport's range."""

    sport: SportName = "soccer"
    length_mm: Annotated[int, Meta(ge=0, le=200_000)] = 0
    width_mm: Annotated[int, Meta(ge=0, le=200_000)] = 0
    conflicts: ConflictPolicy = "latest"
    part: PitchPart = "full"
    portrait: bool = False
    """Whether the length goes up the screen."""
    stripes: bool = True
    zones: ZoneGrid = "none"
    units: Units = "auto"
    """auto: the sport's."""
    origin: Origin | None = None
    """Given at creation only."""


# --- commands


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


# --- events


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


# --- presence


Zoom = Annotated[int, Meta(ge=200, le=20_000)]


class _Presence(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    pass


PresenceIds = Annotated[list[ObjectIdField], Meta(max_length=DRAG_MAX)]


class Cursor(_Presence, frozen=True, tag="cursor"):
    """Where the pointer is."""

    at: Point


class Drag(_Presence, frozen=True, tag="drag"):
    """Where the objects are that are being dragged: `[id, x, y]` each. The drop is a command."""

    objects: Annotated[
        list[tuple[ObjectIdField, Coordinate, Coordinate]], Meta(max_length=DRAG_MAX)
    ]
    phase: ObjectIdField | None = None
    """The phase in which they are dragged; null: the set-up."""


class Hold(_Presence, frozen=True, tag="hold"):
    """Objects that somebody has in hand: a courtesy, not a lock. Shown for HOLD_LEASE_S after it
    was last sent."""

    ids: PresenceIds


class Select(_Presence, frozen=True, tag="select"):
    """Objects that somebody has selected."""

    ids: PresenceIds


HOLD_LEASE_S = 5
"""A hold that is not renewed counts no longer."""


class Laser(_Presence, frozen=True, tag="laser"):
    """The trail of somebody's pointer, the newest point last; it fades by itself."""

    points: Annotated[list[Point], Meta(max_length=LASER_MAX)]


class Looks(_Presence, frozen=True, tag="view"):
    """What somebody sees: its middle, how near (1,000: the whole pitch), which phase, and where in
    the phases while they play for that person alone."""

    at: Point
    zoom: Zoom
    phase: ObjectIdField | None = None
    ms: PlaybackMs | None = None


class Gather(_Presence, frozen=True, tag="gather"):
    """Asks everybody to come to this view, once for each `n` (server time, ms) that is younger than
    GATHER_S."""

    at: Point
    zoom: Zoom
    n: int
    phase: ObjectIdField | None = None


GATHER_S = 5
"""An older request to come is over."""

BoardPresence = Cursor | Drag | Hold | Select | Laser | Looks | Gather
"""The keys of presence are the same words as the tags."""

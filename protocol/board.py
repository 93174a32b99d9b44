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

from typing import Annotated, Literal, NamedTuple

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
PHOTOS_CHARACTERS_MAX = 1_000_000
"""Characters of all photos of a board together: 122 of the largest."""
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


def stop_id(phase: str, of: str) -> str:
    """BD52: the id of the stop of an object in a phase, so that two people who set the same one
    meet."""
    return f"o_{phase[2:]}-{of[2:]}"


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

"""What a board is at one version: objects with who wrote what, locks, remembered deletions, and
what each account can take back. Snapshot, restore and view of it.

Data and its bookkeeping only: what is allowed is in board_edits.py, board_conflicts.py,
board_undo.py and board_history.py; what an event does is in board_apply.py. Nothing here is ever
iterated in another order than that of events, so that equal histories give equal bytes.
SPEC: BD1 to BD4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, cast

import msgspec
from msgspec import UNSET, Raw, Struct
from msgspec.structs import astuple, replace

from protocol.board import (
    BOARD_POINTS_MAX,
    LAYERS,
    MARKS,
    OBJECTS_MAX,
    PROPERTIES,
    SORTS,
    BoardSettings,
    ConflictPolicy,
    Properties,
    Sort,
)
from protocol.board_events import BoardConfigured
from server.rules.kind import Context, Rejected
from server.rules.pitch import reach, within_range

Value: TypeAlias = (
    "int | str | bool | tuple[int, int] | tuple[tuple[int, int], ...] | tuple[str, ...] | None"
)
"""What a property can hold. Immutable, so that snapshots may share it."""

Written: TypeAlias = tuple[int, int, str, str]
"""(version, origin, account, client) of the entry that wrote a property. `origin` is the entry that
first wrote this very value: undo brings a value back under a new version and its old origin, so an
earlier step of the same account can still be recognised as untouched. 0: never had a value."""

NEVER: Written = (0, 0, "", "")
"""Of a property that nobody has written."""

ALLOWED: dict[str, frozenset[str]] = {
    sort: frozenset(rules.required + rules.optional) for sort, rules in SORTS.items()
}
REQUIRED: dict[str, tuple[str, ...]] = {sort: rules.required for sort, rules in SORTS.items()}
MARK_SORTS: frozenset[str] = frozenset(MARKS)
LAYER_OF: dict[str, str] = {sort: layer for layer, sorts in LAYERS.items() for sort in sorts}

SETTINGS: tuple[str, ...] = BoardSettings.__struct_fields__
CONFIGURED: tuple[str, ...] = BoardConfigured.__struct_fields__
"""Settings that can be changed."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

_AT_ALONE = len(PROPERTIES) - 1
"""Unset properties of a change that only moves."""


_latest: list[tuple[Properties | None, list[tuple[str, Any]]]] = [(None, [])]
"""The properties walked last, and what they speak of: what is decided is applied next, and the walk
is the dearest part of a move. One tuple, so that it is always a pair that belongs together."""


def written(properties: Properties) -> list[tuple[str, Any]]:
    """The properties that are spoken of, with their values, in the order of the table. Not to be
    changed by the caller."""
    latest = _latest[0]
    if latest[0] is properties:
        return latest[1]
    values = astuple(properties)
    at = values[0]
    if at is not UNSET and values.count(UNSET) == _AT_ALONE:
        spoken = [("at", at)]  # a move: what most commands are
    else:
        spoken = [(n, v) for n, v in zip(PROPERTIES, values, strict=True) if v is not UNSET]
    _latest[0] = (properties, spoken)
    return spoken


def points_in(properties: Properties) -> int:
    """How many points a new object would be made of."""
    points = properties.points
    return len(points) if isinstance(points, tuple) else 0


def properties_of(values: Mapping[str, Any]) -> Properties:
    """The other way round. The values have been checked when they came in."""
    return Properties(**values)


class BoardObject(Struct, array_like=True, eq=False, gc=False):
    """One object, as snapshots hold it. `props` and `wrote` have the same keys."""

    sort: Sort
    props: dict[str, Value]
    wrote: dict[str, Written]
    locked: str | None = None
    """Account that locked it."""

    def mark(self, name: str) -> Written:
        """Who wrote the property. An object that a restore brought back may lack some it had."""
        return self.wrote.get(name, NEVER)

    def newest(self) -> Written:
        """Who wrote to it last. Every object has what its sort requires."""
        return max(self.wrote.values())

    def points(self) -> int:
        """How many points it is made of."""
        return points_of(self.props.get("points"))


def points_of(value: Value) -> int:
    """How many points a value of the property `points` has."""
    return len(value) if type(value) is tuple else 0


SetBack: TypeAlias = tuple[str, str, Value, int, int]
"""(object, property, value to write, its origin, origin that must be there now)."""
Remove: TypeAlias = tuple[str, dict[str, int]]
"""(object to take away, origins that its properties must have now)."""
Put: TypeAlias = tuple[str, BoardObject]
"""(id, object to put back as it was)."""


class Reversal(NamedTuple):
    """What takes a step back, or, once undone, does it again."""

    sets: Sequence[SetBack] = ()
    removes: Sequence[Remove] = ()
    puts: Sequence[Put] = ()


class Step(Struct, frozen=True, array_like=True, eq=False, gc=False):
    """One entry of an account that can be taken back. There are a thousand of them on a busy board
    and few are ever looked at, so each is kept as snapshots hold it: as bytes."""

    version: int
    """The entry that made the step; its name in `undo {of}`."""
    weight: int
    """The same in both directions, so that undo and redo never outgrow the limit."""
    packed: Raw
    """The reversal, as JSON."""

    def reversal(self) -> Reversal:
        """What the step does when it is taken."""
        sets, removes, puts = _decode(self.packed)
        return Reversal(
            [(i, name, _value_in(value), o, e) for i, name, value, o, e in sets],
            [(object_id, origins) for object_id, origins in removes],
            [(object_id, _object_in(o)) for object_id, o in puts],
        )


def step_of(version: int, weight: int, reversal: Reversal) -> Step:
    """A step of the entry `version`."""
    return Step(version, weight, Raw(_encode(reversal)))


class History:
    """What one account can take back and do again, latest last."""

    __slots__ = ("redo", "undo")

    def __init__(self) -> None:
        self.undo: list[Step] = []
        self.redo: list[Step] = []

    def weight(self) -> int:
        """Of all its steps."""
        return sum(step.weight for step in self.undo) + sum(step.weight for step in self.redo)


class Name(NamedTuple):
    """What somebody called a version."""

    name: str
    by: str
    at: int
    """Log time, ms."""


class Playback(NamedTuple):
    """Where everybody is in the phases: at `at_ms` when log time was `since`."""

    at_ms: int
    since: int
    playing: bool
    speed: int
    """Percent."""
    loop: bool
    from_ms: int | None
    to_ms: int | None
    by: str


class Board:
    """The state of one board. Invariants: no id is both in `objects` and in `graves`; `points` and
    `undo_weight` are the sums that their names say."""

    __slots__ = (
        "conflicts",
        "graves",
        "histories",
        "layers",
        "locked",
        "names",
        "objects",
        "playback",
        "points",
        "presenter",
        "settings",
        "undo_weight",
        "x_max",
        "y_max",
    )

    def __init__(self, settings: BoardSettings) -> None:
        self.objects: dict[str, BoardObject] = {}
        self.graves: dict[str, tuple[int, str]] = {}
        """Deleted id to (version, account) of its deletion, oldest first, bounded (BD19)."""
        self.histories: dict[str, History] = {}
        """By account, the one longest without a new step first."""
        self.locked: str | None = None
        """Account that locked the board."""
        self.layers: dict[str, str] = {}
        """Locked layer to the account that locked it."""
        self.names: dict[int, Name] = {}
        """By version, in the order in which they were given."""
        self.playback: Playback | None = None
        self.presenter: str | None = None
        self.points = 0
        self.undo_weight = 0
        length, width = within_range(settings.sport, settings.length_mm, settings.width_mm)
        self.configure(replace(settings, length_mm=length, width_mm=width))

    def configure(self, settings: BoardSettings) -> None:
        """Takes settings, with the lengths spelled out, as they are from now on."""
        self.settings = settings
        self.conflicts: ConflictPolicy = settings.conflicts
        self.x_max, self.y_max = reach(settings.length_mm, settings.width_mm)


def settings_after(before: BoardSettings, event: BoardConfigured) -> BoardSettings:
    """The settings with all that the event says; the origin stays."""
    return replace(before, **{name: getattr(event, name) for name in CONFIGURED})


# --- refusals that several commands share


def missing(state: Board, object_id: str) -> Rejected:
    """BD17: why there is no such object."""
    grave = state.graves.get(object_id)
    if grave is None:
        return Rejected("unknown_object", {"id": object_id})
    return Rejected("deleted", {"id": object_id, "by": grave[1], "version": grave[0]})


def touch_refused(
    state: Board, object_id: str, target: BoardObject, context: Context
) -> Rejected | None:
    """BD30, BD56 and BD6: why this author may not touch the object, or None."""
    locked = target.locked
    if locked is not None and locked != context.account and context.role != "owner":
        return Rejected("locked", {"id": object_id, "by": locked})
    return sort_refused(state, object_id, target.sort, context)


def sort_refused(state: Board, object_id: str, sort: str, context: Context) -> Rejected | None:
    """BD56 and BD6: why this author may have nothing to do with objects of a sort, or None."""
    if state.layers and context.role != "owner":
        layer = LAYER_OF.get(sort, "")
        by = state.layers.get(layer)
        if by is not None and by != context.account:
            return Rejected("locked", {"id": object_id, "layer": layer, "by": by})
    if context.role == "annotator" and sort not in MARK_SORTS:
        return Rejected("forbidden", {"id": object_id, "sort": sort})
    return None


def over_limits(state: Board, objects: int, points: int) -> Rejected | None:
    """BD8: whether so many more objects and points are too many. Fewer are always welcome."""
    if objects > 0 and len(state.objects) + objects > OBJECTS_MAX:
        return Rejected("limit_reached", {"limit": "OBJECTS_MAX", "max": OBJECTS_MAX})
    if points > 0 and state.points + points > BOARD_POINTS_MAX:
        return Rejected("limit_reached", {"limit": "BOARD_POINTS_MAX", "max": BOARD_POINTS_MAX})
    return None


def repeated(ids: list[str]) -> Rejected | None:
    """BD14: an object may be named once in a command."""
    seen: set[str] = set()
    for object_id in ids:
        if object_id in seen:
            return Rejected("bad_command", {"repeated": object_id})
        seen.add(object_id)
    return None


# --- snapshot, restore, view


def snapshot(state: Board) -> dict[str, Any]:
    """The state's own parts: to be encoded before it changes."""
    return {
        "settings": astuple(state.settings),
        "locked": state.locked,
        "layers": state.layers,
        "names": state.names,
        "playback": state.playback,
        "presenter": state.presenter,
        "objects": state.objects,
        "graves": state.graves,
        "histories": {account: [h.undo, h.redo] for account, h in state.histories.items()},
    }


def restore(data: Any) -> Board:
    """From what `snapshot` gave, after a trip through JSON."""
    settings = _settings_in(data["settings"])
    state = Board(settings)
    state.configure(settings)
    state.locked = data["locked"]
    # rules 2 knew none of these
    state.layers.update(data.get("layers", {}))
    state.names.update((int(v), Name(*row)) for v, row in data.get("names", {}).items())
    playback = data.get("playback")
    state.playback = None if playback is None else Playback(*playback)
    state.presenter = data.get("presenter")
    for object_id, row in data["objects"].items():
        restored = state.objects[object_id] = _object_in(row)
        state.points += restored.points()
    for object_id, (version, by) in data["graves"].items():
        state.graves[object_id] = (version, by)
    for account, (undo, redo) in data["histories"].items():
        history = state.histories[account] = History()
        history.undo.extend(map(_step_in, undo))
        history.redo.extend(map(_step_in, redo))
        state.undo_weight += history.weight()
    return state


def _settings_in(row: list[Any]) -> BoardSettings:
    # rules 2 wrote the first four; those that came later have their defaults
    return msgspec.convert(dict(zip(SETTINGS, row, strict=False)), BoardSettings)


def _object_in(row: Any) -> BoardObject:
    sort, props, wrote, locked = row
    return BoardObject(
        sort,
        {name: _value_in(value) for name, value in props.items()},
        {name: tuple(mark) for name, mark in wrote.items()},
        locked,
    )


def _step_in(row: Any) -> Step:
    version, weight, *parts = row
    # rules 1 wrote the three parts of a reversal side by side
    reversal = parts[0] if len(parts) == 1 else parts
    return Step(version, weight, Raw(_encode(reversal)))


def _value_in(value: Any) -> Value:
    """JSON knows lists only; in the state positions are tuples, as a decoded command has them."""
    if not isinstance(value, list):
        return value
    items = cast("list[Any]", value)
    first = items[0]
    if type(first) is list:
        return tuple((x, y) for x, y in items)
    if type(first) is str:
        return tuple(items)
    first, second = items
    return first, second


def view(state: Board) -> dict[str, Any]:
    """BD1: what every member may see. Client ids and origins stay here."""
    playback, origin = state.playback, state.settings.origin
    return {
        "settings": {
            **{name: getattr(state.settings, name) for name in SETTINGS},
            "origin": None if origin is None else {"room": origin.room, "version": origin.version},
        },
        "locked": state.locked,
        "layers": dict(state.layers),
        "names": {str(version): one._asdict() for version, one in state.names.items()},
        "playback": None if playback is None else playback._asdict(),
        "presenter": state.presenter,
        "objects": {object_id: _object_view(o) for object_id, o in state.objects.items()},
        "undo": {a: [len(h.undo), len(h.redo)] for a, h in state.histories.items()},
    }


def _object_view(target: BoardObject) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "sort": target.sort,
        "props": dict(target.props),
        "v": {name: mark[0] for name, mark in target.wrote.items()},
        "by": {name: mark[2] for name, mark in target.wrote.items()},
    }
    if target.locked is not None:
        shown["locked"] = target.locked
    return shown

"""What differs between two versions of a board, and who made it so: the earlier version's picture
is walked through the entries up to the later one. Pure; knows pictures and public events, not how
either is come by. SPEC: BD80, BD81.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType

from protocol.board_events import BoardConfigured
from server.rules.board_state import CONFIGURED

What = Literal["added", "removed", "changed"]
ALL_OF_THEM = ("objects.added", "objects.put", "history.restored")
"""Events that say in `objects` what comes new."""


class Seen(Struct, frozen=True):
    """An object as the public view shows it. `props`: a null counts as not there."""

    sort: str
    props: dict[str, Any]


class Picture(Struct, frozen=True):
    """A board as the public view shows it, as far as it can differ."""

    settings: dict[str, Any] = {}
    objects: dict[str, Seen] = {}


class Mark(NamedTuple):
    """The entry that made something what it is, and its author."""

    version: int
    by: str


class ValueChange(Struct, frozen=True):
    """One property (or setting), earlier and later; null: it had none."""

    before: Any
    after: Any
    version: int
    """The last entry that made it another one."""
    by: str


class Difference(Struct, frozen=True, omit_defaults=True):
    """What became of one object."""

    id: str
    sort: str
    what: What
    version: int
    """The last entry that had a part in it."""
    by: str
    props: dict[str, Any] | UnsetType = UNSET
    """Of what was added as it is later, of what was removed as it was earlier."""
    changes: dict[str, ValueChange] | UnsetType = UNSET
    """Of what is in both: by property."""
    moved: int | UnsetType = UNSET
    """How far its place is from where it was, in mm, where that differs."""


class BoardDifference(Struct, frozen=True):
    """Everything that differs. Objects in the order of the later board, then those that went, in
    the order of the earlier one."""

    settings: dict[str, ValueChange]
    objects: list[Difference]


class Walk:
    """Goes from a picture through the entries after it, and remembers who made what."""

    def __init__(self, before: Picture) -> None:
        self._before = before
        self._settings: dict[str, Any] = dict(before.settings)
        self._objects: dict[str, Seen] = dict(before.objects)
        self._wrote: dict[str, dict[str, Mark]] = {}
        self._came: dict[str, Mark] = {}
        self._went: dict[str, Mark] = {}
        self._configured: dict[str, Mark] = {}

    def take(self, version: int, by: str, event: Mapping[str, Any]) -> None:
        """The next entry's event, as the protocol shows it. Those of the room are passed over."""
        mark = Mark(version, by)
        kind = event["type"]
        if kind == "board.configured":
            self._configure(event, mark)
            return
        gone: Iterable[str] = (
            event["ids"] if kind == "objects.deleted" else event.get("deleted", ())
        )
        for object_id in gone:
            del self._objects[object_id]
            self._went[object_id] = mark
        coming = event.get("added", ())
        if kind in ALL_OF_THEM:
            coming = event.get("objects", ())
        for new in coming:
            self._put(new["id"], Seen(new["sort"], dict(new["props"])), mark)
        for change in event.get("changes", ()):
            self._write(change["id"], change["set"], mark)

    def difference(self) -> BoardDifference:
        """Between the picture and where the walk has come to."""
        before = self._before
        settings = {
            name: ValueChange(before.settings.get(name), value, *self._configured[name])
            for name, value in self._settings.items()
            if name in self._configured and before.settings.get(name) != value
        }
        objects = [
            one for object_id, now in self._objects.items() for one in self._of(object_id, now)
        ]
        for object_id, was in before.objects.items():
            now = self._objects.get(object_id)
            if now is None or now.sort != was.sort:
                mark = self._went[object_id]
                objects.append(Difference(object_id, was.sort, "removed", *mark, props=was.props))
        return BoardDifference(settings, objects)

    def _of(self, object_id: str, now: Seen) -> Iterable[Difference]:
        was = self._before.objects.get(object_id)
        if was is None or was.sort != now.sort:
            props = {name: value for name, value in now.props.items() if value is not None}
            mark = self._came[object_id]
            yield Difference(object_id, now.sort, "added", *mark, props=props)
            return
        changes = {
            name: ValueChange(
                was.props.get(name), now.props.get(name), *self._mark(object_id, name)
            )
            for name in dict.fromkeys((*was.props, *now.props))
            if was.props.get(name) != now.props.get(name)
        }
        if changes:
            latest = max(changes.values(), key=lambda change: change.version)
            yield Difference(
                object_id,
                now.sort,
                "changed",
                latest.version,
                latest.by,
                changes=changes,
                moved=distance(changes.get("at")),
            )

    def _mark(self, object_id: str, name: str) -> Mark:
        return self._wrote.get(object_id, {}).get(name) or self._came[object_id]

    def _put(self, object_id: str, seen: Seen, mark: Mark) -> None:
        self._objects.pop(object_id, None)
        self._objects[object_id] = seen
        self._came[object_id] = mark
        self._wrote.pop(object_id, None)

    def _write(self, object_id: str, values: Mapping[str, Any], mark: Mark) -> None:
        target = self._objects[object_id]
        props = dict(target.props)
        for name, value in values.items():
            if props.get(name) != value:
                self._wrote.setdefault(object_id, {})[name] = mark
            props[name] = value
        self._objects[object_id] = Seen(target.sort, props)

    def _configure(self, event: Mapping[str, Any], mark: Mark) -> None:
        whole = msgspec.convert(event, BoardConfigured)  # what it leaves out is as usual
        for name in CONFIGURED:
            value = getattr(whole, name)
            if self._settings.get(name) != value:
                self._settings[name] = value
                self._configured[name] = mark


def distance(change: ValueChange | None) -> int | UnsetType:
    """How far a place is from another, in whole mm."""
    if change is None or change.before is None or change.after is None:
        return UNSET
    return round(math.dist(change.before, change.after))

"""What readers make for a board: settings, objects with ids that follow from the source, notes and
where it is from; and the one place where that becomes a file that a server takes. Pure.
SPEC: RD15, RD19."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from protocol.board import BoardSettings, Point, Properties, Sort
from protocol.board_commands import NewObject
from server.readers.report import Oddity


@dataclass(frozen=True, slots=True)
class BoardParts:
    """A board to be, whole: every reference is among `objects`, and comes after what it names."""

    settings: BoardSettings
    objects: tuple[NewObject, ...]
    notes: str
    source: str
    name: str
    oddities: Mapping[str, Oddity]


def object_id(seed: str, key: str) -> str:
    """The same id for the same thing of the same source, whenever it is read."""
    return "o_" + hashlib.sha256(f"{seed}\0{key}".encode()).hexdigest()[:18]


def new(id_: str, sort: Sort, **properties: Any) -> NewObject:
    """An object with the properties that are not None."""
    given = {name: value for name, value in properties.items() if value is not None}
    return NewObject(id_, sort, Properties(**given))


def within(place: Point, x_max: int, y_max: int) -> Point:
    """The nearest place that a board takes."""
    return max(-x_max, min(x_max, place[0])), max(-y_max, min(y_max, place[1]))


def room_file(parts: BoardParts, name: str | None = None) -> bytes:
    """A file as rooms are exported, without history: what `import` of a server reads."""
    objects = {
        one.id: {"sort": one.sort, "props": msgspec.to_builtins(one.props)} for one in parts.objects
    }
    settings = msgspec.to_builtins(parts.settings)
    head: dict[str, object] = {
        "format": "touchline.room",
        "version": 1,
        "room": {"kind": "board", "name": name or parts.name},
        "state": {"kind": {"settings": settings, "locked": None, "objects": objects}},
        "entries": [],
    }
    return msgspec.json.encode(head)

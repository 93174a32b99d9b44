"""What readers make for a board: settings, objects with ids that follow from the source, notes and
where it is from; and the one place where that becomes a document that a server takes. Pure.
SPEC: RD15, RD19."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from protocol.board import BoardSettings, Point, Properties, Sort
from protocol.board_commands import NewObject
from protocol.board_document import BoardDocument, document_of
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


def document(parts: BoardParts, name: str | None = None) -> BoardDocument:
    """The board as a file, under its own name or another: what `import` of a server reads."""
    return document_of(
        name or parts.name,
        parts.settings,
        list(parts.objects),
        notes=parts.notes,
        source=parts.source,
    )

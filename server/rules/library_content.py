"""What an item of a library may hold: the one place that reads contents. Pure; SPEC: LB12 to LB14.

A formation is places; everything else is a board's document, read with the types of boards, so that
what is kept can be opened. Must not know items, nor who writes them.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Struct
from msgspec.structs import asdict

from protocol.board import OBJECTS_MAX, SORTS, BoardSettings, NewObject
from protocol.library import CONTENT_BYTES_MAX, FormationContent, ItemSort


class BoardContent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The content of a board, a set piece or a drill: a board's document."""

    format: Literal["touchline.board"]
    version: Literal[1]
    name: Annotated[str, Meta(max_length=64)]
    settings: BoardSettings
    objects: Annotated[list[NewObject], Meta(max_length=OBJECTS_MAX)]
    notes: Annotated[str, Meta(max_length=10_000)] | None = None
    source: Annotated[str, Meta(max_length=200)] | None = None


Content = FormationContent | BoardContent


class ContentFault(NamedTuple):
    """Why a content is refused: where in it, as a path from `$`, and what is wrong there."""

    path: str
    why: str


_read_formation = msgspec.json.Decoder(FormationContent).decode
_read_board = msgspec.json.Decoder(BoardContent).decode


def read_content(sort: ItemSort, text: str) -> Content | ContentFault:
    """The content of an item of this sort, or the first thing that is wrong with it."""
    if len(text.encode("utf-8", "surrogatepass")) > CONTENT_BYTES_MAX:
        return ContentFault("$", f"longer than {CONTENT_BYTES_MAX} bytes")
    try:
        content = _read_formation(text) if sort == "formation" else _read_board(text)
    except msgspec.ValidationError as error:
        return _fault(str(error))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return ContentFault("$", "not JSON")
    return _objects_fault(content) or content if isinstance(content, BoardContent) else content


def _fault(message: str) -> ContentFault:
    why, found, path = message.rpartition(" - at `")
    return ContentFault(path.rstrip("`") or "$", why) if found else ContentFault("$", message)


def _objects_fault(content: BoardContent) -> ContentFault | None:
    """Objects that no board would take: what their types alone do not say."""
    seen: set[str] = set()
    for number, one in enumerate(content.objects):
        path = f"$.objects[{number}]"
        if one.id in seen:
            return ContentFault(f"{path}.id", "named twice")
        seen.add(one.id)
        given = {name: value for name, value in asdict(one.props).items() if value is not UNSET}
        rules = SORTS[one.sort]
        for name in given:
            if name not in rules.required and name not in rules.optional:
                return ContentFault(f"{path}.props.{name}", f"a {one.sort} has no such property")
        for name in rules.required:
            if given.get(name) is None:
                return ContentFault(f"{path}.props.{name}", "required")
    return None

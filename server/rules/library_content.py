"""What an item of a library may hold: the one place that reads contents. Pure; SPEC: LB12 to LB14.

A formation is places; everything else is a board's document, read as such and held against the
table of sorts, so that what is kept can be opened. Must not know items, nor who writes them.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from msgspec import UNSET
from msgspec.structs import asdict

from protocol.board import SORTS
from protocol.board_document import BoardDocument, DocumentFault, read_document
from protocol.library import CONTENT_BYTES_MAX, FormationContent, ItemSort

Content = FormationContent | BoardDocument


class ContentFault(NamedTuple):
    """Why a content is refused: where in it, as a path from `$`, and what is wrong there."""

    path: str
    why: str


_read_formation = msgspec.json.Decoder(FormationContent).decode


def read_content(sort: ItemSort, text: str) -> Content | ContentFault:
    """The content of an item of this sort, or the first thing that is wrong with it."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return ContentFault("$", "not JSON")
    if len(data) > CONTENT_BYTES_MAX:
        return ContentFault("$", f"longer than {CONTENT_BYTES_MAX} bytes")
    if sort == "formation":
        return _formation(data)
    document = read_document(data)
    if isinstance(document, DocumentFault):
        return ContentFault(*document)
    return _objects_fault(document) or document


def _formation(data: bytes) -> Content | ContentFault:
    try:
        return _read_formation(data)
    except msgspec.ValidationError as error:
        why, found, path = str(error).rpartition(" - at `")
        return ContentFault(path.rstrip("`"), why) if found else ContentFault("$", str(error))
    except (msgspec.DecodeError, RecursionError):
        return ContentFault("$", "not JSON")


def _objects_fault(document: BoardDocument) -> ContentFault | None:
    """Objects that no board would take: what their types alone do not say."""
    for number, one in enumerate(document.objects):
        path = f"$.objects[{number}].props"
        given = {name: value for name, value in asdict(one.props).items() if value is not UNSET}
        rules = SORTS[one.sort]
        for name in given:
            if name not in rules.required and name not in rules.optional:
                return ContentFault(f"{path}.{name}", f"a {one.sort} has no such property")
        for name in rules.required:
            if given.get(name) is None:
                return ContentFault(f"{path}.{name}", "required")
    return None

"""A board as a file: what export writes, import reads, forks and libraries copy, and readers of
other formats give. Pure; knows no room. SPEC: BD70, BD71.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Struct

from protocol.board import OBJECTS_MAX, BoardSettings, Properties, stop_id
from protocol.board_commands import NewObject

DOCUMENT_NOTES_MAX = 10_000
_REFERENCES = ("ends", "pin", "phase", "of", "carrier")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,13}")
_AT = re.compile(r"^(?P<why>.*) - at `(?P<path>[^`]*)`$", re.DOTALL)


class BoardDocument(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Everything of a board but its history. Objects are in the order of the board."""

    format: Annotated[Literal["touchline.board"], Meta(description="what kind of file it is")]
    version: Literal[1]
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    settings: BoardSettings
    objects: Annotated[list[NewObject], Meta(max_length=OBJECTS_MAX)]
    notes: Annotated[str, Meta(max_length=DOCUMENT_NOTES_MAX)] = ""
    source: Annotated[str, Meta(max_length=500)] = ""
    """Where it comes from, for people: a provider, a match, a link."""


class DocumentFault(NamedTuple):
    """Why some bytes are no document, and where: a JSON path from `$`."""

    path: str
    why: str


_decoder: msgspec.json.Decoder[BoardDocument] = msgspec.json.Decoder(BoardDocument)


def document_of(
    name: str,
    settings: BoardSettings,
    objects: list[NewObject],
    *,
    notes: str = "",
    source: str = "",
) -> BoardDocument:
    """A document of the present version."""
    return BoardDocument("touchline.board", 1, name, settings, objects, notes, source)


def write_document(document: BoardDocument) -> bytes:
    """As UTF-8 JSON that people can read."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1)


def read_document(data: bytes) -> BoardDocument | DocumentFault:
    """Strict: what is not known is a fault, nothing is repaired. What a board asks of its objects
    beyond types (places, required properties) is asked when they are loaded."""
    try:
        document = _decoder.decode(data)
    except msgspec.ValidationError as error:
        return _fault(str(error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return DocumentFault("$", f"not JSON: {error}")
    return _fault_of_ids(document) or document


def _fault(message: str) -> DocumentFault:
    found = _AT.match(message)
    if found is None:
        return DocumentFault("$", message)
    return DocumentFault(found["path"], found["why"])


def _fault_of_ids(document: BoardDocument) -> DocumentFault | None:
    """Ids are there once, and what objects need is among them. A carrier may be missing (BD48)."""
    ids: set[str] = set()
    for index, new in enumerate(document.objects):
        if new.id in ids:
            return DocumentFault(f"$.objects[{index}].id", f"{new.id} is there twice")
        ids.add(new.id)
    for index, new in enumerate(document.objects):
        for name in _REFERENCES:
            missing = next((one for one in _named(new.props, name) if one not in ids), None)
            if missing is not None and name != "carrier":
                path = f"$.objects[{index}].props.{name}"
                return DocumentFault(path, f"{missing} is not in the document")
    return None


def _named(properties: Properties, name: str) -> tuple[str, ...]:
    value: Any = getattr(properties, name)
    if value is UNSET or value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def fresh_ids(document: BoardDocument, token: str) -> BoardDocument:
    """The same with new ids for all objects and groups, so that it can be loaded beside anything.

    `token`: 8 to 13 characters of base64url that nobody else uses (the shell draws them); ids are
    made of it and of the place in the document. Carriers that are not in the document are left
    out. ValueError: a token that makes no ids.
    """
    if _TOKEN.fullmatch(token) is None:
        raise ValueError("a token has 8 to 13 characters of base64url")
    ids = {new.id: f"o_{token}{index:05d}" for index, new in enumerate(document.objects)}
    groups: dict[str, str] = {}
    for new in document.objects:
        if new.sort == "stop":
            of_phase = [*_named(new.props, "phase"), *_named(new.props, "of")]
            if len(of_phase) == 2 and all(one in ids for one in of_phase):
                ids[new.id] = stop_id(*(ids[one] for one in of_phase))
        group = new.props.group
        if isinstance(group, str):
            groups.setdefault(group, f"g_{token}{len(groups):05d}")
    objects = [
        NewObject(ids[new.id], new.sort, _renamed(new.props, ids, groups))
        for new in document.objects
    ]
    return msgspec.structs.replace(document, objects=objects)


def _renamed(
    properties: Properties, ids: Mapping[str, str], groups: Mapping[str, str]
) -> Properties:
    changes: dict[str, Any] = {}
    for name in _REFERENCES:
        named = _named(properties, name)
        if not named:
            continue
        known = tuple(ids[one] for one in named if one in ids)
        if name == "ends":
            changes[name] = known
        else:
            changes[name] = known[0] if known else UNSET
    if isinstance(properties.group, str):
        changes["group"] = groups[properties.group]
    return msgspec.structs.replace(properties, **changes) if changes else properties

"""Whether an object of some sort may have these values. Pure; SPEC: BD9 to BD12, BD48,
BD49, BD52, BD53.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from protocol.board import NOTES_MAX, TEXT_MAX, Properties, stop_id
from protocol.text import clean_name, clean_text
from server.rules.board_references import FIXED, REFERENCES, bad_reference
from server.rules.board_state import ALLOWED, REQUIRED, Board, written
from server.rules.kind import Rejected

ROLE_MAX = 16
MEASURE_POINTS = 2
"""BD53: from where to where."""
_TEXTS = frozenset({"name", "role", "text", "notes"})
_NOTHING: Final[Mapping[str, str]] = {}


def bad_property(object_id: str, name: str, why: str, **more: int) -> Rejected:
    """The refusal of one value."""
    return Rejected("bad_property", {"id": object_id, "property": name, "why": why, **more})


def _clean(name: str, value: str) -> str | None:
    if name == "text":
        return clean_text(value, TEXT_MAX)
    if name == "notes":
        return clean_text(value, NOTES_MAX)
    return clean_name(value, ROLE_MAX) if name == "role" else clean_name(value)


def check_properties(
    state: Board,
    object_id: str,
    sort: str,
    properties: Properties,
    arriving: Mapping[str, str] = _NOTHING,
) -> Properties | Rejected:
    """The values as they are kept (texts normalised), or why one of them is refused. `arriving`:
    id to sort of what the same command adds, which may be referred to."""
    return check_written(state, object_id, sort, properties, written(properties), arriving)


def check_new(
    state: Board,
    object_id: str,
    sort: str,
    properties: Properties,
    arriving: Mapping[str, str] = _NOTHING,
) -> Properties | Rejected:
    """The same for an object that is not there yet: it has all that its sort requires."""
    spoken = written(properties)
    clean = check_written(state, object_id, sort, properties, spoken, arriving)
    if isinstance(clean, Rejected):
        return clean
    given = dict(spoken)
    for name in REQUIRED[sort]:
        if name not in given:
            return bad_property(object_id, name, "required")
    if sort == "stop" and object_id != (expected := stop_id(given["phase"], given["of"])):
        return Rejected("bad_command", {"id": object_id, "stop": expected})
    return clean


def _reference_refused(
    state: Board,
    object_id: str,
    sort: str,
    name: str,
    value: Any,
    arriving: Mapping[str, str],
) -> Rejected | None:
    present = state.objects.get(object_id)
    if sort == "stop" and name in FIXED and present is not None:
        fixed = present.props[name] != value
        return bad_property(object_id, name, "fixed") if fixed else None
    return bad_reference(state, object_id, name, value, arriving)


def check_written(
    state: Board,
    object_id: str,
    sort: str,
    properties: Properties,
    spoken: list[tuple[str, Any]],
    arriving: Mapping[str, str] = _NOTHING,
) -> Properties | Rejected:
    """The same for whoever has walked the properties already: `spoken` is what is written."""
    allowed = ALLOWED[sort]
    cleaned: dict[str, Any] | None = None
    for name, value in spoken:
        if name not in allowed:
            return bad_property(object_id, name, "sort")
        if value is None:
            if name in REQUIRED[sort]:
                return bad_property(object_id, name, "required")
        elif name == "at":
            x, y = value
            if not (-state.x_max <= x <= state.x_max and -state.y_max <= y <= state.y_max):
                return bad_property(
                    object_id, name, "outside", x_max=state.x_max, y_max=state.y_max
                )
        elif name in _TEXTS:
            clean = _clean(name, value)
            if clean is None:
                return bad_property(object_id, name, "text")
            if clean != value:
                cleaned = {**(cleaned or {}), name: clean}
        elif name in REFERENCES:
            refused = _reference_refused(state, object_id, sort, name, value, arriving)
            if refused is not None:
                return refused
        elif name == "points" and sort == "measure" and len(value) != MEASURE_POINTS:
            return bad_property(object_id, name, "two")
    return properties if cleaned is None else replace(properties, **cleaned)

"""Whether an object of some sort may have these values. Pure; SPEC: BD9 to BD12."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from protocol.board import TEXT_MAX, Properties
from protocol.text import clean_name, clean_text
from server.rules.board_state import ALLOWED, REQUIRED, Board, written
from server.rules.kind import Rejected

ROLE_MAX = 16
_TEXTS = frozenset({"name", "role", "text"})


def bad_property(object_id: str, name: str, why: str, **more: int) -> Rejected:
    """The refusal of one value."""
    return Rejected("bad_property", {"id": object_id, "property": name, "why": why, **more})


def _clean(name: str, value: str) -> str | None:
    if name == "text":
        return clean_text(value, TEXT_MAX)
    return clean_name(value, ROLE_MAX) if name == "role" else clean_name(value)


def check_properties(
    state: Board, object_id: str, sort: str, properties: Properties
) -> Properties | Rejected:
    """The values as they are kept (texts normalised), or why one of them is refused."""
    return check_written(state, object_id, sort, properties, written(properties))


def check_written(
    state: Board,
    object_id: str,
    sort: str,
    properties: Properties,
    spoken: list[tuple[str, Any]],
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
    return properties if cleaned is None else replace(properties, **cleaned)

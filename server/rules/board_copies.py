"""What of a board is taken along when it is written down or made anew: one rule for documents,
imports, forks, what a link shows, and boards of a library's items.

A board may hold what it would not take again: a ball whose carrier is gone (BD48), things outside
of a pitch that was made smaller (BD45). Here they are brought to what every board takes. Pure; must
not know files, nor rooms. SPEC: BD73.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from protocol.board import BoardSettings, Properties
from protocol.board_commands import NewObject
from server.rules.board_references import REFERENCES
from server.rules.pitch import reach, within_range


def cleaned(settings: BoardSettings, objects: Iterable[NewObject]) -> list[NewObject]:
    """The objects as a board with these settings takes them: places at the edge of its reach where
    they were beyond it, no carrier that is no token among them."""
    size = within_range(settings.sport, settings.length_mm, settings.width_mm)
    x_max, y_max = reach(*size)
    kept = list(objects)
    sorts = {one.id: one.sort for one in kept}
    return [_with(one, _amendments(one.props, sorts, x_max, y_max)) for one in kept]


def without_lost_carriers(objects: Iterable[NewObject]) -> list[NewObject]:
    """The same objects but for carriers that are no token among them."""
    kept = list(objects)
    sorts = {one.id: one.sort for one in kept}
    return [_with(one, _lost_carrier(one.props, sorts)) for one in kept]


def without_comments(objects: Iterable[NewObject]) -> list[NewObject]:
    """All but what people said to each other there."""
    return [one for one in objects if one.sort != "comment"]


def without_nulls(objects: Iterable[NewObject]) -> list[NewObject]:
    """The same objects; a null counts as not there (BD9), and files leave it out."""
    return [_with(one, _nulls(one.props)) for one in objects]


def on_pitch(at: tuple[int, int], x_max: int, y_max: int) -> tuple[int, int]:
    """The nearest place, mm, that is within reach."""
    x, y = at
    return min(max(x, -x_max), x_max), min(max(y, -y_max), y_max)


def _amendments(props: Properties, sorts: dict[str, Any], x_max: int, y_max: int) -> dict[str, Any]:
    at = props.at
    inside = on_pitch(at, x_max, y_max) if isinstance(at, tuple) else at
    moved: dict[str, Any] = {} if inside == at else {"at": inside}
    return moved | _lost_carrier(props, sorts)


def _nulls(props: Properties) -> dict[str, Any]:
    return {name: UNSET for name in props.__struct_fields__ if getattr(props, name) is None}


def _lost_carrier(props: Properties, sorts: dict[str, Any]) -> dict[str, Any]:
    carrier = props.carrier
    if not isinstance(carrier, str) or sorts.get(carrier) in REFERENCES["carrier"]:
        return {}
    return {"carrier": UNSET}


def _with(one: NewObject, changes: dict[str, Any]) -> NewObject:
    return NewObject(one.id, one.sort, replace(one.props, **changes)) if changes else one

"""Reads plain values of JSON where what is not as expected ends the reading: of official statistics
nothing is passed over, for a sum without it would be wrong; only what describes a play may be.
Pure; knows no provider. SPEC: FD3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from server.readers.report import Report
from server.readers.source import whole
from server.readers.tree import text_at

Node = Mapping[str, object]


class Unreadable(Exception):
    """Where in the document, and what is expected there; a reader makes a Fault of it."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(where)
        self.where, self.why = where, why


def node_of(found: object) -> Node | None:
    """An object's members; None: it is none."""
    return cast("Node", found) if isinstance(found, dict) else None


def object_of(found: object, where: str) -> Node:
    """An object's members."""
    node = node_of(found)
    if node is None:
        raise Unreadable(where, "an object is expected")
    return node


def list_of(found: object, where: str, most: int) -> list[object]:
    """A list, not longer than `most`."""
    if not isinstance(found, list):
        raise Unreadable(where, "a list is expected")
    items = cast("list[object]", found)
    if len(items) > most:
        raise Unreadable(where, f"more than {most:,}")
    return items


def whole_in(found: object, where: str, least: int, most: int) -> int:
    """A whole number within bounds; 0 where nothing is said."""
    value = 0 if found is None or found == "" else whole(found)
    if value is None or not least <= value <= most:
        raise Unreadable(where, f"a whole number, {least:,} to {most:,}, is expected")
    return value


def situation(found: object, where: str, most: int, report: Report) -> int:
    """A small number that only describes a play: 0, and told, where it cannot be read."""
    value = 0 if found is None or found == "" else whole(found)
    if value is None or not 0 <= value <= most:
        report.odd("situation_unreadable", where)
        return 0
    return value


def short(node: object, key: str, most: int) -> str:
    """A text, cut; empty where there is none."""
    return (text_at(node, key) or "")[:most]

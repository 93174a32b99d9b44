"""Entries and events as lines for people. Pure: knows no kind closely, shows every event of any.

Text of members is shown with control characters escaped, so that nobody's name can move a cursor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
WIDTH_MAX = 200
LIST_MAX = 4
"""Of a long list the first ones are shown, and how many more there are."""


def moment(at: int) -> str:
    """Log time (ms) as UTC, to the second."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def entry_line(
    version: int, at: int, by: str, events: Sequence[Any], *, refused: str | None = None
) -> str:
    """One entry: when, which version, who, what."""
    what = f"(refused: {refused})" if refused else "; ".join(event_text(e) for e in events)
    return f"{moment(at)}  v{version:<6} {plain(by) or 'system':<16} {what}"


def event_text(event: object) -> str:
    """One event: its type, then its fields."""
    if not isinstance(event, dict):
        return plain(str(event))
    fields = cast("Mapping[str, Any]", event)
    told = [f"{plain(name)}={_value(value)}" for name, value in fields.items() if name != "type"]
    text = " ".join([plain(str(fields.get("type", "?"))), *told])
    return text if len(text) <= WIDTH_MAX else text[: WIDTH_MAX - 1] + "…"


def plain(text: str) -> str:
    """Text that cannot do anything to a terminal."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _value(value: object) -> str:
    match value:
        case dict():
            fields = cast("Mapping[str, Any]", value)
            return "{" + " ".join(f"{plain(k)}={_value(v)}" for k, v in fields.items()) + "}"
        case list():
            items = cast("list[Any]", value)
            shown = [_value(item) for item in items[:LIST_MAX]]
            more = f" +{len(items) - LIST_MAX}" if len(items) > LIST_MAX else ""
            return "[" + ", ".join(shown) + more + "]"
        case str():
            return plain(value)
        case _:
            return str(value)

"""Who may do what in a meet: one table of office and command. Pure. SPEC: AT2, AT3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from protocol.meet import Office

OFFICES: tuple[Office, ...] = (
    "chief_registrar", "registrar", "starter", "coach", "athlete", "viewer",
)  # fmt: skip

_DESK: tuple[Office, ...] = ("chief_registrar", "registrar")

_Row: TypeAlias = tuple[str, tuple[Office, ...], tuple[tuple[Office, str], ...]]

_ROWS: tuple[_Row, ...] = (
    ("meet.set", ("chief_registrar",), ()),
    ("official.set", ("chief_registrar",), ()),
    ("event.set", _DESK, ()),
    ("athlete.set", _DESK, (("coach", "own club"), ("athlete", "oneself"))),
    ("entry.set", _DESK, (("coach", "own club"), ("athlete", "oneself"))),
    ("entry.withdraw", _DESK, (("coach", "own club"), ("athlete", "oneself"))),
    ("start_list.publish", _DESK, ()),
    ("race.start", ("chief_registrar", "starter"), ()),
    ("wind.set", _DESK, ()),
    ("lap.record", _DESK, ()),
    ("result.set", _DESK, (("starter", "DNS and DQ"),)),
    ("result.clear", ("chief_registrar",), ()),
    ("changes", _DESK, ()),
)

TABLE: Mapping[str, Mapping[Office, str]] = {
    tag: dict((*((office, "yes") for office in offices), *bounds)) for tag, offices, bounds in _ROWS
}
"""Command to the offices that may send it: `yes`, or within which bounds; the others may not."""


def may(office: Office, tag: str) -> str:
    """`yes`, `no`, or the bound."""
    return TABLE[tag].get(office, "no")


def markdown() -> str:
    """The table as SPEC has it."""
    lines = [
        "| command | " + " | ".join(office.replace("_", " ") for office in OFFICES) + " |",
        "| --- |" + " --- |" * len(OFFICES),
    ]
    lines += [
        f"| `{tag}` | " + " | ".join(may(office, tag) for office in OFFICES) + " |" for tag in TABLE
    ]
    return "\n".join(lines)

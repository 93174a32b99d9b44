"""Positions and names of players as CSV: the columns `gsis_id` and `position` (or one that begins
so, like `position_2020`). Pure; SPEC: FD14."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.text import clean_name
from server.readers.report import Fault, Reading, Report
from server.readers.source import rows_of, text_of

ID = "gsis_id"
POSITION = "position"


@dataclass(frozen=True, slots=True)
class Players:
    """Who plays where."""

    positions: Mapping[str, str]
    """By GSIS id; players without one are not in it."""


def read_players(path: str, content: bytes) -> Reading[Players] | Fault:
    """The positions in a table of players. Of two rows of one player the first counts."""
    report = Report()
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    header = [cell.strip().strip('"') for cell in text.partition("\n")[0].split(",")]
    column = POSITION if POSITION in header else _first(header)
    if column is None:
        return Fault(f"{path}:1", f"the header lacks {POSITION}")
    rows = rows_of(path, text, (ID, column), report)
    if isinstance(rows, Fault):
        return rows
    positions: dict[str, str] = {}
    for line, row in rows:
        player = row[ID].strip()
        position = clean_name(row[column][:16]) or ""
        if not player:
            report.odd("no_id", f"{path}:{line}")
        elif position and positions.setdefault(player, position) != position:
            report.odd("contradicts", f"{path}:{line}")
    return Reading(Players(positions), report.oddities())


def _first(header: list[str]) -> str | None:
    return next((name for name in header if name.startswith(f"{POSITION}_")), None)

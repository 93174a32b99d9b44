"""What one file is, by how it begins. Pure; knows how the files of all providers begin, and no more
of them. SPEC: RD20."""

from __future__ import annotations

from typing import Literal

from server.readers.report import Fault, Report
from server.readers.source import text_of

Content = (
    Literal["ngs", "lastrow", "epts", "metrica_csv", "metrica_json", "xml"]
    | Literal["statsbomb_events", "statsbomb_line_up", "skillcorner"]
)


def content_of(content: bytes) -> Content | None:
    """What one file is, by its first characters."""
    text = text_of("", content, Report())
    if isinstance(text, Fault):
        return None
    start = text.lstrip()[:20_000]
    header = start.partition("\n")[0]
    cells = {cell.strip() for cell in header.split(",")}
    if {"displayName", "homeTeamFlag", "x", "y"} <= cells:
        return "ngs"
    if {"player", "frame", "bgcolor"} <= cells:
        return "lastrow"
    if {"Team", "Type", "Start X"} <= cells:
        return "metrica_csv"
    if start.startswith("<"):
        return "xml"
    if start.startswith("["):
        if '"lineup"' in start and '"team_id"' in start:
            return "statsbomb_line_up"
        return "statsbomb_events" if '"possession_team"' in start or '"type"' in start else None
    if start.startswith("{"):
        if '"trackable_object"' in start:
            return "skillcorner"
        return "metrica_json" if '"data"' in start and '"subtypes"' in start else None
    frame, colon, rest = header.partition(":")
    return "epts" if frame.isdigit() and colon and ";" in rest else None

"""Metrica's tracking as FIFA EPTS: a text of one line a frame, and an XML that says what its
columns are. Shares of the pitch, origin top left. Pure; SPEC: RD11."""

from __future__ import annotations

from dataclasses import replace

from server.readers.coordinates import Point, to_millimetres
from server.readers.metrica_metadata import Metadata, read_metadata
from server.readers.report import Fault, Reading, Report
from server.readers.source import number, text_of, whole
from server.readers.tracking import FRAMES_MAX, Actor, Track, TrackBuilder

SOURCE = "Metrica Sports"
BALL = "ball"


def read_metrica_tracking(
    path: str, content: bytes, metadata_path: str, metadata: bytes
) -> Reading[Track] | Fault:
    """A clip. `attack` is that of the half in which it begins."""
    report = Report()
    known = read_metadata(metadata_path, metadata, report)
    if isinstance(known, Fault):
        return known
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    builder = TrackBuilder(report, known.pitch)
    for key in known.register.players:
        if key not in known.actors:
            report.odd("unknown_player", f"{metadata_path}: {key}")
        elif key not in builder:
            builder.add(known.actors[key], metadata_path)
    builder.add(Actor(BALL, None, is_ball=True), metadata_path)
    first: int | None = None
    taken = 0
    for line, row in enumerate(text.split("\n"), 1):
        if not row.strip():
            continue
        if taken >= FRAMES_MAX:
            report.odd("too_many_rows", f"{path}:{line}")
            break
        frame = _take(builder, known, row, report, f"{path}:{line}")
        if frame is not None:
            taken += 1
            first = frame if first is None else min(first, frame)
    track = builder.build(
        path,
        name=known.name,
        source=SOURCE,
        sport="soccer",
        rate_hz=known.rate_hz,
        teams=known.teams,
    )
    if isinstance(track, Fault):
        return track
    return Reading(_directed(track, known, first or 0), report.oddities())


def _take(
    builder: TrackBuilder, known: Metadata, row: str, report: Report, where: str
) -> int | None:
    """One line. Returns its frame, None where it has none that can be read."""
    register = known.register
    parts = row.split(register.outer)
    frame = whole(parts[0])
    if frame is None or not 0 <= frame <= 10_000_000:
        report.odd("no_time", where)
        return None
    at_ms = round(frame * 1000 / known.rate_hz)
    groups = parts[1].split(register.between) if len(parts) > 1 else []
    if len(groups) != len(register.players):
        report.odd("cells_missing" if len(groups) < len(register.players) else "cells_over", where)
    for key, group in zip(register.players, groups, strict=False):
        if key in known.actors and key in builder:
            builder.put(at_ms, key, _place(group, known), where)
    if len(parts) > 2:
        builder.put(at_ms, BALL, _place(parts[2], known), where)
    else:
        report.odd("no_ball", where)
    return frame


def _place(group: str, known: Metadata) -> Point | None:
    cells = group.split(known.register.inner)
    if len(cells) < 2:
        return None
    x, y = number(cells[0]), number(cells[1])
    return None if x is None or y is None else to_millimetres("metrica", x, y, known.pitch)


def _directed(track: Track, known: Metadata, first: int) -> Track:
    """Teams change ends with every half."""
    half = next((n for n, (begin, end) in enumerate(known.halves) if begin <= first <= end), 0)
    turn = -1 if half % 2 else 1
    return replace(track, attack={side: turn * way for side, way in known.attack.items()})

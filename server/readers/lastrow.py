"""Tracking of a goal as Last-Row publishes it: CSV at 20 Hz, attack and defence without names, in
hundredths of the pitch. Pure; SPEC: RD10."""

from __future__ import annotations

from dataclasses import replace

from server.readers.coordinates import SOCCER, to_millimetres
from server.readers.kits import kit_of
from server.readers.report import Fault, Reading, Report
from server.readers.source import number, rows_of, text_of, whole
from server.readers.tracking import Actor, Side, Track, TrackBuilder

RATE_HZ = 20.0
STEP_MS = 50
COLUMNS = ("player", "frame", "x", "y", "team")
SOURCE = "Last-Row"
_BALL = "0"
_SIDES: dict[str, Side] = {"attack": "home", "defense": "away"}


def read_lastrow(path: str, content: bytes) -> Reading[Track] | Fault:
    """One goal. The attack is the home side; it plays towards the goal that the ball is nearer to
    at the end."""
    report = Report()
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    rows = rows_of(path, text, COLUMNS, report)
    if isinstance(rows, Fault):
        return rows
    builder = TrackBuilder(report, SOCCER)
    for line, row in rows:
        where = f"{path}:{line}"
        frame = whole(row["frame"])
        key = row["player"].strip()[:32]
        if frame is None or not key:
            report.odd("no_time" if key else "nobody", where)
            continue
        if key not in builder and not builder.add(_actor(key, row, report, where), where):
            continue
        x, y = number(row["x"]), number(row["y"])
        place = None if x is None or y is None else to_millimetres("lastrow", x, y, SOCCER)
        builder.put(frame * STEP_MS, key, place, where)
    track = builder.build(
        path,
        name=path.rpartition("/")[2].partition(".")[0].replace("_", " "),
        source=SOURCE,
        sport="soccer",
        rate_hz=RATE_HZ,
        teams={"home": "Attack", "away": "Defence"},
    )
    if isinstance(track, Fault):
        return track
    return Reading(_directed(track), report.oddities())


def _actor(key: str, row: dict[str, str], report: Report, where: str) -> Actor:
    if key == _BALL:
        return Actor(key, None, is_ball=True)
    side = _SIDES.get(row["team"].strip().lower(), "official")
    if side == "official":
        report.odd("no_side", where)
    shirt = whole(row.get("player_num")) if row.get("player_num") else None
    if shirt is not None and not 0 <= shirt <= 99:
        report.odd("number_unusable", where)
        shirt = None
    return Actor(key, side, number=shirt, kit=kit_of(row.get("bgcolor"), row.get("edgecolor")))


def _directed(track: Track) -> Track:
    balls = [p for a, p in zip(track.actors, track.places, strict=True) if a.is_ball]
    seen = [place for place in balls[0] if place is not None] if balls else []
    last = seen[-1] if seen else None
    if last is None or last[0] == 0:
        return track
    towards = 1 if last[0] > 0 else -1
    return replace(track, attack={"home": towards, "away": -towards})

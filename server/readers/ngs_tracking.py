"""Tracking of one American football play as NFL Next Gen Stats CSV: 22 players and the ball at
10 Hz. Pure; knows the columns, not the board. SPEC: RD9.

Some files count frames for each player from where he was first seen, so that one frame number means
several times. The wall clock is what they agree about; frames count only where there is no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from protocol.text import clean_name
from server.readers.coordinates import FOOTBALL, facing_of, to_millimetres
from server.readers.report import Fault, Reading, Report
from server.readers.source import number, rows_of, text_of, whole
from server.readers.tracking import Actor, Side, Track, TrackBuilder

RATE_HZ = 10.0
STEP_MS = 100
COLUMNS = ("gameId", "playId", "frame", "time", "displayName", "homeTeamFlag", "x", "y")
SOURCE = "NFL Next Gen Stats"
_BALL = "ball"
_SIDES: dict[int | None, Side] = {1: "home", 0: "away"}

Row = dict[str, str]


def read_ngs(
    path: str, content: bytes, only: tuple[str, str] | None = None
) -> Reading[Track] | Fault:
    """One play; of a file with several, the one with this game and play, else the first."""
    report = Report()
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    found = rows_of(path, text, COLUMNS, report)
    if isinstance(found, Fault):
        return found
    rows = [(line, row) for line, row in found if only in (None, (row["gameId"], row["playId"]))]
    if not rows:
        return Fault(path, "no rows below the header")
    timed = any(_clock(row["time"]) is not None for _, row in rows)
    reading = _Reading(path, report, TrackBuilder(report, FOOTBALL), timed=timed)
    for line, row in rows:
        reading.take(line, row)
    game, play = reading.play or ("", "")
    track = reading.builder.build(
        path,
        name=f"{game} play {play}",
        source=SOURCE,
        sport="american_football",
        rate_hz=RATE_HZ,
        moments=reading.moments,
        teams=reading.teams,
    )
    if isinstance(track, Fault):
        return track
    return Reading(replace(track, attack=_attack(track)), report.oddities())


@dataclass
class _Reading:
    path: str
    report: Report
    builder: TrackBuilder
    timed: bool
    play: tuple[str, str] | None = None
    moments: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    teams: dict[str, str] = field(default_factory=dict[str, str])
    origin: tuple[int, int] | None = None
    """Time and frame of the first row."""

    def take(self, line: int, row: Row) -> None:
        where = f"{self.path}:{line}"
        play = (row["gameId"], row["playId"])
        self.play = self.play or play
        if play != self.play:
            self.report.odd("another_play", where)
            return
        at_ms = self._time(row, where)
        if at_ms is None:
            self.report.odd("no_time", where)
            return
        key = self._actor(row, where)
        if key is None:
            return
        x, y = number(row["x"]), number(row["y"])
        place = None if x is None or y is None else to_millimetres("ngs", x, y, FOOTBALL)
        seen = number(row.get("o"))
        facing = None if seen is None or abs(seen) > 360 else facing_of("ngs", seen)
        self.builder.put(at_ms, key, place, where, facing)
        event = clean_name(row.get("event", "")[:32])
        if event:
            self.moments.add((at_ms, event))

    def _time(self, row: Row, where: str) -> int | None:
        frame = whole(row["frame"])
        if not self.timed:
            return None if frame is None else frame * STEP_MS
        at_ms = _clock(row["time"])
        if at_ms is not None and frame is not None:
            self.origin = self.origin or (at_ms, frame)
            if at_ms - self.origin[0] != (frame - self.origin[1]) * STEP_MS:
                self.report.odd("frame_against_clock", where)
        return at_ms

    def _actor(self, row: Row, where: str) -> str | None:
        name = clean_name(row["displayName"][:64])
        team = clean_name(row.get("teamAbbr", "")[:16])
        if name is not None and name.lower() == "football":
            name = _BALL  # as the Big Data Bowl files call it
        key = row.get("gsisId", "")[:32].strip() or (f"{team or ''}:{name}" if name else "")
        if name == _BALL:
            key = _BALL
        if not key:
            self.report.odd("nobody", where)
            return None
        if key in self.builder:
            return key
        side = None if key == _BALL else _SIDES.get(whole(row["homeTeamFlag"]), "official")
        if side == "official":
            self.report.odd("no_side", where)
        elif side is not None and team:
            self.teams.setdefault(side, team)
        actor = Actor(
            key,
            side,
            number=self._shirt(row, where),
            name=None if key == _BALL else name,
            role=clean_name(row.get("position", "")[:16]),
            is_ball=key == _BALL,
        )
        return key if self.builder.add(actor, where) else None

    def _shirt(self, row: Row, where: str) -> int | None:
        shirt = whole(row.get("jerseyNumber"))
        if shirt is not None and not 0 <= shirt <= 99:
            self.report.odd("number_unusable", where)
            return None
        return shirt


def _clock(text: str) -> int | None:
    """Milliseconds since 1970 of a wall clock that names no zone."""
    try:
        read = datetime.fromisoformat(text.strip())
        return round(read.replace(tzinfo=read.tzinfo or UTC).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _attack(track: Track) -> dict[str, int]:
    """Who has the quarterback plays towards the others, as they stand at the snap."""
    passer = next((a for a in track.actors if a.role == "QB" and a.side != "official"), None)
    if passer is None or passer.side is None:
        return {}
    snap = next((m.at_ms for m in track.moments if m.name == "ball_snap"), 0)
    index = min(range(len(track.times)), key=lambda i: abs(track.times[i] - snap))
    middle: dict[str, float] = {}
    for side in ("home", "away"):
        along = [
            place[0]
            for actor, places in zip(track.actors, track.places, strict=True)
            if actor.side == side and (place := places[index]) is not None
        ]
        if not along:
            return {}
        middle[side] = sum(along) / len(along)
    other = "away" if passer.side == "home" else "home"
    towards = 1 if middle[other] > middle[passer.side] else -1
    return {passer.side: towards, other: -towards}

"""Recorded movement, whoever recorded it: actors, frames in order of time, gaps as None. Pure;
knows no provider and no board. SPEC: RD7, RD8, RD23.

Times are ms from the first frame, places mm from the centre of the pitch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Literal, NamedTuple

from protocol.board import SportName
from protocol.text import clean_name
from server.readers.coordinates import Pitch, Point, is_near
from server.readers.kits import Kit
from server.readers.report import Fault, Report

Side = Literal["home", "away", "official"]

ACTORS_MAX = 100
FRAMES_MAX = 30_000
"""20 minutes at 25 Hz."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who moves, or a ball (without a side)."""

    key: str
    side: Side | None
    number: int | None = None
    name: str | None = None
    role: str | None = None
    kit: Kit | None = None
    is_ball: bool = False
    is_keeper: bool = False


class Moment(NamedTuple):
    """Something that happened, in the provider's word."""

    at_ms: int
    name: str


class Frame(NamedTuple):
    """Where everybody is known to be at one time."""

    at_ms: int
    places: Mapping[str, Point]


@dataclass(frozen=True, slots=True)
class Track:
    """A recording. `places[i][j]`: of actor i at `times[j]`; `facings` likewise, degrees clockwise
    from x."""

    name: str
    source: str
    sport: SportName
    pitch: Pitch
    rate_hz: float
    actors: tuple[Actor, ...]
    times: tuple[int, ...]
    places: tuple[tuple[Point | None, ...], ...]
    facings: tuple[tuple[int | None, ...], ...]
    moments: tuple[Moment, ...] = ()
    teams: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names by side."""
    attack: Mapping[str, int] = field(default_factory=dict[str, int])
    """By side: 1 towards x, -1 against it; absent: not known."""

    def frame(self, index: int) -> Frame:
        """The frame at an index of `times`."""
        known = {
            actor.key: place
            for actor, places in zip(self.actors, self.places, strict=True)
            if (place := places[index]) is not None
        }
        return Frame(self.times[index], known)

    def frames(self) -> Iterator[Frame]:
        """All, in order."""
        return (self.frame(index) for index in range(len(self.times)))


def cut(track: Track, from_ms: int | None, to_ms: int | None) -> Track | None:
    """What lies between two times of a recording, both in it, beginning at 0. None: nothing."""
    if from_ms is None and to_ms is None:
        return track
    least, most = from_ms or 0, track.times[-1] if to_ms is None else to_ms
    kept = [index for index, at in enumerate(track.times) if least <= at <= most]
    if not kept:
        return None
    begin, end = kept[0], kept[-1] + 1
    zero = track.times[begin]
    return replace(
        track,
        times=tuple(at - zero for at in track.times[begin:end]),
        places=tuple(places[begin:end] for places in track.places),
        facings=tuple(facings[begin:end] for facings in track.facings),
        moments=tuple(Moment(at - zero, name) for at, name in track.moments if zero <= at <= most),
    )


class TrackBuilder:
    """Takes positions in whatever order they come, and says what was odd about them."""

    def __init__(self, report: Report, pitch: Pitch) -> None:
        self._report = report
        self._pitch = pitch
        self._actors: dict[str, Actor] = {}
        self._frames: dict[int, dict[str, tuple[Point, int | None]]] = {}
        self._latest: dict[str, int] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._actors

    def add(self, actor: Actor, where: str) -> bool:
        """A new actor. False: there are too many."""
        if len(self._actors) >= ACTORS_MAX:
            self._report.odd("too_many_objects", where)
            return False
        self._actors[actor.key] = actor
        return True

    def put(
        self, at_ms: int, key: str, place: Point | None, where: str, facing: int | None = None
    ) -> None:
        """Where an actor was. None and places far off the pitch are gaps."""
        frame = self._frames.setdefault(at_ms, {})
        if at_ms < self._latest.get(key, at_ms):
            self._report.odd("out_of_order", where)
        else:
            self._latest[key] = at_ms
        if place is None:
            self._report.odd("no_position", where)
        elif not is_near(place, self._pitch):
            self._report.odd("off_the_pitch", where)
        elif key not in frame:
            frame[key] = (place, facing)
        elif frame[key][0] == place:
            self._report.odd("repeated", where)
        else:
            self._report.odd("contradicts", where)

    def build(
        self,
        path: str,
        *,
        name: str,
        source: str,
        sport: SportName,
        rate_hz: float,
        moments: Iterable[tuple[int, str]] = (),
        teams: Mapping[str, str] | None = None,
    ) -> Track | Fault:
        """The recording, beginning at 0."""
        ordered = sorted(self._frames)
        seen = {key for frame in self._frames.values() for key in frame}
        if not seen:
            return Fault(path, "no position in it can be read")
        if len(ordered) > FRAMES_MAX:
            return Fault(path, f"more than {FRAMES_MAX:,} frames; cut it")
        self._count_missing(path, ordered)
        for key in self._actors.keys() - seen:
            self._report.odd("never_seen", f"{path}: {key}")
        actors = tuple(actor for key, actor in self._actors.items() if key in seen)
        first = ordered[0]
        return Track(
            name=clean_name(name[:64]) or "Clip",
            source=source,
            sport=sport,
            pitch=self._pitch,
            rate_hz=rate_hz,
            actors=actors,
            times=tuple(at - first for at in ordered),
            places=tuple(self._places(actor.key, ordered) for actor in actors),
            facings=tuple(self._facings(actor.key, ordered) for actor in actors),
            moments=tuple(Moment(at - first, what) for at, what in sorted(moments)),
            teams=teams or {},
        )

    def _places(self, key: str, ordered: list[int]) -> tuple[Point | None, ...]:
        return tuple(
            found[0] if (found := self._frames[at].get(key)) is not None else None for at in ordered
        )

    def _facings(self, key: str, ordered: list[int]) -> tuple[int | None, ...]:
        return tuple(
            found[1] if (found := self._frames[at].get(key)) is not None else None for at in ordered
        )

    def _count_missing(self, path: str, ordered: list[int]) -> None:
        steps = [late - early for early, late in pairwise(ordered)]
        if not steps:
            return
        usual = median(steps)
        for early, step in zip(ordered, steps, strict=False):
            if step > usual * 1.5:
                missing = min(round(step / usual) - 1, FRAMES_MAX)
                self._report.odd(
                    "frames_missing", f"{path}: after {early - ordered[0]} ms", missing
                )

"""Where everything on a board is at a moment of its phases. Pure arithmetic on places; knows no
room, nobody and no clock. SPEC: BD64 to BD69.

Time 0 is the set-up, the objects' own places. Each phase runs for its duration, in the order of
(rank, id); at its end an object is where its stop says, and without a stop where it was. The same
is written for pages in clients/js/kinds/board_timeline.js, and both are held to one golden file;
so the arithmetic is spelled out in the same steps, in floating point.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

CARRIED_MM: Final = 900
"""How far from its carrier's centre a ball lies."""
CURVE_PIECES: Final = 8
"""Straight pieces between two points of a smooth curve, as marks are drawn."""
_MOVERS: Final = frozenset({"token", "ball", "equipment"})
_ATTACK: Final = {"home": 0.0, "away": 180.0}

Spot = tuple[float, float]


class Place(NamedTuple):
    """Where something is, mm, and which way it looks, degrees clockwise from x; None: no way."""

    x: float
    y: float
    facing: float | None


class Span(NamedTuple):
    """A phase on the line of all, ms from the set-up."""

    id: str
    start: int
    duration: int
    easing: str


class _End(NamedTuple):
    """How something is at the end of a phase, or in the set-up."""

    at: Spot
    facing: float | None
    carrier: str | None


class Thing(NamedTuple):
    """One object, as the timeline needs it."""

    id: str
    sort: str
    props: Mapping[str, Any]


def eased(easing: str, u: float) -> float:
    """Progress along the way at the share `u` of the time, both 0 to 1."""
    match easing:
        case "linear":
            return u
        case "in":
            return u * u
        case "out":
            return 1 - (1 - u) * (1 - u)
        case _:
            return 2 * u * u if u < 0.5 else 1 - 2 * (1 - u) * (1 - u)


def smooth(points: Sequence[Spot]) -> list[Spot]:
    """A Catmull-Rom curve through all points, as short straight pieces."""
    dense = [points[0]]
    last = len(points) - 1
    for i in range(last):
        a, b, c, d = points[max(0, i - 1)], points[i], points[i + 1], points[min(last, i + 2)]
        for step in range(1, CURVE_PIECES + 1):
            t = step / CURVE_PIECES
            dense.append((_spline(a, b, c, d, t, 0), _spline(a, b, c, d, t, 1)))
    return dense


def _spline(a: Spot, b: Spot, c: Spot, d: Spot, t: float, k: int) -> float:
    return 0.5 * (
        2 * b[k]
        + (c[k] - a[k]) * t
        + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t
        + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t * t * t
    )


def _between(a: Spot, b: Spot, t: float) -> Spot:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def along(points: Sequence[Spot], share: float) -> Spot:
    """The place after this share of the length of the way through the points."""
    lengths = [math.hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    left = sum(lengths) * share
    for i, length in enumerate(lengths):
        if left <= length and length > 0:
            return _between(points[i], points[i + 1], left / length)
        left -= length
    return points[-1]


def _sample(points: Sequence[Spot], share: float) -> Spot:
    """The place between samples that are evenly spaced in time."""
    if len(points) == 1:
        return points[0]
    place = share * (len(points) - 1)
    i = min(int(place), len(points) - 2)
    return _between(points[i], points[i + 1], place - i)


def _turned(a: float | None, b: float | None, share: float) -> float | None:
    """The short way round. What looked nowhere looks at once where it will."""
    if a is None or b is None:
        return b
    return (a + ((b - a + 540) % 360 - 180) * share + 360) % 360


class Timeline:
    """The phases of a board, and where its objects are in them."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self._movers: dict[str, Thing] = {}
        self._stops: dict[tuple[str, str], Mapping[str, Any]] = {}
        phases: list[tuple[str, str, Mapping[str, Any]]] = []
        for thing in things:
            if thing.sort in _MOVERS:
                self._movers[thing.id] = thing
            elif thing.sort == "stop":
                self._stops[thing.props["phase"], thing.props["of"]] = thing.props
            elif thing.sort == "phase":
                phases.append((thing.props["rank"], thing.id, thing.props))
        self.phases: list[Span] = []
        self.duration = 0
        for _, phase_id, props in sorted(phases, key=lambda one: one[:2]):
            easing = props.get("easing") or "in_out"
            self.phases.append(Span(phase_id, self.duration, props["duration"], easing))
            self.duration += props["duration"]
        self._ends = [{i: self._set_up(thing) for i, thing in self._movers.items()}]
        for span in self.phases:
            before = self._ends[-1]
            self._ends.append({i: self._end(span, i, before[i]) for i in self._movers})

    def phase_at(self, ms: float) -> int | None:
        """Index of the phase that runs; None in the set-up. After the last one: the last."""
        if ms <= 0 or not self.phases:
            return None
        for index, span in enumerate(self.phases):
            if ms <= span.start + span.duration:
                return index
        return len(self.phases) - 1

    def at(self, ms: float) -> dict[str, Place]:
        """Where every token, ball and piece of equipment is, in the order of the board."""
        index = self.phase_at(ms)
        if index is None:
            return {i: self._held(i, end, self._ends[0]) for i, end in self._ends[0].items()}
        span = self.phases[index]
        share = min(1.0, (ms - span.start) / span.duration)
        return {i: self._moving(index, i, eased(span.easing, share)) for i in self._movers}

    def _carrier(self, value: Any) -> str | None:
        """A carrier that is not there, or is no token, is none."""
        carrier = self._movers.get(value) if value is not None else None
        return carrier.id if carrier is not None and carrier.sort == "token" else None

    def _set_up(self, thing: Thing) -> _End:
        props = thing.props
        carrier = self._carrier(props.get("carrier")) if thing.sort == "ball" else None
        return _End(props["at"], props.get("facing"), carrier)

    def _end(self, span: Span, object_id: str, before: _End) -> _End:
        stop = self._stops.get((span.id, object_id))
        if stop is None:
            return before
        facing = stop.get("facing")
        ball = self._movers[object_id].sort == "ball"
        carrier = self._carrier(stop.get("carrier")) if ball else None
        return _End(stop["at"], before.facing if facing is None else facing, carrier)

    def _carried(self, carrier: str, where: Place) -> Spot:
        facing = where.facing
        if facing is None:
            facing = _ATTACK.get(self._movers[carrier].props.get("side") or "", 0.0)
        angle = math.radians(facing)
        return where.x + CARRIED_MM * math.cos(angle), where.y + CARRIED_MM * math.sin(angle)

    def _held(self, object_id: str, end: _End, ends: Mapping[str, _End]) -> Place:
        """Where something is at a moment at which nothing moves."""
        at = end.at
        if end.carrier is not None:
            by = ends[end.carrier]
            at = self._carried(end.carrier, Place(by.at[0], by.at[1], by.facing))
        return Place(at[0], at[1], end.facing)

    def _moving(self, index: int, object_id: str, share: float) -> Place:
        before, after = self._ends[index][object_id], self._ends[index + 1][object_id]
        facing = _turned(before.facing, after.facing, share)
        if after.carrier is not None and before.carrier == after.carrier:
            at = self._carried(after.carrier, self._moving(index, after.carrier, share))
            return Place(at[0], at[1], facing)
        stop = self._stops.get((self.phases[index].id, object_id))
        start = self._held(object_id, before, self._ends[index])
        if stop is None:
            return Place(start.x, start.y, facing)
        end = self._held(object_id, after, self._ends[index + 1])
        at = _way(stop, (start.x, start.y), (end.x, end.y), share)
        return Place(at[0], at[1], facing)


def _way(stop: Mapping[str, Any], start: Spot, end: Spot, share: float) -> Spot:
    x, y = stop["at"]
    points = stop.get("points")
    if not points:
        return _between(start, end, share)
    if stop.get("sampled"):
        dx, dy = _sample(points, share)
        return x + dx, y + dy
    way = [start, *((x + dx, y + dy) for dx, dy in points), end]
    return along(smooth(way) if stop.get("curve") else way, share)

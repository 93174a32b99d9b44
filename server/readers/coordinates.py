"""Every provider's coordinates in millimetres from the centre of the pitch: x along its length, y
across and downward, so that y rises to the right of whoever looks along x. Pure; SPEC: RD4 to RD6.

Providers that measure (metres, centimetres, yards, tracking in shares of the pitch) are scaled.
Those that record by eye on a drawn pitch (StatsBomb, Opta, Wyscout) put its lines at fixed numbers,
whatever its real size; between two lines they are scaled, so that a penalty mark is the penalty
mark. Line numbers: StatsBomb Open Data Specification; Opta and Wyscout as their documents draw
them.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal, NamedTuple

from server.rules.pitch import reach

Point = tuple[int, int]
System = Literal[
    "statsbomb",
    "opta",
    "wyscout",
    "metrica",
    "skillcorner",
    "second_spectrum",
    "pff",
    "tracab",
    "ngs",
    "lastrow",
]


class Pitch(NamedTuple):
    """Length and width, mm."""

    length: int
    width: int


SOCCER = Pitch(105_000, 68_000)
FOOTBALL = Pitch(109_728, 48_768)
YARD = 914.4

# IFAB, Law 1: depth of goal area, penalty mark and penalty area from the goal line; half of the
# goal's, goal area's and penalty area's width. mm.
_DEPTHS = (5_500, 11_000, 16_500)
_HALVES = (3_660, 9_160, 20_160)


class _Drawn(NamedTuple):
    """Where a provider's drawn pitch has its lines."""

    length: float
    depths: tuple[float, float, float]
    width: float
    halves: tuple[float, float, float]
    """Half widths of goal, goal area, penalty area."""
    upward: bool


_DRAWN: dict[System, _Drawn] = {
    "statsbomb": _Drawn(120, (6, 12, 18), 80, (4, 10, 22), upward=False),
    "opta": _Drawn(100, (5.8, 11.5, 17), 100, (4.8, 13.2, 28.9), upward=True),
    "wyscout": _Drawn(100, (6, 10, 16), 100, (5, 13, 31), upward=False),
}


class _Measured(NamedTuple):
    """mm per unit (0: a share of the pitch), where the origin is, and which way y goes."""

    unit: float
    share: float
    centred: bool
    upward: bool


_MEASURED: dict[System, _Measured] = {
    "metrica": _Measured(0, 1, centred=False, upward=False),
    "lastrow": _Measured(0, 100, centred=False, upward=True),
    "skillcorner": _Measured(1_000, 0, centred=True, upward=True),
    "second_spectrum": _Measured(1_000, 0, centred=True, upward=True),
    "pff": _Measured(1_000, 0, centred=True, upward=True),
    "tracab": _Measured(10, 0, centred=True, upward=True),
    "ngs": _Measured(YARD, 0, centred=False, upward=True),
}


def to_millimetres(system: System, x: float, y: float, pitch: Pitch) -> Point:
    """A provider's finite (x, y) on a pitch of this size. Not cut at its lines."""
    drawn = _DRAWN.get(system)
    if drawn is not None:
        along = _between(x, *_lines(drawn.length, drawn.depths, pitch.length, _DEPTHS))
        across = _between(y, *_lines_across(drawn, pitch.width))
        return round(along), round(-across if drawn.upward else across)
    unit, share, centred, upward = _MEASURED[system]
    along = x * unit if unit else x * pitch.length / share
    across = y * unit if unit else y * pitch.width / share
    if not centred:
        along, across = along - pitch.length / 2, across - pitch.width / 2
    return round(along), round(-across if upward else across)


def turned(point: Point) -> Point:
    """The same place seen from the other goal: for events that are given in the direction of play
    of their own team."""
    return -point[0], -point[1]


def is_near(point: Point, pitch: Pitch) -> bool:
    """Whether a board of this size takes the place: the pitch and its margin."""
    x_max, y_max = reach(pitch.length, pitch.width)
    return abs(point[0]) <= x_max and abs(point[1]) <= y_max


def facing_of(system: System, degrees: float) -> int:
    """A direction clockwise from x. NGS counts clockwise from y, which goes up; the others
    counter-clockwise from x."""
    clockwise = degrees - 90 if system == "ngs" else -degrees
    return round(clockwise) % 360


def _lines(
    length: float, depths: tuple[float, float, float], real: int, real_depths: tuple[int, ...]
) -> tuple[list[float], list[float]]:
    near: list[float] = [0, *depths, length / 2]
    marks: list[float] = [-real / 2, *(d - real / 2 for d in real_depths), 0]
    return (
        [*near, *(length - v for v in reversed(near[:-1]))],
        [*marks, *(-m for m in reversed(marks[:-1]))],
    )


def _lines_across(drawn: _Drawn, real: int) -> tuple[list[float], list[float]]:
    middle = drawn.width / 2
    out: list[float] = [*drawn.halves, middle]
    marks: list[float] = [*_HALVES, real / 2]
    return (
        [*(middle - v for v in reversed(out)), *(middle + v for v in out)],
        [*(-m for m in reversed(marks)), *marks],
    )


def _between(value: float, numbers: list[float], marks: list[float]) -> float:
    """Linear between two lines; beyond the last as between the last two."""
    at = min(max(bisect_right(numbers, value), 1), len(numbers) - 1)
    low, high = numbers[at - 1], numbers[at]
    return marks[at - 1] + (value - low) * (marks[at] - marks[at - 1]) / (high - low)

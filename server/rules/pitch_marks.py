"""What a marking on a pitch is made of, before the size of the pitch is known. Pure.

A coordinate is affine in the half length and the half width of the pitch, so that one description
paints every permitted size, here and in the page, which gets the same numbers
(clients/js/kinds/pitches.js). Knows no sport. SPEC: BD91.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

Style = Literal["line", "dashed", "red", "blue", "thin", "post", "net"]
"""How a stroke is drawn; the page knows the colours."""
Filling = Literal["end", "key", "crease", "zone", "goal", "spot"]
"""What an area is."""


class Place(NamedTuple):
    """`along` half lengths and `across` half widths and `mm` millimetres from the centre."""

    along: float
    across: float
    mm: float

    def on(self, length: float, width: float) -> float:
        """Where it is on a pitch of that size, mm."""
        return self.along * length / 2 + self.across * width / 2 + self.mm

    def __neg__(self) -> Place:
        return Place(-self.along, -self.across, -self.mm)


def mid(mm: float = 0) -> Place:
    """So many millimetres from the centre."""
    return Place(0, 0, mm)


def end(mm: float = 0) -> Place:
    """So many millimetres beyond the right end; negative: before it."""
    return Place(1, 0, mm)


def side(mm: float = 0) -> Place:
    """So many millimetres beyond the lower touchline; negative: before it."""
    return Place(0, 1, mm)


class Line(NamedTuple):
    """A straight stroke, `times` times, each `step` mm further along x."""

    x1: Place
    y1: Place
    x2: Place
    y2: Place
    style: Style = "line"
    times: int = 1
    step: float = 0


class Arc(NamedTuple):
    """Part of a circle, from one direction to another, clockwise on the screen: degrees from the
    direction of x, y downwards. 0 to 360 is the whole circle."""

    x: Place
    y: Place
    radius: float
    start: float = 0.0
    stop: float = 360.0
    style: Style = "line"


class Spot(NamedTuple):
    """A filled dot."""

    x: Place
    y: Place
    radius: float
    style: Style = "line"


class Area(NamedTuple):
    """A filled rectangle between two corners."""

    x1: Place
    y1: Place
    x2: Place
    y2: Place
    filling: Filling


class Disc(NamedTuple):
    """A filled part of a circle, cut off by its chord."""

    x: Place
    y: Place
    radius: float
    start: float
    stop: float
    filling: Filling


class Label(NamedTuple):
    """A word painted on the pitch, centred; `turn` degrees clockwise."""

    x: Place
    y: Place
    height: float
    text: str
    turn: int = 0


Mark = Line | Arc | Spot | Area | Disc | Label


def mirrored(mark: Mark) -> Mark:
    """The same at the other end: x changes its sign."""
    match mark:
        case Line():
            return mark._replace(x1=-mark.x1, x2=-mark.x2, step=-mark.step)
        case Arc() | Disc() if mark.stop - mark.start < 360:
            return mark._replace(x=-mark.x, start=180 - mark.stop, stop=180 - mark.start)
        case Area():
            return mark._replace(x1=-mark.x2, x2=-mark.x1)
        case Arc() | Disc() | Spot() | Label():
            return mark._replace(x=-mark.x)


def flipped(mark: Mark) -> Mark:
    """The same at the other touchline: y changes its sign."""
    match mark:
        case Line():
            return mark._replace(y1=-mark.y1, y2=-mark.y2)
        case Arc() | Disc() if mark.stop - mark.start < 360:
            return mark._replace(y=-mark.y, start=-mark.stop, stop=-mark.start)
        case Area():
            return mark._replace(y1=-mark.y2, y2=-mark.y1)
        case Arc() | Disc() | Spot() | Label():
            return mark._replace(y=-mark.y)


def both_ends(*marks: Mark) -> tuple[Mark, ...]:
    """Marks of the right end, and the same at the left."""
    return (*marks, *map(mirrored, marks))


def both_sides(*marks: Mark) -> tuple[Mark, ...]:
    """Marks of the lower half, and the same in the upper."""
    return (*marks, *map(flipped, marks))


def box(depth: float, width: float, style: Style = "line") -> tuple[Line, ...]:
    """Three sides of a rectangle before the right end line: so deep, so wide, in the middle."""
    inner, half = end(-depth), width / 2
    return (
        Line(end(), mid(-half), inner, mid(-half), style),
        Line(inner, mid(-half), inner, mid(half), style),
        Line(inner, mid(half), end(), mid(half), style),
    )


def outline() -> tuple[Line, ...]:
    """Touchlines and end lines."""
    return (
        *(Line(-end(), y, end(), y) for y in (side(), -side())),
        *(Line(x, -side(), x, side()) for x in (end(), -end())),
    )


def halfway(style: Style = "line") -> Line:
    """The line across the middle."""
    return Line(mid(), -side(), mid(), side(), style)


def goal(width: float, depth: float, before: float = 0) -> tuple[Mark, ...]:
    """A goal behind a line that lies `before` mm before the right end line."""
    mouth, back, half = end(-before), end(depth - before), width / 2
    return (
        Area(mouth, mid(-half), back, mid(half), "goal"),
        Line(mouth, mid(-half), back, mid(-half), "net"),
        Line(back, mid(-half), back, mid(half), "net"),
        Line(back, mid(half), mouth, mid(half), "net"),
    )


def goal_arcs(
    post: float, radius: float, style: Style = "line", cut: float = 90.0
) -> tuple[Mark, ...]:
    """Quarters of circles around both posts, which stand `post` mm from the middle of the right end
    line, joined by a straight line. `cut`: how many degrees of each quarter are in the field."""
    return (
        Line(end(-radius), mid(-post), end(-radius), mid(post), style),
        *both_sides(Arc(end(), mid(post), radius, 180 - cut, 180, style)),
    )


def across(cathetus: float, hypotenuse: float) -> float:
    """The other cathetus: how far a circle reaches beside a line that cuts it."""
    return math.sqrt(hypotenuse**2 - cathetus**2)


def angle(opposite: float, hypotenuse: float) -> float:
    """Degrees of the angle whose sine that is."""
    return math.degrees(math.asin(opposite / hypotenuse))

"""What a pitch shows: its markings in millimetres from the centre, grids of zones, and how much of
it a part shows. Pure functions of sport and size.

The tables are pitch_fields.py's and pitch_courts.py's; what a marking is made of is
pitch_marks.py's. How it is drawn is the page's, which gets the same tables (server/page_tables.py).
SPEC: BD91 to BD95.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, assert_never

from protocol.board import PitchPart, SportName, ZoneGrid
from server.rules.pitch_courts import (
    IIHF,
    NHL,
    basketball_fiba,
    basketball_nba,
    futsal,
    handball,
    rink,
    volleyball,
)
from server.rules.pitch_fields import (
    SOCCER_5,
    SOCCER_7,
    SOCCER_9,
    SOCCER_11,
    american_football,
    field_hockey,
    lacrosse,
    rugby_league,
    rugby_union,
    soccer,
)
from server.rules.pitch_marks import (
    Arc,
    Area,
    Disc,
    Filling,
    Label,
    Line,
    Mark,
    Place,
    Spot,
    Style,
    mid,
    outline,
    side,
)

Surface = Literal["grass", "court", "ice", "plain"]
Unit = Literal["m", "yd", "ft"]


class Look(NamedTuple):
    """What a pitch is, beyond its size."""

    name: str
    surface: Surface
    unit: Unit
    """What the sport measures in."""
    line: int
    """Width of its lines, mm."""
    marks: tuple[Mark, ...]
    lanes: tuple[Place, ...] = (side(0)._replace(across=0.2), side(0)._replace(across=0.6))
    """Where the five lanes part, of the lower half: of the middle and the next, of that and the
    outer. Fifths of the width, where the sport has no areas that say otherwise."""
    corner: float = 0
    """Radius of the corners of a rink, mm."""


_GRASS = outline()


def _lanes(goal_area: float, penalty_area: float) -> tuple[Place, ...]:
    """Lanes that end where the areas do: the middle as wide as the goal area, the half-spaces up to
    the edge of the penalty area."""
    return mid(goal_area / 2), mid(penalty_area / 2)


LOOKS: dict[SportName, Look] = {
    "soccer": Look(
        "Soccer",
        "grass",
        "m",
        120,
        _GRASS + soccer(SOCCER_11),
        _lanes(SOCCER_11.goal_area_width, SOCCER_11.penalty_width),
    ),
    "soccer_9": Look(
        "Soccer, 9 a side",
        "grass",
        "m",
        100,
        _GRASS + soccer(SOCCER_9),
        _lanes(SOCCER_9.goal_area_width, SOCCER_9.penalty_width),
    ),
    "soccer_7": Look(
        "Soccer, 7 a side",
        "grass",
        "m",
        100,
        _GRASS + soccer(SOCCER_7),
        _lanes(SOCCER_7.goal_area_width, SOCCER_7.penalty_width),
    ),
    "soccer_5": Look("Soccer, 5 a side", "grass", "m", 80, _GRASS + soccer(SOCCER_5)),
    "futsal": Look("Futsal", "court", "m", 80, _GRASS + futsal()),
    "american_football": Look(
        "American football", "grass", "yd", 102, _GRASS + american_football()
    ),
    "basketball_nba": Look("Basketball, NBA", "court", "ft", 51, _GRASS + basketball_nba()),
    "basketball_fiba": Look("Basketball, FIBA", "court", "m", 50, _GRASS + basketball_fiba()),
    "handball": Look("Handball", "court", "m", 50, _GRASS + handball()),
    "field_hockey": Look("Field hockey", "grass", "m", 75, _GRASS + field_hockey()),
    "ice_hockey": Look("Ice hockey", "ice", "m", 50, rink(IIHF), corner=IIHF.corner),
    "ice_hockey_nhl": Look("Ice hockey, NHL", "ice", "ft", 51, rink(NHL), corner=NHL.corner),
    "rugby_union": Look("Rugby union", "grass", "m", 100, _GRASS + rugby_union()),
    "rugby_league": Look("Rugby league", "grass", "m", 100, _GRASS + rugby_league()),
    "lacrosse": Look("Lacrosse", "grass", "yd", 102, _GRASS + lacrosse()),
    "volleyball": Look("Volleyball", "court", "m", 50, _GRASS + volleyball()),
    "blank": Look("Blank", "plain", "m", 100, _GRASS),
}


class Stroke(NamedTuple):
    """A straight line, mm."""

    x1: float
    y1: float
    x2: float
    y2: float
    style: Style


class Curve(NamedTuple):
    """Part of a circle, mm and degrees clockwise; `stop - start` is 360 for the whole."""

    x: float
    y: float
    radius: float
    start: float
    stop: float
    style: Style


class Dot(NamedTuple):
    """A filled dot, mm."""

    x: float
    y: float
    radius: float


class Filled(NamedTuple):
    """A filled rectangle between its least and its largest corner, mm."""

    x1: float
    y1: float
    x2: float
    y2: float
    filling: Filling


class Segment(NamedTuple):
    """A filled part of a circle, mm and degrees."""

    x: float
    y: float
    radius: float
    start: float
    stop: float
    filling: Filling


class Word(NamedTuple):
    """A painted word, mm and degrees."""

    x: float
    y: float
    height: float
    text: str
    turn: int


class Markings(NamedTuple):
    """Everything painted, in millimetres from the centre. Circles are arcs of 360 degrees; goals
    are areas with the filling `goal`."""

    lines: tuple[Stroke, ...]
    arcs: tuple[Curve, ...]
    spots: tuple[Dot, ...]
    areas: tuple[Filled, ...]
    segments: tuple[Segment, ...]
    labels: tuple[Word, ...]

    @property
    def goals(self) -> tuple[Filled, ...]:
        """The areas behind the goal lines."""
        return tuple(area for area in self.areas if area.filling == "goal")


def markings(sport: SportName, length: int, width: int) -> Markings:
    """What is painted on a pitch of that size, mm."""
    lines: list[Stroke] = []
    arcs: list[Curve] = []
    spots: list[Dot] = []
    areas: list[Filled] = []
    segments: list[Segment] = []
    labels: list[Word] = []

    def on(place: Place) -> float:
        return place.on(length, width)

    for mark in LOOKS[sport].marks:
        match mark:
            case Line():
                for i in range(mark.times):
                    x1, x2 = on(mark.x1) + i * mark.step, on(mark.x2) + i * mark.step
                    lines.append(Stroke(x1, on(mark.y1), x2, on(mark.y2), mark.style))
            case Arc(x, y, radius, start, stop, style):
                arcs.append(Curve(on(x), on(y), radius, start, stop, style))
            case Spot(x, y, radius):
                spots.append(Dot(on(x), on(y), radius))
            case Area(x1, y1, x2, y2, filling):
                areas.append(Filled(on(x1), on(y1), on(x2), on(y2), filling))
            case Disc(x, y, radius, start, stop, filling):
                segments.append(Segment(on(x), on(y), radius, start, stop, filling))
            case Label(x, y, height, text, turn):
                labels.append(Word(on(x), on(y), height, text, turn))
            case _:
                assert_never(mark)
    return Markings(
        tuple(lines), tuple(arcs), tuple(spots), tuple(areas), tuple(segments), tuple(labels)
    )


class Zone(NamedTuple):
    """One zone of a grid, mm, and what it is called."""

    x1: float
    y1: float
    x2: float
    y2: float
    name: str


THIRDS = ("own third", "middle third", "final third")
LANES = ("left wing", "left half-space", "centre", "right half-space", "right wing")


def zones(grid: ZoneGrid, sport: SportName, length: int, width: int) -> tuple[Zone, ...]:
    """The zones of a grid, for a side that attacks to the right: by rows from the own goal line,
    and from left to right. The eighteen are numbered so; zone 14 is before the penalty area."""
    half = width / 2
    if grid == "thirds":
        edges = [-length / 2 + i * length / 3 for i in range(4)]
        return tuple(Zone(edges[i], -half, edges[i + 1], half, THIRDS[i]) for i in range(3))
    if grid == "lanes":
        inner, outer = (place.on(length, width) for place in LOOKS[sport].lanes)
        edges = [-half, -outer, -inner, inner, outer, half]
        return tuple(
            Zone(-length / 2, edges[i], length / 2, edges[i + 1], LANES[i]) for i in range(5)
        )
    if grid == "zones18":
        return tuple(
            Zone(
                -length / 2 + row * length / 6,
                -half + lane * width / 3,
                -length / 2 + (row + 1) * length / 6,
                -half + (lane + 1) * width / 3,
                str(row * 3 + lane + 1),
            )
            for row in range(6)
            for lane in range(3)
        )
    return ()


def shown(part: PitchPart, length: int) -> tuple[float, float]:
    """From which x to which a part shows, mm: `half` and `third` are those of the goal on the
    right, which is at the top when the pitch stands upright."""
    if part == "half":
        return 0, length / 2
    if part == "third":
        return length / 2 - length / 3, length / 2
    return -length / 2, length / 2

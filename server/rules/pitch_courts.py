"""What is painted on floors and ice: futsal, handball, basketball, volleyball, ice hockey. Named
dimensions with their sources, in mm; pure data. SPEC: BD91, BD92.

Each function gives the marks of one sport without the outline; of a rink without the boards.
"""

from __future__ import annotations

from typing import NamedTuple

from server.rules.pitch_marks import (
    Arc,
    Area,
    Disc,
    Line,
    Mark,
    Spot,
    Style,
    across,
    angle,
    both_ends,
    both_sides,
    box,
    end,
    goal,
    goal_arcs,
    halfway,
    mid,
    side,
)

FOOT = 304.8
INCH = 25.4
SPOT = 100.0

# FIFA, Futsal Laws of the Game, Law 1: centre circle 3 m, quarter circles of 6 m around the posts,
# penalty mark 6 m, second penalty mark 10 m, corners 25 cm, goal 3 m between the posts,
# substitution
# zones from 5 to 10 m from halfway, their lines 80 cm long.
FUTSAL_CIRCLE = 3_000.0
FUTSAL_AREA = 6_000.0
FUTSAL_SECOND = 10_000.0
FUTSAL_CORNER = 250.0
FUTSAL_GOAL = 3_000.0


def futsal() -> tuple[Mark, ...]:
    """A court of FIFA futsal; its benches are at the lower touchline."""
    return (
        halfway(),
        Arc(mid(), mid(), FUTSAL_CIRCLE),
        Spot(mid(), mid(), SPOT),
        *both_ends(
            *goal_arcs(FUTSAL_GOAL / 2, FUTSAL_AREA),
            Spot(end(-FUTSAL_AREA), mid(), SPOT),
            Spot(end(-FUTSAL_SECOND), mid(), SPOT),
            *both_sides(Arc(end(), side(), FUTSAL_CORNER, 180, 270)),
            *(Line(mid(x), side(-400), mid(x), side(400)) for x in (5_000, 10_000)),
            *goal(FUTSAL_GOAL, 1_000),
        ),
    )


# IHF, Rules of the Game, Rule 1: goal 3 m, goal area 6 m from the posts, free-throw line 9 m,
# 7-metre
# line 1 m long, goalkeeper's line 15 cm at 4 m, substitution lines 4.5 m from halfway.
HANDBALL_GOAL = 3_000.0
HANDBALL_AREA = 6_000.0
HANDBALL_FREE = 9_000.0
HANDBALL_SEVEN = 7_000.0
HANDBALL_KEEPER = 4_000.0
HANDBALL_WIDTH = 20_000.0


def handball() -> tuple[Mark, ...]:
    """A court of the IHF. The free-throw line ends at the touchlines."""
    post = HANDBALL_GOAL / 2
    cut = angle(HANDBALL_WIDTH / 2 - post, HANDBALL_FREE)
    seven, keeper = end(-HANDBALL_SEVEN), end(-HANDBALL_KEEPER)
    return (
        halfway(),
        *both_ends(
            *goal_arcs(post, HANDBALL_AREA),
            Line(end(-HANDBALL_FREE), mid(-post), end(-HANDBALL_FREE), mid(post), "dashed"),
            *both_sides(Arc(end(), mid(post), HANDBALL_FREE, 180 - cut, 180, "dashed")),
            Line(seven, mid(-500), seven, mid(500)),
            Line(keeper, mid(-75), keeper, mid(75)),
            Line(mid(4_500), side(-150), mid(4_500), side(150)),
            *goal(HANDBALL_GOAL, 1_000),
        ),
    )


class BasketballSizes(NamedTuple):
    """Marks of a basketball court, mm."""

    circle: float
    basket: float
    """Centre of the ring from the end line."""
    three: float
    """Radius of the three-point line around the centre of the ring."""
    three_corner: float
    """Its straight part, from the middle of the court."""
    key_width: float
    key_length: float
    free_throw: float
    no_charge: float
    backboard: float
    """From the end line."""
    backboard_width: float
    ring: float


# NBA rule book, Rule 1: ring's centre 5 ft 3 in from the baseline (section II: backboard 4 ft, ring
# 18 in wide, 6 in away), three-point line 23 ft 9 in and 22 ft in the corners, lane 16 x 19 ft,
# circles of 6 ft, restricted area 4 ft.
NBA = BasketballSizes(
    6 * FOOT,
    5.25 * FOOT,
    23.75 * FOOT,
    22 * FOOT,
    16 * FOOT,
    19 * FOOT,
    6 * FOOT,
    4 * FOOT,
    4 * FOOT,
    6 * FOOT,
    9 * INCH,
)
# FIBA, Official Basketball Rules, Art. 2.4 and 3: circle 1.8 m, ring's centre 1.575 m from the end
# line, three points 6.75 m and 0.9 m from the sidelines, restricted area 4.9 x 5.8 m, no-charge
# semicircle 1.25 m, backboard 1.8 m wide at 1.2 m, ring 45 cm.
FIBA = BasketballSizes(1_800, 1_575, 6_750, 6_600, 4_900, 5_800, 1_800, 1_250, 1_200, 1_800, 225)


def basketball(d: BasketballSizes) -> tuple[Mark, ...]:
    """A court of these sizes."""
    half = angle(d.three_corner, d.three)
    corner = end(-d.basket - across(d.three_corner, d.three))
    key = d.key_width / 2
    board = end(-d.backboard)
    return (
        halfway(),
        Arc(mid(), mid(), d.circle),
        *both_ends(
            Area(end(-d.key_length), mid(-key), end(), mid(key), "key"),
            *box(d.key_length, d.key_width),
            Arc(end(-d.key_length), mid(), d.free_throw, 90, 270),
            Arc(end(-d.key_length), mid(), d.free_throw, -90, 90, "dashed"),
            *both_sides(Line(end(), mid(d.three_corner), corner, mid(d.three_corner))),
            Arc(end(-d.basket), mid(), d.three, 180 - half, 180 + half),
            Arc(end(-d.basket), mid(), d.no_charge, 90, 270),
            *both_sides(Line(end(-d.basket), mid(d.no_charge), board, mid(d.no_charge))),
            Line(board, mid(-d.backboard_width / 2), board, mid(d.backboard_width / 2), "net"),
            Line(board, mid(), end(-d.basket + d.ring), mid(), "net"),
            Arc(end(-d.basket), mid(), d.ring, style="red"),
        ),
    )


NBA_COACH = 28 * FOOT
"""NBA, Rule 1: hash marks 28 ft from the baseline, 3 ft long."""
FIBA_THROW_IN = 8_325.0
"""FIBA, Art. 2.4.6: throw-in lines 8.325 m from the end line, 15 cm outside the court."""


def basketball_nba() -> tuple[Mark, ...]:
    """A court of the NBA."""
    x = end(-NBA_COACH)
    return (
        *basketball(NBA),
        Arc(mid(), mid(), 2 * FOOT),
        *both_ends(*both_sides(Line(x, side(), x, side(-3 * FOOT)))),
    )


def basketball_fiba() -> tuple[Mark, ...]:
    """A court of FIBA."""
    x = end(-FIBA_THROW_IN)
    return (*basketball(FIBA), *both_ends(Line(x, side(), x, side(150))))


# FIVB, Official Volleyball Rules, Rule 1.3: attack lines 3 m from the centre line, going on outside
# for 1.75 m in short strokes; service zones between marks 20 cm behind the end line.
ATTACK_LINE = 3_000.0
ATTACK_BEYOND = 1_750.0


def volleyball() -> tuple[Mark, ...]:
    """A court of the FIVB."""
    x = mid(ATTACK_LINE)
    return (
        Area(mid(-ATTACK_LINE), -side(), mid(ATTACK_LINE), side(), "zone"),
        halfway(),
        Line(mid(), -side(1_000), mid(), side(1_000), "net"),
        *both_ends(
            Line(x, -side(), x, side()),
            *both_sides(Line(x, side(), x, side(ATTACK_BEYOND), "dashed")),
            *both_sides(Line(end(200), side(), end(350), side())),
        ),
    )


class RinkSizes(NamedTuple):
    """Marks of a rink, mm."""

    corner: float
    goal_line: float
    """From the end boards."""
    blue_line: float
    """From the end boards."""
    circle: float
    dot_from_goal: float
    dot_across: float
    neutral_from_blue: float
    crease: float
    goal_width: float
    goal_depth: float
    referee: float
    trapezoid: tuple[float, float]
    """Half its width at the goal line and at the boards; 0: none."""
    crease_side: float = 0
    """How far from the middle straight lines cut the crease off; 0: it is half a circle."""


# IIHF, Official Rule Book, Rule 1: corners up to 8.5 m, goal lines 4 m and blue lines 22.86 m from
# the end boards, circles of 4.5 m, their spots 6 m from the goal line and 7 m from the middle,
# neutral spots 1.5 m from the blue lines, crease 1.8 m, goal 1.83 m, referee's crease 3 m.
IIHF = RinkSizes(
    8_500, 4_000, 22_860, 4_500, 6_000, 7_000, 1_500, 1_800, 1_830, 1_120, 3_000, (0, 0)
)
# NHL, Official Rules, Rule 1: corners 28 ft, goal lines 11 ft and blue lines 75 ft from the boards,
# circles of 15 ft, spots 20 ft from the goal line and 22 ft from the middle, neutral spots 5 ft
# from the blue lines, crease 6 ft, cut by lines 1 ft outside the posts, goal 6 ft wide and 40 in
# deep, referee's crease 10 ft, restricted area 22 ft wide at the goal line, 28 ft at the boards.
NHL = RinkSizes(
    28 * FOOT,
    11 * FOOT,
    75 * FOOT,
    15 * FOOT,
    20 * FOOT,
    22 * FOOT,
    5 * FOOT,
    6 * FOOT,
    6 * FOOT,
    40 * INCH,
    10 * FOOT,
    (11 * FOOT, 14 * FOOT),
    4 * FOOT,
)


def boards(corner: float) -> tuple[Mark, ...]:
    """The outline of a rink with rounded corners."""
    return (
        *both_sides(Line(-end(-corner), side(), end(-corner), side())),
        *both_ends(
            Line(end(), -side(-corner), end(), side(-corner)),
            *both_sides(Arc(end(-corner), side(-corner), corner, 0, 90)),
        ),
    )


def crease(d: RinkSizes) -> tuple[Mark, ...]:
    """The goalkeeper's: a part of a circle, with straight sides where they cut it off."""
    line = end(-d.goal_line)
    red: Style = "red"
    if not d.crease_side:
        return (
            Disc(line, mid(), d.crease, 90, 270, "crease"),
            Arc(line, mid(), d.crease, 90, 270, red),
        )
    half = angle(d.crease_side, d.crease)
    front = end(-d.goal_line - across(d.crease_side, d.crease))
    return (
        Area(front, mid(-d.crease_side), line, mid(d.crease_side), "crease"),
        Disc(line, mid(), d.crease, 180 - half, 180 + half, "crease"),
        Arc(line, mid(), d.crease, 180 - half, 180 + half, red),
        *both_sides(Line(front, mid(d.crease_side), line, mid(d.crease_side), red)),
    )


def rink(d: RinkSizes) -> tuple[Mark, ...]:
    """A rink of these sizes, boards included."""
    goal_line, blue = end(-d.goal_line), end(-d.blue_line)
    # Where the goal line meets the rounded corner.
    meets = side(-d.corner + across(d.corner - d.goal_line, d.corner))
    dot = end(-d.goal_line - d.dot_from_goal)
    red: Style = "red"
    inside, at_boards = d.trapezoid
    ends: list[Mark] = [
        Line(goal_line, -meets, goal_line, meets, red),
        Line(blue, -side(), blue, side(), "blue"),
        *crease(d),
        *both_sides(
            Arc(dot, mid(d.dot_across), d.circle, style=red),
            Spot(dot, mid(d.dot_across), 300, red),
            Spot(end(-d.blue_line - d.neutral_from_blue), mid(d.dot_across), 300, red),
        ),
        *goal(d.goal_width, d.goal_depth, d.goal_line),
    ]
    if inside:
        ends += both_sides(Line(goal_line, mid(inside), end(), mid(at_boards), red))
    return (
        *boards(d.corner),
        halfway(red),
        Arc(mid(), mid(), d.circle, style="blue"),
        Spot(mid(), mid(), 150, "blue"),
        Arc(mid(), side(), d.referee, 180, 360, red),
        *both_ends(*ends),
    )

"""What is painted on grass: soccer, American football, field hockey, rugby, lacrosse. Named
dimensions with their sources, in mm; pure data. SPEC: BD91, BD92.

Each function gives the marks of one sport without the outline.
"""

from __future__ import annotations

from typing import NamedTuple

from server.rules.pitch_marks import (
    Arc,
    Area,
    Label,
    Line,
    Mark,
    Spot,
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
YARD = 914.4
INCH = 25.4


class SoccerSizes(NamedTuple):
    """Marks of a soccer pitch, mm."""

    circle: float
    penalty_depth: float
    penalty_width: float
    goal_area_depth: float
    goal_area_width: float
    penalty_mark: float
    arc: float
    """Radius around the penalty mark; 0: none."""
    corner: float
    goal_width: float
    goal_depth: float


# IFAB, Laws of the Game, Law 1.2 (centre circle 9.15 m), 1.4 (goal area 5.5 m from each post and
# deep), 1.5 (penalty area 16.5 m from each post and deep, mark at 11 m, arc of 9.15 m outside the
# area), 1.6 (corner area 1 m), 1.10 (goal 7.32 m between the posts).
SOCCER_11 = SoccerSizes(9_150, 16_500, 40_320, 5_500, 18_320, 11_000, 9_150, 1_000, 7_320, 2_000)
# U.S. Soccer, Player Development Initiatives, field markings: 9v9 penalty area 14 x 36 yd, goal
# area
# 5 x 16 yd, 7v7 12 x 24 yd and 4 x 8 yd, marks at 10 yd, circles of 8 yd. Goals by the FA's guide:
# 16, 12 and 12 ft wide. An association's own guide may differ by a yard or two.
SOCCER_9 = SoccerSizes(
    8 * YARD, 14 * YARD, 36 * YARD, 5 * YARD, 16 * YARD, 10 * YARD, 8 * YARD, YARD, 16 * FOOT, 1_500
)
SOCCER_7 = SoccerSizes(
    8 * YARD, 12 * YARD, 24 * YARD, 4 * YARD, 8 * YARD, 10 * YARD, 0, YARD, 12 * FOOT, 1_200
)
# The FA, Mini-Soccer: penalty area 16 yd wide and 9 yd deep, no goal area; mark at 8 yd, circle 5
# yd.
SOCCER_5 = SoccerSizes(5 * YARD, 9 * YARD, 16 * YARD, 0, 0, 8 * YARD, 0, 0, 12 * FOOT, 1_200)

SPOT = 200.0


def soccer(d: SoccerSizes) -> tuple[Mark, ...]:
    """A soccer pitch of these sizes."""
    ends: list[Mark] = [
        *box(d.penalty_depth, d.penalty_width),
        Spot(end(-d.penalty_mark), mid(), SPOT),
        *goal(d.goal_width, d.goal_depth),
    ]
    if d.goal_area_depth:
        ends += box(d.goal_area_depth, d.goal_area_width)
    if d.arc:
        # The part of the circle around the mark that lies outside the penalty area.
        half = angle(across(d.penalty_depth - d.penalty_mark, d.arc), d.arc)
        ends.append(Arc(end(-d.penalty_mark), mid(), d.arc, 180 - half, 180 + half))
    if d.corner:
        ends += both_sides(Arc(end(), side(), d.corner, 180, 270))
    return (
        halfway(),
        Arc(mid(), mid(), d.circle),
        Spot(mid(), mid(), SPOT),
        *both_ends(*ends),
    )


# NFL rule book, Rule 1, section 1 and the plan of the field: end zones 30 ft, yard lines every 5
# yd, inbounds lines 70 ft 9 in from the sidelines, marks 2 ft long, numbers 2 yd high with their
# bottoms 12 yd from the sideline (colleges have their tops at 9 yd), try line 2 yd from the goal
# line, goal 18 ft 6 in wide on the end line.
END_ZONE = 30 * FOOT
HASH_FROM_SIDELINE = 70.75 * FOOT
HASH = 2 * FOOT
YARD_GAP = 4 * INCH
NUMBER_BOTTOM = 12 * YARD
NUMBER_HEIGHT = 2 * YARD
GOAL_POSTS = 18.5 * FOOT
TRY_LINE = 2 * YARD
FOOTBALL_GOAL_LINE = 50 * YARD


def american_football() -> tuple[Mark, ...]:
    """A field of the NFL."""
    ends: list[Mark] = [
        Area(end(-END_ZONE), -side(), end(), side(), "end"),
        Line(end(-END_ZONE), -side(), end(-END_ZONE), side()),
        Line(end(-END_ZONE - TRY_LINE), mid(-YARD / 2), end(-END_ZONE - TRY_LINE), mid(YARD / 2)),
        Line(end(), mid(-GOAL_POSTS / 2), end(), mid(GOAL_POSTS / 2), "post"),
    ]
    five, one = mid(5 * YARD), mid(YARD)
    ends.append(Line(five, -side(-YARD_GAP), five, side(-YARD_GAP), times=9, step=5 * YARD))
    # One mark a yard; those on a yard line vanish in it.
    inbounds = Line(
        one,
        side(-HASH_FROM_SIDELINE),
        one,
        side(-HASH_FROM_SIDELINE + HASH),
        times=49,
        step=YARD,
    )
    at_side = Line(one, side(-YARD_GAP - HASH), one, side(-YARD_GAP), times=49, step=YARD)
    ends += both_sides(inbounds, at_side)
    y = NUMBER_BOTTOM + NUMBER_HEIGHT / 2
    for yards in range(10, 50, 10):
        text = str(50 - yards)
        ends.append(Label(mid(yards * YARD), side(-y), NUMBER_HEIGHT, text))
        ends.append(Label(mid(yards * YARD), -side(-y), NUMBER_HEIGHT, text, 180))
    return (
        *both_ends(*ends),
        Line(mid(), -side(-YARD_GAP), mid(), side(-YARD_GAP)),
        Label(mid(), side(-y), NUMBER_HEIGHT, "50"),
        Label(mid(), -side(-y), NUMBER_HEIGHT, "50", 180),
    )


# FIH, Rules of Hockey, section 1 (field and equipment): 23-metre lines 22.90 m from the back lines,
# circles 14.63 m from the posts, broken lines 5 m outside them, goal 3.66 m. The spot is 6.40 m
# from the inner edge of the goal-line, which is 75 mm wide and part of the field: 6.475 m from its
# end.
HOCKEY_23 = 22_900.0
HOCKEY_CIRCLE = 14_630.0
HOCKEY_BROKEN = HOCKEY_CIRCLE + 5_000
HOCKEY_SPOT = 6_475.0
HOCKEY_GOAL = 3_660.0
HOCKEY_GOAL_DEPTH = 1_200.0


def field_hockey() -> tuple[Mark, ...]:
    """A field of the FIH."""
    post = HOCKEY_GOAL / 2
    marks = [5_000 + post, 10_000 + post]
    return (
        halfway(),
        *both_ends(
            Line(end(-HOCKEY_23), -side(), end(-HOCKEY_23), side()),
            *goal_arcs(post, HOCKEY_CIRCLE),
            *goal_arcs(post, HOCKEY_BROKEN, "dashed"),
            Spot(end(-HOCKEY_SPOT), mid(), SPOT),
            *both_sides(*(Line(end(), mid(y), end(300), mid(y)) for y in marks)),
            *both_sides(Line(end(-5_000), side(), end(-5_000), side(300))),
            *goal(HOCKEY_GOAL, HOCKEY_GOAL_DEPTH),
        ),
    )


RUGBY_GOAL_LINE = 50_000.0
"""Half of the field of play; what lies beyond is in-goal."""
# World Rugby, Law 1 and its plan: solid lines at 22 m, broken ones 10 m from halfway, 5 m from the
# goal line, 5 m and 15 m from touch; posts 5.6 m apart.
UNION_22 = 22_000.0
UNION_10 = 10_000.0
RUGBY_POSTS_UNION = 5_600.0


def _in_goal(posts: float) -> tuple[Mark, ...]:
    line = mid(RUGBY_GOAL_LINE)
    return (
        Area(line, -side(), end(), side(), "end"),
        Line(line, -side(), line, side()),
        Line(line, mid(-posts / 2), line, mid(posts / 2), "post"),
    )


def rugby_union() -> tuple[Mark, ...]:
    """A pitch of World Rugby."""
    near = mid(RUGBY_GOAL_LINE - 5_000)
    x22 = mid(RUGBY_GOAL_LINE - UNION_22)
    return (
        halfway(),
        Spot(mid(), mid(), SPOT),
        *both_ends(
            *_in_goal(RUGBY_POSTS_UNION),
            Line(x22, -side(), x22, side()),
            Line(mid(UNION_10), -side(), mid(UNION_10), side(), "dashed"),
            Line(near, -side(-5_000), near, side(-5_000), "dashed"),
            *both_sides(
                Line(mid(), side(-5_000), near, side(-5_000), "dashed"),
                Line(mid(), side(-15_000), near, side(-15_000), "dashed"),
            ),
        ),
    )


# International Rugby League, Laws of the Game, section 1, plan of the field: lines every 10 m,
# broken lines 10 m and 20 m from touch, posts 5.5 m apart.
LEAGUE_POSTS = 5_500.0


def rugby_league() -> tuple[Mark, ...]:
    """A field of international rugby league."""
    ends: list[Mark] = [*_in_goal(LEAGUE_POSTS)]
    for metres in range(10, 50, 10):
        x = mid(metres * 1_000)
        ends.append(Line(x, -side(), x, side()))
        ends.append(Label(x, side(-13_500), 3_000, str(50 - metres)))
        ends.append(Label(x, -side(-13_500), 3_000, str(50 - metres), 180))
    for from_touch in (10_000, 20_000):
        y = side(-from_touch)
        ends += both_sides(Line(mid(), y, mid(RUGBY_GOAL_LINE), y, "dashed"))
    return (halfway(), Spot(mid(), mid(), SPOT), *both_ends(*ends))


# NCAA Men's Lacrosse Rules, Rule 1, sections 2 to 9: goals 80 yd apart, so 15 yd before the end
# lines; crease of 9 ft; restraining lines 20 yd from the centre line; wing lines 20 yd from the
# centre, 10 yd to either side; goal areas 40 yd wide; goals 6 ft wide and 7 ft deep.
LACROSSE_GOAL_LINE = 15 * YARD
LACROSSE_CREASE = 9 * FOOT
LACROSSE_RESTRAINING = 20 * YARD
LACROSSE_WING = 20 * YARD
LACROSSE_GOAL = 6 * FOOT


def lacrosse() -> tuple[Mark, ...]:
    """A men's field."""
    x, line = mid(LACROSSE_RESTRAINING), end(-LACROSSE_GOAL_LINE)
    return (
        halfway(),
        Spot(mid(), mid(), SPOT),
        *both_ends(
            Line(x, -side(), x, side()),
            *both_sides(
                Line(x, mid(20 * YARD), end(), mid(20 * YARD)),
                Line(mid(), mid(LACROSSE_WING), mid(10 * YARD), mid(LACROSSE_WING)),
                Line(mid(10 * YARD), side(), mid(10 * YARD), side(2 * YARD)),
            ),
            Arc(line, mid(), LACROSSE_CREASE),
            Line(line, mid(-LACROSSE_GOAL / 2), line, mid(LACROSSE_GOAL / 2)),
            Line(line, mid(-LACROSSE_GOAL / 2), end(-LACROSSE_GOAL_LINE + 7 * FOOT), mid(), "net"),
            Line(line, mid(LACROSSE_GOAL / 2), end(-LACROSSE_GOAL_LINE + 7 * FOOT), mid(), "net"),
        ),
    )

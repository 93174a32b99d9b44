"""What a pitch shows, on every sport."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from protocol.board import SportName, ZoneGrid
from server.rules.pitch import PITCHES, reach
from server.rules.pitch_markings import LOOKS, Curve, Markings, Stroke, markings, shown, zones

SPORTS = tuple(PITCHES)
SIZES = [
    (sport, length, width)
    for sport, d in PITCHES.items()
    for length, width in {
        (d.length, d.width),
        (d.length_max, min(d.width_max, d.length_max - 1)),
        (d.length_max, d.width_min),
        (d.length_min, d.width_min),
    }
]


def ends_of(arc: Curve) -> set[tuple[int, int]]:
    """Both ends of an arc, to the centimetre."""
    return {
        (
            round((arc.x + arc.radius * math.cos(math.radians(at))) / 10) * 10,
            round((arc.y + arc.radius * math.sin(math.radians(at))) / 10) * 10,
        )
        for at in (arc.start, arc.stop)
    }


def picture(found: Markings, x: int = 1, y: int = 1) -> Counter[tuple[object, ...]]:
    """Everything but words, with signs of x and y changed, comparable."""
    seen: Counter[tuple[object, ...]] = Counter()
    for line in found.lines:
        points = sorted(
            [(round(x * line.x1), round(y * line.y1)), (round(x * line.x2), round(y * line.y2))]
        )
        seen[(*points, line.style)] += 1
    for arc in found.arcs:
        turned = [(x * px, y * py) for px, py in ends_of(arc)]
        whole = arc.stop - arc.start >= 360
        seen[
            (
                round(x * arc.x),
                round(y * arc.y),
                round(arc.radius),
                whole or tuple(sorted(turned)),
                arc.style,
            )
        ] += 1
    for spot in found.spots:
        seen[(round(x * spot.x), round(y * spot.y), spot.radius)] += 1
    for area in found.areas:
        xs, ys = sorted((x * area.x1, x * area.x2)), sorted((y * area.y1, y * area.y2))
        seen[(*map(round, (*xs, *ys)), area.filling)] += 1
    return seen


@pytest.mark.parametrize(("sport", "length", "width"), SIZES)
def test_BD91_both_ends_are_alike(sport: SportName, length: int, width: int) -> None:
    found = markings(sport, length, width)
    assert picture(found) == picture(found, x=-1)


@pytest.mark.parametrize("sport", [s for s in SPORTS if s not in {"futsal"} and "ice" not in s])
def test_BD91_both_touchlines_are_alike_but_for_benches(sport: SportName) -> None:
    d = PITCHES[sport]
    found = markings(sport, d.length, d.width)
    benches = [line for line in found.lines if line.y1 > 0 and line.y1 != -line.y2]
    whole, flipped = picture(found), picture(found, y=-1)
    if sport in {"handball", "basketball_fiba"}:
        assert sum((whole - flipped).values()) == 2
        assert benches
    else:
        assert whole == flipped


@pytest.mark.parametrize(("sport", "length", "width"), SIZES)
def test_BD91_nothing_lies_beyond_the_margin(sport: SportName, length: int, width: int) -> None:
    x_max, y_max = reach(length, width)
    found = markings(sport, length, width)
    for line in found.lines:
        assert max(abs(line.x1), abs(line.x2)) <= x_max
        assert max(abs(line.y1), abs(line.y2)) <= y_max
    for arc in found.arcs:
        for x, y in ends_of(arc):
            assert abs(x) <= x_max
            assert abs(y) <= y_max
    for area in found.areas:
        assert area.x1 < area.x2
        assert area.y1 < area.y2


@pytest.mark.parametrize("sport", [s for s in SPORTS if "ice" not in s])
def test_BD91_every_pitch_is_bounded(sport: SportName) -> None:
    d = PITCHES[sport]
    lines = markings(sport, d.length, d.width).lines
    x, y = d.length / 2, d.width / 2
    for wanted in ((-x, y, x, y), (-x, -y, x, -y), (x, -y, x, y), (-x, -y, -x, y)):
        assert any(line[:4] == wanted for line in lines)


def test_BD92_soccer_has_its_mark_at_11_metres_and_the_arc_outside_the_area() -> None:
    found = markings("soccer", 105_000, 68_000)
    assert {(s.x, s.y) for s in found.spots} == {(0, 0), (41_500, 0), (-41_500, 0)}
    arcs = [arc for arc in found.arcs if arc.radius == 9_150 and arc.x == 41_500]
    assert len(arcs) == 1
    # 7.31 m to either side of the middle, on the edge of the area, 16.5 m from the goal line.
    assert ends_of(arcs[0]) == {(36_000, 7_310), (36_000, -7_310)}
    box = Stroke(36_000, -20_160, 36_000, 20_160, "line")
    assert box in found.lines
    assert {(g.y1, g.y2) for g in found.goals} == {(-3_660, 3_660)}


def test_BD92_the_three_point_lines_are_those_of_nba_and_fiba() -> None:
    rows: tuple[tuple[SportName, float, float, float, float], ...] = (
        ("basketball_nba", 5.25 * 304.8, 23.75 * 304.8, 22 * 304.8, 14.198 * 304.8),
        ("basketball_fiba", 1_575, 6_750, 6_600, 2_990),
    )
    for sport, basket, radius, corner, meets in rows:
        d = PITCHES[sport]
        found = markings(sport, d.length, d.width)
        x = d.length / 2 - basket
        arc = next(a for a in found.arcs if abs(a.radius - radius) < 0.1 and a.x > 0)
        assert arc.x == pytest.approx(x)
        for end_x, end_y in ends_of(arc):
            assert abs(end_y) == pytest.approx(corner, abs=6)
            assert d.length / 2 - end_x == pytest.approx(meets, abs=6)


def test_BD92_inbounds_lines_are_70_feet_9_inches_from_the_sidelines() -> None:
    found = markings("american_football", 109_728, 48_768)
    marks = [line for line in found.lines if round(abs(line.y2 - line.y1)) == round(2 * 304.8)]
    from_side = {round(24_384 - min(abs(m.y1), abs(m.y2))) for m in marks if abs(m.y1) < 10_000}
    assert from_side == {21_565}
    yards = {round(line.x1 / 914.4) for line in found.lines if round(abs(line.y1)) == 24_282}
    assert {5 * n for n in range(-9, 10)} <= yards
    assert [label.text for label in found.labels].count("50") == 2


@pytest.mark.parametrize(
    ("sport", "x", "radius"),
    [
        ("ice_hockey", 60_000 / 2 - 4_000 - 6_000, 4_500),
        ("ice_hockey_nhl", (100 - 11 - 20) * 304.8, 15 * 304.8),
    ],
)
def test_BD92_face_off_circles(sport: SportName, x: float, radius: float) -> None:
    d = PITCHES[sport]
    circles = [
        arc
        for arc in markings(sport, d.length, d.width).arcs
        if arc.stop - arc.start == 360 and arc.x == pytest.approx(x)
    ]
    assert [arc.radius for arc in circles] == pytest.approx([radius, radius])


def test_BD92_the_handball_free_throw_line_ends_at_the_touchlines() -> None:
    arcs = [arc for arc in markings("handball", 40_000, 20_000).arcs if arc.radius == 9_000]
    assert len(arcs) == 4
    assert all(any(abs(y) == 10_000 for _, y in ends_of(arc)) for arc in arcs)


def test_BD93_a_part_is_that_before_the_right_end() -> None:
    assert shown("full", 105_000) == (-52_500, 52_500)
    assert shown("half", 105_000) == (0, 52_500)
    assert shown("third", 105_000) == (17_500, 52_500)


@pytest.mark.parametrize(("grid", "count"), [("thirds", 3), ("lanes", 5), ("zones18", 18)])
@pytest.mark.parametrize("sport", SPORTS)
def test_BD94_zones_cover_the_pitch_once(sport: SportName, grid: ZoneGrid, count: int) -> None:
    d = PITCHES[sport]
    found = zones(grid, sport, d.length, d.width)
    assert len(found) == count
    area = sum((zone.x2 - zone.x1) * (zone.y2 - zone.y1) for zone in found)
    assert area == pytest.approx(d.length * d.width)
    assert all(zone.x1 < zone.x2 and zone.y1 < zone.y2 for zone in found)


def test_BD94_zone_14_is_before_the_penalty_area_and_lanes_end_where_the_areas_do() -> None:
    zone = next(z for z in zones("zones18", "soccer", 105_000, 68_000) if z.name == "14")
    assert (zone.x1, zone.x2) == (17_500, 35_000)
    assert zone.y1 == pytest.approx(-34_000 / 3)
    assert zone.y2 == pytest.approx(34_000 / 3)
    edges = [z.y1 for z in zones("lanes", "soccer", 105_000, 68_000)]
    assert edges == [-34_000, -20_160, -9_160, 9_160, 20_160]
    assert zones("none", "soccer", 105_000, 68_000) == ()


def test_BD95_sports_are_measured_in_their_own_units() -> None:
    others = {sport: look.unit for sport, look in LOOKS.items() if look.unit != "m"}
    assert others == {
        "american_football": "yd",
        "lacrosse": "yd",
        "basketball_nba": "ft",
        "ice_hockey_nhl": "ft",
    }

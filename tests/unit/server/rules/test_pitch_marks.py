"""What a marking is made of."""

import math

from server.rules.pitch_marks import Arc, Area, Line, both_ends, both_sides, end, mid, side


def test_BD91_a_coordinate_is_affine_in_half_the_pitch() -> None:
    assert end(-11_000).on(105_000, 68_000) == 41_500
    assert side(-5_000).on(105_000, 68_000) == 29_000
    assert mid(9_150).on(1, 1) == 9_150
    assert (-end(-11_000)).on(105_000, 68_000) == -41_500


def test_BD91_an_arc_at_the_other_end_opens_to_the_other_side() -> None:
    arc = Arc(end(), side(), 1_000, 180, 270)
    _, other = both_ends(arc)
    assert isinstance(other, Arc)
    assert (other.x.on(10, 10), other.start, other.stop) == (-5, -90, 0)
    _, upper = both_sides(arc)
    assert isinstance(upper, Arc)
    middle = math.radians((upper.start + upper.stop) / 2)
    assert (round(math.cos(middle), 3), round(math.sin(middle), 3)) == (-0.707, 0.707)


def test_BD91_mirrored_areas_keep_their_corners_in_order_and_rows_their_steps() -> None:
    _, area = both_ends(Area(end(-10), -side(), end(), side(), "end"))
    assert isinstance(area, Area)
    assert area.x1.on(100, 100) < area.x2.on(100, 100)
    _, line = both_ends(Line(mid(1), mid(), mid(1), mid(), times=3, step=2))
    assert isinstance(line, Line)
    assert line.step == -2

"""Numbers of the fields, independently stated."""

from server.rules import pitch_fields as fields
from server.rules.pitch_marks import Arc, Spot


def test_BD92_fields_have_the_distances_of_their_rule_books() -> None:
    assert round(fields.HASH_FROM_SIDELINE) == 21_565
    assert round(fields.GOAL_POSTS) == 5_639
    assert fields.SOCCER_11.penalty_width == 2 * 16_500 + 7_320
    assert fields.SOCCER_11.goal_area_width == 2 * 5_500 + 7_320
    assert round(fields.LACROSSE_GOAL_LINE) == 13_716
    hockey = fields.field_hockey()
    assert any(isinstance(mark, Arc) and mark.radius == 14_630 for mark in hockey)
    assert any(isinstance(mark, Spot) and mark.x.mm == -6_475 for mark in hockey)

"""Numbers of the courts and rinks, independently stated."""

from server.rules import pitch_courts as courts


def test_BD92_courts_have_the_distances_of_their_rule_books() -> None:
    assert round(courts.NBA.three) == 7_239
    assert round(courts.NBA.three_corner) == 6_706
    assert round(courts.NBA.basket) == 1_600
    assert courts.FIBA.three_corner == 15_000 / 2 - 900
    assert (courts.HANDBALL_AREA, courts.HANDBALL_SEVEN) == (6_000, 7_000)
    assert courts.IIHF.blue_line == 22_860
    assert round(courts.NHL.blue_line - courts.NHL.goal_line) == round(64 * 304.8)

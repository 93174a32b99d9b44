"""Plays and their lines as values."""

from server.rules.feed_play import Play, StatLine
from tests.support.gsis_games import CATCHER, PASSER, play


def test_FD2_a_line_is_whose_it_is_and_a_teams_own_has_no_player() -> None:
    own, passer = play(1, ("HOM", 4, 0), (PASSER, 15, 7)).stats
    assert own == StatLine(4, "HOM", "", "HOM", 0)
    assert (passer.player, passer.team, passer.yards) == (PASSER, "HOM", 7)


def test_FD1_a_play_is_of_version_one_and_two_equal_ones_are_equal() -> None:
    one = play(36, (CATCHER, 21, 7))
    assert (one.version, one.deleted) == (1, False)
    assert one == Play(id=36, order=36, stats=one.stats)

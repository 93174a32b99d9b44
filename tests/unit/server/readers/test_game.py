"""The neutral game."""

from server.readers.game import team_among
from tests.support.gsis_games import PASSER, node, read, tree


def test_FD1_a_game_has_two_teams_of_which_each_plays_the_other() -> None:
    game, _ = read(tree({36: node((PASSER, 10, 3))}, home=7, away=3))
    assert [side.team for side in game.sides()] == ["HOM", "AWY"]
    assert (game.other("HOM").score, game.other("AWY").score) == (3, 7)
    assert (game.source, game.phase) == ("gsis", "live")


def test_FD4_a_team_is_meant_by_whatever_name() -> None:
    assert team_among("JAC", ("JAX", "NE")) == "JAX"
    assert team_among("LA", ("LAR", "NE")) == "LAR"
    assert team_among("NE", ("JAX", "NE")) == "NE"
    assert team_among("NYJ", ("JAX", "NE")) is None

"""Standings from results."""

from protocol.league import Matchup, Result
from server.rules.league.standings import standings


def test_LE15_wins_then_points_and_a_tie_is_half_a_win() -> None:
    matchups = (Matchup(1, 2), Matchup(3, 4))
    weeks = [(matchups, (Result(100, 50), Result(70, 70))), (matchups, (Result(10, 90),))]
    found = standings(range(1, 5), weeks)
    assert [one.team for one in found] == [2, 1, 3, 4]
    first = found[0]
    assert (first.wins, first.losses, first.ties, first.points, first.against) == (
        1,
        1,
        0,
        140,
        110,
    )
    assert found[2].ties == 1

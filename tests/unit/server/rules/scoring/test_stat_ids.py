"""Stat ids: the scoreboard and kicks."""

import csv
from pathlib import Path

import pytest

from protocol.feed import Play
from server.rules.scoring.stat_ids import KNOWN, is_kick, team_points
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER, Line, play, real_games


@pytest.mark.parametrize(
    ("lines", "home", "away"),
    [
        ([(PASSER, 16, 30), (CATCHER, 22, 30)], 6, 0),
        ([(PASSER, 16, 30), (CATCHER, 21, 20), (KICKER, 24, 10)], 6, 0),
        ([(PASSER, 11, 1)], 6, 0),
        ([(KICKER, 70, 33)], 3, 0),
        ([(KICKER, 69, 33)], 0, 0),
        ([(KICKER, 72, 0)], 1, 0),
        ([(PASSER, 77, 0), (CATCHER, 104, 0)], 2, 0),
        ([(PASSER, 78, 0), (CATCHER, 105, 0)], 0, 0),
        ([(PASSER, 75, 0)], 2, 0),
        ([(PASSER, 20, -3), (TACKLER, 83, -3), (TACKLER, 89, 0)], 0, 2),
        ([(KICKER, 74, 0), (TACKLER, 87, 0), (TACKLER, 403, 0), (TACKLER, 404, 0)], 0, 2),
        ([(TACKLER, 404, 0), (TACKLER, 420, 0)], 0, 2),
        ([(TACKLER, 420, 0)], 0, 2),
        ([(PASSER, 19, 0), (TACKLER, 26, 40)], 0, 6),
        ([(TACKLER, 64, 0)], 0, 6),
    ],
)
def test_SC1_every_score_counts_once(lines: list[Line], home: int, away: int) -> None:
    points = team_points([play(1, *lines)])
    assert (points["HOM"], points["AWY"]) == (home, away)


def test_SC1_a_deleted_play_scores_nothing() -> None:
    assert not team_points([play(1, (KICKER, 70, 33), deleted=True)])


def test_SC2_a_kick_has_the_id_of_one() -> None:
    assert is_kick(play(1, (KICKER, 410, 70), (TACKLER, 45, 20)))
    assert is_kick(play(1, (KICKER, 2, 0)))
    assert not is_kick(play(1, (KICKER, 10, 7), (TACKLER, 79, 0)))
    assert not is_kick(Play(id=1, order=1))


@pytest.mark.shared_data
def test_SC1_the_scores_of_35_real_games_follow_but_for_the_one_that_lacks_a_kick(
    shared_data: Path,
) -> None:
    wrong: list[str] = []
    for game in real_games(shared_data).values():
        points = team_points(game.plays)
        wrong += [f"{game.id} {s.team}" for s in game.sides() if points[s.team] != s.score]
    assert wrong == ["2019092909 TB"]


@pytest.mark.shared_data
def test_SC1_every_published_id_is_known_and_no_other(shared_data: Path) -> None:
    with (shared_data / "nfl_gsis" / "gsis_stat_ids.csv").open(encoding="utf-8") as file:
        published = {int(row["stat_id"]) for row in csv.DictReader(file)}
    assert published == KNOWN

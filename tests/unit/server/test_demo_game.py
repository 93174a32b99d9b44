"""The game that never was: a whole game by the official lines, the same for a seed."""

import pytest

from protocol.feed import PlayCorrected, PlayUnderReview, PlayUpheld, ReportAll
from server.demo_game import made_up_game, steps_with_changes, team_names
from server.rules.scoring.stat_ids import KNOWN, team_points
from tests.support.feeds import FeedRoom

SEEDS = range(60)


def test_DG1_the_same_seed_gives_the_same_game_another_seed_another() -> None:
    assert made_up_game(3) == made_up_game(3)
    assert len({made_up_game(seed).plays for seed in SEEDS}) == len(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_DG1_a_game_is_whole_and_can_be(seed: int) -> None:
    game = made_up_game(seed)
    points = team_points(game.plays)
    assert (game.home.score, game.away.score) == (points[game.home.team], points[game.away.team])
    assert 120 < len(game.plays) < 260
    assert {play.quarter for play in game.plays} == {1, 2, 3, 4}
    ids = [play.id for play in game.plays]
    assert ids == sorted(set(ids))
    for play in game.plays:
        assert {line.stat for line in play.stats} <= KNOWN
        assert {line.team for line in play.stats} <= {game.home.team, game.away.team}
        assert (play.down == 0) == (play.to_go == 0)
        if play.down:
            assert play.yard_line == "50" or 1 <= int(play.yard_line.split()[1]) < 50


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_DG1_some_plays_are_corrected_and_reviewed_and_the_end_is_the_game(seed: int) -> None:
    game, room = made_up_game(seed), FeedRoom()
    for step in steps_with_changes(game):
        assert "play.added" in room.told(ReportAll(step.reports)) or step.reports[0].revision > 1
    kinds = {type(event) for event in room.events}
    assert {PlayCorrected, PlayUnderReview, PlayUpheld} <= kinds
    plays = sorted(room.state.counting(), key=lambda play: play.order)
    assert [play.stats for play in plays] == [play.stats for play in game.plays]
    assert room.state.differing() == ()
    header = room.state.header
    assert header is not None
    assert (header.phase, header.home_score) == ("final", game.home.score)


def test_DG1_a_room_is_called_as_games_are() -> None:
    assert " at " in team_names(made_up_game())

"""The match of soccer that never was."""

from collections import Counter

import pytest

from protocol.feed import FeedSettings, ReportAll
from server.demo_match import made_up_match
from server.readers.match_reports import steps_of
from server.rules.feed import FEED
from tests.support.matches import ItemRoom


def test_DG7_it_is_the_same_whenever_it_is_made() -> None:
    assert made_up_match() == made_up_match()
    assert made_up_match(1) != made_up_match(2)


@pytest.mark.parametrize("seed", range(1, 12))
def test_DG7_a_feed_takes_all_of_it_and_its_goals_make_its_score(seed: int) -> None:
    match = made_up_match(seed)
    room = ItemRoom()
    room.state = FEED.initial(FeedSettings(profile="soccer"))
    for step in steps_of(match):
        assert room.told(ReportAll(tuple(step.reports))) not in ([], ["bad_property"])
    assert room.state.differing() == ()
    goals = Counter(item.goal_for for item in match.items if item.goal_for)
    board = match.scoreboard
    assert (board.home_score, board.away_score) == (goals["home"], goals["away"])
    assert len(room.state.plays) == len(match.items) > 400
    assert board.home != board.away


def test_DG7_a_season_of_it_has_goals_cards_and_substitutions() -> None:
    items = [item for seed in range(10) for item in made_up_match(seed).items]
    assert {"pass", "shot", "foul", "substitution"} <= {item.sort for item in items}
    assert any(item.card for item in items)
    goals = sum(bool(item.goal_for) for item in items)
    assert 5 <= goals <= 80

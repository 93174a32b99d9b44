"""The table of profiles."""

from typing import get_args

from protocol.feed import FeedSettings
from protocol.feed_items import ProfileName
from server.rules.feed import FEED
from server.rules.feed_profiles import PROFILES, profile_of
from tests.support.matches import event, goal, match, point, sets


def test_PF1_every_profile_but_football_is_in_the_table_with_sources_that_may_be() -> None:
    assert set(PROFILES) | {"football"} == set(get_args(ProfileName))
    assert profile_of("football") is None
    for name, profile in PROFILES.items():
        FeedSettings(profile.sources)
        made = FEED.initial(FeedSettings(profile=name))
        assert made.sources == profile.sources
        assert FEED.initial(FeedSettings(("ours",), name)).sources == ("ours",)


def test_PF5_PF6_what_items_add_and_scoreboards_say() -> None:
    soccer, generic = PROFILES["soccer"], PROFILES["generic"]
    assert soccer.points(goal(1, "away")) == {"away": 1}
    assert soccer.points(event(1)) == {}
    assert soccer.scores(match(2, 1)) == {"home": 2, "away": 1}
    assert generic.points(point(1, points=-2)) == {"s1": -2}
    assert generic.scores(sets(1, 2)) == {"s1": 1, "s2": 2}
    assert generic.scores(sets(1, 2, adds_up=False)) is None
    assert generic.wrong_item(None, point(1, "")) == "side"
    twice = match(players=match().players * 2)
    assert soccer.wrong_scoreboard(None, twice) == "players"
